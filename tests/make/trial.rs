//! One makefile and both makes: what most tests by hand begin with.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use crate::outcome::{Program, Ran};
use crate::random_trees::Bench;

/// Longest wait for something that another process does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until something holds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A makefile in a folder of its own, and both makes.
pub(crate) struct Trial {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) bench: Bench,
}

impl Trial {
    pub(crate) fn new(makefile: &str) -> Trial {
        let folder = tempfile::tempdir().unwrap();
        let bench = Bench::new(folder.path());
        fs::create_dir_all(folder.path().join("work")).unwrap();
        fs::write(folder.path().join("work/Makefile"), makefile).unwrap();
        Trial { folder, bench }
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    pub(crate) fn run(&self, program: &Program, arguments: &[&str]) -> Ran {
        let mut command = program.command(&self.work());
        Ran::of(command.args(arguments), &self.folder.path().join("r"), false)
    }

    /// A file, changed so long after a moment of the past. Folders on its way are made.
    pub(crate) fn file(&self, name: &str, text: &str, after: Duration) {
        let path = self.work().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000) + after;
        fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    }

    /// The names in the folder, but for the makefile.
    pub(crate) fn left(&self) -> Vec<String> {
        let entries = fs::read_dir(self.work()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name != "Makefile").collect();
        names.sort();
        names
    }

    pub(crate) fn clear(&self) {
        for name in self.left() {
            let path = self.work().join(name);
            let is_folder = fs::symlink_metadata(&path).unwrap().is_dir();
            let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            removed.unwrap();
        }
    }

    /// Both do the same.
    pub(crate) fn agree(&self, arguments: &[&str]) -> Ran {
        self.clear();
        let theirs = self.run(&self.bench.reference, arguments);
        let their_files = self.left();
        self.clear();
        let ours = self.run(&self.bench.ours, arguments);
        assert_eq!(ours.errors, theirs.errors);
        assert_eq!(ours.output, theirs.output);
        assert_eq!(ours.code(), theirs.code());
        assert_eq!(self.left(), their_files);
        ours
    }

    /// What ours says on standard output, where only GNU make 4.4 would do the same. It must say
    /// nothing else, and end well.
    pub(crate) fn says(&self, arguments: &[&str], output: &str) {
        let ran = self.run(&self.bench.ours, arguments);
        assert_eq!((ran.errors.to_string().as_str(), ran.code()), ("", 0));
        assert_eq!(ran.output, output);
    }
}
