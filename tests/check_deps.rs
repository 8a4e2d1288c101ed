//! `ukbuild build --check-deps`: what steps read and write without saying so is found and named.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Sandbox;
use serde_json::Value;

/// An application whose fragment has a rule of its own, which makes a header from words.txt.
fn app(prerequisites: &str, recipe: &str) -> Sandbox {
    let sandbox = Sandbox::of("apps/helloworld");
    let rule = format!(
        "$(APPHELLOWORLD_BUILD)/words.h: $(APPHELLOWORLD_BASE)/words.txt {prerequisites}\n\t{recipe}\n"
    );
    let fragment = sandbox.read("Makefile.uk");
    let use_it = "UK_PREPARE-y += $(APPHELLOWORLD_BUILD)/words.h\n";
    sandbox.write("Makefile.uk", &format!("{fragment}\n{rule}{use_it}"));
    sandbox.write("words.txt", "#define WORD \"said\"\n");
    sandbox.write("unsaid.txt", "/* unsaid */\n");
    sandbox
}

const RECIPE: &str = "cat $(APPHELLOWORLD_BASE)/words.txt $(APPHELLOWORLD_BASE)/unsaid.txt > $@";

#[test]
fn the_core_declares_all_that_it_reads() {
    let sandbox = Sandbox::of("apps/helloworld");
    let ran = sandbox.ukbuild(["build", "--check-deps"]).expect(0);
    assert!(ran.stdout.contains(": built, "), "{}", ran.stdout);
    // Every step runs, whatever is up to date, and the build is none the worse for it.
    let again = sandbox.ukbuild(["build", "--check-deps", "--json"]).expect(0);
    let count = |word: &str| again.stdout.lines().filter(|line| line.contains(word)).count();
    assert!(count("\"kind\":\"watched\"") > 50, "{}", again.stdout);
    assert_eq!(count("\"event\":\"undeclared\""), 0, "{}", again.stdout);
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

#[test]
fn a_file_that_a_rule_does_not_name_is_found() {
    let sandbox = app("", RECIPE);
    let ran = sandbox.ukbuild(["build", "--check-deps"]).expect(1);
    let ran = ran.complains(&["1 step has undeclared dependencies", "among its prerequisites"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("undeclared: ")).unwrap();
    let fragment = sandbox.read("Makefile.uk");
    let line = 1 + fragment.lines().position(|line| line.starts_with("\tcat ")).unwrap();
    assert!(lines[at].ends_with(&format!("/helloworld/Makefile.uk:{line})")), "{}", lines[at]);
    let unsaid = sandbox.path("unsaid.txt").canonicalize().unwrap();
    let expected = format!("          reads {}, which is no input", unsaid.display());
    assert_eq!(lines[at + 1], expected);
    assert_eq!(ran.stdout.matches(", which is no ").count(), 1, "{}", ran.stdout);
    let ran = sandbox.ukbuild(["build", "--check-deps", "--json"]).expect(1);
    let event = ran.stdout.lines().find(|line| line.contains("\"event\":\"undeclared\"")).unwrap();
    let event: Value = serde_json::from_str(event).unwrap();
    assert_eq!(event["reads"], serde_json::json!([unsaid.to_str().unwrap()]));
    assert_eq!(event["line"], line);
}

#[test]
fn a_file_that_a_rule_names_is_fine() {
    let sandbox = app("$(APPHELLOWORLD_BASE)/unsaid.txt", RECIPE);
    sandbox.ukbuild(["build", "--check-deps"]).expect(0);
}

#[test]
fn a_file_that_is_left_behind_is_found() {
    let recipe = "cp $< $@.tmp && cp $@.tmp $(APPHELLOWORLD_BUILD)/side.h && mv $@.tmp $@";
    let sandbox = app("", recipe);
    let ran = sandbox.ukbuild(["build", "--check-deps"]).expect(1);
    let found: Vec<&str> =
        ran.stdout.lines().filter(|line| line.contains(", which is no ")).collect();
    let side = sandbox.path("build/apphelloworld/side.h").canonicalize().unwrap();
    assert_eq!(found, [format!("          writes {}, which is no output", side.display())]);
}
