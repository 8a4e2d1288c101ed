//! Random graphs under random edits of sources, flags, options and rules: each build runs exactly the
//! commands that a simple model says, and leaves exactly the files that it says and that a clean
//! build leaves. `ROUNDS=5000 cargo test --test engine model` builds as often.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use proptest::prelude::*;
use rules::graph::{Command, Graph, OptionHeader};
use ukbuild::engine::Cache;

use crate::world::World;

const SOURCES: usize = 3;
const STEPS: usize = 7;

/// What can be read: sources, then the header of options, then what earlier steps make.
const HEADER: usize = SOURCES;

/// Options' names; each is not defined, or has one of a few values.
const OPTIONS: [&str; 2] = ["CONFIG_A", "CONFIG_B"];

/// Builds after an edit in one history.
const HISTORY: usize = 5;

/// How a step makes its output of its inputs.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// All that they hold, written by a program to standard output.
    Cat,
    /// All that they hold, written by a shell, headed by the flag.
    Shell,
    /// Their first letters only, so that many changes end here.
    Initials,
    /// The values of those options that they mention, looked up in the header, of which only a
    /// dependency file tells.
    Options,
    /// The flag alone: nothing is read.
    Write,
}

#[derive(Clone, Debug)]
struct Rule {
    kind: Kind,
    /// A bit for each that can be read.
    inputs: u16,
    flag: u8,
    removed: bool,
}

#[derive(Clone, Debug)]
enum Edit {
    Source(usize, u8),
    Touch(usize),
    Flag(usize, u8),
    Option(usize, u8),
    Inputs(usize, u16),
    Remove(usize),
    Restore(usize),
    Delete(usize),
    Forge(usize),
}

/// What the model remembers of a step.
struct Memory {
    fingerprint: String,
    output: String,
}

/// What the user has.
#[derive(Clone)]
struct State {
    rules: Vec<Rule>,
    sources: Vec<String>,
    /// Per option: its value; 0 when it is not defined.
    options: [u8; OPTIONS.len()],
}

#[derive(Default)]
struct Model {
    memory: BTreeMap<usize, Memory>,
    /// What lies in the build folder.
    files: BTreeMap<usize, String>,
    /// What the cache has, where there is one.
    cache: Option<BTreeSet<String>>,
}

fn rule() -> impl Strategy<Value = Rule> {
    let kind = prop_oneof![
        3 => Just(Kind::Cat),
        2 => Just(Kind::Shell),
        2 => Just(Kind::Initials),
        3 => Just(Kind::Options),
        1 => Just(Kind::Write)
    ];
    (kind, any::<u16>(), 0..3u8).prop_map(|(kind, inputs, flag)| Rule {
        kind,
        inputs,
        flag,
        removed: false,
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..SOURCES, 0..4u8).prop_map(|(at, text)| Edit::Source(at, text)),
        1 => (0..SOURCES).prop_map(Edit::Touch),
        2 => (0..STEPS, 0..3u8).prop_map(|(at, flag)| Edit::Flag(at, flag)),
        3 => (0..OPTIONS.len(), 0..3u8).prop_map(|(at, value)| Edit::Option(at, value)),
        1 => (0..STEPS, any::<u16>()).prop_map(|(at, inputs)| Edit::Inputs(at, inputs)),
        1 => (0..STEPS).prop_map(Edit::Remove),
        1 => (0..STEPS).prop_map(Edit::Restore),
        1 => (0..STEPS).prop_map(Edit::Delete),
        1 => (0..STEPS).prop_map(Edit::Forge),
    ]
}

impl State {
    fn new(rules: Vec<Rule>) -> State {
        let sources = (0..SOURCES).map(|at| format!("{at}\n")).collect();
        State { rules, sources, options: [1, 0] }
    }

    /// The options that have a value, with it.
    fn values(&self) -> impl Iterator<Item = (&'static str, String)> {
        let values = OPTIONS.into_iter().zip(self.options);
        values.filter(|(_, value)| *value > 0).map(|(name, value)| (name, value.to_string()))
    }

    fn header(&self) -> String {
        self.values().map(|(name, value)| format!("#define {name} {value}\n")).collect()
    }

    /// Writes those sources, and the header, that are not there like this.
    fn write(&self, world: &World) {
        let sources = self.sources.iter().cloned().chain([self.header()]).enumerate();
        for (at, text) in sources {
            if !fs::read_to_string(world.path(&source(at))).is_ok_and(|old| old == text) {
                world.write(&source(at), &text);
            }
        }
    }

    /// Names of what a step reads: sources and those earlier steps that are there.
    fn inputs(&self, step: usize) -> Vec<String> {
        let rule = &self.rules[step];
        if matches!(rule.kind, Kind::Write) {
            return Vec::new();
        }
        let bit = |at: usize| rule.inputs >> at & 1 == 1;
        let plain = |at: &usize| *at != HEADER || !matches!(rule.kind, Kind::Options);
        let mut names: Vec<String> =
            (0..=SOURCES).filter(plain).filter(|&at| bit(at)).map(source).collect();
        let earlier = (0..step).filter(|&at| bit(HEADER + 1 + at) && !self.rules[at].removed);
        names.extend(earlier.map(name));
        if names.is_empty() { vec![source(0)] } else { names }
    }

    fn graph(&self, world: &World) -> Graph {
        let mut make = world.graph();
        let mut all = Vec::new();
        for (at, rule) in self.rules.iter().enumerate().filter(|(_, rule)| !rule.removed) {
            let (output, inputs) = (name(at), self.inputs(at));
            let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
            let list: Vec<String> = inputs.iter().map(|input| format!("%{input}%")).collect();
            let (list, flag) = (list.join(" "), rule.flag);
            match rule.kind {
                Kind::Cat => {
                    make.cat(&output, &inputs);
                }
                Kind::Shell => {
                    let script = format!("echo flag {flag} > %{output}%; cat {list} >> %{output}%");
                    make.recipe(&output, &inputs, &script);
                }
                Kind::Initials => {
                    let script = format!("cat {list} | cut -c 1 > %{output}%");
                    make.recipe(&output, &inputs, &script);
                }
                Kind::Options => {
                    let [header, depfile] = [source(HEADER), format!("{output}.d")];
                    let paths = [&header, &output, &depfile].map(|name| format!("%{name}%"));
                    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
                    let mut words = [&["sh", "-c", LOOK_UP], &paths[..]].concat();
                    words.extend(list.split(' '));
                    let command = make.exec(&words);
                    let mut step = make.step(&[&output], &inputs, vec![command]);
                    step.depfile = Some(make.file(&depfile));
                    make.add(step);
                }
                Kind::Write => {
                    let text = format!("flag {flag}\n");
                    let step = make.step(&[&output], &[], vec![Command::Write(text.into())]);
                    make.add(step);
                }
            }
            all.push(output);
        }
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        make.group("all", &all);
        let values = self.values().map(|(name, value)| (name.into(), value.into()));
        let (file, values) = (make.file(&source(HEADER)), values.collect());
        make.graph.options = Some(OptionHeader { file, prefix: "CONFIG_".into(), values });
        make.graph
    }

    /// What a build in a fresh folder leaves.
    fn clean(&self) -> BTreeMap<usize, String> {
        let world = World::new();
        self.write(&world);
        world.build(&self.graph(&world), &["all"]);
        built(&world)
    }
}

/// Looks up the options that files mention, without mentioning one.
const LOOK_UP: &str = "out=$1; list=$2; shift 2; echo \"out: $0 $*\" > $list; \
     cat \"$@\" | grep -o '[C]ONFIG_[AB]' | sort -u | \
     while read name; do grep \"^#define $name \" $0 || echo \"no $name\"; done > $out";

fn name(step: usize) -> String {
    format!("build/{step}")
}

fn source(at: usize) -> String {
    format!("source{at}")
}

fn built(world: &World) -> BTreeMap<usize, String> {
    let names = world.built().into_iter();
    names.map(|name| (name.parse().unwrap(), world.read(&format!("build/{name}")))).collect()
}

impl Model {
    /// Builds; returns the steps that run, and those that come from the cache.
    fn build(&mut self, state: &State) -> [BTreeSet<String>; 2] {
        let [mut ran, mut restored] = [BTreeSet::new(), BTreeSet::new()];
        for (at, rule) in state.rules.iter().enumerate() {
            if rule.removed {
                self.remove(at);
                continue;
            }
            let (output, fingerprint) = self.make(state, at);
            let memory = self.memory.get(&at);
            let kept = memory.is_some_and(|memory| {
                memory.fingerprint == fingerprint && self.files.get(&at) == Some(&memory.output)
            });
            // Only programs that are told where to write are cached.
            let cached = matches!(rule.kind, Kind::Cat | Kind::Options);
            let is_new = match &mut self.cache {
                Some(cache) if cached && !kept => cache.insert(fingerprint.clone()),
                _ => true,
            };
            match (kept, is_new) {
                (true, _) => false,
                (false, true) => ran.insert(name(at)),
                (false, false) => restored.insert(name(at)),
            };
            self.files.insert(at, output.clone());
            self.memory.insert(at, Memory { fingerprint, output });
        }
        [ran, restored]
    }

    /// What a step makes now, and all that this depends on.
    fn make(&self, state: &State, at: usize) -> (String, String) {
        let rule = &state.rules[at];
        let inputs = state.inputs(at);
        let text = |name: &String| match name.strip_prefix("source") {
            Some(number) => match number.parse().unwrap() {
                HEADER => state.header(),
                number => state.sources[number].clone(),
            },
            None => self.files[&name[6..].parse::<usize>().unwrap()].clone(),
        };
        let texts: Vec<String> = inputs.iter().map(text).collect();
        let read = texts.concat();
        let mentioned = OPTIONS.iter().filter(|name| read.contains(**name));
        let look_up = |name: &&str| match state.values().find(|(other, _)| other == name) {
            Some((name, value)) => format!("#define {name} {value}\n"),
            None => format!("no {name}\n"),
        };
        let options: String = mentioned.map(look_up).collect();
        let (output, more) = match rule.kind {
            Kind::Cat => (read, String::new()),
            Kind::Shell => (format!("flag {}\n{read}", rule.flag), rule.flag.to_string()),
            Kind::Initials => {
                (read.lines().map(|line| format!("{line:.1}\n")).collect(), String::new())
            }
            Kind::Options => (options.clone(), options),
            Kind::Write => (format!("flag {}\n", rule.flag), rule.flag.to_string()),
        };
        (output, format!("{at} {:?} {more} {inputs:?} {texts:?}", rule.kind))
    }

    /// A step went: what it wrote goes, what somebody else wrote there stays.
    fn remove(&mut self, at: usize) {
        if let Some(memory) = self.memory.remove(&at)
            && self.files.get(&at) == Some(&memory.output)
        {
            self.files.remove(&at);
        }
    }
}

/// Makes an edit, in the world and in the model.
fn apply(edit: &Edit, state: &mut State, world: &World, model: &mut Model) {
    let file = |at: usize| world.path(&name(at));
    match *edit {
        Edit::Source(at, text) => {
            let mention = ["", " CONFIG_A", " CONFIG_B", " CONFIG_A CONFIG_B"][usize::from(text)];
            state.sources[at] = format!("{}\nline {text}{mention}\n", text / 2);
        }
        Edit::Touch(at) => world.write(&source(at), &state.sources[at]),
        Edit::Flag(at, flag) => state.rules[at].flag = flag,
        Edit::Option(at, value) => state.options[at] = value,
        Edit::Inputs(at, inputs) => state.rules[at].inputs = inputs,
        Edit::Remove(at) => state.rules[at].removed = true,
        Edit::Restore(at) => state.rules[at].removed = false,
        Edit::Delete(at) => {
            model.files.remove(&at);
            let _ = fs::remove_file(file(at));
        }
        Edit::Forge(at) => {
            model.files.insert(at, "forged\n".into());
            // As editors do, for another name of the file may be the cache's.
            let _ = fs::remove_file(file(at));
            world.write(&name(at), "forged\n");
        }
    }
}

fn check(rules: Vec<Rule>, history: Vec<Vec<Edit>>, cached: bool) {
    let mut world = World::new();
    let mut model = Model::default();
    if cached {
        let cache = Cache::new(world.path("cache"), 1 << 30, []);
        world.settings.cache = Some(Arc::new(cache));
        model.cache = Some(BTreeSet::new());
    }
    let mut state = State::new(rules);
    for edits in std::iter::once(Vec::new()).chain(history) {
        edits.iter().for_each(|edit| apply(edit, &mut state, &world, &mut model));
        state.write(&world);
        let told = world.build(&state.graph(&world), &["all"]);
        let [ran, restored] = model.build(&state);
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
        let told_ran: BTreeSet<String> = names(&told.ran());
        assert_eq!((told_ran.len(), told_ran), (told.started.len(), ran), "{:?}", state.rules);
        assert_eq!(told.restored.into_iter().collect::<BTreeSet<_>>(), restored);
        let files = built(&world);
        assert_eq!(files, model.files, "{:?}", state.rules);
        let made = |(at, _): &(usize, String)| !state.rules[*at].removed;
        assert_eq!(files.into_iter().filter(made).collect::<BTreeMap<_, _>>(), state.clean());
    }
}

fn rounds() -> u32 {
    std::env::var("ROUNDS").map_or(200, |rounds| rounds.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: rounds() / HISTORY as u32,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_build_runs_what_the_model_says(
        rules in prop::collection::vec(rule(), STEPS),
        history in prop::collection::vec(prop::collection::vec(edit(), 1..4), HISTORY),
        cached: bool,
    ) {
        check(rules, history, cached);
    }
}
