//! Interned names, and the two hashes of this crate: a fast one for tables, and the one whose
//! order the C implementation's output files follow.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::index::{Index, Positions};

/// A name or prompt of a tree. Names are equal when their texts are; prompts are never looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Index);

/// Shared immutable bytes.
pub type Text = Arc<[u8]>;

/// A map with the fast hash.
pub(crate) type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;

/// All names and prompts of a tree, one behind the other.
#[derive(Clone, Debug, Default)]
pub struct Names {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
    positions: Positions,
}

impl Names {
    pub(crate) fn intern(&mut self, bytes: &[u8]) -> Name {
        let hash = hash(bytes);
        let position = match self.position(bytes, hash) {
            Ok(position) => position,
            Err(slot) => {
                let name = self.add(bytes);
                self.positions.add(name.0.position(), hash, slot);
                return name;
            }
        };
        Name(Index::new(position))
    }

    /// Adds a text that nobody will look for.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Name {
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len() as u32);
        Name(Index::new(self.ends.len() - 1))
    }

    pub(crate) fn find(&self, bytes: &[u8]) -> Option<Name> {
        let position = self.position(bytes, hash(bytes)).ok()?;
        Some(Name(Index::new(position)))
    }

    fn position(&self, bytes: &[u8], hash: u32) -> Result<usize, usize> {
        self.positions.find(hash, |position| self.at(position) == bytes)
    }

    fn at(&self, position: usize) -> &[u8] {
        let start = if position == 0 { 0 } else { self.ends[position - 1] };
        &self.bytes[start as usize..self.ends[position] as usize]
    }

    pub(crate) fn text(&self, name: Name) -> &[u8] {
        self.at(name.0.position())
    }
}

fn hash(bytes: &[u8]) -> u32 {
    let mut hasher = FastHasher::default();
    hasher.write(bytes);
    hasher.finish() as u32
}

/// A table with a row for each name.
#[derive(Clone, Debug)]
pub(crate) struct ByName<T>(Vec<Option<T>>);

impl<T: Copy> ByName<T> {
    /// An empty table for names that are known by now.
    pub(crate) fn new(names: &Names) -> ByName<T> {
        ByName(vec![None; names.ends.len()])
    }

    pub(crate) fn get(&self, name: Name) -> Option<T> {
        self.0.get(name.0.position()).copied().flatten()
    }

    pub(crate) fn insert(&mut self, name: Name, value: T) {
        if let Some(row) = self.0.get_mut(name.0.position()) {
            *row = Some(value);
        }
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
