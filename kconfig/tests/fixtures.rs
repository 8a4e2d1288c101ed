//! Runs the cases in `tests/cases`: a folder each, with `case` (what it is about and how to call
//! `conf`), `input/`, perhaps `stdin`, and what is expected of status, output and files.

// A helper of a test fails like the test itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bstr::BString;
use kconfig::conf::{self, Streams};
use kconfig::{Dialect, Environment};

/// Everything that a run leaves behind.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    status: String,
    stdout: BString,
    stderr: BString,
    files: BTreeMap<PathBuf, BString>,
}

fn read(path: &Path) -> BString {
    fs::read(path).unwrap_or_default().into()
}

/// All files below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, BString> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(current) = waiting.pop() {
        for entry in fs::read_dir(&current).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), read(&path));
            }
        }
    }
    found
}

fn run(case: &Path, folder: &Path) -> Outcome {
    let given = files(&case.join("input"));
    for (name, text) in &given {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let description = fs::read_to_string(case.join("case")).unwrap();
    let mut environment = Environment::new(Dialect::Linux, folder)
        .with("CONFIG_", "CONFIG_")
        .with("PATH", "/usr/bin:/bin");
    let mut arguments = vec![BString::from("conf")];
    for line in description.lines() {
        match line.split_once(": ").unwrap() {
            ("intent", _) => {}
            ("dialect", "linux") => environment.dialect = Dialect::Linux,
            ("dialect", "unikraft") => environment.dialect = Dialect::Unikraft,
            ("arguments", words) => arguments.extend(words.split(' ').map(BString::from)),
            ("variable", setting) => {
                let (name, value) = setting.split_once('=').unwrap();
                environment.variables.insert(name.into(), value.into());
            }
            other => panic!("{}: {other:?}", case.display()),
        }
    }
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        input: &mut &read(&case.join("stdin"))[..],
        output: &mut stdout,
        errors: &mut stderr,
        terminal: false,
    };
    let status = conf::run(&arguments, &mut environment, &mut streams);
    let mut files = files(folder);
    files.retain(|name, text| given.get(name) != Some(text));
    Outcome { status: format!("{status}\n"), stdout: stdout.into(), stderr: stderr.into(), files }
}

fn expected(case: &Path) -> Outcome {
    let folder = case.join("expected");
    Outcome {
        status: fs::read_to_string(folder.join("status")).unwrap(),
        stdout: read(&folder.join("stdout")),
        stderr: read(&folder.join("stderr")),
        files: files(&folder.join("files")),
    }
}

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 50, "only {} cases found", cases.len());
    let mut failed = Vec::new();
    for case in &cases {
        let folder = tempfile::tempdir().unwrap();
        let (got, wanted) = (run(case, folder.path()), expected(case));
        if got != wanted {
            eprintln!("{}\nwanted {wanted:#?}\ngot {got:#?}", case.display());
            failed.push(case.file_name().unwrap().to_owned());
        }
    }
    assert!(failed.is_empty(), "{} of {} cases differ: {failed:?}", failed.len(), cases.len());
}
