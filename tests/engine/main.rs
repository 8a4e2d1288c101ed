//! The engine, run on real files and commands: what runs, why, and what is left behind.

// A test that cannot go on panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod basics;
mod cache;
mod crash;
mod cut;
mod jobs;
mod model;
mod odd;
mod victim;
mod world;
