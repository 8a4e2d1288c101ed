//! Files that nothing makes: what is said of them, and what more is known. Knows nothing of how they
//! were looked for.

use bstr::{BStr, ByteSlice};
use rules::make::Location;

use super::files::{FileId, Status};
use super::run::{Result, Run};

impl Run {
    /// Tells of a file that nothing makes. Without `-k`, that is the end.
    pub(super) fn no_rule(&mut self, file: FileId) -> Result<()> {
        let node = &self.files[file];
        let culprit = node.prerequisites.iter().map(|one| self.files.settled(one.file));
        let culprit = culprit
            .filter(|&one| self.files[one].updated && self.files[one].status > Status::None)
            .find(|_| node.silent_failure);
        if let Some(culprit) = culprit {
            return self.no_rule(culprit);
        }
        let mut text = b"No rule to make target '".to_vec();
        text.extend_from_slice(&node.name);
        text.push(b'\'');
        if let Some(parent) = node.parent {
            text.extend_from_slice(b", needed by '");
            text.extend_from_slice(&self.files[parent].name);
            text.push(b'\'');
        }
        self.tell_unread_goal();
        if !self.settings.keep_going {
            let halt = self.fatal(None, text);
            self.note_origin(file);
            return Err(halt);
        }
        self.complain(None, [b"*** ", text.as_slice(), b"."].concat());
        self.note_origin(file);
        self.files[file].silent_failure = false;
        Ok(())
    }

    /// Where the name of a file that nothing makes may come from: a variable that is not defined,
    /// or, of a goal, another name mistyped.
    pub(super) fn note_origin(&mut self, file: FileId) {
        let name = self.files[file].name.clone();
        let Some(parent) = self.files[file].parent else {
            if let Some(similar) = super::report::similar(name.as_bstr(), self.evaluator.rules()) {
                self.complain(None, format!("note: did you mean '{similar}'?"));
            }
            return;
        };
        let rules = self.evaluator.rules();
        let known = rules.target(&self.files[parent].name);
        let known = known.map_or(&[][..], |target| &target.rules);
        let places: Vec<_> = known.iter().map(|&rule| rules.rule(rule).location.clone()).collect();
        for place in places {
            if self.note_undefined(&place, name.as_bstr()) {
                return;
            }
        }
    }

    /// Tells of variables that are not defined in the line that a name comes from.
    pub(super) fn note_undefined(&mut self, place: &Location, name: &BStr) -> bool {
        let folder = self.search.folder().to_path_buf();
        let notes = super::report::undefined_behind(&mut self.evaluator, &folder, place, name);
        for note in &notes {
            self.complain(Some(place), format!("note: {note}"));
        }
        !notes.is_empty()
    }
}
