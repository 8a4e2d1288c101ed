//! What could give a number or text another value.

use bstr::BString;

use super::goal::{Bound, Goal, Goals};
use super::moves::{Found, Move, Moves, Reason, Role};
use crate::model::{Expr, PropertyKind, SymbolId, Type};
use crate::tristate::Tristate;

impl Goals<'_> {
    pub(super) fn text(&mut self, symbol: SymbolId, other: Option<SymbolId>, why: Reason) -> Moves {
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
    pub(super) fn either(&self, symbol: SymbolId) -> Goal {
        match self.model.symbol(symbol).kind.is_logic() {
            true => Goal::Symbol(symbol, Bound::Other),
            false => Goal::Text(symbol, None),
        }
    }
}
