//! What the C implementation warns of in definitions. Changes nothing.

use super::Model;
use super::expression::Expr;
use super::menu::MenuId;
use super::symbol::{PropertyKind, Symbol, SymbolId, Type};
use crate::error::{Message, Sink};
use crate::numbers;
use crate::source::Place;

fn warn(model: &Model, place: Place, words: &[&[u8]], sink: &mut dyn Sink) {
    let name = model.sources.name(place);
    sink.message(Message::warning_at(name, place, words.concat()));
}

/// Checks an option or choice once, at its first entry that is complete.
pub(super) fn symbol(model: &Model, menu: MenuId, id: SymbolId, sink: &mut dyn Sink) {
    let symbol = model.symbol(id);
    let entry = model.menu(menu);
    if symbol.kind == Type::Unknown {
        warn(model, entry.place, &[b"config symbol defined without type"], sink);
    }
    if symbol.is_choice() && entry.prompt.is_none() {
        warn(model, entry.place, &[b"choice must have a prompt"], sink);
    }
    for property in model.properties(id) {
        let place = property.place;
        match property.kind {
            PropertyKind::Default(value) => default(model, id, symbol, place, value, sink),
            PropertyKind::Select(target) => logic(model, symbol, place, b"select", target, sink),
            PropertyKind::Imply(target) => logic(model, symbol, place, b"imply", target, sink),
            PropertyKind::Range(low, high) => {
                if !symbol.kind.is_number() {
                    let words = b"range is only allowed for int or hex symbols";
                    warn(model, place, &[words], sink);
                }
                if !is_number(model, symbol, low) || !is_number(model, symbol, high) {
                    warn(model, place, &[b"range is invalid"], sink);
                }
            }
            _ => {}
        }
    }
}

/// Whether `value` can stand for a number of `symbol`'s type.
fn is_number(model: &Model, symbol: &Symbol, value: SymbolId) -> bool {
    let value = model.symbol(value);
    let literal = value.kind == Type::Unknown
        && value.name.as_deref().is_some_and(|name| numbers::is_valid(symbol.kind, name));
    value.kind.is_number() || literal
}

fn default(
    model: &Model,
    id: SymbolId,
    symbol: &Symbol,
    place: Place,
    value: super::ExprId,
    sink: &mut dyn Sink,
) {
    let name = symbol.label();
    let Expr::Symbol(target) = model.expressions.get(value) else {
        if symbol.kind.is_number() || symbol.kind == Type::String {
            let words = [b"default for config symbol '", name, b"' must be a single symbol"];
            warn(model, place, &words, sink);
        }
        return;
    };
    if symbol.kind.is_number() && !is_number(model, symbol, target) {
        warn(model, place, &[b"'", name, b"': number is invalid"], sink);
    }
    if symbol.is_choice() && model.symbol(target).choice != Some(id) {
        let target = model.symbol(target).label();
        let words = [b"choice default symbol '", target, b"' is not contained in the choice"];
        warn(model, place, &words, sink);
    }
}

fn logic(
    model: &Model,
    symbol: &Symbol,
    place: Place,
    how: &[u8],
    target: SymbolId,
    sink: &mut dyn Sink,
) {
    let other = model.symbol(target);
    if !symbol.kind.is_logic() {
        let name = symbol.label();
        let words = [b"config symbol '", name, b"' uses ", how, b", but is not bool or tristate"];
        warn(model, place, &words, sink);
    } else if other.kind != Type::Unknown && !other.kind.is_logic() {
        let name = other.label();
        let end: &[u8] = b"' only accept arguments of bool and tristate type";
        warn(model, place, &[b"'", name, b"' has wrong type. '", how, end], sink);
    }
}

/// Checks an option that becomes the member of a choice.
pub(super) fn member(
    model: &Model,
    menu: MenuId,
    id: SymbolId,
    choice: SymbolId,
    sink: &mut dyn Sink,
) {
    if model.menu(menu).prompt.is_none() {
        let place = model.menu(menu).place;
        warn(model, place, &[b"choice value must have a prompt"], sink);
    }
    for property in model.properties(id) {
        if matches!(property.kind, PropertyKind::Default(_)) {
            let words = b"defaults for choice values not supported";
            warn(model, property.place, &[words], sink);
        }
        if property.menu == menu {
            continue;
        }
        let parent = model.menu(property.menu).parent;
        let outside = parent.and_then(|menu| model.menu(menu).symbol) != Some(choice);
        if matches!(property.kind, PropertyKind::Prompt(_)) && outside {
            let words = b"choice value used outside its choice group";
            warn(model, property.place, &[words], sink);
        }
    }
}
