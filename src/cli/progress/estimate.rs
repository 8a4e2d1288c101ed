//! How much of a build is done, and how long the rest may take: by what each step took the last
//! time, or else by what its kind takes. Knows durations; knows no clock and no screen.

use std::collections::HashMap;
use std::time::Duration;

use rules::graph::StepId;

/// So much has to have run before it tells anything of the machine.
const KNOWN: Duration = Duration::from_millis(100);

/// Where a build stands.
#[derive(Debug, Default)]
pub(super) struct Estimate {
    /// Steps that may still run: their kind, and what they took the last time.
    left: HashMap<StepId, (String, Option<Duration>)>,
    /// Per kind: how many ran in this build, and how long all together.
    kinds: HashMap<String, (u32, Duration)>,
    /// What the steps that ran took the last time, and now.
    past: Duration,
    present: Duration,
    /// How many there are.
    pub(super) total: usize,
    /// How many are done, or need not run after all.
    pub(super) done: usize,
}

impl Estimate {
    /// A step may run.
    pub(super) fn expect(&mut self, step: StepId, kind: &str, last: Option<Duration>) {
        self.left.insert(step, (kind.to_owned(), last));
        self.total += 1;
    }

    /// A step ran.
    pub(super) fn finish(&mut self, step: StepId, took: Duration) {
        if let Some((kind, last)) = self.left.remove(&step) {
            if let Some(last) = last {
                self.past += last;
                self.present += took;
            }
            let (count, sum) = self.kinds.entry(kind).or_default();
            *count += 1;
            *sum += took;
        }
        self.done += 1;
    }

    /// A step need not run.
    pub(super) fn skip(&mut self, step: StepId) {
        self.left.remove(&step);
        self.done += 1;
    }

    /// How long the rest takes with this many steps at once, when those of `running` have run so
    /// long already. None while nothing is known.
    pub(super) fn remaining(
        &self,
        running: impl Iterator<Item = (StepId, Duration)>,
        at_once: usize,
    ) -> Option<Duration> {
        let (count, sum) = self.all_kinds();
        let anything = (count > 0).then(|| sum / count);
        let pace = self.pace();
        let mut longest = Duration::ZERO;
        let mut work = Duration::ZERO;
        let mut started: HashMap<StepId, Duration> = running.collect();
        for (step, (kind, last)) in &self.left {
            let of_kind = self.kinds.get(kind).map(|&(count, sum)| sum / count);
            let expected = last.map(|last| last.mul_f64(pace)).or(of_kind).or(anything)?;
            let rest = expected.saturating_sub(started.remove(step).unwrap_or_default());
            longest = longest.max(rest);
            work += rest;
        }
        Some(longest.max(work / at_once.max(1) as u32))
    }

    /// How much slower the machine is now than it was the last time.
    fn pace(&self) -> f64 {
        match self.past < KNOWN {
            true => 1.0,
            false => (self.present.as_secs_f64() / self.past.as_secs_f64()).clamp(0.1, 10.0),
        }
    }

    fn all_kinds(&self) -> (u32, Duration) {
        let kinds = self.kinds.values();
        kinds.fold((0, Duration::ZERO), |(count, sum), (more, time)| (count + more, sum + *time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::graph::{Graph, Step};

    fn steps(count: usize) -> Vec<StepId> {
        let mut graph = Graph::new();
        (0..count).map(|_| graph.add(Step::default()).unwrap()).collect()
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn none() -> std::iter::Empty<(StepId, Duration)> {
        std::iter::empty()
    }

    #[test]
    fn what_steps_took_last_counts_less_what_they_have_run() {
        let steps = steps(3);
        let mut estimate = Estimate::default();
        steps.iter().for_each(|&step| estimate.expect(step, "CC", Some(seconds(4))));
        assert_eq!(estimate.remaining(none(), 1), Some(seconds(12)));
        assert_eq!(estimate.remaining(none(), 2), Some(seconds(6)));
        // Never less than the longest single step.
        assert_eq!(estimate.remaining(none(), 12), Some(seconds(4)));
        let running = [(steps[0], seconds(3))].into_iter();
        assert_eq!(estimate.remaining(running, 1), Some(seconds(9)));
        estimate.skip(steps[0]);
        // Twice as slow as the last time: so will be the rest.
        estimate.finish(steps[1], seconds(8));
        assert_eq!(estimate.remaining(none(), 1), Some(seconds(8)));
        assert_eq!((estimate.done, estimate.total), (2, 3));
    }

    #[test]
    fn a_first_build_learns_from_steps_of_the_same_kind() {
        let steps = steps(4);
        let mut estimate = Estimate::default();
        for (&step, kind) in steps.iter().zip(["CC", "CC", "LD", "CC"]) {
            estimate.expect(step, kind, None);
        }
        assert_eq!(estimate.remaining(none(), 1), None);
        estimate.finish(steps[0], seconds(2));
        // Of links nothing is known yet: they are taken for average.
        assert_eq!(estimate.remaining(none(), 1), Some(seconds(6)));
        estimate.finish(steps[2], seconds(6));
        assert_eq!(estimate.remaining(none(), 1), Some(seconds(4)));
    }
}
