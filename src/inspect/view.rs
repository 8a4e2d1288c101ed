//! A graph as questions see it: what its goals need, what the last build found to be read, and which
//! library a step belongs to. Knows the layout of build folders; knows no questions.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use rules::graph::{FileId, Graph, StepId};

use crate::engine::History;

/// How a step has to do with a file that it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The description says that it is read.
    Input,
    /// The last build found that it is read.
    Found,
    /// It has to be there first.
    OrderOnly,
}

/// A described build to ask questions about.
pub struct View<'a> {
    /// Its steps.
    pub graph: &'a Graph,
    /// What is built.
    pub goals: &'a [FileId],
    /// The libraries in it, in the order of their registration.
    pub libraries: &'a [BString],
    /// The build folder.
    pub build: &'a Path,
    /// What the last build found.
    pub history: &'a History,
    needed: Vec<bool>,
}

impl<'a> View<'a> {
    /// A view of all that `goals` need.
    pub fn new(
        graph: &'a Graph,
        goals: &'a [FileId],
        libraries: &'a [BString],
        build: &'a Path,
        history: &'a History,
    ) -> View<'a> {
        let mut view = View { graph, goals, libraries, build, history, needed: Vec::new() };
        let steps = goals.iter().filter_map(|&goal| graph.producer(goal)).collect();
        view.needed = view.closure(steps);
        view
    }

    /// Per step: whether it is one of `steps` or comes before one.
    pub(super) fn closure(&self, mut steps: Vec<StepId>) -> Vec<bool> {
        let mut within = vec![false; self.graph.steps().len()];
        while let Some(step) = steps.pop() {
            if !std::mem::replace(&mut within[step.index()], true) {
                steps.extend(self.before(step));
            }
        }
        within
    }

    /// The steps that the goals need, in the description's order.
    pub fn steps(&self) -> impl Iterator<Item = StepId> + '_ {
        self.graph.step_ids().filter(|step| self.is_needed(*step))
    }

    /// Whether the goals need a step.
    pub fn is_needed(&self, step: StepId) -> bool {
        self.needed[step.index()]
    }

    /// The steps that `step` waits for.
    pub(super) fn before(&self, step: StepId) -> impl Iterator<Item = StepId> + '_ {
        let found = self.history.found(step).iter().filter_map(|path| self.graph.find(path));
        let found = found.filter_map(|file| self.graph.producer(file));
        self.graph.predecessors(step).chain(found).filter(move |&before| before != step)
    }

    /// All that a step waits for, each path once, in the strongest role that it has.
    pub fn needs(&self, step: StepId) -> Vec<(&BStr, Role)> {
        let described = self.graph.step(step);
        let path = |&file: &FileId| self.graph.path(file);
        let inputs = described.inputs().iter().map(|file| (path(file), Role::Input));
        let found = self.history.found(step).iter().map(|path| (path.as_bstr(), Role::Found));
        let waits = described.order_only().iter().map(|file| (path(file), Role::OrderOnly));
        let mut seen = std::collections::HashSet::new();
        inputs.chain(found).chain(waits).filter(|(path, _)| seen.insert(*path)).collect()
    }

    /// What a step reads, as far as it is known.
    pub fn reads(&self, step: StepId) -> impl Iterator<Item = &BStr> + '_ {
        let needs = self.needs(step).into_iter();
        needs.filter(|(_, role)| *role != Role::OrderOnly).map(|(path, _)| path)
    }

    /// The outputs of a step.
    pub fn outputs(&self, step: StepId) -> impl Iterator<Item = &BStr> + '_ {
        self.graph.step(step).outputs().iter().map(|&file| self.graph.path(file))
    }

    /// The library that a step works for: its files lie in the library's folder in the build folder,
    /// or have the library's name.
    pub fn library_of(&self, step: StepId) -> Option<&'a BStr> {
        self.outputs(step).find_map(|output| {
            let output = Path::new(OsStr::from_bytes(output)).strip_prefix(self.build).ok()?;
            let mut parts = output.iter().map(OsStrExt::as_bytes);
            let first = parts.next()?;
            let name = match parts.next() {
                Some(_) => first,
                None => {
                    let stem = first.strip_suffix(b".o")?;
                    stem.strip_suffix(b".ld").unwrap_or(stem)
                }
            };
            self.library(name)
        })
    }

    /// The library of that name.
    pub fn library(&self, name: &[u8]) -> Option<&'a BStr> {
        self.libraries.iter().map(|library| library.as_bstr()).find(|library| *library == name)
    }

    /// The needed steps of a library.
    pub fn steps_of<'s>(&'s self, library: &'s BStr) -> impl Iterator<Item = StepId> + 's {
        self.steps().filter(move |&step| self.library_of(step) == Some(library))
    }

    /// The step that makes the file at `path`.
    pub fn maker(&self, path: &BStr) -> Option<StepId> {
        self.graph.producer(self.graph.find(path)?)
    }

    /// Whether a step only stands for others under a name.
    pub fn is_group(&self, step: StepId) -> bool {
        self.graph.step(step).commands().is_empty()
    }
}
