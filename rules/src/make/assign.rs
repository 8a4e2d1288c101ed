//! Assignments: what a line does to a variable. Knows flavours and precedence, not lines.

use std::borrow::Cow;

use bstr::ByteSlice;

use super::bytes::trim;
use super::error::{ErrorKind, Result};
use super::evaluator::Evaluator;
use super::location::Location;
use super::names::Name;
use super::statements::Assignment;
use super::variables::{Assign, Export, Flavor, Origin, Variable};

/// What an assignment comes to: a new variable, more text for the old one, or nothing.
pub(crate) enum Outcome {
    Set(Variable),
    Append(Vec<u8>),
    Nothing,
}

impl<S> Evaluator<S> {
    /// Adds a word, which stands for itself, to a variable, as a makefile's line with `+=` does.
    pub fn append_word(&mut self, name: &[u8], word: &[u8]) -> Result<()> {
        let name = self.names.intern(name);
        let quoted = match word.contains(&b'$') {
            true => Cow::Owned(word.replace("$", "$$")),
            false => Cow::Borrowed(word),
        };
        self.entered(|this| this.assign(name, Assign::Append, &quoted, Origin::File, true))
    }

    /// Carries out `NAME op VALUE` on the globals. Gives the name.
    pub(crate) fn assign_line(
        &mut self,
        line: Assignment<'_>,
        origin: Origin,
        by_makefile: bool,
    ) -> Result<Name> {
        let name = self.expand_name(line.name)?;
        self.assign(name, line.assign, line.value, origin, by_makefile)?;
        Ok(name)
    }

    /// The name of a variable as a line writes it, expanded.
    pub(crate) fn expand_name(&mut self, name: &[u8]) -> Result<Name> {
        if !name.is_empty() && !name.contains(&b'$') {
            return Ok(self.names.intern(name));
        }
        let expanded = self.expanded(name)?;
        let expanded = trim(&expanded);
        if expanded.is_empty() {
            let mut error = self.error_here(ErrorKind::EmptyVariableName);
            error.excerpt = Some(super::expand::excerpt(name));
            return Err(error);
        }
        let name = expanded;
        Ok(self.names.intern(name))
    }

    pub(crate) fn assign(
        &mut self,
        name: Name,
        assign: Assign,
        value: &[u8],
        origin: Origin,
        by_makefile: bool,
    ) -> Result<()> {
        self.assign_at(self.here.clone(), name, assign, value, origin, by_makefile)
    }

    /// Assigns; the definition is at `location`, though reading may stand further down.
    pub(crate) fn assign_at(
        &mut self,
        location: Option<Location>,
        name: Name,
        assign: Assign,
        value: &[u8],
        origin: Origin,
        by_makefile: bool,
    ) -> Result<()> {
        if let (true, Some(old)) = (self.environment_overrides, self.table.global_mut(name))
            && old.origin == Origin::Environment
        {
            old.origin = Origin::EnvironmentOverride;
        }
        let old = self.table.look_up(name);
        let same =
            old.is_some() && self.table.find(name) == Some(super::variables::Binding::Global(name));
        let outcome = self.outcome(name, assign, value, origin)?;
        if by_makefile && !matches!(outcome, Outcome::Nothing) {
            self.table.set_native(name, None);
        }
        match outcome {
            Outcome::Nothing => {}
            Outcome::Set(variable) => {
                self.table.define(name, variable.at(location));
            }
            Outcome::Append(text) if same => {
                if let Some(variable) = self.table.global_mut(name)
                    && origin >= variable.origin
                {
                    variable.origin = origin;
                    variable.append(&text, location);
                }
            }
            // A loop's variable is the base of what becomes a global.
            Outcome::Append(text) => {
                if let Some(base) = self.table.look_up(name) {
                    let mut variable = base.clone();
                    variable.origin = origin;
                    variable.append(&text, location);
                    self.table.define(name, variable);
                }
            }
        }
        Ok(())
    }

    /// What an assignment comes to, given what the name stands for now.
    pub(crate) fn outcome(
        &mut self,
        name: Name,
        assign: Assign,
        value: &[u8],
        origin: Origin,
    ) -> Result<Outcome> {
        let old = self.table.look_up(name).map(|variable| variable.flavor);
        let (value, flavor) = match assign {
            Assign::Recursive => (value.to_vec(), Flavor::Recursive),
            Assign::Simple => (self.expanded(value)?, Flavor::Simple),
            Assign::Immediate => {
                let value = self.expanded(value)?;
                (value.replace("$", "$$"), Flavor::Recursive)
            }
            Assign::Conditional if old.is_some() => return Ok(Outcome::Nothing),
            Assign::Conditional => (value.to_vec(), Flavor::Recursive),
            Assign::Shell => {
                let script = self.expanded(value)?;
                let mut output = Vec::new();
                self.shell_assignment(&script, &mut output)?;
                (output, Flavor::Recursive)
            }
            Assign::Append => {
                let appended = match old {
                    None => return Ok(Outcome::Set(recursive(value, origin))),
                    Some(Flavor::Recursive) => value.to_vec(),
                    Some(Flavor::Simple) => self.expanded(value)?,
                };
                if appended.is_empty() {
                    return Ok(Outcome::Nothing);
                }
                if let Some(flags) = self.with_flags(name, &appended) {
                    return Ok(Outcome::Set(Variable::new(flags, Flavor::Recursive, origin)));
                }
                return Ok(Outcome::Append(appended));
            }
        };
        Ok(Outcome::Set(Variable::new(value, flavor, origin)))
    }

    /// The value of `MAKEFLAGS` with more flags: they go before the command line's variables, for
    /// behind ` -- ` no word is a flag.
    fn with_flags(&self, name: Name, more: &[u8]) -> Option<Vec<u8>> {
        if self.names.text(name) != b"MAKEFLAGS" {
            return None;
        }
        let old = self.table.look_up(name).filter(|old| old.flavor == Flavor::Recursive)?;
        let (flags, variables) = old.value().split_at(old.value().find(b" -- ")?);
        Some([flags, b" ", more, variables].concat())
    }

    /// Marks a variable for export or not; an unknown one is defined, empty.
    pub(crate) fn set_export(&mut self, name: &[u8], export: bool) {
        let name = self.names.intern(name);
        if self.table.look_up(name).is_none() {
            let variable = Variable::new(Vec::new(), Flavor::Simple, Origin::File);
            let here: Option<Location> = self.here.clone();
            self.table.define(name, variable.at(here));
        }
        if let Some(variable) = self.table.global_mut(name) {
            variable.export = if export { Export::Yes } else { Export::No };
        }
    }
}

fn recursive(value: &[u8], origin: Origin) -> Variable {
    Variable::new(value.to_vec(), Flavor::Recursive, origin)
}
