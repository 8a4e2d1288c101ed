//! Trying moves: none, one, two and so on, until the wishes have come true.

use std::collections::{HashMap, HashSet};

use bstr::{BString, ByteSlice};

use super::blocker::Blocker;
use super::goal::Goals;
use super::landmarks::Landmarks;
use super::moves::{Move, Moves, Reason, Values};
use super::{Bounds, Change, Conflict, Outcome, Solution};
use crate::model::SymbolId;
use crate::values::Config;

/// How many solutions of the smallest size are compared: the one with the fewest effects is taken.
const COMPARED: usize = 32;

pub(super) fn run(config: &Config, wishes: &[(SymbolId, BString)], bounds: Bounds) -> Outcome {
    match attempt(config, wishes, bounds) {
        Outcome::Impossible(conflict) => {
            Outcome::Impossible(narrowed(config, wishes, bounds, conflict))
        }
        outcome => outcome,
    }
}

/// Leaves wishes out as long as the rest is still impossible.
fn narrowed(
    config: &Config,
    wishes: &[(SymbolId, BString)],
    bounds: Bounds,
    mut conflict: Conflict,
) -> Conflict {
    let mut left = wishes.to_vec();
    let mut index = 0;
    while index < left.len() && left.len() > 1 {
        let mut fewer = left.clone();
        fewer.remove(index);
        match attempt(config, &fewer, bounds) {
            Outcome::Impossible(smaller) => {
                left = fewer;
                conflict = Conflict { steps: conflict.steps + smaller.steps, ..smaller };
            }
            _ => index += 1,
        }
    }
    conflict
}

fn attempt(config: &Config, wishes: &[(SymbolId, BString)], bounds: Bounds) -> Outcome {
    let model = config.model().clone();
    let mut values = Values::new();
    let mut fixed = HashMap::new();
    for (symbol, value) in wishes {
        if config.has_prompt(*symbol) {
            fixed.insert(*symbol, values.number(value.clone()));
        }
    }
    let choices = (0..model.symbols().len()).map(SymbolId::at);
    let choices = choices.filter(|&id| model.symbol(id).is_choice()).collect();
    let mut search = Search {
        base: config.clone(),
        trial: config.clone(),
        landmarks: Landmarks::of(&model, wishes),
        wishes,
        values,
        fixed,
        touched: Vec::new(),
        choices,
        seen: HashSet::new(),
        path: Vec::new(),
        steps: 0,
        bounds,
        stopped: false,
        open: false,
        found: Vec::new(),
        dead: None,
    };
    for changes in 0..=bounds.changes {
        search.open = false;
        search.seen.clear();
        search.descend(changes);
        if !search.found.is_empty() {
            return search.best();
        }
        if search.stopped {
            return Outcome::GivenUp { steps: search.steps, excluded: changes.saturating_sub(1) };
        }
        if !search.open {
            return Outcome::Impossible(search.conflict());
        }
    }
    Outcome::GivenUp { steps: search.steps, excluded: bounds.changes }
}

/// Records settings, those that set a member of a choice last.
pub(super) fn record(config: &mut Config, settings: &[(SymbolId, BString)]) {
    let mut ordered: Vec<_> = settings.iter().collect();
    ordered.sort_by_key(|(symbol, value)| (value == "y", *symbol));
    for (symbol, value) in ordered {
        config.put(*symbol, value.as_bstr());
    }
}

/// Where nothing helped any more.
struct Dead {
    path: Vec<(Move, Reason)>,
    blockers: Vec<Blocker>,
}

struct Search<'a> {
    base: Config,
    trial: Config,
    wishes: &'a [(SymbolId, BString)],
    values: Values,
    landmarks: Landmarks,
    /// The settings under trial: wishes and the path.
    fixed: HashMap<SymbolId, u32>,
    /// The symbols whose settings in `trial` are not those of `base`.
    touched: Vec<SymbolId>,
    choices: Vec<SymbolId>,
    /// Sets of moves that were tried in this round.
    seen: HashSet<Vec<Move>>,
    path: Vec<(Move, Reason)>,
    steps: usize,
    bounds: Bounds,
    /// The bound of steps was reached.
    stopped: bool,
    /// Something was left out in this round, so more moves may help.
    open: bool,
    found: Vec<Vec<(Move, Reason)>>,
    /// What stood in the way with the fewest moves.
    dead: Option<Dead>,
}

impl Search<'_> {
    /// Tries the path, and what can be added to it.
    fn descend(&mut self, more: usize) {
        if self.stopped || self.found.len() >= COMPARED {
            return;
        }
        if self.steps >= self.bounds.steps {
            self.stopped = true;
            return;
        }
        self.steps += 1;
        self.apply();
        let unmet = self.unmet();
        if unmet.is_empty() {
            match self.lasts() {
                true => self.found.push(self.path.clone()),
                false => self.open = true,
            }
            return;
        }
        if more == 0 && self.open {
            return;
        }
        let (moves, blockers) = self.moves(&unmet);
        if moves.is_empty() {
            if self.dead.as_ref().is_none_or(|dead| self.path.len() < dead.path.len()) {
                self.dead = Some(Dead { path: self.path.clone(), blockers });
            }
            return;
        }
        if more == 0 {
            self.open = true;
            return;
        }
        for &(one, why) in moves.iter() {
            self.path.push((one, why));
            let mut set: Vec<Move> = self.path.iter().map(|&(one, _)| one).collect();
            set.sort_unstable();
            if self.seen.insert(set) {
                self.fixed.insert(one.symbol, one.value);
                self.descend(more - 1);
                self.fixed.remove(&one.symbol);
            }
            self.path.pop();
        }
    }

    fn settings(&self) -> Vec<(SymbolId, BString)> {
        let text = |(&symbol, &value): (&SymbolId, &u32)| (symbol, self.values.text(value).clone());
        self.fixed.iter().map(text).collect()
    }

    fn apply(&mut self) {
        let touched = std::mem::take(&mut self.touched);
        self.trial.take_back(&self.base, &touched);
        self.trial.take_back(&self.base, &self.choices);
        let settings = self.settings();
        record(&mut self.trial, &settings);
        self.touched = self.fixed.keys().copied().collect();
        self.trial.forget();
    }

    fn unmet(&mut self) -> Vec<(SymbolId, BString)> {
        let trial = &mut self.trial;
        let wishes = self.wishes.iter();
        wishes.filter(|(symbol, value)| trial.value(*symbol) != *value).cloned().collect()
    }

    /// Whether the wishes are still true when the configuration is written and read back.
    fn lasts(&self) -> bool {
        let model = self.trial.model().clone();
        let text = self.trial.clone().to_config();
        let mut again = Config::new(model);
        again.load(&text, "", false);
        self.wishes.iter().all(|(symbol, value)| again.value(*symbol) == *value)
    }

    /// The shortest list of moves that one of the wishes needs.
    fn moves(&mut self, unmet: &[(SymbolId, BString)]) -> (Moves, Vec<Blocker>) {
        let mut goals = Goals::new(&mut self.trial, &self.fixed, &mut self.values, &self.landmarks);
        let mut shortest: Option<Moves> = None;
        for (symbol, value) in unmet {
            goals.blockers.clear();
            let moves = goals.wish(*symbol, value);
            if moves.is_empty() {
                shortest = Some(moves);
                break;
            }
            if shortest.as_ref().is_none_or(|other| moves.len() < other.len()) {
                shortest = Some(moves);
            }
        }
        self.open |= goals.incomplete;
        let mut blockers = std::mem::take(&mut goals.blockers);
        blockers.reverse();
        (shortest.unwrap_or_default(), blockers)
    }

    // What came out.

    fn conflict(mut self) -> Conflict {
        let (after, blockers) = match self.dead.take() {
            Some(Dead { path, blockers }) => (self.changes(&path), blockers),
            None => Default::default(),
        };
        Conflict { wishes: self.wishes.to_vec(), after, blockers, steps: self.steps }
    }

    /// Moves as changes.
    fn changes(&self, path: &[(Move, Reason)]) -> Vec<Change> {
        let mut before = self.base.clone();
        let change = |&(one, why): &(Move, Reason)| Change {
            symbol: one.symbol,
            name: before.model().symbol(one.symbol).label().into(),
            from: before.value(one.symbol),
            to: self.values.text(one.value).clone(),
            reason: Some(why),
        };
        path.iter().map(change).collect()
    }

    /// Of the solutions that were found, the one with the fewest effects.
    fn best(mut self) -> Outcome {
        let mut best: Option<(Solution, Vec<(Move, Reason)>)> = None;
        for path in std::mem::take(&mut self.found) {
            let solution = self.solution(&path);
            let better = |(best, _): &(Solution, _)| solution.effects.len() < best.effects.len();
            if best.as_ref().is_none_or(better) {
                best = Some((solution, path));
            }
        }
        match best {
            Some((mut solution, mut path)) => {
                self.find_reasons(&mut path);
                solution.changes = self.changes(&path);
                Outcome::Solved(Box::new(solution))
            }
            None => Outcome::GivenUp { steps: self.steps, excluded: 0 },
        }
    }

    /// Finds what each move of a solution is for: what is missing when all the others are made.
    fn find_reasons(&mut self, path: &mut [(Move, Reason)]) {
        let wishes = self.fixed.clone();
        for index in 0..path.len() {
            let wanted = path[index].0;
            let others = path.iter().filter(|(one, _)| *one != wanted);
            self.fixed = wishes.clone();
            self.fixed.extend(others.map(|(one, _)| (one.symbol, one.value)));
            self.apply();
            let unmet = self.unmet();
            let (moves, _) = self.moves(&unmet);
            if let Some(&(_, why)) = moves.iter().find(|(one, _)| *one == wanted) {
                path[index].1 = why;
            }
        }
        self.fixed = wishes;
    }

    fn solution(&mut self, path: &[(Move, Reason)]) -> Solution {
        let model = self.base.model().clone();
        let mut settings: HashMap<SymbolId, (u32, Option<Reason>)> = HashMap::new();
        for (symbol, _) in self.wishes {
            if let Some(&value) = self.fixed.get(symbol) {
                settings.insert(*symbol, (value, None));
            }
        }
        for &(one, why) in path {
            settings.insert(one.symbol, (one.value, Some(why)));
        }
        let list: Vec<(SymbolId, BString)> = (settings.iter())
            .map(|(&symbol, &(value, _))| (symbol, self.values.text(value).clone()))
            .collect();
        let config = super::with_settings(&self.base, &list);
        let (mut before, mut after) = (self.base.clone(), config.clone());
        let mut effects = Vec::new();
        let mut wishes = Vec::new();
        for symbol in (0..model.symbols().len()).map(SymbolId::at) {
            let known = model.symbol(symbol);
            if !known.is_defined() || known.is_choice() {
                continue;
            }
            let (from, to) = (before.value(symbol), after.value(symbol));
            let Some(name) = known.name.as_deref().filter(|_| from != to) else { continue };
            let change = Change { symbol, name: name.into(), from, to, reason: None };
            match settings.get(&symbol) {
                Some((_, None)) => wishes.push(change),
                Some(_) => {}
                None => effects.push(change),
            }
        }
        let changes = self.changes(path);
        Solution { wishes, changes, effects, config, steps: self.steps }
    }
}
