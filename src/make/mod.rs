//! Make mode: GNU make's command line and behaviour over the language of `rules::make`.
//!
//! [`main`] is one call of make. What it reads and starts is told in the files' heads; none of it
//! knows Unikraft.

mod archive;
mod children;
mod database;
mod files;
mod host;
mod implicit;
mod loading;
mod makefiles;
mod options;
mod output;
mod recipe;
mod report;
mod run;
mod search;
mod session;
mod shuffle;
mod time;
mod tokens;
mod update;

pub use session::{Name, main};
