//! Processes: waiting for whichever ends first, and signals to make itself. Knows
//! nothing of targets.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use bstr::{BStr, BString};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, wait};

use super::programs::{Programs, Start};
use crate::signals;

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
    programs: Programs,
}

#[derive(Debug, Default)]
struct Shared {
    running: Mutex<Vec<i32>>,
    /// Whether signals are looked for.
    watched: AtomicBool,
    /// Set by the handler itself: when a child's end is seen, so is the signal that ended both.
    signal: Arc<AtomicUsize>,
    /// Can be read when a signal has come.
    alarm: OnceLock<OwnedFd>,
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
    /// No process runs, and signals do what they do to any program.
    pub(super) fn new(own_folder: PathBuf) -> Children {
        Children { shared: Default::default(), programs: Programs::new(own_folder) }
    }

    /// Watches for signals from now on. A make that starts nothing has nothing to clean up after
    /// one, and is spared the thread.
    pub(super) fn watch(&mut self) -> io::Result<()> {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        let shared = &self.shared;
        if shared.watched.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        let ends: Vec<i32> = signals::heeded(&[SIGHUP, SIGINT, SIGQUIT, SIGTERM]).collect();
        let (alarm, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        for &signal in &ends {
            let place = shared.signal.clone();
            signal_hook::flag::register_usize(signal, place, signal as usize)?;
            signal_hook::low_level::pipe::register(signal, write.try_clone()?)?;
        }
        let _ = shared.alarm.set(alarm);
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
        Ok(())
    }

    /// Another view of the same processes.
    pub(super) fn share(&self) -> Children {
        Children { shared: self.shared.clone(), programs: self.programs.clone() }
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
    pub(super) fn start(&mut self, start: &Start<'_>) -> io::Result<i32> {
        self.watch()?;
        // Held while the child comes to be, so that no signal passes it by.
        let mut running = self.shared.running();
        let pid = self.programs.start(start)?.id() as i32;
        running.push(pid);
        Ok(pid)
    }

    /// Whether a name stands for one of the system's own programs; see [`Programs::are_plain`].
    pub(super) fn are_plain(
        &mut self,
        name: &BStr,
        environment: &[(BString, BString)],
        folder: &Path,
    ) -> bool {
        self.programs.are_plain(name, environment, folder)
    }

    /// All that a script writes to standard output, and its end. A signal that ends make ends the wait
    /// with the error `Interrupted`; the script goes on.
    pub(super) fn output_of(&self, mut script: Child) -> io::Result<(Vec<u8>, ExitStatus)> {
        let mut output = Vec::new();
        if let Some(mut stdout) = script.stdout.take() {
            loop {
                self.await_input(&stdout)?;
                let start = output.len();
                output.resize(start + (1 << 12), 0);
                let count = stdout.read(&mut output[start..])?;
                output.truncate(start + count);
                if count == 0 {
                    break;
                }
            }
        }
        Ok((output, script.wait()?))
    }

    /// Waits until there is something to read, or an end to it. Without a watch for signals, reading
    /// is to wait by itself.
    fn await_input(&self, stream: &impl AsFd) -> io::Result<()> {
        let Some(alarm) = self.shared.alarm.get() else { return Ok(()) };
        loop {
            let mut both = [PollFd::new(stream, PollFlags::IN), PollFd::new(alarm, PollFlags::IN)];
            match poll(&mut both, None) {
                Ok(_) | Err(Errno::INTR) if self.signal().is_some() => {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
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
