//! What the language needs from outside: dialect, variables, files, the current folder, a shell.
//!
//! Knows nothing of Kconfig's grammar. The process's own environment is never read.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use crate::file_system::{FileSystem, SystemFiles};

/// Which implementation's rules apply where they differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Linux 6.1.
    Linux,
    /// Unikraft 0.11: Linux 5.2 with globs in `source`.
    #[default]
    Unikraft,
}

impl Dialect {
    /// The dialect that a tree most likely speaks, told by the name of its first file.
    pub fn of_file(name: &BStr) -> Dialect {
        if name.ends_with(b".uk") { Dialect::Unikraft } else { Dialect::Linux }
    }
}

/// Runs `$(shell,...)`.
pub trait Shell {
    /// Runs `command` in `folder` with exactly these variables, and gives what it wrote to its
    /// standard output. Its exit status does not matter.
    fn run(
        &mut self,
        command: &BStr,
        folder: &Path,
        variables: &BTreeMap<BString, BString>,
    ) -> io::Result<Vec<u8>>;
}

/// `/bin/sh -c`; standard error is the process's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemShell;

impl Shell for SystemShell {
    fn run(
        &mut self,
        command: &BStr,
        folder: &Path,
        variables: &BTreeMap<BString, BString>,
    ) -> io::Result<Vec<u8>> {
        if command.contains(&0) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "NUL byte in a command"));
        }
        let output = Command::new("/bin/sh")
            .arg("-c")
            .arg(OsStr::from_bytes(command))
            .current_dir(folder)
            .env_clear()
            .envs(variables.iter().map(|(k, v)| (OsStr::from_bytes(k), OsStr::from_bytes(v))))
            .stderr(Stdio::inherit())
            .output()?;
        Ok(output.stdout)
    }
}

/// Everything outside that parsing and loading may look at.
pub struct Environment {
    /// The rules to follow.
    pub dialect: Dialect,
    /// Environment variables, as macros (`$(NAME)`) and shell commands see them. `srctree` is the
    /// second place where files are looked for; `CONFIG_` replaces the prefix of option names.
    pub variables: BTreeMap<BString, BString>,
    /// The folder that relative names start from.
    pub folder: PathBuf,
    /// Has the files that are read.
    pub files: Arc<dyn FileSystem>,
    /// Runs `$(shell,...)`.
    pub shell: Box<dyn Shell + Send>,
}

impl Environment {
    /// An environment without variables, with the system's files and shell.
    pub fn new(dialect: Dialect, folder: impl Into<PathBuf>) -> Environment {
        Environment {
            dialect,
            variables: BTreeMap::new(),
            folder: folder.into(),
            files: Arc::new(SystemFiles),
            shell: Box::new(SystemShell),
        }
    }

    /// Sets a variable; for chaining.
    pub fn with(mut self, name: impl Into<BString>, value: impl Into<BString>) -> Environment {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<&BStr> {
        self.variables.get(name.as_bytes().as_bstr()).map(|value| value.as_bstr())
    }

    /// What option names begin with in configuration files.
    pub fn prefix(&self) -> &BStr {
        self.variable("CONFIG_").unwrap_or(match self.dialect {
            Dialect::Linux => "CONFIG_".into(),
            Dialect::Unikraft => "".into(),
        })
    }

    /// Where files are looked for.
    pub(crate) fn places(&self) -> Places {
        let tree = self.variable("srctree").map(|tree| self.path(tree));
        Places { files: self.files.clone(), folder: self.folder.clone(), tree }
    }

    /// The path of `name` seen from the current folder.
    pub fn path(&self, name: &BStr) -> PathBuf {
        self.folder.join(OsStr::from_bytes(name))
    }

    /// Reads a file from the current folder or, failing that, from `srctree`; gives the path that
    /// was read, too. The error is that of the first place.
    pub fn read(&self, name: &BStr) -> io::Result<(PathBuf, Vec<u8>)> {
        let places = self.places();
        let path = places.direct(name);
        let mut text = Vec::new();
        let Err(error) = self.files.read(&path, &mut text) else { return Ok((path, text)) };
        let Some(path) = places.second(name) else { return Err(error) };
        match self.files.read(&path, &mut text) {
            Ok(()) => Ok((path, text)),
            Err(_) => Err(error),
        }
    }

    /// Whether anything is there under a path.
    pub(crate) fn exists(&self, path: &Path) -> bool {
        self.files.is_file(path).is_ok()
    }
}

/// Where files are looked for: in the current folder, then in `srctree`.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub(crate) files: Arc<dyn FileSystem>,
    folder: PathBuf,
    tree: Option<PathBuf>,
}

impl Places {
    /// The path of `name` in the current folder.
    pub(crate) fn direct(&self, name: &BStr) -> PathBuf {
        self.folder.join(OsStr::from_bytes(name))
    }

    /// The path of `name` in `srctree`.
    pub(crate) fn second(&self, name: &BStr) -> Option<PathBuf> {
        let tree = self.tree.as_ref().filter(|_| !name.starts_with(b"/"))?;
        Some(tree.join(OsStr::from_bytes(name)))
    }
}

/// What parsing looked at: a parse gives the same result as long as all of this is the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Files that were read.
    pub files: Vec<PathBuf>,
    /// Files that were looked for and not there.
    pub absent: Vec<PathBuf>,
    /// Folders whose listing a pattern in `source` depended on.
    pub folders: Vec<PathBuf>,
    /// Patterns of `source`, with the names that they matched.
    pub globs: Vec<(BString, Vec<BString>)>,
    /// Shell commands in order, with their (trimmed) results.
    pub commands: Vec<(BString, BString)>,
    /// Environment variables in order of first use, with their values.
    pub variables: Vec<(BString, Option<BString>)>,
}
