//! What gave a value. Follows the order in which values are computed.

use bstr::{BString, ByteSlice};

use super::{Asked, Cause, Choosing, DefaultCause, Reverse};
use crate::model::{Expr, PropertyKind, SymbolId, Type};
use crate::source::Place;
use crate::tristate::Tristate;

/// How many selecting options are followed behind each other.
const CHAIN: usize = 6;

impl Asked<'_> {
    /// What gave a symbol its value; `depth` counts the options that led here.
    pub(super) fn causes(&mut self, symbol: SymbolId, depth: usize) -> Vec<Cause> {
        let causes = if self.config.kind(symbol).is_logic() {
            self.logic_causes(symbol, depth)
        } else {
            self.text_causes(symbol)
        };
        if causes.is_empty() { vec![Cause::Nothing] } else { causes }
    }

    fn logic_causes(&mut self, symbol: SymbolId, depth: usize) -> Vec<Cause> {
        let model = self.config.model().clone();
        let value = self.config.tristate(symbol);
        let standing = self.config.standing(symbol);
        if let Some(choice) = model.symbol(symbol).choice
            && standing.visible == Tristate::Yes
            && let Some(cause) = self.member_cause(choice)
        {
            return vec![cause];
        }
        let mut causes = Vec::new();
        let whole = self.config.kind(symbol) == Type::Bool;
        let level = |given: Tristate| {
            if whole && given == Tristate::Module { Tristate::Yes } else { given }
        };
        if standing.visible != Tristate::No && standing.user {
            let given = standing.user_value.and(standing.visible);
            if level(given) == value {
                let limited = (given != standing.user_value).then_some(given);
                causes.push(Cause::User { line: self.lines.line(symbol), limited });
            }
        } else {
            causes.extend(self.default_cause(symbol, |given| level(given) == value));
            if standing.implied != Tristate::No && level(standing.implied) == value {
                let implied = self.reverses(symbol, true, value, depth);
                causes.extend(implied.into_iter().map(Cause::Implied));
            }
        }
        if standing.selected != Tristate::No && level(standing.selected) == value {
            let selected = self.reverses(symbol, false, value, depth);
            causes.extend(selected.into_iter().map(Cause::Selected));
        }
        causes
    }

    fn text_causes(&mut self, symbol: SymbolId) -> Vec<Cause> {
        let value = self.config.value(symbol);
        let standing = self.config.standing(symbol);
        let mut causes = Vec::new();
        let given = if standing.visible != Tristate::No && standing.user {
            causes.push(Cause::User { line: self.lines.line(symbol), limited: None });
            self.config.user_text(symbol)
        } else {
            let model = self.config.model().clone();
            causes.extend(self.default_cause(symbol, |_| true));
            let default = self.config.first_default(symbol).and_then(|(id, _)| {
                match model.property(id).kind {
                    PropertyKind::Default(text) => Some(text),
                    _ => None,
                }
            });
            match default.map(|default| model.expressions().get(default)) {
                Some(Expr::Symbol(source)) => self.config.lent_text(source),
                _ => BString::default(),
            }
        };
        if given != value
            && let Some(limits) = self.limits(symbol)
        {
            let (place, low, high) = (limits.place, limits.low, limits.high);
            causes.insert(0, Cause::Clamped { place, low, high, from: given });
        }
        causes
    }

    /// The default that applies, when what it gives is `wanted`.
    fn default_cause(
        &mut self,
        symbol: SymbolId,
        wanted: impl Fn(Tristate) -> bool,
    ) -> Option<Cause> {
        let model = self.config.model().clone();
        let (id, holds) = self.config.first_default(symbol)?;
        let property = model.property(id);
        let PropertyKind::Default(default) = property.kind else { return None };
        if !wanted(self.config.evaluate(default).and(holds)) {
            return None;
        }
        let all: Vec<_> = (model.property_ids(symbol))
            .filter(|&id| matches!(model.property(id).kind, PropertyKind::Default(_)))
            .collect();
        let position = all.iter().position(|&other| other == id).unwrap_or(0);
        Some(Cause::Default(DefaultCause {
            place: property.place,
            text: self.config.show(Some(default)),
            condition: self.shown(property.condition),
            number: position + 1,
            count: all.len(),
            environment: self.environment(property.place),
        }))
    }

    /// The environment variables that a line mentions.
    fn environment(&self, place: Place) -> Vec<(BString, Option<BString>)> {
        let model = self.config.model();
        let file = model.sources().file(place.file);
        let line = file.text.lines().nth((place.line as usize).saturating_sub(1));
        let line = line.unwrap_or_default();
        let mentioned = |name: &BString| line.contains_str([b"$(", &name[..], b")"].concat());
        let variables = model.inputs().variables.iter();
        variables.filter(|(name, _)| mentioned(name)).cloned().collect()
    }

    /// The member of a choice, and how it came to that.
    fn member_cause(&mut self, choice: SymbolId) -> Option<Cause> {
        let model = self.config.model().clone();
        let member = self.config.chosen(choice)?;
        let standing = self.config.standing(choice);
        let how = if standing.user_member == Some(member) {
            Choosing::User(self.lines.line(member))
        } else {
            let default = model.properties(choice).find(|property| {
                let holds = |this: &mut Self| {
                    (property.condition).is_none_or(|id| this.config.evaluate(id) > Tristate::No)
                };
                match property.kind {
                    PropertyKind::Default(value) => {
                        model.expressions().get(value) == Expr::Symbol(member) && holds(self)
                    }
                    _ => false,
                }
            });
            default.map_or(Choosing::First, |property| Choosing::Default(property.place))
        };
        let place = model.menu(model.definitions(choice).next()?).place;
        Some(Cause::Member { choice, place, member, how })
    }

    /// The selects (or implies) that give a symbol at least a value.
    pub(super) fn reverses(
        &mut self,
        symbol: SymbolId,
        imply: bool,
        least: Tristate,
        depth: usize,
    ) -> Vec<Reverse> {
        let model = self.config.model().clone();
        let mut found = Vec::new();
        for property in &model.properties {
            let acts = match property.kind {
                PropertyKind::Select(target) => !imply && target == symbol,
                PropertyKind::Imply(target) => imply && target == symbol,
                _ => false,
            };
            let Some(by) = model.menu(property.menu).symbol.filter(|_| acts) else { continue };
            let condition = self.shown(property.condition);
            let holds = condition.as_ref().map_or(Tristate::Yes, |part| part.value);
            let value = self.config.tristate(by).and(holds);
            let bool = self.config.kind(symbol) == Type::Bool;
            let reaches = if bool { value > Tristate::No } else { value >= least };
            if value == Tristate::No || !reaches {
                continue;
            }
            // Further down, one way up is enough: there may be very many.
            let follow = depth < CHAIN && (depth == 0 || found.is_empty());
            let because = if follow { self.causes(by, depth + 1) } else { Vec::new() };
            let by_value = self.config.value(by);
            let place = property.place;
            found.push(Reverse { by, by_value, place, condition, value, because });
        }
        found
    }
}
