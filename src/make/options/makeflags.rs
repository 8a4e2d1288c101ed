//! `MAKEFLAGS` and `MFLAGS`, written and split into words. Knows the form; the values come from
//! [`Options`].

use std::fmt::Write;

use bstr::{BString, ByteSlice, ByteVec};

use super::switches::{Meaning, Reach, SWITCHES, Switch};
use super::{Jobs, Options, OutputSync};

/// The variable that holds the command line's assignments, and that makefiles may change.
pub(crate) const MAKEOVERRIDES: &str = "MAKEOVERRIDES";
/// The variable that holds them out of makefiles' reach, which `.POSIX` asks for.
pub(crate) const COMMAND_VARIABLES: &str = "-*-command-variables-*-";
/// The variable that holds what [`Options::eval_flags`] gives.
pub(crate) const EVAL_FLAGS: &str = "-*-eval-flags-*-";

/// Whom `MAKEFLAGS` is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Makefiles while they are read, and recipes of the goals.
    Goals,
    /// Recipes that remake makefiles, which run with `-n`, `-q` and `-t` too.
    Makefiles,
}

/// How one switch is told: nothing, or with these arguments. No argument and an empty one differ:
/// a letter without an argument stands among the letters at the start.
enum Told {
    No,
    Bare,
    With(Vec<BString>),
}

impl Options {
    /// The text of `MAKEFLAGS`, a recursively expanded variable. It refers to [`EVAL_FLAGS`] if
    /// there are `--eval`s, and to the variable `overrides` if one is named: [`MAKEOVERRIDES`]
    /// or [`COMMAND_VARIABLES`], when that is defined and not empty.
    pub(crate) fn makeflags(&self, purpose: Purpose, overrides: Option<&str>) -> BString {
        let (letters, mut text) = self.flags(purpose);
        text.insert_str(0, letters);
        if !self.evals.is_empty() {
            text.push_str(format!(" $({EVAL_FLAGS})"));
        }
        if let Some(variable) = overrides {
            text.push_str(format!(" -- $({variable})"));
        }
        text
    }

    /// The text of `MFLAGS`: dashes before all switches, and no variables.
    pub(crate) fn mflags(&self, purpose: Purpose) -> BString {
        let (letters, mut text) = self.flags(purpose);
        if letters.is_empty() {
            return text.trim_start().into();
        }
        text.insert_str(0, format!("-{letters}"));
        text
    }

    /// The value of the simply expanded variable [`EVAL_FLAGS`].
    pub(crate) fn eval_flags(&self) -> BString {
        let flags =
            self.evals.iter().map(|text| [b"--eval=", quote_word(text).as_slice()].concat());
        bstr::join(" ", flags).into()
    }

    /// Letters without arguments, then the other switches, each with a blank before it.
    fn flags(&self, purpose: Purpose) -> (String, BString) {
        let mut letters = String::new();
        let mut others = BString::default();
        for switch in SWITCHES {
            let passed = switch.reach == Reach::Passed
                || switch.reach == Reach::PassedForGoals && purpose == Purpose::Goals;
            match (passed.then(|| self.told(switch.meaning)), switch.short) {
                (None | Some(Told::No), _) => {}
                (Some(Told::Bare), Some(letter)) => letters.push(char::from(letter)),
                (Some(Told::Bare), None) => write_switch(&mut others, switch, b""),
                (Some(Told::With(arguments)), _) => {
                    arguments.iter().for_each(|one| write_switch(&mut others, switch, one));
                }
            }
        }
        (letters, others)
    }

    fn told(&self, meaning: Meaning) -> Told {
        let bare = |said| if said { Told::Bare } else { Told::No };
        let one = |argument: &Option<BString>| {
            argument.as_ref().map_or(Told::No, |argument| Told::With(vec![argument.clone()]))
        };
        match meaning {
            Meaning::AlwaysMake => bare(self.always_make),
            Meaning::DebugAll => {
                bare(self.debug_all && self.debug().is_ok_and(|debug| debug.any()))
            }
            Meaning::EnvironmentOverrides => bare(self.environment_overrides),
            Meaning::IgnoreErrors => bare(self.ignore_errors),
            Meaning::KeepGoing => bare(self.keep_going.get() == Some(true)),
            Meaning::CheckSymlinkTimes => bare(self.check_symlink_times),
            Meaning::JustPrint => bare(self.just_print),
            Meaning::PrintDatabase => bare(self.print_database),
            Meaning::Question => bare(self.question),
            Meaning::NoBuiltinRules => bare(self.no_builtin_rules),
            Meaning::NoBuiltinVariables => bare(self.no_builtin_variables),
            Meaning::Silent => bare(self.silent.get() == Some(true)),
            Meaning::Touch => bare(self.touch),
            Meaning::PrintDirectory => bare(self.print_directory.get() == Some(true)),
            Meaning::NoPrintDirectory => bare(self.print_directory.get() == Some(false)),
            Meaning::Trace => bare(self.trace),
            Meaning::WarnUndefined => bare(self.warn_undefined_variables),
            Meaning::IncludeDirectory => Told::With(self.include_directories.clone()),
            Meaning::Debug => Told::With(self.debug_flags.clone()),
            Meaning::Jobs => match self.jobs {
                None => Told::No,
                Some(Jobs::Unlimited) => Told::With(vec![BString::default()]),
                Some(Jobs::Count(count)) => Told::With(vec![count.to_string().into()]),
            },
            Meaning::MaxLoad => {
                self.max_load.map_or(Told::No, |load| Told::With(vec![six_digits(load).into()]))
            }
            Meaning::OutputSync => {
                self.output_sync.map_or(Told::No, |sync| Told::With(vec![sync.name().into()]))
            }
            Meaning::JobserverAuth => one(&self.jobserver_auth),
            Meaning::SyncMutex => one(&self.sync_mutex),
            Meaning::Shuffle => one(&self.shuffle),
            Meaning::Ignored
            | Meaning::Eval
            | Meaning::Help
            | Meaning::NoKeepGoing
            | Meaning::Version
            | Meaning::Directory
            | Meaning::Makefile
            | Meaning::OldFile
            | Meaning::NewFile
            | Meaning::NoSilent
            | Meaning::JobserverFds
            | Meaning::JobserverStyle => Told::No,
        }
    }
}

impl OutputSync {
    fn name(self) -> &'static str {
        match self {
            OutputSync::None => "none",
            OutputSync::Line => "line",
            OutputSync::Target => "target",
            OutputSync::Recurse => "recurse",
        }
    }
}

fn write_switch(text: &mut BString, switch: &Switch, argument: &[u8]) {
    text.push_str(if switch.short.is_some() { " -" } else { " --" });
    text.push_str(switch.name());
    if !argument.is_empty() {
        if switch.short.is_none() {
            text.push(b'=');
        }
        text.push_str(quote_word(argument));
    }
}

/// A number as C's `%g` writes it.
fn six_digits(number: f64) -> String {
    let scientific = format!("{number:.5e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |digits: &str| match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => digits.to_string(),
    };
    if (-4..6).contains(&exponent) {
        return trim(&format!("{number:.*}", (5 - exponent) as usize));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let mut text = trim(digits);
    let _ = write!(text, "e{sign}{:02}", exponent.abs());
    text
}

/// Writes bytes as one word of `MAKEFLAGS`: blanks and backslashes with a backslash before them,
/// and dollars doubled, since the value is expanded before it is split.
pub(crate) fn quote_word(bytes: &[u8]) -> BString {
    let mut quoted = BString::new(Vec::with_capacity(bytes.len()));
    for &byte in bytes {
        match byte {
            b'$' => quoted.push(b'$'),
            b' ' | b'\t' | b'\\' => quoted.push(b'\\'),
            _ => {}
        }
        quoted.push(byte);
    }
    quoted
}

/// A variable that the command line defines, as it is after all its assignments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Override<'v> {
    /// Its name.
    pub(crate) name: &'v [u8],
    /// Whether it is expanded when it is used.
    pub(crate) recursive: bool,
    /// Its text.
    pub(crate) value: &'v [u8],
}

/// The value of [`COMMAND_VARIABLES`], a simply expanded variable, from the variables in the order
/// of their first assignments. The last comes first.
pub(crate) fn overrides(variables: &[Override<'_>]) -> BString {
    let words = variables.iter().rev().map(|variable| {
        let mut word = quote_word(variable.name);
        word.push_str(if variable.recursive { "=" } else { ":=" });
        word.push_str(quote_word(variable.value));
        word
    });
    bstr::join(" ", words).into()
}

/// Splits the expanded value of `MAKEFLAGS` into words. Letters at its start need no dash.
pub(super) fn split(value: &[u8]) -> Vec<BString> {
    let mut words: Vec<BString> = Vec::new();
    let mut word: Option<BString> = None;
    let mut rest = value.trim_start().iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b' ' | b'\t' => words.extend(word.take()),
            b'\\' => {
                let next = rest.next().unwrap_or(byte);
                word.get_or_insert_default().push(next);
            }
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    if let Some(first) = words.first_mut()
        && !first.starts_with(b"-")
        && !first.contains(&b'=')
    {
        first.insert(0, b'-');
    }
    words
}
