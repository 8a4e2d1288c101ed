//! Conditional blocks: which lines count. Knows the nesting and the quoting, and leaves expansion
//! and comparison to the evaluator.

use super::bytes::{is_blank, split_word, trim_start};
use super::error::ErrorKind;

/// A line that opens, turns or closes a conditional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    Ifdef,
    Ifndef,
    Ifeq,
    Ifneq,
    Else,
    Endif,
}

impl Directive {
    pub(crate) fn of(word: &[u8]) -> Option<Directive> {
        Some(match word {
            b"ifdef" => Directive::Ifdef,
            b"ifndef" => Directive::Ifndef,
            b"ifeq" => Directive::Ifeq,
            b"ifneq" => Directive::Ifneq,
            b"else" => Directive::Else,
            b"endif" => Directive::Endif,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Directive::Ifdef => "ifdef",
            Directive::Ifndef => "ifndef",
            Directive::Ifeq => "ifeq",
            Directive::Ifneq => "ifneq",
            Directive::Else => "else",
            Directive::Endif => "endif",
        }
    }
}

/// Whether a branch counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Branch {
    Taken,
    /// Not this one, but perhaps a later one.
    Waiting,
    /// An earlier one was taken.
    Done,
}

#[derive(Debug)]
struct Level {
    line: u32,
    branch: Branch,
    seen_else: bool,
}

/// The open conditionals of one text.
#[derive(Debug, Default)]
pub(crate) struct Conditionals {
    levels: Vec<Level>,
}

impl Conditionals {
    /// Whether lines are to be passed over.
    pub(crate) fn ignoring(&self) -> bool {
        self.levels.iter().any(|level| level.branch != Branch::Taken)
    }

    /// The line that opened what is still open, innermost.
    pub(crate) fn open_since(&self) -> Option<u32> {
        self.levels.last().map(|level| level.line)
    }

    /// Opens a level on a line; `holds` is whether its condition does.
    pub(crate) fn open(&mut self, line: u32, holds: bool) {
        let branch = if holds { Branch::Taken } else { Branch::Waiting };
        self.levels.push(Level { line, branch, seen_else: false });
    }

    pub(crate) fn close(&mut self) -> Result<(), ErrorKind> {
        self.levels.pop().map(drop).ok_or(ErrorKind::Extraneous("endif"))
    }

    /// Turns to the next branch. Says whether it may be taken.
    pub(crate) fn turn(&mut self) -> Result<(), ErrorKind> {
        let level = self.levels.last_mut().ok_or(ErrorKind::Extraneous("else"))?;
        if level.seen_else {
            return Err(ErrorKind::SecondElse);
        }
        level.branch = match level.branch {
            Branch::Taken | Branch::Done => Branch::Done,
            Branch::Waiting => Branch::Taken,
        };
        Ok(())
    }

    /// The `else` had no condition.
    pub(crate) fn last_branch(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.seen_else = true;
        }
    }

    /// Merges the level that the condition after `else` opened into the one it belongs to.
    pub(crate) fn merge(&mut self) {
        let Some(inner) = self.levels.pop() else { return };
        if let Some(level) = self.levels.last_mut()
            && level.branch != Branch::Done
        {
            level.branch = inner.branch;
        }
    }
}

/// A side of `ifeq` or `ifneq`, and what stands after it.
type Side<'t> = (&'t [u8], &'t [u8]);

/// Reads the first side of `(a,b)`, `"a" "b"` or `'a' 'b'`. None when it is none of them.
pub(crate) fn first_side(text: &[u8]) -> Option<Side<'_>> {
    let (&first, after) = text.split_first()?;
    match first {
        b'(' => {
            let end = end_of_side(after, b',')?;
            let left = &after[..end];
            let length = left.iter().rposition(|&byte| !is_blank(byte)).map_or(0, |last| last + 1);
            Some((&left[..length], &after[end + 1..]))
        }
        b'"' | b'\'' => quoted(after, first),
        _ => None,
    }
}

/// Reads the second side; `text` is the whole condition, `rest` what the first side left.
pub(crate) fn second_side<'t>(text: &[u8], rest: &'t [u8]) -> Option<Side<'t>> {
    let rest = trim_start(rest);
    let (side, rest) = match (text.first(), rest.first()) {
        (_, Some(&quote @ (b'"' | b'\''))) if text.first() != Some(&b'(') => {
            quoted(&rest[1..], quote)?
        }
        // A bracket that opens nothing also closes a side here.
        (Some(b'('), _) | (_, Some(b')')) => {
            let end = end_of_side(rest, b')')?;
            (&rest[..end], &rest[end + 1..])
        }
        _ => return None,
    };
    Some((side, trim_start(rest)))
}

fn quoted(text: &[u8], quote: u8) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|&byte| byte == quote)?;
    Some((&text[..end], &text[end + 1..]))
}

/// Where a side in brackets ends: at `stop` outside further brackets.
fn end_of_side(text: &[u8], stop: u8) -> Option<usize> {
    let mut depth = 0i64;
    for (at, &byte) in text.iter().enumerate() {
        if byte == stop && depth <= 0 {
            return Some(at);
        }
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The only word of an expanded `ifdef` line; None when there are more.
pub(crate) fn single_word(text: &[u8]) -> Option<&[u8]> {
    let (word, rest) = match split_word(text) {
        // A leading blank makes the name empty.
        Some((word, rest)) if !text.first().is_some_and(|&byte| super::bytes::is_space(byte)) => {
            (word, rest)
        }
        _ => (&text[..0], text),
    };
    trim_start(rest).is_empty().then_some(word)
}
