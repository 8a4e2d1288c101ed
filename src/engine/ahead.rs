//! A journal that is read while its build is described. Knows how to tell that it was changed since;
//! who writes it holds the lock, which this does not take.

use std::io;
use std::path::Path;
use std::thread::JoinHandle;

use super::home;
use super::journal::Journal;
use super::stamp::{self, Found, Kind, Stamp};

/// The journal of a build folder, read before the folder's lock is held.
pub struct Ahead(JoinHandle<Option<(Journal, Stamp)>>);

impl Ahead {
    /// Begins to read. Where that cannot be, it is done when the build begins.
    pub fn begin(folder: &Path) -> Option<Ahead> {
        let home = home(folder);
        let stamp = stamp_of(&home)?;
        let read = move || {
            let (journal, dropped) = Journal::read(&home).ok()?;
            // What looks damaged may be half written.
            (dropped == 0).then_some((journal, stamp))
        };
        std::thread::Builder::new().spawn(read).ok().map(Ahead)
    }

    /// The journal in `home`, whose lock is held, and how much of it is damaged: as it was read
    /// ahead, if nobody wrote to it since.
    pub(super) fn finish(ahead: Option<Ahead>, home: &Path) -> io::Result<(Journal, u64)> {
        let early = ahead.and_then(|Ahead(reading)| reading.join().ok()?);
        match early {
            Some((journal, stamp)) if stamp_of(home) == Some(stamp) => Ok((journal, 0)),
            _ => Journal::read(home),
        }
    }
}

/// None, too, when somebody has written so lately that it would not show if it was done again.
fn stamp_of(home: &Path) -> Option<Stamp> {
    let now = stamp::tick();
    match stamp::look(&Journal::path(home)) {
        Ok(Some(Found { kind: Kind::File, stamp, .. })) if stamp.older_than(now) => Some(stamp),
        _ => None,
    }
}
