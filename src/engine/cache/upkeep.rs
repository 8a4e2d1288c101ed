//! Keeping a cache in bounds, and telling what is in it. Knows the files of a cache, not builds.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use rustix::fs::{FlockOperation, flock};

use super::Cache;
use super::entry::{self, Output};
use super::objects::Lack;

/// What a cache holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Files of entries: steps, as often as their inputs differed.
    pub entries: u64,
    /// Files kept for them.
    pub objects: u64,
    /// What both take, in bytes.
    pub bytes: u64,
    /// Steps that builds found in it, since it was made.
    pub hits: u64,
    /// Steps that builds looked for in vain.
    pub misses: u64,
    /// How much it may hold, in bytes.
    pub limit: u64,
}

/// What trimming or verifying did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Objects that were looked at.
    pub objects: u64,
    /// Files that did not hold what they should.
    pub damaged: u64,
    /// Files that were removed.
    pub removed: u64,
    /// What they took, in bytes.
    pub freed: u64,
}

/// A file of entries.
struct Page {
    path: PathBuf,
    used: SystemTime,
    size: u64,
    /// None when it is damaged.
    outputs: Option<Vec<Output>>,
}

/// Trimming goes on until so much of the limit is used, in percent, so that it is not needed soon.
const ENOUGH: u64 = 80;

impl Cache {
    /// Writes down what a build did, and trims what became too much.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let take = |counter: &std::sync::atomic::AtomicU64| counter.swap(0, Ordering::Relaxed);
        let tally = &self.tally;
        let (added, hits, misses) = (take(&tally.added), take(&tally.hits), take(&tally.misses));
        if self.is_passing() || (added, hits, misses) == (0, 0, 0) {
            return Ok(());
        }
        let _lock = self.lock()?;
        let mut counts = self.counts();
        counts[0] = counts[0].saturating_add(added);
        counts[1] += hits;
        counts[2] += misses;
        self.count(counts)?;
        if counts[0] > self.limit {
            self.trim_locked(self.limit / 100 * ENOUGH)?;
        }
        Ok(())
    }

    /// What is in it.
    pub fn usage(&self) -> io::Result<Usage> {
        let [_, hits, misses] = self.counts();
        let mut usage = Usage { hits, misses, limit: self.limit, ..Usage::default() };
        for (_, size) in files(&self.folder.join("entries"))? {
            usage.entries += 1;
            usage.bytes += size;
        }
        for (_, size) in files(&self.objects.folder)? {
            usage.objects += 1;
            usage.bytes += size;
        }
        Ok(usage)
    }

    /// Removes what was used least recently until no more than `bytes` are left.
    pub fn trim(&self, bytes: u64) -> io::Result<Report> {
        if !self.folder.is_dir() {
            return Ok(Report::default());
        }
        let _lock = self.lock()?;
        self.trim_locked(bytes)
    }

    /// Reads every object, and removes those that do not hold what their names say, and the entries
    /// that need them.
    pub fn verify(&self) -> io::Result<Report> {
        if !self.folder.is_dir() {
            return Ok(Report::default());
        }
        let _lock = self.lock()?;
        let mut report = Report::default();
        for (path, size) in files(&self.objects.folder)? {
            report.objects += 1;
            let damaged = match digest_of(&self.objects.folder, &path) {
                Some(digest) => matches!(self.objects.check(&path, &digest), Err(Lack::Damaged)),
                None => fs::remove_file(&path).is_ok(),
            };
            if damaged {
                report.damaged += 1;
                report.removed += 1;
                report.freed += size;
            }
        }
        for page in self.pages()? {
            let whole = page.outputs.as_ref().is_some_and(|outputs| {
                outputs.iter().all(|output| self.objects.path(&output.digest, output.runs).exists())
            });
            if !whole {
                report.damaged += u64::from(page.outputs.is_none());
                remove(&page.path, page.size, &mut report);
            }
        }
        Ok(report)
    }

    fn trim_locked(&self, bytes: u64) -> io::Result<Report> {
        let mut report = Report::default();
        let mut pages = self.pages()?;
        pages.sort_by_key(|page| std::cmp::Reverse(page.used));
        let mut wanted: HashMap<PathBuf, u64> = HashMap::new();
        let mut total = 0u64;
        for page in pages {
            let outputs = page.outputs.iter().flatten();
            let new: HashMap<PathBuf, u64> = outputs
                .map(|output| (self.objects.path(&output.digest, output.runs), output.size))
                .filter(|(path, _)| !wanted.contains_key(path))
                .collect();
            let cost = page.size + new.values().sum::<u64>();
            if page.outputs.is_none() || total.saturating_add(cost) > bytes {
                remove(&page.path, page.size, &mut report);
                continue;
            }
            total += cost;
            wanted.extend(new);
        }
        for (path, size) in files(&self.objects.folder)? {
            report.objects += 1;
            if !wanted.contains_key(&path) {
                remove(&path, size, &mut report);
            }
        }
        let [_, hits, misses] = self.counts();
        self.count([total, hits, misses])?;
        Ok(report)
    }

    fn pages(&self) -> io::Result<Vec<Page>> {
        let mut pages = Vec::new();
        for (path, size) in files(&self.folder.join("entries"))? {
            let Ok(bytes) = fs::read(&path) else { continue };
            let used = fs::metadata(&path).and_then(|found| found.modified());
            let used = used.unwrap_or(SystemTime::UNIX_EPOCH);
            let outputs = entry::decode(&bytes)
                .map(|entries| entries.into_iter().flat_map(|entry| entry.outputs).collect());
            pages.push(Page { path, used, size, outputs });
        }
        Ok(pages)
    }

    /// Bytes added since they were last counted out, hits and misses.
    fn counts(&self) -> [u64; 3] {
        let text = fs::read_to_string(self.folder.join("counts")).unwrap_or_default();
        let mut numbers = text.split_whitespace().map(|word| word.parse().unwrap_or(0));
        std::array::from_fn(|_| numbers.next().unwrap_or(0))
    }

    fn count(&self, [bytes, hits, misses]: [u64; 3]) -> io::Result<()> {
        fs::write(self.folder.join("counts"), format!("{bytes} {hits} {misses}\n"))
    }

    /// One at a time counts and removes. Builds that only look something up need not wait: what is
    /// gone is made anew.
    fn lock(&self) -> io::Result<File> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join("lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        flock(&file, FlockOperation::LockExclusive)?;
        Ok(file)
    }
}

fn remove(path: &Path, size: u64, report: &mut Report) {
    if fs::remove_file(path).is_ok() {
        report.removed += 1;
        report.freed += size;
    }
}

/// All files two levels down, with their sizes.
fn files(folder: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    for inner in list(folder)? {
        for path in list(&inner)? {
            if let Ok(data) = fs::symlink_metadata(&path)
                && data.is_file()
            {
                found.push((path, data.len()));
            }
        }
    }
    Ok(found)
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The digest that an object's name stands for.
fn digest_of(objects: &Path, path: &Path) -> Option<[u8; 32]> {
    let mut name = String::new();
    for part in path.strip_prefix(objects).ok()? {
        name.push_str(part.to_str()?);
    }
    let name = name.strip_suffix("-x").unwrap_or(&name);
    blake3::Hash::from_hex(name).ok().map(|hash| *hash.as_bytes())
}
