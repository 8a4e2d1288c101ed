//! Byte strings one behind the other in one allocation, each known by its number. Knows nothing of
//! what they say.

use std::hash::BuildHasher;
use std::sync::OnceLock;

use bstr::{BStr, ByteSlice};
use hashbrown::{DefaultHashBuilder, HashTable};

/// Texts by number, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    hasher: DefaultHashBuilder,
    /// The numbers by what they stand for; made when a text is first looked for.
    index: OnceLock<HashTable<u32>>,
}

impl Texts {
    /// The texts that `bytes` consists of, of these lengths; none when it is not as long as they
    /// are together.
    pub fn cut(bytes: Vec<u8>, lengths: impl Iterator<Item = usize>) -> Option<Texts> {
        let ends = lengths.scan(0usize, |end, length| {
            *end = end.saturating_add(length);
            Some(*end)
        });
        let ends: Vec<usize> = ends.collect();
        let whole = ends.last().copied().unwrap_or(0) == bytes.len();
        whole.then(|| Texts { bytes, ends, ..Texts::default() })
    }

    /// None yet, with room for so many of so many bytes in all.
    pub fn with_room(count: usize, bytes: usize) -> Texts {
        Texts {
            bytes: Vec::with_capacity(bytes),
            ends: Vec::with_capacity(count),
            index: OnceLock::from(HashTable::with_capacity(count)),
            ..Texts::default()
        }
    }

    /// How many there are; they are numbered from 0.
    pub fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All of them, one behind the other.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text of a number.
    pub fn get(&self, number: u32) -> &BStr {
        get(&self.bytes, &self.ends, number)
    }

    /// All texts in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &BStr> + Clone {
        (0..self.len()).map(|number| self.get(number))
    }

    /// The number of a text, when it is there: the first, should it be there twice.
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.index().find(hash, |&number| *self.get(number) == *text).copied()
    }

    /// The number of a text, which is added when it is not there.
    pub fn add(&mut self, text: &[u8]) -> u32 {
        match self.find(text) {
            Some(number) => number,
            None => self.push(text),
        }
    }

    /// Adds a text that is not there; gives its number.
    pub fn push(&mut self, text: &[u8]) -> u32 {
        let number = self.len();
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
        let Texts { bytes, ends, hasher, index } = self;
        if let Some(index) = index.get_mut() {
            let hash = |&number: &u32| hasher.hash_one(get(bytes, ends, number).as_bytes());
            index.insert_unique(hasher.hash_one(text), number, hash);
        }
        number
    }

    fn index(&self) -> &HashTable<u32> {
        self.index.get_or_init(|| {
            let hash = |&number: &u32| self.hasher.hash_one(self.get(number).as_bytes());
            let mut index = HashTable::with_capacity(self.ends.len());
            for number in 0..self.len() {
                let same = |&other: &u32| self.get(other) == self.get(number);
                index.entry(hash(&number), same, hash).or_insert(number);
            }
            index
        })
    }
}

fn get<'t>(bytes: &'t [u8], ends: &[usize], number: u32) -> &'t BStr {
    let number = number as usize;
    let start = if number == 0 { 0 } else { ends[number - 1] };
    bytes[start..ends[number]].as_bstr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_once_and_by_number() {
        let mut texts = Texts::default();
        let numbers = ["a", "", "bc", "a", ""].map(|text| texts.add(text.as_bytes()));
        assert_eq!(numbers, [0, 1, 2, 0, 1]);
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["a", "", "bc"]);
        assert_eq!((texts.find(b"bc"), texts.find(b"b")), (Some(2), None));
    }

    #[test]
    fn cut_texts_are_found() {
        let mut texts = Texts::cut(b"abca".to_vec(), [1, 2, 1].into_iter()).unwrap();
        assert_eq!((texts.find(b"bc"), texts.find(b"a")), (Some(1), Some(0)));
        assert_eq!((texts.add(b"d"), texts.find(b"d")), (3, Some(3)));
        assert!(Texts::cut(b"abc".to_vec(), [1].into_iter()).is_none());
        assert!(Texts::cut(b"abc".to_vec(), [usize::MAX, 4].into_iter()).is_none());
    }
}
