//! Reads dependency files as compilers write them: the prerequisites of make rules. Knows that
//! syntax; knows nothing of files.

use std::collections::HashSet;

use bstr::BString;

/// The prerequisites of every rule in `text`, each once, in order of appearance.
///
/// Understood are continued lines, comments, several rules (those without prerequisites, as
/// `-MP` writes them, add nothing), `\ ` and `\#` for blanks and hashes in names, and `$$`.
pub(super) fn prerequisites(text: &[u8]) -> Vec<BString> {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut words = Words { text, at: 0, past_colon: false };
    while let Some(word) = words.next_word() {
        match word {
            Word::EndOfRule => words.past_colon = false,
            Word::Name(name) if words.past_colon => {
                if seen.insert(name.clone()) {
                    names.push(name);
                }
            }
            Word::Name(_) => {}
            Word::Colon => words.past_colon = true,
        }
    }
    names
}

enum Word {
    Name(BString),
    Colon,
    EndOfRule,
}

struct Words<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether the targets of the rule here have been read.
    past_colon: bool,
}

impl Words<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    /// The length of a continuation (backslash, line end) at `ahead`, if there is one.
    fn continuation(&self, ahead: usize) -> Option<usize> {
        match (self.peek(ahead), self.peek(ahead + 1), self.peek(ahead + 2)) {
            (Some(b'\\'), Some(b'\n'), _) => Some(2),
            (Some(b'\\'), Some(b'\r'), Some(b'\n')) => Some(3),
            _ => None,
        }
    }

    fn next_word(&mut self) -> Option<Word> {
        loop {
            if let Some(length) = self.continuation(0) {
                self.at += length;
                continue;
            }
            match self.peek(0)? {
                b'\n' => {
                    self.at += 1;
                    return Some(Word::EndOfRule);
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' => self.skip_comment(),
                b':' if !self.past_colon => {
                    self.at += 1;
                    return Some(Word::Colon);
                }
                _ => return Some(Word::Name(self.name())),
            }
        }
    }

    fn skip_comment(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.at += self.continuation(0).unwrap_or(1);
        }
    }

    fn name(&mut self) -> BString {
        let mut name = BString::default();
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => break,
                b':' if !self.past_colon => break,
                b'\\' if self.continuation(0).is_some() => break,
                b'\\' if self.escapes(&mut name) => {}
                b'$' if self.peek(1) == Some(b'$') => {
                    name.push(b'$');
                    self.at += 2;
                }
                _ => {
                    name.push(byte);
                    self.at += 1;
                }
            }
        }
        name
    }

    /// Takes a run of backslashes. Only before a blank or hash do they escape, two giving one.
    fn escapes(&mut self, name: &mut BString) -> bool {
        let mut run = 0;
        while self.peek(run) == Some(b'\\') {
            run += 1;
        }
        let next = self.peek(run);
        let escaping = matches!(next, Some(b' ' | b'\t' | b'#'))
            || (matches!(next, Some(b':')) && run % 2 == 1);
        if !escaping {
            // The last one may begin a continuation, which ends the name.
            let plain = if self.continuation(run - 1).is_some() { run - 1 } else { run };
            name.extend(std::iter::repeat_n(b'\\', plain));
            self.at += plain;
            return true;
        }
        name.extend(std::iter::repeat_n(b'\\', run / 2));
        self.at += run;
        if run % 2 == 1
            && let Some(byte) = next
        {
            name.push(byte);
            self.at += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        prerequisites(text.as_bytes()).iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn continued_lines() {
        assert_eq!(names("a.o: a.c \\\n b.h\\\n c.h\n"), ["a.c", "b.h", "c.h"]);
        assert_eq!(names("a.o: \\\r\n a.c\r\n"), ["a.c"]);
    }

    #[test]
    fn empty_rules_add_nothing() {
        assert_eq!(names("a.o: a.c b.h\nb.h:\n\nc.h :\n"), ["a.c", "b.h"]);
    }

    #[test]
    fn several_rules_and_targets() {
        assert_eq!(names("a.o a.d: a.c\nb.o:b.c\nc.o: a.c c.c"), ["a.c", "b.c", "c.c"]);
    }

    #[test]
    fn escapes() {
        assert_eq!(
            names("a.o: my\\ file.h a\\#b.h c$$d.h e\\f.h"),
            ["my file.h", "a#b.h", "c$d.h", "e\\f.h"]
        );
        assert_eq!(names("a.o: x\\\\\\ y.h z\\\\ w.h"), ["x\\ y.h", "z\\", "w.h"]);
    }

    #[test]
    fn comments_and_colons() {
        assert_eq!(names("# made by cc\na.o: c:/x.h d.h # not this\n"), ["c:/x.h", "d.h"]);
    }

    #[test]
    fn bytes_that_are_no_text_never_panic() {
        assert_eq!(prerequisites(b"a: \xff\xfe\\"), [BString::from(b"\xff\xfe\\".to_vec())]);
        assert_eq!(prerequisites(b":"), Vec::<BString>::new());
        assert_eq!(prerequisites(b""), Vec::<BString>::new());
    }
}
