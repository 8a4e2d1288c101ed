//! Why a step runs. Knows how to say it; knows nothing of how it was found out.

use std::fmt;

use bstr::{BStr, BString, ByteSlice};

/// Why a step runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It was never built here, or its last build did not end well.
    NeverBuilt,
    /// It runs each time.
    Always,
    /// An output is not there.
    OutputMissing(BString),
    /// An output is not what the step wrote.
    OutputChanged(BString),
    /// The commands, their environment or their folder differ: words that went and that came.
    CommandChanged {
        /// Words of the old command that the new one lacks; empty when only the order differs or
        /// the old command is not known any more.
        removed: Vec<BString>,
        /// Words that only the new command has.
        added: Vec<BString>,
    },
    /// A program that it runs is another one now.
    ToolChanged(BString),
    /// It reads a file that it did not read before.
    InputAdded(BString),
    /// It no longer reads this file.
    InputRemoved(BString),
    /// A file that it reads has other contents.
    InputChanged(BString),
    /// A file that the last run found to be read (a header, mostly) is gone.
    InputVanished(BString),
    /// A file changed while the last run read it, so that nobody knows what was read.
    InputUnsure(BString),
    /// An option that its sources mention has another value; none is "not defined".
    OptionChanged {
        /// The option's full name.
        name: BString,
        /// Its value when the step last ran.
        old: Option<BString>,
        /// Its value now.
        new: Option<BString>,
    },
    /// Nothing: all steps run to be watched.
    Watched,
    /// Only in a dry run: a step before it would run, and might change this file.
    InputMayChange(BString),
}

impl Reason {
    /// The same in the words of the configuration: a switch, which a header defines as 1 or not at
    /// all, is `y` or `n`. `is_switch` tells whether an option, by full name, is one.
    pub fn as_configured(&self, is_switch: impl Fn(&BStr) -> bool) -> Reason {
        let Reason::OptionChanged { name, old, new } = self else { return self.clone() };
        if !is_switch(name.as_bstr()) {
            return self.clone();
        }
        let letter = |value: &Option<BString>| match value {
            None => Some(BString::from("n")),
            Some(one) if one == "1" => Some(BString::from("y")),
            Some(other) => Some(other.clone()),
        };
        Reason::OptionChanged { name: name.clone(), old: letter(old), new: letter(new) }
    }
}

/// How many words of a command's difference are shown.
const SHOWN: usize = 6;

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NeverBuilt => write!(f, "not built yet"),
            Reason::Watched => write!(f, "to see what it reads and writes"),
            Reason::Always => write!(f, "runs every time"),
            Reason::OutputMissing(file) => write!(f, "output {file} is missing"),
            Reason::OutputChanged(file) => write!(f, "output {file} was changed from outside"),
            Reason::CommandChanged { removed, added } => command(f, removed, added),
            Reason::ToolChanged(program) => write!(f, "tool {program} changed"),
            Reason::InputAdded(file) => write!(f, "{} {file} is a new input", kind(file)),
            Reason::InputRemoved(file) => {
                write!(f, "{} {file} is no longer an input", kind(file))
            }
            Reason::InputChanged(file) => write!(f, "{} {file} changed", kind(file)),
            Reason::InputVanished(file) => write!(f, "{} {file} is gone", kind(file)),
            Reason::InputUnsure(file) => {
                write!(f, "{} {file} changed during the last build", kind(file))
            }
            Reason::OptionChanged { name, old, new } => {
                let shown = |value: &Option<BString>| match value {
                    Some(value) => value.to_string(),
                    None => "not set".to_owned(),
                };
                write!(f, "option {name} changed: {} to {}", shown(old), shown(new))
            }
            Reason::InputMayChange(file) => write!(f, "{} {file} may change", kind(file)),
        }
    }
}

/// What people call such a file, by the ending of its name.
fn kind(file: &[u8]) -> &'static str {
    let name = file.rsplit_str("/").next().unwrap_or_default();
    let ending = name.rfind_byte(b'.').map_or(&b""[..], |dot| &name[dot + 1..]);
    match ending {
        b"h" | b"hh" | b"hpp" | b"hxx" | b"inc" => "header",
        b"c" | b"cc" | b"cpp" | b"cxx" | b"C" | b"S" | b"s" | b"asm" | b"rs" | b"go" => "source",
        b"o" => "object",
        b"a" => "archive",
        b"ld" | b"lds" => "linker script",
        b"patch" | b"diff" => "patch",
        _ => "file",
    }
}

/// What differs between two commands, in as few words as tell it.
fn command(f: &mut fmt::Formatter<'_>, removed: &[BString], added: &[BString]) -> fmt::Result {
    let list = |words: &[BString]| {
        let more = if words.len() > SHOWN { " ..." } else { "" };
        let shown = &words[..words.len().min(SHOWN)];
        format!("{}{more}", bstr::join(" ", shown).as_bstr())
    };
    let of = |words: &[BString]| {
        let all_flags = words.iter().all(|word| word.starts_with(b"-"));
        match (all_flags, words.len()) {
            (true, 1) => "flag",
            (true, _) => "flags",
            (false, 1) => "argument",
            (false, _) => "arguments",
        }
    };
    match (removed, added) {
        ([], []) => write!(f, "command changed"),
        ([], added) => write!(f, "{} {} added", of(added), list(added)),
        (removed, []) => write!(f, "{} {} removed", of(removed), list(removed)),
        (removed, added) => {
            write!(f, "{} {} replaced by {}", of(removed), list(removed), list(added))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(removed: &[&str], added: &[&str]) -> String {
        let words = |words: &[&str]| words.iter().map(|&word| word.into()).collect();
        Reason::CommandChanged { removed: words(removed), added: words(added) }.to_string()
    }

    #[test]
    fn a_changed_command_reads_well() {
        assert_eq!(changed(&["-O2"], &["-Os"]), "flag -O2 replaced by -Os");
        assert_eq!(changed(&[], &["-g3", "-DX=1"]), "flags -g3 -DX=1 added");
        assert_eq!(changed(&["-Wall"], &[]), "flag -Wall removed");
        assert_eq!(changed(&["gcc"], &["clang"]), "argument gcc replaced by clang");
        assert_eq!(changed(&[], &["/b/more.o"]), "argument /b/more.o added");
        assert_eq!(changed(&[], &[]), "command changed");
        let many: Vec<String> = (0..9).map(|number| format!("-D{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(changed(&many, &[]), "flags -D0 -D1 -D2 -D3 -D4 -D5 ... removed");
    }

    #[test]
    fn files_are_called_what_they_are() {
        let changed = |file: &str| Reason::InputChanged(file.into()).to_string();
        assert_eq!(changed("/i/a.h"), "header /i/a.h changed");
        assert_eq!(changed("/s/a.b.S"), "source /s/a.b.S changed");
        assert_eq!(changed("/o.d/exportsyms"), "file /o.d/exportsyms changed");
    }

    #[test]
    fn a_switch_is_y_or_n_and_a_number_stays_one() {
        let option = |old: Option<&str>, new: Option<&str>| Reason::OptionChanged {
            name: "CONFIG_X".into(),
            old: old.map(BString::from),
            new: new.map(BString::from),
        };
        let on = option(None, Some("1"));
        assert_eq!(on.as_configured(|_| true).to_string(), "option CONFIG_X changed: n to y");
        assert_eq!(on.to_string(), "option CONFIG_X changed: not set to 1");
        assert_eq!(on.as_configured(|_| false), on);
        let off = option(Some("1"), None).as_configured(|name| name == "CONFIG_X");
        assert_eq!(off.to_string(), "option CONFIG_X changed: y to n");
        assert_eq!(Reason::Always.as_configured(|_| true), Reason::Always);
    }
}
