//! What is in the way where nothing helps.

use bstr::{BStr, BString, ByteSlice};

use super::goal::{Bound, Goals};
use crate::model::{PropertyKind, SymbolId, Type};
use crate::numbers;
use crate::tristate::Tristate;

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
    /// It is to have this number, which is never between the limits that follow.
    OutOfRange {
        /// What it is to be.
        number: BString,
        /// The least that it can be.
        low: BString,
        /// The most that it can be.
        high: BString,
    },
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

impl Goals<'_> {
    pub(super) fn obstruction(&mut self, symbol: SymbolId, bound: Bound) -> Obstruction {
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

    /// Why an option can never be that number, if a range forbids it that holds wherever the option
    /// can be set and that has constants for limits.
    pub(super) fn out_of_range(&self, symbol: SymbolId, number: &BStr) -> Option<Obstruction> {
        let known = self.model.symbol(symbol);
        let mut definitions = self.model.definitions(symbol);
        let (Some(menu), None, true) =
            (definitions.next(), definitions.next(), known.kind.is_number())
        else {
            return None;
        };
        let depends = self.model.menu(menu).depends;
        let first = self.model.properties(symbol).find_map(|property| match property.kind {
            PropertyKind::Range(low, high) => Some((low, high, property.condition)),
            _ => None,
        });
        let (low, high, condition) = first?;
        let limits = [low, high].map(|limit| self.model.symbol(limit));
        // A number without quotes is a name that nothing defines.
        let lasting = limits.iter().all(|limit| limit.kind == Type::Unknown)
            && self.model.same_condition(condition, depends);
        let [low, high] = limits.map(|limit| limit.label().as_bstr().to_owned());
        let base = if known.kind == Type::Int { 10 } else { 16 };
        let value = |text: &BStr| numbers::number(text, base);
        let inside = (value(low.as_bstr())..=value(high.as_bstr())).contains(&value(number));
        (lasting && !inside).then(|| Obstruction::OutOfRange { number: number.into(), low, high })
    }

    pub(super) fn block(&mut self, symbol: SymbolId, bound: Bound, why: Obstruction) {
        let blocker = Blocker { symbol, bound, why };
        if !self.blockers.contains(&blocker) {
            self.blockers.push(blocker);
        }
    }
}
