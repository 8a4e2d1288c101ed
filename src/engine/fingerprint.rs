//! Compares a step with what it was when it was last done. Knows what a step depends on; knows
//! neither how to learn it nor how to run anything.
//!
//! A step's fingerprint is kept in parts, so that a difference has a name: the digest of its
//! commands, its tools, the version of each file that it reads, the options that its sources
//! mention, and the version of each file that it wrote.

use bstr::{BStr, ByteSlice};
use rules::graph::{FileId, Graph, StepId, StepRef};

use super::digest::{Digest, Digester};
use super::files::{Files, PathId};
use super::journal::Journal;
use super::plan::reads;
use super::reason::Reason;
use super::record::DoneRef;
use super::toolbox::Toolbox;
use super::{identity, recipe};

/// The journal, as seen from one graph.
pub(super) struct Past {
    /// Per step: the journal's number of its last run.
    done: Vec<Option<u32>>,
    /// Per name of the journal: its path, when it is one that matters here.
    paths: Vec<Option<PathId>>,
}

/// All that a comparison looks at.
#[derive(Clone, Copy)]
pub(super) struct Present<'a, 'g> {
    pub(super) graph: &'g Graph,
    pub(super) files: &'a Files<'g>,
    pub(super) journal: &'a Journal,
    pub(super) past: &'a Past,
    pub(super) toolbox: &'a Toolbox<'a>,
    /// Of the first versions, whether their paths hold them; where it is false, that is to be found out.
    pub(super) current: &'a [bool],
}

impl Past {
    /// Finds each step's last run, and the paths that those runs read and wrote.
    pub(super) fn new(graph: &Graph, journal: &Journal, files: &mut Files<'_>) -> Past {
        let mut past = Past {
            done: vec![None; graph.steps().len()],
            paths: vec![None; journal.names() as usize],
        };
        for name in 0..journal.names() {
            let Some(number) = journal.writer_of(name) else { continue };
            let Some(file) = graph.find(journal.name(name)) else { continue };
            past.paths[name as usize] = Some(file.into());
            let Some(step) = graph.producer(file) else { continue };
            if graph.step(step).outputs().first() == Some(&file) {
                past.done[step.index()] = Some(number);
            }
        }
        let mut known = vec![false; journal.versions() as usize];
        for number in past.done.iter().flatten() {
            let done = journal.step(*number);
            for &version in done.outputs.iter().chain(done.inputs).chain(done.discovered) {
                if !std::mem::replace(&mut known[version as usize], true) {
                    let (name, _) = journal.version(version);
                    let path = &mut past.paths[name as usize];
                    path.get_or_insert_with(|| files.id(journal.name(name)));
                }
            }
        }
        past
    }

    /// Per version: whether its path holds it now.
    pub(super) fn current(&self, files: &Files<'_>, journal: &Journal) -> Vec<bool> {
        let is_current = |version: u32| {
            let (name, digest) = journal.version(version);
            let now = self.path(name).map(|path| files.digest(path));
            digest != Digest::UNSURE && now == Some(digest)
        };
        (0..journal.versions()).map(is_current).collect()
    }

    /// The last run of a step.
    pub(super) fn done<'j>(&self, step: StepId, journal: &'j Journal) -> Option<DoneRef<'j>> {
        self.done[step.index()].map(|number| journal.step(number))
    }

    /// The files of the graph that a step was found to read in its last run.
    pub(super) fn found<'a>(
        &'a self,
        step: StepId,
        graph: &'a Graph,
        journal: &'a Journal,
    ) -> impl Iterator<Item = FileId> + 'a {
        let discovered = self.done(step, journal).map_or(&[][..], |done| done.discovered);
        let paths = self.paths(discovered, journal);
        paths.filter_map(|path| graph.file_at(path.index()))
    }

    /// The path of a name that some last run read or wrote.
    pub(super) fn path(&self, name: u32) -> Option<PathId> {
        self.paths.get(name as usize).copied().flatten()
    }

    /// The file that a version is of.
    pub(super) fn path_of(&self, version: u32, journal: &Journal) -> Option<PathId> {
        self.path(journal.version(version).0)
    }

    /// The files that versions are of.
    pub(super) fn paths<'a>(
        &'a self,
        versions: &'a [u32],
        journal: &'a Journal,
    ) -> impl Iterator<Item = PathId> + 'a {
        versions.iter().filter_map(|&version| self.path_of(version, journal))
    }

    /// Per path: the name that the journal has for it.
    pub(super) fn names(&self, count: usize) -> Vec<Option<u32>> {
        let mut names = vec![None; count];
        for (name, path) in self.paths.iter().enumerate() {
            if let Some(path) = path {
                names[path.index()] = Some(name as u32);
            }
        }
        names
    }
}

/// The option header of a step's part, and the digest that stands for it where its readers depend
/// on options by name.
pub(super) fn by_option(graph: &Graph, step: StepId) -> Option<(PathId, Digest)> {
    let options = graph.options_of(step)?;
    let digest = Digester::default().part(b"options by name").part(&options.prefix).finish();
    Some((options.file.into(), digest))
}

impl Present<'_, '_> {
    /// Why a step runs, all of them being `watched`; none when it does not.
    pub(super) fn reason_to_run(&self, id: StepId, watched: bool) -> Option<Reason> {
        let acts = watched && !self.graph.step(id).commands().is_empty();
        self.reason(id).or(acts.then_some(Reason::Watched))
    }

    /// Why a step has to run; none when nothing that it depends on is different.
    fn reason(&self, id: StepId) -> Option<Reason> {
        let step = self.graph.step(id);
        if step.commands().is_empty() {
            return None;
        }
        let Some(done) = self.past.done(id, self.journal) else {
            return Some(Reason::NeverBuilt);
        };
        if step.always() {
            return Some(Reason::Always);
        }
        self.command(id, done)
            .or_else(|| self.tools(step, done))
            .or_else(|| self.options(id, done))
            .or_else(|| self.inputs(id, done))
            .or_else(|| self.discovered(id, done))
            .or_else(|| self.outputs(step, done))
    }

    fn command(&self, id: StepId, done: DoneRef<'_>) -> Option<Reason> {
        if identity::of(self.graph, id).0 == done.recipe {
            return None;
        }
        let step = self.graph.step(id);
        let old = self.journal.recipe(done);
        let (removed, added) = match old {
            Some(old) => recipe::difference(&old, &recipe::text(self.graph, step)),
            None => (Vec::new(), Vec::new()),
        };
        Some(Reason::CommandChanged { removed, added })
    }

    /// Looks at the tools of the last run only: a program that was found since then was guessed
    /// from a script, or made by the build.
    fn tools(&self, step: StepRef<'_>, done: DoneRef<'_>) -> Option<Reason> {
        let now = self.toolbox.of(step);
        done.tools.iter().find_map(|&tool| {
            let (name, digest) = self.journal.tool(tool);
            let name = self.journal.name(name);
            let same = now.iter().any(|(known, now)| known.as_ref() == name && *now == digest);
            (!same).then(|| Reason::ToolChanged(name.to_owned()))
        })
    }

    fn options(&self, id: StepId, done: DoneRef<'_>) -> Option<Reason> {
        let values = self.graph.options_of(id).map(|options| &options.values);
        done.settings.iter().find_map(|&setting| {
            let (name, old) = self.journal.setting(setting);
            let new = values.and_then(|values| values.get(name)).map(|value| value.as_bstr());
            (old != new).then(|| Reason::OptionChanged {
                name: name.to_owned(),
                old: old.map(BStr::to_owned),
                new: new.map(BStr::to_owned),
            })
        })
    }

    fn inputs(&self, id: StepId, done: DoneRef<'_>) -> Option<Reason> {
        let mut known = done.inputs.iter();
        for file in reads(self.graph, id) {
            match known.next().map(|&version| (version, self.path_of(version))) {
                Some((version, Some(path))) if path == file.into() => {
                    if !self.is_current(id, version) {
                        return Some(self.difference(version));
                    }
                }
                _ => return self.inputs_as_sets(id, done),
            }
        }
        if known.next().is_some() { self.inputs_as_sets(id, done) } else { None }
    }

    /// The inputs differ in order at least.
    fn inputs_as_sets(&self, id: StepId, done: DoneRef<'_>) -> Option<Reason> {
        let now: Vec<PathId> = reads(self.graph, id).map(PathId::from).collect();
        let before: Vec<PathId> = self.past.paths(done.inputs, self.journal).collect();
        if let Some(&added) = now.iter().find(|path| !before.contains(path)) {
            return Some(Reason::InputAdded(self.files.path(added).to_owned()));
        }
        if let Some(&removed) = before.iter().find(|path| !now.contains(path)) {
            return Some(Reason::InputRemoved(self.files.path(removed).to_owned()));
        }
        let changed = done.inputs.iter().find(|&&version| !self.is_current(id, version))?;
        Some(self.difference(*changed))
    }

    fn discovered(&self, id: StepId, done: DoneRef<'_>) -> Option<Reason> {
        let changed = done.discovered.iter().find(|&&version| !self.is_current(id, version))?;
        Some(self.difference(*changed))
    }

    fn outputs(&self, step: StepRef<'_>, done: DoneRef<'_>) -> Option<Reason> {
        for &version in done.outputs {
            let (name, digest) = self.journal.version(version);
            let path = self.path_of(version);
            let now = path.map_or(Digest::ABSENT, |path| self.files.digest(path));
            if digest == Digest::LINK && path.is_some_and(|path| self.files.is_link(path)) {
                continue;
            }
            // A file that the step did not write either time is missing still.
            if now == Digest::ABSENT {
                return Some(Reason::OutputMissing(self.journal.name(name).to_owned()));
            }
            if now != digest {
                return Some(Reason::OutputChanged(self.journal.name(name).to_owned()));
            }
        }
        debug_assert_eq!(
            step.outputs().len(),
            done.outputs.len(),
            "outputs are part of the recipe"
        );
        None
    }

    fn path_of(&self, version: u32) -> Option<PathId> {
        self.past.path_of(version, self.journal)
    }

    fn is_current(&self, id: StepId, version: u32) -> bool {
        if self.current.get(version as usize) == Some(&true) {
            return true;
        }
        let Some(path) = self.path_of(version) else { return false };
        let (_, digest) = self.journal.version(version);
        digest != Digest::UNSURE
            && (digest == self.files.digest(path)
                || by_option(self.graph, id) == Some((path, digest)))
    }

    fn difference(&self, version: u32) -> Reason {
        let (name, digest) = self.journal.version(version);
        let name = self.journal.name(name).to_owned();
        let now = self.path_of(version).map_or(Digest::ABSENT, |path| self.files.digest(path));
        match (now, digest) {
            (Digest::ABSENT, _) => Reason::InputVanished(name),
            (_, Digest::UNSURE) => Reason::InputUnsure(name),
            _ => Reason::InputChanged(name),
        }
    }
}
