//! What becomes of files: when one is done, when the run ends, and when a recipe failed half-way.
//! Knows nothing of what is out of date.

use bstr::{BString, ByteSlice};

use super::archive;
use super::files::{FileId, State, Status};
use super::run::{Halt, Result, Run};
use super::time::Time;

impl Run {
    /// Nothing more will be done for a file: notes how it is now.
    pub(super) fn finish(&mut self, file: FileId) -> Result<()> {
        let mut ran = self.files[file].state == State::Running;
        // Its peers have yet to be looked at, unless its recipe made them.
        self.files[file].state = State::Finished;
        self.files[file].updated = true;
        let recipe = self.files[file].recipe.clone();
        let only_makes = recipe.is_some() && self.files[file].only_calls_make;
        if self.settings.touch && self.files[file].status == Status::Success && !only_makes {
            if self.files[file].phony {
                self.files[file].status = Status::Success;
            } else if recipe.is_some() {
                self.files[file].status = self.touch(file)?;
                self.commands_started += 1;
                ran = true;
            }
        }
        if ran && !self.files[file].phony {
            let new = match &recipe {
                Some(_) => self.only_looks() && !only_makes,
                None => self.files[file].is_target,
            };
            self.files[file].time = if new { Some(Time::NEW) } else { None };
        }
        self.finish_whole(file);
        if ran && self.files[file].status != Status::None {
            let status = self.files[file].status;
            for peer in self.files[file].peers.clone() {
                let node = &mut self.files[peer];
                node.state = State::Finished;
                node.updated = true;
                node.status = status;
                if !node.phony {
                    self.refresh_time(peer);
                }
            }
        } else if self.files[file].status == Status::None {
            self.files[file].status = Status::Success;
        }
        Ok(())
    }

    /// Once all double-colon rules of a name are done, its age is what they have made of it.
    pub(super) fn finish_whole(&mut self, file: FileId) {
        let Some(whole) = self.files[file].whole else { return };
        let variants = self.files[whole].variants.clone();
        if variants.iter().all(|&variant| self.files[variant].updated) {
            let new = variants.iter().any(|&one| self.files[one].time == Some(Time::NEW));
            let time = new.then_some(Time::NEW);
            for one in variants {
                self.files[one].time = time;
            }
            self.files[whole].time = time;
        }
    }

    /// Ends the run: waits for what still runs, removes what is not wanted any more.
    pub(super) fn end(&mut self, halt: Option<Halt>) -> u8 {
        self.ending = true;
        let failed = matches!(halt, Some(Halt::Exit(code)) if code != 0);
        let mut told = !failed;
        while !self.jobs.is_empty() {
            if !told {
                self.complain(None, "*** Waiting for unfinished jobs....");
                told = true;
            }
            if self.reap(true).is_err() {
                break;
            }
        }
        self.remove_intermediates(matches!(halt, Some(Halt::Signal(_))));
        if self.clock_skew {
            self.complain(None, "warning:  Clock skew detected.  Your build may be incomplete.");
        }
        match halt {
            None => 0,
            Some(Halt::Exit(code)) => code,
            Some(Halt::Signal(signal)) => 128 + signal as u8,
        }
    }

    /// Takes away what implicit rule chains made up.
    pub(super) fn remove_intermediates(&mut self, by_signal: bool) {
        if self.settings.question || self.settings.touch {
            return;
        }
        let mut removed: Vec<BString> = Vec::new();
        for id in self.files.ids() {
            let node = &self.files[id];
            let wanted = node.secondary || node.is_goal || node.precious && !node.dont_care;
            if !node.intermediate || wanted || node.status == Status::None || node.became.is_some()
            {
                continue;
            }
            if self.special.secondary == super::run::Scope::Everything {
                continue;
            }
            let path = node.path().to_owned();
            if !self.settings.just_print {
                let full = self.search.folder().join(super::report::os(&path));
                match std::fs::remove_file(&full) {
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                    Err(error) => {
                        let reason = super::report::reason(&error);
                        self.complain(None, format!("unlink: {path}: {reason}"));
                        continue;
                    }
                    Ok(()) => {}
                }
            }
            if self.files[id].dont_care {
                continue;
            }
            if by_signal {
                self.complain(None, format!("*** Deleting intermediate file '{path}'"));
            } else {
                removed.push(path);
            }
        }
        if !removed.is_empty() && !self.settings.silent {
            let line = [b"rm ".as_slice(), &bstr::join(" ", &removed), b"\n"].concat();
            self.out().write(&line);
        }
    }

    /// Takes away what a recipe may have made by halves.
    pub(super) fn delete_targets(&mut self, file: FileId) {
        for one in self.files.made_with(file) {
            let node = &self.files[one];
            if node.precious || node.phony || self.special.precious.contains(&node.name) {
                continue;
            }
            let (name, whole) = (node.name.clone(), node.whole.unwrap_or(one));
            // What is made besides is told of with the target whose recipe it was.
            let behalf = match one == file {
                true => String::new(),
                false => format!("[{}] ", self.files[file].name),
            };
            if let Some((archive, member)) = archive::split(name.as_bstr()) {
                let path = self.search.folder().join(super::report::os(archive));
                let now = self.archives.member_time(&path, member).ok().flatten();
                let now = now.map_or(Time::MISSING, |now| Time::new(now, 0).end_of_second());
                // The time of a member was never asked for when there was no archive.
                if self.files[whole].time != Some(now) || !path.exists() {
                    let text = "may be bogus; not deleted";
                    self.complain(None, format!("*** {behalf}Archive member '{name}' {text}"));
                }
                continue;
            }
            let path = self.search.folder().join(super::report::os(&name));
            let is_file = std::fs::metadata(&path).is_ok_and(|found| found.is_file());
            let now = self.search.time(name.as_bstr());
            let untouched = now.is_ok_and(|now| Some(now) == self.files[whole].time);
            if !is_file || untouched {
                continue;
            }
            self.complain(None, format!("*** {behalf}Deleting file '{name}'"));
            if let Err(error) = std::fs::remove_file(&path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                let reason = super::report::reason(&error);
                self.complain(None, format!("unlink: {name}: {reason}"));
            }
        }
    }

    /// `-t`: makes a file look made.
    pub(super) fn touch(&mut self, file: FileId) -> Result<Status> {
        let name = self.files[file].name.clone();
        let silent = self.settings.silent || self.special.silent.has(name.as_bstr());
        if !silent {
            let text = [b"touch ".as_slice(), &name, b"\n"].concat();
            self.out().write(&text);
        }
        if self.settings.just_print {
            return Ok(Status::Success);
        }
        let folder = self.search.folder().to_path_buf();
        let result = match archive::split(name.as_bstr()) {
            Some((archive, member)) => {
                let path = folder.join(super::report::os(archive));
                self.archives.touch(&path, member).map_err(|error| error.to_string())
            }
            None => touch(&folder.join(super::report::os(&name)))
                .map_err(|error| format!("touch: {name}: {}", super::report::reason(&error))),
        };
        match result {
            Ok(()) => Ok(Status::Success),
            Err(text) => {
                self.complain(None, text);
                Ok(Status::Failed)
            }
        }
    }
}

/// Gives a file the present time; makes it when it is not there.
fn touch(path: &std::path::Path) -> std::io::Result<()> {
    let file = std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    file.set_modified(std::time::SystemTime::now())
}
