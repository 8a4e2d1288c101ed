//! The table of switches: how each is written, what argument it takes, and where it may come from
//! and go to. Knows no values.

use Argument::{None as Nothing, Optional, Required};

/// What a switch says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Ignored,
    AlwaysMake,
    DebugAll,
    EnvironmentOverrides,
    Eval,
    Help,
    IgnoreErrors,
    KeepGoing,
    CheckSymlinkTimes,
    JustPrint,
    PrintDatabase,
    Question,
    NoBuiltinRules,
    NoBuiltinVariables,
    Silent,
    NoKeepGoing,
    Touch,
    Version,
    PrintDirectory,
    Directory,
    Makefile,
    IncludeDirectory,
    Jobs,
    MaxLoad,
    OldFile,
    OutputSync,
    NewFile,
    Debug,
    JobserverAuth,
    Trace,
    NoPrintDirectory,
    WarnUndefined,
    SyncMutex,
    NoSilent,
    JobserverFds,
    Shuffle,
    JobserverStyle,
}

/// Whether a switch takes an argument, and what stands for one that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    None,
    Required,
    /// In the same word. `-j` and `-l` also take the next word when that is a number.
    Optional(&'static str),
}

/// Who may say it and who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The command line alone.
    CommandLine,
    /// `MAKEFLAGS` may hold it, but is not given it.
    Read,
    /// Sub-makes are told.
    Passed,
    /// Sub-makes are told, except by recipes that remake makefiles: those run all the same.
    PassedForGoals,
}

/// One switch.
#[derive(Debug)]
pub(super) struct Switch {
    pub(super) meaning: Meaning,
    pub(super) short: Option<u8>,
    pub(super) long: Option<&'static str>,
    pub(super) argument: Argument,
    pub(super) reach: Reach,
}

impl Switch {
    /// As messages name it, without dashes.
    pub(super) fn name(&self) -> String {
        match (self.short, self.long) {
            (Some(letter), _) => char::from(letter).to_string(),
            (None, long) => long.unwrap_or_default().to_string(),
        }
    }
}

const fn switch(
    meaning: Meaning,
    short: Option<u8>,
    long: Option<&'static str>,
    argument: Argument,
    reach: Reach,
) -> Switch {
    Switch { meaning, short, long, argument, reach }
}

/// All switches, in the order in which `MAKEFLAGS` has them.
#[rustfmt::skip]
pub(super) const SWITCHES: &[Switch] = {
    use Meaning::*;
    use Reach::*;
    &[
        switch(Ignored, Some(b'b'), None, Nothing, CommandLine),
        switch(AlwaysMake, Some(b'B'), Some("always-make"), Nothing, Passed),
        switch(DebugAll, Some(b'd'), None, Nothing, Passed),
        switch(EnvironmentOverrides, Some(b'e'), Some("environment-overrides"), Nothing, Passed),
        switch(Eval, Some(b'E'), Some("eval"), Required, Read),
        switch(Help, Some(b'h'), Some("help"), Nothing, CommandLine),
        switch(IgnoreErrors, Some(b'i'), Some("ignore-errors"), Nothing, Passed),
        switch(KeepGoing, Some(b'k'), Some("keep-going"), Nothing, Passed),
        switch(CheckSymlinkTimes, Some(b'L'), Some("check-symlink-times"), Nothing, Passed),
        switch(Ignored, Some(b'm'), None, Nothing, CommandLine),
        switch(JustPrint, Some(b'n'), Some("just-print"), Nothing, PassedForGoals),
        switch(PrintDatabase, Some(b'p'), Some("print-data-base"), Nothing, Passed),
        switch(Question, Some(b'q'), Some("question"), Nothing, PassedForGoals),
        switch(NoBuiltinRules, Some(b'r'), Some("no-builtin-rules"), Nothing, Passed),
        switch(NoBuiltinVariables, Some(b'R'), Some("no-builtin-variables"), Nothing, Passed),
        switch(Silent, Some(b's'), Some("silent"), Nothing, Passed),
        switch(NoKeepGoing, Some(b'S'), Some("no-keep-going"), Nothing, Read),
        switch(Touch, Some(b't'), Some("touch"), Nothing, PassedForGoals),
        switch(Version, Some(b'v'), Some("version"), Nothing, Read),
        switch(PrintDirectory, Some(b'w'), Some("print-directory"), Nothing, Passed),
        switch(Directory, Some(b'C'), Some("directory"), Required, CommandLine),
        switch(Makefile, Some(b'f'), Some("file"), Required, CommandLine),
        switch(IncludeDirectory, Some(b'I'), Some("include-dir"), Required, Passed),
        switch(Jobs, Some(b'j'), Some("jobs"), Optional(""), Passed),
        switch(MaxLoad, Some(b'l'), Some("load-average"), Optional(""), Passed),
        switch(OldFile, Some(b'o'), Some("old-file"), Required, CommandLine),
        switch(OutputSync, Some(b'O'), Some("output-sync"), Optional("target"), Passed),
        switch(NewFile, Some(b'W'), Some("what-if"), Required, CommandLine),
        switch(Debug, None, Some("debug"), Optional("basic"), Passed),
        switch(JobserverAuth, None, Some("jobserver-auth"), Required, Passed),
        switch(Trace, None, Some("trace"), Nothing, Passed),
        switch(NoPrintDirectory, None, Some("no-print-directory"), Nothing, Passed),
        switch(WarnUndefined, None, Some("warn-undefined-variables"), Nothing, Passed),
        switch(SyncMutex, None, Some("sync-mutex"), Required, Passed),
        switch(NoSilent, None, Some("no-silent"), Nothing, Read),
        switch(JobserverFds, None, Some("jobserver-fds"), Required, Read),
        switch(Shuffle, None, Some("shuffle"), Optional("random"), Passed),
        switch(JobserverStyle, None, Some("jobserver-style"), Required, Read),
    ]
};

/// Other long names of switches, after those of the table where candidates are listed.
const ALIASES: &[(&str, Meaning)] = &[
    ("quiet", Meaning::Silent),
    ("stop", Meaning::NoKeepGoing),
    ("new-file", Meaning::NewFile),
    ("assume-new", Meaning::NewFile),
    ("assume-old", Meaning::OldFile),
    ("max-load", Meaning::MaxLoad),
    ("dry-run", Meaning::JustPrint),
    ("recon", Meaning::JustPrint),
    ("makefile", Meaning::Makefile),
];

/// Every long name with its switch.
pub(super) fn long_names() -> impl Iterator<Item = (&'static str, &'static Switch)> {
    let named = SWITCHES.iter().filter_map(|switch| Some((switch.long?, switch)));
    let aliases = ALIASES.iter().filter_map(|&(name, meaning)| {
        Some((name, SWITCHES.iter().find(|switch| switch.meaning == meaning)?))
    });
    named.chain(aliases)
}

/// The switch of one letter.
pub(super) fn short(letter: u8) -> Option<&'static Switch> {
    SWITCHES.iter().find(|switch| switch.short == Some(letter))
}
