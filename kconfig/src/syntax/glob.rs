//! Patterns of file names, as `glob(3)` understands them: `*`, `?`, `[...]` and `\`.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice};

use crate::file_system::FileSystem;

/// What a pattern matched.
#[derive(Debug, Default)]
pub(super) struct Matches {
    /// Names, sorted by bytes.
    pub(super) names: Vec<BString>,
    /// The folders whose listing mattered.
    pub(super) folders: Vec<PathBuf>,
}

/// The names that `pattern` matches, seen from `folder`.
pub(super) fn glob(files: &dyn FileSystem, folder: &Path, pattern: &[u8]) -> Matches {
    let mut matches = Matches::default();
    if pattern.is_empty() || pattern.contains(&0) {
        return matches;
    }
    let rooted = pattern.starts_with(b"/");
    let start = if rooted { b"/".to_vec() } else { Vec::new() };
    let mut found = vec![start];
    let components: Vec<&[u8]> = pattern.split_str("/").collect();
    let last = components.len() - 1;
    for (index, component) in components.iter().enumerate() {
        if component.is_empty() && index != last {
            continue;
        }
        let mut next = Vec::new();
        for base in &found {
            step(files, folder, base, component, &mut matches.folders, &mut next);
        }
        if index != last {
            next.iter_mut().for_each(|name| name.push(b'/'));
        }
        found = next;
    }
    let exists = |name: &[u8]| files.is_file(&folder.join(OsStr::from_bytes(name))).is_ok();
    found.retain(|name| !name.is_empty() && exists(name));
    found.sort();
    matches.names = found.into_iter().map(BString::from).collect();
    matches
}

/// Adds the names under `base` that one component matches.
fn step(
    files: &dyn FileSystem,
    folder: &Path,
    base: &[u8],
    component: &[u8],
    folders: &mut Vec<PathBuf>,
    found: &mut Vec<Vec<u8>>,
) {
    if component.find_byteset(b"*?[").is_none() {
        let name: Vec<u8> = unescape(component);
        found.push([base, &name].concat());
        return;
    }
    let path = folder.join(OsStr::from_bytes(base));
    if let Ok(names) = files.list(&path) {
        for name in &names {
            let name = name.as_bytes();
            if (!name.starts_with(b".") || component.starts_with(b".")) && fits(component, name) {
                found.push([base, name].concat());
            }
        }
    }
    folders.push(path);
}

fn unescape(text: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => result.push(*bytes.next().unwrap_or(&b'\\')),
            _ => result.push(byte),
        }
    }
    result
}

/// Whether a name fits a pattern without slashes.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Where to go on when the rest does not fit: after the last star, one character further.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&b'*') {
            retry = Some((p + 1, n));
            p += 1;
            continue;
        }
        if p == pattern.len() && n == name.len() {
            return true;
        }
        match name.get(n).and_then(|&byte| one(&pattern[p..], byte)) {
            Some(length) => {
                p += length;
                n += 1;
            }
            None => match retry {
                Some((after, at)) if at < name.len() => {
                    retry = Some((after, at + 1));
                    p = after;
                    n = at + 1;
                }
                _ => return false,
            },
        }
    }
}

/// The length of the pattern's first element when it fits `byte`.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match *pattern.first()? {
        b'?' => Some(1),
        b'\\' if pattern.len() > 1 => (pattern[1] == byte).then_some(2),
        b'[' => match set(pattern, byte) {
            Some((fits, length)) => fits.then_some(length),
            None => (byte == b'[').then_some(1),
        },
        literal => (literal == byte).then_some(1),
    }
}

/// Whether `byte` is in the bracket expression, and its length; none when it is not closed.
fn set(pattern: &[u8], byte: u8) -> Option<(bool, usize)> {
    let mut at = 1;
    let negated = matches!(pattern.get(at), Some(b'!' | b'^'));
    if negated {
        at += 1;
    }
    let first = at;
    let mut found = false;
    loop {
        let mut low = *pattern.get(at)?;
        if low == b']' && at > first {
            return Some((found != negated, at + 1));
        }
        if low == b'\\' {
            at += 1;
            low = *pattern.get(at)?;
        }
        at += 1;
        let mut high = low;
        if pattern.get(at) == Some(&b'-') && pattern.get(at + 1).is_some_and(|&end| end != b']') {
            high = pattern[at + 1];
            at += 2;
        }
        found |= (low..=high).contains(&byte);
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        assert!(fits(b"*", b"") && fits(b"a*c", b"abbc") && fits(b"*.uk", b"Config.uk"));
        assert!(fits(b"[a-c]?[!x]", b"bzy") && fits(b"[]]", b"]") && fits(b"\\*", b"*"));
        assert!(!fits(b"a*c", b"abbd") && !fits(b"[a-c]", b"d") && !fits(b"\\*", b"a"));
        assert!(fits(b"[", b"[") && !fits(b"", b"a") && fits(b"a**b*", b"axxb"));
    }
}
