//! Runs one process and keeps what it says. Knows processes and their groups; knows nothing of
//! steps.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::panic::resume_unwind;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bstr::BString;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::error::Cause;
use super::watch::{self, Touched};

/// The processes that run now, each the leader of its own group, so that all can be stopped.
#[derive(Default)]
pub(super) struct Processes {
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    groups: BTreeSet<i32>,
    stopped: Option<Signal>,
}

/// What to run.
pub(super) struct Process<'a> {
    pub(super) argv: &'a [BString],
    pub(super) folder: &'a Path,
    pub(super) environment: &'a [(BString, BString)],
    /// Where standard output goes, when not to the one that is kept.
    pub(super) stdout: Option<File>,
}

impl Processes {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a process to its end and adds all that it says to `output`; the files that it opens are
    /// added to `touched`, where somebody wants to know them.
    pub(super) fn run(
        &self,
        process: Process<'_>,
        output: &mut Vec<u8>,
        touched: Option<&mut Touched>,
    ) -> Result<(), Cause> {
        let Some((program, arguments)) = process.argv.split_first() else {
            return Ok(());
        };
        let start = |error: io::Error| Cause::Start {
            program: program.clone(),
            message: error.to_string(),
        };
        let (reader, writer) =
            pipe_with(PipeFlags::CLOEXEC).map_err(|error| start(error.into()))?;
        let mut command = Command::new(OsStr::from_bytes(program));
        command.args(arguments.iter().map(|argument| OsStr::from_bytes(argument)));
        command.current_dir(process.folder).process_group(0).stdin(Stdio::null()).env_clear();
        for (name, value) in process.environment {
            command.env(OsStr::from_bytes(name), OsStr::from_bytes(value));
        }
        match process.stdout {
            Some(file) => command.stdout(file),
            None => command.stdout(writer.try_clone().map_err(start)?),
        };
        command.stderr(writer);
        if touched.is_some() {
            watch::prepare(&mut command);
        }
        let mut child = command.spawn().map_err(start)?;
        // The command holds the pipe's end for writing, which must go for reading to end.
        drop(command);
        let id = child.id() as i32;
        self.enter(id);
        let status = match touched {
            Some(touched) => {
                let status = std::thread::scope(|scope| {
                    let reading = scope.spawn(|| File::from(reader).read_to_end(output));
                    let status = watch::follow(id as u32, touched);
                    // Nobody is left to write.
                    let read = reading.join().unwrap_or_else(|panic| resume_unwind(panic));
                    read.and(status)
                });
                self.running().groups.remove(&id);
                status.map_err(start)?.ok_or(Cause::Untraceable)?
            }
            None => {
                let read = read_all(reader, id, output);
                self.leave(id);
                let status = child.wait().map_err(start)?;
                read.map_err(start)?;
                status
            }
        };
        match (status.code(), status.signal()) {
            (Some(0), _) => Ok(()),
            (Some(code), _) => Err(Cause::Status(code)),
            (None, signal) => Err(Cause::Signal(signal.unwrap_or(0))),
        }
    }

    fn enter(&self, id: i32) {
        let mut running = self.running();
        running.groups.insert(id);
        if let Some(signal) = running.stopped {
            signal_group(id, signal);
        }
    }

    /// Waits for a process to end, and forgets it while its id is still its own.
    fn leave(&self, id: i32) {
        if let Some(pid) = Pid::from_raw(id) {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while waitid(WaitId::Pid(pid), options).err() == Some(Errno::INTR) {}
        }
        self.running().groups.remove(&id);
    }

    /// Ends all that runs and all that is started from now on, kindly first.
    pub(super) fn stop(&self) {
        self.send(Signal::TERM);
        for _ in 0..100 {
            if self.running().groups.is_empty() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.send(Signal::KILL);
    }

    fn send(&self, signal: Signal) {
        let mut running = self.running();
        running.stopped = Some(signal);
        for &group in &running.groups {
            signal_group(group, signal);
        }
    }
}

/// Reads until nobody writes any more; or, when a process that goes on in the background keeps the
/// pipe, until the one with this `id` has ended and nothing is left to read.
fn read_all(reader: OwnedFd, id: i32, output: &mut Vec<u8>) -> io::Result<()> {
    let mut reader = File::from(reader);
    let mut buffer = vec![0; 16 * 1024];
    let wait = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
    let mut ended = false;
    loop {
        let ready = {
            let mut ends = [PollFd::from_borrowed_fd(reader.as_fd(), PollFlags::IN)];
            match poll(&mut ends, Some(&wait)) {
                Ok(count) => count > 0,
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
        };
        if !ready && ended {
            return Ok(());
        }
        if !ready {
            ended = has_ended(id);
            continue;
        }
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => output.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn has_ended(id: i32) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    let status = Pid::from_raw(id).map(|pid| waitid(WaitId::Pid(pid), options));
    !matches!(status, Some(Ok(None)))
}

fn signal_group(id: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(id) {
        // A group that is gone already needs no signal.
        let _ = kill_process_group(pid, signal);
    }
}
