//! A script that evaluation runs, and what it said. Knows how to run it; not what it is for.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, PipeReader, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;

use bstr::{BStr, BString, ByteSlice};

use super::fact::Fact;
use super::launch::{Launch, Streams};
use super::ptrace::{self, End};
use super::trace::{self, Sight};
use crate::built_ins::{BuiltIn, runs_plainly};
use crate::engine::PathTools;

/// A program with its arguments, its whole environment and its folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Script {
    pub(crate) argv: Vec<BString>,
    /// Many scripts have the same.
    pub(crate) environment: Arc<Vec<(BString, BString)>>,
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
    /// Whether it tells the same, whatever was looked at for that.
    pub(super) fn agrees(&self, other: &Said) -> bool {
        self.output == other.output && self.status == other.status
    }

    /// Passes on what it complained about.
    pub(super) fn complain(&self) {
        let _ = io::stderr().write_all(&self.errors);
    }
}

impl Script {
    /// Runs it.
    pub(super) fn run(&self) -> io::Result<Said> {
        if self.argv.is_empty() {
            let (output, errors) = (Vec::new(), Vec::new());
            return Ok(Said { output, errors, status: 0, facts: Some(Vec::new()) });
        }
        let output = match self.command(&self.argv)?.output() {
            // No program, and it does not say what runs it: a shell, as everywhere.
            Err(error) if error.raw_os_error() == Some(libc::ENOEXEC) => {
                let file = self.program().ok_or(error)?;
                let words = [BString::from("/bin/sh"), file.into_os_string().into_vec().into()];
                self.command(&[&words, &self.argv[1..]].concat())?.output()?
            }
            output => output?,
        };
        Ok(said(output.status, output.stdout, output.stderr))
    }

    /// Runs it and follows it as it runs. When it is about to do anything but look, it is killed
    /// before it has done that, and runs again without being followed.
    pub(super) fn follow(&self) -> io::Result<Said> {
        let mut looked = Sight::new(&[]);
        let output = self.carry_out(|name| self.find(name, &mut looked));
        if let Some(output) = output {
            return Ok(Said { output, errors: Vec::new(), status: 0, facts: looked.facts() });
        }
        let sight = Sight::new(&self.argv);
        if sight.is_known()
            && let Some(program) = self.program()
            && trace::is_known_program(&program)
            && let Some(said) = self.watch(&program, sight)?
        {
            return Ok(said);
        }
        self.run()
    }

    /// What a program would write whose answer depends on its words alone, as long as it is the
    /// system's own that `find` finds under its name.
    pub(super) fn carry_out(&self, find: impl FnOnce(&BStr) -> Option<PathBuf>) -> Option<Vec<u8>> {
        let is_plain = |name: &BStr| runs_plainly(name, find(name).as_deref(), &self.environment);
        let built_in = BuiltIn::find(&self.argv, is_plain).filter(BuiltIn::is_text)?;
        let mut output = Vec::new();
        let done = built_in.perform(Path::new(os(&self.folder)), |text| {
            output.extend_from_slice(text);
            Ok(())
        });
        done.then_some(output)
    }

    /// The file that the system would start for a name; takes note of what was looked at for that.
    pub(super) fn find(&self, name: &BStr, sight: &mut Sight) -> Option<PathBuf> {
        let (path, folder) = (self.path(), Path::new(os(&self.folder)));
        let file = path.find(name, folder);
        let before = path.places(name, folder).take_while(|place| Some(place) != file.as_ref());
        before.chain(file.clone()).for_each(|place| sight.look(place));
        file
    }

    /// The file that the system would start.
    fn program(&self) -> Option<PathBuf> {
        self.path().find(self.argv.first()?.as_bstr(), Path::new(os(&self.folder)))
    }

    /// Where programs are looked for.
    pub(super) fn path(&self) -> PathTools {
        let path = self.environment.iter().rev().find(|(name, _)| name == "PATH");
        PathTools { path: path.map_or(Default::default(), |(_, path)| os(path).to_owned()) }
    }

    fn command(&self, words: &[BString]) -> io::Result<Command> {
        let (name, arguments) = words.split_first().ok_or(ErrorKind::InvalidInput)?;
        // A search by the system would copy this process.
        let mut command = match self.path().find(name.as_bstr(), Path::new(os(&self.folder))) {
            Some(program) => Command::new(program),
            None => Command::new(os(name)),
        };
        command.arg0(os(name)).args(arguments.iter().map(|argument| os(argument)));
        let environment = self.environment.iter();
        command.env_clear().envs(environment.map(|(name, value)| (os(name), os(value))));
        command.current_dir(os(&self.folder)).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(command)
    }

    /// Runs it while it is seen what it does; none when that is not to be seen.
    fn watch(&self, program: &Path, mut sight: Sight) -> io::Result<Option<Said>> {
        let Script { argv, environment, folder } = self;
        // Another program may come in front of this one.
        let name = argv.first().map_or(b"".as_bstr(), |name| name.as_bstr());
        self.find(name, &mut sight);
        let launch = Launch::new(program.as_os_str().as_bytes(), argv, environment, folder)?;
        let (leash, collar) = ptrace::leash(&trace::stops())?;
        let (output, output_end) = io::pipe()?;
        let (errors, errors_end) = io::pipe()?;
        let streams = Streams {
            input: File::open("/dev/null")?.into(),
            output: output_end.into(),
            errors: errors_end.into(),
        };
        let (mut said, end) = thread::scope(|scope| {
            let follower = scope.spawn(|| leash.follow(|call| sight.see(call)));
            let process = launch.start(streams, collar)?;
            let errors = scope.spawn(|| all_of(errors));
            let output = all_of(output);
            let errors = errors.join().unwrap_or_default();
            let end = follower.join().unwrap_or(End::Alone);
            let status = match end {
                End::Ended(status) => status,
                // Unless that was already done.
                End::Killed => ptrace::ending(process).unwrap_or_default(),
                End::Alone => ptrace::ending(process).ok_or(ErrorKind::NotFound)?,
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
}

fn said(ended: ExitStatus, output: Vec<u8>, errors: Vec<u8>) -> Said {
    Said { output, errors, status: status(ended), facts: None }
}

/// All that comes out of a pipe. What was read before an error counts.
fn all_of(mut pipe: PipeReader) -> Vec<u8> {
    let mut text = Vec::new();
    let _ = pipe.read_to_end(&mut text);
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
