//! Evidence of earlier computations, read when somebody asks for it.

use std::sync::OnceLock;

use super::evidence::Evidence;
use super::record::Stored;

/// The evidence of one record.
#[derive(Debug)]
pub(super) struct Past {
    stored: Stored,
    evidence: OnceLock<Option<Evidence>>,
}

impl Past {
    pub(super) fn new(stored: Stored) -> Past {
        Past { stored, evidence: OnceLock::new() }
    }

    /// The evidence of a record that has been read already.
    pub(super) fn known(stored: Stored, evidence: Evidence) -> Past {
        Past { stored, evidence: OnceLock::from(Some(evidence)) }
    }

    /// What it is; none when it cannot be read.
    pub(super) fn evidence(&self) -> Option<&Evidence> {
        self.evidence.get_or_init(|| self.stored.evidence().ok()).as_ref()
    }
}
