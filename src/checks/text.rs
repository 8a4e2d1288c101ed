//! Words in sources: where a name stands. Knows what an identifier is; does not read C.

use std::path::{Path, PathBuf};

/// The endings of files in which something may be defined.
const SOURCES: [&str; 12] =
    ["c", "cc", "cpp", "cxx", "S", "s", "asm", "rs", "ld", "lds", "in", "awk"];

/// The first line of a text, from 1, that has the word.
pub(super) fn line_of(text: &str, word: &str) -> Option<u32> {
    let found = (1..).zip(text.lines()).find(|(_, line)| has_word(line, word));
    found.map(|(number, _)| number)
}

/// Whether an identifier stands in a text as a whole.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    stands(text, word, |after| !is_part(after))
}

/// Whether an option, or one whose name begins with it and `_`, stands in a text.
pub(super) fn has_option(text: &str, option: &str) -> bool {
    stands(text, option, |after| after == '_' || !is_part(after))
}

fn stands(text: &str, word: &str, may_follow: fn(char) -> bool) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && after.is_none_or(may_follow)
    })
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// A file as text; nothing when it cannot be read.
pub(super) fn read(file: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(file).unwrap_or_default()).into_owned()
}

/// The sources below a folder.
pub(super) fn sources(folder: &Path) -> impl Iterator<Item = PathBuf> {
    files(folder).into_iter().filter(|file| {
        let ending = file.extension().unwrap_or_default().to_string_lossy();
        SOURCES.contains(&ending.as_ref())
    })
}

/// The files below a folder, in order. Links are not followed.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut found = Vec::new();
    for entry in entries {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&entry.path())),
            Ok(kind) if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert_eq!(line_of("uk_allocator\n(uk_alloc(\n", "uk_alloc"), Some(2));
        assert!(!has_word("_uk_alloc uk_alloc2", "uk_alloc"));
        assert!(has_word("\u{e4} uk_alloc", "uk_alloc"));
        assert!(has_option("$(CONFIG_LIBUKTEST_ALL)", "CONFIG_LIBUKTEST"));
        assert!(!has_option("CONFIG_LIBUKTESTING", "CONFIG_LIBUKTEST"));
    }
}
