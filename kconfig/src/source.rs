//! Source files and places in them. Knows nothing of their contents.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use crate::index::Index;

/// A Kconfig file of one [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(Index);

impl FileId {
    /// The file that a parse begins with.
    pub(crate) const FIRST: FileId = FileId(Index::new(0));

    /// Position in [`Sources::files`], for tables beside them.
    pub(crate) fn index(self) -> usize {
        self.0.position()
    }
}

/// A range of bytes in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The bytes of `text` that the span covers; nothing when it does not fit.
    pub fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The line, from 1.
    pub line: u32,
    /// The bytes.
    pub span: Span,
}

/// One file that was read.
#[derive(Clone)]
pub struct SourceFile {
    /// Its name, as `source` gave it.
    pub name: BString,
    /// Where it was found.
    pub path: PathBuf,
    /// What it contains.
    pub text: Arc<[u8]>,
    /// The `source` that read it, for all but the first.
    pub included: Option<Place>,
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The text would bury everything else.
        let SourceFile { name, path, text, included } = self;
        f.debug_struct("SourceFile")
            .field("name", name)
            .field("path", path)
            .field("bytes", &text.len())
            .field("included", included)
            .finish()
    }
}

/// All files of a parse, in the order in which they were named.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// A file.
    pub fn file(&self, file: FileId) -> &SourceFile {
        &self.files[file.index()]
    }

    /// All files, by id.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The name of a place's file.
    pub fn name(&self, place: Place) -> &BStr {
        self.file(place.file).name.as_bstr()
    }

    /// The `source` statements that led to a place's file, innermost first.
    pub fn chain(&self, place: Place) -> Vec<Place> {
        let mut chain = Vec::new();
        let mut file = place.file;
        while let Some(from) = self.file(file).included {
            // A file that is read twice could name itself on the way up.
            if chain.len() > self.files.len() {
                break;
            }
            chain.push(from);
            file = from.file;
        }
        chain
    }

    pub(crate) fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(Index::new(self.files.len()));
        self.files.push(file);
        id
    }

    /// Replaces what is known of a file when it is read (again).
    pub(crate) fn set(&mut self, id: FileId, path: PathBuf, text: Arc<[u8]>, from: Option<Place>) {
        let file = &mut self.files[id.index()];
        file.path = path;
        file.text = text;
        file.included = from;
    }
}
