//! What a step that was done turned out to depend on: the files that its depfile names, and the
//! options that its sources mention. Knows files and options; knows nothing of running.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use bstr::{BStr, BString, ByteSlice};
use hashbrown::{HashMap, HashSet};
use rules::graph::{CommandRef, FileId, Graph, OptionHeader, StepId};

use super::digest::{Content, Digest};
use super::error::Error;
use super::files::{Files, PathId};
use super::fingerprint::by_option;
use super::held;
use super::mentions::{self, Mentions};
use super::stamp::{Nanos, Stamp, Watch};

/// When a step started, on the file system's clock and in things learnt. What is older than this
/// was there before.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub(super) at: Nanos,
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

/// A file to look at again.
struct Doubtful {
    path: PathId,
    place: PathBuf,
    /// Whether it was a link then.
    link: bool,
    /// The digest and stamp that it was last seen with.
    seen: Option<(Digest, Stamp)>,
    /// What it held before the step started, when that is known.
    before: Option<Digest>,
}

/// What is known of files that many steps read.
#[derive(Default)]
pub(super) struct Scanned {
    /// Mentions per file, so that a header is scanned once in a build.
    mentions: Mutex<HashMap<(PathId, Digest), Arc<Mentions>>>,
    /// The paths that absolute names in depfiles stand for.
    paths: Mutex<HashMap<BString, PathId>>,
}

/// Where to look.
#[derive(Clone, Copy)]
pub(super) struct Inquiry<'a, 'g> {
    pub(super) graph: &'g Graph,
    pub(super) folder: &'a Path,
    pub(super) files: &'a Mutex<Files<'g>>,
    pub(super) scanned: &'a Scanned,
    pub(super) clock: &'a Watch,
}

impl<'g> Inquiry<'_, 'g> {
    /// Finds out what a step depends on, from its declared inputs and from what its depfile names.
    pub(super) fn ask(
        &self,
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
        if self.graph.step(step).depfile().is_none() {
            return Ok(found);
        }
        for doubtful in self.recall(step, named, start, &mut found) {
            let Doubtful { path, place, link, seen, before } = doubtful;
            let look = if link { Content::look_behind } else { Content::look };
            let content = look(&place, seen).map_err(Error::io("read", &place))?;
            // What changed since the step started may have been read before or after that.
            let is_older = |stamp: Stamp| stamp.older_than(start.at) && !self.clock.has_jumped();
            if before == Some(content.digest) || content.stamp.is_none_or(is_older) {
                let entry = found.discovered.iter_mut().find(|(known, _)| *known == path);
                entry.into_iter().for_each(|(_, digest)| *digest = content.digest);
                found.read.push((path, content));
            }
        }
        if let Some(options) = self.graph.options_of(step) {
            self.count_options(options, step, &mut found);
        }
        Ok(found)
    }

    /// Puts the named files among the found ones, with what they held before the step started.
    /// Returns those of which that is not known for sure.
    fn recall(
        &self,
        step: StepId,
        named: &[BString],
        start: Start,
        found: &mut Found,
    ) -> Vec<Doubtful> {
        let step = self.graph.step(step);
        let own = step.outputs().iter().map(|&output| PathId::from(output));
        let inputs = found.inputs.iter().map(|&(path, _)| path);
        let mut listed: HashSet<PathId> = own.chain(inputs).collect();
        let base = step.folder().as_ref().map(|own| self.folder.join(own));
        let base = base.as_deref().unwrap_or(self.folder);
        let mut doubtful = Vec::new();
        let mut files = self.files();
        let mut known = held(&self.scanned.paths);
        for name in named {
            let id = known.get(name).copied().unwrap_or_else(|| {
                let id = self.identify(&mut files, base, name);
                if name.starts_with(b"/") {
                    known.insert(name.clone(), id);
                }
                id
            });
            if !listed.insert(id) {
                continue;
            }
            if files.was_expected(id, start.learnt) {
                found.early.push(id);
            }
            let before = files.digest_before(id, start.learnt);
            let mut digest = before.unwrap_or(Digest::UNSURE);
            if before.is_none() || files.is_doubtful(id) {
                let (place, seen) = (files.place(id).into_owned(), files.seen(id));
                let link = files.is_link(id);
                doubtful.push(Doubtful { path: id, place, link, seen, before });
                digest = Digest::UNSURE;
            }
            found.discovered.push((id, digest));
        }
        doubtful
    }

    fn files(&self) -> MutexGuard<'_, Files<'g>> {
        held(self.files)
    }

    /// The path that a depfile's name stands for. Where it goes up and down again, the graph's way
    /// of writing it is looked for; when the graph has none the name is kept, for `..` behind a
    /// symbolic link is not what it seems.
    fn identify(&self, files: &mut Files<'_>, base: &Path, name: &BString) -> PathId {
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
        let spellings = [Some(plain.as_path()), plain.strip_prefix(self.folder).ok()];
        let mut spellings = spellings.into_iter().flatten();
        match spellings.find_map(|path| self.graph.find(path.as_os_str().as_bytes())) {
            Some(file) => file.into(),
            None => files.id(kept.as_os_str().as_bytes().as_bstr()),
        }
    }

    /// Puts the options that the step's sources mention in the place of the option header, if it
    /// read that; keeps the header when they may mean any option.
    fn count_options(&self, options: &OptionHeader, step: StepId, found: &mut Found) {
        let Some((header, by_name)) = by_option(self.graph, step) else { return };
        let all = || found.inputs.iter().chain(&found.discovered);
        if !all().any(|&(path, _)| path == header) {
            return;
        }
        let prefix = options.prefix.as_bstr();
        let mut mentioned = Mentions::default();
        for argument in self.graph.step(step).commands().iter().flat_map(arguments) {
            mentioned.add(&mentions::scan_argument(argument, prefix));
        }
        for &(path, digest) in all().filter(|(path, _)| *path != header) {
            mentioned.add(&self.mentions(path, digest, prefix));
        }
        // A value may itself mention options.
        let mut pending: Vec<BString> = mentioned.names.iter().cloned().collect();
        while let Some(value) = pending.pop().map(|name| options.values.get(&name)) {
            let inner = value.map(|value| mentions::scan(value, prefix)).unwrap_or_default();
            pending.extend(inner.names.difference(&mentioned.names).cloned());
            mentioned.add(&inner);
        }
        if mentioned.any {
            return;
        }
        found.options = mentioned.names.into_iter().collect();
        let entries = found.inputs.iter_mut().chain(&mut found.discovered);
        entries.filter(|(path, _)| *path == header).for_each(|(_, digest)| *digest = by_name);
    }

    /// What a file mentions; everything when it cannot be read as what it was digested as.
    fn mentions(&self, path: PathId, digest: Digest, prefix: &BStr) -> Arc<Mentions> {
        if let Some(known) = held(&self.scanned.mentions).get(&(path, digest)) {
            return known.clone();
        }
        let place = self.files().place(path).into_owned();
        let mentions = match std::fs::read(&place) {
            Ok(text) if Digest::of(&text) == digest => mentions::scan(&text, prefix),
            _ if digest == Digest::DIRECTORY || digest == Digest::ABSENT => Mentions::default(),
            _ => Mentions { any: true, ..Mentions::default() },
        };
        let mentions = Arc::new(mentions);
        held(&self.scanned.mentions).insert((path, digest), mentions.clone());
        mentions
    }
}

fn arguments(command: CommandRef<'_>) -> Vec<&BStr> {
    match command {
        CommandRef::Exec { argv, .. } => argv.iter().collect(),
        CommandRef::Shell { script, .. } => vec![script],
        CommandRef::Write(_) => Vec::new(),
    }
}

/// The declared inputs of a step, as they are now.
pub(super) fn inputs(graph: &Graph, files: &Files<'_>, step: StepId) -> Vec<(PathId, Digest)> {
    let known = |file: FileId| (file.into(), files.digest(file.into()));
    super::plan::reads(graph, step).map(known).collect()
}
