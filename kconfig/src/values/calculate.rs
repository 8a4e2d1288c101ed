//! The value of one symbol: visibility, user setting, defaults, selects, implies, range, choice.

use bstr::BString;

use super::Config;
use crate::environment::Dialect;
use crate::error::Message;
use crate::model::{Expr, ExprId, Junction, Model, PropertyId, PropertyKind, SymbolId, Type};
use crate::names::Text;
use crate::numbers;
use crate::tristate::Tristate;

/// From this depth on, what a symbol depends on is computed first, without recursion.
const DEEP: usize = 200;

impl Config {
    /// Computes a symbol and what it depends on.
    pub(super) fn calculate(&mut self, symbol: SymbolId) {
        if !self.state(symbol).valid {
            let model = self.model.clone();
            self.calculate_in(&model, symbol);
        }
    }

    pub(super) fn calculate_in(&mut self, model: &Model, symbol: SymbolId) {
        if self.state(symbol).valid {
            return;
        }
        if self.depth >= DEEP {
            for below in self.pending_below(model, symbol) {
                self.depth = DEEP - 1;
                self.calculate_in(model, below);
                self.depth = DEEP;
            }
            if self.state(symbol).valid {
                return;
            }
        }
        self.depth += 1;
        let choice = model.symbol(symbol).choice;
        if let Some(choice) = choice
            && std::mem::take(&mut self.state_mut(symbol).fill_choice)
        {
            self.calculate_in(model, choice);
        }
        self.state_mut(symbol).valid = true;
        match model.symbol(symbol).kind {
            Type::Unknown => self.state_mut(symbol).value = Tristate::No,
            _ => self.calculate_known(model, symbol),
        }
        self.depth -= 1;
    }

    fn calculate_known(&mut self, model: &Model, symbol: SymbolId) {
        self.state_mut(symbol).write = false;
        self.calculate_visibility(model, symbol);
        let state = self.state_mut(symbol);
        // Its choice may have set it meanwhile.
        state.write |= state.visible != Tristate::No;
        let (old, old_text) = (state.value, state.text.take());
        // What recursive questions see meanwhile.
        state.value = Tristate::No;
        state.member = None;
        if self.kind(symbol).is_logic() {
            let value = self.logic_value(model, symbol);
            self.state_mut(symbol).value = value;
            if model.symbol(symbol).is_choice() && value == Tristate::Yes {
                let member = self.choose(model, symbol);
                self.state_mut(symbol).member = member;
            }
        } else {
            let text = self.text_value(model, symbol);
            self.state_mut(symbol).text = Some(text);
            self.clamp(model, symbol);
        }
        drop(old_text);
        if model.modules == symbol && self.state(symbol).value != old {
            self.modules = self.state(symbol).value;
        }
        if model.symbol(symbol).is_choice() {
            let write = self.state(symbol).write;
            for &member in &model.symbol(symbol).members {
                let state = self.state_mut(member);
                state.write |= write && state.visible != Tristate::No;
            }
        }
        if model.symbol(symbol).internal {
            self.state_mut(symbol).write = false;
        }
        if self.state(symbol).fill_choice {
            self.fill_members(symbol);
        }
    }

    /// The value of a bool, tristate or choice.
    fn logic_value(&mut self, model: &Model, symbol: SymbolId) -> Tristate {
        let known = model.symbol(symbol);
        let visible = self.state(symbol).visible;
        if let Some(choice) = known.choice
            && visible == Tristate::Yes
        {
            return (self.state(choice).member == Some(symbol)).into();
        }
        let linux = self.dialect() == Dialect::Linux;
        let mut value = Tristate::No;
        if visible != Tristate::No && self.state(symbol).user {
            value = self.state(symbol).user_value.and(visible);
        } else {
            self.state_mut(symbol).write |= self.state(symbol).selected != Tristate::No;
            if !known.is_choice() {
                if let Some((id, holds)) = self.default_of(model, symbol)
                    && let PropertyKind::Default(default) = model.property(id).kind
                {
                    value = self.evaluate(default).and(holds);
                    self.state_mut(symbol).write |= value != Tristate::No;
                }
                let state = self.state_mut(symbol);
                if state.implied != Tristate::No {
                    state.write = true;
                    value = value.or(state.implied);
                    if linux {
                        value = value.and(state.depends);
                    }
                }
            }
        }
        let state = self.state(symbol);
        let (depends, selected, implied) = (state.depends, state.selected, state.implied);
        if depends < selected {
            self.warn_unmet(model, symbol);
        }
        value = value.or(selected);
        let whole = self.kind(symbol) == Type::Bool || (!linux && implied == Tristate::Yes);
        if value == Tristate::Module && whole { Tristate::Yes } else { value }
    }

    /// The value of a string or number, before its range.
    fn text_value(&mut self, model: &Model, symbol: SymbolId) -> Text {
        let state = self.state(symbol);
        if state.visible != Tristate::No && state.user {
            return state.user_text.clone().unwrap_or_else(|| self.empty.clone());
        }
        if let Some((id, _)) = self.default_of(model, symbol)
            && let PropertyKind::Default(default) = model.property(id).kind
            && let Expr::Symbol(source) = model.expressions.get(default)
        {
            self.state_mut(symbol).write = true;
            self.calculate_in(model, source);
            return self.shared_text(model, source);
        }
        self.empty.clone()
    }

    /// The text that a symbol lends to those whose default it is.
    pub(super) fn shared_text(&self, model: &Model, source: SymbolId) -> Text {
        let known = model.symbol(source);
        match (known.kind, &known.name) {
            (Type::Unknown, Some(name)) => name.clone(),
            _ => match &self.state(source).text {
                Some(text) if !known.kind.is_logic() => text.clone(),
                // What the C implementation has in the text of logic values.
                _ if source <= SymbolId::YES => Text::from(self.current_text(source)),
                _ => Text::from(&b"n"[..]),
            },
        }
    }

    /// The first default whose condition holds, and how far it does.
    pub(super) fn default_of(
        &mut self,
        model: &Model,
        symbol: SymbolId,
    ) -> Option<(PropertyId, Tristate)> {
        for id in model.property_ids(symbol) {
            let property = model.property(id);
            if let PropertyKind::Default(_) = property.kind {
                let holds = self.condition(property.condition);
                if holds != Tristate::No {
                    return Some((id, holds));
                }
            }
        }
        None
    }

    /// The first range whose condition holds.
    pub(super) fn range_symbols(&mut self, symbol: SymbolId) -> Option<(SymbolId, SymbolId)> {
        let model = self.model.clone();
        for property in model.properties(symbol) {
            if let PropertyKind::Range(low, high) = property.kind
                && self.condition(property.condition) != Tristate::No
            {
                return Some((low, high));
            }
        }
        None
    }

    /// The number that the limit of a range is.
    pub(super) fn limit(&mut self, limit: SymbolId, base: u32) -> i64 {
        self.calculate(limit);
        let base = match self.model.symbol(limit).kind {
            Type::Int => 10,
            Type::Hex => 16,
            _ => base,
        };
        numbers::number(self.current_text(limit), base)
    }

    /// Moves a number into its range.
    fn clamp(&mut self, model: &Model, symbol: SymbolId) {
        let kind = model.symbol(symbol).kind;
        if !kind.is_number() {
            return;
        }
        let base = if kind == Type::Int { 10 } else { 16 };
        let Some((low, high)) = self.range_symbols(symbol) else { return };
        let value = numbers::number(self.current_text(symbol), base);
        let mut limit = self.limit(low, base);
        let mut nearest = low;
        if value >= limit {
            limit = self.limit(high, base);
            nearest = high;
            if value <= limit {
                return;
            }
        }
        let text = match self.dialect() {
            Dialect::Linux => self.shared_text(model, nearest),
            Dialect::Unikraft if kind == Type::Int => Text::from(limit.to_string().as_bytes()),
            Dialect::Unikraft => Text::from(format!("{limit:#x}").as_bytes()),
        };
        self.state_mut(symbol).text = Some(text);
    }

    pub(super) fn calculate_visibility(&mut self, model: &Model, symbol: SymbolId) {
        let known = model.symbol(symbol);
        let mut visible = Tristate::No;
        for id in model.property_ids(symbol) {
            let property = model.property(id);
            let PropertyKind::Prompt(_) = property.kind else { continue };
            let mut seen = self.condition(property.condition);
            // As a module, a member cannot be had from a choice that is `y`.
            if let Some(choice) = known.choice
                && known.kind == Type::Tristate
                && seen == Tristate::Module
                && self.state(choice).value == Tristate::Yes
            {
                seen = Tristate::No;
            }
            self.prompts[id.index()] = seen;
            visible = visible.or(seen);
        }
        if visible == Tristate::Module
            && (known.kind != Type::Tristate || self.modules == Tristate::No)
        {
            visible = Tristate::Yes;
        }
        self.state_mut(symbol).visible = visible;
        if known.choice.is_some() {
            return;
        }
        let depends = self.condition(known.depends);
        self.state_mut(symbol).depends = self.as_kind(symbol, depends);
        let selected = known.selected_by.map_or(Tristate::No, |id| self.evaluate(id));
        self.state_mut(symbol).selected = self.as_kind(symbol, selected);
        let possible =
            self.dialect() == Dialect::Linux || self.state(symbol).depends != Tristate::No;
        let implied = match known.implied_by {
            Some(id) if possible => self.evaluate(id),
            _ => Tristate::No,
        };
        self.state_mut(symbol).implied = self.as_kind(symbol, implied);
    }

    /// `m` is `y` for bools.
    fn as_kind(&self, symbol: SymbolId, value: Tristate) -> Tristate {
        let bool = value == Tristate::Module && self.kind(symbol) == Type::Bool;
        if bool { Tristate::Yes } else { value }
    }

    // Choices.

    /// The member of a choice that is `y`.
    fn choose(&mut self, model: &Model, choice: SymbolId) -> Option<SymbolId> {
        let mut all_set = self.state(choice).user;
        for &member in &model.symbol(choice).members {
            self.calculate_visibility(model, member);
            if self.state(member).visible != Tristate::No {
                all_set &= self.state(member).user;
            }
        }
        // A choice with a new member is to be asked again.
        self.state_mut(choice).user = all_set;
        if let Some(member) = self.state(choice).user_member
            && self.state(member).visible != Tristate::No
        {
            return Some(member);
        }
        let member = self.choice_default(model, choice);
        if member.is_none() {
            self.state_mut(choice).value = Tristate::No;
        }
        member
    }

    /// The member that a choice has without user setting.
    pub(super) fn choice_default(&mut self, model: &Model, choice: SymbolId) -> Option<SymbolId> {
        for property in model.properties(choice) {
            if let PropertyKind::Default(default) = property.kind
                && self.condition(property.condition) != Tristate::No
                && let Expr::Symbol(member) = model.expressions.get(default)
                && self.state(member).visible != Tristate::No
            {
                return Some(member);
            }
        }
        let members = &model.symbol(choice).members;
        members.iter().copied().find(|&member| self.state(member).visible != Tristate::No)
    }

    /// Settles the members of a choice that have no setting on `n`.
    pub(super) fn fill_members(&mut self, choice: SymbolId) {
        let model = self.model.clone();
        for &member in &model.symbol(choice).members {
            let state = self.state_mut(member);
            if !state.user {
                state.user_value = Tristate::No;
            }
        }
        let state = self.state_mut(choice);
        state.user = true;
        state.valid = false;
        state.fill_choice = false;
    }

    // Messages.

    fn warn_unmet(&mut self, model: &Model, symbol: SymbolId) {
        let known = model.symbol(symbol);
        let mut text = BString::from("\nWARNING: unmet direct dependencies detected for ");
        text.extend_from_slice(known.label());
        let depends = self.state(symbol).depends;
        let letter = if depends == Tristate::Module { b'm' } else { b'n' };
        text.extend_from_slice(b"\n  Depends on [");
        text.push(letter);
        text.extend_from_slice(b"]: ");
        text.extend_from_slice(&self.show(known.depends));
        text.push(b'\n');
        for (value, title) in
            [(Tristate::Yes, "  Selected by [y]:\n"), (Tristate::Module, "  Selected by [m]:\n")]
        {
            let reasons = self.show_reasons(known.selected_by, value, title);
            text.extend_from_slice(&reasons);
        }
        text.pop();
        if self.unmet.insert(text.clone()) {
            self.messages.push(Message::warning(text));
        }
    }

    /// The operands of `||` that have a value, a line each, under a title.
    pub(crate) fn show_reasons(
        &mut self,
        reasons: Option<ExprId>,
        value: Tristate,
        title: &str,
    ) -> BString {
        let model = self.model.clone();
        let mut text = BString::default();
        let Some(reasons) = reasons else { return text };
        for reason in model.expressions.operands(Junction::Or, reasons) {
            if self.evaluate(reason) == value {
                if text.is_empty() {
                    text.extend_from_slice(title.as_bytes());
                }
                text.extend_from_slice(b"  - ");
                text.extend_from_slice(&self.show(Some(reason)));
                text.push(b'\n');
            }
        }
        text
    }

    /// An expression with the current values of its symbols.
    pub(crate) fn show(&self, expression: Option<ExprId>) -> BString {
        self.model.show(expression, |symbol, text| {
            if self.model.symbol(symbol).kind != Type::Unknown {
                text.extend_from_slice(b" [=");
                text.extend_from_slice(self.current_text(symbol));
                text.push(b']');
            }
        })
    }

    /// A symbol's name with its current value.
    pub(crate) fn show_symbol(&self, symbol: SymbolId) -> BString {
        let known = self.model.symbol(symbol);
        let mut text = BString::from(known.label());
        if known.name.is_some() && known.kind != Type::Unknown {
            text.extend_from_slice(b" [=");
            text.extend_from_slice(self.current_text(symbol));
            text.push(b']');
        }
        text
    }

    /// What has to be computed before a symbol, in that order.
    fn pending_below(&self, model: &Model, symbol: SymbolId) -> Vec<SymbolId> {
        let mut order = Vec::new();
        let mut seen = std::collections::HashSet::from([symbol]);
        let mut stack = vec![(symbol, model.dependencies(symbol))];
        while let Some((current, below)) = stack.last_mut() {
            match below.pop() {
                Some(next) if !self.state(next).valid && seen.insert(next) => {
                    let below = model.dependencies(next);
                    stack.push((next, below));
                }
                Some(_) => {}
                None => {
                    order.push(*current);
                    stack.pop();
                }
            }
        }
        order.pop();
        order
    }
}

impl Model {
    /// The symbols that a symbol's value is computed from.
    pub(crate) fn dependencies(&self, symbol: SymbolId) -> Vec<SymbolId> {
        let known = self.symbol(symbol);
        let mut found: Vec<SymbolId> = known.choice.into_iter().collect();
        let mut add = |id: Option<ExprId>| {
            if let Some(id) = id {
                self.expressions.each_symbol(id, &mut |symbol| found.push(symbol));
            }
        };
        add(known.depends);
        add(known.selected_by);
        add(known.implied_by);
        for property in self.properties(symbol) {
            add(property.condition);
            if let PropertyKind::Default(value) = property.kind {
                add(Some(value));
            }
        }
        for property in self.properties(symbol) {
            if let PropertyKind::Range(low, high) = property.kind {
                found.extend([low, high]);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
