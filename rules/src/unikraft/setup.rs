//! What a description starts from: folders, tools and the configuration. Plain data, given by the
//! caller.

use std::path::PathBuf;

use bstr::BString;

/// The trees, the configuration and the tools of one build.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The core (`CONFIG_UK_BASE`).
    pub core: PathBuf,
    /// Its full version (`UK_FULLVERSION`), as [`Version`](super::Version) tells it.
    pub version: BString,
    /// The application (`CONFIG_UK_APP`).
    pub app: PathBuf,
    /// Where everything is built (`BUILD_DIR`).
    pub build: PathBuf,
    /// External libraries (`L=`).
    pub libraries: Vec<PathBuf>,
    /// External platforms (`P=`).
    pub platforms: Vec<PathBuf>,
    /// What is asked for besides images: names of targets.
    pub goals: Vec<BString>,
    /// The configuration as `auto.conf` has it: full names (`CONFIG_X`), and values with strings in
    /// quotes. Options that are not set are absent.
    pub configuration: Vec<(BString, BString)>,
    /// The user's settings that all of that comes from (`.config`).
    pub settings: PathBuf,
    /// The architecture's name (`x86_64`).
    pub architecture: BString,
    /// The programs that compile.
    pub tools: Tools,
    /// The environment that `$(shell)` runs in, and that makefiles see as variables.
    pub environment: Vec<(BString, BString)>,
    /// Variables given on the command line, which win over every assignment in a fragment.
    pub overrides: Vec<(BString, BString)>,
}

/// The compiler and what it is.
#[derive(Clone, Debug)]
pub struct Tools {
    /// What stands before the names of all programs (`CROSS_COMPILE`).
    pub prefix: BString,
    /// The compiler's command.
    pub compiler: BString,
    /// Its version, major and minor.
    pub version: (u32, u32),
    /// The architecture that the compiler's host has (`HOSTARCH`).
    pub host_architecture: BString,
}
