//! What the process was started with: environment, current folder, its own path. Read once, at the
//! start, and handed down as a value, so that no layer below looks at the process.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use bstr::BString;

/// Variables of a terminal, a window or a login, which are others each time.
const OF_THE_SESSION: [&str; 12] = [
    "_",
    "SHLVL",
    "OLDPWD",
    "WINDOWID",
    "TMUX",
    "TMUX_PANE",
    "STY",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "SSH_TTY",
    "GPG_TTY",
    "XDG_SESSION_ID",
];

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

    /// What evaluation gets to see in `folder`: variables that tell of the session and not of the
    /// build are left out, so that nothing can depend on them. The shell sets `_` and counts
    /// `SHLVL` anew for every command.
    pub fn evaluated_in(&self, folder: &Path) -> Surroundings {
        let mut seen = self.clone();
        seen.environment.retain(|name, _| !OF_THE_SESSION.iter().any(|other| name == other));
        seen.environment.insert("PWD".into(), folder.into());
        seen
    }

    /// The environment, as bytes.
    pub fn variables(&self) -> Vec<(BString, BString)> {
        let bytes = |text: &OsString| BString::from(text.as_encoded_bytes());
        self.environment.iter().map(|(name, value)| (bytes(name), bytes(value))).collect()
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
