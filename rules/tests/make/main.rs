//! GNU make's language: through its interface, beside the system's GNU make, and on any input.

#![allow(clippy::expect_used, reason = "a test that cannot set itself up has failed")]

mod any_input;
mod fixtures;
mod implicit;
mod language;
mod peer;
mod random;
mod run;
