//! What can be wrong, as values: problems in Kconfig files, messages, refused settings.

use std::fmt;
use std::path::PathBuf;

use bstr::{BStr, BString, ByteSlice};

use crate::environment::Inputs;
use crate::source::{Place, Sources};

/// One thing that is wrong in a Kconfig file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub message: BString,
    /// Further places that explain it, each with its own words.
    pub notes: Vec<(Place, BString)>,
    /// What the C implementation prints, where that is not `FILE:LINE: MESSAGE` and the notes.
    pub original: Option<BString>,
}

impl Problem {
    pub(crate) fn new(place: Place, message: impl Into<BString>) -> Problem {
        Problem { place, message: message.into(), notes: Vec::new(), original: None }
    }
}

/// Problems, with the files that they are in: enough for a report that shows the text.
#[derive(Clone, Debug)]
pub struct Report {
    /// At least one.
    pub problems: Vec<Problem>,
    /// The files; [`Sources::chain`] gives the `source` statements that led to a place.
    pub sources: Sources,
    /// What was looked at so far: without a change there, the problems stay.
    pub inputs: Inputs,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            if let Some(original) = &problem.original {
                write!(f, "{original}")?;
                continue;
            }
            let name = self.sources.name(problem.place);
            write!(f, "{}:{}: {}", name, problem.place.line, problem.message)?;
            for (place, note) in &problem.notes {
                write!(f, "\n{}:{}: {}", self.sources.name(*place), place.line, note)?;
            }
        }
        Ok(())
    }
}

/// Why there is no model.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is wrong in a Kconfig file.
    #[error("{0}")]
    Kconfig(Box<Report>),
    /// The first file cannot be read.
    #[error("can't find file {}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
}

/// What a message is about, and where the original prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Output that the input asked for (`$(info,...)`), and notes: standard output.
    Info,
    /// A warning: standard error.
    Warning,
}

/// A line or more for people, worded and placed as the C implementation does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What kind.
    pub severity: Severity,
    /// The whole text, with file and line where it has them, without the final newline.
    pub text: BString,
    /// The place in a Kconfig file, when it is about one.
    pub place: Option<Place>,
}

impl Message {
    pub(crate) fn info(text: impl Into<BString>) -> Message {
        Message { severity: Severity::Info, text: text.into(), place: None }
    }

    pub(crate) fn warning(text: impl Into<BString>) -> Message {
        Message { severity: Severity::Warning, text: text.into(), place: None }
    }

    /// `NAME:LINE:warning: TEXT`.
    pub(crate) fn warning_at(name: &BStr, place: Place, text: impl AsRef<[u8]>) -> Message {
        let text = text.as_ref().as_bstr();
        Message {
            severity: Severity::Warning,
            text: format_bytes(&[
                name,
                b":",
                place.line.to_string().as_bytes(),
                b":warning: ",
                text,
            ]),
            place: Some(place),
        }
    }
}

/// Takes messages while a tree is parsed.
pub trait Sink {
    /// One message.
    fn message(&mut self, message: Message);
}

impl Sink for Vec<Message> {
    fn message(&mut self, message: Message) {
        self.push(message);
    }
}

/// Joins pieces of bytes.
pub(crate) fn format_bytes(pieces: &[&[u8]]) -> BString {
    BString::from(pieces.concat())
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// No such option.
    #[error("there is no option `{name}`{}", hint(similar))]
    Unknown {
        /// What was asked for.
        name: BString,
        /// Options with names like it, closest first.
        similar: Vec<BString>,
    },
    /// The value is none of the option's type.
    #[error("`{value}` is no value for `{name}`: it wants {expected}")]
    Invalid {
        /// The option.
        name: BString,
        /// The value.
        value: BString,
        /// What the type accepts.
        expected: &'static str,
    },
    /// A number outside of the option's range.
    #[error("`{name}` must be from {low} to {high}")]
    Range {
        /// The option.
        name: BString,
        /// The lowest value.
        low: BString,
        /// The highest value.
        high: BString,
    },
    /// The value was taken, and dependencies make the option something else.
    #[error("`{name}` stays `{actual}` instead of `{wanted}`: {reason}")]
    Refused {
        /// The option.
        name: BString,
        /// What was asked for.
        wanted: BString,
        /// What it is.
        actual: BString,
        /// What stands in the way.
        reason: Refusal,
    },
}

/// What keeps an option from taking a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its dependencies do not hold.
    #[error("it needs {0}")]
    Needs(BString),
    /// Other options select it.
    #[error("it is selected by {0}")]
    Selected(BString),
    /// It has no prompt, so only defaults and selects give it a value.
    #[error("it has no prompt, other options decide")]
    NoPrompt,
    /// Another member of its choice was taken, or one of the choice must be.
    #[error("one member of its choice must be set; set another one instead")]
    Choice,
    /// It can be built in only, not as a module.
    #[error("modules are not possible here")]
    NoModules,
}

fn hint(similar: &[BString]) -> String {
    match similar {
        [] => String::new(),
        names => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("; did you mean {}?", names.join(" or "))
        }
    }
}
