//! A scratch folder with sources, a way to describe steps in it, and an ear that keeps events.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use bstr::{BString, ByteSlice};
use rules::graph::{Command, FileId, Graph, Step, StepId};
use tempfile::TempDir;
use ukbuild::engine::{Error, Event, Observer, Reason, Settings, Summary, build};

/// A folder to build in.
pub(crate) struct World {
    folder: PathBuf,
    /// Deletes the folder in the end, when it is ours.
    _keeper: Option<TempDir>,
    pub(crate) settings: Settings,
}

/// What a build told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Labels of the steps that started, in order, each with why.
    pub(crate) started: Vec<(String, Reason)>,
    /// Labels of the steps that ended, in order.
    pub(crate) finished: Vec<String>,
    /// All that the commands said.
    pub(crate) output: String,
    pub(crate) would_run: Vec<String>,
    pub(crate) swept: Vec<String>,
    /// Labels of the steps that came from the cache, in order.
    pub(crate) restored: Vec<String>,
    pub(crate) cache_damaged: usize,
    pub(crate) cache_unusable: usize,
    pub(crate) damaged: usize,
    pub(crate) waiting: usize,
    pub(crate) cut_off: usize,
    pub(crate) early: Vec<String>,
    pub(crate) ended: Option<Summary>,
}

impl Told {
    /// Labels of the steps that started, sorted.
    pub(crate) fn ran(&self) -> Vec<&str> {
        let mut ran: Vec<&str> = self.started.iter().map(|(label, _)| label.as_str()).collect();
        ran.sort_unstable();
        ran
    }

    /// Why the step of this label ran.
    pub(crate) fn why(&self, label: &str) -> &Reason {
        &self.started.iter().find(|(started, _)| started == label).expect(label).1
    }
}

struct Ear<'a> {
    graph: &'a Graph,
    told: Mutex<Told>,
}

impl Observer for Ear<'_> {
    fn event(&self, event: Event<'_>) {
        let mut told = self.told.lock().unwrap();
        let label = |step: StepId| self.graph.step(step).label().to_owned();
        match event {
            Event::Waiting { .. } => told.waiting += 1,
            Event::JournalDamaged { .. } => told.damaged += 1,
            Event::Swept { path } => told.swept.push(name(path)),
            Event::WouldRun { step, .. } => told.would_run.push(label(step)),
            Event::Started { step, reason, .. } => told.started.push((label(step), reason.clone())),
            Event::Finished { step, output, .. } => {
                told.finished.push(label(step));
                told.output.push_str(&output.to_str_lossy());
            }
            Event::Restored { step, output, .. } => {
                told.restored.push(label(step));
                told.output.push_str(&output.to_str_lossy());
            }
            Event::CacheDamaged { files, .. } => told.cache_damaged += files,
            Event::CacheUnusable { .. } => told.cache_unusable += 1,
            Event::CutOff { .. } => told.cut_off += 1,
            Event::ReadBeforeMade { path, .. } => told.early.push(name(path)),
            Event::Ended { summary } => told.ended = Some(*summary),
            _ => {}
        }
    }
}

fn name(path: &bstr::BStr) -> String {
    Path::new(&path.to_str_lossy().into_owned()).file_name().unwrap().to_string_lossy().into_owned()
}

impl World {
    pub(crate) fn new() -> World {
        let keeper = tempfile::tempdir().unwrap();
        let world = World::at(keeper.path().to_owned());
        World { _keeper: Some(keeper), ..world }
    }

    /// The world in a folder of someone else.
    pub(crate) fn at(folder: PathBuf) -> World {
        let mut settings = Settings::new(folder.join("build"));
        settings.jobs = 2;
        settings.scope = Some("kvm".into());
        settings.environment = vec![("PATH".into(), std::env::var("PATH").unwrap().into())];
        World { folder, _keeper: None, settings }
    }

    /// Where a name lies: sources in the folder, `build/...` what is made.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// All files in the build folder but the engine's own, sorted.
    pub(crate) fn built(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.path("build"), &self.path("build"), &mut found);
        found.sort();
        found
    }

    /// An empty graph with this world's names.
    pub(crate) fn graph(&self) -> Maker<'_> {
        Maker { world: self, graph: Graph::new() }
    }

    /// Builds, and gives what was told with how it ended.
    pub(crate) fn try_build(
        &self,
        graph: &Graph,
        goals: &[&str],
    ) -> (Told, Result<Summary, Error>) {
        let ear = Ear { graph, told: Mutex::default() };
        let goals: Vec<FileId> = goals
            .iter()
            .map(|goal| graph.find(self.path(goal).to_str().unwrap()).expect("goal in graph"))
            .collect();
        let ended = build(graph, &goals, &self.settings, None, &ear);
        (ear.told.into_inner().unwrap(), ended)
    }

    /// Builds what must go well.
    pub(crate) fn build(&self, graph: &Graph, goals: &[&str]) -> Told {
        let (told, ended) = self.try_build(graph, goals);
        match ended {
            Ok(summary) => assert_eq!(summary.ran, told.started.len()),
            Err(error) => panic!("{error}\n{}", told.output),
        }
        told
    }
}

fn list(base: &Path, folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = entry.path();
        if path.ends_with(".ukbuild") {
            continue;
        }
        if path.is_dir() {
            list(base, &path, found);
        } else {
            found.push(path.strip_prefix(base).unwrap().to_string_lossy().into_owned());
        }
    }
}

/// Describes steps by names.
pub(crate) struct Maker<'w> {
    world: &'w World,
    pub(crate) graph: Graph,
}

impl Maker<'_> {
    pub(crate) fn path(&self, name: &str) -> String {
        self.world.path(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn file(&mut self, name: &str) -> FileId {
        let path = self.path(name);
        self.graph.file(path)
    }

    fn files(&mut self, names: &[&str]) -> Vec<FileId> {
        names.iter().map(|name| self.file(name)).collect()
    }

    /// A step that is labelled by its first output; `%NAME%` in words stands for a path.
    pub(crate) fn step(
        &mut self,
        outputs: &[&str],
        inputs: &[&str],
        commands: Vec<Command>,
    ) -> Step {
        Step {
            label: outputs[0].to_owned(),
            outputs: self.files(outputs),
            inputs: self.files(inputs),
            commands,
            ..Step::default()
        }
    }

    pub(crate) fn exec(&self, words: &[&str]) -> Command {
        let word = |word: &&str| BString::from(self.fill(word));
        Command::Exec { argv: words.iter().map(word).collect(), stdout: None }
    }

    pub(crate) fn shell(&self, script: &str) -> Command {
        Command::Shell {
            shell: vec!["/bin/sh".into(), "-ec".into()],
            script: self.fill(script).into(),
            ignore_failure: false,
        }
    }

    /// Puts paths for `%NAME%`.
    fn fill(&self, text: &str) -> String {
        let parts = text.split('%').enumerate();
        parts.map(|(at, part)| if at % 2 == 1 { self.path(part) } else { part.into() }).collect()
    }

    pub(crate) fn add(&mut self, step: Step) -> StepId {
        self.graph.add(step).unwrap()
    }

    /// `cat INPUTS > OUTPUT`, without a shell.
    pub(crate) fn cat(&mut self, output: &str, inputs: &[&str]) -> StepId {
        let mut argv: Vec<BString> = vec!["cat".into()];
        argv.extend(inputs.iter().map(|input| BString::from(self.path(input))));
        let stdout = Some(self.file(output));
        let step = self.step(&[output], inputs, vec![Command::Exec { argv, stdout }]);
        self.add(step)
    }

    /// A shell's recipe.
    pub(crate) fn recipe(&mut self, output: &str, inputs: &[&str], script: &str) -> StepId {
        let command = self.shell(script);
        let step = self.step(&[output], inputs, vec![command]);
        self.add(step)
    }

    /// A name for several files.
    pub(crate) fn group(&mut self, name: &str, inputs: &[&str]) -> StepId {
        let step = self.step(&[name], inputs, Vec::new());
        self.add(step)
    }

    /// `gcc -MD -c SOURCE -o OBJECT`, with more words.
    pub(crate) fn compile(&mut self, object: &str, source: &str, more: &[&str]) -> StepId {
        let depfile = format!("{object}.d");
        let [from, to, list] = [source, object, &depfile].map(|name| format!("%{name}%"));
        let mut words = vec!["gcc", "-MD", "-MP", "-MF", &list, "-c", &from, "-o", &to];
        words.extend(more);
        let command = self.exec(&words);
        let mut step = self.step(&[object], &[source], vec![command]);
        step.depfile = Some(self.file(&depfile));
        self.add(step)
    }
}

/// Runs `action` in another thread and fails when it takes longer than anything reasonable.
pub(crate) fn within_limit<T: Send + 'static>(action: impl FnOnce() -> T + Send + 'static) -> T {
    within(Duration::from_secs(120), action)
}

/// The same with a limit of one's own.
pub(crate) fn within<T: Send + 'static>(
    limit: Duration,
    action: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || sender.send(action()));
    match receiver.recv_timeout(limit) {
        Ok(result) => {
            let _ = thread.join();
            result
        }
        Err(_) => panic!("did not end, or panicked"),
    }
}
