//! A journal that is read while its build is described. Knows how to tell that it was changed since;
//! who writes it holds the lock, which this does not take.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use super::files::{self, Glances};
use super::home;
use super::journal::Journal;
use super::stamp::{self, Found, Kind, Stamp};

/// For more paths than this one thread alone takes too long.
const MOST: u32 = 20_000;

/// The journal of a build folder, read before the folder's lock is held, and a look at the files that it
/// names.
pub struct Ahead {
    reading: JoinHandle<Option<Early>>,
    looking: SyncSender<()>,
    disturbed: AtomicBool,
}

struct Early {
    journal: Journal,
    stamp: Stamp,
    glances: Option<Glances>,
}

impl Ahead {
    /// Begins to read. Where that cannot be, it is done when the build begins.
    pub fn begin(folder: &Path) -> Option<Ahead> {
        let (folder, home) = (folder.to_owned(), home(folder));
        let stamp = stamp_of(&home)?;
        let (looking, may_look) = sync_channel(1);
        let read = move || {
            let (journal, dropped) = Journal::read(&home).ok()?;
            let may_look = may_look.recv().is_ok() && journal.names() <= MOST;
            let glances = may_look.then(|| files::glance_alone(&journal, &folder));
            // What looks damaged may be half written.
            (dropped == 0).then_some(Early { journal, stamp, glances })
        };
        let reading = std::thread::Builder::new().spawn(read).ok()?;
        Some(Ahead { reading, looking, disturbed: AtomicBool::new(false) })
    }

    /// Looks at the files: from now on nothing writes to any of them before the build, or
    /// [`disturb`](Ahead::disturb) tells of it. Does so once.
    pub fn look(&self) {
        // It may be looking already.
        let _ = self.looking.try_send(());
    }

    /// Files may have been written since the look at them.
    pub fn disturb(&self) {
        self.disturbed.store(true, Ordering::Relaxed);
    }

    /// The journal in `home`, whose lock is held, and how much of it is damaged: as it was read
    /// ahead, if nobody wrote to it since; then also what was seen of the files, if that still holds.
    pub(super) fn finish(
        ahead: Option<Ahead>,
        home: &Path,
    ) -> io::Result<(Journal, u64, Option<Glances>)> {
        let early = ahead.and_then(|Ahead { reading, looking, disturbed }| {
            // Who has not been told to look by now need not.
            drop(looking);
            let early = reading.join().ok()??;
            let glances = early.glances.filter(|_| !disturbed.into_inner());
            Some(Early { glances, ..early })
        });
        match early {
            Some(Early { journal, stamp, glances }) if stamp_of(home) == Some(stamp) => {
                // What was begun and not ended is put in order first.
                let is_whole = journal.begun().next().is_none();
                Ok((journal, 0, glances.filter(|_| is_whole)))
            }
            _ => Journal::read(home).map(|(journal, dropped)| (journal, dropped, None)),
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
