//! The host for real use: files and shells of this machine. Remembers all that it was asked, so that
//! a later run can tell whether the same evaluation would come out the same. Knows nothing of make.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use bstr::{BStr, BString, ByteSlice};

use super::host::{Entry, FileKind, Host, Message, Script, ScriptResult};

/// Something that evaluation learned from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// A file was read, or was not there to be read.
    Read(PathBuf),
    /// A folder was listed.
    Listed(PathBuf),
    /// A path was asked for.
    Looked {
        /// The path.
        path: PathBuf,
        /// What was there.
        kind: Option<FileKind>,
    },
    /// The real path behind a path was asked for.
    Resolved {
        /// The path.
        path: PathBuf,
        /// What it came to.
        real: Option<PathBuf>,
    },
    /// A script ran.
    Ran {
        /// The script.
        script: BString,
        /// What it wrote.
        output: BString,
        /// Its exit status.
        status: i32,
    },
    /// A file was written.
    Wrote(PathBuf),
}

/// What is done with messages.
type Sink = Box<dyn FnMut(&Message) + Send>;

/// What a [`StdHost`] has seen so far; shared with the one who made the host.
pub type Observations = std::sync::Arc<std::sync::Mutex<Vec<Observation>>>;

/// Files and shells of this machine, seen from one folder.
pub struct StdHost {
    folder: PathBuf,
    home: Option<BString>,
    observations: Observations,
    sink: Sink,
}

impl StdHost {
    /// A host in `folder`, which must be absolute. Messages go to `sink`.
    pub fn new(folder: impl Into<PathBuf>, sink: impl FnMut(&Message) + Send + 'static) -> StdHost {
        StdHost {
            folder: folder.into(),
            home: None,
            observations: Observations::default(),
            sink: Box::new(sink),
        }
    }

    /// The home folder that `~` stands for.
    pub fn with_home(mut self, home: impl Into<BString>) -> StdHost {
        self.home = Some(home.into());
        self
    }

    /// All that evaluation has learned from outside, in order.
    pub fn observations(&self) -> Observations {
        self.observations.clone()
    }

    fn path(&self, path: &BStr) -> PathBuf {
        self.folder.join(os(path))
    }

    fn note(&self, observation: Observation) {
        if let Ok(mut all) = self.observations.lock() {
            all.push(observation);
        }
    }
}

fn os(bytes: &[u8]) -> &OsStr {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes)
}

fn bytes(text: &OsStr) -> &[u8] {
    use std::os::unix::ffi::OsStrExt;
    text.as_bytes()
}

impl Host for StdHost {
    fn folder(&self) -> BString {
        BString::from(bytes(self.folder.as_os_str()))
    }

    fn read(&mut self, path: &BStr) -> io::Result<Vec<u8>> {
        let path = self.path(path);
        let result = std::fs::read(&path);
        self.note(Observation::Read(path));
        result
    }

    fn write(&mut self, path: &BStr, contents: &[u8], append: bool) -> io::Result<()> {
        let path = self.path(path);
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        let result = options.open(&path).and_then(|mut file| file.write_all(contents));
        self.note(Observation::Wrote(path));
        result
    }

    fn list(&mut self, folder: &BStr) -> io::Result<Vec<Entry>> {
        let folder = self.path(folder);
        self.note(Observation::Listed(folder.clone()));
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let name = BString::from(bytes(&entry.file_name()));
            let is_folder = match entry.file_type()? {
                kind if kind.is_symlink() => entry.path().is_dir(),
                kind => kind.is_dir(),
            };
            let kind = if is_folder { FileKind::Folder } else { FileKind::Other };
            entries.push(Entry { name, kind });
        }
        Ok(entries)
    }

    fn kind(&mut self, path: &BStr) -> Option<FileKind> {
        let path = self.path(path);
        let found = std::fs::symlink_metadata(&path).ok();
        let kind = found.map(|found| {
            let is_folder = found.is_dir() || (found.is_symlink() && path.is_dir());
            if is_folder { FileKind::Folder } else { FileKind::Other }
        });
        self.note(Observation::Looked { path, kind });
        kind
    }

    fn real_path(&mut self, path: &BStr) -> Option<BString> {
        let path = self.path(path);
        let real = std::fs::canonicalize(&path).ok();
        let text = real.as_ref().map(|real| BString::from(bytes(real.as_os_str())));
        self.note(Observation::Resolved { path, real });
        text
    }

    fn home(&mut self, user: Option<&BStr>) -> Option<BString> {
        let Some(user) = user else { return self.home.clone() };
        let users = self.read(b"/etc/passwd".as_bstr()).ok()?;
        let line = users.lines().find(|line| line.split_str(":").next() == Some(user))?;
        line.split_str(":").nth(5).map(BString::from)
    }

    fn shell(&mut self, script: &Script<'_>) -> io::Result<ScriptResult> {
        let Some((program, arguments)) = script.argv.split_first() else {
            return Ok(ScriptResult { output: Vec::new(), status: 0 });
        };
        let mut command = Command::new(os(program));
        command.args(arguments.iter().map(|argument| os(argument)));
        command.env_clear();
        command.envs(script.environment.iter().map(|(name, value)| (os(name), os(value))));
        command.current_dir(&self.folder).stdin(Stdio::inherit()).stderr(Stdio::inherit());
        let result = command.stdout(Stdio::piped()).spawn()?.wait_with_output()?;
        let status = status(result.status);
        let output = BString::from(result.stdout.as_slice());
        self.note(Observation::Ran { script: script.text.to_owned(), output, status });
        Ok(ScriptResult { output: result.stdout, status })
    }

    fn message(&mut self, message: Message) {
        (self.sink)(&message);
    }
}

/// The exit status; as a shell has it, 128 and the signal's number when a signal ended the script.
fn status(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}
