//! Which variables the value of a variable depends on, as its text tells. For values that are worth
//! keeping until one of those changes. Expands nothing.

use std::collections::HashSet;

use bstr::BString;

use super::evaluator::Evaluator;
use super::functions::Function;
use super::names::{FastHash, Name};
use super::syntax::Node;
use super::variables::Flavor;

/// Names of variables.
pub(crate) type NameSet = HashSet<Name, FastHash>;

impl<S> Evaluator<S> {
    /// The variables that the global values of some depend on, those themselves included. None
    /// when they depend on more: on files, on scripts, on names that only expansion tells.
    pub(crate) fn dependencies(&mut self, roots: &[Name]) -> Option<NameSet> {
        let mut found = NameSet::default();
        let mut open = roots.to_vec();
        while let Some(name) = open.pop() {
            if !found.insert(name) {
                continue;
            }
            let Some(variable) = self.table.global(name) else {
                if self.warn_undefined || self.table.native(name).is_some() {
                    return None;
                }
                continue;
            };
            if name == self.known.variables {
                return None;
            }
            if variable.flavor == Flavor::Recursive {
                let text = variable.text.clone();
                let nodes = text.nodes(&mut self.names, &self.stack);
                gather(nodes, &mut open)?;
            }
        }
        Some(found)
    }

    /// The variables that a text refers to by their names and that are not defined.
    pub fn undefined_in(&mut self, text: &[u8]) -> Vec<BString> {
        let mut names = Vec::new();
        gather_all(&super::syntax::parse(text, &mut self.names, &self.stack), &mut names);
        let mut undefined: Vec<BString> = Vec::new();
        for name in names {
            let known = self.table.look_up(name).is_some() || self.table.native(name).is_some();
            let text = self.names.text(name);
            // A single letter is as likely a dollar sign that should have been two.
            let is_word = text.len() > 1 && text.iter().any(u8::is_ascii_alphanumeric);
            if !known && is_word && !undefined.iter().any(|other| other == text) {
                undefined.push(text.to_owned());
            }
        }
        undefined
    }

    /// What a text expands to, if its expansion does nothing else.
    pub fn expand_if_pure(&mut self, text: &[u8]) -> Option<BString> {
        let mut names = Vec::new();
        gather(&super::syntax::parse(text, &mut self.names, &self.stack), &mut names)?;
        self.dependencies(&names)?;
        self.expand(text).ok()
    }
}

/// Adds all names that nodes refer to.
fn gather_all(nodes: &[Node], names: &mut Vec<Name>) {
    for node in nodes {
        match node {
            Node::Literal(_) | Node::Broken { .. } => {}
            Node::Variable { name } | Node::Substitution { name, .. } => names.push(*name),
            Node::Computed { nodes } => gather_all(nodes, names),
            Node::Call { arguments, .. } => {
                arguments.iter().for_each(|argument| gather_all(&argument.nodes, names));
            }
        }
    }
}

/// Adds the names that nodes refer to. None when they do more than that.
fn gather(nodes: &[Node], names: &mut Vec<Name>) -> Option<()> {
    for node in nodes {
        match node {
            Node::Literal(_) => {}
            Node::Variable { name } | Node::Substitution { name, .. } => names.push(*name),
            Node::Call { function, arguments, .. } if works_on_text(*function) => {
                for argument in arguments {
                    gather(&argument.nodes, names)?;
                }
            }
            Node::Call { .. } | Node::Computed { .. } | Node::Broken { .. } => return None,
        }
    }
    Some(())
}

/// Whether a function's value depends on its arguments' values only.
fn works_on_text(function: Function) -> bool {
    use Function::*;
    match function {
        Addprefix | Addsuffix | And | Basename | Dir | Filter | FilterOut | Findstring
        | Firstword | If | Intcmp | Join | Lastword | Notdir | Or | Patsubst | Sort | Strip
        | Subst | Suffix | Word | Wordlist | Words => true,
        Abspath | Call | Error | Eval | File | Flavor | Foreach | Info | Let | Origin
        | Realpath | Shell | Value | Warning | Wildcard => false,
    }
}
