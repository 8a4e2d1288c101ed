//! GNU make's language. Knows nothing of Unikraft.
