//! The action cache: what steps made before, in this build folder or another, found by what they
//! were made from. Knows files of its own; knows neither graphs nor what is running.
//!
//! A key stands for a step's commands, tools and declared inputs, with the folders that may lie
//! elsewhere hidden. Under it lie entries, each with what one run found to be read besides, and the
//! objects that it wrote. What mentions one of those folders in its contents is good for that folder
//! only, and kept under a key that shows it.

mod entry;
mod memory;
mod objects;
mod roots;
mod upkeep;

use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use bstr::{BStr, BString};

use super::digest::{Content, Digest, Digester};
use super::folders;
use super::stamp::Stamp;
pub(super) use entry::{Entry, Output};
use memory::Memory;
use objects::Objects;
pub(super) use objects::{Lack, Share};
use roots::Roots;
pub use upkeep::{Report, Usage};

/// A cache in a folder, as one build sees it; or one that lasts as long as that build.
pub struct Cache {
    folder: PathBuf,
    /// How much it may hold, in bytes.
    limit: u64,
    roots: Roots,
    objects: Objects,
    tally: Arc<Tally>,
    /// Where everything is kept that no folder keeps.
    memory: Option<Arc<Memory>>,
}

/// What one build did with a cache.
#[derive(Default)]
struct Tally {
    added: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
    broken: AtomicBool,
}

/// What a step is found by: for all folders, and for just these.
pub(super) struct Key {
    pub(super) anywhere: Digest,
    here: Digest,
}

/// What goes into a key.
pub(super) struct Question<'a> {
    pub(super) recipe: &'a [u8],
    pub(super) tools: Vec<(&'a BStr, Digest)>,
    pub(super) inputs: Vec<(&'a BStr, Digest)>,
    pub(super) environment: &'a Digest,
}

impl Cache {
    /// The cache in `folder`, which need not be there yet, for a build whose paths begin with
    /// `roots`: names and folders. It is kept below `limit` bytes.
    pub fn new(
        folder: impl Into<PathBuf>,
        limit: u64,
        roots: impl IntoIterator<Item = (String, PathBuf)>,
    ) -> Cache {
        let folder = folder.into();
        Cache {
            objects: Objects { folder: folder.join("objects") },
            folder,
            limit,
            roots: Roots::new(roots),
            tally: Arc::default(),
            memory: None,
        }
    }

    /// A cache that keeps nothing beyond the build: for what several parts of it have in common.
    pub fn passing(roots: impl IntoIterator<Item = (String, PathBuf)>) -> Cache {
        Cache { memory: Some(Arc::default()), ..Cache::new("", 0, roots) }
    }

    /// The same cache, for another part of the same build.
    pub fn with_roots(&self, roots: impl IntoIterator<Item = (String, PathBuf)>) -> Cache {
        Cache {
            tally: Arc::clone(&self.tally),
            memory: self.memory.clone(),
            ..Cache::new(self.folder.clone(), self.limit, roots)
        }
    }

    /// Whether it is gone when the build is over.
    pub(super) fn is_passing(&self) -> bool {
        self.memory.is_some()
    }

    /// What tells actions apart before their inputs are known.
    pub(super) fn sort(&self, recipe: &[u8]) -> Digest {
        Digest::of(&self.roots.hide(recipe))
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn key(&self, question: &Question<'_>) -> Key {
        Key {
            anywhere: digest(question, |text| self.roots.hide(text)),
            here: digest(question, |text| text.into()),
        }
    }

    /// The entries under a key, the newest first; and how many files were damaged.
    pub(super) fn entries(&self, key: &Key) -> (Vec<Entry>, usize) {
        if let Some(memory) = &self.memory {
            return (memory.entries(&key.anywhere), 0);
        }
        let mut damaged = 0;
        let mut all = Vec::new();
        for key in [&key.anywhere, &key.here] {
            let path = self.entry_path(key);
            let Ok(bytes) = fs::read(&path) else { continue };
            match entry::decode(&bytes) {
                Some(entries) => all.extend(entries),
                None => {
                    damaged += 1;
                    let _ = fs::remove_file(&path);
                }
            }
        }
        (all, damaged)
    }

    /// A path of an entry as it is here. None when it lies in a folder that is not known here.
    pub(super) fn show(&self, hidden: &[u8]) -> Option<BString> {
        self.roots.show(hidden)
    }

    /// A path as entries have it.
    pub(super) fn hide(&self, path: &[u8]) -> Vec<u8> {
        self.roots.hide(path).into()
    }

    /// Keeps one output. Gives the object, and the stamp that the file has afterwards. None when it
    /// cannot be kept.
    pub(super) fn keep(
        &self,
        file: &Path,
        content: &Content,
        share: Share,
    ) -> io::Result<Option<(Output, Stamp)>> {
        if let Some(memory) = &self.memory {
            return memory.keep(file, content);
        }
        let kept = self.objects.keep(file, content, share)?;
        if let Some((output, _)) = &kept {
            self.tally.added.fetch_add(output.size, Ordering::Relaxed);
        }
        Ok(kept)
    }

    /// Puts an output's object at a path where nothing is.
    pub(super) fn take(
        &self,
        output: &Output,
        to: &Path,
        share: Share,
    ) -> Result<Option<Stamp>, Lack> {
        match &self.memory {
            Some(memory) => memory.take(output, to),
            None => self.objects.take(output, to, share),
        }
    }

    /// Adds an entry whose outputs have been kept and lie at `files`.
    pub(super) fn add(&self, key: &Key, new: Entry, files: &[PathBuf]) -> io::Result<()> {
        let bound = self.roots.are_in(&new.said) || self.are_bound(files)?;
        if let Some(memory) = &self.memory {
            if !bound {
                memory.add(key.anywhere, new);
            }
            return Ok(());
        }
        let path = self.entry_path(if bound { &key.here } else { &key.anywhere });
        let known = fs::read(&path).ok().and_then(|bytes| entry::decode(&bytes));
        let mut entries = known.unwrap_or_default();
        entry::add(&mut entries, new);
        let Some(bytes) = entry::encode(&entries) else { return Ok(()) };
        self.tally.added.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if let Some(folder) = path.parent() {
            folders::make(folder)?;
        }
        let beside = path.with_extension(std::process::id().to_string());
        fs::write(&beside, bytes)?;
        fs::rename(&beside, &path)
    }

    /// Whether files mention a root, or cannot be looked through.
    fn are_bound(&self, files: &[PathBuf]) -> io::Result<bool> {
        for file in files {
            let mut file = fs::File::open(file)?;
            let mut head = [0; PACKED_HEAD];
            let length = file.read_at(&mut head, 0)?;
            if is_packed(&head[..length]) || self.roots.are_told(&mut file)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Marks what lies under a key as used just now.
    pub(super) fn touch(&self, key: &Key) {
        self.tally.hits.fetch_add(1, Ordering::Relaxed);
        if self.memory.is_some() {
            return;
        }
        for key in [&key.anywhere, &key.here] {
            if let Ok(file) = fs::File::open(self.entry_path(key)) {
                let _ = file.set_modified(std::time::SystemTime::now());
            }
        }
    }

    pub(super) fn miss(&self) {
        self.tally.misses.fetch_add(1, Ordering::Relaxed);
    }

    /// Says once that the cache cannot be written to.
    pub(super) fn breaks(&self) -> bool {
        !self.tally.broken.swap(true, Ordering::Relaxed)
    }

    /// Whether writing to it has failed.
    pub(super) fn is_broken(&self) -> bool {
        self.tally.broken.load(Ordering::Relaxed)
    }

    fn entry_path(&self, key: &Digest) -> PathBuf {
        let name = blake3::Hash::from_bytes(key.0).to_hex();
        self.folder.join("entries").join(&name[..2]).join(&name[2..])
    }
}

/// How much of a file tells whether it is packed.
const PACKED_HEAD: usize = 8;

/// Archives that hide what they hold.
fn is_packed(bytes: &[u8]) -> bool {
    let magics: [&[u8]; 4] = [b"\x1f\x8b", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"BZh"];
    magics.iter().any(|magic| bytes.starts_with(magic))
}

fn digest(question: &Question<'_>, text: impl Fn(&[u8]) -> BString) -> Digest {
    let mut digester = Digester::default();
    digester.part(&text(question.recipe)).part(&question.environment.0);
    digester.part(&question.tools.len().to_le_bytes());
    for (name, digest) in &question.tools {
        digester.part(&text(name)).part(&digest.0);
    }
    for (path, digest) in &question.inputs {
        digester.part(&text(path)).part(&digest.0);
    }
    digester.finish()
}
