//! What ran when, and in which lane: put together from a build's events. Knows time; knows no
//! format.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rules::graph::StepId;

use crate::engine::{Event, Observer};

/// A step that ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The step.
    pub step: StepId,
    /// The thread that ran it, from 0.
    pub slot: usize,
    /// When it started, from the beginning of the timeline.
    pub start: Duration,
    /// How long its commands took.
    pub duration: Duration,
    /// Why it ran.
    pub reason: String,
    /// What went wrong, if anything did.
    pub failure: Option<String>,
}

/// Watches a build.
#[derive(Debug)]
pub struct Timeline {
    began: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    planned: Option<Duration>,
    open: HashMap<StepId, (usize, Duration)>,
    spans: Vec<Span>,
}

impl Timeline {
    /// A timeline that began at `began`.
    pub fn new(began: Instant) -> Timeline {
        Timeline { began, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When it began.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// When it was known what there is to do.
    pub fn planned(&self) -> Option<Duration> {
        self.state().planned
    }

    /// The steps that ran, in the order in which they started.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans = self.state().spans.clone();
        spans.sort_by_key(|span| span.start);
        spans
    }
}

impl Observer for Timeline {
    fn event(&self, event: Event<'_>) {
        let now = self.began.elapsed();
        match event {
            Event::Planned { .. } => self.state().planned = Some(now),
            Event::Started { step, slot, .. } => {
                self.state().open.insert(step, (slot, now));
            }
            Event::Finished { step, reason, failure, duration, .. } => {
                let mut state = self.state();
                let Some((slot, start)) = state.open.remove(&step) else { return };
                state.spans.push(Span {
                    step,
                    slot,
                    start,
                    duration,
                    reason: reason.to_string(),
                    failure: failure.map(ToString::to_string),
                });
            }
            _ => {}
        }
    }
}
