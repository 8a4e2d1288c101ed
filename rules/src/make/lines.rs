//! Logical lines: physical lines joined by backslashes, and what becomes of those backslashes.
//! Knows nothing of what a line says.

use std::borrow::Cow;

use super::bytes::{find_unquoted, is_blank};

/// A logical line. Its backslash-newlines are still in it, for a recipe keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) number: u32,
}

/// The logical lines of a text.
pub(crate) struct Lines<'t> {
    rest: &'t [u8],
    number: u32,
    step: u32,
}

impl<'t> Lines<'t> {
    /// Lines numbered from `first`.
    pub(crate) fn new(text: &'t [u8], first: u32) -> Lines<'t> {
        Lines { rest: text, number: first, step: 1 }
    }

    /// Lines that all have one number: text that is evaluated on that line.
    pub(crate) fn on_one_line(text: &'t [u8], number: u32) -> Lines<'t> {
        Lines { rest: text, number, step: 0 }
    }

    /// The number of the line that comes next, or of the end.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        if self.rest.is_empty() {
            return None;
        }
        let number = self.number;
        let mut at = 0;
        loop {
            let Some(newline) = bstr::ByteSlice::find_byte(&self.rest[at..], b'\n') else {
                self.number += self.step;
                return Some(Line { text: std::mem::take(&mut self.rest), number });
            };
            let newline = at + newline;
            self.number += self.step;
            if trailing_backslashes(&self.rest[..newline]).is_multiple_of(2) {
                let text = &self.rest[..newline];
                self.rest = &self.rest[newline + 1..];
                return Some(Line { text, number });
            }
            at = newline + 1;
        }
    }
}

fn trailing_backslashes(text: &[u8]) -> usize {
    text.iter().rev().take_while(|&&byte| byte == b'\\').count()
}

/// The text of a makefile with its lines ended by a bare newline.
pub(crate) fn normalise_ends(text: Vec<u8>) -> Vec<u8> {
    if !bstr::ByteSlice::contains_str(text.as_slice(), b"\r\n") {
        return text;
    }
    bstr::ByteSlice::replace(text.as_slice(), b"\r\n", b"\n")
}

/// Replaces each backslash-newline, and the blanks round it, by one space. Backslashes before a
/// newline quote each other. With `posix`, the blanks before it stay.
pub(crate) fn collapse(text: &[u8], posix: bool) -> Cow<'_, [u8]> {
    let Some(mut newline) = bstr::ByteSlice::find_byte(text, b'\n') else {
        return Cow::Borrowed(text);
    };
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        let quotes = trailing_backslashes(&rest[..newline]);
        out.extend_from_slice(&rest[..newline - quotes + quotes / 2]);
        rest = &rest[newline + 1..];
        if quotes % 2 == 1 {
            let start = rest.iter().position(|&byte| !is_blank(byte)).unwrap_or(rest.len());
            rest = &rest[start..];
            while !posix && out.last().is_some_and(|&byte| is_blank(byte)) {
                out.pop();
            }
            out.push(b' ');
        } else {
            out.push(b'\n');
        }
        match bstr::ByteSlice::find_byte(rest, b'\n') {
            Some(next) => newline = next,
            None => break,
        }
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// `text` up to its comment; `\#` becomes `#`.
pub(crate) fn strip_comment(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    if !text.contains(&b'#') {
        return text;
    }
    let mut text = text.into_owned();
    if let Some(at) = find_unquoted(&mut text, 0, b"#$") {
        text.truncate(at);
    }
    Cow::Owned(text)
}

/// A recipe line as it is expanded: inside references, each backslash-newline and the blanks round
/// it become one space. Outside they stay, for the shell. What follows a dollar decides alone, so
/// that the shell's own `$$(` counts as a reference, as it does for GNU make.
pub(crate) fn collapse_in_references(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\n') || !text.contains(&b'$') {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = bstr::ByteSlice::find_byte(rest, b'$') {
        let (before, after) = rest.split_at(dollar + 1);
        out.extend_from_slice(before);
        let length = reference_length(after);
        join_lines(&after[..length], &mut out);
        rest = &after[length..];
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// How far the reference reaches that a dollar before `text` opens: nowhere without a parenthesis or
/// brace, to the end of the text when nothing closes it.
fn reference_length(text: &[u8]) -> usize {
    let (open, close) = match text.first() {
        Some(b'(') => (b'(', b')'),
        Some(b'{') => (b'{', b'}'),
        _ => return 0,
    };
    let mut depth = 0usize;
    for (at, &byte) in text.iter().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    text.len()
}

/// Appends `text` with each backslash-newline and the blanks round it as one space. Unlike
/// [`collapse`] it leaves backslashes that quote each other alone: the line is not final yet.
fn join_lines(text: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    let mut rest = text;
    while let Some(newline) = bstr::ByteSlice::find_byte(rest, b'\n') {
        if trailing_backslashes(&rest[..newline]).is_multiple_of(2) {
            out.extend_from_slice(&rest[..=newline]);
            rest = &rest[newline + 1..];
            continue;
        }
        out.extend_from_slice(&rest[..newline - 1]);
        while out.len() > start && out.last().is_some_and(|&byte| is_blank(byte)) {
            out.pop();
        }
        out.push(b' ');
        let next = &rest[newline + 1..];
        let blanks = next.iter().position(|&byte| !is_blank(byte)).unwrap_or(next.len());
        rest = &next[blanks..];
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_on_after_an_odd_number_of_backslashes() {
        let lines: Vec<_> = Lines::new(b"a\\\nb\nc\\\\\nd", 1).collect();
        let expected: [(&[u8], u32); 3] = [(b"a\\\nb", 1), (b"c\\\\", 3), (b"d", 4)];
        assert_eq!(lines.len(), 3);
        for (line, (text, number)) in lines.iter().zip(expected) {
            assert_eq!((line.text, line.number), (text, number));
        }
    }

    #[test]
    fn a_continuation_is_one_space() {
        assert_eq!(collapse(b"a  \\\n\t b", false).as_ref(), b"a b");
        assert_eq!(collapse(b"a \\\n \\\n b", false).as_ref(), b"a b");
    }

    #[test]
    fn a_recipe_keeps_its_continuations_outside_of_references() {
        let cases: [(&[u8], &[u8]); 6] = [
            (b"a \\\n b $(c \\\n\t d) \\\n e", b"a \\\n b $(c d) \\\n e"),
            (b"$$(a | \\\n b) \\\n c", b"$$(a | b) \\\n c"),
            (b"${a (\\\n b} \\\n c", b"${a ( b} \\\n c"),
            (b"$(a \\\\\n b)", b"$(a \\\\\n b)"),
            (b"$(  \\\n b", b"$( b"),
            (b"$a \\\n $", b"$a \\\n $"),
        ];
        for (text, expected) in cases {
            let seen = collapse_in_references(text);
            assert_eq!(bstr::BStr::new(&seen), bstr::BStr::new(expected));
        }
    }
}
