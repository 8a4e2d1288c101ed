//! What a run of make leaves behind: status, words and files.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime};

use bstr::{BString, ByteSlice};

use crate::generate::Tree;

/// Longest run of one make. What takes longer hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// A make to call: a folder on the search path that has it as `make`.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    folder: PathBuf,
    /// Longest run of a tree. What takes longer hangs.
    pub(crate) limit: Duration,
}

impl Program {
    /// A copy of the program at `path`, under the name of `make` in a new folder.
    pub(crate) fn new(path: &Path, folder: PathBuf) -> Program {
        fs::create_dir_all(&folder).unwrap();
        // By another process: a child that another test starts meanwhile would inherit the open file,
        // and what somebody may write to cannot be run.
        let copied = Command::new("cp").arg(path).arg(folder.join("make")).status().unwrap();
        assert!(copied.success());
        Program { folder, limit: LIMIT }
    }

    /// A command with a small environment and nothing to read.
    pub(crate) fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(self.folder.join("make"));
        command
            .arg0("make")
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", self.folder.display()))
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }

    /// The whole outcome of a tree in `folder`, which is made anew.
    pub(crate) fn run(&self, tree: &Tree, folder: &Path, merged: bool) -> Outcome {
        let stamps = lay_out(tree, folder);
        let mut command = self.command(folder);
        command.args(&tree.arguments).envs(tree.environment.iter().copied());
        let ran = Ran::within(self.limit, &mut command, &folder.with_extension("output"), merged);
        Outcome {
            status: ran.status.map(|status| status.code().unwrap_or(-1)),
            output: ran.output,
            errors: ran.errors,
            files: files(folder, &stamps),
        }
    }
}

/// What a process said, and how it ended.
pub(crate) struct Ran {
    /// None when it took too long.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) output: BString,
    pub(crate) errors: BString,
}

impl Ran {
    /// Runs a command with its words in files beside `path`; `merged` puts all into the output, in
    /// the order in which it came.
    pub(crate) fn of(command: &mut Command, path: &Path, merged: bool) -> Ran {
        Ran::within(LIMIT, command, path, merged)
    }

    fn within(limit: Duration, command: &mut Command, path: &Path, merged: bool) -> Ran {
        let open = |name: &str| {
            let path = path.with_extension(name);
            let _ = fs::remove_file(&path);
            let file = OpenOptions::new().create(true).append(true).open(&path).unwrap();
            (path, file)
        };
        let (output, file) = open("out");
        let (errors, other) = open("err");
        let other = if merged { file.try_clone().unwrap() } else { other };
        let mut child = command.stdout(file).stderr(other).process_group(0).spawn().unwrap();
        let status = wait(&mut child, limit);
        let read = |path: &Path| fs::read(path).unwrap().into();
        Ran { status, output: read(&output), errors: read(&errors) }
    }

    /// Its exit status; a signal counts as 128 and its number.
    pub(crate) fn code(&self) -> i32 {
        let status = self.status.expect("ended in time");
        status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
    }
}

/// Waits for the end, which comes by force when it does not come in time.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(500);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if start.elapsed() > limit {
            let group = rustix::process::Pid::from_child(child);
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(8));
    }
}

/// Everything that can be seen of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// None when it took too long.
    pub(crate) status: Option<i32>,
    pub(crate) output: BString,
    pub(crate) errors: BString,
    pub(crate) files: BTreeMap<PathBuf, Left>,
}

/// A file afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) text: BString,
    /// It has the age that it had.
    pub(crate) untouched: bool,
}

/// Makes the folder as the tree has it. Returns the files' times.
fn lay_out(tree: &Tree, folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
        _ => {}
    }
    fs::create_dir_all(folder.join("sub")).unwrap();
    // Whole seconds: nothing depends on what a disk can hold of the rest.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let mut stamps = BTreeMap::new();
    for file in &tree.files {
        let path = folder.join(&file.name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &file.text).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(now - file.age);
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        stamps.insert(PathBuf::from(&file.name), time);
    }
    stamps
}

fn files(folder: &Path, stamps: &BTreeMap<PathBuf, SystemTime>) -> BTreeMap<PathBuf, Left> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            if meta.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_path_buf();
            let untouched = stamps.get(&name) == Some(&meta.modified().unwrap());
            found.insert(name, Left { text: fs::read(&path).unwrap().into(), untouched });
        }
    }
    found
}

impl Outcome {
    /// What differs, in words; the other one is the reference.
    pub(crate) fn differences(&self, reference: &Outcome) -> String {
        let mut words = String::new();
        if self.status != reference.status {
            words += &format!("status: {:?}, not {:?}\n", self.status, reference.status);
        }
        for (name, ours, theirs) in [
            ("output", &self.output, &reference.output),
            ("errors", &self.errors, &reference.errors),
        ] {
            if ours != theirs {
                words += &format!("{name}:\n{}", lines(theirs, ours));
            }
        }
        if self.files != reference.files {
            for name in self.files.keys().chain(reference.files.keys()) {
                let (ours, theirs) = (self.files.get(name), reference.files.get(name));
                if ours != theirs {
                    words += &format!("{}: {ours:?}, not {theirs:?}\n", name.display());
                }
            }
        }
        words
    }
}

/// Both texts, where they begin to differ marked: `-` is the reference's.
fn lines(theirs: &BString, ours: &BString) -> String {
    let (theirs, ours): (Vec<_>, Vec<_>) = (theirs.lines().collect(), ours.lines().collect());
    let same = theirs.iter().zip(&ours).take_while(|(one, other)| one == other).count();
    let mut words = String::new();
    for line in &theirs[..same] {
        words += &format!("  {}\n", line.as_bstr());
    }
    for line in &theirs[same..] {
        words += &format!("- {}\n", line.as_bstr());
    }
    for line in &ours[same..] {
        words += &format!("+ {}\n", line.as_bstr());
    }
    words
}
