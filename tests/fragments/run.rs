//! One call of a command on a folder of files: ours, and the original's. Knows what both leave
//! behind, and which of it can be compared.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bstr::{BString, ByteSlice, ByteVec};

/// Files with their texts.
pub(crate) type Files = BTreeMap<PathBuf, BString>;

/// Stands for make: does what Linux's makefile does for `make [O=DIR] alldefconfig`.
const MAKE: &str = r#"#!/bin/sh
folder=.
for word; do
	case $word in
	O=*) folder=${word#O=} srctree=$PWD; export srctree ;;
	*=*) export "$word" ;;
	*) target=$word ;;
	esac
done
cd "$folder" && exec $CONF --"$target" Kconfig
"#;

/// What our program says more: the original ends there without a word.
const DROPPED: &str = "so its lines were dropped too\n";

/// A command line, and the files that it meets.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `merge-config` or `diffconfig`.
    pub(crate) command: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) files: Files,
}

/// What a call leaves behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: BString,
    pub(crate) stderr: BString,
    /// Only those that are new or changed, and those that are gone without text.
    pub(crate) files: BTreeMap<PathBuf, Option<BString>>,
}

/// The program that ours is compared with.
pub(crate) struct Original {
    script: PathBuf,
    interpreter: &'static str,
}

impl Original {
    /// Linux's `merge_config.sh`, where the environment names it.
    pub(crate) fn merge() -> Option<Original> {
        Original::of("KCONFIG_MERGE_SCRIPT", "sh")
    }

    /// Linux's `diffconfig`, where the environment names it.
    pub(crate) fn diff() -> Option<Original> {
        Original::of("KCONFIG_DIFF_SCRIPT", "python3")
    }

    fn of(variable: &str, interpreter: &'static str) -> Option<Original> {
        let name = std::env::var_os(variable)?;
        let script = fs::canonicalize(&name).unwrap_or_else(|error| panic!("{variable}: {error}"));
        Some(Original { script, interpreter })
    }

    /// Whether its text has a piece of shell: not all versions know all options.
    pub(crate) fn contains(&self, text: &str) -> bool {
        fs::read(&self.script).unwrap().contains_str(text)
    }

    pub(crate) fn run(&self, call: &Call) -> Outcome {
        let tools = tempfile::tempdir().unwrap();
        let make = tools.path().join("make");
        fs::write(&make, MAKE).unwrap();
        fs::set_permissions(&make, fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = Command::new(self.interpreter);
        command.arg(&self.script).args(&call.arguments).env_clear();
        command.env("PATH", format!("{}:/usr/bin:/bin", tools.path().display()));
        command.env("CONF", concat!(env!("CARGO_BIN_EXE_ukbuild"), " conf")).env("LC_ALL", "C");
        leave(command, call)
    }
}

/// Calls our program.
pub(crate) fn ours(call: &Call) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ukbuild"));
    command.arg(&call.command).args(&call.arguments).env_clear().env("PATH", "/usr/bin:/bin");
    leave(command, call)
}

fn leave(mut command: Command, call: &Call) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &call.files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    command.envs(call.variables.iter().map(|(name, value)| (name, value)));
    command.current_dir(folder.path()).stdin(Stdio::null());
    let output = command.output().unwrap();
    let (mut stdout, mut stderr) = (placeless(&output.stdout, folder.path()), BString::default());
    for line in placeless(&output.stderr, folder.path()).lines_with_terminator() {
        if !line.ends_with_str(DROPPED) {
            stderr.push_str(line);
        }
    }
    if call.command == "diffconfig" && !output.status.success() {
        // The original shows where it was in its own source.
        (stdout, stderr) = Default::default();
    }
    let mut files: BTreeMap<_, _> = call.files.keys().map(|name| (name.clone(), None)).collect();
    for (name, text) in read(folder.path()) {
        if call.files.get(&name) == Some(&text) {
            files.remove(&name);
        } else {
            files.insert(name, Some(text));
        }
    }
    Outcome { status: output.status.code(), stdout, stderr, files }
}

/// All files below a folder.
pub(crate) fn read(folder: &Path) -> Files {
    let mut found = Files::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(current) = waiting.pop() {
        for entry in fs::read_dir(&current).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap().into());
            }
        }
    }
    found
}

/// A message without the folder where it was given and without the name of the joined file, which
/// is another one each time.
fn placeless(text: &[u8], folder: &Path) -> BString {
    let folder = folder.canonicalize().unwrap();
    let text = text.replace(folder.to_str().unwrap(), "FOLDER");
    let mut result = BString::default();
    for (index, word) in text.split(|&byte| byte == b' ').enumerate() {
        if index > 0 {
            result.push(b' ');
        }
        let joined = [".tmp.config.", ".merged.config."]
            .iter()
            .find_map(|middle| Some(word.find(middle)? + middle.len()));
        let Some(from) = joined else {
            result.push_str(word);
            continue;
        };
        // It begins after the line before, and ends where its random letters do.
        let start = word[..from].rfind_byte(b'\n').map_or(0, |at| at + 1);
        let end = word[from..].iter().position(|byte| !byte.is_ascii_alphanumeric());
        result.push_str(&word[..start]);
        result.push_str("JOINED");
        result.push_str(end.map_or(&b""[..], |end| &word[from + end..]));
    }
    result
}
