//! What is in the way where nothing helps.

use bstr::BString;

use super::goal::{Bound, Goals};
use crate::model::{PropertyKind, SymbolId};
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

    pub(super) fn block(&mut self, symbol: SymbolId, bound: Bound, why: Obstruction) {
        let blocker = Blocker { symbol, bound, why };
        if !self.blockers.contains(&blocker) {
            self.blockers.push(blocker);
        }
    }
}
