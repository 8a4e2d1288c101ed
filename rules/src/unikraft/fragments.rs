//! The evaluator that fragments run in, and what the native side says to it over and over: lists of
//! words, registrations, folders. Knows how variables are read and written, not which.

use std::collections::BTreeSet;
use std::path::Path;

use bstr::{BString, ByteSlice};

use crate::graph::{Command, FileId, Graph, Origin, StepId};
use crate::make::{self, Evaluator, Flavor, Location, Origin as From};

use super::origins::{Patches, Upstream};
use super::words;

/// What the macros keep for the graph.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The build folder.
    pub(super) build: BString,
    /// Tag and text that the recipe line being expanded announced.
    pub(super) announced: Option<(String, String)>,
    /// The libraries that have something to link: their names stand for their objects.
    pub(super) libraries: BTreeSet<BString>,
    /// Folders below the build folder that fragments asked for by macro.
    pub(super) folders: BTreeSet<BString>,
    /// Upstream sources that libraries asked for.
    pub(super) origins: Vec<Upstream>,
    /// Patches for upstream sources.
    pub(super) patches: Vec<Patches>,
    /// Phony targets that are files as others are: what makes them is known not to do more than that.
    pub(super) products: BTreeSet<FileId>,
    /// Steps that need phony targets, and run each time if one of those is no such file or runs
    /// each time itself.
    pub(super) followers: Vec<(StepId, Vec<FileId>)>,
}

/// Fragments and their variables.
pub(super) type Fragments = Evaluator<State>;

/// The bytes of a path.
pub(super) fn bytes(path: &Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes()
}

/// Parts of a path or a name, joined.
pub(super) fn concat(parts: &[&[u8]]) -> BString {
    parts.concat().into()
}

/// A place, as the graph tells it.
pub(super) fn origin(location: &Location) -> Origin {
    Origin { file: location.file().to_path_lossy().into_owned(), line: location.line }
}

/// What the native side does with an evaluator.
pub(super) trait Registry {
    /// The words that a variable expands to.
    fn words(&mut self, name: &[u8]) -> make::Result<Vec<BString>>;
    /// The words of `NAME` and of `NAME-y`.
    fn all_words(&mut self, name: &[u8]) -> make::Result<Vec<BString>>;
    /// Adds a word to a list.
    fn append(&mut self, name: &[u8], word: &[u8]) -> make::Result<()>;
    /// Gives a variable a value that is not expanded again.
    fn set(&mut self, name: &[u8], value: &[u8]);
    /// Reads a fragment that has to be there.
    fn include(&mut self, path: &[u8]) -> make::Result<()>;
    /// Reads the fragment of a library or a platform in `folder`.
    fn import(&mut self, folder: &[u8]) -> make::Result<()>;
    /// A path in the build folder, its parts joined.
    fn in_build(&self, parts: &[&[u8]]) -> BString;
    /// The words of a variable, each with the line that gave it.
    fn words_with_origins(&mut self, name: &[u8]) -> make::Result<Vec<(BString, Option<Origin>)>>;
    /// A command's text as something to run.
    fn command(&mut self, text: &[u8]) -> make::Result<Command>;
    /// A script for the shell that fragments ask for.
    fn script(&mut self, text: &[u8]) -> make::Result<Command>;
    /// The file or phony target that a word in a list or a rule stands for.
    fn node(&self, graph: &mut Graph, name: &[u8]) -> FileId;
    /// Whether it is a folder that fragments take for made.
    fn is_build_folder(&self, name: &[u8]) -> bool;
    /// Its path in the graph.
    fn node_path(&self, name: &[u8]) -> BString;
}

impl Registry for Fragments {
    fn words(&mut self, name: &[u8]) -> make::Result<Vec<BString>> {
        let value = self.value_of(name)?;
        Ok(value.fields().map(BString::from).collect())
    }

    fn all_words(&mut self, name: &[u8]) -> make::Result<Vec<BString>> {
        let mut words = self.words(name)?;
        words.extend(self.words(&concat(&[name, b"-y"]))?);
        Ok(words)
    }

    fn append(&mut self, name: &[u8], word: &[u8]) -> make::Result<()> {
        // Blanks around the arguments of a `call` are part of them.
        self.append_word(name.trim(), word)
    }

    fn set(&mut self, name: &[u8], value: &[u8]) {
        self.define(name, value, Flavor::Simple, From::File);
    }

    fn include(&mut self, path: &[u8]) -> make::Result<()> {
        self.eval_file(path)
    }

    fn import(&mut self, folder: &[u8]) -> make::Result<()> {
        // One name is that of releases since 0.14.
        self.set(b"_IMPORT_BASE", folder);
        self.set(b"IMPORT_BASE", folder);
        let result = self.include(&concat(&[folder, b"/Makefile.uk"]));
        self.eval(b"undefine _IMPORT_BASE\nundefine IMPORT_BASE")?;
        result
    }

    fn in_build(&self, parts: &[&[u8]]) -> BString {
        let mut path = self.state.build.clone();
        path.push(b'/');
        parts.iter().for_each(|part| path.extend_from_slice(part));
        path
    }

    fn words_with_origins(&mut self, name: &[u8]) -> make::Result<Vec<(BString, Option<Origin>)>> {
        let placed = self.placed_words(name)?.into_iter();
        Ok(placed.map(|(word, location)| (word, location.as_ref().map(origin))).collect())
    }

    fn command(&mut self, text: &[u8]) -> make::Result<Command> {
        match words::split(text) {
            Some(argv) => Ok(Command::Exec { argv, stdout: None }),
            None => self.script(text),
        }
    }

    fn script(&mut self, text: &[u8]) -> make::Result<Command> {
        let mut shell = self.words(b"SHELL")?;
        shell.push("-c".into());
        Ok(Command::Shell { shell, script: text.trim().into(), ignore_failure: false })
    }

    fn node(&self, graph: &mut Graph, name: &[u8]) -> FileId {
        graph.file(self.node_path(name))
    }

    fn is_build_folder(&self, name: &[u8]) -> bool {
        let name = name.strip_suffix(b"/").unwrap_or(name);
        name == self.state.build || self.state.folders.contains(name.as_bstr())
    }

    fn node_path(&self, name: &[u8]) -> BString {
        let named = is_stage(name) || self.state.libraries.contains(name.as_bstr());
        if name.starts_with(b"/") || named || self.rules().is_phony(name) {
            return name.into();
        }
        self.in_build(&[name])
    }
}

/// The stages of a build, which every fragment may wait for.
const STAGES: [&str; 8] =
    ["fetch", "prepare", "preprocess", "objs", "libs", "images", "gdb_helpers", "all"];

/// Whether a target is one of the stages.
pub(super) fn is_stage(name: &[u8]) -> bool {
    STAGES.iter().any(|stage| stage.as_bytes() == name)
}
