//! The log of a folder's builds: what ran, how long it took, and which steps the whole had to wait
//! for. Kept beside the journal, bounded in number and size; a line that cannot be read is no loss.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bstr::ByteSlice;
use rules::graph::{Graph, StepId};
use serde::{Deserialize, Serialize};

use super::timeline::{Span, Timeline};
use crate::engine::{self, Summary};

/// How many builds are told of.
const BUILDS: usize = 20;

/// How long the log may grow before it is cut to half of that, the latest build aside.
const BYTES: u64 = 2 << 20;

/// How many steps of one build are kept: those that took longest, and those on the critical path.
const STEPS: usize = 4000;

/// How a build ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Well.
    Done,
    /// Commands failed.
    Failed,
    /// It was told to stop.
    Interrupted,
}

/// A build that ran something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Build {
    /// When it began, in milliseconds since 1970.
    pub began: u64,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// Steps at once, at most.
    pub jobs: usize,
    /// What was built.
    pub images: Vec<String>,
    /// How it ended.
    pub ending: Ending,
    /// Commands that the images need.
    pub needed: usize,
    /// Commands that ran and went well.
    pub ran: usize,
    /// Steps whose outputs came from the cache.
    #[serde(default)]
    pub restored: usize,
    /// Steps that got what the same step of another image had made.
    #[serde(default)]
    pub shared: usize,
    /// Commands that failed.
    pub failed: usize,
    /// Commands that waited for others that came out as they were.
    pub cut_off: usize,
    /// What ran, in the order of starting.
    pub steps: Vec<Ran>,
    /// Positions in `steps`: the chain, each waiting for the one before, that took longest.
    pub critical: Vec<usize>,
}

/// A step that ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// What kind of action.
    pub tag: String,
    /// What it was about.
    pub label: String,
    /// What it made.
    pub output: String,
    /// Why it ran.
    pub reason: String,
    /// When it started, in microseconds from the beginning of the build.
    pub start: u64,
    /// How long it took, in microseconds.
    pub duration: u64,
    /// The thread that ran it.
    pub slot: usize,
    /// What went wrong, if anything did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// What a build is remembered by, beside its timeline.
pub struct Circumstances<'a> {
    /// What was built.
    pub images: Vec<String>,
    /// Steps at once, at most.
    pub jobs: usize,
    /// How it ended.
    pub ending: Ending,
    /// What became of its steps.
    pub summary: &'a Summary,
}

impl Build {
    /// The record of a build that just ended.
    pub fn of(graph: &Graph, timeline: &Timeline, about: Circumstances<'_>) -> Build {
        let elapsed = timeline.began().elapsed();
        let began = SystemTime::now().checked_sub(elapsed);
        let began = began.and_then(|began| began.duration_since(UNIX_EPOCH).ok());
        let spans = timeline.spans();
        let chain = critical(graph, &spans);
        let spans = bounded(spans, &chain);
        let at = |step: &StepId| spans.iter().position(|span| span.step == *step);
        Build {
            began: began.unwrap_or_default().as_millis() as u64,
            milliseconds: elapsed.as_millis() as u64,
            jobs: about.jobs,
            images: about.images,
            ending: about.ending,
            needed: about.summary.needed,
            ran: about.summary.ran,
            restored: about.summary.restored,
            shared: about.summary.shared,
            failed: about.summary.failed,
            cut_off: about.summary.cut_off,
            critical: chain.iter().filter_map(at).collect(),
            steps: spans.iter().map(|span| ran(graph, span)).collect(),
        }
    }

    /// Adds the build to the log of `folder`. When there is no room, what is old is dropped.
    pub fn store(&self, folder: &Path) -> io::Result<()> {
        let path = engine::log_path(folder);
        let mut text = Vec::new();
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
        let length = file.metadata()?.len();
        if length > 0 {
            let mut last = [0];
            file.read_exact_at(&mut last, length - 1)?;
            // What was cut off is a line of its own.
            text.extend((last != *b"\n").then_some(b'\n'));
        }
        serde_json::to_writer(&mut text, self)?;
        text.push(b'\n');
        if length + text.len() as u64 <= BYTES {
            return file.write_all(&text);
        }
        let mut before = Vec::new();
        file.read_to_end(&mut before)?;
        let mut kept = latest(&before, BUILDS - 1, BYTES / 2);
        kept.push(&text);
        let beside = path.with_extension("new");
        std::fs::write(&beside, kept.concat())?;
        std::fs::rename(&beside, &path)
    }

    /// The builds of `folder` that ran something, the latest last.
    pub fn all(folder: &Path) -> io::Result<Vec<Build>> {
        match std::fs::read(engine::log_path(folder)) {
            Ok(text) => {
                let lines = latest(&text, BUILDS, u64::MAX).into_iter();
                Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// The steps on the critical path, in their order.
    pub fn critical(&self) -> impl Iterator<Item = &Ran> {
        self.critical.iter().filter_map(|&at| self.steps.get(at))
    }
}

/// The latest whole lines, so many at most, and no longer together than `room`.
fn latest(text: &[u8], lines: usize, mut room: u64) -> Vec<&[u8]> {
    let whole = text.lines_with_terminator().rev().filter(|line| line.ends_with(b"\n"));
    let fits = |line: &&[u8]| {
        let fits = line.len() as u64 <= room;
        room = room.saturating_sub(line.len() as u64);
        fits
    };
    let mut kept: Vec<&[u8]> = whole.take(lines).take_while(fits).collect();
    kept.reverse();
    kept
}

fn ran(graph: &Graph, span: &Span) -> Ran {
    let step = graph.step(span.step);
    let output = step.outputs().first().map(|&output| graph.path(output));
    Ran {
        tag: step.tag().to_owned(),
        label: step.label().to_owned(),
        output: output.unwrap_or_default().to_str_lossy().into_owned(),
        reason: span.reason.clone(),
        start: span.start.as_micros() as u64,
        duration: span.duration.as_micros() as u64,
        slot: span.slot,
        failure: span.failure.clone(),
    }
}

/// The longest of the spans, those of `chain` among them.
fn bounded(mut spans: Vec<Span>, chain: &[StepId]) -> Vec<Span> {
    if spans.len() > STEPS {
        let on_chain: std::collections::HashSet<&StepId> = chain.iter().collect();
        spans
            .sort_by_key(|span| (!on_chain.contains(&span.step), std::cmp::Reverse(span.duration)));
        spans.truncate(STEPS);
        spans.sort_by_key(|span| span.start);
    }
    spans
}

/// The chain of steps, each needed by the next, that took longest together.
fn critical(graph: &Graph, spans: &[Span]) -> Vec<StepId> {
    let own: HashMap<StepId, Duration> =
        spans.iter().map(|span| (span.step, span.duration)).collect();
    // Per step: how long it and what comes before it took, and which step comes before it.
    let mut ends: HashMap<StepId, (Duration, Option<StepId>)> = HashMap::new();
    for span in spans {
        let mut pending = vec![(span.step, false)];
        while let Some((step, ready)) = pending.pop() {
            if !ready {
                if let Entry::Vacant(end) = ends.entry(step) {
                    // What is not done yet when it is met again closes a circle.
                    end.insert((Duration::ZERO, None));
                    pending.push((step, true));
                    pending.extend(graph.predecessors(step).map(|before| (before, false)));
                }
                continue;
            }
            let before = graph.predecessors(step).filter(|before| *before != step);
            let longest = before
                .filter_map(|before| Some((ends.get(&before)?.0, before)))
                .max_by_key(|(duration, _)| *duration);
            let after = longest.map_or(Duration::ZERO, |(duration, _)| duration);
            let duration = after + own.get(&step).copied().unwrap_or_default();
            ends.insert(step, (duration, longest.map(|(_, before)| before)));
        }
    }
    let last = spans.iter().max_by_key(|span| ends.get(&span.step).map(|end| end.0));
    let mut chain = Vec::new();
    let mut step = last.map(|span| span.step);
    while let Some(here) = step {
        if own.contains_key(&here) {
            chain.push(here);
        }
        step = ends.get(&here).and_then(|end| end.1);
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::graph::{Command, Step};
    use std::time::Instant;

    fn graph() -> Graph {
        let mut graph = Graph::new();
        for (inputs, output) in [
            (vec!["a.c"], "a.o"),
            (vec!["b.c"], "b.o"),
            (vec!["a.o", "b.o"], "lib"),
            (vec!["lib"], "image"),
        ] {
            let step = Step {
                tag: "RUN".to_owned(),
                label: output.to_owned(),
                commands: vec![Command::Write("".into())],
                inputs: inputs.iter().map(|path| graph.file(path)).collect(),
                outputs: vec![graph.file(output)],
                ..Step::default()
            };
            graph.add(step).unwrap();
        }
        graph
    }

    fn span(graph: &Graph, output: &str, milliseconds: u64) -> Span {
        Span {
            step: graph.producer(graph.find(output).unwrap()).unwrap(),
            slot: 0,
            start: Duration::ZERO,
            duration: Duration::from_millis(milliseconds),
            reason: String::new(),
            failure: None,
        }
    }

    fn chain(graph: &Graph, spans: &[Span]) -> Vec<String> {
        critical(graph, spans).into_iter().map(|step| graph.step(step).label().into()).collect()
    }

    #[test]
    fn the_critical_path_goes_through_what_took_longest() {
        let graph = graph();
        let spans = [("a.o", 5), ("b.o", 9), ("lib", 1), ("image", 2)];
        let spans = spans.map(|(output, time)| span(&graph, output, time));
        assert_eq!(chain(&graph, &spans), ["b.o", "lib", "image"]);
        // What did not run is no part of it, but what comes before it is.
        let spans = [span(&graph, "a.o", 5), span(&graph, "image", 2)];
        assert_eq!(chain(&graph, &spans), ["a.o", "image"]);
        assert_eq!(chain(&graph, &[]), [""; 0]);
    }

    #[test]
    fn the_log_keeps_the_latest_and_survives_damage() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".ukbuild")).unwrap();
        assert_eq!(Build::all(folder.path()).unwrap(), []);
        let graph = graph();
        let timeline = Timeline::new(Instant::now());
        let summary = Summary::default();
        for jobs in 1..=BUILDS + 5 {
            let (images, ending) = (vec!["image".to_owned()], Ending::Done);
            let about = Circumstances { images, jobs, ending, summary: &summary };
            Build::of(&graph, &timeline, about).store(folder.path()).unwrap();
        }
        let builds = Build::all(folder.path()).unwrap();
        let jobs: Vec<usize> = builds.iter().map(|build| build.jobs).collect();
        assert_eq!(jobs, (6..=BUILDS + 5).collect::<Vec<_>>());
        let path = engine::log_path(folder.path());
        let mut text = std::fs::read(&path).unwrap();
        text.truncate(text.len() - 10);
        let half = text.len() / 2;
        let line = half + text[half..].iter().position(|&byte| byte == b'\n').unwrap() + 1;
        text[line] = b'x';
        std::fs::write(&path, &text).unwrap();
        // The line that was cut off is none.
        assert_eq!(Build::all(folder.path()).unwrap().len(), BUILDS - 1);
        builds[0].store(folder.path()).unwrap();
        let left = Build::all(folder.path()).unwrap();
        assert_eq!((left.len(), left.last()), (BUILDS - 2, Some(&builds[0])));
    }

    #[test]
    fn the_log_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".ukbuild")).unwrap();
        let graph = graph();
        let timeline = Timeline::new(Instant::now());
        let summary = Summary::default();
        let path = engine::log_path(folder.path());
        for jobs in 0..40 {
            let (images, ending) = (vec!["x".repeat(100_000)], Ending::Done);
            let about = Circumstances { images, jobs, ending, summary: &summary };
            Build::of(&graph, &timeline, about).store(folder.path()).unwrap();
            let builds = Build::all(folder.path()).unwrap();
            assert_eq!(builds.last().unwrap().jobs, jobs);
            assert!(builds.len() >= jobs.min(9), "{jobs}: {}", builds.len());
            assert!(std::fs::metadata(&path).unwrap().len() <= BYTES);
        }
    }
}
