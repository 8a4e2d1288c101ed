//! Which line gave a word of a variable. For diagnostics, which point at the line to change.

use bstr::ByteSlice;

use super::bytes::words;
use super::evaluator::Evaluator;
use super::location::Location;
use super::names::Name;
use super::syntax::{Node, parse};
use super::variables::{Flavor, Variable};

/// How many variables deep a word is followed.
const DEPTH: usize = 32;

impl<S> Evaluator<S> {
    /// The line that put `word` into the value of a variable: the definition or the `+=` whose text
    /// holds the word, or refers to a variable that does. Where only an expansion can tell, the line
    /// that expands to it, unless expanding it again would do anything else.
    pub fn where_word(&mut self, variable: &[u8], word: &[u8]) -> Option<Location> {
        let name = self.names.find(variable)?;
        self.trace_word(name, word, DEPTH, &mut Vec::new())
    }

    /// The line that gave a variable the word that has so many `earlier` ones like it before it.
    pub fn where_repeated(
        &mut self,
        variable: &[u8],
        word: &[u8],
        mut earlier: usize,
    ) -> Option<Location> {
        let name = self.names.find(variable)?;
        let variable = self.table.look_up(name)?.clone();
        for piece in &variable.pieces {
            let source = &variable.text.source[piece.span.range()];
            if has_effects(source) {
                return None;
            }
            let expanded = self.expand(source).ok()?;
            let here = words(&expanded).filter(|found| *found == word).count();
            if here > earlier {
                return piece.location.clone();
            }
            earlier -= here;
        }
        None
    }

    /// `seen` has the variables that were followed already: those do not give the word.
    fn trace_word(
        &mut self,
        name: Name,
        word: &[u8],
        depth: usize,
        seen: &mut Vec<Name>,
    ) -> Option<Location> {
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        let variable = self.table.look_up(name)?.clone();
        if let Some(location) = holds(&variable, word) {
            return Some(location);
        }
        if depth == 0 || variable.flavor == Flavor::Simple {
            return None;
        }
        for piece in variable.pieces.iter().rev() {
            let source = &variable.text.source[piece.span.range()];
            if !source.contains(&b'$') {
                continue;
            }
            for node in &parse(source, &mut self.names, &self.stack) {
                if let Node::Variable { name } = node
                    && let Some(location) = self.trace_word(*name, word, depth - 1, seen)
                {
                    return Some(location);
                }
            }
            if has_effects(source) {
                continue;
            }
            let Ok(expanded) = self.expand(source) else { continue };
            if words(&expanded).any(|found| found == word) {
                return piece.location.clone();
            }
        }
        None
    }
}

/// Whether expanding a text again would do more than give its value.
fn has_effects(source: &[u8]) -> bool {
    let functions = ["shell", "eval", "file", "info", "warning", "error", "call"];
    functions.iter().any(|function| source.contains_str(function))
}

/// The line of the last piece whose own text holds the word.
fn holds(variable: &Variable, word: &[u8]) -> Option<Location> {
    let pieces = variable.pieces.iter().rev();
    let mut pieces = pieces.filter(|piece| {
        let text = &variable.text.source[piece.span.range()];
        words(text).any(|found| found == word)
    });
    pieces.next()?.location.clone()
}
