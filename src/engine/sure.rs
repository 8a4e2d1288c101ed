//! Steps of which it is sure what they write, as each of their commands is a program that is told so.
//! Knows how programs are told; runs nothing.

use bstr::BStr;
use rules::graph::{CommandRef, FileId, Graph, StepRef, Words};

/// Whether a step does no more than its outputs tell: each of its commands must be a program that is
/// told an output's name, or that of a file on the way there.
pub(super) fn is_sure(graph: &Graph, step: StepRef<'_>) -> bool {
    let is_told = |(at, command): (usize, CommandRef<'_>)| {
        let CommandRef::Exec { argv, stdout } = command else { return false };
        let named = |file: &FileId| {
            let path = graph.path(*file);
            argv.iter().any(|argument| argument.ends_with(path))
        };
        stdout.is_some()
            || step.outputs().iter().any(named)
            || on_the_way(graph, step, at, argv).is_some()
    };
    !step.always() && !step.outputs().is_empty() && step.commands().iter().enumerate().all(is_told)
}

/// Files that commands write for later ones of the same step, and that nothing else knows. Absolute
/// paths.
pub(super) fn passing<'g>(graph: &'g Graph, step: StepRef<'g>) -> impl Iterator<Item = &'g BStr> {
    step.commands().iter().enumerate().filter_map(move |(at, command)| match command {
        CommandRef::Exec { argv, .. } => on_the_way(graph, step, at, argv),
        _ => None,
    })
}

/// The file that the command at this place writes for a later one.
fn on_the_way<'g>(
    graph: &Graph,
    step: StepRef<'_>,
    at: usize,
    argv: Words<'g>,
) -> Option<&'g BStr> {
    let written = written(argv)?;
    let is_read = |command: CommandRef<'_>| match command {
        CommandRef::Exec { argv, .. } => argv.iter().skip(1).any(|argument| argument == written),
        _ => false,
    };
    let alone = written.starts_with(b"/") && graph.find(written).is_none();
    (alone && step.commands().iter().skip(at + 1).any(is_read)).then_some(written)
}

/// The file that a command is told to write: a compiler's or linker's behind `-o`, the last one that
/// objcopy is given when it is given two.
fn written(argv: Words<'_>) -> Option<&BStr> {
    let behind = argv.iter().position(|word| word == "-o").map(|at| at + 1);
    let program = argv.first()?;
    let files = || argv.iter().skip(1).filter(|word| word.starts_with(b"/"));
    let copies = program.ends_with(b"objcopy") && files().count() == 2;
    argv.get(behind.or_else(|| copies.then_some(argv.len() - 1))?)
}
