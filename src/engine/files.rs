//! The files of one build: every path once, and what it held when it was last looked at. Knows
//! paths and contents, and of the journal what it recognises files by; knows nothing of steps.

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
use super::folders::Folders;
use super::journal::Journal;
use super::stamp::{Found, Stamp};

/// A path. Those of the graph come first, in the graph's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct PathId(u32);

impl PathId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
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
    /// When it was learnt that it holds this, counted in things learnt.
    at: u64,
    /// After how many commands it was last looked at.
    looked: u64,
}

pub(super) struct Files<'g> {
    graph: &'g Graph,
    folder: &'g Path,
    more: Vec<BString>,
    index: HashMap<BString, PathId>,
    known: Vec<Option<Known>>,
    learnt: u64,
    commands: u64,
    /// Per file of the graph: whether a step makes it.
    made: Vec<bool>,
    /// Per file of the graph: when the step that makes it was done, counted in things learnt.
    done: Vec<u64>,
}

impl<'g> Files<'g> {
    pub(super) fn new(graph: &'g Graph, folder: &'g Path) -> Files<'g> {
        let mut made = vec![false; graph.files().len()];
        for &output in graph.steps().flat_map(|step| step.outputs()) {
            made[output.index()] = true;
        }
        Files {
            graph,
            folder,
            more: Vec::new(),
            index: HashMap::new(),
            known: vec![None; graph.files().len()],
            learnt: 0,
            commands: 0,
            made,
            done: vec![0; graph.files().len()],
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
        self.made.get(id.index()).copied().unwrap_or(false)
    }

    /// Notes that a step that makes the file has yet to be done.
    pub(super) fn expect(&mut self, file: FileId) {
        self.done[file.index()] = u64::MAX;
    }

    /// Notes that the step that makes the file is done.
    pub(super) fn settle(&mut self, file: FileId) {
        self.done[file.index()] = self.learnt;
    }

    /// Whether a file had yet to be made, or was just being made, when `at` things were learnt.
    pub(super) fn was_expected(&self, id: PathId, at: u64) -> bool {
        self.done.get(id.index()).is_some_and(|&done| done > at)
    }

    /// Notes that commands ran, which may have written more than they say.
    pub(super) fn doubt(&mut self) {
        self.commands += 1;
    }

    /// Whether a file that no step makes, or one that a link which a step made leads to, may have been
    /// written by a command since it was last looked at.
    pub(super) fn is_doubtful(&self, id: PathId) -> bool {
        let known = self.known[id.index()];
        let is_link = self.is_link(id);
        let old = known.is_none_or(|known| known.looked < self.commands);
        old && (is_link || !self.is_made(id))
    }

    /// Whether a path was a link when it was last looked at.
    pub(super) fn is_link(&self, id: PathId) -> bool {
        self.known[id.index()].is_some_and(|known| known.content.link)
    }

    /// Whether it was ever looked at.
    pub(super) fn is_known(&self, id: PathId) -> bool {
        self.known[id.index()].is_some()
    }

    /// The digest and stamp that a path was last seen with.
    pub(super) fn seen(&self, id: PathId) -> Option<(Digest, Stamp)> {
        let content = self.known[id.index()]?.content;
        Some((content.digest, content.stamp.filter(|_| content.settled)?))
    }

    pub(super) fn path(&self, id: PathId) -> &BStr {
        match self.graph.file_at(id.index()) {
            Some(file) => self.graph.path(file),
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
        let known = &mut self.known[id.index()];
        let before = known.filter(|known| known.content.digest == content.digest);
        let at = before.map_or(self.learnt, |known| known.at);
        *known = Some(Known { content, at, looked: self.commands });
        self.learnt += 1;
    }

    /// Looks again at a path that a command may have written. What cannot be read counts as
    /// changed.
    pub(super) fn look_again(&mut self, id: PathId) {
        if self.is_doubtful(id) {
            let look = if self.is_link(id) { Content::look_behind } else { Content::look };
            let content = look(&self.place(id), self.seen(id));
            self.learn(id, content.unwrap_or(Content::bare(Digest::UNSURE)));
        }
    }

    /// Looks at all the `wanted` paths, and reads those whose stamp is not that of their `past`, which
    /// may come with a glance. Returns the paths that were read and can be recognised from now on.
    pub(super) fn survey(
        &mut self,
        wanted: &[bool],
        past: impl Fn(PathId) -> Option<((Digest, Stamp), Option<Found>)> + Sync,
    ) -> Result<Vec<(PathId, Digest, Stamp)>, Error> {
        let (at, looked) = (self.learnt, self.commands);
        let mut known = std::mem::take(&mut self.known);
        let look = |folders: &mut Folders, id: PathId, known: &mut Option<Known>| {
            let place = self.place(id);
            let past = past(id);
            let seen = past.map(|(seen, _)| seen);
            let there = match past {
                Some(((_, stamp), Some(found))) if found.stamp == stamp => Some(found),
                _ => folders.look(&place).map_err(Error::io("read", &place))?,
            };
            let content = Content::of(&place, there, seen).map_err(Error::io("read", &place))?;
            *known = Some(Known { content, at, looked });
            let stamp = content.stamp.filter(|_| content.settled);
            let new = stamp.filter(|&stamp| seen != Some((content.digest, stamp)));
            Ok(new.map(|stamp| (id, content.digest, stamp)))
        };
        let slots = known.par_iter_mut().enumerate().with_min_len(256);
        let slots = slots.filter(|(id, _)| wanted[*id]);
        let looked = slots.map_init(Folders::default, |folders, (id, known)| {
            look(folders, PathId(id as u32), known)
        });
        let read = looked.filter_map(Result::transpose).collect();
        self.known = known;
        self.learnt += 1;
        read
    }
}

/// What is there under the paths that a journal would recognise, by their numbers in the journal.
pub(super) type Glances = Vec<Option<Found>>;

/// Looks at all paths that a journal would recognise: while there is other work, since most are as
/// they were.
pub(super) fn glance(journal: &Journal, folder: &Path) -> Glances {
    let names = (0..journal.names()).into_par_iter().with_min_len(256);
    let look = |folders: &mut Folders, name| glance_at(journal, folder, folders, name);
    names.map_init(Folders::default, look).collect()
}

/// The same in this thread, while others have all processors.
pub(super) fn glance_alone(journal: &Journal, folder: &Path) -> Glances {
    let mut folders = Folders::default();
    (0..journal.names()).map(|name| glance_at(journal, folder, &mut folders, name)).collect()
}

fn glance_at(journal: &Journal, folder: &Path, folders: &mut Folders, name: u32) -> Option<Found> {
    journal.seen(name)?;
    folders.look(&place(folder, journal.name(name))).ok()?
}

/// Where a path of the graph lies: as it is, or in the build folder when it is relative.
pub(super) fn place<'a>(folder: &Path, path: &'a BStr) -> Cow<'a, Path> {
    let path = Path::new(OsStr::from_bytes(path));
    if path.is_absolute() { Cow::Borrowed(path) } else { Cow::Owned(folder.join(path)) }
}
