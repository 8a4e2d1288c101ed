//! Running an image and learning how it ended: as a process (linuxu) or inside QEMU (kvm). Knows
//! nothing of how the image was built.

mod console;
mod debugger;
mod kvm;
mod linuxu;
mod monitor;
mod patience;
mod report;
mod sources;
mod symbols;
mod unwind;

use std::cell::OnceCell;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
use std::{fmt, io};

use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::surroundings::Surroundings;
use crate::toolchain::Architecture;
use console::Console;
pub use patience::Patience;
use report::Knowledge;
use symbols::Symbols;
use unwind::State;

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
    /// The port on which it waits for a debugger before its first instruction.
    pub debugger: Option<u16>,
    /// A folder for files that live as long as the machine.
    pub scratch: PathBuf,
    /// Folders of sources, by the short names that they have in the image.
    pub sources: Vec<(String, PathBuf)>,
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
    /// The image does not even fit into the machine.
    #[error("the image takes {needed} MiB of memory, and the machine has {given}")]
    #[diagnostic(help("give it more: --memory {}", needed + 16))]
    TooLittleMemory {
        /// From the begin of memory to the end of the image, in MiB.
        needed: u64,
        /// What the machine was to have, in MiB.
        given: u32,
    },
    /// What lets a debugger into a process is not installed.
    #[error("a linuxu image waits for gdb in `{program}`, which is not there")]
    #[diagnostic(help(
        "install it (Debian: apt install --no-install-recommends {program}), or debug the image as \
         a virtual machine: --plat kvm"
    ))]
    NoServer {
        /// What was looked for.
        program: &'static str,
    },
    /// The debugger's script cannot be written.
    #[error("cannot write {}: {cause}", script.display())]
    #[diagnostic(help("gdb finds the image's sources by this file"))]
    Script {
        /// The file.
        script: PathBuf,
        /// What the system said.
        cause: io::Error,
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
    /// Runs the image with this terminal as its console, to its end. The result is the exit status
    /// of the unikernel: what its `main` returned, or the status of a crash.
    pub fn run(&self, surroundings: &Surroundings) -> Result<u8, MachineError> {
        if let Some(port) = self.debugger {
            debugger::announce(self, port, &surroundings.folder)?;
        }
        let listener = Listener { output: &mut io::stdout(), patience: None };
        self.start(listener, surroundings).map(|ending| ending.status)
    }

    /// Runs the image with nothing to read on its console, and what it says written to `output`, to
    /// its end, or until `patience` is lost: then it is asked where it is, and ended.
    pub fn attend(
        &self,
        output: &mut dyn Write,
        patience: &Patience,
        surroundings: &Surroundings,
    ) -> Result<Ending, MachineError> {
        patience.begin();
        self.start(Listener { output, patience: Some(patience) }, surroundings)
    }

    /// The file that the image calls `file`.
    pub fn source(&self, file: &Path) -> PathBuf {
        sources::place(&self.sources, file)
    }

    fn start(
        &self,
        listener: Listener<'_>,
        surroundings: &Surroundings,
    ) -> Result<Ending, MachineError> {
        match self.platform {
            Platform::Linuxu => linuxu::run(self, listener, surroundings),
            Platform::Kvm => kvm::run(self, listener, surroundings),
        }
    }
}

/// How a machine ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The exit status of the unikernel, or of what ended it.
    pub status: u8,
    /// Whether it had to be ended because it got nowhere.
    pub is_hung: bool,
    /// The signal to this process that it was ended by.
    pub signal: Option<i32>,
}

/// Who takes what an image says.
struct Listener<'a> {
    output: &'a mut dyn Write,
    /// Of one that does not wait for ever; it has nothing to say to the image.
    patience: Option<&'a Patience>,
}

/// How a child ended, and the signal that was passed on to it last, when there was one.
struct Ended {
    status: ExitStatus,
    signal: Option<i32>,
    is_hung: bool,
}

/// What is known of the image that runs, read when it is asked for.
struct Image<'a> {
    machine: &'a Machine,
    folder: &'a Path,
    symbols: OnceCell<Option<Symbols>>,
}

impl Image<'_> {
    fn symbols(&self) -> Option<&Symbols> {
        let Machine { image, sources, .. } = self.machine;
        self.symbols.get_or_init(|| Symbols::beside(image, sources, self.folder)).as_ref()
    }
}

impl Knowledge for Image<'_> {
    fn describe(&self, address: u64) -> Option<String> {
        self.symbols()?.describe(address)
    }

    fn callers(&self, state: &State, moved: u64) -> Vec<u64> {
        self.symbols().map_or_else(Vec::new, |symbols| symbols.callers(state, moved))
    }
}

/// How long an image that hangs may take to say where it is.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Runs a command to its end, what it says completed by the names of `machine`'s functions. Signals
/// that ask this process to end are passed on to the child, so that neither outlives the other.
/// When it gets nowhere, `ask` asks it where it is and may give the answer, and then it is killed.
fn supervise(
    command: &mut Command,
    machine: &Machine,
    folder: &Path,
    listener: Listener<'_>,
    ask: impl FnOnce(Pid) -> Vec<u8> + Send,
) -> io::Result<Ended> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let handle = signals.handle();
    let Listener { output, patience } = listener;
    if patience.is_some() {
        command.stdin(Stdio::null());
    }
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let said = child.stdout.take();
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
    let (status, is_hung) = std::thread::scope(|scope| {
        let watching = patience.zip(process);
        let watching =
            watching.map(|(patience, process)| scope.spawn(move || watch(patience, process, ask)));
        let image = Image { machine, folder, symbols: OnceCell::new() };
        let mut console = Console::new(output, image);
        // When nobody takes what the image says, it learns that as if it had said it itself.
        let relayed = said.map_or(Ok(()), |said| console.relay(said));
        let status = child.wait();
        patience.inspect(|patience| patience.end());
        let told = watching.and_then(|watching| watching.join().unwrap_or_default());
        let is_hung = told.is_some();
        let _ = relayed.and_then(|()| console.relay(told.unwrap_or_default().as_slice()));
        let _ = console.finish();
        (status, is_hung)
    });
    handle.close();
    let signal = passing.join().unwrap_or_default();
    Ok(Ended { status: status?, signal, is_hung })
}

/// Ends a process that gets nowhere. What it told of where it is, when it had to be ended.
fn watch(patience: &Patience, process: Pid, ask: impl FnOnce(Pid) -> Vec<u8>) -> Option<Vec<u8>> {
    if !patience.is_lost() {
        return None;
    }
    let told = ask(process);
    if !told.is_empty() || !patience.ends_within(LAST_WORDS) {
        // It may just have ended.
        let _ = kill_process(process, Signal::KILL);
    }
    Some(told)
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
