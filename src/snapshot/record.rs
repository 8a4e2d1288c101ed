//! A record in its file: what the result is of, evidence, and a result, each behind a checksum. Knows
//! nothing of what they mean.
//!
//! Most records that are looked at are for other given values: what tells that comes first, and the
//! rest is read when somebody asks for it.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;

use kconfig::store;
use serde::de::DeserializeOwned;

use super::choice::Choice;
use super::evidence::{Evidence, Looked, Verdict};
use crate::engine::digest::Digest;

/// What a file of this form begins with.
const HEAD: &[u8; 8] = b"uksnap03";
/// The parts of a file: what the result is of, evidence, result.
const PARTS: usize = 3;
/// Of each part the head tells its length, as 8 bytes with the lowest first, and its digest.
const ENTRY: usize = 8 + 32;

/// What a result is of: the key, and the given values that were asked for.
type Subject = (Digest, Choice);

/// A result in its encoded form, to be written.
pub(super) struct Record {
    pub(super) subject: Subject,
    pub(super) evidence: Evidence,
    pub(super) value: Vec<u8>,
}

/// A record in a file.
#[derive(Debug)]
pub(super) struct Stored {
    file: File,
    parts: [Part; PARTS],
    /// What the result is of.
    pub(super) key: Digest,
    /// The given values that were asked for.
    pub(super) choice: Choice,
}

/// A stretch of a file.
#[derive(Clone, Copy, Debug)]
struct Part {
    start: u64,
    length: usize,
    digest: Digest,
}

impl Record {
    /// Writes the record. A folder that cannot be written to has no records.
    pub(super) fn write(&self, path: &Path) {
        let subject = postcard::to_stdvec(&self.subject);
        let (Ok(subject), Ok(evidence)) = (subject, postcard::to_stdvec(&self.evidence)) else {
            return;
        };
        let parts: [&[u8]; PARTS] = [&subject, &evidence, &self.value];
        let mut stored = HEAD.to_vec();
        for part in parts {
            stored.extend_from_slice(&(part.len() as u64).to_le_bytes());
            stored.extend_from_slice(&Digest::of(part).0);
        }
        parts.iter().for_each(|part| stored.extend_from_slice(part));
        let _ = store::replace(path, &stored);
    }
}

impl Stored {
    /// Opens the record in a file and reads what it is of. One that is not as it was written is an error
    /// of the kind `InvalidData`, here and later.
    pub(super) fn open(path: &Path) -> io::Result<Stored> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut head = [0; HEAD.len() + PARTS * ENTRY];
        file.read_exact_at(&mut head, 0).map_err(|_| damaged())?;
        let parts = parts(&head, size).ok_or_else(damaged)?;
        let (key, choice) = decode(&read(&file, parts[0])?)?;
        Ok(Stored { file, parts, key, choice })
    }

    /// Reads the evidence.
    pub(super) fn evidence(&self) -> io::Result<Evidence> {
        let evidence: Evidence = decode(&read(&self.file, self.parts[1])?)?;
        if evidence.is_sound() { Ok(evidence) } else { Err(damaged()) }
    }

    /// What the result is recognised by.
    pub(super) fn digest(&self) -> Digest {
        self.parts[2].digest
    }

    /// The result, with what is to be said of `evidence`, which is this record's; and what was looked
    /// at to say so, unless scripts ran for it, too.
    pub(super) fn check<T: DeserializeOwned>(
        &self,
        evidence: &Evidence,
    ) -> (Verdict, Option<Looked>, io::Result<T>) {
        let judge = || {
            let looked = evidence.look();
            (evidence.judge(&looked), Some(looked).filter(Looked::decides))
        };
        // Decoding stays on this thread: to allocate much is dearer on others.
        thread::scope(|scope| {
            let judging = scope.spawn(judge);
            let value = read(&self.file, self.parts[2]).and_then(|value| decode(&value));
            let judged = judging.join();
            let (verdict, looked) = judged.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (verdict, looked, value)
        })
    }

    /// The same result on other evidence, to be written.
    pub(super) fn with(self, evidence: Evidence) -> io::Result<Record> {
        let value = read(&self.file, self.parts[2])?;
        Ok(Record { subject: (self.key, self.choice), evidence, value })
    }
}

fn damaged() -> io::Error {
    ErrorKind::InvalidData.into()
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    postcard::from_bytes(bytes).map_err(|_| damaged())
}

/// What the head of a file of this size tells; none when that cannot be.
fn parts(head: &[u8], size: u64) -> Option<[Part; PARTS]> {
    let mut rest = head.strip_prefix(HEAD)?;
    let mut start = head.len() as u64;
    let mut parts = [Part { start, length: 0, digest: Digest([0; 32]) }; PARTS];
    for part in &mut parts {
        let (length, digest);
        (length, rest) = rest.split_first_chunk()?;
        (digest, rest) = rest.split_first_chunk()?;
        let length = u64::from_le_bytes(*length);
        *part = Part { start, length: usize::try_from(length).ok()?, digest: Digest(*digest) };
        start = start.checked_add(length)?;
    }
    (start == size).then_some(parts)
}

fn read(file: &File, part: Part) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; part.length];
    file.read_exact_at(&mut bytes, part.start)?;
    if Digest::of(&bytes) == part.digest { Ok(bytes) } else { Err(damaged()) }
}
