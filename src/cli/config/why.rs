//! Puts explanations of values into words, or JSON. Knows no reasons of its own.

use std::fmt::Write;

use bstr::ByteSlice;
use kconfig::explain::{
    Cause, Change, Choosing, DefaultCause, Definition, Explanation, Lines, Obstacle, Part,
    PartOrigin, Reverse, explain,
};
use kconfig::model::SymbolId;
use kconfig::{SetError, Tristate};
use serde_json::{Value, json};

use super::super::arguments::Why;
use super::super::{Outcome, report};
use super::{Subject, text};
use crate::project::ProjectError;
use crate::surroundings::Surroundings;

/// How many of a kind are listed before the rest is only counted.
const LISTED: usize = 20;

/// `ukbuild config why OPTION`
pub(super) fn main(request: &Why, surroundings: &Surroundings) -> Outcome {
    let subject = Subject::load(&request.tree, surroundings)?;
    let symbol = subject.config.find_option(&request.option);
    let symbol = symbol.map_err(|error: SetError| report::project(ProjectError::Set(error)))?;
    let lines = match &subject.settings {
        Some((_, text)) => Lines::of(subject.config.model(), text),
        None => Lines::default(),
    };
    let explanation = explain(&subject.config, symbol, &lines);
    if request.tree.json {
        say_line!("{}", as_json(&subject, &explanation));
        return Ok(0);
    }
    let mut writer = Writer { subject: &subject, out: String::new() };
    writer.explanation(&explanation);
    say!("{}", writer.out);
    Ok(0)
}

/// Text that is being put together.
struct Writer<'a> {
    subject: &'a Subject,
    out: String,
}

impl Writer<'_> {
    /// A line, as deep as its thought.
    fn line(&mut self, depth: usize, words: &str) {
        let (indent, bullet) = if depth == 0 { (0, "") } else { (depth * 4 - 2, "- ") };
        // Writing to a string does not fail.
        let _ = writeln!(self.out, "{:indent$}{bullet}{words}", "");
    }

    fn explanation(&mut self, all: &Explanation) {
        let subject = self.subject;
        let name = subject.name(all.symbol);
        self.line(0, &format!("{name} is {}.", subject.value(all.symbol, all.value.as_bstr())));
        for definition in &all.definitions {
            let kind = all.kind.name();
            let place = subject.place(definition.place);
            match &definition.prompt {
                Some(prompt) => self.line(0, &format!("{kind} \"{prompt}\", defined at {place}")),
                None => self.line(0, &format!("{kind} without a prompt, defined at {place}")),
            }
        }
        self.line(0, "\nWhy it has this value:");
        self.causes(&all.causes, all.symbol, 1);
        if let Some((value, causes)) = &all.otherwise {
            let value = subject.value(all.symbol, value.as_bstr());
            self.line(0, &format!("\nWithout that setting it would be {value}:"));
            self.causes(causes, all.symbol, 1);
        }
        if let Some(line) = all.ignored {
            let place = self.setting(Some(line));
            self.line(0, &format!("\nThe setting in {place} has no effect: it cannot be set now."));
        }
        self.line(0, "\nWhat it depends on:");
        for definition in &all.definitions {
            self.definition(definition, all.definitions.len() > 1);
        }
        self.line(0, "\nOther values:");
        for change in &all.changes {
            self.change(change, all);
        }
    }

    fn causes(&mut self, causes: &[Cause], symbol: SymbolId, depth: usize) {
        for cause in causes.iter().take(LISTED) {
            self.cause(cause, symbol, depth);
        }
        self.rest(causes.len(), depth);
    }

    /// How many more there are than are listed.
    fn rest(&mut self, count: usize, depth: usize) {
        if count > LISTED {
            self.line(depth, &format!("and {} more", count - LISTED));
        }
    }

    /// The place of a setting.
    fn setting(&self, line: Option<u32>) -> String {
        match (&self.subject.settings, line) {
            (Some((path, _)), Some(line)) => format!("{}:{line}", self.subject.path(path)),
            _ => "the settings".to_owned(),
        }
    }

    fn cause(&mut self, cause: &Cause, symbol: SymbolId, depth: usize) {
        let subject = self.subject;
        match cause {
            Cause::User { line, limited } => {
                let place = self.setting(*line);
                self.line(
                    depth,
                    &match limited {
                        Some(limit) => format!(
                            "it is set to more in {place}, but its dependencies limit it to {}",
                            limit.letter()
                        ),
                        None => format!("it is set in {place}"),
                    },
                );
            }
            Cause::Selected(reverse) => self.reverse("selects", reverse, depth),
            Cause::Implied(reverse) => self.reverse("implies", reverse, depth),
            Cause::Default(default) => self.default(default, depth),
            Cause::Clamped { place, low, high, from } => {
                let from = subject.value(symbol, from.as_bstr());
                let place = subject.place(*place);
                let words = format!(
                    "its range is {low} to {high} ({place}), which moves {from} to the nearest limit"
                );
                self.line(depth, &words);
            }
            Cause::Member { choice, place, member, how } => {
                let (choice, place) = (subject.name(*choice), subject.place(*place));
                let chosen = if *member == symbol {
                    "this member is set".to_owned()
                } else {
                    format!("{} is set, and only one can be", subject.name(*member))
                };
                self.line(depth, &format!("it belongs to {choice} ({place}), where {chosen}"));
                self.line(
                    depth,
                    &match how {
                        Choosing::User(line) => format!("that is set in {}", self.setting(*line)),
                        Choosing::Default(place) => {
                            format!("that is the choice's default ({})", subject.place(*place))
                        }
                        Choosing::First => "that is the first member that can be set".to_owned(),
                    },
                );
            }
            Cause::Nothing => self.line(depth, "nothing gives it a value"),
        }
    }

    fn default(&mut self, default: &DefaultCause, depth: usize) {
        let which = match default.count {
            1 => "its default".to_owned(),
            count => format!("default {} of {count}", default.number),
        };
        let place = self.subject.place(default.place);
        let when = condition(default.condition.as_ref());
        self.line(depth, &format!("{which} is {}{when} ({place})", default.text));
        for (name, value) in &default.environment {
            self.line(
                depth + 1,
                &match value {
                    Some(value) => format!("with {name}={value} from the environment"),
                    None => format!("with {name} missing from the environment"),
                },
            );
        }
    }

    fn reverse(&mut self, verb: &str, reverse: &Reverse, depth: usize) {
        self.reverse_alone(verb, reverse, depth);
        let by = self.subject.name(reverse.by);
        for cause in reverse.because.iter().take(LISTED) {
            match cause {
                Cause::Nothing => {}
                Cause::Selected(_) | Cause::Implied(_) => self.cause(cause, reverse.by, depth + 1),
                _ => {
                    self.line(depth + 1, &format!("why {by} is {}:", reverse.by_value));
                    self.cause(cause, reverse.by, depth + 2);
                }
            }
        }
    }

    /// Without the reasons for it, which stand elsewhere.
    fn reverse_alone(&mut self, verb: &str, reverse: &Reverse, depth: usize) {
        let by = self.subject.name(reverse.by);
        let place = self.subject.place(reverse.place);
        let when = condition(reverse.condition.as_ref());
        self.line(depth, &format!("{by} [={}] {verb} it ({place}){when}", reverse.by_value));
    }

    fn definition(&mut self, definition: &Definition, several: bool) {
        let mut depth = 1;
        if several {
            self.line(1, &format!("as defined at {}:", self.subject.place(definition.place)));
            depth = 2;
        }
        if definition.parts.is_empty() {
            self.line(depth, "nothing");
        }
        for part in &definition.parts {
            self.part(part, depth);
        }
    }

    fn part(&mut self, part: &Part, depth: usize) {
        let state = match part.value {
            Tristate::Yes => "holds",
            Tristate::Module => "holds as far as m",
            Tristate::No => "does not hold",
        };
        let origin = match &part.origin {
            PartOrigin::Depends => String::new(),
            PartOrigin::Prompt => " (only for its prompt)".to_owned(),
            PartOrigin::VisibleIf { title, place } => {
                format!(" (visible if, menu \"{title}\", {})", self.subject.place(*place))
            }
        };
        let text = match part.choice {
            Some(choice) => self.subject.name(choice),
            None => part.text.to_string(),
        };
        self.line(depth, &format!("{text}: {state}{origin}"));
    }

    fn change(&mut self, change: &Change, all: &Explanation) {
        let value = match (&change.value, &all.limits) {
            (Some(value), _) => value.to_string(),
            (None, Some(limits)) => {
                let place = self.subject.place(limits.place);
                format!("any from {} to {} ({place})", limits.low, limits.high)
            }
            (None, None) => "any".to_owned(),
        };
        if change.obstacles.is_empty() {
            return self.line(1, &format!("{value}: can be set"));
        }
        self.line(1, &format!("{value}: cannot be set"));
        for obstacle in &change.obstacles {
            self.obstacle(obstacle);
        }
    }

    fn obstacle(&mut self, obstacle: &Obstacle) {
        match obstacle {
            Obstacle::NoPrompt => {
                self.line(2, "it has no prompt: only other options give it a value");
            }
            Obstacle::Unmet(prompts) => {
                for parts in prompts {
                    self.line(2, "its prompt needs what does not hold:");
                    parts.iter().for_each(|part| self.part(part, 3));
                }
            }
            Obstacle::Selected(all) => {
                all.iter().take(LISTED).for_each(|one| self.reverse_alone("selects", one, 2));
                self.rest(all.len(), 2);
            }
            Obstacle::Implied(all) => {
                all.iter().take(LISTED).for_each(|one| self.reverse_alone("implies", one, 2));
                self.rest(all.len(), 2);
            }
            Obstacle::NoModules => self.line(2, "modules are not possible in this configuration"),
            Obstacle::Member { choice, others } => {
                let (choice, others) = (self.subject.name(*choice), self.subject.names(others));
                self.line(2, &format!("{choice} has one member set; set another one: {others}"));
            }
        }
    }
}

/// ` if CONDITION`, where there is one.
fn condition(part: Option<&Part>) -> String {
    part.map_or(String::new(), |part| format!(" if {}", part.text))
}

// JSON.

fn as_json(subject: &Subject, all: &Explanation) -> Value {
    let definitions: Vec<Value> = (all.definitions.iter())
        .map(|one| {
            json!({
                "place": subject.place(one.place),
                "prompt": one.prompt.as_ref().map(text),
                "depends": parts_json(subject, &one.parts),
            })
        })
        .collect();
    let changes: Vec<Value> = (all.changes.iter())
        .map(|one| {
            let obstacles = one.obstacles.iter().map(|one| obstacle_json(subject, one));
            json!({
                "value": one.value.as_ref().map(text),
                "obstacles": obstacles.collect::<Vec<_>>(),
            })
        })
        .collect();
    let limits = all.limits.as_ref().map(|limits| {
        json!({
            "place": subject.place(limits.place),
            "low": text(&limits.low),
            "high": text(&limits.high),
        })
    });
    json!({
        "option": subject.name(all.symbol),
        "type": all.kind.name(),
        "value": text(&all.value),
        "causes": causes_json(subject, &all.causes),
        "otherwise": all.otherwise.as_ref().map(|(value, causes)| {
            json!({ "value": text(value), "causes": causes_json(subject, causes) })
        }),
        "ignored_line": all.ignored,
        "definitions": definitions,
        "range": limits,
        "changes": changes,
    })
}

fn causes_json(subject: &Subject, causes: &[Cause]) -> Value {
    causes.iter().map(|cause| cause_json(subject, cause)).collect()
}

fn cause_json(subject: &Subject, cause: &Cause) -> Value {
    match cause {
        Cause::User { line, limited } => json!({
            "cause": "user",
            "line": line,
            "limited": limited.map(|limit| limit.letter().to_string()),
        }),
        Cause::Selected(reverse) => reverse_json(subject, "select", reverse),
        Cause::Implied(reverse) => reverse_json(subject, "imply", reverse),
        Cause::Default(default) => json!({
            "cause": "default",
            "place": subject.place(default.place),
            "text": text(&default.text),
            "condition": default.condition.as_ref().map(|part| text(&part.text)),
            "number": default.number,
            "count": default.count,
            "environment": default.environment.iter().map(|(name, value)| {
                json!({ "name": text(name), "value": value.as_ref().map(text) })
            }).collect::<Vec<_>>(),
        }),
        Cause::Clamped { place, low, high, from } => json!({
            "cause": "range",
            "place": subject.place(*place),
            "low": text(low),
            "high": text(high),
            "from": text(from),
        }),
        Cause::Member { choice, place, member, how } => json!({
            "cause": "choice",
            "choice": subject.name(*choice),
            "place": subject.place(*place),
            "member": subject.name(*member),
            "by": match how {
                Choosing::User(_) => "user",
                Choosing::Default(_) => "default",
                Choosing::First => "first",
            },
        }),
        Cause::Nothing => json!({ "cause": "nothing" }),
    }
}

fn reverse_json(subject: &Subject, cause: &str, reverse: &Reverse) -> Value {
    json!({
        "cause": cause,
        "by": subject.name(reverse.by),
        "place": subject.place(reverse.place),
        "condition": reverse.condition.as_ref().map(|part| text(&part.text)),
        "because": causes_json(subject, &reverse.because),
    })
}

fn parts_json(subject: &Subject, parts: &[Part]) -> Value {
    let part = |part: &Part| {
        let visible = match &part.origin {
            PartOrigin::VisibleIf { place, .. } => Some(subject.place(*place)),
            _ => None,
        };
        json!({
            "text": text(&part.text),
            "value": part.value.letter().to_string(),
            "visible_if": visible,
        })
    };
    parts.iter().map(part).collect()
}

fn obstacle_json(subject: &Subject, obstacle: &Obstacle) -> Value {
    let reverses = |kind: &str, all: &[Reverse]| -> Value {
        all.iter().map(|one| reverse_json(subject, kind, one)).collect()
    };
    match obstacle {
        Obstacle::NoPrompt => json!({ "obstacle": "no prompt" }),
        Obstacle::Unmet(prompts) => {
            let prompts = prompts.iter().map(|parts| parts_json(subject, parts));
            json!({ "obstacle": "unmet", "prompts": prompts.collect::<Vec<_>>() })
        }
        Obstacle::Selected(all) => {
            json!({ "obstacle": "selected", "by": reverses("select", all) })
        }
        Obstacle::Implied(all) => json!({ "obstacle": "implied", "by": reverses("imply", all) }),
        Obstacle::NoModules => json!({ "obstacle": "no modules" }),
        Obstacle::Member { choice, others } => {
            let others: Vec<String> = others.iter().map(|&other| subject.name(other)).collect();
            json!({ "obstacle": "choice", "choice": subject.name(*choice), "others": others })
        }
    }
}
