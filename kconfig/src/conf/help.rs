//! The help of an option as `conf` shows it: its text, and how it hangs together with others.

use bstr::{BString, ByteSlice};

use crate::environment::Dialect;
use crate::error::format_bytes;
use crate::model::{Expr, ExprId, MenuId, Model, PropertyKind, SymbolId};
use crate::tristate::Tristate;
use crate::values::Config;

/// How many menus above an entry are named.
const LEVELS: usize = 8;

/// All that is known of an entry.
pub(super) fn help(config: &mut Config, menu: MenuId) -> BString {
    let model = config.model().clone();
    let mut writer = Writer { config, model: &model, text: BString::default() };
    let symbol = model.menu(menu).symbol;
    match model.help(menu) {
        Some(help) => {
            if let Some(name) = symbol.and_then(|id| model.symbol(id).name.as_deref()) {
                writer.add(&[model.prefix(), name, b":\n\n"]);
            }
            writer.add(&[&help]);
        }
        None => writer.add(&[b"There is no help available for this option."]),
    }
    writer.add(&[b"\n"]);
    if let Some(symbol) = symbol {
        writer.symbol(symbol);
    }
    writer.text
}

struct Writer<'a> {
    config: &'a mut Config,
    model: &'a Model,
    text: BString,
}

impl Writer<'_> {
    fn add(&mut self, pieces: &[&[u8]]) {
        self.text.extend_from_slice(&pieces.concat());
    }

    fn linux(&self) -> bool {
        self.model.dialect == Dialect::Linux
    }

    fn symbol(&mut self, id: SymbolId) {
        let model = self.model;
        let symbol = model.symbol(id);
        if let Some(name) = symbol.name.as_deref() {
            let value = self.config.value(id);
            self.add(&[b"Symbol: ", name, b" [=", &value, b"]\n"]);
            self.add(&[b"Type  : ", symbol.kind.name().as_bytes(), b"\n"]);
            if symbol.kind.is_number()
                && let Some((low, high)) = self.config.range_of(id)
            {
                let low = self.config.show_symbol(low);
                let high = self.config.show_symbol(high);
                self.add(&[b"Range : [", &low, b" ", &high, b"]\n"]);
            }
        }
        if self.linux() {
            self.definitions(id);
        } else {
            self.prompts(id);
        }
        let indent: &[u8] = if self.linux() { b"" } else { b"  " };
        self.targets(id, &[indent, b"Selects: "].concat(), true);
        self.reasons(symbol.selected_by, "Selected", indent);
        self.targets(id, &[indent, b"Implies: "].concat(), false);
        self.reasons(symbol.implied_by, "Implied", indent);
        self.add(&[b"\n\n"]);
    }

    fn targets(&mut self, id: SymbolId, title: &[u8], selects: bool) {
        let mut names = Vec::new();
        for property in self.model.properties(id) {
            match property.kind {
                PropertyKind::Select(target) if selects => names.push(target),
                PropertyKind::Imply(target) if !selects => names.push(target),
                _ => {}
            }
        }
        if names.is_empty() {
            return;
        }
        let shown = names.into_iter().map(|target| self.config.show_symbol(target));
        let list = bstr::join(" && ", shown.collect::<Vec<_>>());
        self.add(&[title, &list, b"\n"]);
    }

    fn reasons(&mut self, reasons: Option<ExprId>, how: &str, indent: &[u8]) {
        for value in [Tristate::Yes, Tristate::Module, Tristate::No] {
            let indent = indent.to_str_lossy();
            let title = format!("{indent}{how} by [{}]:\n", value.letter());
            let text = self.config.show_reasons(reasons, value, &title);
            self.add(&[&text]);
        }
    }

    /// A condition behind a title, when it is not always true.
    fn condition(&mut self, title: &[u8], condition: Option<ExprId>) {
        let Some(id) = condition else { return };
        if self.model.expressions.get(id) != Expr::Symbol(SymbolId::YES) {
            let text = self.config.show(Some(id));
            self.add(&[title, &text, b"\n"]);
        }
    }

    fn place(&mut self, indent: &[u8], menu: MenuId) {
        let place = self.model.menu(menu).place;
        let line = place.line.to_string();
        let name = self.model.sources.name(place);
        self.add(&[indent, b"Defined at ", name, b":", line.as_bytes(), b"\n"]);
    }

    // As Linux 6.1 has it: definition by definition, those with prompts first.

    fn definitions(&mut self, id: SymbolId) {
        let model = self.model;
        let menus: Vec<MenuId> = (model.properties(id))
            .filter(|property| property.kind == PropertyKind::Definition)
            .map(|property| property.menu)
            .collect();
        for &menu in &menus {
            let entry = model.menu(menu);
            let (Some(prompt), Some(text)) = (entry.prompt, model.prompt(menu)) else { continue };
            self.place(b"", menu);
            self.add(&[b"  Prompt: ", text, b"\n"]);
            self.condition(b"  Depends on: ", entry.depends);
            let seen = model.property(prompt).condition;
            if !model.same_condition(entry.depends, seen) {
                self.condition(b"  Visible if: ", seen);
            }
            self.location(Some(menu));
        }
        for menu in menus {
            let entry = model.menu(menu);
            if entry.prompt.is_none() {
                self.place(b"", menu);
                self.condition(b"  Depends on: ", entry.depends);
            }
        }
    }

    /// The menus on the way to an entry.
    fn location(&mut self, from: Option<MenuId>) {
        let model = self.model;
        let mut path = Vec::new();
        let mut next = from;
        while let Some(menu) = next.filter(|&menu| menu != MenuId::ROOT) {
            if path.len() == LEVELS {
                break;
            }
            self.config.is_visible(menu);
            path.push(menu);
            next = model.menu(menu).parent;
        }
        if path.is_empty() && !self.linux() {
            return;
        }
        self.add(&[b"  Location:\n"]);
        for (level, menu) in path.into_iter().rev().enumerate() {
            let symbol = model.menu(menu).symbol;
            let name = symbol.map(|id| model.symbol(id).label()).unwrap_or_default();
            let title = model.prompt(menu).map_or(name, |prompt| prompt.as_bytes());
            let indent = " ".repeat(4 + 2 * level);
            self.add(&[indent.as_bytes(), b"-> ", title]);
            if let Some(id) = symbol {
                let value = self.config.value(id);
                self.add(&[b" (", name, b" [=", &value, b"])"]);
            }
            self.add(&[b"\n"]);
        }
    }

    // As Unikraft 0.11 has it: prompts, then the first definition.

    fn prompts(&mut self, id: SymbolId) {
        let model = self.model;
        for property in model.properties(id) {
            if let PropertyKind::Prompt(text) = property.kind {
                let text = model.text(text);
                self.text.extend_from_slice(&format_bytes(&[b"Prompt: ", text, b"\n"]));
                self.location(model.menu(property.menu).parent);
            }
        }
        let first = model.properties(id).find(|p| p.kind == PropertyKind::Definition);
        if let Some(property) = first {
            self.place(b"  ", property.menu);
            self.condition(b"  Depends on: ", property.condition);
        }
    }
}
