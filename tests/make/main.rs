//! Make mode beside GNU make: random makefiles, the database, flags, notes, and what goes wrong.

// A test that cannot go on panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod around;
mod bad_input;
mod built_ins;
mod database;
mod dice;
mod expression;
mod flags;
mod generate;
mod known;
mod notes;
mod outcome;
mod random_trees;
mod shrink;
mod targets;
mod trial;
