//! Single settings, checked.

use bstr::{BStr, BString, ByteSlice};

use super::{Config, State};
use crate::error::{Refusal, SetError};
use crate::model::{Junction, Model, PropertyKind, SymbolId, Type};
use crate::names::Text;
use crate::numbers;
use crate::tristate::Tristate;

impl Config {
    /// Sets an option by name, with or without the prefix. On an error nothing has changed.
    pub fn set(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Result<(), SetError> {
        self.set_all([(name.as_ref(), value.as_ref())])
    }

    /// Sets several options at once, so that they may depend on each other in any order. On an
    /// error nothing has changed.
    pub fn set_all<'a>(
        &mut self,
        settings: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Result<(), SetError> {
        let before: Vec<State> = self.states.clone();
        let modules = self.modules;
        let result = self.try_set_all(settings.into_iter().collect());
        if result.is_err() {
            self.states = before;
            self.modules = modules;
        }
        result
    }

    fn try_set_all(&mut self, settings: Vec<(&[u8], &[u8])>) -> Result<(), SetError> {
        let mut wishes = Vec::new();
        for (name, value) in settings {
            let symbol = self.option(name.as_bstr())?;
            let value = self.checked(symbol, value.as_bstr())?;
            self.record(symbol, value.as_bstr());
            wishes.push((symbol, value));
        }
        self.invalidate();
        for (symbol, wanted) in wishes {
            self.verify(symbol, wanted)?;
        }
        Ok(())
    }

    /// Forgets the user setting of an option.
    pub fn unset(&mut self, name: impl AsRef<[u8]>) -> Result<(), SetError> {
        let symbol = self.option(name.as_ref().as_bstr())?;
        let state = self.state_mut(symbol);
        state.user = false;
        state.user_text = None;
        state.user_value = Tristate::No;
        if let Some(choice) = self.model.symbol(symbol).choice
            && self.state(choice).user_member == Some(symbol)
        {
            self.state_mut(choice).user_member = None;
            self.state_mut(choice).user = false;
        }
        self.invalidate();
        Ok(())
    }

    pub(crate) fn option(&self, name: &BStr) -> Result<SymbolId, SetError> {
        let model = &self.model;
        let bare = name.strip_prefix(model.prefix.as_bytes()).unwrap_or(name);
        [name.as_bytes(), bare]
            .into_iter()
            .filter_map(|name| model.find(name))
            .find(|&symbol| model.symbol(symbol).is_defined())
            .ok_or_else(|| SetError::Unknown {
                name: bare.into(),
                similar: similar(model, bare.as_bstr()),
            })
    }

    /// The value in the form that the option's type has.
    pub(crate) fn checked(&mut self, symbol: SymbolId, value: &BStr) -> Result<BString, SetError> {
        let model = self.model.clone();
        let known = model.symbol(symbol);
        let expected = match known.kind {
            Type::Bool => "y or n",
            Type::Tristate => "y, m or n",
            Type::Int => "a decimal number",
            Type::Hex => "a hexadecimal number",
            Type::String => "text without line ends",
            Type::Unknown => "nothing, because it has no type",
        };
        let valid = match known.kind {
            Type::Bool => matches!(value.as_bytes(), b"y" | b"n"),
            Type::Tristate => matches!(value.as_bytes(), b"y" | b"m" | b"n"),
            Type::String => !value.contains(&b'\n') && !value.contains(&0),
            kind => numbers::is_valid(kind, value),
        };
        if !valid {
            let (name, value) = (known.label().into(), value.to_owned());
            return Err(SetError::Invalid { name, value, expected });
        }
        if known.kind == Type::Hex && !numbers::has_hex_prefix(value) {
            return Ok([b"0x", value.as_bytes()].concat().into());
        }
        Ok(value.to_owned())
    }

    /// Writes a valid value into the user settings.
    fn record(&mut self, symbol: SymbolId, value: &BStr) {
        let model = self.model.clone();
        let known = model.symbol(symbol);
        let state = self.state_mut(symbol);
        state.user = true;
        let Some(value) =
            known.kind.is_logic().then(|| value.first().and_then(|&l| Tristate::from_letter(l)))
        else {
            state.user_text = Some(Text::from(value.as_bytes()));
            return;
        };
        let value = value.unwrap_or_default();
        state.user_value = value;
        if let Some(choice) = known.choice
            && value == Tristate::Yes
        {
            self.choose_by_user(choice, symbol);
        }
    }

    /// Makes `member` the user's choice; the choice and its members are not new any more.
    fn choose_by_user(&mut self, choice: SymbolId, member: SymbolId) {
        let model = self.model.clone();
        let state = self.state_mut(choice);
        state.user_member = Some(member);
        state.user = true;
        if state.user_value == Tristate::No {
            state.user_value = Tristate::Yes;
        }
        for &member in &model.symbol(choice).members {
            let state = self.state_mut(member);
            state.user |= state.visible != Tristate::No;
        }
    }

    /// Whether an option has become what it was set to.
    fn verify(&mut self, symbol: SymbolId, wanted: BString) -> Result<(), SetError> {
        let actual = self.value(symbol);
        if actual == wanted {
            return Ok(());
        }
        let model = self.model.clone();
        let known = model.symbol(symbol);
        let visible = self.state(symbol).visible;
        if visible != Tristate::No
            && let Some((low, high)) = self.range(symbol)
        {
            return Err(SetError::Range { name: known.label().into(), low, high });
        }
        let wish = wanted.first().and_then(|&letter| Tristate::from_letter(letter));
        let wish = wish.filter(|_| known.kind.is_logic()).unwrap_or(Tristate::Yes);
        let prompts = (model.properties(symbol))
            .filter(|property| matches!(property.kind, PropertyKind::Prompt(_)));
        let conditions: Vec<_> = prompts.map(|property| property.condition).collect();
        let reason = if conditions.is_empty() {
            Refusal::NoPrompt
        } else if wish < self.state(symbol).selected {
            Refusal::Selected(self.selectors(symbol))
        } else if visible < wish && visible == Tristate::No {
            let shown = conditions.iter().map(|&condition| self.unmet_part(condition));
            Refusal::Needs(bstr::join(" || ", shown.collect::<Vec<_>>()).into())
        } else if wish == Tristate::Module && self.kind(symbol) == Type::Bool {
            Refusal::NoModules
        } else if known.choice.is_some() {
            Refusal::Choice
        } else {
            let shown = conditions.iter().map(|&condition| self.unmet_part(condition));
            Refusal::Needs(bstr::join(" || ", shown.collect::<Vec<_>>()).into())
        };
        Err(SetError::Refused { name: known.label().into(), wanted, actual, reason })
    }

    /// The operands of a condition that do not hold, as text.
    fn unmet_part(&mut self, condition: Option<crate::model::ExprId>) -> BString {
        let model = self.model.clone();
        let Some(condition) = condition else { return "y".into() };
        let parts: Vec<BString> = model
            .expressions
            .operands(Junction::And, condition)
            .into_iter()
            .filter(|&part| self.evaluate(part) != Tristate::Yes)
            .map(|part| {
                let text = model.show_plain(Some(part));
                let or = model.expressions.junction(part) == Some(Junction::Or);
                if or { [&b"("[..], &text, b")"].concat().into() } else { text }
            })
            .collect();
        bstr::join(" && ", parts).into()
    }

    /// Names of the options that select a symbol now.
    fn selectors(&mut self, symbol: SymbolId) -> BString {
        let model = self.model.clone();
        let Some(reasons) = model.symbol(symbol).selected_by else { return BString::default() };
        let reasons = model.expressions.operands(Junction::Or, reasons);
        let mut names: Vec<BString> = Vec::new();
        for reason in reasons {
            if self.evaluate(reason) != Tristate::No {
                let source = model.expressions.operands(Junction::And, reason)[0];
                names.push(model.show_plain(Some(source)));
            }
        }
        bstr::join(", ", names).into()
    }

    /// Forgets everything that was computed.
    pub(crate) fn invalidate(&mut self) {
        for state in &mut self.states[SymbolId::YES.index() + 1..] {
            state.valid = false;
        }
        self.changed = true;
        self.calculate(self.model.modules);
    }

    /// Whether a bool or tristate can be set to a value.
    pub fn can_be(&self, symbol: SymbolId, value: Tristate) -> bool {
        let kind = self.kind(symbol);
        let state = self.state(symbol);
        if state.visible == Tristate::No || !kind.is_logic() {
            return false;
        }
        if kind == Type::Bool && value == Tristate::Module {
            return false;
        }
        if state.visible <= state.selected {
            return false;
        }
        let unikraft = self.dialect() == crate::Dialect::Unikraft;
        if unikraft && state.implied == Tristate::Yes && value == Tristate::Module {
            return false;
        }
        if self.model.symbol(symbol).choice.is_some() && state.visible == Tristate::Yes {
            return value == Tristate::Yes;
        }
        value >= state.selected && value <= state.visible
    }

    /// Whether the user can change a symbol as things are.
    pub fn is_changeable(&self, symbol: SymbolId) -> bool {
        self.state(symbol).visible > self.state(symbol).selected
    }

    /// Sets a bool, tristate or choice, when it can have that value as things are.
    pub fn set_tristate(&mut self, symbol: SymbolId, value: Tristate) -> bool {
        let old = self.state(symbol).value;
        if old != value && !self.can_be(symbol, value) {
            return false;
        }
        self.state_mut(symbol).user = true;
        if let Some(choice) = self.model.symbol(symbol).choice
            && value == Tristate::Yes
        {
            let model = self.model.clone();
            let state = self.state_mut(choice);
            state.user_member = Some(symbol);
            state.user = true;
            for &member in &model.symbol(choice).members {
                let state = self.state_mut(member);
                state.user |= state.visible != Tristate::No;
            }
        }
        self.state_mut(symbol).user_value = value;
        if old != value {
            self.invalidate();
        }
        true
    }

    /// Sets a string or number, when it can have that value as things are.
    pub fn set_text(&mut self, symbol: SymbolId, text: &[u8]) -> bool {
        let kind = self.model.symbol(symbol).kind;
        if kind.is_logic() {
            let value = text.first().and_then(|&letter| Tristate::from_letter(letter));
            return value.is_some_and(|value| self.set_tristate(symbol, value));
        }
        if !self.in_range(symbol, text) {
            return false;
        }
        let hex = kind == Type::Hex && !numbers::has_hex_prefix(text);
        let state = self.state_mut(symbol);
        state.user = true;
        if !hex && state.user_text.as_deref() == Some(text) {
            return true;
        }
        let text = if hex { [b"0x", text].concat() } else { text.to_vec() };
        state.user_text = Some(text.into());
        self.invalidate();
        true
    }

    /// Whether a text is a value of an option's type, within its range.
    pub fn in_range(&mut self, symbol: SymbolId, text: &[u8]) -> bool {
        let kind = self.model.symbol(symbol).kind;
        if !numbers::is_valid(kind, text) {
            return false;
        }
        if !kind.is_number() {
            return true;
        }
        let base = if kind == Type::Int { 10 } else { 16 };
        let Some((low, high)) = self.range_symbols(symbol) else { return true };
        let value = numbers::number(text, base);
        value >= self.limit(low, base) && value <= self.limit(high, base)
    }
}

/// Options with names like `name`, at most three, closest first.
pub(super) fn similar(model: &Model, name: &BStr) -> Vec<BString> {
    let wanted = name.to_ascii_uppercase();
    let most = (wanted.len() / 4).max(2);
    let mut found: Vec<(usize, &[u8])> = (model.symbols().iter())
        .filter(|symbol| symbol.is_defined())
        .filter_map(|symbol| symbol.name.as_deref())
        .filter_map(|other| Some((distance(&wanted, other, most)?, other)))
        .collect();
    found.sort_unstable();
    found.into_iter().take(3).map(|(_, name)| name.into()).collect()
}

/// How many letters differ, when no more than `most` do.
fn distance(one: &[u8], other: &[u8], most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most || one.len() > 200 || other.len() > 200 {
        return None;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (index, against) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != against);
            diagonal = row[index + 1];
            row[index + 1] = replaced.min(row[index] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().filter(|&distance| distance <= most)
}
