//! `%` patterns: parsing, matching, substitution. Knows nothing of rules or functions.

use std::borrow::Cow;

use bstr::ByteSlice;

/// A pattern: what stands before its `%`, and after it. A pattern without `%` matches itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern<'t> {
    /// What stands before the `%`, quoting undone; all of it when there is none.
    pub prefix: Cow<'t, [u8]>,
    /// What stands after the `%`.
    pub suffix: Option<&'t [u8]>,
}

impl<'t> Pattern<'t> {
    /// Parses a pattern. A backslash quotes `%`, and backslashes before a `%` quote each other;
    /// elsewhere they are ordinary.
    pub fn parse(text: &'t [u8]) -> Pattern<'t> {
        let mut prefix: Option<Vec<u8>> = None;
        let mut copied = 0;
        let mut at = 0;
        while let Some(found) = text[at..].find_byte(b'%') {
            let percent = at + found;
            let before = &text[copied..percent];
            let quotes = before.iter().rev().take_while(|&&byte| byte == b'\\').count();
            if quotes == 0 && prefix.is_none() {
                return Pattern {
                    prefix: Cow::Borrowed(&text[..percent]),
                    suffix: Some(&text[percent + 1..]),
                };
            }
            let owned = prefix.get_or_insert_default();
            owned.extend_from_slice(&before[..before.len() - quotes + quotes / 2]);
            copied = percent;
            if quotes % 2 == 0 {
                let suffix = Some(&text[percent + 1..]);
                return Pattern { prefix: Cow::Owned(prefix.unwrap_or_default()), suffix };
            }
            at = percent + 1;
        }
        let prefix = match prefix {
            None => Cow::Borrowed(text),
            Some(mut owned) => {
                owned.extend_from_slice(&text[copied..]);
                Cow::Owned(owned)
            }
        };
        Pattern { prefix, suffix: None }
    }

    /// Whether there is a `%`.
    pub fn is_wild(&self) -> bool {
        self.suffix.is_some()
    }

    /// The stem, when `word` matches. Without `%` the stem of a match is empty.
    pub fn stem<'w>(&self, word: &'w [u8]) -> Option<&'w [u8]> {
        match self.suffix {
            None => (*self.prefix == *word).then_some(&[]),
            Some(suffix) => word.strip_prefix(&*self.prefix)?.strip_suffix(suffix),
        }
    }

    /// Whether nothing is left when `stem` takes the place of `%`.
    pub fn is_empty_with(&self, stem: &[u8]) -> bool {
        self.prefix.is_empty() && self.suffix.is_none_or(|suffix| suffix.len() + stem.len() == 0)
    }

    /// Writes the pattern with `stem` for its `%`.
    pub fn fill(&self, stem: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(&self.prefix);
        if let Some(suffix) = self.suffix {
            out.extend_from_slice(stem);
            out.extend_from_slice(suffix);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_quote_percent() {
        let pattern = Pattern::parse(br"a\%b%c%");
        assert_eq!((&*pattern.prefix, pattern.suffix), (&b"a%b"[..], Some(&b"c%"[..])));
        let pattern = Pattern::parse(br"a\\%");
        assert_eq!((&*pattern.prefix, pattern.suffix), (&br"a\"[..], Some(&b""[..])));
        let pattern = Pattern::parse(br"\a\%");
        assert_eq!((&*pattern.prefix, pattern.suffix), (&br"\a%"[..], None));
    }

    #[test]
    fn prefix_and_suffix_do_not_overlap() {
        assert_eq!(Pattern::parse(b"ab%ba").stem(b"aba"), None);
        assert_eq!(Pattern::parse(b"ab%ba").stem(b"abba"), Some(&b""[..]));
    }
}
