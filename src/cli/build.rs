//! `ukbuild build`: configuration and description of each combination of platform and architecture that
//! was asked for, then the engine, once for all of them.

use std::ffi::OsStr;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use bstr::{BStr, BString, ByteSlice};
use miette::IntoDiagnostic;
use rules::graph::{FileId, Graph, StepId};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{SigId, flag};

use super::arguments::{Build, How};
use super::chores::Chore;
use super::combinations::combinations;
use super::describe::{Image, Show, Wanted, bytes_of};
use super::makefiles;
use super::progress::{Progress, seconds};
use super::together::{Part, Together};
use super::words::Words;
use super::{Outcome, checks, fallback, record, report};
use crate::engine::{self, Ahead, Cache, Event, Identity, Observer, PathTools, Settings, Summary};
use crate::inspect::{Timeline, Trace};
use crate::project::App;
use crate::signals;
use crate::surroundings::Surroundings;
use crate::toolchain::Toolchain;

/// `ukbuild build`
pub(super) fn main(request: &Build, surroundings: &Surroundings) -> Outcome {
    let Words { folder, goals, variables } = Words::parse(&request.words, surroundings);
    let surroundings = &surroundings.with(variables);
    let app = App::open(&folder, surroundings)?;
    let mut how = request.how.clone();
    how.verbose |= surroundings.word("V").is_some_and(|level| level != "0");
    // What builds nothing is done in its turn.
    for goals in goals.chunk_by(|one, next| !is_chore(one) && !is_chore(next)) {
        let status = match Chore::of(goals[0].as_bstr()) {
            Some(_) if how.dry_run => {
                Show::Output.line(&format!("would do: {}", goals[0]));
                0
            }
            Some(chore) => chore.perform(&app, surroundings)?,
            None => build(request, &app, goals, &how, surroundings)?,
        };
        if status != 0 {
            return Ok(status);
        }
    }
    if goals.is_empty() { build(request, &app, &[], &how, surroundings) } else { Ok(0) }
}

fn is_chore(goal: &BString) -> bool {
    Chore::of(goal.as_bstr()).is_some()
}

/// Builds goals for every combination.
fn build(
    request: &Build,
    app: &App,
    goals: &[BString],
    how: &How,
    surroundings: &Surroundings,
) -> Outcome {
    if let Some(status) = fallback::build(request, app, goals, surroundings)? {
        return Ok(status);
    }
    let combinations = combinations(&request.images, app)?.into_iter();
    let wanted: Vec<Wanted<'_>> =
        combinations.map(|combination| Wanted { app, goals, combination }).collect();
    record::traced(how, surroundings, |trace| {
        images(app, &wanted, how, Show::Output, trace, surroundings)?;
        Ok(0)
    })
}

/// Brings what is wanted up to date. Gives the images.
pub(super) fn images(
    app: &App,
    wanted: &[Wanted<'_>],
    how: &How,
    show: Show,
    trace: &mut Trace,
    surroundings: &Surroundings,
) -> miette::Result<Vec<Image>> {
    let began = Instant::now();
    let ahead = Ahead::begin(&app.build());
    let count = wanted.len();
    let mut described = Vec::with_capacity(count);
    for &wanted in wanted {
        // What is described next may write files.
        let quiet = ahead.as_ref().filter(|_| described.len() + 1 == count);
        let found = makefiles::describe(app, wanted, quiet, how, show, surroundings)?;
        for answer in &found.answers {
            let _ = show.writer().write_all(answer);
        }
        described.push(found);
    }
    let Some(together) = Together::new(app, described)? else { return Ok(Vec::new()) };
    let folder = app.build();
    // The process ends soon: to give back every word of every command would take longer.
    let together = ManuallyDrop::new(together);
    let Together { graph, goals, parts, switches, .. } = &*together;
    let settings = settings(app, parts, how, surroundings);
    let progress = Progress::new(graph, how, show, Arc::clone(&settings.cancel), surroundings);
    let timeline = Timeline::new(Instant::now());
    let tally = Tally::new(graph);
    let (starter, start) = Starter::new(how.at_once());
    let audience = Audience { listeners: &[&progress, &timeline, &tally, &starter], switches };
    let (result, written) = thread::scope(|scope| {
        // No command waits for it.
        let (whole, place) = (&together, &folder);
        let write = move || {
            let _ = start.recv();
            whole.write_compile_commands(place)
        };
        let writing = (!how.dry_run).then(|| scope.spawn(write));
        let at_the_latest = StartAtLast(&starter);
        let result = run(graph, goals, &settings, ahead, &audience);
        drop(at_the_latest);
        let written =
            writing.map(|writing| writing.join().unwrap_or_else(|panic| resume_unwind(panic)));
        (result, written)
    });
    together.finish();
    let result = result?;
    let paths = parts.iter().flat_map(|part| &part.images).map(|image| image.path.as_path());
    let names: Vec<String> = paths.clone().map(|path| path.display().to_string()).collect();
    trace.add(&names.join(" "), graph, began, &timeline);
    record::log(graph, &timeline, &folder, names, how.at_once(), &result);
    let summary = result.map_err(|error| report::engine(error, graph))?;
    written.transpose()?;
    match how.json {
        true => progress.done(&summary, paths),
        false if how.dry_run => {}
        false => {
            let time = progress.is_watched().then(|| began.elapsed());
            let goals = wanted.first().map_or(&[][..], |wanted| wanted.goals);
            tell(show, app, goals, parts, &tally, time);
        }
    }
    if summary.undeclared > 0 {
        let help = "name what a rule reads among its prerequisites, and what it writes among its \
                    targets";
        let steps = if summary.undeclared == 1 {
            "1 step has"
        } else {
            &format!("{} steps have", summary.undeclared)
        };
        return Err(miette::miette!(help = help, "{steps} undeclared dependencies"));
    }
    if !how.dry_run && wanted.iter().all(|wanted| wanted.goals.is_empty()) {
        let is_new = summary.ran + summary.restored + summary.shared > 0;
        checks::check(app, graph, parts, is_new)?;
    }
    Ok(parts.iter().flat_map(|part| part.images.iter().cloned()).collect())
}

/// Runs the engine; a signal ends it in order.
pub(super) fn run(
    graph: &Graph,
    goals: &[FileId],
    settings: &Settings,
    ahead: Option<Ahead>,
    audience: &Audience<'_>,
) -> miette::Result<Result<Summary, engine::Error>> {
    let signals = Signals::watch(&settings.cancel)?;
    let result = engine::build(graph, goals, settings, ahead, audience);
    drop(signals);
    Ok(result)
}

/// Those who are told what happens, options' values as the configuration has them.
pub(super) struct Audience<'a> {
    pub(super) listeners: &'a [&'a dyn Observer],
    pub(super) switches: &'a [BString],
}

impl Observer for Audience<'_> {
    fn event(&self, event: Event<'_>) {
        let is_switch = |name: &BStr| {
            self.switches.binary_search_by(|switch| switch.as_bstr().cmp(name)).is_ok()
        };
        let told;
        let event = match event {
            Event::Started { step, reason, slot } => {
                told = reason.as_configured(is_switch);
                Event::Started { step, reason: &told, slot }
            }
            Event::Restored { step, reason, output, shared } => {
                told = reason.as_configured(is_switch);
                Event::Restored { step, reason: &told, output, shared }
            }
            Event::WouldRun { step, reason } => {
                told = reason.as_configured(is_switch);
                Event::WouldRun { step, reason: &told }
            }
            Event::Finished { step, reason, failure, duration, output } => {
                told = reason.as_configured(is_switch);
                Event::Finished { step, reason: &told, failure, duration, output }
            }
            event => event,
        };
        self.listeners.iter().for_each(|listener| listener.event(event));
    }
}

/// Tells a thread to start when as many steps have been started as can run at once: until then all
/// processors are needed.
struct Starter {
    start: SyncSender<()>,
    /// How many more have to be started, or need not be.
    missing: AtomicUsize,
    at_once: usize,
}

impl Starter {
    /// Itself, for a build of so many steps `at_once`, and what the thread waits for.
    fn new(at_once: usize) -> (Starter, Receiver<()>) {
        let (start, receiver) = sync_channel(1);
        (Starter { start, missing: AtomicUsize::new(at_once), at_once }, receiver)
    }

    fn start(&self) {
        // It may have been told already, or be gone.
        let _ = self.start.try_send(());
    }
}

/// Has a [`Starter`] start when it goes: in builds that start less, or nothing.
struct StartAtLast<'a>(&'a Starter);

impl Drop for StartAtLast<'_> {
    fn drop(&mut self) {
        self.0.start();
    }
}

impl Observer for Starter {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::Planned { to_check: 0, .. } => self.start(),
            Event::Planned { to_check, .. } => {
                self.missing.store(to_check.min(self.at_once), Ordering::Relaxed);
            }
            Event::Started { .. } | Event::Restored { .. } | Event::CutOff { .. }
                if self.missing.fetch_sub(1, Ordering::Relaxed) == 1 =>
            {
                self.start();
            }
            _ => {}
        }
    }
}

/// The folders that may lie elsewhere each time.
fn roots<'a>(app: &'a App, part: &'a Part) -> impl Iterator<Item = (String, PathBuf)> + 'a {
    let own = [("build", &part.folder), ("app", &app.folder), ("core", &part.roots.core)];
    let own = own.into_iter().map(|(name, folder)| (name.to_owned(), folder.clone()));
    let libraries = part.roots.libraries.iter().filter_map(|folder| {
        Some((format!("lib {}", folder.file_name()?.to_string_lossy()), folder.clone()))
    });
    own.chain(libraries)
}

/// What the user's builds made before; and what parts of this one have in common, when there are
/// several.
fn cache(parts: usize, how: &How, surroundings: &Surroundings) -> Option<Cache> {
    // Of what does not run no dependency file is written, and nothing can be seen.
    if how.keep_depfile || how.check_deps {
        return None;
    }
    let lasting = match how.no_cache {
        true => None,
        false => super::cache::of_user(surroundings, []),
    };
    lasting.or_else(|| (parts > 1).then(|| Cache::passing([])))
}

/// The folders whose files are the build's own; what else there is comes with the system.
fn watched(app: &App, parts: &[Part]) -> Vec<PathBuf> {
    let roots = parts.iter().map(|part| &part.roots);
    let roots = roots.flat_map(|roots| {
        [&roots.core].into_iter().chain(&roots.libraries).chain(&roots.platforms)
    });
    [app.folder.clone(), app.build()].into_iter().chain(roots.cloned()).collect()
}

pub(super) fn settings(
    app: &App,
    parts: &[Part],
    how: &How,
    surroundings: &Surroundings,
) -> Settings {
    let mut settings = Settings::new(app.build());
    let cache = cache(parts.len(), how, surroundings);
    let mut all = parts.iter().map(|part| engine::Part {
        scope: Some(part.scope.clone()),
        cache: cache.as_ref().map(|cache| Arc::new(cache.with_roots(roots(app, part)))),
    });
    let first = all.next().unwrap_or_default();
    settings.scope = first.scope;
    settings.cache = first.cache;
    settings.joined = all.collect();
    if how.check_deps {
        settings.watched = watched(app, parts);
    }
    settings.jobs = how.at_once();
    settings.dry_run = how.dry_run;
    settings.max_load = how.load;
    settings.keep_depfiles = how.keep_depfile;
    settings.keep_going = how.keep_going;
    let bytes = |text: &std::ffi::OsStr| BString::from(text.as_encoded_bytes());
    let environment = surroundings.environment.iter();
    settings.environment = environment.map(|(name, value)| (bytes(name), bytes(value))).collect();
    settings.makeflags = surroundings.variable("MAKEFLAGS").map(bytes_of);
    let path = surroundings.environment.get(OsStr::new("PATH")).cloned();
    let path = PathTools { path: path.unwrap_or_default() };
    let toolchains = parts.iter().map(|part| part.toolchain.clone()).collect();
    settings.tools = Some(Arc::new(BuildTools { path, toolchains }));
    settings
}

/// What programs of a build are: their files, and for the compiler what it runs in turn.
struct BuildTools {
    path: PathTools,
    toolchains: Vec<Toolchain>,
}

impl engine::Tools for BuildTools {
    fn identify(&self, program: &BStr, folder: &Path) -> Option<Identity> {
        let mut identity = self.path.identify(program, folder)?;
        let mut toolchains = self.toolchains.iter();
        if let Some(toolchain) = toolchains.find(|one| program.as_bytes() == one.program()) {
            identity.files.extend(toolchain.programs.iter().cloned());
        }
        Some(identity)
    }
}

/// Ctrl-C and a polite kill, while a build runs: the first raises the flag that ends the build in
/// order, the second ends the program as usual.
struct Signals(Vec<SigId>);

impl Signals {
    fn watch(flag: &Arc<AtomicBool>) -> miette::Result<Signals> {
        let mut watch = Signals(Vec::new());
        for signal in signals::heeded(&[SIGINT, SIGTERM, SIGHUP]) {
            let last = flag::register_conditional_default(signal, Arc::clone(flag));
            watch.0.push(last.into_diagnostic()?);
            watch.0.push(flag::register(signal, Arc::clone(flag)).into_diagnostic()?);
        }
        Ok(watch)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.0.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

/// Counts what is done for each part.
struct Tally<'a> {
    graph: &'a Graph,
    counts: Mutex<Vec<Summary>>,
}

impl Tally<'_> {
    fn new(graph: &Graph) -> Tally<'_> {
        Tally { graph, counts: Mutex::new(vec![Summary::default(); graph.parts()]) }
    }

    fn counts(&self) -> MutexGuard<'_, Vec<Summary>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Tally<'_> {
    fn event(&self, event: Event<'_>) {
        let (step, count): (StepId, fn(&mut Summary) -> &mut usize) = match event {
            Event::Finished { step, failure: None, .. } => (step, |sum| &mut sum.ran),
            Event::Restored { step, shared: true, .. } => (step, |sum| &mut sum.shared),
            Event::Restored { step, .. } => (step, |sum| &mut sum.restored),
            _ => return,
        };
        *count(&mut self.counts()[self.graph.part_of(step)]) += 1;
    }
}

/// Says of each image what was done for it; of goals, what was done for them in all.
fn tell(
    show: Show,
    app: &App,
    goals: &[BString],
    parts: &[Part],
    tally: &Tally<'_>,
    time: Option<Duration>,
) {
    let time = time.map_or(String::new(), |time| format!(" in {}", seconds(time)));
    let line = |what: &str, verb: &str, done: Option<String>| match done {
        None if show == Show::Errors => {}
        None => show.line(&format!("{what}: nothing to do")),
        Some(done) => show.line(&format!("{what}: {verb}, {done}{time}")),
    };
    let counts = tally.counts();
    if !goals.is_empty() {
        let sum = |of: fn(&Summary) -> usize| counts.iter().map(of).sum();
        let (ran, restored, shared) = (sum(|s| s.ran), sum(|s| s.restored), sum(|s| s.shared));
        let all = Summary { ran, restored, shared, ..Summary::default() };
        return line(&bstr::join(" ", goals).to_str_lossy(), "done", done(&all));
    }
    for (part, count) in parts.iter().zip(counts.iter()) {
        for image in &part.images {
            let path = image.path.strip_prefix(&app.folder).unwrap_or(&image.path);
            line(&path.display().to_string(), "built", done(count));
        }
    }
}

/// What was done, in words; none when nothing was.
fn done(summary: &Summary) -> Option<String> {
    let counted = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        count => Some(format!("{count} {what}s")),
    };
    let ran = counted(summary.ran, "command");
    let restored = counted(summary.restored, "step").map(|steps| format!("{steps} from the cache"));
    let shared = counted(summary.shared, "step").map(|steps| format!("{steps} shared"));
    let all: Vec<String> = ran.into_iter().chain(restored).chain(shared).collect();
    (!all.is_empty()).then(|| all.join(", "))
}
