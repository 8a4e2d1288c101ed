//! The build graph: files, the steps that make them, and what each step reads and runs.
//!
//! Both ways of describing a build (fragments under the native rule macros, and plain makefiles)
//! end here, and the engine starts here. The graph is data: it neither looks at the file system nor
//! runs anything, and it knows nothing of makefiles, options' meaning or compilers.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// A file (or phony name) of one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A step of one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(u32);

impl FileId {
    /// Position in [`Graph::files`], for tables beside the graph.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl StepId {
    /// Position in [`Graph::steps`], for tables beside the graph.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The place in a fragment that asked for something; what diagnostics point at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The fragment.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: u32,
}

/// One process, or one thing as small, that a step does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Runs a program without a shell. An argument that is exactly the path of one of the step's
    /// outputs (or of its depfile), or ends in `=PATH` or `,PATH` with it, names the place that the
    /// program writes: the engine may put a temporary name there and rename afterwards.
    Exec {
        /// The program, then its arguments.
        argv: Vec<BString>,
        /// Where standard output goes, when it is one of the step's outputs.
        stdout: Option<FileId>,
    },
    /// Runs a script through a shell, for recipes that need one.
    Shell {
        /// The shell and its flags, for example `/bin/sh`, `-c`.
        shell: Vec<BString>,
        /// The script, handed over as one argument.
        script: BString,
        /// A failure is shown and then passed over (`-` in a recipe).
        ignore_failure: bool,
    },
    /// Writes these bytes to the step's only output, without a process.
    Write(BString),
}

/// One action: what it reads, what it writes, what it does.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// What kind of action, as shown to people: `CC`, `LD`, `OBJCOPY`.
    pub tag: String,
    /// What it is about, as shown to people: `libukboot: boot.o`.
    pub label: String,
    /// Done in order; the first failure ends the step. A step without commands groups its inputs
    /// under the name of its output (a phony target).
    pub commands: Vec<Command>,
    /// Every file that the commands write (without commands: the phony name).
    pub outputs: Vec<FileId>,
    /// Files whose contents the commands read.
    pub inputs: Vec<FileId>,
    /// Files that must be there first, but whose contents do not matter unless the depfile names
    /// them.
    pub order_only: Vec<FileId>,
    /// A dependency file in make's syntax that the commands write; it names further inputs.
    pub depfile: Option<FileId>,
    /// The folder to run in; the engine's build folder when absent.
    pub folder: Option<PathBuf>,
    /// Environment variables set for the commands, beyond what every step inherits.
    pub environment: Vec<(BString, BString)>,
    /// Whether to run even when nothing changed (a recipe whose target is phony).
    pub always: bool,
    /// Who asked for it.
    pub origin: Option<Origin>,
}

/// A generated header of `#define NAME VALUE` lines, whose readers depend on the names that they
/// mention and not on the file as a whole.
#[derive(Clone, Debug)]
pub struct OptionHeader {
    /// The header.
    pub file: FileId,
    /// What the names begin with, for example `CONFIG_`.
    pub prefix: BString,
    /// Value per full name. A name that is absent is not defined.
    pub values: BTreeMap<BString, BString>,
}

/// What is wrong with a graph as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// Two steps write one file.
    #[error("two rules make `{file}`")]
    TwoProducers {
        /// The file.
        file: BString,
        /// Who asked for the first.
        first: Option<Origin>,
        /// Who asked for the second.
        second: Option<Origin>,
    },
    /// Steps wait for each other.
    #[error("these files need each other: {}", round(links))]
    Cycle {
        /// The way round: each link needs the file of the next one, the last that of the first.
        links: Vec<Link>,
    },
}

/// One link of a way round: a file, and what has to be there before it can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The file.
    pub file: BString,
    /// What it needs.
    pub needs: BString,
    /// Who asked for that.
    pub origin: Option<Origin>,
}

/// The files on a way round, the first one again at the end.
fn round(links: &[Link]) -> BString {
    let files = links.iter().map(|link| &link.file);
    bstr::join(" -> ", files.chain(links.first().map(|link| &link.file))).into()
}

/// Files and steps. Files are interned: one path, one [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Graph {
    files: Vec<BString>,
    index: HashMap<BString, FileId>,
    producer: Vec<Option<StepId>>,
    steps: Vec<Step>,
    /// The header of options, when there is one.
    pub options: Option<OptionHeader>,
    joined: Vec<Joined>,
}

/// A graph that became part of another one.
#[derive(Clone, Debug)]
struct Joined {
    /// Its first step; the others follow it.
    first: StepId,
    options: Option<OptionHeader>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Graph {
        Graph::default()
    }

    /// The id of `path`, which is taken as it is: callers give absolute, normalised paths.
    pub fn file(&mut self, path: impl AsRef<[u8]>) -> FileId {
        let path = path.as_ref().as_bstr();
        if let Some(&id) = self.index.get(path) {
            return id;
        }
        let id = FileId(self.files.len() as u32);
        self.files.push(path.to_owned());
        self.producer.push(None);
        self.index.insert(path.to_owned(), id);
        id
    }

    /// The id of `path`, when the graph has it.
    pub fn find(&self, path: impl AsRef<[u8]>) -> Option<FileId> {
        self.index.get(path.as_ref().as_bstr()).copied()
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> &BStr {
        self.files[file.index()].as_bstr()
    }

    /// All paths, by id.
    pub fn files(&self) -> &[BString] {
        &self.files
    }

    /// Adds a step. Fails, and leaves the graph as it was, when another step makes one of its
    /// outputs.
    pub fn add(&mut self, step: Step) -> Result<StepId, GraphError> {
        for &output in &step.outputs {
            if let Some(other) = self.producer[output.index()] {
                return Err(GraphError::TwoProducers {
                    file: self.path(output).to_owned(),
                    first: self.step(other).origin.clone(),
                    second: step.origin.clone(),
                });
            }
        }
        let id = StepId(self.steps.len() as u32);
        for &output in &step.outputs {
            self.producer[output.index()] = Some(id);
        }
        self.steps.push(step);
        Ok(id)
    }

    /// Has a step run even when nothing changed.
    pub fn run_always(&mut self, step: StepId) {
        self.steps[step.index()].always = true;
    }

    /// Makes a graph whose build folder is `folder` good for a build folder around that, in which
    /// `folder` is called `name`: steps run where they did, and what is named by a relative path, as
    /// groups are, keeps apart from what others name so.
    pub fn nest(&mut self, folder: &Path, name: &BStr) {
        for step in &mut self.steps {
            let own = step.folder.take();
            step.folder = Some(own.map_or(folder.to_owned(), |own| folder.join(own)));
        }
        for path in self.files.iter_mut().filter(|path| !path.starts_with(b"/")) {
            *path = [name.as_bytes(), b"/", path].concat().into();
        }
        let files = self.files.iter().cloned();
        self.index = files.zip((0..).map(FileId)).collect();
    }

    /// Adds a word to what steps are about, as shown to people.
    pub fn mark(&mut self, word: &str) {
        for step in self.steps.iter_mut().filter(|step| !step.commands.is_empty()) {
            step.label = format!("{} ({word})", step.label);
        }
    }

    /// Adds all of another graph as the next part of this one; the files that both know are the
    /// same. Gives the other's files, by their ids there, as they are called here. Fails when both
    /// make one file.
    pub fn join(&mut self, other: Graph) -> Result<Vec<FileId>, GraphError> {
        let ids: Vec<FileId> = other.files.iter().map(|path| self.file(path)).collect();
        let here = |files: Vec<FileId>| files.into_iter().map(|file| ids[file.index()]).collect();
        let header = |options: Option<OptionHeader>| {
            options.map(|options| OptionHeader { file: ids[options.file.index()], ..options })
        };
        let start = self.steps.len() as u32;
        self.joined.push(Joined { first: StepId(start), options: header(other.options) });
        for Joined { first, options } in other.joined {
            self.joined.push(Joined { first: StepId(start + first.0), options: header(options) });
        }
        for mut step in other.steps {
            step.inputs = here(step.inputs);
            step.outputs = here(step.outputs);
            step.order_only = here(step.order_only);
            step.depfile = step.depfile.map(|file| ids[file.index()]);
            for command in &mut step.commands {
                if let Command::Exec { stdout: Some(file), .. } = command {
                    *file = ids[file.index()];
                }
            }
            self.add(step)?;
        }
        Ok(ids)
    }

    /// How many parts there are: this graph's own steps, and each graph that was joined to it.
    pub fn parts(&self) -> usize {
        self.joined.len() + 1
    }

    /// The part that a step belongs to, from 0.
    pub fn part_of(&self, step: StepId) -> usize {
        self.joined.partition_point(|joined| joined.first <= step)
    }

    /// The header of options that counts for a step: that of its part.
    pub fn options_of(&self, step: StepId) -> Option<&OptionHeader> {
        match self.part_of(step).checked_sub(1) {
            Some(joined) => self.joined[joined].options.as_ref(),
            None => self.options.as_ref(),
        }
    }

    /// A step.
    pub fn step(&self, step: StepId) -> &Step {
        &self.steps[step.index()]
    }

    /// All steps, by id.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Every step's id.
    pub fn step_ids(&self) -> impl Iterator<Item = StepId> + use<> {
        (0..self.steps.len() as u32).map(StepId)
    }

    /// The step that makes a file; none for a source.
    pub fn producer(&self, file: FileId) -> Option<StepId> {
        self.producer[file.index()]
    }

    /// The steps that must be done before `step`, as far as the description says.
    pub fn predecessors(&self, step: StepId) -> impl Iterator<Item = StepId> + '_ {
        let step = self.step(step);
        let reads = step.inputs.iter().chain(&step.order_only);
        reads.filter_map(|&file| self.producer(file))
    }

    /// Finds steps that wait for each other.
    pub fn check(&self) -> Result<(), GraphError> {
        let mut order = DiGraph::<(), ()>::with_capacity(self.steps.len(), self.steps.len() * 4);
        for _ in &self.steps {
            order.add_node(());
        }
        for id in self.step_ids() {
            for before in self.predecessors(id) {
                order.add_edge(NodeIndex::from(before.0), NodeIndex::from(id.0), ());
            }
        }
        for component in tarjan_scc(&order) {
            let start = component[0];
            if component.len() > 1 || order.contains_edge(start, start) {
                let round = way_round(&order, start, &component);
                return Err(GraphError::Cycle { links: self.links(&round) });
            }
        }
        Ok(())
    }

    /// Describes a way round: each step needs the next one, the last the first.
    pub fn links(&self, round: &[StepId]) -> Vec<Link> {
        let next = round.iter().cycle().skip(1);
        round.iter().zip(next).map(|(&step, &before)| self.link(step, before)).collect()
    }

    fn link(&self, id: StepId, before: StepId) -> Link {
        let step = self.step(id);
        let asked = step.inputs.iter().chain(&step.order_only);
        let mut asked = asked.filter(|&&file| self.producer(file) == Some(before));
        let needs = asked.next().map(|&file| self.path(file).to_owned());
        Link {
            file: self.name_of(id),
            needs: needs.unwrap_or_else(|| self.name_of(before)),
            origin: step.origin.clone(),
        }
    }

    /// A step's name for messages: its first output.
    pub fn name_of(&self, step: StepId) -> BString {
        let step = self.step(step);
        match step.outputs.first() {
            Some(&output) => self.path(output).to_owned(),
            None => BString::from(step.label.as_str()),
        }
    }
}

/// The shortest way from `start` back to it, inside its component; each needs the next.
fn way_round(order: &DiGraph<(), ()>, start: NodeIndex, component: &[NodeIndex]) -> Vec<StepId> {
    let mut came_from: HashMap<NodeIndex, NodeIndex> = HashMap::new();
    let mut queue = VecDeque::from([start]);
    'search: while let Some(node) = queue.pop_front() {
        for next in order.neighbors(node) {
            if !component.contains(&next) || came_from.contains_key(&next) {
                continue;
            }
            came_from.insert(next, node);
            if next == start {
                break 'search;
            }
            queue.push_back(next);
        }
    }
    let mut way = vec![start];
    let mut node = start;
    while let Some(&before) = came_from.get(&node).filter(|&&before| before != start) {
        way.push(before);
        node = before;
    }
    way.into_iter().map(|node| StepId(node.index() as u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(graph: &mut Graph, from: &str, to: &str) -> Result<StepId, GraphError> {
        let step = Step {
            inputs: vec![graph.file(from)],
            outputs: vec![graph.file(to)],
            ..Step::default()
        };
        graph.add(step)
    }

    #[test]
    fn one_path_is_one_file() {
        let mut graph = Graph::new();
        assert_eq!(graph.file("a"), graph.file("a"));
        assert_eq!(graph.find("b"), None);
    }

    #[test]
    fn a_second_producer_is_refused() {
        let mut graph = Graph::new();
        let first = copy(&mut graph, "a", "b").unwrap();
        let error = copy(&mut graph, "c", "b").unwrap_err();
        assert!(matches!(error, GraphError::TwoProducers { file, .. } if file == "b"));
        assert_eq!(graph.producer(graph.find("b").unwrap()), Some(first));
    }

    #[test]
    fn parts_share_sources_and_keep_their_names_and_options() {
        let part = |folder: &str| {
            let mut graph = Graph::new();
            copy(&mut graph, "/a.c", &format!("{folder}/a.o")).unwrap();
            copy(&mut graph, &format!("{folder}/a.o"), "all").unwrap();
            let file = graph.file(format!("{folder}/config.h"));
            graph.options = Some(OptionHeader { file, prefix: "C_".into(), values: [].into() });
            graph
        };
        let (mut graph, mut other) = (part("/b"), part("/b/x"));
        other.nest(Path::new("/b/x"), "x".into());
        let goal = other.find("x/all").unwrap();
        assert_eq!(other.find("all"), None);
        let ids = graph.join(other).unwrap();
        let [own, others] = [graph.find("all"), graph.find("x/all")];
        assert_eq!(others, Some(ids[goal.index()]));
        let steps = [own, others].map(|goal| graph.producer(goal.unwrap()).unwrap());
        assert_eq!((graph.parts(), steps.map(|step| graph.part_of(step))), (2, [0, 1]));
        let header = |step| graph.path(graph.options_of(step).unwrap().file);
        assert_eq!(steps.map(header), ["/b/config.h", "/b/x/config.h"]);
        assert_eq!(graph.step(steps[0]).folder, None);
        assert_eq!(graph.step(steps[1]).folder, Some("/b/x".into()));
        assert_eq!(graph.files().iter().filter(|path| *path == "/a.c").count(), 1);
        assert!(matches!(graph.join(part("/b")), Err(GraphError::TwoProducers { .. })));
    }

    #[test]
    fn a_cycle_is_shown_whole() {
        let mut graph = Graph::new();
        copy(&mut graph, "a", "b").unwrap();
        copy(&mut graph, "b", "c").unwrap();
        assert_eq!(graph.check(), Ok(()));
        copy(&mut graph, "c", "a").unwrap();
        let Err(GraphError::Cycle { links }) = graph.check() else { panic!("no cycle found") };
        let needs: BTreeMap<&BStr, &BStr> =
            links.iter().map(|link| (link.file.as_bstr(), link.needs.as_bstr())).collect();
        let whole = [("a", "c"), ("b", "a"), ("c", "b")];
        assert_eq!(needs, whole.map(|(file, needs)| (file.into(), needs.into())).into());
        assert_eq!((links.len(), &links[0].needs), (3, &links[1].file));
    }

    #[test]
    fn a_step_that_needs_itself_is_a_cycle() {
        let mut graph = Graph::new();
        copy(&mut graph, "a", "a").unwrap();
        let error = graph.check().unwrap_err();
        assert_eq!(error.to_string(), "these files need each other: a -> a");
    }
}
