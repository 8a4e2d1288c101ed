//! Jobs that wait for a thread, the most urgent first. Knows nothing of what a job is.

use std::collections::BinaryHeap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    wake: Condvar,
}

struct State<J> {
    ready: BinaryHeap<J>,
    /// Nothing is to be started any more.
    halted: bool,
    /// Nothing will be added any more.
    closed: bool,
}

impl<J> State<J> {
    fn has_work(&self) -> bool {
        !self.halted && !self.ready.is_empty()
    }
}

impl<J: Ord> Queue<J> {
    pub(super) fn new() -> Queue<J> {
        let state = State { ready: BinaryHeap::new(), halted: false, closed: false };
        Queue { state: Mutex::new(state), wake: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn push(&self, job: J) {
        self.state().ready.push(job);
        self.wake.notify_one();
    }

    /// Waits until there may be a job to take; false when none will come.
    pub(super) fn wait(&self) -> bool {
        let mut state = self.state();
        while !state.has_work() {
            if state.closed {
                return false;
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// Whether there is a job to take.
    pub(super) fn has_work(&self) -> bool {
        self.state().has_work()
    }

    /// Takes the most urgent job, unless another thread was faster.
    pub(super) fn take(&self) -> Option<J> {
        let mut state = self.state();
        if state.halted { None } else { state.ready.pop() }
    }

    /// Lets no job be taken any more.
    pub(super) fn halt(&self) {
        self.state().halted = true;
    }

    /// Drops the jobs that wait, and tells how many they were.
    pub(super) fn clear(&self) -> usize {
        self.state().ready.drain().count()
    }

    /// Sends home the threads that wait.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.wake.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urgent_first_and_nothing_after_a_halt() {
        let queue = Queue::new();
        [1, 3, 2].into_iter().for_each(|job| queue.push(job));
        assert!(queue.wait());
        assert_eq!(queue.take(), Some(3));
        queue.halt();
        assert_eq!((queue.take(), queue.has_work()), (None, false));
        assert_eq!(queue.clear(), 2);
        queue.close();
        assert!(!queue.wait());
    }
}
