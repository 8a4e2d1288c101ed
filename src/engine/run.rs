//! Runs the steps that have to run, each when those before it are done. Knows threads and order;
//! what a step depends on and how it is done is told by other modules.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use bstr::{BStr, BString, ByteSlice};
use rules::graph::{FileId, Graph, StepId};

use super::action::{Ground, Made, perform};
use super::cache::Cache;
use super::check::undeclared;
use super::digest::{Content, Digest, Digester};
use super::discover::{Found, Inquiry, Scanned, Start, inputs};
use super::error::{Cause, Error, Failure};
use super::event::{Event, Expected, Observer};
use super::files::{Files, PathId};
use super::fingerprint::{Past, Present};
use super::job::Job;
use super::jobserver::Tokens;
use super::journal::{Finished, Journal};
use super::load::Gate;
use super::plan::{Plan, reads};
use super::process::Processes;
use super::queue::{Queue, Task};
use super::reason::Reason;
use super::reuse::{Answer, Later, Reuse};
use super::stamp::Watch;
use super::toolbox::{Toolbox, title};
use super::twins::Twins;
use super::watch::Touched;
use super::{Settings, Summary, held, identity, recipe, stamp, unawaited};

/// How often a waiting build looks whether it shall stop.
const HEARTBEAT: Duration = Duration::from_millis(50);

/// What a step is taken to cost when nobody knows, in milliseconds.
const UNKNOWN_COST: u64 = 100;

/// How many files a step joins in the time in which one is made of a source.
const CHEAPER: u64 = 100;

/// All that running needs to know.
pub(super) struct Run<'a, 'g> {
    pub(super) graph: &'g Graph,
    pub(super) folder: &'a Path,
    pub(super) settings: &'a Settings,
    pub(super) observer: &'a dyn Observer,
    pub(super) plan: &'a Plan,
    pub(super) past: &'a Past,
    pub(super) toolbox: &'a Toolbox<'a>,
    pub(super) files: Mutex<Files<'g>>,
    pub(super) journal: Mutex<Journal>,
    pub(super) goals: &'a [FileId],
    /// The open steps of several parts that are alike.
    pub(super) twins: Twins,
    /// When the last step ended.
    pub(super) ended: AtomicI64,
    /// How many steps touched what they do not declare.
    pub(super) undeclared: AtomicUsize,
    /// Whether a step read what had yet to be made.
    pub(super) read_early: AtomicBool,
    pub(super) clock: Watch,
}

/// A thread that runs steps, and what it works with.
struct Worker<'a, 'g> {
    slot: usize,
    tokens: &'a Tokens,
    gate: &'a Gate,
    ground: &'a Ground<'a>,
    scanned: &'a Scanned,
    reuse: &'a Reuse<'a, 'g>,
}

/// What a thread tells of a job.
struct Report {
    job: Job,
    ended: Result<Result<(Made, Found), Cause>, Error>,
    duration: Duration,
    output: Vec<u8>,
    /// Nothing ran, for it was there.
    restored: Option<Origin>,
    /// What is to be kept once this has been told.
    later: Option<Later>,
}

/// Where outputs come from that no command of their own step made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Cache,
    /// Another step of this build, which does the same.
    Twin,
}

/// Where the steps stand; the deciding thread's own.
struct Progress {
    /// Per step: whether it runs, or waits for one that does.
    open: Vec<bool>,
    /// Per step: how many edges from open steps lead to it.
    waits: Vec<u32>,
    /// Per step: how long it and what follows will take.
    weights: Vec<u64>,
    queued: usize,
    failures: Vec<Failure>,
    fatal: Option<Error>,
    summary: Summary,
}

impl<'a, 'g> Run<'a, 'g> {
    /// Per step: whether it is one of `dirty` or follows one.
    pub(super) fn open(&self, dirty: impl Fn(StepId) -> bool) -> Vec<bool> {
        let mut open = vec![false; self.graph.steps().len()];
        for &step in &self.plan.order {
            if open[step.index()] || dirty(step) {
                open[step.index()] = true;
                self.plan.followers(step).iter().for_each(|next| open[next.index()] = true);
            }
        }
        open
    }

    /// The `open` steps with commands, and how long they took the last time.
    pub(super) fn expected(&self, open: &[bool]) -> Vec<Expected> {
        let journal = held(&self.journal);
        let acts = |step: &&StepId| !self.graph.step(**step).commands().is_empty();
        let steps = self.plan.order.iter().filter(|step| open[step.index()]).filter(acts);
        let expected = steps.map(|&step| {
            let done = self.past.done(step, &journal);
            Expected { step, duration: done.map(|done| Duration::from_millis(done.milliseconds)) }
        });
        expected.collect()
    }

    /// Runs what has to be run among the `open` steps.
    pub(super) fn run(&self, open: Vec<bool>, summary: Summary) -> (Summary, Result<(), Error>) {
        let queue = Queue::new();
        let mut progress = self.progress(open, summary);
        let free =
            |step: &&StepId| progress.open[step.index()] && progress.waits[step.index()] == 0;
        let first: Vec<StepId> = self.plan.order.iter().filter(free).copied().collect();
        for step in first {
            self.decide(step, &mut progress, &queue);
        }
        if progress.queued > 0 {
            let makeflags = self.settings.makeflags.as_ref().map(|flags| flags.as_bstr());
            match Tokens::new(makeflags, self.settings.jobs) {
                Ok(tokens) => self.run_all(&mut progress, &queue, &tokens),
                Err(source) => {
                    let path = self.folder.to_owned();
                    let action = "open a jobserver for";
                    progress.fatal = Some(Error::Io { action, path, source });
                }
            }
        }
        self.end(progress)
    }

    /// Runs all jobs of the queue, and those that come after them, in threads.
    fn run_all(&self, progress: &mut Progress, queue: &Queue<Job>, tokens: &Tokens) {
        let processes = &Processes::new(self.folder);
        let scanned = &Scanned::default();
        let environment = self.environment(tokens);
        let (settings, files, twins) = (self.settings, &self.files, &self.twins);
        let reuse = &Reuse::new(settings, self.graph, self.goals, self.toolbox, files, twins);
        let (graph, folder, environment) = (self.graph, self.folder, environment.as_slice());
        let keep_depfiles = self.settings.keep_depfiles;
        let ground = &Ground { graph, folder, environment, processes, keep_depfiles };
        let gate = &Gate::new(self.settings.max_load);
        let threads = self.settings.jobs.clamp(1, progress.open.len().max(1));
        let (sender, reports) = channel();
        std::thread::scope(|scope| {
            for slot in 0..threads {
                let sender = sender.clone();
                let worker = Worker { slot, tokens, gate, ground, scanned, reuse };
                scope.spawn(move || self.work(queue, &worker, &sender));
            }
            drop(sender);
            self.direct(progress, queue, &reports, processes);
            queue.close();
        });
        if let Some((path, files)) = reuse.damage() {
            self.observer.event(Event::CacheDamaged { path, files });
        }
    }

    fn end(&self, progress: Progress) -> (Summary, Result<(), Error>) {
        let Progress { failures, fatal, mut summary, .. } = progress;
        summary.failed = failures.len();
        summary.undeclared = self.undeclared.load(Ordering::Relaxed);
        let Summary { ran, restored, shared, up_to_date, cut_off, failed, .. } = summary;
        let done = ran + restored + shared + up_to_date + cut_off + failed;
        summary.skipped = summary.needed.saturating_sub(done);
        let result = match fatal {
            Some(error) => Err(error),
            None if self.settings.is_cancelled() => Err(Error::Interrupted),
            None if !failures.is_empty() => Err(Error::Failed(failures)),
            None => Ok(()),
        };
        (summary, result)
    }

    /// Per step: how many files that steps make it reads, or a file that it reads was made of. What
    /// joins a thousand objects takes its time, and so does what goes over them again.
    fn sizes(&self) -> Vec<u32> {
        let mut sizes = vec![0; self.graph.steps().len()];
        for &step in &self.plan.order {
            let inputs = self.graph.step(step).inputs().iter();
            let makers = inputs.filter_map(|&input| self.graph.producer(input));
            let (count, largest) = makers.fold((0, 0), |(count, largest): (u32, u32), maker| {
                (count + 1, largest.max(sizes[maker.index()]))
            });
            sizes[step.index()] = count.max(largest);
        }
        sizes
    }

    fn progress(&self, open: Vec<bool>, summary: Summary) -> Progress {
        let mut waits = vec![0; open.len()];
        let mut weights = vec![0; open.len()];
        let sizes = self.sizes();
        let journal = held(&self.journal);
        let mut files = held(&self.files);
        for &step in self.plan.order.iter().rev().filter(|step| open[step.index()]) {
            self.graph.step(step).outputs().iter().for_each(|&output| files.expect(output));
            let followers = self.plan.followers(step);
            followers.iter().for_each(|next| waits[next.index()] += 1);
            let after = followers.iter().map(|next| weights[next.index()]).max().unwrap_or(0);
            let known = self.past.done(step, &journal).map(|done| done.milliseconds);
            let guess = UNKNOWN_COST + UNKNOWN_COST * u64::from(sizes[step.index()]) / CHEAPER;
            weights[step.index()] = after + known.unwrap_or(guess) + 1;
        }
        Progress { open, waits, weights, queued: 0, failures: Vec::new(), fatal: None, summary }
    }

    /// Takes reports until nothing runs and nothing can be started any more.
    fn direct(
        &self,
        progress: &mut Progress,
        queue: &Queue<Job>,
        reports: &Receiver<Report>,
        processes: &Processes,
    ) {
        let mut stopped = false;
        while progress.queued > 0 {
            if self.settings.is_cancelled() && !stopped {
                stopped = true;
                queue.halt();
                progress.queued -= queue.clear();
                processes.stop();
                continue;
            }
            match reports.recv_timeout(HEARTBEAT) {
                Ok(report) => {
                    progress.queued -= 1;
                    self.take(report, progress, queue);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let stop = progress.fatal.is_some()
                || (!progress.failures.is_empty() && !self.settings.keep_going);
            if stop {
                progress.queued -= queue.clear();
            }
        }
    }

    /// Everything before `step` is done: runs it, or finds that it need not run.
    fn decide(&self, step: StepId, progress: &mut Progress, queue: &Queue<Job>) {
        let mut pending = vec![step];
        while let Some(step) = pending.pop() {
            let reason = {
                let journal = held(&self.journal);
                let mut files = held(&self.files);
                self.look_again(step, &mut files, &journal);
                if self.graph.step(step).commands().is_empty() {
                    group(self.graph, &mut files, step);
                }
                let watches = !self.settings.watched.is_empty();
                self.present(&files, &journal).reason_to_run(step, watches)
            };
            match reason {
                Some(reason) => self.enqueue(step, reason, progress, queue),
                None => {
                    if !self.graph.step(step).commands().is_empty() {
                        progress.summary.cut_off += 1;
                        self.observer.event(Event::CutOff { step });
                    }
                    self.release(step, progress, &mut pending);
                }
            }
        }
    }

    /// Looks at what `step` reads and no step makes: commands may write more than they say, as one
    /// that unpacks an archive does.
    fn look_again(&self, step: StepId, files: &mut Files<'_>, journal: &Journal) {
        let declared = reads(self.graph, step).map(PathId::from);
        let done = self.past.done(step, journal);
        let found = done.map_or(&[][..], |done| done.discovered);
        let all = declared.chain(self.past.paths(found, journal));
        all.for_each(|path| files.look_again(path));
    }

    fn enqueue(&self, step: StepId, reason: Reason, progress: &mut Progress, queue: &Queue<Job>) {
        let stopping = !progress.failures.is_empty() && !self.settings.keep_going;
        if stopping || progress.fatal.is_some() || self.settings.is_cancelled() {
            return;
        }
        let inputs = inputs(self.graph, &held(&self.files), step);
        let (weight, kin) = (progress.weights[step.index()], self.twins.of(step));
        let job = Job { weight, step, kin, reason, inputs };
        progress.queued += 1;
        queue.push(job);
    }

    /// Adds to `pending` the steps that waited for `step` alone.
    fn release(&self, step: StepId, progress: &mut Progress, pending: &mut Vec<StepId>) {
        let mut files = held(&self.files);
        self.graph.step(step).outputs().iter().for_each(|&output| files.settle(output));
        drop(files);
        for &next in self.plan.followers(step) {
            let waits = &mut progress.waits[next.index()];
            *waits -= 1;
            if *waits == 0 {
                pending.push(next);
            }
        }
    }

    pub(super) fn present<'p>(
        &'p self,
        files: &'p Files<'g>,
        journal: &'p Journal,
    ) -> Present<'p, 'g> {
        Present {
            graph: self.graph,
            files,
            journal,
            past: self.past,
            toolbox: self.toolbox,
            current: &[],
        }
    }

    /// What every command inherits.
    fn environment(&self, tokens: &Tokens) -> Vec<(BString, BString)> {
        let mut environment = self.settings.environment.clone();
        if let Some(flags) = tokens.makeflags() {
            environment.push(("MAKEFLAGS".into(), flags.to_owned()));
        }
        environment
    }

    /// A thread's life.
    fn work(&self, queue: &Queue<Job>, worker: &Worker<'_, 'g>, reports: &Sender<Report>) {
        while queue.wait() {
            let is_vain = || !queue.has_work();
            let Some(pass) = worker.gate.pass(is_vain) else { continue };
            let Some(token) = worker.tokens.take(is_vain) else { continue };
            let job = queue.take();
            let kin = job.as_ref().and_then(Task::kin);
            let mut report = job.map(|job| self.perform(job, worker));
            queue.done(kin);
            worker.tokens.put(token);
            drop(pass);
            // Said here and now, before this thread takes another job.
            if report.as_ref().is_some_and(|report| self.halts(report)) {
                queue.halt();
            }
            let later = report.as_mut().and_then(|report| report.later.take());
            if report.is_some_and(|report| reports.send(report).is_err()) {
                return;
            }
            if let Some(later) = later
                && let Some(cache) = worker.reuse.cache(later.step)
            {
                self.watch_cache(cache, worker.reuse.keep_late(later));
            }
        }
    }

    fn halts(&self, report: &Report) -> bool {
        match &report.ended {
            Ok(Ok(_)) => false,
            Ok(Err(_)) => !self.settings.keep_going,
            Err(_) => true,
        }
    }

    fn perform(&self, job: Job, worker: &Worker<'_, 'g>) -> Report {
        let step = self.graph.step(job.step);
        // The outputs of what always runs are names more often than files: nothing is undone there.
        let begun =
            if step.always() { Ok(()) } else { held(&self.journal).begin(&self.outputs(job.step)) };
        if let Err(error) = begun {
            let ended = Err(self.journal_error(error));
            let (duration, output) = (Duration::ZERO, Vec::new());
            return Report { job, ended, duration, output, restored: None, later: None };
        }
        let reuse = worker.reuse;
        let Some(cache) = reuse.cache(job.step) else { return self.execute(job, worker) };
        let Some(key) = reuse.key(job.step, &job.inputs) else {
            return self.execute(job, worker);
        };
        match reuse.find(job.step, &key, &job.inputs) {
            Answer::Hit(hit) => Report {
                job,
                ended: Ok(Ok((hit.made, hit.found))),
                duration: hit.duration,
                output: hit.said,
                restored: Some(if hit.shared { Origin::Twin } else { Origin::Cache }),
                later: None,
            },
            Answer::Miss => {
                let mut report = self.execute(job, worker);
                if let Ok(Ok((made, found))) = &mut report.ended {
                    let (said, duration) = (&report.output, report.duration);
                    let kept = reuse.keep(report.job.step, key, made, found, said, duration);
                    report.later = self.watch_cache(cache, kept).flatten();
                }
                report
            }
        }
    }

    /// Tells once that a cache cannot be written to.
    fn watch_cache<T>(&self, cache: &Cache, kept: std::io::Result<T>) -> Option<T> {
        if let Err(error) = &kept
            && cache.breaks()
        {
            self.observer.event(Event::CacheUnusable { path: cache.folder(), error });
        }
        kept.ok()
    }

    /// Runs a job's commands.
    fn execute(&self, job: Job, worker: &Worker<'_, 'g>) -> Report {
        let &Worker { slot, ground, scanned, .. } = worker;
        let step = self.graph.step(job.step);
        let mut output = Vec::new();
        self.observer.event(Event::Started { step: job.step, reason: &job.reason, slot });
        // What an earlier step wrote in the tick of the start was written before it.
        let since = stamp::tick();
        let at = since.max(self.ended.load(Ordering::Acquire) + 1);
        let start = Start { at, learnt: held(&self.files).now() };
        let clock = Instant::now();
        let mut touched = (!self.settings.watched.is_empty()).then(Touched::default);
        let made = perform(ground, step, since, &mut output, touched.as_mut());
        let duration = clock.elapsed();
        self.ended.fetch_max(stamp::now(), Ordering::AcqRel);
        let ended = match made {
            Ok(made) => {
                let (graph, folder, files) = (self.graph, self.folder, &self.files);
                let inquiry = Inquiry { graph, folder, files, scanned, clock: &self.clock };
                let found = inquiry.ask(job.step, &job.inputs, &made.read, start);
                if let (Some(touched), Ok(found)) = (&touched, &found) {
                    self.compare(job.step, touched, found);
                }
                found.map(|found| Ok((made, found)))
            }
            Err(cause) => Ok(Err(cause)),
        };
        Report { job, ended, duration, output, restored: None, later: None }
    }

    /// Tells what a step that was watched should have declared.
    fn compare(&self, id: StepId, touched: &Touched, found: &Found) {
        let step = self.graph.step(id);
        let files = held(&self.files);
        let read = found.inputs.iter().chain(&found.discovered).map(|&(path, _)| path);
        let read = read.chain(self.toolbox.files_of(step));
        let outputs = step.outputs().iter().copied().chain(step.depfile()).map(PathId::from);
        let [read, outputs] = [read.collect::<Vec<_>>(), outputs.collect()]
            .map(|paths| paths.into_iter().map(|path| files.place(path).into_owned()));
        let undeclared = undeclared(&self.settings.watched, touched, read, outputs);
        drop(files);
        if !undeclared.is_empty() {
            self.undeclared.fetch_add(1, Ordering::Relaxed);
            self.observer.event(Event::Undeclared { step: id, files: &undeclared });
        }
    }

    fn outputs(&self, step: StepId) -> Vec<&'g BStr> {
        self.graph.step(step).outputs().iter().map(|&output| self.graph.path(output)).collect()
    }

    fn journal_error(&self, source: std::io::Error) -> Error {
        let path = Journal::path(&super::home(self.folder));
        Error::Io { action: "write", path, source }
    }

    /// Takes in what came of a job.
    fn take(&self, report: Report, progress: &mut Progress, queue: &Queue<Job>) {
        let Report { job, ended, duration, output, restored, .. } = report;
        let tell = |failure: Option<&Cause>| {
            let (step, reason, output) = (job.step, &job.reason, output.as_slice());
            self.observer.event(match restored {
                Some(origin) => {
                    let shared = origin == Origin::Twin;
                    Event::Restored { step, reason, output, shared }
                }
                None => Event::Finished { step, reason, failure, duration, output },
            });
        };
        match ended {
            Ok(Ok((made, found))) => {
                tell(None);
                match restored {
                    Some(Origin::Twin) => progress.summary.shared += 1,
                    Some(Origin::Cache) => progress.summary.restored += 1,
                    None => progress.summary.ran += 1,
                }
                match self.note(job.step, duration, &made, &found, restored.is_some()) {
                    Ok(()) => {
                        let mut free = Vec::new();
                        self.release(job.step, progress, &mut free);
                        free.into_iter().for_each(|step| self.decide(step, progress, queue));
                    }
                    Err(error) => progress.fatal = Some(self.journal_error(error)),
                }
            }
            Ok(Err(cause)) => {
                tell(Some(&cause));
                let left = held(&self.journal).leave(&self.outputs(job.step));
                if let Err(error) = left {
                    progress.fatal = Some(self.journal_error(error));
                }
                progress.failures.push(Failure {
                    step: job.step,
                    label: title(self.graph, job.step),
                    cause,
                    origin: self.graph.step(job.step).origin(),
                    unawaited: unawaited::named(self.graph, self.plan, job.step, &output),
                });
            }
            Err(error) => progress.fatal = Some(error),
        }
    }

    /// Writes down a step that went well.
    fn note(
        &self,
        step: StepId,
        duration: Duration,
        made: &Made,
        found: &Found,
        restored: bool,
    ) -> std::io::Result<()> {
        let mut journal = held(&self.journal);
        let mut files = held(&self.files);
        let outputs = self.graph.step(step).outputs();
        for (&output, &content) in outputs.iter().zip(&made.outputs) {
            files.learn(output.into(), content);
        }
        for &(path, content) in &found.read {
            files.learn(path, content);
        }
        if !restored && recipe::programs(self.graph.step(step)).next().is_some() {
            files.doubt();
        }
        let files = &*files;
        for (path, content) in &found.read {
            if let Some(stamp) = content.stamp.filter(|_| content.settled) {
                journal.note(files.path(*path), content.digest, stamp);
            }
        }
        self.read_early.fetch_or(!found.early.is_empty(), Ordering::Relaxed);
        for &path in &found.early {
            self.observer.event(Event::ReadBeforeMade { step, path: files.path(path) });
        }
        let text = recipe::text(self.graph, self.graph.step(step));
        let tools = self.toolbox.of(self.graph.step(step));
        let values = self.graph.options_of(step).map(|options| &options.values);
        let version = |&(path, digest): &(PathId, Digest)| (files.path(path), digest);
        let written = outputs.iter().zip(&made.outputs).map(|(&output, content)| {
            let stamp = content.stamp.filter(|_| content.settled && !content.link);
            let digest = if content.link { Digest::LINK } else { content.digest };
            (self.graph.path(output), digest, stamp)
        });
        let options = found.options.iter().map(|name| {
            let value = values.and_then(|values| values.get(name));
            (BStr::new(name), value.map(BStr::new))
        });
        let scope = self.settings.scope_of(self.graph.part_of(step));
        journal.done(&Finished {
            scope: scope.map_or(BStr::new(""), |scope| scope.as_bstr()),
            digest: identity::of(self.graph, step),
            recipe: &text,
            milliseconds: duration.as_millis() as u64,
            outputs: written.collect(),
            inputs: found.inputs.iter().map(version).collect(),
            discovered: found.discovered.iter().map(version).collect(),
            settings: options.collect(),
            tools: tools.iter().map(|(name, digest)| (name.as_ref(), *digest)).collect(),
        })
    }
}

/// Gives a group's name the contents of all its inputs together.
pub(super) fn group(graph: &Graph, files: &mut Files<'_>, step: StepId) {
    let mut digester = Digester::default();
    for &input in graph.step(step).inputs() {
        digester.part(graph.path(input)).part(&files.digest(input.into()).0);
    }
    let content = Content::bare(digester.finish());
    for &output in graph.step(step).outputs() {
        files.learn(output.into(), content);
    }
}
