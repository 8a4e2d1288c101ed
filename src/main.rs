//! The program: takes the process's arguments and environment and hands them to the command line.
//! Holds no logic of its own.

use std::io::Write;
use std::process::ExitCode;

use ukbuild::cli;
use ukbuild::surroundings::Surroundings;

/// Evaluation and the graph are many small texts: with this they take a fifth less time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Surroundings::of_process() {
        Ok(surroundings) => cli::main(std::env::args_os().collect(), &surroundings),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "ukbuild: {error}");
            ExitCode::from(1)
        }
    }
}
