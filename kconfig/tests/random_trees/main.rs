//! Random trees with random settings. With `KCONFIG_REFERENCE` naming a `conf` of Linux, every mode
//! must do the same as that program: status, output and files. Without it, what must hold for
//! every configuration is checked instead.
//!
//! `KCONFIG_TREES` is how many trees there are, `KCONFIG_FIRST` the seed of the first,
//! `KCONFIG_JOBS` how many are checked at once.
//! `KCONFIG_TREES_TO` names a folder where the trees are put, and nothing is checked.

// A helper of a test fails like the test itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod generate;
mod invariants;
mod outcome;
mod shrink;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use generate::Kind;

/// Differences that are shown in full.
const SHOWN: usize = 5;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => default,
    }
}

/// What came of a tree.
enum Verdict {
    Right,
    /// The reference died of a signal in some mode, and the others agree.
    Crashed,
    /// With what is wrong.
    Wrong(String),
}

/// Calls `check` for every seed, on all processors or on as many as `KCONFIG_JOBS` says.
fn for_each_tree(default: u64, check: impl Fn(u64) -> Verdict + Sync) {
    let (first, count) = (number("KCONFIG_FIRST", 0), number("KCONFIG_TREES", default));
    let next = AtomicU64::new(first);
    let wrong = AtomicUsize::new(0);
    let shown = Mutex::new(Vec::new());
    let crashed = Mutex::new(Vec::new());
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = number("KCONFIG_JOBS", processors as u64);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        break;
                    }
                    let words = match check(seed) {
                        Verdict::Right => continue,
                        Verdict::Crashed => {
                            crashed.lock().unwrap().push(seed);
                            continue;
                        }
                        Verdict::Wrong(words) => words,
                    };
                    if wrong.fetch_add(1, Ordering::Relaxed) < SHOWN {
                        shown.lock().unwrap().push(format!("=== tree {seed}\n{words}"));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner();
    println!("{} of {count} trees as they must be", count - wrong as u64);
    let crashed = crashed.into_inner().unwrap();
    if !crashed.is_empty() {
        println!("reference crashed in {} of them: {crashed:?}", crashed.len());
    }
    assert_eq!(wrong, 0, "{}", shown.into_inner().unwrap().join("\n"));
}

/// Writes the trees themselves, to look at.
fn write(folder: &std::path::Path) {
    let first = number("KCONFIG_FIRST", 0);
    for seed in first..first + number("KCONFIG_TREES", 1) {
        let tree = generate::tree(seed, Kind::Any, true);
        let folder = folder.join(seed.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in tree.files.iter().chain([&(".config".into(), tree.settings)]) {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
}

#[test]
fn random_trees() {
    if let Some(folder) = std::env::var_os("KCONFIG_TREES_TO") {
        return write(std::path::Path::new(&folder));
    }
    match std::env::var_os("KCONFIG_REFERENCE") {
        Some(reference) => {
            let reference = outcome::Reference::new(reference.into());
            for_each_tree(60, |seed| {
                let tree = generate::tree(seed, Kind::Any, true);
                outcome::judge(&reference, &tree, seed)
            });
        }
        None => for_each_tree(150, |seed| {
            let linux = seed % 2 == 0;
            let any = generate::tree(seed, Kind::Any, linux);
            let sound = generate::tree(seed, Kind::Sound, linux);
            let wrong =
                invariants::of_any(&any, linux).or_else(|| invariants::of_sound(&sound, linux));
            wrong.map_or(Verdict::Right, Verdict::Wrong)
        }),
    }
}
