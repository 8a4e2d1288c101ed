//! `ukbuild query`: lists out of the graph, a line each or as JSON.

use std::io::Write;

use serde_json::Value;

use super::Outcome;
use super::arguments::{List, Names, Query};
use super::subject::Subject;
use crate::inspect::{Answer, Thing, View};
use crate::surroundings::Surroundings;

/// `ukbuild query LIST [NAME...]`
pub(super) fn main(request: &Query, surroundings: &Surroundings) -> Outcome {
    match &request.list {
        List::Inputs(names) => {
            answer(names, surroundings, |view, things| view.query_inputs(things))
        }
        List::Outputs(names) => {
            answer(names, surroundings, |view, things| view.query_outputs(things))
        }
        List::Commands(names) => {
            answer(names, surroundings, |view, things| view.query_commands(things))
        }
        List::Libs(names) => {
            answer(names, surroundings, |view, things| view.query_libraries(things))
        }
        List::Sources(names) => {
            answer(names, surroundings, |view, things| view.query_sources(things))
        }
    }
}

fn answer<A: Answer>(
    names: &Names,
    surroundings: &Surroundings,
    ask: fn(&View<'_>, &[Thing]) -> Vec<A>,
) -> Outcome {
    let subject = Subject::load(&names.which, surroundings)?;
    let view = subject.view();
    let things = subject.things(&view, &names.names)?;
    let answers = ask(&view, &things);
    if names.json {
        let values: Vec<Value> = answers.iter().map(Answer::value).collect();
        say_line!("{:#}", Value::from(values));
        return Ok(0);
    }
    let mut text = Vec::new();
    for answer in &answers {
        // Bytes as they are: paths need not be text.
        let line = answer.line();
        let line = line.as_ref();
        text.extend_from_slice(if answer.is_path() { subject.shown(line) } else { line });
        text.push(b'\n');
    }
    // A reader that went away wants no more.
    let _ = std::io::stdout().write_all(&text);
    Ok(0)
}
