//! One answer for all options that have none yet.

use super::Config;
use crate::model::{Model, SymbolId, Type};
use crate::random::Random;
use crate::tristate::Tristate;

/// What new options get.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Their defaults.
    Default,
    /// One value, as far as it is possible.
    All(Tristate),
    /// A random value each.
    Random(Random, Odds),
}

/// How likely random values are, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odds {
    /// That a bool is `y`.
    pub bool_yes: u32,
    /// That a tristate is `y`.
    pub tristate_yes: u32,
    /// That a tristate is `m`.
    pub tristate_module: u32,
}

impl Default for Odds {
    fn default() -> Odds {
        Odds { bool_yes: 50, tristate_yes: 33, tristate_module: 33 }
    }
}

impl Config {
    /// Gives an answer to all options that have none.
    pub fn answer_new(&mut self, mut answer: Answer) {
        while self.answer_once(&mut answer) && matches!(answer, Answer::Random(..)) {}
    }

    /// One round; whether another one may find more. Random answers may need several, because
    /// choices become visible by the answers before.
    fn answer_once(&mut self, answer: &mut Answer) -> bool {
        let model = self.model.clone();
        let mut changed = false;
        for &symbol in &model.order {
            let state = self.state(symbol);
            if state.user || state.valid || !self.kind(symbol).is_logic() {
                continue;
            }
            changed = true;
            self.answer_symbol(&model, symbol, answer);
        }
        self.invalidate();
        let random = matches!(answer, Answer::Random(..));
        if !random {
            for &symbol in &model.order {
                let known = model.symbol(symbol);
                let new_choice = known.is_choice() && !self.state(symbol).user;
                if new_choice || known.choice.is_some() {
                    self.state_mut(symbol).fill_choice = true;
                }
            }
        }
        for &symbol in &model.order {
            if self.state(symbol).user || !model.symbol(symbol).is_choice() {
                continue;
            }
            self.calculate(symbol);
            match answer {
                Answer::Random(random, _) => {
                    let chosen = self.choose_random(&model, symbol, random);
                    changed = match self.dialect() {
                        crate::Dialect::Linux => changed | chosen,
                        crate::Dialect::Unikraft => chosen,
                    };
                }
                _ => {
                    self.fill_members(symbol);
                    changed = true;
                }
            }
        }
        changed
    }

    fn answer_symbol(&mut self, model: &Model, symbol: SymbolId, answer: &mut Answer) {
        let known = model.symbol(symbol);
        let value = match answer {
            Answer::Default => return,
            Answer::All(Tristate::No) if known.allnoconfig_y => Tristate::Yes,
            Answer::All(value) => *value,
            Answer::Random(random, odds) => {
                let dice = random.next() % 100;
                let (yes, module) = match known.kind {
                    Type::Tristate => (odds.tristate_yes, odds.tristate_module),
                    _ => (odds.bool_yes, 0),
                };
                match dice {
                    dice if dice < yes => Tristate::Yes,
                    dice if dice < yes + module => Tristate::Module,
                    _ => Tristate::No,
                }
            }
        };
        let random = matches!(answer, Answer::Random(..));
        let state = self.state_mut(symbol);
        state.user_value = value;
        state.user |= !(random && known.is_choice());
    }

    fn choose_random(&mut self, model: &Model, choice: SymbolId, random: &mut Random) -> bool {
        let members = &model.symbol(choice).members;
        if self.state(choice).value != Tristate::Yes || members.is_empty() {
            return false;
        }
        let chosen = random.next() as usize % members.len();
        for (index, &member) in members.iter().enumerate() {
            let state = self.state_mut(member);
            state.user_value = (index == chosen).into();
            state.user = true;
            state.valid = false;
        }
        let state = self.state_mut(choice);
        state.user_member = Some(members[chosen]);
        state.user = true;
        state.valid = false;
        true
    }

    /// Changes all tristates that the user settings have at one value to another.
    pub fn replace_tristates(&mut self, from: Tristate, to: Tristate) {
        let model = self.model.clone();
        for &symbol in &model.order {
            if self.kind(symbol) == Type::Tristate && self.state(symbol).user_value == from {
                self.state_mut(symbol).user_value = to;
            }
        }
        self.invalidate();
    }
}
