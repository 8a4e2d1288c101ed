//! Objects: files kept by what they hold, shared with build folders where the file system can.
//! Knows nothing of steps.
//!
//! An object is never written to: it is linked or renamed into its place, and its time of
//! modification lies between two ticks of the file system's clock, so that a write through another
//! of its names shows.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::entry::Output;
use crate::engine::digest::{Content, Digest};
use crate::engine::folders;
use crate::engine::stamp::{self, Kind, Stamp};

/// Where objects lie.
pub(super) struct Objects {
    pub(super) folder: PathBuf,
}

/// Why an object cannot be had.
pub(in crate::engine) enum Lack {
    /// It is not there, or not to be reached.
    Missing,
    /// It was there and held something else; now it is gone.
    Damaged,
}

/// How a file comes to be under a second name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Share {
    /// One file with two names: for what nobody but steps writes to.
    Link,
    /// A file of its own, on the same blocks where that is possible.
    Copy,
}

impl Objects {
    pub(super) fn path(&self, digest: &[u8; 32], runs: bool) -> PathBuf {
        let name = blake3::Hash::from_bytes(*digest).to_hex();
        let ending = if runs { "-x" } else { "" };
        self.folder.join(&name[..2]).join(format!("{}{ending}", &name[2..]))
    }

    /// Keeps what a file holds. Gives the object, and the file's stamp afterwards, for that a file
    /// gets another name shows in it. None when the file is no longer what it was.
    pub(super) fn keep(
        &self,
        file: &Path,
        content: &Content,
        share: Share,
    ) -> io::Result<Option<(Output, Stamp)>> {
        let Some(stamp) = content.stamp.filter(|_| content.settled) else { return Ok(None) };
        let runs = fs::metadata(file)?.permissions().mode() & 0o100 != 0;
        let object = self.path(&content.digest.0, runs);
        // One that is there may have been written to through another of its names.
        let new = self.check(&object, &content.digest.0).is_err();
        if new {
            if let Some(folder) = object.parent() {
                folders::make(folder)?;
            }
            match place(file, &object, share) {
                Ok(_) => {}
                // Another build was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        let (Some(kept), Some(now)) = (of_file(&object)?, of_file(file)?) else { return Ok(None) };
        if (now.modified, now.size, now.inode) != (stamp.modified, stamp.size, stamp.inode) {
            // Written to while it was linked: then the object is wrong, too.
            if new {
                fs::remove_file(&object)?;
            }
            return Ok(None);
        }
        let digest = content.digest.0;
        Ok(Some((Output { digest, size: kept.size, runs, modified: kept.modified }, now)))
    }

    /// Puts an object at a path where nothing is. Gives the stamp by which it is known there.
    pub(super) fn take(
        &self,
        output: &Output,
        to: &Path,
        share: Share,
    ) -> Result<Option<Stamp>, Lack> {
        let object = self.path(&output.digest, output.runs);
        let found = of_file(&object).ok().flatten().ok_or(Lack::Missing)?;
        if (found.modified, found.size) != (output.modified, output.size) {
            self.check(&object, &output.digest)?;
        }
        match place(&object, to, share).map_err(|_| Lack::Missing)? {
            Placed::Copied(stamp) => Ok(stamp),
            // Had it another time, it would be looked at again later.
            Placed::Linked => {
                let placed = of_file(to).ok().flatten();
                Ok(placed.filter(|placed| placed.modified == output.modified))
            }
        }
    }

    /// Reads an object, and removes it when it does not hold what its name says.
    pub(super) fn check(&self, object: &Path, digest: &[u8; 32]) -> Result<(), Lack> {
        let held = File::open(object).and_then(|mut file| {
            let size = file.metadata()?.len();
            Digest::of_file(&mut file, size)
        });
        match held {
            Ok(held) if held.0 == *digest => Ok(()),
            Ok(_) => {
                let _ = fs::remove_file(object);
                Err(Lack::Damaged)
            }
            Err(_) => Err(Lack::Missing),
        }
    }
}

pub(super) fn of_file(path: &Path) -> io::Result<Option<Stamp>> {
    let found = stamp::look(path)?;
    Ok(found.filter(|found| found.kind == Kind::File).map(|found| found.stamp))
}

/// What came of [`place`].
pub(super) enum Placed {
    Linked,
    /// With the stamp to know the copy by, when there is one.
    Copied(Option<Stamp>),
}

/// Makes `to` hold what `from` holds.
pub(super) fn place(from: &Path, to: &Path, share: Share) -> io::Result<Placed> {
    if share == Share::Link {
        match fs::hard_link(from, to) {
            Ok(()) => return Ok(Placed::Linked),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // Another file system, too many names, or a system that does not want it.
            Err(_) => {}
        }
    }
    let beside = new_name(to.parent().unwrap_or(Path::new("/")))?;
    let copied = copy(from, &beside).and_then(|stamp| {
        fs::rename(&beside, to)?;
        Ok(Placed::Copied(stamp))
    });
    if copied.is_err() {
        let _ = fs::remove_file(&beside);
    }
    copied
}

/// A new name in a folder.
fn new_name(folder: &Path) -> io::Result<PathBuf> {
    let id = std::process::id();
    for number in 0..u32::MAX {
        let path = folder.join(format!(".uk~{id}-{number}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Copies contents and mode, sharing blocks where the file system can.
fn copy(from: &Path, to: &Path) -> io::Result<Option<Stamp>> {
    let source = File::open(from)?;
    let mode = source.metadata()?.permissions().mode();
    let since = stamp::tick();
    let target = OpenOptions::new().write(true).truncate(true).mode(mode).open(to)?;
    if rustix::fs::ioctl_ficlone(&target, &source).is_err() {
        fs::copy(from, to)?;
    }
    target.set_permissions(fs::Permissions::from_mode(mode))?;
    drop(target);
    stamp::seal(to, since)
}
