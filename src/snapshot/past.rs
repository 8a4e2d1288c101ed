//! Evidence of earlier computations, read when somebody asks for it.

use std::sync::OnceLock;

use super::evidence::{Evidence, Looked};
use super::record::Stored;
use super::script::{Said, Script};

/// The evidence of one record.
#[derive(Debug)]
pub(super) struct Past {
    stored: Stored,
    evidence: OnceLock<Option<Evidence>>,
    /// What was there when it was last looked at, just now.
    looked: Option<Looked>,
}

impl Past {
    pub(super) fn new(stored: Stored) -> Past {
        Past { stored, evidence: OnceLock::new(), looked: None }
    }

    /// The evidence of a record that has been read already, and perhaps looked at.
    pub(super) fn known(stored: Stored, evidence: Evidence, looked: Option<Looked>) -> Past {
        Past { stored, evidence: OnceLock::from(Some(evidence)), looked }
    }

    /// Whether scripts may have been run to judge it.
    pub(super) fn may_have_run(&self) -> bool {
        self.looked.is_none()
    }

    /// What a script says, when it need not run to know that. Nothing `was_written` since the evidence
    /// was looked at, unless this says so.
    pub(super) fn still_said(&self, script: &Script, was_written: bool) -> Option<Said> {
        let evidence = self.evidence.get_or_init(|| self.stored.evidence().ok()).as_ref()?;
        evidence.still_said(script, self.looked.as_ref().filter(|_| !was_written))
    }
}
