//! What applications and users of the original know from its makefile: variables and goals as words,
//! and an application's own `Makefile`. `scripts/original` compares builds of the original itself.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use common::Sandbox;

/// An external library beside the application.
fn add_library(sandbox: &Sandbox, name: &str) -> PathBuf {
    let folder = sandbox.folder().join(name);
    fs::create_dir_all(&folder).unwrap();
    let option = format!("config LIB{}\n\tbool \"x\"\n\tdefault y\n", name.to_uppercase());
    fs::write(folder.join("Config.uk"), option).unwrap();
    let upper = format!("LIB{}", name.to_uppercase());
    let fragment = format!(
        "$(eval $(call addlib_s,lib{name},$(CONFIG_{upper})))\n\
         {upper}_SRCS-y += $({upper}_BASE)/{name}.c\n{upper}_CFLAGS-y += $(LEVEL)\n"
    );
    fs::write(folder.join("Makefile.uk"), fragment).unwrap();
    fs::write(folder.join(format!("{name}.c")), format!("int {name}(void) {{ return 1; }}\n"))
        .unwrap();
    folder
}

#[test]
fn libraries_name_and_folders_are_words() {
    let sandbox = Sandbox::of("apps/helloworld");
    let libraries = [add_library(&sandbox, "one"), add_library(&sandbox, "two")];
    let libraries = libraries.map(|folder| folder.to_str().unwrap().to_owned()).join(":");
    let list = format!("L={libraries}");
    let ran = sandbox.ukbuild(["build", "print-libs", &list]).expect(0);
    assert!(ran.stdout.contains("libone") && ran.stdout.contains("libtwo"), "{}", ran.stdout);
    let out = sandbox.folder().join("out");
    let settings = sandbox.folder().join("settings");
    let words = [
        format!("O={}", out.display()),
        format!("C={}", settings.display()),
        "N=other".to_owned(),
        "LEVEL=-DLEVEL=3".to_owned(),
        "V=1".to_owned(),
        list,
    ];
    let words = words.iter().map(String::as_str);
    let ran = sandbox.ukbuild(["build", "libone", "libtwo"].into_iter().chain(words)).expect(0);
    assert!(ran.stdout.contains("-DLEVEL=3"), "{}", ran.stdout);
    assert!(out.join("libone.o").is_file() && out.join("libtwo.o").is_file());
    assert!(settings.is_file() && !out.join("libukboot.o").exists());
    let database = fs::read_to_string(out.join("compile_commands.json")).unwrap();
    assert!(database.contains("/one.c"));
    let here = format!("O={}", out.display());
    let ran = sandbox.ukbuild(["build", "print-objs", &here]).expect(0);
    assert!(!ran.stdout.contains("libone"), "{}", ran.stdout);
}

#[test]
fn goals_are_stages_libraries_and_targets() {
    let mut sandbox = Sandbox::of("apps/helloworld");
    let fragment = sandbox.read("Makefile.uk");
    sandbox.write(
        "Makefile.uk",
        &format!("{fragment}\n.PHONY: greet\ngreet:\n\t@echo hello > $(BUILD_DIR)/greeting\n"),
    );
    let steps = sandbox.build(&["libukargparse"]);
    assert!(steps.iter().all(|step| step.contains("libukargparse")), "{steps:?}");
    assert!(steps.contains(&"OBJCOPY libukargparse.o".to_owned()), "{steps:?}");
    assert_eq!(sandbox.build(&["libukargparse"]), [""; 0]);
    sandbox.build(&["greet", "prepare"]);
    assert_eq!(sandbox.read("build/greeting"), "hello\n");
    sandbox.ukbuild(["build", "nothing"]).expect(1).complains(&["`nothing`", "goals are"]);
    sandbox.set("UK_LIBS", "");
    let ran = sandbox.ukbuild(["build", "objs", "L=/no/such/place"]).expect(1);
    ran.complains(&["/no/such/place", "L="]);
}

#[test]
fn what_the_makefile_hands_over_counts() {
    let mut sandbox = Sandbox::with_core("apps/helloworld");
    add_library(&sandbox, "extra");
    sandbox.set("UK_ROOT", "");
    sandbox.write(
        "Makefile",
        "UK_ROOT := $(PWD)/../core\nLIBS = $(CURDIR)/../extra\nOUT ?= $(PWD)/out\n\n\
         all:\n\t@$(MAKE) -C $(UK_ROOT) A=$(PWD) L=$(LIBS) O=$(OUT)\n\n\
         $(MAKECMDGOALS):\n\t@$(MAKE) -C $(UK_ROOT) A=$(PWD) L=$(LIBS) O=$(OUT) $(MAKECMDGOALS)\n",
    );
    sandbox.build(&["libextra"]);
    let database = sandbox.read("out/compile_commands.json");
    let core = sandbox.folder().canonicalize().unwrap().join("core");
    assert!(database.contains(&format!("-I{}/", core.display())), "{database}");
    assert!(sandbox.path("out/libextra.o").is_file() && !sandbox.path("build").exists());
    // Words win over the makefile, and reach its conditional assignments.
    sandbox.build(&["libextra", "OUT=/proc/self/cwd/elsewhere", "O=second"]);
    assert!(sandbox.path("second/libextra.o").is_file());
    // One that calls something else says nothing of this build.
    sandbox.write("Makefile", "all:\n\t$(MAKE) -C /usr O=$(PWD)/third\n");
    sandbox.set("UK_ROOT", core.to_str().unwrap());
    sandbox.build(&["libukargparse"]);
    assert!(sandbox.path("build/libukargparse.o").is_file() && !sandbox.path("third").exists());
}

#[test]
fn a_compiler_may_have_a_wrapper_in_front() {
    let sandbox = Sandbox::of("apps/helloworld");
    let wrapper = sandbox.folder().join("wrap");
    let write = |text: &str| {
        fs::write(&wrapper, text).unwrap();
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
    };
    write("#!/bin/sh\nexec \"$@\"\n");
    let compiler = format!("CC={} gcc", wrapper.display());
    assert!(!sandbox.build(&["libukargparse", &compiler]).is_empty());
    assert_eq!(sandbox.build(&["libukargparse", &compiler]), [""; 0]);
    let database = sandbox.read("build/compile_commands.json");
    assert!(database.contains(wrapper.to_str().unwrap()), "{database}");
    write("#!/bin/sh\n: changed\nexec \"$@\"\n");
    assert!(!sandbox.build(&["libukargparse", &compiler]).is_empty());
    let missing = sandbox.ukbuild(["build", "CC=no-such-compiler -x"]).expect(1);
    missing.complains(&["`no-such-compiler`"]);
}

#[test]
fn makefiles_that_fragments_include_are_made_first() {
    let sandbox = Sandbox::of("apps/helloworld");
    let fragment = sandbox.read("Makefile.uk");
    let include = "include $(APPHELLOWORLD_BUILD)/list.mk\n\
         $(APPHELLOWORLD_BUILD)/list.mk: $(APPHELLOWORLD_BASE)/list\n\
         \tsed 's,.*,APPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/&,' $< > $@\n";
    sandbox.write("Makefile.uk", &format!("{fragment}{include}"));
    sandbox.write("one.c", "int one;\n");
    sandbox.write("two.c", "int two;\n");
    sandbox.write("list", "one.c\n");
    sandbox.build(&["apphelloworld"]);
    let object = |name: &str| sandbox.path(&format!("build/apphelloworld/{name}.o")).is_file();
    assert!(object("one") && !object("two"));
    assert_eq!(sandbox.build(&["apphelloworld"]), [""; 0]);
    sandbox.write("list", "two.c\n");
    let steps = sandbox.build(&["apphelloworld"]);
    assert!(steps.iter().any(|step| step.contains("two.o")), "{steps:?}");
    assert!(object("two"));
    // What runs always, and makes the same always, is no reason to begin again.
    let same = include.replace("/list\n", "/list always\n") + ".PHONY: always\nalways:\n";
    sandbox.write("Makefile.uk", &format!("{fragment}{same}"));
    sandbox.build(&["apphelloworld"]);
    // What is different each time has no end.
    let other = "include $(APPHELLOWORLD_BUILD)/count.mk\n.PHONY: always\nalways:\n\
         $(APPHELLOWORLD_BUILD)/count.mk: always\n\techo '#' >> $@\n";
    sandbox.write("Makefile.uk", &format!("{fragment}{other}"));
    let ran = sandbox.ukbuild(["build", "apphelloworld"]).expect(1);
    ran.complains(&["different each time", "count.mk"]);
}

#[test]
fn an_archive_is_unpacked_once_and_may_bring_makefiles() {
    let mut sandbox = Sandbox::of("apps/helloworld");
    let library = add_library(&sandbox, "one");
    let fragment = "$(eval $(call addlib_s,libone,$(CONFIG_LIBONE)))\n\
         $(eval $(call unarchive,libone,$(LIBONE_BASE)/x.tar.gz))\n\
         include $(LIBONE_ORIGIN)/x/files.mk\n\
         LIBONE_SRCS-$(MORE) += $(LIBONE_ORIGIN)/x/b.c\n\
         $(LIBONE_BUILD)/.configured: $(LIBONE_BUILD)/.origin\n\
         \techo '#define N 1' > $(LIBONE_ORIGIN)/x/n.h && touch $@\n\
         UK_PREPARE-y += $(LIBONE_BUILD)/.configured\n";
    fs::write(library.join("Makefile.uk"), fragment).unwrap();
    let inner = library.join("x");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("files.mk"), "LIBONE_SRCS-y += $(LIBONE_ORIGIN)/x/a.c\n").unwrap();
    for name in ["a", "b"] {
        let text = format!("#include \"n.h\"\nint {name} = N;\n");
        fs::write(inner.join(format!("{name}.c")), text).unwrap();
    }
    let mut tar = std::process::Command::new("tar");
    assert!(tar.args(["-czf", "x.tar.gz", "x"]).current_dir(&library).status().unwrap().success());
    sandbox.set("UK_LIBS", "");
    let list = format!("L={}", library.display());
    let steps = sandbox.build(&["libone", &list]);
    assert!(steps.contains(&"CC libone: a.o".to_owned()), "{steps:?}");
    let steps = sandbox.build(&["libone", &list, "MORE=y"]);
    assert!(steps.contains(&"CC libone: b.o".to_owned()), "{steps:?}");
    assert!(!steps.iter().any(|step| step.starts_with("UNPACK")), "{steps:?}");
    assert!(!steps.contains(&"CC libone: a.o".to_owned()), "{steps:?}");
    assert_eq!(sandbox.build(&["libone", &list, "MORE=y"]), [""; 0]);
}
