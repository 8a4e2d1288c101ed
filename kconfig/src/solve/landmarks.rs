//! The values of numbers and texts that are worth trying: where conditions and ranges turn.

use std::collections::HashMap;

use bstr::{BString, ByteSlice};

use crate::model::{Expr, ExprId, Model, PropertyKind, SymbolId, Type};
use crate::numbers;

/// Values worth trying, by option.
#[derive(Clone, Debug, Default)]
pub(super) struct Landmarks {
    by_symbol: HashMap<SymbolId, Vec<BString>>,
    /// Numbers that are wished for: limits may have to follow them.
    wished: Vec<i64>,
}

impl Landmarks {
    pub(super) fn of(model: &Model, wishes: &[(SymbolId, BString)]) -> Landmarks {
        let mut found = Landmarks::default();
        for index in 0..model.expressions().len() {
            if let Expr::Compare(_, left, right) = model.expressions().get(ExprId::at(index)) {
                found.compare(model, left, right);
                found.compare(model, right, left);
            }
        }
        for (index, symbol) in model.symbols().iter().enumerate() {
            let id = SymbolId::at(index);
            if symbol.kind.is_logic() || !symbol.is_defined() {
                continue;
            }
            for property in model.properties(id) {
                match property.kind {
                    PropertyKind::Range(low, high) => {
                        found.constant(model, id, low);
                        found.constant(model, id, high);
                    }
                    PropertyKind::Default(value) => {
                        if let Expr::Symbol(source) = model.expressions().get(value) {
                            found.constant(model, id, source);
                        }
                    }
                    _ => {}
                }
            }
        }
        for (symbol, value) in wishes {
            let kind = model.symbol(*symbol).kind;
            if kind.is_number() {
                found.wished.push(numbers::number(value, base(kind)));
            }
        }
        found
    }

    /// The values to try for a number or text that is held against `others` now.
    pub(super) fn values(
        &self,
        model: &Model,
        symbol: SymbolId,
        others: &[BString],
    ) -> Vec<BString> {
        let kind = model.symbol(symbol).kind;
        // What is closest to the wish comes first: of equal solutions the first one is taken.
        let mut values = Vec::new();
        if kind.is_number() {
            for &number in &self.wished {
                neighbours(kind, number, &mut values);
            }
        }
        for other in others {
            around(kind, other, &mut values);
        }
        values.extend(self.by_symbol.get(&symbol).into_iter().flatten().cloned());
        if kind.is_number() {
            // Something else than nothing, where all else is empty.
            neighbours(kind, 0, &mut values);
        }
        values.retain(|value| numbers::is_valid(kind, value) && !value.contains(&b'\n'));
        let mut seen = std::collections::HashSet::new();
        values.retain(|value| seen.insert(value.clone()));
        values
    }

    fn compare(&mut self, model: &Model, symbol: SymbolId, other: SymbolId) {
        let kind = model.symbol(symbol).kind;
        if kind.is_number() && model.symbol(other).kind.is_logic() {
            // Held against a number, `n`, `m` and `y` count as 0, 1 and 2.
            for number in 0..=2 {
                neighbours(kind, number, self.by_symbol.entry(symbol).or_default());
            }
        }
        if !kind.is_logic() && model.symbol(other).kind == Type::Unknown {
            let name = model.symbol(other).name.as_deref().unwrap_or_default();
            let values = self.by_symbol.entry(symbol).or_default();
            around(kind, name.as_bstr(), values);
        }
    }

    fn constant(&mut self, model: &Model, symbol: SymbolId, constant: SymbolId) {
        if model.symbol(constant).kind == Type::Unknown {
            let name = model.symbol(constant).name.as_deref().unwrap_or_default();
            self.by_symbol.entry(symbol).or_default().push(name.into());
        }
    }
}

fn base(kind: Type) -> u32 {
    if kind == Type::Hex { 16 } else { 10 }
}

/// A value and, for numbers, the ones beside it.
fn around(kind: Type, value: &[u8], values: &mut Vec<BString>) {
    values.push(value.into());
    if kind.is_number() && numbers::is_valid(kind, value) {
        neighbours(kind, numbers::number(value, base(kind)), values);
    }
}

fn neighbours(kind: Type, number: i64, values: &mut Vec<BString>) {
    for number in [Some(number), number.checked_sub(1), number.checked_add(1)] {
        match number {
            Some(number) if kind == Type::Hex => values.push(format!("{number:#x}").into()),
            Some(number) => values.push(number.to_string().into()),
            None => {}
        }
    }
}
