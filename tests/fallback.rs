//! Cores that native mode does not know are built by their own makefiles.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Sandbox;

/// An application with a core of another version, whose makefile tells what it is told.
fn with_core(version: &str) -> Sandbox {
    let mut sandbox = Sandbox::of("apps/helloworld");
    std::fs::remove_file(sandbox.path("kraft.yaml")).unwrap();
    let core = sandbox.folder().join("core");
    std::fs::create_dir(&core).unwrap();
    let write = |name: &str, text: &str| std::fs::write(core.join(name), text).unwrap();
    let (major, minor) = version.split_once('.').unwrap();
    write("version.mk", &format!("UK_VERSION = {major}\nUK_SUBVERSION = {minor}\n"));
    write("Makefile.uk", "");
    write("Config.uk", "config UK_NAME\n\tstring\n\tdefault \"hello\"\n");
    write(
        "Makefile",
        "all:\n\t@echo 'A is $A, L is $L, N is $N, X is $X'\n\t@test -f '$C'\nbad:\n\t@false\n",
    );
    let root = core.to_str().unwrap().to_owned();
    sandbox.set("UK_ROOT", &root);
    sandbox
}

#[test]
fn a_newer_core_is_built_by_its_makefiles() {
    let sandbox = with_core("0.18");
    let ran = sandbox.ukbuild(["build", "X=1"]).expect(0).complains(&["version 0.18 is newer"]);
    let app = sandbox.app().canonicalize().unwrap();
    let expected = format!("A is {}, L is , N is helloworld, X is 1", app.display());
    assert!(ran.stdout.lines().any(|line| line == expected), "{}", ran.stdout);
    assert!(sandbox.read(".config").contains("CONFIG_UK_NAME=\"hello\""));
    sandbox.ukbuild(["build", "bad"]).expect(1);
    let ran = sandbox.ukbuild(["build", "-n"]).expect(0);
    assert!(ran.stdout.contains("echo 'A is "), "{}", ran.stdout);
    sandbox.ukbuild(["build", "--plat", "kvm"]).expect(1).complains(&["what is configured"]);
}

#[test]
fn an_engine_can_be_asked_for() {
    let sandbox = with_core("0.17");
    let ran = sandbox.ukbuild(["build", "--engine", "make"]).expect(0);
    assert!(ran.stdout.contains("N is helloworld"), "{}", ran.stdout);
    // The native engine finds what the core lacks.
    for arguments in [&["build"][..], &["build", "--engine=native"]] {
        let ran = sandbox.ukbuild(arguments).expect(1);
        assert!(!ran.stdout.contains("N is helloworld"), "{}", ran.stdout);
    }
    std::fs::remove_file(sandbox.folder().join("core/Makefile")).unwrap();
    sandbox.ukbuild(["build", "--engine=make"]).expect(1).complains(&["has no makefile"]);
}

/// Where a core brings a menu of its own, that is what its goals start.
#[test]
fn menus_are_the_cores_own() {
    let sandbox = with_core("0.17");
    let core = sandbox.folder().join("core");
    let goal = "menuconfig:\n\t@echo 'a menu for $A in $O'; read answer; echo \"got $$answer\"\n";
    let makefile = std::fs::read_to_string(core.join("Makefile")).unwrap();
    std::fs::write(core.join("Makefile"), makefile + goal).unwrap();
    sandbox.ukbuild(["build", "menuconfig"]).expect(1).complains(&["this core has no menuconfig"]);
    std::fs::create_dir_all(core.join("support/kconfig")).unwrap();
    std::fs::write(core.join("support/kconfig/Makefile"), "").unwrap();
    let ran = sandbox.ukbuild(["build", "menuconfig"]).expect(0);
    let app = sandbox.app().canonicalize().unwrap();
    let expected = format!("a menu for {0} in {0}/build", app.display());
    assert!(ran.stdout.lines().any(|line| line == expected), "{}", ran.stdout);
    assert!(ran.stdout.contains("got"), "{}", ran.stdout);
    sandbox.ukbuild(["build", "nconfig"]).expect(1);
}
