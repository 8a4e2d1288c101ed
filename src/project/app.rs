//! An application's folder. Knows its files, not what is in the core.

use std::path::{Path, PathBuf};

use bstr::ByteSlice;

use super::makefile::Call;
use super::{Kraft, ProjectError};
use crate::surroundings::Surroundings;

/// An application: a folder with a `Makefile.uk`.
#[derive(Clone, Debug)]
pub struct App {
    /// The folder, absolute, without links.
    pub folder: PathBuf,
    /// Its name when the configuration gives no other: `N=`, or that of the folder.
    pub name: String,
    /// Its `kraft.yaml`, empty where there is none.
    pub kraft: Kraft,
    /// How its `Makefile` calls the core's.
    pub(super) call: Call,
    configuration: PathBuf,
    build: PathBuf,
    /// The settings that those of the tests are made from, where it is these that are meant.
    pub(super) tested: Option<PathBuf>,
}

impl App {
    /// Opens the application in `folder`. `C=`, `O=` and `N=` on the command line, and in what the
    /// application's `Makefile` hands to the core's, say where its files are and how it is called.
    pub fn open(folder: &Path, surroundings: &Surroundings) -> Result<App, ProjectError> {
        let Ok(folder) = folder.canonicalize() else {
            return Err(ProjectError::NoFolder { folder: folder.to_owned() });
        };
        if !folder.join("Makefile.uk").is_file() {
            return Err(ProjectError::NoApp { folder });
        }
        let kraft = Kraft::read(&folder)?.unwrap_or_default();
        let call = Call::of(&folder, surroundings);
        let path = |variable: &str| match surroundings.word(variable) {
            Some(path) => Some(surroundings.resolve(Path::new(path))),
            None => Some(call.variable(variable)?.to_path_lossy().into_owned()),
        };
        let name = match surroundings.word("N") {
            Some(name) => name.to_string_lossy(),
            None => folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy(),
        };
        Ok(App {
            name: name.into_owned(),
            kraft,
            configuration: path("C").unwrap_or_else(|| folder.join(".config")),
            build: path("O").unwrap_or_else(|| folder.join("build")),
            call,
            folder,
            tested: None,
        })
    }

    /// The same application with the tests of all that is in it: configured and built in a folder of
    /// their own, out of the settings as they are.
    pub fn tests(&self) -> App {
        let build = self.build.join("test");
        let tested = Some(self.configuration.clone());
        App { configuration: build.join(".config"), build, tested, ..self.clone() }
    }

    /// The user's configuration.
    pub fn configuration(&self) -> PathBuf {
        self.configuration.clone()
    }

    /// The settings that a first configuration starts from, where the application has them.
    pub fn defconfig(&self) -> Option<PathBuf> {
        Some(self.folder.join("defconfig")).filter(|path| path.is_file())
    }

    /// The folder of everything that is built.
    pub fn build(&self) -> PathBuf {
        self.build.clone()
    }
}
