//! The Kconfig language, whole: text to syntax, syntax to model, model to values, values to files.
//!
//! This crate knows nothing of Unikraft, of make, or of the process that it runs in: the
//! environment, the current folder and the runner of `$(shell)` are arguments.
