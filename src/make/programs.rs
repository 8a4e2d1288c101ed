//! Programs, by the names that commands give them: where they are, and starting them. Knows nothing
//! of targets, and waits for nothing.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use bstr::{BStr, BString, ByteSlice};
use rustix::io::Errno;

use crate::built_ins::runs_plainly;

/// What to start.
pub(super) struct Start<'a> {
    pub(super) argv: &'a [BString],
    pub(super) environment: &'a [(BString, BString)],
    pub(super) folder: &'a Path,
    pub(super) stdin: Stream,
    pub(super) stdout: Stream,
    pub(super) stderr: Stream,
}

/// What one of a program's standard streams is.
pub(super) enum Stream {
    /// The one that make has.
    Own,
    Nothing,
    /// A pipe to make.
    Pipe,
    File(File),
}

impl Stream {
    fn open(&self) -> io::Result<Stdio> {
        Ok(match self {
            Stream::Own => Stdio::inherit(),
            Stream::Nothing => Stdio::null(),
            Stream::Pipe => Stdio::piped(),
            Stream::File(file) => file.try_clone()?.into(),
        })
    }
}

/// Where programs are.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    found: HashMap<BString, PathBuf>,
    /// The `PATH` that `found` holds for.
    path: BString,
    /// The process's own folder: programs are started there without being told.
    own_folder: PathBuf,
}

impl Programs {
    pub(super) fn new(own_folder: PathBuf) -> Programs {
        Programs { found: HashMap::new(), path: BString::default(), own_folder }
    }

    /// Whether a name stands for one of the system's own programs, with nothing put in between that
    /// would have to see it start or see what it does.
    pub(super) fn are_plain(
        &mut self,
        name: &BStr,
        environment: &[(BString, BString)],
        folder: &Path,
    ) -> bool {
        let file = self.find(name, environment, folder).ok();
        runs_plainly(name, file.as_deref(), environment)
    }

    /// Starts a program.
    pub(super) fn start(&mut self, start: &Start<'_>) -> io::Result<Child> {
        let Some((program, arguments)) = start.argv.split_first() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        // With the path known, the system need not copy this process to look for it.
        let path = self.find(program.as_bstr(), start.environment, start.folder)?;
        match self.spawn(&path, Some(program), arguments, start) {
            // A script without a first line that names its interpreter.
            Err(error) if error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error()) => {
                let mut words = vec![BString::from(path.as_os_str().as_bytes())];
                words.extend_from_slice(arguments);
                self.spawn(Path::new("/bin/sh"), None, &words, start)
            }
            spawned => spawned,
        }
    }

    fn spawn(
        &self,
        path: &Path,
        name: Option<&BString>,
        arguments: &[BString],
        start: &Start<'_>,
    ) -> io::Result<Child> {
        let mut command = Command::new(path);
        if let Some(name) = name {
            command.arg0(OsStr::from_bytes(name));
        }
        command.args(arguments.iter().map(|word| OsStr::from_bytes(word))).env_clear();
        let pairs = start.environment.iter();
        command
            .envs(pairs.map(|(name, value)| (OsStr::from_bytes(name), OsStr::from_bytes(value))));
        if start.folder != self.own_folder {
            command.current_dir(start.folder);
        }
        command.stdin(start.stdin.open()?);
        command.stdout(start.stdout.open()?).stderr(start.stderr.open()?);
        command.spawn()
    }

    /// The file that a program's name stands for, by the program's own `PATH`.
    fn find(
        &mut self,
        name: &BStr,
        environment: &[(BString, BString)],
        folder: &Path,
    ) -> io::Result<PathBuf> {
        let absolute = |path: &[u8]| folder.join(OsStr::from_bytes(path));
        if name.contains(&b'/') {
            return Ok(absolute(name));
        }
        let path = environment.iter().rev().find(|(key, _)| key == "PATH");
        let path = path.map_or(&b"/bin:/usr/bin"[..], |(_, path)| path.as_slice());
        if self.path != path {
            self.found.clear();
            self.path = path.into();
        }
        if let Some(path) = self.found.get(name) {
            return Ok(path.clone());
        }
        let mut error = Errno::NOENT;
        for place in path.split(|&byte| byte == b':') {
            let path = absolute(place).join(OsStr::from_bytes(name));
            match rustix::fs::access(&path, rustix::fs::Access::EXEC_OK) {
                Ok(()) if path.is_file() => {
                    self.found.insert(name.to_owned(), path.clone());
                    return Ok(path);
                }
                Ok(()) | Err(Errno::ACCESS) if path.exists() => error = Errno::ACCESS,
                _ => {}
            }
        }
        Err(error.into())
    }
}
