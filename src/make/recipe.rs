//! Recipes: a target's commands from expansion to the last exit status. Knows when a command runs
//! and what its failure means; which targets need one is decided elsewhere.

use std::sync::{Arc, PoisonError};

use bstr::{BString, ByteSlice};
use rules::make::{Command, Context, Location, Prerequisite, Recipe, does_nothing};

use super::children::{Exit, signal_name};
use super::files::{FileId, State, Status};
use super::options::OutputSync;
use super::output::Capture;
use super::programs::{Start, Stream};
use super::run::{Environment, FAILURE, Halt, Result, Run, TROUBLE};
use super::tokens::{Token, Tokens};
use crate::built_ins::BuiltIn;

/// A recipe that is being run.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) file: FileId,
    setting: Setting,
    lines: std::vec::IntoIter<Line>,
    /// Made up for the first command that is started.
    environment: Option<Arc<Environment>>,
    /// The process of the command that runs now.
    pub(super) pid: i32,
    /// How that command is to be taken.
    current: Option<Line>,
    has_stdin: bool,
    token: Token,
    capture: Option<Capture>,
    dont_care: bool,
    /// A command has failed. With `-q`, one that was passed over has not.
    failed: bool,
}

/// What a recipe is expanded in.
#[derive(Clone, Debug)]
struct Setting {
    target: BString,
    stem: Option<BString>,
    prerequisites: Vec<Prerequisite>,
    parents: Vec<BString>,
}

impl Setting {
    fn context(&self) -> Context<'_> {
        Context {
            target: &self.target,
            stem: self.stem.as_ref().map(|stem| stem.as_slice()),
            prerequisites: &self.prerequisites,
            parents: &self.parents,
        }
    }
}

/// One command and the program that carries it out.
#[derive(Clone, Debug)]
struct Line {
    command: Command,
    argv: Vec<BString>,
}

/// What came of an attempt to go on with a job.
enum Step {
    /// A command runs.
    Started,
    /// There is nothing more to run.
    Done,
}

impl Run {
    /// What automatic variables see of a file's prerequisites.
    pub(super) fn automatic_prerequisites(&self, file: FileId) -> Vec<Prerequisite> {
        let shown = self.files[file].prerequisites.iter().filter(|one| !one.hidden);
        shown
            .map(|one| Prerequisite {
                name: self.files[self.files.settled(one.file)].name.clone(),
                order_only: one.order_only,
                newer: one.changed || self.settings.always_make,
            })
            .collect()
    }

    /// The targets on whose behalf a file is made, outermost first.
    pub(super) fn parents(&self, file: FileId) -> Vec<BString> {
        let mut parents = Vec::new();
        let mut next = self.files[file].parent;
        while let Some(parent) = next {
            if parents.len() > self.files.len() {
                break;
            }
            parents.push(self.files[parent].name.clone());
            next = self.files[parent].parent;
        }
        parents.reverse();
        parents
    }

    /// Whether a recipe calls make, or says that it does.
    pub(super) fn calls_make(&self, recipe: &Recipe) -> bool {
        recipe_lines(recipe).any(|line| is_recursive(&line))
    }

    /// Starts to make a file.
    pub(super) fn start_recipe(
        &mut self,
        file: FileId,
        recipe: Arc<Recipe>,
        reason: Option<FileId>,
        missing: bool,
    ) -> Result<()> {
        self.set_state(file, State::Running);
        if is_blank(&recipe.text) {
            self.files[file].status = Status::Success;
            return self.finish(file);
        }
        self.check_signal()?;
        self.reap(false)?;
        let capture = self.out().capture();
        let outer = std::mem::replace(&mut self.out().context, capture);
        let setting = self.setting(file);
        let prepared = self.prepare(file, &setting, &recipe, reason, missing);
        let capture = std::mem::replace(&mut self.out().context, outer);
        let lines = match prepared {
            Ok(lines) => lines,
            Err(halt) => {
                if let Some(mut capture) = capture {
                    self.out().release(&mut capture);
                }
                return Err(halt);
            }
        };
        self.files[file].only_calls_make = lines.iter().all(|line| line.command.always);
        let token = self.take_token(file)?;
        let job = Job {
            file,
            setting,
            lines: lines.into_iter(),
            environment: None,
            pid: 0,
            current: None,
            has_stdin: false,
            token,
            capture,
            dont_care: self.files[file].dont_care,
            failed: false,
        };
        let started = self.advance(job)?;
        if let (true, Some(job)) = (started, self.jobs.last()) {
            self.tell_begun(job);
        }
        if started && (self.is_one_at_a_time() || self.is_serial(file)) {
            while self.files[file].state == State::Running {
                self.reap(true)?;
            }
        }
        Ok(())
    }

    fn is_one_at_a_time(&self) -> bool {
        self.tokens.as_ref().is_some_and(Tokens::is_serial)
    }

    fn is_serial(&self, file: FileId) -> bool {
        match &self.special.not_parallel {
            super::run::Scope::Nothing => false,
            super::run::Scope::Everything => true,
            some => {
                let parent = self.files[file].parent;
                parent.is_some_and(|parent| some.has(self.files[parent].name.as_bstr()))
            }
        }
    }

    fn setting(&self, file: FileId) -> Setting {
        Setting {
            target: self.files[file].name.clone(),
            stem: self.files[file].stem.clone(),
            prerequisites: self.automatic_prerequisites(file),
            parents: self.parents(file),
        }
    }

    /// Expands a recipe, and says why it is run to those who asked.
    fn prepare(
        &mut self,
        file: FileId,
        setting: &Setting,
        recipe: &Recipe,
        reason: Option<FileId>,
        missing: bool,
    ) -> Result<Vec<Line>> {
        self.files[file].expanded = true;
        let commands = self.evaluator.commands(recipe, &setting.context());
        let commands = commands.map_err(|error| self.failed(&error))?;
        if !self.for_makefiles {
            self.settle_changes()?;
        }
        if self.settings.debug.print {
            self.trace(&recipe.location, file, &setting.prerequisites, reason, missing);
        }
        let lines = commands.into_iter().map(|command| Line { argv: command.argv(), command });
        Ok(lines.collect())
    }

    /// The environment of a recipe's commands. What its expansion says comes after the command has
    /// been shown, and not at all when nothing is started.
    fn environment_in(&mut self, setting: &Setting) -> Result<Arc<Environment>> {
        let context = setting.context();
        let environment =
            self.evaluator.in_target(&context, |evaluator| evaluator.command_environment());
        let environment = environment.map_err(|error| self.failed(&error))?;
        Ok(self.deeper(environment, self.level + 1))
    }

    /// The environment with the next `MAKELEVEL`. Most recipes see the same one.
    fn deeper(&mut self, environment: Arc<Environment>, level: u32) -> Arc<Environment> {
        if let Some((of, deeper)) = &self.environment
            && Arc::ptr_eq(of, &environment)
        {
            return deeper.clone();
        }
        let others = environment.iter().filter(|(name, _)| name != "MAKELEVEL").cloned();
        let level = ("MAKELEVEL".into(), level.to_string().into());
        let deeper = Arc::new(others.chain([level]).collect());
        self.environment = Some((environment, Arc::clone(&deeper)));
        deeper
    }

    /// Waits until one more job may run.
    fn take_token(&mut self, file: FileId) -> Result<Token> {
        loop {
            self.wait_for_load()?;
            let running = self.jobs.len();
            let pooled = self.tokens.as_ref().is_some_and(|tokens| tokens.pool().is_some());
            if pooled {
                self.tell_token_needed();
            }
            let Some(tokens) = &mut self.tokens else { return Ok(Token::Counted) };
            if let Some(token) = tokens.try_take(running) {
                if matches!(token, Token::Pool(_)) {
                    self.tell_token("Obtained", file);
                }
                return Ok(token);
            }
            if !pooled {
                self.reap(true)?;
                continue;
            }
            self.children.watch_ends();
            self.reap(false)?;
            if self.jobs.len() == running
                && let Some(pool) = self.tokens.as_ref().and_then(Tokens::pool)
            {
                // What comes first, a token or the end of a job, is what counts.
                self.children.wait_beside(pool);
            }
        }
    }

    /// Waits while the machine has too much to do, as long as something runs here.
    fn wait_for_load(&mut self) -> Result<()> {
        let Some(most) = self.settings.load else { return Ok(()) };
        while !self.jobs.is_empty() && load().is_some_and(|load| load >= most) {
            self.reap(true)?;
        }
        Ok(())
    }

    /// Goes on with a job. False when it is done.
    fn advance(&mut self, mut job: Job) -> Result<bool> {
        let outer = std::mem::replace(&mut self.out().context, job.capture.take());
        let step = self.step(&mut job);
        job.capture = std::mem::replace(&mut self.out().context, outer);
        match step? {
            Step::Started => {
                self.jobs.push(job);
                Ok(true)
            }
            Step::Done => {
                self.complete(job)?;
                Ok(false)
            }
        }
    }

    fn step(&mut self, job: &mut Job) -> Result<Step> {
        let file = job.file;
        while let Some(line) = job.lines.next() {
            let command = &line.command;
            if line.argv.is_empty() {
                continue;
            }
            let always = command.always;
            if self.settings.question && !always {
                self.files[file].status = Status::Question;
                return Ok(Step::Done);
            }
            if self.settings.touch && !always {
                continue;
            }
            self.commands_started += 1;
            self.keep_apart(job, always);
            let name = self.files[file].name.clone();
            let silent =
                command.silent || self.settings.silent || self.special.silent.has(name.as_bstr());
            if self.settings.just_print || self.settings.debug.print || !silent {
                let text = [command.text.as_slice(), b"\n"].concat();
                self.out().write(&text);
            }
            if self.settings.just_print && !always || does_nothing(&line.argv) {
                continue;
            }
            if let Some(step) = self.spawn(job, line)? {
                return Ok(step);
            }
        }
        if self.files[file].status == Status::None {
            self.files[file].status = Status::Success;
        }
        Ok(Step::Done)
    }

    /// A command that calls make speaks for itself, unless whole trees are kept together.
    fn keep_apart(&mut self, job: &mut Job, recursive: bool) {
        let sync = self.settings.output_sync;
        let mut output = self.out();
        if recursive && matches!(sync, OutputSync::Line | OutputSync::Target) {
            if let Some(mut capture) = output.context.take() {
                output.release(&mut capture);
                job.capture = Some(capture);
            }
        } else if output.context.is_none() && job.capture.is_some() {
            output.context = job.capture.take();
        }
    }

    /// Starts one command. None when it did not start and that does not matter.
    fn spawn(&mut self, job: &mut Job, line: Line) -> Result<Option<Step>> {
        if !job.has_stdin && !self.stdin_taken {
            job.has_stdin = true;
            self.stdin_taken = true;
        }
        let environment = match &job.environment {
            Some(environment) => environment.clone(),
            None => self.environment_in(&job.setting)?,
        };
        job.environment = Some(environment.clone());
        // Who wants to hear of processes hears of all of them.
        if !self.settings.debug.jobs && self.carry_out(&line, &environment) {
            return Ok(None);
        }
        let (stdout, stderr) = {
            let mut output = self.out();
            output.start();
            output.flush();
            match output.context.as_ref().and_then(|capture| capture.ends().ok()) {
                Some((out, err)) => (Stream::File(out), Stream::File(err)),
                None => (Stream::Own, Stream::Own),
            }
        };
        let folder = self.search.folder().to_path_buf();
        let start = Start {
            argv: &line.argv,
            environment: &environment,
            folder: &folder,
            stdin: if job.has_stdin { Stream::Own } else { Stream::Nothing },
            stdout,
            stderr,
        };
        match self.children.start(&start) {
            Ok(pid) => {
                job.pid = pid;
                job.current = Some(line);
                Ok(Some(Step::Started))
            }
            Err(error) => {
                let program = line.argv.first().cloned().unwrap_or_default();
                let reason = super::report::reason(&error);
                self.complain(None, format!("{program}: {reason}"));
                job.current = Some(line);
                if self.judge(job, Exit::Code(127))? { Ok(None) } else { Ok(Some(Step::Done)) }
            }
        }
    }

    /// Does at once what needs no process. False when it has to be started.
    fn carry_out(&mut self, line: &Line, environment: &Environment) -> bool {
        let folder = self.search.folder();
        let (children, output) = (&mut self.children, &self.output);
        let found = BuiltIn::find(&line.argv, |name| children.are_plain(name, environment, folder));
        found.is_some_and(|found| {
            let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
            found.perform(folder, |text| output.pass(text))
        })
    }

    /// What the end of a command means. True when the job goes on.
    fn judge(&mut self, job: &mut Job, exit: Exit) -> Result<bool> {
        let Some(line) = job.current.take() else { return Ok(true) };
        if exit == Exit::Code(0) {
            return Ok(true);
        }
        let name = self.files[job.file].name.clone();
        let ignored = line.command.ignore_failure
            || self.settings.ignore_errors
            || self.special.ignore.has(name.as_bstr());
        job.failed = !ignored;
        let looks = self.settings.question && line.command.always && exit == Exit::Code(1);
        if looks && !ignored {
            self.files[job.file].status = Status::Question;
            return Ok(false);
        }
        if ignored || !job.dont_care {
            self.tell_unread_goal();
            self.tell_failure(job, &line.command, exit, ignored);
        }
        if ignored {
            return Ok(true);
        }
        self.files[job.file].status = Status::Failed;
        if matches!(exit, Exit::Signal { .. }) || self.special.delete_on_error {
            self.delete_targets(job.file);
        }
        Ok(false)
    }

    fn tell_failure(&mut self, job: &Job, command: &Command, exit: Exit, ignored: bool) {
        if ignored && self.settings.silent {
            return;
        }
        let name = &self.files[job.file].name;
        let how = match exit {
            Exit::Code(code) => format!("Error {code}"),
            Exit::Signal { number, dumped } => {
                let dumped = if dumped { " (core dumped)" } else { "" };
                format!("{}{dumped}", signal_name(number))
            }
        };
        let mut text = BString::default();
        if !ignored {
            text.extend_from_slice(b"*** ");
        }
        text.push(b'[');
        text.extend_from_slice(&place(&command.location));
        text.extend_from_slice(format!(": {name}] {how}").as_bytes());
        if ignored {
            text.extend_from_slice(b" (ignored)");
        }
        self.complain(None, text);
    }

    /// A job is done: its token goes back and its target is finished.
    fn complete(&mut self, mut job: Job) -> Result<()> {
        if let Some(mut capture) = job.capture.take() {
            self.out().release(&mut capture);
        }
        if job.has_stdin {
            self.stdin_taken = false;
        }
        self.tell_done(&job);
        if matches!(job.token, Token::Pool(_)) {
            self.tell_token("Released", job.file);
        }
        if let Some(tokens) = &mut self.tokens {
            tokens.put(std::mem::replace(&mut job.token, Token::Counted));
        }
        self.finish(job.file)?;
        let status = self.files[job.file].status;
        let cares = job.failed && !job.dont_care;
        if status >= Status::Question && cares && !self.settings.keep_going && !self.ending {
            let code = if status == Status::Question { TROUBLE } else { FAILURE };
            if !self.for_makefiles || status == Status::Failed {
                return Err(Halt::Exit(code));
            }
        }
        Ok(())
    }

    /// The end of make by a signal.
    pub(super) fn check_signal(&mut self) -> Result<()> {
        match self.children.signal() {
            Some(signal) if !self.ending => Err(Halt::Signal(signal)),
            _ => Ok(()),
        }
    }

    /// Takes note of commands that have ended. With `block`, waits for one, if any runs.
    pub(super) fn reap(&mut self, block: bool) -> Result<()> {
        let mut block = block;
        while !self.jobs.is_empty() {
            if block {
                self.tell_running();
                self.out().flush();
            }
            let Some((pid, exit)) = self.children.wait(block) else { break };
            if !block {
                self.tell_running();
            }
            self.children.await_own_signal(exit);
            let signal = self.children.signal().filter(|_| !self.ending);
            if signal.is_some() {
                // What is made by halves goes before anything else is said.
                self.give_up_jobs();
            }
            let Some(at) = self.jobs.iter().position(|job| job.pid == pid) else { continue };
            block = false;
            let job = self.jobs.remove(at);
            self.tell_end(&job, exit);
            self.go_on(job, exit)?;
            if let Some(signal) = signal {
                return Err(Halt::Signal(signal));
            }
            self.check_signal()?;
        }
        Ok(())
    }

    fn go_on(&mut self, mut job: Job, exit: Exit) -> Result<()> {
        let outer = std::mem::replace(&mut self.out().context, job.capture.take());
        let goes_on = self.judge(&mut job, exit);
        job.capture = std::mem::replace(&mut self.out().context, outer);
        if self.settings.output_sync == OutputSync::Line
            && let Some(mut capture) = job.capture.take()
        {
            self.out().release(&mut capture);
            job.capture = Some(capture);
        }
        let goes_on = goes_on? && !(self.ending && self.children.signal().is_some());
        if goes_on {
            self.advance(job)?;
            return Ok(());
        }
        if self.files[job.file].status == Status::None {
            self.files[job.file].status = Status::Failed;
        }
        self.complete(job)
    }

    /// What a signal leaves behind: targets made by halves go, and what runs is waited for.
    pub(super) fn clean_up(&mut self) {
        self.give_up_jobs();
        while !self.jobs.is_empty() {
            let before = self.jobs.len();
            // Ends are only noted here: the run is over.
            let _ = self.reap(true);
            if self.jobs.len() == before && self.children.wait(false).is_none() {
                break;
            }
        }
    }

    fn give_up_jobs(&mut self) {
        self.ending = true;
        for index in 0..self.jobs.len() {
            let file = self.jobs[index].file;
            self.delete_targets(file);
        }
    }
}

/// How many processes want to run, on average over the last minute.
fn load() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

/// A place as make's messages have it.
pub(super) fn place(location: &Location) -> Vec<u8> {
    if location.line == 0 {
        return b"<builtin>".to_vec();
    }
    location.to_string().into_bytes()
}

/// The lines of a recipe as it is written, joined where a backslash joins them.
pub(super) fn recipe_lines(recipe: &Recipe) -> impl Iterator<Item = Vec<u8>> + '_ {
    let mut lines = recipe.text.lines();
    std::iter::from_fn(move || {
        let mut line = lines.next()?.to_vec();
        while line.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 1 {
            let Some(next) = lines.next() else { break };
            line.push(b'\n');
            line.extend_from_slice(next);
        }
        Some(line)
    })
}

fn is_recursive(line: &[u8]) -> bool {
    let flags = line.iter().take_while(|byte| b"@-+ \t".contains(byte));
    flags.into_iter().any(|&byte| byte == b'+')
        || line.contains_str("$(MAKE)")
        || line.contains_str("${MAKE}")
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_whitespace() || b"@-+".contains(byte))
}
