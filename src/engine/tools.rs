//! What stands behind a program's name. Knows how programs are found; knows nothing of steps.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use bstr::{BStr, ByteSlice};

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
        let name = Path::new(OsStr::from_bytes(program));
        if program.is_empty() {
            return None;
        }
        if program.contains(&b'/') {
            let path = folder.join(name);
            return is_program(&path).then_some(path);
        }
        let folders = self.path.as_bytes().split_str(":");
        folders
            .map(|part| folder.join(OsString::from_vec(part.to_vec())).join(name))
            .find(|path| is_program(path))
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
