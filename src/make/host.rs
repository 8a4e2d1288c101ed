//! The world as makefiles see it: files and scripts of the real system, with the run's folder and
//! output. Knows nothing of targets.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Entry, FileKind, Host, Message, Script, ScriptResult, Severity};

use super::children::Children;
use super::output::Output;
use super::programs::{Programs, Start, Stream};
use crate::built_ins::BuiltIn;

/// The system, seen from one folder.
pub(super) struct World {
    pub(super) folder: PathBuf,
    pub(super) home: Option<BString>,
    pub(super) output: Arc<Mutex<Output>>,
    pub(super) programs: Programs,
    /// Who knows of signals.
    pub(super) children: Children,
}

impl World {
    fn path(&self, path: &BStr) -> PathBuf {
        self.folder.join(OsStr::from_bytes(path))
    }

    /// What a script comes to that needs no process.
    fn carry_out(&mut self, script: &Script<'_>) -> Option<ScriptResult> {
        let (programs, folder) = (&mut self.programs, &self.folder);
        let found = BuiltIn::find(script.argv, |name| {
            programs.are_plain(name, script.environment, folder)
        })?;
        let mut output = Vec::new();
        let done = found.perform(folder, |text| {
            output.extend_from_slice(text);
            Ok(())
        });
        done.then_some(ScriptResult { output, status: 0 })
    }

    fn output(&self) -> std::sync::MutexGuard<'_, Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for World {
    fn folder(&self) -> BString {
        self.folder.as_os_str().as_bytes().into()
    }

    fn read(&mut self, path: &BStr) -> io::Result<Vec<u8>> {
        std::fs::read(self.path(path))
    }

    fn write(&mut self, path: &BStr, contents: &[u8], append: bool) -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).append(append).truncate(!append);
        options.open(self.path(path)).and_then(|mut file| file.write_all(contents))
    }

    fn list(&mut self, folder: &BStr) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(self.path(folder))? {
            let entry = entry?;
            let name = BString::from(entry.file_name().as_bytes());
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
        Some(real.as_os_str().as_bytes().into())
    }

    fn home(&mut self, user: Option<&BStr>) -> Option<BString> {
        let Some(user) = user else { return self.home.clone() };
        let users = std::fs::read("/etc/passwd").ok()?;
        let line = users.lines().find(|line| line.split_str(":").next() == Some(user))?;
        line.split_str(":").nth(5).map(BString::from)
    }

    fn shell(&mut self, script: &Script<'_>) -> io::Result<ScriptResult> {
        if script.argv.is_empty() {
            return Ok(ScriptResult { output: Vec::new(), status: 0 });
        }
        if let Some(result) = self.carry_out(script) {
            return Ok(result);
        }
        let stderr = {
            let mut output = self.output();
            output.start();
            output.flush();
            match &output.context {
                Some(capture) => Stream::File(capture.ends()?.1),
                None => Stream::Own,
            }
        };
        let start = Start {
            argv: script.argv,
            environment: script.environment,
            folder: &self.folder,
            stdin: Stream::Own,
            stdout: Stream::Pipe,
            stderr,
        };
        let script = self.programs.start(&start)?;
        let (output, status) = self.children.output_of(script)?;
        let code = status.code();
        let status = code.or(status.signal().map(|signal| 128 + signal)).unwrap_or(-1);
        Ok(ScriptResult { output, status })
    }

    fn message(&mut self, message: Message) {
        let mut output = self.output();
        match message.severity {
            Severity::Info => output.write(&message.line()),
            Severity::Warning | Severity::Error => {
                output.error(message.location.as_ref(), &message.text);
            }
        }
    }
}
