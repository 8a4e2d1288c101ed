//! Goals: walks over them until nothing is left to do, and what is said of those for which nothing
//! was. How one file is updated is in `update`.

use super::files::{FileId, Status};
use super::run::{FAILURE, Result, Run, TROUBLE};

/// A goal of one walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal {
    pub(super) file: FileId,
    /// It need not be there: an optional makefile.
    pub(super) dont_care: bool,
    /// Commands were started for it.
    changed: bool,
    pub(super) done: bool,
}

impl Goal {
    pub(super) fn new(file: FileId, dont_care: bool) -> Goal {
        Goal { file, dont_care, changed: false, done: false }
    }
}

impl Run {
    /// Updates goals, one after the other. The status is that of the worst.
    pub(super) fn update_goals(&mut self, goals: &mut [Goal]) -> Result<Status> {
        let mut status = Status::None;
        loop {
            self.pass += 1;
            self.check_signal()?;
            self.reap(true)?;
            for goal in goals.iter_mut().filter(|goal| !goal.done) {
                if self.update_goal(goal, &mut status)? {
                    break;
                }
            }
            if goals.iter().all(|goal| goal.done) {
                break;
            }
        }
        self.goal = None;
        Ok(status)
    }

    /// One walk for one goal. True when the next goal is for another walk.
    fn update_goal(&mut self, goal: &mut Goal, status: &mut Status) -> Result<bool> {
        self.goal = (!goal.dont_care).then_some(goal.file);
        self.load(goal.file)?;
        self.time(goal.file);
        let file = self.files.settled(goal.file);
        let time = if self.for_makefiles { Some(self.time(file)) } else { None };
        let rules = match self.files[file].variants.as_slice() {
            [] => vec![file],
            variants => variants.to_vec(),
        };
        for &rule in &rules {
            self.files[rule].dont_care = goal.dont_care;
        }
        self.files[file].dont_care = goal.dont_care;
        let before = self.commands_started;
        let result = self.update_as_goal(file);
        for &rule in &rules {
            // Once makefiles are done, everybody cares again.
            self.files[rule].dont_care = false;
        }
        self.files[file].dont_care = false;
        result?;
        goal.changed |= self.commands_started > before;
        let mut stop = false;
        let mut all_updated = true;
        for rule in rules {
            let rule = self.files.settled(rule);
            let node = &self.files[rule];
            if node.updated && *status < Status::Question {
                if node.status > Status::None {
                    *status = node.status;
                    // With `-q`, one rule of the goal is enough. The other goals are looked at all
                    // the same, and may fail.
                    stop =
                        self.settings.question && !self.settings.keep_going && !self.for_makefiles;
                } else if let Some(before) = time {
                    let remade = goal.changed && node.is_target;
                    if remade && self.time(rule) != before {
                        *status = Status::Success;
                    }
                } else {
                    *status = Status::Success;
                }
            }
            all_updated &= self.files[rule].updated;
            if stop {
                break;
            }
        }
        if stop || all_updated {
            goal.done = true;
            let file = self.files.settled(goal.file);
            if !stop {
                self.tell_of_nothing(file, goal.changed);
            }
        }
        Ok(stop)
    }

    /// A goal for which no command was run: says so.
    fn tell_of_nothing(&mut self, file: FileId, changed: bool) {
        let node = &self.files[file];
        let last = node.variants.last().copied().unwrap_or(file);
        let quiet = self.settings.silent || self.settings.question;
        if self.for_makefiles || changed || quiet || self.files[last].status != Status::Success {
            return;
        }
        let node = &self.files[last];
        let text = if node.phony || node.recipe.is_none() {
            format!("Nothing to be done for '{}'.", node.name)
        } else {
            format!("'{}' is up to date.", node.name)
        };
        self.out().message(text);
    }

    /// Makefiles are made even when nothing else is, unless the user names them as goals.
    fn update_as_goal(&mut self, file: FileId) -> Result<Status> {
        if !self.for_makefiles || self.files[file].is_goal {
            return self.update(file, usize::from(self.for_makefiles));
        }
        let options = &mut self.settings;
        let saved = (options.touch, options.question, options.just_print);
        (options.touch, options.question, options.just_print) = (false, false, false);
        // Where it ends here, what was made is taken away as after any other run.
        let status = self.update(file, 1)?;
        let options = &mut self.settings;
        (options.touch, options.question, options.just_print) = saved;
        Ok(status)
    }

    /// The exit status that goes with what came of the goals.
    pub(super) fn exit_status(status: Status) -> u8 {
        match status {
            Status::Success | Status::None => 0,
            Status::Question => TROUBLE,
            Status::Failed => FAILURE,
        }
    }
}
