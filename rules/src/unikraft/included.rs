//! Makefiles that fragments include and that steps make, such as generated lists of sources. Knows
//! which these are; whoever builds makes them first, and reads the fragments again.

use bstr::BString;

use super::core::Error;
use super::fragments::{Fragments, Registry};
use super::origins;
use crate::graph::{FileId, Graph};
use crate::make::{self, ErrorKind};

/// Enters into the graph what rules may make: what was not there, what lies in the build folder, and
/// targets. To be called before rules are looked for.
pub(super) fn enter(make: &Fragments, graph: &mut Graph) {
    let below = make.in_build(&[]);
    let may_be_made =
        |name: &&BString| name.starts_with(below.as_slice()) || make.rules().target(name).is_some();
    let missing = make.missing().iter().map(|one| &one.file);
    let read = make.included().iter().map(|one| &one.file);
    for name in missing.chain(read.filter(may_be_made)) {
        make.node(graph, name);
    }
}

/// Those that a step makes or that come out of an archive. One that has to be there, is not, and that
/// nothing makes is an error.
pub(super) fn made(make: &Fragments, graph: &Graph) -> Result<Vec<FileId>, Error> {
    let made = |name: &BString| {
        let path = make.node_path(name);
        let file = graph.find(&path)?;
        let is_made =
            graph.producer(file).is_some() || origins::folder(make, graph, &path).is_some();
        is_made.then_some(file)
    };
    let missing = make.missing().iter();
    if let Some(lost) = missing.clone().find(|one| !one.optional && made(&one.file).is_none()) {
        let kind = ErrorKind::Unreadable { file: lost.file.clone(), reason: lost.reason.clone() };
        return Err(make::Error::new(kind, lost.location.clone()).into());
    }
    let read = make.included().iter().map(|one| &one.file);
    let mut all: Vec<FileId> = missing.map(|one| &one.file).chain(read).filter_map(made).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// Whether none of those that are made was missing: goals that are not known by now never are.
pub(super) fn all_read(make: &Fragments, graph: &Graph, made: &[FileId]) -> bool {
    let mut missing = make.missing().iter().filter_map(|one| graph.find(make.node_path(&one.file)));
    !missing.any(|file| made.contains(&file))
}
