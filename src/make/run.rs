//! The state of one run of make, and what its parts share: halting, debugging words, file times.
//! How files are updated, rules searched and recipes run is in the files beside this one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bstr::{BStr, BString, ByteSlice};
use rules::make::{ErrorKind, Location, Recipe};

use super::archive::{self, Archives};
use super::children::Children;
use super::files::{FileId, Files, NameSet, State};
use super::flags::Reader;
use super::implicit::Shapes;
use super::makefiles::Makefile;
use super::mentioned::Mentioned;
use super::options::{self, Options, OutputSync};
use super::output::Output;
use super::recipe::Job;
use super::search::{Place, Search};
use super::shuffle::Shuffle;
use super::time::Time;
use super::tokens::Tokens;

/// Why everything stops. What there is to say about it has been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Halt {
    /// With this exit status.
    Exit(u8),
    /// By this signal.
    Signal(i32),
}

/// Variables of a process.
pub(super) type Environment = Vec<(BString, BString)>;

/// A result that may be the end of the run.
pub(super) type Result<T> = std::result::Result<T, Halt>;

/// The exit status of a failure, and of `-q` when something is out of date.
pub(super) const FAILURE: u8 = 2;
pub(super) const TROUBLE: u8 = 1;

/// What the switches come to.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) always_make: bool,
    pub(super) ignore_errors: bool,
    pub(super) keep_going: bool,
    pub(super) just_print: bool,
    pub(super) question: bool,
    pub(super) touch: bool,
    pub(super) silent: bool,
    pub(super) print_database: bool,
    pub(super) debug: options::Debug,
    pub(super) output_sync: OutputSync,
    pub(super) load: Option<f64>,
    pub(super) shuffle: Option<Shuffle>,
}

impl Settings {
    pub(super) fn new(options: &Options) -> std::result::Result<Settings, options::Fatal> {
        let shuffle = options.shuffle.as_ref();
        let shuffle = shuffle.and_then(|text| Shuffle::parse(text.as_bstr(), 0).ok().flatten());
        Ok(Settings {
            always_make: options.always_make,
            ignore_errors: options.ignore_errors,
            keep_going: options.keep_going.get().unwrap_or(false),
            just_print: options.just_print,
            question: options.question,
            touch: options.touch,
            silent: options.silent.get().unwrap_or(false),
            print_database: options.print_database,
            debug: options.debug()?,
            output_sync: options.output_sync.unwrap_or_default(),
            load: options.max_load,
            shuffle,
        })
    }
}

/// What a word of debugging is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Basic,
    Verbose,
    Implicit,
    Jobs,
}

/// One run of make over one set of makefiles.
pub(super) struct Run {
    pub(super) settings: Settings,
    /// Makefiles, and the switches, which they can change.
    pub(super) evaluator: Reader,
    pub(super) files: Files,
    pub(super) search: Search,
    pub(super) archives: Archives,
    pub(super) children: Children,
    /// None before makefiles have been read, for they may say how many jobs there shall be.
    pub(super) tokens: Option<Tokens>,
    pub(super) output: Arc<Mutex<Output>>,
    pub(super) jobs: Vec<Job>,
    pub(super) special: Special,
    /// Names that rules mention.
    pub(super) mentioned: Mentioned,
    /// Names that no rule can make.
    pub(super) impossible: NameSet,
    /// What pattern rules make.
    pub(super) shapes: Shapes,
    /// Pattern rules that are being tried further up.
    pub(super) rules_in_use: Vec<usize>,
    /// `vpath` lines, then `VPATH`.
    pub(super) places: Vec<Place>,
    /// Folders in which files found by a search path are made: `GPATH`.
    pub(super) kept_places: NameSet,
    /// The recipe of `.DEFAULT`.
    pub(super) default_recipe: Option<Arc<Recipe>>,
    /// Counts the walks over the goals.
    pub(super) pass: u32,
    /// Counts commands, the ones only shown included.
    pub(super) commands_started: u64,
    /// It is makefiles that are updated now.
    pub(super) for_makefiles: bool,
    /// The goal of the walk that is going on.
    pub(super) goal: Option<FileId>,
    /// Makefiles that are needed and could not be read.
    pub(super) unread: HashMap<FileId, Makefile>,
    /// A makefile that is needed could not be made.
    pub(super) makefiles_failed: bool,
    /// One job has the terminal.
    pub(super) stdin_taken: bool,
    /// Stamps in the future were seen.
    pub(super) clock_skew: bool,
    /// The run is ending: failures do not end it once more.
    pub(super) ending: bool,
    pub(super) level: u32,
    /// Variables of make's own environment that say where temporary files go, the first one first.
    pub(super) temporary_folders: Vec<(&'static str, BString)>,
    /// The environment of the last recipe: as the makefiles have it, and with its `MAKELEVEL`.
    pub(super) environment: Option<(Arc<Environment>, Arc<Environment>)>,
}

/// Special targets that hold for the whole run.
#[derive(Clone, Debug, Default)]
pub(super) struct Special {
    pub(super) silent: Scope,
    pub(super) ignore: Scope,
    pub(super) precious: Vec<BString>,
    pub(super) secondary: Scope,
    pub(super) not_intermediate: Scope,
    pub(super) intermediate: NameSet,
    pub(super) low_resolution: NameSet,
    pub(super) delete_on_error: bool,
    pub(super) not_parallel: Scope,
}

/// What a special target is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Scope {
    #[default]
    Nothing,
    Files(NameSet),
    Everything,
}

impl Scope {
    pub(super) fn has(&self, name: &BStr) -> bool {
        match self {
            Scope::Nothing => false,
            Scope::Files(names) => names.contains(name),
            Scope::Everything => true,
        }
    }
}

impl Run {
    pub(super) fn out(&self) -> MutexGuard<'_, Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of an error.
    pub(super) fn complain(&self, location: Option<&Location>, text: impl AsRef<[u8]>) {
        self.out().error(location, text);
    }

    /// Tells of an error that ends the run.
    pub(super) fn fatal(&self, location: Option<&Location>, text: impl AsRef<[u8]>) -> Halt {
        let text = [b"*** ", text.as_ref(), b".  Stop."].concat();
        self.complain(location, text);
        Halt::Exit(FAILURE)
    }

    /// Tells of an error in a makefile, which ends the run. So does a signal, of which there is
    /// nothing to tell.
    pub(super) fn failed(&mut self, error: &rules::make::Error) -> Halt {
        if let (ErrorKind::Interrupted, Some(signal)) = (&error.kind, self.children.signal()) {
            return Halt::Signal(signal);
        }
        let output = self.output.clone();
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        super::report::tell(&mut output, &mut self.evaluator, error);
        Halt::Exit(FAILURE)
    }

    /// Says what is going on, to those who asked for it.
    pub(super) fn debug(&self, topic: Topic, depth: usize, text: impl FnOnce() -> String) {
        let debug = &self.settings.debug;
        let wanted = match topic {
            Topic::Basic => debug.basic,
            Topic::Verbose => debug.verbose,
            Topic::Implicit => debug.implicit,
            Topic::Jobs => debug.jobs,
        };
        if wanted {
            let line = format!("{:depth$}{}\n", "", text());
            self.out().write(line.as_bytes());
        }
    }

    /// Nothing but recipes that call make is run.
    pub(super) fn only_looks(&self) -> bool {
        self.settings.just_print || self.settings.question || self.settings.touch
    }

    /// When a file changed, looking for it along the search path.
    pub(super) fn time(&mut self, id: FileId) -> Time {
        let id = self.files.settled(id);
        if let Some(time) = self.files[id].time {
            return time;
        }
        if let Some(whole) = self.files[id].whole {
            // What the others have found so far is theirs: each rule sees the file as it was.
            let time = self.look_up_time(whole, true);
            for variant in self.files[whole].variants.clone() {
                self.files[variant].time.get_or_insert(time);
                self.keep_what_was_there(variant, time);
            }
            return time;
        }
        let time = self.look_up_time(id, true);
        if let Some(other) = self.files[id].became {
            return self.time(other);
        }
        self.files[id].time = Some(time);
        self.keep_what_was_there(id, time);
        time
    }

    /// What makefiles call intermediate, but what was there before make began, is a file like any
    /// other: make has not made it, and does not take it away.
    fn keep_what_was_there(&mut self, id: FileId, time: Time) {
        let node = &mut self.files[id];
        if !time.is_missing() && node.state == State::NotStarted && !node.tried_implicit {
            node.intermediate = false;
        }
    }

    /// Asks the disk again, here only.
    pub(super) fn refresh_time(&mut self, id: FileId) {
        let time = self.look_up_time(id, false);
        self.files[id].time = Some(time);
    }

    fn look_up_time(&mut self, id: FileId, along: bool) -> Time {
        if self.files[id].phony {
            return Time::MISSING;
        }
        let path = self.files[id].path().to_owned();
        if let Some((archive, member)) = archive::split(path.as_bstr()) {
            return self.member_time(id, archive.into(), member.into(), along);
        }
        let mut time = self.disk_time(path.as_bstr());
        if time.is_missing()
            && along
            && !self.files[id].ignore_search_path
            && let Some(found) = self.find_elsewhere(id, path.as_bstr())
        {
            time = match self.given_time(found.as_bstr()) {
                Some(given) => given,
                None => self.disk_time(found.as_bstr()),
            };
        }
        if self.files[id].low_resolution {
            time = time.end_of_second();
        }
        self.warn_of_future(&path, time);
        time
    }

    /// The age that the user gave a file under this name.
    fn given_time(&self, path: &BStr) -> Option<Time> {
        let file = self.files.find(options::file_name(path))?;
        self.files[file].time.filter(|time| matches!(*time, Time::OLD | Time::NEW))
    }

    fn disk_time(&mut self, path: &BStr) -> Time {
        match self.search.time(path) {
            Ok(time) => time,
            Err(error) => {
                let reason = super::report::reason(&error.into());
                self.complain(None, format!("stat: {path}: {reason}"));
                Time::MISSING
            }
        }
    }

    fn member_time(&mut self, id: FileId, archive: BString, member: BString, along: bool) -> Time {
        // The archive itself is a file of its own, with its own search path.
        let container = self.files.intern(&archive);
        let time = if along { self.time(container) } else { self.disk_time(archive.as_bstr()) };
        if time.is_missing() {
            return Time::MISSING;
        }
        let path = self.files[container].path().to_owned();
        if path != archive && along {
            let found = [path.as_slice(), b"(", &member, b")"].concat();
            self.files[id].found = Some(found.into());
        }
        let folder = self.search.folder().to_path_buf();
        match self.archives.member_time(&folder.join(super::report::os(&path)), &member) {
            Ok(Some(seconds)) => Time::new(seconds, 0).end_of_second(),
            Ok(None) => Time::MISSING,
            Err(_) => Time::MISSING,
        }
    }

    /// Looks along the search path, and as a library, for what is not here.
    fn find_elsewhere(&mut self, id: FileId, path: &BStr) -> Option<BString> {
        if let Some(library) = path.strip_prefix(b"-l")
            && let Some(found) = self.find_library(library)
        {
            if let Some(other) = self.known_as(found.as_bstr(), id) {
                let _ = self.merge(id, other);
                return Some(found);
            }
            // A library is known by its file from now on.
            self.files[id].name = found.clone();
            return Some(found);
        }
        let rules = self.evaluator.rules();
        let is_target = self.files[id].is_target;
        let has_rule = |name: &BStr| rules.target(name).is_some_and(|one| !one.rules.is_empty());
        let mentioned = &self.mentioned;
        let places = std::mem::take(&mut self.places);
        let found = self.search.along(path, &places, |name| match is_target {
            true => has_rule(name),
            false => mentioned.contains(name, rules),
        });
        self.places = places;
        let super::search::Found { path: found, general, .. } = found?;
        if let Some(other) = self.known_as(found.as_bstr(), id) {
            // What cannot be expanded has been told of when it was first looked at.
            let _ = self.merge(id, other);
            return Some(found);
        }
        let folder = found.rfind_byte(b'/').map_or(&b"."[..], |slash| &found[..slash]);
        if general && self.kept_places.contains(folder.as_bstr()) {
            self.files[id].name = found.clone();
        }
        self.files[id].found = Some(found.clone());
        Some(found)
    }

    /// Whether rules, or the command line, speak of a name.
    pub(super) fn is_mentioned(&self, name: &BStr) -> bool {
        self.mentioned.contains(name, self.evaluator.rules())
    }

    /// The node of another file that a search path led to, if anything is known of it.
    fn known_as(&mut self, found: &BStr, id: FileId) -> Option<FileId> {
        if !self.is_mentioned(found) && self.files.find(found).is_none() {
            return None;
        }
        let other = self.files.intern(found);
        (other != id).then_some(other)
    }

    /// `-lname`: the first of `.LIBPATTERNS` that is here, on the search path, or where the system
    /// keeps libraries.
    fn find_library(&mut self, library: &[u8]) -> Option<BString> {
        const FOLDERS: [&[u8]; 3] = [b"/lib", b"/usr/lib", b"/usr/local/lib"];
        let patterns = self.value(b".LIBPATTERNS");
        let mut best: Option<(usize, BString)> = None;
        for pattern in patterns.split(|byte| byte.is_ascii_whitespace()) {
            if pattern.is_empty() {
                continue;
            }
            let Some(percent) = pattern.find_byte(b'%') else {
                let pattern = pattern.as_bstr();
                let text = format!(".LIBPATTERNS element '{pattern}' is not a pattern");
                self.complain(None, text);
                continue;
            };
            let name = [&pattern[..percent], library, &pattern[percent + 1..]].concat();
            if self.is_on_disk(name.as_bstr()) {
                return Some(name.into());
            }
            let places = std::mem::take(&mut self.places);
            let along = self.search.along(name.as_bstr(), &places, |_| false);
            let system = places.iter().map(|place| place.folders.len()).sum::<usize>();
            self.places = places;
            // The path counts for more than the order of the patterns.
            let mut found = along.map(|found| (found.rank, found.path));
            if found.is_none() {
                let paths = FOLDERS.iter().map(|folder| super::search::join(folder, &name));
                let hit = paths.enumerate().find(|(_, path)| self.is_on_disk(path.as_bstr()));
                found = hit.map(|(at, path)| (system + at, path));
            }
            if let Some(found) = found
                && best.as_ref().is_none_or(|(rank, _)| found.0 < *rank)
            {
                best = Some(found);
            }
        }
        best.map(|(_, path)| path)
    }

    fn is_on_disk(&self, path: &BStr) -> bool {
        self.search.time(path).is_ok_and(|time| !time.is_missing())
    }

    /// A variable of make's own interest; empty when it is not defined.
    pub(super) fn value(&mut self, name: &[u8]) -> BString {
        match self.evaluator.variable(name) {
            Some(_) => self.evaluator.value_of(name).unwrap_or_default(),
            None => BString::default(),
        }
    }

    /// A file from the future is a sign of clocks that differ.
    fn warn_of_future(&mut self, path: &BString, time: Time) {
        if self.clock_skew || !time.is_ordinary() || self.for_makefiles && self.level > 0 {
            return;
        }
        let now = Time::now();
        // Stamps are cut to what the disk can hold; a little ahead is no news.
        let ahead = now.until(time);
        if ahead > 10_000_000 {
            let seconds = ahead as f64 / 1e9;
            let seconds = if seconds >= 99.5 {
                format!("{seconds:.0}")
            } else {
                format!("{seconds:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
            };
            let text =
                format!("Warning: File '{path}' has modification time {seconds} s in the future");
            self.complain(None, text);
            self.clock_skew = true;
        }
    }
}
