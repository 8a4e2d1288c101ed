//! What a line is: an assignment with its modifiers, or a line that starts with some word. Knows
//! nothing of values, for this is decided before anything is expanded.

use super::bytes::{is_space, reference_end, split_word, trim_start};
use super::variables::Assign;

/// `NAME op VALUE`, before expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Assignment<'t> {
    pub(crate) name: &'t [u8],
    pub(crate) assign: Assign,
    pub(crate) value: &'t [u8],
}

/// Words before an assignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Modifiers {
    pub(crate) overrides: bool,
    pub(crate) private: bool,
    pub(crate) export: Option<bool>,
}

/// A line that changes a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change<'t> {
    Assign(Assignment<'t>),
    /// What stands after `define`.
    Define(&'t [u8]),
    /// What stands after `undefine`.
    Undefine(&'t [u8]),
}

/// The bytes that may end a name or decide that there is none. All others are skipped fast.
const MATTERS: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"#=:+?!$ \t\n\r\x0b\x0c";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// Reads `NAME op VALUE`. The name may hold references; blanks inside them do not end it.
pub(crate) fn assignment(text: &[u8]) -> Option<Assignment<'_>> {
    let text = trim_start(text);
    let mut at = 0;
    let mut name_end: Option<usize> = None;
    while at < text.len() {
        let byte = text[at];
        if !MATTERS[usize::from(byte)] && name_end.is_none() {
            at += 1;
            continue;
        }
        if byte == b'#' {
            return None;
        }
        if is_space(byte) {
            if name_end.is_some() {
                return None;
            }
            name_end = Some(at);
            at = text.len() - trim_start(&text[at..]).len();
            continue;
        }
        if let Some((assign, length)) = operator(&text[at..]) {
            let name = &text[..name_end.unwrap_or(at)];
            return Some(Assignment { name, assign, value: trim_start(&text[at + length..]) });
        }
        if byte == b':' || name_end.is_some() {
            return None;
        }
        at = if byte == b'$' { reference_end(text, at) } else { at + 1 };
    }
    None
}

/// Whether a word of a command line sets a variable, and so names no goal.
pub fn is_assignment(word: &[u8]) -> bool {
    assignment(word).is_some()
}

fn operator(text: &[u8]) -> Option<(Assign, usize)> {
    Some(match text {
        [b'=', ..] => (Assign::Recursive, 1),
        [b':', b'=', ..] => (Assign::Simple, 2),
        [b':', b':', b'=', ..] => (Assign::Simple, 3),
        [b':', b':', b':', b'=', ..] => (Assign::Immediate, 4),
        [b'+', b'=', ..] => (Assign::Append, 2),
        [b'?', b'=', ..] => (Assign::Conditional, 2),
        [b'!', b'=', ..] => (Assign::Shell, 2),
        _ => return None,
    })
}

/// Reads modifiers and the change of a variable that follows them. A target's variable cannot be
/// defined over several lines.
pub(crate) fn change(text: &[u8], for_target: bool) -> Option<(Modifiers, Change<'_>)> {
    let mut modifiers = Modifiers::default();
    let mut rest = trim_start(text);
    loop {
        if let Some(assignment) = assignment(rest) {
            return Some((modifiers, Change::Assign(assignment)));
        }
        let (word, after) = split_word(rest)?;
        let after = trim_start(after);
        match word {
            b"export" => modifiers.export = Some(true),
            b"unexport" => modifiers.export = Some(false),
            b"override" => modifiers.overrides = true,
            b"private" => modifiers.private = true,
            b"define" if !for_target => return Some((modifiers, Change::Define(after))),
            b"undefine" if !for_target => return Some((modifiers, Change::Undefine(after))),
            _ => return None,
        }
        rest = after;
    }
}

/// The name that such an argument assigns to, as it is written.
pub fn assigned_name(argument: &[u8]) -> Option<&[u8]> {
    assignment(argument).map(|found| found.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_end_names() {
        let read = |text: &'static str| {
            let found = assignment(text.as_bytes())?;
            let name = String::from_utf8(found.name.to_vec()).unwrap();
            Some((name, found.assign, String::from_utf8(found.value.to_vec()).unwrap()))
        };
        let some = |name: &str, assign, value: &str| Some((name.into(), assign, value.into()));
        assert_eq!(read("a=b"), some("a", Assign::Recursive, "b"));
        assert_eq!(read("a ::= b "), some("a", Assign::Simple, "b "));
        assert_eq!(read("a+=b"), some("a", Assign::Append, "b"));
        assert_eq!(read("a+ = b"), some("a+", Assign::Recursive, "b"));
        assert_eq!(read("$(a b:c=d) ?= e"), some("$(a b:c=d)", Assign::Conditional, "e"));
        assert_eq!(read("a b = c"), None);
        assert_eq!(read("a: b = c"), None);
        assert_eq!(read("a # = b"), None);
    }
}
