//! Where the sources of an image are, which it names from folders with short names. Knows no image.

use std::path::{Path, PathBuf};

/// The file that an image calls `file`, as far as `sources` has its folder.
pub(super) fn place(sources: &[(String, PathBuf)], file: &Path) -> PathBuf {
    let named = |file: &Path| {
        sources.iter().find_map(|(name, folder)| Some(folder.join(file.strip_prefix(name).ok()?)))
    };
    // Names in debug information are completed by the folder of the compiler, which has a short name,
    // too.
    let inner: PathBuf = file.components().skip(1).collect();
    let place = named(&inner).or_else(|| named(file));
    place.unwrap_or_else(|| file.to_owned())
}
