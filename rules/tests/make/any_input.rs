//! No input may panic, hang or overflow the stack. The world here is empty: nothing is read, run or
//! written.

use std::io;

use bstr::{BStr, BString};
use proptest::prelude::*;
use rules::make::{
    Context, Entry, ErrorKind, Evaluator, FileKind, Host, Message, Script, ScriptResult,
};

struct Nowhere;

impl Host for Nowhere {
    fn folder(&self) -> BString {
        "/nowhere".into()
    }
    fn read(&mut self, _: &BStr) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
    fn write(&mut self, _: &BStr, _: &[u8], _: bool) -> io::Result<()> {
        Ok(())
    }
    fn list(&mut self, _: &BStr) -> io::Result<Vec<Entry>> {
        Ok(vec![Entry { name: "a.c".into(), kind: FileKind::Other }])
    }
    fn kind(&mut self, _: &BStr) -> Option<FileKind> {
        None
    }
    fn real_path(&mut self, _: &BStr) -> Option<BString> {
        None
    }
    fn home(&mut self, _: Option<&BStr>) -> Option<BString> {
        None
    }
    fn shell(&mut self, _: &Script<'_>) -> io::Result<ScriptResult> {
        Ok(ScriptResult { output: b"a\nb\n".to_vec(), status: 1 })
    }
    fn message(&mut self, _: Message) {}
}

fn evaluate(text: &[u8]) {
    let mut make = Evaluator::new(Nowhere, ());
    make.set_stack_budget(256 << 10);
    if make.eval_named(text, b"Makefile").is_err() {
        return;
    }
    let _ = make.expand_deferred();
    let targets: Vec<BString> = make.rules().targets().map(|(name, _)| name.to_owned()).collect();
    for target in &targets {
        let Ok(Some(rule)) = make.explicit_rule(target.as_ref()) else { continue };
        let context = Context { target, prerequisites: &rule.prerequisites, ..Context::default() };
        if let Some(recipe) = &rule.recipe {
            let _ = make.commands(recipe, &context);
        }
        make.rules().matching(target);
    }
    let _ = make.placed_words(b"a");
}

/// Pieces that mean something, so that their mixtures go deep.
const PIECES: &[&str] = &[
    "$",
    "$(",
    "${",
    ")",
    "}",
    "(",
    ",",
    ":",
    "=",
    "+=",
    ":=",
    "?=",
    "!=",
    "::",
    "&:",
    "|",
    "%",
    "#",
    "\\",
    "\n",
    "\n\t",
    "\\\n",
    " ",
    "\t",
    ";",
    "'",
    "\"",
    "a",
    "b",
    "$a",
    "$(a)",
    "$1",
    "~",
    "*",
    "[",
    "define a\n",
    "endef\n",
    "ifeq (",
    "ifdef a\n",
    "else\n",
    "endif\n",
    "include ",
    "export ",
    "override ",
    "private ",
    "undefine ",
    "vpath ",
    "$(eval ",
    "$(call a,",
    "$(foreach a,b c,",
    "$(let a,",
    "$(if ",
    "$(or ",
    "$(subst ",
    "$(patsubst %",
    "$(word 1,",
    "$(wordlist 1,2,",
    "$(intcmp 1,",
    "$(sort ",
    "$(shell ",
    "$(file >",
    "$(wildcard ",
    "$(value a)",
    "$(abspath ",
    "$(error ",
    "$(info ",
    ".SECONDEXPANSION:\n",
    ".PHONY: ",
    ".RECIPEPREFIX = >\n",
    "$$(a)",
    "\u{feff}",
    "\r\n",
    "\0",
    "0",
    "99999999999999999999",
    "-",
    "a: b",
    "%.o: %.c",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_evaluate_or_fail(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        evaluate(&text);
    }

    #[test]
    fn any_mixture_of_pieces_evaluates_or_fails(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40),
    ) {
        evaluate(pieces.concat().as_bytes());
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(512)
}

#[test]
fn deep_nesting_ends_in_an_error() {
    for (open, close) in [("$(", ")"), ("$(if x,", ")"), ("${eval ", "}"), ("$(call a,", ")")] {
        let text = [open.repeat(5000), close.repeat(5000)].concat();
        evaluate(text.as_bytes());
    }
    evaluate(b"f = $(call f,$1x)\n$(f)\n");
    evaluate(b"f = $(eval $(value f))\n$(f)\n");
    evaluate("ifdef x\n".repeat(100_000).as_bytes());
}

#[test]
fn work_beyond_the_budget_ends_in_an_error() {
    let doubling = b"x := abcdefgh\n".to_vec();
    let text = [doubling, b"x := $(x) $(x)\n".repeat(60)].concat();
    let mut make = Evaluator::new(Nowhere, ());
    make.set_work_budget(1 << 20);
    let error = make.eval_named(&text, b"Makefile").unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooMuch);
}

#[test]
fn a_word_is_sought_once_in_variables_that_refer_to_each_other() {
    evaluate(b"a = $b $a $b $a\nb = $a $b $a $b\n");
}
