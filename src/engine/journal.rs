//! The journal: what was done, kept between builds in an append-only file. Knows its own files;
//! knows nothing of graphs, and does not look at the files that it names.
//!
//! Beside it lie the texts of [`recipes`]. They are not read when nothing changed, and a text that does
//! not fit its digest is as good as none.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bstr::BStr;
use hashbrown::HashMap;
use rules::texts::Texts;

use super::digest::Digest;
use super::identity;
use super::recipes::{self, Recipes};
use super::record::{
    Done, DoneRef, Frame, Kept, Reader, Record, beginning, frames, is_of_another_layout,
};
use super::stamp::Stamp;

const NONE: u32 = u32::MAX;

/// A journal smaller than this is never rewritten.
const SMALL: u64 = 256 * 1024;

/// What the journal's records add up to, and the way to add more.
pub(super) struct Journal {
    folder: PathBuf,
    /// Where the folder really is.
    home: Vec<u8>,
    names: Texts,
    versions: Vec<(u32, Digest)>,
    tools: Vec<(u32, Digest)>,
    settings: Vec<(u32, Option<u32>)>,
    /// Per name: the version that it was last recognised as.
    seen: Vec<Option<(u32, Stamp)>>,
    steps: Vec<Kept>,
    /// The lists of all steps.
    lists: Vec<u32>,
    /// Per name: the step that last wrote it.
    writer_of: Vec<u32>,
    /// Names that a step began to write and did not finish.
    begun: BTreeSet<u32>,
    index: Option<Index>,
    frame: Frame,
    file: Option<File>,
    recipes: Option<Recipes>,
    /// Length of the sound part of the file, and how much of that says nothing any more.
    length: u64,
    garbage: u64,
}

/// Numbers of what the tables hold; made when something is to be written.
#[derive(Default)]
struct Index {
    versions: HashMap<(u32, Digest), u32>,
    tools: HashMap<(u32, Digest), u32>,
    settings: HashMap<(u32, Option<u32>), u32>,
}

/// A finished step, as [`Journal::done`] takes it: names instead of numbers.
pub(super) struct Finished<'a> {
    pub(super) scope: &'a BStr,
    /// The commands' digest, and their text: empty when it is not known any more.
    pub(super) digest: Digest,
    pub(super) recipe: &'a [u8],
    pub(super) milliseconds: u64,
    pub(super) outputs: Vec<(&'a BStr, Digest, Option<Stamp>)>,
    pub(super) inputs: Vec<(&'a BStr, Digest)>,
    pub(super) discovered: Vec<(&'a BStr, Digest)>,
    pub(super) settings: Vec<(&'a BStr, Option<&'a BStr>)>,
    pub(super) tools: Vec<(&'a BStr, Digest)>,
}

impl Journal {
    fn empty(folder: &Path, home: &[u8]) -> Journal {
        Journal {
            folder: folder.to_owned(),
            home: home.to_owned(),
            names: Texts::default(),
            versions: Vec::new(),
            tools: Vec::new(),
            settings: Vec::new(),
            seen: Vec::new(),
            steps: Vec::new(),
            lists: Vec::new(),
            writer_of: Vec::new(),
            begun: BTreeSet::new(),
            index: None,
            frame: Frame::default(),
            file: None,
            recipes: None,
            length: 0,
            garbage: 0,
        }
    }

    /// Where the journal of a folder lies.
    pub(super) fn path(folder: &Path) -> PathBuf {
        folder.join("journal")
    }

    /// Reads the journal in `folder`. Returns with it the number of bytes that could not be used;
    /// they are cut off once something is written.
    ///
    /// The journal of a folder that was copied or moved is as good as none, for the files that it names
    /// are those of the folder it came from; so is that of another version of the program.
    pub(super) fn read(folder: &Path) -> io::Result<(Journal, u64)> {
        let stored = match std::fs::read(Journal::path(folder)) {
            Ok(stored) => stored,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let whole = if is_of_another_layout(&stored) { 0 } else { stored.len() as u64 };
        let home = real(folder)?;
        let Some((mut bodies, mut sound)) = frames(&stored).filter(|(all, _)| !all.is_empty())
        else {
            return Ok((Journal::empty(folder, &home), whole));
        };
        if bodies.remove(0) != home {
            return Ok((Journal::empty(folder, &home), 0));
        }
        loop {
            let mut journal = Journal::empty(folder, &home);
            match bodies.iter().position(|body| !journal.apply_all(body)) {
                None => {
                    journal.length = sound as u64;
                    return Ok((journal, whole - sound as u64));
                }
                // Sound by its checksum, and yet no sense in it: it and all behind it go.
                Some(bad) => {
                    let start = bodies[bad].as_ptr() as usize - stored.as_ptr() as usize;
                    sound = start - super::record::FRAME_HEAD;
                    bodies.truncate(bad);
                }
            }
        }
    }

    fn apply_all(&mut self, body: &[u8]) -> bool {
        let mut reader = Reader::new(body);
        reader.by_ref().all(|record| self.apply(record)) && reader.is_done()
    }

    /// Adds a record to the tables; false when it speaks of things that are not there.
    fn apply(&mut self, record: Record<'_>) -> bool {
        let names = self.names.len();
        let is_name = |name: u32| name < names;
        match record {
            Record::Name(name) => {
                self.names.push(name);
                self.seen.push(None);
                self.writer_of.push(NONE);
            }
            Record::Version { name, digest } if is_name(name) => self.versions.push((name, digest)),
            Record::Tool { name, digest } if is_name(name) => self.tools.push((name, digest)),
            Record::Setting { name, value } if is_name(name) && value.is_none_or(is_name) => {
                self.settings.push((name, value));
            }
            Record::Seen { version, stamp } => {
                let Some(&(name, _)) = self.versions.get(version as usize) else { return false };
                if self.seen[name as usize].replace((version, stamp)).is_some() {
                    self.garbage += 64;
                }
            }
            Record::Begun { outputs } if outputs.iter().all(|&name| is_name(name)) => {
                self.garbage += 16;
                self.begun.extend(outputs);
            }
            Record::Dropped { outputs } if outputs.iter().all(|&name| is_name(name)) => {
                self.garbage += 16;
                for name in outputs {
                    self.begun.remove(&name);
                    self.writer_of[name as usize] = NONE;
                }
            }
            Record::Left { outputs } => {
                self.garbage += 16;
                outputs.iter().for_each(|name| {
                    self.begun.remove(name);
                });
            }
            Record::Done(done) => return self.apply_done(done),
            _ => return false,
        }
        true
    }

    fn apply_done(&mut self, done: Done) -> bool {
        let within = |list: &[u32], length: usize| list.iter().all(|&at| (at as usize) < length);
        let versions = self.versions.len();
        let sound = done.scope < self.names.len()
            && !done.outputs.is_empty()
            && within(&done.outputs, versions)
            && within(&done.inputs, versions)
            && within(&done.discovered, versions)
            && within(&done.settings, self.settings.len())
            && within(&done.tools, self.tools.len());
        if !sound {
            return false;
        }
        let number = self.steps.len() as u32;
        let mut replaced = NONE;
        for &version in &done.outputs {
            let (name, _) = self.versions[version as usize];
            self.begun.remove(&name);
            replaced = std::mem::replace(&mut self.writer_of[name as usize], number);
        }
        if let Some(old) = self.steps.get(replaced as usize) {
            self.garbage += 64 + 2 * old.counts.iter().sum::<u32>() as u64;
        }
        self.steps.push(Kept::of(done, &mut self.lists));
        true
    }

    /// How many names there are; they are numbered from 0.
    pub(super) fn names(&self) -> u32 {
        self.names.len()
    }

    /// A name.
    pub(super) fn name(&self, number: u32) -> &BStr {
        self.names.get(number)
    }

    /// How many versions there are; they are numbered from 0.
    pub(super) fn versions(&self) -> u32 {
        self.versions.len() as u32
    }

    /// A version: a path's number and what it held.
    pub(super) fn version(&self, number: u32) -> (u32, Digest) {
        self.versions[number as usize]
    }

    /// A tool: a program's number and what stood behind it.
    pub(super) fn tool(&self, number: u32) -> (u32, Digest) {
        self.tools[number as usize]
    }

    /// A setting: an option and its value.
    pub(super) fn setting(&self, number: u32) -> (&BStr, Option<&BStr>) {
        let (name, value) = self.settings[number as usize];
        (self.name(name), value.map(|value| self.name(value)))
    }

    /// The number of the step that last wrote the path of this number.
    pub(super) fn writer_of(&self, name: u32) -> Option<u32> {
        Some(self.writer_of[name as usize]).filter(|&step| step != NONE)
    }

    /// A finished step.
    pub(super) fn step(&self, number: u32) -> DoneRef<'_> {
        self.steps[number as usize].with(&self.lists)
    }

    /// What a path was last recognised as.
    pub(super) fn seen(&self, name: u32) -> Option<(Digest, Stamp)> {
        let (version, stamp) = self.seen[name as usize]?;
        Some((self.version(version).1, stamp))
    }

    /// Outputs that a step began to write when the last build was cut off.
    pub(super) fn begun(&self) -> impl Iterator<Item = u32> + '_ {
        self.begun.iter().copied()
    }

    /// The text of a finished step's commands, when it is still there.
    pub(super) fn recipe(&self, step: DoneRef<'_>) -> Option<Vec<u8>> {
        let text = recipes::text(&self.folder, step.text_at, step.text_length)?;
        (identity::of_text(&text).0 == step.recipe).then_some(text)
    }

    fn record(&mut self, record: Record<'_>) {
        self.frame.add(&record);
        let sound = self.apply(record);
        debug_assert!(sound, "a record that the journal itself made");
    }

    fn index(&mut self) -> &mut Index {
        if self.index.is_none() {
            let number = |at: usize| at as u32;
            let numbered = |(at, &key): (usize, &(u32, Digest))| (key, number(at));
            let settings = self.settings.iter().enumerate().map(|(at, &key)| (key, number(at)));
            self.index = Some(Index {
                versions: self.versions.iter().enumerate().map(numbered).collect(),
                tools: self.tools.iter().enumerate().map(numbered).collect(),
                settings: settings.collect(),
            });
        }
        self.index.get_or_insert_default()
    }

    fn number_of(&mut self, name: &BStr) -> u32 {
        match self.names.find(name) {
            Some(number) => number,
            None => {
                self.record(Record::Name(name));
                self.names() - 1
            }
        }
    }

    fn number_of_version(&mut self, name: &BStr, digest: Digest) -> u32 {
        let name = self.number_of(name);
        let number = self.versions.len() as u32;
        if let Some(&known) = self.index().versions.get(&(name, digest)) {
            return known;
        }
        self.index().versions.insert((name, digest), number);
        self.record(Record::Version { name, digest });
        number
    }

    fn number_of_tool(&mut self, name: &BStr, digest: Digest) -> u32 {
        let name = self.number_of(name);
        let number = self.tools.len() as u32;
        if let Some(&known) = self.index().tools.get(&(name, digest)) {
            return known;
        }
        self.index().tools.insert((name, digest), number);
        self.record(Record::Tool { name, digest });
        number
    }

    fn number_of_setting(&mut self, name: &BStr, value: Option<&BStr>) -> u32 {
        let name = self.number_of(name);
        let value = value.map(|value| self.number_of(value));
        let number = self.settings.len() as u32;
        if let Some(&known) = self.index().settings.get(&(name, value)) {
            return known;
        }
        self.index().settings.insert((name, value), number);
        self.record(Record::Setting { name, value });
        number
    }

    /// Notes the stamp that a path's contents are recognised by from now on.
    pub(super) fn note(&mut self, path: &BStr, digest: Digest, stamp: Stamp) {
        let version = self.number_of_version(path, digest);
        let (name, _) = self.version(version);
        if self.seen[name as usize] != Some((version, stamp)) {
            self.record(Record::Seen { version, stamp });
        }
    }

    /// Notes that these outputs are about to be written, and stores it.
    pub(super) fn begin(&mut self, outputs: &[&BStr]) -> io::Result<()> {
        let outputs = outputs.iter().map(|path| self.number_of(path)).collect();
        self.record(Record::Begun { outputs });
        self.flush()
    }

    /// Notes that these outputs, begun, are as they were before, and stores it.
    pub(super) fn leave(&mut self, outputs: &[&BStr]) -> io::Result<()> {
        let outputs = outputs.iter().map(|path| self.number_of(path)).collect();
        self.record(Record::Left { outputs });
        self.flush()
    }

    /// Notes that these paths are not, or no longer, written by us.
    pub(super) fn drop_outputs(&mut self, outputs: &[&BStr]) {
        let outputs = outputs.iter().map(|path| self.number_of(path)).collect();
        self.record(Record::Dropped { outputs });
    }

    /// Notes a finished step, and stores it.
    pub(super) fn done(&mut self, step: &Finished<'_>) -> io::Result<()> {
        self.add_done(step)?;
        self.flush()
    }

    fn add_done(&mut self, step: &Finished<'_>) -> io::Result<()> {
        let (text_at, text_length) = self.store_recipe(step.recipe)?;
        let mut done = Done {
            scope: self.number_of(step.scope),
            recipe: step.digest.0,
            text_at,
            text_length,
            milliseconds: step.milliseconds,
            ..Done::default()
        };
        for &(path, digest, stamp) in &step.outputs {
            done.outputs.push(self.number_of_version(path, digest));
            if let Some(stamp) = stamp {
                self.note(path, digest, stamp);
            }
        }
        for &(path, digest) in &step.inputs {
            done.inputs.push(self.number_of_version(path, digest));
        }
        for &(path, digest) in &step.discovered {
            done.discovered.push(self.number_of_version(path, digest));
        }
        for &(name, value) in &step.settings {
            done.settings.push(self.number_of_setting(name, value));
        }
        for &(program, digest) in &step.tools {
            done.tools.push(self.number_of_tool(program, digest));
        }
        self.record(Record::Done(done));
        Ok(())
    }

    /// Stores a text; gives where it lies and how long it is there.
    fn store_recipe(&mut self, text: &[u8]) -> io::Result<(u64, u64)> {
        match &mut self.recipes {
            Some(open) => open.store(text),
            none => none.insert(Recipes::open(&self.folder)?).store(text),
        }
    }

    /// Stores what was noted. When that fails the file is as it was, and what was noted is stored
    /// the next time: later records speak of it by number.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.open()?,
        };
        let stored = self.frame.stored();
        if let Err(error) = file.write_all(&stored) {
            // Where this fails, too, it is done when the file is opened again.
            let _ = file.set_len(self.length);
            return Err(error);
        }
        self.frame.clear();
        self.length += stored.len() as u64;
        self.file = Some(file);
        Ok(())
    }

    /// Opens the file for records to be added.
    fn open(&mut self) -> io::Result<File> {
        let path = Journal::path(&self.folder);
        let mut file = OpenOptions::new().create(true).append(true).truncate(false).open(path)?;
        // Whatever could not be read must not come before what is written now.
        file.set_len(self.length)?;
        if self.length == 0 {
            let beginning = beginning(&self.home);
            file.write_all(&beginning)?;
            self.length = beginning.len() as u64;
        }
        Ok(file)
    }

    /// Stores what was noted, and writes the journal anew when most of it says nothing any more.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        if self.file.is_some() && self.is_mostly_garbage() && self.rewrite().is_err() {
            // The old one is as good, and only longer.
            let _ = std::fs::remove_dir_all(self.folder.join("new"));
        }
        Ok(())
    }

    fn is_mostly_garbage(&self) -> bool {
        if self.length > SMALL && self.garbage > self.length / 2 {
            return true;
        }
        let stored = self.recipes.as_ref().map_or(0, Recipes::length);
        stored > 4 * SMALL && {
            let steps = self.live_steps().into_iter();
            steps.map(|step| self.step(step).text_length).sum::<u64>() < stored / 2
        }
    }

    /// The steps that last wrote something, in the order in which they did.
    fn live_steps(&self) -> BTreeSet<u32> {
        (0..self.names()).filter_map(|name| self.writer_of(name)).collect()
    }

    fn rewrite(&mut self) -> io::Result<()> {
        let beside = self.folder.join("new");
        match std::fs::remove_dir_all(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => std::fs::create_dir(&beside)?,
        }
        let mut fresh = Journal::empty(&beside, &self.home);
        for step in self.live_steps() {
            let recipe = self.recipe(self.step(step)).unwrap_or_default();
            fresh.add_done(&self.as_finished(step, &recipe))?;
            if fresh.frame.len() > 1 << 20 {
                fresh.flush()?;
            }
        }
        for name in 0..self.names() {
            let used = fresh.names.find(self.name(name)).is_some();
            if let Some((digest, stamp)) = self.seen(name).filter(|_| used) {
                fresh.note(self.name(name), digest, stamp);
            }
        }
        fresh.flush()?;
        // Recipes first: texts at wrong places are noticed, a journal without its steps is not.
        for file in [recipes::NAME, "journal"] {
            if beside.join(file).exists() {
                std::fs::rename(beside.join(file), self.folder.join(file))?;
            }
        }
        std::fs::remove_dir_all(&beside)?;
        fresh.folder = std::mem::take(&mut self.folder);
        *self = fresh;
        Ok(())
    }

    fn as_finished<'a>(&'a self, step: u32, recipe: &'a [u8]) -> Finished<'a> {
        let step = self.step(step);
        let version = |&number: &u32| {
            let (name, digest) = self.version(number);
            (self.name(name), digest)
        };
        let tool = |&number: &u32| {
            let (name, digest) = self.tool(number);
            (self.name(name), digest)
        };
        Finished {
            scope: self.name(step.scope),
            digest: Digest(step.recipe),
            recipe,
            milliseconds: step.milliseconds,
            outputs: step
                .outputs
                .iter()
                .map(version)
                .map(|(path, digest)| (path, digest, None))
                .collect(),
            inputs: step.inputs.iter().map(version).collect(),
            discovered: step.discovered.iter().map(version).collect(),
            settings: step.settings.iter().map(|&number| self.setting(number)).collect(),
            tools: step.tools.iter().map(tool).collect(),
        }
    }
}

/// The path of a folder without links and dots, or as it is where there is no such folder yet.
fn real(folder: &Path) -> io::Result<Vec<u8>> {
    let path = match std::fs::canonicalize(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => folder.to_owned(),
        found => found?,
    };
    Ok(path.into_os_string().into_encoded_bytes())
}

#[cfg(test)]
mod tests;
