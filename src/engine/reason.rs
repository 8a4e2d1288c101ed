//! Why a step runs. Knows how to say it; knows nothing of how it was found out.

use std::fmt;

use bstr::{BString, ByteSlice};

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
    /// Only in a dry run: a step before it would run, and might change this file.
    InputMayChange(BString),
}

/// How many words of a command's difference are shown.
const SHOWN: usize = 6;

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NeverBuilt => write!(f, "not built yet"),
            Reason::Always => write!(f, "runs every time"),
            Reason::OutputMissing(file) => write!(f, "output {file} is missing"),
            Reason::OutputChanged(file) => write!(f, "output {file} was changed from outside"),
            Reason::CommandChanged { removed, added } => command(f, removed, added),
            Reason::ToolChanged(program) => write!(f, "tool {program} changed"),
            Reason::InputAdded(file) => write!(f, "new input {file}"),
            Reason::InputRemoved(file) => write!(f, "{file} is no longer an input"),
            Reason::InputChanged(file) => write!(f, "{file} changed"),
            Reason::InputVanished(file) => write!(f, "{file} is gone"),
            Reason::InputUnsure(file) => write!(f, "{file} changed during the last build"),
            Reason::OptionChanged { name, old, new } => {
                let shown = |value: &Option<BString>| match value {
                    Some(value) => value.to_string(),
                    None => "not set".to_owned(),
                };
                write!(f, "option {name} changed: {} to {}", shown(old), shown(new))
            }
            Reason::InputMayChange(file) => write!(f, "{file} may change"),
        }
    }
}

fn command(f: &mut fmt::Formatter<'_>, removed: &[BString], added: &[BString]) -> fmt::Result {
    let list = |words: &[BString]| {
        let more = if words.len() > SHOWN { " ..." } else { "" };
        let shown = &words[..words.len().min(SHOWN)];
        format!("{}{more}", bstr::join(" ", shown).as_bstr())
    };
    match (removed, added) {
        ([], []) => write!(f, "command changed"),
        ([], added) => write!(f, "command changed: {} added", list(added)),
        (removed, []) => write!(f, "command changed: {} removed", list(removed)),
        (removed, added) => {
            write!(f, "command changed: {} replaced by {}", list(removed), list(added))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_flag_reads_well() {
        let reason =
            Reason::CommandChanged { removed: vec!["-O2".into()], added: vec!["-Os".into()] };
        assert_eq!(reason.to_string(), "command changed: -O2 replaced by -Os");
        let option =
            Reason::OptionChanged { name: "CONFIG_X".into(), old: None, new: Some("1".into()) };
        assert_eq!(option.to_string(), "option CONFIG_X changed: not set to 1");
    }
}
