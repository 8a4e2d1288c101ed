//! What make itself says: echoed commands and messages, where they go, and that they do not get
//! mixed up with what commands write. Knows nothing of targets.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use bstr::BString;
use rules::make::Location;
use rustix::fs::{FlockOperation, MemfdFlags, fcntl_lock, memfd_create};

use super::options::OutputSync;

/// Where a job's output is kept until the job is done.
#[derive(Debug)]
pub(super) struct Capture {
    out: File,
    /// Apart from standard output only when those two go to different places.
    err: Option<File>,
}

impl Capture {
    fn new(apart: bool) -> io::Result<Capture> {
        let file =
            || -> io::Result<File> { Ok(File::from(memfd_create("output", MemfdFlags::CLOEXEC)?)) };
        Ok(Capture { out: file()?, err: if apart { Some(file()?) } else { None } })
    }

    /// What a command inherits as standard output and standard error.
    pub(super) fn ends(&self) -> io::Result<(File, File)> {
        let err = self.err.as_ref().unwrap_or(&self.out);
        Ok((self.out.try_clone()?, err.try_clone()?))
    }

    /// Takes out what was written so far.
    fn take(&mut self) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let read = |file: &mut File| -> io::Result<Vec<u8>> {
            let mut text = Vec::new();
            file.rewind()?;
            file.read_to_end(&mut text)?;
            file.rewind()?;
            file.set_len(0)?;
            Ok(text)
        };
        let out = read(&mut self.out)?;
        Ok((out, self.err.as_mut().map_or(Ok(Vec::new()), read)?))
    }
}

/// The two streams, and what has to be said round what goes there.
#[derive(Debug)]
pub(super) struct Output {
    /// `make`, or `make[1]` below another make.
    program: BString,
    /// The folder to tell of, when folders are told.
    folder: Option<BString>,
    /// The folder has been told as entered.
    entered: bool,
    sync: OutputSync,
    stdout: Vec<u8>,
    /// What is said now belongs to a job whose output is kept.
    pub(super) context: Option<Capture>,
    /// Something could not be written.
    pub(super) broken: Option<io::Error>,
}

impl Output {
    pub(super) fn new(program: &[u8], level: u32) -> Output {
        let program = match level {
            0 => program.into(),
            _ => [program, format!("[{level}]").as_bytes()].concat().into(),
        };
        Output {
            program,
            folder: None,
            entered: false,
            sync: OutputSync::None,
            stdout: Vec::new(),
            context: None,
            broken: None,
        }
    }

    /// Tells folders from now on, or no longer.
    pub(super) fn tell_folder(&mut self, folder: Option<&[u8]>) {
        self.folder = folder.map(BString::from);
    }

    pub(super) fn set_sync(&mut self, sync: OutputSync) {
        self.sync = sync;
    }

    /// A place to keep a job's output, when that is asked for.
    pub(super) fn capture(&mut self) -> Option<Capture> {
        if self.sync == OutputSync::None {
            return None;
        }
        let apart = !same_place();
        Capture::new(apart).ok()
    }

    /// What is to be said before anything else is: the folder.
    pub(super) fn start(&mut self) {
        if !self.entered && matches!(self.sync, OutputSync::None | OutputSync::Recurse) {
            self.entered = self.enter();
        }
    }

    fn enter(&mut self) -> bool {
        self.log_folder("Entering")
    }

    fn log_folder(&mut self, verb: &str) -> bool {
        let Some(folder) = &self.folder else { return false };
        let mut line = self.program.to_vec();
        line.extend_from_slice(format!(": {verb} directory '").as_bytes());
        line.extend_from_slice(folder);
        line.extend_from_slice(b"'\n");
        self.stdout.extend_from_slice(&line);
        true
    }

    /// The last word: the folder is left.
    pub(super) fn end(&mut self) {
        if self.entered {
            self.log_folder("Leaving");
            self.entered = false;
        }
        self.flush();
    }

    /// Writes to standard output as it is.
    pub(super) fn write(&mut self, text: &[u8]) {
        self.start();
        match &mut self.context {
            Some(capture) => {
                let result = capture.out.write_all(text);
                self.note(result);
            }
            None => {
                self.stdout.extend_from_slice(text);
                if self.stdout.len() > 1 << 16 {
                    self.flush();
                }
            }
        }
    }

    /// Writes what a command would write to its standard output, at once. What goes wrong is the
    /// command's to tell.
    pub(super) fn pass(&mut self, text: &[u8]) -> io::Result<()> {
        self.start();
        if let Some(capture) = &mut self.context {
            return capture.out.write_all(text);
        }
        self.flush();
        rustix::io::retry_on_intr(|| rustix::io::write(io::stdout(), text))
            .map_err(Into::into)
            .and_then(|written| match written == text.len() {
                true => Ok(()),
                false => {
                    io::stdout().write_all(&text[written..]).and_then(|()| io::stdout().flush())
                }
            })
    }

    /// Writes to standard error as it is.
    pub(super) fn write_error(&mut self, text: &[u8]) {
        self.start();
        match &mut self.context {
            Some(capture) => {
                let result = capture.err.as_mut().unwrap_or(&mut capture.out).write_all(text);
                self.note(result);
            }
            None => {
                self.flush();
                // Where errors cannot be told, nothing can be done about it.
                let _ = io::stderr().write_all(text);
            }
        }
    }

    /// A line on standard output, after the program's name.
    pub(super) fn message(&mut self, text: impl AsRef<[u8]>) {
        let line = [&self.program, b": ".as_slice(), text.as_ref(), b"\n"].concat();
        self.write(&line);
    }

    /// A line on standard error, after a place in a makefile or the program's name.
    pub(super) fn error(&mut self, location: Option<&Location>, text: impl AsRef<[u8]>) {
        let mut line = match location {
            Some(location) => location.to_string().into_bytes(),
            None => self.program.to_vec(),
        };
        line.extend_from_slice(b": ");
        line.extend_from_slice(text.as_ref());
        line.push(b'\n');
        self.write_error(&line);
    }

    /// Writes out what is held back: before anything else may write.
    pub(super) fn flush(&mut self) {
        if self.stdout.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.stdout);
        let result = io::stdout().write_all(&text).and_then(|()| io::stdout().flush());
        self.note(result);
        self.stdout = text;
        self.stdout.clear();
    }

    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.broken.get_or_insert(error);
        }
    }

    /// Passes on, as one piece, what a job wrote.
    pub(super) fn release(&mut self, capture: &mut Capture) {
        let (out, err) = match capture.take() {
            Ok(texts) => texts,
            Err(error) => return self.note(Err(error)),
        };
        if out.is_empty() && err.is_empty() {
            return;
        }
        let context = self.context.take();
        self.flush();
        // One make at a time: those above and below share the stream.
        let locked = fcntl_lock(io::stdout(), FlockOperation::LockExclusive).is_ok();
        let tells = self.enter();
        self.stdout.extend_from_slice(&out);
        self.flush();
        let _ = io::stderr().write_all(&err);
        if tells {
            self.log_folder("Leaving");
        }
        self.flush();
        if locked {
            let _ = fcntl_lock(io::stdout(), FlockOperation::Unlock);
        }
        self.context = context;
    }
}

/// Whether standard output and standard error are one file.
fn same_place() -> bool {
    match (rustix::fs::fstat(io::stdout()), rustix::fs::fstat(io::stderr())) {
        (Ok(out), Ok(err)) => (out.st_dev, out.st_ino) == (err.st_dev, err.st_ino),
        _ => false,
    }
}
