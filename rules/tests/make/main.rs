//! GNU make's language: through its interface, beside the system's GNU make, and on any input.

mod any_input;
mod fixtures;
mod language;
mod peer;
mod random;
mod run;
