//! What a step made before, taken from the cache instead of run; and what it made just now, kept.
//! Knows steps, files and the cache; knows neither threads nor order.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bstr::{BString, ByteSlice};
use rules::graph::{FileId, Graph, StepId, StepRef};

use super::action::{BESIDE, Made, remove, replace, sibling};
use super::cache::{Cache, Entry, Key, Lack, Question, Share};
use super::digest::{Content, Digest, Digester};
use super::discover::Found;
use super::files::{Files, PathId, place};
use super::fingerprint::by_option;
use super::folders;
use super::sure::{is_sure, passing};
use super::toolbox::Toolbox;
use super::twins::Twins;
use super::{Settings, recipe};

/// Variables that compilers and linkers look at, and that no step names.
const ENVIRONMENT: [&str; 12] = [
    "COMPILER_PATH",
    "CPATH",
    "CPLUS_INCLUDE_PATH",
    "C_INCLUDE_PATH",
    "DEPENDENCIES_OUTPUT",
    "GCC_COMPARE_DEBUG",
    "GCC_EXEC_PREFIX",
    "LIBRARY_PATH",
    "LD_LIBRARY_PATH",
    "LD_RUN_PATH",
    "SOURCE_DATE_EPOCH",
    "SUNPRO_DEPENDENCIES",
];

/// The cache, for the steps of one build.
pub(super) struct Reuse<'a, 'g> {
    settings: &'a Settings,
    graph: &'g Graph,
    folder: &'a Path,
    toolbox: &'a Toolbox<'a>,
    files: &'a Mutex<Files<'g>>,
    environment: Digest,
    /// Per file of the graph: whether people use it, so that it must not be shared.
    shown: Vec<bool>,
    twins: &'a Twins,
    /// What twins were found by after they had run.
    fresh: Mutex<HashSet<Digest>>,
    damaged: AtomicUsize,
}

/// A step that the cache had.
pub(super) struct Hit {
    pub(super) made: Made,
    pub(super) found: Found,
    pub(super) said: Vec<u8>,
    /// How long its commands took when they ran.
    pub(super) duration: Duration,
    /// It was made in this build, by a twin.
    pub(super) shared: bool,
}

/// What is to be kept of a step when there is time.
pub(super) struct Later {
    pub(super) step: StepId,
    key: Key,
    entry: Entry,
    outputs: Vec<Content>,
}

/// What looking for a step came to.
pub(super) enum Answer {
    Hit(Box<Hit>),
    Miss,
}

impl<'a, 'g> Reuse<'a, 'g> {
    pub(super) fn new(
        settings: &'a Settings,
        graph: &'g Graph,
        goals: &[FileId],
        toolbox: &'a Toolbox<'a>,
        files: &'a Mutex<Files<'g>>,
        twins: &'a Twins,
    ) -> Reuse<'a, 'g> {
        let environment = &settings.environment;
        let mut digester = Digester::default();
        for name in ENVIRONMENT {
            let value = environment.iter().rev().find(|(key, _)| key == name);
            let value = value.map_or(&b""[..], |(_, value)| value.as_slice());
            digester.part(name.as_bytes()).part(value);
        }
        let mut shown = vec![false; graph.files().len()];
        goals.iter().for_each(|goal| shown[goal.index()] = true);
        Reuse {
            settings,
            graph,
            folder: &settings.folder,
            toolbox,
            files,
            environment: digester.finish(),
            shown,
            twins,
            fresh: Mutex::default(),
            damaged: AtomicUsize::new(0),
        }
    }

    /// The cache, and how many of its files turned out to be no good; none when all were.
    pub(super) fn damage(&self) -> Option<(&'a Path, usize)> {
        let files = self.damaged.load(Ordering::Relaxed);
        let cache = (0..self.graph.parts()).find_map(|part| self.settings.cache_of(part))?;
        (files > 0).then_some((cache.folder(), files))
    }

    /// What a step is found by. None for one that may do more than its outputs tell.
    pub(super) fn key(&self, id: StepId, inputs: &[(PathId, Digest)]) -> Option<Key> {
        let step = self.graph.step(id);
        let cache = self.cache(id)?;
        if !is_sure(self.graph, step) || (cache.is_passing() && self.twins.of(id).is_none()) {
            return None;
        }
        if inputs.iter().any(|&(_, digest)| digest == Digest::UNSURE) {
            return None;
        }
        let header = self.graph.options_of(id).map(|options| PathId::from(options.file));
        let files = self.files();
        let inputs = inputs.iter().map(|&(path, digest)| {
            // The option header counts by what the entry says of it.
            let digest = if Some(path) == header { Digest::ABSENT } else { digest };
            (files.path(path), digest)
        });
        let text = recipe::text_in(self.graph, step, self.folder);
        let tools = self.toolbox.of(step);
        Some(cache.key(&Question {
            recipe: &text,
            tools: tools.iter().map(|(name, digest)| (name.as_ref(), *digest)).collect(),
            inputs: inputs.collect(),
            environment: &self.environment,
        }))
    }

    /// The cache that knows a step.
    pub(super) fn cache(&self, id: StepId) -> Option<&'a Cache> {
        self.settings.cache_of(self.graph.part_of(id)).map(AsRef::as_ref)
    }

    fn fresh(&self) -> MutexGuard<'_, HashSet<Digest>> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn files(&self) -> MutexGuard<'_, Files<'g>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for what a step would make now, and puts it in place.
    pub(super) fn find(&self, id: StepId, key: &Key, inputs: &[(PathId, Digest)]) -> Answer {
        let Some(cache) = self.cache(id) else { return Answer::Miss };
        let (entries, broken) = cache.entries(key);
        self.damaged.fetch_add(broken, Ordering::Relaxed);
        let mut read = Vec::new();
        for entry in entries {
            let Some(found) = self.holds(id, &entry, inputs, &mut read) else { continue };
            match self.place(cache, self.graph.step(id), &entry) {
                Ok(outputs) => {
                    cache.touch(key);
                    let shared =
                        self.twins.of(id).is_some() && self.fresh().contains(&key.anywhere);
                    let made = Made { outputs, read: Vec::new() };
                    let found = Found { read, ..found };
                    let duration = Duration::from_millis(entry.milliseconds);
                    let said = entry.said;
                    return Answer::Hit(Box::new(Hit { made, found, said, duration, shared }));
                }
                Err(Lack::Damaged) => {
                    self.damaged.fetch_add(1, Ordering::Relaxed);
                }
                Err(Lack::Missing) => {}
            }
        }
        cache.miss();
        Answer::Miss
    }

    /// What the step found to be needed when the entry was made, if all of it is as it was then.
    fn holds(
        &self,
        id: StepId,
        entry: &Entry,
        inputs: &[(PathId, Digest)],
        read: &mut Vec<(PathId, Content)>,
    ) -> Option<Found> {
        if entry.outputs.len() != self.graph.step(id).outputs().len() {
            return None;
        }
        let options = self.graph.options_of(id);
        let value = |name: &[u8]| Some(options?.values.get(name.as_bstr())?.as_slice());
        if entry.options.iter().any(|(name, old)| old.as_deref() != value(name)) {
            return None;
        }
        let header = by_option(self.graph, id);
        let by_name = |path: PathId| header.filter(|(header, _)| *header == path).map(|(_, d)| d);
        let mut inputs = inputs.to_vec();
        for (path, digest) in &mut inputs {
            let Some(by_name) = by_name(*path) else { continue };
            match entry.header {
                None => *digest = by_name,
                Some(old) if old == digest.0 => {}
                Some(_) => return None,
            }
        }
        let mut discovered = Vec::with_capacity(entry.files.len());
        for (hidden, digest) in &entry.files {
            let (file, digest) =
                (self.files().id(self.cache(id)?.show(hidden)?.as_bstr()), Digest(*digest));
            if by_name(file) != Some(digest) && self.look(file, read)? != digest {
                return None;
            }
            discovered.push((file, digest));
        }
        let options = entry.options.iter().map(|(name, _)| name.clone().into()).collect();
        Some(Found { inputs, discovered, options, early: Vec::new(), read: Vec::new() })
    }

    /// What a file holds now. None when that is not known before another step is done.
    fn look(&self, id: PathId, read: &mut Vec<(PathId, Content)>) -> Option<Digest> {
        let (place, seen) = {
            let files = self.files();
            if files.was_expected(id, files.now()) {
                return None;
            }
            if (files.is_made(id) || files.is_known(id)) && !files.is_doubtful(id) {
                return Some(files.digest(id));
            }
            (files.place(id).into_owned(), files.seen(id))
        };
        let content = Content::look(&place, seen).ok()?;
        self.files().learn(id, content);
        read.push((id, content));
        Some(content.digest)
    }

    /// Puts all outputs of an entry in their places, or none.
    fn place(&self, cache: &Cache, step: StepRef<'_>, entry: &Entry) -> Result<Vec<Content>, Lack> {
        let mut ready: Vec<(PathBuf, PathBuf, Content)> = Vec::new();
        let mut result = Ok(());
        for (output, &file) in entry.outputs.iter().zip(step.outputs()) {
            let real = place(self.folder, self.graph.path(file)).into_owned();
            let beside = sibling(&real, BESIDE);
            let prepared = real.parent().map_or(Ok(()), folders::make);
            let taken = match prepared.and_then(|()| remove(&beside)) {
                Ok(()) => cache.take(output, &beside, self.share(file)),
                Err(_) => Err(Lack::Missing),
            };
            match taken {
                Ok(stamp) => {
                    let settled = stamp.is_some();
                    let content =
                        Content { digest: Digest(output.digest), stamp, settled, link: false };
                    ready.push((beside, real, content));
                }
                Err(lack) => {
                    result = Err(lack);
                    break;
                }
            }
        }
        // What goes wrong here leaves some outputs in place: the step runs and writes them anew.
        let renamed = |(beside, real, _): &(PathBuf, PathBuf, Content)| {
            result.is_ok() && replace(beside, real).is_ok()
        };
        let all = ready.iter().filter(|one| renamed(one)).count() == step.outputs().len();
        if !all {
            ready.iter().for_each(|(beside, ..)| drop(remove(beside)));
            return Err(result.err().unwrap_or(Lack::Missing));
        }
        // What lies on the way is that of another time now.
        passing(self.graph, step).for_each(|path| drop(remove(&place(self.folder, path))));
        Ok(ready.into_iter().map(|(_, real, content)| again(&real, content)).collect())
    }

    fn share(&self, file: FileId) -> Share {
        if self.shown[file.index()] { Share::Copy } else { Share::Link }
    }

    /// Keeps what a step made. Outputs that get a second name get new stamps. What is copied and
    /// nobody waits for is given back, to be kept later. Fails when the cache cannot be written to.
    pub(super) fn keep(
        &self,
        id: StepId,
        key: Key,
        made: &mut Made,
        found: &Found,
        said: &[u8],
        duration: Duration,
    ) -> std::io::Result<Option<Later>> {
        let unsure = |list: &[(PathId, Digest)]| list.iter().any(|one| one.1 == Digest::UNSURE);
        if unsure(&found.discovered) || unsure(&found.inputs) || !found.early.is_empty() {
            return Ok(None);
        }
        let Some(cache) = self.cache(id).filter(|cache| !cache.is_broken()) else {
            return Ok(None);
        };
        if made.outputs.iter().any(|content| content.link) {
            return Ok(None);
        }
        let entry = self.entry(id, cache, found, said, duration);
        let files = self.graph.step(id).outputs();
        let is_copied = files.iter().all(|&file| self.share(file) == Share::Copy);
        if is_copied && self.twins.of(id).is_none() {
            let outputs = made.outputs.clone();
            return Ok(Some(Later { step: id, key, entry, outputs }));
        }
        self.store(id, &key, entry, &mut made.outputs).map(|()| None)
    }

    /// Keeps what [`Reuse::keep`] gave back.
    pub(super) fn keep_late(&self, later: Later) -> std::io::Result<()> {
        let Later { step, key, entry, mut outputs } = later;
        self.store(step, &key, entry, &mut outputs)
    }

    fn store(
        &self,
        id: StepId,
        key: &Key,
        mut entry: Entry,
        contents: &mut [Content],
    ) -> std::io::Result<()> {
        let Some(cache) = self.cache(id) else { return Ok(()) };
        let mut places = Vec::with_capacity(contents.len());
        for (content, &file) in contents.iter_mut().zip(self.graph.step(id).outputs()) {
            let real = place(self.folder, self.graph.path(file)).into_owned();
            let Some((output, stamp)) = cache.keep(&real, content, self.share(file))? else {
                return Ok(());
            };
            content.stamp = Some(stamp);
            entry.outputs.push(output);
            places.push(real);
        }
        cache.add(key, entry, &places)?;
        if self.twins.of(id).is_some() {
            self.fresh().insert(key.anywhere);
        }
        Ok(())
    }

    /// What is written down of a step's run, its outputs aside.
    fn entry(
        &self,
        id: StepId,
        cache: &Cache,
        found: &Found,
        said: &[u8],
        duration: Duration,
    ) -> Entry {
        let files = self.files();
        let header = self.graph.options_of(id).map(|options| PathId::from(options.file));
        let whole = found.inputs.iter().find(|(path, _)| Some(*path) == header);
        let whole = whole.filter(|one| by_option(self.graph, id) != Some(**one));
        let values = self.graph.options_of(id).map(|options| &options.values);
        let setting = |name: &BString| {
            let value = values.and_then(|values| values.get(name));
            (name.to_vec(), value.map(|value| value.to_vec()))
        };
        let discovered = found.discovered.iter();
        Entry {
            files: discovered
                .map(|(file, digest)| (cache.hide(files.path(*file)), digest.0))
                .collect(),
            header: whole.map(|(_, digest)| digest.0),
            options: found.options.iter().map(setting).collect(),
            outputs: Vec::new(),
            said: said.to_vec(),
            milliseconds: duration.as_millis() as u64,
        }
    }
}

/// The content of a file that was renamed just now, which shows in its stamp.
fn again(path: &Path, content: Content) -> Content {
    let now = super::stamp::look(path).ok().flatten().map(|found| found.stamp);
    let same = content.stamp.zip(now).filter(|(old, new)| {
        (old.modified, old.size, old.inode) == (new.modified, new.size, new.inode)
    });
    Content { stamp: same.map(|(_, now)| now), settled: same.is_some(), ..content }
}
