//! Several images in one build: what they have in common runs once, and no image's build disturbs
//! another's. Commands are counted, not timed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Sandbox;
use serde_json::Value;

const BOTH: [&str; 4] = ["--plat", "kvm", "--plat", "linuxu"];

/// The titles of steps that ran, and of those that got what others had made.
#[derive(Debug)]
struct Did {
    ran: Vec<String>,
    shared: Vec<String>,
}

fn build(sandbox: &Sandbox, arguments: &[&str]) -> Did {
    let ran = sandbox.ukbuild(["build", "--json"].iter().chain(arguments)).expect(0);
    let events = ran.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut did = Did { ran: Vec::new(), shared: Vec::new() };
    for event in events {
        let title =
            || format!("{} {}", event["tag"].as_str().unwrap(), event["label"].as_str().unwrap());
        match event["event"].as_str() {
            Some("started") => did.ran.push(title()),
            Some("restored") if event["shared"] == true => did.shared.push(title()),
            _ => {}
        }
    }
    did
}

fn bytes(sandbox: &Sandbox, name: &str) -> Vec<u8> {
    std::fs::read(sandbox.path(&format!("build/{name}"))).unwrap()
}

const IMAGES: [&str; 4] = [
    "helloworld_kvm-x86_64",
    "helloworld_kvm-x86_64.dbg",
    "helloworld_linuxu-x86_64",
    "helloworld_linuxu-x86_64.dbg",
];

/// With a cache and without one.
const CACHES: [&[&str]; 2] = [&[], &["--no-cache"]];

#[test]
fn what_images_have_in_common_runs_once() {
    let alone = Sandbox::of("apps/helloworld");
    let one = |platform| build(&alone, &["--no-cache", "--plat", platform]).ran.len();
    let needed = one("kvm") + one("linuxu");
    for cache in CACHES {
        let sandbox = Sandbox::of("apps/helloworld");
        let did = build(&sandbox, &[&BOTH, cache].concat());
        assert_eq!(did.ran.len() + did.shared.len(), needed, "{did:?}");
        let compiled = |name: &str| did.ran.iter().filter(|step| step.contains(name)).count();
        assert_eq!([compiled(": ctype.o "), compiled(": main.o ")], [1, 1], "{did:?}");
        for image in IMAGES {
            assert!(bytes(&sandbox, image) == bytes(&alone, image), "{image} differs");
        }
        let again = build(&sandbox, &[&BOTH, cache].concat());
        assert_eq!(again.ran.len() + again.shared.len(), 0, "{again:?}");
    }
}

#[test]
fn what_mentions_a_differing_option_is_not_shared() {
    for cache in CACHES {
        let sandbox = Sandbox::of("apps/helloworld");
        let source = sandbox.read("main.c");
        let more = "#include <uk/config.h>\n#ifdef CONFIG_PLAT_KVM\nint only_kvm;\n#endif\n";
        sandbox.write("main.c", &format!("{more}{source}"));
        let did = build(&sandbox, &[&BOTH, cache].concat());
        let of_main = |steps: &[String]| {
            steps.iter().filter(|step| step.starts_with("CC apphelloworld: main.o ")).count()
        };
        assert_eq!([of_main(&did.ran), of_main(&did.shared)], [2, 0], "{did:?}");
        assert!(!did.shared.is_empty());
        let has = |image: &str| bytes(&sandbox, image).windows(8).any(|text| text == b"only_kvm");
        assert!(has("helloworld_kvm-x86_64.dbg") && !has("helloworld_linuxu-x86_64.dbg"));
    }
}

#[test]
fn an_image_alone_leaves_the_others_be() {
    let sandbox = Sandbox::of("apps/helloworld");
    build(&sandbox, &BOTH);
    for alone in [&["--plat", "kvm"][..], &["--plat", "linuxu"], &[]] {
        assert_eq!(build(&sandbox, alone).ran, [""; 0]);
    }
    let source = sandbox.read("main.c");
    sandbox.write("main.c", &source.replacen("/*", "/* changed", 1));
    let linuxu = bytes(&sandbox, "apphelloworld/main.o");
    // The title has no word for the image where there is only one.
    assert_eq!(build(&sandbox, &["--no-cache", "--plat", "kvm"]).ran, ["CC apphelloworld: main.o"]);
    assert!(bytes(&sandbox, "apphelloworld/main.o") == linuxu);
    assert_eq!(build(&sandbox, &["--no-cache"]).ran, ["CC apphelloworld: main.o"]);
    // A source that goes takes its objects with it, in the folder that is built.
    sandbox.write("extra.c", "int extra;\n");
    let fragment = sandbox.read("Makefile.uk");
    sandbox.write(
        "Makefile.uk",
        &format!("{fragment}\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/extra.c\n"),
    );
    build(&sandbox, &BOTH);
    let objects = ["build/apphelloworld/extra.o", "build/kvm-x86_64/apphelloworld/extra.o"];
    assert_eq!(objects.map(|object| sandbox.path(object).exists()), [true, true]);
    sandbox.write("Makefile.uk", &fragment);
    build(&sandbox, &["--plat", "kvm"]);
    assert_eq!(objects.map(|object| sandbox.path(object).exists()), [true, false]);
    build(&sandbox, &BOTH);
    assert_eq!(objects.map(|object| sandbox.path(object).exists()), [false, false]);
    // What was fetched for one of them stays when what was built goes, each time.
    let folder = sandbox.path("build/kvm-x86_64/libfetched");
    std::fs::create_dir_all(folder.join("origin")).unwrap();
    std::fs::write(folder.join(".origin"), "").unwrap();
    for _ in 0..2 {
        sandbox.ukbuild(["clean"]).expect(0);
        assert!(folder.join("origin").is_dir() && !sandbox.path(objects[1]).exists());
        assert!(!sandbox.path("build/kvm-x86_64/apphelloworld").exists());
    }
}

#[test]
fn one_image_may_fail_and_the_other_be_built() {
    let sandbox = Sandbox::of("apps/helloworld");
    let source = sandbox.read("main.c");
    let more = "#include <uk/config.h>\n#ifdef CONFIG_PLAT_KVM\n#error not here\n#endif\n";
    sandbox.write("main.c", &format!("{more}{source}"));
    let built = || {
        ["kvm", "linuxu"]
            .map(|name| sandbox.path(&format!("build/helloworld_{name}-x86_64")).exists())
    };
    let ran = sandbox.ukbuild(["build", "-k"].iter().chain(&BOTH)).expect(1);
    assert!(ran.stdout.contains("failed: CC apphelloworld: main.o (kvm-x86_64)"), "{}", ran.stdout);
    assert_eq!(built(), [false, true]);
    sandbox.write("main.c", &source);
    build(&sandbox, &BOTH);
    assert_eq!(built(), [true, true]);
}

#[test]
fn one_line_an_image_and_one_entry_in_the_log() {
    let sandbox = Sandbox::of("apps/helloworld");
    let ran = sandbox.ukbuild(["build"].iter().chain(&BOTH)).expect(0);
    let lines: Vec<&str> = ran.stdout.lines().filter(|line| line.contains(": built, ")).collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    // The configured one comes first.
    assert!(lines[0].starts_with("build/helloworld_linuxu-x86_64: "), "{lines:?}");
    assert!(lines[1].starts_with("build/helloworld_kvm-x86_64: "), "{lines:?}");
    assert!(lines.iter().any(|line| line.ends_with(" shared")), "{lines:?}");
    let log = sandbox.ukbuild(["log", "--builds", "--json"]).expect(0).stdout;
    let log: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(log.as_array().unwrap().len(), 1, "{log}");
    assert_eq!(log[0]["images"].as_array().unwrap().len(), 2, "{log}");
    let database: Value =
        serde_json::from_str(&sandbox.read("build/compile_commands.json")).unwrap();
    let of = |folder: &str| {
        let folder = sandbox.path(folder).canonicalize().unwrap();
        let entries = database.as_array().unwrap().iter();
        let own =
            entries.enumerate().filter(|(_, entry)| entry["directory"] == folder.to_str().unwrap());
        own.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let (configured, other) = (of("build"), of("build/kvm-x86_64"));
    assert_eq!(configured.len() + other.len(), database.as_array().unwrap().len());
    assert!(configured.last() < other.first() && !configured.is_empty(), "{database}");
}

#[test]
fn targets_of_the_manifest() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.write(
        "kraft.yaml",
        "name: helloworld\ntargets:\n- linuxu/x86_64\n- platform: qemu\n  architecture: x86_64\n\
         - name: small\n  plat: linuxu\n  arch: x86_64\n  kconfig:\n    CONFIG_OPTIMIZE_SIZE: y\n\
         - xen/x86_64\n",
    );
    let ran = sandbox.ukbuild(["build", "--target", "small", "--target", "qemu/x86_64"]).expect(0);
    let images = ["build/small_linuxu-x86_64", "build/helloworld_kvm-x86_64"];
    for image in images {
        assert!(ran.stdout.contains(&format!("{image}: built, ")), "{}", ran.stdout);
        assert!(sandbox.path(image).is_file(), "{image}");
    }
    assert!(!sandbox.read(".config").contains("CONFIG_OPTIMIZE_SIZE=y"));
    assert!(sandbox.read("build/linuxu-x86_64.small/.config").contains("CONFIG_OPTIMIZE_SIZE=y"));
    // The configured one is the first target.
    let steps = build(&sandbox, &["--target", "linuxu/x86_64"]);
    assert!(sandbox.path("build/helloworld_linuxu-x86_64").is_file(), "{steps:?}");
    let all = build(&sandbox, &["--all", "--plat", "linuxu"]);
    assert_eq!(all.ran.len() + all.shared.len(), 0, "{all:?}");
    sandbox.ukbuild(["build", "--all"]).expect(1).complains(&["xen/x86_64", "unknown platform"]);
    let help = ["no target tiny", "small (linuxu/x86_64)"];
    sandbox.ukbuild(["build", "--target", "tiny"]).expect(1).complains(&help);
}
