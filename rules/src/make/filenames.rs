//! Lists of file names as rules and includes write them: words with quoted blanks, `./` dropped,
//! patterns expanded. Knows nothing of what the files are for.

use std::borrow::Cow;

use bstr::{BString, ByteSlice};

use super::archive;
use super::bytes::{find_unquoted, is_blank, trim_start};
use super::glob;
use super::host::Host;

/// The bytes of a list that is more than names and blanks: quotes, patterns, `~`, archives.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"\\*?[~(";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// Takes file names from the start of `text`, up to an unquoted `stop` or the end. Also gives what
/// is left, from the stop on.
pub(crate) fn take(text: &[u8], stop: Option<u8>) -> (Vec<BString>, Cow<'_, [u8]>) {
    if text.find_byte(b'\\').is_none() {
        let end = stop.and_then(|stop| text.find_byte(stop)).unwrap_or(text.len());
        let (list, rest) = text.split_at(end);
        return (collected(list, split(list)), rest.into());
    }
    let stops = [b' ', b'\t', stop.unwrap_or(b' ')];
    let mut names = Vec::new();
    let mut rest = trim_start(text).to_vec();
    loop {
        if rest.is_empty() || rest.first().copied() == stop {
            return (names, rest.into());
        }
        let end = find_unquoted(&mut rest, 0, &stops).unwrap_or(rest.len());
        names.push(BString::from(&rest[..end]));
        rest = trim_start(&rest[end..]).to_vec();
    }
}

/// The names of a list without quotes.
fn split(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let names = list.split(|&byte| is_blank(byte)).map(trim_start);
    names.filter(|name| !name.is_empty())
}

fn collected<'t>(list: &[u8], names: impl Iterator<Item = &'t [u8]>) -> Vec<BString> {
    if list.is_empty() {
        return Vec::new();
    }
    let blanks = list.iter().filter(|&&byte| is_blank(byte)).count();
    let mut all = Vec::with_capacity(blanks + 1);
    all.extend(names.map(BString::from));
    all
}

/// `./` at the start of a name says nothing.
pub(crate) fn without_dot(name: &[u8]) -> &[u8] {
    let mut rest = name;
    while let Some(shorter) = rest.strip_prefix(b"./") {
        let slashes = shorter.iter().take_while(|&&byte| byte == b'/').count();
        if shorter.len() == slashes {
            return if rest.len() == name.len() { name } else { b"./" };
        }
        rest = &shorter[slashes..];
    }
    rest
}

/// All names of a list, patterns expanded. A pattern that matches nothing stands for itself.
pub(crate) fn list(host: &mut dyn Host, text: &[u8]) -> Vec<BString> {
    if !text.iter().any(|&byte| SPECIAL[usize::from(byte)]) {
        return collected(text, split(text).map(without_dot));
    }
    let (names, _) = take(text, None);
    expand(host, names)
}

/// Expands patterns among names.
pub(crate) fn expand(host: &mut dyn Host, names: Vec<BString>) -> Vec<BString> {
    let mut out = Vec::with_capacity(names.len());
    for name in members(names) {
        let shorter = without_dot(&name);
        let name = if shorter.len() == name.len() { name } else { BString::from(shorter) };
        let name = glob::tilde(host, &name).unwrap_or(name);
        if !glob::is_pattern(&name) {
            out.push(name);
            continue;
        }
        let found = glob::glob(host, name.as_bstr());
        let found = if found.is_empty() { vec![name] } else { found };
        for name in found {
            match archive::glob(host, &name) {
                Some(members) => out.extend(members),
                None => out.push(name),
            }
        }
    }
    out
}

/// Takes `archive(a b)` apart into `archive(a)` and `archive(b)`.
fn members(names: Vec<BString>) -> Vec<BString> {
    if !names.iter().any(|name| group_start(name).is_some()) {
        return names;
    }
    let mut out: Vec<BString> = Vec::with_capacity(names.len());
    let mut rest = names.as_slice();
    while let Some((name, after)) = rest.split_first() {
        rest = after;
        let last = after.iter().position(|name| name.ends_with(b")"));
        let (Some(open), Some(last)) = (group_start(name), last) else {
            out.push(name.clone());
            continue;
        };
        let (archive, first) = name.split_at(open + 1);
        let (inside, after) = after.split_at(last + 1);
        rest = after;
        for member in std::iter::once(first).chain(inside.iter().map(|name| name.as_slice())) {
            let member = member.strip_suffix(b")").unwrap_or(member);
            if !member.is_empty() {
                out.push([archive, member, b")"].concat().into());
            }
        }
    }
    out
}

/// Where a name opens the bracket of an archive that it does not close.
fn group_start(name: &BString) -> Option<usize> {
    name.find_byte(b'(').filter(|&open| open > 0 && !name.ends_with(b")"))
}
