//! How many jobs may run: make's own count, or tokens shared with makes above and below. Knows nothing
//! of jobs, nor of how tokens are passed on.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use bstr::BStr;

use crate::jobserver::Pool;

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
    Pool {
        pool: Pool,
        /// The token that is in no pipe is taken.
        own_taken: bool,
    },
}

/// Leave to run one job.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// It counts, and that is all.
    Counted,
    /// The one that every make owns.
    Own,
    /// One from the pool.
    Pool(u8),
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
        Pool::serve(jobs, named).map(Tokens::shared)
    }

    /// Joins the pool that another make opened. None when it cannot be reached.
    pub(super) fn join(auth: &BStr) -> Option<Tokens> {
        Pool::join(auth).map(Tokens::shared)
    }

    fn shared(pool: Pool) -> Tokens {
        Tokens { limit: Limit::Pool { pool, own_taken: false } }
    }

    /// How commands find the pool.
    pub(super) fn auth(&self) -> Option<&BStr> {
        match &self.limit {
            Limit::Pool { pool, .. } => Some(pool.auth()),
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
            Limit::Pool { own_taken, .. } if !*own_taken => {
                *own_taken = true;
                Some(Token::Own)
            }
            Limit::Pool { pool, .. } => pool.take().map(Token::Pool),
        }
    }

    /// What can be read when there may be a token, if tokens come from a pool, and so from
    /// elsewhere, too.
    pub(super) fn pool(&self) -> Option<BorrowedFd<'_>> {
        match &self.limit {
            Limit::Pool { pool, .. } => Some(pool.as_fd()),
            _ => None,
        }
    }

    /// Gives a token back.
    pub(super) fn put(&mut self, token: Token) {
        if let Limit::Pool { pool, own_taken } = &mut self.limit {
            match token {
                Token::Own => *own_taken = false,
                Token::Pool(byte) => pool.put(byte),
                Token::Counted => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_token_comes_first() {
        let mut server = Tokens::serve(3, None).unwrap();
        let mut client = Tokens::join(server.auth().unwrap()).unwrap();
        let taken: Vec<Token> = std::iter::from_fn(|| client.try_take(0)).collect();
        assert_eq!(taken, [Token::Own, Token::Pool(b'+'), Token::Pool(b'+')]);
        assert_eq!(server.try_take(0), Some(Token::Own));
        assert_eq!(server.try_take(0), None);
        taken.into_iter().for_each(|token| client.put(token));
        assert_eq!(server.try_take(0), Some(Token::Pool(b'+')));
    }

    #[test]
    fn without_a_pool_jobs_are_counted() {
        let mut tokens = Tokens::serial();
        assert_eq!(tokens.try_take(0), Some(Token::Counted));
        assert_eq!(tokens.try_take(1), None);
    }
}
