//! Make mode: GNU make's command line and behaviour over the language of `rules::make`.
//!
//! [`main`] is one call of make. What it reads and starts is told in the files' heads; none of it
//! knows Unikraft.

mod archive;
mod children;
mod database;
mod ending;
mod files;
mod flags;
mod goals;
mod host;
mod implicit;
mod loading;
mod makefiles;
mod mentioned;
mod missing;
mod options;
mod output;
mod programs;
mod recipe;
mod report;
mod run;
mod search;
mod session;
mod shuffle;
mod time;
mod tokens;
mod trace;
mod update;

pub use session::{Name, main};
