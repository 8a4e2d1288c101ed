//! `conf` on the process's own streams and environment: the crate's API in use.
//!
//! `cargo run --example conf -- [--dialect linux|unikraft] MODE KCONFIG`

use std::io::IsTerminal;
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;

use bstr::BString;
use kconfig::conf::{self, Streams};
use kconfig::{Dialect, Environment};

fn main() -> ExitCode {
    let mut arguments: Vec<BString> =
        std::env::args_os().map(|argument| argument.into_vec().into()).collect();
    let mut dialect = Dialect::Unikraft;
    if arguments.get(1).is_some_and(|argument| argument == "--dialect") && arguments.len() > 2 {
        if arguments[2] == "linux" {
            dialect = Dialect::Linux;
        }
        arguments.drain(1..3);
    }
    let Ok(folder) = std::env::current_dir() else { return ExitCode::FAILURE };
    let mut environment = Environment::new(dialect, folder);
    environment.variables = std::env::vars_os()
        .map(|(name, value)| (name.into_vec().into(), value.into_vec().into()))
        .collect();
    let (stdin, stdout) = (std::io::stdin(), std::io::stdout());
    let terminal = stdin.is_terminal() && stdout.is_terminal();
    let mut streams = Streams {
        input: &mut stdin.lock(),
        output: &mut std::io::BufWriter::new(stdout.lock()),
        errors: &mut std::io::stderr().lock(),
        terminal,
    };
    ExitCode::from(conf::run(&arguments, &mut environment, &mut streams))
}
