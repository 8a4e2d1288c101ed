//! Makefiles with what GNU make says to them: `fixtures/make/THEME/NAME.mk` beside `NAME.expected`.
//! Each makefile starts with a line of intent. With `UPDATE_EXPECTED=1`, the `.expected` files are
//! written anew from GNU make. What 4.3 does not know is in `newer/`, and written by hand.

use std::path::{Path, PathBuf};

use super::peer::peer;
use super::run::{Outcome, ours};

fn themes() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/make");
    let mut themes: Vec<PathBuf> =
        root.read_dir().expect("fixtures").map(|entry| entry.expect("an entry").path()).collect();
    themes.sort();
    themes
}

fn makefiles(theme: &Path) -> Vec<String> {
    let entries = theme.read_dir().expect("a theme").map(|entry| entry.expect("an entry").path());
    let makefiles = entries.filter(|path| path.extension().is_some_and(|end| end == "mk"));
    let mut names: Vec<String> =
        makefiles.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

fn is_newer(theme: &Path) -> bool {
    theme.ends_with("newer")
}

/// Compares what `run` gives with what is expected, for every fixture, and tells of all at once.
fn compare(run: impl Fn(&Path, &str) -> Outcome, fits: impl Fn(&Path) -> bool) {
    let mut wrong = String::new();
    let mut count = 0;
    for theme in themes().iter().filter(|theme| fits(theme)) {
        for name in makefiles(theme) {
            let path = theme.join(&name).with_extension("expected");
            let expected = std::fs::read_to_string(&path).unwrap_or_default();
            let found = run(theme, &name).text();
            count += 1;
            if found != expected {
                let path = path.display();
                wrong += &format!("== {path}\nexpected:\n{expected}found:\n{found}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 0, "no fixtures");
}

#[test]
fn ours_says_what_is_expected() {
    compare(ours, |_| true);
}

#[test]
fn gnu_make_says_what_is_expected() {
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        for theme in themes().iter().filter(|theme| !is_newer(theme)) {
            for name in makefiles(theme) {
                let path = theme.join(&name).with_extension("expected");
                std::fs::write(path, peer(theme, &name).text()).expect("written");
            }
        }
    }
    compare(peer, |theme| !is_newer(theme));
}
