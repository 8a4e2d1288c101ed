//! What fragments say of libraries, compared with what was compiled: names that are exported and not
//! there, symbols of libraries that nobody asked for, headers that lean on others. Knows graphs and
//! objects; knows no fragment's language, and shows nothing.

mod exports;
mod headers;
mod library;
mod symbols;
mod text;
mod uses;

use std::path::{Path, PathBuf};

use bstr::BString;
use rules::graph::{Graph, StepId};

use crate::project::Needs;
pub use headers::{Place, add as add_headers};
use library::Library;
use uses::Headers;

/// Something that a fragment says wrongly, or does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A name is exported that the library does not define.
    Undefined {
        /// The library.
        library: BString,
        /// The name.
        name: String,
        /// The list of exported names.
        file: PathBuf,
        /// The line in it, from 1.
        line: u32,
    },
    /// A library uses another one that its options do not ask for.
    Undeclared {
        /// The library.
        library: BString,
        /// What it uses.
        name: String,
        /// Whose that is.
        other: BString,
        /// Where the library's options are.
        options: PathBuf,
        /// A line that uses it, if one names it.
        place: Option<(PathBuf, u32)>,
    },
}

/// The libraries of one build folder, and by which rules they go.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// What made them.
    pub graph: &'a Graph,
    /// The steps that are theirs.
    pub steps: &'a [StepId],
    /// The folder whose libraries have to obey.
    pub core: &'a Path,
    /// What options ask for.
    pub needs: &'a Needs,
}

/// What is wrong with the libraries of a folder that has been built.
pub fn problems(scope: Scope<'_>) -> Vec<Problem> {
    let libraries = Library::all(scope);
    let own = || libraries.iter().filter(|library| library.folder.starts_with(scope.core));
    let mut problems: Vec<Problem> = own().flat_map(exports::problems).collect();
    let headers = Headers::new(scope.core, &libraries);
    problems.extend(own().flat_map(|library| uses::problems(library, &headers, scope.needs)));
    problems
}
