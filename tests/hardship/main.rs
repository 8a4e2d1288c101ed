//! Builds under hard circumstances: no space left, folders that cannot be written to, clocks that
//! jump, names that are no text. What cannot be done is said, what was there stays, and the next
//! build is right.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod clock;
mod disk;
mod names;
mod places;
