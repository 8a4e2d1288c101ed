//! Updating: which files are out of date, and in what order they are made. Walks the graph from the
//! goals, again and again while recipes run, as GNU make does: the order of commands is part of what
//! makefiles count on. Knows nothing of processes.

use super::files::{FileId, State, Status};
use super::run::{Result, Run, Topic};
use super::time::Time;

impl Run {
    /// Updates one file, each of its double-colon rules in turn.
    pub(super) fn update(&mut self, file: FileId, depth: usize) -> Result<Status> {
        self.load(file)?;
        let rules = match self.files[file].variants.as_slice() {
            [] => return self.update_considered(file, depth),
            variants => variants.to_vec(),
        };
        let mut status = Status::Success;
        for rule in rules {
            let new = self.update_considered(rule, depth)?;
            self.files[file].updated |= self.files[rule].updated;
            if new > Status::None && !self.settings.keep_going {
                return Ok(new);
            }
            if matches!(self.files[rule].state, State::Running | State::Waiting) {
                // The next rule has to wait for this one.
                return Ok(Status::Success);
            }
            status = status.max(new);
        }
        Ok(status)
    }

    fn update_considered(&mut self, file: FileId, depth: usize) -> Result<Status> {
        let node = &self.files[file];
        if node.pass == self.pass {
            let failed_unheard = node.updated
                && node.status > Status::None
                && !node.dont_care
                && node.silent_failure;
            if !failed_unheard {
                self.debug(Topic::Verbose, depth, || format!("Pruning file '{}'.", node.name));
                return Ok(match node.state {
                    State::Finished => node.status,
                    _ => Status::Success,
                });
            }
        }
        self.files[file].pass = self.pass;
        self.update_one(file, depth)
    }

    /// Considers a file, and starts its recipe when it is out of date.
    fn update_one(&mut self, file: FileId, depth: usize) -> Result<Status> {
        let node = &self.files[file];
        let name = &node.name;
        self.debug(Topic::Verbose, depth, || format!("Considering target file '{name}'."));
        if node.updated {
            if node.status > Status::None {
                self.debug(Topic::Verbose, depth, || {
                    format!("Recently tried and failed to update file '{name}'.")
                });
                if node.silent_failure && !node.dont_care {
                    self.no_rule(file)?;
                }
                return Ok(self.files[file].status);
            }
            self.debug(Topic::Verbose, depth, || format!("File '{name}' was considered already."));
            return Ok(Status::Success);
        }
        match node.state {
            State::NotStarted | State::Waiting => {}
            State::Running => {
                self.debug(Topic::Verbose, depth, || format!("Still updating file '{name}'."));
                return Ok(Status::Success);
            }
            State::Finished => {
                self.debug(Topic::Verbose, depth, || format!("Finished updating file '{name}'."));
                return Ok(node.status);
            }
        }
        self.check_signal()?;
        self.files[file].silent_failure = self.files[file].dont_care;
        self.files[file].updating = true;
        if let Some(whole) = self.files[file].whole {
            self.files[whole].updating = true;
        }
        let considered = self.consider(file, depth + 1);
        self.files[file].updating = false;
        if let Some(whole) = self.files[file].whole {
            self.files[whole].updating = false;
        }
        let considered = considered?;
        if considered.running {
            self.set_state(file, State::Waiting);
            let name = &self.files[file].name;
            self.debug(Topic::Verbose, depth, || {
                format!("The prerequisites of '{name}' are being made.")
            });
            return Ok(Status::Success);
        }
        if considered.status > Status::Success {
            return self.give_up(file, considered.status, depth);
        }
        if self.files[file].state == State::Waiting {
            self.set_state(file, State::NotStarted);
        }
        self.decide(file, considered, depth)
    }

    /// A prerequisite could not be made: neither can this be.
    fn give_up(&mut self, file: FileId, status: Status, depth: usize) -> Result<Status> {
        let status = if status == Status::None { Status::Failed } else { status };
        self.files[file].status = status;
        self.finish(file)?;
        let name = &self.files[file].name;
        self.debug(Topic::Verbose, depth, || format!("Giving up on target file '{name}'."));
        if depth == 0
            && self.settings.keep_going
            && !self.settings.just_print
            && !self.settings.question
        {
            let text = format!("Target '{name}' not remade because of errors.");
            self.complain(None, text);
        }
        Ok(status)
    }

    /// Notes how far a file has come. What its recipe makes besides has come as far at least.
    pub(super) fn set_state(&mut self, file: FileId, state: State) {
        self.files[file].state = state;
        for peer in self.files[file].peers.clone() {
            let other = &mut self.files[peer].state;
            *other = (*other).max(state);
        }
    }

    /// Finds a rule and brings prerequisites up to date.
    fn consider(&mut self, file: FileId, depth: usize) -> Result<Considered> {
        let time = self.time(file);
        let mut missing = time.is_missing();
        if missing {
            let name = &self.files[file].name;
            self.debug(Topic::Basic, depth, || format!("File '{name}' does not exist."));
        }
        self.find_recipe(file, depth)?;
        for peer in self.files[file].peers.clone() {
            self.load(peer)?;
            if !missing {
                missing = self.time(peer).is_missing();
                if missing {
                    let (name, peer) = (&self.files[file].name, &self.files[peer].name);
                    self.debug(Topic::Basic, depth, || {
                        format!("Grouped target peer '{peer}' of file '{name}' does not exist.")
                    });
                }
            }
        }
        let mut state = Considered {
            time,
            missing,
            must_make: missing,
            running: false,
            status: Status::Success,
        };
        let peers = self.files[file].peers.clone();
        for owner in std::iter::once(file).chain(peers) {
            if !self.consider_prerequisites(file, owner, &mut state, depth)? {
                break;
            }
        }
        if state.must_make || self.settings.always_make {
            self.update_intermediates(file, &mut state, depth)?;
        }
        Ok(state)
    }

    /// Looks for an implicit rule, and then for `.DEFAULT`, when a file has no recipe.
    fn find_recipe(&mut self, file: FileId, depth: usize) -> Result<()> {
        let node = &self.files[file];
        if !node.phony && node.recipe.is_none() && !node.tried_implicit {
            let found = self.search_implicit(file, depth)?;
            let name = &self.files[file].name;
            self.debug(Topic::Implicit, depth, || match found {
                true => format!("Found an implicit rule for '{name}'."),
                false => format!("No implicit rule found for '{name}'."),
            });
            self.files[file].tried_implicit = true;
        }
        let node = &self.files[file];
        let is_target = node.is_target || node.phony;
        if node.recipe.is_none() && !is_target && self.default_recipe.is_some() {
            let name = &node.name;
            self.debug(Topic::Implicit, depth, || format!("Using default recipe for '{name}'."));
            self.files[file].recipe = self.default_recipe.clone();
        }
        Ok(())
    }

    /// Brings the prerequisites that `owner` has up to date, on behalf of `file`. False when one
    /// failed and that is the end.
    fn consider_prerequisites(
        &mut self,
        file: FileId,
        owner: FileId,
        state: &mut Considered,
        depth: usize,
    ) -> Result<bool> {
        let mut at = 0;
        while at < self.files[owner].prerequisites.len() {
            let dependency = self.files[owner].prerequisites[at].clone();
            if dependency.waits && state.running {
                // `.WAIT`: what comes later is not looked at before the rest is done.
                return Ok(true);
            }
            let mut prerequisite = self.files.settled(dependency.file);
            self.load(prerequisite)?;
            let time = self.time(prerequisite);
            prerequisite = self.files.settled(prerequisite);
            if self.files[prerequisite].updating {
                self.drop_circle(file, owner, at);
                continue;
            }
            self.adopt(file, prerequisite);
            let mut must_make = state.must_make;
            let cares = self.inherit_care(file, prerequisite);
            let status = self.check(prerequisite, depth, state.time, &mut must_make);
            self.restore_care(prerequisite, cares);
            state.status = state.status.max(status?);
            if !dependency.order_only {
                state.must_make = must_make;
            }
            prerequisite = self.files.settled(prerequisite);
            let busy = self.files.is_busy(prerequisite);
            state.running |= busy;
            if state.status > Status::Success && !self.settings.keep_going {
                return Ok(false);
            }
            if !state.running {
                let changed = time.is_missing() || self.time(prerequisite) != time;
                self.files[owner].prerequisites[at].changed = changed;
            }
            at += 1;
        }
        Ok(true)
    }

    /// The walk has come from `file` to `prerequisite`: its target's variables come from there.
    fn adopt(&mut self, file: FileId, prerequisite: FileId) {
        self.files[prerequisite].parent = Some(file);
        for variant in self.files[prerequisite].variants.clone() {
            self.files[variant].parent = Some(file);
        }
    }

    /// While makefiles are made, what nobody cares for needs prerequisites that nobody cares for.
    fn inherit_care(&mut self, file: FileId, prerequisite: FileId) -> Option<bool> {
        if !self.for_makefiles {
            return None;
        }
        let old = self.files[prerequisite].dont_care;
        self.set_care(prerequisite, self.files[file].dont_care);
        Some(old)
    }

    /// Of double-colon rules, only the first one hears of it, as in GNU make.
    fn set_care(&mut self, file: FileId, dont_care: bool) {
        self.files[file].dont_care = dont_care;
        if let Some(&first) = self.files[file].variants.first() {
            self.files[first].dont_care = dont_care;
        }
    }

    fn restore_care(&mut self, prerequisite: FileId, cares: Option<bool>) {
        if let Some(old) = cares {
            self.set_care(prerequisite, old);
        }
    }

    /// A file that needs itself: forgets that it does.
    fn drop_circle(&mut self, file: FileId, owner: FileId, at: usize) {
        let dropped = self.files[owner].prerequisites.remove(at);
        let from = &self.files[file].name;
        let to = &self.files[self.files.settled(dropped.file)].name;
        let text = format!("Circular {from} <- {to} dependency dropped.");
        self.complain(None, text);
    }

    /// A target will be made: what implicit rules made up for it must be there now.
    fn update_intermediates(
        &mut self,
        file: FileId,
        state: &mut Considered,
        depth: usize,
    ) -> Result<()> {
        for at in 0..self.files[file].prerequisites.len() {
            let prerequisite = self.files.settled(self.files[file].prerequisites[at].file);
            if !self.files[prerequisite].intermediate {
                continue;
            }
            let time = self.time(prerequisite);
            self.adopt(file, prerequisite);
            let cares = self.inherit_care(file, prerequisite);
            // It may have been looked at before it was known to be needed.
            self.files[prerequisite].pass = 0;
            let status = self.update(prerequisite, depth);
            self.restore_care(prerequisite, cares);
            state.status = state.status.max(status?);
            let busy = self.files.is_busy(prerequisite);
            state.running |= busy;
            if state.status > Status::Success && !self.settings.keep_going {
                return Ok(());
            }
            if !state.running {
                let made = self.files[file].phony && self.files[file].recipe.is_some();
                let changed = made || self.time(prerequisite) != time;
                self.files[file].prerequisites[at].changed = changed;
            }
        }
        Ok(())
    }

    /// Brings one prerequisite up to date, unless it is intermediate: then only what it is made from.
    /// Sets `must_make` when it, or what it is made from, is newer than `time`.
    fn check(
        &mut self,
        file: FileId,
        depth: usize,
        time: Time,
        must_make: &mut bool,
    ) -> Result<Status> {
        self.files[file].updating = true;
        let result = self.check_inner(file, depth + 1, time, must_make);
        self.files[file].updating = false;
        result
    }

    fn check_inner(
        &mut self,
        file: FileId,
        depth: usize,
        time: Time,
        must_make: &mut bool,
    ) -> Result<Status> {
        if self.files[file].phony || !self.files[file].intermediate {
            let status = self.update(file, depth)?;
            let file = self.files.settled(file);
            let own = self.time(file);
            *must_make |= own.is_missing() || own > time;
            return Ok(status);
        }
        self.find_recipe(file, depth)?;
        let own = self.time(file);
        if !own.is_missing() && own > time {
            *must_make = true;
            return Ok(Status::Success);
        }
        if self.files[file].state != State::Running {
            if self.files[file].state == State::Waiting {
                self.files[file].pass = 0;
            }
            self.set_state(file, State::NotStarted);
        }
        self.check_below(file, depth, time, must_make)
    }

    fn check_below(
        &mut self,
        file: FileId,
        depth: usize,
        time: Time,
        must_make: &mut bool,
    ) -> Result<Status> {
        let mut status = Status::Success;
        let mut running = false;
        let mut at = 0;
        while at < self.files[file].prerequisites.len() {
            let dependency = self.files[file].prerequisites[at].clone();
            let prerequisite = self.files.settled(dependency.file);
            self.load(prerequisite)?;
            if self.files[prerequisite].updating {
                self.drop_circle(file, file, at);
                continue;
            }
            self.adopt(file, prerequisite);
            let mut newer = *must_make;
            status = status.max(self.check(prerequisite, depth, time, &mut newer)?);
            if !dependency.order_only {
                *must_make = newer;
            }
            if status > Status::Success && !self.settings.keep_going {
                break;
            }
            running |= self.files.is_busy(self.files.settled(prerequisite));
            at += 1;
        }
        if running {
            self.set_state(file, State::Waiting);
        }
        Ok(status)
    }

    /// All prerequisites are done: is the file out of date?
    fn decide(&mut self, file: FileId, state: Considered, depth: usize) -> Result<Status> {
        let mut must_make = state.must_make;
        let mut changed = false;
        let mut reason = None;
        for at in 0..self.files[file].prerequisites.len() {
            let dependency = &self.files[file].prerequisites[at];
            let (order_only, prerequisite) = (dependency.order_only, dependency.file);
            let prerequisite = self.files.settled(prerequisite);
            let time = self.time(prerequisite);
            if !order_only {
                // What is only made up on the way need not be there.
                must_make |= time.is_missing() && !self.files[prerequisite].intermediate;
                changed |= self.files[file].prerequisites[at].changed;
            }
            let newer = state.missing || time > state.time;
            let dependency = &mut self.files[file].prerequisites[at];
            dependency.changed |= newer;
            if !order_only && dependency.changed && reason.is_none() {
                reason = Some(prerequisite);
            }
            self.debug_prerequisite(file, prerequisite, order_only, time, state, depth + 1);
        }
        let node = &self.files[file];
        if node.whole.is_some() && node.prerequisites.is_empty() {
            must_make = true;
            self.debug(Topic::Basic, depth, || {
                format!("Target '{}' is double-colon and has no prerequisites.", node.name)
            });
        } else if !state.missing
            && node.is_target
            && !changed
            && node.recipe.is_none()
            && !self.settings.always_make
        {
            must_make = false;
            self.debug(Topic::Verbose, depth, || {
                format!("No recipe for '{}' and no prerequisites actually changed.", node.name)
            });
        } else if !must_make && node.recipe.is_some() && self.settings.always_make {
            must_make = true;
            self.debug(Topic::Verbose, depth, || {
                format!("Making '{}' due to always-make flag.", node.name)
            });
        }
        if !must_make {
            return self.leave_as_is(file, depth);
        }
        let name = &self.files[file].name;
        self.debug(Topic::Basic, depth, || format!("Must remake target '{name}'."));
        self.make_here(file);
        self.remake(file, reason, state.missing)?;
        let node = &self.files[file];
        if node.state != State::Finished {
            self.debug(Topic::Verbose, depth, || {
                format!("Recipe of '{}' is being run.", node.name)
            });
            return Ok(Status::Success);
        }
        self.debug(Topic::Basic, depth, || match node.status {
            Status::Failed => format!("Failed to remake target file '{}'.", node.name),
            Status::Question => {
                format!("Target file '{}' needs to be remade under -q.", node.name)
            }
            _ => format!("Successfully remade target file '{}'.", node.name),
        });
        self.files[file].updated = true;
        Ok(self.files[file].status)
    }

    fn debug_prerequisite(
        &self,
        file: FileId,
        prerequisite: FileId,
        order_only: bool,
        time: Time,
        state: Considered,
        depth: usize,
    ) {
        let (target, name) = (&self.files[file].name, &self.files[prerequisite].name);
        if order_only {
            self.debug(Topic::Verbose, depth, || {
                format!("Prerequisite '{name}' is order-only for target '{target}'.")
            });
        } else if time.is_missing() {
            self.debug(Topic::Basic, depth, || {
                format!("Prerequisite '{name}' of target '{target}' does not exist.")
            });
        } else if state.missing || time > state.time {
            self.debug(Topic::Basic, depth, || {
                format!("Prerequisite '{name}' is newer than target '{target}'.")
            });
        } else {
            self.debug(Topic::Verbose, depth, || {
                format!("Prerequisite '{name}' is older than target '{target}'.")
            });
        }
    }

    fn leave_as_is(&mut self, file: FileId, depth: usize) -> Result<Status> {
        let node = &self.files[file];
        self.debug(Topic::Verbose, depth, || {
            let found = node.found.as_ref().map(|found| format!("; using VPATH name '{found}'"));
            format!("No need to remake target '{}'{}.", node.name, found.unwrap_or_default())
        });
        self.finish(file)?;
        // From now on it goes by the name under which it was found.
        let whole = self.files[file].whole.unwrap_or(file);
        if let Some(found) = self.files[whole].found.clone() {
            self.files[whole].name = found.clone();
            self.files[file].name = found;
        }
        Ok(Status::Success)
    }

    /// What a search path found will be made here instead.
    fn make_here(&mut self, file: FileId) {
        let node = &self.files[file];
        if node.found.as_ref().is_some_and(|found| *found != node.name) {
            self.files[file].ignore_search_path = true;
        }
    }

    /// Makes a file that is out of date.
    fn remake(&mut self, file: FileId, reason: Option<FileId>, missing: bool) -> Result<()> {
        let node = &self.files[file];
        if let Some(recipe) = node.recipe.clone() {
            if !self.settings.touch || self.calls_make(&recipe) {
                return self.start_recipe(file, recipe, reason, missing);
            }
            self.files[file].status = Status::Success;
        } else if node.phony || node.is_target {
            self.files[file].status = Status::Success;
        } else {
            if !self.for_makefiles || !node.dont_care {
                self.no_rule(file)?;
            }
            self.files[file].status = Status::Failed;
        }
        self.finish(file)
    }
}

/// What is known of a file once its prerequisites have been looked at.
#[derive(Clone, Copy, Debug)]
struct Considered {
    time: Time,
    missing: bool,
    must_make: bool,
    running: bool,
    status: Status,
}
