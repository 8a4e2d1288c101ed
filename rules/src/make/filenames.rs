//! Lists of file names as rules and includes write them: words with quoted blanks, `./` dropped,
//! patterns expanded. Knows nothing of what the files are for.

use bstr::{BString, ByteSlice};

use super::bytes::{find_unquoted, is_blank, trim_start};
use super::glob;
use super::host::Host;

/// Takes file names from the start of `text`, up to an unquoted `stop` or the end. Also gives what
/// is left, from the stop on.
pub(crate) fn take(text: &[u8], stop: Option<u8>) -> (Vec<BString>, Vec<u8>) {
    if !text.contains(&b'\\') {
        let end = text.iter().position(|&byte| Some(byte) == stop).unwrap_or(text.len());
        let (list, rest) = text.split_at(end);
        let names = list.split(|&byte| is_blank(byte)).map(trim_start);
        return (names.filter(|name| !name.is_empty()).map(BString::from).collect(), rest.into());
    }
    let mut names = Vec::new();
    let mut rest = trim_start(text).to_vec();
    loop {
        if rest.is_empty() || rest.first().copied() == stop {
            return (names, rest);
        }
        let ends = |byte: u8| is_blank(byte) || Some(byte) == stop;
        let end = find_unquoted(&mut rest, 0, false, ends).unwrap_or(rest.len());
        names.push(BString::from(&rest[..end]));
        rest = trim_start(&rest[end..]).to_vec();
    }
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
    let (names, _) = take(text, None);
    expand(host, names)
}

/// Expands patterns among names.
pub(crate) fn expand(host: &mut dyn Host, names: Vec<BString>) -> Vec<BString> {
    let mut out = Vec::with_capacity(names.len());
    for name in members(names) {
        let name = BString::from(without_dot(&name));
        let name = glob::tilde(host, &name).unwrap_or(name);
        if !glob::is_pattern(&name) {
            out.push(name);
            continue;
        }
        let found = glob::glob(host, name.as_bstr());
        if found.is_empty() {
            out.push(name);
        } else {
            out.extend(found);
        }
    }
    out
}

/// Takes `archive(a b)` apart into `archive(a)` and `archive(b)`.
fn members(names: Vec<BString>) -> Vec<BString> {
    let opens = |name: &BString| name.find_byte(b'(').filter(|&open| open > 0);
    if !names.iter().any(|name| opens(name).is_some() && !name.ends_with(b")")) {
        return names;
    }
    let mut out: Vec<BString> = Vec::with_capacity(names.len());
    let mut names = names.into_iter().peekable();
    while let Some(name) = names.next() {
        let Some(open) = opens(&name).filter(|_| !name.ends_with(b")")) else {
            out.push(name);
            continue;
        };
        let (archive, first) = name.split_at(open + 1);
        let mut inside: Vec<BString> = Vec::new();
        inside.extend((!first.is_empty()).then(|| first.into()));
        let mut closed = false;
        for name in names.by_ref() {
            closed = name.ends_with(b")");
            let member = name.strip_suffix(b")").unwrap_or(&name);
            inside.extend((!member.is_empty()).then(|| member.into()));
            if closed {
                break;
            }
        }
        if !closed {
            // Nothing closes the bracket: these are plain names.
            out.push(BString::from(archive));
            out.append(&mut inside);
            continue;
        }
        out.extend(inside.iter().map(|member| [archive, member, b")"].concat().into()));
    }
    out
}
