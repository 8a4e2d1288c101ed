//! Expressions over symbols, interned: equal expressions have equal ids, and copies are free.
//!
//! `&&` and `||` take any number of operands. Nothing is simplified here; see `simplify`.

use super::symbol::SymbolId;
use crate::index::{Index, Positions};
pub use crate::syntax::tree::Relation;

/// An expression of one [`Expressions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(Index);

impl ExprId {
    /// The expression at a position in the list of all of them.
    pub(crate) fn at(index: usize) -> ExprId {
        ExprId(Index::new(index))
    }

    /// Position in the list of expressions, for tables beside them.
    pub(crate) fn index(self) -> usize {
        self.0.position()
    }
}

/// Operands of `&&` or `||`; [`Expressions::list`] gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operands {
    start: u32,
    end: u32,
}

/// An expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expr {
    /// The value of a symbol.
    Symbol(SymbolId),
    /// A comparison of two symbols' values.
    Compare(Relation, SymbolId, SymbolId),
    /// The opposite.
    Not(ExprId),
    /// The least of at least two operands, none of which is itself an `And`.
    And(Operands),
    /// The greatest of at least two operands, none of which is itself an `Or`.
    Or(Operands),
}

/// `&&` or `||`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Junction {
    /// `&&`
    And,
    /// `||`
    Or,
}

impl Junction {
    /// The value that changes nothing when joined.
    pub(super) fn neutral(self) -> SymbolId {
        match self {
            Junction::And => SymbolId::YES,
            Junction::Or => SymbolId::NO,
        }
    }

    /// `||` for `&&`, and `&&` for `||`.
    pub(super) fn other(self) -> Junction {
        match self {
            Junction::And => Junction::Or,
            Junction::Or => Junction::And,
        }
    }
}

/// How deep expressions may be nested: evaluation recurses over them.
pub(crate) const EXPRESSION_DEPTH: u16 = 500;

/// All expressions of a model.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    list: Vec<Expr>,
    depths: Vec<u16>,
    /// The operands of all of them.
    operands: Vec<ExprId>,
    /// Those that are a symbol's value, by symbol.
    symbols: Vec<Option<ExprId>>,
    /// The others.
    positions: Positions,
    /// Room for operands that are being joined.
    room: Vec<ExprId>,
}

impl Expressions {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// What an id stands for.
    pub fn get(&self, id: ExprId) -> Expr {
        self.list[id.index()]
    }

    /// The operands of `&&` or `||`.
    pub fn list(&self, operands: Operands) -> &[ExprId] {
        &self.operands[operands.start as usize..operands.end as usize]
    }

    /// How deep an expression is nested.
    pub(crate) fn depth(&self, id: ExprId) -> u16 {
        self.depths[id.index()]
    }

    /// The id of a comparison or negation.
    fn intern(&mut self, expr: Expr) -> ExprId {
        let hash = match expr {
            Expr::Compare(relation, left, right) => {
                mix(mix(mix(2, relation as u32), left.word()), right.word())
            }
            Expr::Not(inner) => mix(3, inner.0.word()),
            Expr::Symbol(_) | Expr::And(_) | Expr::Or(_) => 0,
        };
        let slot = match self.positions.find(hash, |position| self.list[position] == expr) {
            Ok(position) => return ExprId::at(position),
            Err(slot) => slot,
        };
        let below = if let Expr::Not(inner) = expr { self.depth(inner) } else { 0 };
        self.add(slot, hash, expr, below)
    }

    /// The id of joined operands.
    fn intern_joined(&mut self, junction: Junction, flat: &[ExprId]) -> ExprId {
        let start = if junction == Junction::And { 4 } else { 5 };
        let hash = flat.iter().fold(start, |hash, id| mix(hash, id.0.word()));
        let found = self.positions.find(hash, |position| match (junction, self.list[position]) {
            (Junction::And, Expr::And(same)) | (Junction::Or, Expr::Or(same)) => {
                self.list(same) == flat
            }
            _ => false,
        });
        let slot = match found {
            Ok(position) => return ExprId::at(position),
            Err(slot) => slot,
        };
        let start = self.operands.len() as u32;
        self.operands.extend_from_slice(flat);
        let operands = Operands { start, end: self.operands.len() as u32 };
        let expr = match junction {
            Junction::And => Expr::And(operands),
            Junction::Or => Expr::Or(operands),
        };
        let below = flat.iter().map(|&one| self.depth(one)).max().unwrap_or(0);
        self.add(slot, hash, expr, below)
    }

    fn add(&mut self, slot: usize, hash: u32, expr: Expr, below: u16) -> ExprId {
        let id = self.push(expr, below);
        self.positions.add(id.index(), hash, slot);
        id
    }

    fn push(&mut self, expr: Expr, below: u16) -> ExprId {
        let id = ExprId::at(self.list.len());
        self.list.push(expr);
        self.depths.push(below.saturating_add(1));
        id
    }

    /// A symbol's value.
    pub fn symbol(&mut self, symbol: SymbolId) -> ExprId {
        if self.symbols.len() <= symbol.index() {
            self.symbols.resize((symbol.index() + 1).next_power_of_two(), None);
        }
        if let Some(id) = self.symbols[symbol.index()] {
            return id;
        }
        let id = self.push(Expr::Symbol(symbol), 0);
        self.symbols[symbol.index()] = Some(id);
        id
    }

    /// A comparison.
    pub fn compare(&mut self, relation: Relation, left: SymbolId, right: SymbolId) -> ExprId {
        self.intern(Expr::Compare(relation, left, right))
    }

    /// The opposite of an expression.
    pub fn not(&mut self, inner: ExprId) -> ExprId {
        self.intern(Expr::Not(inner))
    }

    /// Several operands joined; those that are joined in the same way themselves are taken apart.
    /// One operand alone stays what it is. There must be one.
    pub fn join(&mut self, junction: Junction, operands: &[ExprId]) -> ExprId {
        if let [one] = operands {
            return *one;
        }
        let mut flat = std::mem::take(&mut self.room);
        flat.clear();
        for &operand in operands {
            match (junction, self.get(operand)) {
                (Junction::And, Expr::And(inner)) | (Junction::Or, Expr::Or(inner)) => {
                    flat.extend_from_slice(self.list(inner));
                }
                _ => flat.push(operand),
            }
        }
        let id = self.intern_joined(junction, &flat);
        self.room = flat;
        id
    }

    /// Joins what may be absent; absent is `y` without saying so.
    pub fn join_some(
        &mut self,
        junction: Junction,
        left: Option<ExprId>,
        right: Option<ExprId>,
    ) -> Option<ExprId> {
        match (left, right) {
            (Some(left), Some(right)) => Some(self.join(junction, &[left, right])),
            (one, other) => one.or(other),
        }
    }

    /// The operands of an expression that is joined with `junction`; otherwise itself alone.
    pub(crate) fn operands(&self, junction: Junction, id: ExprId) -> Vec<ExprId> {
        match (junction, self.get(id)) {
            (Junction::And, Expr::And(all)) | (Junction::Or, Expr::Or(all)) => {
                self.list(all).to_vec()
            }
            _ => vec![id],
        }
    }

    /// How an expression is joined at its top.
    pub(crate) fn junction(&self, id: ExprId) -> Option<Junction> {
        match self.get(id) {
            Expr::And(_) => Some(Junction::And),
            Expr::Or(_) => Some(Junction::Or),
            _ => None,
        }
    }

    /// Whether two expressions are equal but for the order of operands, and for constants that
    /// decide nothing, or everything, in both.
    pub(crate) fn same(&self, one: ExprId, other: ExprId) -> bool {
        if one == other {
            return true;
        }
        match (self.get(one), self.get(other)) {
            (Expr::Not(one), Expr::Not(other)) => self.same(one, other),
            (Expr::And(one), Expr::And(other)) => self.same_joined(Junction::And, one, other),
            (Expr::Or(one), Expr::Or(other)) => self.same_joined(Junction::Or, one, other),
            _ => false,
        }
    }

    fn same_joined(&self, junction: Junction, one: Operands, other: Operands) -> bool {
        let mut right = self.list(other).to_vec();
        let mut left = Vec::new();
        for &operand in self.list(one) {
            let constant = matches!(self.get(operand), Expr::Symbol(SymbolId::YES | SymbolId::NO));
            let found = right.iter().position(|&b| !constant && self.same(operand, b));
            match found {
                Some(at) => drop(right.swap_remove(at)),
                None => left.push(operand),
            }
        }
        let left = self.only_symbol(junction, &left);
        left.is_some() && left == self.only_symbol(junction, &right)
    }

    /// The symbol that is left of joined operands when their constants have done their work.
    fn only_symbol(&self, junction: Junction, operands: &[ExprId]) -> Option<SymbolId> {
        let mut only = Some(junction.neutral());
        for &operand in operands {
            let symbol = match self.get(operand) {
                Expr::Symbol(symbol) => Some(symbol),
                Expr::And(all) => self.only_symbol(Junction::And, self.list(all)),
                Expr::Or(all) => self.only_symbol(Junction::Or, self.list(all)),
                Expr::Not(_) | Expr::Compare(..) => None,
            };
            if symbol == Some(junction.other().neutral()) {
                return symbol;
            }
            if symbol != Some(junction.neutral()) {
                only = symbol.filter(|_| only == Some(junction.neutral()));
            }
        }
        only
    }

    /// Whether a symbol occurs in an expression.
    pub fn mentions(&self, id: ExprId, symbol: SymbolId) -> bool {
        match self.get(id) {
            Expr::Symbol(one) => one == symbol,
            Expr::Compare(_, left, right) => left == symbol || right == symbol,
            Expr::Not(inner) => self.mentions(inner, symbol),
            Expr::And(all) | Expr::Or(all) => {
                self.list(all).iter().any(|&one| self.mentions(one, symbol))
            }
        }
    }

    /// Calls `visit` with the symbols of an expression, from left to right.
    pub fn each_symbol(&self, id: ExprId, visit: &mut impl FnMut(SymbolId)) {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            match self.get(id) {
                Expr::Symbol(symbol) => visit(symbol),
                Expr::Compare(_, left, right) => {
                    visit(left);
                    visit(right);
                }
                Expr::Not(inner) => waiting.push(inner),
                Expr::And(all) | Expr::Or(all) => waiting.extend(self.list(all).iter().rev()),
            }
        }
    }
}

/// Adds a word to a hash.
fn mix(hash: u32, word: u32) -> u32 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9).rotate_left(15)
}
