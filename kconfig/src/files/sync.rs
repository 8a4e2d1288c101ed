//! What has to be touched and written so that a build sees which options changed.

use std::collections::HashMap;

use bstr::{BStr, BString, ByteSlice};

use super::read::{Line, lines, unquoted};
use crate::environment::Dialect;
use crate::error::format_bytes;
use crate::model::{Model, SymbolId, Type};
use crate::numbers;
use crate::tristate::Tristate;
use crate::values::Config;

impl Config {
    /// The names of options whose value differs from the one in an older `auto.conf`: those that
    /// are gone first, then the others in the order of the new one.
    pub fn changed_since(&mut self, auto_conf: Option<&[u8]>) -> Vec<BString> {
        let model = self.model().clone();
        let mut gone = Vec::new();
        let mut old: HashMap<SymbolId, BString> = HashMap::new();
        for (_, line) in lines(auto_conf.unwrap_or_default(), model.prefix(), model.dialect) {
            let (name, value) = match line {
                Line::Value(name, value) => (name, value),
                Line::NotSet(name) => (name, b"n".as_bstr()),
                Line::Unexpected(_) => continue,
            };
            match model.find(name) {
                None => gone.push(name.to_owned()),
                Some(symbol) => {
                    if let Some(value) = old_value(&model, symbol, value) {
                        old.insert(symbol, value);
                    }
                }
            }
        }
        for &symbol in &model.order {
            let known = model.symbol(symbol);
            let written = self.is_written(symbol);
            let Some(name) = known.name.as_deref().filter(|_| !known.internal) else { continue };
            let changed = match (written, old.get(&symbol)) {
                (true, Some(old)) => self.value(symbol) != *old,
                (true, None) => !known.kind.is_logic() || self.tristate(symbol) != Tristate::No,
                (false, old) => old.is_some(),
            };
            if changed {
                gone.push(name.into());
            }
        }
        gone
    }
}

/// The value that `auto.conf` had, when it was one.
fn old_value(model: &Model, symbol: SymbolId, value: &BStr) -> Option<BString> {
    let kind = model.symbol(symbol).kind;
    match kind {
        Type::Bool | Type::Tristate => match value.first() {
            Some(letter @ (b'y' | b'n')) => Some([*letter].into()),
            Some(b'm') if kind == Type::Tristate => Some("m".into()),
            _ => None,
        },
        Type::String if model.dialect == Dialect::Linux => Some(value.to_owned()),
        Type::String => unquoted(value),
        Type::Int | Type::Hex => numbers::is_valid(kind, value).then(|| value.to_owned()),
        Type::Unknown => None,
    }
}

/// The name of the file that stands for an option, below the folder of such files.
pub fn stamp_name(dialect: Dialect, option: &BStr) -> BString {
    match dialect {
        Dialect::Linux => option.to_owned(),
        Dialect::Unikraft => {
            let path: Vec<u8> = (option.iter())
                .map(|byte| if *byte == b'_' { b'/' } else { byte.to_ascii_lowercase() })
                .collect();
            format_bytes(&[&path, b".h"])
        }
    }
}

impl Model {
    /// The makefile fragment that makes `auto_conf` depend on all that was read.
    pub fn to_dependencies(&self, auto_conf: &BStr) -> BString {
        let linux = self.dialect == Dialect::Linux;
        let mut text = BString::from("deps_config := \\\n");
        let files = self.sources.files();
        for (index, file) in files.iter().enumerate().rev() {
            let end: &[u8] = if index > 0 || linux { b" \\\n" } else { b"\n" };
            text.extend_from_slice(&format_bytes(&[b"\t", &file.name, end]));
        }
        let rule: &[u8] =
            if linux { b": $(deps_config)\n\n" } else { b": \\\n\t$(deps_config)\n\n" };
        text.extend_from_slice(&format_bytes(&[b"\n", auto_conf, rule]));
        for (name, value) in &self.inputs.variables {
            let Some(value) = value else { continue };
            text.extend_from_slice(&format_bytes(&[
                b"ifneq \"$(",
                name,
                b")\" \"",
                value,
                b"\"\n",
                auto_conf,
                b": FORCE\nendif\n",
            ]));
        }
        text.extend_from_slice(b"\n$(deps_config): ;\n");
        text
    }
}
