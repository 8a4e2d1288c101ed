//! Places in makefiles. Knows nothing of what stands there.

use std::fmt;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

/// A line of a makefile.
///
/// All lines of text handed to `$(eval)` are on the line that evaluates it, as GNU make has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Location {
    /// The makefile, named as it was opened.
    pub file: Arc<BString>,
    /// Its line, from 1; 0 is no line, as in make's own recipes.
    pub line: u32,
}

impl Location {
    /// A line of `file`.
    pub fn new(file: impl AsRef<[u8]>, line: u32) -> Location {
        Location { file: Arc::new(BString::from(file.as_ref())), line }
    }

    /// The makefile's name.
    pub fn file(&self) -> &BStr {
        self.file.as_bstr()
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.file),
            line => write!(f, "{}:{line}", self.file),
        }
    }
}
