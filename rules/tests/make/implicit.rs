//! The implicit rules that are left when makefiles have been read, beside `make -p`: which there
//! are, in which order, with which recipe.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use bstr::ByteSlice;
use rules::make::{Evaluator, PatternRule, Prerequisites, StdHost};

/// What GNU make prints of its implicit rules, and what it warns of.
fn theirs(folder: &Path, options: &[&str]) -> (String, String) {
    let mut command = Command::new("/usr/bin/make");
    command.args(["-p", "-q", "--no-print-directory", "-f", "test.mk"]).args(options);
    let output = command.current_dir(folder).env_clear().output().expect("GNU make runs");
    let text = output.stdout.to_str_lossy();
    let rules = match text.split_once("# Implicit Rules\n\n") {
        Some((_, rules)) => rules.split_once(" implicit rules, ").map_or("", |(rules, _)| rules),
        None => "",
    };
    let rules = rules.rsplit_once("\n# ").map_or("", |(rules, _)| rules);
    let warnings = output.stderr.lines_with_terminator();
    let warnings = warnings.filter(|line| line.contains_str("warning: "));
    (format!("{}\n", rules.trim_end()), warnings.map(|line| line.to_str_lossy()).collect())
}

fn ours(folder: &Path, options: &[&str]) -> (String, String) {
    let warnings = Arc::new(Mutex::new(String::new()));
    let sink = warnings.clone();
    let host = StdHost::new(folder, move |message| {
        if let Ok(mut warnings) = sink.lock() {
            warnings.push_str(&message.line().to_str_lossy());
        }
    });
    let mut make = Evaluator::new(host, ());
    if !options.contains(&"-r") {
        make.define_built_in_suffixes();
        make.define_built_in_rules();
    }
    make.define_built_in_variables();
    make.eval_file(b"test.mk").expect("no error");
    make.finish_reading().expect("no error");
    let mut out = String::new();
    make.rules().patterns.iter().for_each(|rule| write_rule(rule, &mut out));
    let warnings = warnings.lock().expect("no panic").clone();
    (format!("{}\n", out.trim_end()), warnings)
}

fn write_rule(rule: &PatternRule, out: &mut String) {
    let targets = bstr::join(" ", &rule.targets);
    let _ = write!(out, "{}:", targets.as_bstr());
    if rule.terminal {
        out.push(':');
    }
    match &rule.prerequisites {
        Prerequisites::Names { normal, order_only } => {
            normal.iter().for_each(|name| out.push_str(&format!(" {name}")));
            if !order_only.is_empty() {
                out.push_str(" |");
            }
            order_only.iter().for_each(|name| out.push_str(&format!(" {name}")));
        }
        Prerequisites::Deferred(text) => out.push_str(&format!(" {text}")),
    }
    out.push('\n');
    if let Some(recipe) = &rule.recipe {
        let place = &recipe.location;
        let from = match recipe.is_built_in() {
            true => "(built-in)".to_owned(),
            false => format!("(from '{}', line {})", place.file(), place.line),
        };
        let _ = writeln!(out, "#  recipe to execute {from}:");
        recipe.text.lines().for_each(|line| out.push_str(&format!("\t{}\n", line.as_bstr())));
    }
    out.push('\n');
}

fn compare(text: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("test.mk"), text).expect("written");
    for options in [&[][..], &["-r"]] {
        let (expected, expected_warnings) = theirs(folder.path(), options);
        let (found, warnings) = ours(folder.path(), options);
        assert_eq!(found, expected, "{options:?}\n{text}");
        assert_eq!(warnings, expected_warnings, "{options:?}\n{text}");
    }
}

#[test]
fn the_built_in_rules_are_those_of_gnu_make() {
    compare("all:\n");
}

#[test]
fn suffix_rules_become_pattern_rules() {
    compare("all:\n.c.o:\n\tmine $<\n.x.y:\n\tnobody knows these\n");
    compare(".SUFFIXES: .x .y .a\n.x.y:\n\ta\n.x.a:\n\tb\n.y:; single\n.y.x .x:; @both\nall:\n");
    compare(".x.y:\n\ta\n.SUFFIXES:\n.SUFFIXES: .y .x .y\nall:\n");
    compare(".SUFFIXES:\nall:\n");
    compare(".SUFFIXES:\n.SUFFIXES: .c .o .c\n.c.o: ; one\nall:\n");
    compare(".c.o:: ; two colons\nall:\n");
}

#[test]
fn prerequisites_of_suffix_rules_are_warned_of() {
    compare("all:\n.c.o: foo.h\n\tmine $<\n.c: bar\n\tsingle\n");
    compare("all:\n.c.o: foo.h\n.c.cc: | order ; x\n");
    compare(".POSIX:\nall:\n.c.o: foo.h\n\tmine $<\n");
}

#[test]
fn later_pattern_rules_take_the_place_of_earlier_ones() {
    compare("%.o: %.c ; one\n%.q: %.c ; q\n%.o: %.c ; two\n%.o: %.x ; x\nall:\n");
    compare("%.o: %.c\n%: %.sh\n%:: RCS/%\n%.c: %.w %.ch\nall:\n");
    compare("%.a %.b: %.c ; both\n%.a: %.c ; one\n%.b %.a: %.c ; again\nall:\n");
    compare("%.a: %.c ; one\n%.b %.a: %.c ; takes its place\n%.a:: %.c ; terminal\nall:\n");
    compare("%.a: b | c ; one\n%.a: b c; two\n%.a: c b; three\n%.a:\nall:\n");
}

#[test]
fn second_expansion_leaves_pattern_rules_alone() {
    compare(".SECONDEXPANSION:\nX = .x .y\n.SUFFIXES: $$X\n.x.y: ; z\n%.o: $$X ; e\nall:\n");
}
