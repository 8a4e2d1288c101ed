//! The texts of recipes, in a file beside the journal. Only reasons are made from them; they are packed,
//! for they are long and full of repetitions. Knows its own file; where a text lies there is for
//! others to remember.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use flate2::read::DeflateDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};

/// The file's name.
pub(super) const NAME: &str = "recipes";

/// A text that is said to be longer than this, packed or not, is none.
const LONGEST: u64 = 1 << 30;

/// The file, to add to.
pub(super) struct Recipes {
    file: File,
    end: u64,
    /// To make one anew for every text would take as long as to pack it.
    packer: Compress,
    packed: Vec<u8>,
}

impl Recipes {
    /// Opens the file in `folder`.
    pub(super) fn open(folder: &Path) -> io::Result<Recipes> {
        let file = OpenOptions::new().create(true).append(true).open(folder.join(NAME))?;
        let end = file.metadata()?.len();
        let packer = Compress::new(Compression::fast(), false);
        Ok(Recipes { file, end, packer, packed: Vec::new() })
    }

    /// How long the file is.
    pub(super) fn length(&self) -> u64 {
        self.end
    }

    /// Stores a text; gives where it lies and how long it is there.
    pub(super) fn store(&mut self, text: &[u8]) -> io::Result<(u64, u64)> {
        self.pack(text)?;
        let at = self.end;
        if let Err(error) = self.file.write_all(&self.packed) {
            // A piece that stays is one that no step speaks of.
            self.end = self.file.metadata().map_or(at, |found| found.len());
            return Err(error);
        }
        let length = self.packed.len() as u64;
        self.end += length;
        Ok((at, length))
    }

    fn pack(&mut self, text: &[u8]) -> io::Result<()> {
        self.packer.reset();
        self.packed.clear();
        loop {
            self.packed.reserve(text.len() / 2 + 64);
            let rest = &text[self.packer.total_in() as usize..];
            let status = self.packer.compress_vec(rest, &mut self.packed, FlushCompress::Finish)?;
            if status == Status::StreamEnd {
                return Ok(());
            }
        }
    }
}

/// The text that lies at a place of the file in `folder`, when there is one.
pub(super) fn text(folder: &Path, at: u64, length: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(length).ok().filter(|&length| length as u64 <= LONGEST)?;
    let file = File::open(folder.join(NAME)).ok()?;
    let mut packed = vec![0; length];
    file.read_exact_at(&mut packed, at).ok()?;
    let mut text = Vec::new();
    DeflateDecoder::new(&packed[..]).take(LONGEST).read_to_end(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let random: Vec<u8> = (0..40_000u32).flat_map(|n| blake3_of(n).to_le_bytes()).collect();
        let texts = [&b""[..], b"a", &b"many ".repeat(20_000), &random, b"a"];
        let mut recipes = Recipes::open(folder.path()).unwrap();
        let places = texts.map(|text| recipes.store(text).unwrap());
        let mut more = Recipes::open(folder.path()).unwrap();
        assert_eq!(more.length(), recipes.length());
        let last = more.store(b"last").unwrap();
        for ((at, length), kept) in places.into_iter().zip(texts).chain([(last, &b"last"[..])]) {
            assert_eq!(text(folder.path(), at, length).unwrap(), kept);
        }
        assert!(text(folder.path(), more.length(), 1).is_none());
    }

    fn blake3_of(number: u32) -> u64 {
        let digest = blake3::hash(&number.to_le_bytes());
        digest.as_bytes()[..8].iter().fold(0, |all, &byte| all << 8 | u64::from(byte))
    }
}
