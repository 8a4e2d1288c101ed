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
    /// Positions plus one, and 0 for what is free; each with its hash.
    slots: Vec<(u32, u32)>,
    /// How many there are.
    count: usize,
}

impl Positions {
    /// The position with that hash that `is` the one; otherwise the slot for it.
    pub(crate) fn find(&self, hash: u32, is: impl Fn(usize) -> bool) -> Result<usize, usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = hash as usize & mask;
        loop {
            match self.slots.get(slot) {
                None | Some((0, _)) => return Err(slot),
                Some(&(next, other)) if other == hash && is(next as usize - 1) => {
                    return Ok(next as usize - 1);
                }
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    /// Adds a position; `slot` is the one that [`Positions::find`] gave last.
    pub(crate) fn add(&mut self, position: usize, hash: u32, slot: usize) {
        self.count += 1;
        let mut slot = slot;
        if self.count * 2 > self.slots.len() {
            self.grow();
            slot = self.free(hash);
        }
        self.slots[slot] = (position as u32 + 1, hash);
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(1024);
        for (next, hash) in std::mem::replace(&mut self.slots, vec![(0, 0); size]) {
            if next != 0 {
                let slot = self.free(hash);
                self.slots[slot] = (next, hash);
            }
        }
    }

    /// The first free slot for a hash.
    fn free(&self, hash: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot].0 != 0 {
            slot = (slot + 1) & mask;
        }
        slot
    }
}
