//! What a build tells while it runs. Knows no terminal.

use std::path::Path;
use std::time::Duration;

use bstr::BStr;
use rules::graph::{Link, StepId};

use super::Summary;
use super::check::Undeclared;
use super::error::Cause;
use super::reason::Reason;

/// A step that may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The step.
    pub step: StepId,
    /// How long it took the last time; none when it never ran.
    pub duration: Option<Duration>,
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another build has the folder; this one waits for it. Told once.
    Waiting {
        /// The other process, when it is known.
        holder: Option<u32>,
    },
    /// Part of the journal could not be used; what it described is built again. Told once.
    JournalDamaged {
        /// The journal.
        path: &'a Path,
        /// How many bytes at its end were dropped.
        dropped: u64,
    },
    /// The plan is made.
    Planned {
        /// Steps with commands that the goals need.
        needed: usize,
        /// How many of them are not known to be up to date: they run, or wait for one that runs.
        to_check: usize,
        /// Those, in an order in which they could run.
        expected: &'a [Expected],
    },
    /// An output that no step makes any more was deleted.
    Swept {
        /// The file.
        path: &'a BStr,
    },
    /// Only in a dry run: this step would run.
    WouldRun {
        /// The step.
        step: StepId,
        /// Why.
        reason: &'a Reason,
    },
    /// A step's commands start. Told from the thread that runs them.
    Started {
        /// The step.
        step: StepId,
        /// Why.
        reason: &'a Reason,
        /// Which of the threads that run steps it is, from 0.
        slot: usize,
    },
    /// A step's commands ended.
    Finished {
        /// The step.
        step: StepId,
        /// Why it ran.
        reason: &'a Reason,
        /// What went wrong; none when nothing did.
        failure: Option<&'a Cause>,
        /// How long the commands took.
        duration: Duration,
        /// All that the commands wrote to standard output and standard error, in their order.
        output: &'a [u8],
    },
    /// A step's outputs came from the cache, or from a step of another part of the graph that does
    /// the same: it was due, and did not have to run.
    Restored {
        /// The step.
        step: StepId,
        /// Why it would have run.
        reason: &'a Reason,
        /// What its commands said when they ran.
        output: &'a [u8],
        /// It came from another step of this build.
        shared: bool,
    },
    /// Files of the cache did not hold what they should, and are gone. Told once.
    CacheDamaged {
        /// The cache.
        path: &'a Path,
        /// How many.
        files: usize,
    },
    /// The cache cannot be written to; the build goes on without it. Told once.
    CacheUnusable {
        /// The cache.
        path: &'a Path,
        /// What the system said.
        error: &'a std::io::Error,
    },
    /// A step waited for others that came out as they were, and need not run.
    CutOff {
        /// The step.
        step: StepId,
    },
    /// A step read a file before the step that makes it was done: a missing dependency. It runs
    /// again in the next build.
    ReadBeforeMade {
        /// The step that read.
        step: StepId,
        /// The file.
        path: &'a BStr,
    },
    /// A step read or wrote files that it does not declare.
    Undeclared {
        /// The step.
        step: StepId,
        /// Those files.
        files: &'a Undeclared,
    },
    /// Steps need each other by files that they were found to read: which of them comes first is
    /// left to chance. Told once, at the end.
    Round {
        /// The way round.
        links: &'a [Link],
    },
    /// The build is over, well or not. The last event.
    Ended {
        /// What became of the steps.
        summary: &'a Summary,
    },
}

/// Is told what happens. Called from several threads.
pub trait Observer: Sync {
    /// Takes one event.
    fn event(&self, event: Event<'_>);
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: Event<'_>) {}
}
