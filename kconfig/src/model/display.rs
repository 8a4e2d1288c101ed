//! Expressions as text.

use bstr::BString;

use super::Model;
use super::expression::{Expr, ExprId, Junction, Operands};
use super::symbol::SymbolId;

/// What stands around an expression.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    Not,
    Junction(Junction),
}

impl Model {
    /// An expression as the C implementation prints it. `value` may add something after a symbol's
    /// name, such as its current value.
    pub fn show(
        &self,
        expression: Option<ExprId>,
        mut value: impl FnMut(SymbolId, &mut BString),
    ) -> BString {
        let mut text = BString::default();
        match expression {
            Some(id) => self.show_in(id, Around::Nothing, &mut value, &mut text),
            None => text.push(b'y'),
        }
        text
    }

    /// An expression without values.
    pub fn show_plain(&self, expression: Option<ExprId>) -> BString {
        self.show(expression, |_, _| {})
    }

    fn show_symbol(
        &self,
        id: SymbolId,
        value: &mut impl FnMut(SymbolId, &mut BString),
        text: &mut BString,
    ) {
        let symbol = self.symbol(id);
        text.extend_from_slice(symbol.label());
        if symbol.name.is_some() {
            value(id, text);
        }
    }

    fn show_in(
        &self,
        id: ExprId,
        around: Around,
        value: &mut impl FnMut(SymbolId, &mut BString),
        text: &mut BString,
    ) {
        match self.expressions.get(id) {
            Expr::Symbol(symbol) => self.show_symbol(symbol, value, text),
            Expr::Compare(relation, left, right) => {
                self.show_symbol(left, value, text);
                text.extend_from_slice(relation.sign().as_bytes());
                self.show_symbol(right, value, text);
            }
            Expr::Not(inner) => {
                text.push(b'!');
                self.show_in(inner, Around::Not, value, text);
            }
            Expr::And(all) => self.show_all(Junction::And, all, around, value, text),
            Expr::Or(all) => self.show_all(Junction::Or, all, around, value, text),
        }
    }

    fn show_all(
        &self,
        junction: Junction,
        all: Operands,
        around: Around,
        value: &mut impl FnMut(SymbolId, &mut BString),
        text: &mut BString,
    ) {
        let enclosed = around == Around::Not
            || (junction == Junction::Or && around == Around::Junction(Junction::And));
        let sign: &[u8] = if junction == Junction::And { b" && " } else { b" || " };
        if enclosed {
            text.push(b'(');
        }
        for (index, &one) in self.expressions.list(all).iter().enumerate() {
            if index > 0 {
                text.extend_from_slice(sign);
            }
            self.show_in(one, Around::Junction(junction), value, text);
        }
        if enclosed {
            text.push(b')');
        }
    }
}
