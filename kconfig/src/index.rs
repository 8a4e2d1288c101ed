//! Positions in lists: as ids of what stands there, and found by hash. Knows nothing of the lists.

use std::num::NonZeroU32;

/// A position. An `Option` of it takes no more room than itself, and tables of a large tree are
/// full of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Index(NonZeroU32);

impl Index {
    /// The position as it is written in lists. No list has more than 2^32 - 2 entries.
    pub(crate) const fn new(position: usize) -> Index {
        Index(NonZeroU32::MIN.saturating_add(position as u32))
    }

    pub(crate) const fn position(self) -> usize {
        self.0.get() as usize - 1
    }

    /// A number of its own, for hashes.
    pub(crate) const fn word(self) -> u32 {
        self.0.get()
    }
}

/// Finds positions in a list by the hashes of what stands there. The list itself is elsewhere, so
/// that the table stays small. Open addressing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Positions {
    /// Positions plus one, and 0 for what is free.
    slots: Vec<u32>,
    /// The hashes, by position.
    hashes: Vec<u32>,
}

impl Positions {
    /// The position with that hash that `is` the one; otherwise the slot for it.
    pub(crate) fn find(&self, hash: u32, is: impl Fn(usize) -> bool) -> Result<usize, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash as usize & mask;
        loop {
            match self.slots.get(slot) {
                None | Some(0) => return Err(slot),
                Some(&next) => {
                    let position = next as usize - 1;
                    if self.hashes[position] == hash && is(position) {
                        return Ok(position);
                    }
                    slot = (slot + 1) & mask;
                }
            }
        }
    }

    /// Adds the next position of the list; `slot` is the one that [`Positions::find`] gave last.
    pub(crate) fn add(&mut self, hash: u32, slot: usize) {
        self.hashes.push(hash);
        if self.hashes.len() * 2 > self.slots.len() {
            self.grow();
        } else {
            self.slots[slot] = self.hashes.len() as u32;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1024);
        self.slots = vec![0; size];
        for (position, &hash) in self.hashes.iter().enumerate() {
            let mut slot = hash as usize & (size - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = position as u32 + 1;
        }
    }
}
