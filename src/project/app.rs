//! An application's folder. Knows its files, not what is in the core.

use std::path::{Path, PathBuf};

use super::{Kraft, ProjectError};

/// An application: a folder with a `Makefile.uk`.
#[derive(Clone, Debug)]
pub struct App {
    /// The folder, absolute, without links.
    pub folder: PathBuf,
    /// Its name when the configuration gives no other: that of the folder.
    pub name: String,
    /// Its `kraft.yaml`, empty where there is none.
    pub kraft: Kraft,
}

impl App {
    /// Opens the application in `folder`.
    pub fn open(folder: &Path) -> Result<App, ProjectError> {
        let Ok(folder) = folder.canonicalize() else {
            return Err(ProjectError::NoFolder { folder: folder.to_owned() });
        };
        if !folder.join("Makefile.uk").is_file() {
            return Err(ProjectError::NoApp { folder });
        }
        let kraft = Kraft::read(&folder)?.unwrap_or_default();
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        Ok(App { name: name.to_string_lossy().into_owned(), kraft, folder })
    }

    /// The user's configuration.
    pub fn configuration(&self) -> PathBuf {
        self.folder.join(".config")
    }

    /// The settings that a first configuration starts from, where the application has them.
    pub fn defconfig(&self) -> Option<PathBuf> {
        Some(self.folder.join("defconfig")).filter(|path| path.is_file())
    }

    /// The folder of everything that is built.
    pub fn build(&self) -> PathBuf {
        self.folder.join("build")
    }
}
