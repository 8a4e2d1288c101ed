//! Trees of Kconfig files, in both dialects: parsed, made a model, and reported when they are
//! wrong.

use kconfig::model::MenuId;
use kconfig::{Error, Model, Place, Sources};

use crate::input::Input;
use crate::memory::{DIALECTS, model};

/// Any bytes become a model or an error with a place.
pub fn check(input: &[u8]) {
    let input = Input::new(input);
    for dialect in DIALECTS {
        let mut messages = Vec::new();
        match model(dialect, &input, &mut messages) {
            Ok(model) => walk(&model),
            Err(error) => report(&error),
        }
    }
}

/// Looks at everything that programs look at.
fn walk(model: &Model) {
    let mut waiting = vec![MenuId::ROOT];
    let mut seen = 0;
    while let Some(menu) = waiting.pop() {
        seen += 1;
        assert!(seen <= model.menus().len(), "the menu is no tree");
        model.prompt(menu);
        model.help(menu);
        waiting.extend(model.children(menu));
    }
    for symbol in model.symbols() {
        if let Some(name) = &symbol.name {
            model.find(&name[..]);
        }
    }
    model.to_dependencies("auto.conf".into());
}

fn report(error: &Error) {
    assert!(!error.to_string().is_empty() || matches!(error, Error::Kconfig(_)));
    let Error::Kconfig(report) = error else { return };
    assert!(!report.problems.is_empty(), "refused for no reason");
    for problem in &report.problems {
        place(&report.sources, problem.place);
        for (at, _) in &problem.notes {
            place(&report.sources, *at);
        }
    }
}

/// A place lies in its file, and the way to it ends.
fn place(sources: &Sources, place: Place) {
    let text = &sources.file(place.file).text;
    assert!(place.span.start <= place.span.end, "{place:?} ends before it begins");
    assert!(place.span.end as usize <= text.len(), "{place:?} is outside of its file");
    sources.chain(place);
}
