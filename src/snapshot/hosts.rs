//! The world as makefiles and as Kconfig files ask for it, seen through a witness.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use kconfig::{FileSystem, Shell, SystemFiles};
use rules::make::{self, Entry, FileKind, Host, Message, ScriptResult};

use super::script::Script;
use super::witness::{There, Witness};

/// A host of which every answer is remembered.
pub(crate) struct WatchedHost<H> {
    host: H,
    witness: Arc<Witness>,
}

impl<H: Host> WatchedHost<H> {
    pub(crate) fn new(host: H, witness: &Arc<Witness>) -> WatchedHost<H> {
        WatchedHost { host, witness: Arc::clone(witness) }
    }

    fn place(&self, path: &[u8]) -> PathBuf {
        PathBuf::from(OsString::from_vec(self.host.folder().into())).join(OsStr::from_bytes(path))
    }
}

impl<H: Host> Host for WatchedHost<H> {
    fn folder(&self) -> BString {
        self.host.folder()
    }

    fn read(&mut self, path: &BStr) -> io::Result<Vec<u8>> {
        let place = self.place(path);
        self.witness.reading(&place, || self.host.read(path))
    }

    fn write(&mut self, path: &BStr, contents: &[u8], append: bool) -> io::Result<()> {
        self.host.write(path, contents, append)?;
        self.witness.wrote(&self.place(path));
        if append {
            self.witness.spoil();
        }
        Ok(())
    }

    fn list(&mut self, folder: &BStr) -> io::Result<Vec<Entry>> {
        let entries = self.witness.list(&self.place(folder))?.into_iter();
        let kind = |is_folder| if is_folder { FileKind::Folder } else { FileKind::Other };
        Ok(entries.map(|(name, is_folder)| Entry { name, kind: kind(is_folder) }).collect())
    }

    fn kind(&mut self, path: &BStr) -> Option<FileKind> {
        match self.witness.look(&self.place(path)) {
            There::Nothing => None,
            There::Folder => Some(FileKind::Folder),
            There::File | There::Special | There::DeadLink => Some(FileKind::Other),
        }
    }

    fn real_path(&mut self, path: &BStr) -> Option<BString> {
        let real = self.witness.real(&self.place(path)).ok()?;
        Some(real.into_os_string().into_vec().into())
    }

    fn home(&mut self, user: Option<&BStr>) -> Option<BString> {
        if user.is_some() {
            // The host looks there.
            let _ = self.witness.read(Path::new("/etc/passwd"));
        }
        self.host.home(user)
    }

    fn shell(&mut self, script: &make::Script<'_>) -> io::Result<ScriptResult> {
        let said = self.witness.run(Script {
            argv: script.argv.to_vec(),
            environment: Arc::clone(script.environment),
            folder: self.host.folder(),
        })?;
        said.complain();
        Ok(ScriptResult { output: said.output, status: said.status })
    }

    fn message(&mut self, message: Message) {
        self.host.message(message);
    }
}

impl FileSystem for Witness {
    fn read(&self, path: &Path, room: &mut Vec<u8>) -> io::Result<()> {
        self.reading(path, || SystemFiles.read(path, room).map(|()| &*room))?;
        Ok(())
    }

    fn is_file(&self, path: &Path) -> io::Result<bool> {
        self.look(path);
        SystemFiles.is_file(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let entries = Witness::list(self, folder)?.into_iter();
        Ok(entries.map(|(name, _)| OsString::from_vec(name.into())).collect())
    }
}

/// Runs the scripts of Kconfig files under a witness.
pub(crate) struct WatchedShell(pub(crate) Arc<Witness>);

impl Shell for WatchedShell {
    fn run(
        &mut self,
        command: &BStr,
        folder: &Path,
        variables: &BTreeMap<BString, BString>,
    ) -> io::Result<Vec<u8>> {
        let variables = variables.iter();
        let said = self.0.run(Script {
            argv: vec!["/bin/sh".into(), "-c".into(), command.into()],
            environment: Arc::new(
                variables.map(|(name, value)| (name.clone(), value.clone())).collect(),
            ),
            folder: folder.as_os_str().as_bytes().as_bstr().to_owned(),
        })?;
        said.complain();
        Ok(said.output)
    }
}
