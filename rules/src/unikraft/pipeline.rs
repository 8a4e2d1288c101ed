//! Commands that do nothing but write one file, by what they are told and by files that they name.
//! Fragments declare files phony whose making they want repeated each time, as make cannot see that
//! the command changed; a step of the graph is repeated when that or what it reads changes. Knows a
//! few programs and the simple part of the shell's language; what it is not sure of it leaves alone.

use bstr::{BString, ByteSlice};

use super::words;

/// A pipeline into a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pipeline {
    /// The file that it writes.
    pub(super) output: BString,
    /// The files that it reads. Absolute.
    pub(super) reads: Vec<BString>,
    /// Those of them that awk runs: they have to be [harmless](is_harmless), too.
    pub(super) programs: Vec<BString>,
}

/// Programs that read no file that they are given as an argument.
const TEXT: [&[u8]; 5] = [b"echo", b"printf", b"tr", b"basename", b"dirname"];

/// Programs that read the files that are their arguments, and write to standard output alone.
const FILTERS: [&[u8]; 5] = [b"cat", b"cut", b"sort", b"uniq", b"wc"];

/// Letters of options that make one of them write elsewhere or answer by chance. They may stand behind
/// others, and long options may be cut short, so that none of those is known.
const ODD_LETTERS: &[u8] = b"oTR-";

const AWK: [&[u8]; 4] = [b"awk", b"gawk", b"mawk", b"nawk"];

/// Words with which a program in awk's language does more than write what it makes of its input.
const ODD_WORDS: [&[u8]; 9] = [
    b"system",
    b"getline",
    b"systime",
    b"strftime",
    b"srand",
    b"rand",
    b"PROCINFO",
    b"ENVIRON",
    b"@",
];

impl Pipeline {
    /// What a script is, if it is one.
    pub(super) fn of(script: &[u8]) -> Option<Pipeline> {
        let (stages, output) = split(script)?;
        let mut pipeline = Pipeline { output, reads: Vec::new(), programs: Vec::new() };
        for stage in stages {
            let words = words::unquoted(stage)?;
            let (program, arguments) = words.split_first()?;
            match program.as_slice() {
                // Some shells tell the time so.
                b"printf" if arguments.iter().any(|word| word.contains_str("%(")) => return None,
                name if TEXT.contains(&name) => {}
                // A second file is one that it writes.
                b"uniq" if arguments.iter().filter(|word| !word.starts_with(b"-")).count() > 1 => {
                    return None;
                }
                name if FILTERS.contains(&name) => pipeline.filter(arguments)?,
                name if AWK.contains(&name) => pipeline.awk(arguments)?,
                _ => return None,
            }
        }
        Some(pipeline)
    }

    fn filter(&mut self, arguments: &[BString]) -> Option<()> {
        for argument in arguments {
            match argument.split_first()? {
                (b'-', letters) if letters.find_byteset(ODD_LETTERS).is_none() => {}
                (b'/', _) => self.reads.push(argument.clone()),
                _ => return None,
            }
        }
        Some(())
    }

    fn awk(&mut self, arguments: &[BString]) -> Option<()> {
        let mut words = arguments.iter();
        let mut has_program = false;
        while let Some(word) = words.next() {
            match word.as_slice() {
                b"-f" => {
                    let program = words.next().filter(|program| program.starts_with(b"/"))?;
                    self.reads.push(program.clone());
                    self.programs.push(program.clone());
                    has_program = true;
                }
                b"-F" | b"-v" => drop(words.next()?),
                word if word.starts_with(b"-F") || word.starts_with(b"-v") => {}
                word if word.starts_with(b"-") => return None,
                text if !has_program => {
                    has_program = is_harmless(text);
                    has_program.then_some(())?;
                }
                path if path.starts_with(b"/") => self.reads.push(path.into()),
                setting if is_setting(setting) => {}
                _ => return None,
            }
        }
        has_program.then_some(())
    }
}

/// Whether an argument gives a variable a value.
fn is_setting(word: &[u8]) -> bool {
    let is_name = |name: &[u8]| {
        !name.is_empty() && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    word.split_once_str("=").is_some_and(|(name, _)| is_name(name))
}

/// The stages of a pipeline, and the file that the last one writes.
fn split(script: &[u8]) -> Option<(Vec<&[u8]>, BString)> {
    let mut stages = Vec::new();
    let mut start = 0;
    let mut quote = None;
    let mut at = 0;
    while at < script.len() {
        match (script[at], quote) {
            (b'\\', None | Some(b'"')) => at += 1,
            (byte, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            (byte @ (b'\'' | b'"'), None) => quote = Some(byte),
            (b'|', None) => {
                stages.push(&script[start..at]);
                start = at + 1;
            }
            (b'>', None) => {
                stages.push(&script[start..at]);
                // A number in front says which output, a second sign that it is added to.
                let plain = at > 0 && matches!(script[at - 1], b' ' | b'\t');
                let mut words = words::unquoted(&script[at + 1..])?;
                let output = words.pop().filter(|_| plain && words.is_empty())?;
                return Some((stages, output));
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Whether a program in awk's language does nothing but read its input and write to standard output.
/// Texts that are hard to tell count as others.
pub(super) fn is_harmless(program: &[u8]) -> bool {
    let odd = |line: &[u8]| ODD_WORDS.iter().any(|word| line.contains_str(word));
    let mut depth = 0_usize;
    for line in program.lines() {
        if odd(line) {
            return false;
        }
        let mut rest = line;
        // Behind a value a slash divides; elsewhere it begins a pattern.
        let mut behind_value = false;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match byte {
                b' ' | b'\t' => continue,
                b'#' => break,
                b'"' => match end_of_text(rest) {
                    Some(end) => rest = &rest[end..],
                    None => return false,
                },
                b'/' if !behind_value => match end_of_pattern(rest) {
                    Some(end) => rest = &rest[end..],
                    None => return false,
                },
                // Behind some words it is a pattern after all, in which quotes mean something else.
                b'/' if rest.find_byte(b'/').is_some_and(|end| rest[..end].contains(&b'"')) => {
                    return false;
                }
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                b'|' if rest.first() == Some(&b'|') => rest = &rest[1..],
                b'|' => return false,
                // Outside parentheses it would name a file to print to.
                b'>' if depth == 0 => return false,
                _ => {}
            }
            behind_value = byte.is_ascii_alphanumeric() || b"_)]$".contains(&byte);
        }
    }
    true
}

/// Past the slash that ends a pattern.
fn end_of_pattern(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'/' => return Some(at + 1),
            b'\\' => at += 2,
            b'[' => {
                let set = &text[at + 1..];
                let set = set.strip_prefix(b"^").unwrap_or(set);
                // It may begin with a bracket, and implementations differ in what a slash is there.
                let end = set.get(1..)?.find_byte(b']')? + 1;
                (!set[..end].contains(&b'/')).then_some(())?;
                at = text.len() - set.len() + end + 1;
            }
            _ => at += 1,
        }
    }
}

/// Past the quote that ends a text.
fn end_of_text(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_into_a_file() {
        let of = |script: &str| {
            let pipeline = Pipeline::of(script.as_bytes()).unwrap();
            (
                pipeline.output.to_string(),
                bstr::join(" ", pipeline.reads).to_str_lossy().into_owned(),
            )
        };
        let is = |output: &str, reads: &str| (output.to_owned(), reads.to_owned());
        assert_eq!(of(r"echo a-1 b-2 | tr ' ' '\n' > /b/x.new"), is("/b/x.new", ""));
        assert_eq!(of("echo \"a|b\" | sort -V - >/b/x"), is("/b/x", ""));
        assert_eq!(of("awk -F '-' -f /s/gen.awk /s/in >  /b/x"), is("/b/x", "/s/gen.awk /s/in"));
        assert_eq!(of("awk '{ print $1 }' n=1 /s/in | sort > /b/x"), is("/b/x", "/s/in"));
        assert_eq!(of("cat /s/in | cut -f1 | uniq -c > '/b/x y'"), is("/b/x y", "/s/in"));
    }

    #[test]
    fn others_are_left_alone() {
        for script in [
            "echo a",
            "echo a >> /b/x",
            "echo a 2> /b/x",
            "echo a>/b/x",
            "echo a > /b/x; date",
            "echo a > /b/x && date",
            "echo $HOME > /b/x",
            "echo * > /b/x",
            "date > /b/x",
            "a=b echo a > /b/x",
            "cat in > /b/x",
            "cat < /s/in > /b/x",
            "cat /s/in > /b/x /b/y",
            "sort -o /b/y /s/in > /b/x",
            "sort -uo /b/y /s/in > /b/x",
            "sort --outp /b/y /s/in > /b/x",
            "sort -R /s/in > /b/x",
            "printf '%(%s)T' > /b/x",
            "uniq /s/in /b/y > /b/x",
            "awk 'BEGIN { system(\"date\") }' > /b/x",
            "awk 'BEGIN { print 1 > \"/b/y\" }' > /b/x",
            "awk 'BEGIN { print 1 | \"cat\" }' > /b/x",
            "awk -i inplace -f /s/gen.awk /s/in > /b/x",
            "awk -f gen.awk /s/in > /b/x",
            "awk -f /s/gen.awk in > /b/x",
            "echo a || date > /b/x",
            "echo 'a > /b/x",
        ] {
            assert_eq!(Pipeline::of(script.as_bytes()), None, "{script}");
        }
    }

    #[test]
    fn programs_of_awk() {
        let harmless = r#"BEGIN { print "\n#include <x|y.h>" } # more | less > all
            /#define [^]a-z]+"\/[0-9]/{ for (j = 0; j < n || !n; j++) if (j > 1) printf("%s, \"", $1 / 2) }"#;
        assert!(is_harmless(harmless.as_bytes()));
        for program in [
            "{ print > \"f\" }",
            "{ print $1 | \"sh\" }",
            "{ \"date\" | getline d }",
            "/\"/ { print > f } /\"/",
            "{ print \"open }",
            "{ print ENVIRON[\"A\"] }",
        ] {
            assert!(!is_harmless(program.as_bytes()), "{program}");
        }
    }
}
