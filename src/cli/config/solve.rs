//! Puts what a search for changes found into words, or JSON, and writes it where asked to.

use bstr::ByteSlice;
use kconfig::Tristate;
use kconfig::solve::{
    Blocker, Bound, Bounds, Change, Conflict, Obstruction, Outcome as Found, Reason, Role,
    Solution, solve,
};
use serde_json::{Value, json};

use super::super::arguments::Solve;
use super::super::{Outcome, report};
use super::{Subject, text};
use crate::project::ProjectError;
use crate::surroundings::Surroundings;

/// How many options that follow are named.
const LISTED: usize = 20;

/// `ukbuild config solve OPTION=VALUE...`
pub(super) fn main(request: &Solve, surroundings: &Surroundings) -> Outcome {
    let mut wishes = Vec::new();
    for wish in &request.wishes {
        match wish.split_once('=') {
            Some(wish) => wishes.push(wish),
            None => {
                return Err(miette::miette!(
                    help = format!("write it as {wish}=y, {wish}=n, or with another value"),
                    "`{wish}` gives no value"
                ));
            }
        }
    }
    let subject = Subject::load(&request.tree, surroundings)?;
    let found = solve(&subject.config, wishes.iter().copied(), Bounds::default());
    let found = found.map_err(|error| report::project(ProjectError::Set(error)))?;
    let written = match &found {
        Found::Solved(solution) if request.apply => {
            Some(subject.write(&mut solution.config.clone())?)
        }
        _ => None,
    };
    if request.tree.json {
        say_line!("{}", as_json(&subject, &found, written));
    } else {
        match &found {
            Found::Solved(solution) => show_solution(&subject, solution, written),
            Found::Impossible(conflict) => show_conflict(&subject, conflict),
            Found::GivenUp { steps, excluded } => say_line!(
                "No solution was found among {steps} configurations. There may be one; it takes \
                 more than {excluded} other changes."
            ),
        }
    }
    Ok(u8::from(!matches!(found, Found::Solved(_))))
}

fn show_solution(subject: &Subject, found: &Solution, written: Option<bool>) {
    if found.wishes.is_empty() && found.changes.is_empty() {
        say_line!("Nothing has to change: it is so already.");
    }
    for wish in &found.wishes {
        say_line!("{}={}  as wished; it is {}", wish.name, wish.to, from(subject, wish));
    }
    for change in &found.changes {
        let why = change.reason.map_or(String::new(), |reason| reason_words(subject, reason));
        say_line!("{}={}  {why}; it is {}", change.name, change.to, from(subject, change));
    }
    if !found.effects.is_empty() {
        say_line!("\nWhat follows from that:");
        for effect in found.effects.iter().take(LISTED) {
            let (name, from) = (&effect.name, from(subject, effect));
            let now = match effect.to.is_empty() {
                true => "has no value any more".to_owned(),
                false => format!("becomes {}", subject.value(effect.symbol, effect.to.as_bstr())),
            };
            say_line!("  - {name} {now}, it is {from}");
        }
        if found.effects.len() > LISTED {
            say_line!("  - and {} more options change", found.effects.len() - LISTED);
        }
    }
    let target = subject.path(&subject.target);
    match written {
        Some(true) => say_line!("\nwrote {target}"),
        Some(false) => say_line!("\n{target} is as it was"),
        None if found.wishes.is_empty() && found.changes.is_empty() => {}
        None => say_line!("\nNothing was written; --apply writes it to {target}."),
    }
}

fn from(subject: &Subject, change: &Change) -> String {
    format!("{} now", subject.value(change.symbol, change.from.as_bstr()))
}

fn reason_words(subject: &Subject, reason: Reason) -> String {
    let of = subject.name(reason.of);
    match reason.role {
        Role::Dependency => format!("because {of} depends on it"),
        Role::Selector => format!("because it selects {of}"),
        Role::Implier => format!("because it implies {of}"),
        Role::Default => format!("because the default of {of} turns on it"),
        Role::Choice => format!("because only one member of the choice of {of} can be set"),
        Role::Limit => format!("because the range of {of} turns on it"),
        Role::Modules => format!("because {of} is to be m"),
    }
}

fn show_conflict(subject: &Subject, conflict: &Conflict) {
    let wishes: Vec<String> = (conflict.wishes.iter())
        .map(|(symbol, value)| format!("{}={value}", subject.name(*symbol)))
        .collect();
    match &wishes[..] {
        [one] => say_line!("{one} is impossible."),
        several => say_line!("These exclude each other: {}.", several.join(", ")),
    }
    for change in &conflict.after {
        let why = change.reason.map_or(String::new(), |reason| reason_words(subject, reason));
        say_line!("  - {} would have to be {} {why}", change.name, change.to);
    }
    for blocker in &conflict.blockers {
        say_line!("  - {}", blocker_words(subject, blocker));
    }
}

fn blocker_words(subject: &Subject, blocker: &Blocker) -> String {
    let name = subject.name(blocker.symbol);
    let wanted = match blocker.bound {
        Bound::AtLeast(Tristate::Yes) => "cannot become y".to_owned(),
        Bound::AtLeast(_) => "cannot be turned on".to_owned(),
        Bound::AtMost(Tristate::No) => "cannot be turned off".to_owned(),
        Bound::AtMost(most) => format!("cannot become {}", most.letter()),
        Bound::Other => "cannot become what is needed".to_owned(),
    };
    let why = match &blocker.why {
        Obstruction::Constant => return format!("{name} is a constant"),
        Obstruction::OutOfRange { number, low, high } => {
            return format!("{name} cannot become {number}: it goes from {low} to {high}");
        }
        Obstruction::Fixed(value) => format!("it is to be {value}"),
        Obstruction::NoPrompt => "it has no prompt, and nothing else can do it".to_owned(),
        Obstruction::Needs(condition) => format!("it needs {condition}"),
        Obstruction::Member(other) => {
            format!("{} of the same choice is to be set", subject.name(*other))
        }
        Obstruction::Selected => "what selects it cannot be turned off".to_owned(),
        Obstruction::NoValue => "no value of it helps".to_owned(),
    };
    format!("{name} {wanted}: {why}")
}

// JSON.

fn as_json(subject: &Subject, found: &Found, written: Option<bool>) -> Value {
    match found {
        Found::Solved(solution) => json!({
            "outcome": "solved",
            "wishes": changes_json(subject, &solution.wishes),
            "changes": changes_json(subject, &solution.changes),
            "effects": changes_json(subject, &solution.effects),
            "steps": solution.steps,
            "written": written,
        }),
        Found::Impossible(conflict) => json!({
            "outcome": "impossible",
            "wishes": conflict.wishes.iter().map(|(symbol, value)| {
                json!({ "option": subject.name(*symbol), "value": text(value) })
            }).collect::<Vec<_>>(),
            "after": changes_json(subject, &conflict.after),
            "blockers": conflict.blockers.iter().map(|blocker| {
                json!({
                    "option": subject.name(blocker.symbol),
                    "why": blocker_words(subject, blocker),
                })
            }).collect::<Vec<_>>(),
            "steps": conflict.steps,
        }),
        Found::GivenUp { steps, excluded } => {
            json!({ "outcome": "given up", "steps": steps, "excluded": excluded })
        }
    }
}

fn changes_json(subject: &Subject, changes: &[Change]) -> Value {
    let change = |one: &Change| {
        json!({
            "option": text(&one.name),
            "from": text(&one.from),
            "to": text(&one.to),
            "reason": one.reason.map(|reason| reason_words(subject, reason)),
        })
    };
    changes.iter().map(change).collect()
}
