//! Holds back steps while the machine is busy, as `-l` asks for. Knows the load average; knows
//! nothing of steps.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often a thread that is held back looks again.
const AGAIN: Duration = Duration::from_millis(50);

/// What one step adds to the average within its first second, which the kernel's figure shows late.
const SECOND: Duration = Duration::from_secs(1);

/// Lets steps pass while the load is below a limit, and always one.
pub(super) struct Gate {
    limit: Option<f64>,
    load: fn() -> f64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    /// When the steps of the last second passed.
    recent: Vec<Instant>,
}

/// A step that was let through, until it is dropped.
pub(super) struct Pass<'a>(&'a Gate);

impl Gate {
    pub(super) fn new(limit: Option<f64>) -> Gate {
        Gate { limit, load: average, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a step may start; none when that is in vain.
    pub(super) fn pass(&self, is_vain: impl Fn() -> bool) -> Option<Pass<'_>> {
        loop {
            let mut state = self.state();
            let free = self.limit.is_none_or(|limit| self.is_below(limit, &mut state));
            if free || state.running == 0 {
                state.running += 1;
                if self.limit.is_some() {
                    state.recent.push(Instant::now());
                }
                return Some(Pass(self));
            }
            drop(state);
            std::thread::sleep(AGAIN);
            if is_vain() {
                return None;
            }
        }
    }

    fn is_below(&self, limit: f64, state: &mut State) -> bool {
        state.recent.retain(|passed| passed.elapsed() < SECOND);
        (self.load)() + state.recent.len() as f64 <= limit
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.state().running -= 1;
    }
}

/// The kernel's average of the last minute.
fn average() -> f64 {
    let fixed = rustix::system::sysinfo().loads[0];
    fixed as f64 / 65536.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(limit: Option<f64>, load: fn() -> f64) -> Gate {
        Gate { limit, load, state: Mutex::default() }
    }

    #[test]
    fn one_step_passes_however_busy_the_machine_is() {
        let gate = gate(Some(1.0), || 7.0);
        let first = gate.pass(|| true);
        assert!(first.is_some());
        assert!(gate.pass(|| true).is_none());
        drop(first);
        assert!(gate.pass(|| true).is_some());
    }

    #[test]
    fn steps_that_just_started_count() {
        let gate = gate(Some(2.5), || 0.0);
        let passed: Vec<_> = (0..5).map_while(|_| gate.pass(|| true)).collect();
        assert_eq!(passed.len(), 3);
    }

    #[test]
    fn without_a_limit_all_pass() {
        let gate = gate(None, || 100.0);
        let passed: Vec<_> = (0..5).map_while(|_| gate.pass(|| true)).collect();
        assert_eq!(passed.len(), 5);
    }
}
