//! The make language through its public interface.

use std::sync::{Arc, Mutex};

use bstr::BString;
use rules::make::{Context, Evaluator, Explicit, Flavor, Prerequisite, StdHost};

type Lines = Arc<Mutex<Vec<String>>>;

fn evaluator<S>(state: S) -> (Evaluator<S>, Lines) {
    let lines = Lines::default();
    let sink = lines.clone();
    let host = StdHost::new(std::env::temp_dir(), move |message| {
        if let Ok(mut lines) = sink.lock() {
            lines.push(message.line().to_string());
        }
    });
    (Evaluator::new(host, state), lines)
}

fn strings(list: &[&str]) -> Vec<BString> {
    list.iter().map(|&text| text.into()).collect()
}

#[test]
fn natives_are_called_until_a_makefile_takes_over() {
    let (mut make, _) = evaluator(Vec::<BString>::new());
    make.native(b"addlib", |make, arguments| {
        make.state.push(arguments[0].clone());
        make.eval(b"LIBS += $(sort b a)")?;
        let later = if arguments[0] == "one" { "LATER := yes" } else { "" };
        Ok(later.into())
    });
    make.eval_named(b"$(eval $(call addlib,one))\n$(call addlib,two)\n", b"M").unwrap();
    assert_eq!(make.state, strings(&["one", "two"]));
    assert_eq!(make.value_of(b"LIBS").unwrap(), "a b a b");
    assert_eq!(make.value_of(b"LATER").unwrap(), "yes");
    make.eval_named(b"addlib = X$1\nR := $(call addlib,three)\n", b"M").unwrap();
    assert_eq!(make.value_of(b"R").unwrap(), "Xthree");
    assert_eq!(make.state.len(), 2);
}

#[test]
fn a_word_is_traced_to_the_line_that_added_it() {
    let (mut make, _) = evaluator(());
    let text = b"A := one\nA += two $(B)\nA += three\nR = $(A) four\nR += five\n";
    make.eval_named(text, b"M").unwrap();
    for (variable, word, line) in [
        ("A", "one", 1),
        ("A", "two", 2),
        ("A", "three", 3),
        ("R", "four", 4),
        ("R", "five", 5),
        ("R", "three", 3),
    ] {
        let found = make.where_word(variable.as_bytes(), word.as_bytes()).unwrap();
        assert_eq!(found.line, line, "{variable} {word}");
    }
    assert_eq!(make.where_word(b"A", b"six"), None);
}

#[test]
fn recipes_expand_for_their_target() {
    let (mut make, _) = evaluator(());
    let text = b"out/a.o: V = 1\nout/a.o: a.c b.h a.c | out\n\t@echo $@ $< '$^' '$+' '$|' $(@D) $V\n\t-+$(if x,y \\\n  z)\\\n\t\tw\n";
    make.eval_named(text, b"M").unwrap();
    let Explicit { recipe, prerequisites, .. } =
        make.explicit_rule(b"out/a.o".into()).unwrap().unwrap();
    let names: Vec<_> = prerequisites.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(names, ["a.c", "b.h", "a.c", "out"]);
    let context =
        Context { target: b"out/a.o", prerequisites: &prerequisites, ..Context::default() };
    let commands = make.commands(&recipe.unwrap(), &context).unwrap();
    assert_eq!(commands.len(), 2);
    assert_eq!(commands[0].text, "echo out/a.o a.c 'a.c b.h' 'a.c b.h a.c' 'out' out 1");
    assert!(commands[0].silent && !commands[0].ignore_failure && !commands[0].always);
    assert!(!commands[1].silent && commands[1].ignore_failure && commands[1].always);
    assert_eq!(commands[1].text, "y z\\\n\tw");
    assert_eq!(commands[1].location.line, 4);
}

#[test]
fn second_expansion_sees_the_target() {
    let (mut make, _) = evaluator(());
    let text = b".SECONDEXPANSION:\nD = late\na: $$(D) $$@.x | $$(dir out/$$@)\nb c: %: $$(addsuffix .y,$$*) %.z\nD = later\n";
    make.eval_named(text, b"M").unwrap();
    let of = |make: &mut Evaluator, target: &str| {
        make.explicit_rule(target.into()).unwrap().unwrap().prerequisites
    };
    let list = of(&mut make, "a");
    assert_eq!(list[0], Prerequisite::normal("later"));
    assert_eq!(list[1], Prerequisite::normal("a.x"));
    assert_eq!(list[2], Prerequisite::order_only("out/"));
    let list = of(&mut make, "c");
    assert_eq!(list, [Prerequisite::normal("c.y"), Prerequisite::normal("c.z")]);
}

#[test]
fn errors_have_a_place_and_a_way() {
    let (mut make, _) = evaluator(());
    let error = make.eval_named(b"\n\nnothing here\n", b"M").unwrap_err();
    assert_eq!(error.to_string(), "M:3: *** missing separator.  Stop.");
    let error = make.eval_named(b"f = $(error no $1)\n\n$(eval $(call f,1))\n", b"M").unwrap_err();
    assert_eq!(error.to_string(), "M:3: *** no 1.  Stop.");
    assert_eq!(error.trace.len(), 1);
    let error = make.eval_named(b"X = $(Y)\nY = $(X)\n$(X)\n", b"M").unwrap_err();
    let expected = "M:1: *** Recursive variable 'X' references itself (eventually).  Stop.";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn nesting_is_bounded_by_the_stack() {
    let (mut make, _) = evaluator(());
    make.define(b"f", b"$(call f,$1x)", Flavor::Recursive, rules::make::Origin::File);
    let error = make.value_of(b"f").unwrap_err();
    assert_eq!(error.kind, rules::make::ErrorKind::TooDeep);
    let deep = [b"$(x".repeat(10_000), b")".repeat(10_000)].concat();
    assert!(make.expand(&deep).is_err());
    assert_eq!(make.expand(b"$(words a b)").unwrap(), "2");
}

#[test]
fn dependencies_of_the_language_itself() {
    let (mut make, lines) = evaluator(());
    make.eval_named(b"ifeq ($(X),)\nX := $(shell echo a; echo b)\nendif\n$(info $(X))\n", b"M")
        .unwrap();
    assert_eq!(lines.lock().unwrap().join(""), "a b\n");
}
