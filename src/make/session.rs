//! One call of make, from the command line to the exit status: settings, makefiles read as often as
//! they change, goals. Knows nothing of how goals are updated.

use std::collections::HashMap;
use std::hint::black_box;
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Evaluator, Flavor, Origin};

use super::archive::Archives;
use super::children::Children;
use super::files::{Files, Status};
use super::flags::{self, Flags, Reader};
use super::goals::Goal;
use super::host::World;
use super::options::{self, Jobs, Options, OutputSync, Purpose, Source};
use super::output::{self, Output};
use super::programs::Programs;
use super::report;
use super::run::{FAILURE, Halt, Result, Run, Settings, TROUBLE};
use super::search::Search;
use super::tokens::Tokens;
use crate::surroundings::Surroundings;

/// The stack for evaluation and for walking the graph: both recurse, and go as deep as makefiles do.
const STACK: usize = 1 << 30;

/// What is left of the stack for everything but evaluation.
const RESERVE: usize = 1 << 22;

/// What make goes by.
#[derive(Clone, Debug)]
pub struct Name {
    /// How messages start.
    pub shown: BString,
    /// As it was called.
    pub called: BString,
    /// How recipes call it: `$(MAKE)`.
    pub command: BString,
}

/// Runs make with the words after the program's name, and gives its exit status.
pub fn main(name: &Name, arguments: &[BString], surroundings: &Surroundings) -> u8 {
    let run = || Session::new(name, surroundings).run(arguments);
    let run = || match [STACK, STACK >> 3].into_iter().find(|&size| is_to_be_had(size)) {
        // In place: a thread would cost more than reading a small makefile does.
        Some(size) => stacker::grow(size, run),
        None => run(),
    };
    // A panic has told of itself.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(FAILURE)
}

/// Whether the system would hand out so many bytes of address space.
fn is_to_be_had(bytes: usize) -> bool {
    let mut probe = Vec::<u8>::new();
    black_box(&mut probe).try_reserve_exact(bytes).is_ok()
}

/// What stays the same however often makefiles are read.
struct Session<'s> {
    surroundings: &'s Surroundings,
    name: &'s Name,
    level: u32,
    environment: Vec<(BString, BString)>,
    output: Arc<Mutex<Output>>,
    stdin: Option<BString>,
}

impl<'s> Session<'s> {
    fn new(name: &'s Name, surroundings: &'s Surroundings) -> Session<'s> {
        let environment = surroundings.environment.iter();
        let bytes = |text: &std::ffi::OsString| BString::from(text.as_bytes());
        let environment: Vec<_> =
            environment.map(|(name, value)| (bytes(name), bytes(value))).collect();
        let level = environment.iter().find(|(name, _)| name == "MAKELEVEL");
        let level = level.and_then(|(_, value)| value.to_str().ok()?.trim().parse().ok());
        let level = level.unwrap_or(0);
        Session {
            surroundings,
            name,
            level,
            environment,
            output: Arc::new(Mutex::new(Output::new(&name.shown, level))),
            stdin: None,
        }
    }

    fn out(&self) -> std::sync::MutexGuard<'_, Output> {
        self.output.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn variable(&self, name: &str) -> Option<&BString> {
        self.environment.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    fn fatal(&self, text: &str) -> u8 {
        self.out().error(None, format!("*** {text}.  Stop."));
        FAILURE
    }

    fn run(mut self, arguments: &[BString]) -> u8 {
        let code = match self.options(arguments) {
            Ok(options) => self.run_with(options),
            Err(code) => code,
        };
        let mut output = self.out();
        output.end();
        if output.broken.take().is_some() {
            output.error(None, "write error: stdout");
            return TROUBLE;
        }
        code
    }

    /// Reads the switches of the environment and of the command line.
    fn options(&mut self, arguments: &[BString]) -> std::result::Result<Options, u8> {
        let mut options = Options::default();
        for variable in ["GNUMAKEFLAGS", "MAKEFLAGS"] {
            if let Some(flags) = self.variable(variable).cloned() {
                let flags = self.expanded(flags);
                let result = options.read_makeflags(flags.as_bstr(), Source::Environment);
                result.map_err(|error| self.usage_error(&error))?;
            }
        }
        let result = options.read_command_line(arguments);
        result.map_err(|error| self.usage_error(&error))?;
        self.environment.retain(|(name, _)| name != "GNUMAKEFLAGS");
        Ok(options)
    }

    /// The value of a variable of the environment, expanded as makefiles would expand it.
    fn expanded(&self, value: BString) -> BString {
        if !value.contains(&b'$') {
            return value;
        }
        let folder = &self.surroundings.folder;
        let world = self.world(folder, Children::new(folder.clone()));
        let mut evaluator = Evaluator::new(world, ());
        evaluator.define_environment(self.environment.iter().cloned());
        evaluator.expand(&value).unwrap_or(value)
    }

    /// The system as makefiles see it from a folder.
    fn world(&self, folder: &Path, children: Children) -> World {
        World {
            folder: folder.to_path_buf(),
            home: self.variable("HOME").cloned(),
            output: self.output.clone(),
            programs: Programs::new(self.surroundings.folder.clone()),
            children,
        }
    }

    /// Tells what is wrong with the command line.
    fn usage_error(&self, error: &options::Error) -> u8 {
        match error {
            options::Error::Fatal(fatal) => self.fatal(&fatal.to_string()),
            options::Error::Usage(complaints) => {
                let mut output = self.out();
                for complaint in complaints {
                    if complaint.names_program_as_called() {
                        output
                            .write_error(format!("{}: {complaint}\n", self.name.called).as_bytes());
                    } else {
                        output.error(None, complaint.to_string());
                    }
                }
                output.write_error(options::usage(&self.name.called.to_string()).as_bytes());
                FAILURE
            }
        }
    }

    fn run_with(&mut self, mut options: Options) -> u8 {
        if options.help {
            self.out().write(options::usage(&self.name.called.to_string()).as_bytes());
            return 0;
        }
        if options.version {
            self.out().write(options::version("").as_bytes());
            return 0;
        }
        let fresh = std::process::id();
        if let Err(error) = options.resolve_shuffle(fresh) {
            return self.fatal(&error.to_string());
        }
        let folder = match self.folder(&options) {
            Ok(folder) => folder,
            Err(code) => return code,
        };
        let children = Children::new(self.surroundings.folder.clone());
        let mut kept = Kept { children, tokens: None };
        let mut restarts = 0;
        loop {
            let (code, again) = self.attempt(&options, &folder, &mut kept, restarts);
            if !again {
                return code;
            }
            restarts += 1;
        }
    }

    /// The folder that `-C` leads to.
    fn folder(&self, options: &Options) -> std::result::Result<PathBuf, u8> {
        let mut folder = self.surroundings.folder.clone();
        for step in &options.directories {
            let next = folder.join(report::os(step));
            let read = std::fs::metadata(&next).and_then(|found| match found.is_dir() {
                true => next.canonicalize(),
                false => Err(std::io::ErrorKind::NotADirectory.into()),
            });
            match read {
                Ok(next) => folder = next,
                Err(error) => {
                    let reason = match error.kind() {
                        std::io::ErrorKind::NotADirectory => "Not a directory".to_owned(),
                        _ => report::reason(&error),
                    };
                    return Err(self.fatal(&format!("{step}: {reason}")));
                }
            }
        }
        Ok(folder)
    }

    /// Reads all makefiles and updates the goals; or finds that the makefiles changed, and all has
    /// to be done again.
    fn attempt(
        &mut self,
        options: &Options,
        folder: &Path,
        kept: &mut Kept,
        restarts: u32,
    ) -> (u8, bool) {
        let mut run = match self.prepare(options.clone(), folder, kept, restarts) {
            Ok(run) => run,
            Err(code) => return (code, false),
        };
        let (halt, again) = match self.go(&mut run, restarts) {
            Ok(Next::Again) => (None, true),
            Ok(Next::Done(code)) => ((code != 0).then_some(Halt::Exit(code)), false),
            Err(halt) => (Some(halt), false),
        };
        if let Some(Halt::Signal(_)) = halt {
            run.clean_up();
        }
        let code = run.end(halt);
        kept.tokens = run.tokens.take();
        if run.settings.print_database {
            run.print_database();
        }
        self.out().flush();
        if let Some(Halt::Signal(signal)) = halt {
            self.out().end();
            // The end by a signal takes nothing apart: the pool's pipe would stay behind.
            drop(kept.tokens.take());
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            return (code, again);
        }
        if !again {
            // The process is about to end: taking a large database apart would be for nothing.
            std::mem::forget(run);
        }
        (code, again)
    }

    /// A run that is ready to read makefiles.
    fn prepare(
        &mut self,
        options: Options,
        folder: &Path,
        kept: &mut Kept,
        restarts: u32,
    ) -> std::result::Result<Run, u8> {
        let settings = Settings::new(&options).map_err(|error| self.fatal(&error.to_string()))?;
        self.tell_folder(&options, folder);
        let mut search = match Search::new(folder) {
            Ok(search) => search,
            Err(error) => return Err(self.fatal(&report::reason(&error))),
        };
        search.check_links = options.check_symlink_times;
        if options.makefiles.iter().any(|name| name == "-") && self.stdin.is_none() {
            self.stdin = Some(self.read_stdin()?);
        }
        let mut evaluator =
            Reader::new(self.world(folder, kept.children.share()), Flags::new(options));
        evaluator.set_stack_budget(STACK / 8 - RESERVE);
        flags::apply(&mut evaluator);
        let mut run = Run {
            settings,
            evaluator,
            files: Files::default(),
            search,
            archives: Archives::default(),
            children: kept.children.share(),
            tokens: None,
            output: self.output.clone(),
            jobs: Vec::new(),
            special: Default::default(),
            mentioned: Default::default(),
            impossible: Default::default(),
            shapes: Default::default(),
            rules_in_use: Vec::new(),
            places: Vec::new(),
            kept_places: Default::default(),
            default_recipe: None,
            pass: 0,
            commands_started: 0,
            for_makefiles: false,
            goal: None,
            unread: HashMap::new(),
            makefiles_failed: false,
            stdin_taken: false,
            clock_skew: false,
            ending: false,
            level: self.level,
            temporary_folders: ["MAKE_TMPDIR", "TMPDIR"]
                .into_iter()
                .filter_map(|name| Some((name, self.variable(name)?.clone())))
                .filter(|(_, folder)| !folder.is_empty())
                .collect(),
            environment: None,
        };
        self.join_tokens(&mut run, kept);
        self.define_variables(&mut run, restarts)?;
        Ok(run)
    }

    fn tell_folder(&self, options: &Options, folder: &Path) {
        let silent = options.silent.get() == Some(true);
        let tells = options
            .print_directory
            .get()
            .unwrap_or(!silent && (self.level > 0 || !options.directories.is_empty()));
        let name = folder.as_os_str().as_bytes();
        let mut output = self.out();
        output.tell_folder(tells.then_some(name));
        output.set_sync(options.output_sync.unwrap_or_default(), options.sync_mutex.as_ref());
    }

    fn read_stdin(&self) -> std::result::Result<BString, u8> {
        let mut text = Vec::new();
        let read = std::io::Read::read_to_end(&mut std::io::stdin(), &mut text);
        match read {
            Ok(_) => Ok(text.into()),
            Err(error) => Err(self.fatal(&format!("-: {}", report::reason(&error)))),
        }
    }

    /// Joins the jobserver of the make above, if there is one.
    fn join_tokens(&self, run: &mut Run, kept: &mut Kept) {
        if let Some(tokens) = kept.tokens.take() {
            run.options_mut().jobserver_auth = tokens.auth().map(BStr::to_owned);
            run.tokens = Some(tokens);
            return;
        }
        let Some(auth) = run.options_mut().jobserver_auth.take() else { return };
        if let Some(own) = run.options().command_line_jobs {
            let count = match own {
                Jobs::Count(count) => count,
                Jobs::Unlimited => 0,
            };
            let text = "forced in submake: resetting jobserver mode.";
            run.complain(None, format!("warning: -j{count} {text}"));
        } else if let Some(tokens) = Tokens::join(auth.as_bstr()) {
            run.tokens = Some(tokens);
            run.options_mut().jobserver_auth = Some(auth);
        } else {
            let text = "jobserver unavailable: using -j1.  Add '+' to parent make rule.";
            run.complain(None, format!("warning: {text}"));
            run.options_mut().jobs = None;
        }
    }

    fn define_variables(&self, run: &mut Run, restarts: u32) -> std::result::Result<(), u8> {
        let fail = |run: &mut Run, error: &rules::make::Error| {
            run.failed(error);
            FAILURE
        };
        let environment = self.environment.iter().cloned();
        run.evaluator.define_environment(environment);
        if !run.options().no_builtin_variables {
            run.evaluator.define_built_in_variables();
        }
        if !run.options().no_builtin_rules {
            run.evaluator.define_built_in_suffixes();
            run.evaluator.define_built_in_rules();
        }
        for (name, terminal) in [
            (b"MAKE_TERMOUT", output::terminal(std::io::stdout())),
            (b"MAKE_TERMERR", output::terminal(std::io::stderr())),
        ] {
            if let (Some(terminal), None) = (terminal, run.evaluator.variable(name)) {
                run.evaluator.define(name, &terminal, Flavor::Simple, Origin::Default);
                run.evaluator.export_variable(name);
            }
        }
        let level = self.level.to_string();
        run.evaluator.define(b"MAKELEVEL", level.as_bytes(), Flavor::Simple, Origin::Environment);
        if restarts > 0 {
            let restarts = restarts.to_string();
            let value = restarts.as_bytes();
            run.evaluator.define(b"MAKE_RESTARTS", value, Flavor::Simple, Origin::Default);
        }
        let command = self.name.command.clone();
        run.evaluator.define(b"MAKE_COMMAND", &command, Flavor::Simple, Origin::Default);
        run.evaluator.define(b"MAKE", b"$(MAKE_COMMAND)", Flavor::Recursive, Origin::Default);
        run.evaluator.define(
            b"MAKE_HOST",
            options::MAKE_HOST.as_bytes(),
            Flavor::Simple,
            Origin::Default,
        );
        for assignment in run.options().assignments.clone() {
            let result = run.evaluator.define_argument(&assignment.text);
            result.map_err(|error| fail(run, &error))?;
        }
        run.define_goals();
        run.define_flags(Purpose::Goals);
        run.evaluator.react(b"MAKEFLAGS", flags::reread);
        Ok(())
    }

    /// Reads makefiles, remakes them, updates goals.
    fn go(&self, run: &mut Run, restarts: u32) -> Result<Next> {
        // What is said while makefiles are read is kept together, too.
        let capture = match run.settings.output_sync {
            OutputSync::Line | OutputSync::Target => run.out().capture(),
            _ => None,
        };
        run.out().context = capture;
        let read = run.read_makefiles(self.stdin.as_ref());
        let capture = run.out().context.take();
        if let Some(mut capture) = capture {
            run.out().release(&mut capture);
        }
        let makefiles = read?;
        run.settle_flags()?;
        self.tell_folder(run.options(), run.search.folder());
        let finished = run.evaluator.finish_reading();
        finished.map_err(|error| run.failed(&error))?;
        run.survey()?;
        if restarts == 0 {
            run.age_files();
        }
        let goals = run.goals()?;
        if !makefiles.is_empty() {
            run.define_flags(Purpose::Makefiles);
            if run.remake_makefiles(&makefiles, restarts)? {
                return Ok(Next::Again);
            }
            run.define_flags(Purpose::Goals);
        }
        if restarts > 0 {
            run.age_files();
        }
        if goals.is_empty() {
            let read_any = !run.evaluator.included().is_empty() || self.stdin.is_some();
            let text = match read_any {
                true => "No targets",
                false => "No targets specified and no makefile found",
            };
            return Err(run.fatal(None, text));
        }
        let mut goals: Vec<Goal> = goals.into_iter().map(|file| Goal::new(file, false)).collect();
        if let Some(shuffle) = run.settings.shuffle {
            shuffle.reorder(BStr::new(""), &mut goals, |_| false);
        }
        let status = run.update_goals(&mut goals)?;
        let status = if run.makefiles_failed { Status::Failed } else { status };
        Ok(Next::Done(Run::exit_status(status)))
    }
}

/// What comes after one attempt.
enum Next {
    /// Makefiles changed.
    Again,
    Done(u8),
}

/// What outlives an attempt.
struct Kept {
    children: Children,
    tokens: Option<Tokens>,
}
