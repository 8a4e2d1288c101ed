//! Cases with what is expected: a folder each, with `case` (what it is about and how to call),
//! `input/`, and `expected/` with status, output and the files that changed.

use std::fs;
use std::path::{Path, PathBuf};

use bstr::BString;

use crate::run::{self, Call, Original, Outcome};

fn call(case: &Path) -> Call {
    let mut call = Call {
        command: String::new(),
        arguments: Vec::new(),
        variables: Vec::new(),
        files: run::read(&case.join("input")),
    };
    for line in fs::read_to_string(case.join("case")).unwrap().lines() {
        match line.split_once(": ").unwrap() {
            ("intent", _) => {}
            ("call", words) => {
                let mut words = words.split(' ').map(str::to_owned);
                call.command = words.next().unwrap();
                call.arguments = words.collect();
            }
            ("variable", setting) => {
                let (name, value) = setting.split_once('=').unwrap();
                call.variables.push((name.into(), value.into()));
            }
            other => panic!("{}: {other:?}", case.display()),
        }
    }
    call
}

fn expected(case: &Path) -> Outcome {
    let folder = case.join("expected");
    let read = |name: &str| BString::from(fs::read(folder.join(name)).unwrap_or_default());
    let files = run::read(&folder.join("files"));
    Outcome {
        status: Some(fs::read_to_string(folder.join("status")).unwrap().trim().parse().unwrap()),
        stdout: read("stdout"),
        stderr: read("stderr"),
        files: files.into_iter().map(|(name, text)| (name, Some(text))).collect(),
    }
}

/// The original of a case's command, if it is there and knows the options.
fn original(call: &Call) -> Option<Original> {
    match call.command.as_str() {
        "merge-config" => Original::merge().filter(|original| {
            !call.arguments.iter().any(|word| word == "-Q") || original.contains("\"-Q\")")
        }),
        _ => Original::diff(),
    }
}

/// Runs all cases: with our program, and with the originals that are there.
pub(crate) fn check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fragments/cases");
    let mut cases: Vec<PathBuf> =
        root.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 15, "only {} cases found", cases.len());
    let mut failed = Vec::new();
    for case in &cases {
        let (call, wanted) = (call(case), expected(case));
        let mut check = |who: &str, got: Outcome| {
            if got != wanted {
                eprintln!("{}\nwanted {wanted:#?}\n{who} {got:#?}", case.display());
                failed.push(case.file_name().unwrap().to_owned());
            }
        };
        check("ours", run::ours(&call));
        if let Some(original) = original(&call) {
            check("the original", original.run(&call));
        }
    }
    assert!(failed.is_empty(), "{} of {} cases differ: {failed:?}", failed.len(), cases.len());
}
