//! `compile_commands.json`, which editors and analysers read. Knows the graph, not what made it.

use std::path::Path;

use bstr::ByteSlice;
use rules::graph::{Command, Graph};
use serde::Serialize;

#[derive(Serialize)]
struct Entry<'a> {
    directory: &'a str,
    file: String,
    arguments: Vec<String>,
    output: String,
}

/// The compilation database of a graph, as JSON: every step that compiles one source.
pub fn compile_commands(graph: &Graph, folder: &Path) -> Vec<u8> {
    let directory = folder.to_string_lossy();
    let entries: Vec<Entry<'_>> = graph
        .steps()
        .iter()
        .filter_map(|step| {
            let [Command::Exec { argv, .. }] = step.commands.as_slice() else { return None };
            let (&source, &output) = (step.inputs.first()?, step.outputs.first()?);
            argv.iter().any(|word| word == "-c").then(|| Entry {
                directory: &directory,
                file: graph.path(source).to_string(),
                arguments: argv.iter().map(|word| word.to_str_lossy().into_owned()).collect(),
                output: graph.path(output).to_string(),
            })
        })
        .collect();
    // Strings and lists of strings always have a JSON form.
    serde_json::to_vec_pretty(&entries).unwrap_or_default()
}
