//! The command line: what the user typed becomes one command's request; what a command returns
//! becomes an exit status. Each command is a file; none holds logic of the layers below.

/// `print!` to a reader that may have gone away, which is no reason to panic.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = write!(std::io::stdout(), $($text)*);
    }};
}

/// The same with a newline.
macro_rules! say_line {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}

/// `eprint!`, likewise.
macro_rules! complain {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = write!(std::io::stderr(), $($text)*);
    }};
}

mod arguments;
mod build;
mod cache;
mod checks;
mod chores;
mod clean;
mod combinations;
mod conf;
mod config;
mod describe;
mod diffconfig;
mod fallback;
mod graph;
mod log;
mod make;
mod makefiles;
mod merge_config;
mod progress;
mod query;
mod recall;
mod record;
mod report;
mod run;
mod set;
mod size;
mod subject;
mod test;
mod together;
mod why;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::surroundings::Surroundings;
use arguments::{Arguments, Command};

/// What a command ends with: an exit status of its own choice, or a report.
type Outcome = Result<u8, miette::Report>;

/// Runs the command that `arguments` (the program's name first) ask for.
pub fn main(arguments: Vec<OsString>, surroundings: &Surroundings) -> ExitCode {
    report::install(surroundings);
    // Called by make's name, the program is make.
    if let Some(name) = make::called_as_make(&arguments, surroundings) {
        return make::main(&name, &arguments[1..], surroundings);
    }
    // These have command lines that are not ours to shape.
    if arguments.get(1).is_some_and(|word| word == "make") {
        return make::main(&make::own_name(surroundings), &arguments[2..], surroundings);
    }
    if arguments.get(1).is_some_and(|word| word == "conf") {
        return conf::main(&arguments[1..]);
    }
    if arguments.get(1).is_some_and(|word| word == "merge-config") {
        return merge_config::main(&arguments[2..], surroundings);
    }
    if arguments.get(1).is_some_and(|word| word == "diffconfig") {
        return diffconfig::main(&arguments[2..], surroundings);
    }
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nothing is left to do when the terminal is gone.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let outcome = match arguments.command {
        Command::Build(request) => build::main(&request, surroundings),
        Command::Run(request) => run::main(&request, surroundings),
        Command::Test(request) => test::main(&request, surroundings),
        Command::Set(request) => set::main(&request, surroundings),
        Command::Unset(request) => set::unset(&request, surroundings),
        Command::Clean(request) => clean::clean(&request, surroundings),
        Command::Properclean(request) => clean::properclean(&request, surroundings),
        Command::Cache(request) => cache::main(&request, surroundings),
        Command::Config(request) => config::main(&request, surroundings),
        Command::Query(request) => query::main(&request, surroundings),
        Command::Graph(request) => graph::main(&request, surroundings),
        Command::Log(request) => log::main(&request, surroundings),
        Command::Size(request) => size::main(&request, surroundings),
        Command::Why(request) => why::main(&request, surroundings),
        Command::Conf(_) | Command::Make(_) | Command::MergeConfig(_) | Command::Diffconfig(_) => {
            Ok(2)
        }
    };
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(report) => {
            report::show(&report);
            ExitCode::from(1)
        }
    }
}

/// The application's folder: the one that was named, or the current one.
fn folder(named: &Option<PathBuf>, surroundings: &Surroundings) -> PathBuf {
    match named {
        Some(folder) => surroundings.resolve(folder),
        None => surroundings.folder.clone(),
    }
}
