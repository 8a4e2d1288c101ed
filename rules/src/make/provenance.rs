//! Which line gave a word of a variable. For diagnostics, which point at the line to change.

use std::collections::HashMap;

use bstr::{BString, ByteSlice};

use super::bytes::{is_space, words};
use super::error::Result;
use super::evaluator::Evaluator;
use super::location::Location;
use super::names::Name;
use super::syntax::{Node, parse};
use super::variables::Flavor;

/// How many variables deep a word is followed.
const DEPTH: usize = 32;

/// A word, and the line that put it there.
type Placed = (BString, Option<Location>);

impl<S> Evaluator<S> {
    /// The words that a variable expands to, each with the line that put it there: the definition or
    /// the `+=` that holds it, or that of a variable which this refers to. Where only an expansion
    /// can tell, the line that expands to it; none where expanding would do anything else.
    pub fn placed_words(&mut self, variable: &[u8]) -> Result<Vec<Placed>> {
        let value = self.value_of(variable)?;
        let mut placed = Vec::new();
        if let Some(name) = self.names.find(variable) {
            self.place_words(name, DEPTH, &mut placed);
        }
        if words(&value).eq(placed.iter().map(|(word, _)| word.as_slice())) {
            return Ok(placed);
        }
        // Some are missing, so that only their texts tell which is which.
        let mut places = HashMap::new();
        for (word, location) in placed {
            places.entry(word).or_insert(location);
        }
        let placed = words(&value).map(|word| {
            let location = places.get(word.as_bstr()).cloned().flatten();
            (BString::from(word), location)
        });
        Ok(placed.collect())
    }

    /// Adds the words that the pieces of a variable's value come to.
    fn place_words(&mut self, name: Name, depth: usize, placed: &mut Vec<Placed>) {
        let Some(variable) = self.table.look_up(name).cloned() else { return };
        for piece in &variable.pieces {
            let text = &variable.text.source[piece.span.range()];
            let place = |text: &[u8], placed: &mut Vec<Placed>| {
                placed.extend(words(text).map(|word| (word.into(), piece.location.clone())));
            };
            if variable.flavor == Flavor::Simple || !text.contains(&b'$') {
                place(text, placed);
                continue;
            }
            for word in Unexpanded(text) {
                if !word.contains(&b'$') {
                    place(word, placed);
                } else if depth > 0
                    && let [Node::Variable { name }] = *parse(word, &mut self.names, &self.stack)
                    && self.table.look_up(name).is_some()
                {
                    self.place_words(name, depth - 1, placed);
                } else if !has_effects(word)
                    && let Ok(expanded) = self.expand(word)
                {
                    place(&expanded, placed);
                }
            }
        }
    }
}

/// Words of a text with references in it, which may have white space inside.
struct Unexpanded<'t>(&'t [u8]);

impl<'t> Iterator for Unexpanded<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        let start = self.0.iter().position(|&byte| !is_space(byte))?;
        let text = &self.0[start..];
        let mut depth = 0_usize;
        let end = text.iter().position(|&byte| {
            match byte {
                b'(' | b'{' => depth += 1,
                b')' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && is_space(byte)
        });
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        self.0 = rest;
        Some(word)
    }
}

/// Whether expanding a text again would do more than give its value.
fn has_effects(source: &[u8]) -> bool {
    let functions = ["shell", "eval", "file", "info", "warning", "error", "call"];
    functions.iter().any(|function| source.contains_str(function))
}
