//! The native rule macros on a small core of its own: what fragments say, and the steps that come of
//! it. The core has only the files that a description reads.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use rules::graph::{CommandRef, Graph, StepRef};
use rules::make::StdHost;
use rules::unikraft::{Description, Error, Setup, Tools, describe};

/// A core, an application and a library in a folder of their own.
struct Tree {
    folder: tempfile::TempDir,
}

impl Tree {
    fn new() -> Tree {
        let tree = Tree { folder: tempfile::tempdir().unwrap() };
        tree.write("core/version.mk", "UK_VERSION = 1\nUK_SUBVERSION = 2\nUK_EXTRAVERSION = 3\n");
        tree.write("core/Makefile.uk", "COMPFLAGS += -O2 -DV=$(UK_FULLVERSION)\n");
        tree.write("core/arch/Arch.uk", "CONFIG_UK_ARCH := x86_64\n");
        tree.write("core/arch/x86/Compiler.uk", "");
        tree.write("core/arch/x86/Makefile.uk", "ARCHFLAGS += -m64\nISR_ARCHFLAGS += -mgeneral\n");
        tree.write("core/arch/x86/x86_64/Makefile.uk", "");
        tree.write(
            "core/lib/Makefile.uk",
            "$(eval $(call _import_lib,$(CONFIG_UK_BASE)/lib/ukone))\n",
        );
        tree.write("core/lib/ukone/Makefile.uk", "$(eval $(call addlib_s,libukone,y))\n");
        tree.write("core/lib/ukone/exportsyms.uk", "one\n");
        tree.write(
            "core/plat/Makefile.uk",
            "$(eval $(call _import_lib,$(CONFIG_UK_BASE)/plat/test))\n",
        );
        tree.write(
            "core/plat/test/Makefile.uk",
            "$(eval $(call addplat_s,test,y))\n$(eval $(call addplatlib,test,libtestplat))\n\
             LIBTESTPLAT_SRCS-y += $(LIBTESTPLAT_BASE)/start.S\n",
        );
        tree.write(
            "core/plat/test/Linker.uk",
            "IMAGE := $(BUILD_DIR)/$(CONFIG_UK_NAME)_test\n\
             $(IMAGE): $(TEST_OLIBS-y) $(UK_OLIBS-y)\n\
             \t$(call build_cmd,LD,,$@,$(LD) $^ -o $@)\n\
             UK_IMAGES-y += $(IMAGE)\n",
        );
        tree.write("app/Makefile.uk", "$(eval $(call addlib,appx))\nAPPX_SRCS-y += /src/main.c\n");
        tree
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn append(&self, name: &str, text: &str) {
        let old = std::fs::read_to_string(self.path(name)).unwrap();
        self.write(name, &(old + text));
    }

    fn setup(&self) -> Setup {
        let pair = |name: &str, value: &str| (name.into(), value.into());
        Setup {
            version: "1.2.3".into(),
            core: self.path("core"),
            app: self.path("app"),
            build: "/b".into(),
            libraries: Vec::new(),
            platforms: Vec::new(),
            goals: Vec::new(),
            configuration: vec![
                pair("CONFIG_UK_NAME", "\"hello\""),
                pair("CONFIG_HAVE_BOOTENTRY", "y"),
            ],
            settings: self.path("app/.config"),
            architecture: "x86_64".into(),
            tools: Tools {
                prefix: "".into(),
                compiler: "gcc".into(),
                version: (12, 2),
                host_architecture: "x86_64".into(),
            },
            environment: Vec::new(),
            overrides: Vec::new(),
        }
    }

    fn try_describe(&self) -> Result<Description, Error> {
        describe(&self.setup(), StdHost::new("/", |_| ()))
    }

    fn describe(&self) -> Description {
        self.try_describe().unwrap()
    }
}

/// The step that makes a file.
#[track_caller]
fn maker<'g>(graph: &'g Graph, path: &str) -> StepRef<'g> {
    let file = graph.find(path).unwrap_or_else(|| panic!("no {path} in {graph:?}"));
    graph.step(graph.producer(file).unwrap_or_else(|| panic!("nothing makes {path}")))
}

/// Its only command as text.
#[track_caller]
fn command(graph: &Graph, path: &str) -> String {
    match maker(graph, path).commands().only() {
        Some(CommandRef::Exec { argv, .. }) => {
            String::from_utf8(bstr::join(" ", argv.iter())).unwrap()
        }
        Some(CommandRef::Shell { script, .. }) => script.to_string(),
        _ => panic!("{:?}", maker(graph, path)),
    }
}

fn names(graph: &Graph, files: &[rules::graph::FileId]) -> Vec<String> {
    files.iter().map(|&file| graph.path(file).to_string()).collect()
}

#[test]
fn a_source_is_compiled_with_the_flags_of_its_surroundings() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "APPX_SRCS-y += /src/more.c|isr\nAPPX_CFLAGS-y += -DLIB\nAPPX_MORE_ISR_FLAGS += -DSRC\n",
    );
    let graph = tree.describe().graph;
    assert_eq!(
        command(&graph, "/b/appx/main.o"),
        "gcc -O2 -DV=1.2.3 -I/b/include -m64 -DCC_VERSION=12.2 -DLIB -D__LIBNAME__=appx \
         -D__BASENAME__=main.c -c /src/main.c -o /b/appx/main.o -Wp,-MD,/b/appx/main.d"
    );
    tree.append("app/Makefile.uk", "CFLAGS += -DALL\nCFLAGS_EXTRA = -DEXTRA\n");
    let extra = command(&tree.describe().graph, "/b/appx/main.o");
    assert!(extra.contains(" -DCC_VERSION=12.2 -DALL -DEXTRA -DLIB "), "{extra}");
    let variant = command(&graph, "/b/appx/more.isr.o");
    assert!(variant.contains(" -mgeneral ") && !variant.contains(" -m64 "), "{variant}");
    assert!(
        variant.contains(" -DLIB -DSRC ") && variant.contains("-D__VARIANT__=isr"),
        "{variant}"
    );
    let step = maker(&graph, "/b/appx/main.o");
    assert_eq!(names(&graph, step.order_only()), ["preprocess"]);
    assert_eq!(step.origin().as_ref().unwrap().file, tree.path("app/Makefile.uk"));
    assert_eq!(step.origin().as_ref().unwrap().line, 2);
}

#[test]
fn blanks_around_arguments_are_no_part_of_names() {
    let tree = Tree::new();
    let fragment = "core/plat/test/Makefile.uk";
    let whole = std::fs::read_to_string(tree.path(fragment)).unwrap();
    tree.write(fragment, &whole.replace("test,libtestplat", " test, libtestplat"));
    let description = tree.describe();
    let image = maker(&description.graph, "/b/hello_test");
    assert!(names(&description.graph, image.inputs()).contains(&"/b/libtestplat.o".to_owned()));
}

#[test]
fn libraries_are_joined_localised_and_linked_in_order() {
    let tree = Tree::new();
    tree.append("core/lib/ukone/Makefile.uk", "LIBUKONE_SRCS-y += /src/one.c\n");
    let description = tree.describe();
    let graph = &description.graph;
    let exports = tree.path("core/lib/ukone/exportsyms.uk");
    assert_eq!(
        command(graph, "/b/libukone.o"),
        format!(
            "objcopy --keep-global-symbols={} /b/libukone.ld.o /b/libukone.o",
            exports.display()
        )
    );
    let image = maker(graph, "/b/hello_test");
    assert_eq!(
        names(graph, image.inputs()),
        ["/b/libtestplat.o", "/b/appx.o", "/b/libukone.o"],
        "the platform's first, then in the order of registration"
    );
    assert_eq!((image.tag(), image.label()), ("LD", "hello_test"));
    assert_eq!(names(graph, &description.images), ["/b/hello_test"]);
    assert_eq!(description.libraries, ["appx", "libukone", "libtestplat"]);
}

#[test]
fn a_library_without_sources_is_left_out() {
    let graph = Tree::new().describe().graph;
    assert_eq!(graph.find("/b/libukone.o"), None);
}

#[test]
fn generated_sources_and_scripts() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "APPX_SRCS-y += /src/table.awk>.c\nAPPX_AWKINCLUDES-y += /src/table.txt\n\
         APPX_SRCS-y += /src/extra.ld /src/link64.lds.S\n",
    );
    let graph = tree.describe().graph;
    let generator = maker(&graph, "/b/appx/table.c");
    assert_eq!(names(&graph, generator.inputs()), ["/src/table.awk", "/src/table.txt"]);
    assert_eq!(names(&graph, generator.order_only()), ["prepare"]);
    let Some(CommandRef::Exec { argv, stdout }) = generator.commands().only() else { panic!() };
    assert_eq!(bstr::join(" ", argv.iter()), b"awk -f /src/table.awk /src/table.txt");
    assert_eq!(stdout.map(|file| graph.path(file)), Some("/b/appx/table.c".into()));
    assert!(command(&graph, "/b/appx/table.o").contains(" -c /b/appx/table.c "));
    let script = command(&graph, "/b/appx/link64.lds");
    assert!(script.contains("-E -P -x assembler-with-cpp") && !script.contains(" -c "), "{script}");
    let inputs = names(&graph, maker(&graph, "/b/appx.ld.o").inputs());
    assert!(inputs.contains(&"/src/extra.ld".to_owned()), "{inputs:?}");
    assert!(inputs.contains(&"/b/appx/link64.lds".to_owned()), "{inputs:?}");
}

#[test]
fn a_library_brings_rules_for_its_own_kinds_of_sources() {
    let tree = Tree::new();
    tree.write(
        "app/Makefile.rules",
        "define buildrule_go =\n$(4): $(2) | preprocess\n\
         \t$(call build_cmd_fixdep,GO,$(1),$(4),gccgo $$($(call vprefix_lib,$(1),GOFLAGS)) $(if $(3),-D$(3)) -c $(2) -o $(4) $(call depflags,$(4)))\n\
         $(eval $(call vprefix_lib,$(1),OBJS-y) += $(4))\nendef\n\
         define preprule_yy =\n$(3): $(2) | prepare\n\tbison $(2) -o $(3)\n\
         UK_PREPROCESS-y += $(3)\nendef\n",
    );
    tree.append(
        "app/Makefile.uk",
        "APPX_SRCS-y += /src/web.go|fast /src/grammar.yy>.cc\nAPPX_GOFLAGS := -O1\n",
    );
    let graph = tree.describe().graph;
    let go = maker(&graph, "/b/appx/web.fast.o");
    assert!(command(&graph, "/b/appx/web.fast.o").starts_with("gccgo -O1 -Dfast -c /src/web.go "));
    assert_eq!(go.depfile(), graph.find("/b/appx/web.fast.d"));
    assert!(command(&graph, "/b/appx.ld.o").contains(" /b/appx/web.fast.o "));
    assert_eq!(
        command(&graph, "/b/appx/grammar.cc"),
        "bison /src/grammar.yy -o /b/appx/grammar.cc"
    );
    assert!(command(&graph, "/b/appx/grammar.o").contains(" -c /b/appx/grammar.cc "));
    let before = names(&graph, maker(&graph, "preprocess").inputs());
    assert!(before.contains(&"/b/appx/grammar.cc".to_owned()), "{before:?}");
}

/// Each suffix that the core's own rules know, with what compiles it and what comes of it.
#[test]
fn every_kind_of_source() {
    let tree = Tree::new();
    let sources = [
        ("a.c", "a.o", "CC"),
        ("b.cc", "b.o", "CXX"),
        ("c.cpp", "c.o", "CXX"),
        ("d.cp", "d.o", "CXX"),
        ("e.C", "e.o", "CXX"),
        ("f.CPP", "f.o", "CXX"),
        ("g.c++", "g.o", "CXX"),
        ("h.cxx", "h.o", "CXX"),
        ("i.S", "i.o", "AS"),
        ("j.sx", "j.o", "AS"),
        ("k.s|generic", "k.generic.o", "AS"),
        ("l.rs", "l.o", "RUSTC"),
        ("m.dts", "m.dtb", "DTC"),
        ("n.lds.S|isr", "n.lds", "LDS"),
        ("o.awk>.c|x", "o.x.c", "AWK"),
        ("o.awk>.c|x", "o.x.x.o", "CC"),
        ("p.m4>.S", "p.S", "M4"),
        ("q.c|isr|common", "q.isr.o", "CC"),
        ("q.c|isr|common", "q.common.o", "CC"),
    ];
    let mut once: Vec<String> = sources.iter().map(|source| format!("/src/{}", source.0)).collect();
    once.dedup();
    tree.append(
        "app/Makefile.uk",
        &format!("APPX_SRCS-y += {} /src/r.h /src/s.in /src/t.ld\n", once.join(" ")),
    );
    let graph = tree.describe().graph;
    for (source, output, tag) in sources {
        assert_eq!(maker(&graph, &format!("/b/appx/{output}")).tag(), tag, "{source}");
    }
    let before = names(&graph, maker(&graph, "preprocess").inputs());
    for header in ["/src/r.h", "/src/s.in", "/b/appx/o.x.c", "/b/appx/p.S"] {
        assert!(before.contains(&header.to_owned()), "{header}: {before:?}");
    }
    // Scripts of a library that is no platform's go to every image.
    let joined = names(&graph, maker(&graph, "/b/appx.ld.o").inputs());
    assert!(
        joined.contains(&"/src/t.ld".to_owned()) && joined.contains(&"/b/appx/n.lds".to_owned())
    );
}

#[test]
fn a_library_that_is_off_shows_its_headers_and_symbols() {
    let tree = Tree::new();
    tree.write("core/lib/ukoff/Makefile.uk",
        "$(eval $(call addlib_s,libukoff,$(CONFIG_LIBUKOFF)))\nCINCLUDES-y += -I$(LIBUKOFF_BASE)/include\n\
         LIBUKOFF_SRCS-y += $(LIBUKOFF_BASE)/off.c\n");
    tree.append(
        "core/lib/Makefile.uk",
        "$(eval $(call _import_lib,$(CONFIG_UK_BASE)/lib/ukoff))\n",
    );
    let description = tree.describe();
    let include = format!("-I{}/include", tree.path("core/lib/ukoff").display());
    assert!(command(&description.graph, "/b/appx/main.o").contains(&include));
    assert!(!description.libraries.contains(&"libukoff".into()));
    assert_eq!(description.graph.find("/b/libukoff/off.o"), None);
}

#[test]
fn goals_are_stages_libraries_and_targets_of_fragments() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        ".PHONY: hello\nhello: ; echo hello\n$(APPX_BUILD)/page: ; touch $@\n",
    );
    let mut setup = tree.setup();
    let asked = ["all", "objs", "libs", "appx", "hello", "appx/page"];
    setup.goals = asked.map(|goal| goal.into()).to_vec();
    setup.overrides = vec![("N".into(), "other".into()), ("O".into(), "/elsewhere".into())];
    let description = describe(&setup, StdHost::new("/", |_| ())).unwrap();
    let graph = &description.graph;
    let goals = names(graph, &description.goals);
    assert_eq!(goals, ["all", "objs", "libs", "appx", "hello", "/b/appx/page"]);
    assert_eq!(names(graph, maker(graph, "all").inputs()), ["images"]);
    assert_eq!(names(graph, maker(graph, "images").inputs()), ["/b/other_test"]);
    assert_eq!(names(graph, maker(graph, "appx").inputs()), ["/b/appx.o"]);
    assert_eq!(names(graph, maker(graph, "libs").inputs()), ["/b/appx.o"]);
    assert!(names(graph, maker(graph, "objs").inputs()).contains(&"/b/appx/main.o".to_owned()));
    setup.goals = vec!["nothing".into()];
    let error = describe(&setup, StdHost::new("/", |_| ())).unwrap_err();
    assert!(matches!(error, Error::UnknownGoal { goal } if goal == "nothing"));
}

#[test]
fn rules_of_fragments_are_steps_too() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "/b/gen.h: /src/gen.txt | prepare\n\t@echo make it\n\tcp $< $@\n\
         UK_PREPARE-y += /b/first\n/b/first:\n\ttouch $@\n\
         /src/main.c: /b/gen.h\n.PHONY: check\ncheck: /src/gen.txt\n\ttrue\n\
         UK_PREPARE-y += check\nunneeded:\n\t$(error expanded in vain)\n",
    );
    let graph = tree.describe().graph;
    let step = maker(&graph, "/b/gen.h");
    assert_eq!(step.commands().len(), 2);
    assert_eq!(names(&graph, step.order_only()), ["prepare"]);
    assert_eq!(names(&graph, maker(&graph, "prepare").inputs()), ["/b/first", "check"]);
    let compiled = maker(&graph, "/b/appx/main.o");
    assert_eq!(names(&graph, compiled.order_only()), ["preprocess", "/b/gen.h"]);
    let stamp = names(&graph, maker(&graph, "check").inputs());
    assert!(maker(&graph, &stamp[0]).always());
}

/// A list that is phony so that make writes it again each time is a file whose making changes only
/// with its command and with what that reads.
#[test]
fn phony_files_are_files_when_nothing_else_is_done() {
    let tree = Tree::new();
    tree.write("gen.awk", "{ print $1 }\n");
    tree.write("odd.awk", "{ system($1) }\n");
    tree.write("in", "a\n");
    let (awk, odd, list) = (tree.path("gen.awk"), tree.path("odd.awk"), tree.path("in"));
    let (awk, odd, list) = (awk.display(), odd.display(), list.display());
    tree.append(
        "app/Makefile.uk",
        &format!(
            "NEW := /b/list.new /b/made.new /b/odd.new /b/date.new /b/late.new\n.PHONY: $(NEW)\n\
             UK_PREPARE-y += $(basename $(NEW))\n\
             $(basename $(NEW)): %: %.new\n\t@cmp -s $^ $@; if [ $$? -ne 0 ]; then cp $^ $@; fi\n\
             /b/list.new:\n\t$(call build_cmd,GEN,appx,$@,echo a b | tr ' ' '\\n' > $@)\n\
             /b/made.new:\n\t@awk -f {awk} {list} > $@\n\
             /b/odd.new:\n\tawk -f {odd} {list} > $@\n\
             /b/date.new:\n\tdate > $@\n\
             /b/late.new: /b/date.new\n\tcat {list} > $@\n"
        ),
    );
    let graph = tree.describe().graph;
    let always = |name: &str| maker(&graph, &format!("/b/{name}")).always();
    assert_eq!(["list.new", "list", "made.new", "made"].map(always), [false; 4]);
    assert_eq!(["odd", "date", "late.new", "late"].map(always), [true; 4]);
    let made = maker(&graph, "/b/made.new");
    assert_eq!(names(&graph, made.inputs()), [awk.to_string(), list.to_string()]);
    assert_eq!(maker(&graph, "/b/list.new").commands().len(), 1);
    assert!(maker(&graph, "/b/odd.new").commands().is_empty());
}

#[test]
fn what_is_never_up_to_date_makes_its_step_run_each_time() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "UK_PREPARE-y += /b/one /b/two /b/three\n/b/one: FORCE\n\ttouch $@\nFORCE:\n\
         .PHONY: again\nagain:\n/b/two: again\n\ttouch $@\n\
         /b/three: | again $(APPX_BUILD)\n\ttouch $@\n",
    );
    let graph = tree.describe().graph;
    let always = ["/b/one", "/b/two", "/b/three"].map(|path| maker(&graph, path).always());
    assert_eq!(always, [true, true, false]);
    assert_eq!(graph.find("/b/FORCE"), None);
    assert_eq!(names(&graph, maker(&graph, "/b/three").order_only()), ["again"]);
}

/// A phony target may have a recipe for the sake of what its prerequisites expand to.
#[test]
fn recipes_that_do_nothing_are_no_steps() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "UK_PREPARE-y += set both\n.PHONY: set both\n\
         set: $$(eval CFLAGS-y += -DSET)\n\t@:;\nboth:\n\t@:\n\t@echo both\n",
    );
    let graph = tree.describe().graph;
    assert!(maker(&graph, "set").commands().is_empty() && maker(&graph, "set").inputs().is_empty());
    let stamp = names(&graph, maker(&graph, "both").inputs());
    assert!(maker(&graph, &stamp[0]).always());
    assert!(command(&graph, "/b/appx/main.o").contains("-DSET"));
}

#[test]
fn a_pattern_rule_makes_what_nothing_else_makes() {
    let tree = Tree::new();
    tree.write("app/table.in", "");
    tree.append(
        "app/Makefile.uk",
        "$(APPX_BUILD)/%.gen.c: $(APPX_BASE)/%.in | $(APPX_BUILD)\n\tcp $< $@\n\
         APPX_SRCS-y += $(APPX_BUILD)/table.gen.c\n",
    );
    let graph = tree.describe().graph;
    let input = tree.path("app/table.in");
    let text = format!("cp {} /b/appx/table.gen.c", input.display());
    assert_eq!(command(&graph, "/b/appx/table.gen.c"), text);
    assert_eq!(
        names(&graph, maker(&graph, "/b/appx/table.gen.c").inputs()),
        [input.display().to_string()]
    );
}

#[test]
fn a_command_says_what_the_release_says_in_its_order() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "APPX_SRCS-y += /src/a.c /src/b.cc /src/n.lds.S|x\n\
         APPX_COMPFLAGS += -DL\nAPPX_CINCLUDES += -Il\nAPPX_CXXINCLUDES += -Il\n\
         CINCLUDES += -Ig\nCXXINCLUDES += -Ig\nAPPX_A_INCLUDES += -Is\nAPPX_B_INCLUDES += -Is\n",
    );
    let told = |minor: u32| {
        tree.write("core/version.mk", &format!("UK_VERSION = 0\nUK_SUBVERSION = {minor}\n"));
        let graph = tree.describe().graph;
        ["a.o", "b.o", "n.lds"].map(|name| {
            let command = command(&graph, &format!("/b/appx/{name}"));
            let own = ["-DL", "-Il", "-Ig", "-Is", "-D__LIBNAME__=appx"];
            command.split(' ').filter(|word| own.contains(word)).collect::<Vec<_>>().join(" ")
        })
    };
    let named = "-D__LIBNAME__=appx";
    let old = ["-Ig -DL -Il -Is", "-Ig -Il -Is", ""];
    let new = ["-DL -Is -Il -Ig", "-DL -Is -Il -Ig", ""];
    let full = |parts: [&str; 3]| parts.map(|part| format!("{part} {named}").trim().to_owned());
    let mut eleven = full(old);
    eleven[2].clear();
    let mut twelve = full([new[0], old[1], ""]);
    twelve[2].clear();
    assert_eq!(told(11), eleven);
    assert_eq!(told(12), twelve);
    assert_eq!(told(13), full(new));
}

#[test]
fn an_origin_is_unpacked_and_patched_in_one_step() {
    let tree = Tree::new();
    tree.write("app/patches/2.patch", "");
    tree.write("app/patches/1.patch", "");
    tree.append(
        "app/Makefile.uk",
        "APPX_ORIGIN_SHA256 = abc\n\
         $(eval $(call fetch,appx,https://example.org/x-1.tar.gz))\n\
         $(eval $(call patch,appx,$(APPX_BASE)/patches,x-1))\n\
         APPX_SRCS-y += $(APPX_ORIGIN)/x-1/x.c\n",
    );
    let graph = tree.describe().graph;
    let object = maker(&graph, "/b/appx/x.o");
    assert!(names(&graph, object.inputs()).contains(&"/b/appx/origin/x-1/x.c".to_owned()));
    assert!(names(&graph, object.order_only()).contains(&"/b/appx/.origin".to_owned()));
    let step = maker(&graph, "/b/appx/.origin");
    assert_eq!(step.tag(), "UNPACK");
    assert_eq!(names(&graph, step.outputs()), ["/b/appx/.origin", "/b/appx/.patched"]);
    let inputs = names(&graph, step.inputs());
    assert_eq!(&inputs[..2], ["/b/appx/x-1.tar.gz", "/b/appx/.chksum"]);
    assert!(inputs[2].ends_with("1.patch") && inputs[3].ends_with("2.patch"), "{inputs:?}");
    let script = command(&graph, "/b/appx/.origin");
    assert!(script.contains("tar -xzf /b/appx/x-1.tar.gz -C /b/appx/origin"), "{script}");
    assert!(command(&graph, "/b/appx/.chksum").contains("abc  /b/appx/x-1.tar.gz"));
    assert!(command(&graph, "/b/appx/x-1.tar.gz").contains("https://example.org/x-1.tar.gz"));
    let fetched = names(&graph, maker(&graph, "fetch").inputs());
    assert_eq!(fetched, ["/b/appx/.chksum", "/b/appx/.origin", "/b/appx/.patched"]);
}

#[test]
fn patches_may_be_for_what_another_library_unpacks_later_or_a_rule_does() {
    let tree = Tree::new();
    tree.write("app/patches/1.patch", "");
    tree.append(
        "app/Makefile.uk",
        "$(eval $(call patch,libgcc,$(APPX_BASE)/patches,gcc-7))\n\
         $(eval $(call addlib,libgcc))\n\
         $(eval $(call fetch,libgcc,https://example.org/gcc-7.tar.gz))\n\
         $(eval $(call patch,cloned,$(APPX_BASE)/patches,src))\n\
         /b/cloned/.origin:\n\tgit clone x /b/cloned/origin\n",
    );
    let graph = tree.describe().graph;
    let script = command(&graph, "/b/libgcc/.patched");
    assert!(script.contains("tar -xzf") && script.contains("/b/libgcc/origin/gcc-7 -p1"));
    let step = maker(&graph, "/b/cloned/.patched");
    assert_eq!(names(&graph, step.inputs())[0], "/b/cloned/.origin");
    let script = command(&graph, "/b/cloned/.patched");
    assert!(script.contains("patch -sd /b/cloned/origin/src -p1 < "), "{script}");
}

#[test]
fn included_makefiles_that_steps_make_are_told() {
    let tree = Tree::new();
    tree.write("app/list.txt", "");
    tree.write("app/there.mk", "APPX_CFLAGS += -DTHERE\n");
    tree.write("app/own.mk", "");
    tree.append(
        "app/Makefile.uk",
        "$(eval $(call fetch,appx,https://example.org/x-1.tar.gz))\n\
         include $(APPX_ORIGIN)/x-1/files.mk $(APPX_BASE)/there.mk $(APPX_BASE)/own.mk\n\
         -include $(APPX_BUILD)/list.mk /none/such.mk\n\
         $(APPX_BUILD)/%.mk: $(APPX_BASE)/%.txt\n\tcp $< $@\n\
         $(APPX_BASE)/there.mk:\n\ttouch $@\n",
    );
    let Description { graph, makefiles, .. } = tree.describe();
    let mut told = names(&graph, &makefiles);
    told.sort();
    let there = tree.path("app/there.mk").display().to_string();
    let mut expected = vec!["/b/appx/list.mk", "/b/appx/origin/x-1/files.mk", &there];
    expected.sort_unstable();
    assert_eq!(told, expected);
    assert!(command(&graph, "/b/appx/main.o").contains("-DTHERE"));
}

#[test]
fn a_makefile_that_nothing_makes_has_to_be_there() {
    let tree = Tree::new();
    tree.append("app/Makefile.uk", "include /none/such.mk\n");
    let error = tree.try_describe().unwrap_err().to_string();
    assert!(error.contains("Makefile.uk:3: *** /none/such.mk: No such file"), "{error}");
}

#[test]
fn a_target_without_recipe_stands_for_what_it_asks_for() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "UK_PREPARE += $(APPX_BUILD)/.prepared\n$(APPX_BUILD)/.prepared: $(APPX_BUILD)/one\n\
         $(APPX_BUILD)/one: ; touch $@\n",
    );
    let graph = tree.describe().graph;
    let step = maker(&graph, "/b/appx/.prepared");
    assert!(step.commands().is_empty() && !step.always());
    assert_eq!(names(&graph, step.inputs()), ["/b/appx/one"]);
    assert_eq!(command(&graph, "/b/appx/one"), "touch /b/appx/one");
}

/// The description must not depend on what earlier builds left.
#[test]
fn patterns_make_what_is_in_the_build_folder_and_leave_sources_alone() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "UK_PREPARE += $(APPX_BUILD)/inc/a.h $(APPX_BASE)/inc/b.h\n\
         $(APPX_BUILD)/inc/%.h $(APPX_BASE)/inc/%.h: ; ln -s $(APPX_BASE)/$*.h $@\n",
    );
    tree.write("app/inc/b.h", "");
    let mut setup = tree.setup();
    setup.build = tree.path("build");
    let link = tree.path("build/appx/inc/a.h");
    for _ in 0..2 {
        let graph = describe(&setup, StdHost::new("/", |_| ())).unwrap().graph;
        assert!(command(&graph, link.to_str().unwrap()).ends_with("build/appx/inc/a.h"));
        let source = graph.find(tree.path("app/inc/b.h").to_str().unwrap()).unwrap();
        assert_eq!(graph.producer(source), None);
        tree.write("build/appx/inc/a.h", "");
    }
}

#[test]
fn the_closest_pattern_makes_what_is_in_an_archive() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "$(eval $(call unarchive,appx,/src/x.zip))\n\
         %.c: %.y ; bison $< -o $@\n$(APPX_ORIGIN)/x/%.h: $(APPX_ORIGIN)/x/%.in ; sed s/a/b/ $< -o $@\n\
         APPX_SRCS-y += $(APPX_ORIGIN)/x/parse.c $(APPX_ORIGIN)/x/made.h\n",
    );
    let graph = tree.describe().graph;
    let unpacked = |name: &str| graph.find(name).and_then(|file| graph.producer(file)).is_none();
    assert!(unpacked("/b/appx/origin/x/parse.c") && unpacked("/b/appx/origin/x/made.in"));
    assert!(command(&graph, "/b/appx/origin/x/made.h").starts_with("sed "));
    for waiting in ["/b/appx/parse.o", "/b/appx/origin/x/made.h"] {
        let waits = names(&graph, maker(&graph, waiting).order_only());
        assert!(waits.contains(&"/b/appx/.origin".to_owned()), "{waits:?}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let tree = Tree::new();
    tree.append("app/Makefile.uk", "\nAPPX_SRCS-y += /src/notes.txt\n");
    let Err(Error::UnknownSource { origin: Some(origin), .. }) = tree.try_describe() else {
        panic!("a text file was compiled")
    };
    assert_eq!(origin.line, 4);

    let tree = Tree::new();
    tree.write("core/plat/test/Makefile.uk", "");
    assert!(matches!(tree.try_describe(), Err(Error::NoPlatform)));

    let tree = Tree::new();
    std::fs::remove_file(tree.path("core/arch/x86/x86_64/Makefile.uk")).unwrap();
    assert!(matches!(tree.try_describe(), Err(Error::NoArchitecture { .. })));

    let mut setup = Tree::new().setup();
    setup.build = Path::new("/my build").into();
    let error = describe(&setup, StdHost::new("/", |_| ())).unwrap_err();
    assert!(matches!(error, Error::Path { character: ' ', .. }));
}

#[test]
fn linker_scripts_that_a_command_names_are_read() {
    let tree = Tree::new();
    let link = "$(LD) -Wl,-m,elf,-dT,/s/own.lds -Wl,--script=/s/more.ld -T /s/last.ld -T here.ld \
                -Tbss=0 $< -o $@";
    let rule = format!(
        "/b/extra: /b/in /s/more.ld\n\t$(call build_cmd,LD,,$@,{})\n",
        link.replace(',', "$(comma)")
    );
    tree.append("core/plat/test/Linker.uk", &format!("{rule}UK_IMAGES-y += /b/extra\n"));
    let graph = tree.describe().graph;
    let step = maker(&graph, "/b/extra");
    assert_eq!(names(&graph, step.inputs()), ["/b/in", "/s/more.ld", "/s/own.lds", "/s/last.ld"]);
}

#[test]
fn products_lie_where_the_library_wants_them() {
    let tree = Tree::new();
    tree.append(
        "app/Makefile.uk",
        "$(eval $(call addlib,liba))\nLIBA_SRCS-y += /src/gen.awk>.h /src/in.c /src/link.lds.S\n\
         LIBA_GEN_SUBBUILD = include/uk\nLIBA_IN_SUBBUILD = deep\nLIBA_LINK.LDS_SUBBUILD = scripts\n\
         $(eval $(call addlib_tree,libt))\nLIBT_SRC := /origin\n\
         LIBT_SRCS-y += /origin/x/y.c /other/z.c\n\
         APPX_CFLAGS-y += -DLDS=$(call src2lds,liba) -DOBJ=$(call src2obj,libt,/origin/x/y.c)\n\
         APPX_CFLAGS-y += -DIN=$(call src2obj,liba,/src/in.c,,deep) -DDIR=$(LIBT_BUILD)\n",
    );
    let graph = tree.describe().graph;
    for path in [
        "/b/liba/include/uk/gen.h",
        "/b/liba/deep/in.o",
        "/b/liba/scripts/link.lds",
        "/b/libt/build/x/y.o",
        "/b/libt/build/z.o",
    ] {
        maker(&graph, path);
    }
    let flags = command(&graph, "/b/appx/main.o");
    let told = "-DLDS= -DOBJ=/b/libt/build/x/y.o -DIN=/b/liba/deep/in.o -DDIR=/b/libt/build";
    assert!(flags.contains(told), "{flags}");
}
