//! What the steps of one build made, for other steps of the same build. Knows where the files lie that
//! they wrote, and keeps no copies.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::entry::{Entry, Output};
use super::objects::{Lack, Placed, Share, of_file, place};
use crate::engine::digest::{Content, Digest};
use crate::engine::stamp::Stamp;

#[derive(Default)]
pub(super) struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    entries: HashMap<Digest, Vec<Entry>>,
    /// By digest, and whether it may be run.
    files: HashMap<([u8; 32], bool), PathBuf>,
}

impl Memory {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn entries(&self, key: &Digest) -> Vec<Entry> {
        self.kept().entries.get(key).cloned().unwrap_or_default()
    }

    pub(super) fn add(&self, key: Digest, entry: Entry) {
        self.kept().entries.entry(key).or_default().push(entry);
    }

    /// Remembers where an output lies.
    pub(super) fn keep(
        &self,
        file: &Path,
        content: &Content,
    ) -> io::Result<Option<(Output, Stamp)>> {
        let Some(stamp) = content.stamp.filter(|_| content.settled) else { return Ok(None) };
        let runs = fs::metadata(file)?.permissions().mode() & 0o100 != 0;
        let digest = content.digest.0;
        self.kept().files.insert((digest, runs), file.to_owned());
        Ok(Some((Output { digest, size: stamp.size, runs, modified: stamp.modified }, stamp)))
    }

    /// Copies an output to a path where nothing is: two names would give both files new stamps.
    pub(super) fn take(&self, output: &Output, to: &Path) -> Result<Option<Stamp>, Lack> {
        let from = self.kept().files.get(&(output.digest, output.runs)).cloned();
        let from = from.ok_or(Lack::Missing)?;
        let found = of_file(&from).ok().flatten().ok_or(Lack::Missing)?;
        if (found.modified, found.size) != (output.modified, output.size) {
            return Err(Lack::Missing);
        }
        match place(&from, to, Share::Copy).map_err(|_| Lack::Missing)? {
            Placed::Copied(stamp) => Ok(stamp),
            Placed::Linked => Ok(None),
        }
    }
}
