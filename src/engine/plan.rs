//! Which steps the goals need, and in which order. Knows the graph and the edges that the last
//! build found; knows neither contents nor commands.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};

use rules::graph::{FileId, Graph, GraphError, StepId};

use super::recipe;

/// The steps that the goals need.
pub(super) struct Plan {
    /// Each needed step, after all that it needs.
    pub(super) order: Vec<StepId>,
    /// Per step: where its followers begin in `followers`; one more at the end.
    starts: Vec<u32>,
    followers: Vec<StepId>,
    /// A way round that only files found in the last build close; empty when there is none.
    pub(super) round: Vec<StepId>,
}

/// The produced files among a step's programs: what it reads beside its inputs.
pub(super) fn built_programs(graph: &Graph, step: StepId) -> impl Iterator<Item = FileId> + '_ {
    let programs = recipe::programs(graph.step(step)).filter(|program| program.contains(&b'/'));
    let files = programs.filter_map(|program| graph.find(program));
    files.filter(move |&file| graph.producer(file).is_some_and(|producer| producer != step))
}

/// The files whose contents a step's commands are described to read.
pub(super) fn reads(graph: &Graph, step: StepId) -> impl Iterator<Item = FileId> + '_ {
    let declared = graph.step(step).inputs();
    let programs = built_programs(graph, step).filter(|file| !declared.contains(file));
    declared.iter().copied().chain(programs)
}

impl Plan {
    /// Orders the steps that `goals` need. `found` gives the files that a step was found to read
    /// in the last build. Those that close a circle may be of the past, and do not count.
    pub(super) fn new<I: Iterator<Item = FileId>>(
        graph: &Graph,
        goals: &[FileId],
        found: impl Fn(StepId) -> I,
    ) -> Result<Plan, GraphError> {
        let (needed, edges) = closure(graph, goals, &found);
        let waits = match Plan::order(graph, &needed, &edges) {
            Ok(plan) => return Ok(plan),
            Err(waits) => waits,
        };
        let round = circle(&edges, &waits);
        let stuck = |step: StepId| waits[step.index()] > 0;
        let closes = |step, file| stuck(step) && graph.producer(file).is_some_and(stuck);
        let sound = |step| found(step).filter(move |&file| !closes(step, file));
        let (needed, edges) = closure(graph, goals, sound);
        match Plan::order(graph, &needed, &edges) {
            Ok(plan) => Ok(Plan { round, ..plan }),
            Err(waits) => Err(GraphError::Cycle { links: graph.links(&circle(&edges, &waits)) }),
        }
    }

    /// The steps that wait for `step`; one that does so for several reasons comes as often.
    pub(super) fn followers(&self, step: StepId) -> &[StepId] {
        let [start, end] = [self.starts[step.index()], self.starts[step.index() + 1]];
        &self.followers[start as usize..end as usize]
    }

    /// The steps on the shortest way from `step` to one that waits for it, both ends with it.
    pub(super) fn way(&self, step: StepId, to: StepId) -> Option<Vec<StepId>> {
        let mut came_from = HashMap::from([(step, step)]);
        let mut queue = VecDeque::from([step]);
        while let Some(here) = queue.pop_front() {
            for &next in self.followers(here) {
                if let Entry::Vacant(entry) = came_from.entry(next) {
                    entry.insert(here);
                    queue.push_back(next);
                }
            }
        }
        let mut way = vec![to];
        while let Some(&before) = came_from.get(way.last()?).filter(|_| way.last() != Some(&step)) {
            way.push(before);
        }
        way.reverse();
        (way.first() == Some(&step)).then_some(way)
    }

    /// Where there is no order, fails with how many others each step still waits for.
    fn order(
        graph: &Graph,
        needed: &[StepId],
        edges: &[(StepId, StepId)],
    ) -> Result<Plan, Vec<u32>> {
        let count = graph.steps().len();
        let mut starts = vec![0u32; count + 1];
        let mut waits = vec![0u32; count];
        for (from, to) in edges {
            starts[from.index() + 1] += 1;
            waits[to.index()] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut followers: Vec<StepId> = edges.iter().map(|&(_, to)| to).collect();
        for (from, to) in edges {
            let at = &mut next[from.index()];
            followers[*at as usize] = *to;
            *at += 1;
        }
        let free = needed.iter().copied().filter(|step| waits[step.index()] == 0);
        let mut plan = Plan { order: free.collect(), starts, followers, round: Vec::new() };
        let mut done = 0;
        while let Some(&step) = plan.order.get(done) {
            done += 1;
            let range = plan.starts[step.index()] as usize..plan.starts[step.index() + 1] as usize;
            for &follower in &plan.followers[range] {
                waits[follower.index()] -= 1;
                if waits[follower.index()] == 0 {
                    plan.order.push(follower);
                }
            }
        }
        if done == needed.len() { Ok(plan) } else { Err(waits) }
    }
}

/// The needed steps, and the edges between them.
fn closure<I: Iterator<Item = FileId>>(
    graph: &Graph,
    goals: &[FileId],
    found: impl Fn(StepId) -> I,
) -> (Vec<StepId>, Vec<(StepId, StepId)>) {
    let mut is_needed = vec![false; graph.steps().len()];
    let mut needed: Vec<StepId> = Vec::new();
    let mut edges = Vec::with_capacity(graph.steps().len() * 2);
    let mut need = |step: StepId, needed: &mut Vec<StepId>| {
        if !std::mem::replace(&mut is_needed[step.index()], true) {
            needed.push(step);
        }
    };
    for step in goals.iter().filter_map(|&goal| graph.producer(goal)) {
        need(step, &mut needed);
    }
    let mut done = 0;
    while let Some(&step) = needed.get(done) {
        done += 1;
        let programs = built_programs(graph, step).filter_map(|file| graph.producer(file));
        let found = found(step).filter_map(|file| graph.producer(file)).filter(|&s| s != step);
        for before in graph.predecessors(step).chain(programs).chain(found) {
            need(before, &mut needed);
            edges.push((before, step));
        }
    }
    (needed, edges)
}

/// One way round among the steps that still wait, each of which needs the next.
fn circle(edges: &[(StepId, StepId)], waits: &[u32]) -> Vec<StepId> {
    let waiting = |step: StepId| waits[step.index()] > 0;
    let stuck = edges.iter().filter(|(from, to)| waiting(*from) && waiting(*to));
    let came_from: HashMap<StepId, StepId> = stuck.map(|&(from, to)| (to, from)).collect();
    let mut way: Vec<StepId> = Vec::new();
    let mut seen = HashSet::new();
    // Every step that waits has one before it that waits too, so the walk back closes.
    let mut step = came_from.keys().min().copied();
    while let Some(here) = step.filter(|here| seen.insert(*here)) {
        way.push(here);
        step = came_from.get(&here).copied();
    }
    let start = way.iter().position(|&here| Some(here) == step).unwrap_or(0);
    way.split_off(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::graph::Step;

    fn step(graph: &mut Graph, from: &[&str], to: &str) -> StepId {
        let inputs = from.iter().map(|path| graph.file(path)).collect();
        let outputs = vec![graph.file(to)];
        graph.add(Step { inputs, outputs, ..Step::default() }).unwrap()
    }

    fn none(_: StepId) -> std::iter::Empty<FileId> {
        std::iter::empty()
    }

    #[test]
    fn only_what_the_goals_need_and_in_order() {
        let mut graph = Graph::new();
        let last = step(&mut graph, &["b", "c"], "d");
        let middle = step(&mut graph, &["a"], "b");
        let other = step(&mut graph, &["a", "b"], "c");
        step(&mut graph, &["a"], "unneeded");
        let goal = graph.file("d");
        let plan = Plan::new(&graph, &[goal], none).unwrap();
        assert_eq!(plan.order, [middle, other, last]);
        assert_eq!(plan.followers(middle), [last, other]);
    }

    #[test]
    fn found_edges_count_unless_they_close_a_circle() {
        let mut graph = Graph::new();
        let first = step(&mut graph, &["x"], "a");
        let second = step(&mut graph, &["y"], "b");
        let third = step(&mut graph, &["a"], "c");
        let other = step(&mut graph, &["z"], "d");
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| graph.file(name));
        let found = |step| if step == first { vec![b] } else { vec![] }.into_iter();
        let plan = Plan::new(&graph, &[a], found).unwrap();
        assert_eq!((plan.order, plan.round), (vec![second, first], vec![]));
        let both = |step| if step == first { vec![b] } else { vec![a] }.into_iter();
        let plan = Plan::new(&graph, &[a], both).unwrap();
        assert_eq!((plan.order, plan.round), (vec![first], vec![first, second]));
        // What has nothing to do with the circle still counts.
        let more = |step| if step == first { vec![c, d] } else { vec![] }.into_iter();
        let plan = Plan::new(&graph, &[c], more).unwrap();
        assert_eq!((plan.order, plan.round.len()), (vec![other, first, third], 2));
    }

    #[test]
    fn a_circle_is_named() {
        let mut graph = Graph::new();
        step(&mut graph, &["e"], "goal");
        step(&mut graph, &["d"], "e");
        step(&mut graph, &["c"], "d");
        step(&mut graph, &["e"], "c");
        let goal = graph.file("goal");
        let Err(GraphError::Cycle { links }) = Plan::new(&graph, &[goal], none) else {
            panic!("ordered a circle")
        };
        let files: Vec<_> = links.iter().map(|link| link.file.to_string()).collect();
        assert_eq!((files.len(), links[2].needs.to_string()), (3, files[0].clone()));
        assert!(!files.contains(&"goal".to_owned()));
    }
}
