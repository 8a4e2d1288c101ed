//! What a step made before, taken from the cache instead of run; and what it made just now, kept.
//! Knows steps, files and the cache; knows neither threads nor order.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bstr::{BString, ByteSlice};
use rules::graph::{Command, FileId, Graph, Step, StepId};

use super::action::{BESIDE, Made, remove, sibling};
use super::cache::{Cache, Entry, Key, Lack, Question, Share};
use super::digest::{Content, Digest, Digester};
use super::discover::Found;
use super::files::{Files, PathId, place};
use super::fingerprint::by_option;
use super::recipe;
use super::toolbox::Toolbox;

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
    cache: &'a Cache,
    graph: &'g Graph,
    folder: &'a Path,
    toolbox: &'a Toolbox<'a>,
    files: &'a Mutex<Files<'g>>,
    environment: Digest,
    /// Per file of the graph: whether people use it, so that it must not be shared.
    shown: Vec<bool>,
    damaged: AtomicUsize,
}

/// A step that the cache had.
pub(super) struct Hit {
    pub(super) made: Made,
    pub(super) found: Found,
    pub(super) said: Vec<u8>,
    /// How long its commands took when they ran.
    pub(super) duration: Duration,
}

/// What looking for a step came to.
pub(super) enum Answer {
    Hit(Box<Hit>),
    Miss,
}

impl<'a, 'g> Reuse<'a, 'g> {
    pub(super) fn new(
        cache: &'a Cache,
        graph: &'g Graph,
        goals: &[FileId],
        folder: &'a Path,
        toolbox: &'a Toolbox<'a>,
        files: &'a Mutex<Files<'g>>,
        environment: &[(BString, BString)],
    ) -> Reuse<'a, 'g> {
        let mut digester = Digester::default();
        for name in ENVIRONMENT {
            let value = environment.iter().rev().find(|(key, _)| key == name);
            let value = value.map_or(&b""[..], |(_, value)| value.as_slice());
            digester.part(name.as_bytes()).part(value);
        }
        let mut shown = vec![false; graph.files().len()];
        goals.iter().for_each(|goal| shown[goal.index()] = true);
        let (environment, damaged) = (digester.finish(), AtomicUsize::new(0));
        Reuse { cache, graph, folder, toolbox, files, environment, shown, damaged }
    }

    /// The cache, and how many of its files turned out to be no good; none when all were.
    pub(super) fn damage(&self) -> Option<(&'a Path, usize)> {
        let files = self.damaged.load(Ordering::Relaxed);
        (files > 0).then_some((self.cache.folder(), files))
    }

    /// What a step is found by. None for one that may do more than its outputs tell: each of its
    /// commands must be a program that is told an output's name.
    pub(super) fn key(&self, id: StepId, inputs: &[(PathId, Digest)]) -> Option<Key> {
        let step = self.graph.step(id);
        if step.always
            || step.outputs.is_empty()
            || !step.commands.iter().all(|c| self.is_plain(step, c))
        {
            return None;
        }
        if inputs.iter().any(|&(_, digest)| digest == Digest::UNSURE) {
            return None;
        }
        let header = self.graph.options.as_ref().map(|options| PathId::from(options.file));
        let files = self.files();
        let inputs = inputs.iter().map(|&(path, digest)| {
            // The option header counts by what the entry says of it.
            let digest = if Some(path) == header { Digest::ABSENT } else { digest };
            (files.path(path), digest)
        });
        let text = recipe::text(self.graph, step);
        let tools = self.toolbox.of(step);
        Some(self.cache.key(&Question {
            recipe: &text,
            tools: tools.iter().map(|(name, digest)| (name.as_ref(), *digest)).collect(),
            inputs: inputs.collect(),
            environment: &self.environment,
        }))
    }

    fn is_plain(&self, step: &Step, command: &Command) -> bool {
        let Command::Exec { argv, stdout } = command else { return false };
        let named = |file: &FileId| {
            let path = self.graph.path(*file);
            argv.iter().any(|argument| argument.ends_with(path))
        };
        stdout.is_some() || step.outputs.iter().any(named)
    }

    /// Where the cache lies.
    pub(super) fn folder(&self) -> &Path {
        self.cache.folder()
    }

    /// Whether this is the first time that the cache could not be written to.
    pub(super) fn breaks(&self) -> bool {
        self.cache.breaks()
    }

    fn files(&self) -> MutexGuard<'_, Files<'g>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for what a step would make now, and puts it in place.
    pub(super) fn find(&self, id: StepId, key: &Key, inputs: &[(PathId, Digest)]) -> Answer {
        let (entries, broken) = self.cache.entries(key);
        self.damaged.fetch_add(broken, Ordering::Relaxed);
        let mut read = Vec::new();
        for entry in entries {
            let Some(found) = self.holds(id, &entry, inputs, &mut read) else { continue };
            match self.place(self.graph.step(id), &entry) {
                Ok(outputs) => {
                    self.cache.touch(key);
                    let made = Made { outputs, read: Vec::new() };
                    let found = Found { read, ..found };
                    let duration = Duration::from_millis(entry.milliseconds);
                    return Answer::Hit(Box::new(Hit { made, found, said: entry.said, duration }));
                }
                Err(Lack::Damaged) => {
                    self.damaged.fetch_add(1, Ordering::Relaxed);
                }
                Err(Lack::Missing) => {}
            }
        }
        self.cache.miss();
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
        if entry.outputs.len() != self.graph.step(id).outputs.len() {
            return None;
        }
        let options = self.graph.options.as_ref();
        let value = |name: &[u8]| Some(options?.values.get(name.as_bstr())?.as_slice());
        if entry.options.iter().any(|(name, old)| old.as_deref() != value(name)) {
            return None;
        }
        let header = by_option(self.graph);
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
            let (id, digest) =
                (self.files().id(self.cache.show(hidden)?.as_bstr()), Digest(*digest));
            if by_name(id) != Some(digest) && self.look(id, read)? != digest {
                return None;
            }
            discovered.push((id, digest));
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
            if files.is_made(id) || (files.is_known(id) && !files.is_doubtful(id)) {
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
    fn place(&self, step: &Step, entry: &Entry) -> Result<Vec<Content>, Lack> {
        let mut ready: Vec<(PathBuf, PathBuf, Content)> = Vec::new();
        let mut result = Ok(());
        for (output, &file) in entry.outputs.iter().zip(&step.outputs) {
            let real = place(self.folder, self.graph.path(file)).into_owned();
            let beside = sibling(&real, BESIDE);
            let prepared = real.parent().map_or(Ok(()), fs::create_dir_all);
            let taken = match prepared.and_then(|()| remove(&beside)) {
                Ok(()) => self.cache.take(output, &beside, self.share(file)),
                Err(_) => Err(Lack::Missing),
            };
            match taken {
                Ok(stamp) => {
                    let settled = stamp.is_some();
                    let content = Content { digest: Digest(output.digest), stamp, settled };
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
            result.is_ok() && fs::rename(beside, real).is_ok()
        };
        let all = ready.iter().filter(|one| renamed(one)).count() == step.outputs.len();
        if !all {
            ready.iter().for_each(|(beside, ..)| drop(remove(beside)));
            return Err(result.err().unwrap_or(Lack::Missing));
        }
        Ok(ready.into_iter().map(|(_, real, content)| again(&real, content)).collect())
    }

    fn share(&self, file: FileId) -> Share {
        if self.shown[file.index()] { Share::Copy } else { Share::Link }
    }

    /// Keeps what a step made. Outputs that get a second name get new stamps. Fails when the cache
    /// cannot be written to.
    pub(super) fn keep(
        &self,
        id: StepId,
        key: &Key,
        made: &mut Made,
        found: &Found,
        said: &[u8],
        duration: Duration,
    ) -> std::io::Result<()> {
        let unsure = |list: &[(PathId, Digest)]| list.iter().any(|one| one.1 == Digest::UNSURE);
        if unsure(&found.discovered) || unsure(&found.inputs) || !found.early.is_empty() {
            return Ok(());
        }
        if self.cache.is_broken() {
            return Ok(());
        }
        let step = self.graph.step(id);
        let mut outputs = Vec::with_capacity(step.outputs.len());
        let mut places = Vec::with_capacity(step.outputs.len());
        for (content, &file) in made.outputs.iter_mut().zip(&step.outputs) {
            let real = place(self.folder, self.graph.path(file)).into_owned();
            let Some((output, stamp)) = self.cache.keep(&real, content, self.share(file))? else {
                return Ok(());
            };
            content.stamp = Some(stamp);
            outputs.push(output);
            places.push(real);
        }
        self.cache.add(key, self.entry(found, outputs, said, duration), &places)
    }

    fn entry(
        &self,
        found: &Found,
        outputs: Vec<super::cache::Output>,
        said: &[u8],
        duration: Duration,
    ) -> Entry {
        let files = self.files();
        let header = self.graph.options.as_ref().map(|options| PathId::from(options.file));
        let whole = found.inputs.iter().find(|(path, _)| Some(*path) == header);
        let whole = whole.filter(|one| by_option(self.graph) != Some(**one));
        let values = self.graph.options.as_ref().map(|options| &options.values);
        let setting = |name: &BString| {
            let value = values.and_then(|values| values.get(name));
            (name.to_vec(), value.map(|value| value.to_vec()))
        };
        let discovered = found.discovered.iter();
        Entry {
            files: discovered
                .map(|(id, digest)| (self.cache.hide(files.path(*id)), digest.0))
                .collect(),
            header: whole.map(|(_, digest)| digest.0),
            options: found.options.iter().map(setting).collect(),
            outputs,
            said: said.to_vec(),
            milliseconds: duration.as_millis() as u64,
        }
    }
}

/// The content of a file that was renamed just now, which shows in its stamp.
fn again(path: &Path, content: Content) -> Content {
    let now = super::stamp::look(path).ok().flatten().map(|(_, stamp)| stamp);
    let same = content.stamp.zip(now).filter(|(old, new)| {
        (old.modified, old.size, old.inode) == (new.modified, new.size, new.inode)
    });
    Content { stamp: same.map(|(_, now)| now), settled: same.is_some(), ..content }
}
