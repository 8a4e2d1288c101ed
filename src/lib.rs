//! The parts of the program, as a library: each module is one layer of it, and none reaches up.

pub mod engine;
