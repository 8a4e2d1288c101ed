//! Something changed: what depends on it is evaluated again, and the change shows.

use crate::common::{Sandbox, checkout, copy};
use crate::described::{append, describe, program, settle, settled};

/// What a change brings about: the parts that are evaluated, and, among the steps that would run
/// in a build folder where nothing is built, those that were not there before.
#[track_caller]
fn changed(sandbox: &Sandbox, change: impl FnOnce()) -> (Vec<String>, Vec<String>) {
    let before = describe(sandbox);
    assert_eq!(before.parts(), [""; 0]);
    change();
    let after = describe(sandbox);
    let new = after.steps.iter().filter(|step| !before.steps.contains(step)).cloned().collect();
    settle(sandbox);
    assert_eq!(describe(sandbox).steps, after.steps, "recalled and evaluated differ");
    (after.evaluated.into_iter().map(|(part, _)| part).collect(), new)
}

/// An application whose fragment has these lines, too.
fn with_lines(lines: &str) -> Sandbox {
    let sandbox = Sandbox::sharing("apps/helloworld");
    append(&sandbox, "Makefile.uk", lines);
    settle(&sandbox);
    sandbox
}

fn source(sandbox: &Sandbox, name: &str) {
    sandbox.write(name, &format!("int {}(void) {{ return 0; }}\n", name.trim_end_matches(".c")));
}

#[test]
fn a_source_that_a_wildcard_matches() {
    let sandbox = with_lines("APPHELLOWORLD_SRCS-y += $(wildcard $(APPHELLOWORLD_BASE)/more*.c)");
    let (parts, steps) = changed(&sandbox, || source(&sandbox, "more.c"));
    assert_eq!(parts, ["fragments"]);
    assert_eq!(steps, ["CC apphelloworld: more.o"]);
    let (parts, steps) = changed(&sandbox, || source(&sandbox, "more2.c"));
    assert_eq!(
        (parts, steps),
        (vec!["fragments".into()], vec!["CC apphelloworld: more2.o".into()])
    );
    std::fs::remove_file(sandbox.path("more.c")).unwrap();
    let after = describe(&sandbox);
    assert_eq!(after.parts(), ["fragments"]);
    assert!(!after.steps.contains(&"CC apphelloworld: more.o".to_owned()));
}

#[test]
fn a_fragment() {
    let sandbox = settled();
    source(&sandbox, "more.c");
    let (parts, steps) = changed(&sandbox, || {
        append(&sandbox, "Makefile.uk", "APPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/more.c");
    });
    assert_eq!((parts, steps), (vec!["fragments".into()], vec!["CC apphelloworld: more.o".into()]));
}

#[test]
fn a_fragment_that_includes_what_is_not_there_yet() {
    let sandbox = with_lines("-include $(APPHELLOWORLD_BASE)/own.mk");
    source(&sandbox, "more.c");
    let (parts, steps) = changed(&sandbox, || {
        sandbox.write("own.mk", "APPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/more.c\n");
    });
    assert_eq!((parts, steps), (vec!["fragments".into()], vec!["CC apphelloworld: more.o".into()]));
}

#[test]
fn an_option_in_config_uk_and_in_the_configuration() {
    let sandbox = with_lines("APPHELLOWORLD_SRCS-$(CONFIG_MORE) += $(APPHELLOWORLD_BASE)/more.c");
    source(&sandbox, "more.c");
    let (parts, steps) = changed(&sandbox, || {
        append(&sandbox, "Config.uk", "config MORE\n\tbool \"More\"\n\tdefault y");
    });
    assert_eq!(parts, ["configuration", "fragments"]);
    assert_eq!(steps, ["CC apphelloworld: more.o"]);
    sandbox.replace(".config", "CONFIG_MORE=y", "# CONFIG_MORE is not set");
    let after = describe(&sandbox);
    // The fragments of before are still known.
    assert_eq!(after.parts(), ["configuration"]);
    assert!(!after.steps.contains(&"CC apphelloworld: more.o".to_owned()));
    settle(&sandbox);
    sandbox.ukbuild(["set", "MORE=y"]).expect(0);
    let after = describe(&sandbox);
    assert!(after.parts().contains(&"configuration"), "{:?}", after.parts());
    assert!(after.steps.contains(&"CC apphelloworld: more.o".to_owned()));
}

/// An option that only sources read is no reason to read fragments again.
#[test]
fn an_option_that_no_fragment_mentions() {
    let sandbox = settled();
    append(&sandbox, "Config.uk", "config QUIET\n\tbool \"Quiet\"");
    append(&sandbox, "main.c", "#ifdef CONFIG_QUIET\nint quiet;\n#endif");
    let graph_of = |sandbox: &Sandbox| crate::described::graph(sandbox);
    settle(&sandbox);
    assert!(sandbox.build(&[]).iter().any(|step| step.contains("main.o")));
    let before = graph_of(&sandbox);
    sandbox.ukbuild(["set", "QUIET=y"]).expect(0);
    let after = describe(&sandbox);
    assert_eq!(after.parts(), ["configuration"]);
    assert!(after.steps.contains(&"CC apphelloworld: main.o".to_owned()), "{:?}", after.steps);
    assert_eq!(graph_of(&sandbox), before);
}

/// Names that are put together, asked for where nothing is defined, or listed.
#[test]
fn an_option_that_fragments_mention_in_a_roundabout_way() {
    for line in [
        "WHICH := MORE\nAPPHELLOWORLD_SRCS-$(CONFIG_$(WHICH)) += $(APPHELLOWORLD_BASE)/more.c",
        "ifdef CONFIG_MORE\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/more.c\nendif",
        "ifneq ($(origin CONFIG_MORE),undefined)\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/more.c\nendif",
        "APPHELLOWORLD_SRCS-$(if $(filter CONFIG_MORE,$(.VARIABLES)),y) += $(APPHELLOWORLD_BASE)/more.c",
        "export\nAPPHELLOWORLD_SRCS-$(shell env | sed -n s/^CONFIG_MORE=//p) += $(APPHELLOWORLD_BASE)/more.c",
    ] {
        let sandbox = with_lines(line);
        source(&sandbox, "more.c");
        append(&sandbox, "Config.uk", "config MORE\n\tbool \"More\"");
        settle(&sandbox);
        let compiles = |sandbox: &Sandbox| {
            describe(sandbox).steps.contains(&"CC apphelloworld: more.o".to_owned())
        };
        assert!(!compiles(&sandbox), "{line}");
        sandbox.ukbuild(["set", "MORE=y"]).expect(0);
        // Scripts see what is exported where the core's own makefile has them see it.
        let seen = compiles(&sandbox);
        assert_eq!(seen, !line.starts_with("export"), "{line}");
        sandbox.ukbuild(["set", "MORE=n"]).expect(0);
        assert!(!compiles(&sandbox), "{line}");
    }
}

#[test]
fn a_variable_of_the_environment() {
    let mut sandbox = with_lines("APPHELLOWORLD_SRCS-$(MORE) += $(APPHELLOWORLD_BASE)/more.c");
    source(&sandbox, "more.c");
    sandbox.set("MORE", "y");
    let after = describe(&sandbox);
    assert!(after.steps.contains(&"CC apphelloworld: more.o".to_owned()), "{:?}", after.steps);
    sandbox.set("MORE", "");
    assert!(!describe(&sandbox).steps.contains(&"CC apphelloworld: more.o".to_owned()));
}

#[test]
fn a_variable_of_the_command_line() {
    let sandbox = with_lines("APPHELLOWORLD_SRCS-$(MORE) += $(APPHELLOWORLD_BASE)/more.c");
    source(&sandbox, "more.c");
    let with = sandbox.ukbuild(["build", "-n", "MORE=y"]).expect(0);
    assert!(with.stdout.contains("more.o"), "{}", with.stdout);
    let without = sandbox.ukbuild(["build", "-n"]).expect(0);
    assert!(!without.stdout.contains("more.o"), "{}", without.stdout);
}

#[test]
fn what_a_script_reads() {
    let sandbox = with_lines(
        "APPHELLOWORLD_SRCS-y += $(shell cat $(APPHELLOWORLD_BASE)/list 2>/dev/null | sed \
         's|^|$(APPHELLOWORLD_BASE)/|')",
    );
    source(&sandbox, "more.c");
    let (parts, steps) = changed(&sandbox, || sandbox.write("list", "more.c\n"));
    assert_eq!(parts, ["fragments"]);
    assert_eq!(steps, ["CC apphelloworld: more.o"]);
    let (parts, _) = changed(&sandbox, || sandbox.write("list", "more.c\n"));
    assert_eq!(parts, [""; 0], "the script says the same");
}

#[test]
fn what_a_program_says_that_nothing_is_known_of() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let oracle = sandbox.folder().join("oracle");
    let lines =
        format!("APPHELLOWORLD_SRCS-$(shell {}) += $(APPHELLOWORLD_BASE)/more.c", oracle.display());
    program(&oracle, "exec date +n");
    append(&sandbox, "Makefile.uk", &lines);
    settle(&sandbox);
    source(&sandbox, "more.c");
    let (parts, steps) = changed(&sandbox, || program(&oracle, "exec date +y"));
    assert_eq!((parts, steps), (vec!["fragments".into()], vec!["CC apphelloworld: more.o".into()]));
}

#[test]
fn a_script_that_does_something_does_it_once_in_each_run() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let log = sandbox.folder().join("log");
    append(&sandbox, "Makefile.uk", &format!("$(shell echo x >> {})", log.display()));
    for run in 1..5 {
        describe(&sandbox);
        assert_eq!(std::fs::read_to_string(&log).unwrap(), "x\n".repeat(run));
    }
}

#[test]
fn the_time() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    append(&sandbox, "Makefile.uk", "$(info it is $(shell date +%s%N))");
    describe(&sandbox);
    let said =
        || sandbox.ukbuild(["build", "-n"]).expect(0).stdout.lines().next().unwrap().to_owned();
    let (first, second) = (said(), said());
    assert!(first.starts_with("it is 1"), "{first}");
    assert_ne!(first, second);
}

/// A compiler that says of itself what it is told to.
fn compiler(sandbox: &Sandbox, name: &str, version: &str) -> String {
    let path = sandbox.folder().join(name);
    let text = format!("case \"$1\" in -dump*) echo {version};; *) exec gcc \"$@\";; esac");
    program(&path, &text);
    path.to_str().unwrap().to_owned()
}

#[test]
fn another_compiler() {
    let mut sandbox = settled();
    let path = compiler(&sandbox, "mycc", "12.2.0");
    sandbox.set("CC", &path);
    assert!(describe(&sandbox).parts().contains(&"compiler"));
    let commands = sandbox.ukbuild(["query", "commands"]).expect(0).stdout;
    assert!(commands.contains("/mycc"), "{commands}");
}

#[test]
fn a_compiler_replaced_behind_the_same_path() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    let path = compiler(&sandbox, "my-gcc", "12.2.0");
    sandbox.set("CC", &path);
    append(&sandbox, "Makefile.uk", "$(info version [$(call gcc_version_ge,13,0)])");
    settle(&sandbox);
    let said = || sandbox.ukbuild(["build", "-n"]).expect(0).stdout;
    assert!(said().contains("version []"), "{}", said().lines().next().unwrap());
    compiler(&sandbox, "my-gcc", "13.1.0");
    let after = describe(&sandbox);
    assert_eq!(after.parts(), ["compiler", "fragments"]);
    assert!(said().contains("version [y]"), "{}", said().lines().next().unwrap());
}

#[test]
fn a_compiler_that_appears_in_front() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    let tools = sandbox.folder().join("tools");
    std::fs::create_dir(&tools).unwrap();
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    sandbox.set("PATH", &path);
    settle(&sandbox);
    let gcc = ["/usr/bin/gcc", "/usr/local/bin/gcc"].map(std::path::Path::new);
    let gcc = gcc.into_iter().find(|path| path.is_file()).unwrap().display();
    program(
        &tools.join("gcc"),
        &format!("case \"$1\" in -dumpf*) echo 13.1.0;; *) exec {gcc} \"$@\";; esac"),
    );
    assert_eq!(describe(&sandbox).parts(), ["compiler", "fragments"]);
}

#[test]
fn a_library_that_kraft_yaml_names() {
    let mut sandbox = settled();
    let libraries = sandbox.folder().join("libraries");
    sandbox.set("UK_LIBS", libraries.to_str().unwrap());
    let library = libraries.join("more");
    std::fs::create_dir_all(&library).unwrap();
    settle(&sandbox);
    let write = |name: &str, text: &str| std::fs::write(library.join(name), text).unwrap();
    write("Config.uk", "config LIBMORE\n\tbool \"More\"\n\tdefault y\n");
    write(
        "Makefile.uk",
        "$(eval $(call addlib_s,libmore,$(CONFIG_LIBMORE)))\nLIBMORE_SRCS-y += $(LIBMORE_BASE)/more.c\n",
    );
    write("more.c", "int more(void) { return 0; }\n");
    let (parts, steps) = changed(&sandbox, || {
        append(&sandbox, "kraft.yaml", "libraries:\n  more: stable");
    });
    assert_eq!(parts, ["configuration", "fragments"]);
    assert!(steps.contains(&"CC libmore: more.o".to_owned()), "{steps:?}");
}

#[test]
fn a_library_in_the_core() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    let core = sandbox.folder().join("core");
    copy(&checkout().join("unikraft"), &core);
    sandbox.set("UK_ROOT", core.to_str().unwrap());
    settle(&sandbox);
    let (parts, _) = changed(&sandbox, || {
        let library = core.join("lib/ukmore");
        std::fs::create_dir(&library).unwrap();
        std::fs::write(library.join("Config.uk"), "config LIBUKMORE\n\tbool \"More\"\n").unwrap();
        std::fs::write(library.join("Makefile.uk"), "").unwrap();
    });
    assert_eq!(parts[0], "configuration");
    let known = sandbox.ukbuild(["config", "why", "LIBUKMORE"]).expect(0);
    assert!(known.stdout.contains("LIBUKMORE"), "{}", known.stdout);
}

#[test]
fn what_is_written_on_the_way_is_written_again() {
    let sandbox = settled();
    for name in ["build/include/uk/_config.h", "build/kconfig/auto.conf", "build/kconfig/libs.uk"] {
        let text = sandbox.read(name);
        std::fs::remove_file(sandbox.path(name)).unwrap();
        assert_eq!(describe(&sandbox).parts(), ["configuration"], "{name}");
        assert_eq!(sandbox.read(name), text, "{name}");
        sandbox.write(name, &format!("{text}\n# more\n"));
        describe(&sandbox);
        assert_eq!(sandbox.read(name), text, "{name}");
        settle(&sandbox);
    }
    let text = sandbox.read(".config");
    std::fs::remove_file(sandbox.path(".config")).unwrap();
    let ran = sandbox.ukbuild(["build", "-n"]).expect(0);
    assert!(ran.stdout.contains("configured: wrote"), "{}", ran.stdout);
    assert_eq!(sandbox.read(".config"), text);
    let ran = sandbox.ukbuild(["build", "-n"]).expect(0);
    assert!(!ran.stdout.contains("configured: wrote"), "{}", ran.stdout);
}

#[test]
fn another_program() {
    let sandbox = settled();
    let copied = sandbox.folder().join("ukbuild");
    std::fs::copy(env!("CARGO_BIN_EXE_ukbuild"), &copied).unwrap();
    let run = |program: &std::path::Path| {
        crate::described::described(sandbox.run(program, ["build", "-n", "--json"]))
    };
    assert_eq!(run(&copied).parts().len(), 3);
    assert_eq!(run(&copied).parts(), [""; 0]);
    assert_eq!(describe(&sandbox).parts(), [""; 0]);
}
