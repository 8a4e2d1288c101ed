//! A record in its file: evidence and a result behind a checksum. Knows nothing of what they mean.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;

use kconfig::store;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::evidence::{Evidence, Verdict};
use crate::engine::digest::Digest;

/// What a file of this form begins with.
const HEAD: &[u8; 8] = b"uksnap02";

/// Evidence and a result.
pub(super) struct Record {
    /// What the result is of.
    key: Digest,
    pub(super) evidence: Evidence,
    /// The result, encoded.
    value: Vec<u8>,
}

impl Record {
    /// A record of a result; none when the result has no encoded form.
    pub(super) fn new(key: Digest, evidence: Evidence, value: &impl Serialize) -> Option<Record> {
        Some(Record { key, evidence, value: postcard::to_stdvec(value).ok()? })
    }

    /// Reads the record in a file. One that is not as it was written is an error of the kind
    /// `InvalidData`.
    pub(super) fn read(path: &Path) -> io::Result<Record> {
        let stored = std::fs::read(path)?;
        Record::decode(stored).ok_or(ErrorKind::InvalidData.into())
    }

    fn decode(mut stored: Vec<u8>) -> Option<Record> {
        let (digest, body) = stored.strip_prefix(HEAD)?.split_first_chunk::<32>()?;
        if Digest::of(body).0 != *digest {
            return None;
        }
        let ((key, evidence), value) = postcard::take_from_bytes::<(_, Evidence)>(body).ok()?;
        let start = stored.len() - value.len();
        stored.drain(..start);
        evidence.is_sound().then_some(Record { key, evidence, value: stored })
    }

    /// Writes the record. A folder that cannot be written to has no records.
    pub(super) fn write(&self, path: &Path) {
        let Ok(mut body) = postcard::to_stdvec(&(self.key, &self.evidence)) else { return };
        body.extend_from_slice(&self.value);
        let mut stored = HEAD.to_vec();
        stored.extend_from_slice(&Digest::of(&body).0);
        stored.append(&mut body);
        let _ = store::replace(path, &stored);
    }

    /// What the result is of.
    pub(super) fn key(&self) -> Digest {
        self.key
    }

    /// What the result is recognised by.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(&self.value)
    }

    /// What is to be said of the evidence, and the result unless it cannot be decoded.
    pub(super) fn check<T: DeserializeOwned>(&self) -> (Verdict, Option<T>) {
        // Decoding stays on this thread: to allocate much is dearer on others.
        thread::scope(|scope| {
            let checking = scope.spawn(|| self.evidence.check());
            let value = postcard::from_bytes(&self.value).ok();
            let verdict = checking.join();
            (verdict.unwrap_or_else(|panic| std::panic::resume_unwind(panic)), value)
        })
    }

    /// The same result on other evidence.
    pub(super) fn with(self, evidence: Evidence) -> Record {
        Record { evidence, ..self }
    }
}
