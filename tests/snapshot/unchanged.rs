//! Nothing changed, or nothing that matters.

use crate::common::Sandbox;
use crate::described::{append, describe, folder, records, settle, settled};

#[test]
fn nothing_is_evaluated_when_nothing_changed() {
    let sandbox = settled();
    let again = describe(&sandbox);
    assert_eq!(again.parts(), [""; 0]);
    assert!(!again.steps.is_empty());
}

#[test]
fn the_build_itself_changes_nothing() {
    let sandbox = settled();
    assert!(!sandbox.build(&[]).is_empty());
    settle(&sandbox);
    assert_eq!(describe(&sandbox).steps, [""; 0]);
}

#[test]
fn the_first_description_is_kept_but_for_the_configuration_that_it_makes() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    assert_eq!(describe(&sandbox).parts(), ["configuration", "compiler", "fragments"]);
    let second = describe(&sandbox);
    assert_eq!(second.parts(), ["configuration"]);
    assert!(second.evaluated[0].1.ends_with(".config changed"), "{:?}", second.evaluated);
    assert_eq!(describe(&sandbox).parts(), [""; 0]);
}

#[test]
fn what_fragments_say_is_said_each_time() {
    let sandbox = settled();
    append(&sandbox, "Makefile.uk", "$(info told by a fragment)\n$(warning beware)");
    let told = || {
        let ran = sandbox.ukbuild(["build", "-n"]).expect(0);
        let count = |text: &str, part: &str| text.matches(part).count();
        (count(&ran.stdout, "told by a fragment"), count(&ran.stderr, "beware"))
    };
    assert_eq!([told(), told(), told()], [(1, 1); 3]);
}

#[test]
fn what_config_files_warn_of_is_said_each_time() {
    let sandbox = settled();
    append(&sandbox, "Config.uk", "config ODD\n\tint \"Odd\"\n\tdefault x");
    settle(&sandbox);
    let recalled = describe(&sandbox).stderr;
    assert!(recalled.contains("'ODD': number is invalid"), "{recalled}");
    std::fs::remove_dir_all(folder(&sandbox)).unwrap();
    assert_eq!(describe(&sandbox).stderr, recalled);
}

#[test]
fn a_touched_file_changes_nothing() {
    let sandbox = settled();
    for name in ["Makefile.uk", "Config.uk", ".config", "kraft.yaml", "defconfig", "Makefile"] {
        sandbox.write(name, &sandbox.read(name));
        assert_eq!(describe(&sandbox).parts(), [""; 0], "{name}");
    }
}

#[test]
fn words_that_say_the_same_stop_at_the_configuration() {
    let sandbox = settled();
    sandbox.replace("Config.uk", "Each argument goes on", "Every argument goes on");
    assert_eq!(describe(&sandbox).parts(), ["configuration"]);
    append(&sandbox, ".config", "# a comment");
    assert_eq!(describe(&sandbox).parts(), ["configuration"]);
}

#[test]
fn the_terminal_and_the_folder_do_not_matter() {
    let mut sandbox = settled();
    let session = [("SHLVL", "7"), ("_", "/bin/x"), ("OLDPWD", "/"), ("TMUX", "/tmp/x,1,0")];
    session.iter().for_each(|(name, value)| sandbox.set(name, value));
    assert_eq!(describe(&sandbox).parts(), [""; 0]);
    let app = sandbox.app().to_str().unwrap().to_owned();
    sandbox.set("PWD", "/");
    let ran = sandbox.run(
        "/usr/bin/env".as_ref(),
        ["-C", "/", env!("CARGO_BIN_EXE_ukbuild"), "build", "-n", "--json", &app],
    );
    assert_eq!(crate::described::described(ran).parts(), [""; 0]);
}

#[test]
fn goals_platforms_and_environments_have_records_of_their_own() {
    let mut sandbox = settled();
    let evaluated = |sandbox: &Sandbox, words: &[&str]| {
        let all = ["build", "-n", "--json", "--no-cache"].iter().chain(words);
        crate::described::described(sandbox.ukbuild(all)).parts().len()
    };
    for words in [&["objs"][..], &["--plat", "kvm"], &["--arch", "x86_64"]] {
        evaluated(&sandbox, words);
        evaluated(&sandbox, words);
        assert_eq!(evaluated(&sandbox, words), 0, "{words:?}");
    }
    assert_eq!(evaluated(&sandbox, &[]), 0);
    for round in 0..24 {
        sandbox.set("ROUND", &round.to_string());
        assert_eq!(evaluated(&sandbox, &[]), 3);
    }
    assert!(records(&sandbox).len() <= 3 * 16, "{:?}", records(&sandbox));
}

#[test]
fn questions_are_answered_from_the_same_records() {
    let sandbox = settled();
    let before = records(&sandbox);
    let times = |sandbox: &Sandbox| -> Vec<_> {
        records(sandbox).iter().map(|path| path.metadata().unwrap().modified().unwrap()).collect()
    };
    let written = times(&sandbox);
    for words in [&["query", "sources"][..], &["graph"], &["query", "commands"]] {
        sandbox.ukbuild(words).expect(0);
    }
    assert_eq!(records(&sandbox), before);
    assert_eq!(times(&sandbox), written);
}
