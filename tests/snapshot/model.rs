//! Random edits: a description with records is the same as one without.

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::common::Sandbox;
use crate::described::{append, describe, folder, graph, program};

/// How many edits are made one after the other.
const EDITS: usize = 30;

/// One edit of an application's folder.
#[derive(Clone, Copy, Debug)]
enum Edit {
    Source(u8),
    NoSource(u8),
    List(u8),
    Include(u8),
    Option(u8),
    Toggle(u8),
    Answer(u8),
    Variable(u8),
    Touch,
    Forget(u8),
    Lose(u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let number = 0..3_u8;
    prop_oneof![
        number.clone().prop_map(Edit::Source),
        number.clone().prop_map(Edit::NoSource),
        number.clone().prop_map(Edit::List),
        number.clone().prop_map(Edit::Include),
        number.clone().prop_map(Edit::Option),
        number.clone().prop_map(Edit::Toggle),
        number.clone().prop_map(Edit::Answer),
        number.clone().prop_map(Edit::Variable),
        Just(Edit::Touch),
        number.clone().prop_map(Edit::Forget),
        number.prop_map(Edit::Lose),
    ]
}

/// A fragment that depends on the world in every way that there is.
const FRAGMENT: &str = "
APPHELLOWORLD_SRCS-y += $(wildcard $(APPHELLOWORLD_BASE)/src/*.c)
APPHELLOWORLD_SRCS-y += $(addprefix $(APPHELLOWORLD_BASE)/named/,$(shell cat $(APPHELLOWORLD_BASE)/list))
APPHELLOWORLD_CFLAGS-y += -DANSWER=$(shell $(APPHELLOWORLD_BASE)/answer) -DSEEN=$(SEEN)
APPHELLOWORLD_CFLAGS-$(CONFIG_MORE) += -DMORE=$(CONFIG_LEVEL)
-include $(APPHELLOWORLD_BASE)/own.mk
";

impl Edit {
    fn make(self, sandbox: &mut Sandbox) {
        match self {
            Edit::Source(n) => sandbox.write(&format!("src/s{n}.c"), "int x;\n"),
            Edit::NoSource(n) => {
                let _ = std::fs::remove_file(sandbox.path(&format!("src/s{n}.c")));
            }
            Edit::List(n) => {
                sandbox.write("list", ["", "listed.c\n", "listed.c other.c\n"][n as usize])
            }
            Edit::Include(0) => {
                let _ = std::fs::remove_file(sandbox.path("own.mk"));
            }
            Edit::Include(n) => {
                sandbox.write("own.mk", &format!("APPHELLOWORLD_CFLAGS-y += -DOWN={n}\n"));
            }
            Edit::Option(n) => sandbox.write("More.uk", &options(n)),
            Edit::Toggle(n) => {
                let value = ["CONFIG_MORE=n\n", "CONFIG_MORE=y\n", "CONFIG_LEVEL=7\n"][n as usize];
                append(sandbox, ".config", value);
            }
            Edit::Answer(n) => program(&sandbox.path("answer"), &format!("echo {n}")),
            Edit::Variable(n) => sandbox.set("SEEN", &n.to_string()),
            Edit::Touch => sandbox.write("Makefile.uk", &sandbox.read("Makefile.uk")),
            Edit::Forget(n) => {
                let name =
                    ["include/uk/_config.h", "kconfig/auto.conf", "kconfig/libs.uk"][n as usize];
                let _ = std::fs::remove_file(sandbox.path(&format!("build/{name}")));
            }
            Edit::Lose(n) => {
                let all = folder(sandbox).read_dir().into_iter().flatten().flatten();
                let mut all: Vec<_> = all.map(|entry| entry.path()).collect();
                all.sort();
                if let Some(path) = all.get(n as usize) {
                    std::fs::remove_file(path).unwrap();
                }
            }
        }
    }
}

fn options(level: u8) -> String {
    format!(
        "config MORE\n\tbool \"More\"\nconfig LEVEL\n\tint \"Level\"\n\tdepends on MORE\n\tdefault {level}\n"
    )
}

#[test]
fn with_and_without_records() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    for folder in ["src", "named"] {
        std::fs::create_dir(sandbox.path(folder)).unwrap();
    }
    for name in ["named/listed.c", "named/other.c"] {
        sandbox.write(name, "int y;\n");
    }
    append(&sandbox, "Makefile.uk", FRAGMENT);
    let source = format!("source \"{}\"", sandbox.path("More.uk").display());
    append(&sandbox, "Config.uk", &source);
    for edit in [Edit::List(0), Edit::Option(1), Edit::Answer(0)] {
        edit.make(&mut sandbox);
    }
    describe(&sandbox);

    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let edits = prop::collection::vec(edit(), EDITS);
    let edits = edits.new_tree(&mut runner).unwrap().current();
    let mut recalled = 0;
    for (at, edit) in edits.iter().enumerate() {
        edit.make(&mut sandbox);
        recalled += 3 - describe(&sandbox).parts().len();
        let described = graph(&sandbox);
        std::fs::remove_dir_all(folder(&sandbox)).unwrap();
        let evaluated = graph(&sandbox);
        let mut lines = described.lines().zip(evaluated.lines());
        let other = lines.find(|(recalled, evaluated)| recalled != evaluated);
        assert_eq!(other, None, "after {:?}", &edits[..=at]);
        assert_eq!(described.len(), evaluated.len());
    }
    assert!(recalled > EDITS, "{recalled}");
}
