//! A build's part in GNU make's jobserver, both ways: takes a token from the make above for each job
//! but the first, and lends tokens to the makes below. Knows nothing of steps.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use bstr::{BStr, BString, ByteSlice};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::jobserver::Pool;

/// The tokens that this build's jobs share with makes above and below.
pub(super) struct Tokens {
    pool: Option<Pool>,
    /// Whether the token that is in no pipe is free.
    own: AtomicBool,
    /// What the commands find in `MAKEFLAGS`.
    makeflags: Option<BString>,
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
        let pool = Pool::serve(jobs, None)?;
        let auth = format!(" -j{jobs} --jobserver-auth={}", pool.auth());
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
            if let Some(byte) = pool.take() {
                return Some(Token::Pool(byte));
            }
            if is_vain() {
                return None;
            }
            // Looks up now and then: the own token comes back without a word.
            let wait = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
            let _ = poll(&mut [PollFd::new(pool, PollFlags::IN)], Some(&wait));
        }
    }

    /// Gives a token back.
    pub(super) fn put(&self, token: Token) {
        match (token, &self.pool) {
            (Token::Own, _) => self.own.store(true, Ordering::Release),
            (Token::Pool(byte), Some(pool)) => pool.put(byte),
            (Token::Pool(_), None) | (Token::Free, _) => {}
        }
    }
}

/// The jobserver that `makeflags` names, when it can be used.
fn join(makeflags: &BStr) -> Option<Pool> {
    let auth = makeflags.split_str(b" ").filter_map(authority).last()?;
    Pool::join(auth.as_bstr())
}

fn authority(word: &[u8]) -> Option<&[u8]> {
    word.strip_prefix(b"--jobserver-auth=").or_else(|| word.strip_prefix(b"--jobserver-fds="))
}

/// The flags without those that speak of jobs.
fn without_jobs(makeflags: &BStr) -> BString {
    let jobs = |word: &&[u8]| authority(word).is_none() && !word.starts_with(b"-j");
    bstr::join(b" ", makeflags.split_str(b" ").filter(jobs)).into()
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
    fn without_a_jobserver_all_may_run() {
        for flags in [None, Some("-k --jobserver-auth=x".into())] {
            let tokens = Tokens::new(flags, 1).unwrap();
            assert!((0..3).all(|_| matches!(tokens.take(vain), Some(Token::Free))));
        }
    }
}
