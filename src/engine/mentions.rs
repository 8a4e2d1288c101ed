//! Finds the options that a C, assembly or linker-script source mentions. Knows the shape of
//! tokens and comments; knows no option and no file.
//!
//! Every doubt falls on the side of mentioning more: what looks like text inside quotes counts,
//! and a name put together by the preprocessor stands for all names.

use std::collections::BTreeSet;

use bstr::{BStr, BString, ByteSlice};

/// What one file mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mentions {
    /// Full names.
    pub(super) names: BTreeSet<BString>,
    /// Names are put together from pieces here, so that any option may be meant.
    pub(super) any: bool,
}

impl Mentions {
    /// Adds what another text mentions.
    pub(super) fn add(&mut self, other: &Mentions) {
        self.any |= other.any;
        self.names.extend(other.names.iter().cloned());
    }
}

/// What `text` mentions of the names that begin with `prefix`.
pub(super) fn scan(text: &[u8], prefix: &BStr) -> Mentions {
    let mut mentions = Mentions::default();
    if prefix.is_empty() || text.find(prefix).is_none() {
        return mentions;
    }
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'/' if text.get(at + 1) == Some(&b'*') => {
                at = text[at + 2..].find(b"*/").map_or(text.len(), |end| at + 2 + end + 2);
            }
            b'/' if text.get(at + 1) == Some(&b'/') => {
                at = text[at..].find_byte(b'\n').map_or(text.len(), |end| at + end);
            }
            quote @ (b'"' | b'\'') => {
                let end = quoted(text, at + 1, quote);
                words(&text[at + 1..end.min(text.len())], prefix, &mut mentions);
                at = end + 1;
            }
            byte if is_word(byte) => {
                let end = word_end(text, at);
                word(&text[at..end], &text[end..], prefix, &mut mentions);
                at = end;
            }
            _ => at += 1,
        }
    }
    mentions
}

/// What a command's argument mentions: no comments there, only words.
pub(super) fn scan_argument(argument: &[u8], prefix: &BStr) -> Mentions {
    let mut mentions = Mentions::default();
    if !prefix.is_empty() {
        words(argument, prefix, &mut mentions);
    }
    mentions
}

/// The end of quoted text: its quote, or the end of its line. A lone quote, as in prose or in
/// assembly, therefore never hides more than nothing.
fn quoted(text: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'\n' => return at,
            byte if byte == quote => return at,
            _ => at += 1,
        }
    }
    text.len()
}

fn words(text: &[u8], prefix: &BStr, mentions: &mut Mentions) {
    let mut at = 0;
    while at < text.len() {
        if is_word(text[at]) {
            let end = word_end(text, at);
            word(&text[at..end], &text[end..], prefix, mentions);
            at = end;
        } else {
            at += 1;
        }
    }
}

fn word(word: &[u8], rest: &[u8], prefix: &BStr, mentions: &mut Mentions) {
    if word.starts_with(prefix) {
        if word.len() == prefix.len() || pasted(rest) {
            mentions.any = true;
        } else if !mentions.names.contains(word.as_bstr()) {
            mentions.names.insert(word.into());
        }
    }
}

/// Whether what follows a word glues more to it: `##`, or a line that goes on in mid-word.
fn pasted(rest: &[u8]) -> bool {
    let mut rest = rest;
    if let Some(next) = continued(rest)
        && next.first().is_some_and(|&byte| is_word(byte))
    {
        return true;
    }
    loop {
        rest = rest.trim_start_with(|c| c == ' ' || c == '\t');
        if let Some(next) = continued(rest) {
            rest = next;
        } else if rest.starts_with(b"/*") {
            let Some(end) = rest[2..].find(b"*/") else { return true };
            rest = &rest[2 + end + 2..];
        } else {
            return rest.starts_with(b"##") || rest.starts_with(b"%:%:");
        }
    }
}

/// What follows a backslash at the end of a line, when there is one here.
fn continued(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b"\\\n").or_else(|| text.strip_prefix(b"\\\r\n"))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn word_end(text: &[u8], from: usize) -> usize {
    text[from..].iter().position(|&byte| !is_word(byte)).map_or(text.len(), |end| from + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let found = scan(text.as_bytes(), "CONFIG_".into());
        assert!(!found.any, "{text}");
        found.names.iter().map(|name| name.to_string()).collect()
    }

    fn any(text: &str) -> bool {
        scan(text.as_bytes(), "CONFIG_".into()).any
    }

    #[test]
    fn names_of_the_prefix_only() {
        assert_eq!(
            names("#if CONFIG_B && defined(CONFIG_A)\nMYCONFIG_C CONFIGX"),
            ["CONFIG_A", "CONFIG_B"]
        );
        assert_eq!(names("IS_ENABLED(CONFIG_X)+CONFIG_X"), ["CONFIG_X"]);
    }

    #[test]
    fn comments_do_not_count_but_quotes_do() {
        assert_eq!(names("/* CONFIG_A\nCONFIG_* */ // CONFIG_ \nCONFIG_B"), ["CONFIG_B"]);
        assert_eq!(names("\"//\" CONFIG_A '\"' \"/*\" CONFIG_B"), ["CONFIG_A", "CONFIG_B"]);
        assert_eq!(names("\"CONFIG_A\\\"/*\" CONFIG_B"), ["CONFIG_A", "CONFIG_B"]);
        assert_eq!(
            names("don't CONFIG_A\nisn't /* CONFIG_C\n*/ CONFIG_B"),
            ["CONFIG_A", "CONFIG_B", "CONFIG_C"]
        );
    }

    #[test]
    fn pieces_mean_any_option() {
        assert!(any("#define X(n) CONFIG_##n"));
        assert!(any("#define X(n) CONFIG_ ## n"));
        assert!(any("#define X(n) CONFIG_LIB ## n"));
        assert!(any("#define X(n) CONFIG_LIB /* glue */ \\\n ## n"));
        assert!(any("CAT(CONFIG_, FOO)"));
        assert!(any("CONFIG_/**/FOO"));
        assert!(any("CONFIG_FO\\\nO"));
        assert!(any("CONFIG_LIB %:%: n"));
        assert!(!any("CONFIG_A # CONFIG_B"));
        assert!(!any("#if CONFIG_A \\\n  && CONFIG_B"));
    }

    #[test]
    fn arguments() {
        let found = scan_argument(b"-DNAME=CONFIG_NAME", "CONFIG_".into());
        assert_eq!(found.names.into_iter().collect::<Vec<_>>(), ["CONFIG_NAME"]);
        assert!(scan_argument(b"-DCONFIG_X=1", "CONFIG_".into()).names.is_empty());
    }
}
