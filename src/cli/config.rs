//! `ukbuild config why` and `ukbuild config solve`: loads what they ask about, an application's
//! options or any Kconfig tree's. The answers are `kconfig`'s; how they are put is in `why` and
//! `solve`.

mod solve;
mod why;

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};
use kconfig::model::{Model, PropertyKind, SymbolId, Type};
use kconfig::{Dialect, Environment, Place, store};

use super::arguments::{Config as Request, Question, Tree};
use super::{Outcome, describe, folder, report};
use crate::project::{App, ProjectError, Roots};
use crate::surroundings::Surroundings;

/// `ukbuild config`
pub(super) fn main(request: &Request, surroundings: &Surroundings) -> Outcome {
    match &request.question {
        Question::Why(request) => why::main(request, surroundings),
        Question::Solve(request) => solve::main(request, surroundings),
    }
}

/// What a question is about.
struct Subject {
    config: kconfig::Config,
    /// The file that the settings are from, with its text; none where there are only defaults.
    settings: Option<(PathBuf, Vec<u8>)>,
    /// Where settings are written to.
    target: PathBuf,
    /// The current folder, which names are shown without.
    folder: PathBuf,
}

impl Subject {
    fn load(tree: &Tree, surroundings: &Surroundings) -> miette::Result<Subject> {
        match &tree.kconfig {
            Some(kconfig) => Subject::of_tree(tree, kconfig, surroundings),
            None => Subject::of_application(tree, surroundings),
        }
    }

    fn of_application(tree: &Tree, surroundings: &Surroundings) -> miette::Result<Subject> {
        let app = App::open(&folder(&tree.app, surroundings), surroundings)?;
        let roots = Roots::find(&app, surroundings)?;
        let options = describe::load_options(&app, &roots, surroundings)?;
        let from = match &options.created {
            Some(created) => created.from.clone(),
            None => Some(app.configuration()),
        };
        let settings = match from {
            Some(path) => {
                let text = std::fs::read(&path);
                let text = text.map_err(|error| report::file("read", &path, &error))?;
                Some((path, text))
            }
            None => None,
        };
        let (target, folder) = (app.configuration(), surroundings.folder.clone());
        Ok(Subject { config: options.config().clone(), settings, target, folder })
    }

    fn of_tree(
        tree: &Tree,
        kconfig: &Path,
        surroundings: &Surroundings,
    ) -> miette::Result<Subject> {
        let name = kconfig.as_os_str().as_bytes();
        let dialect = match tree.dialect.as_deref() {
            Some("linux") => Dialect::Linux,
            Some(_) => Dialect::Unikraft,
            None => Dialect::of_file(name.as_bstr()),
        };
        let mut environment = Environment::new(dialect, surroundings.folder.clone());
        environment.variables = (surroundings.environment.iter())
            .map(|(name, value)| (name.as_bytes().into(), value.as_bytes().into()))
            .collect();
        environment.variables.entry("CONFIG_".into()).or_insert_with(|| "CONFIG_".into());
        if let Some(above) = surroundings.resolve(kconfig).parent() {
            let above = above.as_os_str().as_bytes();
            environment.variables.entry("srctree".into()).or_insert_with(|| above.into());
        }
        let mut messages = Vec::new();
        let model = Model::load(&mut environment, name, &mut messages)
            .map_err(|error| report::project(ProjectError::Kconfig(error)))?;
        for message in messages {
            complain!("{}\n", message.text);
        }
        let target = tree.config.clone().unwrap_or_else(|| PathBuf::from(".config"));
        let target = surroundings.resolve(&target);
        let mut config = kconfig::Config::new(std::sync::Arc::new(model));
        let settings = match std::fs::read(&target) {
            Ok(text) => {
                config.load(&text, target.as_os_str().as_bytes(), false);
                Some((target.clone(), text))
            }
            Err(error) if tree.config.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
                config.load_nothing();
                None
            }
            Err(error) => return Err(report::file("read", &target, &error)),
        };
        Ok(Subject { config, settings, target, folder: surroundings.folder.clone() })
    }

    /// Writes settings to the configuration file; whether it differed.
    fn write(&self, config: &mut kconfig::Config) -> miette::Result<bool> {
        let text = config.to_config();
        store::update_keeping_old(&self.target, &text)
            .map_err(|error| report::file("write", &self.target, &error))
    }

    /// `FILE:LINE`
    fn place(&self, place: Place) -> String {
        let name = self.config.model().sources().name(place);
        let name: &Path = &name.to_path_lossy();
        format!("{}:{}", self.path(name), place.line)
    }

    /// A path as seen from the current folder.
    fn path(&self, path: &Path) -> String {
        path.strip_prefix(&self.folder).unwrap_or(path).display().to_string()
    }

    /// An option's name; a choice's prompt.
    fn name(&self, symbol: SymbolId) -> String {
        let model = self.config.model();
        let known = model.symbol(symbol);
        if !known.is_choice() {
            return known.label().as_bstr().to_string();
        }
        let prompt = model.properties(symbol).find_map(|property| match property.kind {
            PropertyKind::Prompt(text) => Some(model.text(text)),
            _ => None,
        });
        match prompt {
            Some(text) => format!("the choice \"{text}\""),
            None => "a choice".to_owned(),
        }
    }

    fn names(&self, symbols: &[SymbolId]) -> String {
        let names: Vec<String> = symbols.iter().map(|&symbol| self.name(symbol)).collect();
        names.join(", ")
    }

    /// A value as it reads well: texts in quotes.
    fn value(&self, symbol: SymbolId, value: &BStr) -> String {
        match self.config.model().symbol(symbol).kind {
            Type::String => format!("\"{value}\""),
            _ if value.is_empty() => "without value".to_owned(),
            _ => value.to_string(),
        }
    }
}

/// A text for JSON.
fn text(bytes: &BString) -> String {
    bytes.to_str_lossy().into_owned()
}
