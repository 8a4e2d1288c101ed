//! Looking for files: time stamps, folders' listings kept in memory, `VPATH` and `vpath`. Knows
//! names, not targets.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};
use rules::make::FastHash;
use rustix::fs::{AtFlags, Dir, Mode, OFlags, RawMode, openat, readlinkat, statat};
use rustix::io::Errno;

use super::files::NameSet;
use super::time::Time;

/// Where relative names start, and what is remembered of folders.
#[derive(Debug)]
pub(super) struct Search {
    folder: PathBuf,
    root: OwnedFd,
    folders: HashMap<BString, Option<NameSet>, FastHash>,
    /// `-L`: a link is as new as the newer one of itself and what it leads to.
    pub(super) check_links: bool,
}

/// A folder that was looked into: device, inode and how many names there are.
pub(super) type Listing = (u64, u64, usize);

/// A place in which a name may be found.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Which names are looked for there; every name when none.
    pub(super) pattern: Option<BString>,
    pub(super) folders: Vec<BString>,
    /// It comes from `GPATH`-less `VPATH`.
    pub(super) general: bool,
}

/// What a search path led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) path: BString,
    /// By `VPATH`, which is for every name.
    pub(super) general: bool,
    /// The place of its folder among all of them.
    pub(super) rank: usize,
}

impl Search {
    pub(super) fn new(folder: &Path) -> std::io::Result<Search> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = openat(rustix::fs::CWD, folder, flags, Mode::empty())?;
        let folder = folder.to_path_buf();
        Ok(Search { folder, root, folders: HashMap::default(), check_links: false })
    }

    /// The folder in which relative names start.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// When a file changed. An error other than that it is not there is told, too.
    pub(super) fn time(&self, path: &BStr) -> Result<Time, Errno> {
        let found = loop {
            match statat(&self.root, path.as_bytes(), AtFlags::empty()) {
                Ok(found) => break found,
                Err(Errno::INTR) => {}
                // A link to nothing is there, when links are looked at.
                Err(Errno::NOENT | Errno::NOTDIR) if self.check_links => {
                    return Ok(self.link_time(path, Time::MISSING));
                }
                Err(Errno::NOENT | Errno::NOTDIR) => return Ok(Time::MISSING),
                Err(error) => return Err(error),
            }
        };
        let time = stamp(&found);
        Ok(if self.check_links { self.link_time(path, time) } else { time })
    }

    /// The newest stamp along a chain of links.
    fn link_time(&self, path: &BStr, mut time: Time) -> Time {
        let mut path = path.to_owned();
        for _ in 0..40 {
            let Ok(found) = statat(&self.root, path.as_bytes(), AtFlags::SYMLINK_NOFOLLOW) else {
                break;
            };
            let is_link = found.st_mode as RawMode & 0o170000 == 0o120000;
            if !is_link {
                break;
            }
            time = time.max(stamp(&found));
            let Ok(to) = readlinkat(&self.root, path.as_bytes(), Vec::new()) else { break };
            let to = to.to_bytes();
            path = match (to.starts_with(b"/"), path.rfind_byte(b'/')) {
                (false, Some(slash)) => [&path[..=slash], to].concat().into(),
                _ => to.into(),
            };
        }
        time
    }

    /// Whether a name is in its folder, as the folder was when it was first asked for.
    pub(super) fn exists(&mut self, path: &BStr) -> bool {
        let (folder, name) = match path.rfind_byte(b'/') {
            Some(0) => (b"/".as_slice(), path[1..].as_bytes()),
            Some(slash) => (path[..slash].as_bytes(), path[slash + 1..].as_bytes()),
            None => (b".".as_slice(), path.as_bytes()),
        };
        let has = |listing: &Option<NameSet>| {
            let names = listing.as_ref();
            names.is_some_and(|names| name.is_empty() || names.contains(name.as_bstr()))
        };
        if let Some(listing) = self.folders.get(folder.as_bstr()) {
            return has(listing);
        }
        let listing = self.list(folder);
        let found = has(&listing);
        self.folders.insert(folder.into(), listing);
        found
    }

    /// The folders that were looked into, in the order of their names: device, inode and how many
    /// names there are. None for one that cannot be read.
    pub(super) fn listings(&self) -> impl Iterator<Item = (&BStr, Option<Listing>)> {
        let mut all: Vec<_> = self.folders.iter().collect();
        all.sort_by_key(|(name, _)| *name);
        all.into_iter().map(|(name, listing)| {
            let found = statat(&self.root, name.as_bytes(), AtFlags::empty()).ok();
            let counted = found.zip(listing.as_ref());
            let counted = counted.map(|(found, names)| (found.st_dev, found.st_ino, names.len()));
            (name.as_bstr(), counted)
        })
    }

    fn list(&self, folder: &[u8]) -> Option<NameSet> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open = openat(&self.root, folder, flags, Mode::empty()).ok()?;
        let entries = Dir::read_from(open).ok()?;
        Some(entries.flatten().map(|entry| BString::from(entry.file_name().to_bytes())).collect())
    }

    /// Looks for a name in search paths. `is_mentioned` tells of names that need not be there
    /// because a rule will make them.
    pub(super) fn along(
        &mut self,
        name: &BStr,
        places: &[Place],
        is_mentioned: impl Fn(&BStr) -> bool,
    ) -> Option<Found> {
        if name.starts_with(b"/") || name.is_empty() {
            return None;
        }
        let mut rank = 0;
        for place in places {
            let first = rank;
            rank += place.folders.len();
            let fits = |pattern: &BString| matches(pattern, name);
            if !place.pattern.as_ref().is_none_or(fits) {
                continue;
            }
            for (at, folder) in place.folders.iter().enumerate() {
                let path = join(folder, name);
                let (general, rank) = (place.general, first + at);
                if is_mentioned(path.as_bstr()) {
                    return Some(Found { path, general, rank });
                }
                if self.exists(path.as_bstr())
                    && self.time(path.as_bstr()).is_ok_and(|time| !time.is_missing())
                {
                    return Some(Found { path, general, rank });
                }
            }
        }
        None
    }
}

/// A name in a folder; the current one is not spelled out.
pub(super) fn join(folder: &[u8], name: &[u8]) -> BString {
    match folder {
        b"." | b"" => name.into(),
        _ if folder.ends_with(b"/") => [folder, name].concat().into(),
        _ => [folder, b"/", name].concat().into(),
    }
}

fn matches(pattern: &[u8], name: &[u8]) -> bool {
    rules::make::Pattern::parse(pattern).stem(name).is_some()
}

fn stamp(found: &rustix::fs::Stat) -> Time {
    Time::new(found.st_mtime, found.st_mtime_nsec as i64)
}
