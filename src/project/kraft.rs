//! `kraft.yaml`: the manifest that KraftKit reads (its specifications v0.5 and v0.6). Only what a
//! build needs is read; unknown keys are somebody else's.

use std::collections::BTreeMap;
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
        let pairs: Vec<(String, String)> = match map.kconfig {
            None => Vec::new(),
            Some(Settings::List(lines)) => lines
                .iter()
                .filter_map(|line| line.split_once('='))
                .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                .collect(),
            Some(Settings::Map(map)) => {
                map.into_iter().map(|(name, value)| (name, setting(&value))).collect()
            }
        };
        let bare = |name: String| name.strip_prefix("CONFIG_").map(str::to_owned).unwrap_or(name);
        Component {
            source: map.source,
            settings: pairs.into_iter().map(|(name, value)| (bare(name), value)).collect(),
        }
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
    fn a_core_given_as_a_version() {
        let kraft: Kraft = serde_saphyr::from_str("unikraft: stable\n").unwrap();
        assert_eq!(kraft.settings().count(), 0);
    }
}
