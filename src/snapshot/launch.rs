//! Starts a program without copying this process, which is large: until the new process has become
//! the program, it borrows the memory of this one, and the thread that started it sleeps. The
//! standard library does the same unless the new process has something to do by itself; here it
//! has.
#![allow(unsafe_code, reason = "a process that borrows memory has no safe form")]

use std::ffi::{CString, c_char, c_int, c_void};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr;

use bstr::BString;

use super::ptrace::Collar;

/// What the new process stands on until it is the program: system calls want little.
const STACK: usize = 64 << 10;

/// A program to be started.
pub(super) struct Launch {
    program: CString,
    arguments: Vec<CString>,
    environment: Vec<CString>,
    folder: CString,
}

/// What the new process finds under the numbers 0, 1 and 2.
pub(super) struct Streams {
    pub(super) input: OwnedFd,
    pub(super) output: OwnedFd,
    pub(super) errors: OwnedFd,
}

/// What the new process reads; it is on its own stack, and all of it outlives the process's use of
/// it, as the thread that made it sleeps.
struct Inherited<'a> {
    launch: &'a Launch,
    arguments: Vec<*const c_char>,
    environment: Vec<*const c_char>,
    streams: [RawFd; 3],
    collar: &'a Collar,
    /// Why it did not become the program.
    error: c_int,
}

impl Launch {
    /// Fails when a text has a NUL.
    pub(super) fn new(
        program: &[u8],
        arguments: &[BString],
        environment: &[(BString, BString)],
        folder: &[u8],
    ) -> io::Result<Launch> {
        let arguments = arguments.iter().map(|argument| CString::new(argument.as_slice()));
        let environment = environment
            .iter()
            .map(|(name, value)| CString::new([name.as_slice(), b"=", value].concat()));
        Ok(Launch {
            program: CString::new(program)?,
            arguments: arguments.collect::<Result<_, _>>()?,
            environment: environment.collect::<Result<_, _>>()?,
            folder: CString::new(folder)?,
        })
    }

    /// Starts it with a collar on and gives the number of the process, which is the caller's to wait
    /// for.
    pub(super) fn start(&self, streams: Streams, collar: Collar) -> io::Result<i32> {
        let Streams { input, output, errors } = &streams;
        let mut inherited = Inherited {
            launch: self,
            arguments: pointers(&self.arguments),
            environment: pointers(&self.environment),
            streams: [input.as_raw_fd(), output.as_raw_fd(), errors.as_raw_fd()],
            collar: &collar,
            error: 0,
        };
        let mut stack = vec![0_u128; STACK / size_of::<u128>()];
        let process = undisturbed(|| {
            // SAFETY: the stack grows down from its end, which is as aligned as an u128; the new
            // process is done with both when this call returns.
            unsafe {
                libc::clone(
                    become_program,
                    stack.as_mut_ptr_range().end.cast(),
                    libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD,
                    (&raw mut inherited).cast(),
                )
            }
        });
        if process < 0 {
            return Err(io::Error::last_os_error());
        }
        if inherited.error != 0 {
            // SAFETY: a null pointer asks for no status.
            unsafe { libc::waitpid(process, ptr::null_mut(), libc::__WALL) };
            return Err(io::Error::from_raw_os_error(inherited.error));
        }
        Ok(process)
    }
}

/// The texts as `execve` takes them.
fn pointers(texts: &[CString]) -> Vec<*const c_char> {
    texts.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect()
}

/// Calls `start` while no signal is handled in this thread: a handler that ran in the new process
/// would take this process's memory for its own.
fn undisturbed<T>(start: impl FnOnce() -> T) -> T {
    // SAFETY: sets of signals are integers, and the calls only fill them.
    unsafe {
        let (mut all, mut before) = (std::mem::zeroed(), std::mem::zeroed());
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut before);
        let result = start();
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, ptr::null_mut());
        result
    }
}

/// What the new process does. It ends here when it cannot become the program.
extern "C" fn become_program(inherited: *mut c_void) -> c_int {
    // SAFETY: `Launch::start` hands over nothing else, and sleeps meanwhile.
    let inherited = unsafe { &mut *inherited.cast::<Inherited<'_>>() };
    inherited.error = match inherited.run() {
        Ok(()) => 0,
        Err(error) => error.raw_os_error().unwrap_or(libc::EINVAL),
    };
    // SAFETY: ends this process alone, without what this program does at its end.
    unsafe { libc::_exit(127) }
}

impl Inherited<'_> {
    fn run(&self) -> io::Result<()> {
        default_signals();
        for (target, &stream) in self.streams.iter().enumerate() {
            // SAFETY: numbers only. A stream that has its number already would be closed later.
            let done = unsafe { libc::dup2(stream, target as c_int) };
            if done < 0 {
                return Err(io::Error::last_os_error());
            }
        }
        // SAFETY: texts that end in NUL; the arrays end in a null pointer.
        unsafe {
            if libc::chdir(self.launch.folder.as_ptr()) < 0 {
                return Err(io::Error::last_os_error());
            }
            self.collar.put_on()?;
            libc::execve(
                self.launch.program.as_ptr(),
                self.arguments.as_ptr(),
                self.environment.as_ptr(),
            );
        }
        Err(io::Error::last_os_error())
    }
}

/// Every signal does to this process what it does to a new one.
fn default_signals() {
    // SAFETY: zeroes are an action, that of the default; the calls read and fill such. A signal that
    // cannot be handled is refused.
    unsafe {
        for signal in 1..libc::SIGRTMAX() {
            let mut action: libc::sigaction = std::mem::zeroed();
            let known = libc::sigaction(signal, ptr::null(), &raw mut action) == 0;
            // The runtime ignores broken pipes, and nobody below expects that.
            let ignored = action.sa_sigaction == libc::SIG_IGN && signal != libc::SIGPIPE;
            if known && !ignored && action.sa_sigaction != libc::SIG_DFL {
                let default: libc::sigaction = std::mem::zeroed();
                libc::sigaction(signal, &raw const default, ptr::null_mut());
            }
        }
        let mut none = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
    }
}
