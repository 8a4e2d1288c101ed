//! What was computed from files, folders and scripts, kept together with all that it was computed
//! from: as long as that is the same, nothing is computed again.
//!
//! A computation is named by a part and a key, which holds the values that go into it, but for those
//! that it is given to choose from. What it looks at besides it asks of a [`Witness`], which remembers
//! question and answer. A record holds this [evidence](evidence) and the result; it counts when every
//! question has the same answer as then. What depends on another part's result has that in its key: a
//! part that comes out as it was stops the rest from being computed. Knows nothing of what is
//! computed.

mod choice;
mod evidence;
mod fact;
pub(crate) mod graph;
mod hosts;
mod launch;
mod past;
pub(crate) mod path;
mod ptrace;
mod record;
mod script;
#[cfg(test)]
mod tests;
mod trace;
mod witness;
mod writer;

pub(crate) use hosts::{WatchedHost, WatchedShell};
pub(crate) use script::Script;
pub(crate) use witness::Witness;

use std::collections::BTreeMap;
use std::fmt::{self, Debug};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::BString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engine::digest::Digest;
use crate::engine::stamp;
use choice::Choice;
use evidence::Verdict;
use past::Past;
use record::{Record, Stored};
use writer::Writer;

/// How many records of each part are kept: one for each set of goals, platform, environment, and of
/// given values that matter.
const KEPT: usize = 16;

/// How many bytes a large result has: what grows is copied, again and again.
const ROOM: usize = 4 << 20;

/// Values that a computation may ask for by name.
pub(crate) type Given = BTreeMap<BString, BString>;

/// What is to be computed.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    /// The part's name, as in its records' names.
    pub(crate) part: &'a str,
    /// All values that go into it, but for the given ones.
    pub(crate) key: &'a dyn Debug,
    /// Those of which it tells the witness which ones it asked for.
    pub(crate) given: &'a Given,
}

/// The records of one application.
#[derive(Clone)]
pub(crate) struct Snapshots {
    folder: PathBuf,
    /// What this program is: another one may compute something else.
    program: Option<String>,
    writer: Arc<Writer>,
}

/// What a look at a record found.
enum Look<T> {
    /// It answers the question.
    Holds(Recalled<T>),
    /// It is for other given values: of this name.
    Differs(String, Stored),
    /// It holds no more: this changed.
    Changed(String, Past),
}

/// A result.
pub(crate) struct Recalled<T> {
    pub(crate) value: T,
    /// What its encoded form is recognised by; none when it cannot be kept.
    pub(crate) digest: Option<Digest>,
    pub(crate) source: Source,
    /// Whether files may have been written to come to it.
    pub(crate) acted: bool,
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
            let found = stamp::look(program).ok()??;
            Some(format!("{program:?} {:?}", found.stamp))
        };
        let folder = build.join(".ukbuild/snapshot");
        Snapshots { folder, program: program.and_then(identity), writer: Arc::default() }
    }

    /// The result that `question` has, computed unless a record has it. Errors are not kept, nor is
    /// the result of what cannot be repeated.
    pub(crate) fn recall<T, E>(
        &self,
        question: &Question<'_>,
        compute: impl FnOnce(&Arc<Witness>) -> Result<T, E>,
    ) -> Result<Recalled<T>, E>
    where
        T: Serialize + DeserializeOwned,
    {
        let Question { part, key, given } = *question;
        let key = Digest::of(format!("{:?} {key:?}", self.program).as_bytes());
        let mut source = Source::New;
        let mut past = Vec::new();
        let mut wanting = Vec::new();
        // Scripts that were heard again for a record in vain may have done something.
        let mut acted = false;
        for path in self.files(&format!("{part}-{}-", name(key))) {
            let looked = self.look(&path, key, question);
            let (changed, holds) = match looked {
                Ok(Look::Holds(recalled)) => {
                    return Ok(Recalled { acted: acted || recalled.acted, ..recalled });
                }
                Ok(Look::Differs(what, stored)) => {
                    past.push(Past::new(stored));
                    (what, true)
                }
                Ok(Look::Changed(what, known)) => {
                    acted |= known.may_have_run();
                    past.push(known);
                    (what, false)
                }
                Err(error) if error.kind() != ErrorKind::InvalidData => {
                    acted = true;
                    continue;
                }
                Err(_) => {
                    acted = true;
                    source = Source::Damaged(path.clone());
                    wanting.push(path);
                    continue;
                }
            };
            if source == Source::New {
                source = Source::Changed(changed);
            }
            if !holds {
                wanting.push(path);
            }
        }
        if past.is_empty() {
            // What scripts said is true whatever it was said for.
            let newest = self.files(&format!("{part}-")).next();
            past.extend(newest.and_then(|path| Stored::open(&path).ok()).map(Past::new));
        }
        let witness = Arc::new(Witness::with(past, acted));
        let value = compute(&witness)?;
        let choice = self.program.as_ref().and_then(|_| witness.choice(given));
        let encoded = choice.and_then(|choice| Some((choice, encode(&value)?)));
        let acted = witness.acted();
        let digest = encoded.as_ref().map(|(_, encoded)| Digest::of(encoded));
        let (folder, part) = (self.folder.clone(), part.to_owned());
        self.writer.begin(move || {
            for path in wanting {
                // It would be found wanting in every run.
                let _ = std::fs::remove_file(&path);
            }
            if let Some(((choice, value), evidence)) = encoded.zip(witness.evidence()) {
                let path = place(&folder, &part, key, &choice);
                Record { subject: (key, choice), evidence, value }.write(&path);
                trim(&folder, &part);
            }
        });
        Ok(Recalled { value, digest, source, acted })
    }

    /// Looks whether the record in a file answers a question.
    fn look<T: DeserializeOwned>(
        &self,
        path: &Path,
        key: Digest,
        question: &Question<'_>,
    ) -> io::Result<Look<T>> {
        let stored = Stored::open(path)?;
        if stored.key != key || place(&self.folder, question.part, key, &stored.choice) != path {
            return Err(ErrorKind::InvalidData.into());
        }
        if let Some(name) = stored.choice.differing(question.given) {
            return Ok(Look::Differs(name.to_string(), stored));
        }
        let evidence = stored.evidence()?;
        let digest = Some(stored.digest());
        let mut acted = evidence.acts();
        let value = match stored.check(&evidence) {
            (Verdict::Different(what), looked, _) => {
                return Ok(Look::Changed(what, Past::known(stored, evidence, looked)));
            }
            (Verdict::Same, _, value) => value?,
            (Verdict::Renewed(evidence), _, value) => {
                acted |= evidence.acts();
                let value = value?;
                if let Ok(record) = stored.with(evidence) {
                    record.write(path);
                }
                value
            }
        };
        Ok(Look::Holds(Recalled { value, digest, source: Source::Recalled, acted }))
    }

    /// Waits until all records have been written.
    pub(crate) fn finish(&self) {
        self.writer.finish();
    }

    /// The files whose names begin like this, the newest first; none when nothing is kept.
    fn files(&self, prefix: &str) -> impl Iterator<Item = PathBuf> + use<> {
        let kept = self.program.is_some().then(|| files(&self.folder, prefix));
        // What another process is about to write is none yet.
        kept.into_iter().flatten().filter(|path| path.extension().is_none_or(|end| end != "tmp"))
    }
}

/// A result as bytes; none when it cannot be told so.
fn encode(value: &impl Serialize) -> Option<Vec<u8>> {
    postcard::to_io(value, Vec::with_capacity(ROOM)).ok()
}

/// Where a record is kept. Records of one key lie beside each other, one for each set of values
/// that were asked for.
fn place(folder: &Path, part: &str, key: Digest, choice: &Choice) -> PathBuf {
    folder.join(format!("{part}-{}-{}", name(key), name(choice.digest())))
}

/// The files whose names begin like this, the newest first.
fn files(folder: &Path, prefix: &str) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = folder.read_dir().ok().into_iter().flatten().flatten();
    let own =
        entries.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(prefix.as_bytes()));
    let aged = own.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry)));
    let mut aged: Vec<_> = aged.map(|(age, entry)| (age, entry.path())).collect();
    aged.sort_by(|one, other| other.cmp(one));
    aged.into_iter().map(|(_, path)| path)
}

/// Deletes the oldest records of a part. What cannot be deleted stays.
fn trim(folder: &Path, part: &str) {
    for path in files(folder, &format!("{part}-")).skip(KEPT) {
        let _ = std::fs::remove_file(path);
    }
}

/// A digest as part of a file's name.
fn name(digest: Digest) -> String {
    digest.0[..12].iter().map(|byte| format!("{byte:02x}")).collect()
}
