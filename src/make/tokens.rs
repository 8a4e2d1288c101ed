//! How many jobs may run: make's own count, or tokens shared with makes above and below. Knows the
//! jobserver's protocol; knows nothing of jobs.
//!
//! Tokens are bytes in a pipe, named or not. Each make owns one more that is in no pipe.

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

/// Leave to run jobs.
#[derive(Debug)]
pub(super) struct Tokens {
    limit: Limit,
}

#[derive(Debug)]
enum Limit {
    /// So many at once.
    Count(usize),
    /// As many as there are.
    Unlimited,
    /// As many as there are tokens.
    Pool(Pool),
}

#[derive(Debug)]
struct Pool {
    read: File,
    write: File,
    /// The token that is in no pipe is taken.
    own_taken: bool,
    /// How commands find the pool: the value of `--jobserver-auth`.
    auth: BString,
    /// The pipe's ends that commands inherit.
    _lent: Option<(OwnedFd, OwnedFd)>,
    /// The named pipe, when it is ours to remove.
    path: Option<PathBuf>,
}

/// Leave to run one job.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// It counts, and that is all.
    Counted,
    /// The one that every make owns.
    Own,
    /// One from the pipe, to be put back as it was.
    Pool(u8),
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // If somebody removed it before, so much the better.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Tokens {
    /// One job at a time.
    pub(super) fn serial() -> Tokens {
        Tokens { limit: Limit::Count(1) }
    }

    /// So many jobs, counted here alone.
    pub(super) fn count(jobs: usize) -> Tokens {
        Tokens { limit: Limit::Count(jobs) }
    }

    /// As many jobs as one likes.
    pub(super) fn unlimited() -> Tokens {
        Tokens { limit: Limit::Unlimited }
    }

    /// Opens a pool for so many jobs: a named pipe in a folder, or a plain one for commands that
    /// inherit it.
    pub(super) fn serve(jobs: usize, named: Option<&Path>) -> io::Result<Tokens> {
        let mut pool = named.map_or_else(Pool::plain, Pool::named)?;
        pool.write.write_all(&vec![b'+'; (jobs - 1).min(MOST)])?;
        Ok(Tokens { limit: Limit::Pool(pool) })
    }

    /// Joins the pool that another make opened. None when it cannot be reached.
    pub(super) fn join(auth: &BStr) -> Option<Tokens> {
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
        let auth = auth.to_owned();
        let pool = Pool { read, write, own_taken: false, auth, _lent: None, path: None };
        Some(Tokens { limit: Limit::Pool(pool) })
    }

    /// How commands find the pool.
    pub(super) fn auth(&self) -> Option<&BStr> {
        match &self.limit {
            Limit::Pool(pool) => Some(pool.auth.as_bstr()),
            _ => None,
        }
    }

    /// Whether one job has to be done before the next is begun.
    pub(super) fn is_serial(&self) -> bool {
        matches!(self.limit, Limit::Count(1))
    }

    /// Takes a token if there is one for a further job beside `running` others.
    pub(super) fn try_take(&mut self, running: usize) -> Option<Token> {
        match &mut self.limit {
            Limit::Unlimited => Some(Token::Counted),
            Limit::Count(count) => (running < *count).then_some(Token::Counted),
            Limit::Pool(pool) => {
                if !pool.own_taken {
                    pool.own_taken = true;
                    return Some(Token::Own);
                }
                let mut byte = [0];
                match pool.read.read(&mut byte) {
                    Ok(1) => Some(Token::Pool(byte[0])),
                    _ => None,
                }
            }
        }
    }

    /// What can be read when there may be a token, if tokens come from a pool, and so from
    /// elsewhere, too.
    pub(super) fn pool(&self) -> Option<BorrowedFd<'_>> {
        match &self.limit {
            Limit::Pool(pool) => Some(pool.read.as_fd()),
            _ => None,
        }
    }

    /// Gives a token back.
    pub(super) fn put(&mut self, token: Token) {
        if let Limit::Pool(pool) = &mut self.limit {
            match token {
                Token::Own => pool.own_taken = false,
                // A server that is gone needs no tokens.
                Token::Pool(byte) => drop(pool.write.write_all(&[byte])),
                Token::Counted => {}
            }
        }
    }
}

impl Pool {
    fn plain() -> io::Result<Pool> {
        // Without the close-on-exec flag: commands find the ends under the same numbers.
        let (read, write) = pipe_with(PipeFlags::empty())?;
        let auth = format!("{},{}", read.as_raw_fd(), write.as_raw_fd()).into();
        Ok(Pool {
            read: open_read(&descriptor(read.as_raw_fd()))?,
            write: File::from(write.try_clone()?),
            own_taken: false,
            auth,
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
        Ok(Pool { read, write, own_taken: false, auth, _lent: None, path: Some(path) })
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
    fn a_client_shares_with_its_server() {
        let folder = tempfile::tempdir().unwrap();
        for named in [None, Some(folder.path())] {
            let mut server = Tokens::serve(3, named).unwrap();
            let auth = server.auth().unwrap().to_owned();
            let mut client = Tokens::join(auth.as_bstr()).unwrap();
            let taken: Vec<Token> = std::iter::from_fn(|| client.try_take(0)).collect();
            assert_eq!(taken, [Token::Own, Token::Pool(b'+'), Token::Pool(b'+')]);
            assert_eq!(server.try_take(0), Some(Token::Own));
            assert_eq!(server.try_take(0), None);
            taken.into_iter().for_each(|token| client.put(token));
            assert_eq!(server.try_take(0), Some(Token::Pool(b'+')));
        }
    }

    #[test]
    fn what_is_no_jobserver_is_not_joined() {
        for auth in ["900,901", "x", "fifo:/dev/null", "-2,-2"] {
            assert!(Tokens::join(auth.into()).is_none(), "{auth}");
        }
    }

    #[test]
    fn without_a_pool_jobs_are_counted() {
        let mut tokens = Tokens::serial();
        assert_eq!(tokens.try_take(0), Some(Token::Counted));
        assert_eq!(tokens.try_take(1), None);
    }
}
