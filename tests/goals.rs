//! Goals that build nothing, as words of `ukbuild build` and through an application's own Makefile:
//! what they leave, and that they are done in their turn.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{Ran, Sandbox};

/// The two ways to ask for goals.
const WAYS: [&str; 2] = ["build", "make"];

fn app() -> Sandbox {
    let mut sandbox = Sandbox::of("apps/helloworld");
    // As a shell would say in that folder: the Makefile goes by it.
    let folder = sandbox.app().to_str().unwrap().to_owned();
    sandbox.set("PWD", &folder);
    sandbox
}

fn goals(sandbox: &Sandbox, way: &str, goals: &[&str]) -> Ran {
    sandbox.ukbuild([&[way], goals].concat())
}

/// Files below the build folder, but for the engine's own and those of the configuration.
fn built(sandbox: &Sandbox) -> BTreeSet<String> {
    fn list(base: &Path, folder: &Path, found: &mut BTreeSet<String>) {
        for entry in folder.read_dir().into_iter().flatten().map(Result::unwrap) {
            let path = entry.path();
            let name = path.strip_prefix(base).unwrap().to_str().unwrap().to_owned();
            match entry.file_type().unwrap().is_dir() {
                true if [".ukbuild", "kconfig", "include"].contains(&name.as_str()) => {}
                true => list(base, &path, found),
                false => drop(found.insert(name)),
            }
        }
    }
    let mut found = BTreeSet::new();
    let build = sandbox.path("build");
    list(&build, &build, &mut found);
    found.remove("compile_commands.json");
    found
}

#[test]
fn cleaning_leaves_what_it_should() {
    for way in WAYS {
        let sandbox = app();
        goals(&sandbox, way, &[]).expect(0);
        let all = built(&sandbox);
        assert!(all.contains("libukboot/boot.o") && all.contains("libukboot.o"), "{all:?}");
        goals(&sandbox, way, &["clean-libukboot"]).expect(0);
        let of_library =
            |name: &&String| name.starts_with("libukboot/") || name.starts_with("libukboot.");
        let others: BTreeSet<String> =
            all.iter().filter(|name| !of_library(name)).cloned().collect();
        assert_eq!(built(&sandbox), others, "{way}");
        goals(&sandbox, way, &["clean-libs"]).expect(0);
        let images: BTreeSet<String> =
            all.iter().filter(|name| name.starts_with("helloworld_")).cloned().collect();
        assert_eq!(built(&sandbox), images, "{way}");
        // What is missing is made again, and nothing else is needed.
        goals(&sandbox, way, &["all"]).expect(0);
        assert_eq!(built(&sandbox), all, "{way}");
        goals(&sandbox, way, &["clean"]).expect(0);
        assert_eq!(built(&sandbox), BTreeSet::new(), "{way}");
        assert!(sandbox.path(".config").is_file());
        goals(&sandbox, way, &["properclean"]).expect(0);
        assert!(!sandbox.path("build").exists() && sandbox.path(".config").is_file());
        std::fs::write(sandbox.path(".config.old"), "").unwrap();
        goals(&sandbox, way, &["distclean"]).expect(0);
        assert!(!sandbox.path(".config").exists() && !sandbox.path(".config.old").exists());
        let refused = goals(&sandbox, way, &["clean-nothing"]);
        assert_eq!(refused.status, if way == "make" { 2 } else { 1 });
        refused.complains(&["no library `nothing`", "print-libs"]);
    }
}

#[test]
fn configuring_without_a_menu() {
    for way in WAYS {
        let sandbox = app();
        let option = |name: &str| {
            let text = sandbox.read(".config");
            let mut lines = text.lines().map(str::to_owned);
            lines.find(|line| {
                line.contains(&format!("CONFIG_{name}="))
                    || *line == format!("# CONFIG_{name} is not set")
            })
        };
        goals(&sandbox, way, &["allyesconfig"]).expect(0);
        assert_eq!(option("LIBUKDEBUG_PRINTK").as_deref(), Some("CONFIG_LIBUKDEBUG_PRINTK=y"));
        goals(&sandbox, way, &["allnoconfig"]).expect(0);
        assert_ne!(option("LIBUKDEBUG_PRINTK").as_deref(), Some("CONFIG_LIBUKDEBUG_PRINTK=y"));
        goals(&sandbox, way, &["defconfig"]).expect(0);
        let defaults = sandbox.read(".config");
        assert_eq!(option("PLAT_LINUXU").as_deref(), Some("CONFIG_PLAT_LINUXU=y"));
        // The smallest file says as much.
        let small = format!("UK_DEFCONFIG={}", sandbox.path("small").display());
        goals(&sandbox, way, &["savedefconfig", &small]).expect(0);
        assert!(sandbox.read("small").lines().count() < defaults.lines().count() / 4);
        goals(&sandbox, way, &["randconfig", "KCONFIG_SEED=5"]).expect(0);
        assert_ne!(sandbox.read(".config"), defaults, "{way}");
        std::fs::create_dir(sandbox.path("configs")).unwrap();
        std::fs::rename(sandbox.path("small"), sandbox.path("configs/my_defconfig")).unwrap();
        goals(&sandbox, way, &["my_defconfig"]).expect(0);
        assert_eq!(sandbox.read(".config"), defaults, "{way}");
        // An option that is new gets its default; asked for, it gets what is answered: nothing.
        let without = |name: &str| {
            let kept = defaults.lines().filter(|line| !line.contains(name));
            sandbox.write(".config", &kept.map(|line| format!("{line}\n")).collect::<String>());
        };
        for goal in ["olddefconfig", "oldconfig", "syncconfig"] {
            without("CONFIG_HZ=");
            goals(&sandbox, way, &[goal]).expect(0);
            assert_eq!(sandbox.read(".config"), defaults, "{way} {goal}");
        }
        assert!(sandbox.read("build/include/uk/_config.h").contains("CONFIG_HZ"));
        let refused = goals(&sandbox, way, &["no_defconfig"]);
        assert_ne!(refused.status, 0);
        refused.complains(&["configs/no_defconfig"]);
        let refused = goals(&sandbox, way, &["menuconfig"]);
        assert_ne!(refused.status, 0);
        refused.complains(&["no menuconfig", "ukbuild set", "oldconfig"]);
    }
}

#[test]
fn goals_are_done_in_their_turn() {
    for way in WAYS {
        let sandbox = app();
        let image = || sandbox.path("build/helloworld_linuxu-x86_64").is_file();
        goals(&sandbox, way, &["defconfig", "images"]).expect(0);
        assert!(image(), "{way}");
        goals(&sandbox, way, &["images", "properclean"]).expect(0);
        assert!(!image(), "{way}");
        goals(&sandbox, way, &["properclean", "olddefconfig", "prepare", "fetch", "all"]).expect(0);
        assert!(image(), "{way}");
        let told = goals(&sandbox, way, &["help", "print-libs"]).expect(0).stdout;
        let help = told.find("clean-libs").unwrap();
        assert!(told[help..].contains("apphelloworld"), "{told}");
        goals(&sandbox, way, &["-n", "properclean", "distclean"]).expect(0);
        assert!(image() && sandbox.path(".config").is_file(), "{way}");
        // What comes after a failure is not done.
        assert_ne!(goals(&sandbox, way, &["menuconfig", "properclean"]).status, 0);
        assert!(image(), "{way}");
        let told = goals(&sandbox, way, &["print-vars", "VARS=CONFIG_UK_NAME UK_LIBS"]).expect(0);
        assert!(told.stdout.contains("[file] UK_LIBS := apphelloworld "), "{}", told.stdout);
        assert!(told.stdout.contains("] CONFIG_UK_NAME := helloworld"), "{}", told.stdout);
    }
}
