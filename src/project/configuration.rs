//! The configuration of one build: the user's settings, read or made; the files that are derived
//! from them; and another platform or architecture out of the same settings. Knows which options
//! choose platforms and architectures; what options mean otherwise is the tree's.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::{BString, ByteSlice};
use kconfig::{Config, Dialect, Environment, Message, Model, store};
use serde::{Deserialize, Serialize};

use super::{App, ProjectError, Roots, Target};
use crate::machine::Platform;
use crate::snapshot::{WatchedShell, Witness};
use crate::surroundings::Surroundings;
use crate::toolchain::{Architecture, Toolchain};

/// A platform and an architecture to build for instead of the configured ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Combination {
    /// The platform; the configured ones when absent.
    pub platform: Option<Platform>,
    /// The architecture; the configured one when absent.
    pub architecture: Option<Architecture>,
    /// The target among those of the application's `kraft.yaml` that this is, if it is one.
    pub target: Option<usize>,
}

/// A configuration file that was not there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The file.
    pub path: PathBuf,
    /// The settings that it was made from; none when the tree's defaults are all.
    pub from: Option<PathBuf>,
}

/// A tree of options with the user's settings in it.
pub struct Options {
    config: Config,
    /// What parsing and reading had to say.
    pub messages: Vec<Message>,
    /// Settings for the first configuration that were used because there was none.
    pub created: Option<Created>,
    path: PathBuf,
    /// Where the option header lies in the build folder.
    header: &'static str,
    witness: Arc<Witness>,
}

/// What a build needs to know of its configuration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Configuration {
    /// The build folder of this combination.
    #[serde(with = "crate::snapshot::path")]
    pub build: PathBuf,
    /// The settings themselves (`.config`).
    #[serde(with = "crate::snapshot::path")]
    pub settings: PathBuf,
    /// The options as a C header.
    #[serde(with = "crate::snapshot::path")]
    pub header: PathBuf,
    /// All set options as makefiles see them: full names, strings in quotes.
    pub values: Vec<(BString, BString)>,
    /// The same as C sees them.
    pub definitions: Vec<(BString, BString)>,
    /// The platforms that are built.
    pub platforms: Vec<Platform>,
    /// The architecture.
    pub architecture: Architecture,
    /// The option `CROSS_COMPILE`.
    pub cross_prefix: String,
}

impl Configuration {
    /// Whether an option is `y`.
    pub fn is_on(&self, option: &str) -> bool {
        let name = |name: &BString| name.strip_prefix(b"CONFIG_") == Some(option.as_bytes());
        self.values.iter().any(|(known, value)| name(known) && value == "y")
    }
}

/// The option that chooses a platform.
fn platform_option(platform: Platform) -> &'static str {
    match platform {
        Platform::Kvm => "PLAT_KVM",
        Platform::Linuxu => "PLAT_LINUXU",
    }
}

/// The option that chooses an architecture.
fn architecture_option(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::X86_64 => "ARCH_X86_64",
        Architecture::Arm64 => "ARCH_ARM_64",
    }
}

impl Options {
    /// Parses the tree of options and reads the user's settings: `.config`, or, when there is none,
    /// the application's `defconfig` and `kraft.yaml`. Writes nothing but the lists of folders that
    /// the tree includes.
    pub(crate) fn load(
        app: &App,
        roots: &Roots,
        version: &rules::unikraft::Version,
        surroundings: &Surroundings,
        witness: &Arc<Witness>,
    ) -> Result<Options, ProjectError> {
        let (mut environment, main) = Self::tree(app, roots, version, surroundings, witness)?;
        let mut messages = Vec::new();
        let model = Model::load(&mut environment, main.as_os_str().as_bytes(), &mut messages)?;
        let config = Config::new(Arc::new(model));
        let path = app.configuration();
        let header = version.option_header();
        let witness = Arc::clone(witness);
        let mut options = Options { config, messages, created: None, path, header, witness };
        options.read_settings(app)?;
        if app.tested.is_some() {
            options.begin_tests()?;
        }
        Ok(options)
    }

    /// What the tree of options has to be parsed with, and its first file. Writes the lists of
    /// folders that the tree includes.
    pub(crate) fn tree(
        app: &App,
        roots: &Roots,
        version: &rules::unikraft::Version,
        surroundings: &Surroundings,
        witness: &Arc<Witness>,
    ) -> Result<(Environment, PathBuf), ProjectError> {
        let lists = app.build().join("kconfig");
        let folders = Folders {
            libraries: library_folders(roots, witness),
            platforms: platform_folders(roots, witness),
        };
        let platforms = write_list(&lists.join("plat.uk"), &folders.platforms, witness)?;
        if write_list(&lists.join("libs.uk"), &folders.libraries, witness)? || platforms {
            // Scripts of the tree are about to read them.
            witness.pause();
        }
        let mut environment = environment(app, roots, &folders, version, surroundings);
        environment.files = Arc::clone(witness) as _;
        environment.shell = Box::new(WatchedShell(Arc::clone(witness)));
        Ok((environment, roots.core.join("Config.uk")))
    }

    fn read_settings(&mut self, app: &App) -> Result<(), ProjectError> {
        let path = app.tested.as_ref().unwrap_or(&self.path).clone();
        if let Some(text) = self.read_if_there(&path)? {
            let name = path.as_os_str().as_bytes().to_owned();
            let loaded = self.config.load(&text, name, false);
            self.messages.extend(loaded.warnings);
            return Ok(());
        }
        let from = app.defconfig();
        match &from {
            Some(defconfig) => {
                let text = self.read_if_there(defconfig)?.unwrap_or_default();
                let loaded = self.config.load(&text, defconfig.as_os_str().as_bytes(), false);
                self.messages.extend(loaded.warnings);
            }
            None => self.config.load_nothing(),
        }
        for (name, value) in app.kraft.settings() {
            self.config.set(name, unquoted(value)).map_err(ProjectError::Set)?;
        }
        self.created = Some(Created { path: self.path.clone(), from });
        Ok(())
    }

    fn read_if_there(&self, path: &Path) -> Result<Option<Vec<u8>>, ProjectError> {
        self.witness.read_if_there(path).map_err(ProjectError::io("read", path))
    }

    /// Sets options, given as name and value. On an error nothing has changed.
    pub fn set(&mut self, settings: &[(&str, &str)]) -> Result<(), ProjectError> {
        let settings = settings.iter();
        let settings = settings.map(|(name, value)| (name.as_bytes(), unquoted(value).as_bytes()));
        self.config.set_all(settings).map_err(ProjectError::Set)
    }

    /// Gives an option back to its default.
    pub fn unset(&mut self, name: &str) -> Result<(), ProjectError> {
        self.config.unset(name).map_err(ProjectError::Set)
    }

    /// The settings and the values that follow from them.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Writes `.config` when it is not what it should be; keeps the old one beside it.
    pub fn save(&mut self) -> Result<bool, ProjectError> {
        let text = self.config.to_config();
        let written = store::update_keeping_old(&self.path, &text)
            .map_err(ProjectError::io("write", &self.path))?;
        self.witness.wrote(&self.path);
        Ok(written)
    }

    /// The platforms that are configured.
    pub fn platforms(&mut self) -> Vec<Platform> {
        let config = &mut self.config;
        let chosen = |option: &str| config.value_of(option).is_some_and(|value| value == "y");
        let mut chosen = chosen;
        Platform::ALL.into_iter().filter(|&platform| chosen(platform_option(platform))).collect()
    }

    /// The architecture that is configured.
    pub fn architecture(&mut self) -> Architecture {
        let name = self.config.value_of("UK_ARCH").unwrap_or_default();
        Architecture::named(&name.to_str_lossy()).unwrap_or(Architecture::of_host())
    }

    /// Whether the configuration as it is builds this combination.
    fn covers(&mut self, combination: Combination, target: Option<&Target>) -> bool {
        let config = &mut self.config;
        let mut holds = |(name, value): (&str, &str)| match config.value_of(name) {
            Some(now) => now == unquoted(value),
            None => value == "n",
        };
        if !target.map(Self::settings_of).unwrap_or_default().into_iter().all(&mut holds) {
            return false;
        }
        let platforms = self.platforms();
        combination.platform.is_none_or(|platform| platforms.contains(&platform))
            && combination.architecture.is_none_or(|wanted| wanted == self.architecture())
    }

    /// Turns the configuration into one for this combination: every other setting stays, and what
    /// only the other platform has gets its default.
    fn switch(
        &mut self,
        combination: Combination,
        target: Option<&Target>,
    ) -> Result<(), ProjectError> {
        let configured = self.platforms();
        let wanted = |platform: Platform| match combination.platform {
            Some(wanted) => wanted == platform,
            None => configured.contains(&platform),
        };
        let architecture = combination.architecture.unwrap_or(self.architecture());
        if self.config.value_of(architecture_option(architecture)).is_none() {
            return Err(ProjectError::ForeignArchitecture { architecture });
        }
        let mut settings = vec![(architecture_option(architecture), "y")];
        for platform in Platform::ALL {
            settings.push((platform_option(platform), if wanted(platform) { "y" } else { "n" }));
        }
        settings.extend(target.map(Self::settings_of).unwrap_or_default());
        self.set(&settings)
    }

    /// What a target says of options.
    fn settings_of(target: &Target) -> Vec<(&str, &str)> {
        let name = target.name.iter().map(|name| ("UK_NAME", name.as_str()));
        let own = target.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        own.chain(name).collect()
    }

    /// Writes what is derived from the settings for one combination, each file only when it
    /// changed: `.config` for the configured one, `auto.conf` and the header for all.
    pub fn derive(
        mut self,
        app: &App,
        combination: Combination,
    ) -> Result<Configuration, ProjectError> {
        let mut build = app.build();
        self.check_name()?;
        self.save()?;
        let target = combination.target.and_then(|at| Some((at, app.kraft.targets.get(at)?)));
        if !self.covers(combination, target.map(|(_, target)| target)) {
            if self.created.is_some() {
                // As it will be the next time: what was a default is a setting from now on.
                let text = self.config.to_config();
                self.config.load(&text, self.path.as_os_str().as_bytes(), false);
            }
            self.switch(combination, target.map(|(_, target)| target))?;
            if app.tested.is_some() {
                self.add_tests();
            }
            self.check_name()?;
            let mut name = folder_name(&self.platforms(), self.architecture());
            match target {
                Some((_, Target { name: Some(own), .. })) => name = format!("{name}.{own}"),
                Some((at, target)) if !target.settings.is_empty() => {
                    name = format!("{name}.{}", at + 1);
                }
                _ => {}
            }
            build = build.join(name);
            self.path = build.join(".config");
            self.save()?;
        }
        let automatic = build.join("kconfig/auto.conf");
        let header = build.join(self.header);
        let values = self.config.to_auto_conf();
        let text = self.config.to_header();
        for (path, text) in [(&automatic, &values), (&header, &text)] {
            store::update(path, text).map_err(ProjectError::io("write", path))?;
            self.witness.wrote(path);
        }
        let platforms = self.platforms();
        let platforms = match combination.platform {
            Some(platform) => vec![platform],
            None => platforms,
        };
        let cross_prefix = self.config.value_of("CROSS_COMPILE").unwrap_or_default();
        Ok(Configuration {
            build,
            settings: self.path.clone(),
            header,
            values: pairs(&values),
            definitions: self.config.definitions(),
            platforms,
            architecture: self.architecture(),
            cross_prefix: cross_prefix.to_str_lossy().into_owned(),
        })
    }
}

/// What lets an image run tests and be told which.
const TESTING: [&str; 4] = ["LIBUKTEST", "LIBUKLIBPARAM", "LIBUKTEST_ALL", "LIBUKTEST_DRIVEN"];

impl Options {
    /// Makes these the settings of the tests.
    fn begin_tests(&mut self) -> Result<(), ProjectError> {
        let model = self.config.model();
        let unknown =
            |name: &&str| model.find(name).is_none_or(|id| !model.symbol(id).is_defined());
        if let Some(option) = TESTING.into_iter().find(unknown) {
            return Err(ProjectError::NoTests { option });
        }
        if self.created.take().is_some() {
            // As it would be the next time: what was a default is a setting.
            let text = self.config.to_config();
            self.config.load(&text, self.path.as_os_str().as_bytes(), false);
        }
        for option in TESTING {
            self.config.set(option, "y").map_err(ProjectError::Set)?;
        }
        self.add_tests();
        // Not all cores can do that.
        let _ = self.config.set("CHECK_HEADERS", "y");
        Ok(())
    }

    /// Turns on the tests of all that is configured: not all look at `LIBUKTEST_ALL`.
    fn add_tests(&mut self) {
        let model = Arc::clone(self.config.model());
        let names = model.symbols().iter().filter_map(|symbol| symbol.name.as_ref());
        let is_test = |name: &&[u8]| {
            (name.starts_with(b"LIB") || name.starts_with(b"APP")) && name.ends_with(b"_TEST")
        };
        for name in names.map(|name| &name[..]).filter(is_test) {
            // What is refused belongs to something that is not in the image.
            let _ = self.config.set(name, "y");
        }
    }

    /// Images are named by an option that may hold any text.
    fn check_name(&mut self) -> Result<(), ProjectError> {
        let name = self.config.value_of("UK_NAME").unwrap_or_default();
        let fine = |byte: &u8| byte.is_ascii_alphanumeric() || b"._+-".contains(byte);
        if name.is_empty() || !name.iter().all(|byte| fine(byte) || !byte.is_ascii()) {
            return Err(ProjectError::ImageName { name: name.to_string() });
        }
        Ok(())
    }
}

/// The folder, in the build folder, of a combination that is not the configured one.
fn folder_name(platforms: &[Platform], architecture: Architecture) -> String {
    let names: Vec<&str> = platforms.iter().map(|platform| platform.name()).collect();
    format!("{}-{architecture}", names.join("+"))
}

/// A value as a person may write it, strings in quotes as in `.config`.
fn unquoted(value: &str) -> &str {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inner.unwrap_or(value)
}

/// `NAME=VALUE` lines, taken apart.
fn pairs(text: &[u8]) -> Vec<(BString, BString)> {
    let assignments = text.lines().filter(|line| !line.starts_with(b"#"));
    let pairs = assignments.filter_map(|line| line.split_once_str("="));
    pairs.map(|(name, value)| (name.into(), value.into())).collect()
}

/// The folders whose options make up the tree.
struct Folders {
    libraries: Vec<PathBuf>,
    platforms: Vec<PathBuf>,
}

/// What the tree finds in its environment, over what the process has.
fn environment(
    app: &App,
    roots: &Roots,
    folders: &Folders,
    version: &rules::unikraft::Version,
    surroundings: &Surroundings,
) -> Environment {
    let build = app.build();
    let path = |path: PathBuf| BString::from(path.into_os_string().into_encoded_bytes());
    let mut variables: BTreeMap<BString, BString> = surroundings
        .environment
        .iter()
        .map(|(name, value)| (name.as_bytes().into(), value.as_bytes().into()))
        .collect();
    let own: [(&str, BString); 18] = [
        (
            "CC",
            Toolchain::compiler_name(Architecture::of_host(), "", surroundings).as_bytes().into(),
        ),
        ("CONFIG_", "CONFIG_".into()),
        ("KCONFIG_CONFIG", path(app.configuration())),
        ("KCONFIG_AUTOCONFIG", path(build.join("kconfig/auto.conf"))),
        ("KCONFIG_TRISTATE", path(build.join("kconfig/tristate.config"))),
        ("KCONFIG_AUTOHEADER", path(build.join(version.option_header()))),
        ("BUILD_DIR", path(build.clone())),
        ("UK_BASE", path(roots.core.clone())),
        ("UK_APP", path(app.folder.clone())),
        ("UK_CONFIG", path(app.configuration())),
        ("UK_FULLVERSION", version.full.clone()),
        ("UK_CODENAME", version.codename.clone()),
        ("UK_ARCH", Architecture::of_host().name().into()),
        ("UK_NAME", app.name.as_str().into()),
        ("KCONFIG_APP_DIR", path(app.folder.clone())),
        ("KCONFIG_LIB_IN", path(build.join("kconfig/libs.uk"))),
        ("KCONFIG_PLAT_IN", path(build.join("kconfig/plat.uk"))),
        ("KCONFIG_LIB_DIR", joined(&folders.libraries)),
    ];
    variables.extend(own.map(|(name, value)| (name.into(), value)));
    variables.insert("KCONFIG_PLAT_DIR".into(), joined(&folders.platforms));
    // Since 0.14 a script of the core writes the lists of folders.
    let colons = |folders: &[PathBuf]| joined(folders).replace(" ", ":");
    let newer: [(&str, BString); 10] = [
        ("HOST_ARCH", Architecture::of_host().name().into()),
        ("KCONFIG_DIR", path(build.join("kconfig"))),
        ("KCONFIG_APP_IN", path(build.join("kconfig/app.uk"))),
        ("KCONFIG_EAPP_DIR", path(app.folder.clone())),
        ("KCONFIG_LIB_BASE", path(roots.core.join("lib"))),
        ("KCONFIG_PLAT_BASE", path(roots.core.join("plat"))),
        ("KCONFIG_DRIV_BASE", path(roots.core.join("drivers"))),
        ("KCONFIG_ELIB_DIRS", colons(&roots.libraries).into()),
        ("KCONFIG_EPLAT_DIRS", colons(&roots.platforms).into()),
        ("KCONFIG_EXCLUDEDIRS", BString::default()),
    ];
    variables.extend(newer.map(|(name, value)| (name.into(), value)));
    let mut environment = Environment::new(Dialect::Unikraft, roots.core.clone());
    environment.variables = variables;
    environment
}

fn joined(folders: &[PathBuf]) -> BString {
    bstr::join(" ", folders.iter().map(|folder| folder.as_os_str().as_bytes())).into()
}

/// The core's platforms that have options, external ones, and what has the options of all of them.
fn platform_folders(roots: &Roots, witness: &Witness) -> Vec<PathBuf> {
    let all = roots.core.join("plat");
    let mut folders = folders_in(&all, witness);
    folders.retain(|folder| !folder.ends_with("common") && !folder.ends_with("drivers"));
    folders.extend(roots.platforms.iter().cloned());
    folders.push(all);
    folders
}

/// The core's libraries that have options and what has those of all of them, then the external
/// libraries.
fn library_folders(roots: &Roots, witness: &Witness) -> Vec<PathBuf> {
    let mut folders = folders_in(&roots.core.join("lib"), witness);
    folders.push(roots.core.join("lib"));
    folders.extend(roots.libraries.iter().cloned());
    folders
}

fn folders_in(parent: &Path, witness: &Witness) -> Vec<PathBuf> {
    let entries = witness.list(parent).unwrap_or_default().into_iter();
    let folders = entries.filter(|(_, is_folder)| *is_folder);
    let mut folders: Vec<PathBuf> =
        folders.map(|(name, _)| parent.join(name.to_path_lossy())).collect();
    folders.retain(|folder| witness.is_file(&folder.join("Config.uk")));
    folders.sort();
    folders
}

/// Writes a file that includes the options of each folder; whether it was another one before.
fn write_list(path: &Path, folders: &[PathBuf], witness: &Witness) -> Result<bool, ProjectError> {
    let mut text = BString::default();
    let has_options = |folder: &&PathBuf| witness.is_file(&folder.join("Config.uk"));
    for folder in folders.iter().filter(has_options) {
        text.extend_from_slice(b"source \"");
        text.extend_from_slice(folder.as_os_str().as_bytes());
        text.extend_from_slice(b"/Config.uk\"\n");
    }
    let written = store::update(path, &text).map_err(ProjectError::io("write", path))?;
    witness.wrote(path);
    Ok(written)
}
