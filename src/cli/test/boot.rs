//! Test images, booted side by side. Knows how many at once; shows nothing.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::show::{Results, name};
use crate::machine::{Ending, Machine, MachineError, Patience};
use crate::surroundings::Surroundings;
use crate::testing::{End, Image, News, Selection, Transcript};

/// How images are booted.
pub(super) struct Boot<'a> {
    pub(super) selection: &'a Selection,
    /// Whether cases are only named.
    pub(super) lists: bool,
    /// The longest that one case may take.
    pub(super) limit: Duration,
    /// How many images at once.
    pub(super) jobs: usize,
    pub(super) surroundings: &'a Surroundings,
}

/// What came of all images.
pub(super) enum Booted {
    Done(Vec<Image>),
    /// By this signal.
    Interrupted(i32),
}

/// What came of one that was booted.
enum One {
    Done(Image),
    Interrupted(i32),
    Refused(MachineError),
}

impl Boot<'_> {
    /// Boots every machine, and tells `results` what is heard of each.
    pub(super) fn all(
        &self,
        machines: &[Machine],
        results: &Results<'_>,
    ) -> Result<Booted, MachineError> {
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..self.jobs.min(machines.len()) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(machine) = machines.get(at) else { break };
                        let one = self.one(at, machine, results);
                        if matches!(one, One::Interrupted(_)) {
                            next.store(machines.len(), Ordering::Relaxed);
                        }
                        done.lock().unwrap_or_else(PoisonError::into_inner).push((at, one));
                    }
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(at, _)| *at);
        let mut images = Vec::new();
        for (_, one) in done {
            match one {
                One::Done(image) => images.push(image),
                One::Interrupted(signal) => return Ok(Booted::Interrupted(signal)),
                One::Refused(error) => return Err(error),
            }
        }
        Ok(Booted::Done(images))
    }

    fn one(&self, at: usize, machine: &Machine, results: &Results<'_>) -> One {
        let begun = Instant::now();
        let patience = Patience::new(self.limit);
        let hear = |news: News<'_>| {
            patience.renew();
            results.hear(at, &news);
        };
        let folder = &self.surroundings.folder;
        let locate = |file: &str| {
            let place = machine.source(Path::new(file));
            place.strip_prefix(folder).unwrap_or(&place).display().to_string()
        };
        let mut transcript = Transcript::new(self.selection, self.lists, &locate, hear);
        let tested = loop {
            let arguments = self.selection.parameters(self.lists, transcript.turns());
            let machine = Machine { arguments, ..machine.clone() };
            let output: &mut dyn Write = &mut transcript;
            let end = match machine.attend(output, &patience, self.surroundings) {
                Ok(Ending { signal: Some(signal), .. }) => return One::Interrupted(signal),
                Ok(Ending { status, is_hung, .. }) => {
                    End { status: Some(status), hung: is_hung.then_some(self.limit) }
                }
                Err(MachineError::Vanished { .. }) => End { status: None, hung: None },
                Err(error) => return One::Refused(error),
            };
            if !transcript.goes_on(end) {
                break transcript.finish(end);
            }
        };
        let image = Image { name: name(machine), tested, time: begun.elapsed() };
        results.end(at, &image);
        One::Done(image)
    }
}
