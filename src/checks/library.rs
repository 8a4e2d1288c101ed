//! A library as a graph tells of it: its joined object, what it exports, its sources. Knows how the
//! rules name files; reads objects, but judges nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use bstr::{BStr, BString, ByteSlice};
use rules::graph::{CommandRef, StepRef};

use super::Scope;
use super::symbols::Symbols;

/// What names a list of exported symbols on objcopy's command line.
const EXPORTS: &[u8] = b"--keep-global-symbols=";

/// A library that was linked.
pub(super) struct Library {
    pub(super) name: BString,
    /// Where the fragment is that most of it comes from.
    pub(super) folder: PathBuf,
    /// The fragments that list its sources.
    pub(super) fragments: BTreeSet<PathBuf>,
    /// The lists of what it exports.
    pub(super) exports: Vec<PathBuf>,
    /// What it is compiled from.
    pub(super) sources: Vec<PathBuf>,
    /// Symbols before any were hidden.
    pub(super) whole: Symbols,
    /// Symbols that others see.
    pub(super) shown: Symbols,
}

impl Library {
    /// All libraries whose objects can be read. Those of link-time optimisation have no symbols yet.
    pub(super) fn all(scope: Scope<'_>) -> Vec<Library> {
        let steps = || scope.steps.iter().map(|&step| scope.graph.step(step));
        let mut compiled: BTreeMap<BString, Vec<StepRef<'_>>> = BTreeMap::new();
        for step in steps().filter(|step| compiles(*step)) {
            if let Some(name) = library_of(step) {
                compiled.entry(name.into()).or_default().push(step);
            }
        }
        let libraries = steps().filter(|step| step.tag() == "OBJCOPY").filter_map(|step| {
            let path = |&file| scope.graph.path(file).to_path_lossy().into_owned();
            let output = step.outputs().first().map(path)?;
            let joined = output.with_extension("ld.o");
            step.inputs().iter().map(path).find(|input| *input == joined)?;
            let name = BString::from(output.file_stem()?.as_encoded_bytes());
            let own = compiled.get(&name).map(Vec::as_slice).unwrap_or_default();
            let fragments = own.iter().filter_map(|step| Some(step.origin()?.file));
            let folder = most_common(fragments.clone())?.parent()?.to_owned();
            let fragments = fragments.collect();
            let sources = own.iter().filter_map(|step| step.inputs().first().map(path)).collect();
            let (whole, shown) = (Symbols::read(&joined)?, Symbols::read(&output)?);
            let exports = exports(step);
            Some(Library { name, folder, fragments, exports, sources, whole, shown })
        });
        libraries.collect()
    }
}

fn most_common(files: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
    files.for_each(|file| *counts.entry(file).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(file, _)| file)
}

/// Whether a step compiles a source.
pub(super) fn compiles(step: StepRef<'_>) -> bool {
    match step.commands().only() {
        Some(CommandRef::Exec { argv, .. }) => argv.iter().any(|word| word == "-c"),
        _ => false,
    }
}

/// The library that a source is compiled for: the rules tell the compiler.
pub(super) fn library_of(step: StepRef<'_>) -> Option<&BStr> {
    let Some(CommandRef::Exec { argv, .. }) = step.commands().only() else { return None };
    let name = argv.iter().find_map(|word| word.strip_prefix(b"-D__LIBNAME__="))?;
    Some(name.as_bstr())
}

fn exports(step: StepRef<'_>) -> Vec<PathBuf> {
    let Some(CommandRef::Exec { argv, .. }) = step.commands().only() else { return Vec::new() };
    let named = argv.iter().filter_map(|word| word.strip_prefix(EXPORTS));
    named.map(|path| path.to_path_lossy().into_owned()).collect()
}
