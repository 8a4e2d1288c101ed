//! GNU make as a program, around the language that the crate `rules` knows.

pub mod archive;
pub mod options;
pub mod shuffle;
