//! Functions on file names. They look at the names only, never at the files.

use crate::make::bytes::{Joiner, words};

fn after_slash(name: &[u8]) -> usize {
    name.iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1)
}

/// Where the suffix of a name starts.
fn dot(name: &[u8]) -> Option<usize> {
    let start = after_slash(name);
    name[start..].iter().rposition(|&byte| byte == b'.').map(|dot| start + dot)
}

/// `$(dir names)`
pub(crate) fn dir(names: &[u8], out: &mut Vec<u8>) {
    let mut joined = Joiner::new(out);
    for name in words(names) {
        match after_slash(name) {
            0 => joined.push(b"./"),
            end => joined.push(&name[..end]),
        }
    }
}

/// `$(notdir names)`
pub(crate) fn notdir(names: &[u8], out: &mut Vec<u8>) {
    let mut joined = Joiner::new(out);
    words(names).for_each(|name| joined.push(&name[after_slash(name)..]));
}

/// `$(suffix names)`
pub(crate) fn suffix(names: &[u8], out: &mut Vec<u8>) {
    let mut joined = Joiner::new(out);
    for name in words(names) {
        if let Some(dot) = dot(name) {
            joined.push(&name[dot..]);
        }
    }
}

/// `$(basename names)`
pub(crate) fn basename(names: &[u8], out: &mut Vec<u8>) {
    let mut joined = Joiner::new(out);
    for name in words(names) {
        joined.push(&name[..dot(name).unwrap_or(name.len())]);
    }
}

/// `$(abspath names)`
pub(crate) fn abspath(names: &[u8], folder: &[u8], out: &mut Vec<u8>) {
    let mut joined = Joiner::new(out);
    words(names).for_each(|name| joined.push(&absolute(folder, name)));
}

/// An absolute path without `.`, `..` and doubled slashes, by its text alone.
pub(crate) fn absolute(folder: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(folder.len() + name.len() + 1);
    let start: &[u8] = if name.starts_with(b"/") { b"" } else { folder };
    for part in start.split(|&byte| byte == b'/').chain(name.split(|&byte| byte == b'/')) {
        match part {
            b"" | b"." => {}
            b".." => {
                let parent = path.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
                path.truncate(parent);
            }
            _ => {
                path.push(b'/');
                path.extend_from_slice(part);
            }
        }
    }
    if path.is_empty() {
        path.push(b'/');
    }
    path
}
