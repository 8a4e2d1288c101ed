//! The words of commands that tell of a build: query, graph, size, why. Knows no command's work.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::machine::Platform;
use crate::toolchain::Architecture;

/// Which build is meant.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Which {
    /// The application [default: this folder]
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) app: Option<PathBuf>,
    /// The platform [default: the configured ones]
    #[arg(long, value_name = "PLAT")]
    pub(in crate::cli) plat: Option<Platform>,
    /// The architecture [default: the configured one]
    #[arg(long, value_name = "ARCH")]
    pub(in crate::cli) arch: Option<Architecture>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Query {
    #[command(subcommand)]
    pub(in crate::cli) list: List,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum List {
    /// What is read: to make a file, to make a library, or at all.
    #[command(after_help = "\
Without a name: all files that are read and not made. Headers are known after a build.

Examples:
  ukbuild query inputs main.o                 what an object was compiled from, headers included
  ukbuild query inputs libukalloc             what a library needs from outside
  ukbuild query inputs --json")]
    Inputs(Names),
    /// What is made: of a file, for a library, or at all.
    #[command(after_help = "\
Examples:
  ukbuild query outputs uk/alloc.h            the objects that a header goes into
  ukbuild query outputs libukalloc            all that is made for a library")]
    Outputs(Names),
    /// The commands that make files or libraries, ready for a shell.
    #[command(after_help = "\
They run in the build folder.

Examples:
  ukbuild query commands main.o               how an object is compiled
  ukbuild query commands                      everything, in an order that works")]
    Commands(Names),
    /// The libraries in the images, or those that a file belongs to.
    #[command(after_help = "\
Examples:
  ukbuild query libs
  ukbuild query libs uk/alloc.h               the libraries that read a header")]
    Libs(Names),
    /// The sources in the images, of a library, or of one file.
    #[command(after_help = "\
Examples:
  ukbuild query sources libukboot
  ukbuild query sources --json                with libraries, objects and lines of fragments")]
    Sources(Names),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Names {
    /// Libraries, or files: as seen from here, from the application, from its build folder, or by
    /// the end of their path [default: everything]
    pub(in crate::cli) names: Vec<OsString>,
    #[command(flatten)]
    pub(in crate::cli) which: Which,
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GraphOf {
    /// Libraries or files: only what these are made by [default: everything]
    pub(in crate::cli) names: Vec<OsString>,
    /// The language to write it in
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
    /// Show the files that no step makes, too (JSON has them always)
    #[arg(long)]
    pub(in crate::cli) sources: bool,
    #[command(flatten)]
    pub(in crate::cli) which: Which,
}

/// What a graph is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// Graphviz's language
    #[default]
    Dot,
    /// JSON
    Json,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Size {
    /// The image, by its name or path [default: the configured ones]
    pub(in crate::cli) image: Option<OsString>,
    /// Show the objects of each library
    #[arg(long)]
    pub(in crate::cli) objects: bool,
    #[command(flatten)]
    pub(in crate::cli) which: Which,
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct WhyFile {
    /// The file: as seen from here, from the application, from its build folder, or by the end of
    /// its path
    pub(in crate::cli) file: OsString,
    #[command(flatten)]
    pub(in crate::cli) which: Which,
    /// Print JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}
