//! A record in its file: facts and a result behind a checksum. Knows nothing of what they mean.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;

use kconfig::store;
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::fact::{Check, Fact};
use crate::engine::digest::Digest;

/// Facts of which one does not hold any more: that at this place.
pub(super) struct Changed {
    pub(super) at: usize,
    pub(super) facts: Vec<Fact>,
}

/// What a file of this form begins with.
const HEAD: &[u8; 8] = b"uksnap01";

/// Facts and a result.
pub(super) struct Record {
    /// What the result is of.
    key: Digest,
    facts: Vec<Fact>,
    /// The result, encoded.
    value: Vec<u8>,
}

impl Record {
    /// A record of a result; none when the result has no encoded form.
    pub(super) fn new(key: Digest, facts: Vec<Fact>, value: &impl Serialize) -> Option<Record> {
        Some(Record { key, facts, value: postcard::to_stdvec(value).ok()? })
    }

    /// Reads the record of a key. One that is not as it was written is an error of the kind
    /// `InvalidData`.
    pub(super) fn read(path: &Path, key: Digest) -> io::Result<Record> {
        let stored = std::fs::read(path)?;
        let record = Record::decode(&stored).filter(|record| record.key == key);
        record.ok_or(ErrorKind::InvalidData.into())
    }

    fn decode(stored: &[u8]) -> Option<Record> {
        let (digest, body) = stored.strip_prefix(HEAD)?.split_first_chunk::<32>()?;
        if Digest::of(body).0 != *digest {
            return None;
        }
        let ((key, facts), value) = postcard::take_from_bytes(body).ok()?;
        Some(Record { key, facts, value: value.to_vec() })
    }

    /// Writes the record. A folder that cannot be written to has no records.
    pub(super) fn write(&self, path: &Path) {
        let Ok(mut body) = postcard::to_stdvec(&(self.key, &self.facts)) else { return };
        body.extend_from_slice(&self.value);
        let mut stored = HEAD.to_vec();
        stored.extend_from_slice(&Digest::of(&body).0);
        stored.append(&mut body);
        let _ = store::replace(path, &stored);
    }

    /// The digest of the result.
    pub(super) fn digest(&self) -> Digest {
        Digest::of(&self.value)
    }

    /// The result, when all facts hold; with it the record that has their new stamps, when there
    /// are new ones. None when the result cannot be decoded.
    pub(super) fn check<T>(mut self) -> Result<Option<(T, Option<Record>)>, Changed>
    where
        T: DeserializeOwned,
    {
        // Decoding stays on this thread: to allocate much is dearer on others.
        let (checked, value) = thread::scope(|scope| {
            let checking = scope.spawn(|| check_all(&self.facts));
            let value = postcard::from_bytes(&self.value).ok();
            (checking.join(), value)
        });
        let Ok(checked) = checked else { return Ok(None) };
        let renewed = match checked {
            Ok(renewed) => renewed,
            Err(at) => return Err(Changed { at, facts: self.facts }),
        };
        let Some(value) = value else { return Ok(None) };
        let any = !renewed.is_empty();
        for (at, fact) in renewed {
            self.facts[at] = fact;
        }
        Ok(Some((value, any.then_some(self))))
    }
}

/// Looks at all facts: those that are recognised by something else now, or the first that is
/// different.
fn check_all(facts: &[Fact]) -> Result<Vec<(usize, Fact)>, usize> {
    // Scripts take much longer than files.
    let (scripts, others): (Vec<_>, Vec<_>) =
        facts.iter().enumerate().partition(|(_, fact)| matches!(fact, Fact::Said { .. }));
    let check = |&(at, fact): &(usize, &Fact)| match fact.check() {
        Check::Same => None,
        Check::Renewed(fact) => Some(Ok((at, fact))),
        Check::Different => Some(Err(at)),
    };
    let others: Result<Vec<_>, usize> =
        others.par_iter().with_min_len(64).filter_map(check).collect();
    let mut renewed = others?;
    let scripts: Result<Vec<_>, usize> = scripts.par_iter().filter_map(check).collect();
    renewed.append(&mut scripts?);
    Ok(renewed)
}
