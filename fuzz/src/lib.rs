//! What the fuzz targets do with an input, as plain functions: the fuzzer calls them, and so does
//! the test over seeds and regressions. They return when all is well and panic when it is not.
//!
//! Nothing here touches the world: files are in memory, and no shell runs.

// A check that fails panics: that is how a fuzzer learns of it.
#![allow(clippy::panic)]

pub mod dot_config;
pub mod input;
pub mod invariants;
pub mod kconfig_parse;
pub mod kconfig_values;
pub mod make_evaluate;
pub mod memory;
