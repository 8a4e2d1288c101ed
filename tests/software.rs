//! Makefiles as real software has them, built by GNU make and by ukbuild under the name make: small
//! ones from Debian's sources through `scripts/software`, and what larger ones once brought to light
//! as cases in `tests/software/`. Knows nothing of make itself: the system's is the judge.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Longest run of one case. A hang is longer.
const LIMIT_SECONDS: &str = "60";

/// Longest run of the builds, on a busy machine, sources from a slow server among them.
const LIMIT_SECONDS_OF_BUILDS: &str = "1200";

/// Needs the network when the sources are not in the cache yet, and fails without.
#[test]
fn small_software_builds_the_same() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/software");
    let output = Command::new("timeout")
        .arg(LIMIT_SECONDS_OF_BUILDS)
        .arg(script)
        .args(["zlib", "lua5.4"])
        .env("UKBUILD", env!("CARGO_BIN_EXE_ukbuild"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{text}{errors}", output.status);
    assert_eq!(text.matches(" 0 differ;").count(), 2, "{text}");
}

/// A case is a folder with a `Makefile`, and a file `calls` with make's arguments, a call a line. Each
/// call says the same as the system's make, ends the same, and leaves the same files.
#[test]
fn cases_agree_with_the_systems_make() {
    let make = ["/usr/bin/make", "/bin/make"].iter().map(Path::new).find(|path| path.exists());
    let make = make.unwrap_or_else(|| panic!("GNU make is missing: run scripts/setup"));
    let mut count = 0;
    for case in entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/software")) {
        let expected = run(&case, make);
        let seen = run(&case, Path::new(env!("CARGO_BIN_EXE_ukbuild")));
        assert_eq!(seen, expected, "{}: ours is on the left", case.display());
        count += 1;
    }
    assert!(count > 0, "no case was found");
}

/// What calls said, and the files that are left.
type Left = (Vec<String>, BTreeMap<PathBuf, String>);

fn run(case: &Path, program: &Path) -> Left {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    assert!(Command::new("cp").arg("-a").arg(case).arg(&tree).status().unwrap().success());
    let make = folder.path().join("make");
    symlink(program, &make).unwrap();
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let calls = fs::read_to_string(case.join("calls")).unwrap();
    let mut said = Vec::new();
    for call in calls.lines() {
        let output = Command::new("timeout")
            .args([LIMIT_SECONDS, "make"])
            .args(call.split_whitespace())
            .current_dir(&tree)
            .env("PATH", &path)
            .env("LC_ALL", "C")
            .env_remove("MAKEFLAGS")
            .env_remove("MAKELEVEL")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = format!(
            "make {call}: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        said.push(text.replace(folder.path().to_str().unwrap(), "FOLDER"));
    }
    let mut left = BTreeMap::new();
    collect(&tree, &tree, &mut left);
    (said, left)
}

fn collect(folder: &Path, root: &Path, left: &mut BTreeMap<PathBuf, String>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(&path, root, left);
        } else {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            left.insert(path.strip_prefix(root).unwrap().to_owned(), text);
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
