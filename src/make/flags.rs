//! What switches come to during a run: variables that makefiles see, jobs, goals, and `MAKEFLAGS` when
//! makefiles change it. How switches are read and written is in `options`.

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Flavor, Origin};

use super::files::{FileId, Status};
use super::options::{self, Jobs, Purpose, Source};
use super::report;
use super::run::{Result, Run, Settings};
use super::time::Time;
use super::tokens::Tokens;

impl Run {
    /// Lends tokens to makes below, once it is known how many jobs may run.
    pub(super) fn serve_tokens(&mut self) {
        if self.tokens.is_some() {
            return;
        }
        let tokens = match self.options.jobs {
            None | Some(Jobs::Count(0 | 1)) => Tokens::serial(),
            Some(Jobs::Unlimited) => Tokens::unlimited(),
            Some(Jobs::Count(jobs)) => {
                let style = self.options.jobserver_style.as_ref();
                let plain = style.is_some_and(|style| style == "pipe");
                // A signal must not leave a named pipe behind.
                let _ = self.children.watch();
                let served = Tokens::serve(jobs as usize, !plain)
                    .or_else(|_| Tokens::serve(jobs as usize, false));
                served.unwrap_or_else(|_| Tokens::count(jobs as usize))
            }
        };
        self.options.jobserver_auth = tokens.auth().map(BStr::to_owned);
        self.tokens = Some(tokens);
    }

    /// Folders of `-I`, and where systems keep makefiles.
    pub(super) fn include_folders(&self) -> Vec<BString> {
        let mut folders: Vec<BString> = Vec::new();
        let mut standard = true;
        for folder in &self.options.include_directories {
            if folder == "-" {
                folders.clear();
                standard = false;
                continue;
            }
            let path = self.search.folder().join(report::os(folder));
            if path.is_dir() {
                folders.push(folder.clone());
            }
        }
        if standard {
            for folder in ["/usr/local/include", "/usr/include"] {
                if std::path::Path::new(folder).is_dir() {
                    folders.push(folder.into());
                }
            }
        }
        folders
    }

    /// `MAKEFLAGS` and its kin, for makefiles and for what they start.
    pub(super) fn define_flags(&mut self, purpose: Purpose) {
        let overrides = self.overrides();
        let own = self.evaluator.variable(options::MAKEOVERRIDES.as_bytes());
        let any = !overrides.is_empty() || own.is_some_and(|own| !own.value().is_empty());
        let variable = any.then_some(options::MAKEOVERRIDES);
        let evals = self.options.eval_flags();
        let evaluator = &mut self.evaluator;
        if !overrides.is_empty() {
            let reference = format!("${{{}}}", options::COMMAND_VARIABLES);
            let simple = (Flavor::Simple, Origin::Automatic);
            let name = options::COMMAND_VARIABLES.as_bytes();
            evaluator.define(name, &overrides, simple.0, simple.1);
            if evaluator.variable(options::MAKEOVERRIDES.as_bytes()).is_none() {
                let name = options::MAKEOVERRIDES.as_bytes();
                evaluator.define(
                    name,
                    reference.as_bytes(),
                    Flavor::Recursive,
                    Origin::Environment,
                );
            }
        }
        let name = options::EVAL_FLAGS.as_bytes();
        evaluator.define(name, &evals, Flavor::Simple, Origin::Automatic);
        let flags = self.options.makeflags(purpose, variable);
        let mflags = self.options.mflags(purpose);
        evaluator.define(b"MAKEFLAGS", &flags, Flavor::Recursive, Origin::File);
        evaluator.define(b"MFLAGS", &mflags, Flavor::Recursive, Origin::Environment);
        evaluator.export_variable(b"MAKEFLAGS");
    }

    /// The command line's variables as sub-makes are to be told of them.
    pub(super) fn overrides(&self) -> BString {
        let mut names: Vec<BString> = Vec::new();
        for assignment in &self.options.assignments {
            if let Some(name) = rules::make::assigned_name(&assignment.text)
                && !names.iter().any(|other| *other == name)
            {
                names.push(name.into());
            }
        }
        let found: Vec<_> = names
            .iter()
            .filter_map(|name| {
                let variable = self.evaluator.variable(name)?;
                Some(options::Override {
                    name,
                    recursive: variable.flavor() == Flavor::Recursive,
                    value: variable.value(),
                })
            })
            .collect();
        options::overrides(&found)
    }

    /// Makefiles may have changed `MAKEFLAGS`.
    pub(super) fn read_changed_flags(&mut self) -> Result<()> {
        let flags = self.value(b"MAKEFLAGS");
        let more = self.value(b"GNUMAKEFLAGS");
        let evals = self.options.evals.clone();
        let (rules, variables) = (self.options.no_builtin_rules, self.options.no_builtin_variables);
        for text in [more, flags] {
            if self.options.read_makeflags(text.as_bstr(), Source::Makefile).is_err() {
                return Err(self.fatal(None, "invalid MAKEFLAGS"));
            }
        }
        // They have been evaluated, and must not be once more.
        self.options.evals = evals;
        let settings = Settings::new(&self.options);
        self.settings = settings.map_err(|error| self.fatal(None, error.to_string()))?;
        self.serve_tokens();
        self.evaluator.warn_undefined = self.options.warn_undefined_variables;
        if !rules && self.options.no_builtin_rules {
            self.evaluator.forget_built_in_rules();
        }
        if !variables && self.options.no_builtin_variables {
            self.evaluator.forget_built_in_variables();
        }
        let folders = self.include_folders();
        self.evaluator.set_include_folders(folders);
        self.define_flags(Purpose::Goals);
        Ok(())
    }

    /// `-o` and `-W`: ages that the user gives files.
    pub(super) fn age_files(&mut self) {
        for (names, time) in [
            (self.options.old_files.clone(), Time::OLD),
            (self.options.new_files.clone(), Time::NEW),
        ] {
            for name in names {
                let file = self.files.intern(options::file_name(&name));
                let node = &mut self.files[file];
                node.time = Some(time);
                if time == Time::OLD {
                    node.updated = true;
                    node.status = Status::Success;
                    node.state = super::files::State::Finished;
                }
            }
        }
    }

    pub(super) fn define_goals(&mut self) {
        if self.options.goals.is_empty() {
            return;
        }
        let goals = self.options.goals.iter().map(|goal| options::file_name(goal));
        let goals = bstr::join(" ", goals);
        self.evaluator.define(b"MAKECMDGOALS", &goals, Flavor::Simple, Origin::Default);
    }

    /// What is to be made.
    pub(super) fn goals(&mut self) -> Result<Vec<FileId>> {
        let mut goals = Vec::new();
        for goal in self.options.goals.clone() {
            let name = options::file_name(&goal);
            let file = self.files.intern(name);
            self.files[file].is_goal = true;
            self.mentioned.insert(name.into());
            goals.push(file);
        }
        if goals.is_empty()
            && let Some(name) = self.default_goal()?
        {
            goals.push(self.files.intern(&name));
        }
        Ok(goals)
    }
}
