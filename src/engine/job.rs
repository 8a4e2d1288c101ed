//! A step that has to run, and which of several goes first. Knows no threads.

use std::cmp::Ordering;

use rules::graph::StepId;

use super::digest::Digest;
use super::files::PathId;
use super::queue::Task;
use super::reason::Reason;

/// A step to run.
pub(super) struct Job {
    /// How long it and what follows will take, in milliseconds.
    pub(super) weight: u64,
    pub(super) step: StepId,
    /// Steps of the same number are not run at once.
    pub(super) kin: Option<u32>,
    pub(super) reason: Reason,
    pub(super) inputs: Vec<(PathId, Digest)>,
}

impl Task for Job {
    fn kin(&self) -> Option<u32> {
        self.kin
    }
}

impl PartialEq for Job {
    fn eq(&self, other: &Job) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Job {}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Job) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Job {
    /// Heavier jobs first, then those described earlier.
    fn cmp(&self, other: &Job) -> Ordering {
        self.weight.cmp(&other.weight).then(other.step.cmp(&self.step))
    }
}
