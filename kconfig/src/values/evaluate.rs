//! Expressions to values.

use std::cmp::Ordering;

use super::Config;
use crate::model::{Expr, ExprId, Relation, SymbolId, Type};
use crate::numbers;
use crate::tristate::Tristate;

/// What a text is when it is compared.
enum Comparable {
    Text,
    Signed(i64),
    Unsigned(u64),
}

impl Config {
    /// The value of a condition; absent means `y`.
    pub(super) fn condition(&mut self, condition: Option<ExprId>) -> Tristate {
        condition.map_or(Tristate::Yes, |id| self.evaluate(id))
    }

    /// The value of an expression.
    pub fn evaluate(&mut self, id: ExprId) -> Tristate {
        let model = self.model.clone();
        self.evaluate_in(&model, id)
    }

    fn evaluate_in(&mut self, model: &crate::Model, id: ExprId) -> Tristate {
        match model.expressions.get(id) {
            Expr::Symbol(symbol) => {
                self.calculate_in(model, symbol);
                self.state(symbol).value
            }
            Expr::Not(inner) => self.evaluate_in(model, inner).negate(),
            Expr::And(all) => (model.expressions.list(all).iter())
                .fold(Tristate::Yes, |value, &one| value.and(self.evaluate_in(model, one))),
            Expr::Or(all) => (model.expressions.list(all).iter())
                .fold(Tristate::No, |value, &one| value.or(self.evaluate_in(model, one))),
            Expr::Compare(relation, left, right) => {
                self.calculate_in(model, left);
                self.calculate_in(model, right);
                self.compare(relation, left, right).into()
            }
        }
    }

    fn compare(&self, relation: Relation, left: SymbolId, right: SymbolId) -> bool {
        let order = self.order(left, right);
        match relation {
            Relation::Equal => order == Ordering::Equal,
            Relation::Unequal => order != Ordering::Equal,
            Relation::Less => order == Ordering::Less,
            Relation::LessEqual => order != Ordering::Greater,
            Relation::Greater => order == Ordering::Greater,
            Relation::GreaterEqual => order != Ordering::Less,
        }
    }

    /// How the values of two symbols compare: as numbers when both look like some.
    fn order(&self, left: SymbolId, right: SymbolId) -> Ordering {
        let kinds = (self.model.symbol(left).kind, self.model.symbol(right).kind);
        let (one, other) = (self.current_text(left), self.current_text(right));
        if kinds == (Type::String, Type::String) {
            return one.cmp(other);
        }
        match (comparable(kinds.0, one), comparable(kinds.1, other)) {
            (Comparable::Text, _) | (_, Comparable::Text) => one.cmp(other),
            (Comparable::Signed(one), Comparable::Signed(other)) => one.cmp(&other),
            (one, other) => one.bits().cmp(&other.bits()),
        }
    }
}

impl Comparable {
    fn bits(&self) -> u64 {
        match *self {
            Comparable::Text => 0,
            Comparable::Signed(value) => value as u64,
            Comparable::Unsigned(value) => value,
        }
    }
}

fn comparable(kind: Type, text: &[u8]) -> Comparable {
    let base = match kind {
        Type::Bool | Type::Tristate => {
            return Comparable::Signed(match text {
                b"n" => 0,
                b"m" => 1,
                b"y" => 2,
                _ => -1,
            });
        }
        Type::Int => 10,
        Type::Hex => 16,
        _ => 0,
    };
    let parsed = numbers::parse(text, base);
    let whole = parsed.used == text.len() && parsed.used > 0;
    let (value, fits) = if kind == Type::Hex {
        let (value, fits) = parsed.unsigned();
        (Comparable::Unsigned(value), fits)
    } else {
        let (value, fits) = parsed.signed();
        (Comparable::Signed(value), fits)
    };
    if whole && fits { value } else { Comparable::Text }
}
