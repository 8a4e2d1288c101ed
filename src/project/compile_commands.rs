//! `compile_commands.json`, which editors and analysers read. Knows the graph, not what made it.

use std::borrow::Cow;
use std::path::Path;

use bstr::ByteSlice;
use rules::graph::{CommandRef, Graph};
use serde::Serialize;

#[derive(Serialize)]
struct Entry<'a> {
    directory: Cow<'a, str>,
    file: String,
    arguments: Vec<String>,
    output: String,
}

/// The compilation database of a graph, as JSON: every step that compiles one source, in the order of
/// the graph's parts. Steps run in `folder` unless they have one of their own.
pub fn compile_commands(graph: &Graph, folder: &Path) -> Vec<u8> {
    let entries: Vec<Entry<'_>> = graph
        .steps()
        .filter_map(|step| {
            let Some(CommandRef::Exec { argv, .. }) = step.commands().only() else { return None };
            let (&source, &output) = (step.inputs().first()?, step.outputs().first()?);
            argv.iter().any(|word| word == "-c").then(|| Entry {
                directory: step.folder().unwrap_or(folder).to_string_lossy(),
                file: graph.path(source).to_string(),
                arguments: argv.iter().map(|word| word.to_str_lossy().into_owned()).collect(),
                output: graph.path(output).to_string(),
            })
        })
        .collect();
    // Strings and lists of strings always have a JSON form.
    serde_json::to_vec_pretty(&entries).unwrap_or_default()
}
