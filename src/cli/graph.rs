//! `ukbuild graph`: the steps and their order, for other programs.

use super::Outcome;
use super::arguments::{Format, GraphOf};
use super::subject::Subject;
use crate::inspect;
use crate::surroundings::Surroundings;

/// `ukbuild graph [NAME...]`
pub(super) fn main(request: &GraphOf, surroundings: &Surroundings) -> Outcome {
    let subject = Subject::load(&request.which, surroundings)?;
    let view = subject.view();
    let things = subject.things(&view, &request.names)?;
    match request.format {
        Format::Dot => say!("{}", inspect::dot(&view, &things, request.sources)),
        Format::Json => say_line!("{:#}", inspect::json(&view, &things)),
    }
    Ok(0)
}
