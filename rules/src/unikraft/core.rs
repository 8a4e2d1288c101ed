//! The core's top makefile, native: the order in which fragments are read, the variables that they
//! find, and the graph that they end in. Knows which files of a core matter and when; what a macro
//! or a library does is in its own file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};

use super::compile::Expanded;
use super::defaults::{COPY_OF_SETTINGS, LATE, LISTS, PROGRAMS, STAGES, TOOLS};
use super::fragments::{Fragments, Registry, State, bytes, concat};
use super::library::{Library, Workshop};
use super::setup::Setup;
use super::version::release;
use super::{included, listing, macros, names, origins, recipe};
use crate::graph::{Command, FileId, Graph, GraphError, Origin, Step};
use crate::make::{self, Evaluator, Flavor, Host, Origin as From};

/// What fragments describe.
#[derive(Debug)]
pub struct Description {
    /// Every step.
    pub graph: Graph,
    /// The images that the configuration asks for, with their unstripped twins.
    pub images: Vec<FileId>,
    /// The goals of the setup.
    pub goals: Vec<FileId>,
    /// Makefiles that were included and that steps make: what is said here holds only when they are
    /// up to date.
    pub makefiles: Vec<FileId>,
    /// What those of the goals say that are questions (`print-libs`).
    pub answers: Vec<BString>,
    /// The libraries that are part of the images, in the order of their registration.
    pub libraries: Vec<BString>,
    /// The name of the images, from the configuration.
    pub name: BString,
    /// The names of the configuration's values (`CONFIG_...`) that all of this depends on, of those
    /// that are set and of others; none when it depends on which ones are set.
    pub mentioned: Option<BTreeSet<BString>>,
}

/// Why there is no description.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A fragment is wrong.
    #[error(transparent)]
    Make(#[from] make::Error),
    /// The steps do not fit together.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// Nothing compiles a source.
    #[error("{library}: nothing is known that compiles `{path}`")]
    UnknownSource {
        /// The library that lists it.
        library: BString,
        /// The source.
        path: BString,
        /// The line that lists it.
        origin: Option<Origin>,
    },
    /// The core has no such architecture.
    #[error("this core does not support the architecture `{architecture}`: there is no {}", missing.display())]
    NoArchitecture {
        /// Its name.
        architecture: BString,
        /// The file that would describe it.
        missing: PathBuf,
    },
    /// A goal that neither the core nor a fragment knows.
    #[error("there is no goal `{goal}`")]
    UnknownGoal {
        /// Its name.
        goal: BString,
    },
    /// The configuration chooses no platform.
    #[error("no platform is chosen")]
    NoPlatform,
    /// The configuration chooses nothing that boots.
    #[error("no library that boots the image is chosen (ukboot, for example)")]
    NoBoot,
    /// A folder that makefiles cannot name.
    #[error("the path `{}` has `{character}` in it, which makefiles and shells cannot carry", path.display())]
    Path {
        /// The folder.
        path: PathBuf,
        /// The first such character.
        character: char,
    },
}

/// Reads the core, the libraries and the application that `setup` names and describes how their
/// images are made. Files, wildcards and `$(shell)` go through `host`.
pub fn describe(setup: &Setup, host: impl Host + Send + 'static) -> Result<Description, Error> {
    for path in [&setup.core, &setup.app, &setup.build].into_iter().chain(&setup.libraries) {
        check_path(path)?;
    }
    let state = State { build: bytes(&setup.build).into(), ..State::default() };
    let mut top = Top { setup, release: [0; 2], make: Evaluator::new(host, state) };
    top.begin()?;
    top.read_architecture()?;
    top.begin_tools()?;
    top.read_libraries()?;
    let libraries = top.register_libraries()?;
    for platform in top.make.all_words(b"UK_PLATS")? {
        let linker = concat(&[b"UK_PLAT_", &names::upper(&platform), b"_LINKER"]);
        for path in top.make.words(&linker)? {
            top.make.include(&path)?;
        }
    }
    top.read_build_files()?;
    top.make.expand_deferred()?;
    top.finish(&libraries)
}

/// Refuses a path with a character that has a meaning to make, to shells or to the option lists that
/// compilers take. Fragments write paths without quotes.
pub fn check_path(path: &Path) -> Result<(), Error> {
    let special = |&&byte: &&u8| byte <= b' ' || b"'\"$(){}&;:%*?[]\\,<>|`".contains(&byte);
    match bytes(path).iter().find(special) {
        Some(&byte) => Err(Error::Path { path: path.to_owned(), character: char::from(byte) }),
        None => Ok(()),
    }
}

/// The top makefile while it is being read.
struct Top<'a> {
    setup: &'a Setup,
    /// Major and minor version of the core.
    release: [u32; 2],
    make: Fragments,
}

impl Top<'_> {
    fn set(&mut self, name: &str, value: &[u8]) {
        self.make.set(name.as_bytes(), value);
    }

    fn set_all(&mut self, variables: &[(&str, &[u8])]) {
        for (name, value) in variables {
            self.set(name, value);
        }
    }

    /// Variables that every fragment finds, the configuration, and the core's `Makefile.rules`.
    fn begin(&mut self) -> Result<(), Error> {
        let setup = self.setup;
        self.make.eval(b".SUFFIXES:\n.SECONDEXPANSION:\n")?;
        self.make.scripts_see_exports = false;
        self.make.define_environment(setup.environment.iter().cloned());
        for (name, value) in &setup.overrides {
            self.make.define(name, value, Flavor::Recursive, From::CommandLine);
        }
        for list in LISTS {
            self.set(list, b"");
            self.set(&format!("{list}-y"), b"");
        }
        self.set_all(&[
            ("comma", b","),
            ("empty", b""),
            ("space", b" "),
            ("plus", b"+"),
            ("BUILD_VERBOSE", b"0"),
            ("UK_HAVE_DOT_CONFIG", b"y"),
            ("APP_DIR", bytes(&setup.app)),
            ("APP_BASE", bytes(&setup.app)),
            ("BUILD_DIR", bytes(&setup.build)),
            ("CONFIG_DIR", bytes(&setup.app)),
            ("SHELL", b"/bin/sh"),
            ("CONFIG_SHELL", b"/bin/sh"),
        ]);
        // The configuration records some of these too, as they were when it was written; others
        // are given on the command line.
        for (name, folder) in [
            ("CONFIG_UK_BASE", &setup.core),
            ("CONFIG_UK_APP", &setup.app),
            ("A", &setup.app),
            ("O", &setup.build),
        ] {
            self.make.define(name.as_bytes(), bytes(folder), Flavor::Simple, From::Override);
        }
        for (name, folder) in [("CONFIG_UK_PLAT", "plat/"), ("CONFIG_UK_LIB", "lib/")] {
            self.set(name, bytes(&setup.core.join(folder)));
        }
        self.set("SCRIPTS_DIR", bytes(&setup.core.join("support/scripts")));
        self.set("UK_GENERATED_INCLUDES", bytes(&setup.build.join("include")));
        self.set("KCONFIG_DIR", bytes(&setup.build.join("kconfig")));
        self.set("UK_CONFIG", bytes(&setup.settings));
        self.set("UK_CONFIG_OUT", bytes(&setup.build.join("config")));
        self.make.eval(COPY_OF_SETTINGS)?;
        self.set("ELIB_DIR", &joined(&setup.libraries));
        self.set("EPLAT_DIR", &joined(&setup.platforms));
        macros::install(&mut self.make);
        self.make.include(&path_in(&setup.core, "version.mk"))?;
        self.release = release(&mut self.make);
        self.set("UK_FULLVERSION", &setup.version);
        for (name, value) in &setup.configuration {
            self.make.define(name, value, Flavor::Recursive, From::File);
        }
        self.make.track_names(b"CONFIG_");
        let word = setup.overrides.iter().rev().find(|(name, _)| name == "N");
        let name = match word {
            Some((_, name)) => name.clone(),
            None => self.make.value_of(b"CONFIG_UK_NAME")?,
        };
        let name = name.replace("\"", "");
        self.set("CONFIG_UK_NAME", name.trim());
        for (name, command) in PROGRAMS {
            self.set(name, command.as_bytes());
        }
        self.set("HOSTARCH", &setup.tools.host_architecture.clone());
        self.read_rule_files()
    }

    /// `Makefile.rules` of architectures, platforms, libraries and the application: macros that
    /// other fragments use.
    fn read_rule_files(&mut self) -> Result<(), Error> {
        let mut patterns = vec!["arch/", "arch/*/", "plat/*/", "lib/*/"];
        if self.release >= [0, 15] {
            patterns.extend(["drivers/*/", "drivers/*/*/"]);
        }
        self.include_all("Makefile.rules", &patterns)
    }

    /// `Makefile.build` of the same: rules beside those that sources get.
    fn read_build_files(&mut self) -> Result<(), Error> {
        if self.release < [0, 14] {
            return Ok(());
        }
        self.include_all("Makefile.build", &["lib/*/", "plat/*/"])
    }

    /// Reads the fragments of one name in these folders of the core, in external libraries and in the
    /// application.
    fn include_all(&mut self, name: &str, folders: &[&str]) -> Result<(), Error> {
        let own = folders.iter().map(|folder| path_in(&self.setup.core, folder));
        let others = self.setup.libraries.iter().chain([&self.setup.app]);
        let places: Vec<BString> = own.chain(others.map(|place| path_in(place, ""))).collect();
        for place in places {
            let pattern = format!("$(wildcard {place}{name})");
            for path in self.make.expand(pattern.as_bytes())?.fields() {
                self.make.include(path)?;
            }
        }
        Ok(())
    }

    /// The architecture's name and family, and what its compiler needs.
    fn read_architecture(&mut self) -> Result<(), Error> {
        let setup = self.setup;
        self.make.include(&path_in(&setup.core, "arch/Arch.uk"))?;
        if self.make.value_of(b"CONFIG_UK_ARCH")?.replace("\"", "").trim().is_empty() {
            self.set("CONFIG_UK_ARCH", &setup.architecture.clone());
        }
        let architecture = self.make.value_of(b"CONFIG_UK_ARCH")?.replace("\"", "");
        self.set("CONFIG_UK_ARCH", &architecture);
        self.set("ARCH", &architecture);
        let family: &[u8] = match &architecture {
            name if name.starts_with(b"x86") => b"x86",
            name if name.starts_with(b"arm") => b"arm",
            name => name,
        };
        self.set("UK_FAMILY", family);
        let folder = setup.core.join("arch").join(family.to_path_lossy());
        let missing = folder.join(architecture.to_path_lossy()).join("Makefile.uk");
        let pattern = format!("$(wildcard {})", missing.display());
        if self.make.expand(pattern.as_bytes())?.is_empty() {
            return Err(Error::NoArchitecture { architecture: architecture.into(), missing });
        }
        self.set("CONFIG_CROSS_COMPILE", &setup.tools.prefix.clone());
        self.set("CONFIG_COMPILER", b"gcc");
        self.make.include(&path_in(&folder, "Compiler.uk"))?;
        Ok(())
    }

    /// Compiler and linker, by the names that rules use.
    fn begin_tools(&mut self) -> Result<(), Error> {
        let tools = &self.setup.tools;
        for name in ["CC", "LD", "AS", "CPP", "CXX"] {
            self.set(name, &tools.compiler);
        }
        for (name, program) in TOOLS {
            let mut command = tools.prefix.clone();
            command.extend_from_slice(program.as_bytes());
            self.set(name, &command);
        }
        self.set("AR", b"ar");
        self.set("ARFLAGS", b"rcs");
        let (major, minor) = tools.version;
        self.set("CC_VERSION", format!("{major}.{minor}").as_bytes());
        self.set("CC_VER_MAJOR", major.to_string().as_bytes());
        self.set("CC_VER_MINOR", minor.to_string().as_bytes());
        for name in ["ASFLAGS", "CFLAGS", "CXXFLAGS", "GOCFLAGS"] {
            self.make.eval(format!("{name} += -DCC_VERSION=$(CC_VERSION)").as_bytes())?;
        }
        for text in LATE {
            self.make.eval(text.as_bytes())?;
        }
        if self.release >= [0, 14] {
            for name in ["ASFLAGS", "CFLAGS", "CXXFLAGS", "GOCFLAGS", "LDFLAGS"] {
                self.make.eval(format!("{name} += $(UK_{name})").as_bytes())?;
            }
        }
        for name in ["ASINCLUDES", "CINCLUDES", "CXXINCLUDES", "GOCINCLUDES"] {
            self.make.eval(format!("{name} += -I$(UK_GENERATED_INCLUDES)").as_bytes())?;
        }
        Ok(())
    }

    /// Application, libraries, architecture, platforms, and at last the core's own flags.
    fn read_libraries(&mut self) -> Result<(), Error> {
        let setup = self.setup;
        if setup.app != setup.core {
            self.make.import(bytes(&setup.app))?;
        }
        self.make.include(&path_in(&setup.core, "lib/Makefile.uk"))?;
        for library in &setup.libraries {
            self.make.import(bytes(library))?;
        }
        let family = self.make.value_of(b"UK_FAMILY")?;
        self.make.import(&path_in(&setup.core, &format!("arch/{family}")))?;
        let drivers = path_in(&setup.core, "drivers/Makefile.uk");
        if self.release >= [0, 15] && self.make.host().kind(drivers.as_bstr()).is_some() {
            self.make.include(&drivers)?;
        }
        self.make.include(&path_in(&setup.core, "plat/Makefile.uk"))?;
        for platform in &setup.platforms {
            self.make.import(bytes(platform))?;
        }
        self.make.include(&path_in(&setup.core, "Makefile.uk"))?;
        let platforms = self.make.expand(b"$(strip $(UK_PLATS) $(UK_PLATS-y))")?;
        if platforms.is_empty() {
            return Err(Error::NoPlatform);
        }
        if self.make.value_of(b"CONFIG_HAVE_BOOTENTRY")? != "y" {
            return Err(Error::NoBoot);
        }
        Ok(())
    }

    /// Reads the sources of every library, platforms' libraries last.
    fn register_libraries(&mut self) -> Result<Vec<(BString, Library)>, Error> {
        let mut libraries = Vec::new();
        for name in self.make.all_words(b"UK_LIBS")? {
            let library = Library::register(&mut self.make, name.as_bstr(), b"UK_OLIBS-y")?;
            libraries.push((name, library));
        }
        for platform in self.make.all_words(b"UK_PLATS")? {
            let prefix = names::upper(&platform);
            let objects = BString::from(format!("{prefix}_OLIBS-y"));
            for name in self.make.all_words(format!("{prefix}_LIBS").as_bytes())? {
                let library = Library::register(&mut self.make, name.as_bstr(), &objects)?;
                libraries.push((name, library));
            }
        }
        Ok(libraries)
    }

    /// Makes the graph of what was registered and of the fragments' own rules.
    fn finish(mut self, libraries: &[(BString, Library)]) -> Result<Description, Error> {
        let objects: usize = libraries.iter().map(|(_, library)| library.objects()).sum();
        // Fragments' own rules come on top: mostly such as link or copy a header.
        let mut graph = Graph::with_room(objects + objects / 2);
        let prepare = graph.file("prepare");
        let preprocess = graph.file("preprocess");
        let mut expanded = Expanded::new(self.release);
        let mut workshop = Workshop {
            graph: &mut graph,
            fragments: &mut self.make,
            expanded: &mut expanded,
            prepare,
            preprocess,
        };
        for (_, library) in libraries {
            library.add_steps(&mut workshop)?;
        }
        let images = self.add_groups(&mut graph, libraries)?;
        let mut goals = Vec::new();
        let mut answers = Vec::new();
        for goal in &self.setup.goals {
            match listing::answer(&mut self.make, goal)? {
                Some(answer) => answers.push(answer),
                None => goals.push(self.make.node(&mut graph, goal)),
            }
        }
        included::enter(&self.make, &mut graph);
        recipe::add_rules(&mut self.make, &mut graph)?;
        origins::add_steps(&mut self.make, &mut graph)?;
        let makefiles = included::made(&self.make, &graph)?;
        let mut unknown = goals.iter().filter(|&&goal| graph.producer(goal).is_none());
        if let Some(&goal) = unknown.next()
            && included::all_read(&self.make, &graph, &makefiles)
        {
            let goal = names::file_name(graph.path(goal)).into();
            return Err(Error::UnknownGoal { goal });
        }
        graph.check().map_err(|error| self.placed(error))?;
        let name = self.make.value_of(b"CONFIG_UK_NAME")?;
        let libraries = libraries.iter().map(|(name, _)| name.clone()).collect();
        let mentioned = self.make.tracked_names();
        Ok(Description { graph, images, goals, makefiles, answers, libraries, name, mentioned })
    }

    /// The same with the lines that ask for what goes round, as far as they can be told.
    fn placed(&mut self, mut error: GraphError) -> GraphError {
        if let GraphError::Cycle { links } = &mut error {
            for link in links {
                let (file, needs) = (link.file.as_bstr(), link.needs.as_bstr());
                let asked = recipe::place_of_need(&self.make, file, needs);
                let asked = asked.or_else(|| self.place_of_member(file, needs));
                link.origin = asked.or(link.origin.take());
            }
        }
        error
    }

    /// The line that put a file into the list of a stage.
    fn place_of_member(&mut self, stage: &BStr, file: &BStr) -> Option<Origin> {
        let (_, lists) = STAGES.iter().find(|(name, _)| name.as_bytes() == stage)?;
        let names = lists.iter().flat_map(|list| [(*list).to_owned(), format!("{list}-y")]);
        names.into_iter().find_map(|list| {
            let words = self.make.words_with_origins(list.as_bytes()).ok()?;
            words.into_iter().find(|(word, _)| self.make.node_path(word) == file)?.1
        })
    }

    /// The stages of a build, and every library, under the names that people ask for. Gives the
    /// images.
    fn add_groups(
        &mut self,
        graph: &mut Graph,
        libraries: &[(BString, Library)],
    ) -> Result<Vec<FileId>, Error> {
        let mut images = Vec::new();
        let mut before = Vec::new();
        for &(name, lists) in STAGES {
            images = self.add_group(graph, name, lists, &before)?;
            before = match name {
                "fetch" | "prepare" => vec![graph.file(name)],
                _ => Vec::new(),
            };
        }
        let mut all = vec![graph.file("images")];
        all.extend(self.add_debugger_helpers(graph)?);
        add_name(graph, "all".into(), all)?;
        for (name, _) in libraries.iter().filter(|(_, library)| library.is_linked()) {
            let object = graph.file(self.make.in_build(&[name, b".o"]));
            add_name(graph, name.as_bstr(), vec![object])?;
        }
        Ok(images)
    }

    /// The scripts that gdb looks for beside images, when the core has one.
    fn add_debugger_helpers(&mut self, graph: &mut Graph) -> Result<Option<FileId>, Error> {
        let scripts = self.setup.core.join("support/scripts");
        let source = path_in(&scripts, "uk-gdb.py");
        if self.make.host().kind(source.as_bstr()).is_none() {
            return Ok(None);
        }
        let helper = self.make.in_build(&[b"uk-gdb.py"]);
        let place = concat(&[
            b"s|os.path.dirname(os.path.realpath(__file__))|\"",
            bytes(&scripts),
            b"\"|g",
        ]);
        let argv = ["sed".into(), concat(&[b"/scripts_dir = /", &place]), source.clone()];
        let (file, original) = (graph.file(&helper), graph.file(&source));
        graph.add(Step {
            tag: "GEN".to_owned(),
            label: "uk-gdb.py".to_owned(),
            commands: vec![Command::Exec { argv: argv.into(), stdout: Some(file) }],
            outputs: vec![file],
            inputs: vec![original],
            ..Step::default()
        })?;
        let mut helpers = vec![file];
        for image in self.make.all_words(b"UK_DEBUG_IMAGES")? {
            let link = concat(&[&image, b".gdb.py"]);
            let argv = ["ln", "-sf", "uk-gdb.py"].map(BString::from).into_iter();
            let output = graph.file(&link);
            graph.add(Step {
                tag: "LN".to_owned(),
                label: names::file_name(link.as_bstr()).to_string(),
                commands: vec![Command::Exec { argv: argv.chain([link]).collect(), stdout: None }],
                outputs: vec![output],
                // A link has the contents of what it leads to.
                inputs: vec![file],
                ..Step::default()
            })?;
            helpers.push(output);
        }
        let name = "gdb_helpers";
        add_name(graph, name.into(), helpers)?;
        Ok(Some(graph.file(name)))
    }

    /// A step without commands that stands for all files of some lists.
    fn add_group(
        &mut self,
        graph: &mut Graph,
        name: &str,
        lists: &[&str],
        order_only: &[FileId],
    ) -> Result<Vec<FileId>, Error> {
        let mut inputs = Vec::new();
        for list in lists {
            for word in self.make.all_words(list.as_bytes())? {
                inputs.push(self.make.node(graph, &word));
            }
        }
        let added = recipe::added_needs(&mut self.make, graph, name.into())?;
        let step = Step {
            label: name.to_owned(),
            outputs: vec![graph.file(name)],
            inputs: inputs.iter().copied().chain(added.inputs).collect(),
            order_only: order_only.iter().copied().chain(added.order_only).collect(),
            ..Step::default()
        };
        graph.add(step)?;
        Ok(inputs)
    }
}

/// A step without commands that stands for files under a name.
fn add_name(graph: &mut Graph, name: &BStr, inputs: Vec<FileId>) -> Result<(), Error> {
    let outputs = vec![graph.file(name)];
    graph.add(Step { label: name.to_string(), outputs, inputs, ..Step::default() })?;
    Ok(())
}

fn joined(paths: &[PathBuf]) -> BString {
    bstr::join(" ", paths.iter().map(|path| bytes(path))).into()
}

fn path_in(folder: &Path, name: &str) -> BString {
    let mut path = BString::from(bytes(folder));
    path.push(b'/');
    path.extend_from_slice(name.as_bytes());
    path
}
