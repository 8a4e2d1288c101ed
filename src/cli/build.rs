//! `ukbuild build`: configuration, description, engine, one after the other, for each combination of
//! platform and architecture that was asked for.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bstr::{BStr, BString, ByteSlice};
use kconfig::{Message, store};
use miette::IntoDiagnostic;
use rules::graph::{Command, FileId, Graph, Step};
use rules::make::{Severity, StdHost};
use rules::unikraft::{Description, Setup, Tools, Version, describe};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{SigId, flag};

use super::arguments::{Build, How};
use super::progress::Progress;
use super::words::Words;
use super::{Outcome, report};
use crate::engine::{self, Identity, PathTools, Settings, Summary};
use crate::machine::Platform;
use crate::project::{self, App, Combination, Configuration, Options, Roots};
use crate::surroundings::Surroundings;
use crate::toolchain::{Architecture, Toolchain};

/// Where progress goes: the command's own result stays on standard output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// Building is what was asked for.
    Output,
    /// Building is on the way to something else.
    Errors,
}

impl Show {
    fn writer(self) -> Box<dyn Write + Send> {
        match self {
            Show::Output => Box::new(std::io::stdout()),
            Show::Errors => Box::new(std::io::stderr()),
        }
    }

    pub(super) fn line(self, text: &str) {
        // A reader that went away is no reason to end a build.
        let _ = writeln!(self.writer(), "{text}");
    }
}

/// An image that is up to date.
pub(super) struct Image {
    pub(super) path: PathBuf,
    pub(super) platform: Platform,
    pub(super) architecture: Architecture,
}

/// `ukbuild build`
pub(super) fn main(request: &Build, surroundings: &Surroundings) -> Outcome {
    let Words { folder, goals, variables } = Words::parse(&request.words, surroundings);
    let surroundings = &surroundings.with(variables);
    let app = App::open(&folder, surroundings)?;
    let mut how = request.how.clone();
    how.verbose |= surroundings.word("V").is_some_and(|level| level != "0");
    for combination in combinations(request) {
        build(&app, &goals, combination, &how, Show::Output, surroundings)?;
    }
    Ok(0)
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

/// Brings the images of one combination up to date.
pub(super) fn images(
    app: &App,
    combination: Combination,
    how: &How,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<Vec<Image>> {
    build(app, &[], combination, how, show, surroundings)
}

/// Brings goals of one combination up to date, the images when none is named. Gives the images.
fn build(
    app: &App,
    goals: &[BString],
    combination: Combination,
    how: &How,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<Vec<Image>> {
    let roots = Roots::find(app, surroundings)?;
    let configuration = configure(app, &roots, combination, how, show, surroundings)?;
    let toolchain =
        Toolchain::find(configuration.architecture, &configuration.cross_prefix, surroundings)?;
    let trees = Trees { app, roots: &roots, goals };
    let description = description(&trees, &configuration, &toolchain, show, surroundings)?;
    for answer in &description.answers {
        let _ = show.writer().write_all(answer);
    }
    if !goals.is_empty() && description.goals.is_empty() {
        return Ok(Vec::new());
    }
    let Plan { graph, images, files } = plan(app, combination, &configuration, description)?;
    let database = project::compile_commands(&graph, &configuration.build);
    let path = configuration.build.join("compile_commands.json");
    store::update(&path, &database).map_err(|error| report::file("write", &path, &error))?;
    let progress = Progress::new(&graph, how, show.writer());
    let settings = settings(&configuration, toolchain, how, surroundings);
    let signals = Signals::watch(&settings.cancel)?;
    let result = engine::build(&graph, &files, &settings, &progress);
    drop(signals);
    let summary = result.map_err(|error| report::engine(error, &graph))?;
    match how.json {
        true => progress.done(&summary, images.iter().map(|image| image.path.as_path())),
        false if goals.is_empty() => tell(show, app, &images, &summary),
        false => tell_goals(show, goals, &summary),
    }
    Ok(images)
}

fn configure(
    app: &App,
    roots: &Roots,
    combination: Combination,
    how: &How,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<Configuration> {
    let mut options = load_options(app, roots, surroundings)?;
    for message in std::mem::take(&mut options.messages) {
        tell_message(if how.json { Show::Errors } else { show }, &message);
    }
    let created = options.created.clone();
    let configuration = options.derive(app, combination).map_err(report::project)?;
    if let Some(created) = created
        && !how.json
    {
        let from = match &created.from {
            Some(from) => format!("from {}", from.display()),
            None => "from the defaults of Config.uk".to_owned(),
        };
        show.line(&format!("configured: wrote {} {from}", created.path.display()));
    }
    Ok(configuration)
}

/// The options of an application's tree, with its settings.
pub(super) fn load_options(
    app: &App,
    roots: &Roots,
    surroundings: &Surroundings,
) -> miette::Result<Options> {
    let version = Version::of(&roots.core, environment(surroundings), host(Show::Errors))
        .map_err(|error| report::make(&error))?;
    Options::load(app, roots, &version, surroundings).map_err(report::project)
}

/// What an application's tree of options has to be parsed with, and its first file.
pub(super) fn option_tree(
    app: &App,
    roots: &Roots,
    surroundings: &Surroundings,
) -> miette::Result<(kconfig::Environment, PathBuf)> {
    let version = Version::of(&roots.core, environment(surroundings), host(Show::Errors))
        .map_err(|error| report::make(&error))?;
    Options::tree(app, roots, &version, surroundings).map_err(report::project)
}

fn tell_message(show: Show, message: &Message) {
    match message.severity {
        kconfig::Severity::Info => show.line(&message.text.to_str_lossy()),
        kconfig::Severity::Warning => Show::Errors.line(&message.text.to_str_lossy()),
    }
}

/// Files and shells of this machine, messages of fragments shown as they come.
fn host(show: Show) -> StdHost {
    StdHost::new("/", move |message| {
        let to = if message.severity == Severity::Info { show } else { Show::Errors };
        let _ = to.writer().write_all(&message.line());
    })
}

/// What is built of what.
struct Trees<'a> {
    app: &'a App,
    roots: &'a Roots,
    goals: &'a [BString],
}

fn description(
    trees: &Trees<'_>,
    configuration: &Configuration,
    toolchain: &Toolchain,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<Description> {
    let architecture = configuration.architecture;
    let Trees { app, roots, goals } = *trees;
    let words = surroundings.words.iter();
    let setup = Setup {
        core: roots.core.clone(),
        app: app.folder.clone(),
        build: configuration.build.clone(),
        libraries: roots.libraries.clone(),
        platforms: roots.platforms.clone(),
        goals: goals.to_vec(),
        configuration: configuration.values.clone(),
        header_values: configuration.definitions.clone(),
        header: configuration.header.clone(),
        architecture: architecture.name().into(),
        tools: Tools {
            prefix: bytes_of(&toolchain.prefix),
            compiler: bytes_of(&toolchain.compiler),
            version: toolchain.version,
            host_architecture: Architecture::of_host().name().into(),
        },
        environment: environment(surroundings),
        overrides: words.map(|(name, value)| (bytes_of(name), bytes_of(value))).collect(),
    };
    describe(&setup, host(show)).map_err(report::description)
}

fn bytes_of(text: &OsStr) -> BString {
    text.as_encoded_bytes().into()
}

fn environment(surroundings: &Surroundings) -> Vec<(BString, BString)> {
    let pairs = surroundings.environment.iter();
    pairs.map(|(name, value)| (bytes_of(name), bytes_of(value))).collect()
}

/// What the engine is asked for.
struct Plan {
    graph: Graph,
    images: Vec<Image>,
    files: Vec<FileId>,
}

/// The goals among the images that the fragments registered. Images of a combination that is not
/// the configured one are copied to where people look for them.
fn plan(
    app: &App,
    combination: Combination,
    configuration: &Configuration,
    description: Description,
) -> miette::Result<Plan> {
    let Description { mut graph, images, mut goals, name, .. } = description;
    let asked = !goals.is_empty();
    let mut plan = Vec::new();
    // Without a choice of platform all images count, of platforms that nothing here can run, too.
    let whole = combination == Combination::default();
    if !asked && whole {
        goals.clone_from(&images);
        goals.extend(graph.find("gdb_helpers"));
    }
    for &platform in &configuration.platforms {
        let architecture = configuration.architecture;
        let file = format!("{name}_{platform}-{architecture}");
        let path = app.build().join(&file);
        let built = bytes_of(configuration.build.join(&file).as_os_str());
        let own = images.iter().copied().filter(|&image| is_of(graph.path(image), &built));
        let own: Vec<FileId> = own.collect();
        // Cores since 0.13 name images by the machine, too.
        if own.is_empty() && (asked || (whole && !images.is_empty())) {
            continue;
        }
        if own.is_empty() {
            return Err(miette::miette!(
                help = "the platform's Linker.uk has to add it to UK_IMAGES-y under this name",
                "nothing builds the image {}",
                path.display()
            ));
        }
        if !asked {
            for image in own {
                goals.push(shown(app, &mut graph, image)?);
            }
        }
        plan.push(Image { path, platform, architecture });
    }
    Ok(Plan { graph, images: plan, files: goals })
}

/// Whether a path is the image, or something beside it such as its `.dbg`.
fn is_of(path: &[u8], image: &[u8]) -> bool {
    let rest = path.strip_prefix(image);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"."))
}

/// The image in the application's build folder.
fn shown(app: &App, graph: &mut Graph, image: FileId) -> miette::Result<FileId> {
    let path = graph.path(image).to_owned();
    let name = path.rsplit_str("/").next().unwrap_or_default();
    let target = app.build().join(name.to_path_lossy());
    let target = BString::from(target.into_os_string().into_encoded_bytes());
    if path == target {
        return Ok(image);
    }
    let output = graph.file(&target);
    let step = Step {
        tag: "CP".to_owned(),
        label: name.to_str_lossy().into_owned(),
        commands: vec![Command::Exec {
            argv: vec!["cp".into(), path.clone(), target],
            stdout: None,
        }],
        outputs: vec![output],
        inputs: vec![image],
        ..Step::default()
    };
    graph.add(step).map_err(|error| report::description(error.into()))?;
    Ok(output)
}

fn settings(
    configuration: &Configuration,
    toolchain: Toolchain,
    how: &How,
    surroundings: &Surroundings,
) -> Settings {
    let mut settings = Settings::new(&configuration.build);
    settings.scope = Some("images".into());
    settings.jobs = match how.jobs {
        Some(jobs) => jobs.get(),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
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

fn tell_goals(show: Show, goals: &[BString], summary: &Summary) {
    let goals = bstr::join(" ", goals);
    let goals = goals.as_bstr();
    show.line(&match summary.ran {
        0 => format!("{goals}: nothing to do"),
        1 => format!("{goals}: done, 1 command"),
        ran => format!("{goals}: done, {ran} commands"),
    });
}

fn tell(show: Show, app: &App, images: &[Image], summary: &Summary) {
    let ran = summary.ran;
    if ran == 0 && show == Show::Errors {
        return;
    }
    for image in images {
        let path = image.path.strip_prefix(&app.folder).unwrap_or(&image.path);
        let path = path.display();
        show.line(&match ran {
            0 => format!("{path}: nothing to do"),
            1 => format!("{path}: built, 1 command"),
            ran => format!("{path}: built, {ran} commands"),
        });
    }
}
