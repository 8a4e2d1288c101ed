//! Processes: starting them, waiting for whichever ends first, and signals to make itself. Knows
//! nothing of targets.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bstr::{BStr, BString, ByteSlice};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, wait};

/// What to start.
pub(super) struct Start<'a> {
    pub(super) argv: &'a [BString],
    pub(super) environment: &'a [(BString, BString)],
    pub(super) folder: &'a Path,
    /// Whether it may read what make could read.
    pub(super) stdin: bool,
    /// Standard output and standard error, when they are not make's own.
    pub(super) streams: Option<(File, File)>,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Code(i32),
    Signal { number: i32, dumped: bool },
}

/// The processes that run, and the signal that make has been sent.
#[derive(Debug)]
pub(super) struct Children {
    shared: Arc<Shared>,
    programs: HashMap<BString, PathBuf>,
    /// The process's own folder: children are there without being told.
    own_folder: PathBuf,
}

#[derive(Debug, Default)]
struct Shared {
    running: Mutex<Vec<i32>>,
    /// Set by the handler itself: when a child's end is seen, so is the signal that ended both.
    signal: Arc<AtomicUsize>,
    /// Can be read when a process may have ended; nothing when that cannot be had.
    ends: OnceLock<Option<OwnedFd>>,
}

impl Shared {
    fn running(&self) -> MutexGuard<'_, Vec<i32>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long make may take to see a signal by itself when no command runs.
const GRACE: std::time::Duration = std::time::Duration::from_millis(200);

impl Children {
    /// Watches for signals from now on.
    pub(super) fn new(own_folder: PathBuf) -> io::Result<Children> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let shared = Arc::new(Shared::default());
        let ends = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];
        for signal in ends {
            let place = shared.signal.clone();
            signal_hook::flag::register_usize(signal, place, signal as usize)?;
        }
        let mut signals = signal_hook::iterator::Signals::new(ends)?;
        let watched = shared.clone();
        std::thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                let running = watched.running();
                // Only a terminal's signals reach the whole process group.
                if signal == SIGTERM || signal == SIGHUP {
                    for &pid in running.iter() {
                        send(pid, signal);
                    }
                }
                // With nothing running there is nothing to clean up, unless a command has just
                // ended: then make sees the signal by itself, and is gone before this wakes up.
                let idle = running.is_empty();
                drop(running);
                if idle {
                    std::thread::sleep(GRACE);
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        })?;
        Ok(Children { shared, programs: HashMap::new(), own_folder })
    }

    /// Another view of the same processes.
    pub(super) fn share(&self) -> Children {
        Children {
            shared: self.shared.clone(),
            programs: HashMap::new(),
            own_folder: self.own_folder.clone(),
        }
    }

    /// The signal that ends make, when one has come.
    pub(super) fn signal(&self) -> Option<i32> {
        match self.shared.signal.load(Ordering::SeqCst) {
            0 => None,
            signal => Some(signal as i32),
        }
    }

    /// After a child was ended by a signal that also ends make: a terminal sends it to both, and
    /// make's own copy may be a moment late.
    pub(super) fn await_own_signal(&self, exit: Exit) {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let Exit::Signal { number: SIGHUP | SIGINT | SIGQUIT | SIGTERM, .. } = exit else { return };
        for _ in 0..20 {
            if self.signal().is_some() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    /// Starts a process.
    pub(super) fn start(&mut self, start: Start<'_>) -> io::Result<i32> {
        let Some((program, arguments)) = start.argv.split_first() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let path = self.find(program.as_bstr(), &start)?;
        let spawned = self.spawn(&path, Some(program), arguments, &start);
        let pid = match spawned {
            // A script without a first line that names its interpreter.
            Err(error) if error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error()) => {
                let mut words = vec![BString::from(path.as_os_str().as_bytes())];
                words.extend_from_slice(arguments);
                self.spawn(Path::new("/bin/sh"), None, &words, &start)?
            }
            spawned => spawned?,
        };
        Ok(pid)
    }

    fn spawn(
        &self,
        path: &Path,
        name: Option<&BString>,
        arguments: &[BString],
        start: &Start<'_>,
    ) -> io::Result<i32> {
        let mut command = Command::new(path);
        if let Some(name) = name {
            command.arg0(OsStr::from_bytes(name));
        }
        command.args(arguments.iter().map(|word| OsStr::from_bytes(word))).env_clear();
        let pairs = start.environment.iter();
        command
            .envs(pairs.map(|(name, value)| (OsStr::from_bytes(name), OsStr::from_bytes(value))));
        if start.folder != self.own_folder {
            command.current_dir(start.folder);
        }
        if !start.stdin {
            command.stdin(Stdio::null());
        }
        if let Some((out, err)) = &start.streams {
            command.stdout(out.try_clone()?).stderr(err.try_clone()?);
        }
        // Held while the child comes to be, so that no signal passes it by.
        let mut running = self.shared.running();
        let pid = command.spawn()?.id() as i32;
        running.push(pid);
        Ok(pid)
    }

    /// The file that a program's name stands for, by the child's own `PATH`.
    fn find(&mut self, name: &BStr, start: &Start<'_>) -> io::Result<PathBuf> {
        let absolute = |path: &[u8]| start.folder.join(OsStr::from_bytes(path));
        if name.contains(&b'/') {
            return Ok(absolute(name));
        }
        if let Some(path) = self.programs.get(name) {
            return Ok(path.clone());
        }
        let own = start.environment.iter().rev().find(|(key, _)| key == "PATH");
        let folders = own.map_or(&b"/bin:/usr/bin"[..], |(_, path)| path.as_slice());
        let mut error = Errno::NOENT;
        for folder in folders.split(|&byte| byte == b':') {
            let path = absolute(folder).join(OsStr::from_bytes(name));
            match rustix::fs::access(&path, rustix::fs::Access::EXEC_OK) {
                Ok(()) if path.is_file() => {
                    self.programs.insert(name.to_owned(), path.clone());
                    return Ok(path);
                }
                Ok(()) | Err(Errno::ACCESS) if path.exists() => error = Errno::ACCESS,
                _ => {}
            }
        }
        Err(error.into())
    }

    /// Forgets where programs are: `PATH` may be another now.
    pub(super) fn forget_programs(&mut self) {
        self.programs.clear();
    }

    /// From now on, the end of a process ends [`Children::wait_beside`].
    pub(super) fn watch_ends(&self) {
        if let Some(ends) = self.shared.ends.get_or_init(|| ends().ok()) {
            let mut bytes = [0; 64];
            while rustix::io::read(ends, &mut bytes).is_ok_and(|count| count == bytes.len()) {}
        }
    }

    /// Waits until a process ends or something can be read. It may also return for nothing.
    pub(super) fn wait_beside(&self, other: BorrowedFd<'_>) {
        let other = PollFd::from_borrowed_fd(other, PollFlags::IN);
        // A signal may end it early: the caller looks again.
        let _ = match self.shared.ends.get().and_then(Option::as_ref) {
            Some(ends) => poll(&mut [other, PollFd::new(ends, PollFlags::IN)], None),
            // Processes that are done are seen at the latest when this time is over.
            None => poll(&mut [other], Some(&Timespec { tv_sec: 0, tv_nsec: 5_000_000 })),
        };
    }

    /// Waits for a process to end. None when none has and `block` is off, or when none is left.
    pub(super) fn wait(&mut self, block: bool) -> Option<(i32, Exit)> {
        let options = if block { WaitOptions::empty() } else { WaitOptions::NOHANG };
        loop {
            match wait(options) {
                Ok(Some((pid, status))) => {
                    let pid = pid.as_raw_nonzero().get();
                    self.shared.running().retain(|&other| other != pid);
                    let exit = match (status.exit_status(), status.terminating_signal()) {
                        (Some(code), _) => Exit::Code(code),
                        (None, signal) => {
                            let dumped = status.as_raw() & 0x80 != 0;
                            Exit::Signal { number: signal.unwrap_or(0), dumped }
                        }
                    };
                    return Some((pid, exit));
                }
                Ok(None) => return None,
                Err(Errno::INTR) => {}
                Err(_) => return None,
            }
        }
    }
}

/// A pipe into which the system writes when a process ends.
fn ends() -> io::Result<OwnedFd> {
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    signal_hook::low_level::pipe::register(signal_hook::consts::SIGCHLD, write)?;
    Ok(read)
}

fn send(pid: i32, signal: i32) {
    if let (Some(pid), Some(signal)) = (Pid::from_raw(pid), Signal::from_named_raw(signal)) {
        let _ = kill_process(pid, signal);
    }
}

/// The system's words for a signal.
pub(super) fn signal_name(number: i32) -> String {
    let name = match number {
        1 => "Hangup",
        2 => "Interrupt",
        3 => "Quit",
        4 => "Illegal instruction",
        5 => "Trace/breakpoint trap",
        6 => "Aborted",
        7 => "Bus error",
        8 => "Floating point exception",
        9 => "Killed",
        10 => "User defined signal 1",
        11 => "Segmentation fault",
        12 => "User defined signal 2",
        13 => "Broken pipe",
        14 => "Alarm clock",
        15 => "Terminated",
        16 => "Stack fault",
        24 => "CPU time limit exceeded",
        25 => "File size limit exceeded",
        26 => "Virtual timer expired",
        27 => "Profiling timer expired",
        29 => "I/O possible",
        30 => "Power failure",
        31 => "Bad system call",
        34..=64 => return format!("Real-time signal {}", number - 34),
        _ => return format!("Unknown signal {number}"),
    };
    name.into()
}
