//! What can go wrong while a makefile is evaluated, where, and on the way to what. Messages are in
//! GNU make's wording. Knows nothing of how a report is shown.

use std::fmt;

use bstr::BString;

use super::location::Location;

/// The result of anything that evaluates.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A makefile could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Where GNU make would say it is.
    pub location: Option<Location>,
    /// What is wrong.
    pub kind: ErrorKind,
    /// The reference or the call that is wrong, as it is written: a report finds it in the line.
    pub excerpt: Option<BString>,
    /// How evaluation came there, innermost first; only the inner part of a long way.
    pub trace: Vec<Frame>,
}

/// One step on the way to an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The line that took the step.
    pub location: Option<Location>,
    /// What it did.
    pub action: Action,
}

/// What a line did that led to an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Included this makefile.
    Include(BString),
    /// Evaluated text with `$(eval)`, or a caller's text.
    Eval,
    /// Opened a conditional.
    Conditional,
    /// Called this function with `$(call)`.
    Call(BString),
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Include(file) => write!(f, "included {file}"),
            Action::Eval => write!(f, "evaluated text"),
            Action::Conditional => write!(f, "opened a conditional"),
            Action::Call(name) => write!(f, "called {name}"),
        }
    }
}

/// The kinds of errors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A line is neither an assignment, nor a directive, nor a rule.
    #[error("missing separator{}", if *.spaces { " (did you mean TAB instead of 8 spaces?)" } else { "" })]
    MissingSeparator {
        /// The line starts with eight spaces.
        spaces: bool,
    },
    /// `ifeq(` without the space.
    #[error("missing separator (ifeq/ifneq must be followed by whitespace)")]
    MissingSeparatorIfeq,
    /// A recipe line without a rule above it.
    #[error("recipe commences before first target")]
    RecipeBeforeTarget,
    /// `; recipe` without a target.
    #[error("missing rule before recipe")]
    MissingRule,
    /// `target: : prerequisite`.
    #[error("missing target pattern")]
    MissingTargetPattern,
    /// `target: %.a %.b: prerequisite`.
    #[error("multiple target patterns")]
    MultipleTargetPatterns,
    /// `target: pattern: prerequisite`.
    #[error("target pattern contains no '%'")]
    TargetPatternWithoutPercent,
    /// Pattern and plain targets in one rule.
    #[error("mixed implicit and normal rules")]
    MixedRules,
    /// Pattern targets in a static pattern rule.
    #[error("mixed implicit and static pattern rules")]
    MixedStaticRules,
    /// `:` and `::` for one target.
    #[error("target file '{0}' has both : and :: entries")]
    BothColons(BString),
    /// `a b &:` without a recipe.
    #[error("grouped targets must provide a recipe")]
    GroupWithoutRecipe,
    /// An assignment to nothing.
    #[error("empty variable name")]
    EmptyVariableName,
    /// `define` without `endef`.
    #[error("missing 'endef', unterminated 'define'")]
    MissingEndef,
    /// `if...` without `endif`.
    #[error("missing 'endif'")]
    MissingEndif,
    /// `else` or `endif` without `if...`.
    #[error("extraneous '{0}'")]
    Extraneous(&'static str),
    /// A second `else`.
    #[error("only one 'else' per conditional")]
    SecondElse,
    /// A conditional that cannot be read.
    #[error("invalid syntax in conditional")]
    InvalidConditional,
    /// `$(name` without its end.
    #[error("unterminated variable reference")]
    UnterminatedReference,
    /// `$(function ...` without its end.
    #[error("unterminated call to function '{function}': missing '{close}'")]
    UnterminatedCall {
        /// The function.
        function: &'static str,
        /// The missing character.
        close: char,
    },
    /// Too few arguments.
    #[error("insufficient number of arguments ({given}) to function '{function}'")]
    FewArguments {
        /// How many there are.
        given: usize,
        /// The function.
        function: &'static str,
    },
    /// An argument that a function cannot use; the message is complete.
    #[error("{0}")]
    BadArgument(BString),
    /// A recursive variable needs its own value.
    #[error("Recursive variable '{0}' references itself (eventually)")]
    Recursive(BString),
    /// References, calls or includes nested beyond the evaluator's stack.
    #[error("expansion is nested too deeply")]
    TooDeep,
    /// More work than [`set_work_budget`](super::Evaluator::set_work_budget) allows.
    #[error("expansion takes too much work")]
    TooMuch,
    /// The host does not want to wait for a script any longer.
    #[error("interrupted")]
    Interrupted,
    /// `$(error)`, or an error of the caller's.
    #[error("{0}")]
    User(BString),
    /// A makefile that cannot be read.
    #[error("{file}: {reason}")]
    Unreadable {
        /// The makefile.
        file: BString,
        /// Why.
        reason: String,
    },
    /// A shell that cannot be started.
    #[error("{shell}: {reason}")]
    Shell {
        /// The shell.
        shell: BString,
        /// Why.
        reason: String,
    },
    /// `load`.
    #[error("The 'load' operation is not supported on this platform")]
    Load,
    /// A prerequisite written while recipes run.
    #[error("prerequisites cannot be defined in recipes")]
    PrerequisiteInRecipe,
}

impl Error {
    /// An error at a place.
    pub fn new(kind: ErrorKind, location: Option<Location>) -> Error {
        Error { location, kind, excerpt: None, trace: Vec::new() }
    }
}

impl fmt::Display for Error {
    /// Writes the line that GNU make prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Some(location) => write!(f, "{location}: *** {}.  Stop.", self.kind),
            None => write!(f, "*** {}.  Stop.", self.kind),
        }
    }
}

impl std::error::Error for Error {}
