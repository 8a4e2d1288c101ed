//! Jobs that wait for a thread, the most urgent first. Of jobs that may be the same only one runs at
//! a time, for what it makes may save the others. Knows nothing else of what a job is.

use std::collections::{BTreeSet, BinaryHeap};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Something to do.
pub(super) trait Task: Ord {
    /// The number that it has in common with all that may do the same.
    fn kin(&self) -> Option<u32>;
}

pub(super) struct Queue<J> {
    state: Mutex<State<J>>,
    wake: Condvar,
}

struct State<J> {
    ready: BinaryHeap<J>,
    /// Jobs that wait for one of their kin to be done.
    parked: Vec<J>,
    /// The kin that run.
    busy: BTreeSet<u32>,
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

impl<J: Task> Queue<J> {
    pub(super) fn new() -> Queue<J> {
        let state = State {
            ready: BinaryHeap::new(),
            parked: Vec::new(),
            busy: BTreeSet::new(),
            halted: false,
            closed: false,
        };
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

    /// Takes the most urgent job, unless another thread was faster. Once it is done, [`Queue::done`]
    /// has to be told.
    pub(super) fn take(&self) -> Option<J> {
        let mut state = self.state();
        while !state.halted {
            let job = state.ready.pop()?;
            if job.kin().is_none_or(|kin| state.busy.insert(kin)) {
                return Some(job);
            }
            state.parked.push(job);
        }
        None
    }

    /// Lets the kin of a job that was taken have their turn.
    pub(super) fn done(&self, kin: Option<u32>) {
        let Some(kin) = kin else { return };
        let mut state = self.state();
        state.busy.remove(&kin);
        for job in std::mem::take(&mut state.parked) {
            if job.kin() == Some(kin) {
                state.ready.push(job);
            } else {
                state.parked.push(job);
            }
        }
        self.wake.notify_all();
    }

    /// Lets no job be taken any more.
    pub(super) fn halt(&self) {
        self.state().halted = true;
    }

    /// Drops the jobs that wait, and tells how many they were.
    pub(super) fn clear(&self) -> usize {
        let mut state = self.state();
        state.ready.drain().count() + state.parked.drain(..).count()
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

    impl Task for i32 {
        fn kin(&self) -> Option<u32> {
            u32::try_from(-self).ok().filter(|&kin| kin > 0)
        }
    }

    #[test]
    fn one_of_a_kin_at_a_time() {
        let queue = Queue::new();
        [-1, -2, -1].into_iter().for_each(|job| queue.push(job));
        assert_eq!(queue.take(), Some(-1));
        assert_eq!(queue.take(), Some(-2));
        assert_eq!((queue.take(), queue.has_work()), (None, false));
        queue.done((-2).kin());
        assert_eq!(queue.take(), None);
        queue.done((-1).kin());
        assert_eq!((queue.take(), queue.take()), (Some(-1), None));
        queue.push(-1);
        assert_eq!((queue.take(), queue.clear()), (None, 1));
    }

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
