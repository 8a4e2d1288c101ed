//! What evaluation needs from outside: files, a shell, a place for messages. Everything that touches
//! the world goes through here, so the language itself stays a function of its input.

use std::io;
use std::sync::Arc;

use bstr::{BStr, BString};

use super::location::Location;

/// What is found under a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A folder, or a link to one.
    Folder,
    /// Anything else, a link to nothing included.
    Other,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, without the folder.
    pub name: BString,
    /// What it is.
    pub kind: FileKind,
}

/// A script for `$(shell)` or `!=`.
#[derive(Clone, Debug)]
pub struct Script<'a> {
    /// The script as it is written.
    pub text: &'a BStr,
    /// The program and its arguments: the shell, or the script's own when it needs no shell.
    pub argv: &'a [BString],
    /// The whole environment of the script.
    pub environment: &'a Arc<Vec<(BString, BString)>>,
}

/// What a script did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptResult {
    /// What it wrote to standard output.
    pub output: Vec<u8>,
    /// Its exit status, as `.SHELLSTATUS` shows it.
    pub status: i32,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Severity {
    /// `$(info)`: goes to standard output as it is.
    Info,
    /// `$(warning)`, and what GNU make itself warns of.
    Warning,
    /// An error that does not stop GNU make.
    Error,
}

/// Something to tell the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is.
    pub severity: Severity,
    /// The line it is about.
    pub location: Option<Location>,
    /// The text.
    pub text: BString,
}

impl Message {
    /// The line that GNU make would print, with its newline.
    pub fn line(&self) -> BString {
        let mut line = BString::default();
        match &self.location {
            _ if self.severity == Severity::Info => {}
            Some(location) => line.extend_from_slice(format!("{location}: ").as_bytes()),
            None => line.extend_from_slice(b"make: "),
        }
        line.extend_from_slice(&self.text);
        line.push(b'\n');
        line
    }
}

/// The world as a makefile sees it. Relative paths start at [`Host::folder`].
pub trait Host {
    /// The current folder, absolute.
    fn folder(&self) -> BString;

    /// The contents of a file.
    fn read(&mut self, path: &BStr) -> io::Result<Vec<u8>>;

    /// Writes a file, or adds to its end.
    fn write(&mut self, path: &BStr, contents: &[u8], append: bool) -> io::Result<()>;

    /// The names in a folder, in any order, without `.` and `..`.
    fn list(&mut self, folder: &BStr) -> io::Result<Vec<Entry>>;

    /// What is there under a path.
    fn kind(&mut self, path: &BStr) -> Option<FileKind>;

    /// The path without links, `.` and `..`, when something is there.
    fn real_path(&mut self, path: &BStr) -> Option<BString>;

    /// The home folder of a user, or of the one who runs this.
    fn home(&mut self, user: Option<&BStr>) -> Option<BString>;

    /// Runs a script. An error of the kind `Interrupted` ends all evaluation; any other is told, and the
    /// script has said nothing.
    fn shell(&mut self, script: &Script<'_>) -> io::Result<ScriptResult>;

    /// Tells the user.
    fn message(&mut self, message: Message);
}
