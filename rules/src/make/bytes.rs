//! White space and words, as make counts them. Knows nothing of variables or rules.

use bstr::ByteSlice;

/// A space or a tab.
pub(crate) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// What separates words: blanks, and the line, page and carriage controls.
pub(crate) fn is_space(byte: u8) -> bool {
    byte == b' ' || (b'\t'..=b'\r').contains(&byte)
}

/// `text` without leading white space.
pub(crate) fn trim_start(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| !is_space(byte)).unwrap_or(text.len());
    &text[start..]
}

/// `text` without trailing white space.
pub(crate) fn trim_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| !is_space(byte)).map_or(0, |last| last + 1);
    &text[..end]
}

/// `text` without white space at either end.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    trim_end(trim_start(text))
}

/// The first word and what follows it, when there is one.
pub(crate) fn split_word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = trim_start(text);
    if text.is_empty() {
        return None;
    }
    let end = text.iter().position(|&byte| is_space(byte)).unwrap_or(text.len());
    Some(text.split_at(end))
}

/// The words of `text`.
pub(crate) fn words(text: &[u8]) -> Words<'_> {
    Words(text)
}

/// Iterator of [`words`]; what is left of the text is its field.
#[derive(Clone)]
pub(crate) struct Words<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (word, rest) = split_word(self.0)?;
        self.0 = rest;
        Some(word)
    }
}

/// Writes words with one space between each two.
pub(crate) struct Joiner<'o> {
    out: &'o mut Vec<u8>,
    any: bool,
}

impl<'o> Joiner<'o> {
    pub(crate) fn new(out: &'o mut Vec<u8>) -> Joiner<'o> {
        Joiner { out, any: false }
    }

    /// Starts the next word; what is written to the buffer belongs to it.
    pub(crate) fn next(&mut self) -> &mut Vec<u8> {
        if self.any {
            self.out.push(b' ');
        }
        self.any = true;
        self.out
    }

    pub(crate) fn push(&mut self, word: &[u8]) {
        self.next().extend_from_slice(word);
    }
}

/// The closing partner of `(` or `{`.
pub(crate) fn closing(open: u8) -> u8 {
    if open == b'(' { b')' } else { b'}' }
}

/// How far a reference that starts with the `$` at `at` reaches, for scanners that only want to
/// step over it. An unclosed one reaches to the end.
pub(crate) fn reference_end(text: &[u8], at: usize) -> usize {
    match text.get(at + 1) {
        None => text.len(),
        Some(&open @ (b'(' | b'{')) => {
            let close = closing(open);
            let mut depth = 1usize;
            for (index, &byte) in text.iter().enumerate().skip(at + 2) {
                if byte == open {
                    depth += 1;
                } else if byte == close {
                    depth -= 1;
                    if depth == 0 {
                        return index + 1;
                    }
                }
            }
            text.len()
        }
        Some(_) => at + 2,
    }
}

/// Finds the first of the bytes in `stops`, at most three, that no backslash quotes, and drops the
/// backslashes that quote such bytes (or each other) before it. With a `$` among them, steps over
/// variable references.
pub(crate) fn find_unquoted(text: &mut Vec<u8>, start: usize, stops: &[u8]) -> Option<usize> {
    let mut at = start;
    loop {
        at += text.get(at..)?.find_byteset(stops)?;
        if text[at] == b'$' {
            if at + 1 == text.len() {
                return None;
            }
            at = reference_end(text, at);
            continue;
        }
        let quotes = text[start..at].iter().rev().take_while(|&&byte| byte == b'\\').count();
        let kept = quotes / 2;
        text.drain(at - (quotes - kept)..at);
        at -= quotes - kept;
        if quotes % 2 == 0 {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_split_at_any_space() {
        let found: Vec<_> = words(b" a\tb\nc  ").collect();
        assert_eq!(found, [b"a", b"b", b"c"]);
    }

    #[test]
    fn backslashes_quote_a_stop_byte_and_each_other() {
        let find = |text: &str| {
            let mut text = text.as_bytes().to_vec();
            let at = find_unquoted(&mut text, 0, b"#$");
            (String::from_utf8(text).unwrap(), at)
        };
        assert_eq!(find(r"a\#b#c"), ("a#b#c".into(), Some(3)));
        assert_eq!(find(r"a\\#b"), (r"a\#b".into(), Some(2)));
        assert_eq!(find(r"$(a#b)#"), ("$(a#b)#".into(), Some(6)));
        assert_eq!(find(r"\a"), (r"\a".into(), None));
    }
}
