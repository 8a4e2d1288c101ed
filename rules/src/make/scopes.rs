//! Variables of targets: a scope for each target that has some. Knows nothing of what is expanded in
//! them.

use std::collections::HashMap;

use super::names::{FastHash, Name};
use super::variables::Variable;

/// A target's variables, in the table that holds them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScopeId(pub(crate) u32);

/// The variables of one target, in the order in which they came to be.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    variables: Vec<(Name, Variable)>,
    places: HashMap<Name, u32, FastHash>,
}

impl Scope {
    pub(crate) fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    pub(crate) fn place(&self, name: Name) -> Option<u32> {
        self.places.get(&name).copied()
    }

    pub(crate) fn name(&self, place: u32) -> Option<Name> {
        self.variables.get(place as usize).map(|&(name, _)| name)
    }

    pub(crate) fn get(&self, place: u32) -> Option<&Variable> {
        self.variables.get(place as usize).map(|(_, variable)| variable)
    }

    pub(crate) fn get_mut(&mut self, place: u32) -> Option<&mut Variable> {
        self.variables.get_mut(place as usize).map(|(_, variable)| variable)
    }

    pub(crate) fn find(&self, name: Name) -> Option<&Variable> {
        self.get(self.place(name)?)
    }

    pub(crate) fn find_mut(&mut self, name: Name) -> Option<&mut Variable> {
        self.get_mut(self.place(name)?)
    }

    /// Sets a variable, unless the one that is there takes precedence. False when it does.
    pub(crate) fn set(&mut self, name: Name, mut variable: Variable) -> bool {
        let Some(place) = self.place(name) else {
            self.places.insert(name, self.variables.len() as u32);
            self.variables.push((name, variable));
            return true;
        };
        let Some(old) = self.get_mut(place) else { return false };
        if variable.origin < old.origin {
            return false;
        }
        variable.export = old.export;
        *old = variable;
        true
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(Name, Variable)> {
        self.variables.iter()
    }
}
