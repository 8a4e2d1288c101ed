//! `ukbuild cache`: what is kept of earlier builds. Knows where it lies, and how to show sizes.

use std::path::PathBuf;

use miette::{IntoDiagnostic, WrapErr, miette};
use serde_json::json;

use super::Outcome;
use super::arguments::{Cache as Request, CacheCommand};
use crate::engine::{Cache, CacheReport};
use crate::surroundings::Surroundings;

/// How much is kept.
const LIMIT: u64 = 10 << 30;

/// The cache of this user, for a build whose paths begin with `roots`. None without a home.
pub(super) fn of_user(
    surroundings: &Surroundings,
    roots: impl IntoIterator<Item = (String, PathBuf)>,
) -> Option<Cache> {
    Some(Cache::new(folder(surroundings)?.join("actions"), LIMIT, roots))
}

/// Where programs keep what they can make anew.
pub(super) fn folder(surroundings: &Surroundings) -> Option<PathBuf> {
    let named = surroundings.variable("XDG_CACHE_HOME").map(PathBuf::from);
    // Others than absolute paths are to be ignored, says the specification of these folders.
    let named = named.filter(|path| path.is_absolute());
    let home = || surroundings.variable("HOME").map(|home| PathBuf::from(home).join(".cache"));
    named.or_else(home).map(|folder| folder.join("ukbuild"))
}

/// `ukbuild cache`
pub(super) fn main(request: &Request, surroundings: &Surroundings) -> Outcome {
    let help = "set HOME or XDG_CACHE_HOME";
    let cache = of_user(surroundings, [])
        .ok_or_else(|| miette!(help = help, "there is no cache folder"))?;
    let use_error = || format!("cannot use the cache in {}", cache.folder().display());
    match request.command {
        CacheCommand::Stats { json } => stats(&cache, json).wrap_err_with(use_error)?,
        CacheCommand::Trim { size } => {
            let report = cache.trim(size).into_diagnostic().wrap_err_with(use_error)?;
            tell(&report);
        }
        CacheCommand::Verify => {
            let report = cache.verify().into_diagnostic().wrap_err_with(use_error)?;
            say_line!("{} objects read, {} files damaged", report.objects, report.damaged);
            tell(&report);
        }
    }
    Ok(0)
}

fn stats(cache: &Cache, json: bool) -> miette::Result<()> {
    let usage = cache.usage().into_diagnostic()?;
    let folder = cache.folder().display();
    if json {
        let value = json!({
            "folder": folder.to_string(), "entries": usage.entries, "objects": usage.objects,
            "bytes": usage.bytes, "limit": usage.limit, "hits": usage.hits, "misses": usage.misses,
        });
        say_line!("{value}");
        return Ok(());
    }
    say_line!("folder   {folder}");
    say_line!("size     {} of {}", shown(usage.bytes), shown(usage.limit));
    say_line!("objects  {}", usage.objects);
    say_line!("entries  {}", usage.entries);
    let asked = usage.hits + usage.misses;
    let share = (usage.hits * 100).checked_div(asked).unwrap_or(0);
    say_line!("served   {} of {asked} steps ({share} %)", usage.hits);
    Ok(())
}

fn tell(report: &CacheReport) {
    say_line!("{} files removed, {} freed", report.removed, shown(report.freed));
}

/// A size for people.
fn shown(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{:.1} {name}", bytes as f64 / unit as f64),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_for_people() {
        let cases =
            [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (10 << 30, "10.0 GiB")];
        for (bytes, text) in cases {
            assert_eq!(shown(bytes), text);
        }
    }

    #[test]
    fn the_folder_is_the_specification_s() {
        let of = |pairs: &[(&str, &str)]| {
            let environment = pairs.iter().map(|(name, value)| (name.into(), value.into()));
            folder(&Surroundings { environment: environment.collect(), ..Surroundings::default() })
        };
        assert_eq!(of(&[("XDG_CACHE_HOME", "/c"), ("HOME", "/h")]), Some("/c/ukbuild".into()));
        assert_eq!(
            of(&[("XDG_CACHE_HOME", "c"), ("HOME", "/h")]),
            Some("/h/.cache/ukbuild".into())
        );
        assert_eq!(of(&[("HOME", "/h")]), Some("/h/.cache/ukbuild".into()));
        assert_eq!(of(&[]), None);
    }
}
