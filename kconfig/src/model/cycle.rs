//! Finds options whose values would depend on themselves, and tells the way round.
//!
//! A depth-first search with a list of its own for the way it came. A choice and its members count
//! as one: they always depend on each other.

use bstr::BString;

use super::Model;
use super::expression::{Expr, ExprId};
use super::menu::MenuKind;
use super::symbol::{Property, PropertyId, PropertyKind, SymbolId};
use crate::environment::Dialect;
use crate::error::{Problem, format_bytes};
use crate::source::Place;

/// All cycles; none in a sound model.
pub(super) fn check(model: &Model) -> Vec<Problem> {
    let mut search = Search {
        model,
        seen: vec![false; model.symbols.len()],
        open: vec![false; model.symbols.len()],
        done: vec![0; model.expressions.len()],
        links: 0,
        path: Vec::new(),
        waiting: Vec::new(),
        expressions: Vec::new(),
        room: Vec::new(),
    };
    let mut problems = Vec::new();
    for &symbol in &model.order {
        problems.extend(search.from(symbol));
    }
    problems
}

/// How one symbol depends on another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    /// A choice and its members.
    Group,
    Depends,
    Selected,
    Implied,
    /// The value of a default.
    Value(PropertyId),
    /// The condition of a property.
    Condition(PropertyId),
}

/// In [`Search::done`]: has nothing but finished symbols.
const DONE: u32 = u32::MAX;

/// A symbol on the way.
struct Step {
    symbol: SymbolId,
    /// Where its part of [`Search::waiting`] begins.
    waiting: usize,
    /// Where its part of [`Search::expressions`] begins.
    expressions: usize,
    /// The link that is being followed.
    link: Link,
    kind: StepKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StepKind {
    /// An option.
    Option,
    /// A member, on the way to its choice.
    Member,
    /// A choice: first itself, then its members.
    Choice,
    /// A choice or member, as a part of the choice.
    Part,
}

struct Search<'a> {
    model: &'a Model,
    /// Symbols that were reached.
    seen: Vec<bool>,
    /// Symbols on the way.
    open: Vec<bool>,
    /// Expressions with nothing but finished symbols ([`DONE`]), and which symbol's links last had
    /// each of the others.
    done: Vec<u32>,
    /// How many symbols' links were collected.
    links: u32,
    path: Vec<Step>,
    /// What the steps of the path still have to look at, in reverse.
    waiting: Vec<(Link, SymbolId)>,
    /// The expressions that are finished with the steps of the path.
    expressions: Vec<ExprId>,
    /// Room for going through expressions.
    room: Vec<ExprId>,
}

impl Search<'_> {
    /// Looks at everything that `symbol` depends on.
    fn from(&mut self, symbol: SymbolId) -> Option<Problem> {
        if let Some(last) = self.visit(symbol) {
            return Some(self.report(last));
        }
        while let Some(step) = self.path.last_mut() {
            if self.waiting.len() == step.waiting {
                self.leave();
                continue;
            }
            let Some((link, next)) = self.waiting.pop() else { break };
            step.link = link;
            if step.kind == StepKind::Choice {
                self.enter_part(next);
            } else if let Some(last) = self.visit(next) {
                return Some(self.report(last));
            }
        }
        None
    }

    /// Reaches a symbol; gives it when it is on the way already.
    fn visit(&mut self, symbol: SymbolId) -> Option<SymbolId> {
        if self.open[symbol.index()] {
            return Some(symbol);
        }
        if self.seen[symbol.index()] {
            return None;
        }
        let known = self.model.symbol(symbol);
        if let Some(choice) = known.choice {
            self.push(symbol, StepKind::Member);
            self.waiting.push((Link::Group, choice));
            return None;
        }
        self.mark(symbol);
        if known.is_choice() {
            for &member in &known.members {
                self.mark(member);
            }
            self.push(symbol, StepKind::Choice);
            let parts = known.members.iter().rev().chain([&symbol]);
            self.waiting.extend(parts.map(|&part| (Link::Group, part)));
        } else {
            self.push(symbol, StepKind::Option);
            self.links(symbol);
        }
        None
    }

    fn enter_part(&mut self, symbol: SymbolId) {
        let choice = self.path.last().map(|step| step.symbol);
        if let Some(choice) = choice
            && choice != symbol
        {
            // The choice itself has been looked at.
            self.open[choice.index()] = false;
        }
        self.push(symbol, StepKind::Part);
        self.links(symbol);
    }

    fn mark(&mut self, symbol: SymbolId) {
        self.seen[symbol.index()] = true;
        self.open[symbol.index()] = true;
    }

    fn push(&mut self, symbol: SymbolId, kind: StepKind) {
        let (waiting, expressions) = (self.waiting.len(), self.expressions.len());
        self.path.push(Step { symbol, waiting, expressions, link: Link::Group, kind });
    }

    fn leave(&mut self) {
        let Some(step) = self.path.pop() else { return };
        for id in self.expressions.drain(step.expressions..) {
            self.done[id.index()] = DONE;
        }
        match step.kind {
            StepKind::Option => self.open[step.symbol.index()] = false,
            StepKind::Choice => {
                self.open[step.symbol.index()] = false;
                for &member in &self.model.symbol(step.symbol).members {
                    self.open[member.index()] = false;
                }
            }
            StepKind::Member | StepKind::Part => {}
        }
    }

    /// Makes the last step wait for what a symbol depends on, last things first, and notes the
    /// expressions in which that stands.
    fn links(&mut self, symbol: SymbolId) {
        let model = self.model;
        let known = model.symbol(symbol);
        let start = self.waiting.len();
        self.links += 1;
        self.collect(Link::Depends, known.depends);
        self.collect(Link::Selected, known.selected_by);
        self.collect(Link::Implied, known.implied_by);
        for id in model.property_ids(symbol) {
            let property = model.property(id);
            match property.kind {
                PropertyKind::Choice | PropertyKind::Select(_) | PropertyKind::Imply(_) => {}
                PropertyKind::Default(value) => {
                    self.collect(Link::Condition(id), property.condition);
                    if !known.is_choice() {
                        self.collect(Link::Value(id), Some(value));
                    }
                }
                _ => self.collect(Link::Condition(id), property.condition),
            }
        }
        self.waiting[start..].reverse();
    }

    fn collect(&mut self, link: Link, expression: Option<ExprId>) {
        self.room.extend(expression);
        while let Some(id) = self.room.pop() {
            let done = &mut self.done[id.index()];
            if *done == DONE || *done == self.links {
                continue;
            }
            *done = self.links;
            self.expressions.push(id);
            match self.model.expressions.get(id) {
                Expr::Symbol(symbol) => self.wait_for(link, symbol),
                Expr::Compare(_, left, right) => {
                    self.wait_for(link, left);
                    self.wait_for(link, right);
                }
                Expr::Not(inner) => self.room.push(inner),
                Expr::And(all) | Expr::Or(all) => {
                    self.room.extend(self.model.expressions.list(all).iter().rev());
                }
            }
        }
    }

    fn wait_for(&mut self, link: Link, symbol: SymbolId) {
        if self.open[symbol.index()] || !self.seen[symbol.index()] {
            self.waiting.push((link, symbol));
        }
    }

    /// Tells how `last` was reached again, and gives up this way.
    fn report(&mut self, last: SymbolId) -> Problem {
        let path = std::mem::take(&mut self.path);
        self.waiting.clear();
        self.expressions.clear();
        for step in &path {
            self.open[step.symbol.index()] = false;
            for &member in &self.model.symbol(step.symbol).members {
                self.open[member.index()] = false;
            }
        }
        let mut way: Vec<(SymbolId, Link)> =
            path.iter().map(|step| (step.symbol, step.link)).collect();
        let mut last = last;
        if let Some(choice) = self.model.symbol(last).choice {
            way.push((last, Link::Group));
            last = choice;
        }
        let start = way.iter().rposition(|&(symbol, _)| symbol == last).unwrap_or(0);
        self.tell(&way[start..], last)
    }

    fn tell(&self, way: &[(SymbolId, Link)], last: SymbolId) -> Problem {
        let names = &self.model.sources;
        let at = |place: Place, text: &[u8]| {
            let line = place.line.to_string();
            format_bytes(&[names.name(place), b":", line.as_bytes(), b":", text, b"\n"])
        };
        let first = way.first().map(|&(symbol, link)| self.place(symbol, link));
        let place = first.unwrap_or(self.model.menus[0].place);
        let mut problem = Problem::new(place, "recursive dependency detected!");
        let mut text = BString::default();
        for (index, &(symbol, link)) in way.iter().enumerate() {
            let next = way.get(index + 1).map_or(last, |&(symbol, _)| symbol);
            let place = self.place(symbol, link);
            if symbol == last {
                text.extend_from_slice(&at(place, b"error: recursive dependency detected!"));
            }
            let words = self.words(symbol, link, next);
            text.extend_from_slice(&at(place, &[b"\t", &words[..]].concat()));
            problem.notes.push((place, words));
        }
        let manual = match self.model.dialect {
            Dialect::Linux => "rst",
            Dialect::Unikraft => "txt",
        };
        text.extend_from_slice(
            format!(
                "For a resolution refer to Documentation/kbuild/kconfig-language.{manual}\n\
                 subsection \"Kconfig recursive dependency limitations\"\n"
            )
            .as_bytes(),
        );
        problem.original = Some(text);
        problem
    }

    fn place(&self, symbol: SymbolId, link: Link) -> Place {
        let known = self.model.symbol(symbol);
        let first = self.model.properties(symbol).next();
        if let Some(first) = first.filter(|_| known.is_choice()) {
            return self.model.menu(first.menu).place;
        }
        let property = match link {
            Link::Value(id) | Link::Condition(id) if known.choice.is_none() => {
                Some(self.model.property(id))
            }
            _ => first,
        };
        property.map_or(self.model.menus[0].place, |property: &Property| property.place)
    }

    fn words(&self, symbol: SymbolId, link: Link, next: SymbolId) -> BString {
        let known = self.model.symbol(symbol);
        let (name, other) = (known.label(), self.model.symbol(next).label());
        if known.is_choice() {
            return format_bytes(&[b"choice ", name, b" contains symbol ", other]);
        }
        let how = match link {
            _ if known.choice.is_some() => "is part of choice".to_owned(),
            Link::Group => "is part of choice".to_owned(),
            Link::Depends => "depends on".to_owned(),
            Link::Selected => "is selected by".to_owned(),
            Link::Implied => "is implied by".to_owned(),
            Link::Value(id) => format!("{} value contains", self.kind_name(id)),
            Link::Condition(id) => format!("{} is visible depending on", self.kind_name(id)),
        };
        format_bytes(&[b"symbol ", name, b" ", how.as_bytes(), b" ", other])
    }

    fn kind_name(&self, id: PropertyId) -> &'static str {
        let property = self.model.property(id);
        let menu = self.model.menu(property.menu);
        match property.kind {
            PropertyKind::Definition => "symbol",
            PropertyKind::Prompt(_)
                if menu.kind == MenuKind::MenuConfig && menu.prompt == Some(id) =>
            {
                "menu"
            }
            PropertyKind::Prompt(_) => "prompt",
            PropertyKind::Default(_) => "default",
            PropertyKind::Choice => "choice",
            PropertyKind::Select(_) => "select",
            PropertyKind::Imply(_) => "imply",
            PropertyKind::Range(..) => "range",
        }
    }
}
