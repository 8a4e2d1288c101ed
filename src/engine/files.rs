//! The files of one build: every path once, and what it held when it was last looked at. Knows
//! paths and contents; knows nothing of steps.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use rayon::prelude::*;
use rules::graph::{FileId, Graph};

use super::digest::{Content, Digest};
use super::error::Error;
use super::stamp::Stamp;

/// A path. Those of the graph come first, in the graph's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PathId(u32);

impl PathId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }

    /// The first `count` paths.
    pub(super) fn all(count: usize) -> impl Iterator<Item = PathId> {
        (0..count as u32).map(PathId)
    }
}

impl From<FileId> for PathId {
    fn from(file: FileId) -> PathId {
        PathId(file.index() as u32)
    }
}

/// What is known of a path.
#[derive(Clone, Copy, Debug)]
struct Known {
    content: Content,
    /// When it was learnt, counted in things learnt.
    at: u64,
}

pub(super) struct Files<'g> {
    graph: &'g Graph,
    folder: &'g Path,
    more: Vec<BString>,
    index: HashMap<BString, PathId>,
    known: Vec<Option<Known>>,
    learnt: u64,
}

impl<'g> Files<'g> {
    pub(super) fn new(graph: &'g Graph, folder: &'g Path) -> Files<'g> {
        Files {
            graph,
            folder,
            more: Vec::new(),
            index: HashMap::new(),
            known: vec![None; graph.files().len()],
            learnt: 0,
        }
    }

    /// How many paths there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// The id of a path.
    pub(super) fn id(&mut self, path: &BStr) -> PathId {
        if let Some(file) = self.graph.find(path) {
            return file.into();
        }
        if let Some(&id) = self.index.get(path) {
            return id;
        }
        let id = PathId(self.known.len() as u32);
        self.more.push(path.to_owned());
        self.index.insert(path.to_owned(), id);
        self.known.push(None);
        id
    }

    /// Whether a step of the graph makes it.
    pub(super) fn is_made(&self, id: PathId) -> bool {
        let file = self.graph.files().get(id.index()).and_then(|path| self.graph.find(path));
        file.is_some_and(|file| self.graph.producer(file).is_some())
    }

    pub(super) fn path(&self, id: PathId) -> &BStr {
        match self.graph.files().get(id.index()) {
            Some(path) => path.as_bstr(),
            None => self.more[id.index() - self.graph.files().len()].as_bstr(),
        }
    }

    /// Where the path lies.
    pub(super) fn place(&self, id: PathId) -> Cow<'_, Path> {
        place(self.folder, self.path(id))
    }

    /// What a path held; nothing when it was not looked at.
    pub(super) fn digest(&self, id: PathId) -> Digest {
        self.known[id.index()].map_or(Digest::ABSENT, |known| known.content.digest)
    }

    /// What a path held, when that was learnt before `at`.
    pub(super) fn digest_before(&self, id: PathId, at: u64) -> Option<Digest> {
        self.known[id.index()].filter(|known| known.at < at).map(|known| known.content.digest)
    }

    /// Where the count of things learnt stands.
    pub(super) fn now(&self) -> u64 {
        self.learnt
    }

    pub(super) fn learn(&mut self, id: PathId, content: Content) {
        self.known[id.index()] = Some(Known { content, at: self.learnt });
        self.learnt += 1;
    }

    /// Looks at many paths at once, and reads those whose stamp is not the `seen` one. Returns
    /// the paths that were read and can be recognised from now on.
    pub(super) fn survey(
        &mut self,
        paths: &[PathId],
        seen: impl Fn(PathId) -> Option<(Digest, Stamp)> + Sync,
    ) -> Result<Vec<(PathId, Digest, Stamp)>, Error> {
        let look = |&id: &PathId| {
            let place = self.place(id);
            let seen = seen(id);
            let content = Content::look(&place, seen).map_err(Error::io("read", &place))?;
            Ok((id, content, seen))
        };
        let found =
            paths.par_iter().with_min_len(32).map(look).collect::<Result<Vec<_>, Error>>()?;
        let mut read = Vec::new();
        for (id, content, seen) in found {
            self.learn(id, content);
            if let Some(stamp) = content.stamp
                && content.settled
                && seen != Some((content.digest, stamp))
            {
                read.push((id, content.digest, stamp));
            }
        }
        Ok(read)
    }
}

/// Where a path of the graph lies: as it is, or in the build folder when it is relative.
pub(super) fn place<'a>(folder: &Path, path: &'a BStr) -> Cow<'a, Path> {
    let path = Path::new(OsStr::from_bytes(path));
    if path.is_absolute() { Cow::Borrowed(path) } else { Cow::Owned(folder.join(path)) }
}
