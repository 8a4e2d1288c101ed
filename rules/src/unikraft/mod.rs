//! Unikraft's build description, native: the rule macros that fragments call, and all that the
//! core's own top makefile does, turned into a [`Graph`].
//!
//! Fragments are evaluated by [`crate::make`]; what they register (libraries, sources, flags,
//! platforms, rules of their own) is read back from the evaluator's variables and rules, so that a
//! fragment may use any of make's means to say it. Knows nothing of processes, terminals and
//! Kconfig: the configuration comes as names and values.

mod compile;
mod core;
mod defaults;
mod fragments;
mod included;
mod library;
mod listing;
mod macros;
mod names;
mod origins;
mod pipeline;
mod products;
mod recipe;
mod setup;
mod source;
mod version;
mod words;

pub use self::core::{Description, Error, check_path, describe};
pub use setup::{Setup, Tools};
pub use version::Version;
