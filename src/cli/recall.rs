//! Parts of a description that are taken from an earlier run: tells of them, and says again what
//! they said. Knows nothing of what they describe.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use bstr::BString;
use rules::make::{Message, Severity};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::describe::Show;
use crate::snapshot::{Given, Question, Recalled, Snapshots, Source, Witness};

/// Recalls the parts of one description.
pub(super) struct Recaller {
    pub(super) snapshots: Snapshots,
    /// Whether events are told as JSON.
    pub(super) json: bool,
    pub(super) show: Show,
}

/// A line for the user, and whether it is a message or a warning.
#[derive(Clone, Serialize, Deserialize)]
struct Line {
    is_message: bool,
    text: BString,
}

/// What a part says while it is evaluated: shown at once, and kept.
pub(super) struct Told {
    show: Show,
    lines: Arc<Mutex<Vec<Line>>>,
}

impl Told {
    /// Says a line: a message, or a warning.
    pub(super) fn tell(&self, is_message: bool, text: BString) {
        let line = Line { is_message, text };
        line.show(self.show);
        if let Ok(mut lines) = self.lines.lock() {
            lines.push(line);
        }
    }

    /// Says what makefiles say.
    pub(super) fn sink(&self) -> impl FnMut(&Message) + Send + use<> {
        let told = Told { show: self.show, lines: Arc::clone(&self.lines) };
        move |message| told.tell(message.severity == Severity::Info, message.line())
    }
}

impl Line {
    fn show(&self, show: Show) {
        let to = if self.is_message { show } else { Show::Errors };
        // A reader that went away is no reason to end a build.
        let _ = to.writer().write_all(&self.text);
    }
}

impl Recaller {
    /// The result of a part for a key, computed when nothing that is kept holds.
    pub(super) fn recall<T: Serialize + DeserializeOwned>(
        &self,
        part: &str,
        key: &dyn Debug,
        compute: impl FnOnce(&Arc<Witness>, &Told) -> miette::Result<T>,
    ) -> miette::Result<T> {
        Ok(self.recall_known(&Question { part, key, given: &Given::new() }, compute)?.value)
    }

    /// The same with what is known of the result.
    pub(super) fn recall_known<T: Serialize + DeserializeOwned>(
        &self,
        question: &Question<'_>,
        compute: impl FnOnce(&Arc<Witness>, &Told) -> miette::Result<T>,
    ) -> miette::Result<Recalled<T>> {
        let show = if self.json { Show::Errors } else { self.show };
        let recalled = self.snapshots.recall(question, |witness| {
            let told = Told { show, lines: Arc::default() };
            let value = compute(witness, &told)?;
            let lines = told.lines.lock().map(|lines| lines.clone()).unwrap_or_default();
            miette::Result::<(T, Vec<Line>)>::Ok((value, lines))
        })?;
        let Recalled { value: (value, lines), digest, source, acted } = recalled;
        if source == Source::Recalled {
            lines.iter().for_each(|line| line.show(show));
        }
        self.tell(question.part, &source);
        Ok(Recalled { value, digest, source, acted })
    }

    fn tell(&self, part: &str, source: &Source) {
        if self.json {
            let (state, why) = match source {
                Source::Recalled => ("recalled", None),
                why => ("evaluated", Some(why.to_string())),
            };
            let event = json!({ "event": "described", "part": part, "state": state, "why": why });
            self.show.line(&event.to_string());
        } else if matches!(source, Source::Damaged(_)) {
            Show::Errors.line(&format!("{source}: the {part} is evaluated again"));
        }
    }
}
