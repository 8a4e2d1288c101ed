//! Steps of different parts of a graph that do the same, but for the folders: one may save the others.
//! Knows commands and folders; knows neither what files hold nor what runs.

use std::collections::HashMap;

use rules::graph::{Graph, StepId};

use super::digest::Digest;
use super::sure::is_sure;
use super::{Settings, recipe};

/// Per step: the number of those that are alike.
#[derive(Default)]
pub(super) struct Twins(Vec<Option<u32>>);

impl Twins {
    /// Finds those of `steps` that are alike.
    pub(super) fn find(
        graph: &Graph,
        settings: &Settings,
        steps: impl Iterator<Item = StepId>,
    ) -> Twins {
        if graph.parts() == 1 {
            return Twins::default();
        }
        let mut alike: HashMap<Digest, Vec<StepId>> = HashMap::new();
        for id in steps.filter(|&id| is_sure(graph, graph.step(id))) {
            let Some(cache) = settings.cache_of(graph.part_of(id)) else { continue };
            let text = recipe::text_in(graph, graph.step(id), &settings.folder);
            alike.entry(cache.sort(&text)).or_default().push(id);
        }
        let mut twins = vec![None; graph.steps().len()];
        let groups = alike.into_values().filter(|group| group.len() > 1);
        for (number, group) in (0..).zip(groups) {
            group.iter().for_each(|id| twins[id.index()] = Some(number));
        }
        Twins(twins)
    }

    /// What a step has in common with its twins; none when it has no twin.
    pub(super) fn of(&self, id: StepId) -> Option<u32> {
        self.0.get(id.index()).copied().flatten()
    }
}
