//! Results in the Test Anything Protocol, version 13. Knows the format.

use std::fmt::Write;

use super::{Failure, Image};

/// The results of some images, one after the other.
pub fn tap(images: &[Image]) -> String {
    let count: usize = images.iter().map(|image| image.tested.len()).sum();
    let mut text = format!("TAP version 13\n1..{count}\n");
    let all = images.iter().flat_map(|image| image.tested.iter().map(move |one| (image, one)));
    for (number, (image, tested)) in (1..).zip(all) {
        let not = if tested.failure.is_some() { "not " } else { "" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{not}ok {number} - {} {}", image.name, tested.case);
        tested.failure.iter().for_each(|failure| diagnosis(failure, &mut text));
    }
    text
}

/// What follows a line `not ok`: a block of YAML.
fn diagnosis(failure: &Failure, text: &mut String) {
    text.push_str("  ---\n");
    let complaints: Vec<String> = failure.complaints.iter().map(ToString::to_string).collect();
    block("message", &complaints.join("\n"), text);
    if let Some(place) = failure.complaints.iter().find_map(|complaint| complaint.place.as_ref()) {
        let _ = writeln!(text, "  at: {{ line: {}, file: {:?} }}", place.line, place.file);
    }
    if !failure.output.is_empty() {
        block("output", &failure.output, text);
    }
    text.push_str("  ...\n");
}

fn block(name: &str, lines: &str, text: &mut String) {
    // The first line may begin with spaces: so far the block is indented.
    let _ = writeln!(text, "  {name}: |2");
    for line in lines.lines() {
        let _ = writeln!(text, "    {line}");
    }
}
