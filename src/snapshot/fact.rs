//! Facts: a question about the world and the answer that it had. Knows how to ask again; knows
//! nothing of why it was asked.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::BString;
use serde::{Deserialize, Serialize};

use super::witness::There;
use crate::engine::digest::{Content, Digest, Digester};
use crate::engine::stamp::{self, Stamp};

/// A question and its answer. Paths are absolute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Fact {
    /// What a file holds, or that it is no file. A stamp that can be trusted saves reading.
    Contents { path: BString, digest: Digest, stamp: Option<Stamp> },
    /// The names in a folder and which of them are folders.
    Listing { path: BString, digest: Digest, stamp: Option<Stamp> },
    /// What is there under a path.
    Kind { path: BString, there: There },
    /// All that a file is recognised by, which programs may tell of; of a folder, that it is one.
    Looks { path: BString, there: There, stamp: Option<Stamp> },
    /// The path without links.
    Real { path: BString, real: Option<BString> },
}

/// What a look at a fact found.
#[derive(Clone, Debug)]
pub(super) enum Check {
    /// It is as it was.
    Same,
    /// It tells the same, and is recognised by something else from now on.
    Renewed(Fact),
    /// It is different.
    Different,
}

impl Check {
    /// Whether a script that asked would say what it said. It may have told the time of a file that it
    /// read; of a folder that it listed the names count, and never its time.
    pub(super) fn leaves_scripts(&self) -> bool {
        matches!(self, Check::Same | Check::Renewed(Fact::Listing { .. }))
    }
}

impl Fact {
    pub(super) fn contents(path: &Path, seen: Option<(Digest, Stamp)>) -> Fact {
        // What cannot be read is never the same.
        let found = Content::look(path, seen).unwrap_or(Content::bare(Digest::UNSURE));
        Fact::of_content(path, found)
    }

    pub(super) fn of_content(path: &Path, content: Content) -> Fact {
        let stamp = content.stamp.filter(|_| content.settled);
        Fact::Contents { path: bytes(path), digest: content.digest, stamp }
    }

    pub(super) fn looks(path: &Path) -> Fact {
        let (there, stamp) = There::with_stamp(path);
        Fact::Looks { path: bytes(path), there, stamp }
    }

    pub(super) fn real(path: &Path) -> Fact {
        let real = path.canonicalize().ok();
        Fact::Real { path: bytes(path), real: real.map(|real| bytes(&real)) }
    }

    /// A folder's listing, as a fact and as it is.
    pub(super) fn listing(path: &Path) -> (Fact, io::Result<Vec<(BString, bool)>>) {
        let tick = stamp::tick();
        let before = folder_stamp(path);
        let mut links = false;
        let entries = entries(path, &mut links);
        let digest = match &entries {
            Ok(entries) => {
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort();
                let mut digester = Digester::default();
                for (name, is_folder) in sorted {
                    digester.part(name).part(&[u8::from(*is_folder)]);
                }
                digester.finish()
            }
            Err(_) => Digest::ABSENT,
        };
        // What a link leads to may change without the folder's knowledge.
        let stamp = before.filter(|stamp| !links && stamp.older_than(tick));
        (Fact::Listing { path: bytes(path), digest, stamp }, entries)
    }

    /// Asks again.
    pub(super) fn check(&self) -> Check {
        let now = match self {
            Fact::Contents { path, digest, stamp } => {
                Fact::contents(place(path), stamp.map(|stamp| (*digest, stamp)))
            }
            Fact::Listing { path, stamp: Some(stamp), .. }
                if folder_stamp(place(path)) == Some(*stamp) =>
            {
                return Check::Same;
            }
            Fact::Listing { path, .. } => Fact::listing(place(path)).0,
            Fact::Kind { path, .. } => {
                Fact::Kind { path: path.clone(), there: There::at(place(path)) }
            }
            Fact::Looks { path, .. } => Fact::looks(place(path)),
            Fact::Real { path, .. } => Fact::real(place(path)),
        };
        match now {
            now if now == *self && !now.is_unsure() => Check::Same,
            now if now.agrees(self) => Check::Renewed(now),
            _ => Check::Different,
        }
    }

    fn is_unsure(&self) -> bool {
        matches!(self, Fact::Contents { digest: Digest::UNSURE, .. })
    }

    /// Whether two answers to one question tell the same.
    fn agrees(&self, other: &Fact) -> bool {
        match (self, other) {
            (Fact::Contents { digest, .. }, Fact::Contents { digest: other, .. }) => {
                digest == other && *digest != Digest::UNSURE
            }
            (Fact::Listing { digest, .. }, Fact::Listing { digest: other, .. }) => digest == other,
            _ => self == other,
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Contents { path, .. }
            | Fact::Listing { path, .. }
            | Fact::Kind { path, .. }
            | Fact::Looks { path, .. }
            | Fact::Real { path, .. } => write!(f, "{path}"),
        }
    }
}

pub(super) fn bytes(path: &Path) -> BString {
    path.as_os_str().as_bytes().into()
}

pub(super) fn place(path: &BString) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

fn folder_stamp(path: &Path) -> Option<Stamp> {
    match stamp::look(path) {
        Ok(Some(found)) if found.kind == stamp::Kind::Directory => Some(found.stamp),
        _ => None,
    }
}

/// The names in a folder, each with whether it is one; sets `links` when there is a link.
fn entries(folder: &Path, links: &mut bool) -> io::Result<Vec<(BString, bool)>> {
    let mut entries = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        let kind = entry.file_type()?;
        *links |= kind.is_symlink();
        let is_folder = if kind.is_symlink() { entry.path().is_dir() } else { kind.is_dir() };
        entries.push((entry.file_name().as_bytes().into(), is_folder));
    }
    Ok(entries)
}
