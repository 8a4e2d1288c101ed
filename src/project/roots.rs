//! Where the core and the external libraries are: named by the user, in a checkout, or installed
//! beside the program. Knows folders only.

use std::path::{Path, PathBuf};

use bstr::ByteSlice;

use super::{App, ProjectError};
use crate::surroundings::Surroundings;

/// The source trees of one build.
#[derive(Clone, Debug)]
pub struct Roots {
    /// The core.
    pub core: PathBuf,
    /// The application's external libraries: as `L=` lists them, or in the order of their names.
    pub libraries: Vec<PathBuf>,
    /// External platforms (`P=`).
    pub platforms: Vec<PathBuf>,
}

impl Roots {
    /// Finds the trees that `app` is built from.
    pub fn find(app: &App, surroundings: &Surroundings) -> Result<Roots, ProjectError> {
        let core = find_core(app, surroundings)?;
        let platforms = listed("P", &core, app, surroundings)?.unwrap_or_default();
        let libraries = match listed("L", &core, app, surroundings)? {
            Some(libraries) => libraries,
            None => of_kraft(app, surroundings)?,
        };
        for path in [&app.folder, &core].into_iter().chain(&libraries).chain(&platforms) {
            rules::unikraft::check_path(path).map_err(ProjectError::Path)?;
        }
        Ok(Roots { core, libraries, platforms })
    }

    /// The core for what is done in a folder that is no application: the one that is named, or that the
    /// folder is in, or that lies above it or above the program.
    pub fn core_around(
        folder: &Path,
        surroundings: &Surroundings,
    ) -> Result<PathBuf, ProjectError> {
        if let Some(core) = named_core(surroundings) {
            return core;
        }
        let above = folder.ancestors().map(Path::to_owned);
        let bundled = trees(folder, surroundings).map(|tree| tree.join("unikraft"));
        let mut places = above.chain([folder.join("unikraft")]).chain(bundled);
        places.find_map(|root| is_core(&root)).ok_or(ProjectError::NoCore)
    }
}

/// The core that the environment names, if it does.
fn named_core(surroundings: &Surroundings) -> Option<Result<PathBuf, ProjectError>> {
    let root = surroundings.resolve(Path::new(surroundings.variable("UK_ROOT")?));
    Some(is_core(&root).ok_or(ProjectError::BadCore { root }))
}

/// The folders that a variable lists: relative ones are the core's.
fn listed(
    variable: &'static str,
    core: &Path,
    app: &App,
    surroundings: &Surroundings,
) -> Result<Option<Vec<PathBuf>>, ProjectError> {
    let word = surroundings.word(variable).map(|value| value.as_encoded_bytes());
    let Some(value) = word.or(app.call.variable(variable).map(|value| value.as_bytes())) else {
        return Ok(None);
    };
    let folders = value.split(|byte| *byte == b':').filter(|folder| !folder.trim().is_empty());
    let folders = folders.map(|folder| {
        let folder = core.join(folder.trim().to_path_lossy());
        let there = folder.canonicalize().ok();
        there
            .filter(|folder| folder.join("Makefile.uk").is_file())
            .ok_or(ProjectError::NoFragment { variable, folder })
    });
    folders.collect::<Result<_, _>>().map(Some)
}

/// The libraries that kraft.yaml names.
fn of_kraft(app: &App, surroundings: &Surroundings) -> Result<Vec<PathBuf>, ProjectError> {
    let shelves = shelves(app, surroundings);
    let mut libraries = Vec::new();
    for (name, component) in &app.kraft.libraries {
        let own = component.source.as_ref().map(|source| app.folder.join(source));
        let mut places: Vec<PathBuf> = own
            .into_iter()
            .chain(
                shelves
                    .iter()
                    .flat_map(|shelf| [shelf.join(name), shelf.join(format!("lib-{name}"))]),
            )
            .collect();
        let mut seen = std::collections::HashSet::new();
        places.retain(|place| seen.insert(place.clone()));
        let found = places.iter().find(|place| place.join("Makefile.uk").is_file());
        match found.map(|place| place.canonicalize()) {
            Some(Ok(place)) => libraries.push(place),
            _ => {
                return Err(ProjectError::NoLibrary { name: name.clone(), looked: places });
            }
        }
    }
    Ok(libraries)
}

fn find_core(app: &App, surroundings: &Surroundings) -> Result<PathBuf, ProjectError> {
    if let Some(core) = named_core(surroundings) {
        return core;
    }
    let own = app.kraft.unikraft.source.as_ref().map(|source| app.folder.join(source));
    let bundled = trees(&app.folder, surroundings).map(|tree| tree.join("unikraft"));
    let found = own.into_iter().chain(bundled).find_map(|root| is_core(&root));
    app.call.core().or(found).ok_or(ProjectError::NoCore)
}

pub(super) fn is_core(root: &Path) -> Option<PathBuf> {
    let there = root.join("Config.uk").is_file() && root.join("Makefile.uk").is_file();
    there.then(|| root.canonicalize().ok()).flatten()
}

/// The folders that hold libraries.
fn shelves(app: &App, surroundings: &Surroundings) -> Vec<PathBuf> {
    let named = surroundings.variable("UK_LIBS").map(|path| surroundings.resolve(Path::new(path)));
    named
        .into_iter()
        .chain(trees(&app.folder, surroundings).map(|tree| tree.join("libs")))
        .collect()
}

/// The folders that may hold `unikraft/`, `libs/` and `apps/`: those above a folder, those above the program (a checkout's `target/`), and the share folder of an installed program.
fn trees<'a>(
    folder: &'a Path,
    surroundings: &'a Surroundings,
) -> impl Iterator<Item = PathBuf> + use<'a> {
    let above = folder.ancestors().skip(1);
    let program = surroundings.program.as_deref();
    let installed = program
        .and_then(|program| program.parent())
        .and_then(Path::parent)
        .map(|prefix| prefix.join("share/ukbuild"));
    let above_program = program.into_iter().flat_map(|program| program.ancestors().skip(1));
    above.map(Path::to_owned).chain(installed).chain(above_program.map(Path::to_owned))
}
