//! `.config`, and the forms that one option has in files.

use bstr::{BStr, BString};

use crate::environment::Dialect;
use crate::model::{MenuId, MenuKind, Model, SymbolId, Type};
use crate::values::Config;

/// What becomes of options that are `n`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum No {
    /// `NAME=n`
    Value,
    /// `# NAME is not set`
    Comment,
    /// Nothing.
    Nothing,
}

/// A text in quotes.
pub(crate) fn quoted(text: &[u8]) -> BString {
    let mut result = BString::from("\"");
    for &byte in text {
        if byte == b'"' || byte == b'\\' {
            result.push(b'\\');
        }
        result.push(byte);
    }
    result.push(b'"');
    result
}

/// The head of a file whose comments look like `before`, `line` and `after`.
pub(crate) fn heading(model: &Model, before: &str, line: &str, after: &str, into: &mut BString) {
    let mut title = model.title().to_owned();
    let unikraft = model.dialect == Dialect::Unikraft;
    if unikraft {
        // It goes through a buffer there.
        title.truncate(254 - "\nAutomatically generated file; DO NOT EDIT.\n".len());
    }
    into.extend_from_slice(before.as_bytes());
    into.push(b'\n');
    let framed = unikraft && before != line;
    if framed {
        into.extend_from_slice(format!("{line}\n").as_bytes());
    }
    into.extend_from_slice(
        format!("{line} Automatically generated file; DO NOT EDIT.\n{line} ").as_bytes(),
    );
    into.extend_from_slice(&title);
    into.push(b'\n');
    if framed {
        into.extend_from_slice(format!("{line}\n").as_bytes());
    }
    into.extend_from_slice(after.as_bytes());
    into.push(b'\n');
}

impl Config {
    /// The configuration file.
    pub fn to_config(&mut self) -> BString {
        let model = self.model().clone();
        if !self.is_changed() {
            self.invalidate();
        }
        let mut text = BString::default();
        heading(&model, "#", "#", "#", &mut text);
        let mut writer = Writer {
            written: vec![false; model.symbols.len()],
            blank: false,
            config: self,
            model: &model,
            text: &mut text,
        };
        let mut next = model.menu(MenuId::ROOT).child;
        while let Some(menu) = next {
            writer.entry(menu);
            next = writer.after(menu);
        }
        text
    }

    /// One option as configuration files have it, with the end of the line.
    pub(crate) fn line(&mut self, symbol: SymbolId, no: No, quote: bool, into: &mut BString) {
        let model = self.model().clone();
        let known = model.symbol(symbol);
        if known.kind == Type::Unknown {
            return;
        }
        self.calculate_now(symbol);
        let value = self.current_text(symbol);
        if known.kind.is_logic() && value == b"n" && no != No::Value {
            if no == No::Comment {
                into.extend_from_slice(b"# ");
                into.extend_from_slice(model.prefix());
                into.extend_from_slice(known.label());
                into.extend_from_slice(b" is not set\n");
            }
            return;
        }
        into.extend_from_slice(model.prefix());
        into.extend_from_slice(known.label());
        into.push(b'=');
        if known.kind == Type::String && quote {
            into.extend_from_slice(&quoted(value));
        } else {
            into.extend_from_slice(value);
        }
        into.push(b'\n');
    }
}

struct Writer<'a> {
    config: &'a mut Config,
    model: &'a Model,
    text: &'a mut BString,
    written: Vec<bool>,
    /// An empty line is due before the next option.
    blank: bool,
}

impl Writer<'_> {
    fn entry(&mut self, menu: MenuId) {
        let Some(symbol) = self.model.menu(menu).symbol else {
            if self.config.is_visible(menu) {
                self.title(menu);
            }
            return;
        };
        if self.model.symbol(symbol).is_choice() || self.written[symbol.index()] {
            return;
        }
        if !self.config.is_written(symbol) {
            return;
        }
        if std::mem::take(&mut self.blank) {
            self.text.push(b'\n');
        }
        self.written[symbol.index()] = true;
        self.config.line(symbol, No::Comment, true, self.text);
    }

    fn title(&mut self, menu: MenuId) {
        let title: &BStr = self.model.prompt(menu).unwrap_or_default();
        self.text.extend_from_slice(b"\n#\n# ");
        self.text.extend_from_slice(title);
        self.text.extend_from_slice(b"\n#\n");
        self.blank = false;
    }

    /// The entry after one that is written, with the ends of menus that lie between.
    fn after(&mut self, menu: MenuId) -> Option<MenuId> {
        if let Some(child) = self.model.menu(menu).child {
            return Some(child);
        }
        let mut current = menu;
        if self.model.dialect == Dialect::Linux {
            self.end(current);
        }
        loop {
            let entry = self.model.menu(current);
            if entry.next.is_some() {
                return entry.next;
            }
            current = entry.parent?;
            self.end(current);
        }
    }

    fn end(&mut self, menu: MenuId) {
        let entry = self.model.menu(menu);
        if menu == MenuId::ROOT || entry.symbol.is_some() || entry.kind != MenuKind::Menu {
            return;
        }
        if self.config.is_visible(menu) {
            self.text.extend_from_slice(b"# end of ");
            self.text.extend_from_slice(self.model.prompt(menu).unwrap_or_default());
            self.text.push(b'\n');
            self.blank = true;
        }
    }
}
