//! Builds whose writes are cut off at a length: by death at every write of the journal, and by a disk
//! that is full. The next build is right all the same.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::crash::crashes;
use crate::victim::{self, Limit, clean, contents, graph, write_sources};
use crate::world::{World, within};

/// SIGXFSZ.
const TOO_LONG: i32 = 25;

/// The round by which every source has changed.
const CHANGED: usize = 12;

/// A world as it was, to begin with again and again.
struct Saved {
    world: World,
    copy: TempDir,
}

impl Saved {
    /// A world with changed sources to build, after a build of others or none at all.
    fn new(built: bool) -> Saved {
        let world = World::new();
        write_sources(&world, 0);
        if built {
            world.build(&graph(&world), &["build/all"]);
        }
        write_sources(&world, CHANGED);
        let copy = tempfile::tempdir().unwrap();
        copy_folder(&world.path("build"), copy.path());
        Saved { world, copy }
    }

    fn restore(&self) {
        let build = self.world.path("build");
        let _ = fs::remove_dir_all(&build);
        copy_folder(self.copy.path(), &build);
    }

    /// Where each write to the journal ends in a build that comes to its end, and where the first of
    /// them begins.
    fn writes(&self) -> Vec<usize> {
        self.restore();
        let before = frame_ends(&self.journal()).len();
        assert!(victim::start(&self.world, Limit::Kill(1 << 20)).wait().unwrap().success());
        let writes = frame_ends(&self.journal()).split_off(before - 1);
        assert!(writes.len() > 20, "{writes:?}");
        // Or the limit would be met elsewhere first.
        let others = ["recipes", "lock", "running"].map(|name| {
            fs::metadata(self.world.path("build/.ukbuild").join(name)).unwrap().len() as usize
        });
        assert!(others.iter().all(|length| length < writes.last().unwrap()), "{others:?}");
        writes
    }

    fn journal(&self) -> PathBuf {
        self.world.path("build/.ukbuild/journal")
    }

    /// The next build leaves what a clean one would, and knows it.
    #[track_caller]
    fn check(&self) {
        let world = &self.world;
        world.build(&graph(world), &["build/all"]);
        assert_eq!(contents(world), clean(CHANGED));
        let again = world.build(&graph(world), &["build/all"]);
        assert_eq!((again.ran(), again.damaged), (vec![], 0));
    }
}

fn copy_folder(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).unwrap();
    for entry in entries.map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => fs::copy(entry.path(), target).map(|_| ()).unwrap(),
        }
    }
}

/// Where the head of a journal and each whole frame end.
fn frame_ends(journal: &Path) -> Vec<usize> {
    let stored = fs::read(journal).unwrap_or_default();
    let mut ends = vec![8];
    let mut at = 8;
    while let Some(length) = stored.get(at..at + 4) {
        at += 12 + u32::from_le_bytes(length.try_into().unwrap()) as usize;
        if at > stored.len() {
            break;
        }
        ends.push(at);
    }
    ends
}

/// Lengths at which a write is cut: in its middle, and with many crashes asked for, before its first
/// and its second byte, too.
fn cuts(write: &[usize]) -> Vec<usize> {
    let [start, end] = [write[0], write[1]];
    let middle = start + (end - start) / 2;
    if crashes() < 200 { vec![middle] } else { vec![start, start + 1, middle] }
}

#[test]
fn after_death_at_every_write_of_the_journal_the_next_build_is_right() {
    within(Duration::from_secs(10 * (30 + crashes())), || {
        for built in [true, false] {
            let saved = Saved::new(built);
            let before = frame_ends(&saved.copy.path().join(".ukbuild/journal")).len();
            // Which write is the one at a length varies with the order of threads and with the time
            // that things take: again, until each of them was the one that did not come to its end.
            let mut reached = BTreeSet::new();
            loop {
                let writes = saved.writes();
                let open: Vec<usize> =
                    (0..writes.len() - 1).filter(|number| !reached.contains(number)).collect();
                if open.is_empty() {
                    break;
                }
                for cut in open.iter().flat_map(|&number| cuts(&writes[number..])) {
                    saved.restore();
                    let ended = victim::start(&saved.world, Limit::Kill(cut)).wait().unwrap();
                    let length = fs::metadata(saved.journal()).unwrap().len() as usize;
                    if ended.success() {
                        assert!(length <= cut, "not cut at {cut}, but {length} long");
                    } else {
                        assert_eq!(ended.signal(), Some(TOO_LONG), "cut at {cut}");
                        reached.insert(frame_ends(&saved.journal()).len() - before);
                    }
                    saved.check();
                }
            }
        }
    });
}

#[test]
fn after_a_full_disk_the_next_build_is_right() {
    within(Duration::from_secs(10 * (30 + crashes())), || {
        for built in [true, false] {
            let saved = Saved::new(built);
            let writes = saved.writes();
            for cut in writes.windows(2).step_by(if crashes() < 200 { 3 } else { 1 }).flat_map(cuts)
            {
                saved.restore();
                let ended = victim::start(&saved.world, Limit::Fail(cut)).wait().unwrap();
                assert!(ended.success(), "cut at {cut}: {ended:?}");
                saved.check();
            }
        }
    });
}
