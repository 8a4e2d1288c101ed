//! Input of absurd shape: deep, cyclic, endless, not text. It ends with a result or an error, in
//! bounded time and on an ordinary stack.

// A helper of a test fails like the test itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use kconfig::{Answer, Config, Dialect, Environment, Error, Model, Tristate};

const DEEP: usize = 100_000;

/// Parses a text and, when it is sound, computes and writes everything. Fails after a minute.
fn whole(text: impl Into<Vec<u8>>, dialect: Dialect) -> Result<usize, String> {
    let text = text.into();
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let _ = send.send(everything(&text, dialect));
    });
    receive.recv_timeout(Duration::from_secs(60)).expect("it hangs or has crashed")
}

fn everything(text: &[u8], dialect: Dialect) -> Result<usize, String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Kconfig"), text).unwrap();
    let mut environment = Environment::new(dialect, folder.path());
    let model = Model::load(&mut environment, "Kconfig", &mut Vec::new())
        .map_err(|error| error.to_string())?;
    let mut config = Config::new(Arc::new(model));
    config.answer_new(Answer::All(Tristate::Yes));
    let size = config.to_config().len();
    Ok(size + config.to_minimal().len() + config.to_header().len())
}

fn both(text: &str) -> [Result<usize, String>; 2] {
    [whole(text, Dialect::Linux), whole(text, Dialect::Unikraft)]
}

#[test]
fn nested_blocks() {
    for (open, close) in [("if A\n", "endif\n"), ("menu \"M\"\n", "endmenu\n")] {
        let text = open.repeat(DEEP) + &close.repeat(DEEP);
        for result in both(&text) {
            assert!(result.unwrap_err().contains("nested too deeply"));
        }
        let text = open.repeat(1500) + "config A\n\tbool \"A\"\n" + &close.repeat(1500);
        for result in both(&text) {
            let recursive = result.as_ref().is_err_and(|error| error.contains("recursive"));
            assert!(result.is_ok() || recursive, "{result:?}");
        }
    }
}

#[test]
fn unclosed_blocks() {
    for result in both(&"choice\nprompt \"C\"\nconfig A\n".repeat(DEEP)) {
        result.unwrap_err();
    }
}

#[test]
fn nested_expressions() {
    let head = "config B\n\tbool \"B\"\n\nconfig A\n\tbool \"A\"\n\tdepends on ";
    let parens = format!("{head}{}B{}\n", "(".repeat(DEEP), ")".repeat(DEEP));
    let nots = format!("{head}{}B\n", "!".repeat(DEEP));
    let long = format!("{head}B{}\n", " && B".repeat(DEEP));
    for text in [parens, nots, long] {
        for result in both(&text) {
            result.unwrap();
        }
    }
    let mixed = format!("{head}{}B{}\n", "!(B || !(B && ".repeat(DEEP), "))".repeat(DEEP));
    for result in both(&mixed) {
        assert!(result.unwrap_err().contains("nested too deeply"));
    }
}

#[test]
fn long_chains_of_options() {
    let mut depends = String::new();
    let mut backwards = String::new();
    let mut selects = String::new();
    for index in 0..DEEP {
        let (one, next) = (format!("S{index}"), format!("S{}", index + 1));
        writeln!(depends, "config {next}\n\tbool \"{next}\"\n\tdepends on {one}").unwrap();
        writeln!(backwards, "config {one}\n\tbool \"{one}\"\n\tdepends on {next}").unwrap();
        writeln!(selects, "config {one}\n\tbool \"{one}\"\n\tselect {next}").unwrap();
    }
    let root = "config S0\n\tbool \"S0\"\n";
    let top = format!("config S{DEEP}\n\tbool \"top\"\n");
    for text in [root.to_owned() + &depends, backwards + &top, selects + &top] {
        let result = whole(text, Dialect::Linux);
        assert!(result.unwrap() > DEEP);
    }
}

#[test]
fn a_long_cycle() {
    let mut text = String::new();
    for index in 0..DEEP {
        let next = (index + 1) % DEEP;
        writeln!(text, "config S{index}\n\tbool \"S\"\n\tdepends on S{next}").unwrap();
    }
    assert!(whole(text, Dialect::Linux).unwrap_err().contains("recursive dependency"));
}

#[test]
fn macros_without_end() {
    let nested = format!("A := {}x{}\n", "$(".repeat(DEEP), ")".repeat(DEEP));
    let doubling: String = (0..64).map(|n| format!("v{n} = $(v{0})$(v{0})\n", n + 1)).collect();
    let growing: String = "x := aaaaaaaaaaaaaaaa\n".to_owned() + &"x := $(x)$(x)\n".repeat(60);
    let calling = "f = $(f,$(1)x)\nA := $(f,y)\n".to_owned();
    for text in [nested, doubling + "A := $(v0)\n", growing, calling] {
        whole(text, Dialect::Unikraft).unwrap_err();
    }
}

#[test]
fn files_that_include_themselves() {
    let error = whole("source \"Kconfig\"\n", Dialect::Linux).unwrap_err();
    assert!(error.contains("Recursive inclusion"));
    whole("source \"Kconfig\"\n", Dialect::Unikraft).unwrap_err();
    whole("source \".\"\n", Dialect::Unikraft).unwrap_err();
}

#[test]
fn not_text() {
    let all: Vec<u8> = (0..=255).collect();
    let long = [b"config A\n\tbool \"".to_vec(), vec![b'x'; 1 << 22], b"\"\n".to_vec()].concat();
    for dialect in [Dialect::Linux, Dialect::Unikraft] {
        whole(all.clone(), dialect).unwrap_err();
        whole(b"config A\n\tbool \"\0\xff\"\n\tdefault y".to_vec(), dialect).unwrap();
        whole(long.clone(), dialect).unwrap();
        whole(b"config A\n\tstring \"A\"\n\thelp\n\t ".to_vec(), dialect).unwrap();
        whole(Vec::new(), dialect).unwrap();
    }
}

#[test]
fn a_missing_first_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = Environment::new(Dialect::Linux, folder.path());
    let error = Model::load(&mut environment, "Kconfig", &mut Vec::new()).unwrap_err();
    assert!(matches!(error, Error::Read { .. }));
}

#[test]
fn files_that_double() {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..40 {
        let line = format!("source \"{}\"\n", index + 1);
        fs::write(folder.path().join(index.to_string()), line.repeat(2)).unwrap();
    }
    fs::write(folder.path().join("40"), "config A\n\tbool \"A\"\n").unwrap();
    for dialect in [Dialect::Linux, Dialect::Unikraft] {
        let mut environment = Environment::new(dialect, folder.path());
        let error = Model::load(&mut environment, "0", &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("included too often"));
    }
}

#[test]
fn macros_that_grow_line_by_line() {
    let many = "x := aaaaaaaaaaaaaaaa\n".to_owned() + &"x := $(x)$(x)\n".repeat(15);
    let keep: String = (0..2000).map(|n| format!("y{n} := $(x)\n")).collect();
    let work = format!("f = {}\n", "$(x)".repeat(90_000)) + &"y := $(f)\n".repeat(1000);
    for text in [many + &keep, work] {
        let error = whole(text, Dialect::Linux).unwrap_err();
        assert!(error.contains("oo deep") || error.contains("too long"), "{error}");
    }
}

#[test]
fn a_file_without_end() {
    for dialect in [Dialect::Linux, Dialect::Unikraft] {
        let error = whole("source \"/dev/zero\"\n", dialect).unwrap_err();
        assert!(error.contains("can't open file"), "{error}");
    }
}

#[test]
fn deep_blocks_with_many_options() {
    let options = |count: usize| -> String {
        (0..count).map(|index| format!("config S{index}\n\tbool \"S\"\n")).collect()
    };
    for (open, close) in [("if A\n", "endif\n"), ("menu \"M\"\n\tvisible if A\n", "endmenu\n")] {
        for result in both(&(open.repeat(1900) + &options(3000) + &close.repeat(1900))) {
            result.unwrap();
        }
    }
}

#[test]
fn many_environment_variables() {
    let text: String = (0..DEEP / 2).map(|index| format!("v := $(E{index})\n")).collect();
    for result in both(&text) {
        result.unwrap();
    }
}
