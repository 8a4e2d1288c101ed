//! What the options of libraries ask for. Knows `select`, `imply` and `depends on`; knows no library.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BString, ByteSlice};
use kconfig::Model;
use kconfig::model::{PropertyKind, SymbolId};
use serde::{Deserialize, Serialize};

/// Per file of options: the options that those in it ask for, directly or through others.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Needs {
    files: BTreeMap<BString, File>,
    /// Per option of a library: the file that defines it.
    homes: BTreeMap<BString, BString>,
    /// Per option of a library: the others that select or imply it.
    askers: BTreeMap<BString, BTreeSet<BString>>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct File {
    /// Options of libraries, and what several of them can provide.
    asked: BTreeSet<BString>,
    /// What the options in it provide.
    provided: BTreeSet<BString>,
}

impl Needs {
    /// Those of a tree of options.
    pub(crate) fn of(model: &Model) -> Needs {
        let mut asked: BTreeMap<BString, BTreeSet<BString>> = BTreeMap::new();
        let mut defined: BTreeMap<BString, BTreeSet<BString>> = BTreeMap::new();
        let mut needs = Needs::default();
        for symbol in model.symbols() {
            let Some(name) = symbol.name.as_ref().map(|name| BString::from(&name[..])) else {
                continue;
            };
            let Some(id) = model.find(&name) else { continue };
            for menu in model.definitions(id) {
                let file = model.sources().name(model.menu(menu).place).to_owned();
                if is_library(&name) {
                    needs.homes.entry(name.clone()).or_insert_with(|| file.clone());
                }
                defined.entry(file.clone()).or_default().insert(name.clone());
                let provided = provisions(model, id);
                needs.files.entry(file).or_default().provided.extend(provided);
            }
            for other in names(model, selected(model, id)).filter(is_library) {
                needs.askers.entry(other).or_default().insert(name.clone());
            }
            asked.insert(name, asked_by(model, id));
        }
        for (file, options) in defined {
            let all = reachable(options, &asked);
            let counts = |name: &BString| is_library(name) || is_provision(name);
            needs.files.entry(file).or_default().asked = all.into_iter().filter(counts).collect();
        }
        needs
    }

    /// The file with the options of what lies in a folder: there, or in the nearest one above.
    pub fn file_of(&self, folder: &Path) -> Option<&Path> {
        folder.ancestors().find_map(|folder| {
            let file = folder.join("Config.uk");
            let (file, _) = self.files.get_key_value(file.as_os_str().as_bytes().as_bstr())?;
            file.to_path().ok()
        })
    }

    /// The options that bring the library of an option: it, and what selects or implies it.
    pub fn bringing(&self, option: &str) -> impl Iterator<Item = String> {
        let askers = self.askers.get(option.as_bytes().as_bstr()).into_iter().flatten();
        askers.map(BString::to_string).chain([option.to_owned()])
    }

    /// Whether options in a file let what they are for use the library of an option: they ask for it,
    /// or for what it provides; or it is no option whether it is there.
    pub fn lets(&self, file: &Path, option: &str) -> bool {
        let Some(home) = self.homes.get(option.as_bytes().as_bstr()) else { return true };
        let Some(own) = self.files.get(file.as_os_str().as_bytes().as_bstr()) else { return true };
        let provided = self.files.get(home).map(|home| &home.provided);
        own.asked.contains(option.as_bytes().as_bstr())
            || provided.is_some_and(|provided| !provided.is_disjoint(&own.asked))
    }
}

fn is_library(name: &BString) -> bool {
    name.starts_with(b"LIB")
}

/// Whether an option says that one of several libraries is there.
fn is_provision(name: &BString) -> bool {
    name.starts_with(b"HAVE_")
}

/// The options that an option names in what it selects, implies and depends on; and itself.
fn asked_by(model: &Model, id: SymbolId) -> BTreeSet<BString> {
    let mut ids = vec![id];
    for menu in model.definitions(id) {
        if let Some(depends) = model.menu(menu).depends {
            model.expressions().each_symbol(depends, &mut |symbol| ids.push(symbol));
        }
    }
    ids.extend(selected(model, id));
    names(model, ids).collect()
}

/// What an option selects and implies.
fn selected(model: &Model, id: SymbolId) -> impl Iterator<Item = SymbolId> {
    model.properties(id).filter_map(|property| match property.kind {
        PropertyKind::Select(other) | PropertyKind::Imply(other) => Some(other),
        _ => None,
    })
}

/// What an option's library provides.
fn provisions(model: &Model, id: SymbolId) -> Vec<BString> {
    let selected = model.properties(id).filter_map(|property| match property.kind {
        PropertyKind::Select(other) => Some(other),
        _ => None,
    });
    names(model, selected).filter(is_provision).collect()
}

fn names(model: &Model, ids: impl IntoIterator<Item = SymbolId>) -> impl Iterator<Item = BString> {
    ids.into_iter().filter_map(|id| Some(BString::from(&model.symbol(id).name.as_ref()?[..])))
}

/// All that is asked for from a few options on.
fn reachable(
    from: BTreeSet<BString>,
    asked: &BTreeMap<BString, BTreeSet<BString>>,
) -> BTreeSet<BString> {
    let mut all = BTreeSet::new();
    let mut next: Vec<BString> = from.into_iter().collect();
    while let Some(name) = next.pop() {
        next.extend(
            asked.get(&name).into_iter().flatten().filter(|one| !all.contains(*one)).cloned(),
        );
        all.insert(name);
    }
    all
}
