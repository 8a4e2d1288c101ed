//! What a build shows while it runs: a few lines that change on a terminal, a line a step elsewhere,
//! or JSON events. Knows the engine's events, not what steps are for.

mod estimate;
mod json;
mod screen;
mod terminal;
mod words;

use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use rules::graph::Graph;

use super::arguments::How;
use super::describe::Show;
use crate::engine::{Event, Observer, Summary};
use crate::surroundings::Surroundings;
use terminal::Terminal;
pub(super) use terminal::seconds;
use words::Words;

/// Shows one build's events.
pub(super) struct Progress<'a> {
    words: Words<'a>,
    how: &'a How,
    out: Out,
}

enum Out {
    Terminal(Terminal),
    Lines(Mutex<Box<dyn Write + Send>>),
}

impl<'a> Progress<'a> {
    /// Shows steps of `graph` where `show` says.
    pub(super) fn new(
        graph: &'a Graph,
        how: &'a How,
        show: Show,
        cancel: Arc<AtomicBool>,
        surroundings: &Surroundings,
    ) -> Self {
        let lines = || Out::Lines(Mutex::new(show.writer()));
        let out = match terminal::kind(show, surroundings) {
            Some(kind) if !how.json && !how.dry_run => {
                Out::Terminal(Terminal::new(kind, how.at_once()))
            }
            _ => lines(),
        };
        Progress { words: Words { graph, how, cancel }, how, out }
    }

    /// Whether a person watches.
    pub(super) fn is_watched(&self) -> bool {
        matches!(self.out, Out::Terminal(_))
    }

    /// Text that stays. One write a call, so that lines of several threads do not mix. A reader that
    /// went away is no reason to end a build.
    fn write(&self, text: &[u8]) {
        match &self.out {
            Out::Terminal(terminal) => terminal.say(text),
            Out::Lines(out) => {
                let mut out = out.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                let _ = out.write_all(text).and_then(|()| out.flush());
            }
        }
    }

    /// The last event of a build that went well.
    pub(super) fn done<'i>(&self, summary: &Summary, images: impl Iterator<Item = &'i Path>) {
        self.write(&json::line(&json::done(summary, images)));
    }
}

impl Observer for Progress<'_> {
    fn event(&self, event: Event<'_>) {
        if self.how.json {
            if let Some(value) = json::value(&self.words, &event) {
                self.write(&json::line(&value));
            }
            return;
        }
        let text = self.words.lasting(&event, self.is_watched());
        if !text.is_empty() {
            self.write(&text);
        }
        if let Out::Terminal(terminal) = &self.out {
            terminal.follow(&event, &self.words);
        }
    }
}
