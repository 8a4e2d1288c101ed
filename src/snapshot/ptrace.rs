//! Following a process and all that it starts, and stopping them at some of their system calls.
//! Knows how Linux does that; knows no single system call.
#![allow(unsafe_code, reason = "neither ptrace nor seccomp has a safe form")]

use std::collections::BTreeSet;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::mem::offset_of;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use libc::{c_int, c_long, c_ulong, pid_t, seccomp_data, sock_filter, sock_fprog};
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process, waitid, waitpid,
};

/// What system calls of this machine are numbered for.
#[cfg(target_arch = "x86_64")]
const MACHINE: Option<u32> = Some(0xc000_003e);
#[cfg(target_arch = "aarch64")]
const MACHINE: Option<u32> = Some(0xc000_00b7);
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const MACHINE: Option<u32> = None;

/// A system call that is about to be made.
pub(super) struct Call {
    pub(super) process: i32,
    pub(super) number: c_long,
    pub(super) arguments: [u64; 6],
}

/// How following ended.
pub(super) enum End {
    /// All processes have ended; the first one like this.
    Ended(ExitStatus),
    /// All processes were killed, as they were about to do what they should not.
    Killed,
    /// Nobody was followed: the command was not started, or runs alone.
    Alone,
}

/// The end of a leash that somebody follows.
pub(super) struct Leash {
    ready: PipeReader,
    go: PipeWriter,
}

/// The end of a leash that a new process has.
pub(super) struct Collar {
    tell: PipeWriter,
    wait: PipeReader,
    filter: Vec<sock_filter>,
}

/// The system calls to stop at.
pub(super) struct Stops {
    pub(super) calls: Vec<c_long>,
    /// One of them that is let pass when this argument, an `int`, has this value.
    pub(super) but: (c_long, usize, c_int),
}

/// Between a process that is to be followed and who follows it; the process stops at these system
/// calls, and at all that are numbered in another way.
pub(super) fn leash(stops: &Stops) -> io::Result<(Leash, Collar)> {
    let (ready, tell) = io::pipe()?;
    let (wait, go) = io::pipe()?;
    Ok((Leash { ready, go }, Collar { tell, wait, filter: filter(stops) }))
}

impl Collar {
    /// Has this process wait until somebody follows it. Makes system calls and nothing else.
    pub(super) fn put_on(&self) -> io::Result<()> {
        (&self.tell).write_all(&std::process::id().to_ne_bytes())?;
        let mut followed = [0];
        (&self.wait).read_exact(&mut followed)?;
        if followed == [1] { stop_at(&self.filter) } else { Ok(()) }
    }
}

/// A program for the kernel: stop at these calls, let others pass.
fn filter(stops: &Stops) -> Vec<sock_filter> {
    let Stops { calls, but: (but, argument, value) } = stops;
    let load = |at: usize| sock_filter {
        code: (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16,
        jt: 0,
        jf: 0,
        k: at as u32,
    };
    let jump = |test: u32, k: u32, jt: usize, jf: usize| sock_filter {
        code: (libc::BPF_JMP | test | libc::BPF_K) as u16,
        jt: jt as u8,
        jf: jf as u8,
        k,
    };
    let end = |k: u32| sock_filter { code: (libc::BPF_RET | libc::BPF_K) as u16, jt: 0, jf: 0, k };
    let count = calls.len();
    // The lower half of it, which comes first on the machines that there are.
    let argument = offset_of!(seccomp_data, args) + argument * size_of::<u64>();
    let mut filter = vec![
        load(offset_of!(seccomp_data, arch)),
        jump(libc::BPF_JEQ, MACHINE.unwrap_or_default(), 0, count + 6),
        load(offset_of!(seccomp_data, nr)),
        // Programs for x32 have this bit in their numbers.
        jump(libc::BPF_JGE, 0x4000_0000, count + 4, 0),
        jump(libc::BPF_JEQ, *but as u32, 0, 2),
        load(argument),
        jump(libc::BPF_JEQ, *value as u32, count, count + 1),
    ];
    let tests = calls.iter().enumerate();
    filter.extend(tests.map(|(at, &call)| jump(libc::BPF_JEQ, call as u32, count - at, 0)));
    filter.extend([end(libc::SECCOMP_RET_ALLOW), end(libc::SECCOMP_RET_TRACE)]);
    filter
}

/// Has this process, and all that it starts, stop at system calls.
fn stop_at(filter: &[sock_filter]) -> io::Result<()> {
    let program = sock_fprog { len: filter.len() as u16, filter: filter.as_ptr().cast_mut() };
    // SAFETY: `program` is what the kernel expects, and it only reads it.
    let done = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) == 0
    };
    if done { Ok(()) } else { Err(io::Error::last_os_error()) }
}

impl Leash {
    /// Follows the command until it and all that it started have ended. `see` is shown each system
    /// call that they stop at before it is made; when it returns false all of them are killed.
    pub(super) fn follow(mut self, mut see: impl FnMut(&Call) -> bool) -> End {
        let mut process = [0; 4];
        if self.ready.read_exact(&mut process).is_err() {
            return End::Alone;
        }
        let leader = i32::from_ne_bytes(process);
        let followed = MACHINE.is_some() && seize(leader);
        // When it is gone there is nobody to tell.
        let _ = self.go.write_all(&[u8::from(followed)]);
        let mut pack = Pack { all: BTreeSet::from([leader]), held: true };
        if !followed {
            return End::Alone;
        }
        if !pack.await_program(leader, &mut see) {
            return if pack.held { End::Alone } else { End::Killed };
        }
        let mut status = None;
        while let Some((process, event)) = wait(-1) {
            if let Some(ended) = pack.handle(process, event, &mut see)
                && process == leader
            {
                status = Some(ended);
            }
        }
        match status {
            Some(status) if pack.held => End::Ended(status),
            Some(_) => End::Killed,
            None => End::Alone,
        }
    }
}

/// All processes that are followed.
struct Pack {
    all: BTreeSet<i32>,
    /// Whether they may go on.
    held: bool,
}

impl Pack {
    /// Follows the first process until it has become the command. False for one that ends before:
    /// those who started it wait for that.
    fn await_program(&mut self, leader: i32, see: &mut impl FnMut(&Call) -> bool) -> bool {
        let peek = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
        let peek = peek | WaitIdOptions::from_bits_retain(libc::__WALL as u32);
        let Some(id) = Pid::from_raw(leader) else { return false };
        loop {
            match waitid(WaitId::Pid(id), peek) {
                Ok(Some(found)) if !found.exited() && !found.killed() && !found.dumped() => {}
                Err(rustix::io::Errno::INTR) => continue,
                _ => return false,
            }
            let Some((process, event)) = wait(leader) else { return false };
            self.handle(process, event, see);
            if event >> 16 == libc::PTRACE_EVENT_EXEC {
                return true;
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
        if self.all.insert(process) && !self.held {
            kill(process);
        }
        let signal = libc::WSTOPSIG(event);
        match event >> 16 {
            0 => ask(libc::PTRACE_CONT, process, signal as c_ulong),
            // Somebody stopped it.
            libc::PTRACE_EVENT_STOP if signal != libc::SIGTRAP => {
                ask(libc::PTRACE_LISTEN, process, 0)
            }
            libc::PTRACE_EVENT_SECCOMP
                if self.held && !call(process).is_some_and(|call| see(&call)) =>
            {
                self.held = false;
                // Those that are stopped are killed, too, and never make the call.
                self.all.iter().copied().for_each(kill);
                true
            }
            _ => ask(libc::PTRACE_CONT, process, 0),
        };
        None
    }
}

/// Reads from the memory of a process; how much was read, none when nothing could be.
pub(super) fn read(process: pid_t, address: u64, room: &mut [u8]) -> Option<usize> {
    let here = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() };
    let there = libc::iovec { iov_base: address as *mut libc::c_void, iov_len: room.len() };
    // SAFETY: writes at most as much as there is room for; the other address is not this process's.
    let count =
        unsafe { libc::process_vm_readv(process, &raw const here, 1, &raw const there, 1, 0) };
    usize::try_from(count).ok()
}

/// How a process of this one ends; none when that has been told already.
pub(super) fn ending(process: pid_t) -> Option<ExitStatus> {
    wait(process).map(|(_, status)| ExitStatus::from_raw(status))
}

fn seize(process: pid_t) -> bool {
    let options = libc::PTRACE_O_TRACESECCOMP
        | libc::PTRACE_O_TRACEFORK
        | libc::PTRACE_O_TRACEVFORK
        | libc::PTRACE_O_TRACECLONE
        | libc::PTRACE_O_TRACEEXEC
        | libc::PTRACE_O_EXITKILL;
    ask(libc::PTRACE_SEIZE, process, options as c_ulong)
}

fn kill(process: pid_t) {
    if let Some(process) = Pid::from_raw(process) {
        // It may have ended by itself.
        let _ = kill_process(process, Signal::KILL);
    }
}

/// A request without an address; whether it was done. A process that is gone needs none.
fn ask(request: libc::c_uint, process: pid_t, data: c_ulong) -> bool {
    // SAFETY: no request that is made here takes a pointer.
    unsafe { libc::ptrace(request, process, 0 as c_ulong, data) == 0 }
}

/// The system call that a stopped process is about to make; none when it is numbered in another
/// way.
fn call(process: pid_t) -> Option<Call> {
    // SAFETY: integers, and a union of such: zeroes are values of them.
    let mut info: libc::ptrace_syscall_info = unsafe { std::mem::zeroed() };
    let size = size_of_val(&info) as c_ulong;
    // SAFETY: writes at most `size` bytes there.
    let filled =
        unsafe { libc::ptrace(libc::PTRACE_GET_SYSCALL_INFO, process, size, &raw mut info) };
    if filled <= 0 || info.op != libc::PTRACE_SYSCALL_INFO_SECCOMP || Some(info.arch) != MACHINE {
        return None;
    }
    // SAFETY: that is what the union holds for this kind.
    let seccomp = unsafe { info.u.seccomp };
    Some(Call { process, number: seccomp.nr as c_long, arguments: seccomp.args })
}

/// The next event of one process, or of any that this thread follows; none when there is none to
/// wait for.
fn wait(process: c_int) -> Option<(i32, i32)> {
    let flags = libc::__WALL | if process < 0 { libc::__WNOTHREAD } else { 0 };
    let flags = WaitOptions::from_bits_retain(flags as u32);
    loop {
        match waitpid(Pid::from_raw(process.max(0)), flags) {
            Ok(Some((process, status))) => return Some((process.as_raw_pid(), status.as_raw())),
            Err(rustix::io::Errno::INTR) => {}
            _ => return None,
        }
    }
}
