//! Makefiles: which are read, and that they are made first when rules know how. Knows nothing of
//! the command line beyond the options it is given.

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Flavor, Location, Origin};

use super::files::{FileId, Status};
use super::goals::Goal;
use super::run::{FAILURE, Halt, Result, Run, Topic};
use super::time::Time;

/// Where makefiles are looked for when none is named.
const DEFAULT_NAMES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// A makefile that was read, or that should have been.
#[derive(Clone, Debug)]
pub(super) struct Makefile {
    pub(super) name: BString,
    /// It need not be there.
    pub(super) optional: bool,
    /// The line that includes it, for one that could not be read.
    pub(super) location: Option<Location>,
    /// Why it could not be read.
    pub(super) missing: Option<String>,
}

impl Run {
    /// Reads all makefiles.
    pub(super) fn read_makefiles(&mut self, stdin: Option<&BString>) -> Result<Vec<Makefile>> {
        let mut makefiles = Vec::new();
        let more = self.evaluator.value_of(b"MAKEFILES");
        let more = more.map_err(|error| self.failed(&error))?;
        for name in more.split(|byte| byte.is_ascii_whitespace()).filter(|name| !name.is_empty()) {
            self.read_one(name.into(), true, &mut makefiles)?;
        }
        if !more.is_empty() {
            // What comes from outside does not say what is to be made here.
            self.evaluator.define(b".DEFAULT_GOAL", b"", Flavor::Simple, Origin::File);
        }
        let before = self.opened();
        for text in self.options().evals.clone() {
            let result = self.evaluator.eval_unplaced(&text);
            result.map_err(|error| self.failed(&error))?;
        }
        self.collect(before, false, &mut makefiles);
        let named = self.options().makefiles.clone();
        if named.is_empty() {
            let here = |name: &&&str| {
                self.search.time(BStr::new(**name)).is_ok_and(|time| !time.is_missing())
            };
            match DEFAULT_NAMES.iter().find(here) {
                Some(name) => self.read_one(BString::from(*name), false, &mut makefiles)?,
                // They may be made.
                None => makefiles.extend(DEFAULT_NAMES.iter().map(|name| Makefile {
                    name: BString::from(*name),
                    optional: true,
                    location: None,
                    missing: Some(String::new()),
                })),
            }
        }
        for name in named {
            match stdin {
                Some(text) if name == "-" => {
                    let before = self.opened();
                    let result = self.evaluator.eval_named(text, b"-");
                    result.map_err(|error| self.failed(&error))?;
                    self.collect(before, false, &mut makefiles);
                }
                _ => self.read_one(name, false, &mut makefiles)?,
            }
        }
        Ok(makefiles)
    }

    fn read_one(
        &mut self,
        name: BString,
        optional: bool,
        makefiles: &mut Vec<Makefile>,
    ) -> Result<()> {
        self.debug(Topic::Verbose, 0, || format!("Reading makefile '{name}'..."));
        let before = self.opened();
        let read = self.evaluator.try_file(&name).map_err(|error| self.failed(&error))?;
        let missing = read.err();
        if missing.is_some() {
            makefiles.push(Makefile { name, optional, location: None, missing });
        }
        self.collect(before, optional, makefiles);
        Ok(())
    }

    /// How many makefiles have been read, and how many could not be.
    fn opened(&self) -> (usize, usize) {
        (self.evaluator.included().len(), self.evaluator.missing().len())
    }

    /// Takes note of what has been opened since, in that order.
    fn collect(&self, before: (usize, usize), optional: bool, makefiles: &mut Vec<Makefile>) {
        let mut missing = self.evaluator.missing()[before.1..].iter().peekable();
        let read = self.evaluator.included().iter().enumerate().skip(before.0);
        for (at, one) in read.map(|(at, one)| (at, Some(one))).chain([(usize::MAX, None)]) {
            while let Some(other) = missing.next_if(|other| other.after <= at) {
                makefiles.push(Makefile {
                    name: other.file.clone(),
                    optional: other.optional,
                    location: other.location.clone(),
                    missing: Some(other.reason.clone()),
                });
            }
            makefiles.extend(one.map(|one| Makefile {
                name: one.file.clone(),
                optional: optional || one.optional,
                location: None,
                missing: None,
            }));
        }
    }

    /// Makes makefiles that are out of date. True when one changed, so that all have to be read
    /// again. `-B` makes them the first time only: it would never end.
    pub(super) fn remake_makefiles(
        &mut self,
        makefiles: &[Makefile],
        restarts: u32,
    ) -> Result<bool> {
        let mut goals: Vec<Goal> = Vec::new();
        let mut before = Vec::new();
        // The last one that was read is the first to be made.
        for makefile in makefiles.iter().rev() {
            let id = self.files.intern(&makefile.name);
            if self.always_remade(id) {
                self.debug(Topic::Verbose, 0, || {
                    format!("Makefile '{}' might loop; not remaking it.", makefile.name)
                });
                continue;
            }
            self.load(id)?;
            if makefile.missing.as_ref().is_some_and(|reason| !reason.is_empty()) {
                // What cannot be read is as good as not there.
                self.files[id].time = Some(Time::MISSING);
            }
            let time = self.time(id);
            goals.push(Goal::new(id, makefile.optional));
            if makefile.missing.is_some() {
                self.unread.entry(id).or_insert_with(|| makefile.clone());
            }
            before.push((id, time, makefile));
        }
        self.debug(Topic::Basic, 0, || "Updating makefiles....".into());
        self.for_makefiles = true;
        let always_make = self.settings.always_make;
        self.settings.always_make &= restarts == 0;
        let result = self.update_goals(&mut goals);
        self.for_makefiles = false;
        self.settings.always_make = always_make;
        let status = result?;
        let changed = self.changed_makefiles(&before);
        match status {
            Status::Failed => {
                self.makefiles_failed |= self.failed_makefiles(&before);
            }
            _ if !changed => self.missing_makefiles(&before)?,
            _ => {}
        }
        Ok(changed)
    }

    /// A double-colon rule without prerequisites always runs: remaking would never end. Nor would
    /// it for a phony target.
    fn always_remade(&self, id: FileId) -> bool {
        let rules = self.evaluator.rules();
        let Some(target) = rules.target(&self.files[id].name) else { return false };
        rules.is_phony(&self.files[id].name)
            || target.rules.iter().any(|&rule| {
                let rule = rules.rule(rule);
                let asks = !super::implicit::is_empty(&rule.prerequisites);
                rule.double_colon && rule.recipe.is_some() && !asks
            })
    }

    fn changed_makefiles(&mut self, before: &[(FileId, Time, &Makefile)]) -> bool {
        let mut changed = false;
        for &(id, time, makefile) in before {
            let node = &self.files[self.files.settled(id)];
            let failed = node.status > Status::None && !makefile.optional;
            if node.updated && (node.status == Status::Success || failed) {
                // What the disk says counts; that a recipe ran does not.
                let path = node.path().to_owned();
                let now = self.search.time(path.as_bstr()).unwrap_or(Time::MISSING);
                changed |= now != time && !now.is_missing();
            }
        }
        changed
    }

    /// Some makefile could not be made: tells which, and whether it matters.
    fn failed_makefiles(&mut self, before: &[(FileId, Time, &Makefile)]) -> bool {
        let mut matters = false;
        for &(id, _, makefile) in before {
            let node = &self.files[self.files.settled(id)];
            if node.updated && node.status > Status::None && !makefile.optional {
                let text = format!("Failed to remake makefile '{}'.", makefile.name);
                self.complain(None, text);
                matters = true;
            }
        }
        matters
    }

    /// Makefiles that are still not there although nothing failed.
    fn missing_makefiles(&mut self, before: &[(FileId, Time, &Makefile)]) -> Result<()> {
        let mut stop = false;
        for &(id, _, makefile) in before {
            if makefile.missing.is_some() && !makefile.optional && self.unread.remove(&id).is_some()
            {
                self.tell_unreadable(makefile);
                stop = true;
            }
        }
        if stop { Err(Halt::Exit(FAILURE)) } else { Ok(()) }
    }

    fn tell_unreadable(&mut self, makefile: &Makefile) {
        let reason = makefile.missing.as_deref().unwrap_or("No such file or directory");
        self.complain(makefile.location.as_ref(), format!("{}: {reason}", makefile.name));
        if let Some(location) = &makefile.location {
            self.note_undefined(location, makefile.name.as_bstr());
        }
    }

    /// Before it is said that something cannot be made: the makefile that it is needed for could not
    /// be read.
    pub(super) fn tell_unread_goal(&mut self) {
        if !self.for_makefiles {
            return;
        }
        if let Some(makefile) = self.goal.and_then(|goal| self.unread.remove(&goal)) {
            self.tell_unreadable(&makefile);
        }
    }

    /// What the default goal is, after everything has been read.
    pub(super) fn default_goal(&mut self) -> Result<Option<BString>> {
        let goal = self.evaluator.value_of(b".DEFAULT_GOAL");
        let goal = goal.map_err(|error| self.failed(&error))?;
        let whole = self.evaluator.rules().target(&goal);
        if whole.is_some_and(|target| !target.rules.is_empty()) {
            return Ok(Some(goal));
        }
        let mut words = goal.split(|byte| byte.is_ascii_whitespace()).filter(|w| !w.is_empty());
        let first = words.next().map(BString::from);
        if words.next().is_some() {
            return Err(self.fatal(None, ".DEFAULT_GOAL contains more than one target"));
        }
        Ok(first)
    }
}
