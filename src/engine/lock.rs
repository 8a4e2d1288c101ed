//! One build at a time in a build folder. Knows a lock file; knows nothing of builds.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

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
        // Who has it is told to those who wait; on a full disk they do without.
        let _ = sign(&mut file);
        Ok(Some(Lock { _file: file }))
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    write!(file, "{}", std::process::id())
}

/// A mark that this build and every process that it started hold. It outlives a build that was
/// killed for as long as one of its commands goes on, and might write.
#[derive(Debug)]
pub(super) struct Presence {
    _file: File,
}

impl Presence {
    /// Sets the mark. With `limit`, first waits that long at most for the commands of an earlier
    /// build to end; a command that became a service never does.
    pub(super) fn enter(
        path: &Path,
        limit: Option<Duration>,
        cancelled: impl Fn() -> bool,
    ) -> io::Result<Presence> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        let end = limit.map(|limit| Instant::now() + limit);
        while end.is_some_and(|end| Instant::now() < end) && !cancelled() {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(10)),
                _ => break,
            }
        }
        flock(&file, FlockOperation::NonBlockingLockShared)?;
        // The lock goes with the open file, which the commands inherit.
        rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty())?;
        Ok(Presence { _file: file })
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
        // A process that another test is about to start has it for a moment, too.
        assert!(Lock::take(&path, |_| {}, || false).unwrap().is_some());
    }

    #[test]
    fn a_command_that_goes_on_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("running");
        let first = Presence::enter(&path, None, || false).unwrap();
        let mut command = std::process::Command::new("sleep").arg("0.2").spawn().unwrap();
        drop(first);
        let _second = Presence::enter(&path, Some(Duration::from_secs(60)), || false).unwrap();
        // Its end of the lock is gone with it; waiting for it takes no time any more.
        assert!(command.wait().unwrap().success());
        let held = File::open(&path).unwrap();
        assert_eq!(flock(&held, FlockOperation::NonBlockingLockExclusive), Err(Errno::WOULDBLOCK));
    }
}
