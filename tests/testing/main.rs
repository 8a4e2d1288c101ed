//! `ukbuild test`: results of booted images as they are shown, and what is made of images that fail in
//! every way that there is. What differs from run to run is masked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod masks;

use std::sync::LazyLock;

use common::{COMBINATIONS, Ran, Sandbox, checkout};
use masks::masked;
use serde_json::Value;

/// An application with cases that fail. Nothing is changed in it.
static TESTED: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::sharing("tests/apps/tested"));

/// Runs the cases that have one of `words` in their names.
fn test(options: &[&str], words: &[&str]) -> Ran {
    TESTED.ukbuild(["test"].iter().chain(options).chain(&["--"]).chain(words))
}

/// What is shown of them.
fn shown(options: &[&str], words: &[&str], status: i32) -> String {
    masked(&test(options, words).expect(status).complains(&[]).stdout)
}

#[test]
fn results_are_lines_as_of_cargo_test() {
    insta::assert_snapshot!(shown(&["apptested"], &["hold"], 1));
    insta::assert_snapshot!(shown(&["apptested"], &["also_holds"], 0));
}

#[test]
fn a_crash_shows_its_report_with_lines() {
    for (platform, architecture) in COMBINATIONS {
        let image = ["--plat", platform, "--arch", architecture, "apptested"];
        let said = test(&image, &["crashes"]).expect(1).stdout;
        for part in [
            "test apptested/ways/crashes ... FAILED\n",
            "the image ended with status 254\n",
            "Crash: ",
            "null pointer",
            "look (tests/test_ways_to_fail.c:35)",
            "\n0 passed, 1 failed\n",
        ] {
            assert!(said.contains(part), "{image:?}: no {part:?} in {said}");
        }
    }
}

#[test]
fn what_hangs_is_ended_and_tells_where_it_was() {
    for (platform, architecture) in COMBINATIONS {
        let image = ["--plat", platform, "--arch", architecture, "--timeout", "3", "apptested"];
        let said = test(&image, &["hangs"]).expect(1).stdout;
        for part in [
            "test apptested/ways/hangs ... FAILED\n",
            "no result within 3 s: it hangs\n",
            "wait_for_ever (tests/test_ways_to_fail.c:45)",
            "run_case (",
        ] {
            assert!(said.contains(part), "{image:?}: no {part:?} in {said}");
        }
    }
}

/// Each crash ends the image, which is booted again.
#[test]
fn what_comes_after_a_crash_runs_too() {
    for (platform, architecture) in [("linuxu", "x86_64"), ("kvm", "arm64")] {
        let image = ["--plat", platform, "--arch", architecture, "--timeout", "3", "apptested"];
        let said = test(&image, &["crashes", "hangs", "ends_the", "hold"]).expect(1).stdout;
        for (case, result) in [
            ("holds", "ok"),
            ("does_not_hold", "FAILED"),
            ("also_holds", "ok"),
            ("crashes", "FAILED"),
            ("hangs", "FAILED"),
            ("ends_the_machine", "FAILED"),
        ] {
            let line = format!("test apptested/ways/{case} ... {result}\n");
            assert_eq!(said.matches(&line).count(), 1, "{line}: {said}");
        }
        assert!(!said.contains("did not run"), "{said}");
    }
}

#[test]
fn an_image_that_says_something_else() {
    for word in ["ends_the_machine", "garbage", "itself", "forgotten", "refusing"] {
        insta::assert_snapshot!(word, shown(&["apptested"], &[word], 1));
    }
}

#[test]
fn the_user_s_configuration_and_images_stay_as_they_are() {
    let sandbox = Sandbox::of("tests/apps/tested");
    let image = ["test", "--plat", "linuxu", "apptested", "--", "also_holds"];
    sandbox.ukbuild(image).expect(0);
    assert!(!sandbox.path(".config").exists());
    sandbox.build(&[]);
    let files = [".config", "build/tested_linuxu-x86_64", "build/include/uk/bits/config.h"];
    let files = files.into_iter().filter(|name| sandbox.path(name).exists());
    let read = |name| std::fs::read(sandbox.path(name)).unwrap();
    let before: Vec<_> = files.clone().map(read).collect();
    assert!(before.len() >= 2);
    sandbox.ukbuild(image).expect(0);
    assert!(before == files.map(read).collect::<Vec<_>>());
    assert_eq!(sandbox.build(&[]), [""; 0], "nothing is to be built again");
    sandbox.ukbuild(["run"]).expect(3);
}

#[test]
fn cases_are_named_without_running() {
    let listed = TESTED.ukbuild(["test", "--list", "apptested"]).expect(0).stdout;
    insta::assert_snapshot!(listed);
    let json = TESTED.ukbuild(["test", "--list", "--json", "apptested"]).expect(0).stdout;
    let events: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let case = events.iter().find(|event| event["case"] == "crashes").unwrap();
    assert_eq!(
        (&case["event"], &case["library"], &case["file"], &case["line"]),
        (&"case".into(), &"apptested".into(), &"tests/test_ways_to_fail.c".into(), &38.into())
    );
}

#[test]
fn reports_for_other_programs() {
    let (xml, tap) = (TESTED.path("build/results.xml"), TESTED.path("build/results.tap"));
    let options = ["--junit", xml.to_str().unwrap(), &format!("--tap={}", tap.display())];
    let options = [options.as_slice(), &["apptested"]].concat();
    test(&options, &["hold", "refusing"]).expect(1);
    let read = |path| masked(&std::fs::read_to_string(path).unwrap());
    insta::assert_snapshot!("junit", read(&xml));
    insta::assert_snapshot!("tap", read(&tap));
    assert_eq!(shown(&["--tap", "apptested"], &["hold", "refusing"], 1), read(&tap));

    let json = test(&["--json", "apptested"], &["hold"]).expect(1).stdout;
    let events: Vec<Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failed = events.iter().find(|event| event["passed"] == false).unwrap();
    assert_eq!(failed["complaints"][0]["file"], "tests/test_ways_to_fail.c");
    assert_eq!(failed["output"], "thinking");
    let last = events.last().unwrap();
    assert_eq!((&last["passed"], &last["failed"]), (&2.into(), &1.into()));
}

#[test]
fn what_cannot_be_tested_is_refused() {
    for (words, complaints) in [
        (&["apptestet"][..], &["there is no library libapptestet"][..]),
        (&["ukalock"], &["there is no library libukalock", "did you mean libukalloc?"]),
        (&["libukboot"], &["libukboot has no suites", "uk_testsuite_register()"]),
        (&["--", "nosuchcase"], &["no case has one of these words", "ukbuild test --list"]),
        (&["--", "a,b"], &["`a,b` is in no case's name"]),
        (&["./nowhere"], &["there is no folder"]),
        (&["--all", "--target", "x"], &["cannot be used with"]),
        (&["--timeout", "0"], &["--timeout"]),
    ] {
        let ran = TESTED.ukbuild(["test"].iter().chain(words));
        assert!([1, 2].contains(&ran.status), "{words:?}: {}{}", ran.stdout, ran.stderr);
        ran.complains(complaints);
    }
}

#[test]
fn a_core_whose_tests_cannot_be_driven_is_refused() {
    let sandbox = Sandbox::with_core("tests/apps/tested");
    let options = sandbox.folder().join("core/lib/uktest/Config.uk");
    let text = std::fs::read_to_string(&options).unwrap();
    std::fs::write(&options, text.replace("LIBUKTEST_DRIVEN", "LIBUKTEST_PUSHED")).unwrap();
    sandbox.ukbuild(["test"]).expect(1).complains(&["LIBUKTEST_DRIVEN", "UK_ROOT="]);
}

#[test]
fn outside_of_an_application_the_core_is_tested() {
    let mut sandbox = Sandbox::of("tests/apps/tested");
    sandbox.set("UK_ROOT", checkout().join("unikraft").to_str().unwrap());
    let empty = sandbox.folder().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let there = |words: &[&str]| {
        let mut all = vec!["-C".to_owned(), empty.display().to_string()];
        all.extend([env!("CARGO_BIN_EXE_ukbuild"), "test"].map(str::to_owned));
        all.extend(words.iter().map(|&word| word.to_owned()));
        sandbox.run(std::path::Path::new("env"), all)
    };
    let ran = there(&["uklibparam", "--plat", "linuxu", "--plat", "kvm"]).expect(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let of_library =
        |line: &&&str| line.starts_with("test libuklibparam/") && line.ends_with(" ok");
    let passed = lines.iter().filter(of_library).count();
    assert!(passed > 4, "{}", ran.stdout);
    assert_eq!(*lines.last().unwrap(), format!("{passed} passed, 0 failed"));
    assert!(std::fs::read_dir(&empty).unwrap().next().is_none(), "nothing is left there");
    there(&["uklibparm"]).expect(1).complains(&["did you mean libuklibparam?"]);
}
