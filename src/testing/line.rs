//! One line of uktest's report. Knows how the lines are written (`lib/uktest/driven.h`), not what
//! they mean together.

use super::{Case, Place};

/// What stands before each line.
pub(super) const MARK: u8 = 0x1e;

/// A line, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// So many cases are wanted.
    Plan(usize),
    /// The init function of a suite runs; the case stands for it.
    Init(Case),
    /// A case runs, or is there.
    Case(Case, Place),
    /// `SUITE`, `CASE`
    Passed(String, String),
    /// The same and why.
    Failed(String, String, String),
    /// What did not hold, where, and in which case.
    Complaint { place: Place, suite: String, name: String, text: String },
    /// How many passed and failed.
    Totals(usize, usize),
}

impl Line {
    pub(super) fn parse(line: &str) -> Option<Line> {
        match line.strip_prefix("uktest: ") {
            Some(report) => report_line(report),
            None => complaint(line),
        }
    }
}

fn report_line(text: &str) -> Option<Line> {
    if let Some(count) = text.strip_prefix("plan ") {
        return Some(Line::Plan(count.parse().ok()?));
    }
    if let Some(suite) = text.strip_prefix("init ") {
        return Some(Line::Init(Case::parse(&format!("{suite}/init"))?));
    }
    if let Some(case) = text.strip_prefix("case ") {
        let (case, place) = case.split_once(' ')?;
        return Some(Line::Case(Case::parse(case)?, Place::parse(place)?));
    }
    if let Some((passed, failed)) = text.split_once(" passed, ") {
        let failed = failed.strip_suffix(" failed")?;
        return Some(Line::Totals(passed.parse().ok()?, failed.parse().ok()?));
    }
    let (case, verdict) = text.split_once(": ")?;
    let (suite, name) = case.split_once('/')?;
    let (suite, name) = (suite.to_owned(), name.to_owned());
    if verdict == "passed" {
        return Some(Line::Passed(suite, name));
    }
    let why = verdict.strip_prefix("FAILED (")?;
    // A line that was too long has lost its end.
    let why = why.strip_suffix(')').unwrap_or(why);
    Some(Line::Failed(suite, name, why.to_owned()))
}

/// `FILE:LINE: in SUITE/CASE: TEXT`
fn complaint(line: &str) -> Option<Line> {
    let (place, rest) = line.split_once(": in ")?;
    let (case, text) = rest.split_once(": ")?;
    let (suite, name) = case.split_once('/')?;
    let (suite, name, text) = (suite.to_owned(), name.to_owned(), text.to_owned());
    Some(Line::Complaint { place: Place::parse(place)?, suite, name, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_what_it_says() {
        let case = Case { library: "libx".into(), suite: "s".into(), name: "c".into() };
        let place = Place { file: "uk/a.c".into(), line: 7 };
        let owned = str::to_owned;
        for (text, line) in [
            ("uktest: plan 12", Line::Plan(12)),
            ("uktest: case libx/s/c uk/a.c:7", Line::Case(case.clone(), place.clone())),
            ("uktest: init libx/s", Line::Init(Case { name: "init".into(), ..case })),
            ("uktest: s/c: passed", Line::Passed(owned("s"), owned("c"))),
            ("uktest: s/c: FAILED (a.c:7: (x) == 1)", {
                Line::Failed(owned("s"), owned("c"), owned("a.c:7: (x) == 1"))
            }),
            ("uktest: s/c: FAILED (cut of", Line::Failed(owned("s"), owned("c"), owned("cut of"))),
            ("uk/a.c:7: in s/c: expected `a: b`", {
                let (suite, name) = (owned("s"), owned("c"));
                Line::Complaint { place, suite, name, text: owned("expected `a: b`") }
            }),
            ("uktest: 3 passed, 0 failed", Line::Totals(3, 0)),
        ] {
            assert_eq!(Line::parse(text), Some(line), "{text}");
        }
    }

    #[test]
    fn all_else_is_none() {
        for text in [
            "",
            "hello",
            "uktest: ",
            "uktest: plan",
            "uktest: plan -1",
            "uktest: case libx/s uk/a.c:7",
            "uktest: case libx/s/c",
            "uktest: case //c a.c:1",
            "uktest: s/c: perhaps",
            "uktest: 1 passed, two failed",
            "a.c:x: in s/c: no line",
            "uktest: 99999999999999999999999 passed, 0 failed",
        ] {
            assert_eq!(Line::parse(text), None, "{text}");
        }
    }
}
