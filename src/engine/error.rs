//! How a build ends when it does not end well. Knows what to tell; knows nothing of showing it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use bstr::BString;
use rules::graph::{GraphError, Origin, StepId};

use super::unawaited::Unawaited;

/// Why a build did not end well.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The graph cannot be built in any order.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// Files are not there and no step makes them. Nothing was run.
    #[error("{}", missing(.0))]
    MissingSources(Vec<MissingSource>),
    /// Programs are not there. Nothing was run.
    #[error("{}", missing_programs(.0))]
    MissingPrograms(Vec<MissingProgram>),
    /// Steps failed. What their commands said went to the observer.
    #[error("{}", failed(.0))]
    Failed(Vec<Failure>),
    /// The build was told to stop.
    #[error("interrupted")]
    Interrupted,
    /// The build's own files, or the files that it looks at, cannot be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, ...
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A file that a step, or the caller, wants and nobody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingSource {
    /// The file.
    pub file: BString,
    /// The step that wants it; none for a goal.
    pub step: Option<StepId>,
    /// What the step is about, as shown to people.
    pub wanted_by: String,
    /// Who asked for the step.
    pub origin: Option<Origin>,
}

/// A program that a step wants to run and that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingProgram {
    /// The program, as the command names it.
    pub program: BString,
    /// The step that wants it.
    pub step: StepId,
    /// What the step is about, as shown to people.
    pub wanted_by: String,
    /// Who asked for the step.
    pub origin: Option<Origin>,
}

/// A step that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The step.
    pub step: StepId,
    /// What the step is about, as shown to people.
    pub label: String,
    /// What went wrong.
    pub cause: Cause,
    /// Who asked for the step.
    pub origin: Option<Origin>,
    /// A file that the commands spoke of, that another step makes, and that the step does not wait
    /// for.
    pub unawaited: Option<Unawaited>,
}

/// What went wrong in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A command ended with this status.
    Status(i32),
    /// A command was ended by this signal.
    Signal(i32),
    /// A program could not be started.
    Start {
        /// The program.
        program: BString,
        /// What the system said.
        message: String,
    },
    /// A program could not be watched.
    Untraceable,
    /// The commands ended well but this file is not there.
    NotWritten(BString),
    /// A file could not be put in its place.
    File {
        /// The file.
        path: BString,
        /// What the system said.
        message: String,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Status(status) => write!(f, "exit status {status}"),
            Cause::Signal(signal) => write!(f, "ended by signal {signal}"),
            Cause::Start { program, message } => write!(f, "cannot start {program}: {message}"),
            Cause::Untraceable => write!(f, "processes may not be traced here (ptrace)"),
            Cause::NotWritten(file) => write!(f, "the command did not write {file}"),
            Cause::File { path, message } => write!(f, "{path}: {message}"),
        }
    }
}

impl Error {
    /// For `map_err`: what was tried on which file.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Io { action, path, source }
    }
}

fn place(origin: Option<&Origin>) -> String {
    origin.map_or(String::new(), |origin| format!("{}:{}: ", origin.file.display(), origin.line))
}

fn missing(sources: &[MissingSource]) -> String {
    let line = |source: &MissingSource| {
        let MissingSource { file, step, wanted_by, origin } = source;
        match step {
            Some(_) => format!("{}no file {file}, needed by {wanted_by}", place(origin.as_ref())),
            None => format!("no file {file}, and no rule makes it"),
        }
    };
    sources.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn missing_programs(programs: &[MissingProgram]) -> String {
    let line = |missing: &MissingProgram| {
        let MissingProgram { program, wanted_by, origin, .. } = missing;
        format!("{}no program {program}, needed by {wanted_by}", place(origin.as_ref()))
    };
    programs.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn failed(failures: &[Failure]) -> String {
    let line = |failure: &Failure| {
        let Failure { label, cause, origin, .. } = failure;
        format!("{}{label}: {cause}", place(origin.as_ref()))
    };
    failures.iter().map(line).collect::<Vec<_>>().join("\n")
}
