//! How mistakes are told: in GNU make's words first, and with a note where more is known. Knows
//! nothing of when they arise.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use bstr::{BStr, BString};
use rules::make::{Error, ErrorKind, Rules};

use super::output::Output;

/// Tells of an error in a makefile.
pub(super) fn tell(output: &mut Output, error: &Error) {
    let text = format!("*** {}.  Stop.", error.kind);
    output.error(error.location.as_ref(), text);
    if let Some(note) = note(error) {
        output.error(error.location.as_ref(), format!("note: {note}"));
    }
}

/// What is known beyond GNU make's words.
fn note(error: &Error) -> Option<String> {
    let excerpt = error.excerpt.as_ref();
    match &error.kind {
        ErrorKind::MissingSeparator { .. } => excerpt.map(|line| {
            if line.starts_with(b" ") {
                format!("this line starts with spaces; a recipe line starts with a tab: {line}")
            } else {
                format!("this line is neither a rule, nor an assignment, nor a directive: {line}")
            }
        }),
        _ => None,
    }
}

/// The system's words for an error, without its number.
pub(super) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// A target whose name is close to one that is not there.
pub(super) fn similar(name: &BStr, rules: &Rules) -> Option<BString> {
    let wanted = name.to_string();
    let most = if wanted.len() < 5 { 0 } else { (wanted.len() / 5).min(2) };
    let targets = rules.targets().filter(|(_, target)| !target.rules.is_empty());
    let close = targets.filter_map(|(name, _)| {
        let candidate = name.to_string();
        // Far apart in length is far apart.
        if candidate.len().abs_diff(wanted.len()) > most || candidate.starts_with('.') {
            return None;
        }
        let distance = strsim::osa_distance(&candidate, &wanted);
        (distance > 0 && distance <= most).then(|| (distance, name.to_owned()))
    });
    close.min().map(|(_, name)| name)
}

/// A name as the system takes it.
pub(super) fn os(name: &[u8]) -> &OsStr {
    OsStr::from_bytes(name)
}
