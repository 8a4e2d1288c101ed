//! Configuration files of any bytes, read over a tree that has everything the language has.

use std::sync::{Arc, LazyLock};

use bstr::{BStr, BString};
use kconfig::diff::{DiffStyle, difference, read_settings};
use kconfig::merge::{Merge, MergeRules};
use kconfig::{Config, Model};

use crate::input::Input;
use crate::invariants;
use crate::memory::{DIALECTS, model};

/// The tree, in each dialect.
static MODELS: LazyLock<Vec<Arc<Model>>> = LazyLock::new(|| {
    let one = |dialect| {
        let text: &[u8] = match dialect {
            kconfig::Dialect::Linux => concat!(include_str!("tree.kconfig"), "\tmodules\n"),
            kconfig::Dialect::Unikraft => {
                concat!(include_str!("tree.kconfig"), "\toption modules\n")
            }
        }
        .as_bytes();
        let tree = Input { main: text, files: Vec::new() };
        model(dialect, &tree, &mut Vec::new()).unwrap_or_else(|error| panic!("{error}"))
    };
    DIALECTS.into_iter().map(one).collect()
});

/// Any file is read, computed, written, and settles. With a second file, `.config.new`, both are
/// merged and compared, too.
pub fn check(input: &[u8]) {
    let mut input = Input::new(input);
    let new = input.take(".config.new");
    for model in MODELS.iter() {
        let mut config = invariants::loaded(model, input.main);
        invariants::typed(&mut config);
        invariants::settles(&mut config);
        invariants::files(&mut config);
        config.changed_since(Some(input.main));
        let mut bare = Config::new(model.clone());
        bare.load_settings(input.main, "all.config", true);
        bare.answer_new(kconfig::Answer::Default);
        invariants::settles(&mut bare);
    }
    if let Some(new) = new {
        join(input.main, new);
        compare(input.main, new);
    }
}

fn join(old: &[u8], new: &[u8]) {
    for (prefix, tell_redundant, keep_builtin) in
        [("CONFIG_", false, false), ("CONFIG_", true, true), ("", true, false)]
    {
        let prefix = BString::from(prefix);
        let rules = MergeRules { prefix, tell_redundant, keep_builtin, quiet: false };
        let mut merge = Merge::new(rules, old);
        let mut notes = BString::default();
        if merge.add(<&BStr>::from("new"), new, &mut notes).is_ok() {
            merge.missing_in(new);
            // Everything that the fragment says holds in what became of it.
            let text = merge.text().to_owned();
            assert!(keep_builtin || merge.missing_in(&text).is_empty() || text.contains(&0));
        }
    }
}

fn compare(old: &[u8], new: &[u8]) {
    let (Ok(old), Ok(new)) = (read_settings(old), read_settings(new)) else { return };
    difference(&old, &new, DiffStyle::Changes);
    difference(&old, &new, DiffStyle::Merge);
    assert!(difference(&old, &old, DiffStyle::Changes).is_empty(), "a file differs from itself");
}
