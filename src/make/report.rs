//! How mistakes are told: in GNU make's words first, and with a note where more is known. Knows
//! nothing of when they arise.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Error, ErrorKind, Evaluator, Location, Rules};

use super::output::Output;

/// Tells of an error in a makefile.
pub(super) fn tell<S>(output: &mut Output, evaluator: &mut Evaluator<S>, error: &Error) {
    let text = format!("*** {}.  Stop.", error.kind);
    output.error(error.location.as_ref(), text);
    for note in notes(evaluator, error) {
        output.error(error.location.as_ref(), format!("note: {note}"));
    }
}

/// The shortest line that is shown once more.
const LEAST_SHOWN: usize = 5;

/// What is known beyond GNU make's words.
fn notes<S>(evaluator: &mut Evaluator<S>, error: &Error) -> Vec<String> {
    let Some(line) = &error.excerpt else { return Vec::new() };
    let mut notes = Vec::new();
    let prefix = evaluator.variable(b".RECIPEPREFIX");
    let tabs = prefix.is_none_or(|prefix| prefix.value().is_empty());
    // Of a few letters, the line that was named is note enough.
    let shows = tabs && line.trim().len() >= LEAST_SHOWN;
    match &error.kind {
        ErrorKind::MissingSeparator { .. } if line.starts_with(b" ") && shows => {
            let text = "this line starts with spaces; a recipe line starts with a tab";
            notes.push(format!("{text}: {line}"));
        }
        ErrorKind::MissingSeparator { .. } if shows => {
            let text = "this line is neither a rule, nor an assignment, nor a directive";
            notes.push(format!("{text}: {line}"));
        }
        ErrorKind::MissingSeparator { .. } | ErrorKind::EmptyVariableName => {}
        _ => return notes,
    }
    notes.extend(evaluator.undefined_in(line).into_iter().map(|name| undefined(&name)));
    notes
}

fn undefined(name: &BString) -> String {
    format!("the variable '{name}' is not defined")
}

/// The variables whose absence gave a name that nothing makes: those that are not defined in a word
/// of the line at a place that comes to that name.
pub(super) fn undefined_behind<S>(
    evaluator: &mut Evaluator<S>,
    folder: &Path,
    location: &Location,
    name: &BStr,
) -> Vec<String> {
    let Some(line) = line_at(folder, location) else { return Vec::new() };
    for word in words(&line) {
        let missing = evaluator.undefined_in(word);
        if missing.is_empty() {
            continue;
        }
        let value = evaluator.expand_if_pure(word).unwrap_or_default();
        if value.split(|byte| byte.is_ascii_whitespace()).any(|one| one == name.as_bytes()) {
            let word = word.as_bstr();
            let notes = missing.iter().map(|one| format!("{}: {word}", undefined(one)));
            return notes.collect();
        }
    }
    Vec::new()
}

/// A line of a makefile, with those that backslashes join to it.
fn line_at(folder: &Path, location: &Location) -> Option<Vec<u8>> {
    let text = std::fs::read(folder.join(os(location.file()))).ok()?;
    let mut lines = text.lines().skip((location.line as usize).checked_sub(1)?);
    let mut line = lines.next()?.to_vec();
    while line.ends_with(b"\\") {
        line.pop();
        line.push(b' ');
        line.extend_from_slice(lines.next().unwrap_or_default());
    }
    Some(line)
}

/// The words of a line; blanks in references do not end one, colons before targets do.
fn words(line: &[u8]) -> Vec<&[u8]> {
    let (mut words, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b'(' | b'{' => depth += 1,
            b')' | b'}' => depth = depth.saturating_sub(1),
            byte if depth == 0 && (byte.is_ascii_whitespace() || b":;|".contains(&byte)) => {
                words.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&line[start..]);
    words.retain(|word| word.contains(&b'$'));
    words
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
