//! `ukbuild diffconfig`: what differs between two configuration files. Knows no options; the
//! comparison is [`kconfig::diff`]'s.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bstr::BString;
use kconfig::diff::{DiffStyle, difference, read_settings};

use crate::surroundings::Surroundings;

const USAGE: &str = "\
Usage: ukbuild diffconfig [-h] [-m] [OLD NEW]

Compares two configuration files and shows, in the order of names, the options that are gone
(-NAME value), that changed ( NAME old -> new) and that are new (+NAME value). Without names it
compares .config.old with .config, in the folder KBUILD_OUTPUT when that is set.

  -m  write lines that can be merged into OLD to make NEW
  -h  show this and exit
";

/// Runs the command; `arguments` are those after its name.
pub(super) fn main(arguments: &[OsString], surroundings: &Surroundings) -> ExitCode {
    if arguments.iter().any(|word| word == "-h" || word == "--help") {
        say!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let mut names: Vec<PathBuf> = arguments.iter().map(PathBuf::from).collect();
    let style = match names.iter().position(|name| name == Path::new("-m")) {
        Some(at) => {
            names.remove(at);
            DiffStyle::Merge
        }
        None => DiffStyle::Changes,
    };
    if names.is_empty() {
        let folder = PathBuf::from(surroundings.variable("KBUILD_OUTPUT").unwrap_or_default());
        names = vec![folder.join(".config.old"), folder.join(".config")];
    }
    let [old, new] = &names[..] else {
        complain!("diffconfig: two files are compared, not {}\n\n{USAGE}", names.len());
        return ExitCode::from(2);
    };
    let text = match (read(old, surroundings), read(new, surroundings)) {
        (Ok(old), Ok(new)) => difference(&old, &new, style),
        (Err(words), _) | (_, Err(words)) => {
            complain!("diffconfig: {words}\n");
            return ExitCode::FAILURE;
        }
    };
    match std::io::stdout().write_all(&text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn read(name: &Path, surroundings: &Surroundings) -> Result<BTreeMap<BString, BString>, String> {
    let text = std::fs::read(surroundings.resolve(name))
        .map_err(|error| format!("{}: {error}", name.display()))?;
    read_settings(&text).map_err(|error| format!("{}: {error}", name.display()))
}
