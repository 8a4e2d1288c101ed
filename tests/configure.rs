//! Asking for reasons and for changes, from the command line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Sandbox;

#[test]
fn why_names_the_setting_and_its_line() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.ukbuild(["set", "LIBUKDEBUG_PRINTK=y"]).expect(0);
    let config = sandbox.read(".config");
    let line = config.lines().position(|line| line == "CONFIG_LIBUKDEBUG_PRINTK=y").unwrap() + 1;
    let ran = sandbox.ukbuild(["config", "why", "LIBUKDEBUG_PRINTK"]).expect(0);
    let place = format!("it is set in .config:{line}");
    assert!(ran.stdout.starts_with("LIBUKDEBUG_PRINTK is y.\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains(&place), "{}", ran.stdout);
}

#[test]
fn why_names_selecting_options_with_their_places() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let ran = sandbox.ukbuild(["config", "why", "CONFIG_LIBUKDEBUG", "--json"]).expect(0);
    let all: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(all["option"], "LIBUKDEBUG");
    let causes = all["causes"].as_array().unwrap();
    let boot = causes.iter().find(|cause| cause["by"] == "LIBUKBOOT").unwrap();
    assert_eq!(boot["cause"], "select");
    assert!(boot["place"].as_str().unwrap().contains("/lib/ukboot/Config.uk:"), "{boot}");
    let text = sandbox.ukbuild(["config", "why", "LIBUKDEBUG"]).expect(0).stdout;
    assert!(text.contains("LIBUKBOOT [=y] selects it ("), "{text}");
    assert!(text.contains("n: cannot be set"), "{text}");
}

#[test]
fn why_knows_similar_names() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let ran = sandbox.ukbuild(["config", "why", "LIBUKDEBUK"]).expect(1);
    ran.complains(&["there is no option `LIBUKDEBUK`", "LIBUKDEBUG"]);
}

#[test]
fn a_solution_is_shown_first_and_written_when_asked() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.ukbuild(["set", "OPTIMIZE_NONE=y"]).expect(0);
    let before = sandbox.read(".config");
    let wishes = ["OPTIMIZE_DEADELIM=y", "OPTIMIZE_SIZE=y", "LIBUKDEBUG_TEST=y"];
    sandbox.ukbuild(["set"].iter().chain(&wishes)).expect(1).complains(&["LIBUKTEST"]);
    let solve: Vec<&str> = ["config", "solve"].iter().chain(&wishes).copied().collect();
    let ran = sandbox.ukbuild(&solve).expect(0);
    assert_eq!(sandbox.read(".config"), before);
    assert!(ran.stdout.contains("OPTIMIZE_SIZE=y  as wished"), "{}", ran.stdout);
    let needed = "LIBUKTEST=y  because LIBUKDEBUG_TEST depends on it";
    assert!(ran.stdout.contains(needed), "{}", ran.stdout);
    let ran = sandbox.ukbuild(solve.iter().chain(&["--apply"])).expect(0);
    assert!(ran.stdout.contains("wrote .config"), "{}", ran.stdout);
    let after = sandbox.read(".config");
    assert!(after.contains("CONFIG_OPTIMIZE_SIZE=y\n"), "{after}");
    assert!(after.contains("CONFIG_OPTIMIZE_DEADELIM=y\n"), "{after}");
    assert!(after.contains("CONFIG_LIBUKTEST=y\n"), "{after}");
    assert_eq!(sandbox.read(".config.old"), before);
    let ran = sandbox.ukbuild(&solve).expect(0);
    assert!(ran.stdout.contains("Nothing has to change"), "{}", ran.stdout);
}

#[test]
fn any_tree_can_be_asked() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.write(
        "Kconfig",
        "config NET\n\tbool \"net\"\n\nconfig TLS\n\tbool \"tls\"\n\tdepends on NET\n",
    );
    sandbox.write("my.config", "# CONFIG_NET is not set\n");
    let tree = ["--kconfig", "Kconfig", "--config", "my.config", "--dialect", "linux"];
    let why = sandbox.ukbuild(["config", "why", "TLS"].iter().chain(&tree)).expect(0);
    assert!(why.stdout.contains("NET [=n]: does not hold"), "{}", why.stdout);
    let solve = ["config", "solve", "TLS=y", "--apply"];
    let ran = sandbox.ukbuild(solve.iter().chain(&tree)).expect(0);
    assert!(ran.stdout.contains("NET=y  because TLS depends on it"), "{}", ran.stdout);
    let written = sandbox.read("my.config");
    assert!(written.ends_with("CONFIG_NET=y\nCONFIG_TLS=y\n"), "{written}");
    assert_eq!(sandbox.read("my.config.old"), "# CONFIG_NET is not set\n");
    let conflict = ["config", "solve", "TLS=y", "NET=n"];
    let ran = sandbox.ukbuild(conflict.iter().chain(&tree)).expect(1);
    assert!(ran.stdout.contains("These exclude each other: TLS=y, NET=n"), "{}", ran.stdout);
    let missing = ["config", "why", "TLS", "--kconfig", "Kconfig", "--config", "none"];
    sandbox.ukbuild(missing).expect(1).complains(&["cannot read", "none"]);
}
