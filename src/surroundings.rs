//! What the process was started with: environment, current folder, its own path. Read once, at the
//! start, and handed down as a value, so that no layer below looks at the process.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// The start conditions of one run.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Environment variables.
    pub environment: BTreeMap<OsString, OsString>,
    /// Variables given as words of the command line, in the way of make. They are in the
    /// environment, too.
    pub words: BTreeMap<OsString, OsString>,
    /// The current folder, absolute.
    pub folder: PathBuf,
    /// The running program's own path, links resolved, when the system tells.
    pub program: Option<PathBuf>,
}

impl Surroundings {
    /// Those of this process. Fails when the current folder is gone.
    pub fn of_process() -> io::Result<Surroundings> {
        let program = std::env::current_exe().and_then(|path| path.canonicalize());
        Ok(Surroundings {
            environment: std::env::vars_os().collect(),
            words: BTreeMap::new(),
            folder: std::env::current_dir()?,
            program: program.ok(),
        })
    }

    /// An environment variable; an empty one counts as absent, as the tools we replace have it.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        let value = self.environment.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value.as_os_str())
    }

    /// The same with variables of the command line.
    pub fn with(&self, words: impl IntoIterator<Item = (OsString, OsString)>) -> Surroundings {
        let mut more = self.clone();
        more.words.extend(words);
        more.environment.extend(more.words.clone());
        more
    }

    /// A variable of the command line; an empty one counts as absent.
    pub fn word(&self, name: &str) -> Option<&OsStr> {
        let value = self.words.get(OsStr::new(name))?;
        (!value.is_empty()).then_some(value.as_os_str())
    }

    /// `path` as seen from the current folder.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// The file that running `program` would start: a path as it is, a bare name through `PATH`.
    pub fn which(&self, program: &OsStr) -> Option<PathBuf> {
        let given = Path::new(program);
        if given.components().count() > 1 {
            let path = self.resolve(given);
            return is_program(&path).then_some(path);
        }
        let path = self.environment.get(OsStr::new("PATH"))?;
        std::env::split_paths(path).map(|folder| folder.join(given)).find(|path| is_program(path))
    }
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}
