//! What `--trace` and `--debug=jobs` tell of recipes, in GNU make's words. Changes nothing.

use bstr::BString;
use rules::make::{Location, Prerequisite};

use super::children::Exit;
use super::files::FileId;
use super::recipe::{Job, place};
use super::run::{Run, Topic};

impl Run {
    /// Why a recipe is run.
    pub(super) fn trace(
        &self,
        location: &Location,
        file: FileId,
        prerequisites: &[Prerequisite],
        reason: Option<FileId>,
        missing: bool,
    ) {
        let mut newer: Vec<&BString> = Vec::new();
        for one in prerequisites.iter().filter(|one| one.newer && !one.order_only) {
            if !newer.contains(&&one.name) {
                newer.push(&one.name);
            }
        }
        let name = &self.files[file].name;
        let mut text = place(location);
        if newer.is_empty() || missing && reason.is_none() {
            text.extend_from_slice(format!(": target '{name}' does not exist\n").as_bytes());
        } else {
            text.extend_from_slice(format!(": update target '{name}' due to: ").as_bytes());
            text.extend_from_slice(&bstr::join(" ", newer));
            text.push(b'\n');
        }
        self.out().write(&text);
    }

    /// The first command of a job runs.
    pub(super) fn tell_begun(&self, job: &Job) {
        self.debug(Topic::Jobs, 0, || {
            format!("Putting child {} PID {} on the chain.", self.child(job.file), job.pid)
        });
    }

    /// Make waits for these, or has seen that one of them has ended.
    pub(super) fn tell_running(&self) {
        for job in self.jobs.iter().rev() {
            let live = || format!("Live child {} PID {} ", self.child(job.file), job.pid);
            self.debug(Topic::Jobs, 0, live);
        }
    }

    /// A command has ended.
    pub(super) fn tell_end(&self, job: &Job, exit: Exit) {
        let how = if exit == Exit::Code(0) { "winning" } else { "losing" };
        let id = job.file.number();
        self.debug(Topic::Jobs, 0, || format!("Reaping {how} child {id:#x} PID {} ", job.pid));
    }

    /// No command of a job is left, if one ran at all.
    pub(super) fn tell_done(&self, job: &Job) {
        let id = job.file.number();
        if job.pid != 0 {
            let done = || format!("Removing child {id:#x} PID {} from chain.", job.pid);
            self.debug(Topic::Jobs, 0, done);
        }
    }

    pub(super) fn tell_token_needed(&self) {
        let some = if self.jobs.is_empty() { "don't " } else { "" };
        self.debug(Topic::Jobs, 0, || format!("Need a job token; we {some}have children"));
    }

    /// `verb` is what was done with a token from the pool.
    pub(super) fn tell_token(&self, verb: &str, file: FileId) {
        self.debug(Topic::Jobs, 0, || format!("{verb} token for child {}.", self.child(file)));
    }

    /// A job by a number that no other one has, where GNU make shows an address, and its target.
    fn child(&self, file: FileId) -> String {
        format!("{:#x} ({})", file.number(), self.files[file].name)
    }
}
