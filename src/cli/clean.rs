//! `ukbuild clean` and `ukbuild properclean`: removing what builds made. The configuration stays.

use std::io;
use std::path::{Path, PathBuf};

use bstr::BString;

use super::arguments::Clean;
use super::describe::Show;
use super::{Outcome, folder, report};
use crate::engine::{self, Event, Observer};
use crate::project::App;
use crate::surroundings::Surroundings;

/// `ukbuild clean`
pub(super) fn clean(request: &Clean, surroundings: &Surroundings) -> Outcome {
    built(&App::open(&folder(&request.dir, surroundings), surroundings)?)
}

/// `ukbuild properclean`
pub(super) fn properclean(request: &Clean, surroundings: &Surroundings) -> Outcome {
    everything(&App::open(&folder(&request.dir, surroundings), surroundings)?)
}

/// Removes what was built; what was fetched stays, so that the next build works offline.
pub(super) fn built(app: &App) -> Outcome {
    idle(&app.build(), remove_built)
}

/// Removes what was built of some libraries. Images stay, and what was fetched.
pub(super) fn libraries(app: &App, names: &[BString]) -> Outcome {
    idle(&app.build(), |build| {
        for name in names {
            let path = |ending: &str| build.join(format!("{name}{ending}"));
            for joined in [".o", ".ld.o", ".a"].map(path) {
                remove_if_there(&joined)?;
            }
            remove_built_of(&path(""))?;
        }
        Ok(())
    })
}

/// Removes the whole build folder.
pub(super) fn everything(app: &App) -> Outcome {
    idle(&app.build(), |build| if_there(std::fs::remove_dir_all(build)))
}

/// Removes the whole build folder and the configuration.
pub(super) fn everything_and_configuration(app: &App) -> Outcome {
    everything(app)?;
    let path = app.configuration();
    let beside = |ending: &str| {
        let mut name = path.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    for path in [path.clone(), beside(".old")] {
        remove_if_there(&path).map_err(|error| report::file("remove", &path, &error))?;
    }
    Ok(0)
}

/// Does something to the build folder while no build runs in it.
fn idle(build: &Path, act: impl FnOnce(&Path) -> io::Result<()>) -> Outcome {
    let result = engine::while_idle(build, &Waiting, || act(build));
    let result = result.map_err(|error| report::plain(&error))?;
    result.map_err(|error| report::file("clean", build, &error))?;
    Ok(0)
}

struct Waiting;

impl Observer for Waiting {
    fn event(&self, event: Event<'_>) {
        if let Event::Waiting { .. } = event {
            Show::Errors.line("waiting for the build that runs here");
        }
    }
}

/// Empties the build folder but for configurations, fetched files, which lie in libraries' folders, and
/// what the engine knows of them; removes the folders that end up empty.
fn remove_built(build: &Path) -> io::Result<()> {
    for path in entries(build)? {
        if path.file_name().is_some_and(|name| name == ".ukbuild" || name == ".config") {
            continue;
        }
        if !is_folder(&path)? {
            std::fs::remove_file(&path)?;
            continue;
        }
        // Another combination has a build folder of its own in this one.
        if path.join(".config").is_file() {
            remove_built(&path)?;
            continue;
        }
        remove_built_of(&path)?;
    }
    Ok(())
}

/// Empties the folder of a library but for fetched files.
fn remove_built_of(folder: &Path) -> io::Result<()> {
    let unpacked = folder.join(".origin").exists();
    for inner in entries(folder)? {
        if !(unpacked && is_fetched(&inner)) {
            remove(&inner)?;
        }
    }
    if_there(remove_if_empty(folder))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    if_there(std::fs::remove_file(path))
}

/// What is gone already need not be removed.
fn if_there(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
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
