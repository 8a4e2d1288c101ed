//! A test case by its name, and a place in a source. Knows no results.

use std::fmt;

/// A case: a function in a suite of a library. What concerns a whole image has a name alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Case {
    /// The library that the suite is in.
    pub library: String,
    /// The suite.
    pub suite: String,
    /// The case's own name.
    pub name: String,
}

impl Case {
    /// What stands for the image as a whole.
    pub fn of_image() -> Case {
        Case { name: "image".to_owned(), ..Case::default() }
    }

    /// `LIBRARY/SUITE/CASE`
    pub(super) fn parse(text: &str) -> Option<Case> {
        let mut parts = text.splitn(3, '/').map(str::to_owned);
        let (library, suite, name) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = [&library, &suite, &name].iter().all(|part| !part.is_empty());
        is_whole.then_some(Case { library, suite, name })
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.library, &self.suite].into_iter().filter(|part| !part.is_empty()) {
            write!(f, "{part}/")?;
        }
        f.write_str(&self.name)
    }
}

/// A line of a source, as the image names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
}

impl Place {
    /// `FILE:LINE`
    pub(super) fn parse(text: &str) -> Option<Place> {
        let (file, line) = text.rsplit_once(':')?;
        let line = line.parse().ok()?;
        (!file.is_empty()).then(|| Place { file: file.to_owned(), line })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
