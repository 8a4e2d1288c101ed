//! What differs between two configuration files, as Linux's `diffconfig` shows it. Looks at the
//! lines only; what an option is worth elsewhere does not matter.

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice};

use crate::error::format_bytes;

/// How differences are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffStyle {
    /// `-NAME old`, ` NAME old -> new`, `+NAME new`.
    Changes,
    /// Lines that turn the old file into the new one when they are merged into it.
    Merge,
}

/// A line that begins like an option and gives no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{text}` has no value")]
pub struct NoValue {
    /// Its number, from 1.
    pub line: usize,
    /// The line.
    pub text: BString,
}

/// The settings of a configuration file: names without `CONFIG_`, with their values as written.
///
/// The last byte of each line goes, whatever it is, because the original takes it for the line's
/// end.
pub fn read_settings(text: &[u8]) -> Result<BTreeMap<BString, BString>, NoValue> {
    let mut settings = BTreeMap::new();
    let text = text.replace("\r\n", "\n").replace("\r", "\n");
    for (index, line) in text.lines_with_terminator().enumerate() {
        let line = &line[..line.len() - 1];
        if let Some(setting) = line.strip_prefix(b"CONFIG_") {
            let Some((name, value)) = setting.split_once_str("=") else {
                return Err(NoValue { line: index + 1, text: line.into() });
            };
            settings.insert(name.into(), value.into());
        }
        if let Some(start) = line.strip_suffix(b" is not set") {
            settings.insert(start.get(9..).unwrap_or_default().into(), "n".into());
        }
    }
    Ok(settings)
}

/// Says what differs: what is gone, what changed, what is new, each in the order of names.
pub fn difference(
    old: &BTreeMap<BString, BString>,
    new: &BTreeMap<BString, BString>,
    style: DiffStyle,
) -> BString {
    let mut text = BString::default();
    let mut add = |name: &BString, before: Option<&BString>, after: Option<&BString>| {
        text.extend_from_slice(&match (style, before, after) {
            (DiffStyle::Merge, _, Some(after)) if after == "n" => {
                format_bytes(&[b"# CONFIG_", name, b" is not set\n"])
            }
            (DiffStyle::Merge, _, Some(after)) if !after.is_empty() => {
                format_bytes(&[b"CONFIG_", name, b"=", after, b"\n"])
            }
            (DiffStyle::Merge, ..) | (_, None, None) => BString::default(),
            (_, Some(before), None) => format_bytes(&[b"-", name, b" ", before, b"\n"]),
            (_, None, Some(after)) => format_bytes(&[b"+", name, b" ", after, b"\n"]),
            (_, Some(before), Some(after)) => {
                format_bytes(&[b" ", name, b" ", before, b" -> ", after, b"\n"])
            }
        });
    };
    for (name, before) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        add(name, Some(before), None);
    }
    for (name, before) in old {
        match new.get(name) {
            Some(after) if after != before => add(name, Some(before), Some(after)),
            _ => {}
        }
    }
    for (name, after) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        add(name, None, Some(after));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gone_changed_new() {
        let old = read_settings(b"CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=\"x=1\"\n").unwrap();
        let new = read_settings(b"CONFIG_B=m\r\nCONFIG_C=\"x=1\"\nCONFIG_D=\n").unwrap();
        assert_eq!(difference(&old, &new, DiffStyle::Changes), "-A y\n B n -> m\n+D \n");
        assert_eq!(difference(&old, &new, DiffStyle::Merge), "CONFIG_B=m\n");
        assert_eq!(difference(&new, &old, DiffStyle::Merge), "# CONFIG_B is not set\nCONFIG_A=y\n");
    }

    #[test]
    fn a_line_without_end_loses_a_byte() {
        let settings = read_settings(b"CONFIG_A=12").unwrap();
        assert_eq!(settings.get(&BString::from("A")).unwrap(), "1");
        assert_eq!(read_settings(b"x\nCONFIG_A\n").unwrap_err().line, 2);
    }
}
