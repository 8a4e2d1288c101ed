//! What commands and scripts find in their environment. Knows what is exported; starts nothing.

use std::collections::HashSet;

use bstr::BString;

use super::error::Result;
use super::evaluator::Evaluator;
use super::names::Name;
use super::variables::{Export, Origin};

/// How the environment of commands differs from the inherited one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exports {
    /// Variables to set, and their values.
    pub set: Vec<(BString, BString)>,
    /// Variables to take away.
    pub unset: Vec<BString>,
}

impl<S> Evaluator<S> {
    /// The environment that a script sees: the one make was started with, and what makefiles
    /// export.
    pub(crate) fn script_environment(&mut self) -> Result<Vec<(BString, BString)>> {
        let mut environment = self.environment.clone();
        if !self.scripts_see_exports {
            return Ok(environment);
        }
        let exports = self.exports()?;
        let set = exports.set.iter().map(|(name, _)| name);
        let changed: HashSet<_> = set.chain(&exports.unset).collect();
        environment.retain(|(name, _)| !changed.contains(name));
        environment.extend(exports.set);
        Ok(environment)
    }

    /// The whole environment of a recipe's commands, `MAKELEVEL` in it. Inside
    /// [`Evaluator::in_target`], for that target.
    pub fn recipe_environment(&mut self, level: u32) -> Result<Vec<(BString, BString)>> {
        let mut exports = self.exports()?;
        exports.set.retain(|(name, _)| name != "MAKELEVEL");
        exports.set.push(("MAKELEVEL".into(), level.to_string().into()));
        let set = exports.set.iter().map(|(name, _)| name);
        let changed: HashSet<_> = set.chain(&exports.unset).collect();
        let kept = self.environment.iter().filter(|(name, _)| !changed.contains(name));
        let mut environment: Vec<_> = kept.cloned().collect();
        environment.extend(exports.set);
        Ok(environment)
    }

    /// Marks a variable as one that commands see.
    pub fn export_variable(&mut self, name: &[u8]) {
        self.set_export(name, true);
    }

    /// How the environment of commands differs from the one that was handed to
    /// [`Evaluator::define_environment`]. Inside [`Evaluator::in_target`], for that target.
    pub fn exports(&mut self) -> Result<Exports> {
        let mut exported = Vec::new();
        let mut exports = Exports::default();
        for (name, variable) in self.table.visible() {
            let text = self.names.text(name);
            let export = match variable.export {
                // A target's variable goes where the global of that name goes.
                Export::Default => self.table.global(name).map_or(Export::Default, |g| g.export),
                own => own,
            };
            match self.is_exported(name, text, export, variable.origin) {
                Some(true) => exported.push(name),
                Some(false) => exports.unset.push(BString::from(text)),
                None => {}
            }
        }
        self.exporting += 1;
        let values = exported.into_iter().map(|name| {
            let mut value = Vec::new();
            self.expand_variable(name, &mut value)?;
            Ok((BString::from(self.names.text(name)), BString::from(value)))
        });
        let values: Result<Vec<_>> = values.collect();
        self.exporting -= 1;
        exports.set = values?;
        Ok(exports)
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
