//! A step as a graph shows it. Knows how a graph keeps its steps; changes nothing.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};

use super::row::{Head, Kind, Row, present};
use super::{Command, FileId, Graph, Origin, Step};
use crate::texts::Texts;

/// A step of a graph.
#[derive(Clone, Copy)]
pub struct StepRef<'g> {
    pub(super) graph: &'g Graph,
    pub(super) row: &'g Row,
}

/// The commands of a step.
#[derive(Clone, Copy)]
pub struct Commands<'g> {
    texts: &'g Texts,
    /// What they are put together from.
    code: &'g [u32],
    count: usize,
}

/// A command: what [`Command`] describes.
#[derive(Clone, Copy, Debug)]
pub enum CommandRef<'g> {
    /// Runs a program without a shell.
    Exec {
        /// The program, then its arguments.
        argv: Words<'g>,
        /// Where standard output goes.
        stdout: Option<FileId>,
    },
    /// Runs a script through a shell.
    Shell {
        /// The shell and its flags.
        shell: Words<'g>,
        /// The script.
        script: &'g BStr,
        /// A failure is shown and then passed over.
        ignore_failure: bool,
    },
    /// Writes these bytes to the step's only output.
    Write(&'g BStr),
}

/// Words of a command.
#[derive(Clone, Copy)]
pub struct Words<'g> {
    texts: &'g Texts,
    numbers: &'g [u32],
}

impl<'g> StepRef<'g> {
    /// See [`Step::tag`].
    pub fn tag(self) -> &'g str {
        self.string(self.row.tag)
    }

    /// See [`Step::label`].
    pub fn label(self) -> &'g str {
        self.string(self.row.label)
    }

    /// See [`Step::outputs`].
    pub fn outputs(self) -> &'g [FileId] {
        &self.graph.lists[self.row.outputs()]
    }

    /// See [`Step::inputs`].
    pub fn inputs(self) -> &'g [FileId] {
        &self.graph.lists[self.row.inputs()]
    }

    /// See [`Step::order_only`].
    pub fn order_only(self) -> &'g [FileId] {
        &self.graph.lists[self.row.order_only()]
    }

    /// See [`Step::depfile`].
    pub fn depfile(self) -> Option<FileId> {
        present(self.row.depfile).map(FileId)
    }

    /// See [`Step::folder`].
    pub fn folder(self) -> Option<&'g Path> {
        present(self.row.folder).map(|folder| self.path(folder))
    }

    /// See [`Step::environment`].
    pub fn environment(self) -> impl ExactSizeIterator<Item = (&'g BStr, &'g BStr)> {
        let texts = &self.graph.texts;
        let pairs = self.graph.code[self.row.environment()].chunks_exact(2);
        pairs.map(|pair| (texts.get(pair[0]), texts.get(pair[1])))
    }

    /// See [`Step::always`].
    pub fn always(self) -> bool {
        self.row.always != 0
    }

    /// See [`Step::origin`].
    pub fn origin(self) -> Option<Origin> {
        let file = self.path(present(self.row.origin)?).to_owned();
        Some(Origin { file, line: self.row.line })
    }

    /// See [`Step::commands`].
    pub fn commands(self) -> Commands<'g> {
        Commands {
            texts: &self.graph.texts,
            code: &self.graph.code[self.row.commands_from()..],
            count: self.row.commands as usize,
        }
    }

    /// The step as it was described.
    pub fn to_step(self) -> Step {
        Step {
            tag: self.tag().into(),
            label: self.label().into(),
            commands: self.commands().iter().map(CommandRef::to_command).collect(),
            outputs: self.outputs().into(),
            inputs: self.inputs().into(),
            order_only: self.order_only().into(),
            depfile: self.depfile(),
            folder: self.folder().map(Path::to_owned),
            environment: self
                .environment()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            always: self.always(),
            origin: self.origin(),
        }
    }

    fn string(self, text: u32) -> &'g str {
        // Both ways into a graph take nothing but UTF-8 here.
        self.graph.texts.get(text).to_str().unwrap_or_default()
    }

    fn path(self, text: u32) -> &'g Path {
        Path::new(OsStr::from_bytes(self.graph.texts.get(text)))
    }
}

impl fmt::Debug for StepRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths = |files: &[FileId]| files.iter().map(|&file| self.graph.path(file)).collect();
        let [outputs, inputs]: [Vec<&BStr>; 2] = [paths(self.outputs()), paths(self.inputs())];
        let commands: Vec<CommandRef> = self.commands().iter().collect();
        let mut shown = f.debug_struct("StepRef");
        shown.field("tag", &self.tag()).field("label", &self.label());
        shown.field("outputs", &outputs).field("inputs", &inputs).field("commands", &commands);
        shown.finish_non_exhaustive()
    }
}

impl CommandRef<'_> {
    /// The command as it was described.
    pub fn to_command(self) -> Command {
        match self {
            CommandRef::Exec { argv, stdout } => Command::Exec { argv: argv.to_vec(), stdout },
            CommandRef::Shell { shell, script, ignore_failure } => {
                Command::Shell { shell: shell.to_vec(), script: script.into(), ignore_failure }
            }
            CommandRef::Write(bytes) => Command::Write(bytes.into()),
        }
    }
}

impl<'g> Commands<'g> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.count
    }

    /// Whether there is none: the step is a group.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// The commands in their order.
    pub fn iter(self) -> impl Iterator<Item = CommandRef<'g>> + Clone {
        let Commands { texts, mut code, count } = self;
        (0..count).map(move |_| {
            let head = Head::of([code[0], code[1]]);
            let numbers = &code[Head::LENGTH..Head::LENGTH + head.words];
            code = &code[Head::LENGTH + head.words..];
            let words = Words { texts, numbers };
            match head.kind {
                Kind::Exec => {
                    CommandRef::Exec { argv: words, stdout: present(head.about).map(FileId) }
                }
                Kind::Shell | Kind::Try => CommandRef::Shell {
                    shell: words,
                    script: texts.get(head.about),
                    ignore_failure: head.kind == Kind::Try,
                },
                Kind::Write => CommandRef::Write(texts.get(head.about)),
            }
        })
    }

    /// The command, when there is exactly one.
    pub fn only(self) -> Option<CommandRef<'g>> {
        self.iter().next().filter(|_| self.count == 1)
    }
}

impl<'g> Words<'g> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.numbers.is_empty()
    }

    /// The word at a place.
    pub fn get(self, at: usize) -> Option<&'g BStr> {
        self.numbers.get(at).map(|&number| self.texts.get(number))
    }

    /// The first word: a program.
    pub fn first(self) -> Option<&'g BStr> {
        self.get(0)
    }

    /// The words in their order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = &'g BStr> + ExactSizeIterator + Clone {
        self.numbers.iter().map(move |&number| self.texts.get(number))
    }

    /// The words' numbers: those of the same word of a graph are the same.
    pub fn numbers(self) -> &'g [u32] {
        self.numbers
    }

    /// The words `size` at a time, and those left over at the end.
    pub fn groups(self, size: usize) -> (impl Iterator<Item = Words<'g>>, Words<'g>) {
        let Words { texts, numbers } = self;
        let groups = numbers.chunks_exact(size);
        let rest = Words { texts, numbers: groups.remainder() };
        (groups.map(move |numbers| Words { texts, numbers }), rest)
    }

    /// Copies of the words.
    pub fn to_vec(self) -> Vec<BString> {
        self.iter().map(BString::from).collect()
    }
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
