//! A graph as text for other programs: Graphviz's dot, and JSON. Knows both formats; knows no
//! questions.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use bstr::{BStr, ByteSlice};
use rules::graph::StepId;
use serde_json::{Value, json};

use super::command::shell_line;
use super::names::Thing;
use super::query::origin;
use super::view::{Role, View};

impl View<'_> {
    /// The needed steps that `things` are made by, directly or not; all of them where nothing is
    /// named.
    fn part(&self, things: &[Thing]) -> Vec<StepId> {
        if things.is_empty() {
            return self.steps().collect();
        }
        let of = |thing: &Thing| -> Vec<StepId> {
            match thing {
                Thing::Library(name) => self.steps_of(name.as_bstr()).collect(),
                Thing::File(path) => self.maker(path.as_bstr()).into_iter().collect(),
            }
        };
        let within = self.closure(things.iter().flat_map(of).collect());
        self.steps().filter(|step| within[step.index()]).collect()
    }
}

/// The part of the graph that makes `things`, or all of it, in Graphviz's language: a box a step,
/// libraries as clusters; with `sources` the files that no step makes too.
pub fn dot(view: &View<'_>, things: &[Thing], sources: bool) -> String {
    let steps = view.part(things);
    let mut out = String::from("digraph build {\n\trankdir = LR;\n\tnode [shape = box];\n");
    let mut clusters: BTreeMap<Option<&BStr>, Vec<StepId>> = BTreeMap::new();
    let numbers: HashMap<StepId, usize> = steps.iter().copied().zip(0..).collect();
    for &step in &steps {
        clusters.entry(view.library_of(step)).or_default().push(step);
    }
    // Writing to a string does not fail.
    for (library, steps) in &clusters {
        let indent = if library.is_some() { "\t\t" } else { "\t" };
        if let Some(library) = library {
            let name = quoted(library);
            let _ = writeln!(
                out,
                "\tsubgraph {} {{\n\t\tlabel = {name};",
                quoted(&[b"cluster_", library.as_bytes()].concat())
            );
        }
        for &step in steps {
            let _ = writeln!(out, "{indent}s{} [label = {}];", numbers[&step], title(view, step));
        }
        if library.is_some() {
            out.push_str("\t}\n");
        }
    }
    // In the order of their first use, which does not depend on where folders lie.
    let mut files: Vec<&BStr> = Vec::new();
    let mut seen: HashSet<&BStr> = HashSet::new();
    for &step in &steps {
        let mut before: BTreeMap<StepId, bool> = BTreeMap::new();
        for (path, role) in view.needs(step) {
            match view.maker(path) {
                Some(maker) if maker == step => {}
                Some(maker) => *before.entry(maker).or_default() |= role != Role::OrderOnly,
                None if sources => {
                    if seen.insert(path) {
                        files.push(path);
                    }
                    let _ = writeln!(out, "\t{} -> s{};", quoted(path), numbers[&step]);
                }
                None => {}
            }
        }
        for (maker, read) in before {
            let style = if read { "" } else { " [style = dashed]" };
            let _ = writeln!(out, "\ts{} -> s{}{style};", numbers[&maker], numbers[&step]);
        }
    }
    for file in files {
        let _ = writeln!(out, "\t{} [shape = plain];", quoted(file));
    }
    out.push_str("}\n");
    out
}

fn title(view: &View<'_>, step: StepId) -> String {
    let described = view.graph.step(step);
    match view.is_group(step) {
        true => {
            let name = view.outputs(step).next().unwrap_or_default();
            format!("{}, shape = ellipse", quoted(name))
        }
        false => quoted(format!("{} {}", described.tag(), described.label()).as_bytes()),
    }
}

/// A string of the dot language. A backslash is only special there before what it escapes.
fn quoted(text: &[u8]) -> String {
    let text = text.to_str_lossy();
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}

/// The same part as JSON: goals, libraries, and each step with all that is known of it.
pub fn json(view: &View<'_>, things: &[Thing]) -> Value {
    let text = |path: &BStr| path.to_str_lossy().into_owned();
    let step = |id: StepId| {
        let step = view.graph.step(id);
        let needs = view.needs(id);
        let of = |wanted: Role| -> Vec<String> {
            let needs = needs.iter().filter(|(_, role)| *role == wanted);
            needs.map(|(path, _)| text(path)).collect()
        };
        let commands: Vec<String> = step
            .commands()
            .iter()
            .map(|command| shell_line(view.graph, step, command).to_str_lossy().into_owned())
            .collect();
        json!({
            "id": id.index(),
            "tag": step.tag(),
            "label": step.label(),
            "library": view.library_of(id).map(text),
            "inputs": of(Role::Input),
            "found": of(Role::Found),
            "order_only": of(Role::OrderOnly),
            "outputs": view.outputs(id).map(text).collect::<Vec<_>>(),
            "commands": commands,
            "origin": step.origin().as_ref().map(origin),
            "seconds": view.history.last_run(id).map(|run| run.duration.as_secs_f64()),
        })
    };
    let steps: Vec<Value> = view.part(things).into_iter().map(step).collect();
    let goals: Vec<String> = view.goals.iter().map(|&goal| text(view.graph.path(goal))).collect();
    let libraries: Vec<String> = view.libraries.iter().map(|name| text(name.as_bstr())).collect();
    json!({"goals": goals, "libraries": libraries, "steps": steps})
}
