//! Makefiles that fragments include and that the build makes: they are brought up to date first, and
//! the fragments read again, until what was read is what is there.

use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

use bstr::ByteSlice;
use rules::graph::{FileId, Graph};

use super::arguments::How;
use super::build::{self, Audience};
use super::describe::{Described, Show, Wanted, describe_build};
use super::progress::Progress;
use super::report;
use super::together::Together;
use crate::engine::Ahead;
use crate::project::App;
use crate::surroundings::Surroundings;

/// How often fragments are read before that is given up: one makefile may bring another.
const ROUNDS: usize = 10;

/// Configures and describes one combination, as its makefiles are when they have been made.
pub(super) fn describe(
    app: &App,
    wanted: Wanted<'_>,
    ahead: Option<&Ahead>,
    how: &How,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<Described> {
    let mut files = Vec::new();
    for _ in 0..ROUNDS {
        let found = describe_build(wanted, ahead, how.json, show, surroundings)?;
        if found.makefiles.is_empty() || how.dry_run {
            return Ok(found);
        }
        let paths = found.makefiles.iter().map(|&file| found.graph.path(file).to_path_lossy());
        files = paths.map(|path| path.into_owned()).collect();
        let before = contents(&files);
        if let Some(ahead) = ahead {
            ahead.disturb();
        }
        make(app, &found, how, show, surroundings)?;
        if contents(&files) == before {
            return Ok(found);
        }
    }
    let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    Err(miette::miette!(
        help = "let the rule write the file only when its content is another one",
        "what fragments include is different each time that it is made: {}",
        names.join(" ")
    ))
}

/// What brings a makefile: its step, or that of the folder that it is unpacked into.
fn goal(graph: &Graph, file: FileId) -> FileId {
    let path = graph.path(file).to_path_lossy();
    let mut places = path.ancestors().filter_map(|place| graph.find(place.as_os_str().as_bytes()));
    places.find(|&place| graph.producer(place).is_some()).unwrap_or(file)
}

fn contents(files: &[PathBuf]) -> Vec<Option<Vec<u8>>> {
    files.iter().map(|file| std::fs::read(file).ok()).collect()
}

/// Brings the makefiles alone up to date.
fn make(
    app: &App,
    found: &Described,
    how: &How,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<()> {
    let goals = found.makefiles.iter().map(|&file| goal(&found.graph, file)).collect();
    let part = Described { goals, images: Vec::new(), ..found.clone() };
    let Some(together) = Together::new(app, vec![part])? else { return Ok(()) };
    let Together { graph, goals, parts, switches, .. } = together;
    let settings = build::settings(app, &parts, how, surroundings);
    let progress = Progress::new(&graph, how, show, Arc::clone(&settings.cancel), surroundings);
    let audience = Audience { listeners: &[&progress], switches: &switches };
    let result = build::run(&graph, &goals, &settings, None, &audience)?;
    result.map(drop).map_err(|error| report::engine(error, &graph))
}
