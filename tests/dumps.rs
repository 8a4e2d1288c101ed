//! Crash reports, whole, as a user of `ukbuild run` sees them: one snapshot for each platform and
//! architecture. What differs from run to run, or with every change of the core, is masked.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::fmt::Write;

use common::{COMBINATIONS, Sandbox, checkout};

/// What `uk/plat/bootstrap.h` promises: the status of every crash.
const CRASH: i32 = 254;

#[test]
fn reports_of_crashes_are_as_they_were() {
    let sandbox = Sandbox::sharing("tests/apps/crash");
    let core = checkout().join("unikraft").to_str().unwrap().to_owned();
    for image @ (platform, architecture) in COMBINATIONS {
        let listed = sandbox.boot(image, &["no such request"]).expect(2).stdout;
        let requests = listed.lines().filter_map(|line| line.strip_prefix("  "));
        let mut reports = String::new();
        for request in requests.map(str::trim_end) {
            let said = sandbox.boot(image, &[request]).expect(CRASH).stdout;
            assert!(!said.contains("survived"), "{image:?}, {request}: {said}");
            let from = said.find(&format!("about to: {request}")).unwrap();
            writeln!(reports, "{}", masked(&said[from..].replace(&core, "CORE"))).unwrap();
        }
        insta::assert_snapshot!(format!("{platform}-{architecture}"), reports);
    }
}

/// A report without what nobody can foresee: addresses but those of the null page, registers,
/// contents of the stack, times, lines of the core.
fn masked(report: &str) -> String {
    let mut shown = String::new();
    let mut lines = report.lines().map(|line| line.trim_end_matches('\r')).peekable();
    while let Some(line) = lines.next() {
        let mut words: Vec<String> = line.split(' ').map(word).collect();
        if line.starts_with('[') && line.contains("] ") {
            let end = line.find("] ").unwrap();
            let message = line[end + 2..].split(' ').filter(|word| !word.is_empty());
            words = ["[TIME]".to_owned()].into_iter().chain(message.map(word_of_message)).collect();
        }
        if is_words_of_stack(line) {
            words = vec!["  WORDS".to_owned()];
            while lines.next_if(|next| is_words_of_stack(next)).is_some() {}
        }
        writeln!(shown, "{}", words.join(" ")).unwrap();
    }
    shown
}

fn is_words_of_stack(line: &str) -> bool {
    let mut words = line.split(' ').filter(|word| !word.is_empty()).peekable();
    words.peek().is_some() && words.all(|word| word.len() == 16 && is_hexadecimal(word))
}

fn is_hexadecimal(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The line in `<slab.c @ 404>`, and pointers.
fn word_of_message(word: &str) -> String {
    let is_line = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    match (word.strip_suffix('>'), word.strip_prefix("0x")) {
        (Some(digits), _) if is_line(digits) => "LINE>".to_owned(),
        (_, Some(digits)) if digits.len() > 4 && is_hexadecimal(digits) => "0xADDRESS".to_owned(),
        _ => word.to_owned(),
    }
}

fn word(word: &str) -> String {
    let (digits, prefix) = match word.strip_prefix("0x") {
        Some(digits) => (digits, "0x"),
        None => (word, ""),
    };
    let (digits, end) = match digits.find(|letter: char| !letter.is_ascii_hexdigit()) {
        Some(at) => digits.split_at(at),
        None => (digits, ""),
    };
    if digits.len() == 16 {
        let small = u64::from_str_radix(digits, 16).unwrap() < 4096 && prefix == "0x";
        let shown = if small { digits } else { "ADDRESS" };
        return format!("{prefix}{shown}{end}");
    }
    // (CORE/plat/common/crash.c:12)
    match word.strip_prefix("(CORE/").and_then(|place| place.rsplit_once(':')) {
        Some((file, _)) => format!("(CORE/{file}:LINE)"),
        None => word.split('+').next().unwrap().to_owned(),
    }
}
