//! The build engine: runs the steps of a [`Graph`] that have to run, and no others.
//!
//! A step runs when its fingerprint changed: its commands, its tools, what its inputs hold, or the
//! options that its sources mention. Times only save reading. The engine knows nothing of
//! makefiles, of what options mean, of compilers or of images; it prints nothing and reads neither
//! the process's environment nor its current folder.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bstr::{BStr, BString, ByteSlice};
use rayon::prelude::*;
use rules::graph::{FileId, Graph, StepId};

mod action;
mod ahead;
mod cache;
mod check;
mod depfile;
pub(crate) mod digest;
mod discover;
mod error;
mod event;
mod files;
mod fingerprint;
mod folders;
mod history;
mod identity;
mod job;
mod jobserver;
mod journal;
mod load;
mod lock;
mod mentions;
mod plan;
mod process;
mod queue;
mod reason;
mod recipe;
mod recipes;
mod record;
mod reuse;
mod run;
mod script;
pub(crate) mod stamp;
mod sure;
mod sweep;
mod toolbox;
mod tools;
mod twins;
mod unawaited;
mod watch;

pub use ahead::Ahead;
pub use cache::{Cache, Report as CacheReport, Usage as CacheUsage};
pub use check::Undeclared;
pub use error::{Cause, Error, Failure, MissingProgram, MissingSource};
pub use event::{Event, Expected, Observer, Silent};
pub use history::{History, LastRun};
pub use reason::Reason;
pub use tools::{Identity, PathTools, Tools};
pub use unawaited::Unawaited;

use files::{Files, PathId};
use fingerprint::{Past, Present};
use identity::Identities;
use journal::Journal;
use lock::{Lock, Presence};
use plan::Plan;
use run::Run;
use stamp::Found;
use toolbox::Toolbox;
use twins::Twins;

/// How to build.
#[derive(Clone)]
pub struct Settings {
    /// The build folder, absolute. The engine's own files lie in `.ukbuild` there.
    pub folder: PathBuf,
    /// The name of this description among those that build in this folder. Outputs that an
    /// earlier description of this name had and this one lacks are deleted. Without a name nothing
    /// is deleted.
    pub scope: Option<BString>,
    /// How many steps may run at once.
    pub jobs: usize,
    /// Go on after a failure with all that does not depend on it.
    pub keep_going: bool,
    /// Only tell what would run; write nothing.
    pub dry_run: bool,
    /// Start no further step while the machine's load average is above this and a step runs.
    pub max_load: Option<f64>,
    /// Leave the dependency files that commands write.
    pub keep_depfiles: bool,
    /// The environment that every command inherits. It is no part of fingerprints: what matters
    /// belongs into the steps.
    pub environment: Vec<(BString, BString)>,
    /// What `MAKEFLAGS` held for this process, when a make started it: its jobserver is joined.
    pub makeflags: Option<BString>,
    /// Says what programs are; those in the environment's `PATH`, by their contents, when absent.
    pub tools: Option<Arc<dyn Tools + Send>>,
    /// What steps made before, here and elsewhere; without one, steps run.
    pub cache: Option<Arc<Cache>>,
    /// What differs for the parts that were joined to the graph, in their order.
    pub joined: Vec<Part>,
    /// Folders below which every file counts: all steps run, and are watched for reading and writing
    /// there what they do not declare. Nothing is watched when there is none.
    pub watched: Vec<PathBuf>,
    /// Set from outside to end the build early.
    pub cancel: Arc<AtomicBool>,
}

/// A description that was joined to a graph: what [`Settings`] says of the graph's own steps does not
/// count for it.
#[derive(Clone, Default)]
pub struct Part {
    /// As in [`Settings::scope`].
    pub scope: Option<BString>,
    /// As in [`Settings::cache`].
    pub cache: Option<Arc<Cache>>,
}

impl Settings {
    /// Settings for a build in `folder`: one step at a time, nothing inherited.
    pub fn new(folder: impl Into<PathBuf>) -> Settings {
        Settings {
            folder: folder.into(),
            scope: None,
            jobs: 1,
            keep_going: false,
            dry_run: false,
            max_load: None,
            keep_depfiles: false,
            environment: Vec::new(),
            makeflags: None,
            tools: None,
            cache: None,
            joined: Vec::new(),
            watched: Vec::new(),
            cancel: Arc::default(),
        }
    }

    /// The name of a part of the graph.
    fn scope_of(&self, part: usize) -> Option<&BString> {
        match part.checked_sub(1) {
            Some(joined) => self.joined.get(joined)?.scope.as_ref(),
            None => self.scope.as_ref(),
        }
    }

    /// The names of all parts of the graph.
    fn scopes(&self) -> impl Iterator<Item = &BStr> {
        let all = (0..=self.joined.len()).filter_map(|part| self.scope_of(part));
        all.map(|scope| scope.as_bstr())
    }

    /// The cache for a part of the graph.
    fn cache_of(&self, part: usize) -> Option<&Arc<Cache>> {
        match part.checked_sub(1) {
            Some(joined) => self.joined.get(joined)?.cache.as_ref(),
            None => self.cache.as_ref(),
        }
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    fn path_tools(&self) -> PathTools {
        let path = self.environment.iter().rev().find(|(name, _)| name == "PATH");
        let path =
            path.map_or(BStr::new("/usr/local/bin:/usr/bin:/bin"), |(_, value)| value.as_bstr());
        PathTools { path: path.to_os_str_lossy().into_owned() }
    }
}

/// What became of the steps with commands that the goals need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All of them.
    pub needed: usize,
    /// Those that ran and went well; in a dry run, those that would run.
    pub ran: usize,
    /// Those whose outputs came from the cache.
    pub restored: usize,
    /// Those that got what a step of another part of the graph had just made.
    pub shared: usize,
    /// Those that were known to be up to date from the start.
    pub up_to_date: usize,
    /// Those that waited for others that came out as they were.
    pub cut_off: usize,
    /// Those that read or wrote files that they do not declare, where that is watched.
    pub undeclared: usize,
    /// Those that failed.
    pub failed: usize,
    /// Those that did not come up, because of a failure or an interruption.
    pub skipped: usize,
    /// Files deleted because no step makes them any more.
    pub swept: usize,
}

/// What the recipe of each step is recognised by: what [`Graph::keep_recipes`] takes.
pub fn recipes(graph: &Graph) -> Vec<[u8; 32]> {
    let mut identities = Identities::new(graph);
    graph.step_ids().map(|step| identities.of(step).0).collect()
}

/// Where the log of the builds in `folder` is kept, beside the journal.
pub fn log_path(folder: &Path) -> PathBuf {
    home(folder).join("log")
}

/// What threads share, behind one that panicked, too: that ends the build as it is.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the engine keeps its own files.
fn home(folder: &Path) -> PathBuf {
    folder.join(".ukbuild")
}

/// Builds `goals`. Tells `observer` all that happens on the way. Once the plan is made the last
/// event is [`Event::Ended`], however the build ends. The journal may have been read `ahead`.
pub fn build(
    graph: &Graph,
    goals: &[FileId],
    settings: &Settings,
    ahead: Option<Ahead>,
    observer: &dyn Observer,
) -> Result<Summary, Error> {
    let started = stamp::now();
    let home = home(&settings.folder);
    let _lock = if settings.dry_run { None } else { Some(enter(&home, settings, observer)?) };
    let path = Journal::path(&home);
    let early = Ahead::finish(ahead, &home).map_err(Error::io("read", &path))?;
    let (journal, dropped, mut glances) = early;
    if dropped > 0 {
        observer.event(Event::JournalDamaged { path: &path, dropped });
    }
    let _presence = if settings.dry_run { None } else { Some(join(&home, settings, &journal)?) };
    if !settings.dry_run {
        sweep::recover(&settings.folder, &journal)?;
    }
    let mut files = Files::new(graph, &settings.folder);
    let path_tools = settings.path_tools();
    let tools: &dyn Tools = match &settings.tools {
        Some(tools) => tools.as_ref(),
        None => &path_tools,
    };
    let (past, plan, toolbox) = rayon::in_place_scope(|scope| {
        if glances.is_none() {
            scope.spawn(|_| glances = Some(files::glance(&journal, &settings.folder)));
        }
        let past = Past::new(graph, &journal, &mut files);
        let plan = Plan::new(graph, goals, |step| past.found(step, graph, &journal))?;
        let toolbox = Toolbox::gather(graph, &plan.order, &settings.folder, tools, &mut files)?;
        Ok::<_, Error>((past, plan, toolbox))
    })?;
    let mut build = Build { graph, goals, settings, observer, plan, past, toolbox, files, journal };
    build.look(&glances.unwrap_or_default())?;
    build.check_sources()?;
    build.go(started)
}

/// Does something to a build folder while no build runs in it. Waits for one that does, and tells
/// `observer` so.
pub fn while_idle<T>(
    folder: &Path,
    observer: &dyn Observer,
    act: impl FnOnce() -> T,
) -> Result<T, Error> {
    let home = home(folder);
    if !home.is_dir() {
        return Ok(act());
    }
    let path = home.join("lock");
    let waiting = |holder| observer.event(Event::Waiting { holder });
    let lock = Lock::take(&path, waiting, || false).map_err(Error::io("lock", &path))?;
    let result = act();
    drop(lock);
    Ok(result)
}

fn enter(home: &Path, settings: &Settings, observer: &dyn Observer) -> Result<Lock, Error> {
    std::fs::create_dir_all(home).map_err(Error::io("create", home))?;
    let path = home.join("lock");
    let waiting = |holder| observer.event(Event::Waiting { holder });
    let lock = Lock::take(&path, waiting, || settings.is_cancelled());
    lock.map_err(Error::io("lock", &path))?.ok_or(Error::Interrupted)
}

/// How long a build waits for commands that outlived the build that started them.
const ORPHANS: Duration = Duration::from_secs(10);

fn join(home: &Path, settings: &Settings, journal: &Journal) -> Result<Presence, Error> {
    let path = home.join("running");
    let limit = journal.begun().next().map(|_| ORPHANS);
    let presence = Presence::enter(&path, limit, || settings.is_cancelled());
    presence.map_err(Error::io("lock", &path))
}

/// A build whose plan is made.
struct Build<'a> {
    graph: &'a Graph,
    goals: &'a [FileId],
    settings: &'a Settings,
    observer: &'a dyn Observer,
    plan: Plan,
    past: Past,
    toolbox: Toolbox<'a>,
    files: Files<'a>,
    journal: Journal,
}

impl Build<'_> {
    /// Learns what all files that matter hold. Those that the journal names were given `glances`.
    fn look(&mut self, glances: &[Option<Found>]) -> Result<(), Error> {
        let wanted = self.wanted();
        let names = self.names();
        let journal = &self.journal;
        let past = |path: PathId| {
            let name = names[path.index()]?;
            Some((journal.seen(name)?, *glances.get(name as usize)?))
        };
        let read = self.files.survey(&wanted, past)?;
        for (path, digest, stamp) in read {
            self.journal.note(self.files.path(path), digest, stamp);
        }
        self.toolbox.settle(&self.files);
        for &step in &self.plan.order {
            let is_group = self.graph.step(step).commands().is_empty();
            if is_group && !self.plan.followers(step).is_empty() {
                run::group(self.graph, &mut self.files, step);
            }
        }
        Ok(())
    }

    /// Per path: whether it matters.
    fn wanted(&self) -> Vec<bool> {
        let mut wanted = vec![false; self.files.len()];
        let mut versions = vec![false; self.journal.versions() as usize];
        let graph = self.graph;
        for &id in &self.plan.order {
            let step = graph.step(id);
            for &file in step.inputs().iter().chain(step.order_only()).chain(step.outputs()) {
                wanted[PathId::from(file).index()] = true;
            }
            if let Some(done) = self.past.done(id, &self.journal) {
                let all = [done.outputs, done.inputs, done.discovered].into_iter().flatten();
                all.for_each(|&version| versions[version as usize] = true);
            }
        }
        let versions = (0..).zip(versions).filter(|&(_, read)| read).map(|(version, _)| version);
        for path in versions.filter_map(|version| self.past.path_of(version, &self.journal)) {
            wanted[path.index()] = true;
        }
        self.goals.iter().for_each(|&goal| wanted[PathId::from(goal).index()] = true);
        self.toolbox.files().for_each(|path| wanted[path.index()] = true);
        // The names of groups are no files.
        for step in graph.steps().filter(|step| step.commands().is_empty()) {
            step.outputs().iter().for_each(|&name| wanted[PathId::from(name).index()] = false);
        }
        wanted
    }

    /// Per path: the name that the journal has for it.
    fn names(&self) -> Vec<Option<u32>> {
        let mut names = self.past.names(self.files.len());
        let tools = self.toolbox.files().map(|tool| (self.files.path(tool), tool));
        let tools: HashMap<&BStr, PathId> = tools.collect();
        for name in 0..self.journal.names() {
            if let Some(tool) = tools.get(self.journal.name(name)) {
                names[tool.index()] = Some(name);
            }
        }
        names
    }

    /// Every file that no step makes must be there, unless it lies in a folder that a step makes.
    fn check_sources(&self) -> Result<(), Error> {
        let lacks = |file: FileId| {
            self.graph.producer(file).is_none()
                && self.files.digest(file.into()) == digest::Digest::ABSENT
                && !self.is_in_made_folder(file)
        };
        let mut missing = Vec::new();
        if !self.graph.file_ids().any(lacks) {
            return Ok(());
        }
        for &id in &self.plan.order {
            let step = self.graph.step(id);
            for &file in step.inputs().iter().chain(step.order_only()).filter(|&&file| lacks(file))
            {
                missing.push(MissingSource {
                    file: self.graph.path(file).to_owned(),
                    step: Some(id),
                    wanted_by: toolbox::title(self.graph, id),
                    origin: step.origin(),
                });
            }
        }
        for &goal in self.goals.iter().filter(|&&goal| lacks(goal)) {
            let file = self.graph.path(goal).to_owned();
            missing.push(MissingSource {
                file,
                step: None,
                wanted_by: String::new(),
                origin: None,
            });
        }
        if missing.is_empty() { Ok(()) } else { Err(Error::MissingSources(missing)) }
    }

    /// What the last build had begun is undone by now.
    fn forget_begun(&mut self) -> Result<(), Error> {
        let names: Vec<u32> = self.journal.begun().collect();
        if names.is_empty() || self.settings.dry_run {
            return Ok(());
        }
        let names: Vec<BString> =
            names.into_iter().map(|name| self.journal.name(name).to_owned()).collect();
        let names: Vec<&BStr> = names.iter().map(|name| name.as_bstr()).collect();
        let path = Journal::path(&home(&self.settings.folder));
        self.journal.leave(&names).map_err(Error::io("write", &path))
    }

    fn is_in_made_folder(&self, file: FileId) -> bool {
        let path = Path::new(OsStr::from_bytes(self.graph.path(file)));
        let mut folders = path.ancestors().skip(1).map(|folder| folder.as_os_str().as_bytes());
        folders.any(|folder| {
            self.graph.find(folder).is_some_and(|id| self.graph.producer(id).is_some())
        })
    }

    fn go(mut self, started: stamp::Nanos) -> Result<Summary, Error> {
        let current = self.past.current(&self.files, &self.journal);
        let present = Present {
            graph: self.graph,
            files: &self.files,
            journal: &self.journal,
            past: &self.past,
            toolbox: &self.toolbox,
            current: &current,
        };
        let watches = !self.settings.watched.is_empty();
        let reason =
            |&step: &StepId| present.reason_to_run(step, watches).map(|reason| (step, reason));
        let order = self.plan.order.par_iter().with_min_len(64);
        let reasons: Vec<(StepId, Reason)> = order.filter_map(reason).collect();
        let mut dirty: Vec<Option<&Reason>> = vec![None; self.graph.steps().len()];
        reasons.iter().for_each(|(step, reason)| dirty[step.index()] = Some(reason));
        let mut summary = Summary::default();
        let store = Journal::path(&home(&self.settings.folder));
        let folder = &self.settings.folder;
        let scopes: Vec<&BStr> = match self.settings.dry_run {
            true => Vec::new(),
            false => self.settings.scopes().collect(),
        };
        if !scopes.is_empty() {
            summary.swept = sweep::sweep_pieces(self.graph, folder, &self.journal, self.observer)?;
        }
        self.forget_begun()?;
        let journal = &mut self.journal;
        let leftovers = sweep::put_aside(self.graph, folder, &scopes, &self.past, journal, &store)?;
        let mut run = Run {
            graph: self.graph,
            folder: &self.settings.folder,
            settings: self.settings,
            observer: self.observer,
            plan: &self.plan,
            past: &self.past,
            toolbox: &self.toolbox,
            files: Mutex::new(self.files),
            journal: Mutex::new(self.journal),
            goals: self.goals,
            twins: Twins::default(),
            ended: AtomicI64::new(0),
            undeclared: AtomicUsize::new(0),
            read_early: AtomicBool::new(!self.plan.round.is_empty()),
            clock: stamp::Watch::start(),
        };
        let open = run.open(|step| dirty[step.index()].is_some());
        let acts = |step: &&StepId| !self.graph.step(**step).commands().is_empty();
        summary.needed = self.plan.order.iter().filter(acts).count();
        let to_check = self.plan.order.iter().filter(acts).filter(|s| open[s.index()]).count();
        summary.up_to_date = summary.needed - to_check;
        let expected = run.expected(&open);
        self.observer.event(Event::Planned {
            needed: summary.needed,
            to_check,
            expected: &expected,
        });
        if self.settings.dry_run {
            summary.ran = to_check;
            foretell(self.graph, &self.plan, &open, &dirty, self.observer);
            self.observer.event(Event::Ended { summary: &summary });
            return Ok(summary);
        }
        if to_check > 0 {
            let steps = self.plan.order.iter().copied().filter(|step| open[step.index()]);
            run.twins = Twins::find(self.graph, self.settings, steps);
            // What was there before the build can be told from what changes during it.
            stamp::await_tick_after(started);
        }
        let (mut summary, result) = run.run(open, summary);
        // A cache that cannot be written to has been told of, and nothing depends on it.
        let caches = (0..self.graph.parts()).filter_map(|part| self.settings.cache_of(part));
        caches.for_each(|cache| drop(cache.finish()));
        let mut journal = run.journal.into_inner().unwrap_or_else(|poison| poison.into_inner());
        let tidied = match &result {
            Ok(()) => leftovers.delete(&mut journal, self.observer),
            Err(_) => leftovers.restore(&mut journal, &store).map(|()| 0),
        };
        if result.is_ok() && run.read_early.into_inner() {
            let mut files = run.files.into_inner().unwrap_or_else(|poison| poison.into_inner());
            tell_round(self.graph, self.goals, &journal, &mut files, self.observer)?;
        }
        let stored = journal.finish().map_err(Error::io("write", &store));
        summary.swept += tidied.as_ref().map_or(0, |&swept| swept);
        self.observer.event(Event::Ended { summary: &summary });
        result.and(tidied).and(stored).map(|()| summary)
    }
}

/// Tells of a way round that files found in this build, too, close.
fn tell_round(
    graph: &Graph,
    goals: &[FileId],
    journal: &Journal,
    files: &mut Files<'_>,
    observer: &dyn Observer,
) -> Result<(), Error> {
    let past = Past::new(graph, journal, files);
    let plan = Plan::new(graph, goals, |step| past.found(step, graph, journal))?;
    if !plan.round.is_empty() {
        observer.event(Event::Round { links: &graph.links(&plan.round) });
    }
    Ok(())
}

/// Tells what would run.
fn foretell(
    graph: &Graph,
    plan: &Plan,
    open: &[bool],
    dirty: &[Option<&Reason>],
    observer: &dyn Observer,
) {
    let acts = |step: &&StepId| !graph.step(**step).commands().is_empty();
    for &step in plan.order.iter().filter(|step| open[step.index()]).filter(acts) {
        if let Some(reason) = dirty[step.index()] {
            observer.event(Event::WouldRun { step, reason });
            continue;
        }
        let changing =
            |file: &&FileId| graph.producer(**file).is_some_and(|step| open[step.index()]);
        let file = graph.step(step).inputs().iter().find(changing);
        let path = file.map_or(BString::default(), |&file| graph.path(file).to_owned());
        observer.event(Event::WouldRun { step, reason: &Reason::InputMayChange(path) });
    }
}
