//! Laws of three-valued logic that shorten dependencies.
//!
//! Which dependencies end up equal decides what becomes a submenu (and so what is a member of a
//! choice), and shortened ones are shown to people: the same laws as in the C implementation are
//! applied, and no more.

use super::expression::{Expr, ExprId, Expressions, Junction, Operands, Relation};
use super::symbol::{Symbol, SymbolId, Type};
use crate::names::FastMap;

const NO: SymbolId = SymbolId::NO;
const MODULE: SymbolId = SymbolId::MODULE;
const YES: SymbolId = SymbolId::YES;

/// How many operands about one thing are compared in pairs; of more, only equal ones are dropped.
const PAIRS: usize = 500;

/// Simplifies expressions of one model while it is being built.
pub(super) struct Simplifier<'a> {
    pub(super) expressions: &'a mut Expressions,
    pub(super) symbols: &'a [Symbol],
    /// What expressions became that were shortened before, by id.
    pub(super) known: &'a mut Vec<Option<ExprId>>,
    /// Comparisons of bools with `m`, which can only fail: the symbol, and what it was made.
    pub(super) odd: Vec<(SymbolId, bool)>,
}

impl Simplifier<'_> {
    fn get(&self, id: ExprId) -> Expr {
        self.expressions.get(id)
    }

    fn kind(&self, symbol: SymbolId) -> Type {
        self.symbols[symbol.index()].kind
    }

    /// Rebuilds a joined expression from changed operands.
    fn map(
        &mut self,
        junction: Junction,
        operands: Operands,
        mut change: impl FnMut(&mut Self, ExprId) -> ExprId,
    ) -> ExprId {
        let mut changed = self.expressions.list(operands).to_vec();
        for one in &mut changed {
            *one = change(self, *one);
        }
        self.expressions.join(junction, &changed)
    }

    /// The same for an expression that stays what it is when its operands do.
    fn map_whole(
        &mut self,
        whole: ExprId,
        junction: Junction,
        operands: Operands,
        mut change: impl FnMut(&mut Self, ExprId) -> ExprId,
    ) -> ExprId {
        for index in 0..self.expressions.list(operands).len() {
            let one = self.expressions.list(operands)[index];
            let other = change(self, one);
            if other != one {
                let mut changed = self.expressions.list(operands).to_vec();
                changed[index] = other;
                for one in &mut changed[index + 1..] {
                    *one = change(self, *one);
                }
                return self.expressions.join(junction, &changed);
            }
        }
        whole
    }

    /// `m` becomes `m && modules`, so that it is `n` without modules.
    pub(super) fn module_needs(&mut self, id: ExprId, modules: SymbolId) -> ExprId {
        match self.get(id) {
            Expr::Symbol(MODULE) => {
                let modules = self.expressions.symbol(modules);
                self.expressions.join(Junction::And, &[id, modules])
            }
            Expr::Symbol(_) | Expr::Compare(..) => id,
            Expr::Not(inner) => {
                let inner = self.module_needs(inner, modules);
                self.expressions.not(inner)
            }
            Expr::And(all) => {
                self.map_whole(id, Junction::And, all, |s, one| s.module_needs(one, modules))
            }
            Expr::Or(all) => {
                self.map_whole(id, Junction::Or, all, |s, one| s.module_needs(one, modules))
            }
        }
    }

    /// Moves negations inwards, and makes comparisons of bools plain.
    pub(super) fn normalise(&mut self, id: ExprId) -> ExprId {
        match self.get(id) {
            Expr::Symbol(_) => id,
            Expr::Compare(relation, left, right) => self.plain(id, relation, left, right),
            Expr::And(all) => self.map_whole(id, Junction::And, all, Self::normalise),
            Expr::Or(all) => self.map_whole(id, Junction::Or, all, Self::normalise),
            Expr::Not(inner) => {
                let inner = self.normalise(inner);
                self.negated(inner)
            }
        }
    }

    /// A comparison; of a bool with a constant: the bool or its opposite.
    fn plain(&mut self, id: ExprId, relation: Relation, left: SymbolId, right: SymbolId) -> ExprId {
        let equal = match relation {
            Relation::Equal => true,
            Relation::Unequal => false,
            _ => return id,
        };
        if self.kind(left) != Type::Bool {
            return id;
        }
        match right {
            MODULE => {
                self.odd.push((left, !equal));
                self.expressions.symbol(if equal { NO } else { YES })
            }
            YES | NO => {
                let symbol = self.expressions.symbol(left);
                if (right == YES) == equal { symbol } else { self.expressions.not(symbol) }
            }
            _ => id,
        }
    }

    /// The opposite of a normalised expression, normalised.
    fn negated(&mut self, inner: ExprId) -> ExprId {
        match self.get(inner) {
            Expr::Not(twice) => twice,
            Expr::Compare(relation, left, right) => {
                self.expressions.compare(relation.opposite(), left, right)
            }
            Expr::And(all) => self.map(Junction::Or, all, Self::negated),
            Expr::Or(all) => self.map(Junction::And, all, Self::negated),
            Expr::Symbol(YES) => self.expressions.symbol(NO),
            Expr::Symbol(NO) => self.expressions.symbol(YES),
            Expr::Symbol(MODULE) => inner,
            Expr::Symbol(_) => self.expressions.not(inner),
        }
    }

    /// `X!=n` of tristates becomes `X`, for conditions of options that are no tristates.
    pub(super) fn without_unequal_no(&mut self, id: ExprId) -> ExprId {
        match self.get(id) {
            Expr::Compare(Relation::Unequal, left, NO) if self.kind(left) == Type::Tristate => {
                self.expressions.symbol(left)
            }
            Expr::Symbol(_) | Expr::Compare(..) => id,
            Expr::Not(inner) => {
                let inner = self.without_unequal_no(inner);
                self.expressions.not(inner)
            }
            Expr::And(all) => self.map_whole(id, Junction::And, all, Self::without_unequal_no),
            Expr::Or(all) => self.map_whole(id, Junction::Or, all, Self::without_unequal_no),
        }
    }

    /// Says `is it n?` (or `is it not n?`) of an expression with comparisons only.
    pub(super) fn compared_with_no(&mut self, id: Option<ExprId>, equal: bool) -> ExprId {
        let Some(id) = id else {
            let no = self.expressions.symbol(NO);
            return if equal { no } else { self.expressions.not(no) };
        };
        let whole = match self.get(id) {
            Expr::Symbol(symbol) => {
                let relation = if equal { Relation::Equal } else { Relation::Unequal };
                return self.expressions.compare(relation, symbol, NO);
            }
            Expr::Not(inner) => return self.compared_with_no(Some(inner), !equal),
            Expr::Compare(..) if !equal => return id,
            Expr::Compare(..) => return self.expressions.not(id),
            Expr::And(all) => {
                self.map(Junction::Or, all, |s, one| s.compared_with_no(Some(one), true))
            }
            Expr::Or(all) => {
                self.map(Junction::And, all, |s, one| s.compared_with_no(Some(one), true))
            }
        };
        if equal { whole } else { self.expressions.not(whole) }
    }

    /// Drops operands that are said already, as often as something can be dropped.
    pub(super) fn shorten(&mut self, id: ExprId) -> ExprId {
        if let Some(&Some(known)) = self.known.get(id.index()) {
            return known;
        }
        let mut result = id;
        while let Some(junction) = self.expressions.junction(result) {
            let mut operands = self.expressions.operands(junction, result);
            if !self.shorten_once(junction, &mut operands) {
                break;
            }
            let joined = self.expressions.join(junction, &operands);
            result = self.without_constants(joined);
        }
        if self.known.len() <= id.index() {
            self.known.resize(self.expressions.len().next_power_of_two(), None);
        }
        self.known[id.index()] = Some(result);
        result
    }

    /// One round over all pairs of operands; whether anything changed.
    fn shorten_once(&mut self, junction: Junction, operands: &mut [ExprId]) -> bool {
        let mut changed = false;
        for operand in operands.iter_mut() {
            let Some(inner) = self.expressions.junction(*operand) else { continue };
            let mut below = self.expressions.operands(inner, *operand);
            if self.shorten_once(inner, &mut below) {
                changed = true;
                *operand = self.expressions.join(inner, &below);
            }
        }
        let keys: Vec<ExprId> = operands.iter().map(|&one| self.subject(one)).collect();
        if !has_duplicates(&keys) {
            return changed;
        }
        let mut groups: FastMap<ExprId, Vec<usize>> = FastMap::default();
        for (index, &key) in keys.iter().enumerate() {
            groups.entry(key).or_default().push(index);
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
        groups.sort_unstable();
        for group in groups {
            changed |= self.shorten_group(junction, operands, &group);
        }
        changed
    }

    /// Merges operands that are about the same; whether anything changed. The later one of two
    /// stays.
    fn shorten_group(
        &mut self,
        junction: Junction,
        operands: &mut [ExprId],
        group: &[usize],
    ) -> bool {
        let neutral = self.expressions.symbol(junction.neutral());
        let mut changed = false;
        if group.len() > PAIRS {
            let mut seen = FastMap::default();
            for &index in group.iter().rev() {
                let canonical = self.canonical(operands[index]);
                if seen.insert(canonical, ()).is_some() {
                    operands[index] = neutral;
                    changed = true;
                }
            }
            return changed;
        }
        for &first in group {
            for &second in group {
                let (one, other) = (operands[first], operands[second]);
                if first == second {
                    continue;
                }
                if let Some(merged) = self.merge(junction, one, other) {
                    operands[first] = neutral;
                    operands[second] = merged;
                    changed = true;
                    break;
                }
            }
        }
        changed
    }

    /// What two operands must have in common to say something of each other: the symbol that
    /// they are about, or what they are made of.
    fn subject(&mut self, id: ExprId) -> ExprId {
        match self.get(id) {
            Expr::Symbol(_) => id,
            Expr::Compare(_, left, _) => self.expressions.symbol(left),
            Expr::Not(inner) => self.subject(inner),
            // All of these are compared with each other.
            Expr::And(_) | Expr::Or(_) => self.expressions.symbol(SymbolId::YES),
        }
    }

    /// The same for expressions that differ in the order of operands only.
    fn canonical(&mut self, id: ExprId) -> ExprId {
        match self.get(id) {
            Expr::Symbol(_) | Expr::Compare(..) => id,
            Expr::Not(inner) => {
                let inner = self.canonical(inner);
                self.expressions.not(inner)
            }
            Expr::And(all) => self.canonical_join(Junction::And, all),
            Expr::Or(all) => self.canonical_join(Junction::Or, all),
        }
    }

    fn canonical_join(&mut self, junction: Junction, all: Operands) -> ExprId {
        let mut all = self.expressions.list(all).to_vec();
        for one in &mut all {
            *one = self.canonical(*one);
        }
        all.sort_unstable();
        self.expressions.join(junction, &all)
    }

    /// What two operands say together, when that is shorter.
    fn merge(&mut self, junction: Junction, one: ExprId, other: ExprId) -> Option<ExprId> {
        if self.expressions.same(one, other) {
            return Some(one);
        }
        let (first, second) = (self.get(one), self.get(other));
        let symbol = about(self.expressions, first)?;
        if about(self.expressions, second)? != symbol {
            return None;
        }
        let kind = self.kind(symbol);
        if !kind.is_logic() {
            return None;
        }
        match junction {
            Junction::Or => self.merge_or(symbol, kind, &first, &second),
            Junction::And => self.merge_and(symbol, kind, &first, &second),
        }
    }

    fn merge_or(
        &mut self,
        symbol: SymbolId,
        kind: Type,
        first: &Expr,
        second: &Expr,
    ) -> Option<ExprId> {
        use Relation::{Equal, Unequal};
        match (first, second) {
            // One of two constants is not the third.
            (&Expr::Compare(Equal, _, one), &Expr::Compare(Equal, _, other))
                if kind == Type::Tristate =>
            {
                let third = third_constant(one, other)?;
                Some(self.expressions.compare(Unequal, symbol, third))
            }
            (Expr::Not(inner), Expr::Symbol(_)) | (Expr::Symbol(_), Expr::Not(inner))
                if kind == Type::Bool
                    && matches!(self.expressions.get(*inner), Expr::Symbol(_)) =>
            {
                Some(self.expressions.symbol(YES))
            }
            _ => None,
        }
    }

    fn merge_and(
        &mut self,
        symbol: SymbolId,
        kind: Type,
        first: &Expr,
        second: &Expr,
    ) -> Option<ExprId> {
        use Relation::{Equal, Unequal};
        match (first, second) {
            (Expr::Symbol(_), &Expr::Compare(relation, _, right))
            | (&Expr::Compare(relation, _, right), Expr::Symbol(_)) => match (relation, right) {
                (Equal, YES) | (Unequal, MODULE) => {
                    Some(self.expressions.compare(Equal, symbol, YES))
                }
                (Unequal, NO) => Some(self.expressions.symbol(symbol)),
                _ => None,
            },
            (&Expr::Compare(Equal, _, is), &Expr::Compare(Unequal, _, not))
            | (&Expr::Compare(Unequal, _, not), &Expr::Compare(Equal, _, is))
                if kind == Type::Tristate =>
            {
                let constant =
                    |s: SymbolId| self.symbols[s.index()].role == super::symbol::Role::Constant;
                if !constant(is) || !constant(not) {
                    return None;
                }
                Some(match is == not {
                    true => self.expressions.symbol(NO),
                    false => self.expressions.compare(Equal, symbol, is),
                })
            }
            (&Expr::Compare(Unequal, _, one), &Expr::Compare(Unequal, _, other))
                if kind == Type::Tristate =>
            {
                let third = third_constant(one, other)?;
                Some(self.expressions.compare(Equal, symbol, third))
            }
            _ => None,
        }
    }

    /// Drops `y` from `&&` and `n` from `||`, and what they decide.
    pub(super) fn without_constants(&mut self, id: ExprId) -> ExprId {
        let Some(junction) = self.expressions.junction(id) else { return id };
        let neutral = self.expressions.symbol(junction.neutral());
        let decisive = self.expressions.symbol(junction.other().neutral());
        let mut left = Vec::new();
        for operand in self.expressions.operands(junction, id) {
            let operand = self.without_constants(operand);
            if operand == decisive {
                return decisive;
            }
            if operand != neutral {
                left.push(operand);
            }
        }
        if left.is_empty() { neutral } else { self.expressions.join(junction, &left) }
    }

    /// Removes from two expressions the operands that both have.
    pub(super) fn without_common(&mut self, one: ExprId, other: ExprId) -> (ExprId, ExprId) {
        let (mut one, mut other) = (one, other);
        let first = self.expressions.junction(one);
        if let Some(junction) = first {
            (one, other) = self.strike(junction, one, other);
        }
        if let Some(junction) = self.expressions.junction(other)
            && first != Some(junction)
        {
            (one, other) = self.strike(junction, one, other);
        }
        (self.without_constants(one), self.without_constants(other))
    }

    /// Puts the neutral value in the place of common operands.
    fn strike(&mut self, junction: Junction, one: ExprId, other: ExprId) -> (ExprId, ExprId) {
        let neutral = self.expressions.symbol(junction.neutral());
        let mut left = self.expressions.operands(junction, one);
        let mut right = self.expressions.operands(junction, other);
        for a in &mut left {
            for b in &mut right {
                let constant = matches!(self.expressions.get(*a), Expr::Symbol(YES | NO));
                if !(constant && *a == *b) && self.expressions.same(*a, *b) {
                    *a = neutral;
                    *b = neutral;
                }
            }
        }
        (self.expressions.join(junction, &left), self.expressions.join(junction, &right))
    }
}

/// The symbol that a simple operand is about.
fn about(expressions: &Expressions, expr: Expr) -> Option<SymbolId> {
    match expr {
        Expr::Symbol(symbol) => Some(symbol),
        Expr::Compare(Relation::Equal | Relation::Unequal, symbol, _) => Some(symbol),
        Expr::Not(inner) => match expressions.get(inner) {
            Expr::Symbol(symbol) => Some(symbol),
            _ => None,
        },
        _ => None,
    }
}

/// The one of `y`, `m` and `n` that is neither.
fn third_constant(one: SymbolId, other: SymbolId) -> Option<SymbolId> {
    let all = [YES, MODULE, NO];
    if one == other || !all.contains(&one) || !all.contains(&other) {
        return None;
    }
    all.into_iter().find(|&third| third != one && third != other)
}

fn has_duplicates(keys: &[ExprId]) -> bool {
    if keys.len() <= 8 {
        return keys.iter().enumerate().any(|(at, key)| keys[..at].contains(key));
    }
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}
