//! Questions about builds and images, asked through the program. What is printed is compared with
//! snapshots beside these files; folders and times are taken out of it first.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

mod display;
mod queries;
mod reasons;
mod records;
mod sizes;
mod subject;
