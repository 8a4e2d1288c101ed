//! Random makefiles, run by GNU make and by ours in equal folders: both must say and leave the same.
//!
//! `MAKE_REFERENCE` names the GNU make to compare with, else the system's is; `MAKE_TREES` is how
//! many trees there are, `MAKE_FIRST` the seed of the first, `MAKE_JOBS` how many are checked at once.
//! `MAKE_TREES_TO` names a folder where the trees are put, and nothing is checked.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::generate::{Tree, tree};
use crate::known;
use crate::outcome::{Outcome, Program};
use crate::shrink;

/// How long GNU make may take for a tree.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Differences that are shown in full.
const SHOWN: usize = 8;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")),
        Err(_) => default,
    }
}

/// GNU make.
pub(crate) fn reference() -> PathBuf {
    let path = std::env::var_os("MAKE_REFERENCE").map_or("/usr/bin/make".into(), PathBuf::from);
    std::fs::canonicalize(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Two programs and a folder where they run, one after the other.
pub(crate) struct Bench {
    pub(crate) reference: Program,
    pub(crate) ours: Program,
    work: PathBuf,
}

/// What came of a tree.
enum Verdict {
    Right,
    /// GNU make did not end, or died.
    Endless,
    Wrong(String),
}

impl Bench {
    pub(crate) fn new(folder: &Path) -> Bench {
        let mut bench = Bench {
            reference: Program::new(&reference(), folder.join("reference")),
            ours: Program::new(Path::new(env!("CARGO_BIN_EXE_ukbuild")), folder.join("ours")),
            work: folder.join("work"),
        };
        // Some makefiles have no end: no time is lost with them.
        bench.reference.limit = PATIENCE;
        bench
    }

    fn run(&self, tree: &Tree, merged: bool) -> (Outcome, Outcome) {
        let theirs = self.reference.run(tree, &self.work, merged);
        let ours = self.ours.run(tree, &self.work, merged);
        (known::comparable(ours), known::comparable(theirs))
    }

    /// Whether ours is meant to do otherwise.
    fn is_meant(&self, tree: &Tree, ours: &Outcome, theirs: &Outcome) -> bool {
        let mut tree = tree.clone();
        tree.arguments.push("--debug=b".into());
        known::explain(ours, theirs, &self.ours.run(&tree, &self.work, true).output)
    }

    /// Whether the two do not agree. Ages in one tick of the clock are seen one way or the other:
    /// only what is so again and again counts.
    fn differs(&self, tree: &Tree, merged: bool, tries: usize) -> bool {
        (0..tries).all(|_| {
            let (ours, theirs) = self.run(tree, merged);
            theirs.status.is_some_and(|status| status >= 0)
                && ours != theirs
                && !self.is_meant(tree, &ours, &theirs)
        })
    }

    fn judge(&self, seed: u64) -> Verdict {
        let tree = tree(seed);
        let merged = seed.is_multiple_of(2);
        let theirs = known::comparable(self.reference.run(&tree, &self.work, merged));
        // Ours would be waited for in vain, too.
        if theirs.status.is_none_or(|status| status < 0) {
            return Verdict::Endless;
        }
        let ours = known::comparable(self.ours.run(&tree, &self.work, merged));
        if ours == theirs || !self.differs(&tree, merged, 3) {
            return Verdict::Right;
        }
        let small = shrink::smallest(&tree, &mut |tree| self.differs(tree, merged, 1));
        let (ours, theirs) = self.run(&small, merged);
        Verdict::Wrong(format!("{}{}", show(&small), ours.differences(&theirs)))
    }
}

fn show(tree: &Tree) -> String {
    let mut words = format!("make {}\n{:?}\n", tree.arguments.join(" "), tree.environment);
    for file in &tree.files {
        words += &format!("--- {} ({} s old)\n", file.name, file.age);
        if file.name.ends_with("akefile") || file.name.ends_with(".mk") {
            words += &file.text;
        }
    }
    words + "---\n"
}

/// Writes the trees themselves, to look at.
fn write(folder: &Path) {
    let first = number("MAKE_FIRST", 0);
    for seed in first..first + number("MAKE_TREES", 1) {
        let folder = folder.join(seed.to_string());
        let tree = tree(seed);
        for file in &tree.files {
            let path = folder.join(&file.name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &file.text).unwrap();
        }
        std::fs::write(folder.join("arguments"), tree.arguments.join("\n")).unwrap();
    }
}

#[test]
fn random_trees() {
    if let Some(folder) = std::env::var_os("MAKE_TREES_TO") {
        return write(Path::new(&folder));
    }
    let (first, count) = (number("MAKE_FIRST", 0), number("MAKE_TREES", 300));
    let next = AtomicU64::new(first);
    let wrong = AtomicUsize::new(0);
    let shown = Mutex::new(Vec::new());
    let endless = Mutex::new(Vec::new());
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..number("MAKE_JOBS", processors as u64) {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                let bench = Bench::new(folder.path());
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count || wrong.load(Ordering::Relaxed) >= SHOWN {
                        break;
                    }
                    match bench.judge(seed) {
                        Verdict::Right => {}
                        Verdict::Endless => endless.lock().unwrap().push(seed),
                        Verdict::Wrong(words) => {
                            wrong.fetch_add(1, Ordering::Relaxed);
                            shown.lock().unwrap().push(format!("=== seed {seed}\n{words}"));
                        }
                    }
                }
            });
        }
    });
    let done = next.into_inner().min(first + count) - first;
    let wrong = wrong.into_inner();
    println!("{} of {done} trees as they must be", done - wrong as u64);
    let endless = endless.into_inner().unwrap();
    if !endless.is_empty() {
        println!("GNU make did not end in {} of them: {endless:?}", endless.len());
    }
    assert_eq!(wrong, 0, "{}", shown.into_inner().unwrap().join("\n"));
}
