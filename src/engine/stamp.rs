//! Stamps: what a file is recognised by without reading it, and the clock that stamps are taken
//! from. Knows the file system's times; knows nothing of contents.
//!
//! Files get their times from a clock that ticks every few milliseconds. Two writes within one
//! tick leave the same times, so a stamp says nothing about a write in the tick that it was taken
//! in: a stamp counts only when it is older than the tick of the look.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rustix::fs::{AtFlags, CWD, FileType, Stat, Timespec, Timestamps};
use rustix::io::Errno;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// Nanoseconds since 1970.
pub(crate) type Nanos = i64;

/// What a file is recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Stamp {
    pub(crate) modified: Nanos,
    pub(crate) changed: Nanos,
    pub(crate) size: u64,
    pub(crate) inode: u64,
}

/// What a look at a path found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    pub(crate) stamp: Stamp,
    /// Whether the path itself is a link.
    pub(crate) link: bool,
}

/// What is at a path, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
    Other,
}

impl Stamp {
    /// Whether both times lie before a tick.
    pub(crate) fn older_than(&self, tick: Nanos) -> bool {
        self.modified < tick && self.changed < tick
    }

    fn of(stat: &Stat) -> Stamp {
        Stamp {
            modified: nanos(stat.st_mtime, stat.st_mtime_nsec as i64),
            changed: nanos(stat.st_ctime, stat.st_ctime_nsec as i64),
            size: stat.st_size as u64,
            inode: stat.st_ino,
        }
    }
}

/// What is at a path, links followed; none when nothing is. A link that leads nowhere is something:
/// a command may have made it so.
pub(crate) fn look(path: &Path) -> io::Result<Option<Found>> {
    // Most paths are no links: one call tells all of those, and that nothing is there.
    found(path, rustix::fs::lstat(path))
}

/// The stamp of what a path leads to; none when that is nothing.
pub(super) fn behind(path: &Path) -> Option<Stamp> {
    rustix::fs::stat(path).ok().map(|found| Stamp::of(&found))
}

/// What [`look`] tells of a path, of which the system says this when no link is followed at its end.
pub(super) fn found(path: &Path, own: rustix::io::Result<Stat>) -> io::Result<Option<Found>> {
    let own = match own {
        Ok(own) => own,
        Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let link = FileType::from_raw_mode(own.st_mode) == FileType::Symlink;
    let found = if link { rustix::fs::stat(path) } else { Ok(own) };
    match found {
        Ok(found) => {
            let kind = match FileType::from_raw_mode(found.st_mode) {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Directory,
                _ => Kind::Other,
            };
            Ok(Some(Found { kind, stamp: Stamp::of(&found), link }))
        }
        Err(Errno::NOENT | Errno::NOTDIR) => {
            Ok(Some(Found { kind: Kind::Other, stamp: Stamp::of(&own), link }))
        }
        Err(error) => Err(error.into()),
    }
}

/// The stamp of an open file.
pub(crate) fn of_open(file: &File) -> io::Result<Stamp> {
    Ok(Stamp::of(&rustix::fs::fstat(file.as_fd())?))
}

/// The clock that the file system stamps files with, as of its last tick.
pub(crate) fn tick() -> Nanos {
    let now = clock_gettime(ClockId::RealtimeCoarse);
    nanos(now.tv_sec, now.tv_nsec)
}

/// The time between ticks.
pub(crate) fn now() -> Nanos {
    let now = clock_gettime(ClockId::Realtime);
    nanos(now.tv_sec, now.tv_nsec)
}

/// Watches the clock for jumps, which make earlier and later mean nothing.
pub(super) struct Watch(Mutex<Watched>);

struct Watched {
    /// The time since the system was started, which never jumps, at the last look.
    uptime: Nanos,
    /// How far the clock was ahead of it.
    ahead: Nanos,
    jumped: bool,
}

/// A clock that is put right in small steps goes wrong by less than this in between.
const SLACK: Nanos = 10_000_000;

impl Watch {
    pub(super) fn start() -> Watch {
        let uptime = uptime();
        Watch(Mutex::new(Watched { uptime, ahead: now() - uptime, jumped: false }))
    }

    /// Looks at the clock. Whether it jumped at any time since the start.
    pub(super) fn has_jumped(&self) -> bool {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let uptime = uptime();
        let ahead = now() - uptime;
        let passed = uptime - watched.uptime;
        watched.jumped |= (ahead - watched.ahead).abs() > SLACK + passed / 1000;
        (watched.uptime, watched.ahead) = (uptime, ahead);
        watched.jumped
    }
}

fn uptime() -> Nanos {
    let since = clock_gettime(ClockId::Boottime);
    nanos(since.tv_sec, since.tv_nsec)
}

/// Waits until the clock has ticked past the time `start`, a few milliseconds at most: what was
/// written before then is older than that tick.
pub(crate) fn await_tick_after(start: Nanos) {
    for _ in 0..200 {
        if tick() > start {
            return;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Gives a file that was just written a time of modification between two ticks, which no later
/// write can give it again, so that its stamp can be trusted at once. Returns the new stamp, or
/// none when the file is shared with other names or the file system keeps coarser times.
pub(crate) fn seal(path: &Path, since: Nanos) -> io::Result<Option<Stamp>> {
    let stat = rustix::fs::lstat(path)?;
    let own = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile && stat.st_nlink == 1;
    // A time that the command chose itself is left alone.
    if !own || Stamp::of(&stat).modified < since {
        return Ok(None);
    }
    let now = clock_gettime(ClockId::Realtime);
    // A whole tick is the one value that a later write might also give.
    let fine = Timespec { tv_sec: now.tv_sec, tv_nsec: now.tv_nsec | 1 };
    let omit = Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_OMIT };
    let times = Timestamps { last_access: omit, last_modification: fine };
    if rustix::fs::utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW).is_err() {
        return Ok(None);
    }
    let stamp = Stamp::of(&rustix::fs::lstat(path)?);
    let kept = stamp.modified == nanos(fine.tv_sec, fine.tv_nsec);
    let between = stamp.modified != tick();
    Ok((kept && between).then_some(stamp))
}

fn nanos(seconds: i64, nanoseconds: i64) -> Nanos {
    seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_remembered() {
        assert!(!Watch::start().has_jumped());
        let hour = 3600 * 1_000_000_000;
        for jump in [hour, -hour, 4 * SLACK, -4 * SLACK] {
            let watch = Watch::start();
            watch.0.lock().unwrap().ahead += jump;
            assert!(watch.has_jumped() && watch.has_jumped(), "{jump}");
        }
    }
}
