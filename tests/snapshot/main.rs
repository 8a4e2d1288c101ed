//! What a description is recalled from: nothing is evaluated when nothing changed, what depends on
//! a change is, and with and without records a description is the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod changes;
mod damage;
mod described;
mod model;
mod unchanged;
mod written;
