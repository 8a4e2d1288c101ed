//! A world in memory: files for Kconfig, and a shell that runs nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bstr::{BStr, BString};
use kconfig::{Dialect, Environment, Error, FileSystem, Model, Shell, Sink};

use crate::input::Input;

/// The current folder of all inputs.
const HERE: &str = "/here";

/// How much may be read in all: an input that includes one file over and over is slow, not wrong.
const READ: usize = 1 << 20;

/// Files by path, without `.` and `..`.
#[derive(Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// How much has been read.
    read: AtomicUsize,
}

impl MemoryFiles {
    /// The files of an input, as they are seen from the current folder.
    pub fn new(main: &str, input: &Input<'_>) -> MemoryFiles {
        let mut all = MemoryFiles::default();
        for (name, text) in [(main.as_bytes(), input.main)].iter().chain(&input.files) {
            let path = Path::new(HERE).join(OsStr::from_bytes(name));
            all.files.insert(plain(&path), text.to_vec());
        }
        all
    }

    fn is_folder(&self, path: &Path) -> bool {
        let below = self.files.range(path.to_owned()..).find(|(name, _)| *name != path);
        path == Path::new(HERE) || below.is_some_and(|(name, _)| name.starts_with(path))
    }
}

impl FileSystem for MemoryFiles {
    fn read(&self, path: &Path, room: &mut Vec<u8>) -> io::Result<()> {
        let text = self.files.get(&plain(path)).ok_or(ErrorKind::NotFound)?;
        if self.read.fetch_add(text.len(), Ordering::Relaxed) > READ {
            return Err(ErrorKind::QuotaExceeded.into());
        }
        room.clear();
        room.extend_from_slice(text);
        Ok(())
    }

    fn is_file(&self, path: &Path) -> io::Result<bool> {
        let path = plain(path);
        if self.files.contains_key(&path) {
            return Ok(true);
        }
        if self.is_folder(&path) { Ok(false) } else { Err(ErrorKind::NotFound.into()) }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let folder = plain(folder);
        let below = self.files.keys().filter_map(|path| path.strip_prefix(&folder).ok());
        let names: BTreeSet<OsString> = below
            .filter_map(|path| path.components().next())
            .map(|name| name.as_os_str().to_owned())
            .collect();
        if names.is_empty() {
            Err(ErrorKind::NotFound.into())
        } else {
            Ok(names.into_iter().collect())
        }
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                result.pop();
            }
            Component::CurDir => {}
            other => result.push(other),
        }
    }
    result
}

/// Takes the command for its own output, so that inputs decide what a macro becomes.
struct Parrot;

impl Shell for Parrot {
    fn run(
        &mut self,
        command: &BStr,
        _: &Path,
        _: &BTreeMap<BString, BString>,
    ) -> io::Result<Vec<u8>> {
        if command.contains(&0) {
            return Err(ErrorKind::InvalidInput.into());
        }
        Ok(command.to_vec())
    }
}

/// Both dialects.
pub const DIALECTS: [Dialect; 2] = [Dialect::Linux, Dialect::Unikraft];

/// The environment of an input, whose main file is `Kconfig`; `tree/` is what `srctree` names.
pub fn environment(dialect: Dialect, input: &Input<'_>) -> Environment {
    let mut environment = Environment::new(dialect, HERE)
        .with("CONFIG_", "CONFIG_")
        .with("srctree", "tree")
        .with("ARCH", "x86");
    environment.files = Arc::new(MemoryFiles::new("Kconfig", input));
    environment.shell = Box::new(Parrot);
    environment
}

/// Parses an input and builds its model.
pub fn model(
    dialect: Dialect,
    input: &Input<'_>,
    sink: &mut dyn Sink,
) -> Result<Arc<Model>, Error> {
    Model::load(&mut environment(dialect, input), "Kconfig", sink).map(Arc::new)
}
