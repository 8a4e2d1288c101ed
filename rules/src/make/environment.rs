//! What commands and scripts find in their environment. Knows what is exported; starts nothing.

use std::collections::HashSet;
use std::sync::Arc;

use bstr::BString;

use super::dependencies::NameSet;
use super::error::Result;
use super::evaluator::Evaluator;
use super::names::Name;
use super::variables::{Export, Origin, Variable};

/// How the environment of commands differs from the inherited one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    /// Variables to set, and their values.
    pub set: Vec<(BString, BString)>,
    /// Variables to take away.
    pub unset: Vec<BString>,
}

/// Names and values.
pub type Environment = Vec<(BString, BString)>;

/// Exports that hold until something changes.
pub(crate) struct Kept {
    exports: Arc<Exports>,
    depends_on: NameSet,
    generation: u64,
    inside_targets: bool,
    export_all: bool,
}

impl<S> Evaluator<S> {
    /// The environment that a script sees: the one make was started with, and what makefiles
    /// export.
    pub(crate) fn script_environment(&mut self) -> Result<Arc<Environment>> {
        match self.scripts_see_exports {
            true => {
                self.exporting += 1;
                let environment = self.command_environment();
                self.exporting -= 1;
                environment
            }
            false => Ok(self.environment.clone()),
        }
    }

    /// The environment of commands: the one that was handed to [`Evaluator::define_environment`],
    /// and what makefiles export. Inside [`Evaluator::in_target`], for that target. The same
    /// allocation as last time when nothing can have changed.
    pub fn command_environment(&mut self) -> Result<Arc<Environment>> {
        let exports = self.shared_exports()?;
        if let Some((of, environment)) = &self.kept_environment
            && Arc::ptr_eq(of, &exports)
        {
            return Ok(environment.clone());
        }
        let set = exports.set.iter().map(|(name, _)| name);
        let changed: HashSet<_> = set.chain(&exports.unset).collect();
        let inherited = self.environment.iter().filter(|(name, _)| !changed.contains(name));
        let environment: Environment = inherited.chain(&exports.set).cloned().collect();
        let environment = Arc::new(environment);
        self.kept_environment = Some((exports.clone(), environment.clone()));
        Ok(environment)
    }

    /// Marks a variable as one that commands see.
    pub fn export_variable(&mut self, name: &[u8]) {
        self.set_export(name, true);
    }

    /// How the environment of commands differs from the one that was handed to
    /// [`Evaluator::define_environment`]. Inside [`Evaluator::in_target`], for that target.
    pub fn exports(&mut self) -> Result<Exports> {
        Ok((*self.shared_exports()?).clone())
    }

    /// As [`Evaluator::exports`]; the same allocation as last time when makefiles have been read,
    /// no variable has changed since, and no exported value depends on the target or on more than
    /// variables.
    pub fn shared_exports(&mut self) -> Result<Arc<Exports>> {
        if let Some(kept) = &self.kept_exports
            && self.holds(kept)
        {
            return Ok(kept.exports.clone());
        }
        let (exports, names) = self.compute_exports()?;
        let exports = Arc::new(exports);
        // What a script is spared, commands are not.
        let spared = std::mem::take(&mut self.spared_recursion);
        if self.finished_reading && !spared {
            let generation = self.table.generation();
            let inside_targets = self.table.inside_targets > 0;
            let depends_on = self.dependencies(&names);
            let kept = depends_on.map(|depends_on| Kept {
                exports: exports.clone(),
                depends_on,
                generation,
                inside_targets,
                export_all: self.export_all,
            });
            self.kept_exports = kept.filter(|kept| self.holds(kept));
        }
        Ok(exports)
    }

    /// Whether exports computed earlier are still what they would be now.
    fn holds(&self, kept: &Kept) -> bool {
        kept.generation == self.table.generation()
            && kept.export_all == self.export_all
            && kept.inside_targets == (self.table.inside_targets > 0)
            && self.table.locals().all(|(name, variable)| {
                !kept.depends_on.contains(&name) && self.export_of(name, variable).is_none()
            })
    }

    /// What [`Evaluator::is_exported`] says of what a name is bound to.
    fn export_of(&self, name: Name, variable: &Variable) -> Option<bool> {
        let export = match variable.export {
            // A target's variable goes where the global of that name goes.
            Export::Default => self.table.global(name).map_or(Export::Default, |g| g.export),
            own => own,
        };
        self.is_exported(name, self.names.text(name), export, variable.origin)
    }

    /// The exports of now, and the names of those to set.
    fn compute_exports(&mut self) -> Result<(Exports, Vec<Name>)> {
        let mut exported = Vec::new();
        let mut exports = Exports::default();
        if self.export_all {
            self.names.list();
        }
        for (name, variable) in self.table.visible() {
            match self.export_of(name, variable) {
                Some(true) => exported.push(name),
                Some(false) => exports.unset.push(BString::from(self.names.text(name))),
                None => {}
            }
        }
        let values = exported.iter().map(|&name| {
            let mut value = Vec::new();
            self.expand_variable(name, &mut value)?;
            Ok((BString::from(self.names.text(name)), BString::from(value)))
        });
        let values: Result<Vec<_>> = values.collect();
        exports.set = values?;
        Ok((exports, exported))
    }

    /// Whether commands see a variable. None when that is as it was in the environment.
    fn is_exported(&self, name: Name, text: &[u8], export: Export, origin: Origin) -> Option<bool> {
        match (export, origin) {
            (Export::No, _) => Some(false),
            // What came from the environment goes there again, unexpanded.
            (_, Origin::Environment | Origin::EnvironmentOverride) => None,
            (Export::Yes, _) => Some(true),
            _ if name == self.known.shell => None,
            (_, Origin::Default | Origin::Automatic) => None,
            (_, Origin::CommandLine) => is_shell_name(text).then_some(true),
            (_, Origin::File | Origin::Override) => {
                (self.export_all && is_shell_name(text)).then_some(true)
            }
        }
    }
}

fn is_shell_name(name: &[u8]) -> bool {
    let starts = name.first().is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
