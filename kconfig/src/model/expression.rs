//! Expressions over symbols, interned: equal expressions have equal ids, and copies are free.
//!
//! `&&` and `||` take any number of operands. Nothing is simplified here; see `simplify`.

use std::sync::Arc;

use super::symbol::SymbolId;
use crate::names::FastMap;
pub use crate::syntax::tree::Relation;

/// An expression of one [`Expressions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(u32);

impl ExprId {
    /// Position in the list of expressions, for tables beside them.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expr {
    /// The value of a symbol.
    Symbol(SymbolId),
    /// A comparison of two symbols' values.
    Compare(Relation, SymbolId, SymbolId),
    /// The opposite.
    Not(ExprId),
    /// The least of at least two operands, none of which is itself an `And`.
    And(Arc<[ExprId]>),
    /// The greatest of at least two operands, none of which is itself an `Or`.
    Or(Arc<[ExprId]>),
}

/// `&&` or `||`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Junction {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// How deep expressions may be nested: evaluation recurses over them.
pub(crate) const EXPRESSION_DEPTH: u16 = 500;

/// All expressions of a model.
#[derive(Clone, Debug, Default)]
pub struct Expressions {
    list: Vec<Expr>,
    depths: Vec<u16>,
    index: FastMap<Expr, ExprId>,
}

impl Expressions {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// What an id stands for.
    pub fn get(&self, id: ExprId) -> &Expr {
        &self.list[id.0 as usize]
    }

    /// How deep an expression is nested.
    pub(crate) fn depth(&self, id: ExprId) -> u16 {
        self.depths[id.0 as usize]
    }

    fn intern(&mut self, expr: Expr) -> ExprId {
        if let Some(&id) = self.index.get(&expr) {
            return id;
        }
        let below = match &expr {
            Expr::Symbol(_) | Expr::Compare(..) => 0,
            Expr::Not(inner) => self.depth(*inner),
            Expr::And(all) | Expr::Or(all) => {
                all.iter().map(|&one| self.depth(one)).max().unwrap_or(0)
            }
        };
        let id = ExprId(self.list.len() as u32);
        self.list.push(expr.clone());
        self.depths.push(below.saturating_add(1));
        self.index.insert(expr, id);
        id
    }

    /// A symbol's value.
    pub fn symbol(&mut self, symbol: SymbolId) -> ExprId {
        self.intern(Expr::Symbol(symbol))
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
        let mut flat = Vec::with_capacity(operands.len() + 2);
        for &operand in operands {
            match (junction, self.get(operand)) {
                (Junction::And, Expr::And(inner)) | (Junction::Or, Expr::Or(inner)) => {
                    flat.extend_from_slice(inner);
                }
                _ => flat.push(operand),
            }
        }
        self.intern(match junction {
            Junction::And => Expr::And(flat.into()),
            Junction::Or => Expr::Or(flat.into()),
        })
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
            (Junction::And, Expr::And(all)) | (Junction::Or, Expr::Or(all)) => all.to_vec(),
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

    /// Whether two expressions are equal but for the order of operands.
    pub(crate) fn same(&self, one: ExprId, other: ExprId) -> bool {
        if one == other {
            return true;
        }
        match (self.get(one), self.get(other)) {
            (Expr::Not(one), Expr::Not(other)) => self.same(*one, *other),
            (Expr::And(one), Expr::And(other)) | (Expr::Or(one), Expr::Or(other)) => {
                let mut left: Vec<ExprId> = other.to_vec();
                one.len() == other.len()
                    && one.iter().all(|&a| {
                        let found = left.iter().position(|&b| self.same(a, b));
                        found.map(|at| left.swap_remove(at)).is_some()
                    })
            }
            _ => false,
        }
    }

    /// Whether a symbol occurs in an expression.
    pub fn mentions(&self, id: ExprId, symbol: SymbolId) -> bool {
        match self.get(id) {
            Expr::Symbol(one) => *one == symbol,
            Expr::Compare(_, left, right) => *left == symbol || *right == symbol,
            Expr::Not(inner) => self.mentions(*inner, symbol),
            Expr::And(all) | Expr::Or(all) => all.iter().any(|&one| self.mentions(one, symbol)),
        }
    }

    /// Calls `visit` with the symbols of an expression, from left to right.
    pub fn each_symbol(&self, id: ExprId, visit: &mut impl FnMut(SymbolId)) {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            match self.get(id) {
                Expr::Symbol(symbol) => visit(*symbol),
                Expr::Compare(_, left, right) => {
                    visit(*left);
                    visit(*right);
                }
                Expr::Not(inner) => waiting.push(*inner),
                Expr::And(all) | Expr::Or(all) => waiting.extend(all.iter().rev()),
            }
        }
    }
}
