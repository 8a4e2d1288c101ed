//! `compile_commands.json`, which editors and analysers read. Knows the graph, not what made it.

use std::borrow::Cow;
use std::path::Path;

use bstr::ByteSlice;
use rayon::prelude::*;
use rules::graph::{CommandRef, Graph, StepId};
use serde::Serialize;

#[derive(Serialize)]
struct Entry<'a> {
    directory: Cow<'a, str>,
    file: Cow<'a, str>,
    arguments: Vec<Cow<'a, str>>,
    output: Cow<'a, str>,
}

/// The compilation database of a graph, as JSON with a line for each entry: every step that compiles
/// one source, in the order of the graph's parts. Steps run in `folder` unless they have one of their
/// own.
pub fn compile_commands(graph: &Graph, folder: &Path) -> Vec<u8> {
    let steps: Vec<StepId> = graph.step_ids().collect();
    let line = |&step: &StepId| {
        let entry = entry(graph, folder, step)?;
        // Strings and lists of strings always have a JSON form.
        serde_json::to_vec(&entry).ok()
    };
    let lines: Vec<Vec<u8>> = steps.par_iter().with_min_len(64).filter_map(line).collect();
    let mut database =
        Vec::with_capacity(lines.iter().map(|line| line.len() + 2).sum::<usize>() + 4);
    database.extend_from_slice(b"[\n");
    for (number, line) in lines.iter().enumerate() {
        database.extend_from_slice(if number == 0 { b"" } else { b",\n" });
        database.extend_from_slice(line);
    }
    database.extend_from_slice(b"\n]\n");
    database
}

/// The entry of a step, if it compiles one source.
fn entry<'a>(graph: &'a Graph, folder: &'a Path, step: StepId) -> Option<Entry<'a>> {
    let step = graph.step(step);
    let Some(CommandRef::Exec { argv, .. }) = step.commands().only() else { return None };
    let (&source, &output) = (step.inputs().first()?, step.outputs().first()?);
    argv.iter().any(|word| word == "-c").then(|| Entry {
        directory: step.folder().unwrap_or(folder).to_string_lossy(),
        file: graph.path(source).to_str_lossy(),
        arguments: argv.iter().map(|word| word.to_str_lossy()).collect(),
        output: graph.path(output).to_str_lossy(),
    })
}
