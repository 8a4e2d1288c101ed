//! The words of the command line, as clap reads them, and the help that it prints. Knows no
//! command's work.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::machine::{Accelerator, Platform};
use crate::toolchain::Architecture;

/// Configure, build and run Unikraft unikernels.
#[derive(Debug, Parser)]
#[command(name = "ukbuild", version, about, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  ukbuild build apps/helloworld               build the configured images
  ukbuild run apps/helloworld                 build, then run as configured
  ukbuild run apps/helloworld --plat kvm -- a b
                                              the same in QEMU, with two arguments
  ukbuild set --app apps/helloworld LIBUKTEST=y LIBNOLIBC_TEST=y
                                              change the configuration
  ukbuild unset --app apps/helloworld LIBUKTEST
                                              back to the default
  ukbuild clean apps/helloworld               remove what was built
  ukbuild properclean apps/helloworld         remove the build folder
  ukbuild config why LIBUKDEBUG               say what gave an option its value
  ukbuild config solve OPTIMIZE_DEADELIM=y    find what else has to change for it
  ukbuild conf --olddefconfig Config.uk       what scripts/kconfig/conf does
  ukbuild make -j4 all                        what GNU make does
  ukbuild merge-config base.config more.config
                                              join configuration fragments
  ukbuild diffconfig .config.old .config      show what changed

ukbuild COMMAND --help tells more about one command.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build an application's images.
    #[command(after_help = "\
The images are DIR/build/NAME_PLAT-ARCH, each with its unstripped twin NAME_PLAT-ARCH.dbg.
Without a configuration, DIR/defconfig (or the defaults of Config.uk) becomes DIR/.config.

Goals are those of Unikraft's makefile: all, images, gdb_helpers, libs, objs, preprocess, prepare,
fetch, a library's name, print-libs, print-srcs, print-objs, print-lds, print-version, and whatever
else fragments have rules for. So are its variables: A= C= L=
N= O= P= V=, UK_ROOT=, and any other that fragments look at. What the application's Makefile hands
to the core's counts, too.

Examples:
  ukbuild build                               the application in this folder
  ukbuild build apps/helloworld --plat kvm    another platform than the configured one
  ukbuild build apps/web libs L=/u/lib-musl   only the libraries, with an external one
  ukbuild build --explain                     say why each step runs")]
    Build(Build),
    /// Build an application and run one of its images.
    #[command(after_help = "\
The exit status is that of the unikernel's main.

Examples:
  ukbuild run apps/helloworld
  ukbuild run apps/helloworld --plat kvm -- a b")]
    Run(Run),
    /// Set options of an application's configuration.
    #[command(after_help = "\
Values are y and n, numbers, or text. Names may be written with CONFIG_ in front.

Example:
  ukbuild set --app apps/helloworld PLAT_KVM=y LIBUKDEBUG_PRINTK=y")]
    Set(Set),
    /// Give options of an application's configuration back to their defaults.
    #[command(after_help = "Example:\n  ukbuild unset --app apps/helloworld LIBUKDEBUG_PRINTK")]
    Unset(Set),
    /// Remove what was built; keep what was fetched and the configuration.
    #[command(after_help = "Example:\n  ukbuild clean apps/helloworld")]
    Clean(Clean),
    /// Remove the whole build folder; keep the configuration.
    #[command(after_help = "Example:\n  ukbuild properclean apps/helloworld")]
    Properclean(Clean),
    /// Explain option values, and find what has to change for others.
    Config(Config),
    /// Do what scripts/kconfig/conf does, with its command line.
    #[command(
        disable_help_flag = true,
        after_help = "\
Example:
  ukbuild conf --olddefconfig Config.uk"
    )]
    Conf(Conf),
    /// Do what GNU make does; the program under the name `make` does it, too.
    #[command(
        disable_help_flag = true,
        after_help = "\
Example:
  ukbuild make -j4 all"
    )]
    Make(Conf),
    /// Join configuration fragments, as scripts/kconfig/merge_config.sh does.
    #[command(
        disable_help_flag = true,
        after_help = "\
Example:
  ukbuild merge-config --app apps/helloworld apps/helloworld/.config debug.config"
    )]
    MergeConfig(Conf),
    /// Show what differs between two configurations, as scripts/diffconfig does.
    #[command(
        disable_help_flag = true,
        after_help = "\
Example:
  ukbuild diffconfig .config.old .config"
    )]
    Diffconfig(Conf),
}

#[derive(Debug, Args)]
pub(super) struct Build {
    /// The application's folder [default: this one], goals [default: all], and variables
    #[arg(value_name = "DIR|GOAL|NAME=VALUE")]
    pub(super) words: Vec<OsString>,
    /// Build for this platform, whatever is configured (may be given again)
    #[arg(long, value_name = "PLAT")]
    pub(super) plat: Vec<Platform>,
    /// Build for this architecture, whatever is configured (may be given again)
    #[arg(long, value_name = "ARCH")]
    pub(super) arch: Vec<Architecture>,
    #[command(flatten)]
    pub(super) how: How,
}

/// How a build is done and shown.
#[derive(Clone, Debug, Args)]
pub(super) struct How {
    /// Steps at once [default: one per processor]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<std::num::NonZeroUsize>,
    /// Go on after a failure with what does not depend on it
    #[arg(short, long)]
    pub(super) keep_going: bool,
    /// Say for each step why it runs
    #[arg(long)]
    pub(super) explain: bool,
    /// Show the commands themselves
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// The application [default: this folder]
    pub(super) dir: Option<PathBuf>,
    /// The platform to run on [default: the configured one]
    #[arg(long, value_name = "PLAT")]
    pub(super) plat: Option<Platform>,
    /// The architecture to run for [default: the configured one]
    #[arg(long, value_name = "ARCH")]
    pub(super) arch: Option<Architecture>,
    /// Memory of the virtual machine, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64,
          value_parser = clap::value_parser!(u32).range(2..=16 << 20))]
    pub(super) memory: u32,
    /// What executes a virtual machine's instructions
    #[arg(long, value_enum, default_value_t)]
    pub(super) accel: Accelerator,
    #[command(flatten)]
    pub(super) how: How,
    /// The unikernel's command line
    #[arg(last = true, value_name = "ARGS")]
    pub(super) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// The application [default: this folder]
    #[arg(long, value_name = "DIR")]
    pub(super) app: Option<PathBuf>,
    /// OPTION=VALUE to set, OPTION to unset
    #[arg(required = true, value_name = "OPTION")]
    pub(super) options: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Clean {
    /// The application [default: this folder]
    pub(super) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Config {
    #[command(subcommand)]
    pub(super) question: Question,
}

#[derive(Debug, Subcommand)]
pub(super) enum Question {
    /// Say what gave an option its value, and what keeps it from others.
    #[command(after_help = "\
Examples:
  ukbuild config why LIBUKDEBUG --app apps/helloworld
  ukbuild config why USB --kconfig Kconfig --config .config")]
    Why(Why),
    /// Find the fewest other changes that make values possible.
    #[command(after_help = "\
The exit status is 1 when there is no solution, or none was found.

Examples:
  ukbuild config solve OPTIMIZE_DEADELIM=y --app apps/helloworld
  ukbuild config solve LIBUKDEBUG=n --apply   and write it to .config")]
    Solve(Solve),
}

#[derive(Debug, Args)]
pub(super) struct Why {
    /// The option, with or without CONFIG_ in front
    pub(super) option: String,
    #[command(flatten)]
    pub(super) tree: Tree,
}

#[derive(Debug, Args)]
pub(super) struct Solve {
    /// The values that are wanted
    #[arg(required = true, value_name = "OPTION=VALUE")]
    pub(super) wishes: Vec<String>,
    /// Write the solution to the configuration; the old one is kept beside it
    #[arg(long)]
    pub(super) apply: bool,
    #[command(flatten)]
    pub(super) tree: Tree,
}

/// A tree of options and the settings in it.
#[derive(Debug, Args)]
pub(super) struct Tree {
    /// The application [default: this folder]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["kconfig", "config", "dialect"])]
    pub(super) app: Option<PathBuf>,
    /// The first file of any Kconfig tree, in place of an application
    #[arg(long, value_name = "FILE")]
    pub(super) kconfig: Option<PathBuf>,
    /// The settings for that tree [default: .config]
    #[arg(long, value_name = "FILE", requires = "kconfig")]
    pub(super) config: Option<PathBuf>,
    /// What that tree is written in [default: told by its name]
    #[arg(long, requires = "kconfig", value_name = "DIALECT", value_parser = ["linux", "unikraft"])]
    pub(super) dialect: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Conf {
    /// As the original has them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(super) words: Vec<OsString>,
}
