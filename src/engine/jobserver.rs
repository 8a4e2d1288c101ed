//! GNU make's jobserver, both ways: takes a token from the make above for each job but the first,
//! and lends tokens to the makes below. Knows the protocol; knows nothing of steps.
//!
//! Tokens are bytes in a pipe. Each process owns one more that is in no pipe.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use bstr::{BStr, BString, ByteSlice};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::pipe::{PipeFlags, pipe_with};

/// More tokens than this might not fit into a pipe.
const MOST: usize = 4096;

/// The tokens that this build's jobs share with makes above and below.
pub(super) struct Tokens {
    pool: Option<Pool>,
    /// Whether the token that is in no pipe is free.
    own: AtomicBool,
    /// What the commands find in `MAKEFLAGS`.
    makeflags: Option<BString>,
}

struct Pool {
    read: File,
    write: File,
    /// The pipe's ends that commands inherit, when it is ours.
    _lent: Option<(OwnedFd, OwnedFd)>,
}

/// Leave to run one job.
pub(super) enum Token {
    Own,
    Pool(u8),
    /// There is no jobserver.
    Free,
}

impl Tokens {
    /// Joins the jobserver that `makeflags` names, or opens one for `jobs` jobs.
    pub(super) fn new(makeflags: Option<&BStr>, jobs: usize) -> io::Result<Tokens> {
        let own = AtomicBool::new(true);
        if let Some(pool) = makeflags.and_then(join) {
            return Ok(Tokens { pool: Some(pool), own, makeflags: makeflags.map(BStr::to_owned) });
        }
        let other = makeflags.map(without_jobs).unwrap_or_default();
        if jobs <= 1 {
            let makeflags = makeflags.map(|_| other);
            return Ok(Tokens { pool: None, own, makeflags });
        }
        // The ends have no close-on-exec flag: commands find them under the same numbers.
        let (read, write) = pipe_with(PipeFlags::empty())?;
        let auth = format!(" -j{jobs} --jobserver-auth={},{}", read.as_raw_fd(), write.as_raw_fd());
        let mut pool = Pool {
            read: open_read(&descriptor(read.as_raw_fd()))?,
            write: File::from(write.try_clone()?),
            _lent: Some((read, write)),
        };
        pool.write.write_all(&vec![b'+'; (jobs - 1).min(MOST)])?;
        let makeflags = [other.as_slice(), auth.as_bytes()].concat();
        Ok(Tokens { pool: Some(pool), own, makeflags: Some(makeflags.into()) })
    }

    /// What the commands shall find in `MAKEFLAGS`.
    pub(super) fn makeflags(&self) -> Option<&BStr> {
        self.makeflags.as_ref().map(|flags| flags.as_bstr())
    }

    /// Waits for a token; gives up once `is_vain`.
    pub(super) fn take(&self, is_vain: impl Fn() -> bool) -> Option<Token> {
        let Some(pool) = &self.pool else { return Some(Token::Free) };
        loop {
            if self.own.swap(false, Ordering::AcqRel) {
                return Some(Token::Own);
            }
            let mut byte = [0];
            if let Ok(1) = (&pool.read).read(&mut byte) {
                return Some(Token::Pool(byte[0]));
            }
            if is_vain() {
                return None;
            }
            // Looks up now and then: the own token comes back without a word.
            let wait = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
            let _ = poll(
                &mut [PollFd::from_borrowed_fd(pool.read.as_fd(), PollFlags::IN)],
                Some(&wait),
            );
        }
    }

    /// Gives a token back.
    pub(super) fn put(&self, token: Token) {
        match (token, &self.pool) {
            (Token::Own, _) => self.own.store(true, Ordering::Release),
            // A server that is gone needs no tokens.
            (Token::Pool(byte), Some(pool)) => drop((&pool.write).write_all(&[byte])),
            (Token::Pool(_), None) | (Token::Free, _) => {}
        }
    }
}

/// The jobserver that `makeflags` names, when it can be used.
fn join(makeflags: &BStr) -> Option<Pool> {
    let auth = makeflags.split_str(b" ").filter_map(authority).last()?;
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
    Some(Pool { read: open_read(&read).ok()?, write, _lent: None })
}

fn authority(word: &[u8]) -> Option<&[u8]> {
    word.strip_prefix(b"--jobserver-auth=").or_else(|| word.strip_prefix(b"--jobserver-fds="))
}

/// The flags without those that speak of jobs.
fn without_jobs(makeflags: &BStr) -> BString {
    let jobs = |word: &&[u8]| authority(word).is_none() && !word.starts_with(b"-j");
    bstr::join(b" ", makeflags.split_str(b" ").filter(jobs)).into()
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

    fn vain() -> bool {
        true
    }

    #[test]
    fn a_server_lends_as_many_as_it_has() {
        let tokens = Tokens::new(None, 3).unwrap();
        let taken: Vec<Token> = (0..3).map(|_| tokens.take(vain).unwrap()).collect();
        assert!(tokens.take(vain).is_none());
        taken.into_iter().for_each(|token| tokens.put(token));
        assert!(tokens.take(vain).is_some());
    }

    #[test]
    fn a_client_shares_with_its_server() {
        let server = Tokens::new(Some(" -k -j9 --jobserver-auth=-2,-2".into()), 3).unwrap();
        let flags = server.makeflags().unwrap().to_owned();
        assert!(flags.starts_with(b" -k -j3 --jobserver-auth="), "{flags}");
        let client = Tokens::new(Some(flags.as_bstr()), 8).unwrap();
        assert_eq!(client.makeflags(), Some(flags.as_bstr()));
        let mut taken: Vec<Token> = (0..3).map(|_| client.take(vain).unwrap()).collect();
        assert!(client.take(vain).is_none());
        assert!(matches!(server.take(vain), Some(Token::Own)));
        assert!(server.take(vain).is_none());
        taken.drain(1..).for_each(|token| client.put(token));
        assert!(matches!(server.take(vain), Some(Token::Pool(b'+'))));
    }

    #[test]
    fn what_is_no_jobserver_is_not_joined() {
        for flags in
            ["--jobserver-auth=900,901", "--jobserver-auth=x", "--jobserver-auth=fifo:/dev/null"]
        {
            assert!(join(flags.into()).is_none(), "{flags}");
        }
        assert!(matches!(Tokens::new(None, 1).unwrap().take(vain), Some(Token::Free)));
    }
}
