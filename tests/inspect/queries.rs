//! What is made of what, and why.

use std::process::Command;

use insta::assert_snapshot;

use crate::common::Sandbox;
use crate::subject::{built, printed, value};

fn lines(arguments: &[&str]) -> Vec<String> {
    printed(built(), arguments).lines().map(str::to_owned).collect()
}

#[test]
fn before_a_build_nothing_is_built_and_only_headers_are_missing() {
    let sandbox = Sandbox::of("apps/helloworld");
    assert_eq!(printed(&sandbox, &["query", "inputs", "main.o"]), "main.c\n");
    assert!(!sandbox.path("build/apphelloworld").exists());
    assert!(!sandbox.path("build/.ukbuild/journal").exists());
    let headers = lines(&["query", "inputs", "main.o"]);
    assert!(headers.contains(&"main.c".to_owned()), "{headers:?}");
    assert!(headers.contains(&"CORE/lib/nolibc/include/stdio.h".to_owned()), "{headers:?}");
}

#[test]
fn inputs_of_a_library_come_from_outside_it() {
    let inputs = lines(&["query", "inputs", "libukboot"]);
    assert!(inputs.contains(&"CORE/lib/ukboot/boot.c".to_owned()), "{inputs:?}");
    assert!(inputs.contains(&"CORE/lib/ukboot/exportsyms.uk".to_owned()), "{inputs:?}");
    assert!(!inputs.iter().any(|path| path.ends_with(".o")), "{inputs:?}");
    // All together: nothing that is made.
    let all = lines(&["query", "inputs"]);
    assert!(inputs.iter().all(|path| all.contains(path) || path.starts_with("build/")));
    assert!(!all.iter().any(|path| path.ends_with(".o") || path.ends_with(".dbg")), "{all:?}");
}

#[test]
fn outputs_of_a_source_a_header_and_a_library() {
    assert_eq!(lines(&["query", "outputs", "main.c"]), ["build/apphelloworld/main.o"]);
    let outputs = lines(&["query", "outputs", "uk/alloc.h"]);
    assert!(outputs.contains(&"build/libukalloc/alloc.o".to_owned()), "{outputs:?}");
    assert!(!outputs.contains(&"build/apphelloworld/main.o".to_owned()), "{outputs:?}");
    assert_eq!(
        lines(&["query", "outputs", "apphelloworld"]),
        ["build/apphelloworld.ld.o", "build/apphelloworld.o", "build/apphelloworld/main.o"]
    );
    let all = lines(&["query", "outputs"]);
    assert!(all.contains(&"build/helloworld_linuxu-x86_64.dbg".to_owned()), "{all:?}");
}

#[test]
fn commands_can_be_run_by_a_shell() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.build(&[]);
    let object = sandbox.path("build/apphelloworld/main.o");
    let before = std::fs::read(&object).unwrap();
    std::fs::remove_file(&object).unwrap();
    let command = sandbox.ukbuild(["query", "commands", "apphelloworld/main.o"]).expect(0).stdout;
    assert_eq!(command.lines().count(), 1, "{command}");
    let status = Command::new("sh")
        .args(["-c", &command])
        .current_dir(sandbox.path("build"))
        .status()
        .unwrap();
    assert!(status.success());
    assert!(std::fs::read(&object).unwrap() == before);
}

#[test]
fn commands_come_in_an_order_that_works() {
    let commands = lines(&["query", "commands"]);
    let position = |end: &str| {
        let at = commands.iter().position(|line| line.contains(&format!("-o {end}")));
        at.unwrap_or_else(|| panic!("no command for {end}"))
    };
    let image = position("APP/build/helloworld_linuxu-x86_64.dbg");
    assert!(position("APP/build/apphelloworld/main.o") < position("APP/build/apphelloworld.ld.o"));
    assert!(position("APP/build/libukboot.ld.o") < image);
}

#[test]
fn libraries_and_sources() {
    let libraries = lines(&["query", "libs"]);
    assert_eq!(libraries[0], "apphelloworld");
    assert!(libraries.contains(&"libukboot".to_owned()), "{libraries:?}");
    assert_eq!(lines(&["query", "libs", "main.c"]), ["apphelloworld"]);
    assert_eq!(lines(&["query", "sources", "apphelloworld"]), ["main.c"]);
    assert_eq!(lines(&["query", "sources", "apphelloworld.o"]), ["main.c"]);
    let all = lines(&["query", "sources", "helloworld_linuxu-x86_64"]);
    assert!(all.contains(&"CORE/lib/ukboot/boot.c".to_owned()), "{all:?}");
    // Not even a generated linker script is compiled into the image twice.
    assert!(lines(&["query", "sources"]).len() >= all.len());
    assert_snapshot!(printed(built(), &["query", "sources", "apphelloworld", "--json"]));
    assert_snapshot!(printed(built(), &["query", "libs", "apphelloworld", "--json"]));
}

#[test]
fn graphs() {
    assert_snapshot!(printed(built(), &["graph", "apphelloworld", "--sources"]));
    let graph = value(built(), &["graph", "apphelloworld", "--format", "json"]);
    let steps = graph["steps"].as_array().unwrap();
    let compile = steps.iter().find(|step| step["tag"] == "CC").unwrap();
    assert_eq!(compile["library"], "apphelloworld");
    assert_eq!(compile["inputs"][0], "APP/main.c");
    assert!(compile["found"].as_array().unwrap().len() > 1);
    assert!(compile["commands"][0].as_str().unwrap().starts_with("gcc "));
    let all = value(built(), &["graph", "--format", "json"]);
    assert!(all["steps"].as_array().unwrap().len() > steps.len());
    let goals = all["goals"].as_array().unwrap();
    assert!(goals.contains(&"APP/build/helloworld_linuxu-x86_64".into()), "{goals:?}");
}

/// A text that no change of the core's fragments changes.
fn without_lines_of_the_core(text: &str) -> String {
    let mask = |line: &str| match line.split_once(".uk:") {
        Some((file, rest)) if file.contains("CORE/") => {
            let rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{file}.uk:LINE{rest}\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(mask).collect()
}

#[test]
fn why_a_source_a_header_and_a_library_are_in_the_image() {
    assert_snapshot!(without_lines_of_the_core(&printed(built(), &["why", "main.c"])));
    let header = printed(built(), &["why", "nolibc/include/stdio.h"]);
    assert!(header.contains("included by CC "), "{header}");
    assert!(header.contains("steps read "), "{header}");
    let library = printed(built(), &["why", "libukboot"]);
    assert!(library.starts_with("build/libukboot.o is in build/helloworld_linuxu"), "{library}");
    let chains = value(built(), &["why", "main.c", "--json"]);
    let first = &chains[0]["chains"][0][0];
    assert_eq!(first["origin"]["file"], "APP/Makefile.uk");
    assert_eq!(first["to"], "APP/build/apphelloworld/main.o");
}

#[test]
fn what_is_not_there_is_said_with_what_may_be_meant() {
    let ran = built().ukbuild(["why", "mian.c"]).expect(1);
    ran.complains(&["nothing in this build is called mian.c", "there is main.c"]);
    built().ukbuild(["query", "libs", "libukbot"]).expect(1).complains(&["there is libukboot"]);
    built().ukbuild(["query", "nonsense"]).expect(2);
    // A source that the configuration leaves out.
    built().ukbuild(["why", "uktest/test.c"]).expect(1).complains(&["nothing in this build"]);
}

#[test]
fn another_platform_is_asked_about_without_building_it() {
    let sources = lines(&["query", "sources", "--plat", "kvm"]);
    assert!(sources.iter().any(|path| path.contains("/plat/kvm/")), "{sources:?}");
    assert!(!built().path("build/helloworld_kvm-x86_64").exists());
}
