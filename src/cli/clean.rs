//! `ukbuild clean` and `ukbuild properclean`: removing what builds made. The configuration stays.

use std::io;
use std::path::{Path, PathBuf};

use super::arguments::Clean;
use super::describe::Show;
use super::{Outcome, folder, report};
use crate::engine::{self, Event, Observer};
use crate::project::App;
use crate::surroundings::Surroundings;

/// Removes what was built; what was fetched stays, so that the next build works offline.
pub(super) fn clean(request: &Clean, surroundings: &Surroundings) -> Outcome {
    let app = App::open(&folder(&request.dir, surroundings), surroundings)?;
    let build = app.build();
    let result = while_idle(&build, || remove_built(&build))?;
    result.map_err(|error| report::file("clean", &build, &error))?;
    Ok(0)
}

/// Removes the whole build folder.
pub(super) fn properclean(request: &Clean, surroundings: &Surroundings) -> Outcome {
    let app = App::open(&folder(&request.dir, surroundings), surroundings)?;
    let build = app.build();
    match while_idle(&build, || std::fs::remove_dir_all(&build))? {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(report::file("remove", &build, &error))
        }
        _ => Ok(0),
    }
}

/// Not in the middle of a build.
fn while_idle<T>(build: &Path, act: impl FnOnce() -> T) -> miette::Result<T> {
    engine::while_idle(build, &Waiting, act).map_err(|error| report::plain(&error))
}

struct Waiting;

impl Observer for Waiting {
    fn event(&self, event: Event<'_>) {
        if let Event::Waiting { .. } = event {
            Show::Errors.line("waiting for the build that runs here");
        }
    }
}

/// Empties the build folder but for fetched files, which lie in libraries' folders, and what the
/// engine knows of them; removes the folders that end up empty.
fn remove_built(build: &Path) -> io::Result<()> {
    for path in entries(build)? {
        if path.file_name().is_some_and(|name| name == ".ukbuild") {
            continue;
        }
        if !is_folder(&path)? {
            std::fs::remove_file(&path)?;
            continue;
        }
        // Another combination has a build folder of its own in this one.
        if path.join(".ukbuild").is_dir() {
            remove_built(&path)?;
            continue;
        }
        let unpacked = path.join(".origin").exists();
        for inner in entries(&path)? {
            if !(unpacked && is_fetched(&inner)) {
                remove(&inner)?;
            }
        }
        remove_if_empty(&path)?;
    }
    Ok(())
}

/// What is in a folder; nothing when it is not there.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries?.map(|entry| entry.map(|entry| entry.path())).collect(),
    }
}

fn is_folder(path: &Path) -> io::Result<bool> {
    Ok(path.symlink_metadata()?.is_dir())
}

fn remove(path: &Path) -> io::Result<()> {
    if is_folder(path)? { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }
}

fn remove_if_empty(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        result => result,
    }
}

/// Origins, their marks, and the archives that they come from.
fn is_fetched(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let archives = [".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".zip"];
    ["origin", ".origin", ".patched", ".chksum"].contains(&name.as_ref())
        || archives.iter().any(|suffix| name.ends_with(suffix))
}
