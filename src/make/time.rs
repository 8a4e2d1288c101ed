//! When a file changed, as far as make cares. Knows nothing of names.

use std::time::{SystemTime, UNIX_EPOCH};

/// A time stamp in nanoseconds since 1970, or one of three that no file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Time(i64);

impl Time {
    /// There is no such file.
    pub(super) const MISSING: Time = Time(i64::MIN);
    /// Older than every file: `-o`.
    pub(super) const OLD: Time = Time(i64::MIN + 1);
    /// Newer than every file: `-W`, and what was just made without being there.
    pub(super) const NEW: Time = Time(i64::MAX);

    /// The stamp of a file.
    pub(super) fn new(seconds: i64, nanoseconds: i64) -> Time {
        let stamp = seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds);
        Time(stamp.clamp(i64::MIN + 2, i64::MAX - 1))
    }

    /// What the clock says.
    pub(super) fn now() -> Time {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Time::new(since.as_secs() as i64, i64::from(since.subsec_nanos()))
    }

    pub(super) fn is_missing(self) -> bool {
        self == Time::MISSING
    }

    /// Whether a file has it.
    pub(super) fn is_ordinary(self) -> bool {
        !matches!(self, Time::MISSING | Time::OLD | Time::NEW)
    }

    /// The last moment of its second when it has no finer part: for files whose stamps are cut.
    pub(super) fn end_of_second(self) -> Time {
        match self.is_ordinary() && self.0.rem_euclid(1_000_000_000) == 0 {
            true => Time(self.0 + 999_999_999),
            false => self,
        }
    }

    /// Seconds since 1970, and nanoseconds of the second.
    pub(super) fn parts(self) -> (i64, i64) {
        (self.0.div_euclid(1_000_000_000), self.0.rem_euclid(1_000_000_000))
    }

    /// Nanoseconds from `self` to `later`; negative when that is earlier.
    pub(super) fn until(self, later: Time) -> i64 {
        later.0.saturating_sub(self.0)
    }
}
