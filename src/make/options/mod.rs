//! The command line and `MAKEFLAGS`: what they say, as values, and `MAKEFLAGS` written for
//! sub-makes. Knows no variables, files or processes: what is wrong is returned, not printed.

mod debug;
mod makeflags;
mod parse;
mod switches;
#[cfg(test)]
mod tests;
mod usage;

use bstr::{BString, ByteSlice};

pub(crate) use debug::Debug;
pub(crate) use makeflags::{
    COMMAND_VARIABLES, EVAL_FLAGS, MAKEOVERRIDES, Override, Purpose, overrides,
};
pub(crate) use usage::{MAKE_HOST, usage, version};

use super::shuffle::{InvalidMode, Shuffle};

/// Where switches were said. What the command line or the environment chose, a makefile that
/// changes `MAKEFLAGS` does not take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// `MAKEFLAGS` or `GNUMAKEFLAGS` as makefiles have set it.
    Makefile,
    /// `MAKEFLAGS` or `GNUMAKEFLAGS` as the make above has set it.
    Environment,
    /// The words after the program's name.
    CommandLine,
}

/// What two switches turn on and off: the last of the strongest source wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice(Option<(bool, Source)>);

impl Choice {
    /// What was chosen, if anything was.
    pub(crate) fn get(self) -> Option<bool> {
        self.0.map(|(value, _)| value)
    }

    fn set(&mut self, value: bool, source: Source) {
        let makefile = |source| source == Source::Makefile;
        if self.0.is_none_or(|(_, before)| !makefile(source) || makefile(before)) {
            self.0 = Some((value, source));
        }
    }
}

/// How many recipes may run at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Jobs {
    /// `-j` with a number, which is not 0.
    Count(u32),
    /// `-j` alone.
    Unlimited,
}

/// What output is kept together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum OutputSync {
    /// None: what comes is shown.
    #[default]
    None,
    /// A line of a recipe's.
    Line,
    /// A target's.
    Target,
    /// A sub-make's, whole.
    Recurse,
}

/// `VAR=VALUE`, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// The whole word, with the operator.
    pub(crate) text: BString,
    /// Who said it. What `MAKEFLAGS` holds in the environment counts as the command line's.
    pub(crate) source: Source,
}

/// Everything that a command line can say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// `-B`
    pub(crate) always_make: bool,
    /// `-d`
    pub(crate) debug_all: bool,
    /// Arguments of `--debug`; see [`Options::debug`].
    pub(crate) debug_flags: Vec<BString>,
    /// `-e`
    pub(crate) environment_overrides: bool,
    /// `-E`, in order
    pub(crate) evals: Vec<BString>,
    /// `-h`
    pub(crate) help: bool,
    /// `-i`
    pub(crate) ignore_errors: bool,
    /// `-k` and `-S`
    pub(crate) keep_going: Choice,
    /// `-L`
    pub(crate) check_symlink_times: bool,
    /// `-n`
    pub(crate) just_print: bool,
    /// `-p`
    pub(crate) print_database: bool,
    /// `-q`
    pub(crate) question: bool,
    /// `-r`, and `-R` too
    pub(crate) no_builtin_rules: bool,
    /// `-R`
    pub(crate) no_builtin_variables: bool,
    /// `-s` and `--no-silent`
    pub(crate) silent: Choice,
    /// `-t`
    pub(crate) touch: bool,
    /// `-v`
    pub(crate) version: bool,
    /// `-w` and `--no-print-directory`; where neither was said, make tells of directories in
    /// sub-makes and with `-C`, unless it is silent.
    pub(crate) print_directory: Choice,
    /// `-C`, in order
    pub(crate) directories: Vec<BString>,
    /// `-f`, in order; `-` is the standard input
    pub(crate) makefiles: Vec<BString>,
    /// `-I`, in order
    pub(crate) include_directories: Vec<BString>,
    /// `-j` in force
    pub(crate) jobs: Option<Jobs>,
    /// `-j` of the command line alone, which no jobserver above overrules
    pub(crate) command_line_jobs: Option<Jobs>,
    /// `-l`
    pub(crate) max_load: Option<f64>,
    /// `-o`
    pub(crate) old_files: Vec<BString>,
    /// `-O`
    pub(crate) output_sync: Option<OutputSync>,
    /// `-W`
    pub(crate) new_files: Vec<BString>,
    /// `--jobserver-auth` or `--jobserver-fds`
    pub(crate) jobserver_auth: Option<BString>,
    /// `--jobserver-style`
    pub(crate) jobserver_style: Option<BString>,
    /// `--trace`
    pub(crate) trace: bool,
    /// `--warn-undefined-variables`
    pub(crate) warn_undefined_variables: bool,
    /// `--sync-mutex`
    pub(crate) sync_mutex: Option<BString>,
    /// The argument of `--shuffle`; see [`Options::resolve_shuffle`].
    pub(crate) shuffle: Option<BString>,
    /// Words of the command line that are no switches and no assignments
    pub(crate) goals: Vec<BString>,
    /// Words that are assignments, in order
    pub(crate) assignments: Vec<Assignment>,
}

impl Options {
    /// What is to be shown of the run, by `-d`, `--debug` and `--trace`.
    pub(crate) fn debug(&self) -> Result<Debug, Fatal> {
        Debug::read(self.debug_all, self.trace, &self.debug_flags)
    }

    /// The order that `--shuffle` asks for. The seed that `random` gets, `fresh`, is what sub-makes
    /// are told.
    pub(crate) fn resolve_shuffle(&mut self, fresh: u32) -> Result<Option<Shuffle>, InvalidMode> {
        let Some(argument) = &self.shuffle else { return Ok(None) };
        let shuffle = Shuffle::parse(argument.as_bstr(), fresh)?;
        self.shuffle = shuffle.map(|shuffle| shuffle.to_string().into());
        Ok(shuffle)
    }
}

/// The name that a command line's word gives a file: without `./` before it.
pub(crate) fn file_name(word: &[u8]) -> &[u8] {
    let mut name = word;
    while let Some(rest) = name.strip_prefix(b"./") {
        name = rest.trim_start_with(|byte| byte == '/');
    }
    if name.is_empty() && !word.is_empty() { b"./" } else { name }
}

/// One thing that is wrong with a command line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages tell")]
pub(crate) enum Complaint {
    #[error("invalid option -- '{0}'")]
    InvalidLetter(BString),
    #[error("unrecognized option '--{0}'")]
    Unrecognized(BString),
    #[error("option '--{word}' is ambiguous; possibilities:{candidates}")]
    Ambiguous { word: BString, candidates: String },
    #[error("option requires an argument -- '{0}'")]
    LetterWithoutArgument(char),
    #[error("option '--{0}' requires an argument")]
    NameWithoutArgument(&'static str),
    #[error("option '--{0}' doesn't allow an argument")]
    NeedlessArgument(&'static str),
    #[error("the '{dashes}{name}' option requires a non-empty string argument")]
    EmptyArgument { dashes: &'static str, name: String },
    #[error("the '-{0}' option requires a positive integer argument")]
    NotPositive(char),
}

impl Complaint {
    /// Whether the line names the program as it was called, path and all, and no level of
    /// recursion; other lines are like any message.
    pub(crate) fn names_program_as_called(&self) -> bool {
        !matches!(self, Complaint::EmptyArgument { .. } | Complaint::NotPositive(_))
    }
}

/// What ends the run at once, like any fatal message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages tell")]
pub(crate) enum Fatal {
    #[error("unknown debug level specification '{0}'")]
    DebugLevel(BString),
    #[error("unknown output-sync type '{0}'")]
    OutputSync(BString),
}

/// Why a command line cannot be followed. The exit status is 2 in any case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// Complaints, each a line of its own; the usage text comes after them.
    #[error("wrong usage")]
    Usage(Vec<Complaint>),
    /// One fatal message.
    #[error(transparent)]
    Fatal(#[from] Fatal),
}
