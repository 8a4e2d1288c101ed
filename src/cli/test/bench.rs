//! What is tested: the application at hand, or, where there is none, one made for the core's
//! libraries; and which of its libraries are meant. Knows no results.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::ByteSlice;

use super::super::cache;
use super::super::describe::{Show, Wanted, describe_build};
use super::{tests_of, text};
use crate::project::{App, Roots, Suites};
use crate::surroundings::Surroundings;

/// Names less alike than this are not taken for mistyped.
const ALIKE: f64 = 0.8;

/// An application whose tests are built.
pub(super) struct Bench {
    pub(super) app: App,
    /// The environment to build it in.
    pub(super) surroundings: Surroundings,
    /// The libraries that were named, as images name them.
    named: Vec<String>,
    /// Those of the core that the application was made for; none where it is the user's.
    known: Option<Vec<String>>,
}

impl Bench {
    /// Finds or makes the application. A first word that is the path of a folder names it.
    pub(super) fn find(words: &[OsString], surroundings: &Surroundings) -> miette::Result<Bench> {
        let mut words = words.iter().peekable();
        let is_folder = |word: &&OsString| {
            word.as_bytes().contains(&b'/') || is_app(&surroundings.resolve(Path::new(word)))
        };
        let folder = words.next_if(is_folder).map(|word| surroundings.resolve(Path::new(word)));
        let mut named: Vec<String> = words.map(|word| full(text(word))).collect();
        named.dedup();
        let here = folder.clone().unwrap_or_else(|| surroundings.folder.clone());
        if folder.is_some() || is_app(&here) {
            let surroundings = surroundings.clone();
            let app = tests_of(&here, &surroundings)?;
            return Ok(Bench { app, surroundings, named, known: None });
        }
        Bench::of_core(&here, named, surroundings)
    }

    fn of_core(
        here: &Path,
        named: Vec<String>,
        surroundings: &Surroundings,
    ) -> miette::Result<Bench> {
        let core = Roots::core_around(here, surroundings)?;
        let suites = Suites { core: &core, libraries: &named };
        let folder = folder(&core, &named, surroundings)?;
        suites.write(&folder).map_err(super::report::project)?;
        let known = Some(suites.known().collect());
        let mut surroundings = surroundings.clone();
        surroundings.environment.insert("UK_ROOT".into(), core.into());
        let app = tests_of(&folder, &surroundings)?;
        Ok(Bench { app, surroundings, named, known })
    }

    /// The libraries whose tests are wanted; all when none was named. Each has to be in an image.
    pub(super) fn libraries(&self, wanted: &[Wanted<'_>]) -> miette::Result<Vec<String>> {
        if self.named.is_empty() {
            return Ok(Vec::new());
        }
        let mut linked = BTreeSet::new();
        for &wanted in wanted {
            let found = describe_build(wanted, None, false, Show::Errors, &self.surroundings)?;
            linked.extend(found.libraries.iter().map(|name| name.to_str_lossy().into_owned()));
        }
        let known: BTreeSet<&String> = linked.iter().chain(self.known.iter().flatten()).collect();
        // The application's own library is called without `lib`.
        let found = |name: &String| match name.strip_prefix("lib") {
            Some(short) if linked.contains(short) => Ok(short.to_owned()),
            _ if linked.contains(name) => Ok(name.clone()),
            _ => Err(missing(name, &known)),
        };
        self.named.iter().map(found).collect()
    }
}

/// Whether a folder is an application. Parts of a core have fragments, too.
fn is_app(folder: &Path) -> bool {
    folder.join("Makefile.uk").is_file() && !is_of_core(folder)
}

/// Whether a folder lies in a core.
fn is_of_core(folder: &Path) -> bool {
    let has = |folder: &Path, name: &str| folder.join(name).is_file();
    folder.ancestors().any(|folder| has(folder, "Config.uk") && has(folder, "version.mk"))
}

/// `ukalloc` as images name it.
fn full(name: String) -> String {
    if name.starts_with("lib") { name } else { format!("lib{name}") }
}

/// Where the application for some libraries of a core lies.
fn folder(core: &Path, named: &[String], surroundings: &Surroundings) -> miette::Result<PathBuf> {
    let Some(cache) = cache::folder(surroundings) else {
        let help = "set HOME or XDG_CACHE_HOME, or name an application's folder";
        return Err(miette::miette!(help = help, "there is no folder to build the tests in"));
    };
    let mut hasher = blake3::Hasher::new();
    hasher.update(core.as_os_str().as_bytes());
    for name in named {
        hasher.update(b"\0").update(name.as_bytes());
    }
    let digest = hasher.finalize().to_hex();
    Ok(cache.join("tests").join(&digest[..16]).join("suites"))
}

/// A library that is not there, or not in any image.
fn missing(name: &str, known: &BTreeSet<&String>) -> miette::Report {
    if known.iter().any(|known| *known == name) {
        let option = name.to_ascii_uppercase().replace('-', "_");
        let help = format!("`ukbuild config why {option}` tells what keeps it out");
        return miette::miette!(help = help, "{name} is in none of the images");
    }
    let alike = known.iter().map(|known| (strsim::jaro_winkler(name, known), known));
    let alike = alike.filter(|(alike, _)| *alike >= ALIKE);
    let help = match alike.max_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((_, known)) => format!("did you mean {known}?"),
        None => "`ukbuild query libs` lists what there is".to_owned(),
    };
    miette::miette!(help = help, "there is no library {name}")
}
