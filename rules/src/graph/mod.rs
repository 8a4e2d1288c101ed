//! The build graph: files, the steps that make them, and what each step reads and runs.
//!
//! Both ways of describing a build (fragments under the native rule macros, and plain makefiles)
//! end here, and the engine starts here. The graph is data: it neither looks at the file system nor
//! runs anything, and it knows nothing of makefiles, options' meaning or compilers.

//!
//! Steps go in as [`Step`]s and are seen as [`StepRef`]s: texts are kept once, and lists one behind the
//! other, for there may be a hundred thousand steps with much the same words.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::texts::Texts;

mod row;
mod step;
mod stored;
mod view;

pub use step::{Command, Origin, Step};
pub use view::{CommandRef, Commands, StepRef, Words};

use row::{Head, Kind, NONE, Row, present};

/// A file (or phony name) of one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A step of one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId(u32);

/// A word of the commands of one [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WordId(u32);

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
    /// Paths, words and names.
    texts: Texts,
    /// Per file: its path.
    files: Vec<u32>,
    /// Per text: the file whose path it is.
    file_of: Vec<u32>,
    /// Per file: the step that makes it.
    producer: Vec<u32>,
    rows: Vec<Row>,
    /// The files of all rows.
    lists: Vec<FileId>,
    /// The environments and commands of all rows.
    code: Vec<u32>,
    /// Per step, as far as they are known: what its recipe is recognised by.
    recipes: Vec<[u8; 32]>,
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

    /// An empty graph with room for about as many steps as this: a large table that grows is copied to
    /// memory that the system has to clear first.
    pub fn with_room(steps: usize) -> Graph {
        /// What a step that compiles comes to.
        const WORDS: usize = 128;
        const FILES: usize = 8;
        const TEXTS: usize = 6;
        const TEXT: usize = 64;
        Graph {
            texts: Texts::with_room(TEXTS * steps, TEXTS * TEXT * steps),
            rows: Vec::with_capacity(steps),
            lists: Vec::with_capacity(FILES * steps),
            code: Vec::with_capacity(WORDS * steps),
            ..Graph::default()
        }
    }

    /// The id of `path`, which is taken as it is: callers give absolute, normalised paths.
    pub fn file(&mut self, path: impl AsRef<[u8]>) -> FileId {
        let text = self.text(path.as_ref());
        self.file_of_text(text)
    }

    /// The id of a word, for commands that are told by such.
    pub fn word(&mut self, word: impl AsRef<[u8]>) -> WordId {
        WordId(self.text(word.as_ref()))
    }

    fn file_of_text(&mut self, path: u32) -> FileId {
        let known = &mut self.file_of[path as usize];
        if *known == NONE {
            *known = self.files.len() as u32;
            self.files.push(path);
            self.producer.push(NONE);
        }
        FileId(*known)
    }

    fn text(&mut self, text: &[u8]) -> u32 {
        let number = self.texts.add(text);
        self.file_of.resize(self.texts.len() as usize, NONE);
        number
    }

    /// The id of `path`, when the graph has it.
    pub fn find(&self, path: impl AsRef<[u8]>) -> Option<FileId> {
        let text = self.texts.find(path.as_ref())?;
        present(self.file_of[text as usize]).map(FileId)
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> &BStr {
        self.texts.get(self.files[file.index()])
    }

    /// All paths, by id.
    pub fn files(&self) -> impl ExactSizeIterator<Item = &BStr> + Clone {
        self.files.iter().map(|&path| self.texts.get(path))
    }

    /// The file of an index.
    pub fn file_at(&self, index: usize) -> Option<FileId> {
        (index < self.files.len()).then_some(FileId(index as u32))
    }

    /// Every file's id.
    pub fn file_ids(&self) -> impl ExactSizeIterator<Item = FileId> + Clone + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// Adds a step. Fails, and leaves the graph as it was, when another step makes one of its
    /// outputs.
    pub fn add(&mut self, step: Step) -> Result<StepId, GraphError> {
        self.claim(&step.outputs, step.origin.as_ref())?;
        let Step { outputs, inputs, order_only, environment, commands, .. } = &step;
        let files = self.lists.len() as u32;
        [outputs, inputs, order_only].into_iter().for_each(|list| self.lists.extend(list));
        let pairs = environment.len() as u32;
        let code = self.code.len() as u32;
        for text in environment.iter().flat_map(|(name, value)| [name, value]) {
            let text = self.text(text);
            self.code.push(text);
        }
        commands.iter().for_each(|command| self.encode(command));
        let mut path = |path: &Path| self.text(path.as_os_str().as_bytes());
        let folder = step.folder.as_ref().map_or(NONE, |folder| path(folder));
        let origin = step.origin.as_ref().map_or(NONE, |origin| path(&origin.file));
        let row = Row {
            tag: self.text(step.tag.as_bytes()),
            label: self.text(step.label.as_bytes()),
            folder,
            origin,
            line: step.origin.as_ref().map_or(0, |origin| origin.line),
            depfile: step.depfile.map_or(NONE, |file| file.0),
            always: step.always.into(),
            files,
            made: outputs.len() as u32,
            read: inputs.len() as u32,
            awaited: order_only.len() as u32,
            code,
            pairs,
            commands: commands.len() as u32,
        };
        Ok(self.push(row))
    }

    /// Fails when a step makes one of these files.
    fn claim(&self, outputs: &[FileId], origin: Option<&Origin>) -> Result<(), GraphError> {
        for &output in outputs {
            if let Some(other) = self.producer(output) {
                return Err(GraphError::TwoProducers {
                    file: self.path(output).to_owned(),
                    first: self.step(other).origin(),
                    second: origin.cloned(),
                });
            }
        }
        Ok(())
    }

    fn push(&mut self, row: Row) -> StepId {
        let id = StepId(self.rows.len() as u32);
        for &output in &self.lists[row.outputs()] {
            self.producer[output.index()] = id.0;
        }
        self.rows.push(row);
        id
    }

    fn encode(&mut self, command: &Command) {
        let place = |stdout: &Option<FileId>| stdout.map_or(NONE, |file| file.0);
        let (kind, words, about) = match command {
            Command::Exec { argv, stdout } => (Kind::Exec, argv.as_slice(), place(stdout)),
            Command::Words { argv, stdout } => {
                let about = place(stdout);
                self.code.extend(Head { kind: Kind::Exec, words: argv.len(), about }.numbers());
                self.code.extend(argv.iter().map(|word| word.0));
                return;
            }
            Command::Shell { shell, script, ignore_failure } => {
                let kind = if *ignore_failure { Kind::Try } else { Kind::Shell };
                (kind, shell.as_slice(), self.text(script))
            }
            Command::Write(bytes) => (Kind::Write, &[][..], self.text(bytes)),
        };
        self.code.extend(Head { kind, words: words.len(), about }.numbers());
        for word in words {
            let word = self.text(word);
            self.code.push(word);
        }
    }

    /// Has a step run even when nothing changed.
    pub fn run_always(&mut self, step: StepId) {
        self.rows[step.index()].always = 1;
    }

    /// Has every step that asks for one of `files` wait for `until`.
    pub fn wait(&mut self, files: &[FileId], until: FileId) {
        let mut asked = vec![false; self.files.len()];
        files.iter().for_each(|file| asked[file.index()] = true);
        let mut lists = Vec::with_capacity(self.lists.len() + self.rows.len());
        for row in &mut self.rows {
            let own = &self.lists[row.outputs().start..row.order_only().end];
            let needs = &own[row.made as usize..];
            row.files = lists.len() as u32;
            lists.extend_from_slice(own);
            if !own.contains(&until) && needs.iter().any(|file| asked[file.index()]) {
                lists.push(until);
                row.awaited += 1;
            }
        }
        self.lists = lists;
    }

    /// Makes a graph whose build folder is `folder` good for a build folder around that, in which
    /// `folder` is called `name`: steps run where they did, and what is named by a relative path, as
    /// groups are, keeps apart from what others name so.
    pub fn nest(&mut self, folder: &Path, name: &BStr) {
        for at in 0..self.rows.len() {
            let step = StepId(at as u32);
            let whole = self.step(step).folder().map_or(folder.into(), |own| folder.join(own));
            self.rows[at].folder = self.text(whole.as_os_str().as_bytes());
        }
        self.recipes.clear();
        for at in 0..self.files.len() {
            let path = self.texts.get(self.files[at]);
            if !path.starts_with(b"/") {
                let path = [name.as_bytes(), b"/", path].concat();
                self.files[at] = self.text(&path);
            }
        }
        self.file_of.fill(NONE);
        for (file, &path) in (0..).zip(&self.files) {
            self.file_of[path as usize] = file;
        }
    }

    /// Adds a word to what steps are about, as shown to people.
    pub fn mark(&mut self, word: &str) {
        for step in self.step_ids() {
            let known = self.step(step);
            if !known.commands().is_empty() {
                let label = format!("{} ({word})", known.label());
                self.rows[step.index()].label = self.text(label.as_bytes());
            }
        }
    }

    /// Adds all of another graph as the next part of this one; the files that both know are the
    /// same. Gives the other's files, by their ids there, as they are called here. Fails when both
    /// make one file.
    pub fn join(&mut self, other: Graph) -> Result<Vec<FileId>, GraphError> {
        let texts: Vec<u32> = other.texts.iter().map(|text| self.text(text)).collect();
        let file = |&path: &u32| self.file_of_text(texts[path as usize]);
        let ids: Vec<FileId> = other.files.iter().map(file).collect();
        let header = |options: Option<OptionHeader>| {
            options.map(|options| OptionHeader { file: ids[options.file.index()], ..options })
        };
        let start = self.rows.len() as u32;
        self.joined.push(Joined { first: StepId(start), options: header(other.options) });
        for Joined { first, options } in other.joined {
            self.joined.push(Joined { first: StepId(start + first.0), options: header(options) });
        }
        let text = |text: u32| present(text).map_or(NONE, |text| texts[text as usize]);
        let file = |file: u32| present(file).map_or(NONE, |file| ids[file as usize].0);
        let (lists, code) = (self.lists.len() as u32, self.code.len() as u32);
        self.lists.extend(other.lists.iter().map(|file| ids[file.index()]));
        for row in &other.rows {
            let environment = &other.code[row.environment()];
            self.code.extend(environment.iter().map(|&number| text(number)));
            let mut rest = &other.code[row.commands_from()..];
            for _ in 0..row.commands {
                let head = Head::of([rest[0], rest[1]]);
                let about = match head.kind {
                    Kind::Exec => file(head.about),
                    Kind::Shell | Kind::Try | Kind::Write => text(head.about),
                };
                let words;
                (words, rest) = rest[Head::LENGTH..].split_at(head.words);
                self.code.extend(Head { about, ..head }.numbers());
                self.code.extend(words.iter().map(|&word| text(word)));
            }
        }
        for row in other.rows {
            let row = Row {
                tag: text(row.tag),
                label: text(row.label),
                folder: text(row.folder),
                origin: text(row.origin),
                depfile: file(row.depfile),
                files: lists + row.files,
                code: code + row.code,
                ..row
            };
            let view = StepRef { graph: self, row: &row };
            self.claim(view.outputs(), view.origin().as_ref())?;
            self.push(row);
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
    pub fn step(&self, step: StepId) -> StepRef<'_> {
        StepRef { graph: self, row: &self.rows[step.index()] }
    }

    /// All steps, by id.
    pub fn steps(&self) -> impl ExactSizeIterator<Item = StepRef<'_>> + Clone {
        self.rows.iter().map(|row| StepRef { graph: self, row })
    }

    /// Keeps what the recipes of the first steps are recognised by, for those who compare them.
    pub fn keep_recipes(&mut self, recipes: Vec<[u8; 32]>) {
        self.recipes = recipes;
    }

    /// What a step's recipe is recognised by, if that was kept and still holds.
    pub fn kept_recipe(&self, step: StepId) -> Option<&[u8; 32]> {
        self.recipes.get(step.index())
    }

    /// Every step's id.
    pub fn step_ids(&self) -> impl ExactSizeIterator<Item = StepId> + Clone + use<> {
        (0..self.rows.len() as u32).map(StepId)
    }

    /// The step that makes a file; none for a source.
    pub fn producer(&self, file: FileId) -> Option<StepId> {
        present(self.producer[file.index()]).map(StepId)
    }

    /// The steps that must be done before `step`, as far as the description says.
    pub fn predecessors(&self, step: StepId) -> impl Iterator<Item = StepId> + '_ {
        let step = self.step(step);
        let reads = step.inputs().iter().chain(step.order_only());
        reads.filter_map(|&file| self.producer(file))
    }

    /// Finds steps that wait for each other.
    pub fn check(&self) -> Result<(), GraphError> {
        let mut order = DiGraph::<(), ()>::with_capacity(self.rows.len(), self.rows.len() * 4);
        for _ in &self.rows {
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
        let asked = step.inputs().iter().chain(step.order_only());
        let mut asked = asked.filter(|&&file| self.producer(file) == Some(before));
        let needs = asked.next().map(|&file| self.path(file).to_owned());
        Link {
            file: self.name_of(id),
            needs: needs.unwrap_or_else(|| self.name_of(before)),
            origin: step.origin(),
        }
    }

    /// A step's name for messages: its first output.
    pub fn name_of(&self, step: StepId) -> BString {
        let step = self.step(step);
        match step.outputs().first() {
            Some(&output) => self.path(output).to_owned(),
            None => BString::from(step.label()),
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
        assert_eq!(graph.step(steps[0]).folder(), None);
        assert_eq!(graph.step(steps[1]).folder(), Some(Path::new("/b/x")));
        assert_eq!(graph.files().filter(|path| *path == "/a.c").count(), 1);
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
