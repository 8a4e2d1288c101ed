//! Which signals end what this process does. Knows nothing of what is done then.

use std::ffi::c_int;

/// Those of `signals` that the process was not told to ignore when it was started (by `nohup`, or
/// by a shell that started it in the background). What was ignored stays so, for commands as well.
pub(crate) fn heeded(signals: &[c_int]) -> impl Iterator<Item = c_int> + '_ {
    let ignored = ignored();
    let is_heeded = move |&signal: &c_int| ignored & (1 << (signal - 1)) == 0;
    signals.iter().copied().filter(is_heeded)
}

/// The signals that are ignored, as bits from the lowest; none where the system does not say.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
