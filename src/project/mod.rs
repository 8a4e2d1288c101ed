//! Applications: where they, the core and their libraries are, and how they are configured. Knows
//! the layout of folders; knows neither commands nor terminals.

mod app;
mod compile_commands;
mod configuration;
mod kraft;
mod makefile;
mod needs;
mod roots;
mod suites;

pub use app::App;
pub use compile_commands::compile_commands;
pub use configuration::{Combination, Configuration, Created, Options};
pub use kraft::{Kraft, KraftError, Target};
pub use needs::Needs;
pub use roots::Roots;
pub use suites::Suites;

use std::io;
use std::path::{Path, PathBuf};

/// Why an application cannot be worked with.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ProjectError {
    /// The folder is not there.
    #[error("there is no folder {}", folder.display())]
    NoFolder {
        /// What was named.
        folder: PathBuf,
    },
    /// The folder has no `Makefile.uk`.
    #[error("{} is no application: it has no Makefile.uk", folder.display())]
    #[diagnostic(help("name the application's folder: ukbuild build path/to/app"))]
    NoApp {
        /// What was named.
        folder: PathBuf,
    },
    /// No core anywhere.
    #[error("no Unikraft core found")]
    #[diagnostic(help(
        "name one with UK_ROOT=/path/to/unikraft; without it ukbuild looks for `unikraft/` above the \
         application and above itself, and for share/ukbuild/ beside its own bin/ folder"
    ))]
    NoCore,
    /// What `UK_ROOT` names is not a core.
    #[error("UK_ROOT is {}, which is no Unikraft core: it has no Config.uk", root.display())]
    #[diagnostic(help("set UK_ROOT to the folder that holds Config.uk, lib/ and plat/"))]
    BadCore {
        /// What was named.
        root: PathBuf,
    },
    /// A library that kraft.yaml asks for.
    #[error("the library `{name}` is not there")]
    #[diagnostic(help("looked for {}; UK_LIBS names the folder that holds libraries",
        looked.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")))]
    NoLibrary {
        /// Its name.
        name: String,
        /// Where it could have been.
        looked: Vec<PathBuf>,
    },
    /// A folder of `L=` or `P=` that is not there, or has no `Makefile.uk`.
    #[error("{variable}= names {}, which has no Makefile.uk", folder.display())]
    #[diagnostic(help("folders are separated by colons: {variable}=/path/to/one:/path/to/two"))]
    NoFragment {
        /// The variable, `L` or `P`.
        variable: &'static str,
        /// What it names.
        folder: PathBuf,
    },
    /// kraft.yaml is not readable.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Kraft(#[from] KraftError),
    /// An option's file is wrong.
    #[error(transparent)]
    Kconfig(#[from] kconfig::Error),
    /// A setting is refused.
    #[error(transparent)]
    Set(kconfig::SetError),
    /// The core's tests cannot be driven.
    #[error("this core has no option {option}, by which its tests tell their results")]
    #[diagnostic(help("name a core that has: UK_ROOT=/path/to/unikraft"))]
    NoTests {
        /// What is missing.
        option: &'static str,
    },
    /// A path that fragments cannot express.
    #[error(transparent)]
    #[diagnostic(help("move it to a path without such characters"))]
    Path(rules::unikraft::Error),
    /// The core has no such architecture.
    #[error("this core is not for {architecture}")]
    #[diagnostic(help("name a core that is: UK_ROOT=/path/to/unikraft"))]
    ForeignArchitecture {
        /// What was asked for.
        architecture: crate::toolchain::Architecture,
    },
    /// A name that cannot be a file's.
    #[error("the option UK_NAME is `{name}`, which cannot be the name of an image")]
    #[diagnostic(help("use letters, digits and . _ + - : ukbuild set UK_NAME=hello"))]
    ImageName {
        /// The name.
        name: String,
    },
    /// A file cannot be used.
    #[error("cannot {action} {}: {cause}", path.display())]
    Io {
        /// What was tried: `read`, `write`.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
}

impl ProjectError {
    /// For `map_err`: what was tried on which file.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ProjectError {
        let path = path.to_owned();
        move |cause| ProjectError::Io { action, path, cause }
    }
}
