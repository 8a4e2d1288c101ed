//! Builds in the trace format that Chrome, Perfetto and Speedscope read: one process a build, one
//! lane a job slot. Knows the format; measures nothing.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rules::graph::Graph;
use serde_json::{Value, json};

use super::timeline::Timeline;

/// The lane of what is no step.
const OWN_LANE: usize = 0;

/// A trace that grows by one build after the other.
#[derive(Debug)]
pub struct Trace {
    began: Instant,
    builds: usize,
    events: Vec<Value>,
}

impl Trace {
    /// A trace that begins now.
    pub fn new() -> Trace {
        Trace { began: Instant::now(), builds: 0, events: Vec::new() }
    }

    /// Adds a build of `graph`, under a name. What came before the timeline, since `described`, was
    /// finding out what to build.
    pub fn add(&mut self, name: &str, graph: &Graph, described: Instant, timeline: &Timeline) {
        self.builds += 1;
        let process = self.builds;
        let offset = timeline.began().saturating_duration_since(self.began);
        self.name("process_name", process, OWN_LANE, name);
        self.name("thread_name", process, OWN_LANE, "ukbuild");
        let from = described.saturating_duration_since(self.began);
        self.phase(process, "describe", from, offset.saturating_sub(from));
        if let Some(planned) = timeline.planned() {
            self.phase(process, "plan", offset, planned);
        }
        let spans = timeline.spans();
        let slots: BTreeSet<usize> = spans.iter().map(|span| span.slot).collect();
        for slot in slots {
            self.name("thread_name", process, slot + 1, &format!("job {}", slot + 1));
        }
        for span in spans {
            let step = graph.step(span.step);
            let output = step.outputs().first().map(|&output| graph.path(output).to_string());
            self.events.push(json!({
                "name": format!("{} {}", step.tag(), step.label()), "cat": step.tag(), "ph": "X",
                "ts": micros(offset + span.start), "dur": micros(span.duration),
                "pid": process, "tid": span.slot + 1,
                "args": {"reason": span.reason, "output": output, "failure": span.failure},
            }));
        }
    }

    fn phase(&mut self, process: usize, name: &str, start: Duration, duration: Duration) {
        self.events.push(json!({
            "name": name, "cat": "ukbuild", "ph": "X", "ts": micros(start),
            "dur": micros(duration), "pid": process, "tid": OWN_LANE,
        }));
    }

    fn name(&mut self, what: &str, process: usize, lane: usize, name: &str) {
        self.events.push(json!({
            "name": what, "ph": "M", "pid": process, "tid": lane, "args": {"name": name},
        }));
    }

    /// The trace as JSON text.
    pub fn into_text(self) -> String {
        format!("{}\n", json!({"displayTimeUnit": "ms", "traceEvents": self.events}))
    }
}

impl Default for Trace {
    fn default() -> Trace {
        Trace::new()
    }
}

fn micros(duration: Duration) -> u64 {
    duration.as_micros() as u64
}
