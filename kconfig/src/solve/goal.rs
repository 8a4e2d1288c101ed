//! From a value that is wrong to the settings that could put it right.
//!
//! For each goal ("this expression must become at least `m`") a list of settings is found of which
//! every solution contains at least one: where all of several things are needed, any one of them
//! that is not there gives such a list, and the shortest is taken; where one of several is enough,
//! their lists are joined. An empty list proves that there is no solution. Lists may hold more than
//! is needed, never less.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use bstr::BString;

use super::landmarks::Landmarks;
use crate::environment::Dialect;
use crate::model::{Expr, ExprId, Junction, Model, PropertyKind, Relation, SymbolId, Type};
use crate::tristate::Tristate;
use crate::values::Config;

/// How many goals may lead to each other.
const DEPTH: usize = 300;

/// How many goals are looked at before a search calls itself incomplete.
const WORK: usize = 50_000;

/// What a value should become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// At least this.
    AtLeast(Tristate),
    /// At most this.
    AtMost(Tristate),
    /// Something else than it is.
    Other,
}

/// How a setting matters to another option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It is in a condition of the option's prompt.
    Dependency,
    /// It selects the option.
    Selector,
    /// It implies the option.
    Implier,
    /// A default of the option turns on it.
    Default,
    /// Both belong to one choice.
    Choice,
    /// It is a limit of the option's range, or turns one on.
    Limit,
    /// It makes modules possible.
    Modules,
}

/// For the sake of which option a setting changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// How it matters.
    pub role: Role,
    /// To which option.
    pub of: SymbolId,
}

/// Why an option cannot become what it should.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Obstruction {
    /// It is no option, so it never changes.
    Constant,
    /// It is to have this value: a wish, or a change that was made for one.
    Fixed(BString),
    /// It cannot be set, and nothing else can give it that value.
    NoPrompt,
    /// What it needs cannot be had: the condition, with present values.
    Needs(BString),
    /// Another member of its choice is to be set.
    Member(SymbolId),
    /// It is selected, and that cannot be undone.
    Selected,
    /// No value that was tried helps.
    NoValue,
}

/// An option in the way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Blocker {
    /// The option.
    pub symbol: SymbolId,
    /// What it would have to be.
    pub bound: Bound,
    /// Why it cannot.
    pub why: Obstruction,
}

/// A setting that might help; values are numbered by [`Values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Move {
    pub(super) symbol: SymbolId,
    pub(super) value: u32,
}

/// Values by number; the first three are `n`, `m` and `y`.
#[derive(Clone, Debug)]
pub(super) struct Values {
    list: Vec<BString>,
    numbers: HashMap<BString, u32>,
}

impl Values {
    pub(super) fn new() -> Values {
        let mut values = Values { list: Vec::new(), numbers: HashMap::new() };
        for letter in ["n", "m", "y"] {
            values.number(letter.into());
        }
        values
    }

    pub(super) fn number(&mut self, value: BString) -> u32 {
        if let Some(&number) = self.numbers.get(&value) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    pub(super) fn text(&self, number: u32) -> &BString {
        &self.list[number as usize]
    }
}

/// The number of a logic value.
pub(super) fn number(value: Tristate) -> u32 {
    value as u32
}

const YES: u32 = Tristate::Yes as u32;

/// Settings of which every solution contains one, with why.
pub(super) type Moves = Rc<Vec<(Move, Reason)>>;

/// Something that must become so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Goal {
    Expression(ExprId, Bound),
    Symbol(SymbolId, Bound),
    /// A number or text must become another one; held against that symbol.
    Text(SymbolId, Option<SymbolId>),
    /// How far prompts can be seen.
    Visible(SymbolId, Bound),
}

/// The search for moves under one configuration.
pub(super) struct Goals<'a> {
    pub(super) model: Arc<Model>,
    pub(super) config: &'a mut Config,
    /// Settings that are decided.
    pub(super) fixed: &'a HashMap<SymbolId, u32>,
    pub(super) values: &'a mut Values,
    pub(super) landmarks: &'a Landmarks,
    pub(super) blockers: Vec<Blocker>,
    /// Something was left out.
    pub(super) incomplete: bool,
    known: HashMap<Goal, Moves>,
    open: Vec<Goal>,
    /// The outermost open goal that was met again.
    met_again: usize,
    work: usize,
}

impl<'a> Goals<'a> {
    pub(super) fn new(
        config: &'a mut Config,
        fixed: &'a HashMap<SymbolId, u32>,
        values: &'a mut Values,
        landmarks: &'a Landmarks,
    ) -> Goals<'a> {
        Goals {
            model: config.model().clone(),
            config,
            fixed,
            values,
            landmarks,
            blockers: Vec::new(),
            incomplete: false,
            known: HashMap::new(),
            open: Vec::new(),
            met_again: usize::MAX,
            work: 0,
        }
    }

    /// Moves towards a wish that has not come true.
    pub(super) fn wish(&mut self, symbol: SymbolId, value: &BString) -> Moves {
        let why = Reason { role: Role::Dependency, of: symbol };
        if !self.model.symbol(symbol).kind.is_logic() {
            return self.find(Goal::Text(symbol, None), why);
        }
        let wanted = value.first().and_then(|&letter| Tristate::from_letter(letter));
        let wanted = wanted.unwrap_or_default();
        let present = self.config.tristate(symbol);
        let bound = match wanted.cmp(&present) {
            std::cmp::Ordering::Greater => Bound::AtLeast(wanted),
            std::cmp::Ordering::Less => Bound::AtMost(wanted),
            std::cmp::Ordering::Equal => Bound::Other,
        };
        self.find(Goal::Symbol(symbol, bound), why)
    }

    fn find(&mut self, goal: Goal, why: Reason) -> Moves {
        if let Some(moves) = self.known.get(&goal) {
            return moves.clone();
        }
        if let Some(position) = self.open.iter().position(|&open| open == goal) {
            // What it needs is found where it was asked first.
            self.met_again = self.met_again.min(position);
            return Moves::default();
        }
        self.work += 1;
        if self.open.len() >= DEPTH || self.work > WORK {
            self.incomplete = true;
            return Moves::default();
        }
        let position = self.open.len();
        let outside = std::mem::replace(&mut self.met_again, usize::MAX);
        self.open.push(goal);
        let moves = match goal {
            Goal::Expression(id, bound) => self.expression(id, bound, why),
            Goal::Symbol(symbol, bound) => self.symbol(symbol, bound, why),
            Goal::Text(symbol, other) => self.text(symbol, other, why),
            Goal::Visible(symbol, bound) => self.visible(symbol, bound),
        };
        self.open.pop();
        if self.met_again >= position {
            self.known.insert(goal, moves.clone());
            self.met_again = outside;
        } else {
            self.met_again = self.met_again.min(outside);
        }
        moves
    }

    // Joining.

    fn all_of(&mut self, goals: impl IntoIterator<Item = (Goal, Reason)>) -> Moves {
        let mut shortest: Option<Moves> = None;
        let mut waiting: Option<Moves> = None;
        for (goal, why) in goals {
            if self.is_met(goal) {
                continue;
            }
            let outside = std::mem::replace(&mut self.met_again, usize::MAX);
            let moves = self.find(goal, why);
            let circular = self.met_again < self.open.len();
            self.met_again = self.met_again.min(outside);
            // A choice waits for its members and they for it: where one of the goals is what is
            // being asked already, its list is not whole, and the others tell.
            let best = if circular { &mut waiting } else { &mut shortest };
            if best.as_ref().is_none_or(|other| moves.len() < other.len()) {
                *best = Some(moves);
            }
            if shortest.as_ref().is_some_and(|moves| moves.is_empty()) {
                break;
            }
        }
        shortest.or(waiting).unwrap_or_default()
    }

    fn any_of(&mut self, goals: impl IntoIterator<Item = (Goal, Reason)>) -> Moves {
        let mut found = Found::default();
        for (goal, why) in goals {
            found.extend(&self.find(goal, why));
        }
        found.done()
    }

    fn is_met(&mut self, goal: Goal) -> bool {
        let (value, bound) = match goal {
            Goal::Expression(id, bound) => (self.config.evaluate(id), bound),
            Goal::Symbol(symbol, bound) => (self.config.tristate(symbol), bound),
            Goal::Visible(symbol, bound) => (self.config.visibility(symbol), bound),
            Goal::Text(..) => return false,
        };
        match bound {
            Bound::AtLeast(least) => value >= least,
            Bound::AtMost(most) => value <= most,
            Bound::Other => false,
        }
    }

    // Expressions.

    fn expression(&mut self, id: ExprId, bound: Bound, why: Reason) -> Moves {
        let model = self.model.clone();
        match model.expressions().get(id) {
            Expr::Symbol(symbol) => self.find(Goal::Symbol(symbol, bound), why),
            Expr::Not(inner) => {
                let bound = match bound {
                    Bound::AtLeast(least) => Bound::AtMost(least.negate()),
                    Bound::AtMost(most) => Bound::AtLeast(most.negate()),
                    Bound::Other => Bound::Other,
                };
                self.find(Goal::Expression(inner, bound), why)
            }
            Expr::And(_) | Expr::Or(_) => {
                let junction = match model.expressions().junction(id) {
                    Some(Junction::And) => Junction::And,
                    _ => Junction::Or,
                };
                let operands = model.expressions().operands(junction, id);
                let goals = operands.into_iter().map(|one| (Goal::Expression(one, bound), why));
                match (junction, bound) {
                    (Junction::And, Bound::AtLeast(_)) | (Junction::Or, Bound::AtMost(_)) => {
                        self.all_of(goals)
                    }
                    _ => self.any_of(goals),
                }
            }
            Expr::Compare(relation, left, right) => {
                let wanted = matches!(bound, Bound::AtLeast(_));
                let mut found = Found::default();
                let goals = self.comparison(relation, left, right, wanted);
                for goal in goals {
                    found.extend(&self.find(goal, why));
                }
                found.done()
            }
        }
    }

    /// What could turn a comparison round.
    fn comparison(
        &mut self,
        relation: Relation,
        left: SymbolId,
        right: SymbolId,
        wanted: bool,
    ) -> Vec<Goal> {
        let model = self.model.clone();
        if model.symbol(left).kind.is_logic()
            && matches!(right, SymbolId::NO | SymbolId::MODULE | SymbolId::YES)
            && matches!(relation, Relation::Equal | Relation::Unequal)
        {
            let constant = [Tristate::No, Tristate::Module, Tristate::Yes][right.index()];
            let present = self.config.tristate(left);
            let fits = |value: Tristate| (relation == Relation::Equal) == (value == constant);
            let good = |value: &Tristate| fits(*value) == wanted;
            let all = [Tristate::No, Tristate::Module, Tristate::Yes];
            let above = all.into_iter().filter(|&value| value > present).find(good);
            let below = all.into_iter().rev().filter(|&value| value < present).find(good);
            let above = above.map(|value| Goal::Symbol(left, Bound::AtLeast(value)));
            let below = below.map(|value| Goal::Symbol(left, Bound::AtMost(value)));
            return above.into_iter().chain(below).collect();
        }
        let side = |symbol: SymbolId, other: SymbolId| {
            let logic = model.symbol(symbol).kind.is_logic();
            match logic {
                true => Goal::Symbol(symbol, Bound::Other),
                false => Goal::Text(symbol, Some(other)),
            }
        };
        vec![side(left, right), side(right, left)]
    }

    /// How far prompts can be seen.
    fn visible(&mut self, symbol: SymbolId, bound: Bound) -> Moves {
        let model = self.model.clone();
        let why = Reason { role: Role::Dependency, of: symbol };
        let bound = self.level(symbol, bound);
        let conditions = (model.properties(symbol))
            .filter(|one| matches!(one.kind, PropertyKind::Prompt(_)))
            .map(|one| one.condition);
        let mut goals = Vec::new();
        for condition in conditions {
            match (condition, bound) {
                (Some(id), bound) => goals.push((Goal::Expression(id, bound), why)),
                // It can always be seen.
                (None, Bound::AtMost(_)) => return Moves::default(),
                (None, _) => {}
            }
        }
        match bound {
            Bound::AtMost(_) => self.all_of(goals),
            _ => self.any_of(goals),
        }
    }

    /// For what can only be `n` or `y`, `m` is as good as `y`.
    fn level(&self, symbol: SymbolId, bound: Bound) -> Bound {
        if self.config.kind(symbol) == Type::Tristate {
            return bound;
        }
        match bound {
            Bound::AtLeast(Tristate::Yes) => Bound::AtLeast(Tristate::Module),
            Bound::AtMost(Tristate::Module) => Bound::AtMost(Tristate::No),
            bound => bound,
        }
    }

    // Options.

    fn symbol(&mut self, symbol: SymbolId, bound: Bound, why: Reason) -> Moves {
        let model = self.model.clone();
        let known = model.symbol(symbol);
        if symbol <= SymbolId::YES || !known.kind.is_logic() {
            if symbol > SymbolId::YES {
                self.block(symbol, bound, Obstruction::Constant);
            }
            return Moves::default();
        }
        let mut found = Found::default();
        let present = self.config.tristate(symbol);
        if bound == Bound::Other {
            let above = match present {
                Tristate::No => Some(Tristate::Module),
                Tristate::Module => Some(Tristate::Yes),
                Tristate::Yes => None,
            };
            let below = match present {
                Tristate::No => None,
                Tristate::Module => Some(Tristate::No),
                Tristate::Yes => Some(Tristate::Module),
            };
            for bound in above.map(Bound::AtLeast).into_iter().chain(below.map(Bound::AtMost)) {
                found.extend(&self.find(Goal::Symbol(symbol, bound), why));
            }
            return found.done();
        }
        if known.is_choice() {
            self.choice_moves(symbol, bound, &mut found);
        } else {
            self.own_moves(symbol, bound, why, &mut found);
            let standing = self.config.standing(symbol);
            if known.choice.is_some() && standing.visible == Tristate::Yes {
                self.member_moves(symbol, bound, &mut found);
            } else if let Bound::AtLeast(_) = bound {
                self.raise(symbol, bound, &mut found);
            } else {
                self.lower(symbol, bound, &mut found);
            }
        }
        if model.symbol(symbol).kind == Type::Tristate && model.modules() != SymbolId::NO {
            let possible = self.config.tristate(model.modules()) != Tristate::No;
            let other = match bound {
                Bound::AtMost(Tristate::Module) if !possible => {
                    Some(Bound::AtLeast(Tristate::Module))
                }
                Bound::AtLeast(Tristate::Yes) if possible => Some(Bound::AtMost(Tristate::No)),
                _ => None,
            };
            if let Some(other) = other {
                let why = Reason { role: Role::Modules, of: symbol };
                found.extend(&self.find(Goal::Symbol(model.modules(), other), why));
            }
        }
        let moves = found.done();
        if moves.is_empty() {
            let obstruction = self.obstruction(symbol, bound);
            self.block(symbol, bound, obstruction);
        }
        moves
    }

    /// Settings of the option itself.
    fn own_moves(&mut self, symbol: SymbolId, bound: Bound, why: Reason, found: &mut Found) {
        if self.fixed.contains_key(&symbol) || !self.config.has_prompt(symbol) {
            return;
        }
        let tristate = self.model.symbol(symbol).kind == Type::Tristate;
        let all = [Tristate::Yes, Tristate::Module, Tristate::No];
        for value in all {
            let fits = match bound {
                Bound::AtLeast(least) => value >= least,
                Bound::AtMost(most) => value <= most,
                Bound::Other => true,
            };
            let taken = value == Tristate::Yes && self.taken(symbol).is_some();
            if fits && !taken && (tristate || value != Tristate::Module) {
                found.push(Move { symbol, value: number(value) }, why);
            }
        }
    }

    /// The other member of an option's choice that is decided to be set.
    fn taken(&self, symbol: SymbolId) -> Option<SymbolId> {
        let choice = self.model.symbol(symbol).choice?;
        let mut members = self.model.symbol(choice).members.iter().copied();
        members.find(|member| *member != symbol && self.fixed.get(member) == Some(&YES))
    }

    fn raise(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
        let model = self.model.clone();
        let known = model.symbol(symbol);
        let standing = self.config.standing(symbol);
        let inner = self.level(symbol, bound);
        let Bound::AtLeast(least) = inner else { return };
        let depends = Reason { role: Role::Dependency, of: symbol };
        let acts = standing.user && standing.visible != Tristate::No;
        if standing.user && standing.user_value >= least || known.choice.is_some() {
            let visible = match known.choice {
                Some(_) => Bound::AtLeast(Tristate::Yes),
                None => inner,
            };
            if !self.is_met(Goal::Visible(symbol, visible)) {
                found.extend(&self.find(Goal::Visible(symbol, visible), depends));
            }
        }
        if acts && self.has_defaults(symbol) {
            let hidden = Goal::Visible(symbol, Bound::AtMost(Tristate::No));
            found.extend(&self.find(hidden, depends));
        }
        if !acts {
            self.raise_defaults(symbol, inner, found);
        }
        if !acts && let Some(implied) = known.implied_by {
            let why = Reason { role: Role::Implier, of: symbol };
            let enough = match model.dialect() {
                Dialect::Linux => inner,
                Dialect::Unikraft => Bound::AtLeast(Tristate::Module),
            };
            let needs = known.depends.map(|id| (Goal::Expression(id, enough), depends));
            let goals = [(Goal::Expression(implied, inner), why)].into_iter().chain(needs);
            found.extend(&self.all_of(goals));
        }
        if let Some(selected) = known.selected_by {
            let why = Reason { role: Role::Selector, of: symbol };
            if !self.is_met(Goal::Expression(selected, inner)) {
                found.extend(&self.find(Goal::Expression(selected, inner), why));
            }
        }
    }

    fn lower(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
        let model = self.model.clone();
        let known = model.symbol(symbol);
        let standing = self.config.standing(symbol);
        let inner = self.level(symbol, bound);
        let Bound::AtMost(most) = inner else { return };
        if let Some(selected) = known.selected_by
            && standing.selected > most
        {
            // Nothing else helps as long as that holds.
            let why = Reason { role: Role::Selector, of: symbol };
            let moves = self.find(Goal::Expression(selected, inner), why);
            *found = Found::default();
            found.extend(&moves);
            return;
        }
        let depends = Reason { role: Role::Dependency, of: symbol };
        let acts = standing.user && standing.visible != Tristate::No;
        if acts && standing.user_value > most {
            found.extend(&self.find(Goal::Visible(symbol, inner), depends));
        }
        if !acts {
            if standing.user && standing.user_value <= most || known.choice.is_some() {
                let seen = Goal::Visible(symbol, Bound::AtLeast(Tristate::Module));
                found.extend(&self.find(seen, depends));
            }
            self.lower_defaults(symbol, inner, found);
        }
        if let Some(implied) = known.implied_by
            && standing.implied > Tristate::No
        {
            let why = Reason { role: Role::Implier, of: symbol };
            let without = match model.dialect() {
                Dialect::Linux => inner,
                Dialect::Unikraft => Bound::AtMost(Tristate::No),
            };
            let own = known.depends.map(|id| (Goal::Expression(id, without), depends));
            let goals = [(Goal::Expression(implied, inner), why)].into_iter().chain(own);
            let goals: Vec<_> = goals.filter(|&(goal, _)| !self.is_met(goal)).collect();
            found.extend(&self.any_of(goals));
        }
    }

    fn has_defaults(&self, symbol: SymbolId) -> bool {
        let known = self.model.symbol(symbol);
        known.implied_by.is_some()
            || (self.model.properties(symbol))
                .any(|one| matches!(one.kind, PropertyKind::Default(_)))
    }

    /// The defaults of an option: value and condition; and which one applies.
    fn defaults(&mut self, symbol: SymbolId) -> (Vec<(ExprId, Option<ExprId>)>, Option<usize>) {
        let model = self.model.clone();
        let mut list = Vec::new();
        for property in model.properties(symbol) {
            if let PropertyKind::Default(value) = property.kind {
                list.push((value, property.condition));
            }
        }
        let holds = |condition: Option<ExprId>| {
            condition.is_none_or(|id| self.config.evaluate(id) != Tristate::No)
        };
        let conditions: Vec<bool> =
            list.iter().map(|&(_, condition)| condition).map(holds).collect();
        let active = conditions.iter().position(|&holds| holds);
        (list, active)
    }

    fn raise_defaults(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
        let why = Reason { role: Role::Default, of: symbol };
        let (list, active) = self.defaults(symbol);
        let off = Bound::AtMost(Tristate::No);
        for (index, &(value, condition)) in list.iter().enumerate() {
            let mut goals = vec![(Goal::Expression(value, bound), why)];
            goals.extend(condition.map(|id| (Goal::Expression(id, bound), why)));
            if let Some(active) = active
                && active < index
            {
                match list[active].1 {
                    Some(id) => goals.push((Goal::Expression(id, off), why)),
                    // The one that applies always does.
                    None => continue,
                }
            }
            found.extend(&self.all_of(goals));
        }
    }

    fn lower_defaults(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
        let why = Reason { role: Role::Default, of: symbol };
        let (list, active) = self.defaults(symbol);
        let Some(active) = active else { return };
        let on = Bound::AtLeast(Tristate::Module);
        for (index, &(value, condition)) in list.iter().enumerate().take(active + 1) {
            let value = (Goal::Expression(value, bound), why);
            if index < active {
                let condition = condition.map(|id| (Goal::Expression(id, on), why));
                found.extend(&self.all_of([value].into_iter().chain(condition)));
            } else {
                let condition = condition.map(|id| (Goal::Expression(id, bound), why));
                let goals: Vec<_> = [value].into_iter().chain(condition).collect();
                let goals: Vec<_> =
                    goals.into_iter().filter(|&(one, _)| !self.is_met(one)).collect();
                found.extend(&self.any_of(goals));
            }
        }
    }

    // Choices.

    /// Everything that decides which member a choice has.
    fn member_moves(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
        let model = self.model.clone();
        let Some(choice) = model.symbol(symbol).choice else { return };
        let why = Reason { role: Role::Choice, of: symbol };
        let chosen = self.config.chosen(choice);
        if let Bound::AtMost(_) = bound
            && self.fixed.get(&symbol) != Some(&YES)
        {
            for &member in &model.symbol(choice).members {
                let free = !self.fixed.contains_key(&member) && self.taken(member).is_none();
                if member != symbol && free && self.config.has_prompt(member) {
                    found.push(Move { symbol: member, value: YES }, why);
                }
            }
        }
        let mut goals = Vec::new();
        let toward = match bound {
            Bound::AtLeast(_) => Bound::AtLeast(Tristate::Yes),
            _ => Bound::AtMost(Tristate::Module),
        };
        goals.push(Goal::Symbol(choice, toward));
        if let Some(chosen) = chosen {
            goals.push(Goal::Visible(chosen, Bound::AtMost(Tristate::Module)));
            goals.push(Goal::Visible(chosen, Bound::AtMost(Tristate::No)));
        }
        if chosen != Some(symbol) && model.symbol(symbol).kind == Type::Tristate {
            goals.push(Goal::Visible(symbol, Bound::AtMost(Tristate::Module)));
        }
        for &member in &model.symbol(choice).members {
            goals.push(Goal::Visible(member, Bound::AtLeast(Tristate::Module)));
        }
        for property in model.properties(choice) {
            if let (PropertyKind::Default(_), Some(condition)) =
                (&property.kind, property.condition)
            {
                goals.push(Goal::Expression(condition, Bound::AtLeast(Tristate::Module)));
                goals.push(Goal::Expression(condition, Bound::AtMost(Tristate::No)));
            }
        }
        goals.retain(|&goal| !self.is_met(goal));
        found.extend(&self.any_of(goals.into_iter().map(|goal| (goal, why))));
    }

    fn choice_moves(&mut self, choice: SymbolId, bound: Bound, found: &mut Found) {
        let model = self.model.clone();
        let known = model.symbol(choice);
        let why = Reason { role: Role::Choice, of: choice };
        for &member in &known.members {
            if self.fixed.contains_key(&member) || !self.config.has_prompt(member) {
                continue;
            }
            for value in [Tristate::Yes, Tristate::Module, Tristate::No] {
                let possible = match value {
                    Tristate::Yes => {
                        matches!(bound, Bound::AtLeast(_)) && self.taken(member).is_none()
                    }
                    Tristate::Module => known.kind == Type::Tristate,
                    Tristate::No => known.optional && matches!(bound, Bound::AtMost(_)),
                };
                if possible {
                    found.push(Move { symbol: member, value: number(value) }, why);
                }
            }
        }
        let mut goals = vec![Goal::Visible(choice, bound)];
        goals.extend(known.selected_by.map(|id| Goal::Expression(id, self.level(choice, bound))));
        for &member in &known.members {
            goals.push(match bound {
                Bound::AtLeast(_) => Goal::Visible(member, Bound::AtLeast(Tristate::Module)),
                _ => Goal::Visible(member, Bound::AtMost(Tristate::No)),
            });
        }
        goals.retain(|&goal| !self.is_met(goal));
        found.extend(&self.any_of(goals.into_iter().map(|goal| (goal, why))));
    }

    // Numbers and texts.

    fn text(&mut self, symbol: SymbolId, other: Option<SymbolId>, why: Reason) -> Moves {
        let model = self.model.clone();
        let known = model.symbol(symbol);
        if known.kind == Type::Unknown || symbol <= SymbolId::YES {
            return Moves::default();
        }
        let mut found = Found::default();
        let present = self.config.value(symbol);
        if !self.fixed.contains_key(&symbol) && self.config.has_prompt(symbol) {
            let others: Vec<BString> =
                other.into_iter().map(|other| self.config.value(other)).collect();
            for value in self.landmarks.values(&model, symbol, &others) {
                if value != present {
                    let value = self.values.number(value);
                    found.push(Move { symbol, value }, why);
                }
            }
        }
        let standing = self.config.standing(symbol);
        let acts = standing.user && standing.visible != Tristate::No;
        let depends = Reason { role: Role::Dependency, of: symbol };
        let mut goals = Vec::new();
        if acts {
            goals.push((Goal::Visible(symbol, Bound::AtMost(Tristate::No)), depends));
        } else if standing.user {
            goals.push((Goal::Visible(symbol, Bound::AtLeast(Tristate::Module)), depends));
        }
        for property in model.properties(symbol) {
            let role = match property.kind {
                PropertyKind::Default(value) if !acts => {
                    if let Expr::Symbol(source) = model.expressions().get(value) {
                        let why = Reason { role: Role::Default, of: symbol };
                        goals.push((self.either(source), why));
                    }
                    Role::Default
                }
                PropertyKind::Range(low, high) => {
                    let why = Reason { role: Role::Limit, of: symbol };
                    goals.extend([(self.either(low), why), (self.either(high), why)]);
                    Role::Limit
                }
                _ => continue,
            };
            let Some(condition) = property.condition else { continue };
            let bound = match self.config.evaluate(condition) {
                Tristate::No => Bound::AtLeast(Tristate::Module),
                _ => Bound::AtMost(Tristate::No),
            };
            goals.push((Goal::Expression(condition, bound), Reason { role, of: symbol }));
        }
        found.extend(&self.any_of(goals));
        let moves = found.done();
        if moves.is_empty() {
            let obstruction = self.obstruction(symbol, Bound::Other);
            self.block(symbol, Bound::Other, obstruction);
        }
        moves
    }

    /// Another value of a symbol of any type.
    fn either(&self, symbol: SymbolId) -> Goal {
        match self.model.symbol(symbol).kind.is_logic() {
            true => Goal::Symbol(symbol, Bound::Other),
            false => Goal::Text(symbol, None),
        }
    }

    // What is in the way.

    fn obstruction(&mut self, symbol: SymbolId, bound: Bound) -> Obstruction {
        let model = self.model.clone();
        let logic = model.symbol(symbol).kind.is_logic();
        let standing = self.config.standing(symbol);
        if let Bound::AtMost(most) = bound
            && standing.selected > most
        {
            return Obstruction::Selected;
        }
        let fixed = self.fixed.get(&symbol).map(|&value| self.values.text(value).clone());
        if let Some(value) = &fixed
            && logic
        {
            let letter = value.first().and_then(|&letter| Tristate::from_letter(letter));
            let letter = letter.unwrap_or_default();
            let agrees = match bound {
                Bound::AtLeast(least) => letter >= least,
                Bound::AtMost(most) => letter <= most,
                Bound::Other => true,
            };
            if !agrees {
                return Obstruction::Fixed(value.clone());
            }
        }
        if let Some(member) = self.taken(symbol)
            && matches!(bound, Bound::AtLeast(_))
        {
            return Obstruction::Member(member);
        }
        if !self.config.has_prompt(symbol) {
            return Obstruction::NoPrompt;
        }
        if standing.visible != Tristate::Yes {
            let conditions = (model.properties(symbol))
                .filter(|one| matches!(one.kind, PropertyKind::Prompt(_)))
                .map(|one| self.config.show(one.condition))
                .collect::<Vec<_>>();
            return Obstruction::Needs(bstr::join(" || ", conditions).into());
        }
        match fixed {
            Some(value) if !logic => Obstruction::Fixed(value),
            _ => Obstruction::NoValue,
        }
    }

    fn block(&mut self, symbol: SymbolId, bound: Bound, why: Obstruction) {
        let blocker = Blocker { symbol, bound, why };
        if !self.blockers.contains(&blocker) {
            self.blockers.push(blocker);
        }
    }
}

/// Moves that are being collected, each once.
#[derive(Default)]
struct Found {
    list: Vec<(Move, Reason)>,
    seen: HashSet<Move>,
}

impl Found {
    fn push(&mut self, one: Move, why: Reason) {
        if self.seen.insert(one) {
            self.list.push((one, why));
        }
    }

    fn extend(&mut self, moves: &Moves) {
        for &(one, why) in moves.iter() {
            self.push(one, why);
        }
    }

    fn done(self) -> Moves {
        Rc::new(self.list)
    }
}
