//! An application that is described again and again, and what was evaluated for that.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::common::Sandbox;

/// One description.
pub(crate) struct Described {
    /// The parts that were evaluated, each with the reason.
    pub(crate) evaluated: Vec<(String, String)>,
    /// The steps that would run.
    pub(crate) steps: Vec<String>,
    /// What was said to people.
    pub(crate) stderr: String,
}

impl Described {
    /// The names of the parts that were evaluated.
    pub(crate) fn parts(&self) -> Vec<&str> {
        self.evaluated.iter().map(|(part, _)| part.as_str()).collect()
    }
}

/// An application that was described until nothing changes any more.
pub(crate) fn settled() -> Sandbox {
    let sandbox = Sandbox::sharing("apps/helloworld");
    settle(&sandbox);
    sandbox
}

/// Describes until nothing is evaluated.
#[track_caller]
pub(crate) fn settle(sandbox: &Sandbox) {
    // The first run makes the configuration, the second finds files too new to be recognised.
    for _ in 0..4 {
        if describe(sandbox).evaluated.is_empty() {
            return;
        }
    }
    panic!("evaluated each time: {:?}", describe(sandbox).evaluated);
}

/// Describes once; runs no step.
#[track_caller]
pub(crate) fn describe(sandbox: &Sandbox) -> Described {
    described(sandbox.ukbuild(["build", "-n", "--json", "--no-cache"]))
}

#[track_caller]
pub(crate) fn described(ran: crate::common::Ran) -> Described {
    let ran = ran.expect(0);
    let (mut evaluated, mut steps) = (Vec::new(), Vec::new());
    for line in ran.stdout.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        if event["event"] == "described" && event["state"] == "evaluated" {
            evaluated.push((text("part"), text("why")));
        }
        if event["event"] == "would-run" {
            steps.push(format!("{} {}", text("tag"), text("label")));
        }
    }
    steps.sort();
    Described { evaluated, steps, stderr: ran.stderr }
}

/// Everything that a build is described by.
pub(crate) fn graph(sandbox: &Sandbox) -> String {
    let ran = sandbox.ukbuild(["graph", "--format", "json"]);
    format!("{}\n{}{}", ran.status, ran.stdout, ran.stderr)
}

/// The folder of the records.
pub(crate) fn folder(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("build/.ukbuild/snapshot")
}

/// The records, sorted.
pub(crate) fn records(sandbox: &Sandbox) -> Vec<PathBuf> {
    let entries = folder(sandbox).read_dir().unwrap();
    let mut records: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    records.sort();
    records
}

/// A program that is a script.
pub(crate) fn program(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    // Beside, and renamed: a program that is written to cannot be started.
    let beside = path.with_extension("new");
    std::fs::write(&beside, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&beside, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::rename(beside, path).unwrap();
}

/// Adds a line at the end of a file.
pub(crate) fn append(sandbox: &Sandbox, name: &str, line: &str) {
    sandbox.write(name, &format!("{}\n{line}\n", sandbox.read(name)));
}
