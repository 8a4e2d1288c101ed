//! `ukbuild log`: what the last builds ran, in words or as JSON.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::arguments::Log;
use super::progress::seconds;
use super::subject::shown;
use super::{Outcome, folder, report};
use crate::inspect::{Build, Ending, Ran};
use crate::project::App;
use crate::surroundings::Surroundings;

/// How many of the longest commands are shown.
const LONGEST: usize = 10;

/// `ukbuild log [DIR]`
pub(super) fn main(request: &Log, surroundings: &Surroundings) -> Outcome {
    let app = App::open(&folder(&request.dir, surroundings), surroundings)?;
    let folder = app.build();
    let builds = Build::all(&folder).map_err(|error| report::file("read", &folder, &error))?;
    if request.builds {
        match request.json {
            true => print_json(&builds),
            false => builds.iter().rev().enumerate().for_each(|(back, build)| {
                say_line!("{back:>3}  {}", headline(build, &surroundings.folder));
            }),
        }
        return Ok(0);
    }
    let Some(build) = builds.iter().rev().nth(request.back) else {
        return Err(match builds.len() {
            0 => miette::miette!(help = "build it: ukbuild build", "no build has run anything yet"),
            count => miette::miette!("only {count} builds are remembered"),
        });
    };
    match request.json {
        true => print_json(build),
        false => say!("{}", words(build, request.all, &surroundings.folder)),
    }
    Ok(0)
}

fn print_json<T: serde::Serialize>(value: &T) {
    // Strings, numbers and lists of them always have a JSON form.
    say_line!("{}", serde_json::to_string_pretty(value).unwrap_or_default());
}

fn headline(build: &Build, here: &Path) -> String {
    let images: Vec<String> =
        build.images.iter().map(|image| shown(image.as_str().into(), here).to_string()).collect();
    let ending = match build.ending {
        Ending::Done => "done",
        Ending::Failed => "failed",
        Ending::Interrupted => "interrupted",
    };
    let saved = |count: usize, how: &str| match count {
        0 => String::new(),
        count => format!(", {count} {how}"),
    };
    let saved = saved(build.restored, "from the cache") + &saved(build.shared, "shared");
    format!(
        "{}: {ending} {} after {}, {}{saved} with {} at once",
        images.join(", "),
        ago(build.began),
        seconds(Duration::from_millis(build.milliseconds)),
        commands(build.ran + build.failed),
        build.jobs
    )
}

fn commands(count: usize) -> String {
    match count {
        1 => "1 command".to_owned(),
        count => format!("{count} commands"),
    }
}

/// How long ago something began.
fn ago(began: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let since = now.saturating_sub(Duration::from_millis(began)).as_secs();
    let (count, unit) = match since {
        0..60 => return "just now".to_owned(),
        60..3600 => (since / 60, "minute"),
        3600..86_400 => (since / 3600, "hour"),
        _ => (since / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

fn words(build: &Build, all: bool, here: &Path) -> String {
    let mut out = headline(build, here);
    // Writing to a string does not fail.
    out.push('\n');
    if build.steps.is_empty() {
        return out;
    }
    let path: Vec<&Ran> = build.critical().collect();
    let waited = path.iter().map(|ran| ran.duration).sum();
    let _ = writeln!(out, "\ncritical path, {}:", precise(waited));
    path.iter().for_each(|ran| line(ran, &mut out));
    if all {
        let _ = writeln!(out, "\nall that ran:");
        build.steps.iter().for_each(|ran| line(ran, &mut out));
    } else {
        let mut longest: Vec<&Ran> = build.steps.iter().collect();
        longest.sort_by_key(|ran| std::cmp::Reverse(ran.duration));
        let _ = writeln!(out, "\nlongest:");
        longest.iter().take(LONGEST).for_each(|ran| line(ran, &mut out));
    }
    let _ = writeln!(out, "\nby kind:");
    let mut kinds: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for ran in &build.steps {
        let (count, time) = kinds.entry(&ran.tag).or_default();
        *count += 1;
        *time += ran.duration;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, (_, time))| std::cmp::Reverse(*time));
    for (tag, (count, time)) in kinds {
        let time = precise(time);
        let _ = writeln!(out, "  {time:>8}  {tag:<7} {}", commands(count));
    }
    out
}

/// So many microseconds, for people who compare them.
fn precise(micros: u64) -> String {
    match micros {
        0..60_000_000 => format!("{:.3} s", micros as f64 / 1e6),
        _ => seconds(Duration::from_micros(micros)),
    }
}

fn line(ran: &Ran, out: &mut String) {
    let time = precise(ran.duration);
    let _ = writeln!(out, "  {time:>8}  {:<7} {}", ran.tag, ran.label);
    if let Some(failure) = &ran.failure {
        let _ = writeln!(out, "            failed: {failure}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
        let before = |seconds: u64| ago(now - seconds * 1000);
        assert_eq!(before(5), "just now");
        assert_eq!(before(65), "1 minute ago");
        assert_eq!(before(7300), "2 hours ago");
        assert_eq!(before(900_000), "10 days ago");
        assert_eq!(ago(now + 100_000), "just now");
    }
}
