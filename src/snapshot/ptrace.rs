//! Following a process and all that it starts, system call by system call. Knows how Linux stops
//! and resumes them; knows no single system call.
#![allow(unsafe_code, reason = "ptrace has no safe form")]

use std::collections::BTreeSet;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};

use libc::{c_int, c_ulong, pid_t};
use rustix::process::{Pid, WaitId, WaitIdOptions, WaitOptions, waitid, waitpid};

/// A system call that is about to be made.
pub(super) struct Call {
    pub(super) process: i32,
    pub(super) number: i64,
    pub(super) arguments: [u64; 6],
}

/// The other end of a command that waits to be followed.
pub(super) struct Leash {
    ready: PipeReader,
    go: PipeWriter,
}

/// Has the command, once it is started, wait until somebody follows it.
pub(super) fn leash(command: &mut Command) -> io::Result<Leash> {
    let (ready, mut tell) = io::pipe()?;
    let (mut wait, go) = io::pipe()?;
    let meet = move || {
        tell.write_all(&std::process::id().to_ne_bytes())?;
        wait.read_exact(&mut [0])
    };
    // SAFETY: between fork and exec it calls getpid, write and read, and allocates nothing.
    unsafe { command.pre_exec(meet) };
    Ok(Leash { ready, go })
}

impl Leash {
    /// Follows the command until it and all that it started have ended. `see` is shown every system
    /// call before it is made, and may let go of them all by returning false. Gives the
    /// command's status, unless it was not started, or could not be followed: then it runs as if
    /// nothing were, and is still to be waited for.
    pub(super) fn follow(mut self, mut see: impl FnMut(&Call) -> bool) -> Option<ExitStatus> {
        let mut process = [0; 4];
        self.ready.read_exact(&mut process).ok()?;
        let leader = i32::from_ne_bytes(process);
        let followed = seize(leader).is_ok();
        // When it is gone there is nobody to tell.
        let _ = self.go.write_all(&[1]);
        if !followed {
            return None;
        }
        let mut pack = Pack { all: BTreeSet::from([leader]), held: true, machine: None };
        if !pack.await_program(leader, &mut see)? {
            return None;
        }
        let mut status = None;
        // Whatever is left when there is nothing to wait for has ended.
        while let Some((process, event)) = wait(-1) {
            if let Some(ended) = pack.handle(process, event, &mut see)
                && process == leader
            {
                status = Some(ended);
            }
        }
        status
    }
}

/// All processes that are followed.
struct Pack {
    all: BTreeSet<i32>,
    /// Whether they are still to be followed.
    held: bool,
    /// What system calls are numbered for; that of this program.
    machine: Option<u32>,
}

impl Pack {
    /// Follows the first process until it has become the command. One that ends before is left to
    /// those who started it.
    fn await_program(&mut self, leader: i32, see: &mut impl FnMut(&Call) -> bool) -> Option<bool> {
        let id = Pid::from_raw(leader)?;
        let peek = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
        let peek = peek | WaitIdOptions::from_bits_retain(libc::__WALL as u32);
        loop {
            let peeked = waitid(WaitId::Pid(id), peek).ok()??;
            if peeked.exited() || peeked.killed() || peeked.dumped() {
                return Some(false);
            }
            let (process, event) = wait(leader)?;
            self.handle(process, event, see);
            if event >> 16 == libc::PTRACE_EVENT_EXEC || !self.held {
                return Some(true);
            }
        }
    }

    /// Deals with one event. Gives the status of a process that ended.
    fn handle(
        &mut self,
        process: i32,
        event: i32,
        see: &mut impl FnMut(&Call) -> bool,
    ) -> Option<ExitStatus> {
        if !libc::WIFSTOPPED(event) {
            self.all.remove(&process);
            return Some(ExitStatus::from_raw(event));
        }
        self.all.insert(process);
        let signal = libc::WSTOPSIG(event);
        let mut deliver = 0;
        let mut resume = libc::PTRACE_SYSCALL;
        match event >> 16 {
            libc::PTRACE_EVENT_STOP if signal != libc::SIGTRAP => resume = libc::PTRACE_LISTEN,
            0 if signal == libc::SIGTRAP | 0x80 => {
                if self.held && !self.shown(process, see) {
                    self.let_go(process);
                }
            }
            0 => deliver = signal,
            _ => {}
        }
        if !self.held {
            resume = libc::PTRACE_DETACH;
        }
        ask(resume, process, deliver as c_ulong);
        None
    }

    /// Shows the system call that a process stopped at. False when it is to be let go, as is one
    /// whose calls are numbered otherwise (a program for 32 bits).
    fn shown(&mut self, process: pid_t, see: &mut impl FnMut(&Call) -> bool) -> bool {
        let Some((machine, call)) = call(process) else { return true };
        *self.machine.get_or_insert(machine) == machine && see(&call)
    }

    /// From now on every process that stops is let go; the others are stopped for that.
    fn let_go(&mut self, stopped: i32) {
        self.held = false;
        for &other in self.all.iter().filter(|&&other| other != stopped) {
            ask(libc::PTRACE_INTERRUPT, other, 0);
        }
    }
}

fn seize(process: pid_t) -> io::Result<()> {
    let options = libc::PTRACE_O_TRACESYSGOOD
        | libc::PTRACE_O_TRACEFORK
        | libc::PTRACE_O_TRACEVFORK
        | libc::PTRACE_O_TRACECLONE
        | libc::PTRACE_O_TRACEEXEC
        | libc::PTRACE_O_EXITKILL;
    if !ask(libc::PTRACE_SEIZE, process, options as c_ulong) {
        return Err(io::Error::last_os_error());
    }
    // So that it stops, and can be told to stop at system calls.
    ask(libc::PTRACE_INTERRUPT, process, 0);
    Ok(())
}

/// A request without an address; whether it was done. A process that is gone needs none.
fn ask(request: libc::c_uint, process: pid_t, data: c_ulong) -> bool {
    // SAFETY: no request that is made here takes a pointer.
    unsafe { libc::ptrace(request, process, 0 as c_ulong, data) == 0 }
}

/// The system call that a stopped process is about to make, and what it is numbered for; none when
/// it has just made it.
fn call(process: pid_t) -> Option<(u32, Call)> {
    // SAFETY: integers in it, and a union of such, for which zeroes are values.
    let mut info: libc::ptrace_syscall_info = unsafe { std::mem::zeroed() };
    let size = size_of_val(&info) as c_ulong;
    // SAFETY: writes at most `size` bytes there.
    let filled =
        unsafe { libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, process, size, &raw mut info) };
    if filled <= 0 || info.op != libc::PTRACE_SYSCALL_INFO_ENTRY {
        return None;
    }
    // SAFETY: that is what the union holds for this kind.
    let entry = unsafe { info.u.entry };
    let call = Call { process, number: entry.nr as i64, arguments: entry.args };
    Some((info.arch, call))
}

/// The next event of one process, or of any that this thread follows; none when there is none to
/// wait for.
fn wait(process: c_int) -> Option<(i32, i32)> {
    let flags = libc::__WALL | if process < 0 { libc::__WNOTHREAD } else { 0 };
    let flags = WaitOptions::from_bits_retain(flags as u32);
    loop {
        match waitpid(Pid::from_raw(process.max(0)), flags) {
            Ok(Some((process, status))) => return Some((process.as_raw_pid(), status.as_raw())),
            Ok(None) => return None,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return None,
        }
    }
}
