//! Words to values: switches in any place, bundled letters, names cut short. Knows how
//! getopt_long takes words apart, and what each switch changes in [`Options`].

use bstr::{BStr, BString, ByteSlice};
use rules::make::{assigned_name, is_assignment};

use super::switches::{self, Argument, Meaning, Reach, Switch};
use super::{
    Assignment, Complaint, Error, Fatal, Jobs, Options, OutputSync, Source, file_name, makeflags,
};

impl Options {
    /// Reads the words after the program's name.
    pub(crate) fn read_command_line(&mut self, words: &[BString]) -> Result<(), Error> {
        let jobs = self.jobs.take();
        let result = self.read(words, Source::CommandLine);
        self.command_line_jobs = self.jobs;
        self.jobs = self.jobs.or(jobs);
        result
    }

    /// Reads `MAKEFLAGS` or `GNUMAKEFLAGS`, given its expanded value. What is wrong in it is
    /// passed over; only arguments of `--debug` and `-O` have to be right.
    pub(crate) fn read_makeflags(&mut self, value: &BStr, source: Source) -> Result<(), Error> {
        let jobs = self.jobs.take();
        let result = self.read(&makeflags::split(value), source);
        if source == Source::Makefile && self.command_line_jobs.is_some() {
            self.jobs = None;
        }
        self.jobs = self.jobs.or(jobs);
        result
    }

    fn read(&mut self, words: &[BString], source: Source) -> Result<(), Error> {
        let mut reader = Reader { options: self, source, words, complaints: vec![], fatal: None };
        reader.read();
        let Reader { complaints, fatal, .. } = reader;
        if source == Source::CommandLine && !complaints.is_empty() {
            return Err(Error::Usage(complaints));
        }
        self.no_builtin_rules |= self.no_builtin_variables;
        if let Some(fatal) = self.debug().err().or(fatal) {
            return Err(fatal.into());
        }
        Ok(())
    }
}

struct Reader<'a> {
    options: &'a mut Options,
    source: Source,
    /// What is still to be read.
    words: &'a [BString],
    complaints: Vec<Complaint>,
    fatal: Option<Fatal>,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        while let Some(word) = self.next_word() {
            match word {
                b"--" => break,
                [b'-', b'-', name @ ..] => self.long(name),
                [b'-', letters @ ..] if !letters.is_empty() => self.letters(letters),
                operand => self.operand(operand),
            }
        }
        while let Some(operand) = self.next_word() {
            self.operand(operand);
        }
    }

    fn next_word(&mut self) -> Option<&'a [u8]> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn operand(&mut self, word: &[u8]) {
        // Scripts of old give a lone dash, and an unset variable in quotes gives an empty word.
        if word.is_empty() || word == b"-" {
            return;
        }
        if is_assignment(word) {
            // What `MAKEFLAGS` already held is read again, with its dollars doubled.
            let name = assigned_name(word);
            let mut before = self.options.assignments.iter();
            let known = before.any(|known| {
                let named = known.source != Source::Makefile && assigned_name(&known.text) == name;
                named || known.text == word
            });
            if !known || self.source != Source::Makefile {
                let assignment = Assignment { text: word.into(), source: self.source };
                self.options.assignments.push(assignment);
            }
        } else if self.source == Source::CommandLine {
            self.options.goals.push(file_name(word).into());
        }
    }

    fn letters(&mut self, mut letters: &'a [u8]) {
        while let Some((&letter, rest)) = letters.split_first() {
            letters = rest;
            let Some(switch) = switches::short(letter) else {
                self.complaints.push(Complaint::InvalidLetter(vec![letter].into()));
                continue;
            };
            let attached = Some(rest).filter(|rest| !rest.is_empty());
            match switch.argument {
                Argument::None => {
                    self.apply(switch, None);
                    continue;
                }
                Argument::Optional(_) => self.optional(switch, attached),
                Argument::Required => match attached.or_else(|| self.next_word()) {
                    Some(argument) => self.apply(switch, Some(argument)),
                    None => {
                        self.complaints.push(Complaint::LetterWithoutArgument(char::from(letter)))
                    }
                },
            }
            return;
        }
    }

    fn long(&mut self, word: &'a [u8]) {
        let (name, attached) = match word.split_once_str(b"=") {
            Some((name, argument)) => (name, Some(argument)),
            None => (word, None),
        };
        let (full, switch) = match find(name) {
            Ok(found) => found,
            Err(candidates) if candidates.is_empty() => {
                self.complaints.push(Complaint::Unrecognized(word.into()));
                return;
            }
            Err(candidates) => {
                let candidates = candidates.iter().map(|name| format!(" '--{name}'")).collect();
                self.complaints.push(Complaint::Ambiguous { word: word.into(), candidates });
                return;
            }
        };
        match (switch.argument, attached) {
            (Argument::None, None) => self.apply(switch, None),
            (Argument::None, Some(_)) => {
                self.complaints.push(Complaint::NeedlessArgument(full));
            }
            (Argument::Optional(_), attached) => self.optional(switch, attached),
            (Argument::Required, attached) => match attached.or_else(|| self.next_word()) {
                Some(argument) => self.apply(switch, Some(argument)),
                None => self.complaints.push(Complaint::NameWithoutArgument(full)),
            },
        }
    }

    /// A switch whose argument may be left out; a number may also be the next word.
    fn optional(&mut self, switch: &Switch, attached: Option<&'a [u8]>) {
        let fits = |word: &[u8]| match switch.meaning {
            Meaning::Jobs => word.iter().all(u8::is_ascii_digit),
            Meaning::MaxLoad => word.first().is_some_and(|b| b.is_ascii_digit() || *b == b'.'),
            _ => false,
        };
        let argument = match attached {
            None if self.words.first().is_some_and(|word| fits(word)) => self.next_word(),
            attached => attached,
        };
        self.apply(switch, argument);
    }

    /// Does what a switch says, unless it may not be said here.
    fn apply(&mut self, switch: &Switch, argument: Option<&[u8]>) {
        if switch.reach == Reach::CommandLine && self.source != Source::CommandLine {
            return;
        }
        let options = &mut *self.options;
        match switch.meaning {
            Meaning::Ignored => {}
            Meaning::AlwaysMake => options.always_make = true,
            Meaning::DebugAll => options.debug_all = true,
            Meaning::EnvironmentOverrides => options.environment_overrides = true,
            Meaning::Help => options.help = true,
            Meaning::IgnoreErrors => options.ignore_errors = true,
            Meaning::KeepGoing => options.keep_going.set(true, self.source),
            Meaning::NoKeepGoing => options.keep_going.set(false, self.source),
            Meaning::CheckSymlinkTimes => options.check_symlink_times = true,
            Meaning::JustPrint => options.just_print = true,
            Meaning::PrintDatabase => options.print_database = true,
            Meaning::Question => options.question = true,
            Meaning::NoBuiltinRules => options.no_builtin_rules = true,
            Meaning::NoBuiltinVariables => options.no_builtin_variables = true,
            Meaning::Silent => options.silent.set(true, self.source),
            Meaning::NoSilent => options.silent.set(false, self.source),
            Meaning::Touch => options.touch = true,
            Meaning::Version => options.version = true,
            Meaning::PrintDirectory => options.print_directory.set(true, self.source),
            Meaning::NoPrintDirectory => options.print_directory.set(false, self.source),
            Meaning::Trace => options.trace = true,
            Meaning::WarnUndefined => options.warn_undefined_variables = true,
            Meaning::Jobs => self.jobs(argument),
            Meaning::MaxLoad => {
                options.max_load = argument.map(leading_number).filter(|&load| load != -1.0);
            }
            _ => self.text(switch, argument),
        }
    }

    fn jobs(&mut self, argument: Option<&[u8]>) {
        let Some(argument) = argument else {
            self.options.jobs = Some(Jobs::Unlimited);
            return;
        };
        let digits = argument.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        match digits.and_then(|text| text.parse().ok()).filter(|&count| count > 0) {
            Some(count) => self.options.jobs = Some(Jobs::Count(count)),
            None => self.complaints.push(Complaint::NotPositive('j')),
        }
    }

    fn text(&mut self, switch: &Switch, argument: Option<&[u8]>) {
        let text = match (argument, switch.argument) {
            (Some(b""), _) => {
                let dashes = if switch.short.is_some() { "-" } else { "--" };
                self.complaints.push(Complaint::EmptyArgument { dashes, name: switch.name() });
                return;
            }
            (Some(text), _) => text,
            (None, Argument::Optional(text)) => text.as_bytes(),
            (None, _) => return,
        };
        let options = &mut *self.options;
        match switch.meaning {
            Meaning::Eval => add(&mut options.evals, text),
            Meaning::Debug => add(&mut options.debug_flags, text),
            Meaning::Directory => options.directories.push(file_name(text).into()),
            Meaning::Makefile => options.makefiles.push(file_name(text).into()),
            Meaning::IncludeDirectory => add(&mut options.include_directories, file_name(text)),
            Meaning::OldFile => add(&mut options.old_files, file_name(text)),
            Meaning::NewFile => add(&mut options.new_files, file_name(text)),
            Meaning::OutputSync => match output_sync(text) {
                Some(sync) => options.output_sync = Some(sync),
                None => self.fatal = Some(Fatal::OutputSync(text.into())),
            },
            Meaning::JobserverAuth | Meaning::JobserverFds => {
                options.jobserver_auth = Some(text.into());
            }
            Meaning::JobserverStyle => options.jobserver_style = Some(text.into()),
            Meaning::SyncMutex => options.sync_mutex = Some(text.into()),
            Meaning::Shuffle => options.shuffle = Some(text.into()),
            _ => {}
        }
    }
}

/// `MAKEFLAGS` is read again after makefiles changed it: what is known is not added again.
fn add(list: &mut Vec<BString>, text: &[u8]) {
    if !list.iter().any(|known| known == text) {
        list.push(text.into());
    }
}

/// The switch that a long name means, or the names that it might mean.
fn find(name: &[u8]) -> Result<(&'static str, &'static Switch), Vec<&'static str>> {
    let mut candidates: Vec<_> =
        switches::long_names().filter(|(full, _)| full.as_bytes().starts_with(name)).collect();
    if let Some(&exact) = candidates.iter().find(|(full, _)| full.as_bytes() == name) {
        return Ok(exact);
    }
    // Several names of one switch leave no doubt.
    let Some(&(full, switch)) = candidates.first() else { return Err(vec![]) };
    if candidates.iter().all(|(_, other)| std::ptr::eq(*other, switch)) {
        return Ok((full, switch));
    }
    Err(candidates.drain(..).map(|(full, _)| full).collect())
}

fn output_sync(text: &[u8]) -> Option<OutputSync> {
    Some(match text {
        b"none" => OutputSync::None,
        b"line" => OutputSync::Line,
        b"target" => OutputSync::Target,
        b"recurse" => OutputSync::Recurse,
        _ => return None,
    })
}

/// The number at the start of a word, 0 if there is none.
fn leading_number(word: &[u8]) -> f64 {
    let word = word.trim_start();
    let mut longest = 0.0;
    for end in 1..=word.len().min(64) {
        let numeric = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        if !numeric(&word[end - 1]) {
            break;
        }
        if let Some(number) = word[..end].to_str().ok().and_then(|text| text.parse().ok()) {
            longest = number;
        }
    }
    longest
}
