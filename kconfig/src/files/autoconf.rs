//! `auto.conf`, the C header and their companions: all options, in the order of the C
//! implementation's table.

use bstr::BString;

use super::output::{No, heading, quoted};
use crate::environment::Dialect;
use crate::error::format_bytes;
use crate::model::{SymbolId, Type};
use crate::numbers;
use crate::values::Config;

impl Config {
    /// The options that files mention, in the order of `auto.conf`.
    pub fn written(&mut self) -> Vec<SymbolId> {
        let model = self.model().clone();
        for &symbol in &model.order {
            self.calculate_now(symbol);
        }
        let written = model.order.iter().copied();
        written.filter(|&id| model.symbol(id).name.is_some() && self.is_written(id)).collect()
    }

    /// `auto.conf`
    pub fn to_auto_conf(&mut self) -> BString {
        let model = self.model().clone();
        let quote = model.dialect == Dialect::Unikraft;
        let mut text = BString::default();
        heading(&model, "#", "#", "#", &mut text);
        for symbol in self.written() {
            self.line(symbol, No::Nothing, quote, &mut text);
        }
        text
    }

    /// `tristate.conf`, which the Unikraft dialect writes.
    pub fn to_tristate_conf(&mut self) -> BString {
        let model = self.model().clone();
        let mut text = BString::default();
        heading(&model, "#", "#", "#", &mut text);
        for symbol in self.written() {
            let value = self.value(symbol).to_ascii_uppercase();
            if model.symbol(symbol).kind == Type::Tristate && value != b"N" {
                let name = model.symbol(symbol).label();
                text.extend_from_slice(&format_bytes(&[model.prefix(), name, b"=", &value, b"\n"]));
            }
        }
        text
    }

    /// `rustc_cfg`, which the Linux dialect writes.
    pub fn to_rustc_cfg(&mut self) -> BString {
        let model = self.model().clone();
        let mut text = BString::default();
        for symbol in self.written() {
            let known = model.symbol(symbol);
            let mut value = self.value(symbol);
            let name = format_bytes(&[b"--cfg=", model.prefix(), known.label()]);
            match known.kind {
                Type::Unknown => continue,
                Type::Bool | Type::Tristate if value == "n" => continue,
                Type::Bool | Type::Tristate => {
                    text.extend_from_slice(&name);
                    text.push(b'\n');
                }
                Type::Hex if !numbers::has_hex_prefix(&value) => {
                    value = [b"0x", &value[..]].concat().into();
                }
                _ => {}
            }
            text.extend_from_slice(&name);
            text.push(b'=');
            text.extend_from_slice(&quoted(&value));
            text.push(b'\n');
        }
        text
    }

    /// What the C header defines: full names, with the text after them, in its order.
    pub fn definitions(&mut self) -> Vec<(BString, BString)> {
        let model = self.model().clone();
        let mut definitions = Vec::new();
        for symbol in self.written() {
            let known = model.symbol(symbol);
            let value = self.value(symbol);
            let mut name = format_bytes(&[model.prefix(), known.label()]);
            let value = match known.kind {
                Type::Unknown => continue,
                Type::Bool | Type::Tristate if value == "n" => continue,
                Type::Bool | Type::Tristate => {
                    if value == "m" {
                        name.extend_from_slice(b"_MODULE");
                    }
                    "1".into()
                }
                Type::Hex if !numbers::has_hex_prefix(&value) => {
                    [b"0x", &value[..]].concat().into()
                }
                Type::String => quoted(&value),
                _ => value,
            };
            definitions.push((name, value));
        }
        definitions
    }

    /// The C header.
    pub fn to_header(&mut self) -> BString {
        let model = self.model().clone();
        let mut text = BString::default();
        heading(&model, "/*", " *", " */", &mut text);
        for (name, value) in self.definitions() {
            text.extend_from_slice(&format_bytes(&[b"#define ", &name, b" ", &value, b"\n"]));
        }
        text
    }
}
