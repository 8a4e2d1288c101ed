//! One build at a time in a build folder. Knows a lock file; knows nothing of builds.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Held until dropped, and freed by the system when the process ends in any way.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock. When another process has it, calls `waiting` once with that process's id,
    /// and waits; gives up, with none, once `cancelled` says so.
    pub(super) fn take(
        path: &Path,
        mut waiting: impl FnMut(Option<u32>),
        cancelled: impl Fn() -> bool,
    ) -> io::Result<Option<Lock>> {
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
        let mut said = false;
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => break,
                Err(Errno::WOULDBLOCK) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            if !said {
                waiting(holder(&mut file));
                said = true;
            }
            if cancelled() {
                return Ok(None);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        write!(file, "{}", std::process::id())?;
        Ok(Some(Lock { _file: file }))
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_waits_and_says_so_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = Lock::take(&path, |_| panic!("nobody has it"), || false).unwrap().unwrap();
        let mut said = Vec::new();
        let given_up = Lock::take(&path, |holder| said.push(holder), || true).unwrap();
        assert!(given_up.is_none());
        assert_eq!(said, [Some(std::process::id())]);
        drop(held);
        assert!(Lock::take(&path, |_| panic!("free again"), || false).unwrap().is_some());
    }
}
