//! The text of what a step does, to be digested and compared. Knows commands; knows neither their
//! inputs nor what programs stand behind their names.

use std::collections::HashMap;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use rules::graph::{CommandRef, Graph, StepRef, Words};

use super::script;

/// What the parts of a text begin with that no argument has.
pub(super) const MARK: u8 = 1;

/// Takes what a step does, piece by piece.
pub(super) trait Sink<'g> {
    /// Takes what the next words are, and how many there are.
    fn mark(&mut self, what: &str, words: usize);

    /// Takes one of them.
    fn word(&mut self, word: &[u8]);

    /// Takes a command, with its mark.
    fn command(&mut self, argv: Words<'g>) {
        self.mark(COMMAND, argv.len());
        argv.iter().for_each(|word| self.word(word));
    }
}

/// The mark of a command that is run without a shell.
pub(super) const COMMAND: &str = "exec";

/// Tells all that a step does.
pub(super) fn tell<'g>(graph: &'g Graph, step: StepRef<'g>, sink: &mut impl Sink<'g>) {
    for command in step.commands().iter() {
        match command {
            CommandRef::Exec { argv, stdout } => {
                sink.command(argv);
                if let Some(stdout) = stdout {
                    sink.mark("stdout", 1);
                    sink.word(graph.path(stdout));
                }
            }
            CommandRef::Shell { shell, script, ignore_failure } => {
                sink.mark(if ignore_failure { "try" } else { "shell" }, shell.len() + 1);
                shell.iter().for_each(|word| sink.word(word));
                sink.word(script);
            }
            CommandRef::Write(bytes) => {
                sink.mark("write", 1);
                sink.word(blake3::hash(bytes).to_hex().as_bytes());
            }
        }
    }
    sink.mark("outputs", step.outputs().len());
    step.outputs().iter().for_each(|&output| sink.word(graph.path(output)));
    sink.mark("environment", step.environment().len());
    for (name, value) in step.environment() {
        sink.word(&[name.as_bytes(), b"=", value].concat());
    }
    if let Some(depfile) = step.depfile() {
        sink.mark("depfile", 1);
        sink.word(graph.path(depfile));
    }
    if let Some(folder) = step.folder() {
        sink.mark("in", 1);
        sink.word(folder.as_os_str().as_bytes());
    }
}

/// All that a step does, as words that each end in a zero byte. Equal texts are equal actions.
pub(super) fn text(graph: &Graph, step: StepRef<'_>) -> Vec<u8> {
    let mut text = Text(Vec::with_capacity(256));
    tell(graph, step, &mut text);
    text.0
}

/// The same with the folder that the commands run in always told; `folder` is the engine's.
pub(super) fn text_in(graph: &Graph, step: StepRef<'_>, folder: &Path) -> Vec<u8> {
    let mut text = Text(text(graph, step));
    if step.folder().is_none() {
        text.mark("in", 1);
        text.word(folder.as_os_str().as_bytes());
    }
    text.0
}

/// The programs that a step's commands start, as they name them.
pub(super) fn programs(step: StepRef<'_>) -> impl Iterator<Item = &BStr> {
    step.commands().iter().filter_map(|command| match command {
        CommandRef::Exec { argv, .. } => argv.first().map(|program| program.as_bstr()),
        CommandRef::Shell { shell, .. } => shell.first().map(|program| program.as_bstr()),
        CommandRef::Write(_) => None,
    })
}

/// The programs that a step's scripts seem to start.
pub(super) fn guessed_programs(step: StepRef<'_>) -> impl Iterator<Item = &BStr> {
    let scripts = step.commands().iter().filter_map(|command| match command {
        CommandRef::Shell { script, .. } => Some(script),
        CommandRef::Exec { .. } | CommandRef::Write(_) => None,
    });
    scripts.flat_map(|script| script::programs(script))
}

/// The words that only the old and only the new text have, in their order.
pub(super) fn difference(old: &[u8], new: &[u8]) -> (Vec<BString>, Vec<BString>) {
    let mut count: HashMap<&[u8], i64> = HashMap::new();
    words(new).for_each(|word| *count.entry(word).or_default() += 1);
    words(old).for_each(|word| *count.entry(word).or_default() -= 1);
    let mut take = |word: &&[u8], sign: i64| {
        let left = count.get_mut(*word).filter(|left| **left * sign > 0);
        left.map(|left| *left -= sign).is_some()
    };
    let added = words(new).filter(|word| take(word, 1)).map(BString::from).collect();
    let removed = words(old).filter(|word| take(word, -1)).map(BString::from).collect();
    (removed, added)
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let parts = text.split(|&byte| byte == 0).filter(|part| part.first() != Some(&MARK));
    parts.flat_map(|part| part.split(u8::is_ascii_whitespace)).filter(|word| !word.is_empty())
}

/// A text that grows.
#[derive(Default)]
pub(super) struct Text(pub(super) Vec<u8>);

impl Sink<'_> for Text {
    fn mark(&mut self, what: &str, words: usize) {
        self.0.push(MARK);
        self.0.extend_from_slice(what.as_bytes());
        // Writing to memory never fails.
        let _ = write!(self.0, " {words}\0");
    }

    fn word(&mut self, word: &[u8]) {
        self.0.extend_from_slice(word);
        self.0.push(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::graph::{Command, Step};

    fn exec(argv: &[&str]) -> Step {
        let argv = argv.iter().map(|&word| word.into()).collect();
        Step { commands: vec![Command::Exec { argv, stdout: None }], ..Step::default() }
    }

    fn text(graph: &Graph, step: &Step) -> Vec<u8> {
        // In a graph of its own, for several steps may have the same outputs here.
        let mut graph = graph.clone();
        let id = graph.add(step.clone()).unwrap();
        super::text(&graph, graph.step(id))
    }

    #[test]
    fn every_part_counts() {
        let mut graph = Graph::new();
        let base = exec(&["cc", "-c", "a.c"]);
        let mut others = vec![exec(&["cc", "-c a.c"]), exec(&["cc", "-c", "a.c", ""])];
        others.push(Step { folder: Some("/tmp".into()), ..base.clone() });
        others.push(Step { environment: vec![("A".into(), "b".into())], ..base.clone() });
        others.push(Step { depfile: Some(graph.file("a.d")), ..base.clone() });
        others.push(Step { outputs: vec![graph.file("a.o")], ..base.clone() });
        let mut twice = base.clone();
        twice.commands.extend(base.commands.clone());
        others.push(twice);
        for other in &others {
            assert_ne!(text(&graph, &base), text(&graph, other));
        }
        assert_eq!(text(&graph, &base), text(&graph, &base.clone()));
    }

    #[test]
    fn differences_are_words() {
        let graph = Graph::new();
        let old = text(&graph, &exec(&["cc", "-O2", "-g", "-g", "a.c"]));
        let new = text(&graph, &exec(&["cc", "-Os", "-g", "a.c", "-DX=1"]));
        let (removed, added) = difference(&old, &new);
        assert_eq!(removed, ["-O2", "-g"]);
        assert_eq!(added, ["-Os", "-DX=1"]);
    }
}
