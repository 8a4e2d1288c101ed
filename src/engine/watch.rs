//! Runs a process so that the files which it and its children open are noted. Knows the kernel's
//! tracing and its calls; knows nothing of steps.
//!
//! The process stops at every system call (ptrace). What it opened is read from /proc afterwards, so
//! that links and folders are resolved by the kernel itself.

#![allow(unsafe_code, reason = "a new process asks to be traced, and system calls come as a union")]

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::FileExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, ExitStatus};

use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// Regular files that processes opened, by their real paths.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) read: BTreeSet<PathBuf>,
    pub(super) written: BTreeSet<PathBuf>,
}

/// Lets a command be traced by the thread that starts it.
pub(super) fn prepare(command: &mut Command) {
    let ask = || {
        // A refusal shows in that the process does not stop.
        let _ = ptrace::traceme();
        Ok(())
    };
    // SAFETY: what runs between fork and exec makes one system call, and neither allocates nor locks.
    unsafe { command.pre_exec(ask) };
}

/// Follows a process that was prepared, and all that it starts, to their ends. None when the system
/// did not let it be traced.
pub(super) fn follow(process: u32, touched: &mut Touched) -> io::Result<Option<ExitStatus>> {
    let first = Pid::from_raw(process as i32);
    let mut watch = Watch { touched, calls: HashMap::new(), seen: BTreeSet::new() };
    let mut ended = None;
    let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
    loop {
        // Other threads' processes are theirs to wait for.
        match waitpid(None, Some(flags)) {
            Ok(WaitStatus::Exited(pid, code)) if pid == first => {
                ended = Some(ExitStatus::from_raw(code << 8));
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == first => {
                ended = Some(ExitStatus::from_raw(signal as i32));
            }
            Ok(status) => watch.go_on(status)?,
            Err(Errno::EINTR) => {}
            Err(Errno::ECHILD) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(ended.filter(|_| !watch.seen.is_empty()))
}

/// A call that is under way, and matters.
enum Call {
    /// Gives an open file; whether it may be written to.
    Open { writes: bool },
    /// Gives a file this name.
    Name(PathBuf),
}

struct Watch<'a> {
    touched: &'a mut Touched,
    calls: HashMap<Pid, Call>,
    /// Processes and threads that have stopped before.
    seen: BTreeSet<Pid>,
}

impl Watch<'_> {
    /// Takes in what happened to a process, and lets it run on.
    fn go_on(&mut self, status: WaitStatus) -> io::Result<()> {
        let (pid, signal) = match status {
            WaitStatus::Stopped(pid, signal) => (pid, self.stopped(pid, signal)?),
            WaitStatus::PtraceSyscall(pid) => {
                self.call(pid);
                (pid, None)
            }
            WaitStatus::PtraceEvent(pid, ..) => {
                self.started(pid);
                (pid, None)
            }
            WaitStatus::Exited(pid, _) | WaitStatus::Signaled(pid, ..) => {
                self.calls.remove(&pid);
                return Ok(());
            }
            WaitStatus::Continued(_) | WaitStatus::StillAlive => return Ok(()),
        };
        match ptrace::syscall(pid, signal) {
            // Killed meanwhile.
            Ok(()) | Err(Errno::ESRCH) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A process got a signal, or is new. Gives the signal that it is to get.
    fn stopped(&mut self, pid: Pid, signal: Signal) -> io::Result<Option<Signal>> {
        let is_first = self.seen.is_empty();
        if !self.seen.insert(pid) {
            return Ok(Some(signal));
        }
        if is_first {
            let options = Options::PTRACE_O_TRACESYSGOOD
                | Options::PTRACE_O_TRACEFORK
                | Options::PTRACE_O_TRACEVFORK
                | Options::PTRACE_O_TRACECLONE
                | Options::PTRACE_O_TRACEEXEC
                | Options::PTRACE_O_EXITKILL;
            ptrace::setoptions(pid, options)?;
            self.started(pid);
        }
        // The first stop is tracing's own.
        Ok(None)
    }

    /// A process may run another program by now.
    fn started(&mut self, pid: Pid) {
        if let Some(program) = regular(&format!("/proc/{pid}/exe")) {
            self.touched.read.insert(program);
        }
    }

    /// A process enters or leaves a system call.
    fn call(&mut self, pid: Pid) {
        let Ok(info) = ptrace::syscall_info(pid) else { return };
        match info.op {
            libc::PTRACE_SYSCALL_INFO_ENTRY => {
                // SAFETY: at an entry the kernel fills this part of the union.
                let entry = unsafe { info.u.entry };
                match entered(pid, entry.nr as i64, &entry.args) {
                    Some(call) => self.calls.insert(pid, call),
                    None => self.calls.remove(&pid),
                };
            }
            libc::PTRACE_SYSCALL_INFO_EXIT => {
                // SAFETY: at an exit the kernel fills this part of the union.
                let exit = unsafe { info.u.exit };
                if let Some(call) = self.calls.remove(&pid)
                    && exit.is_error == 0
                {
                    self.note(pid, call, exit.sval);
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, pid: Pid, call: Call, result: i64) {
        match call {
            Call::Open { writes } => {
                let Some(path) = regular(&format!("/proc/{pid}/fd/{result}")) else { return };
                let set = if writes { &mut self.touched.written } else { &mut self.touched.read };
                set.insert(path);
            }
            Call::Name(path) => {
                self.touched.written.insert(path);
            }
        }
    }
}

/// What a call is about to do, if it matters.
fn entered(pid: Pid, number: i64, arguments: &[u64; 6]) -> Option<Call> {
    let open = |flags: u64| {
        let flags = flags as i32;
        let writes = flags & libc::O_ACCMODE != libc::O_RDONLY || flags & libc::O_TRUNC != 0;
        (flags & libc::O_PATH == 0).then_some(Call::Open { writes })
    };
    let [first, second, third, fourth, ..] = *arguments;
    let here = libc::AT_FDCWD as u64;
    let name = |folder: u64, text: u64| Some(Call::Name(named(pid, folder as i32, text)?));
    match number {
        libc::SYS_openat => open(third),
        // The flags come first in what the third argument points to.
        libc::SYS_openat2 => {
            let mut flags = [0; 8];
            memory(pid)?.read_exact_at(&mut flags, third).ok()?;
            open(u64::from_ne_bytes(flags))
        }
        libc::SYS_renameat | libc::SYS_renameat2 | libc::SYS_linkat => name(third, fourth),
        libc::SYS_symlinkat => name(second, third),
        libc::SYS_truncate => name(here, first),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_open => open(second),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_creat => Some(Call::Open { writes: true }),
        #[cfg(target_arch = "x86_64")]
        libc::SYS_rename | libc::SYS_link | libc::SYS_symlink => name(here, second),
        _ => None,
    }
}

/// The path that a process means, links in the last part left alone.
fn named(pid: Pid, folder: i32, text: u64) -> Option<PathBuf> {
    let base = match folder {
        libc::AT_FDCWD => format!("/proc/{pid}/cwd"),
        folder => format!("/proc/{pid}/fd/{folder}"),
    };
    let base = std::fs::read_link(base).ok()?;
    Some(plain(&base.join(OsString::from_vec(text_at(pid, text)?))))
}

/// A path without `.` and `..`, folders' links resolved where they are there.
fn plain(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or(OsStr::new(""));
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    match folder {
        Some(folder) => folder.join(name),
        None => path.components().filter(|part| *part != Component::CurDir).collect(),
    }
}

/// The zero-ended text at an address of a process.
fn text_at(pid: Pid, address: u64) -> Option<Vec<u8>> {
    let memory = memory(pid)?;
    let mut text = Vec::new();
    let mut piece = [0; 256];
    while text.len() < libc::PATH_MAX as usize {
        // Not beyond the page, for the next one may not be there.
        let at = address + text.len() as u64;
        let room = (4096 - at % 4096).min(piece.len() as u64) as usize;
        let read = memory.read_at(&mut piece[..room], at).ok().filter(|&read| read > 0)?;
        match piece[..read].iter().position(|&byte| byte == 0) {
            Some(end) => {
                text.extend_from_slice(&piece[..end]);
                return Some(text);
            }
            None => text.extend_from_slice(&piece[..read]),
        }
    }
    None
}

fn memory(pid: Pid) -> Option<File> {
    File::open(format!("/proc/{pid}/mem")).ok()
}

/// Where a link of /proc leads, when that is a file with contents.
fn regular(link: &str) -> Option<PathBuf> {
    let is_file = std::fs::metadata(link).is_ok_and(|found| found.is_file());
    let path = is_file.then(|| std::fs::read_link(link)).and_then(Result::ok)?;
    path.as_os_str().as_bytes().starts_with(b"/").then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::zombie_processes, reason = "it is waited for, though not by its handle")]
    fn touched(script: &str) -> (ExitStatus, Touched) {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        prepare(&mut command);
        let child = command.spawn().unwrap();
        let mut touched = Touched::default();
        let status = follow(child.id(), &mut touched).unwrap().expect("tracing is not permitted");
        (status, touched)
    }

    #[test]
    fn children_are_followed_and_links_resolved() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().canonicalize().unwrap();
        std::fs::write(folder.join("in"), "text").unwrap();
        std::os::unix::fs::symlink("in", folder.join("link")).unwrap();
        let script = format!(
            "cd {}; (cat ./link > out; mv out sub/../out2 || mv out out2; exit 3)",
            folder.display()
        );
        let (status, touched) = touched(&script);
        assert_eq!(status.code(), Some(3));
        assert!(touched.read.contains(&folder.join("in")), "{touched:?}");
        for name in ["out", "out2"] {
            assert!(touched.written.contains(&folder.join(name)), "{touched:?}");
        }
        assert!(touched.read.iter().all(|path| !path.ends_with("link")), "{touched:?}");
    }

    #[test]
    fn signals_reach_their_processes() {
        let (status, _) = touched("trap 'exit 7' TERM; kill -TERM $$; sleep 60");
        assert_eq!(status.code(), Some(7));
        let (status, _) = touched("kill -KILL $$");
        assert_eq!(status.signal(), Some(9));
    }
}
