//! Settings that might help, and what they are for.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use bstr::BString;

use crate::model::SymbolId;
use crate::tristate::Tristate;

/// How a setting matters to another option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It is in a condition of the option's prompt.
    Dependency,
    /// It selects the option.
    Selector,
    /// It implies the option.
    Implier,
    /// A default of the option turns on it.
    Default,
    /// Both belong to one choice.
    Choice,
    /// It is a limit of the option's range, or turns one on.
    Limit,
    /// It makes modules possible.
    Modules,
}

/// For the sake of which option a setting changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reason {
    /// How it matters.
    pub role: Role,
    /// To which option.
    pub of: SymbolId,
}

/// A setting that might help; values are numbered by [`Values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Move {
    pub(super) symbol: SymbolId,
    pub(super) value: u32,
}

/// Values by number; the first three are `n`, `m` and `y`.
#[derive(Clone, Debug)]
pub(super) struct Values {
    list: Vec<BString>,
    numbers: HashMap<BString, u32>,
}

impl Values {
    pub(super) fn new() -> Values {
        let mut values = Values { list: Vec::new(), numbers: HashMap::new() };
        for letter in ["n", "m", "y"] {
            values.number(letter.into());
        }
        values
    }

    pub(super) fn number(&mut self, value: BString) -> u32 {
        if let Some(&number) = self.numbers.get(&value) {
            return number;
        }
        let number = self.list.len() as u32;
        self.list.push(value.clone());
        self.numbers.insert(value, number);
        number
    }

    pub(super) fn text(&self, number: u32) -> &BString {
        &self.list[number as usize]
    }
}

/// The number of a logic value.
pub(super) fn number(value: Tristate) -> u32 {
    value as u32
}

pub(super) const YES: u32 = Tristate::Yes as u32;

/// Settings of which every solution contains one, with why.
pub(super) type Moves = Rc<Vec<(Move, Reason)>>;

/// Moves that are being collected, each once.
#[derive(Default)]
pub(super) struct Found {
    list: Vec<(Move, Reason)>,
    seen: HashSet<Move>,
}

impl Found {
    pub(super) fn push(&mut self, one: Move, why: Reason) {
        if self.seen.insert(one) {
            self.list.push((one, why));
        }
    }

    pub(super) fn extend(&mut self, moves: &Moves) {
        for &(one, why) in moves.iter() {
            self.push(one, why);
        }
    }

    pub(super) fn done(self) -> Moves {
        Rc::new(self.list)
    }
}
