//! From a value that is wrong to the settings that could put it right.
//!
//! For each goal ("this expression must become at least `m`") a list of settings is found of which
//! every solution contains at least one: where all of several things are needed, any one of them
//! that is not there gives such a list, and the shortest is taken; where one of several is enough,
//! their lists are joined. An empty list proves that there is no solution. Lists may hold more than
//! is needed, never less.

use std::collections::HashMap;
use std::sync::Arc;

use bstr::{BString, ByteSlice};

use super::blocker::Blocker;
use super::landmarks::Landmarks;
use super::moves::{Found, Moves, Reason, Role, Values};
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

/// Something that must become so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Goal {
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
        if let Some(why) = self.out_of_range(symbol, value.as_bstr()) {
            self.block(symbol, Bound::Other, why);
            return Moves::default();
        }
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

    pub(super) fn find(&mut self, goal: Goal, why: Reason) -> Moves {
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

    pub(super) fn all_of(&mut self, goals: impl IntoIterator<Item = (Goal, Reason)>) -> Moves {
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

    pub(super) fn any_of(&mut self, goals: impl IntoIterator<Item = (Goal, Reason)>) -> Moves {
        let mut found = Found::default();
        for (goal, why) in goals {
            found.extend(&self.find(goal, why));
        }
        found.done()
    }

    pub(super) fn is_met(&mut self, goal: Goal) -> bool {
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
    pub(super) fn level(&self, symbol: SymbolId, bound: Bound) -> Bound {
        if self.config.kind(symbol) == Type::Tristate {
            return bound;
        }
        match bound {
            Bound::AtLeast(Tristate::Yes) => Bound::AtLeast(Tristate::Module),
            Bound::AtMost(Tristate::Module) => Bound::AtMost(Tristate::No),
            bound => bound,
        }
    }
}
