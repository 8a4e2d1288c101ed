//! Looks at many files in few folders: a folder that is open saves the way to it. Knows paths; knows
//! nothing of what files hold.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::ByteSlice;
use rustix::fs::{AtFlags, Mode, OFlags, open, statat};

use super::stamp::{self, Found};

/// Makes a folder, and those above it. Mostly it is there, and to look is cheaper than to try.
pub(super) fn make(path: &Path) -> io::Result<()> {
    if path.is_dir() { Ok(()) } else { std::fs::create_dir_all(path) }
}

/// How many folders are kept open.
const OPEN: usize = 16;

/// Folders that were looked into last.
#[derive(Default)]
pub(super) struct Folders {
    open: Vec<(Vec<u8>, OwnedFd)>,
    /// The one that is closed next.
    oldest: usize,
}

impl Folders {
    /// The same as [`stamp::look`] tells of an absolute path.
    pub(super) fn look(&mut self, path: &Path) -> io::Result<Option<Found>> {
        let bytes = path.as_os_str().as_bytes();
        let Some(slash) = bytes.rfind_byte(b'/').filter(|&slash| slash > 0) else {
            return stamp::look(path);
        };
        let (folder, name) = (&bytes[..slash], &bytes[slash + 1..]);
        if matches!(name, b"" | b"." | b"..") {
            return stamp::look(path);
        }
        // A folder that cannot be opened may yet be passed through, or is not there.
        let Some(folder) = self.find(folder) else { return stamp::look(path) };
        let own = statat(folder, OsStr::from_bytes(name), AtFlags::SYMLINK_NOFOLLOW);
        stamp::found(path, own)
    }

    fn find(&mut self, folder: &[u8]) -> Option<impl AsFd + '_> {
        let known = self.open.iter().position(|(path, _)| path == folder);
        let at = match known {
            Some(at) => at,
            None => {
                let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
                let opened = open(OsStr::from_bytes(folder), flags, Mode::empty()).ok()?;
                let entry = (folder.to_owned(), opened);
                if self.open.len() < OPEN {
                    self.open.push(entry);
                    self.open.len() - 1
                } else {
                    let at = self.oldest;
                    self.open[at] = entry;
                    self.oldest = (at + 1) % OPEN;
                    at
                }
            }
        };
        Some(&self.open[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn sees_what_a_look_by_the_whole_path_sees() {
        let tree = tempfile::tempdir().unwrap();
        let path = |name: &str| tree.path().join(name);
        for at in 0..2 * OPEN {
            std::fs::create_dir_all(path(&format!("{at}/folder"))).unwrap();
            std::fs::write(path(&format!("{at}/file")), "x").unwrap();
        }
        symlink(path("0/file"), path("1/link")).unwrap();
        symlink("nowhere", path("2/dead")).unwrap();
        symlink(path("3"), path("to3")).unwrap();
        let more = ["1/link", "2/dead", "to3/file", "0/none", "none/file", "0/file/below", "0/.."];
        let all = (0..2 * OPEN).map(|at| format!("{at}/file"));
        let all = all.chain(["3/folder".to_owned()]).chain(more.map(str::to_owned));
        let all: Vec<_> = all.map(|name| path(&name)).chain(["/".into(), "/etc".into()]).collect();
        let mut folders = Folders::default();
        for path in all.iter().chain(all.iter().rev()) {
            assert_eq!(folders.look(path).unwrap(), stamp::look(path).unwrap(), "{path:?}");
        }
    }
}
