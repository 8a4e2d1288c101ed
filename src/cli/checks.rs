//! Fragments, checked once what they describe has been built: when, and how mistakes are shown. Knows
//! not what is checked.

use std::path::{Path, PathBuf};

use bstr::ByteSlice;
use rules::graph::{Graph, StepId};

use super::report;
use super::together::Part;
use crate::checks::{Problem, Scope, problems};
use crate::project::{App, Needs};

/// So many mistakes are told of at once.
const SHOWN: usize = 10;

/// Checks the parts of a build whose configuration asks for it. What was fine is looked at again when
/// something was built, or options ask for other things.
pub(super) fn check(app: &App, graph: &Graph, parts: &[Part], is_new: bool) -> miette::Result<()> {
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let Some(needs) = &part.needs else { continue };
        let (stamp, options) = (stamp(app, part), digest(needs));
        if !is_new && std::fs::read_to_string(&stamp).is_ok_and(|fine| fine == options) {
            continue;
        }
        let steps: Vec<StepId> = graph.step_ids().filter(|&id| graph.part_of(id) == at).collect();
        let scope = Scope { graph, steps: &steps, core: &part.roots.core, needs };
        let wrong = problems(scope);
        // Without it, the next build looks again.
        let _ = match wrong.is_empty() {
            true => std::fs::write(&stamp, options),
            false => std::fs::remove_file(&stamp),
        };
        for problem in wrong {
            if !found.contains(&problem) {
                found.push(problem);
            }
        }
    }
    let count = found.len();
    let mut reports = found.iter().take(SHOWN).map(shown);
    let Some(last) = reports.next() else { return Ok(()) };
    for other in reports {
        report::show(&other);
    }
    match count {
        0..=SHOWN => Err(last),
        count => {
            Err(last.wrap_err(format!("{count} mistakes in fragments, of which {SHOWN} are shown")))
        }
    }
}

/// What says that all was well with a part when something was built last, and with which options.
fn stamp(app: &App, part: &Part) -> PathBuf {
    let scope = part.scope.replace("/", "_");
    app.build().join(".ukbuild").join(format!("checked.{}", scope.to_str_lossy()))
}

/// What options ask for, for comparison.
fn digest(needs: &Needs) -> String {
    // Texts in maps always have this form.
    let bytes = postcard::to_stdvec(needs).unwrap_or_default();
    blake3::hash(&bytes).to_hex().to_string()
}

fn shown(problem: &Problem) -> miette::Report {
    match problem {
        Problem::Undefined { library, name, file, line } => {
            let message = format!("{library} exports {name}, which nothing in it defines");
            let help = "correct the name, or take the line out";
            report::at(&message, file, *line, name, "exported here", help)
        }
        Problem::Undeclared { library, name, other, options, place } => {
            let message =
                format!("{library} uses {name} of {other}, which its options do not ask for");
            let option = other.to_str_lossy().to_ascii_uppercase().replace('-', "_");
            let help =
                format!("add `select {option}` or `depends on {option}` in {}", options.display());
            match place {
                Some((file, line)) => report::at(&message, file, *line, name, "used here", &help),
                None => report::at(&message, options, first_option(options), "", "", &help),
            }
        }
    }
}

/// The line of the first option in a file.
fn first_option(file: &Path) -> u32 {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let is_option = |line: &str| {
        line.trim_start().starts_with("config ") || line.trim_start().starts_with("menuconfig ")
    };
    (1..).zip(text.lines()).find(|(_, line)| is_option(line)).map_or(1, |(number, _)| number)
}
