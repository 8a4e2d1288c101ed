//! The words of the command line, as clap reads them, and the help that it prints. Knows no
//! command's work.

mod query;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::machine::{Accelerator, Platform};
use crate::toolchain::Architecture;
pub(super) use query::{Format, GraphOf, List, Names, Query, Size, Which, WhyFile};

/// Configure, build and run Unikraft unikernels.
#[derive(Debug, Parser)]
#[command(name = "ukbuild", version, about, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  ukbuild build apps/helloworld               build the configured images
  ukbuild run apps/helloworld                 build, then run as configured
  ukbuild run apps/helloworld --plat kvm -- a b
                                              the same in QEMU, with two arguments
  ukbuild test apps/helloworld                boot its libraries' tests
  ukbuild set --app apps/helloworld LIBUKDEBUG_PRINTD=y
                                              change the configuration
  ukbuild unset --app apps/helloworld LIBUKDEBUG_PRINTD
                                              back to the default
  ukbuild clean apps/helloworld               remove what was built
  ukbuild properclean apps/helloworld         remove the build folder
  ukbuild cache stats                         say what is kept of earlier builds
  ukbuild config why LIBUKDEBUG               say what gave an option its value
  ukbuild config solve LIBUKDEBUG_TEST=y      find what else has to change for it
  ukbuild query sources                       list what is compiled
  ukbuild why lib/ukalloc/alloc.c             say why a file is in the image
  ukbuild graph --format dot                  show the steps and their order
  ukbuild size                                say where an image's bytes come from
  ukbuild log                                 show what the last build did
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
else fragments have rules for. Those that clean and configure work, too; `ukbuild build help` lists all.
So do its variables: A= C= L= N= O= P= V=, UK_ROOT=, and any other that fragments look at. What the
application's Makefile hands to the core's counts, too.

Examples:
  ukbuild build                               the application in this folder
  ukbuild build apps/helloworld --plat kvm    another platform than the configured one
  ukbuild build --plat kvm --plat linuxu      both, what they have in common once
  ukbuild build --all                         every target that kraft.yaml names
  ukbuild build apps/web libs L=/u/lib-musl   only the libraries, with an external one
  ukbuild build --explain                     say why each step runs
  ukbuild build -n --explain                  say what would run, and why
  ukbuild build -l 4                          start nothing while the machine is busy
  ukbuild build --check-deps                  find dependencies that fragments do not tell of
  ukbuild build --trace build.json            see what ran when: ui.perfetto.dev opens it")]
    Build(Build),
    /// Build an application and run one of its images.
    #[command(after_help = "\
The exit status is that of the unikernel's main.

Examples:
  ukbuild run apps/helloworld
  ukbuild run apps/helloworld --plat kvm -- a b")]
    Run(Run),
    /// Build an application with its libraries' tests, boot the images, and tell the results.
    #[command(after_help = "\
The tests are those of the application and of all libraries in it; LIB... leaves the others out. The
images are built in DIR/build/test, with a configuration of their own there; `main` is not called. In a
folder that is no application, the tests are those of the core's libraries.

A case fails when an expectation does not hold, when the image crashes, and when it gets nowhere. The
exit status is 0 when all passed. The last line is `N passed, N failed`.

Examples:
  ukbuild test apps/helloworld                as configured
  ukbuild test --all                          on every target that kraft.yaml names, or else on every
                                              platform and architecture
  ukbuild test ukalloc nolibc --plat kvm      two libraries, in QEMU
  ukbuild test nolibc -- printf               the cases with printf in their names
  ukbuild test --list
  ukbuild test --junit results.xml --tap=results.tap")]
    Test(Test),
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
    /// Look after what steps made before, kept for all applications.
    #[command(after_help = "\
What a step made is kept in $XDG_CACHE_HOME/ukbuild (~/.cache/ukbuild), and comes from there
when the same step has to run again: after properclean, after an option was switched back, in
another checkout. Builds keep it below 10 GiB.

Examples:
  ukbuild cache stats                         how much there is, and how often it served
  ukbuild cache trim --size 1G                remove what was used least recently
  ukbuild cache verify                        read everything, remove what is damaged")]
    Cache(Cache),
    /// Explain option values, and find what has to change for others.
    Config(Config),
    /// List what is made of what, and how, without building anything.
    Query(Query),
    /// Show the steps of a build and their order.
    #[command(after_help = "\
Headers that sources include are known once they have been compiled. Dashed arrows lead from what
only has to be there first.

Examples:
  ukbuild graph | dot -Tsvg > build.svg       all of it, as a picture
  ukbuild graph apphelloworld --sources       what one library is made of, with its sources
  ukbuild graph --format json                 files, commands and edges, for programs")]
    Graph(GraphOf),
    /// Say why a file is in an image.
    #[command(after_help = "\
The shortest way from the file to each image, with the lines of fragments that asked for its steps.
Headers are known once what includes them has been compiled. The exit status is 1 when the file is
in no image.

Examples:
  ukbuild why main.c
  ukbuild why uk/alloc.h --plat kvm           the end of a path will do")]
    Why(WhyFile),
    /// Say which library an image's bytes come from.
    #[command(after_help = "\
Bytes in memory, per library and section. (alignment) is what lies between the parts; (linker) is what
the linker and its script made, or what no object can be found for.

Examples:
  ukbuild size                                the configured images
  ukbuild size build/helloworld_kvm-x86_64 --objects
                                              another one, with the objects of each library
  ukbuild size --json")]
    Size(Size),
    /// Show what the last build ran, how long it took, and what it had to wait for.
    #[command(after_help = "\
The critical path is the chain of commands, each waiting for the one before, that took longest: no
number of jobs makes a build shorter. Builds with nothing to do leave no entry.

Examples:
  ukbuild log apps/helloworld
  ukbuild log --builds                        the builds that are remembered
  ukbuild log --back 1 --all                  every command of the build before the last")]
    Log(Log),
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
    #[command(flatten)]
    pub(super) images: Images,
    /// Read fragments natively, or build with the core's own makefiles, as make does [default:
    /// natively, where the core is known]
    #[arg(long, value_name = "ENGINE")]
    pub(super) engine: Option<Engine>,
    #[command(flatten)]
    pub(super) how: How,
}

/// Which images are meant.
#[derive(Debug, Args)]
pub(super) struct Images {
    /// Build for this platform, whatever is configured (may be given again)
    #[arg(long, value_name = "PLAT")]
    pub(super) plat: Vec<Platform>,
    /// Build for this architecture, whatever is configured (may be given again)
    #[arg(long, value_name = "ARCH")]
    pub(super) arch: Vec<Architecture>,
    /// Build this target of kraft.yaml: its name, or PLAT/ARCH (may be given again)
    #[arg(long, value_name = "TARGET")]
    pub(super) target: Vec<String>,
    /// Build all targets of kraft.yaml, as far as --plat and --arch let them
    #[arg(long, conflicts_with = "target")]
    pub(super) all: bool,
}

/// What describes and runs a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Engine {
    /// Native rule macros and the engine.
    Native,
    /// Make mode.
    Make,
}

/// How a build is done and shown.
#[derive(Clone, Debug, Args)]
pub(super) struct How {
    /// Steps at once [default: one per processor]
    #[arg(short, long, value_name = "N")]
    pub(super) jobs: Option<std::num::NonZeroUsize>,
    /// Start no further step while the machine's load average is above this
    #[arg(short, long = "load-average", value_name = "LOAD", value_parser = load)]
    pub(super) load: Option<f64>,
    /// Print the commands that would run, and run none
    #[arg(short = 'n', long)]
    pub(super) dry_run: bool,
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
    /// Neither take from the cache nor add to it
    #[arg(long)]
    pub(super) no_cache: bool,
    /// Write what ran when, for chrome://tracing, Perfetto or Speedscope
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    /// Leave the dependency files that compilers write
    #[arg(long)]
    pub(super) keep_depfile: bool,
    /// Run every step, and find the files that it reads or writes without saying so
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) check_deps: bool,
}

impl How {
    /// Steps at once.
    pub(super) fn at_once(&self) -> usize {
        match self.jobs {
            Some(jobs) => jobs.get(),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// A load average as the kernel gives it.
fn load(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(load) if load.is_finite() && load >= 0.0 => Ok(load),
        _ => Err("it has to be a number that is not negative".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(super) struct Cache {
    #[command(subcommand)]
    pub(super) command: CacheCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Say how much is kept, and how often it served
    Stats {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove what was used least recently
    Trim {
        /// What may be left: bytes, or with K, M, G or T behind them; 0 empties it
        #[arg(long, value_name = "SIZE", value_parser = size, default_value = "10G")]
        size: u64,
    },
    /// Read everything, and remove what is damaged
    Verify,
}

/// A number of bytes, with a binary unit behind it or without.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" | "B" => 0,
        "K" | "KB" | "KIB" => 10,
        "M" | "MB" | "MIB" => 20,
        "G" | "GB" | "GIB" => 30,
        "T" | "TB" | "TIB" => 40,
        _ => return Err("a number, with K, M, G or T behind it if you like".into()),
    };
    let number: u64 = digits.parse().map_err(|_| "not a number of bytes".to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "more than there can be".to_owned())
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
    /// Wait for gdb on a port before the first instruction, and say how to start gdb
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "1234",
          require_equals = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) gdb: Option<u16>,
    #[command(flatten)]
    pub(super) how: How,
    /// The unikernel's command line
    #[arg(last = true, value_name = "ARGS")]
    pub(super) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(super) struct Test {
    /// Libraries, with or without lib in front [default: all that are in the image]; the first word
    /// may be the application's folder [default: this one]
    #[arg(value_name = "DIR|LIB")]
    pub(super) words: Vec<OsString>,
    #[command(flatten)]
    pub(super) images: Images,
    /// Name the cases and run none
    #[arg(long)]
    pub(super) list: bool,
    /// Give a case up that has no result after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
          value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) timeout: u64,
    /// Memory of virtual machines, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64,
          value_parser = clap::value_parser!(u32).range(2..=16 << 20))]
    pub(super) memory: u32,
    /// Write the results to FILE as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub(super) junit: Option<PathBuf>,
    /// Write the results in the Test Anything Protocol to FILE, or print them so
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, conflicts_with = "json")]
    pub(super) tap: Option<Option<PathBuf>>,
    #[command(flatten)]
    pub(super) how: How,
    /// Only cases with one of these in LIBRARY/SUITE/CASE
    #[arg(last = true, value_name = "WORD")]
    pub(super) filter: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Log {
    /// The application [default: this folder]
    pub(super) dir: Option<PathBuf>,
    /// An earlier build: 1 is the one before the last
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) back: usize,
    /// List the builds that are remembered
    #[arg(long, conflicts_with_all = ["back", "all"])]
    pub(super) builds: bool,
    /// Show every command that ran, in the order of starting
    #[arg(long)]
    pub(super) all: bool,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
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
  ukbuild config solve LIBUKDEBUG_TEST=y --app apps/helloworld
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
