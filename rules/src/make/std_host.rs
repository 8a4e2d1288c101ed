//! The host for real use: files and shells of this machine. Knows nothing of make.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use bstr::{BStr, BString, ByteSlice};

use super::host::{Entry, FileKind, Host, Message, Script, ScriptResult};

/// What is done with messages.
type Sink = Box<dyn FnMut(&Message) + Send>;

/// Files and shells of this machine, seen from one folder.
pub struct StdHost {
    folder: PathBuf,
    home: Option<BString>,
    sink: Sink,
}

impl StdHost {
    /// A host in `folder`, which must be absolute. Messages go to `sink`.
    pub fn new(folder: impl Into<PathBuf>, sink: impl FnMut(&Message) + Send + 'static) -> StdHost {
        StdHost { folder: folder.into(), home: None, sink: Box::new(sink) }
    }

    /// The home folder that `~` stands for.
    pub fn with_home(mut self, home: impl Into<BString>) -> StdHost {
        self.home = Some(home.into());
        self
    }

    fn path(&self, path: &BStr) -> PathBuf {
        self.folder.join(os(path))
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
        std::fs::read(self.path(path))
    }

    fn write(&mut self, path: &BStr, contents: &[u8], append: bool) -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        options.open(self.path(path))?.write_all(contents)
    }

    fn list(&mut self, folder: &BStr) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(self.path(folder))? {
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
        let found = std::fs::symlink_metadata(&path).ok()?;
        let is_folder = found.is_dir() || (found.is_symlink() && path.is_dir());
        Some(if is_folder { FileKind::Folder } else { FileKind::Other })
    }

    fn real_path(&mut self, path: &BStr) -> Option<BString> {
        let real = std::fs::canonicalize(self.path(path)).ok()?;
        Some(BString::from(bytes(real.as_os_str())))
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
        Ok(ScriptResult { output: result.stdout, status: status(result.status) })
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
