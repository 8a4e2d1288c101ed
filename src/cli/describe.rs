//! What is to be built, described: configuration and graph of one combination of platform and
//! architecture. Runs no step.

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use bstr::{BString, ByteSlice};
use kconfig::Model;
use kconfig::model::Type;
use rules::graph::{Command, FileId, Graph, OptionHeader, Step};
use rules::make::StdHost;
use rules::unikraft::{Description, Setup, Tools, Version, describe};
use serde::{Deserialize, Serialize};

use super::recall::{Recaller, Told};
use super::report;
use crate::engine::digest::Digest;
use crate::engine::{self, Ahead};
use crate::machine::Platform;
use crate::project::{App, Combination, Configuration, Needs, Options, Roots};
use crate::snapshot::{Given, Question, Snapshots, WatchedHost, Witness};
use crate::surroundings::Surroundings;
use crate::toolchain::{Architecture, Driver, Toolchain};

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
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Image {
    #[serde(with = "crate::snapshot::path")]
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
#[derive(Clone)]
pub(super) struct Described {
    pub(super) roots: Roots,
    pub(super) configuration: Configuration,
    pub(super) toolchain: Toolchain,
    pub(super) graph: Graph,
    pub(super) images: Vec<Image>,
    /// What the engine is to make; empty when all that was wanted are answers.
    pub(super) goals: Vec<FileId>,
    /// Makefiles that fragments include and that steps make.
    pub(super) makefiles: Vec<FileId>,
    /// What goals like `print-libs` say.
    pub(super) answers: Vec<BString>,
    pub(super) libraries: Vec<BString>,
    /// The options that are on or off, by full name, sorted.
    pub(super) switches: Vec<BString>,
    /// What options ask for, where fragments are to be checked by it.
    pub(super) needs: Option<Needs>,
    pub(super) snapshots: Snapshots,
    /// What the graph is recognised by, if it can be.
    pub(super) identity: Option<Digest>,
}

/// Configures and describes one combination. What an earlier run found is taken from there as long
/// as nothing that it depended on changed: the configuration, what the compiler says of itself,
/// and what the fragments describe, each for itself.
///
/// `ahead` is told when nothing is written any more, and when something was after all.
pub(super) fn describe_build(
    wanted: Wanted<'_>,
    ahead: Option<&Ahead>,
    json: bool,
    show: Show,
    surroundings: &Surroundings,
) -> miette::Result<Described> {
    let app = wanted.app;
    let roots = Roots::find(app, surroundings)?;
    let surroundings = &surroundings.evaluated_in(&app.folder);
    let snapshots = Snapshots::new(&app.build(), surroundings.program.as_deref());
    let recaller = Recaller { snapshots, json, show };

    let key = (app, &roots, wanted.combination, &surroundings.environment);
    let Configured { version, configuration, switches, needs } =
        recaller.recall("configuration", &key, |witness, told| {
            configure(wanted, &roots, surroundings, witness, told)
        })?;

    let architecture = configuration.architecture;
    let driver = Driver::find(architecture, &configuration.cross_prefix, surroundings)?;
    let answers = recaller.recall("compiler", &driver, |witness, _| Ok(driver.ask(witness)))?;
    let toolchain = Toolchain::of(driver, &answers, surroundings)?;

    let setup = setup(wanted, &roots, version, &configuration, &toolchain, surroundings);
    // Fragments mention few options; what the others are worth does not matter to them.
    let is_option = |(name, _): &(BString, BString)| name.starts_with(b"CONFIG_");
    let values = setup.configuration.iter().cloned();
    let (options, others): (Vec<_>, Vec<_>) = values.partition(is_option);
    let bare = Setup { configuration: others, ..setup.clone() };
    let key = (bare, wanted.combination, &configuration.platforms, app.build());
    let given = Given::from_iter(options);
    let question = Question { part: "fragments", key: &key, given: &given };
    if let Some(ahead) = ahead {
        ahead.look();
    }
    let recalled = recaller.recall_known(&question, |witness, told| {
        let host = WatchedHost::new(StdHost::new("/", told.sink()), witness);
        let mut description = describe(&setup, host).map_err(report::description)?;
        match description.mentioned.take() {
            Some(names) => witness.ask(names),
            None => witness.ask_all(),
        }
        let mut plan = plan(wanted, &configuration, description)?;
        let recipes = engine::recipes(&plan.graph);
        plan.graph.keep_recipes(recipes);
        Ok(plan)
    })?;
    if let Some(ahead) = ahead.filter(|_| recalled.acted) {
        ahead.disturb();
    }
    let identity = recalled.digest;
    let Plan { mut graph, images, goals, makefiles, answers, libraries } = recalled.value;
    graph.options = Some(OptionHeader {
        file: graph.file(configuration.header.as_os_str().as_encoded_bytes()),
        prefix: "CONFIG_".into(),
        values: configuration.definitions.iter().cloned().collect(),
    });
    let [goals, makefiles] =
        [goals, makefiles].map(|paths| paths.iter().filter_map(|path| graph.find(path)).collect());
    Ok(Described {
        roots,
        configuration,
        toolchain,
        graph,
        images,
        goals,
        makefiles,
        answers,
        libraries,
        switches,
        needs,
        snapshots: recaller.snapshots,
        identity,
    })
}

/// A configuration, as it is kept.
#[derive(Serialize, Deserialize)]
struct Configured {
    /// The core's, in full.
    version: BString,
    configuration: Configuration,
    switches: Vec<BString>,
    needs: Option<Needs>,
}

fn configure(
    wanted: Wanted<'_>,
    roots: &Roots,
    surroundings: &Surroundings,
    witness: &Arc<Witness>,
    told: &Told,
) -> miette::Result<Configured> {
    let Wanted { app, combination, .. } = wanted;
    let version = version(roots, surroundings, witness)?;
    let options = Options::load(app, roots, &version, surroundings, witness);
    let mut options = options.map_err(report::project)?;
    for message in std::mem::take(&mut options.messages) {
        let mut line = message.text;
        line.push(b'\n');
        told.tell(message.severity == kconfig::Severity::Info, line);
    }
    let created = options.created.clone();
    let model = Arc::clone(options.config().model());
    let configuration = options.derive(app, combination).map_err(report::project)?;
    if let Some(created) = created {
        let from = match &created.from {
            Some(from) => format!("from {}", from.display()),
            None => "from the defaults of Config.uk".to_owned(),
        };
        let line = format!("configured: wrote {} {from}\n", created.path.display());
        told.tell(true, line.into());
    }
    let needs = configuration.is_on("CHECK_FRAGMENTS").then(|| Needs::of(&model));
    Ok(Configured { version: version.full, configuration, switches: switches(&model), needs })
}

/// The options that are on or off, by full name, sorted.
fn switches(model: &Model) -> Vec<BString> {
    let switches = model.symbols().iter().filter_map(|symbol| {
        let is_switch = matches!(symbol.kind, Type::Bool | Type::Tristate);
        let name = symbol.name.as_ref().filter(|_| is_switch)?;
        Some(BString::from([b"CONFIG_", &name[..]].concat()))
    });
    let mut switches: Vec<BString> = switches.collect();
    switches.sort();
    switches
}

/// The options of an application's tree, with its settings.
pub(super) fn load_options(
    app: &App,
    roots: &Roots,
    surroundings: &Surroundings,
) -> miette::Result<Options> {
    let surroundings = &surroundings.evaluated_in(&app.folder);
    let witness = Arc::default();
    let version = version(roots, surroundings, &witness)?;
    Options::load(app, roots, &version, surroundings, &witness).map_err(report::project)
}

/// What an application's tree of options has to be parsed with, and its first file.
pub(super) fn option_tree(
    app: &App,
    roots: &Roots,
    surroundings: &Surroundings,
) -> miette::Result<(kconfig::Environment, PathBuf)> {
    let surroundings = &surroundings.evaluated_in(&app.folder);
    let witness = Arc::default();
    let version = version(roots, surroundings, &witness)?;
    Options::tree(app, roots, &version, surroundings, &witness).map_err(report::project)
}

fn version(
    roots: &Roots,
    surroundings: &Surroundings,
    witness: &Arc<Witness>,
) -> miette::Result<Version> {
    let sink = |message: &rules::make::Message| {
        let _ = Show::Errors.writer().write_all(&message.line());
    };
    let host = WatchedHost::new(StdHost::new("/", sink), witness);
    Version::of(&roots.core, surroundings.variables(), host).map_err(|error| report::make(&error))
}

fn setup(
    wanted: Wanted<'_>,
    roots: &Roots,
    version: BString,
    configuration: &Configuration,
    toolchain: &Toolchain,
    surroundings: &Surroundings,
) -> Setup {
    let Wanted { app, goals, .. } = wanted;
    let words = surroundings.words.iter();
    Setup {
        core: roots.core.clone(),
        version,
        app: app.folder.clone(),
        build: configuration.build.clone(),
        libraries: roots.libraries.clone(),
        platforms: roots.platforms.clone(),
        goals: goals.to_vec(),
        configuration: configuration.values.clone(),
        settings: configuration.settings.clone(),
        architecture: configuration.architecture.name().into(),
        tools: Tools {
            prefix: bytes_of(&toolchain.prefix),
            compiler: bytes_of(&toolchain.compiler),
            version: toolchain.version,
            host_architecture: Architecture::of_host().name().into(),
        },
        environment: surroundings.variables(),
        overrides: words.map(|(name, value)| (bytes_of(name), bytes_of(value))).collect(),
    }
}

pub(super) fn bytes_of(text: &OsStr) -> BString {
    text.as_encoded_bytes().into()
}

/// What the engine is asked for.
#[derive(Serialize, Deserialize)]
struct Plan {
    #[serde(with = "crate::snapshot::graph")]
    graph: Graph,
    images: Vec<Image>,
    /// Paths of the graph.
    goals: Vec<BString>,
    /// Likewise.
    makefiles: Vec<BString>,
    answers: Vec<BString>,
    libraries: Vec<BString>,
}

/// The goals among the images that the fragments registered. Images of a combination that is not
/// the configured one are copied to where people look for them.
fn plan(
    wanted: Wanted<'_>,
    configuration: &Configuration,
    description: Description,
) -> miette::Result<Plan> {
    let Wanted { app, combination, .. } = wanted;
    let Description { mut graph, images, mut goals, makefiles, answers, libraries, name, .. } =
        description;
    let makefiles = paths(&graph, makefiles);
    let asked = !goals.is_empty();
    let mut plan = Vec::new();
    if !asked && !wanted.goals.is_empty() {
        return Ok(Plan { graph, images: plan, goals: Vec::new(), makefiles, answers, libraries });
    }
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
    let goals = paths(&graph, goals);
    Ok(Plan { graph, images: plan, goals, makefiles, answers, libraries })
}

fn paths(graph: &Graph, files: Vec<FileId>) -> Vec<BString> {
    files.into_iter().map(|file| graph.path(file).to_owned()).collect()
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
