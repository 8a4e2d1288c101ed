//! Joins configuration fragments line by line, as Linux's `merge_config.sh` does. Knows nothing of
//! options and their values: what a name means is for the tree to say, afterwards.

use bstr::{BStr, BString, ByteSlice};

use crate::error::format_bytes;
use crate::names::FastMap;

/// How fragments are joined.
#[derive(Clone, Debug)]
pub struct MergeRules {
    /// What option names begin with.
    pub prefix: BString,
    /// Tell of lines that say again what holds already (`-r`).
    pub tell_redundant: bool,
    /// A `y` is not made an `m` (`-y`).
    pub keep_builtin: bool,
    /// Do not tell of changed values (`-Q`).
    pub quiet: bool,
}

/// Fragments that were joined so far.
#[derive(Clone, Debug)]
pub struct Merge {
    rules: MergeRules,
    text: BString,
    redefined: bool,
}

/// A fragment has an option whose name ends with that of another one, and lost its lines with that
/// one's, which were dropped in favour of a built-in value. The original ends there, too.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{fragment}: {option} ends with the name of an option that stays built in, so its lines were \
     dropped too"
)]
pub struct Dropped {
    /// The fragment.
    pub fragment: BString,
    /// The option, with its prefix.
    pub option: BString,
}

impl Merge {
    /// Starts with the text of a base file.
    pub fn new(rules: MergeRules, base: &[u8]) -> Merge {
        Merge { rules, text: base.into(), redefined: false }
    }

    /// The joined text.
    pub fn text(&self) -> &BStr {
        self.text.as_bstr()
    }

    /// Whether a fragment gave an option another value than it had.
    pub fn has_redefined(&self) -> bool {
        self.redefined
    }

    /// Adds a fragment. What there is to tell goes to the end of `notes`.
    pub fn add(
        &mut self,
        name: &BStr,
        fragment: &[u8],
        notes: &mut BString,
    ) -> Result<(), Dropped> {
        let base = std::mem::take(&mut self.text);
        let mut base = Lines::new(&self.rules.prefix.clone(), &base);
        let mut added = Lines::new(&self.rules.prefix.clone(), fragment);
        for option in options(&self.rules.prefix, fragment) {
            let before = base.mentions(&option);
            if before.is_empty() {
                continue;
            }
            let after = added.mentions(&option);
            if after.is_empty() {
                self.text = base.left();
                return Err(Dropped { fragment: name.to_owned(), option });
            }
            let builtin =
                self.rules.keep_builtin && value(&after) == b"m" && value(&before) == b"y";
            self.tell(name, &option, [&before, &after], builtin, notes);
            let target = if builtin { &mut added } else { &mut base };
            target.drop_settings(&option);
        }
        self.text = base.left();
        self.text.push(b'\n');
        self.text.extend_from_slice(&added.left());
        Ok(())
    }

    fn tell(
        &mut self,
        fragment: &BStr,
        option: &BString,
        [before, after]: [&BString; 2],
        builtin: bool,
        notes: &mut BString,
    ) {
        let redefined = !builtin && before != after;
        self.redefined |= redefined;
        if (builtin || redefined) && !self.rules.quiet {
            if redefined {
                let words: [&[u8]; 5] =
                    [b"Value of ", option, b" is redefined by fragment ", fragment, b":\n"];
                notes.extend_from_slice(&format_bytes(&words));
            }
            let words: [&[u8]; 5] =
                [b"Previous value: ", &spaced(before), b"\nNew value: ", &spaced(after), b"\n"];
            notes.extend_from_slice(&format_bytes(&words));
            notes.extend_from_slice(if builtin {
                b"-y passed, will not demote y to m\n\n"
            } else {
                b"\n"
            });
        }
        if !builtin && !redefined && self.rules.tell_redundant {
            let words: [&[u8]; 5] =
                [b"Value of ", option, b" is redundant by fragment ", fragment, b":\n"];
            notes.extend_from_slice(&format_bytes(&words));
        }
    }

    /// Tells which of the joined settings a configuration that was made of them does not have.
    pub fn missing_in(&self, configuration: &[u8]) -> BString {
        let mut notes = BString::default();
        let wanted = Lines::new(&self.rules.prefix, &self.text);
        let made = Lines::new(&self.rules.prefix, configuration);
        // An option that is named again is told of again.
        let mut told: FastMap<BString, BString> = FastMap::default();
        for option in options(&self.rules.prefix, &self.text) {
            let told = told.entry(option).or_insert_with_key(|option| {
                let requested = wanted.mentions(option);
                let actual = made.mentions(option);
                if requested == actual {
                    return BString::default();
                }
                format_bytes(&[
                    b"Value requested for ",
                    option,
                    b" not in final .config\nRequested value:  ",
                    &requested,
                    b"\nActual value:     ",
                    &actual,
                    b"\n\n",
                ])
            });
            notes.extend_from_slice(told);
        }
        notes
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The options that a text sets or unsets, in its order. Where nothing is the prefix, nothing is no
/// name.
fn options(prefix: &[u8], text: &[u8]) -> Vec<BString> {
    let option = |line: &[u8]| {
        let (line, unset) = match line.strip_prefix(b"# ") {
            Some(rest) if rest.starts_with(prefix) => (rest.strip_suffix(b" is not set")?, true),
            _ => (line, false),
        };
        let rest = line.strip_prefix(prefix)?;
        let end = rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
        let ends = if unset { end == rest.len() } else { rest.get(end) == Some(&b'=') };
        let name = &line[..prefix.len() + end];
        (ends && !name.is_empty()).then(|| BString::from(name))
    };
    text.lines_with_terminator().filter_map(|line| option(without_end(line))).collect()
}

fn without_end(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// The lines of a text, found by the options in them: what begins with the prefix and goes on to
/// the end of the word.
struct Lines<'a> {
    lines: Vec<&'a [u8]>,
    dropped: Vec<bool>,
    /// Lines with an option as a word of its own.
    mentions: FastMap<&'a [u8], Vec<usize>>,
    /// Lines where `=` or a space follows an option, even if it is the end of a longer word.
    settings: FastMap<&'a [u8], Vec<usize>>,
}

impl<'a> Lines<'a> {
    fn new(prefix: &[u8], text: &'a [u8]) -> Lines<'a> {
        let lines: Vec<&[u8]> = text.lines_with_terminator().collect();
        let dropped = vec![false; lines.len()];
        let (mut mentions, mut settings) = (FastMap::default(), FastMap::default());
        for (index, &line) in lines.iter().enumerate() {
            let mut from = 0;
            while let Some(start) = line.get(from..).and_then(|rest| rest.find(prefix)) {
                let start = from + start;
                from = start + 1;
                let end = word_end(line, start + prefix.len());
                let option = &line[start..end];
                let within = start.checked_sub(1).is_some_and(|at| is_word(line[at]));
                if !within {
                    note(&mut mentions, option, index);
                }
                if matches!(line.get(end), Some(b'=' | b' ')) {
                    note(&mut settings, option, index);
                }
            }
        }
        Lines { lines, dropped, mentions, settings }
    }

    /// All lines that mention an option, joined.
    fn mentions(&self, option: &[u8]) -> BString {
        let lines = self.mentions.get(option).map_or(&[][..], |all| all);
        let lines = lines.iter().filter(|&&index| !self.dropped[index]);
        let mut all: BString =
            bstr::join("\n", lines.map(|&index| without_end(self.lines[index]))).into();
        while all.ends_with(b"\n") {
            all.pop();
        }
        all
    }

    /// Drops the lines where an option's name is followed by what a setting has after it.
    fn drop_settings(&mut self, option: &[u8]) {
        for &index in self.settings.get(option).map_or(&[][..], |all| all) {
            self.dropped[index] = true;
        }
    }

    /// What has not been dropped.
    fn left(&self) -> BString {
        let lines = self.lines.iter().zip(&self.dropped);
        lines.filter(|&(_, &dropped)| !dropped).flat_map(|(line, _)| line.iter().copied()).collect()
    }
}

/// Where the word goes to that `from` is in.
fn word_end(line: &[u8], from: usize) -> usize {
    let rest = &line[from..];
    from + rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len())
}

/// Adds a line to those of an option, once.
fn note<'a>(lines: &mut FastMap<&'a [u8], Vec<usize>>, option: &'a [u8], index: usize) {
    let lines = lines.entry(option).or_default();
    if lines.last() != Some(&index) {
        lines.push(index);
    }
}

/// What stands after the first `CONFIG_...=`.
fn value(lines: &[u8]) -> &[u8] {
    let named = lines.strip_prefix(b"CONFIG_").and_then(|rest| rest.split_once_str("="));
    named.map_or(lines, |(_, value)| value)
}

/// The words of a text with one space between them.
fn spaced(text: &[u8]) -> BString {
    let words = text.split(|byte| b" \t\n".contains(byte)).filter(|word| !word.is_empty());
    bstr::join(" ", words).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> MergeRules {
        MergeRules {
            prefix: "CONFIG_".into(),
            tell_redundant: true,
            keep_builtin: true,
            quiet: false,
        }
    }

    fn merged(base: &str, fragments: &[&str]) -> (Merge, BString) {
        let mut merge = Merge::new(rules(), base.as_bytes());
        let mut notes = BString::default();
        for fragment in fragments {
            merge.add("f".into(), fragment.as_bytes(), &mut notes).unwrap();
        }
        (merge, notes)
    }

    #[test]
    fn later_values_win_and_are_told() {
        let (merge, notes) =
            merged("CONFIG_A=y\nCONFIG_AB=1\n", &["# CONFIG_A is not set\nCONFIG_AB=1\n"]);
        assert_eq!(merge.text(), "\n# CONFIG_A is not set\nCONFIG_AB=1\n");
        assert_eq!(
            notes,
            "Value of CONFIG_A is redefined by fragment f:\n\
             Previous value: CONFIG_A=y\nNew value: # CONFIG_A is not set\n\n\
             Value of CONFIG_AB is redundant by fragment f:\n"
        );
        assert!(merge.has_redefined());
    }

    #[test]
    fn built_in_stays() {
        let (merge, notes) = merged("CONFIG_A=y", &["CONFIG_A=m\nCONFIG_B=m\n"]);
        assert_eq!(merge.text(), "CONFIG_A=y\nCONFIG_B=m\n");
        assert!(notes.contains_str("will not demote"));
        assert!(!merge.has_redefined());
        let mut merge = Merge::new(rules(), b"CONFIG_A=y\n");
        let twice = b"CONFIG_A=m\n# CONFIG_A is mentioned\n";
        assert!(merge.add("f".into(), twice, &mut BString::default()).is_ok());
    }

    #[test]
    fn what_was_not_granted_is_told() {
        let (merge, _) = merged("CONFIG_A=y\n# CONFIG_B is not set\n", &[]);
        assert_eq!(merge.missing_in(b"CONFIG_A=y\n# CONFIG_B is not set\n"), "");
        assert_eq!(
            merge.missing_in(b"CONFIG_A=y\n"),
            "Value requested for CONFIG_B not in final .config\n\
             Requested value:  # CONFIG_B is not set\nActual value:     \n\n"
        );
    }

    #[test]
    fn without_a_prefix_every_word_may_be_an_option() {
        let mut merge = Merge::new(MergeRules { prefix: "".into(), ..rules() }, b"A=1\nab=2\n\n");
        let mut notes = BString::default();
        merge.add("f".into(), b"=x\nb=3\nA=2\n#  is not set\n", &mut notes).unwrap();
        assert_eq!(merge.text(), "ab=2\n\n\n=x\nb=3\nA=2\n#  is not set\n");
        assert!(merge.missing_in(merge.text()).is_empty());
    }

    #[test]
    fn many_settings_take_no_longer_than_they_are_long() {
        let all = |value| (0..20_000).map(|n| format!("CONFIG_S{n}={value}\n")).collect::<String>();
        let (merge, _) = merged(&all("y"), &[&all("n"), &"CONFIG_S1=n\n".repeat(20_000)]);
        assert!(merge.has_redefined());
        assert!(merge.missing_in(merge.text()).is_empty());
    }
}
