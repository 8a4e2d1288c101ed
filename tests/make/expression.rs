//! Random text with references and function calls in it.

use crate::dice::Dice;

/// Variables that makefiles set and read. `E0` and `V0` also come from the environment.
pub(crate) const VARIABLES: [&str; 10] =
    ["V0", "V1", "V2", "V3", "V4", "V5", "V6", "E0", "a", "W.x"];
/// Variables that are functions for `call`.
pub(crate) const CALLABLE: [&str; 3] = ["F0", "F1", "F2"];

const WORDS: [&str; 16] = [
    "a", "b", "foo", "bar.c", "x.a", "y.b", "d/e.c", "s0", "t1", "%", "%.a", "a.b.c", "./q", "foo",
    "2", "T",
];

/// One word without blanks.
pub(crate) fn word(dice: &mut Dice) -> String {
    dice.pick(&WORDS).to_owned()
}

/// The name of a variable, now and then a computed one.
pub(crate) fn variable(dice: &mut Dice) -> String {
    dice.pick(&VARIABLES).to_owned()
}

fn reference(dice: &mut Dice) -> String {
    let name = variable(dice);
    match dice.below(12) {
        0 => format!("${{{name}}}"),
        1 => format!("$({name}:a=z)"),
        2 => format!("$({name}:%.a=%.q)"),
        3 => format!("$({name}:.c=.o)"),
        4 => format!("$($({name}))"),
        5 => "$a".to_owned(),
        6 => format!("$(V{})", dice.pick(&["$(W.x)", "$(E0)", "1", "9"])),
        7 => format!("$(UNSET{})", dice.below(2)),
        _ => format!("$({name})"),
    }
}

/// A piece of text: words, references, calls.
pub(crate) fn expression(dice: &mut Dice, depth: usize) -> String {
    let count = if dice.percent(8) { 0 } else { 1 + dice.below(3) };
    let mut parts = Vec::new();
    for _ in 0..count {
        parts.push(match dice.below(10) {
            0..4 => word(dice),
            4..7 => reference(dice),
            7 => format!("{}{}", word(dice), reference(dice)),
            _ if depth == 0 => word(dice),
            _ => call(dice, depth - 1),
        });
    }
    let blank = if dice.percent(5) { "  " } else { " " };
    parts.join(blank)
}

/// A call of a function.
fn call(dice: &mut Dice, depth: usize) -> String {
    let name = dice.pick(&[
        "subst",
        "patsubst",
        "strip",
        "findstring",
        "filter",
        "filter-out",
        "sort",
        "word",
        "wordlist",
        "words",
        "firstword",
        "lastword",
        "dir",
        "notdir",
        "suffix",
        "basename",
        "addsuffix",
        "addprefix",
        "join",
        "wildcard",
        "abspath",
        "foreach",
        "if",
        "or",
        "and",
        "call",
        "origin",
        "flavor",
        "value",
        "shell",
        "info",
        "warning",
        "realpath",
        "eval",
        "file",
        "error",
        "call",
    ]);
    let text = |dice: &mut Dice| expression(dice, depth);
    let arguments = match name {
        "subst" => format!("{},{},{}", word(dice), word(dice), text(dice)),
        "patsubst" => {
            let (from, to) = (["%", "%.a", "f%o", "a"], ["%.x", "<%>", "z", "%%"]);
            format!("{},{},{}", dice.pick(&from), dice.pick(&to), text(dice))
        }
        "filter" | "filter-out" => {
            let pattern = dice.pick(&["%.a", "a b", "f%", "%", "t% s%"]);
            format!("{pattern},{}", text(dice))
        }
        "findstring" => format!("{},{}", word(dice), text(dice)),
        "word" => format!("{},{}", dice.pick(&["1", "2", "3", "9", " 1 "]), text(dice)),
        "wordlist" => format!("{},{},{}", 1 + dice.below(3), dice.below(4), text(dice)),
        "addsuffix" | "addprefix" | "join" => format!("{},{}", text(dice), text(dice)),
        "wildcard" => dice.pick(&["*.a", "s*", "d/*", "nothing*", "s0 t?", "[st]0"]).to_owned(),
        "foreach" => {
            let body = dice.pick(&["<$(i)>", "$(i:a=b)", "$($(i))", "$i$(V1)"]);
            format!("i,{},{body}", text(dice))
        }
        "if" => format!("{},{},{}", text(dice), text(dice), text(dice)),
        "or" | "and" => format!("{},{}", text(dice), text(dice)),
        "call" => {
            let name = dice.pick(&CALLABLE);
            format!("{name},{},{}", text(dice), text(dice))
        }
        "origin" | "flavor" | "value" => variable(dice),
        "shell" => {
            let command = ["echo hi", "echo a; echo b", "exit 3", "echo $$V1 $(V0)", "pwd -P"];
            dice.pick(&command).to_owned()
        }
        "error" => {
            // Rarely: it is the end.
            let condition = if dice.percent(4) { "T" } else { "" };
            return format!("$(if {condition},$(error stop {}))", text(dice));
        }
        "eval" => format!("{} := {}", variable(dice), text(dice)),
        "file" => dice.pick(&["<s0", ">>log,line", "<missing"]).to_owned(),
        _ => text(dice),
    };
    if dice.percent(10) {
        format!("${{{name} {arguments}}}")
    } else {
        format!("$({name} {arguments})")
    }
}
