//! `ukbuild clean` and `ukbuild properclean`: removing what builds made. The configuration stays.

use std::io;
use std::path::{Path, PathBuf};

use miette::{IntoDiagnostic, WrapErr};

use super::arguments::Clean;
use super::{Outcome, folder};
use crate::project::App;
use crate::surroundings::Surroundings;

/// Removes what was built; what was fetched stays, so that the next build works offline.
pub(super) fn clean(request: &Clean, surroundings: &Surroundings) -> Outcome {
    let app = App::open(&folder(&request.dir, surroundings))?;
    let build = app.build();
    remove_built(&build).into_diagnostic().wrap_err_with(|| cannot_clean(&build))?;
    Ok(0)
}

/// Removes the whole build folder.
pub(super) fn properclean(request: &Clean, surroundings: &Surroundings) -> Outcome {
    let app = App::open(&folder(&request.dir, surroundings))?;
    let build = app.build();
    match std::fs::remove_dir_all(&build) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).into_diagnostic().wrap_err_with(|| cannot_clean(&build))
        }
        _ => Ok(0),
    }
}

fn cannot_clean(build: &Path) -> String {
    format!("cannot clean {}", build.display())
}

/// Empties `folder` but for fetched files; removes the folders that end up empty.
fn remove_built(folder: &Path) -> io::Result<()> {
    let entries = match folder.read_dir() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let path = entry.path();
        if is_fetched(&path) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            remove_built(&path)?;
            remove_if_empty(&path)?;
        } else {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

fn remove_if_empty(folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        result => result,
    }
}

/// Origins, their marks, and the archives that they come from.
fn is_fetched(path: &Path) -> bool {
    let name = PathBuf::from(path.file_name().unwrap_or_default());
    let name = name.to_string_lossy();
    let archives = [".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".zip"];
    ["origin", ".origin", ".patched", ".chksum"].contains(&name.as_ref())
        || archives.iter().any(|suffix| name.ends_with(suffix))
}
