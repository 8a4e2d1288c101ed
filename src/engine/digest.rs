//! Digests: what contents are compared by. Knows bytes; knows nothing of steps or of the journal.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::stamp::{Found, Kind, Stamp, tick};

/// How many bytes of a file are read at a time.
const PIECE: usize = 64 * 1024;

/// From how many bytes on a file is digested by several threads.
const LARGE: u64 = 2 << 20;

/// How many bytes of such a file are read at a time.
const LARGE_PIECE: usize = 1 << 20;

/// A blake3 digest of some content, or one of the few states that are no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Digest(pub(crate) [u8; 32]);

impl Digest {
    /// There is no such file.
    pub(crate) const ABSENT: Digest = Digest([0; 32]);
    /// It is a folder: that it is there is all that counts.
    pub(crate) const DIRECTORY: Digest = Digest([1; 32]);
    /// It changed while it was read, so that nobody knows what was read. Equals no file's digest.
    pub(crate) const UNSURE: Digest = Digest([2; 32]);
    /// It is a link that a step made: what it leads to is another file's matter. Equals no file's
    /// digest.
    pub(crate) const LINK: Digest = Digest([3; 32]);

    /// The digest of some bytes.
    pub(crate) fn of(bytes: &[u8]) -> Digest {
        Digest(*blake3::hash(bytes).as_bytes())
    }

    /// The digest of what a file holds now, which is about `size` bytes.
    pub(crate) fn of_file(file: &mut File, size: u64) -> io::Result<Digest> {
        let mut hasher = blake3::Hasher::new();
        let piece = if size < LARGE { PIECE } else { LARGE_PIECE };
        // Most files are headers, and shorter than a piece.
        let mut buffer = vec![0; usize::try_from(size).map_or(piece, |size| size.clamp(1, piece))];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(Digest(*hasher.finalize().as_bytes())),
                // Images are large, and when one is made there is little else to do.
                Ok(read) if read > PIECE => hasher.update_rayon(&buffer[..read]),
                Ok(read) => hasher.update(&buffer[..read]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
        }
    }
}

/// Takes parts one by one and digests them, each kept apart from the next.
#[derive(Default)]
pub(crate) struct Digester {
    hasher: blake3::Hasher,
    /// Parts that were not digested yet: many bytes at once take much less time.
    waiting: Vec<u8>,
}

/// How many bytes wait at most.
const WAITING: usize = 16 * 1024;

impl Digester {
    /// Adds one part.
    pub(crate) fn part(&mut self, bytes: &[u8]) -> &mut Self {
        self.waiting.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() > WAITING {
            self.hasher.update(&self.waiting);
            self.waiting.clear();
        }
        self
    }

    /// The digest of all parts.
    pub(crate) fn finish(&mut self) -> Digest {
        self.hasher.update(&self.waiting);
        self.waiting.clear();
        Digest(*self.hasher.finalize().as_bytes())
    }
}

/// What one look at a path found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    /// What it holds.
    pub(crate) digest: Digest,
    /// By what it is recognised without reading it again; none when there is no file.
    pub(crate) stamp: Option<Stamp>,
    /// Whether the stamp can be trusted later: nothing could have been written after the look
    /// without the stamp showing it.
    pub(crate) settled: bool,
    /// Whether the path is a link to what has this content. That may come to hold something else, or
    /// to be there at all, without the path's being written.
    pub(crate) link: bool,
}

impl Content {
    /// Something that is no file, known by its digest alone.
    pub(crate) fn bare(digest: Digest) -> Content {
        Content { digest, stamp: None, settled: false, link: false }
    }

    /// Looks at a path and reads it, unless its stamp is `seen`, which goes with a known digest.
    pub(crate) fn look(path: &Path, seen: Option<(Digest, Stamp)>) -> io::Result<Content> {
        Content::of(path, super::stamp::look(path)?, seen)
    }

    /// The same for what was a link when it was `seen`: mostly it leads to the same file still, which
    /// one call tells.
    pub(super) fn look_behind(path: &Path, seen: Option<(Digest, Stamp)>) -> io::Result<Content> {
        match seen {
            Some((digest, stamp)) if super::stamp::behind(path) == Some(stamp) => {
                Ok(Content { digest, stamp: Some(stamp), settled: true, link: true })
            }
            _ => Content::look(path, seen),
        }
    }

    /// The same when it is known what is at the path.
    pub(crate) fn of(
        path: &Path,
        there: Option<Found>,
        seen: Option<(Digest, Stamp)>,
    ) -> io::Result<Content> {
        let Some(Found { kind, stamp, link }) = there else {
            return Ok(Content::bare(Digest::ABSENT));
        };
        let content = match (kind, seen) {
            (Kind::Directory, _) => Content::bare(Digest::DIRECTORY),
            // Reading a pipe or a terminal could wait for ever.
            (Kind::Other, _) => Content::bare(Digest::of(b"special file")),
            (Kind::File, Some((digest, known))) if known == stamp => {
                Content { digest, stamp: Some(stamp), settled: true, link }
            }
            (Kind::File, _) => Content::read(path)?,
        };
        Ok(Content { link, ..content })
    }

    /// Reads a file that is there.
    fn read(path: &Path) -> io::Result<Content> {
        // A file that is written to while it is read is read again; one that never rests is
        // taken as it was last, with a stamp that nobody will trust.
        for _ in 0..4 {
            let before = tick();
            let mut file = match File::open(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Content::bare(Digest::ABSENT));
                }
                opened => opened?,
            };
            let first = super::stamp::of_open(&file)?;
            let digest = Digest::of_file(&mut file, first.size)?;
            let last = super::stamp::of_open(&file)?;
            if first == last {
                let settled = last.older_than(before);
                return Ok(Content { digest, stamp: Some(last), settled, link: false });
            }
        }
        Ok(Content::bare(Digest::UNSURE))
    }
}
