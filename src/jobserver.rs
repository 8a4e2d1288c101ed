//! GNU make's jobserver: tokens are bytes in a pipe, named or not, that makes above and below share.
//! Knows the protocol; knows nothing of jobs, nor of the token that each process has without a pipe.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};
use rustix::fs::{CWD, Mode, OFlags, mkfifoat};
use rustix::pipe::{PipeFlags, pipe_with};

/// More tokens than this might not fit into a pipe.
const MOST: usize = 4096;

/// The tokens that can be had beside one's own.
#[derive(Debug)]
pub(crate) struct Pool {
    read: File,
    write: File,
    auth: BString,
    /// The pipe's ends that commands inherit, when it is ours.
    _lent: Option<(OwnedFd, OwnedFd)>,
    /// The named pipe, when it is ours to remove.
    path: Option<PathBuf>,
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // If somebody removed it before, so much the better.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Pool {
    /// Opens a pool for so many jobs, one of them by one's own token: a named pipe in a folder, or a
    /// plain one for commands that inherit it.
    pub(crate) fn serve(jobs: usize, named: Option<&Path>) -> io::Result<Pool> {
        let mut pool = named.map_or_else(Pool::plain, Pool::named)?;
        pool.write.write_all(&vec![b'+'; jobs.saturating_sub(1).min(MOST)])?;
        Ok(pool)
    }

    fn plain() -> io::Result<Pool> {
        // Without the close-on-exec flag: commands find the ends under the same numbers.
        let (read, write) = pipe_with(PipeFlags::empty())?;
        Ok(Pool {
            read: open_read(&descriptor(read.as_raw_fd()))?,
            write: File::from(write.try_clone()?),
            auth: format!("{},{}", read.as_raw_fd(), write.as_raw_fd()).into(),
            _lent: Some((read, write)),
            path: None,
        })
    }

    fn named(folder: &Path) -> io::Result<Pool> {
        let path = folder.join(format!("GMfifo{}", std::process::id()));
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR)?;
        // Reading comes first: without a reader, opening to write would wait.
        let read = open_read(&path)?;
        let write = OpenOptions::new().write(true).open(&path)?;
        let auth = [b"fifo:", path.as_os_str().as_bytes()].concat().into();
        Ok(Pool { read, write, auth, _lent: None, path: Some(path) })
    }

    /// Joins the pool that another make opened. None when it cannot be reached.
    pub(crate) fn join(auth: &BStr) -> Option<Pool> {
        let (read, write) = match auth.strip_prefix(b"fifo:") {
            Some(path) => {
                let path = PathBuf::from(std::ffi::OsStr::from_bytes(path));
                (path.clone(), path)
            }
            None => {
                let (read, write) = auth.split_once_str(b",")?;
                let number = |text: &[u8]| text.to_str().ok()?.parse::<u32>().ok();
                (descriptor(number(read)? as i32), descriptor(number(write)? as i32))
            }
        };
        let is_pipe = |path: &Path| path.metadata().is_ok_and(|found| found.file_type().is_fifo());
        if !is_pipe(&read) || !is_pipe(&write) {
            return None;
        }
        // Opened anew: that it does not block is then no concern of the others.
        let write = OpenOptions::new().write(true).open(write).ok()?;
        let read = open_read(&read).ok()?;
        Some(Pool { read, write, auth: auth.to_owned(), _lent: None, path: None })
    }

    /// How others find the pool: the value of `--jobserver-auth`.
    pub(crate) fn auth(&self) -> &BStr {
        self.auth.as_bstr()
    }

    /// Takes a token, if there is one.
    pub(crate) fn take(&self) -> Option<u8> {
        let mut byte = [0];
        matches!((&self.read).read(&mut byte), Ok(1)).then_some(byte[0])
    }

    /// Puts a token back as it was.
    pub(crate) fn put(&self, token: u8) {
        // A server that is gone needs no tokens.
        let _ = (&self.write).write_all(&[token]);
    }
}

/// What can be read when there may be a token.
impl AsFd for Pool {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.read.as_fd()
    }
}

fn descriptor(number: i32) -> PathBuf {
    format!("/proc/self/fd/{number}").into()
}

fn open_read(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK.bits() as i32;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        for named in [None, Some(folder.path())] {
            let server = Pool::serve(3, named).unwrap();
            let client = Pool::join(server.auth()).unwrap();
            assert_eq!(
                (client.take(), server.take(), client.take()),
                (Some(b'+'), Some(b'+'), None)
            );
            client.put(b'x');
            assert_eq!((server.take(), server.take()), (Some(b'x'), None));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_is_no_jobserver_is_not_joined() {
        for auth in ["900,901", "x", "fifo:/dev/null", "-2,-2"] {
            assert!(Pool::join(auth.into()).is_none(), "{auth}");
        }
    }
}
