//! What is to be built, described: configuration and graph of one combination of platform and
//! architecture. Runs no step.

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use bstr::{BString, ByteSlice};
use kconfig::{Message, Model};
use rules::graph::{Command, FileId, Graph, Step};
use rules::make::{Severity, StdHost};
use rules::unikraft::{Description, Setup, Tools, Version, describe};

use super::report;
use crate::machine::Platform;
use crate::project::{App, Combination, Configuration, Options, Roots};
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
    pub(super) fn writer(self) -> Box<dyn Write + Send> {
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

/// What is to be built.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) app: &'a App,
    /// In make's way of naming goals; all images when there is none.
    pub(super) goals: &'a [BString],
    pub(super) combination: Combination,
}

/// One combination, configured and described; nothing is built yet.
pub(super) struct Described {
    pub(super) roots: Roots,
    pub(super) configuration: Configuration,
    pub(super) toolchain: Toolchain,
    pub(super) graph: Graph,
    pub(super) images: Vec<Image>,
    /// What the engine is to make; empty when all that was wanted are answers.
    pub(super) goals: Vec<FileId>,
    /// What goals like `print-libs` say.
    pub(super) answers: Vec<BString>,
    pub(super) libraries: Vec<BString>,
    /// The tree of options.
    pub(super) model: Arc<Model>,
}

/// Configures and describes one combination.
pub(super) fn describe_build(
    wanted: Wanted<'_>,
    json: bool,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<Described> {
    let Wanted { app, combination, .. } = wanted;
    let roots = Roots::find(app, surroundings)?;
    let (configuration, model) = configure(app, &roots, combination, json, show, surroundings)?;
    let toolchain =
        Toolchain::find(configuration.architecture, &configuration.cross_prefix, surroundings)?;
    let description = description(wanted, &roots, &configuration, &toolchain, show, surroundings)?;
    let (libraries, answers) = (description.libraries.clone(), description.answers.clone());
    let only_answers = !wanted.goals.is_empty() && description.goals.is_empty();
    let Plan { graph, images, goals } = match only_answers {
        true => Plan { graph: description.graph, images: Vec::new(), goals: Vec::new() },
        false => plan(wanted, &configuration, description)?,
    };
    let found = Described {
        roots,
        configuration,
        toolchain,
        graph,
        images,
        goals,
        answers,
        libraries,
        model,
    };
    Ok(found)
}

fn configure(
    app: &App,
    roots: &Roots,
    combination: Combination,
    json: bool,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<(Configuration, Arc<Model>)> {
    let mut options = load_options(app, roots, surroundings)?;
    for message in std::mem::take(&mut options.messages) {
        tell_message(if json { Show::Errors } else { show }, &message);
    }
    let created = options.created.clone();
    let model = Arc::clone(options.config().model());
    let configuration = options.derive(app, combination).map_err(report::project)?;
    if let Some(created) = created
        && !json
    {
        let from = match &created.from {
            Some(from) => format!("from {}", from.display()),
            None => "from the defaults of Config.uk".to_owned(),
        };
        show.line(&format!("configured: wrote {} {from}", created.path.display()));
    }
    Ok((configuration, model))
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

fn description(
    wanted: Wanted<'_>,
    roots: &Roots,
    configuration: &Configuration,
    toolchain: &Toolchain,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<Description> {
    let architecture = configuration.architecture;
    let Wanted { app, goals, .. } = wanted;
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
        settings: configuration.settings.clone(),
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

pub(super) fn bytes_of(text: &OsStr) -> BString {
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
    goals: Vec<FileId>,
}

/// The goals among the images that the fragments registered. Images of a combination that is not
/// the configured one are copied to where people look for them.
fn plan(
    wanted: Wanted<'_>,
    configuration: &Configuration,
    description: Description,
) -> miette::Result<Plan> {
    let Wanted { app, combination, .. } = wanted;
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
                let goal = shown(app, &mut graph, image)?;
                if !goals.contains(&goal) {
                    goals.push(goal);
                }
            }
        }
        plan.push(Image { path, platform, architecture });
    }
    Ok(Plan { graph, images: plan, goals })
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
