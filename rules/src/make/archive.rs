//! Names of archive members: `archive(member)`, and the members an archive file holds. Knows nothing
//! of their times or contents.

use bstr::{BString, ByteSlice};

use super::glob;
use super::host::Host;

/// What an archive file starts with.
const MAGIC: &[u8] = b"!<arch>\n";
/// The length of a member's header, of the name in it, and where its size stands.
const HEADER: usize = 60;
const NAME: usize = 16;
const SIZE: std::ops::Range<usize> = 48..58;

/// Takes `archive(member)` apart.
pub(crate) fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let open = name.find_byte(b'(')?;
    let inside = name.strip_suffix(b")")?;
    (open > 0 && open + 1 < inside.len()).then(|| (&name[..open], &inside[open + 1..]))
}

/// The members that `archive(pattern)` stands for, sorted. None when there are none, or when it is
/// no pattern.
pub(crate) fn glob(host: &mut dyn Host, name: &[u8]) -> Option<Vec<BString>> {
    let (archive, pattern) = split(name)?;
    if !glob::is_pattern(pattern) {
        return None;
    }
    let contents = host.read(archive.as_bstr()).ok()?;
    let mut found: Vec<BString> = members(&contents)
        .into_iter()
        .filter(|member| glob::matches(pattern, member))
        .map(|member| [archive, b"(", member.as_slice(), b")"].concat().into())
        .collect();
    found.sort();
    (!found.is_empty()).then_some(found)
}

/// The names of an archive's members, in their order.
fn members(archive: &[u8]) -> Vec<BString> {
    let mut names = Vec::new();
    let mut long_names: &[u8] = &[];
    let mut rest = archive.strip_prefix(MAGIC).unwrap_or_default();
    while rest.len() >= HEADER {
        let (header, body) = rest.split_at(HEADER);
        let Some(size) = number(&header[SIZE]) else { break };
        let contents = &body[..size.min(body.len())];
        match header[..NAME].trim_end() {
            b"/" | b"/SYM64/" | b"__.SYMDEF" => {}
            b"//" => long_names = contents,
            name => names.extend(member_name(name, long_names, contents)),
        }
        // Members start at even places.
        rest = &body[(size + size % 2).min(body.len())..];
    }
    names
}

/// A member's name: as the header has it, in the table of long names, or before the contents.
fn member_name(name: &[u8], long_names: &[u8], contents: &[u8]) -> Option<BString> {
    if let Some(start) = name.strip_prefix(b"/") {
        let long = long_names.get(number(start)?..)?;
        let end = long.find("/\n").unwrap_or(long.len());
        return Some(long[..end].into());
    }
    if let Some(length) = name.strip_prefix(b"#1/") {
        let long = contents.get(..number(length)?)?;
        return Some(long.trim_end_with(|end| end == '\0').into());
    }
    Some(name.strip_suffix(b"/").unwrap_or(name).into())
}

fn number(digits: &[u8]) -> Option<usize> {
    digits.trim().to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_short_and_long_names() {
        let mut archive = MAGIC.to_vec();
        for (name, contents) in
            [("/", &b"index"[..]), ("//", b"a-name-that-is-long.o/\n"), ("a.o/", b"x"), ("/0", b"")]
        {
            let header = format!("{name:<16}{:<32}{:<10}`\n", "", contents.len());
            archive.extend_from_slice(header.as_bytes());
            archive.extend_from_slice(contents);
            if contents.len() % 2 == 1 {
                archive.push(b'\n');
            }
        }
        assert_eq!(members(&archive), ["a.o", "a-name-that-is-long.o"]);
        assert!(members(b"!<arch>\nnonsense").is_empty());
    }

    #[test]
    fn a_member_needs_an_archive_and_a_name() {
        assert_eq!(split(b"lib.a(b.o)"), Some((&b"lib.a"[..], &b"b.o"[..])));
        for name in ["(a)", "lib()", "lib", "lib(a", "lib)"] {
            assert_eq!(split(name.as_bytes()), None, "{name}");
        }
    }
}
