//! Entries: what one run of a step read and wrote, as files keep them. Knows the format; knows
//! neither where entries lie nor whether they hold.

use serde::{Deserialize, Serialize};

/// So many entries are kept for one key: as many states of the same headers and options.
const MOST: usize = 16;

/// The version of the format; another one is no entry.
const VERSION: u8 = 1;

/// What a run of a step read beyond its key, and what it wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Entry {
    /// Files that the run found to be needed, roots hidden, and what they held.
    pub(in crate::engine) files: Vec<(Vec<u8>, [u8; 32])>,
    /// What the option header held, when it counts as a whole.
    pub(in crate::engine) header: Option<[u8; 32]>,
    /// Options that count by name, and their values.
    pub(in crate::engine) options: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// The step's outputs, in its order.
    pub(in crate::engine) outputs: Vec<Output>,
    /// What the commands said.
    pub(in crate::engine) said: Vec<u8>,
    /// How long they took.
    pub(in crate::engine) milliseconds: u64,
}

/// One output of a step, and the object that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Output {
    pub(in crate::engine) digest: [u8; 32],
    pub(in crate::engine) size: u64,
    /// Whether it may be run as a program.
    pub(in crate::engine) runs: bool,
    /// The object's time of modification: as long as that is so, so are the contents.
    pub(in crate::engine) modified: i64,
}

/// Adds an entry in front of those of its key, in place of one that read the same.
pub(super) fn add(entries: &mut Vec<Entry>, new: Entry) {
    let same = |old: &Entry| {
        old.files == new.files && old.header == new.header && old.options == new.options
    };
    entries.retain(|old| !same(old));
    entries.insert(0, new);
    entries.truncate(MOST);
}

/// Entries as bytes, behind their checksum.
pub(super) fn encode(entries: &[Entry]) -> Option<Vec<u8>> {
    let body = postcard::to_stdvec(&(VERSION, entries)).ok()?;
    Some([blake3::hash(&body).as_bytes().as_slice(), &body].concat())
}

/// The entries that bytes stand for; none when they are damaged.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<Entry>> {
    let (sum, body) = bytes.split_at_checked(32)?;
    if blake3::hash(body).as_bytes() != sum {
        return None;
    }
    let (version, entries): (u8, Vec<Entry>) = postcard::from_bytes(body).ok()?;
    (version == VERSION).then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(header: u8, milliseconds: u64) -> Entry {
        let output = Output { digest: [3; 32], size: 5, runs: true, modified: -7 };
        Entry {
            files: vec![(b"a.h".to_vec(), [1; 32])],
            header: Some([header; 32]),
            options: vec![
                (b"CONFIG_A".to_vec(), Some(b"1".to_vec())),
                (b"CONFIG_B".to_vec(), None),
            ],
            outputs: vec![output],
            said: b"warning".to_vec(),
            milliseconds,
        }
    }

    #[test]
    fn entries_survive_and_damage_is_seen() {
        let entries = vec![entry(1, 10), entry(2, 20)];
        let bytes = encode(&entries).unwrap();
        assert_eq!(decode(&bytes), Some(entries));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(decode(&damaged), None, "byte {at}");
            assert_eq!(decode(&bytes[..at]), None, "{at} bytes");
        }
    }

    #[test]
    fn the_newest_comes_first_and_old_ones_go() {
        let mut entries = Vec::new();
        for header in 0..40 {
            add(&mut entries, entry(header, 1));
        }
        assert_eq!(entries.len(), MOST);
        assert_eq!(entries[0].header, Some([39; 32]));
        add(&mut entries, entry(30, 2));
        assert_eq!((entries.len(), entries[0].milliseconds), (MOST, 2));
    }
}
