//! Interned names, and the two hashes of this crate: a fast one for tables, and the one whose
//! order the C implementation's output files follow.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// An interned name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

/// Shared immutable bytes.
pub type Text = Arc<[u8]>;

/// A map with the fast hash.
pub(crate) type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;

/// All names of a tree.
#[derive(Clone, Debug, Default)]
pub struct Names {
    list: Vec<Text>,
    index: FastMap<Text, Name>,
}

impl Names {
    pub(crate) fn intern(&mut self, bytes: &[u8]) -> Name {
        if let Some(&name) = self.index.get(bytes) {
            return name;
        }
        let name = Name(self.list.len() as u32);
        let text = Text::from(bytes);
        self.list.push(text.clone());
        self.index.insert(text, name);
        name
    }

    pub(crate) fn find(&self, bytes: &[u8]) -> Option<Name> {
        self.index.get(bytes).copied()
    }

    pub(crate) fn text(&self, name: Name) -> &Text {
        &self.list[name.0 as usize]
    }
}

/// A multiplicative hash over words: fine for tables that nobody attacks from outside with more
/// than a slow build.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FastHasher(u64);

impl FastHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.add(u64::from_le_bytes(word));
        }
        let mut word = [0; 8];
        word[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
        self.add(u64::from_le_bytes(word) ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, value: u8) {
        self.add(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.add(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.add(value as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

/// The number of buckets of the C implementation's symbol table.
const BUCKETS: u32 = 9973;

/// The bucket of a symbol's name (none: an unnamed choice) in the C implementation's table:
/// 32-bit FNV over characters that are signed there.
pub(crate) fn bucket(name: Option<&[u8]>) -> u32 {
    let Some(name) = name else { return 0 };
    let hash = name.iter().fold(0x811c_9dc5_u32, |hash, &byte| {
        (hash ^ i32::from(byte as i8) as u32).wrapping_mul(0x0100_0193)
    });
    hash % BUCKETS
}
