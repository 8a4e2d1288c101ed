//! The programs that the steps of one build start, and their digests. Knows how commands name
//! programs; leaves it to [`Tools`] what a program is.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use rules::graph::{Graph, StepId, StepRef};

use super::digest::{Digest, Digester};
use super::error::{Error, MissingProgram};
use super::files::{Files, PathId};
use super::recipe;
use super::tools::{Identity, Tools};

/// Programs by the name that finds them.
pub(super) struct Toolbox<'a> {
    folder: &'a Path,
    tools: HashMap<BString, Tool>,
}

struct Tool {
    files: Vec<PathId>,
    more: Vec<u8>,
    digest: Digest,
    is_there: bool,
}

impl<'a> Toolbox<'a> {
    /// Identifies every program of `steps`, except those that the build itself makes.
    pub(super) fn gather(
        graph: &Graph,
        steps: &[StepId],
        folder: &'a Path,
        tools: &dyn Tools,
        files: &mut Files<'_>,
    ) -> Result<Toolbox<'a>, Error> {
        let mut toolbox = Toolbox { folder, tools: HashMap::new() };
        let mut missing = Vec::new();
        for &id in steps {
            let step = graph.step(id);
            let sure = recipe::programs(step).map(|program| (program, true));
            for (program, sure) in sure.chain(guessed(step)) {
                let key = toolbox.key(step, program);
                let known =
                    toolbox.tools.get(key.as_ref()).is_some_and(|tool| tool.is_there || !sure);
                if known || is_built(graph, program) {
                    continue;
                }
                let key = key.into_owned();
                let identity = tools.identify(key.as_bstr(), folder);
                if identity.is_none() && sure {
                    missing.push(MissingProgram {
                        program: program.to_owned(),
                        step: id,
                        wanted_by: title(graph, id),
                        origin: step.origin(),
                    });
                }
                toolbox.add(key, identity, files);
            }
        }
        if missing.is_empty() { Ok(toolbox) } else { Err(Error::MissingPrograms(missing)) }
    }

    /// Adds a program; one that is not there does not count.
    fn add(&mut self, key: BString, identity: Option<Identity>, files: &mut Files<'_>) {
        let is_there = identity.is_some();
        let Identity { files: paths, more } = identity.unwrap_or_default();
        let paths = paths.iter().map(|path| files.id(path.as_os_str().as_bytes().as_bstr()));
        let tool = Tool { files: paths.collect(), more, digest: Digest::ABSENT, is_there };
        self.tools.insert(key, tool);
    }

    /// A program's name, made absolute where a step's own folder decides what it means.
    fn key<'p>(&self, step: StepRef<'_>, program: &'p BStr) -> Cow<'p, BStr> {
        match step.folder() {
            Some(folder) if program.contains(&b'/') && !program.starts_with(b"/") => {
                let path = self.folder.join(folder).join(OsStr::from_bytes(program));
                Cow::Owned(path.as_os_str().as_bytes().into())
            }
            _ => Cow::Borrowed(program),
        }
    }

    /// All files that stand behind the programs.
    pub(super) fn files(&self) -> impl Iterator<Item = PathId> + '_ {
        self.tools.values().flat_map(|tool| tool.files.iter().copied())
    }

    /// Digests all programs, once their files were looked at.
    pub(super) fn settle(&mut self, files: &Files<'_>) {
        for tool in self.tools.values_mut() {
            let mut digester = Digester::default();
            digester.part(&tool.more);
            for &file in &tool.files {
                digester.part(files.path(file)).part(&files.digest(file).0);
            }
            tool.digest = digester.finish();
        }
    }

    /// The programs of a step, each once, with their digests.
    pub(super) fn of<'s>(&self, step: StepRef<'s>) -> Vec<(Cow<'s, BStr>, Digest)> {
        let mut found: Vec<(Cow<'s, BStr>, Digest)> = Vec::with_capacity(1);
        for (key, tool) in self.tools_of(step) {
            if !found.iter().any(|(known, _)| *known == key) {
                found.push((key, tool.digest));
            }
        }
        found
    }

    /// The files that stand behind the programs of a step.
    pub(super) fn files_of(&self, step: StepRef<'_>) -> impl Iterator<Item = PathId> {
        self.tools_of(step).flat_map(|(_, tool)| tool.files.iter().copied())
    }

    fn tools_of<'s>(&self, step: StepRef<'s>) -> impl Iterator<Item = (Cow<'s, BStr>, &Tool)> {
        let all = recipe::programs(step).chain(recipe::guessed_programs(step));
        all.filter_map(move |program| {
            let key = self.key(step, program);
            let tool = self.tools.get(key.as_ref()).filter(|tool| tool.is_there)?;
            Some((key, tool))
        })
    }
}

fn guessed(step: StepRef<'_>) -> impl Iterator<Item = (&BStr, bool)> {
    recipe::guessed_programs(step).map(|program| (program, false))
}

fn is_built(graph: &Graph, program: &BStr) -> bool {
    graph.find(program).is_some_and(|file| graph.producer(file).is_some())
}

/// What a step is about, as shown to people.
pub(super) fn title(graph: &Graph, id: StepId) -> String {
    let step = graph.step(id);
    let words = [step.tag(), step.label()];
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() { graph.name_of(id).to_string() } else { words.join(" ") }
}
