//! Interned names: variables and targets compare and index by number. Knows nothing of what a name
//! stands for.

use std::collections::BTreeSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bstr::{BStr, BString, ByteSlice};
use indexmap::IndexSet;

/// An interned name of one evaluator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

impl Name {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn from_index(index: usize) -> Name {
        Name(index as u32)
    }
}

/// All names seen so far.
pub(crate) struct Names {
    texts: IndexSet<Arc<[u8]>, FastHash>,
    tracked: Option<Tracked>,
}

/// Names of one kind that have been used.
struct Tracked {
    prefix: Box<[u8]>,
    used: Mutex<BTreeSet<BString>>,
    /// All of them have been asked for, whichever there are.
    listed: AtomicBool,
}

/// What a makefile of some size and the built-in rules come to: room from the start.
const USUAL: usize = 1 << 11;

impl Default for Names {
    fn default() -> Names {
        let texts = IndexSet::with_capacity_and_hasher(USUAL, FastHash::default());
        Names { texts, tracked: None }
    }
}

impl Names {
    /// Takes note from now on of names that begin like this.
    pub(crate) fn track(&mut self, prefix: &[u8]) {
        let (used, listed) = Default::default();
        self.tracked = Some(Tracked { prefix: prefix.into(), used, listed });
    }

    /// Those of them that have been used; none when all have been asked for.
    pub(crate) fn used(&self) -> Option<BTreeSet<BString>> {
        let Some(tracked) = &self.tracked else { return Some(BTreeSet::new()) };
        let listed = tracked.listed.load(Ordering::Relaxed);
        tracked.used.lock().ok().filter(|_| !listed).map(|used| used.clone())
    }

    /// Takes note that all names have been asked for.
    pub(crate) fn list(&self) {
        if let Some(tracked) = &self.tracked {
            tracked.listed.store(true, Ordering::Relaxed);
        }
    }

    fn note(&self, text: &[u8]) {
        if let Some(tracked) = &self.tracked
            && text.starts_with(&tracked.prefix)
            && let Ok(mut used) = tracked.used.lock()
            && !used.contains(text.as_bstr())
        {
            used.insert(text.into());
        }
    }

    pub(crate) fn intern(&mut self, text: &[u8]) -> Name {
        self.note(text);
        let found = self.texts.get_index_of(text);
        Name(found.unwrap_or_else(|| self.texts.insert_full(text.into()).0) as u32)
    }

    pub(crate) fn find(&self, text: &[u8]) -> Option<Name> {
        self.note(text);
        self.texts.get_index_of(text).map(Name::from_index)
    }

    pub(crate) fn text(&self, name: Name) -> &BStr {
        self.texts[name.index()].as_bstr()
    }

    pub(crate) fn shared(&self, name: Name) -> Arc<[u8]> {
        self.texts[name.index()].clone()
    }
}

/// Builds the hasher for tables whose keys are short and come from makefiles.
pub type FastHash = BuildHasherDefault<FastHasher>;

/// Eight bytes a multiplication: makefile names are short and not chosen by an enemy.
#[derive(Clone, Debug, Default)]
pub struct FastHasher(u64);

impl FastHasher {
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        let mut word = [0; 8];
        let rest = chunks.remainder();
        word[..rest.len()].copy_from_slice(rest);
        self.mix(u64::from_le_bytes(word));
    }

    fn write_usize(&mut self, word: usize) {
        self.mix(word as u64);
    }

    fn write_u32(&mut self, word: u32) {
        self.mix(u64::from(word));
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}
