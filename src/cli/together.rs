//! Several described combinations as one build: one graph, one folder of the engine, one part for each
//! build folder. Knows neither options nor fragments; runs nothing.

use std::path::Path;
use std::sync::Arc;

use bstr::{BString, ByteSlice};
use kconfig::store;
use rules::graph::{FileId, Graph};

use super::describe::{Described, Image, bytes_of};
use super::report;
use crate::checks;
use crate::engine::digest::Digest;
use crate::project::{App, Needs, Roots, compile_commands};
use crate::snapshot::{Given, Question, Snapshots, Witness};
use crate::toolchain::Toolchain;

/// All that is to be built.
pub(super) struct Together {
    pub(super) graph: Graph,
    pub(super) goals: Vec<FileId>,
    /// In the order of the graph's parts.
    pub(super) parts: Vec<Part>,
    /// The options that are on or off, by full name, sorted.
    pub(super) switches: Vec<BString>,
    snapshots: Snapshots,
    /// What the graphs are recognised by, if they can be.
    identity: Option<Vec<Digest>>,
}

/// What is built in one folder.
pub(super) struct Part {
    /// Its name among the application's: what nothing of this name makes any more goes.
    pub(super) scope: BString,
    pub(super) folder: std::path::PathBuf,
    pub(super) roots: Roots,
    pub(super) toolchain: Toolchain,
    pub(super) images: Vec<Image>,
    /// What options ask for, where fragments are to be checked by it.
    pub(super) needs: Option<Needs>,
}

impl Together {
    /// Puts what was described together; the configured combination comes first. None when nothing is
    /// to be built.
    pub(super) fn new(app: &App, mut all: Vec<Described>) -> miette::Result<Option<Together>> {
        all.retain(|described| !described.goals.is_empty());
        all.sort_by_key(|described| described.configuration.build != app.build());
        let several = all.iter().any(|one| one.configuration.build != all[0].configuration.build);
        let mut whole: Option<Together> = None;
        for described in all {
            let (name, mut next) = part(app, described)?;
            if several {
                next.graph.mark(&name);
            }
            whole = Some(match whole {
                None => next,
                Some(whole) => whole.with(next)?,
            });
        }
        Ok(whole)
    }

    /// Writes `compile_commands.json` into a folder, unless it is known to be that of this graph.
    pub(super) fn write_compile_commands(&self, folder: &Path) -> miette::Result<()> {
        let path = folder.join("compile_commands.json");
        let write = || {
            let database = compile_commands(&self.graph, folder);
            store::update(&path, &database).map_err(|error| report::file("write", &path, &error))
        };
        let Some(identity) = &self.identity else { return write().map(drop) };
        let compute = |witness: &Arc<Witness>| -> miette::Result<()> {
            write()?;
            witness.wrote(&path);
            Ok(())
        };
        let key = &(identity, &path);
        let question = Question { part: "compile-commands", key, given: &Given::new() };
        self.snapshots.recall(&question, compute).map(drop)
    }

    /// Waits until what was described has been kept for later builds.
    pub(super) fn finish(&self) {
        self.snapshots.finish();
    }

    /// Adds another one, which has one part.
    fn with(mut self, other: Together) -> miette::Result<Together> {
        self.identity = self.identity.zip(other.identity).map(|(own, other)| [own, other].concat());
        let known = |part: &&mut Part| part.folder == other.parts[0].folder;
        let goals: Vec<FileId> = match self.parts.iter_mut().find(known) {
            // The same folder, described for another platform of it.
            Some(part) => {
                part.images.extend(other.parts.into_iter().flat_map(|part| part.images));
                other.goals.iter().map(|&goal| self.graph.file(other.graph.path(goal))).collect()
            }
            None => {
                let ids = self.graph.join(other.graph);
                let ids = ids.map_err(|error| report::description(error.into()))?;
                self.parts.extend(other.parts);
                other.goals.iter().map(|goal| ids[goal.index()]).collect()
            }
        };
        for goal in goals {
            if !self.goals.contains(&goal) {
                self.goals.push(goal);
            }
        }
        Ok(self)
    }
}

/// One combination, as a part of what is built in the application's build folder; and its name.
fn part(app: &App, described: Described) -> miette::Result<(String, Together)> {
    let Described { roots, configuration, toolchain, mut graph, images, mut goals, .. } = described;
    let Described { switches, snapshots, identity, needs, .. } = described;
    if configuration.is_on("CHECK_HEADERS") && !images.is_empty() {
        let architecture = configuration.architecture;
        let place = checks::Place { core: &roots.core, build: &configuration.build, architecture };
        let added = checks::add_headers(&mut graph, place);
        goals.extend(added.map_err(|error| report::description(error.into()))?);
    }
    let folder = configuration.build;
    let below = folder.strip_prefix(app.build()).unwrap_or(&folder);
    let name = match below == Path::new("") {
        true => {
            let platforms: Vec<&str> =
                configuration.platforms.iter().map(|platform| platform.name()).collect();
            format!("{}-{}", platforms.join("+"), configuration.architecture)
        }
        false => below.display().to_string(),
    };
    let mut scope = BString::from("images");
    if below != Path::new("") {
        scope = bytes_of(below.as_os_str());
        graph.nest(&folder, scope.as_bstr());
    }
    let part = Part { scope, folder, roots, toolchain, images, needs };
    let identity = identity.map(|identity| vec![identity]);
    Ok((name, Together { graph, goals, parts: vec![part], switches, snapshots, identity }))
}
