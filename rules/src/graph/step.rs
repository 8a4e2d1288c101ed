//! A step as it is described: what a graph is given. Knows nothing of how a graph keeps it.

use std::path::PathBuf;

use bstr::BString;

use super::{FileId, WordId};

/// The place in a fragment that asked for something; what diagnostics point at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The fragment.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: u32,
}

/// One process, or one thing as small, that a step does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Runs a program without a shell. An argument that is exactly the path of one of the step's
    /// outputs (or of its depfile), or ends in `=PATH` or `,PATH` with it, names the place that the
    /// program writes: the engine may put a temporary name there and rename afterwards.
    Exec {
        /// The program, then its arguments.
        argv: Vec<BString>,
        /// Where standard output goes, when it is one of the step's outputs.
        stdout: Option<FileId>,
    },
    /// The same, told by words that the graph of the step knows ([`Graph::word`](super::Graph::word)):
    /// many steps have most of their words in common.
    Words {
        /// The program, then its arguments.
        argv: Vec<WordId>,
        /// Where standard output goes, when it is one of the step's outputs.
        stdout: Option<FileId>,
    },
    /// Runs a script through a shell, for recipes that need one.
    Shell {
        /// The shell and its flags, for example `/bin/sh`, `-c`.
        shell: Vec<BString>,
        /// The script, handed over as one argument.
        script: BString,
        /// A failure is shown and then passed over (`-` in a recipe).
        ignore_failure: bool,
    },
    /// Writes these bytes to the step's only output, without a process.
    Write(BString),
}

/// One action: what it reads, what it writes, what it does.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// What kind of action, as shown to people: `CC`, `LD`, `OBJCOPY`.
    pub tag: String,
    /// What it is about, as shown to people: `libukboot: boot.o`.
    pub label: String,
    /// Done in order; the first failure ends the step. A step without commands groups its inputs
    /// under the name of its output (a phony target).
    pub commands: Vec<Command>,
    /// Every file that the commands write (without commands: the phony name).
    pub outputs: Vec<FileId>,
    /// Files whose contents the commands read.
    pub inputs: Vec<FileId>,
    /// Files that must be there first, but whose contents do not matter unless the depfile names
    /// them.
    pub order_only: Vec<FileId>,
    /// A dependency file in make's syntax that the commands write; it names further inputs.
    pub depfile: Option<FileId>,
    /// The folder to run in; the engine's build folder when absent.
    pub folder: Option<PathBuf>,
    /// Environment variables set for the commands, beyond what every step inherits.
    pub environment: Vec<(BString, BString)>,
    /// Whether to run even when nothing changed (a recipe whose target is phony).
    pub always: bool,
    /// Who asked for it.
    pub origin: Option<Origin>,
}
