//! What a person sees of a running build: how far it is, how long it takes, and what runs now.
//! Knows time and the terminal's size; what to say of events comes from others.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rules::graph::StepId;
use rustix::termios::tcgetwinsize;

use super::estimate::Estimate;
use super::screen::Screen;
use super::words::Words;
use crate::cli::describe::Show;
use crate::engine::Event;
use crate::surroundings::Surroundings;

/// How often the lines are drawn.
const TICK: Duration = Duration::from_millis(100);

/// At most so many running steps have a line.
const LINES: usize = 8;

/// Lines of the terminal that are left to others.
const SPARE: usize = 3;

/// A terminal that lines can be drawn on.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    show: Show,
    colour: bool,
}

/// The terminal behind an output, when it is one that can go up a line.
pub(super) fn kind(show: Show, surroundings: &Surroundings) -> Option<Kind> {
    let there = match show {
        Show::Output => std::io::stdout().is_terminal(),
        Show::Errors => std::io::stderr().is_terminal(),
    };
    let able = surroundings.variable("TERM").is_some_and(|name| name != "dumb");
    let colour = surroundings.variable("NO_COLOR").is_none();
    (there && able).then_some(Kind { show, colour })
}

/// The lines of one build; they are gone when this is dropped.
pub(super) struct Terminal {
    shared: Arc<Shared>,
    clock: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    kind: Kind,
    screen: Screen<Box<dyn Write + Send>>,
    began: Instant,
    at_once: usize,
    estimate: Estimate,
    /// What runs, the longest first.
    running: Vec<(StepId, String, Instant)>,
    /// Whether lines have been drawn; quick builds need none.
    visible: bool,
    over: bool,
}

impl Terminal {
    pub(super) fn new(kind: Kind, at_once: usize) -> Terminal {
        let state = State {
            kind,
            screen: Screen::new(kind.show.writer()),
            began: Instant::now(),
            at_once,
            estimate: Estimate::default(),
            running: Vec::new(),
            visible: false,
            over: false,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), wake: Condvar::new() });
        Terminal { shared, clock: Mutex::new(None) }
    }

    /// Writes text that stays.
    pub(super) fn say(&self, text: &[u8]) {
        self.shared.state().draw(text);
    }

    /// Takes in what happened.
    pub(super) fn follow(&self, event: &Event<'_>, words: &Words<'_>) {
        let mut state = self.shared.state();
        match event {
            Event::Planned { to_check, expected, .. } => {
                for expected in *expected {
                    let kind = words.graph.step(expected.step).tag();
                    state.estimate.expect(expected.step, kind, expected.duration);
                }
                drop(state);
                if *to_check > 0 {
                    self.start();
                }
            }
            Event::Started { step, .. } => {
                state.running.push((*step, words.title(*step), Instant::now()));
            }
            Event::Finished { step, duration, .. } => {
                state.running.retain(|(running, ..)| running != step);
                state.estimate.finish(*step, *duration);
            }
            Event::CutOff { step } | Event::Restored { step, .. } => state.estimate.skip(*step),
            Event::Ended { .. } => {
                drop(state);
                self.stop();
            }
            _ => {}
        }
    }

    /// Draws from now on.
    fn start(&self) {
        let shared = Arc::clone(&self.shared);
        let clock = std::thread::Builder::new().name("progress".to_owned());
        // Without a thread there are no lines, and the build goes on.
        let clock = clock.spawn(move || shared.keep_drawing()).ok();
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// Takes the lines away.
    fn stop(&self) {
        {
            let mut state = self.shared.state();
            state.over = true;
            state.draw(b"");
        }
        self.shared.wake.notify_all();
        let clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(clock) = clock {
            // A panic in there has been told by its thread.
            let _ = clock.join();
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_drawing(&self) {
        let mut state = self.state();
        while !state.over {
            let waited = self.wake.wait_timeout(state, TICK);
            state = waited.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state);
            if !state.over {
                state.visible = true;
                state.draw(b"");
            }
        }
    }
}

impl State {
    fn draw(&mut self, text: &[u8]) {
        let (columns, rows) = self.size();
        let lines = match self.visible && !self.over {
            true => self.lines(rows),
            false => Vec::new(),
        };
        self.screen.draw(text, &lines, columns);
    }

    fn size(&self) -> (usize, usize) {
        let size = match self.kind.show {
            Show::Output => tcgetwinsize(std::io::stdout()),
            Show::Errors => tcgetwinsize(std::io::stderr()),
        };
        match size {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => {
                (size.ws_col.into(), size.ws_row.into())
            }
            _ => (80, 24),
        }
    }

    fn lines(&self, rows: usize) -> Vec<String> {
        let room = LINES.min(rows.saturating_sub(SPARE));
        let mut lines = vec![self.head()];
        for (_, title, since) in self.running.iter().take(room) {
            let time = seconds(since.elapsed());
            lines.push(format!("  {} {title}", self.coloured("2", &format!("{time:>7}"))));
        }
        if self.running.len() > room && room > 0 {
            lines.push(format!("          and {} more", self.running.len() - room));
        }
        lines
    }

    fn head(&self) -> String {
        let Estimate { done, total, .. } = self.estimate;
        let part = (done * 100).checked_div(total).unwrap_or(0);
        let elapsed = seconds(self.began.elapsed());
        let running = self.running.iter().map(|(step, _, since)| (*step, since.elapsed()));
        let rest = match self.estimate.remaining(running, self.at_once) {
            Some(rest) if done < total => format!(", about {} left", rounded(rest)),
            _ => String::new(),
        };
        format!("{} {part}%, {elapsed}{rest}", self.coloured("1", &format!("[{done}/{total}]")))
    }

    fn coloured(&self, colour: &str, text: &str) -> String {
        match self.kind.colour {
            true => format!("\x1b[{colour}m{text}\x1b[0m"),
            false => text.to_owned(),
        }
    }
}

/// A duration as people read it.
pub(in crate::cli) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    match whole {
        0..60 => format!("{:.1} s", duration.as_secs_f64()),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole / 60 % 60),
    }
}

/// The same without tenths that nobody can know.
fn rounded(duration: Duration) -> String {
    match duration.as_secs_f64().ceil() {
        rest if rest < 60.0 => format!("{rest} s"),
        _ => seconds(duration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        let read = |milliseconds| seconds(Duration::from_millis(milliseconds));
        assert_eq!(read(340), "0.3 s");
        assert_eq!(read(61_900), "1 min 01 s");
        assert_eq!(read(7_260_000), "2 h 01 min");
        assert_eq!(rounded(Duration::from_millis(1200)), "2 s");
    }
}
