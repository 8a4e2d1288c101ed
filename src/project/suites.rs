//! An application that is there only for the tests of a core's libraries: where none is at hand. Knows
//! how a core names its libraries' options; nothing of what the tests are.

use std::fmt::Write;
use std::path::Path;

use kconfig::store;

use super::ProjectError;

/// The library of the application itself.
const FRAGMENT: &str = "$(eval $(call addlib,appsuites))\n";

/// What makes an application of libraries.
#[derive(Debug)]
pub struct Suites<'a> {
    /// The core.
    pub core: &'a Path,
    /// The names of the libraries, as images have them; all that have tests, when there is none.
    pub libraries: &'a [String],
}

impl Suites<'_> {
    /// Writes the application into a folder, each file only when it changed.
    pub fn write(&self, folder: &Path) -> Result<(), ProjectError> {
        let mut defconfig = String::from("CONFIG_PLAT_LINUXU=y\nCONFIG_LIBUKBOOT_BANNER_NONE=y\n");
        let mut options = String::from("config APPSUITES\n\tbool\n\tdefault y\n");
        for library in self.libraries {
            // Writing to a string does not fail.
            let _ = writeln!(options, "\tselect {}", option(library));
        }
        if self.libraries.is_empty() {
            for library in self.known().filter(|library| self.has_tests(library)) {
                let _ = writeln!(defconfig, "CONFIG_{}=y", option(&library));
            }
        }
        let files = [("Makefile.uk", FRAGMENT), ("Config.uk", &options), ("defconfig", &defconfig)];
        for (name, text) in files {
            let path = folder.join(name);
            store::update(&path, text.as_bytes()).map_err(ProjectError::io("write", &path))?;
        }
        Ok(())
    }

    /// The libraries of the core, in order.
    pub fn known(&self) -> impl Iterator<Item = String> + use<> {
        let entries = self.core.join("lib").read_dir().into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.path().join("Makefile.uk").is_file());
        let mut names: Vec<String> =
            folders.map(|entry| format!("lib{}", entry.file_name().to_string_lossy())).collect();
        names.sort();
        names.into_iter()
    }

    fn has_tests(&self, library: &str) -> bool {
        let folder = library.strip_prefix("lib").unwrap_or(library);
        self.core.join("lib").join(folder).join("tests").is_dir()
    }
}

/// The option of a library.
fn option(library: &str) -> String {
    library.to_ascii_uppercase().replace('-', "_")
}
