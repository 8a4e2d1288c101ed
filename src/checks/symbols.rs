//! The global symbols of an object file. Knows the format, not whose object it is.

use std::collections::HashSet;
use std::path::Path;

use object::{Object, ObjectSection, ObjectSymbol};

/// The names of global symbols.
pub(super) struct Symbols {
    pub(super) defined: HashSet<String>,
    /// Those that have to come from elsewhere, weak ones not counted, sorted.
    pub(super) wanted: Vec<String>,
}

impl Symbols {
    /// None for what is no object, or one that only link-time optimisation can read.
    pub(super) fn read(file: &Path) -> Option<Symbols> {
        let content = std::fs::read(file).ok()?;
        let object = object::File::parse(content.as_slice()).ok()?;
        let is_late = |name: &str| name.starts_with(".gnu.lto_") || name.starts_with(".llvm.lto");
        if object.sections().any(|section| section.name().is_ok_and(is_late)) {
            return None;
        }
        let mut symbols = Symbols { defined: HashSet::new(), wanted: Vec::new() };
        for symbol in object.symbols().filter(|symbol| symbol.is_global()) {
            let Ok(name) = symbol.name() else { continue };
            match symbol.is_undefined() {
                true if symbol.is_weak() || name.is_empty() => {}
                true => symbols.wanted.push(name.to_owned()),
                false => drop(symbols.defined.insert(name.to_owned())),
            }
        }
        symbols.wanted.sort();
        Some(symbols)
    }
}
