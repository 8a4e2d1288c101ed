//! `kraft.yaml`: the manifest that KraftKit reads (its specifications v0.5 and v0.6). Only what a
//! build needs is read; unknown keys are somebody else's.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What a manifest says about a build.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Kraft {
    /// The core.
    pub unikraft: Component,
    /// External libraries by name.
    pub libraries: BTreeMap<String, Component>,
    /// What the application is to be built for.
    pub targets: Vec<Target>,
}

/// A platform and an architecture to build for, with options of its own if it has any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "TargetSpelling")]
pub struct Target {
    /// The name of its images; the application's when absent.
    pub name: Option<String>,
    /// As the manifest calls it.
    pub platform: String,
    /// As the manifest calls it.
    pub architecture: String,
    /// Options and their values, names without `CONFIG_`.
    pub settings: Vec<(String, String)>,
}

/// Targets are written as `PLATFORM/ARCHITECTURE`, or as a map.
#[derive(Deserialize)]
#[serde(untagged)]
enum TargetSpelling {
    Pair(String),
    Map(TargetMap),
}

#[derive(Deserialize)]
struct TargetMap {
    #[serde(default, alias = "kernel")]
    name: Option<String>,
    #[serde(default, alias = "plat")]
    platform: String,
    #[serde(default, alias = "arch")]
    architecture: String,
    #[serde(default)]
    kconfig: Option<Settings>,
}

impl From<TargetSpelling> for Target {
    fn from(spelling: TargetSpelling) -> Target {
        let map = match spelling {
            TargetSpelling::Map(map) => map,
            TargetSpelling::Pair(platform) => {
                TargetMap { name: None, platform, architecture: String::new(), kconfig: None }
            }
        };
        let (platform, architecture) = match map.platform.split_once('/') {
            Some((platform, architecture)) => (platform.to_owned(), architecture.to_owned()),
            None => (map.platform, map.architecture),
        };
        let settings = map.kconfig.map(Settings::pairs).unwrap_or_default();
        Target { name: map.name, platform, architecture, settings }
    }
}

impl Target {
    /// Whether a person means this one by `word`: its name, or what it is for.
    pub fn is_called(&self, word: &str) -> bool {
        let pair = word.split_once('/');
        self.name.as_deref() == Some(word) || pair == Some((&self.platform, &self.architecture))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} ({}/{})", self.platform, self.architecture),
            None => write!(f, "{}/{}", self.platform, self.architecture),
        }
    }
}

/// A part of the build: its source and its options.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Spelling")]
pub struct Component {
    /// A folder, when the source is one.
    pub source: Option<String>,
    /// Options and their values, names without `CONFIG_`.
    pub settings: Vec<(String, String)>,
}

/// Components are written as a version, or as a map with options in two forms.
#[derive(Deserialize)]
#[serde(untagged)]
enum Spelling {
    Map(ComponentMap),
    #[expect(dead_code, reason = "that it is no map is all that counts")]
    Version(serde_json::Value),
}

#[derive(Deserialize)]
struct ComponentMap {
    #[serde(default)]
    source: Option<String>,
    #[serde(default)]
    kconfig: Option<Settings>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Settings {
    List(Vec<String>),
    Map(BTreeMap<String, serde_json::Value>),
}

impl From<Spelling> for Component {
    fn from(spelling: Spelling) -> Component {
        let Spelling::Map(map) = spelling else { return Component::default() };
        Component {
            source: map.source,
            settings: map.kconfig.map(Settings::pairs).unwrap_or_default(),
        }
    }
}

impl Settings {
    /// Names without `CONFIG_`, and values.
    fn pairs(self) -> Vec<(String, String)> {
        let pairs: Vec<(String, String)> = match self {
            Settings::List(lines) => lines
                .iter()
                .filter_map(|line| line.split_once('='))
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .collect(),
            Settings::Map(map) => {
                map.into_iter().map(|(name, value)| (name, setting(&value))).collect()
            }
        };
        let bare = |name: String| name.strip_prefix("CONFIG_").map(str::to_owned).unwrap_or(name);
        pairs.into_iter().map(|(name, value)| (bare(name), value)).collect()
    }
}

/// A value as a configuration has it. YAML reads an unquoted `yes` as a word and `true` as a truth;
/// both mean y.
fn setting(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Bool(true) => "y".to_owned(),
        serde_json::Value::Bool(false) | serde_json::Value::Null => "n".to_owned(),
        serde_json::Value::String(text) => match text.as_str() {
            "yes" => "y".to_owned(),
            "no" => "n".to_owned(),
            text => text.to_owned(),
        },
        other => other.to_string(),
    }
}

/// A manifest that cannot be read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum KraftError {
    /// The file is there but cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// The manifest.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is no manifest.
    #[error("{}:{line}: {cause}", path.display())]
    #[diagnostic(help("kraft.yaml is YAML; `libraries` maps names to versions or to maps"))]
    Syntax {
        /// The manifest.
        path: PathBuf,
        /// Where.
        line: u64,
        /// What is wrong there.
        cause: String,
    },
}

impl Kraft {
    /// The manifest of an application, under one of the names that KraftKit looks for.
    pub fn read(app: &Path) -> Result<Option<Kraft>, KraftError> {
        let names = ["kraft.yaml", "kraft.yml", "Kraftfile"];
        let Some(path) = names.iter().map(|name| app.join(name)).find(|path| path.is_file()) else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|cause| KraftError::Read { path: path.clone(), cause })?;
        match serde_saphyr::from_str(&text) {
            Ok(kraft) => Ok(Some(kraft)),
            Err(error) => Err(KraftError::Syntax {
                line: error.location().map_or(1, |at| at.line()),
                cause: error.without_snippet().to_string(),
                path,
            }),
        }
    }

    /// All options that the manifest sets.
    pub fn settings(&self) -> impl Iterator<Item = &(String, String)> {
        let components = std::iter::once(&self.unikraft).chain(self.libraries.values());
        components.flat_map(|component| &component.settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_options() {
        let text = "specification: v0.6\nname: web\nunikraft:\n  version: stable\n  kconfig:\n    - \
                    CONFIG_LIBUKDEBUG=y\nlibraries:\n  musl: stable\n  lwip:\n    version: stable\n    \
                    kconfig:\n      CONFIG_LWIP_TCP: \"y\"\n      LWIP_HEAP: 12\n      LWIP_UDP: false\n";
        let kraft: Kraft = serde_saphyr::from_str(text).unwrap();
        assert_eq!(kraft.libraries.keys().collect::<Vec<_>>(), ["lwip", "musl"]);
        let settings: Vec<_> =
            kraft.settings().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(settings, ["LIBUKDEBUG=y", "LWIP_TCP=y", "LWIP_HEAP=12", "LWIP_UDP=n"]);
    }

    #[test]
    fn targets_in_all_forms() {
        let text = "targets:\n- qemu/x86_64\n- platform: kvm\n  architecture: arm64\n- name: small\n  \
                    plat: linuxu/x86_64\n  kconfig:\n  - CONFIG_OPTIMIZE_SIZE=y\n";
        let kraft: Kraft = serde_saphyr::from_str(text).unwrap();
        let shown: Vec<String> = kraft.targets.iter().map(Target::to_string).collect();
        assert_eq!(shown, ["qemu/x86_64", "kvm/arm64", "small (linuxu/x86_64)"]);
        let called = |word: &str| kraft.targets.iter().position(|target| target.is_called(word));
        assert_eq!(called("kvm/arm64"), Some(1));
        assert_eq!([called("small"), called("linuxu/x86_64")], [Some(2), Some(2)]);
        assert_eq!([called("x86_64"), called("kvm/x86_64")], [None, None]);
        assert_eq!(kraft.targets[2].settings, [("OPTIMIZE_SIZE".to_owned(), "y".to_owned())]);
    }

    #[test]
    fn a_core_given_as_a_version() {
        let kraft: Kraft = serde_saphyr::from_str("unikraft: stable\n").unwrap();
        assert_eq!(kraft.settings().count(), 0);
    }
}
