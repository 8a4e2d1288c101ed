//! Configuration files to settings. Knows no options: names are just names.

use bstr::{BStr, BString, ByteSlice};

use crate::environment::Dialect;

/// What a line of a configuration file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// `NAME=VALUE`
    Value(&'a BStr, &'a BStr),
    /// `# NAME is not set`
    NotSet(&'a BStr),
    /// Something that does not belong there.
    Unexpected(&'a BStr),
}

/// The lines of a configuration file that say something, with their numbers.
pub(crate) fn lines<'a>(
    text: &'a [u8],
    prefix: &'a [u8],
    dialect: Dialect,
) -> impl Iterator<Item = (usize, Line<'a>)> {
    text.lines_with_terminator().enumerate().filter_map(move |(index, line)| {
        let line = &line[..line.find_byte(0).unwrap_or(line.len())];
        Some((index + 1, meaning(line, prefix, dialect)?))
    })
}

fn meaning<'a>(line: &'a [u8], prefix: &[u8], dialect: Dialect) -> Option<Line<'a>> {
    if line.first() == Some(&b'#') {
        if dialect == Dialect::Linux && line.get(1) != Some(&b' ') {
            return None;
        }
        let rest = line.get(2..)?.strip_prefix(prefix)?;
        let (name, rest) = rest.split_once_str(" ")?;
        return rest.starts_with(b"is not set").then_some(Line::NotSet(name.as_bstr()));
    }
    let Some(rest) = line.strip_prefix(prefix) else {
        let end = line.find_byteset(b"\r\n").unwrap_or(line.len());
        return (end > 0).then(|| Line::Unexpected(line[..end].as_bstr()));
    };
    let (name, value) = rest.split_once_str("=")?;
    let value = match value.strip_suffix(b"\n") {
        Some(value) => value.strip_suffix(b"\r").unwrap_or(value),
        None => value,
    };
    Some(Line::Value(name.as_bstr(), value.as_bstr()))
}

/// The text of a quoted value; none when a quote is missing.
pub(crate) fn unquoted(value: &[u8]) -> Option<BString> {
    let mut text = BString::default();
    let mut bytes = value.strip_prefix(b"\"")?.iter();
    loop {
        match bytes.next()? {
            b'"' => return Some(text),
            b'\\' => text.push(*bytes.next()?),
            &byte => text.push(byte),
        }
    }
}
