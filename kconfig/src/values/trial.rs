//! Settings tried out: recorded whether or not they take effect, and taken back. Knows no reason
//! for any of them.

use bstr::{BStr, BString, ByteSlice};

use super::Config;
use crate::model::{PropertyKind, SymbolId};
use crate::names::Text;
use crate::tristate::Tristate;

/// How a value came about, as of the last computation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) user: bool,
    pub(crate) user_value: Tristate,
    pub(crate) user_member: Option<SymbolId>,
    pub(crate) visible: Tristate,
    pub(crate) selected: Tristate,
    pub(crate) implied: Tristate,
}

impl Config {
    /// Computes a symbol and tells what its value was made of.
    pub(crate) fn standing(&mut self, symbol: SymbolId) -> Standing {
        self.calculate(symbol);
        let state = self.state(symbol);
        Standing {
            user: state.user,
            user_value: state.user_value,
            user_member: state.user_member,
            visible: state.visible,
            selected: state.selected,
            implied: state.implied,
        }
    }

    /// The text that the user set.
    pub(crate) fn user_text(&self, symbol: SymbolId) -> BString {
        self.state(symbol).user_text.as_deref().unwrap_or_default().into()
    }

    /// Whether a symbol could be set at all.
    pub(crate) fn has_prompt(&self, symbol: SymbolId) -> bool {
        (self.model.properties(symbol)).any(|one| matches!(one.kind, PropertyKind::Prompt(_)))
    }

    /// Writes a valid value into the user settings and no more: what was computed is stale after
    /// it, until [`Config::forget`].
    pub(crate) fn put(&mut self, symbol: SymbolId, value: &BStr) {
        let model = self.model.clone();
        let known = model.symbol(symbol);
        let state = self.state_mut(symbol);
        state.user = true;
        if !known.kind.is_logic() {
            state.user_text = Some(Text::from(value.as_bytes()));
            return;
        }
        let value = value.first().and_then(|&letter| Tristate::from_letter(letter));
        let value = value.unwrap_or_default();
        state.user_value = value;
        let Some(choice) = known.choice else { return };
        let optional = model.symbol(choice).optional;
        let state = self.state_mut(choice);
        match value {
            Tristate::Yes => {
                state.user_member = Some(symbol);
                state.user_value = Tristate::Yes;
            }
            Tristate::Module => state.user_value = Tristate::Module,
            Tristate::No if optional && state.user_member == Some(symbol) => {
                state.user_member = None;
                state.user_value = Tristate::No;
            }
            Tristate::No => return,
        }
        state.user = true;
        for &member in &model.symbol(choice).members {
            self.state_mut(member).user = true;
        }
    }

    /// Forgets what was computed.
    pub(crate) fn forget(&mut self) {
        self.invalidate();
    }

    /// Takes over the user settings of some symbols, their choices' and those choices' members'
    /// from another configuration of the same model.
    pub(crate) fn take_back(&mut self, from: &Config, symbols: &[SymbolId]) {
        let model = self.model.clone();
        for &symbol in symbols {
            self.take_setting(from, symbol);
            if let Some(choice) = model.symbol(symbol).choice {
                self.take_setting(from, choice);
                for &member in &model.symbol(choice).members {
                    self.take_setting(from, member);
                }
            }
        }
    }

    fn take_setting(&mut self, from: &Config, symbol: SymbolId) {
        let other = from.state(symbol);
        let state = &mut self.states[symbol.index()];
        state.user = other.user;
        state.user_value = other.user_value;
        state.user_text.clone_from(&other.user_text);
        state.user_member = other.user_member;
    }

    /// Takes away the user setting of one symbol, or of a choice with its members.
    pub(crate) fn without_setting(&self, symbol: SymbolId) -> Config {
        let mut config = self.clone();
        let model = self.model.clone();
        let choice = model.symbol(symbol).choice;
        let members = choice.map_or(&[][..], |choice| &model.symbol(choice).members);
        for &one in [symbol].iter().chain(&choice).chain(members) {
            let state = config.state_mut(one);
            state.user = false;
            state.user_value = Tristate::No;
            state.user_text = None;
            state.user_member = None;
        }
        config.invalidate();
        config
    }
}
