//! Where pieces of objects lie in a linked image. The linker keeps no record of that, but it keeps
//! the symbols: a symbol's address in the image, less its place in the piece, is the piece's address.
//! Pieces without symbols are looked for between their neighbours in the order of linking. Knows
//! addresses; knows nothing of files or libraries.

use std::collections::{BTreeMap, HashMap};

use bstr::{BStr, BString, ByteSlice};

use super::pieces::{Linked, Piece};

/// The pieces that were found: where each begins, where it ends, and its number.
#[derive(Default)]
pub(super) struct Places {
    taken: BTreeMap<u64, (u64, usize)>,
}

impl Places {
    /// Finds the pieces, which come in the order of linking.
    pub(super) fn find(image: &Linked, pieces: &[&Piece]) -> Places {
        let mut known: HashMap<&BStr, Vec<(u64, u64)>> = HashMap::new();
        for (name, address, size) in &image.symbols {
            known.entry(name.as_bstr()).or_default().push((*address, *size));
        }
        let mut places = Places::default();
        let mut found: Vec<Option<u64>> = vec![None; pieces.len()];
        let candidates: Vec<Vec<(u64, usize)>> =
            pieces.iter().map(|piece| candidates(piece, &known)).collect();
        // What is certain first: static functions of many files share a name.
        for certain in [true, false] {
            for (number, piece) in pieces.iter().enumerate() {
                if found[number].is_some() || certain && candidates[number].len() != 1 {
                    continue;
                }
                found[number] = candidates[number].iter().map(|&(at, _)| at).find(|&at| {
                    is_inside(image, at, piece.size) && places.take(at, piece.size, number)
                });
            }
        }
        places.between(image, pieces, &found);
        places
    }

    /// Takes a range for a piece, when it is free.
    fn take(&mut self, at: u64, size: u64, number: usize) -> bool {
        let end = at + size;
        let before = self.taken.range(..end).next_back();
        if before.is_some_and(|(_, &(other, _))| other > at) {
            return false;
        }
        self.taken.insert(at, (end, number));
        true
    }

    /// Pieces that no symbol tells of follow the one before them among those of their section.
    fn between(&mut self, image: &Linked, pieces: &[&Piece], found: &[Option<u64>]) {
        let mut last: HashMap<&BStr, u64> = HashMap::new();
        for (number, piece) in pieces.iter().enumerate() {
            let name = piece.section.as_bstr();
            match found[number] {
                Some(at) => {
                    last.insert(name, at + piece.size);
                }
                None if piece.merged || !piece.symbols.is_empty() => {}
                None => {
                    let Some(&end) = last.get(name) else { continue };
                    let at = end.next_multiple_of(piece.align);
                    if is_inside(image, at, piece.size) && self.take(at, piece.size, number) {
                        last.insert(name, at + piece.size);
                    }
                }
            }
        }
    }

    /// The ranges in `[start, end)`, in order: each with the piece that lies there, or none.
    pub(super) fn ranges(&self, start: u64, end: u64) -> Vec<(u64, u64, Option<usize>)> {
        let mut ranges = Vec::new();
        let mut at = start;
        for (&from, &(to, number)) in self.taken.range(start..end) {
            if from > at {
                ranges.push((at, from, None));
            }
            ranges.push((from, to, Some(number)));
            at = to;
        }
        if at < end {
            ranges.push((at, end, None));
        }
        ranges
    }
}

/// The addresses that a piece may have, those that most of its symbols speak for first.
fn candidates(piece: &Piece, known: &HashMap<&BStr, Vec<(u64, u64)>>) -> Vec<(u64, usize)> {
    let mut votes: BTreeMap<u64, usize> = BTreeMap::new();
    if piece.merged {
        return Vec::new();
    }
    for (name, offset, size) in &piece.symbols {
        for (address, other) in known.get(name.as_bstr()).into_iter().flatten() {
            if let Some(at) = address.checked_sub(*offset).filter(|_| size == other) {
                *votes.entry(at).or_default() += 1;
            }
        }
    }
    let mut votes: Vec<(u64, usize)> = votes.into_iter().collect();
    let most = votes.iter().map(|&(_, votes)| votes).max().unwrap_or(0);
    // One symbol against many is another one of the same name.
    votes.retain(|&(_, count)| count == most);
    votes
}

fn is_inside(image: &Linked, at: u64, size: u64) -> bool {
    let holds = |start: u64, length: u64| start <= at && at + size <= start + length;
    image.sections.iter().any(|section| holds(section.address, section.size))
}

/// The strings that the linker merged, and whose they are: the first piece that has one.
#[derive(Default)]
pub(super) struct Strings<'a> {
    owner: HashMap<&'a BStr, usize>,
}

impl<'a> Strings<'a> {
    pub(super) fn of(pieces: &[&'a Piece]) -> Strings<'a> {
        let mut owner = HashMap::new();
        for (number, piece) in pieces.iter().enumerate() {
            for string in piece.strings.iter().flatten() {
                owner.entry(string.as_bstr()).or_insert(number);
            }
        }
        Strings { owner }
    }

    pub(super) fn owner(&self, string: &BString) -> Option<usize> {
        self.owner.get(string.as_bstr()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::super::pieces::Extent;
    use super::*;

    fn piece(section: &str, size: u64, symbols: &[(&str, u64, u64)]) -> Piece {
        let symbols = symbols.iter().map(|&(name, at, size)| (name.into(), at, size)).collect();
        Piece { section: section.into(), size, align: 8, symbols, strings: None, merged: false }
    }

    fn image(symbols: &[(&str, u64, u64)]) -> Linked {
        let symbols = symbols.iter().map(|&(name, at, size)| (name.into(), at, size)).collect();
        let text = Extent { name: ".text".into(), address: 100, size: 200, data: Vec::new() };
        Linked { sections: vec![text], symbols }
    }

    fn found(image: &Linked, pieces: &[Piece]) -> Vec<(u64, u64, Option<usize>)> {
        let pieces: Vec<&Piece> = pieces.iter().collect();
        Places::find(image, &pieces).ranges(100, 300)
    }

    #[test]
    fn symbols_tell_and_equal_names_are_told_apart() {
        // Two files have a static `init`; each has another symbol at another distance.
        let one = piece(".text", 32, &[("init", 0, 8), ("one", 16, 8)]);
        let two = piece(".text", 32, &[("init", 0, 8), ("two", 24, 8)]);
        let all = [("init", 104, 8), ("one", 120, 8), ("init", 144, 8), ("two", 168, 8)];
        let ranges = found(&image(&all), &[two, one]);
        let expected = [(100, 104, None), (104, 136, Some(1)), (136, 144, None)];
        assert_eq!(ranges[..3], expected);
        assert_eq!(ranges[3..], [(144, 176, Some(0)), (176, 300, None)]);
    }

    #[test]
    fn a_piece_without_symbols_lies_behind_the_one_before_it() {
        let named = |name| piece(".rodata", 10, &[(name, 0, 10)]);
        let all = [("a", 104, 10), ("b", 136, 10)];
        let pieces = [named("a"), piece(".rodata", 16, &[]), named("b")];
        assert!(found(&image(&all), &pieces).contains(&(120, 136, Some(1))));
        // No room: the linker has dropped it.
        let pieces = [named("a"), piece(".rodata", 40, &[]), named("b")];
        assert!(found(&image(&all), &pieces).iter().all(|range| range.2 != Some(1)));
    }
}
