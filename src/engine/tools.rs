//! What stands behind a program's name. Knows how programs are found; knows nothing of steps.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bstr::{BStr, BString, ByteSlice};

/// What makes a program the program that it is. A step runs again when this changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// Files whose contents count: the program, and what it runs in turn (a compiler proper, an
    /// assembler). Absolute. They are read once and afterwards recognised by their stamps.
    pub files: Vec<PathBuf>,
    /// Anything else that counts, for example a version text.
    pub more: Vec<u8>,
}

/// Says what stands behind the programs that steps name.
pub trait Tools: Sync {
    /// The identity of `program`, looked up as a process in `folder` would; none when there is no
    /// such program.
    fn identify(&self, program: &BStr, folder: &Path) -> Option<Identity>;
}

/// Finds programs in a search path, and takes the file found for all that counts.
#[derive(Clone, Debug, Default)]
pub struct PathTools {
    /// The search path, as in `PATH`.
    pub path: OsString,
}

impl PathTools {
    /// The file that a process in `folder` would run for `program`.
    pub fn find(&self, program: &BStr, folder: &Path) -> Option<PathBuf> {
        self.places(program, folder).find(|path| is_program(path))
    }

    /// The files that it would try to run, one after the other.
    pub fn places(&self, program: &BStr, folder: &Path) -> impl Iterator<Item = PathBuf> {
        let name = Path::new(OsStr::from_bytes(program));
        let direct = program.contains(&b'/').then(|| folder.join(name));
        let is_searched = !program.is_empty() && direct.is_none();
        let path = is_searched.then_some(self.path.as_bytes()).into_iter();
        let folders = path.flat_map(|path| path.split_str(":"));
        direct
            .into_iter()
            .chain(folders.map(move |part| folder.join(OsStr::from_bytes(part)).join(name)))
    }
}

/// Programs that were found: they stay what they are for a whole build, unless the build makes
/// programs itself where it looks for them.
pub(super) struct KnownPrograms {
    /// The build's folder.
    folder: PathBuf,
    /// Files by name and search path.
    found: Mutex<HashMap<(BString, BString), PathBuf>>,
}

impl KnownPrograms {
    /// None yet, of a build in this folder.
    pub(super) fn new(folder: &Path) -> KnownPrograms {
        KnownPrograms { folder: folder.to_owned(), found: Mutex::default() }
    }

    /// The file that a process in `folder` with this search path would run for `program`.
    pub(super) fn find(&self, program: &BStr, path: &BStr, folder: &Path) -> Option<PathBuf> {
        let key = (program.to_owned(), path.to_owned());
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = found.get(&key) {
            return Some(file.clone());
        }
        let tools = PathTools { path: OsStr::from_bytes(path).to_owned() };
        let file = tools.find(program, folder)?;
        let is_steady = |part: &[u8]| {
            part.starts_with(b"/") && !Path::new(OsStr::from_bytes(part)).starts_with(&self.folder)
        };
        if !program.contains(&b'/') && path.split_str(":").all(is_steady) {
            found.insert(key, file.clone());
        }
        Some(file)
    }
}

impl Tools for PathTools {
    fn identify(&self, program: &BStr, folder: &Path) -> Option<Identity> {
        let file = self.find(program, folder)?;
        Some(Identity { files: vec![file], more: Vec::new() })
    }
}

fn is_program(path: &Path) -> bool {
    use rustix::fs::{Access, access};
    path.is_file() && access(path, Access::EXEC_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_as_a_shell_finds_them() {
        let tools = PathTools { path: "/nowhere:/bin".into() };
        let find = |name: &str| tools.find(name.into(), Path::new("/"));
        assert_eq!(find("sh"), Some("/bin/sh".into()));
        assert_eq!(find("bin/sh"), Some("/bin/sh".into()));
        assert_eq!(find("/etc/passwd"), None);
        assert_eq!(find("no such program"), None);
        assert_eq!(find(""), None);
    }
}
