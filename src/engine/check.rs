//! Compares what a step's commands read and wrote with what the step declares. Knows paths; knows
//! neither how they were found out nor what is done about them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice};

use super::watch::Touched;

/// What a step should have said of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undeclared {
    /// Files that it read and that are neither its inputs nor made by itself.
    pub read: Vec<BString>,
    /// Files that it left behind and that are not its outputs.
    pub written: Vec<BString>,
}

impl Undeclared {
    /// Whether the step said all.
    pub fn is_empty(&self) -> bool {
        self.read.is_empty() && self.written.is_empty()
    }
}

/// What below one of `roots` a step touched beyond what it may.
pub(super) fn undeclared(
    roots: &[PathBuf],
    touched: &Touched,
    inputs: impl Iterator<Item = PathBuf>,
    outputs: impl Iterator<Item = PathBuf>,
) -> Undeclared {
    let roots: Vec<PathBuf> = roots.iter().map(|root| real(root)).collect();
    let outputs: BTreeSet<PathBuf> = outputs.map(|path| real(&path)).collect();
    let inputs: BTreeSet<PathBuf> = inputs.map(|path| real(&path)).collect();
    let counts = |path: &Path| roots.iter().any(|root| path.starts_with(root));
    let name = |path: &PathBuf| path.as_os_str().as_encoded_bytes().as_bstr().to_owned();
    let own = |path: &PathBuf| touched.written.contains(path) || outputs.contains(path);
    let read = touched.read.iter().filter(|path| counts(path));
    let read = read.filter(|path| !inputs.contains(*path) && !own(path));
    let written = touched.written.iter().filter(|path| counts(path));
    let written = written.filter(|path| !outputs.contains(*path) && path.is_file());
    Undeclared { read: read.map(name).collect(), written: written.map(name).collect() }
}

/// A path with its links resolved, as the kernel has it.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_the_roots_and_is_not_said() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        let path = |name: &str| folder.join(name);
        for name in ["in", "more", "out", "side"] {
            std::fs::write(path(name), "").unwrap();
        }
        std::os::unix::fs::symlink("in", path("link")).unwrap();
        let set = |names: &[&str]| names.iter().map(|name| path(name)).collect();
        let mut touched =
            Touched { read: set(&["in", "more", "side"]), written: set(&["out", "side", "gone"]) };
        touched.read.insert("/etc/passwd".into());
        let outputs = || [path("out")].into_iter();
        let found = undeclared(
            std::slice::from_ref(&folder),
            &touched,
            [path("link")].into_iter(),
            outputs(),
        );
        let names = |names: &[&str]| -> Vec<BString> {
            names.iter().map(|name| path(name).to_str().unwrap().into()).collect()
        };
        assert_eq!(found, Undeclared { read: names(&["more"]), written: names(&["side"]) });
        let found = undeclared(&[path("elsewhere")], &touched, [].into_iter(), outputs());
        assert!(found.is_empty());
    }
}
