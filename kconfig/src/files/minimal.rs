//! The smallest configuration file that gives the same values: what differs from the defaults.

use bstr::BString;

use super::output::No;
use crate::model::{Expr, MenuId, Model, PropertyKind, SymbolId, Type};
use crate::tristate::Tristate;
use crate::values::Config;

impl Config {
    /// The file that `--savedefconfig` writes.
    pub fn to_minimal(&mut self) -> BString {
        let model = self.model().clone();
        self.invalidate();
        let mut text = BString::default();
        let mut written = vec![false; model.symbols.len()];
        let mut next = model.menu(MenuId::ROOT).child;
        while let Some(menu) = next {
            match model.menu(menu).symbol {
                None => {
                    self.is_visible(menu);
                }
                Some(symbol) if model.symbol(symbol).is_choice() => {}
                Some(symbol) => {
                    let first = !written[symbol.index()];
                    if first && self.is_written(symbol) {
                        written[symbol.index()] = true;
                        if self.differs(&model, symbol) {
                            self.line(symbol, No::Comment, true, &mut text);
                        }
                    }
                }
            }
            next = following(&model, menu);
        }
        text
    }

    /// Whether an option has to be in the smallest file.
    fn differs(&mut self, model: &Model, symbol: SymbolId) -> bool {
        if !self.is_changeable(symbol) || self.value(symbol) == self.default_value(symbol) {
            return false;
        }
        let known = model.symbol(symbol);
        let Some(choice) = known.choice else { return true };
        let default = self.default_member(choice) == Some(symbol);
        let implied = default && !model.symbol(choice).optional && known.kind == Type::Bool;
        !(implied && self.tristate(symbol) == Tristate::Yes)
    }

    /// The value that an option has without user setting, as far as its own definition goes.
    fn default_value(&mut self, symbol: SymbolId) -> BString {
        let model = self.model().clone();
        let known = model.symbol(symbol);
        self.recalculate_visibility(symbol);
        let default = self.first_default(symbol);
        if !known.kind.is_logic() {
            let source = default.and_then(|(id, _)| match model.property(id).kind {
                PropertyKind::Default(value) => match model.expressions.get(value) {
                    Expr::Symbol(source) => Some(source),
                    _ => None,
                },
                _ => None,
            });
            return source.map(|source| self.lent_text(source)).unwrap_or_default();
        }
        let mut value = Tristate::No;
        if let Some((id, holds)) = default
            && let PropertyKind::Default(default) = model.property(id).kind
        {
            value = self.evaluate(default).and(holds);
        }
        let (selected, implied) = self.pressure(symbol);
        value = value.or(selected);
        let modules = self.tristate(model.modules);
        if value == Tristate::Module
            && (known.kind == Type::Bool || (known.choice.is_none() && modules == Tristate::No))
        {
            value = Tristate::Yes;
        }
        value.or(implied).letter().to_string().into()
    }
}

/// The entry after another, in the order of the input.
pub(crate) fn following(model: &Model, menu: MenuId) -> Option<MenuId> {
    let mut entry = model.menu(menu);
    if entry.child.is_some() {
        return entry.child;
    }
    loop {
        if entry.next.is_some() {
            return entry.next;
        }
        entry = model.menu(entry.parent?);
    }
}
