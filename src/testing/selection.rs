//! Which cases are wanted. Knows how an image is told so (`lib/uktest/driven.c`).

use std::ffi::OsString;

use super::Case;

/// Libraries and words; an empty list leaves out nothing.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    libraries: Vec<String>,
    words: Vec<String>,
}

/// A word that is in no case's name.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is in no case's name")]
pub struct BadWord(pub String);

impl Selection {
    /// Cases of these libraries that have one of these words in `LIBRARY/SUITE/CASE`. Names are made
    /// of letters, digits and a few signs, so that there are no other words to look for.
    pub fn new(libraries: Vec<String>, words: Vec<String>) -> Result<Selection, BadWord> {
        let fine = |letter: char| letter.is_ascii_alphanumeric() || "_-./+".contains(letter);
        let is_bad = |word: &&String| word.is_empty() || !word.chars().all(fine);
        match libraries.iter().chain(&words).find(is_bad) {
            Some(word) => Err(BadWord(word.clone())),
            None => Ok(Selection { libraries, words }),
        }
    }

    /// The libraries.
    pub fn libraries(&self) -> &[String] {
        &self.libraries
    }

    /// Whether a case is one of them.
    pub fn wants(&self, case: &Case) -> bool {
        let name = case.to_string();
        let words = self.words.is_empty() || self.words.iter().any(|word| name.contains(word));
        words && (self.libraries.is_empty() || self.libraries.contains(&case.library))
    }

    /// The words on the image's command line that say so; with `list`, cases are only named. The first
    /// `turns` of them are left out.
    pub fn parameters(&self, list: bool, turns: usize) -> Vec<OsString> {
        let mut parameters = Vec::new();
        for (name, words) in [("libs", &self.libraries), ("words", &self.words)] {
            if !words.is_empty() {
                parameters.push(format!("uktest.{name}={}", words.join(",")).into());
            }
        }
        if list {
            parameters.push("uktest.list=1".into());
        }
        if turns > 0 {
            parameters.push(format!("uktest.skip={turns}").into());
        }
        if !parameters.is_empty() {
            parameters.push("--".into());
        }
        parameters
    }
}
