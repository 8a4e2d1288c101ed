//! How long a machine may run without getting anywhere. Knows neither machines nor what it means to
//! get somewhere.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A time limit that begins anew with each step forward.
#[derive(Debug)]
pub struct Patience {
    limit: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    since: Instant,
    is_over: bool,
}

impl Patience {
    /// Nothing may take longer than `limit`.
    pub fn new(limit: Duration) -> Patience {
        let state = State { since: Instant::now(), is_over: false };
        Patience { limit, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Something was achieved.
    pub fn renew(&self) {
        self.state().since = Instant::now();
    }

    /// Something begins that takes its time anew.
    pub(super) fn begin(&self) {
        *self.state() = State { since: Instant::now(), is_over: false };
    }

    /// There is nothing more to wait for.
    pub(super) fn end(&self) {
        self.state().is_over = true;
        self.changed.notify_all();
    }

    /// Waits until the limit has passed, or the end has come. Whether it was the limit.
    pub(super) fn is_lost(&self) -> bool {
        let mut state = self.state();
        while !state.is_over {
            let Some(left) = self.limit.checked_sub(state.since.elapsed()) else { return true };
            state = self.wait(state, left);
        }
        false
    }

    /// Waits for the end, at most so long. Whether it has come.
    pub(super) fn ends_within(&self, time: Duration) -> bool {
        let begun = Instant::now();
        let mut state = self.state();
        while !state.is_over {
            let Some(left) = time.checked_sub(begun.elapsed()) else { return false };
            state = self.wait(state, left);
        }
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, time);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_lost_only_before_the_end() {
        let patience = Patience::new(Duration::ZERO);
        assert!(patience.is_lost());
        assert!(!patience.ends_within(Duration::ZERO));
        patience.end();
        assert!(!patience.is_lost());
        assert!(patience.ends_within(Duration::ZERO));
    }

    #[test]
    fn the_end_is_heard_of_at_once() {
        let patience = Patience::new(Duration::from_secs(3600));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| patience.is_lost());
            patience.renew();
            patience.end();
            assert!(!waiting.join().unwrap());
        });
    }
}
