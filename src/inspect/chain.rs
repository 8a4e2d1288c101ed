//! Why a file is in an image: the shortest way from it, step by step. Knows edges; knows no words.

use std::collections::{HashMap, VecDeque};

use bstr::{BStr, BString, ByteSlice};
use rules::graph::{Origin, StepId};

use super::view::{Role, View};

/// How a file comes into the next one.
pub type Relation = Role;

/// One step on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The file that comes in.
    pub from: BString,
    /// In which way.
    pub relation: Relation,
    /// The step that takes it.
    pub step: StepId,
    /// What comes out.
    pub to: BString,
    /// The line of a fragment that asked for the step.
    pub origin: Option<Origin>,
}

impl View<'_> {
    /// The shortest way from `path` to each image that it is in. Images that only lie on the way to
    /// others are left out. Ways through files that only have to be there first count where there
    /// is no other.
    pub fn chains(&self, path: &BStr) -> Vec<Vec<Link>> {
        let chains = self.chains_by(path, false);
        if chains.is_empty() { self.chains_by(path, true) } else { chains }
    }

    /// How many needed steps take a file in.
    pub fn readers(&self, path: &BStr) -> usize {
        self.steps().filter(|&step| self.reads(step).any(|read| read == path)).count()
    }

    fn chains_by(&self, path: &BStr, waiting: bool) -> Vec<Vec<Link>> {
        let came_from = self.search(path, waiting);
        let goals = self.goals.iter().map(|&goal| self.graph.path(goal));
        let chains: Vec<Vec<Link>> = goals
            .filter(|goal| *goal != path)
            .filter_map(|goal| self.way(&came_from, goal))
            .collect();
        let on_the_way = |goal: &BStr| {
            let others =
                chains.iter().filter(|chain| chain.last().is_some_and(|end| end.to != goal));
            others.flatten().any(|link| link.to == goal)
        };
        let ends = chains
            .iter()
            .filter(|chain| chain.last().is_some_and(|end| !on_the_way(end.to.as_bstr())));
        ends.cloned().collect()
    }

    /// Per file that `path` comes into: the step that makes it and what that takes in for it.
    fn search<'s>(
        &'s self,
        path: &'s BStr,
        waiting: bool,
    ) -> HashMap<&'s BStr, (StepId, &'s BStr, Role)> {
        let mut takers: HashMap<&BStr, Vec<(StepId, Role)>> = HashMap::new();
        for step in self.steps() {
            for (need, role) in self.needs(step) {
                if waiting || role != Role::OrderOnly {
                    takers.entry(need).or_default().push((step, role));
                }
            }
        }
        let mut came_from = HashMap::new();
        let mut queue = VecDeque::from([path]);
        while let Some(from) = queue.pop_front() {
            for &(step, role) in takers.get(from).into_iter().flatten() {
                for to in self.outputs(step) {
                    if to != path && !came_from.contains_key(to) {
                        came_from.insert(to, (step, from, role));
                        queue.push_back(to);
                    }
                }
            }
        }
        came_from
    }

    fn way(
        &self,
        came_from: &HashMap<&BStr, (StepId, &BStr, Role)>,
        goal: &BStr,
    ) -> Option<Vec<Link>> {
        let mut way = Vec::new();
        let mut to = goal;
        while let Some(&(step, from, relation)) = came_from.get(to) {
            let origin = self.graph.step(step).origin();
            way.push(Link { from: from.to_owned(), relation, step, to: to.to_owned(), origin });
            to = from;
        }
        way.reverse();
        (!way.is_empty()).then_some(way)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::History;
    use rules::graph::{Graph, Step};
    use std::path::Path;

    fn step(graph: &mut Graph, inputs: &[&str], order_only: &[&str], output: &str) {
        let step = Step {
            label: output.to_owned(),
            inputs: inputs.iter().map(|path| graph.file(path)).collect(),
            order_only: order_only.iter().map(|path| graph.file(path)).collect(),
            outputs: vec![graph.file(output)],
            ..Step::default()
        };
        graph.add(step).unwrap();
    }

    fn ways(graph: &Graph, goals: &[&str], from: &str) -> Vec<String> {
        let goals: Vec<_> = goals.iter().map(|goal| graph.find(goal).unwrap()).collect();
        let history = History::default();
        let view = View::new(graph, &goals, &[], Path::new("/build"), &history);
        let chains = view.chains(from.into());
        let text = |chain: Vec<Link>| {
            chain.iter().map(|link| link.to.to_string()).collect::<Vec<_>>().join(" ")
        };
        chains.into_iter().map(text).collect()
    }

    #[test]
    fn the_shortest_way_to_each_image_and_none_to_what_lies_between() {
        let mut graph = Graph::new();
        step(&mut graph, &["a.c"], &["made.h"], "a.o");
        step(&mut graph, &["a.o"], &[], "long.o");
        step(&mut graph, &["long.o", "a.o"], &[], "one.dbg");
        step(&mut graph, &["one.dbg"], &[], "one");
        step(&mut graph, &["a.o"], &[], "two");
        step(&mut graph, &["x.in"], &[], "made.h");
        step(&mut graph, &["a.c"], &[], "idle.o");
        let goals = ["one.dbg", "one", "two"];
        assert_eq!(ways(&graph, &goals, "a.c"), ["a.o one.dbg one", "a.o two"]);
        // Nothing is known to read the header; it is made because it has to be there.
        assert_eq!(ways(&graph, &["two"], "x.in"), ["made.h a.o two"]);
        assert_eq!(ways(&graph, &["two"], "long.o"), [""; 0]);
    }
}
