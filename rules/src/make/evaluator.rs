//! The evaluator: its state, and the calls that programs use it through. How text expands, lines
//! assign and rules are recorded is in the files beside it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use bstr::{BStr, BString};

use super::automatic::Automatic;
use super::environment::{Environment, Exports, Kept};
use super::error::{Action, Error, ErrorKind, Frame, Result};
use super::host::{Host, Message, Severity};
use super::location::Location;
use super::names::{FastHash, Name, Names};
use super::rules::Rules;
use super::stack::Stack;
use super::variables::{Export, Flavor, Origin, Table, Variable};

/// A function that makefiles reach with `$(call NAME,...)` and that the program provides. Its
/// arguments start with `$(1)`.
pub type Native<S> =
    Arc<dyn Fn(&mut Evaluator<S>, &[BString]) -> Result<BString> + Send + Sync + 'static>;

/// What the program does once a line has assigned a variable.
pub(crate) type Reaction<S> = Arc<dyn Fn(&mut Evaluator<S>) -> Result<()> + Send + Sync + 'static>;

/// The stack that evaluation may use when the program does not say: fits a thread of 2 MiB.
const STACK_BUDGET: usize = 1 << 20;

/// The way to an error is told up to this length, for a recursion may be long.
const MOST_FRAMES: usize = 64;

/// Evaluates makefiles: holds their variables and their rules.
///
/// `S` is state of the program's own, for its [`Native`] functions.
pub struct Evaluator<S = ()> {
    /// The program's own state.
    pub state: S,
    pub(crate) host: Box<dyn Host + Send>,
    pub(crate) names: Names,
    pub(crate) table: Table,
    pub(crate) rules: Rules,
    pub(crate) natives: Vec<Native<S>>,
    /// The variable that the program watches; see [`Evaluator::react`].
    pub(crate) watched: Option<(Name, Reaction<S>)>,
    pub(crate) environment: Arc<Environment>,
    /// Pattern-specific variables by target, as long as there are so many of them.
    pub(crate) matching: (usize, HashMap<BString, Arc<[u32]>, FastHash>),
    pub(crate) kept_exports: Option<Kept>,
    /// An environment, and the exports it is made with.
    pub(crate) kept_environment: Option<(Arc<Exports>, Arc<Environment>)>,
    /// The line being read.
    pub(crate) here: Option<Location>,
    /// The definition of the variable being expanded; it takes the blame for errors in expansion.
    pub(crate) blame: Option<Location>,
    pub(crate) stack: Stack,
    /// What evaluation may still do; see [`Evaluator::set_work_budget`].
    pub(crate) work: u64,
    pub(crate) nesting: usize,
    /// Makefiles that are being read, each included by the one before.
    pub(crate) open_makefiles: usize,
    /// Arguments bound by the innermost `$(call)`, `$(0)` included.
    pub(crate) bound_arguments: usize,
    /// A recipe is being expanded: it is too late for rules.
    pub(crate) in_recipe: usize,
    /// Exported variables are being expanded for a script.
    pub(crate) exporting: usize,
    /// One of them referred to itself.
    pub(crate) spared_recursion: bool,
    pub(crate) export_all: bool,
    pub(crate) include_folders: Vec<BString>,
    pub(crate) missing: Vec<Missing>,
    pub(crate) included: Vec<Included>,
    pub(crate) buffers: Vec<Vec<u8>>,
    pub(crate) known: Known,
    /// Rules are complete.
    pub(crate) finished_reading: bool,
    /// Scripts see the variables that makefiles export, as since GNU make 4.4. Makefiles written
    /// for older ones may run many more scripts that way, for each exported value is expanded for
    /// each of them.
    pub scripts_see_exports: bool,
    /// Tell of variables that are used but not defined.
    pub warn_undefined: bool,
    /// The environment takes precedence over makefiles (`-e`). `$(origin)` tells so only of
    /// variables that makefiles have tried to change.
    pub environment_overrides: bool,
}

/// A makefile that an `include` line named and that could not be read. It may still be made by a
/// rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub file: BString,
    /// Why it could not be read.
    pub reason: String,
    /// The line that includes it.
    pub location: Option<Location>,
    /// Whether that line may be ignored (`-include`).
    pub optional: bool,
    /// How many makefiles had been opened before: its place among [`Evaluator::included`].
    pub after: usize,
}

/// A makefile that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// Its name, as it was opened.
    pub file: BString,
    /// It was included by a line that may be ignored (`-include`).
    pub optional: bool,
}

/// Names that the evaluator itself uses.
pub(crate) struct Known {
    pub(crate) variables: Name,
    pub(crate) makefile_list: Name,
    pub(crate) default_goal: Name,
    pub(crate) recipe_prefix: Name,
    pub(crate) shell: Name,
    pub(crate) shell_flags: Name,
    pub(crate) shell_status: Name,
    pub(crate) automatic: Automatic,
}

impl Known {
    fn new(names: &mut Names) -> Known {
        Known {
            variables: names.intern(b".VARIABLES"),
            makefile_list: names.intern(b"MAKEFILE_LIST"),
            default_goal: names.intern(b".DEFAULT_GOAL"),
            recipe_prefix: names.intern(b".RECIPEPREFIX"),
            shell: names.intern(b"SHELL"),
            shell_flags: names.intern(b".SHELLFLAGS"),
            shell_status: names.intern(b".SHELLSTATUS"),
            automatic: Automatic::new(names),
        }
    }
}

impl<S> Evaluator<S> {
    /// An evaluator with the variables that make itself defines, and no rules.
    pub fn new(host: impl Host + Send + 'static, state: S) -> Evaluator<S> {
        let mut names = Names::default();
        let known = Known::new(&mut names);
        let mut evaluator = Evaluator {
            state,
            host: Box::new(host),
            names,
            table: Table::default(),
            rules: Rules::default(),
            natives: Vec::new(),
            watched: None,
            environment: Arc::default(),
            matching: Default::default(),
            kept_exports: None,
            kept_environment: None,
            here: None,
            blame: None,
            stack: Stack::new(STACK_BUDGET),
            work: u64::MAX,
            nesting: 0,
            open_makefiles: 0,
            bound_arguments: 0,
            in_recipe: 0,
            exporting: 0,
            spared_recursion: false,
            export_all: false,
            include_folders: Vec::new(),
            missing: Vec::new(),
            included: Vec::new(),
            buffers: Vec::new(),
            known,
            finished_reading: false,
            scripts_see_exports: true,
            warn_undefined: false,
            environment_overrides: false,
        };
        evaluator.define_own_variables();
        evaluator
    }

    /// Allows evaluation this much of the native stack, in bytes; deeper nesting is an error. For
    /// programs that evaluate in a thread with a large stack.
    pub fn set_stack_budget(&mut self, bytes: usize) {
        self.stack.set_budget(bytes);
    }

    /// Allows evaluation this much work in all, counted in lines, in steps of expansion, and in the
    /// bytes that they give; more is an error. For programs that evaluate makefiles which they do not trust: without it, a few
    /// lines can ask for more than there is time and memory.
    pub fn set_work_budget(&mut self, work: u64) {
        self.work = work;
    }

    /// Folders in which `include` looks for files that are not in the current one.
    pub fn set_include_folders(&mut self, folders: Vec<BString>) {
        self.define(
            b".INCLUDE_DIRS",
            &bstr::join(" ", &folders),
            Flavor::Recursive,
            Origin::Default,
        );
        self.include_folders = folders;
    }

    /// Defines a variable, with the precedence of its origin.
    pub fn define(&mut self, name: &[u8], value: &[u8], flavor: Flavor, origin: Origin) {
        let name = self.names.intern(name);
        self.table.define(name, Variable::new(value.to_vec(), flavor, origin));
    }

    /// Defines the variables of the environment. Scripts inherit it whole.
    pub fn define_environment(
        &mut self,
        environment: impl IntoIterator<Item = (BString, BString)>,
    ) {
        self.kept_environment = None;
        for (name, value) in environment {
            let key = self.names.intern(&name);
            // The user's login shell is not what recipes are written for.
            if key != self.known.shell {
                let mut variable =
                    Variable::new(value.to_vec(), Flavor::Recursive, Origin::Environment);
                variable.export = Export::Yes;
                self.table.define(key, variable);
            }
            Arc::make_mut(&mut self.environment).push((name, value));
        }
    }

    /// Evaluates an argument of the command line such as `CC=clang`. False when it is not an
    /// assignment.
    pub fn define_argument(&mut self, argument: &[u8]) -> Result<bool> {
        let Some(found) = super::statements::assignment(argument) else { return Ok(false) };
        self.entered(|this| {
            this.assign_line(found, Origin::CommandLine, false)?;
            Ok(true)
        })
    }

    /// Takes note from now on of variables whose names begin with `prefix`.
    pub fn track_names(&mut self, prefix: &[u8]) {
        self.names.track(prefix);
    }

    /// The names of which [`Evaluator::track_names`] takes note and that makefiles have mentioned
    /// since, whether anything is defined under them or not; none when they have asked for all names
    /// that there are.
    pub fn tracked_names(&self) -> Option<BTreeSet<BString>> {
        self.names.used()
    }

    /// Provides `$(call NAME,...)`. A makefile that defines a variable of that name afterwards
    /// takes it over.
    pub fn native(
        &mut self,
        name: &[u8],
        function: impl Fn(&mut Evaluator<S>, &[BString]) -> Result<BString> + Send + Sync + 'static,
    ) {
        let name = self.names.intern(name);
        self.natives.push(Arc::new(function));
        self.table.set_native(name, Some(self.natives.len() as u32 - 1));
    }

    /// Has `action` done right after each line that assigns the global `name`, which may be one.
    pub fn react(
        &mut self,
        name: &[u8],
        action: impl Fn(&mut Evaluator<S>) -> Result<()> + Send + Sync + 'static,
    ) {
        self.watched = Some((self.names.intern(name), Arc::new(action)));
    }

    /// Whether `$(call NAME,...)` reaches a function of the program's.
    pub fn is_native(&self, name: &[u8]) -> bool {
        self.names.find(name).is_some_and(|name| self.table.native(name).is_some())
    }

    /// Reads and evaluates a makefile.
    pub fn eval_file(&mut self, path: &[u8]) -> Result<()> {
        self.entered(|this| match this.read_makefile(path, false)? {
            Ok(()) => Ok(()),
            Err(reason) => {
                let kind = ErrorKind::Unreadable { file: path.into(), reason };
                Err(this.error(kind))
            }
        })
    }

    /// Reads and evaluates a makefile. The inner result says why it could not be read.
    pub fn try_file(&mut self, path: &[u8]) -> Result<Result<(), String>> {
        self.entered(|this| this.read_makefile(path, false))
    }

    /// Evaluates text that stands in no makefile (`--eval`).
    pub fn eval_unplaced(&mut self, text: &[u8]) -> Result<()> {
        self.entered(|this| this.read_at(text, None))
    }

    /// Evaluates text as if it were the makefile `name`, from its first line.
    pub fn eval_named(&mut self, text: &[u8], name: &[u8]) -> Result<()> {
        self.entered(|this| this.read_at(text, Some(Location::new(name, 1))))
    }

    /// Evaluates text where evaluation stands, as `$(eval)` does.
    pub fn eval(&mut self, text: &[u8]) -> Result<()> {
        self.entered(|this| this.read_text(text))
    }

    /// Expands text.
    pub fn expand(&mut self, text: &[u8]) -> Result<BString> {
        let mut out = Vec::new();
        self.entered(|this| this.expand_into(text, &mut out))?;
        Ok(BString::from(out))
    }

    /// Expands a variable by name. Empty when it is not defined.
    pub fn value_of(&mut self, name: &[u8]) -> Result<BString> {
        let mut out = Vec::new();
        self.entered(|this| this.expand_named(name, &mut out))?;
        Ok(BString::from(out))
    }

    /// Calls a function or a variable with arguments, as `$(call name,...)` does.
    pub fn call(&mut self, name: &[u8], arguments: &[BString]) -> Result<BString> {
        let mut out = Vec::new();
        self.entered(|this| {
            let arguments: Vec<&[u8]> = arguments.iter().map(|text| text.as_slice()).collect();
            this.call_named(name, &arguments, &mut out)
        })?;
        Ok(BString::from(out))
    }

    /// The variable that a name stands for now.
    pub fn variable(&self, name: &[u8]) -> Option<&Variable> {
        self.table.look_up(self.names.find(name)?)
    }

    /// All global variables and their names, in the order in which their names were first seen.
    pub fn variables(&self) -> impl Iterator<Item = (&BStr, &Variable)> {
        self.names.list();
        let globals = self.table.globals();
        globals.map(|(name, variable)| (self.names.text(name), variable))
    }

    /// The text of an interned name.
    pub fn name_text(&self, name: Name) -> &BStr {
        self.names.text(name)
    }

    /// The rules so far.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Makefiles that were included but could not be read, and that no rule has made yet.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// Makefiles that have been read, in the order in which reading them began.
    pub fn included(&self) -> &[Included] {
        &self.included
    }

    /// The world, as this evaluator was given it.
    pub fn host(&mut self) -> &mut dyn Host {
        self.host.as_mut()
    }

    /// The line being evaluated.
    pub fn location(&self) -> Option<&Location> {
        self.here.as_ref()
    }

    /// An error at the line being evaluated.
    pub fn fail(&self, message: impl Into<BString>) -> Error {
        Error::new(ErrorKind::User(message.into()), self.here.clone())
    }

    /// Tells the user something about the line being evaluated.
    pub fn tell(&mut self, severity: Severity, text: impl Into<BString>) {
        let location = self.place();
        self.host.message(Message { severity, location, text: text.into() });
    }

    /// The line that messages are about. Recipes that make has by itself have none.
    pub(crate) fn place(&self) -> Option<Location> {
        self.here.clone().filter(|here| here.line > 0)
    }

    /// An error in what is being expanded.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.blame.clone().or_else(|| self.here.clone()))
    }

    /// An error in the line being read.
    pub(crate) fn error_here(&self, kind: ErrorKind) -> Error {
        Error::new(kind, self.here.clone())
    }

    pub(crate) fn traced<T>(
        &self,
        result: Result<T>,
        action: impl FnOnce() -> Action,
    ) -> Result<T> {
        result.map_err(|mut error| {
            if error.trace.len() < MOST_FRAMES {
                error.trace.push(Frame { location: self.here.clone(), action: action() });
            }
            error
        })
    }

    pub(crate) fn check_stack(&self) -> Result<()> {
        if self.stack.has_room() { Ok(()) } else { Err(self.error(ErrorKind::TooDeep)) }
    }

    /// Takes one step that gave so many bytes off the budget.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<()> {
        match self.work.checked_sub(bytes as u64 + 1) {
            Some(left) => {
                self.work = left;
                Ok(())
            }
            None => Err(self.error(ErrorKind::TooMuch)),
        }
    }

    /// Runs an entry point; the outermost one starts to count the stack.
    pub(crate) fn entered<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting == 0 {
            self.stack.start();
        }
        self.nesting += 1;
        let result = run(self);
        self.nesting -= 1;
        result
    }

    pub(crate) fn buffer(&mut self) -> Vec<u8> {
        self.buffers.pop().unwrap_or_default()
    }

    pub(crate) fn recycle(&mut self, mut buffer: Vec<u8>) {
        // A huge buffer is not worth keeping.
        if buffer.capacity() <= 1 << 16 {
            buffer.clear();
            self.buffers.push(buffer);
        }
    }
}
