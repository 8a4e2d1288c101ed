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
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bstr::{BStr, BString};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::error::Cause;
use super::tools::KnownPrograms;
use super::watch::{self, Touched};
use crate::built_ins::{BuiltIn, runs_plainly};

/// The processes that run now, each the leader of its own group, so that all can be stopped.
pub(super) struct Processes {
    running: Mutex<Running>,
    programs: KnownPrograms,
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
    /// Takes the files that it opens, where somebody wants to know them.
    pub(super) touched: Option<&'a mut Touched>,
}

/// Named here so that it is linked: the standard library uses it when it is there, and without it
/// copies this process, large as it is, for each command that starts in a folder.
#[used]
static CHANGE_FOLDER: unsafe extern "C" fn(
    *mut libc::posix_spawn_file_actions_t,
    *const libc::c_char,
) -> libc::c_int = libc::posix_spawn_file_actions_addchdir_np;

impl Process<'_> {
    /// Does what needs no process, unless somebody wants to see one.
    fn carry_out(&self, known: &KnownPrograms, output: &mut Vec<u8>) -> bool {
        if self.stdout.is_some() || self.touched.is_some() {
            return false;
        }
        let is_plain = |name: &BStr| {
            let file = self.find(name, known);
            runs_plainly(name, file.as_deref(), self.environment)
        };
        let Some(built_in) = BuiltIn::find(self.argv, is_plain) else { return false };
        built_in.perform(self.folder, |text| {
            output.extend_from_slice(text);
            Ok(())
        })
    }

    /// The file of a program, where the command has programs looked for.
    fn find(&self, name: &BStr, known: &KnownPrograms) -> Option<PathBuf> {
        let (_, path) = self.environment.iter().rev().find(|(name, _)| name == "PATH")?;
        known.find(name, BStr::new(path), self.folder)
    }

    fn start(
        &self,
        name: &OsStr,
        arguments: &[BString],
        known: &KnownPrograms,
        output: OwnedFd,
    ) -> io::Result<Child> {
        // A search by the system would copy this process, too, for the path is the command's own.
        let Some(file) = self.find(BStr::new(name.as_bytes()), known) else {
            return self.command(name, output)?.args(words(arguments)).spawn();
        };
        let spare = output.try_clone()?;
        let started = self.command(&file, output)?.arg0(name).args(words(arguments)).spawn();
        match started {
            // No program, and it does not say what runs it: a shell, as everywhere.
            Err(error) if error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error()) => {
                self.command("/bin/sh", spare)?.arg(file).args(words(arguments)).spawn()
            }
            started => started,
        }
    }

    /// A command without arguments that writes to `output`.
    fn command(&self, program: impl AsRef<OsStr>, output: OwnedFd) -> io::Result<Command> {
        let mut command = Command::new(program);
        command.current_dir(self.folder).process_group(0).stdin(Stdio::null()).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (os(name), os(value))));
        match &self.stdout {
            Some(file) => command.stdout(file.try_clone()?),
            None => command.stdout(output.try_clone()?),
        };
        command.stderr(output);
        if self.touched.is_some() {
            watch::prepare(&mut command);
        }
        Ok(command)
    }
}

fn os(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

fn words(arguments: &[BString]) -> impl Iterator<Item = &OsStr> {
    arguments.iter().map(|argument| os(argument))
}

impl Processes {
    /// None yet, of a build in this folder.
    pub(super) fn new(folder: &Path) -> Processes {
        Processes { running: Mutex::default(), programs: KnownPrograms::new(folder) }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a process to its end and adds all that it writes to `output`.
    pub(super) fn run(&self, process: Process<'_>, output: &mut Vec<u8>) -> Result<(), Cause> {
        let Some((program, arguments)) = process.argv.split_first() else {
            return Ok(());
        };
        if process.carry_out(&self.programs, output) {
            return Ok(());
        }
        let start = |error: io::Error| Cause::Start {
            program: program.clone(),
            message: error.to_string(),
        };
        let (reader, writer) =
            pipe_with(PipeFlags::CLOEXEC).map_err(|error| start(error.into()))?;
        // The pipe's ends for writing must go for reading to end.
        let child = process.start(os(program), arguments, &self.programs, writer);
        let mut child = child.map_err(start)?;
        let id = child.id() as i32;
        self.enter(id);
        let status = match process.touched {
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
