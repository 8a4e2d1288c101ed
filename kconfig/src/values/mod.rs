//! Model to values: what every option is under given user settings.
//!
//! Values are computed when asked for and kept until a setting changes. The order of computation
//! and every odd corner follow the C implementation, because its files are the reference.

mod assign;
mod bulk;
mod calculate;
mod evaluate;
mod menu;
mod set;
mod trial;

use std::collections::HashSet;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use crate::environment::Dialect;
use crate::error::Message;
use crate::model::{MenuId, Model, PropertyId, SymbolId, Type};
use crate::names::Text;
use crate::tristate::Tristate;

pub use assign::Loaded;
pub use bulk::{Answer, Odds};

/// What a configuration knows of one symbol.
#[derive(Clone, Debug, Default)]
struct State {
    /// The rest is computed.
    valid: bool,
    /// It goes into files.
    write: bool,
    /// The user settings have a value for it.
    user: bool,
    /// Its choice has to fill in its members' settings first.
    fill_choice: bool,
    /// How far prompts make it visible.
    visible: Tristate,
    /// Its dependencies, selects and implies.
    depends: Tristate,
    selected: Tristate,
    implied: Tristate,
    /// Its value, for logic types and choices.
    value: Tristate,
    /// Its value, for the others.
    text: Option<Text>,
    /// The member that is set, for choices.
    member: Option<SymbolId>,
    user_value: Tristate,
    user_text: Option<Text>,
    user_member: Option<SymbolId>,
}

/// A configuration: user settings over a model, and the values that follow.
#[derive(Clone, Debug)]
pub struct Config {
    model: Arc<Model>,
    states: Vec<State>,
    /// Visibility per property, for prompts.
    prompts: Vec<Tristate>,
    /// Whether modules are possible, as of the last computation.
    modules: Tristate,
    /// Something differs from what was loaded.
    changed: bool,
    messages: Vec<Message>,
    /// Warnings of unmet dependencies that were given; each is given once.
    unmet: HashSet<BString>,
    /// How deep computation is in itself.
    depth: usize,
    empty: Text,
}

impl Config {
    /// A configuration without user settings.
    pub fn new(model: Arc<Model>) -> Config {
        let mut states = vec![State::default(); model.symbols().len()];
        for (constant, value) in [
            (SymbolId::NO, Tristate::No),
            (SymbolId::MODULE, Tristate::Module),
            (SymbolId::YES, Tristate::Yes),
        ] {
            let state = &mut states[constant.index()];
            state.valid = true;
            state.value = value;
        }
        Config {
            prompts: vec![Tristate::No; model.properties.len()],
            states,
            model,
            modules: Tristate::No,
            changed: true,
            messages: Vec::new(),
            unmet: HashSet::new(),
            depth: 0,
            empty: Text::from(&b""[..]),
        }
    }

    /// The model.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Whether something differs from the configuration that was loaded.
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Messages that came up since the last call: unmet dependencies, mostly.
    pub fn take_messages(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.messages)
    }

    /// How many unmet dependencies were found so far.
    pub fn unmet_dependencies(&self) -> usize {
        self.unmet.len()
    }

    /// The value of a symbol, as configuration files write it (strings without quotes).
    pub fn value(&mut self, symbol: SymbolId) -> BString {
        self.calculate(symbol);
        self.current_text(symbol).as_bstr().to_owned()
    }

    /// The value of an option that is given by name.
    pub fn value_of(&mut self, name: impl AsRef<[u8]>) -> Option<BString> {
        let symbol = self.model.find(name)?;
        Some(self.value(symbol))
    }

    /// The value of a bool, tristate or choice.
    pub fn tristate(&mut self, symbol: SymbolId) -> Tristate {
        self.calculate(symbol);
        self.state(symbol).value
    }

    /// How far a symbol can be seen, and so set.
    pub fn visibility(&mut self, symbol: SymbolId) -> Tristate {
        self.calculate(symbol);
        self.state(symbol).visible
    }

    /// Whether configuration files mention a symbol.
    pub fn is_written(&mut self, symbol: SymbolId) -> bool {
        self.calculate(symbol);
        self.state(symbol).write
    }

    /// Whether the user settings have a value for a symbol.
    pub fn is_set(&self, symbol: SymbolId) -> bool {
        self.state(symbol).user
    }

    /// The member of a choice that is set.
    pub fn chosen(&mut self, choice: SymbolId) -> Option<SymbolId> {
        self.calculate(choice);
        self.state(choice).member
    }

    /// Whether an entry of the menu is shown.
    pub fn is_visible(&mut self, menu: MenuId) -> bool {
        self.menu_visible(menu)
    }

    /// The type of a symbol as it is now: tristates are bools where modules are not possible.
    pub fn kind(&self, symbol: SymbolId) -> Type {
        let known = self.model.symbol(symbol);
        if known.kind != Type::Tristate {
            return known.kind;
        }
        let member = known.choice.is_some() && self.state(symbol).visible == Tristate::Yes;
        if member || self.modules == Tristate::No { Type::Bool } else { Type::Tristate }
    }

    /// The range that holds for a number, when there is one.
    pub fn range(&mut self, symbol: SymbolId) -> Option<(BString, BString)> {
        let (low, high) = self.range_symbols(symbol)?;
        Some((self.value(low), self.value(high)))
    }

    // For the files, which follow the C implementation into details.

    /// A value as it was computed last.
    pub(crate) fn current_tristate(&self, symbol: SymbolId) -> Tristate {
        self.state(symbol).value
    }

    /// The symbols of the range that holds.
    pub(crate) fn range_of(&mut self, symbol: SymbolId) -> Option<(SymbolId, SymbolId)> {
        self.range_symbols(symbol)
    }

    pub(crate) fn calculate_now(&mut self, symbol: SymbolId) {
        self.calculate(symbol);
    }

    pub(crate) fn recalculate_visibility(&mut self, symbol: SymbolId) {
        let model = self.model.clone();
        self.calculate_visibility(&model, symbol);
    }

    pub(crate) fn first_default(&mut self, symbol: SymbolId) -> Option<(PropertyId, Tristate)> {
        let model = self.model.clone();
        self.default_of(&model, symbol)
    }

    pub(crate) fn default_member(&mut self, choice: SymbolId) -> Option<SymbolId> {
        let model = self.model.clone();
        self.choice_default(&model, choice)
    }

    /// The text that a symbol gives to those whose default it is.
    pub(crate) fn lent_text(&mut self, symbol: SymbolId) -> BString {
        self.calculate(symbol);
        let model = self.model.clone();
        BString::from(&self.shared_text(&model, symbol)[..])
    }

    /// What selects and implies make of a symbol.
    pub(crate) fn pressure(&self, symbol: SymbolId) -> (Tristate, Tristate) {
        let state = self.state(symbol);
        (state.selected, state.implied)
    }

    fn state(&self, symbol: SymbolId) -> &State {
        &self.states[symbol.index()]
    }

    fn state_mut(&mut self, symbol: SymbolId) -> &mut State {
        &mut self.states[symbol.index()]
    }

    fn dialect(&self) -> Dialect {
        self.model.dialect
    }

    /// The value of a symbol that is computed, as text.
    pub(crate) fn current_text(&self, symbol: SymbolId) -> &[u8] {
        let state = self.state(symbol);
        let known = self.model.symbol(symbol);
        match known.kind {
            Type::Unknown => known.name.as_deref().unwrap_or_default(),
            Type::Bool | Type::Tristate => match state.value {
                Tristate::No => b"n",
                Tristate::Module
                    if self.dialect() == Dialect::Unikraft
                        && self.state(self.model.modules).value == Tristate::No =>
                {
                    b"n"
                }
                Tristate::Module => b"m",
                Tristate::Yes => b"y",
            },
            _ => state.text.as_deref().unwrap_or_default(),
        }
    }

    /// Names close to one that does not exist, closest first.
    pub fn similar_names(&self, name: &BStr) -> Vec<BString> {
        set::similar(&self.model, name)
    }
}
