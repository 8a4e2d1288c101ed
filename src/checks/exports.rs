//! Lists of exported names. Knows how they are written: a name a line, `#` begins a comment.

use std::path::Path;

use super::library::Library;
use super::{Problem, text};

/// The names that a library exports and that it does not have: neither in its object nor, for another
/// configuration, in a source.
pub(super) fn problems(library: &Library) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut sources: Option<Vec<String>> = None;
    for file in &library.exports {
        for (line, name) in names(&text::read(file)) {
            if library.whole.defined.contains(&name) {
                continue;
            }
            let sources = sources.get_or_insert_with(|| texts(library));
            if sources.iter().any(|text| text::has_word(text, &name)) {
                continue;
            }
            let (library, file) = (library.name.clone(), file.clone());
            problems.push(Problem::Undefined { library, name, file, line });
        }
    }
    problems
}

/// The names in a list and their lines, from 1.
fn names(list: &str) -> Vec<(u32, String)> {
    let name = |(number, line): (u32, &str)| {
        let name = line.split('#').next().unwrap_or_default().trim();
        // objcopy takes patterns, too.
        (!name.is_empty() && !name.contains(['*', '?', '['])).then(|| (number, name.to_owned()))
    };
    (1..).zip(list.lines()).filter_map(name).collect()
}

/// The library's sources, those of other configurations included.
fn texts(library: &Library) -> Vec<String> {
    let beside = text::sources(&library.folder);
    let elsewhere = |file: &&std::path::PathBuf| !file.starts_with(&library.folder);
    let others = library.sources.iter().filter(elsewhere).cloned();
    let read = |file: std::path::PathBuf| text::read(Path::new(&file));
    beside.chain(others).map(read).collect()
}
