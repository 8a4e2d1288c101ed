//! What is kept of builds: a trace, where one is asked for, and the log. Knows which file each goes
//! to; measures nothing.

use std::path::Path;

use rules::graph::Graph;

use super::arguments::How;
use super::describe::Show;
use super::report;
use crate::engine::{Error, Summary};
use crate::inspect::{Build, Circumstances, Ending, Timeline, Trace};
use crate::surroundings::Surroundings;

/// Does something that adds builds to a trace, and writes the trace, however it ends.
pub(super) fn traced<T>(
    how: &How,
    surroundings: &Surroundings,
    act: impl FnOnce(&mut Trace) -> miette::Result<T>,
) -> miette::Result<T> {
    let mut trace = Trace::new();
    let result = act(&mut trace);
    let Some(path) = how.trace.as_ref().map(|path| surroundings.resolve(path)) else {
        return result;
    };
    let written = std::fs::write(&path, trace.into_text());
    let written = written.map_err(|error| report::file("write", &path, &error));
    // What went wrong first is told.
    result.and_then(|value| written.map(|()| value))
}

/// Adds a build that ran something to its folder's log. A log that cannot be written is no reason to
/// fail.
pub(super) fn log(
    graph: &Graph,
    timeline: &Timeline,
    folder: &Path,
    images: Vec<String>,
    jobs: usize,
    result: &Result<Summary, Error>,
) {
    let ran = timeline.spans();
    let restored = result.as_ref().map_or(0, |summary| summary.restored + summary.shared);
    if ran.len() + restored == 0 {
        return;
    }
    let failed = ran.iter().filter(|span| span.failure.is_some()).count();
    let counted = Summary { ran: ran.len() - failed, failed, ..Summary::default() };
    let (ending, summary) = match result {
        Ok(summary) => (Ending::Done, *summary),
        Err(Error::Interrupted) => (Ending::Interrupted, counted),
        Err(_) => (Ending::Failed, counted),
    };
    let about = Circumstances { images, jobs, ending, summary: &summary };
    if let Err(error) = Build::of(graph, timeline, about).store(folder) {
        Show::Errors.line(&format!("warning: the log of this build is lost: {error}"));
    }
}
