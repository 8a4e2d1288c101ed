//! What switches come to during a run: variables that makefiles see, jobs, goals, and `MAKEFLAGS` when
//! makefiles change it. How switches are read and written is in `options`.

use std::path::PathBuf;

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Error, ErrorKind, Evaluator, Export, FileKind, Flavor, Origin};

use super::files::{FileId, Status};
use super::options::{self, Jobs, Options, Purpose, Source};
use super::report;
use super::run::{Result, Run, Settings};
use super::time::Time;
use super::tokens::Tokens;

impl Run {
    /// The switches as they are now.
    pub(super) fn options(&self) -> &Options {
        &self.evaluator.state.options
    }

    pub(super) fn options_mut(&mut self) -> &mut Options {
        &mut self.evaluator.state.options
    }

    /// Lends tokens to makes below, once it is known how many jobs may run.
    pub(super) fn serve_tokens(&mut self) {
        if self.tokens.is_some() {
            return;
        }
        let tokens = match self.options().jobs {
            None | Some(Jobs::Count(0 | 1)) => Tokens::serial(),
            Some(Jobs::Unlimited) => Tokens::unlimited(),
            Some(Jobs::Count(jobs)) => {
                let style = self.options().jobserver_style.as_ref();
                let named = style.is_none_or(|style| style != "pipe");
                let folder = named.then(|| self.temporary_folder());
                // A signal must not leave a named pipe behind.
                let _ = self.children.watch();
                let served = Tokens::serve(jobs as usize, folder.as_deref())
                    .or_else(|_| Tokens::serve(jobs as usize, None));
                served.unwrap_or_else(|_| Tokens::count(jobs as usize))
            }
        };
        self.options_mut().jobserver_auth = tokens.auth().map(BStr::to_owned);
        self.tokens = Some(tokens);
    }

    /// Where files for the length of this run go. Tells of variables that name no folder.
    fn temporary_folder(&self) -> PathBuf {
        const DEFAULT: &str = "/tmp";
        for (variable, folder) in &self.temporary_folders {
            let path = self.search.folder().join(report::os(folder));
            match path.metadata() {
                Ok(found) if found.is_dir() => return path,
                Ok(_) => self.complain(None, format!("{variable} value {folder}: not a directory")),
                Err(error) => {
                    let reason = report::reason(&error);
                    self.complain(None, format!("{variable} value {folder}: {reason}"));
                }
            }
        }
        if !self.temporary_folders.is_empty() {
            self.complain(None, format!("using default temporary directory '{DEFAULT}'"));
        }
        DEFAULT.into()
    }

    /// `MAKEFLAGS` and its kin, for makefiles and for what they start.
    pub(super) fn define_flags(&mut self, purpose: Purpose) {
        self.evaluator.state.purpose = purpose;
        define(&mut self.evaluator);
    }

    /// All makefiles have been read, and so it is known what they want of make.
    pub(super) fn settle_flags(&mut self) -> Result<()> {
        let evaluator = &mut self.evaluator;
        let read = read(evaluator, b"GNUMAKEFLAGS").and_then(|()| reread(evaluator));
        read.map_err(|error| self.failed(&error))?;
        self.settle_changes()?;
        self.serve_tokens();
        self.define_flags(Purpose::Goals);
        Ok(())
    }

    /// Goes by the switches as they are since makefiles last changed them, if they have.
    pub(super) fn settle_changes(&mut self) -> Result<()> {
        if std::mem::take(&mut self.evaluator.state.changed) {
            let settings = Settings::new(self.options());
            self.settings = settings.map_err(|error| self.fatal(None, error.to_string()))?;
        }
        Ok(())
    }

    /// `-o` and `-W`: ages that the user gives files.
    pub(super) fn age_files(&mut self) {
        for (names, time) in [
            (self.options().old_files.clone(), Time::OLD),
            (self.options().new_files.clone(), Time::NEW),
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
        if self.options().goals.is_empty() {
            return;
        }
        let goals = self.options().goals.iter().map(|goal| options::file_name(goal));
        let goals = bstr::join(" ", goals);
        self.evaluator.define(b"MAKECMDGOALS", &goals, Flavor::Simple, Origin::Default);
    }

    /// What is to be made.
    pub(super) fn goals(&mut self) -> Result<Vec<FileId>> {
        let mut goals = Vec::new();
        for goal in self.options().goals.clone() {
            let name = options::file_name(&goal);
            let file = self.files.intern(name);
            self.files[file].is_goal = true;
            self.mentioned.add_goal(name.into());
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

/// Switches where makefiles reach them: in the evaluator's keeping.
pub(super) struct Flags {
    pub(super) options: Options,
    /// Whom `MAKEFLAGS` is written for now.
    purpose: Purpose,
    /// Makefiles have changed them, and the run does not go by it yet.
    changed: bool,
}

impl Flags {
    pub(super) fn new(options: Options) -> Flags {
        Flags { options, purpose: Purpose::Goals, changed: false }
    }
}

/// What reads makefiles and can be told in `MAKEFLAGS` what to do.
pub(super) type Reader = Evaluator<Flags>;

/// A line has changed `MAKEFLAGS`: what it says holds from there on, as far as reading goes, and the
/// variable has all switches again.
pub(super) fn reread(evaluator: &mut Reader) -> rules::make::Result<()> {
    read(evaluator, b"MAKEFLAGS")?;
    define(evaluator);
    Ok(())
}

/// Reads switches and variables from a variable of a makefile's.
fn read(evaluator: &mut Reader, variable: &[u8]) -> rules::make::Result<()> {
    if evaluator.variable(variable).is_none() {
        return Ok(());
    }
    let text = evaluator.value_of(variable)?;
    let options = &mut evaluator.state.options;
    let (rules, variables) = (options.no_builtin_rules, options.no_builtin_variables);
    let (evals, known) = (options.evals.clone(), options.assignments.len());
    let result = options.read_makeflags(text.as_bstr(), Source::Makefile);
    result.map_err(|error| Error::new(ErrorKind::User(error.to_string().into()), None))?;
    // They have been evaluated, and must not be once more.
    options.evals = evals;
    let new = options.assignments[known..].to_vec();
    let rules = !rules && options.no_builtin_rules;
    let variables = !variables && options.no_builtin_variables;
    evaluator.state.changed = true;
    apply(evaluator);
    if rules {
        evaluator.forget_built_in_rules();
    }
    if variables {
        evaluator.forget_built_in_variables();
    }
    for assignment in new {
        evaluator.define_argument(&assignment.text)?;
    }
    Ok(())
}

/// Has makefiles read as the switches say.
pub(super) fn apply(evaluator: &mut Reader) {
    let options = &evaluator.state.options;
    evaluator.warn_undefined = options.warn_undefined_variables;
    evaluator.environment_overrides = options.environment_overrides;
    find_include_folders(evaluator);
}

/// Folders of `-I`, and where systems keep makefiles.
fn find_include_folders(evaluator: &mut Reader) {
    let mut named = evaluator.state.options.include_directories.clone();
    let reset = named.iter().rposition(|folder| folder == "-");
    named.drain(..reset.map_or(0, |at| at + 1));
    let standard: &[&str] = match reset {
        None => &["/usr/local/include", "/usr/include"],
        Some(_) => &[],
    };
    named.extend(standard.iter().map(|folder| BString::from(*folder)));
    let host = evaluator.host();
    named.retain(|folder| host.kind(folder.as_bstr()) == Some(FileKind::Folder));
    evaluator.set_include_folders(named);
}

/// Writes `MAKEFLAGS` and its kin.
fn define(evaluator: &mut Reader) {
    let overrides = overrides(evaluator);
    if !overrides.is_empty() {
        let name = options::COMMAND_VARIABLES;
        evaluator.define(name.as_bytes(), &overrides, Flavor::Simple, Origin::Automatic);
        if evaluator.variable(options::MAKEOVERRIDES.as_bytes()).is_none() {
            let (name, value) = (options::MAKEOVERRIDES.as_bytes(), format!("${{{name}}}"));
            evaluator.define(name, value.as_bytes(), Flavor::Recursive, Origin::Environment);
        }
    }
    let own = evaluator.variable(options::MAKEOVERRIDES.as_bytes());
    let any = !overrides.is_empty() || own.is_some_and(|own| !own.value().is_empty());
    let Flags { options, purpose, .. } = &evaluator.state;
    let evals = options.eval_flags();
    let flags = options.makeflags(*purpose, any.then_some(options::MAKEOVERRIDES));
    let mflags = options.mflags(*purpose);
    let name = options::EVAL_FLAGS.as_bytes();
    evaluator.define(name, &evals, Flavor::Simple, Origin::Automatic);
    evaluator.define(b"MAKEFLAGS", &flags, Flavor::Recursive, Origin::File);
    evaluator.define(b"MFLAGS", &mflags, Flavor::Recursive, Origin::Environment);
    if evaluator.variable(b"MAKEFLAGS").is_some_and(|flags| flags.export() == Export::Default) {
        evaluator.export_variable(b"MAKEFLAGS");
    }
}

/// The command line's variables as sub-makes are to be told of them. Those that makefiles write into
/// `MAKEFLAGS` hold for this make only.
fn overrides(evaluator: &Reader) -> BString {
    let mut names: Vec<&[u8]> = Vec::new();
    let assignments = evaluator.state.options.assignments.iter();
    for assignment in assignments.filter(|one| one.source != Source::Makefile) {
        if let Some(name) = rules::make::assigned_name(&assignment.text)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    let found = names.iter().filter_map(|name| {
        let variable = evaluator.variable(name)?;
        let recursive = variable.flavor() == Flavor::Recursive;
        Some(options::Override { name, recursive, value: variable.value() })
    });
    options::overrides(&found.collect::<Vec<_>>())
}
