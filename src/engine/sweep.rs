//! Tidies up: deletes what the engine made and no step makes any more, and undoes what a build that
//! was cut off had begun. Knows the journal and the graph;
//! knows nothing of why a step went.

use std::io;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};
use rules::graph::Graph;

use super::action::{ASIDE, BESIDE, remove, sibling};
use super::digest::{Content, Digest};
use super::error::Error;
use super::event::{Event, Observer};
use super::files::place;
use super::fingerprint::Past;
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

/// Outputs that no step makes any more. While a build runs they lie aside, so that nothing reads
/// them; they go when it went well, and come back when it did not: a failed build leaves what the
/// last good one made.
pub(super) struct Leftovers {
    /// Those of our making, all that the journal has to forget.
    gone: Vec<BString>,
    /// Those of them that hold what we wrote, and where they lie.
    files: Vec<Leftover>,
}

struct Leftover {
    path: BString,
    real: PathBuf,
    aside: PathBuf,
}

/// Puts the outputs of the descriptions `scopes` that `graph` lacks aside. A file that holds something
/// else by now is not ours any more, and stays.
pub(super) fn put_aside(
    graph: &Graph,
    folder: &Path,
    scopes: &[&BStr],
    past: &Past,
    journal: &mut Journal,
    store: &Path,
) -> Result<Leftovers, Error> {
    let file = |name: u32| graph.file_at(past.path(name)?.index());
    let made = |name: u32| file(name).is_some_and(|file| graph.producer(file).is_some());
    let mut leftovers = Leftovers { gone: Vec::new(), files: Vec::new() };
    let names = if scopes.is_empty() { 0 } else { journal.names() };
    for name in 0..names {
        let Some(step) = journal.writer_of(name).map(|step| journal.step(step)) else { continue };
        if !scopes.contains(&journal.name(step.scope)) || made(name) {
            continue;
        }
        let path = journal.name(name).to_owned();
        let real = place(folder, path.as_bstr());
        let written = step.outputs.iter().map(|&version| journal.version(version));
        let written =
            written.filter(|(output, _)| *output == name).map(|(_, digest)| digest).next_back();
        let now = Content::look(&real, journal.seen(name)).map_err(Error::io("read", &real))?;
        let is_own_link = written == Some(Digest::LINK) && now.link;
        if is_own_link || (now.stamp.is_some() && Some(now.digest) == written) {
            let real = real.into_owned();
            let aside = sibling(&real, ASIDE);
            leftovers.files.push(Leftover { path: path.clone(), real, aside });
        }
        leftovers.gone.push(path);
    }
    if !leftovers.files.is_empty() {
        // A build that is cut off from here on finds them by this.
        journal.begin(&leftovers.paths()).map_err(Error::io("write", store))?;
    }
    for file in &leftovers.files {
        std::fs::rename(&file.real, &file.aside).map_err(Error::io("put aside", &file.real))?;
    }
    Ok(leftovers)
}

impl Leftovers {
    fn paths(&self) -> Vec<&BStr> {
        self.files.iter().map(|file| file.path.as_bstr()).collect()
    }

    /// Deletes them for good. Returns how many there were.
    pub(super) fn delete(
        self,
        journal: &mut Journal,
        observer: &dyn Observer,
    ) -> Result<usize, Error> {
        for file in &self.files {
            remove(&file.aside).map_err(Error::io("delete", &file.real))?;
            observer.event(Event::Swept { path: file.path.as_bstr() });
        }
        if !self.gone.is_empty() {
            journal.drop_outputs(&self.gone.iter().map(|path| path.as_bstr()).collect::<Vec<_>>());
        }
        Ok(self.files.len())
    }

    /// Puts them back.
    pub(super) fn restore(self, journal: &mut Journal, store: &Path) -> Result<(), Error> {
        for file in &self.files {
            std::fs::rename(&file.aside, &file.real).map_err(Error::io("restore", &file.real))?;
        }
        if self.files.is_empty() {
            return Ok(());
        }
        journal.leave(&self.paths()).map_err(Error::io("write", store))
    }
}

/// Deletes what steps that no longer exist left at their outputs' names when a build was cut off:
/// pieces of files that nobody makes. Returns how many there were.
pub(super) fn sweep_pieces(
    graph: &Graph,
    folder: &Path,
    journal: &Journal,
    observer: &dyn Observer,
) -> Result<usize, Error> {
    let made = |path: &BStr| graph.find(path).is_some_and(|file| graph.producer(file).is_some());
    let mut swept = 0;
    for name in journal.begun().filter(|&name| !made(journal.name(name))) {
        let path = journal.name(name);
        let real = place(folder, path);
        if real.is_file() && journal.writer_of(name).is_none() {
            remove(&real).map_err(Error::io("delete", &real))?;
            observer.event(Event::Swept { path });
            swept += 1;
        }
    }
    Ok(swept)
}
