//! ukbuild: builds, configures and runs Unikraft unikernels.
//!
//! The layers, from below: `jobserver` and `built_ins`; `engine`, `machine` and `testing` know nothing of each other; `snapshot`
//! keeps what was computed, for `toolchain` and all above;
//! `project` knows applications and their configuration; `checks` compares what fragments say with what
//! was built; `inspect` answers questions about graphs and
//! images; `cli` joins them. `docs/architecture.md` is the map.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod built_ins;
pub mod checks;
pub mod cli;
pub mod engine;
pub mod inspect;
mod jobserver;
pub mod machine;
pub mod make;
pub mod project;
mod signals;
mod snapshot;
pub mod surroundings;
pub mod testing;
pub mod toolchain;
