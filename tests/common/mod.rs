//! An application in a folder of its own, and the program run on it with a time limit. Knows how to
//! start and count, not what is right.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part of one module")]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longest run of one command. Emulated machines on a busy host are slow; a hang is longer.
const LIMIT: Duration = Duration::from_secs(240);

/// Platform and architecture of every kind of image that boots.
pub const COMBINATIONS: [(&str, &str); 4] =
    [("linuxu", "x86_64"), ("linuxu", "arm64"), ("kvm", "x86_64"), ("kvm", "arm64")];

/// The checkout that is tested.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A copy of an application, and the environment to work on it.
pub struct Sandbox {
    folder: tempfile::TempDir,
    app: PathBuf,
    environment: Vec<(String, String)>,
}

/// What a run left.
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    /// A copy of the application at `path` in the checkout.
    pub fn of(path: &str) -> Sandbox {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join(Path::new(path).file_name().unwrap());
        copy(&checkout().join(path), &app);
        let root = checkout().join("unikraft").to_str().unwrap().to_owned();
        let environment = vec![("UK_ROOT".to_owned(), root)];
        Sandbox { folder, app, environment }
    }

    /// The same with a cache for all that are made so, in this run of tests and later ones: for tests
    /// of images and of what is due, which have nothing to say of how that is made.
    pub fn sharing(path: &str) -> Sandbox {
        let mut sandbox = Sandbox::of(path);
        sandbox.share_cache();
        sandbox
    }

    /// Takes from the cache of [`Sandbox::sharing`] from now on.
    pub fn share_cache(&mut self) {
        self.set("XDG_CACHE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    }

    /// The same with the whole core copied too, so that a test may change it.
    pub fn with_core(path: &str) -> Sandbox {
        let mut sandbox = Sandbox::of(path);
        let core = sandbox.folder.path().join("core");
        copy(&checkout().join("unikraft"), &core);
        sandbox.set("UK_ROOT", core.to_str().unwrap());
        sandbox
    }

    /// Sets an environment variable for all following runs.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(other, _)| other != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub fn app(&self) -> &Path {
        &self.app
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.app.join(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Replaces the only place where `old` stands in a file.
    pub fn replace(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert_eq!(text.matches(old).count(), 1, "{old:?} in {name}:\n{text}");
        self.write(name, &text.replace(old, new));
    }

    /// Runs `ukbuild` in the application's folder.
    pub fn ukbuild<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Ran {
        self.run(Path::new(env!("CARGO_BIN_EXE_ukbuild")), arguments)
    }

    /// The same with something to read on standard input.
    pub fn ukbuild_reading<S: AsRef<OsStr>>(
        &self,
        input: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Ran {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_ukbuild")), arguments);
        command.stdin(std::fs::File::open(input).unwrap());
        Ran::from(limited(&mut command))
    }

    /// Builds and runs the image of one combination with these arguments.
    pub fn boot(&self, (platform, architecture): (&str, &str), arguments: &[&str]) -> Ran {
        let how = ["run", "--plat", platform, "--arch", architecture, "--"];
        self.ukbuild(how.iter().chain(arguments))
    }

    /// Starts `ukbuild` with both ends of its console in hand, for a bounded time.
    pub fn start<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Child {
        let seconds = LIMIT.as_secs().to_string();
        let mut command = self.command(Path::new("timeout"), [&seconds]);
        command.arg(env!("CARGO_BIN_EXE_ukbuild")).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    }

    /// Runs `ukbuild` until it has printed `text`, then asks it to end.
    pub fn ukbuild_until<S: AsRef<OsStr>>(
        &self,
        text: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Ran {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_ukbuild")), arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut seen = String::new();
        while !seen.contains(text) && stdout.read_line(&mut seen).unwrap() > 0 {}
        let process = child.id().to_string();
        Command::new("kill").args(["-TERM", &process]).status().unwrap();
        // The console closes when nothing runs on it any more: an orphan would keep it open.
        stdout.read_to_string(&mut seen).unwrap();
        let mut ran = Ran::from(child.wait_with_output().unwrap());
        ran.stdout = seen;
        ran
    }

    /// Runs `ukbuild` and kills it, and it alone, after some time. Whether it had not ended by then.
    pub fn ukbuild_killed_after<S: AsRef<OsStr>>(
        &self,
        time: Duration,
        arguments: impl IntoIterator<Item = S>,
    ) -> bool {
        let mut command = self.command(Path::new(env!("CARGO_BIN_EXE_ukbuild")), arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(time);
        child.kill().unwrap();
        child.wait().unwrap().code().is_none()
    }

    /// Runs another program there.
    pub fn run<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Ran {
        Ran::from(limited(&mut self.command(program, arguments)))
    }

    fn command<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.app).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env_remove("MAKEFLAGS").env_remove("UK_LIBS");
        command.env("XDG_CACHE_HOME", self.folder.path().join("cache"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Builds; the tags and labels of the steps that were due, sorted. With a cache of its own none
    /// is taken from there; with one that is shared it makes no difference which are.
    pub fn build(&self, arguments: &[&str]) -> Vec<String> {
        let cached = self.environment.iter().any(|(name, _)| name == "XDG_CACHE_HOME");
        let cache = if cached { None } else { Some("--no-cache") };
        let ran = self.ukbuild(["build", "--json"].iter().chain(&cache).chain(arguments));
        assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
        let mut steps = Vec::new();
        for line in ran.stdout.lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            let restored = event["event"] == "restored" && event["shared"] == false;
            if event["event"] == "started" || restored {
                let text = |name: &str| event[name].as_str().unwrap().to_owned();
                steps.push(format!("{} {}", text("tag"), text("label")));
            }
        }
        steps.sort();
        steps
    }
}

impl Ran {
    /// Asserts the status and gives both outputs.
    #[track_caller]
    pub fn expect(self, status: i32) -> Ran {
        // Of hundreds of cases those that passed tell nothing.
        let passed = |line: &&str| line.starts_with("uktest: ") && line.ends_with(": passed");
        let told: Vec<_> = self.stdout.lines().filter(|line| !passed(line)).collect();
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", told.join("\n"), self.stderr);
        self
    }

    /// Asserts that standard error holds each of `texts`, and no panic.
    #[track_caller]
    pub fn complains(self, texts: &[&str]) -> Ran {
        for text in texts {
            assert!(self.stderr.contains(text), "no {text:?} in:\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// Runs a command to its end, or kills it at the limit and fails.
fn limited(command: &mut Command) -> Output {
    use std::os::unix::process::CommandExt;
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let child = command.spawn().unwrap();
    let group = child.id();
    let (done, finished) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        let started = Instant::now();
        if finished.recv_timeout(LIMIT).is_err() && started.elapsed() >= LIMIT {
            Command::new("kill").args(["-KILL", "--", &format!("-{group}")]).status().unwrap();
            return true;
        }
        false
    });
    let output = child.wait_with_output().unwrap();
    drop(done);
    assert!(!watch.join().unwrap(), "no end after {LIMIT:?}: {command:?}\n{output:?}");
    output
}

/// Copies a folder without what builds left in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in from.read_dir().unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if [".config", ".config.old", "build"].iter().any(|built| name == *built) {
            continue;
        }
        let target = to.join(&name);
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
