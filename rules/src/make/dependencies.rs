//! Which variables the value of a variable depends on, as its text tells. For values that are worth
//! keeping until one of those changes. Expands nothing.

use std::collections::HashSet;

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
