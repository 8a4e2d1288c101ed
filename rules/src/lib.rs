//! Build descriptions: GNU make's language, Unikraft's rule macros, and the graph of steps that
//! both produce.
//!
//! The crate evaluates and describes; it runs no step, prints nothing and keeps no global state.
//! `make` knows nothing of Unikraft, `graph` knows of neither.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod graph;
pub mod make;
pub mod texts;
pub mod unikraft;
