//! Random graphs under random edits: each build runs exactly the steps that a simple model says,
//! and leaves exactly the files that it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::prelude::*;
use rules::graph::{Command, Graph};

use crate::world::World;

const SOURCES: usize = 3;
const STEPS: usize = 7;

/// How a step makes its output of its inputs.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// All that they hold, written by a program to standard output.
    Cat,
    /// All that they hold, written by a shell, headed by the flag.
    Shell,
    /// Their first letters only, so that many changes end here.
    Initials,
    /// The flag alone: nothing is read.
    Write,
}

#[derive(Clone, Debug)]
struct Rule {
    kind: Kind,
    /// Bits: sources, then earlier steps.
    inputs: u16,
    flag: u8,
    removed: bool,
}

#[derive(Clone, Debug)]
enum Edit {
    Source(usize, u8),
    Touch(usize),
    Flag(usize, u8),
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

#[derive(Default)]
struct Model {
    memory: BTreeMap<usize, Memory>,
    /// What lies in the build folder.
    files: BTreeMap<usize, String>,
}

fn rule() -> impl Strategy<Value = Rule> {
    let kind = prop_oneof![
        3 => Just(Kind::Cat),
        2 => Just(Kind::Shell),
        2 => Just(Kind::Initials),
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
        1 => (0..STEPS, any::<u16>()).prop_map(|(at, inputs)| Edit::Inputs(at, inputs)),
        1 => (0..STEPS).prop_map(Edit::Remove),
        1 => (0..STEPS).prop_map(Edit::Restore),
        1 => (0..STEPS).prop_map(Edit::Delete),
        1 => (0..STEPS).prop_map(Edit::Forge),
    ]
}

fn name(step: usize) -> String {
    format!("build/{step}")
}

fn source(at: usize) -> String {
    format!("source{at}")
}

/// Names of what a step reads: sources and those earlier steps that are there.
fn inputs(rules: &[Rule], step: usize) -> Vec<String> {
    if matches!(rules[step].kind, Kind::Write) {
        return Vec::new();
    }
    let bit = |at: usize| rules[step].inputs >> at & 1 == 1;
    let mut names: Vec<String> = (0..SOURCES).filter(|&at| bit(at)).map(source).collect();
    let earlier = (0..step).filter(|&at| bit(SOURCES + at) && !rules[at].removed);
    names.extend(earlier.map(name));
    if names.is_empty() { vec![source(0)] } else { names }
}

fn graph(world: &World, rules: &[Rule]) -> Graph {
    let mut make = world.graph();
    let mut all = Vec::new();
    for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| !rule.removed) {
        let (output, inputs) = (name(at), inputs(rules, at));
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
    make.graph
}

impl Model {
    /// Builds; returns the steps that run.
    fn build(&mut self, rules: &[Rule], sources: &[String]) -> Vec<String> {
        let mut ran = Vec::new();
        for (at, rule) in rules.iter().enumerate() {
            if rule.removed {
                self.remove(at);
                continue;
            }
            let inputs = inputs(rules, at);
            let text = |name: &String| match name.strip_prefix("source") {
                Some(number) => sources[number.parse::<usize>().unwrap()].clone(),
                None => self.files[&name[6..].parse::<usize>().unwrap()].clone(),
            };
            let read: String = inputs.iter().map(text).collect();
            let output = match rule.kind {
                Kind::Cat => read.clone(),
                Kind::Shell => format!("flag {}\n{read}", rule.flag),
                Kind::Initials => read.lines().map(|line| format!("{:.1}\n", line)).collect(),
                Kind::Write => format!("flag {}\n", rule.flag),
            };
            let flag = match rule.kind {
                Kind::Shell | Kind::Write => rule.flag,
                Kind::Cat | Kind::Initials => 0,
            };
            let texts: Vec<String> = inputs.iter().map(text).collect();
            let fingerprint = format!("{:?} {flag} {inputs:?} {texts:?}", rule.kind);
            let memory = self.memory.get(&at);
            let kept = memory.is_some_and(|memory| {
                memory.fingerprint == fingerprint && self.files.get(&at) == Some(&memory.output)
            });
            if !kept {
                ran.push(name(at));
            }
            self.files.insert(at, output.clone());
            self.memory.insert(at, Memory { fingerprint, output });
        }
        ran
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

fn check(mut rules: Vec<Rule>, rounds: Vec<Vec<Edit>>) {
    let world = World::new();
    let mut sources: Vec<String> = (0..SOURCES).map(|at| format!("{at}\n")).collect();
    for (at, text) in sources.iter().enumerate() {
        world.write(&source(at), text);
    }
    let mut model = Model::default();
    for edits in std::iter::once(Vec::new()).chain(rounds) {
        for edit in edits {
            match edit {
                Edit::Source(at, text) => {
                    sources[at] = format!("{}\nline {text}\n", text / 2);
                    world.write(&source(at), &sources[at]);
                }
                Edit::Touch(at) => world.write(&source(at), &sources[at]),
                Edit::Flag(at, flag) => rules[at].flag = flag,
                Edit::Inputs(at, inputs) => rules[at].inputs = inputs,
                Edit::Remove(at) => rules[at].removed = true,
                Edit::Restore(at) => rules[at].removed = false,
                Edit::Delete(at) => {
                    model.files.remove(&at);
                    let _ = fs::remove_file(world.path(&name(at)));
                }
                Edit::Forge(at) => {
                    model.files.insert(at, "forged\n".into());
                    world.write(&name(at), "forged\n");
                }
            }
        }
        let graph = graph(&world, &rules);
        let told = world.build(&graph, &["all"]);
        let expected: BTreeSet<String> = model.build(&rules, &sources).into_iter().collect();
        let ran: BTreeSet<String> = told.ran().into_iter().map(String::from).collect();
        assert_eq!(ran, expected, "{rules:?}");
        let files: BTreeMap<usize, String> = world
            .built()
            .into_iter()
            .map(|name| (name.parse().unwrap(), world.read(&format!("build/{name}"))))
            .collect();
        assert_eq!(files, model.files, "{rules:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_build_runs_what_the_model_says(
        rules in prop::collection::vec(rule(), STEPS),
        rounds in prop::collection::vec(prop::collection::vec(edit(), 1..4), 1..6),
    ) {
        check(rules, rounds);
    }
}
