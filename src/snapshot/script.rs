//! A script that evaluation runs, and what it said. Knows how to run it; not what it is for.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use bstr::{BStr, BString};
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::ptrace::{self, End};
use super::trace::{self, Sight};

/// A program with its arguments, its whole environment and its folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Script {
    pub(crate) argv: Vec<BString>,
    pub(crate) environment: Vec<(BString, BString)>,
    pub(crate) folder: BString,
}

/// What a script did.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// What it wrote to standard output.
    pub(crate) output: Vec<u8>,
    /// What it wrote to standard error.
    pub(crate) errors: Vec<u8>,
    /// Its exit status; as a shell has it, 128 and the signal's number when a signal ended it.
    pub(crate) status: i32,
    /// What it looked at; none when it has to be run again to know what it says.
    pub(super) facts: Option<Vec<Fact>>,
}

impl Said {
    /// Passes on what it complained about.
    pub(super) fn complain(&self) {
        let _ = io::stderr().write_all(&self.errors);
    }

    pub(super) fn fact(self, script: Script) -> Fact {
        let Said { output, status, facts, .. } = self;
        Fact::Said { script, output, status, facts }
    }
}

impl Script {
    /// Runs it.
    pub(super) fn run(&self) -> io::Result<Said> {
        if self.argv.is_empty() {
            let (output, errors) = (Vec::new(), Vec::new());
            return Ok(Said { output, errors, status: 0, facts: Some(Vec::new()) });
        }
        let output = self.command()?.output()?;
        Ok(said(output.status, output.stdout, output.stderr))
    }

    /// Runs it and follows it as it runs, which takes about twice the time. When it is about to do
    /// anything but look, it is killed before it has done that, and runs again without being
    /// followed.
    pub(super) fn follow(&self) -> io::Result<Said> {
        let sight = Sight::new(&self.argv);
        if !self.argv.is_empty()
            && sight.is_known()
            && let Some(said) = watch(self.command()?, sight)?
        {
            return Ok(said);
        }
        self.run()
    }

    fn command(&self) -> io::Result<Command> {
        let (program, arguments) = self.argv.split_first().ok_or(ErrorKind::InvalidInput)?;
        let mut command = Command::new(os(program));
        command.args(arguments.iter().map(|argument| os(argument)));
        let environment = self.environment.iter();
        command.env_clear().envs(environment.map(|(name, value)| (os(name), os(value))));
        command.current_dir(os(&self.folder)).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(command)
    }
}

fn said(ended: ExitStatus, output: Vec<u8>, errors: Vec<u8>) -> Said {
    Said { output, errors, status: status(ended), facts: None }
}

/// Runs a command while it is seen what it does; none when that is not to be seen.
fn watch(mut command: Command, mut sight: Sight) -> io::Result<Option<Said>> {
    let leash = ptrace::leash(&mut command, &trace::calls())?;
    let (mut said, end) = thread::scope(|scope| {
        let follower = scope.spawn(|| leash.follow(|call| sight.see(call)));
        let child = command.spawn();
        // With the command goes the other end of the leash.
        drop(command);
        let mut child = child?;
        let (output, errors) = (child.stdout.take(), child.stderr.take());
        let errors = scope.spawn(|| all_of(errors));
        let output = all_of(output);
        let errors = errors.join().unwrap_or_default();
        let end = follower.join().unwrap_or(End::Alone);
        let status = match end {
            End::Ended(status) => status,
            // Unless that was already done.
            End::Killed => child.wait().unwrap_or_default(),
            End::Alone => child.wait()?,
        };
        io::Result::Ok((said(status, output, errors), end))
    })?;
    if let End::Killed = end {
        return Ok(None);
    }
    // What it complains about is to be heard each time.
    let is_seen = matches!(end, End::Ended(_)) && said.errors.is_empty();
    said.facts = if is_seen { sight.facts() } else { None };
    Ok(Some(said))
}

/// All that comes out of a pipe. What was read before an error counts.
fn all_of(pipe: Option<impl Read>) -> Vec<u8> {
    let mut text = Vec::new();
    if let Some(mut pipe) = pipe {
        let _ = pipe.read_to_end(&mut text);
    }
    text
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argv.as_slice() {
            [_, flags, text] if flags.starts_with(b"-") => write!(f, "{text}"),
            words => write!(f, "{}", BStr::new(&bstr::join(" ", words))),
        }
    }
}

fn os(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

fn status(status: ExitStatus) -> i32 {
    status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}
