//! Building applications: what runs, and what does not run again. Commands are counted, not timed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::Sandbox;

fn greeting(sandbox: &Sandbox) -> String {
    sandbox.ukbuild(["run"]).expect(0).stdout
}

#[test]
fn the_first_build_configures_and_names_what_it_wrote() {
    let sandbox = Sandbox::of("apps/helloworld");
    let ran = sandbox.ukbuild(["build"]).expect(0);
    assert!(ran.stdout.contains(".config"), "{}", ran.stdout);
    assert!(ran.stdout.contains("defconfig"), "{}", ran.stdout);
    assert!(sandbox.path("build/helloworld_linuxu-x86_64").is_file());
    assert!(sandbox.path("build/helloworld_linuxu-x86_64.dbg").is_file());
    assert!(sandbox.path("build/compile_commands.json").is_file());
    assert!(greeting(&sandbox).contains("Hello"));
}

#[test]
fn without_a_defconfig_the_defaults_are_used() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    std::fs::remove_file(sandbox.path("defconfig")).unwrap();
    std::fs::remove_file(sandbox.path("kraft.yaml")).unwrap();
    let ran = sandbox.ukbuild(["build"]).expect(0);
    assert!(ran.stdout.contains("defaults of Config.uk"), "{}", ran.stdout);
    assert!(sandbox.path(".config").is_file());
}

#[test]
fn a_second_build_runs_nothing_and_says_so() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    assert_eq!(sandbox.build(&[]), [""; 0]);
    let ran = sandbox.ukbuild(["build"]).expect(0);
    assert!(ran.stdout.contains("nothing to do"), "{}", ran.stdout);
}

#[test]
fn touching_changes_nothing() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    for name in ["main.c", "Makefile.uk", "Config.uk", ".config"] {
        sandbox.write(name, &sandbox.read(name));
    }
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

#[test]
fn a_comment_compiles_one_file_and_links_nothing() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    let source = sandbox.read("main.c");
    sandbox.write("main.c", &source.replacen("/*", "/* changed", 1));
    assert_ne!(source, sandbox.read("main.c"));
    assert_eq!(sandbox.build(&[]), ["CC apphelloworld: main.o"]);
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

#[test]
fn code_is_compiled_and_linked_into_the_image() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    let source = sandbox.read("main.c");
    sandbox.write("main.c", &source.replace("Hello", "Good morning"));
    let steps = sandbox.build(&[]);
    let compiled: Vec<_> = steps.iter().filter(|step| step.starts_with("CC ")).collect();
    assert_eq!(compiled, ["CC apphelloworld: main.o"]);
    assert!(greeting(&sandbox).contains("Good morning"));
}

#[test]
fn flags_of_one_library_compile_its_objects_only() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    let fragment = sandbox.read("Makefile.uk");
    sandbox.write("Makefile.uk", &format!("{fragment}\nLIBUKARGPARSE_CFLAGS-y += -DEXTRA=1\n"));
    let steps = sandbox.build(&[]);
    // The definition is used nowhere: the object comes out as it was, and nothing is linked.
    assert!(!steps.is_empty());
    for step in &steps {
        assert!(step.starts_with("CC libukargparse: "), "{steps:?}");
    }
}

#[test]
fn an_option_compiles_what_mentions_it() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.write(
        "Config.uk",
        "config APPHELLOWORLD_GREETING\n\tstring \"Greeting\"\n\tdefault \"Hello\"\n",
    );
    let source = "#include <stdio.h>\n#include <uk/config.h>\n\nint main(void)\n{\n\
                  \tputs(CONFIG_APPHELLOWORLD_GREETING);\n\treturn 0;\n}\n";
    sandbox.write("main.c", source);
    sandbox.build(&[]);
    sandbox.ukbuild(["set", "APPHELLOWORLD_GREETING=Good evening"]).expect(0);
    let steps = sandbox.build(&[]);
    let compiled: Vec<_> = steps.iter().filter(|step| step.starts_with("CC ")).collect();
    assert_eq!(compiled, ["CC apphelloworld: main.o"], "{steps:?}");
    assert!(greeting(&sandbox).contains("Good evening"));
    // An option that nothing mentions compiles nothing.
    sandbox.write(
        "Config.uk",
        &format!("{}\nconfig APPHELLOWORLD_IDLE\n\tbool \"Idle\"\n", sandbox.read("Config.uk")),
    );
    sandbox.ukbuild(["set", "APPHELLOWORLD_IDLE=y"]).expect(0);
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

#[test]
fn an_optimisation_level_compiles_everything_once() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let all = sandbox.build(&[]);
    let objects = |steps: &[String]| {
        let compiled =
            steps.iter().filter(|step| step.starts_with("CC ") || step.starts_with("AS "));
        compiled.cloned().collect::<Vec<_>>()
    };
    sandbox.ukbuild(["set", "OPTIMIZE_SIZE=y"]).expect(0);
    assert_eq!(objects(&sandbox.build(&[])), objects(&all));
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

#[test]
fn a_removed_source_leaves_nothing_behind() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let fragment = sandbox.read("Makefile.uk");
    sandbox.write("more.c", "int more(void);\nint more(void) { return 1; }\n");
    sandbox.write(
        "Makefile.uk",
        &format!("{fragment}\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/more.c\n"),
    );
    sandbox.build(&[]);
    assert!(sandbox.path("build/apphelloworld/more.o").is_file());
    sandbox.write("Makefile.uk", &fragment);
    sandbox.build(&[]);
    assert!(!sandbox.path("build/apphelloworld/more.o").exists());
    assert!(greeting(&sandbox).contains("Hello"));
}

#[test]
fn another_platform_leaves_the_configuration_alone() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    let configuration = sandbox.read(".config");
    sandbox.build(&["--plat", "kvm"]);
    assert!(sandbox.path("build/helloworld_kvm-x86_64").is_file());
    assert!(sandbox.path("build/helloworld_kvm-x86_64.dbg").is_file());
    assert_eq!(sandbox.read(".config"), configuration);
    // Neither build undoes the other.
    assert_eq!(sandbox.build(&[]), [""; 0]);
    assert_eq!(sandbox.build(&["--plat", "kvm"]), [""; 0]);
}

#[test]
fn images_do_not_depend_on_the_folder() {
    let (one, other) = (Sandbox::of("apps/helloworld"), Sandbox::of("apps/helloworld"));
    for sandbox in [&one, &other] {
        sandbox.build(&[]);
        sandbox.build(&["--plat", "kvm"]);
    }
    for name in ["build/helloworld_linuxu-x86_64", "build/helloworld_kvm-x86_64"] {
        for name in [name.to_owned(), format!("{name}.dbg")] {
            let bytes = |sandbox: &Sandbox| std::fs::read(sandbox.path(&name)).unwrap();
            assert!(bytes(&one) == bytes(&other), "{name} differs");
        }
    }
}

#[test]
fn what_was_made_before_comes_from_the_cache() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.ukbuild(["build"]).expect(0);
    let image = || std::fs::read(sandbox.path("build/helloworld_linuxu-x86_64")).unwrap();
    let made = image();
    sandbox.ukbuild(["properclean"]).expect(0);
    let ran = sandbox.ukbuild(["build"]).expect(0);
    let last = ran.stdout.lines().last().unwrap();
    assert!(last.ends_with(" steps from the cache") && !last.contains("command"), "{last}");
    assert_eq!(image(), made);
    assert!(greeting(&sandbox).contains("Hello"));
    // An option and back again.
    sandbox.ukbuild(["set", "OPTIMIZE_SIZE=y"]).expect(0);
    sandbox.ukbuild(["build"]).expect(0);
    sandbox.ukbuild(["set", "OPTIMIZE_PERF=y"]).expect(0);
    let ran = sandbox.ukbuild(["build"]).expect(0);
    assert!(!ran.stdout.lines().last().unwrap().contains("command"), "{}", ran.stdout);
    assert_eq!(image(), made);
    let stats = sandbox.ukbuild(["cache", "stats", "--json"]).expect(0).stdout;
    let stats: serde_json::Value = serde_json::from_str(&stats).unwrap();
    assert!(stats["hits"].as_u64().unwrap() > stats["objects"].as_u64().unwrap(), "{stats}");
    assert!(sandbox.ukbuild(["cache", "verify"]).expect(0).stdout.contains(" 0 files damaged"));
    sandbox.ukbuild(["cache", "trim", "--size", "0"]).expect(0);
    sandbox.ukbuild(["properclean"]).expect(0);
    let ran = sandbox.ukbuild(["build"]).expect(0);
    assert!(!ran.stdout.contains("from the cache"), "{}", ran.stdout);
    sandbox
        .ukbuild(["cache", "trim", "--size", "much"])
        .expect(2)
        .complains(&["with K, M, G or T"]);
}

#[test]
fn clean_keeps_the_configuration() {
    let sandbox = Sandbox::of("apps/helloworld");
    let all = sandbox.build(&[]);
    let configuration = sandbox.read(".config");
    sandbox.ukbuild(["clean"]).expect(0);
    assert!(!sandbox.path("build/helloworld_linuxu-x86_64").exists());
    assert_eq!(sandbox.build(&[]), all);
    sandbox.ukbuild(["properclean"]).expect(0);
    assert!(!sandbox.path("build").exists());
    assert_eq!(sandbox.read(".config"), configuration);
}

#[test]
fn an_installed_program_finds_its_core() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    let prefix = sandbox.folder().join("prefix");
    let program = prefix.join("bin/ukbuild");
    std::fs::create_dir_all(prefix.join("bin")).unwrap();
    std::fs::copy(env!("CARGO_BIN_EXE_ukbuild"), &program).unwrap();
    common::copy(&common::checkout().join("unikraft"), &prefix.join("share/ukbuild/unikraft"));
    sandbox.set("UK_ROOT", "");
    let ran = sandbox.run(&program, ["run"]).expect(0);
    assert!(ran.stdout.contains("Hello"), "{}", ran.stdout);
}

/// An external library, named by kraft.yaml and found through UK_LIBS: an archive with a patch, a
/// generated header, a variant and a list of exported symbols.
#[test]
fn an_external_library_is_unpacked_patched_and_linked() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    let library = sandbox.folder().join("libs/lib-extra");
    let write = |name: &str, text: &str| {
        let path = library.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("extra-1/extra.c", "#include \"number.h\"\n\nint extra(void)\n{\n\treturn 1;\n}\n");
    write("Config.uk", "config LIBEXTRA\n\tbool \"extra\"\n\tdefault y\n");
    write("exportsyms.uk", "extra\n");
    write(
        "patches/0001.patch",
        "--- a/extra.c\n+++ b/extra.c\n@@ -2,5 +2,5 @@\n \n int extra(void)\n {\n-\treturn 1;\n\
         +\treturn NUMBER;\n }\n",
    );
    write(
        "Makefile.uk",
        "$(eval $(call addlib_s,libextra,$(CONFIG_LIBEXTRA)))\n\
         $(eval $(call unarchive,libextra,$(LIBEXTRA_BASE)/extra-1.tar.gz))\n\
         $(eval $(call patch,libextra,$(LIBEXTRA_BASE)/patches,extra-1))\n\
         LIBEXTRA_CINCLUDES-y += -I$(LIBEXTRA_BUILD)\n\
         LIBEXTRA_SRCS-y += $(LIBEXTRA_ORIGIN)/extra-1/extra.c|common\n\
         $(LIBEXTRA_BUILD)/number.h: $(LIBEXTRA_BASE)/number.txt | $(LIBEXTRA_BUILD)\n\
         \tsed 's/^/#define NUMBER /' $< > $@\n\
         UK_PREPARE-$(CONFIG_LIBEXTRA) += $(LIBEXTRA_BUILD)/number.h\n",
    );
    write("number.txt", "41\n");
    let pack = std::process::Command::new("tar")
        .args(["-czf", "extra-1.tar.gz", "extra-1"])
        .current_dir(&library)
        .status();
    assert!(pack.unwrap().success());
    std::fs::remove_dir_all(library.join("extra-1")).unwrap();
    let shelf = sandbox.folder().join("libs");
    sandbox.set("UK_LIBS", shelf.to_str().unwrap());
    sandbox.write("kraft.yaml", "name: helloworld\nlibraries:\n  extra: stable\n");
    sandbox.write(
        "main.c",
        "#include <stdio.h>\n\nint extra(void);\n\nint main(void)\n{\n\
         \tprintf(\"number %d\\n\", extra());\n\treturn 0;\n}\n",
    );
    assert!(greeting(&sandbox).contains("number 41"));
    assert_eq!(sandbox.build(&[]), [""; 0]);
    std::fs::write(library.join("number.txt"), "42\n").unwrap();
    let steps = sandbox.build(&[]);
    assert_eq!(&steps[..2], ["CC libextra: extra.common.o", "GEN number.h"], "{steps:?}");
    assert!(greeting(&sandbox).contains("number 42"));
    // What was unpacked stays when what was built goes.
    sandbox.ukbuild(["clean"]).expect(0);
    let steps = sandbox.build(&[]);
    assert!(steps.iter().all(|step| !step.starts_with("UNPACK")), "{steps:?}");
    assert!(greeting(&sandbox).contains("number 42"));
}

#[test]
fn two_builds_at_once_give_what_one_gives() {
    let sandbox = Sandbox::of("apps/helloworld");
    std::thread::scope(|scope| {
        let builds = [0, 1].map(|_| scope.spawn(|| sandbox.ukbuild(["build"])));
        for build in builds {
            build.join().unwrap().expect(0);
        }
    });
    assert_eq!(sandbox.build(&[]), [""; 0]);
    assert!(greeting(&sandbox).contains("Hello"));
}
