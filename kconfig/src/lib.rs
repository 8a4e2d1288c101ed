//! The Kconfig language, whole: text to syntax, syntax to model, model to values, values to files.
//!
//! This crate knows nothing of Unikraft, of make, or of the process that it runs in: the
//! environment, the current folder and the runner of `$(shell)` are arguments. It prints nothing
//! and never exits; messages are values.
//!
//! A [`Model`] is what a tree of Kconfig files says; a [`Config`] is a set of user settings over
//! it, with the values that follow from them:
//!
//! ```
//! use std::sync::Arc;
//! use kconfig::{Config, Dialect, Environment, Model};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! std::fs::write(
//!     folder.path().join("Config.uk"),
//!     "config NET\n\tbool \"Network\"\n\n\
//!      config QUEUES\n\tint \"Queues\"\n\tdepends on NET\n\tdefault 2\n",
//! )?;
//! let mut environment =
//!     Environment::new(Dialect::Unikraft, folder.path()).with("CONFIG_", "CONFIG_");
//! let mut messages = Vec::new();
//! let model = Model::load(&mut environment, "Config.uk", &mut messages)?;
//!
//! let mut config = Config::new(Arc::new(model));
//! config.load(b"CONFIG_NET=y\n", ".config", false);
//! assert_eq!(config.value_of("QUEUES").unwrap(), "2");
//! assert!(config.set("NTE", "y").unwrap_err().to_string().contains("did you mean `NET`?"));
//! config.set("CONFIG_QUEUES", "4")?;
//! assert!(config.to_config().ends_with(b"CONFIG_NET=y\nCONFIG_QUEUES=4\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod conf;
pub mod diff;
mod environment;
mod error;
pub mod explain;
mod file_system;
mod files;
mod index;
pub mod merge;
pub mod model;
mod names;
mod numbers;
mod random;
pub mod solve;
mod source;
pub mod syntax;
mod tristate;
mod values;

pub use environment::{Dialect, Environment, Inputs, Shell, SystemShell};
pub use error::{Error, Message, Problem, Refusal, Report, SetError, Severity, Sink};
pub use file_system::{FileSystem, SystemFiles};
pub use files::store;
pub use files::sync::stamp_name;
pub use model::Model;
pub use names::{Name, Names, Text};
pub use random::Random;
pub use source::{FileId, Place, SourceFile, Sources, Span};
pub use tristate::Tristate;
pub use values::{Answer, Config, Loaded, Odds};
