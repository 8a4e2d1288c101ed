//! What an option depends on, and what keeps it from other values. Whether a value is possible is
//! not reasoned out but tried.

use bstr::{BStr, BString, ByteSlice};

use super::{Asked, Change, Definition, Obstacle, Part, PartOrigin};
use crate::model::{ExprId, Junction, MenuId, PropertyKind, SymbolId, Type};
use crate::tristate::Tristate;

impl Asked<'_> {
    pub(super) fn definitions(&mut self, symbol: SymbolId) -> Vec<Definition> {
        let model = self.config.model().clone();
        model.definitions(symbol).map(|menu| self.definition(menu)).collect()
    }

    fn definition(&mut self, menu: MenuId) -> Definition {
        let model = self.config.model().clone();
        let entry = model.menu(menu);
        let depends = self.operands(entry.depends);
        let mut parts: Vec<Part> =
            depends.iter().map(|&id| self.part(id, PartOrigin::Depends)).collect();
        if let Some(prompt) = entry.prompt {
            for id in self.operands(model.property(prompt).condition) {
                if !depends.contains(&id) {
                    let origin = self.origin(menu, id);
                    parts.push(self.part(id, origin));
                }
            }
        }
        let prompt = model.prompt(menu).map(|text| text.to_owned());
        Definition { place: entry.place, prompt, parts }
    }

    fn operands(&self, condition: Option<ExprId>) -> Vec<ExprId> {
        let expressions = self.config.model().expressions();
        condition.map_or(Vec::new(), |id| expressions.operands(Junction::And, id))
    }

    /// Where a part of a prompt's condition comes from that is no dependency.
    fn origin(&self, menu: MenuId, part: ExprId) -> PartOrigin {
        let model = self.config.model();
        let mut above = model.menu(menu).parent;
        while let Some(id) = above {
            let entry = model.menu(id);
            let visible = self.operands(entry.visible);
            if visible.iter().any(|&one| model.expressions().same(one, part)) {
                let title = model.prompt(id).unwrap_or_default().to_owned();
                return PartOrigin::VisibleIf { title, place: entry.place };
            }
            above = entry.parent;
        }
        PartOrigin::Prompt
    }

    pub(super) fn changes(&mut self, symbol: SymbolId) -> Vec<Change> {
        let kind = self.config.model().symbol(symbol).kind;
        let present = self.config.value(symbol);
        let values: &[&str] = match kind {
            Type::Bool => &["y", "n"],
            Type::Tristate => &["y", "m", "n"],
            Type::Unknown => return Vec::new(),
            Type::Int | Type::Hex | Type::String => {
                let obstacles = self.unseen(symbol, Tristate::Module);
                return vec![Change { value: None, obstacles: obstacles.into_iter().collect() }];
            }
        };
        let others = values.iter().filter(|&&value| present != value);
        others
            .map(|&value| Change {
                value: Some(value.into()),
                obstacles: self.obstacles(symbol, value.into()),
            })
            .collect()
    }

    /// What is in the way of a bool or tristate.
    fn obstacles(&mut self, symbol: SymbolId, value: &BStr) -> Vec<Obstacle> {
        if self.can_become(symbol, value) {
            return Vec::new();
        }
        let model = self.config.model().clone();
        let known = model.symbol(symbol);
        let wish = value.first().and_then(|&letter| Tristate::from_letter(letter));
        let wish = wish.unwrap_or_default();
        let standing = self.config.standing(symbol);
        let mut found = Vec::new();
        let reached = if wish == Tristate::No { Tristate::Module } else { wish };
        found.extend(self.unseen(symbol, reached));
        if wish < standing.selected {
            let least = if wish == Tristate::No { Tristate::Module } else { Tristate::Yes };
            found.push(Obstacle::Selected(self.reverses(symbol, false, least, 0)));
        }
        if wish == Tristate::Module {
            if self.config.kind(symbol) == Type::Bool && known.choice.is_none() {
                found.push(Obstacle::NoModules);
            } else if standing.implied == Tristate::Yes && found.is_empty() {
                found.push(Obstacle::Implied(self.reverses(symbol, true, Tristate::Yes, 0)));
            }
        }
        if let Some(choice) = known.choice
            && found.is_empty()
        {
            let members = model.symbol(choice).members.iter().copied();
            let others = members.filter(|&other| other != symbol).collect();
            found.push(Obstacle::Member { choice, others });
        }
        found
    }

    /// What keeps a prompt from being seen as far as `wish`.
    fn unseen(&mut self, symbol: SymbolId, wish: Tristate) -> Option<Obstacle> {
        let model = self.config.model().clone();
        if !self.config.has_prompt(symbol) {
            return Some(Obstacle::NoPrompt);
        }
        if self.config.visibility(symbol) >= wish {
            return None;
        }
        let mut unmet = Vec::new();
        for property in model.properties(symbol) {
            if !matches!(property.kind, PropertyKind::Prompt(_)) {
                continue;
            }
            let depends = self.operands(model.menu(property.menu).depends);
            let mut parts = Vec::new();
            for id in self.operands(property.condition) {
                if self.config.evaluate(id) < wish {
                    let inherited = depends.contains(&id);
                    let origin = match inherited {
                        true => PartOrigin::Depends,
                        false => self.origin(property.menu, id),
                    };
                    parts.push(self.part(id, origin));
                }
            }
            unmet.push(parts);
        }
        Some(Obstacle::Unmet(unmet))
    }

    /// Whether the option takes a value when the user sets it.
    fn can_become(&mut self, symbol: SymbolId, value: &BStr) -> bool {
        if !self.config.has_prompt(symbol) {
            return false;
        }
        let mut trial = self.config.clone();
        trial.put(symbol, value);
        trial.forget();
        let became: BString = trial.value(symbol);
        became.as_bstr() == value
    }
}
