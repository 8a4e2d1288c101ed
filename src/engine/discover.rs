//! What a step that was done turned out to depend on: the files that its depfile names, and the
//! options that its sources mention. Knows files and options; knows nothing of running.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bstr::{BString, ByteSlice};
use rules::graph::{Command, FileId, Graph, OptionHeader, StepId};

use super::digest::{Content, Digest};
use super::error::Error;
use super::files::{Files, PathId};
use super::fingerprint::by_option;
use super::mentions::{self, Mentions};
use super::stamp::Nanos;

/// When a step started, on the file system's clock and in things learnt.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub(super) tick: Nanos,
    pub(super) learnt: u64,
}

/// What a step read.
pub(super) struct Found {
    /// The declared inputs, in their order, as they count for this step.
    pub(super) inputs: Vec<(PathId, Digest)>,
    /// What only the depfile names.
    pub(super) discovered: Vec<(PathId, Digest)>,
    /// The options that count, by full name.
    pub(super) options: Vec<BString>,
    /// Files that were read before the steps that make them were done.
    pub(super) early: Vec<PathId>,
    /// What was read to digest it: path, digest and stamp to recognise it by.
    pub(super) read: Vec<(PathId, Content)>,
}

/// Mentions per file, so that a header is scanned once in a build.
#[derive(Default)]
pub(super) struct Scanned(Mutex<HashMap<(PathId, Digest), Arc<Mentions>>>);

/// Finds out what a step depends on, from its declared inputs and from what its depfile names.
pub(super) fn discover(
    graph: &Graph,
    folder: &Path,
    files: &Mutex<Files<'_>>,
    scanned: &Scanned,
    step: StepId,
    inputs: &[(PathId, Digest)],
    named: &[BString],
    start: Start,
) -> Result<Found, Error> {
    let mut found = Found {
        inputs: inputs.to_vec(),
        discovered: Vec::new(),
        options: Vec::new(),
        early: Vec::new(),
        read: Vec::new(),
    };
    let described = graph.step(step);
    if described.depfile.is_none() {
        return Ok(found);
    }
    let own: Vec<PathId> = described.outputs.iter().map(|&output| output.into()).collect();
    let base = described.folder.as_ref().map_or(folder.to_owned(), |own| folder.join(own));
    let mut unknown = Vec::new();
    {
        let mut files = lock(files);
        for name in named {
            let id = identify(graph, &mut files, folder, &base, name);
            let known = |(path, _): &(PathId, Digest)| *path == id;
            if own.contains(&id) || inputs.iter().any(known) || found.discovered.iter().any(known) {
                continue;
            }
            let digest = files.digest_before(id, start.learnt);
            if digest.is_none() {
                unknown.push((id, files.place(id).into_owned()));
            }
            found.discovered.push((id, digest.unwrap_or(Digest::UNSURE)));
        }
    }
    for (id, place) in unknown {
        let content = Content::look(&place, None).map_err(Error::io("read", &place))?;
        // What changed since the step started may have been read before or after that.
        let sure = content.stamp.is_none_or(|stamp| stamp.older_than(start.tick));
        if sure {
            let entry = found.discovered.iter_mut().find(|(path, _)| *path == id);
            entry.into_iter().for_each(|(_, digest)| *digest = content.digest);
            found.read.push((id, content));
        } else if lock(files).file(id).is_some_and(|file| graph.producer(file).is_some()) {
            found.early.push(id);
        }
    }
    if let Some(options) = &graph.options {
        count_options(graph, options, files, scanned, step, &mut found);
    }
    Ok(found)
}

fn lock<'a, 'g>(files: &'a Mutex<Files<'g>>) -> MutexGuard<'a, Files<'g>> {
    files.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The path that a depfile's name stands for. Where it goes up and down again, the graph's way of
/// writing it is looked for; when the graph has none the name is kept, for `..` behind a symbolic
/// link is not what it seems.
fn identify(
    graph: &Graph,
    files: &mut Files<'_>,
    folder: &Path,
    base: &Path,
    name: &BString,
) -> PathId {
    let path = base.join(OsStr::from_bytes(name));
    let mut plain = PathBuf::new();
    let mut kept = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                kept.push("..");
                plain.pop();
            }
            part => {
                kept.push(part);
                plain.push(part);
            }
        }
    }
    let relative = plain.strip_prefix(folder).ok();
    let spellings = [Some(plain.as_path()), relative];
    let known =
        spellings.into_iter().flatten().find_map(|path| graph.find(path.as_os_str().as_bytes()));
    match known {
        Some(file) => file.into(),
        None => files.id(kept.as_os_str().as_bytes().as_bstr()),
    }
}

/// Puts the options that the step's sources mention in the place of the option header, if it read
/// that; keeps the header when they may mean any option.
fn count_options(
    graph: &Graph,
    options: &OptionHeader,
    files: &Mutex<Files<'_>>,
    scanned: &Scanned,
    step: StepId,
    found: &mut Found,
) {
    let Some((header, by_name)) = by_option(graph) else { return };
    let all = || found.inputs.iter().chain(&found.discovered);
    if !all().any(|&(path, _)| path == header) {
        return;
    }
    let mut mentioned = Mentions::default();
    for argument in graph.step(step).commands.iter().flat_map(arguments) {
        mentioned.add(&mentions::scan_argument(argument, options.prefix.as_bstr()));
    }
    for &(path, digest) in all().filter(|(path, _)| *path != header) {
        mentioned.add(&scanned.of(path, digest, files, options));
    }
    if mentioned.any {
        return;
    }
    // A value may itself mention options.
    let mut pending: Vec<BString> = mentioned.names.iter().cloned().collect();
    while let Some(name) = pending.pop() {
        let Some(value) = options.values.get(&name) else { continue };
        let inner = mentions::scan_argument(value, options.prefix.as_bstr());
        let quoted = value.starts_with(b"\"");
        if inner.any && !quoted {
            return;
        }
        pending.extend(inner.names.difference(&mentioned.names).cloned());
        mentioned.names.extend(inner.names);
    }
    found.options = mentioned.names.into_iter().collect();
    let entries = found.inputs.iter_mut().chain(&mut found.discovered);
    entries.filter(|(path, _)| *path == header).for_each(|(_, digest)| *digest = by_name);
}

fn arguments(command: &Command) -> Vec<&[u8]> {
    match command {
        Command::Exec { argv, .. } => argv.iter().map(|argument| argument.as_slice()).collect(),
        Command::Shell { script, .. } => vec![script.as_slice()],
        Command::Write(_) => Vec::new(),
    }
}

impl Scanned {
    /// What a file mentions; everything when it cannot be read as what it was digested as.
    fn of(
        &self,
        path: PathId,
        digest: Digest,
        files: &Mutex<Files<'_>>,
        options: &OptionHeader,
    ) -> Arc<Mentions> {
        let known =
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(path, digest)).cloned();
        if let Some(known) = known {
            return known;
        }
        let place = lock(files).place(path).into_owned();
        let mentions = match std::fs::read(&place) {
            Ok(text) if Digest::of(&text) == digest => {
                mentions::scan(&text, options.prefix.as_bstr())
            }
            _ if digest == Digest::DIRECTORY || digest == Digest::ABSENT => Mentions::default(),
            _ => Mentions { any: true, ..Mentions::default() },
        };
        let mentions = Arc::new(mentions);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert((path, digest), mentions.clone());
        mentions
    }
}

/// The declared inputs of a step, as they are now.
pub(super) fn inputs(graph: &Graph, files: &Files<'_>, step: StepId) -> Vec<(PathId, Digest)> {
    let known = |file: FileId| (file.into(), files.digest(file.into()));
    super::plan::reads(graph, step).map(known).collect()
}
