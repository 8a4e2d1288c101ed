//! `ukbuild build`: configuration, description, engine, one after the other, for each combination of
//! platform and architecture that was asked for.

use std::ffi::OsStr;
use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use bstr::{BStr, BString, ByteSlice};
use miette::IntoDiagnostic;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{SigId, flag};

use super::arguments::{Build, How};
use super::describe::{Described, Image, Show, Wanted, bytes_of, describe_build};
use super::progress::{Progress, seconds};
use super::words::Words;
use super::{Outcome, record, report};
use crate::engine::{self, Event, Identity, Observer, PathTools, Settings, Summary};
use crate::inspect::{Timeline, Trace};
use crate::project::{App, Combination, Configuration, Roots};
use crate::surroundings::Surroundings;
use crate::toolchain::Toolchain;

/// `ukbuild build`
pub(super) fn main(request: &Build, surroundings: &Surroundings) -> Outcome {
    let Words { folder, goals, variables } = Words::parse(&request.words, surroundings);
    let surroundings = &surroundings.with(variables);
    let app = App::open(&folder, surroundings)?;
    let mut how = request.how.clone();
    how.verbose |= surroundings.word("V").is_some_and(|level| level != "0");
    record::traced(&how, surroundings, |trace| {
        for combination in combinations(request) {
            let wanted = Wanted { app: &app, goals: &goals, combination };
            images(wanted, &how, Show::Output, trace, surroundings)?;
        }
        Ok(0)
    })
}

/// Every platform with every architecture; the configured ones where none is named.
fn combinations(request: &Build) -> Vec<Combination> {
    let platforms = or_configured(&request.plat);
    let architectures = or_configured(&request.arch);
    let pairs = platforms.into_iter().flat_map(|platform| {
        let with = move |architecture| Combination { platform, architecture };
        architectures.clone().into_iter().map(with).collect::<Vec<_>>()
    });
    pairs.collect()
}

fn or_configured<T: Copy + PartialEq>(named: &[T]) -> Vec<Option<T>> {
    let mut once = Vec::new();
    for &one in named {
        if !once.contains(&Some(one)) {
            once.push(Some(one));
        }
    }
    if once.is_empty() { vec![None] } else { once }
}

/// Brings what is wanted up to date. Gives the images.
pub(super) fn images(
    wanted: Wanted<'_>,
    how: &How,
    show: Show,
    trace: &mut Trace,
    surroundings: &Surroundings,
) -> miette::Result<Vec<Image>> {
    let began = Instant::now();
    let described = describe_build(wanted, how.json, show, surroundings)?;
    for answer in &described.answers {
        let _ = show.writer().write_all(answer);
    }
    if described.goals.is_empty() {
        return Ok(described.images);
    }
    if !how.dry_run {
        described.write_compile_commands()?;
    }
    let Described { configuration, toolchain, graph, roots, images, goals, switches, .. } =
        described;
    // The process ends soon: to give back every word of every command would take longer.
    let graph = ManuallyDrop::new(graph);
    let mut settings = settings(&configuration, toolchain, how, surroundings);
    // Of what comes from the cache no dependency file was written.
    if !how.no_cache && !how.keep_depfile {
        settings.cache = cache(wanted.app, &roots, &configuration, surroundings);
    }
    let progress = Progress::new(&graph, how, show, Arc::clone(&settings.cancel), surroundings);
    let timeline = Timeline::new(Instant::now());
    let audience = Audience { listeners: [&progress, &timeline], switches: &switches };
    let signals = Signals::watch(&settings.cancel)?;
    let result = engine::build(&graph, &goals, &settings, &audience);
    drop(signals);
    let names: Vec<String> = images.iter().map(|image| image.path.display().to_string()).collect();
    trace.add(&names.join(" "), &graph, began, &timeline);
    record::log(&graph, &timeline, &configuration.build, names, how.at_once(), &result);
    let summary = result.map_err(|error| report::engine(error, &graph))?;
    match how.json {
        true => progress.done(&summary, images.iter().map(|image| image.path.as_path())),
        false if how.dry_run => {}
        false => {
            let time = progress.is_watched().then(|| began.elapsed());
            tell(show, wanted, &images, &summary, time);
        }
    }
    Ok(images)
}

/// Those who are told what happens, options' values as the configuration has them.
struct Audience<'a> {
    listeners: [&'a dyn Observer; 2],
    switches: &'a [BString],
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
            Event::Restored { step, reason, output } => {
                told = reason.as_configured(is_switch);
                Event::Restored { step, reason: &told, output }
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

/// What the user's builds made before. Sources and what is built may lie elsewhere each time.
fn cache(
    app: &App,
    roots: &Roots,
    configuration: &Configuration,
    surroundings: &Surroundings,
) -> Option<Arc<engine::Cache>> {
    let own = [("build", &configuration.build), ("app", &app.folder), ("core", &roots.core)];
    let own = own.into_iter().map(|(name, folder)| (name.to_owned(), folder.clone()));
    let libraries = roots.libraries.iter().filter_map(|folder| {
        Some((format!("lib {}", folder.file_name()?.to_string_lossy()), folder.clone()))
    });
    super::cache::of_user(surroundings, own.chain(libraries)).map(Arc::new)
}

fn settings(
    configuration: &Configuration,
    toolchain: Toolchain,
    how: &How,
    surroundings: &Surroundings,
) -> Settings {
    let mut settings = Settings::new(&configuration.build);
    settings.scope = Some("images".into());
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
    settings.tools = Some(Arc::new(BuildTools { path, toolchain }));
    settings
}

/// What programs of a build are: their files, and for the compiler what it runs in turn.
struct BuildTools {
    path: PathTools,
    toolchain: Toolchain,
}

impl engine::Tools for BuildTools {
    fn identify(&self, program: &BStr, folder: &Path) -> Option<Identity> {
        let mut identity = self.path.identify(program, folder)?;
        if program.as_bytes() == self.toolchain.program() {
            identity.files.extend(self.toolchain.programs.iter().cloned());
        }
        Some(identity)
    }
}

/// Ctrl-C and a polite kill, while a build runs: the first raises the flag that ends the build in
/// order, the second ends the program as usual.
struct Signals(Vec<SigId>);

impl Signals {
    fn watch(flag: &Arc<AtomicBool>) -> miette::Result<Signals> {
        let mut signals = Signals(Vec::new());
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            let last = flag::register_conditional_default(signal, Arc::clone(flag));
            signals.0.push(last.into_diagnostic()?);
            signals.0.push(flag::register(signal, Arc::clone(flag)).into_diagnostic()?);
        }
        Ok(signals)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.0.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}

fn tell(
    show: Show,
    wanted: Wanted<'_>,
    images: &[Image],
    summary: &Summary,
    time: Option<Duration>,
) {
    if summary.ran + summary.restored == 0 && show == Show::Errors {
        return;
    }
    let time = time.map_or(String::new(), |time| format!(" in {}", seconds(time)));
    let done = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        count => Some(format!("{count} {what}s")),
    };
    let ran = done(summary.ran, "command");
    let restored = done(summary.restored, "step").map(|steps| format!("{steps} from the cache"));
    let all: Vec<String> = ran.into_iter().chain(restored).collect();
    let line = |what: &str, verb: &str| match all.is_empty() {
        true => show.line(&format!("{what}: nothing to do")),
        false => show.line(&format!("{what}: {verb}, {}{time}", all.join(", "))),
    };
    if !wanted.goals.is_empty() {
        return line(&bstr::join(" ", wanted.goals).to_str_lossy(), "done");
    }
    for image in images {
        let path = image.path.strip_prefix(&wanted.app.folder).unwrap_or(&image.path);
        line(&path.display().to_string(), "built");
    }
}
