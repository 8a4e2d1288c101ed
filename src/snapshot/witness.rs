//! A witness: looks at the world for a computation, and remembers every answer. Knows nothing of
//! where that is kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use bstr::{BStr, BString};
use serde::{Deserialize, Serialize};

use super::Given;
use super::choice::Choice;
use super::evidence::Evidence;
use super::fact::{Fact, bytes};
use super::past::Past;
use super::script::{Said, Script};
use super::trace::Sight;
use crate::engine::digest::{Content, Digest};
use crate::engine::stamp::{self, Found, Kind, Stamp};

/// What is there under a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum There {
    Nothing,
    File,
    Folder,
    /// A device, a pipe.
    Special,
    /// A link that leads nowhere.
    DeadLink,
}

impl There {
    pub(super) fn at(path: &Path) -> There {
        There::with_stamp(path).0
    }

    /// The same with what a file is recognised by.
    pub(super) fn with_stamp(path: &Path) -> (There, Option<Stamp>) {
        // What cannot be looked at might as well not be there.
        let Ok(Some(found)) = stamp::look(path) else { return (There::Nothing, None) };
        match found.kind {
            Kind::File => (There::File, Some(found.stamp)),
            Kind::Directory => (There::Folder, None),
            Kind::Other if path.exists() => (There::Special, None),
            Kind::Other => (There::DeadLink, None),
        }
    }
}

/// Answers questions and remembers them. Several threads may ask at once.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    facts: Mutex<BTreeSet<Fact>>,
    heard: Mutex<BTreeMap<Script, Said>>,
    /// Programs by name, search path and folder.
    programs: Mutex<HashMap<(BString, OsString, BString), Option<PathBuf>>>,
    /// Names of given values that count.
    asked: Mutex<BTreeSet<BString>>,
    asked_all: AtomicBool,
    /// In which scripts were heard.
    past: Vec<Past>,
    unrepeatable: AtomicBool,
    acted: AtomicBool,
}

impl Witness {
    /// A witness that need not run scripts of which it is still true what they said. Files may have
    /// been written since the past was looked at, if something `acted`.
    pub(super) fn with(past: Vec<Past>, acted: bool) -> Witness {
        Witness { past, acted: AtomicBool::new(acted), ..Witness::default() }
    }

    /// The contents of a file.
    pub(crate) fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.reading(path, || std::fs::read(path))
    }

    /// The contents of a file, as `read` reads it.
    pub(super) fn reading<T: AsRef<[u8]>>(
        &self,
        path: &Path,
        read: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        let tick = stamp::tick();
        let before = stamp::look(path).ok().flatten();
        let result = read();
        let fact = match (&result, before) {
            (Ok(text), Some(Found { kind: Kind::File, stamp, link })) => {
                let digest = Digest::of(text.as_ref());
                let settled = stamp.older_than(tick);
                Fact::of_content(path, Content { digest, stamp: Some(stamp), settled, link })
            }
            _ => Fact::contents(path, None),
        };
        self.note(fact);
        result
    }

    /// The contents of a file, unless there is none.
    pub(crate) fn read_if_there(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match self.read(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The names in a folder, and which of them are folders, links followed.
    pub(crate) fn list(&self, folder: &Path) -> io::Result<Vec<(BString, bool)>> {
        let (fact, entries) = Fact::listing(folder);
        self.note(fact);
        entries
    }

    /// What is there under a path.
    pub(crate) fn look(&self, path: &Path) -> There {
        let there = There::at(path);
        self.note(Fact::Kind { path: bytes(path), there });
        there
    }

    /// Whether there is a plain file.
    pub(crate) fn is_file(&self, path: &Path) -> bool {
        self.look(path) == There::File
    }

    /// The path without links.
    pub(super) fn real(&self, path: &Path) -> io::Result<PathBuf> {
        let real = path.canonicalize();
        let answer = real.as_ref().ok().map(|real| bytes(real));
        self.note(Fact::Real { path: bytes(path), real: answer });
        real
    }

    /// Runs a script, unless it is known what it says: from the past, or by its words alone.
    pub(crate) fn run(&self, script: Script) -> io::Result<Said> {
        if let Some(output) = script.carry_out(|name| self.program(name, &script)) {
            return Ok(Said { output, errors: Vec::new(), status: 0, facts: None });
        }
        let past = self.past.iter().find_map(|past| past.still_said(&script, self.acted()));
        let said = past.map_or_else(|| script.follow(), Ok)?;
        if said.facts.is_none() {
            self.acted.store(true, Ordering::Relaxed);
        }
        if let Ok(mut heard) = self.heard.lock() {
            let before = heard.insert(script, said.clone());
            if before.is_some_and(|before| !before.agrees(&said)) {
                self.spoil();
            }
        }
        Ok(said)
    }

    /// The program that a script would start under a name, which is looked for once in a computation;
    /// none when that is too new to be recognised later.
    fn program(&self, name: &BStr, script: &Script) -> Option<PathBuf> {
        let mut programs = self.programs.lock().ok()?;
        let place = (name.to_owned(), script.path().path, script.folder.clone());
        let found = programs.entry(place).or_insert_with(|| {
            let mut sight = Sight::new(&[]);
            let file = script.find(name, &mut sight)?;
            sight.facts()?.into_iter().for_each(|fact| self.note(fact));
            Some(file)
        });
        found.clone()
    }

    /// Notes that the values count that are given under these names.
    pub(crate) fn ask(&self, names: impl IntoIterator<Item = BString>) {
        if let Ok(mut asked) = self.asked.lock() {
            asked.extend(names);
        }
    }

    /// Notes that a file was written whole. When it is not as it is now, it has to be written
    /// again.
    pub(crate) fn wrote(&self, path: &Path) {
        self.acted.store(true, Ordering::Relaxed);
        self.note(Fact::contents(path, None));
    }

    /// Whether files may have been written: here, or by scripts of which nobody knows what they did.
    pub(super) fn acted(&self) -> bool {
        self.acted.load(Ordering::Relaxed)
    }

    /// Notes that something was done that gives another result when it is done again.
    pub(super) fn spoil(&self) {
        self.unrepeatable.store(true, Ordering::Relaxed);
    }

    fn note(&self, fact: Fact) {
        if let Ok(mut facts) = self.facts.lock() {
            facts.insert(fact);
        }
    }

    /// Notes that all given values count, and which ones there are.
    pub(crate) fn ask_all(&self) {
        self.asked_all.store(true, Ordering::Relaxed);
    }

    /// The values that were asked for, of those that were given; none when the computation did what
    /// cannot be repeated.
    pub(super) fn choice(&self, given: &Given) -> Option<Choice> {
        if self.unrepeatable.load(Ordering::Relaxed) {
            return None;
        }
        Some(match self.asked_all.load(Ordering::Relaxed) {
            true => Choice::All(given.clone()),
            false => Choice::of(&*self.asked.lock().ok()?, given),
        })
    }

    /// All else that was asked. A file that was read before it was written is in the facts as it was
    /// and as it is, so that they never hold.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        Some(Evidence::new(&*self.facts.lock().ok()?, &*self.heard.lock().ok()?))
    }

    /// Waits a moment, so that files that were just written can be told from what they may be
    /// later.
    pub(crate) fn pause(&self) {
        stamp::await_tick_after(stamp::now());
    }
}
