//! The variables that fragments find before any of them is read: lists, programs, and texts that are
//! evaluated late. Knows names and values; knows nothing of when they are set.

/// Lists that fragments append to, empty at first.
pub(super) const LISTS: &[&str] = &[
    "UK_FETCH",
    "UK_PREPARE",
    "UK_PREPROCESS",
    "UK_PLATS",
    "UK_LIBS",
    "UK_ALIBS",
    "UK_OLIBS",
    "UK_SRCS",
    "UK_DEPS",
    "UK_OBJS",
    "UK_IMAGES",
    "UK_DEBUG_IMAGES",
    "UK_CLEAN",
    "ARCHFLAGS",
    "ISR_ARCHFLAGS",
    "COMPFLAGS",
    "ASFLAGS",
    "ASINCLUDES",
    "CFLAGS",
    "CINCLUDES",
    "CXXFLAGS",
    "CXXINCLUDES",
    "GOCFLAGS",
    "GOCINCLUDES",
    "RUSTCFLAGS",
    "DBGFLAGS",
    "LDFLAGS",
    "LIBLDFLAGS",
    "IMAGE_LDFLAGS",
    "EACHOLIB_SRCS",
    "EACHOLIB_OBJS",
    "EACHOLIB_ALIBS",
    "EACHOLIB_LOCALS",
];

/// The stages of a build, each with the lists of what it makes; images last.
pub(super) const STAGES: &[(&str, &[&str])] = &[
    ("fetch", &["UK_FETCH"]),
    ("prepare", &["UK_PREPARE"]),
    ("preprocess", &["UK_PREPROCESS"]),
    ("objs", &["UK_OBJS"]),
    ("libs", &["UK_ALIBS", "UK_OLIBS"]),
    ("images", &["UK_DEBUG_IMAGES", "UK_IMAGES"]),
];

/// Host programs that fragments and recipes name by variable.
pub(super) const PROGRAMS: &[(&str, &str)] = &[
    ("RM", "rm -f"),
    ("MV", "mv -f"),
    ("CP", "cp -f"),
    ("MKDIR", "mkdir"),
    ("TOUCH", "touch"),
    ("XARGS", "xargs"),
    ("M4", "m4"),
    ("CAT", "cat"),
    ("SED", "sed"),
    ("GREP", "grep"),
    ("READLINK", "readlink"),
    ("DIRNAME", "dirname"),
    ("PYTHON", "python3"),
    ("AWK", "awk"),
    ("YACC", "bison"),
    ("LEX", "flex"),
    ("PATCH", "patch"),
    ("GZIP", "gzip"),
    ("TAR", "tar"),
    ("UNZIP", "unzip -qq -u"),
    ("GIT", "git"),
    ("WGET", "wget"),
    ("SHA1SUM", "sha1sum -b"),
    ("SHA256SUM", "sha256sum -b"),
    ("SHA512SUM", "sha512sum -b"),
    ("MD5SUM", "md5sum -b"),
    ("DTC", "dtc"),
    ("HOSTCC", "gcc"),
    ("HOSTCXX", "g++"),
    ("HOSTLN", "ln"),
    ("HOSTAR", "ar"),
    ("HOSTLD", "ld"),
    ("HOSTNM", "nm"),
    ("HOSTOBJCOPY", "objcopy"),
    ("HOSTCPP", "cpp"),
    ("RUSTC", "rustc"),
];

/// Programs of the toolchain, which take its prefix.
pub(super) const TOOLS: &[(&str, &str)] = &[
    ("READELF", "readelf"),
    ("STRIP", "strip"),
    ("OBJCOPY", "objcopy"),
    ("OBJDUMP", "objdump"),
    ("NM", "gcc-nm"),
    ("GOC", "gccgo"),
];

/// What few options ask for: the programs that say it run when somebody does. The time of a build
/// would make each one another, so that of the settings is taken.
pub(super) const LATE: &[&str] = &[
    "CC_INFO = $(shell $(CONFIG_UK_BASE)/support/build/cc-version.sh $(CC))",
    "CC_NAME = $(word 1,$(CC_INFO))",
    "HOSTUTC = $(shell date -Iseconds -u \
     $(if $(SOURCE_DATE_EPOCH),-d @$(SOURCE_DATE_EPOCH),-r $(UK_CONFIG)))",
    "HOSTNAME = $(shell hostname -s)",
    "HOSTUSER = $(shell whoami)",
];

/// The rule of the settings' copy in the build folder, which some libraries take along. It is as old
/// as they are, so that what is packed with its time is the same on another day.
pub(super) const COPY_OF_SETTINGS: &[u8] = b"$(UK_CONFIG_OUT): $(UK_CONFIG)\n\tcp -p $< $@\n";
