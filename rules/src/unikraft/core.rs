//! The core's top makefile, native: the order in which fragments are read, the variables that they
//! find, and the graph that they end in. Knows which files of a core matter and when; what a macro
//! or a library does is in its own file.

use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};

use super::compile::Expanded;
use super::library::{Library, Workshop};
use super::macros::{self, Marks};
use super::recipe;
use super::setup::Setup;
use super::{names, words};
use crate::graph::{Command, FileId, Graph, GraphError, OptionHeader, Origin, Step};
use crate::make::{self, Evaluator, Flavor, Host, VariableOrigin};

/// What fragments describe.
#[derive(Debug)]
pub struct Description {
    /// Every step.
    pub graph: Graph,
    /// The images that the configuration asks for, with their unstripped twins.
    pub images: Vec<FileId>,
    /// The libraries that are part of the images, in the order of their registration.
    pub libraries: Vec<BString>,
    /// The name of the images, from the configuration.
    pub name: BString,
}

/// Why there is no description.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A fragment is wrong.
    #[error(transparent)]
    Make(#[from] make::Error),
    /// The steps do not fit together.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// Nothing compiles a source.
    #[error("{library}: nothing is known that compiles `{path}`")]
    UnknownSource {
        /// The library that lists it.
        library: BString,
        /// The source.
        path: BString,
        /// The line that lists it.
        origin: Option<Origin>,
    },
    /// The core has no such architecture.
    #[error("this core does not support the architecture `{architecture}`: there is no {}", missing.display())]
    NoArchitecture {
        /// Its name.
        architecture: BString,
        /// The file that would describe it.
        missing: PathBuf,
    },
    /// The configuration chooses no platform.
    #[error("no platform is chosen")]
    NoPlatform,
    /// The configuration chooses nothing that boots.
    #[error("no library that boots the image is chosen (ukboot, for example)")]
    NoBoot,
    /// A folder that makefiles cannot name.
    #[error("the path `{}` has a blank in it, which fragments cannot express", path.display())]
    Blank {
        /// The folder.
        path: PathBuf,
    },
}

/// Lists that fragments append to, empty at first.
const LISTS: &[&str] = &[
    "UK_FETCH", "UK_PREPARE", "UK_PREPROCESS", "UK_PLATS", "UK_LIBS", "UK_ALIBS", "UK_OLIBS",
    "UK_SRCS", "UK_DEPS", "UK_OBJS", "UK_IMAGES", "UK_DEBUG_IMAGES", "UK_CLEAN", "ARCHFLAGS",
    "ISR_ARCHFLAGS", "COMPFLAGS", "ASFLAGS", "ASINCLUDES", "CFLAGS", "CINCLUDES", "CXXFLAGS",
    "CXXINCLUDES", "GOCFLAGS", "GOCINCLUDES", "RUSTCFLAGS", "DBGFLAGS", "LDFLAGS", "LIBLDFLAGS",
    "IMAGE_LDFLAGS", "EACHOLIB_SRCS", "EACHOLIB_OBJS", "EACHOLIB_ALIBS", "EACHOLIB_LOCALS",
];

/// Host programs that fragments and recipes name by variable.
const PROGRAMS: &[(&str, &str)] = &[
    ("RM", "rm -f"), ("MV", "mv -f"), ("CP", "cp -f"), ("MKDIR", "mkdir"), ("TOUCH", "touch"),
    ("XARGS", "xargs"), ("M4", "m4"), ("CAT", "cat"), ("SED", "sed"), ("AWK", "awk"),
    ("YACC", "bison"), ("LEX", "flex"), ("PATCH", "patch"), ("GZIP", "gzip"), ("TAR", "tar"),
    ("UNZIP", "unzip -qq -u"), ("GIT", "git"), ("WGET", "wget"), ("SHA1SUM", "sha1sum -b"),
    ("SHA256SUM", "sha256sum -b"), ("SHA512SUM", "sha512sum -b"), ("MD5SUM", "md5sum -b"),
    ("DTC", "dtc"), ("HOSTCC", "gcc"), ("HOSTCXX", "g++"), ("HOSTLN", "ln"), ("HOSTAR", "ar"),
    ("HOSTLD", "ld"), ("HOSTNM", "nm"), ("HOSTOBJCOPY", "objcopy"), ("HOSTCPP", "cpp"),
    ("RUSTC", "rustc"),
];

/// Programs of the toolchain, which take its prefix.
const TOOLS: &[(&str, &str)] = &[
    ("READELF", "readelf"), ("STRIP", "strip"), ("OBJCOPY", "objcopy"), ("OBJDUMP", "objdump"),
    ("NM", "gcc-nm"), ("GOC", "gccgo"),
];

/// Reads the core, the libraries and the application that `setup` names and describes how their
/// images are made. Files, wildcards and `$(shell)` go through `host`.
pub fn describe(setup: &Setup, host: &mut dyn Host) -> Result<Description, Error> {
    for path in [&setup.core, &setup.app, &setup.build].into_iter().chain(&setup.libraries) {
        if bytes(path).iter().any(u8::is_ascii_whitespace) {
            return Err(Error::Blank { path: path.clone() });
        }
    }
    let mut fragments = Fragments::new(setup, host);
    fragments.begin()?;
    fragments.read_architecture()?;
    fragments.begin_tools()?;
    fragments.read_libraries()?;
    let libraries = fragments.register_libraries()?;
    for platform in fragments.words(b"UK_PLATS".as_bstr())? {
        let linker = BString::from(format!("UK_PLAT_{}_LINKER", names::upper(&platform)));
        for path in fragments.words(linker.as_bstr())? {
            fragments.include(path.as_bstr())?;
        }
    }
    fragments.finish(&libraries)
}
