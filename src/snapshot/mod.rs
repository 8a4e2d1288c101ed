//! What was computed from files, folders and scripts, kept together with all that it was computed
//! from: as long as that is the same, nothing is computed again.
//!
//! A computation is named by a part and a key, which holds every value that goes into it. What it
//! looks at besides it asks of a [`Witness`], which remembers question and answer as a [`Fact`]. A
//! record holds facts and result; it counts when every question has the same answer as then. What
//! depends on another part's result has that in its key: a part that comes out as it was stops the
//! rest from being computed. Knows nothing of what is computed.

mod fact;
pub(crate) mod graph;
mod hosts;
pub(crate) mod path;
mod ptrace;
mod record;
mod script;
#[cfg(test)]
mod tests;
mod trace;
mod witness;

pub(crate) use hosts::{WatchedHost, WatchedShell};
pub(crate) use script::Script;
pub(crate) use witness::Witness;

use std::fmt::{self, Debug};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engine::digest::Digest;
use crate::engine::stamp;
use record::{Changed, Record};

/// How many records of each part are kept: one for each set of goals, platform, environment.
const KEPT: usize = 8;

/// The records of one application.
#[derive(Clone)]
pub(crate) struct Snapshots {
    folder: PathBuf,
    /// What this program is: another one may compute something else.
    program: Option<String>,
}

/// A result.
pub(crate) struct Recalled<T> {
    pub(crate) value: T,
    /// What its encoded form is recognised by; none when it cannot be kept.
    pub(crate) digest: Option<Digest>,
    pub(crate) source: Source,
}

/// Where a result is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A record.
    Recalled,
    /// It was computed, because there was no record.
    New,
    /// It was computed, because this is not as it was.
    Changed(String),
    /// It was computed, because the record in this file is damaged.
    Damaged(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Recalled => write!(f, "recalled"),
            Source::New => write!(f, "nothing is known of it"),
            Source::Changed(what) => write!(f, "{what} changed"),
            Source::Damaged(path) => write!(f, "{} was damaged", path.display()),
        }
    }
}

impl Snapshots {
    /// The records that are kept with what is built in `build`, good for `program` only. Without
    /// a program nothing is kept.
    pub(crate) fn new(build: &Path, program: Option<&Path>) -> Snapshots {
        let identity = |program: &Path| {
            let (_, stamp) = stamp::look(program).ok()??;
            Some(format!("{program:?} {stamp:?}"))
        };
        Snapshots { folder: build.join(".ukbuild/snapshot"), program: program.and_then(identity) }
    }

    /// The result that `part` has for `key`, computed unless a record has it. Errors are not kept,
    /// nor is the result of what cannot be repeated.
    pub(crate) fn recall<T, E>(
        &self,
        part: &str,
        key: &dyn Debug,
        compute: impl FnOnce(&Arc<Witness>) -> Result<T, E>,
    ) -> Result<Recalled<T>, E>
    where
        T: Serialize + DeserializeOwned,
    {
        let key = Digest::of(format!("{:?} {key:?}", self.program).as_bytes());
        let path = self.folder.join(format!("{part}-{}", name(key)));
        let mut past = Vec::new();
        let source = match self.program.as_ref().map(|_| Record::read(&path, key)) {
            Some(Ok(record)) => {
                let digest = Some(record.digest());
                match record.check() {
                    Ok(Some((value, renewed))) => {
                        if let Some(record) = renewed {
                            record.write(&path);
                        }
                        return Ok(Recalled { value, digest, source: Source::Recalled });
                    }
                    Ok(None) => Source::Damaged(path.clone()),
                    Err(Changed { at, facts }) => {
                        let changed = facts[at].to_string();
                        past = facts;
                        Source::Changed(changed)
                    }
                }
            }
            Some(Err(error)) if error.kind() == ErrorKind::InvalidData => {
                Source::Damaged(path.clone())
            }
            _ => Source::New,
        };
        let witness = Arc::new(Witness::with(past));
        let value = compute(&witness)?;
        let mut digest = None;
        if self.program.is_some()
            && let Some(facts) = witness.facts()
            && let Some(record) = Record::new(key, facts, &value)
        {
            digest = Some(record.digest());
            record.write(&path);
            self.trim(part);
        } else if source != Source::New {
            // It would be found wanting in every run.
            let _ = std::fs::remove_file(&path);
        }
        Ok(Recalled { value, digest, source })
    }

    /// Deletes the oldest records of a part. What cannot be deleted stays.
    fn trim(&self, part: &str) {
        let entries = self.folder.read_dir().into_iter().flatten().flatten();
        let own = entries.filter(|entry| {
            let name = entry.file_name().into_encoded_bytes();
            name.strip_prefix(part.as_bytes()).is_some_and(|rest| rest.starts_with(b"-"))
        });
        let aged = own.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry)));
        let mut aged: Vec<_> = aged.map(|(age, entry)| (age, entry.path())).collect();
        aged.sort();
        let surplus = aged.len().saturating_sub(KEPT);
        for (_, path) in aged.drain(..surplus) {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A digest as part of a file's name.
fn name(digest: Digest) -> String {
    digest.0[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}
