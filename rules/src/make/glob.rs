//! File name patterns: `*`, `?`, `[...]` and `~`. Looks at folders through the host; knows nothing
//! of variables.

use bstr::{BStr, BString, ByteSlice};

use super::host::{FileKind, Host};

/// Whether a name has anything to expand.
pub(crate) fn is_pattern(name: &[u8]) -> bool {
    name.iter().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// The files that match, sorted. A name without pattern characters gives itself when it is there.
pub(crate) fn glob(host: &mut dyn Host, pattern: &BStr) -> Vec<BString> {
    let mut found = Vec::new();
    if !is_pattern(pattern) {
        let name = unescape(pattern);
        if host.kind(name.as_bstr()).is_some() {
            found.push(BString::from(name));
        }
        return found;
    }
    let mut walker = Walker { host, found: &mut found };
    let slashes = pattern.iter().take_while(|&&byte| byte == b'/').count();
    let (root, rest) = pattern.split_at(slashes);
    walker.walk(root.to_vec(), rest);
    found.sort();
    found
}

struct Walker<'w> {
    host: &'w mut dyn Host,
    found: &'w mut Vec<BString>,
}

impl Walker<'_> {
    /// Goes on with `pattern` in the folder that `path` names (with its slash, or empty).
    fn walk(&mut self, path: Vec<u8>, pattern: &[u8]) {
        if pattern.is_empty() {
            self.found.push(BString::from(path));
            return;
        }
        let end = pattern.iter().position(|&byte| byte == b'/').unwrap_or(pattern.len());
        let (part, rest) = pattern.split_at(end);
        let slashes = rest.iter().take_while(|&&byte| byte == b'/').count();
        let (slashes, rest) = rest.split_at(slashes);
        if !is_pattern(part) {
            let mut path = path;
            path.extend_from_slice(&unescape(part));
            let kind = self.host.kind(path.as_bstr());
            self.descend(path, kind, slashes, rest);
            return;
        }
        let folder: &[u8] = if path.is_empty() { b"." } else { &path };
        let Ok(entries) = self.host.list(folder.as_bstr()) else { return };
        for entry in entries {
            if entry.name.starts_with(b".") && !part.starts_with(b".") {
                continue;
            }
            if matches(part, &entry.name) {
                let path = [path.as_slice(), &entry.name].concat();
                self.descend(path, Some(entry.kind), slashes, rest);
            }
        }
        if part.starts_with(b".") {
            for name in [&b"."[..], b".."] {
                if matches(part, name) {
                    let path = [path.as_slice(), name].concat();
                    self.descend(path, Some(FileKind::Folder), slashes, rest);
                }
            }
        }
    }

    fn descend(&mut self, mut path: Vec<u8>, kind: Option<FileKind>, slashes: &[u8], rest: &[u8]) {
        match kind {
            None => return,
            Some(FileKind::Other) if !slashes.is_empty() => return,
            Some(_) => {}
        }
        path.extend_from_slice(slashes);
        self.walk(path, rest);
    }
}

fn unescape(pattern: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pattern.len());
    let mut bytes = pattern.iter();
    while let Some(&byte) = bytes.next() {
        match (byte, byte == b'\\') {
            (_, true) => out.push(bytes.next().copied().unwrap_or(b'\\')),
            (byte, false) => out.push(byte),
        }
    }
    out
}

/// Whether one path component matches.
pub(crate) fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        let step = match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some(b'?') => Some(1),
            Some(b'[') => match class(&pattern[p..], name[n]) {
                Some((true, length)) => Some(length),
                Some((false, _)) => None,
                None => (name[n] == b'[').then_some(1),
            },
            Some(b'\\') if p + 1 < pattern.len() => (pattern[p + 1] == name[n]).then_some(2),
            Some(&byte) => (byte == name[n]).then_some(1),
            None => None,
        };
        match (step, star) {
            (Some(length), _) => {
                p += length;
                n += 1;
            }
            (None, Some((star_p, star_n))) => {
                star = Some((star_p, star_n + 1));
                p = star_p + 1;
                n = star_n + 1;
            }
            (None, None) => return false,
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

/// Matches `byte` against the bracket expression that starts `pattern`; also gives its length. None
/// when the bracket is not closed.
fn class(pattern: &[u8], byte: u8) -> Option<(bool, usize)> {
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
        if low == b'['
            && pattern.get(at + 1) == Some(&b':')
            && let Some(length) = pattern[at + 2..].find(b":]")
        {
            found |= named_class(&pattern[at + 2..at + 2 + length], byte);
            at += length + 4;
            continue;
        }
        if low == b'\\' {
            at += 1;
            low = *pattern.get(at)?;
        }
        at += 1;
        let mut high = low;
        if pattern.get(at) == Some(&b'-') && pattern.get(at + 1).is_some_and(|&end| end != b']') {
            at += 1;
            if pattern[at] == b'\\' {
                at += 1;
            }
            high = *pattern.get(at)?;
            at += 1;
        }
        found |= (low..=high).contains(&byte);
    }
}

fn named_class(name: &[u8], byte: u8) -> bool {
    match name {
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"alpha" => byte.is_ascii_alphabetic(),
        b"blank" => byte == b' ' || byte == b'\t',
        b"cntrl" => byte.is_ascii_control(),
        b"digit" => byte.is_ascii_digit(),
        b"graph" => byte.is_ascii_graphic(),
        b"lower" => byte.is_ascii_lowercase(),
        b"print" => byte.is_ascii_graphic() || byte == b' ',
        b"punct" => byte.is_ascii_punctuation(),
        b"space" => byte.is_ascii_whitespace() || byte == 0x0b,
        b"upper" => byte.is_ascii_uppercase(),
        b"xdigit" => byte.is_ascii_hexdigit(),
        _ => false,
    }
}

/// A name with its `~` or `~user` replaced by the home folder.
pub(crate) fn tilde(host: &mut dyn Host, name: &[u8]) -> Option<BString> {
    let rest = name.strip_prefix(b"~")?;
    let end = rest.iter().position(|&byte| byte == b'/').unwrap_or(rest.len());
    let (user, rest) = rest.split_at(end);
    let mut home = host.home((!user.is_empty()).then_some(user.as_bstr()))?;
    home.extend_from_slice(rest);
    Some(home)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, expected) in [
            ("*.c", "a.c", true),
            ("*.c", "a.cc", false),
            ("a*b*c", "aXbYbc", true),
            ("[a-c]?", "bz", true),
            ("[!a-c]?", "bz", false),
            ("[]a]", "]", true),
            ("[a", "[a", true),
            ("[[:digit:]x]", "7", true),
            (r"\*", "*", true),
            (r"\*", "a", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }
}
