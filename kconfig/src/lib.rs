//! The Kconfig language, whole: text to syntax, syntax to model, model to values, values to files.
//!
//! This crate knows nothing of Unikraft, of make, or of the process that it runs in: the
//! environment, the current folder and the runner of `$(shell)` are arguments.

pub mod conf;
mod environment;
mod error;
mod files;
pub mod model;
mod names;
mod numbers;
mod random;
mod source;
pub mod syntax;
mod tristate;
mod values;

pub use environment::{Dialect, Environment, Inputs, Shell, SystemShell};
pub use error::{Error, Message, Problem, Refusal, Report, SetError, Severity, Sink};
pub use files::store;
pub use files::sync::stamp_name;
pub use model::Model;
pub use names::{Name, Names, Text};
pub use random::Random;
pub use source::{FileId, Place, SourceFile, Sources, Span};
pub use tristate::Tristate;
pub use values::{Answer, Config, Loaded, Odds};
