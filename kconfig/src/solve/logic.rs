//! What could raise or lower a bool or tristate: its own setting, its prompts, defaults, and what
//! selects or implies it.

use super::blocker::Obstruction;
use super::goal::{Bound, Goal, Goals};
use super::moves::{Found, Move, Moves, Reason, Role, YES, number};
use crate::environment::Dialect;
use crate::model::{ExprId, PropertyKind, SymbolId, Type};
use crate::tristate::Tristate;

impl Goals<'_> {
    pub(super) fn symbol(&mut self, symbol: SymbolId, bound: Bound, why: Reason) -> Moves {
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
    pub(super) fn own_moves(
        &mut self,
        symbol: SymbolId,
        bound: Bound,
        why: Reason,
        found: &mut Found,
    ) {
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
    pub(super) fn taken(&self, symbol: SymbolId) -> Option<SymbolId> {
        let choice = self.model.symbol(symbol).choice?;
        let mut members = self.model.symbol(choice).members.iter().copied();
        members.find(|member| *member != symbol && self.fixed.get(member) == Some(&YES))
    }

    pub(super) fn raise(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
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

    pub(super) fn lower(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
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

    pub(super) fn has_defaults(&self, symbol: SymbolId) -> bool {
        let known = self.model.symbol(symbol);
        known.implied_by.is_some()
            || (self.model.properties(symbol))
                .any(|one| matches!(one.kind, PropertyKind::Default(_)))
    }

    /// The defaults of an option: value and condition; and which one applies.
    pub(super) fn defaults(
        &mut self,
        symbol: SymbolId,
    ) -> (Vec<(ExprId, Option<ExprId>)>, Option<usize>) {
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

    pub(super) fn raise_defaults(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
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

    pub(super) fn lower_defaults(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
        let why = Reason { role: Role::Default, of: symbol };
        let (list, active) = self.defaults(symbol);
        let Some(active) = active else { return };
        let on = Bound::AtLeast(Tristate::Module);
        for (index, &(value, condition)) in list.iter().enumerate().take(active + 1) {
            let value = (Goal::Expression(value, bound), why);
            if index < active {
                // It has to apply first; its condition may then limit its value.
                if let Some(condition) = condition {
                    found.extend(&self.find(Goal::Expression(condition, on), why));
                }
            } else {
                let condition = condition.map(|id| (Goal::Expression(id, bound), why));
                let goals: Vec<_> = [value].into_iter().chain(condition).collect();
                let goals: Vec<_> =
                    goals.into_iter().filter(|&(one, _)| !self.is_met(one)).collect();
                found.extend(&self.any_of(goals));
            }
        }
    }
}
