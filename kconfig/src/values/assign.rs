//! Configuration files to user settings.

use bstr::{BStr, ByteSlice};

use super::Config;
use crate::environment::Dialect;
use crate::error::{Message, format_bytes};
use crate::files::read::{Line, lines, unquoted};
use crate::model::{SymbolId, Type};
use crate::names::Text;
use crate::numbers;
use crate::tristate::Tristate;

/// What reading a configuration file told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Warnings, in the words of the C implementation.
    pub warnings: Vec<Message>,
    /// Names that are no options.
    pub unknown: Vec<bstr::BString>,
}

/// A file that is being read.
struct Reading<'a> {
    file: &'a BStr,
    line: usize,
    loaded: Loaded,
    warn_unknown: bool,
}

impl Reading<'_> {
    fn warn(&mut self, words: &[&[u8]]) {
        let line = self.line.to_string();
        let text =
            format_bytes(&[self.file, b":", line.as_bytes(), b":warning: ", &words.concat()]);
        self.loaded.warnings.push(Message::warning(text));
    }
}

impl Config {
    /// Replaces the user settings by those of a configuration file, as a program that goes on
    /// with that configuration does: numbers outside of their range are dropped.
    pub fn load(&mut self, text: &[u8], file: impl AsRef<[u8]>, warn_unknown: bool) -> Loaded {
        self.changed = false;
        let loaded = self.load_settings(text, file, warn_unknown);
        self.calculate(self.model.modules);
        let model = self.model.clone();
        let unsaved = self.disagrees();
        let mut dropped = false;
        for &symbol in &model.order {
            if !self.state(symbol).user || model.symbol(symbol).choice.is_some() {
                continue;
            }
            let kind = model.symbol(symbol).kind;
            let state = self.state_mut(symbol);
            if state.visible == Tristate::No && !unsaved && !dropped {
                state.user = false;
            }
            if kind.is_number() || kind == Type::String {
                let text = self.state(symbol).user_text.clone().unwrap_or_default();
                if !self.in_range(symbol, &text) {
                    let state = self.state_mut(symbol);
                    state.valid = false;
                    state.user = false;
                    dropped = true;
                }
            }
        }
        self.changed |= unsaved || dropped || !loaded.warnings.is_empty();
        loaded
    }

    /// Whether writing the configuration would change what was loaded.
    fn disagrees(&mut self) -> bool {
        let model = self.model.clone();
        let mut found = false;
        for &symbol in &model.order {
            self.calculate(symbol);
            let known = model.symbol(symbol);
            if known.is_choice() || known.internal {
                continue;
            }
            let state = self.state(symbol);
            found |= match (state.user, state.write) {
                (false, false) => false,
                (true, true) if known.kind.is_logic() => state.user_value != state.value,
                (true, true) => {
                    state.user_text.as_deref().unwrap_or_default() != self.current_text(symbol)
                }
                _ => true,
            };
        }
        found
    }

    /// Starts from nothing where no configuration file is.
    pub fn load_nothing(&mut self) {
        self.changed = true;
        self.calculate(self.model.modules);
    }

    /// Replaces the user settings by those of a configuration file, and does no more.
    pub fn load_settings(
        &mut self,
        text: &[u8],
        file: impl AsRef<[u8]>,
        warn_unknown: bool,
    ) -> Loaded {
        let model = self.model.clone();
        for &symbol in &model.order {
            let choice = model.symbol(symbol).is_choice();
            let state = self.state_mut(symbol);
            state.valid = false;
            state.user = choice;
            state.user_text = None;
            state.user_member = None;
            state.user_value = Tristate::No;
        }
        let loaded = Loaded::default();
        let file = file.as_ref().as_bstr();
        let mut reading = Reading { file, line: 0, loaded, warn_unknown };
        for (number, line) in lines(text, &model.prefix, model.dialect) {
            reading.line = number;
            self.apply(line, &mut reading);
        }
        reading.loaded
    }

    fn apply(&mut self, line: Line<'_>, reading: &mut Reading<'_>) {
        let (name, value, not_set) = match line {
            Line::Unexpected(data) => return reading.warn(&[b"unexpected data: ", data]),
            Line::Value(name, value) => (name, value, false),
            Line::NotSet(name) => (name, b"n".as_bstr(), true),
        };
        let Some(symbol) = self.model.find(name) else {
            if reading.warn_unknown && self.dialect() == Dialect::Linux {
                reading.warn(&[b"unknown symbol: ", name]);
            }
            reading.loaded.unknown.push(name.to_owned());
            self.changed = true;
            return;
        };
        if self.state(symbol).user {
            reading.warn(&[b"override: reassigning to symbol ", name]);
        }
        let known = if not_set && self.dialect() == Dialect::Unikraft {
            if self.model.symbol(symbol).kind.is_logic() {
                self.state_mut(symbol).user_value = Tristate::No;
                self.state_mut(symbol).user = true;
            }
            true
        } else {
            self.apply_value(symbol, value, reading)
        };
        if known && let Some(choice) = self.model.symbol(symbol).choice {
            self.apply_to_choice(symbol, choice, reading);
        }
    }

    /// Takes over a value; false when it is none for the option's type.
    fn apply_value(&mut self, symbol: SymbolId, value: &BStr, reading: &mut Reading<'_>) -> bool {
        let model = self.model.clone();
        let known = model.symbol(symbol);
        let invalid: [&[u8]; 4] = [b"symbol value '", value, b"' invalid for ", known.label()];
        let state = self.state_mut(symbol);
        match known.kind {
            Type::Bool | Type::Tristate => {
                state.user_value = match value.first() {
                    Some(b'y') => Tristate::Yes,
                    Some(b'n') => Tristate::No,
                    Some(b'm') if known.kind == Type::Tristate => Tristate::Module,
                    _ => {
                        reading.warn(&invalid);
                        return false;
                    }
                };
                state.user = true;
            }
            Type::String if !value.starts_with(b"\"") => {}
            Type::String => match unquoted(value) {
                Some(text) => {
                    state.user_text = Some(Text::from(&text[..]));
                    state.user = true;
                }
                None => {
                    reading.warn(&[b"invalid string found"]);
                    return false;
                }
            },
            Type::Int | Type::Hex => {
                if !numbers::is_valid(known.kind, value) {
                    reading.warn(&invalid);
                    return false;
                }
                state.user_text = Some(Text::from(value.as_bytes()));
                state.user = true;
            }
            Type::Unknown => {}
        }
        true
    }

    fn apply_to_choice(&mut self, symbol: SymbolId, choice: SymbolId, reading: &mut Reading<'_>) {
        let model = self.model.clone();
        let name = model.symbol(symbol).label();
        let value = self.state(symbol).user_value;
        let state = self.state_mut(choice);
        match value {
            Tristate::No => {}
            Tristate::Module => {
                if state.user_value == Tristate::Yes {
                    reading.warn(&[name, b" creates inconsistent choice state"]);
                    state.user = false;
                }
            }
            Tristate::Yes => {
                if state.user_value != Tristate::No {
                    reading.warn(&[b"override: ", name, b" changes choice state"]);
                }
                state.user_member = Some(symbol);
            }
        }
        state.user_value = state.user_value.or(value);
    }
}
