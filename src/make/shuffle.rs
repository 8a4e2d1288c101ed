//! `--shuffle`: goals and prerequisites in another order than the makefile's, to bring missing
//! prerequisites to light. Knows orders; knows nothing of files.
//!
//! A list's order depends on the seed and on whose list it is, not on what was shuffled before.

use std::fmt;

use bstr::{BStr, BString, ByteSlice};

/// An order other than the makefile's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shuffle {
    /// An order that the seed fixes.
    Random(u32),
    /// The last comes first.
    Reverse,
    /// The makefile's own order, by way of the same code.
    Identity,
}

/// An argument of `--shuffle` that is neither a mode nor a seed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid shuffle mode: '{0}'")]
pub(crate) struct InvalidMode(pub(crate) BString);

impl Shuffle {
    /// Reads an argument of `--shuffle`; `none` is no shuffle. `fresh` seeds the mode `random`.
    pub(crate) fn parse(argument: &BStr, fresh: u32) -> Result<Option<Shuffle>, InvalidMode> {
        let is = |mode: &str| argument.eq_ignore_ascii_case(mode.as_bytes());
        if is("none") {
            return Ok(None);
        }
        if is("random") {
            return Ok(Some(Shuffle::Random(fresh)));
        }
        if is("reverse") {
            return Ok(Some(Shuffle::Reverse));
        }
        if is("identity") {
            return Ok(Some(Shuffle::Identity));
        }
        let digits = argument.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        match digits.and_then(|text| text.parse().ok()) {
            Some(seed) => Ok(Some(Shuffle::Random(seed))),
            None => Err(InvalidMode(argument.to_owned())),
        }
    }

    /// Reorders the prerequisites of `owner`, or the goals when that is empty. A list with a
    /// `.WAIT` in it keeps its order: what stands on either side of it has an order by intent.
    pub(crate) fn reorder<T>(self, owner: &[u8], list: &mut [T], is_wait: impl Fn(&T) -> bool) {
        if list.iter().any(is_wait) {
            return;
        }
        match self {
            Shuffle::Identity => {}
            Shuffle::Reverse => list.reverse(),
            Shuffle::Random(seed) => {
                let mut numbers = Numbers::new(seed, owner);
                for last in (1..list.len()).rev() {
                    list.swap(last, numbers.below(last + 1));
                }
            }
        }
    }
}

/// The argument that gives the same order again, in sub-makes and in messages.
impl fmt::Display for Shuffle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shuffle::Random(seed) => write!(f, "{seed}"),
            Shuffle::Reverse => f.write_str("reverse"),
            Shuffle::Identity => f.write_str("identity"),
        }
    }
}

/// SplitMix64: short, and even enough for an order.
struct Numbers(u64);

impl Numbers {
    fn new(seed: u32, owner: &[u8]) -> Numbers {
        // FNV-1a, so that two lists of one length do not get one order.
        let hash = owner.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Numbers(hash ^ (u64::from(seed) << 32 | u64::from(seed)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(shuffle: Shuffle, owner: &str, count: u32) -> Vec<u32> {
        let mut list: Vec<u32> = (0..count).collect();
        shuffle.reorder(owner.as_bytes(), &mut list, |_| false);
        list
    }

    #[test]
    fn arguments() {
        let parse = |text: &str| Shuffle::parse(text.into(), 7);
        assert_eq!(parse("none"), Ok(None));
        assert_eq!(parse("random"), Ok(Some(Shuffle::Random(7))));
        assert_eq!(parse("Reverse"), Ok(Some(Shuffle::Reverse)));
        assert_eq!(parse("identity"), Ok(Some(Shuffle::Identity)));
        assert_eq!(parse("0"), Ok(Some(Shuffle::Random(0))));
        assert_eq!(parse("12345").unwrap().unwrap().to_string(), "12345");
        for wrong in ["", "12x", "-1", "+1", "99999999999", "up"] {
            assert_eq!(parse(wrong), Err(InvalidMode(wrong.into())));
        }
        assert_eq!(parse("up").unwrap_err().to_string(), "invalid shuffle mode: 'up'");
    }

    #[test]
    fn fixed_orders() {
        assert_eq!(order(Shuffle::Reverse, "all", 4), [3, 2, 1, 0]);
        assert_eq!(order(Shuffle::Identity, "all", 4), [0, 1, 2, 3]);
        assert!(order(Shuffle::Random(1), "all", 0).is_empty());
    }

    #[test]
    fn a_seed_fixes_a_permutation() {
        for seed in 0..50 {
            let mut list = order(Shuffle::Random(seed), "all", 20);
            assert_eq!(list, order(Shuffle::Random(seed), "all", 20));
            list.sort_unstable();
            assert_eq!(list, (0..20).collect::<Vec<_>>());
        }
        assert_ne!(order(Shuffle::Random(1), "all", 20), order(Shuffle::Random(2), "all", 20));
        assert_ne!(order(Shuffle::Random(1), "all", 20), order(Shuffle::Random(1), "lib", 20));
    }

    #[test]
    fn every_order_comes_up() {
        let mut seen: Vec<_> = (0..200).map(|seed| order(Shuffle::Random(seed), "", 3)).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 6);
    }

    #[test]
    fn wait_keeps_the_order() {
        let mut list = ["a", "b", ".WAIT", "c"];
        Shuffle::Reverse.reorder(b"all", &mut list, |name| *name == ".WAIT");
        assert_eq!(list, ["a", "b", ".WAIT", "c"]);
    }
}
