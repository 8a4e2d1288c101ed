//! Tidies up: deletes what the engine made and no step makes any more, and undoes what a build that
//! was cut off had begun. Knows the journal and the graph;
//! knows nothing of why a step went.

use std::io;
use std::path::Path;

use bstr::{BStr, BString};
use rules::graph::Graph;

use super::action::{ASIDE, BESIDE, remove, sibling};
use super::digest::Content;
use super::error::Error;
use super::event::{Event, Observer};
use super::files::place;
use super::journal::Journal;

/// Undoes what steps had begun when the last build was cut off: what they wrote beside their
/// outputs goes, and what they had put aside comes back.
pub(super) fn recover(folder: &Path, journal: &Journal) -> Result<(), Error> {
    for name in journal.begun() {
        let real = place(folder, journal.name(name));
        let beside = sibling(&real, BESIDE);
        remove(&beside).map_err(Error::io("delete", &beside))?;
        let aside = sibling(&real, ASIDE);
        match std::fs::rename(&aside, &real) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io("restore", &real)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Deletes the outputs of the description `scope` that `graph` lacks, and notes that they are
/// gone. A file that holds something else by now is not ours any more, and stays. Returns how many
/// were deleted.
pub(super) fn sweep(
    graph: &Graph,
    folder: &Path,
    scope: &BStr,
    journal: &mut Journal,
    observer: &dyn Observer,
) -> Result<usize, Error> {
    let made = |path: &BStr| graph.find(path).is_some_and(|file| graph.producer(file).is_some());
    let mut gone: Vec<BString> = Vec::new();
    let mut swept = 0;
    for name in 0..journal.names() {
        let Some(step) = journal.writer_of(name).map(|step| journal.step(step)) else { continue };
        if journal.name(step.scope) != scope || made(journal.name(name)) {
            continue;
        }
        let path = journal.name(name);
        let place = place(folder, path);
        let written = step.outputs.iter().map(|&version| journal.version(version));
        let written =
            written.filter(|(output, _)| *output == name).map(|(_, digest)| digest).next_back();
        let now = Content::look(&place, journal.seen(name)).map_err(Error::io("read", &place))?;
        if now.stamp.is_some() && Some(now.digest) == written {
            remove(&place).map_err(Error::io("delete", &place))?;
            observer.event(Event::Swept { path });
            swept += 1;
        }
        gone.push(path.to_owned());
    }
    for name in journal.begun().filter(|&name| !made(journal.name(name))) {
        let path = journal.name(name);
        let real = place(folder, path);
        // What a cut-off step left at its real name is a piece of a file that nobody makes.
        if real.is_file() && journal.writer_of(name).is_none() {
            remove(&real).map_err(Error::io("delete", &real))?;
            observer.event(Event::Swept { path });
            swept += 1;
        }
    }
    if !gone.is_empty() {
        journal.drop_outputs(&gone.iter().map(BStr::new).collect::<Vec<_>>());
    }
    Ok(swept)
}
