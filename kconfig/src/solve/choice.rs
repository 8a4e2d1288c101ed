//! What could give a choice another member, or turn it on and off.

use super::goal::{Bound, Goal, Goals};
use super::moves::{Found, Move, Reason, Role, YES, number};
use crate::model::{PropertyKind, SymbolId, Type};
use crate::tristate::Tristate;

impl Goals<'_> {
    /// Everything that decides which member a choice has.
    pub(super) fn member_moves(&mut self, symbol: SymbolId, bound: Bound, found: &mut Found) {
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

    pub(super) fn choice_moves(&mut self, choice: SymbolId, bound: Bound, found: &mut Found) {
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
}
