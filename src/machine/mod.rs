//! Running an image and learning how it ended: as a process (linuxu) or inside QEMU (kvm). Knows
//! nothing of how the image was built.

mod console;
mod kvm;
mod linuxu;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::{fmt, io};

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

pub use console::Frame;

use crate::surroundings::Surroundings;
use crate::toolchain::Architecture;

/// What an image runs on.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    clap::ValueEnum,
    Serialize,
    Deserialize,
)]
pub enum Platform {
    /// A virtual machine: QEMU.
    Kvm,
    /// A Linux process.
    Linuxu,
}

impl Platform {
    /// All of them.
    pub const ALL: [Platform; 2] = [Platform::Kvm, Platform::Linuxu];

    /// The name that fragments and image names use.
    pub fn name(self) -> &'static str {
        match self {
            Platform::Kvm => "kvm",
            Platform::Linuxu => "linuxu",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What executes the instructions of a virtual machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Accelerator {
    /// QEMU itself: works everywhere, for every processor.
    #[default]
    Tcg,
    /// The processor, through /dev/kvm.
    Kvm,
}

impl Accelerator {
    /// The name that QEMU has for it.
    pub fn name(self) -> &'static str {
        match self {
            Accelerator::Tcg => "tcg",
            Accelerator::Kvm => "kvm",
        }
    }
}

/// An image and what to start it with.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The image.
    pub image: PathBuf,
    /// What it was built for.
    pub platform: Platform,
    /// What it was built for.
    pub architecture: Architecture,
    /// The command line of the unikernel: parameters of libraries, `--`, arguments of `main`; or
    /// arguments of `main` alone.
    pub arguments: Vec<OsString>,
    /// Memory of a virtual machine, in MiB.
    pub memory: u32,
    /// What executes the instructions of a virtual machine.
    pub accelerator: Accelerator,
    /// A folder for files that live as long as the machine.
    pub scratch: PathBuf,
}

/// Why a machine did not run, or did not end as one that ran.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum MachineError {
    /// The emulator is not installed.
    #[error("running this {platform} image needs `{program}`, which is not there")]
    #[diagnostic(help(
        "install it (Debian: apt install --no-install-recommends {package}), or run the app as a \
         process of this machine: --plat linuxu --arch {}",
        Architecture::of_host()
    ))]
    NoEmulator {
        /// What the image is for.
        platform: Platform,
        /// What was looked for.
        program: &'static str,
        /// The package that has it.
        package: &'static str,
    },
    /// QEMU hands over no longer command lines unharmed.
    #[error("the command line has {length} bytes; a kvm image is given at most {limit}")]
    #[diagnostic(help(
        "give fewer or shorter arguments, or run the app as a Linux process: --plat linuxu"
    ))]
    LongCommandLine {
        /// Its length.
        length: usize,
        /// The most that arrives.
        limit: usize,
    },
    /// The program did not start.
    #[error("cannot start {}: {cause}", program.display())]
    #[diagnostic(help("run the same command by hand to see whether the file can be executed"))]
    Start {
        /// What was to start.
        program: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The emulator ended before the image told how it ended.
    #[error("{program} ended ({status}) before the image did")]
    #[diagnostic(help(
        "its own message stands above; a reset of the machine (triple fault) ends it as well"
    ))]
    Vanished {
        /// The emulator.
        program: &'static str,
        /// How it ended.
        status: ExitStatus,
    },
}

impl Machine {
    /// Runs the image with this terminal as its console, to its end.
    pub fn run(&self, surroundings: &Surroundings) -> Result<Run, MachineError> {
        match self.platform {
            Platform::Linuxu => linuxu::run(self, surroundings),
            Platform::Kvm => kvm::run(self, surroundings),
        }
    }
}

/// What is known of a machine that has ended.
#[derive(Clone, Debug)]
pub struct Run {
    /// What `main` returned, or the status of a crash.
    pub status: u8,
    /// The last backtrace that the image printed, innermost frame first.
    pub backtrace: Vec<Frame>,
}

/// How a child ended, and the signal that was passed on to it last, when there was one.
struct Ended {
    status: ExitStatus,
    signal: Option<i32>,
    backtrace: Vec<Frame>,
}

/// Runs a command to its end, its output being the machine's console. Signals that ask this process to end are passed on to the child, so
/// that neither outlives the other.
fn supervise(command: &mut Command) -> io::Result<Ended> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let handle = signals.handle();
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let process = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let passing = std::thread::spawn(move || {
        let mut last = None;
        for signal in signals.forever() {
            last = Some(signal);
            if let (Some(process), Some(signal)) = (process, Signal::from_named_raw(signal)) {
                // A child that has just ended needs no signal.
                let _ = kill_process(process, signal);
            }
        }
        last
    });
    let backtrace = child.stdout.take().map(console::pass_on).unwrap_or_default();
    let status = child.wait();
    handle.close();
    let signal = passing.join().unwrap_or_default();
    Ok(Ended { status: status?, signal, backtrace })
}

/// The status of an ended process as a shell gives it: 128 and the signal's number for a killed one.
fn shell_status(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => (code & 0xff) as u8,
        (None, Some(signal)) => 128u8.saturating_add(signal as u8),
        (None, None) => 1,
    }
}

fn start_error(program: &Path, cause: std::io::Error) -> MachineError {
    MachineError::Start { program: program.to_owned(), cause }
}
