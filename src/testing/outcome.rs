//! What tests came to. Knows neither how that was found out nor how it is shown.

use std::fmt;
use std::time::Duration;

use super::{Case, Place};

/// A case that ran.
#[derive(Clone, Debug)]
pub struct Tested {
    /// Which one.
    pub case: Case,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// How long it took, as seen from outside.
    pub time: Duration,
}

/// Why a case failed.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// What did not hold.
    pub complaints: Vec<Complaint>,
    /// What was printed meanwhile: of a crash the report, lines resolved.
    pub output: String,
}

/// Something that should have been otherwise.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// Where that was noticed.
    pub place: Option<Place>,
    /// What.
    pub text: String,
}

impl Complaint {
    pub(super) fn of_image(text: impl Into<String>) -> Complaint {
        Complaint { place: None, text: text.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// One image's tests.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// Its platform and architecture.
    pub name: String,
    /// In the order in which they ended.
    pub tested: Vec<Tested>,
    /// From its start to its end.
    pub time: Duration,
}

impl Image {
    /// How many cases passed.
    pub fn passed(&self) -> usize {
        self.tested.len() - self.failed()
    }

    /// How many did not.
    pub fn failed(&self) -> usize {
        self.failures().count()
    }

    /// Those that did not.
    pub fn failures(&self) -> impl Iterator<Item = (&Case, &Failure)> {
        self.tested.iter().filter_map(|tested| Some((&tested.case, tested.failure.as_ref()?)))
    }
}
