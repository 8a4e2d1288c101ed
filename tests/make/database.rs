//! `-p` beside GNU make's, section by section: the same entries in any order.

use std::time::Duration;

use bstr::ByteSlice;

use crate::outcome::{Program, Ran};
use crate::trial::Trial;

/// Variables that tell of the program itself, with the reason.
const OWN: [&str; 6] = [
    "PATH",          // leads to the program
    "MAKE_VERSION",  // 4.4.1 here
    ".FEATURES",     // of that version
    ".INCLUDE_DIRS", // each folder once
    ".LOADED",       // nothing can be loaded
    "GNUMAKEFLAGS",  // only known when it is set
];

const VARIABLES: &str = "\
V = 1 $(W)
W := 2 3 $$
override X = $(V)
export E = e
define D
a
$(b)
endef
P += q
private Q ?= 1
N := 
B := $(subst ,, )
all: private T = 1
all: T += 2
sub: U := $(V)
%.z: Z = pat
all:
";

const RULES: &str = "\
vpath %.c src:lib
vpath %.h inc
VPATH = sub
all: a.o b.o | d ; @echo $@
a.o b.o: h.h
%.o: %.c | o
\tcc $<
\t@x \\
\t  y
d:
\tmkdir d
.PHONY: all
x::
\techo 1
x:: y
\techo 2
g1 g2 &: s
\techo g
.PRECIOUS: %.o
.INTERMEDIATE: mid
mid: s
s1 s2: s%: t%
\techo static
%.p %.q: %.r
\techo two
%.gone:
.SUFFIXES: .x .y
.x.y:
\techo suffix
";

/// A database as sorted entries of each section.
fn sections(text: &[u8]) -> Vec<(String, Vec<String>)> {
    let text = text.to_str_lossy();
    let mut sections = vec![(String::new(), Vec::new())];
    let mut entries: Vec<Vec<&str>> = Vec::new();
    let finish = |entries: &mut Vec<Vec<&str>>, all: &mut Vec<(String, Vec<String>)>| {
        let mut done: Vec<String> = entries.drain(..).map(|lines| lines.join("\n")).collect();
        done.retain(|entry| !entry.is_empty());
        done.sort();
        all.last_mut().unwrap().1 = done;
    };
    let titles = [
        "# Variables",
        "# Pattern-specific Variable Values",
        "# Directories",
        "# Implicit Rules",
        "# Files",
        "# VPATH Search Paths",
    ];
    for line in text.lines() {
        if titles.contains(&line) {
            finish(&mut entries, &mut sections);
            sections.push((line.to_owned(), Vec::new()));
            entries.push(Vec::new());
            continue;
        }
        let is_count = line.starts_with("# strcache") || line.starts_with("# current buf");
        let is_count =
            is_count || line.ends_with("hash-table stats:") || line.starts_with("# Load=");
        if is_count || line.starts_with("# Finished Make data base on") {
            continue;
        }
        // Each variable is an entry, and each paragraph of the others.
        let in_variables = sections.last().unwrap().0 == "# Variables";
        let begins = line.is_empty() || in_variables && line.starts_with("# ");
        match entries.last_mut() {
            Some(last) if !begins => last.push(line),
            _ => entries.push(if line.is_empty() { Vec::new() } else { vec![line] }),
        }
    }
    finish(&mut entries, &mut sections);
    sections.remove(0);
    sections
}

/// What a program looks for that reads a database.
fn is_own(entry: &str) -> bool {
    let definition = entry.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    OWN.contains(&definition.split(' ').next().unwrap_or_default())
}

fn compare(makefile: &str, arguments: &[&str]) {
    let trial = Trial::new(makefile);
    for name in ["src/a.c", "b.c", "h.h", "o", "mid"] {
        trial.file(name, "", Duration::ZERO);
    }
    trial.file("Makefile", makefile, Duration::ZERO);
    let run = |program: &Program| {
        let mut command = program.command(&trial.work());
        let ran = Ran::of(
            command.args(arguments).env("TZ", "UTC"),
            &trial.folder.path().join("r"),
            false,
        );
        (ran.code(), sections(&ran.output))
    };
    let (theirs, ours) = (run(&trial.bench.reference), run(&trial.bench.ours));
    assert_eq!(ours.0, theirs.0);
    for (theirs, ours) in theirs.1.iter().zip(&ours.1) {
        assert_eq!(ours.0, theirs.0);
        // Which folders were looked into, and what was found impossible, is make's own business.
        if ours.0 == "# Directories" {
            continue;
        }
        let known = |entries: &[String]| -> Vec<String> {
            let shown = entries.iter().filter(|entry| !is_own(entry));
            // A pattern's variables are all shown as simple ones there.
            let shown = shown.map(|entry| entry.replace("# Z = ", "# Z := "));
            // Whether the list of suffixes is its own depends on how it was looked up there.
            let is_list = |entry: &str| entry.contains("\n.SUFFIXES:");
            let own = |entry: String| match is_list(&entry) {
                true => entry.replace("#  Builtin rule\n", ""),
                false => entry,
            };
            shown.map(own).collect()
        };
        let (theirs, ours) = (known(&theirs.1), known(&ours.1));
        let missing: Vec<_> = theirs.iter().filter(|entry| !ours.contains(entry)).collect();
        let more: Vec<_> = ours.iter().filter(|entry| !theirs.contains(entry)).collect();
        assert!(missing.is_empty() && more.is_empty(), "missing: {missing:#?}\nmore: {more:#?}");
    }
    assert_eq!(ours.1.len(), 6);
    assert_eq!(theirs.1.len(), 6);
}

#[test]
fn variables() {
    compare(VARIABLES, &["-pn"]);
}

#[test]
fn rules() {
    compare(RULES, &["-pn"]);
}

#[test]
fn without_updating() {
    compare(RULES, &["-npq", "s1"]);
}

#[test]
fn without_built_in_rules() {
    compare(RULES, &["-rRpn", "x", "V=1", "W:=2"]);
}

/// Lines between which shells' completions look for targets.
#[test]
fn frame() {
    let trial = Trial::new("");
    let ran = trial.run(&trial.bench.ours, &["-npq", "-f/dev/null"]);
    let lines = [
        "# Make data base, printed on ",
        "# files hash-table stats:",
        "# Finished Make data base on ",
    ];
    for start in lines {
        assert!(ran.output.lines().any(|line| line.starts_with(start.as_bytes())), "{start}");
    }
}
