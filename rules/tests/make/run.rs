//! Evaluates a makefile as `make -n -r -R -f` would run it, far enough for tests: explicit and plain
//! pattern rules, every target out of date. Knows no time stamps.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bstr::{BStr, BString, ByteSlice};
use rules::make::{
    Context, Error, ErrorKind, Evaluator, Explicit, Message, Prerequisite, Severity, StdHost,
};

/// What a run of make shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) stdout: BString,
    pub(crate) stderr: BString,
    pub(crate) status: i32,
}

impl Outcome {
    /// As an `expected` file has it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            let _ = writeln!(text, "-- {name}");
            text.push_str(&stream.to_str_lossy());
        }
        let _ = writeln!(text, "-- status {}", self.status);
        text
    }
}

/// Runs our evaluator over a makefile in a folder.
pub(crate) fn ours(folder: &Path, makefile: &str) -> Outcome {
    let folder = folder.to_owned();
    let makefile = makefile.to_owned();
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let thread = thread.spawn(move || evaluate(&folder, &makefile)).expect("a thread");
    thread.join().expect("no panic")
}

fn evaluate(folder: &Path, makefile: &str) -> Outcome {
    let outcome = Arc::new(Mutex::new(Outcome::default()));
    let sink = outcome.clone();
    let host = StdHost::new(folder, move |message| {
        if let Ok(mut outcome) = sink.lock() {
            match message.severity {
                Severity::Info => outcome.stdout.extend_from_slice(&message.line()),
                _ => outcome.stderr.extend_from_slice(&message.line()),
            }
        }
    });
    let mut make = Evaluator::new(host.with_home("/nowhere"), ());
    make.scripts_see_exports = false;
    make.set_stack_budget(48 << 20);
    make.define_environment(super::peer::environment());
    let result = make.eval_file(makefile.as_bytes()).and_then(|()| make.expand_deferred());
    let mut run = Run { make: &mut make, folder, done: HashSet::new() };
    let result = result.and_then(|()| run.goal());
    drop(make);
    let mut outcome = outcome.lock().map(|outcome| outcome.clone()).unwrap_or_default();
    if let Err(error) = result {
        outcome.stderr.extend_from_slice(format!("{error}\n").as_bytes());
        outcome.status = 2;
    }
    outcome
}

struct Run<'m> {
    make: &'m mut Evaluator,
    folder: &'m Path,
    done: HashSet<BString>,
}

fn stop(text: String) -> Error {
    Error::new(ErrorKind::User(text.into()), None)
}

impl Run<'_> {
    fn goal(&mut self) -> Result<(), Error> {
        for missing in self.make.missing() {
            if !missing.optional {
                return Err(stop(format!("No rule to make target '{}'", missing.file)));
            }
        }
        let goal = self.make.value_of(b".DEFAULT_GOAL")?;
        if goal.is_empty() {
            return Err(stop("No targets".into()));
        }
        self.build(goal.as_bstr(), &mut Vec::new())
    }

    fn build(&mut self, target: &BStr, parents: &mut Vec<BString>) -> Result<(), Error> {
        if !self.done.insert(target.to_owned()) {
            return Ok(());
        }
        let each = self.make.double_colon_rules(target)?;
        if !each.is_empty() {
            for explicit in each {
                let stem = explicit.stem.clone();
                self.carry_out(target, explicit, stem, parents)?;
            }
            return Ok(());
        }
        let Some((explicit, stem)) = self.find(target)? else {
            if self.exists(target) {
                return Ok(());
            }
            let needed = parents.last().map(|parent| format!(", needed by '{parent}'"));
            let needed = needed.unwrap_or_default();
            return Err(stop(format!("No rule to make target '{target}'{needed}")));
        };
        self.carry_out(target, explicit, stem, parents)
    }

    fn carry_out(
        &mut self,
        target: &BStr,
        mut explicit: Explicit,
        stem: Option<BString>,
        parents: &mut Vec<BString>,
    ) -> Result<(), Error> {
        parents.push(target.to_owned());
        let mut index = 0;
        while let Some(prerequisite) = explicit.prerequisites.get(index) {
            if parents.contains(&prerequisite.name) {
                let name = &prerequisite.name;
                let text = format!("Circular {target} <- {name} dependency dropped.");
                let (severity, text) = (Severity::Warning, text.into());
                self.make.host().message(Message { severity, location: None, text });
                explicit.prerequisites.remove(index);
                continue;
            }
            let name = prerequisite.name.clone();
            self.build(name.as_bstr(), parents)?;
            index += 1;
        }
        parents.pop();
        let Some(recipe) = explicit.recipe else { return Ok(()) };
        let context = Context {
            target,
            stem: stem.as_ref().map(|stem| stem.as_slice()),
            prerequisites: &explicit.prerequisites,
            parents,
        };
        for command in self.make.commands(&recipe, &context)? {
            let (severity, text) = (Severity::Info, command.text);
            self.make.host().message(Message { severity, location: None, text });
        }
        Ok(())
    }

    fn exists(&self, name: &[u8]) -> bool {
        self.folder.join(name.to_path_lossy()).exists()
    }

    /// The rule for a target, and its stem.
    fn find(&mut self, target: &BStr) -> Result<Option<(Explicit, Option<BString>)>, Error> {
        let explicit = self.make.explicit_rule(target)?;
        if let Some(explicit) = &explicit
            && explicit.recipe.is_some()
        {
            let stem = explicit.stem.clone();
            return Ok(Some((explicit.clone(), stem)));
        }
        for found in self.make.rules().matching(target) {
            let known =
                |name: &BString| self.make.rules().target(name).is_some() || self.exists(name);
            if !found.prerequisites.iter().all(known) {
                continue;
            }
            let recipe = self.make.rules().patterns[found.rule].recipe.clone();
            let normal = found.prerequisites.into_iter().map(Prerequisite::normal);
            let mut prerequisites: Vec<_> = normal.collect();
            prerequisites.extend(found.order_only.into_iter().map(Prerequisite::order_only));
            prerequisites.extend(explicit.into_iter().flat_map(|rule| rule.prerequisites));
            let rule = Explicit { recipe, prerequisites, stem: None };
            return Ok(Some((rule, Some(found.stem))));
        }
        let has_rules = self.make.rules().target(target).is_some_and(|one| !one.rules.is_empty());
        Ok(explicit.filter(|_| has_rules).map(|explicit| (explicit, None)))
    }
}
