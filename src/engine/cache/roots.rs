//! Folders that may lie elsewhere the next time: hidden behind marks in keys, looked for in results.
//! Knows text; knows neither steps nor files.

use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use bstr::{BString, ByteSlice, Finder};

/// What stands for a root, followed by its name and once more.
const MARK: u8 = 2;

/// How much of a file is looked through at a time.
const PART: usize = 64 << 10;

/// Named folders, of which the longest that fits counts.
pub(super) struct Roots {
    roots: Vec<Root>,
}

/// Whether a path may begin behind this byte.
fn ends_word(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b'=' | b',' | b':' | b';' | b'"' | b'\'' | b'@')
}

struct Root {
    name: String,
    path: BString,
    finder: Finder<'static>,
}

impl Roots {
    pub(super) fn new(folders: impl IntoIterator<Item = (String, PathBuf)>) -> Roots {
        let root = |(name, path): (String, PathBuf)| {
            let path = BString::from(path.as_os_str().as_bytes().trim_end_with(|c| c == '/'));
            let finder = Finder::new(&path).into_owned();
            Root { name, path, finder }
        };
        let mut roots: Vec<Root> = folders.into_iter().map(root).collect();
        // A root that is the whole file system stands for nothing.
        roots.retain(|root| root.path.len() > 1 && root.path.starts_with(b"/"));
        roots.sort_by_key(|root| std::cmp::Reverse(root.path.len()));
        Roots { roots }
    }

    /// The text with a mark for each root that a path in it begins with: at the start of a word, or
    /// behind `-I` and the like, where a path may begin without a blank.
    pub(super) fn hide(&self, text: &[u8]) -> BString {
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text;
        // Whether a slash stands in front of `rest` in the same word.
        let mut inside = false;
        while let Some(slash) = rest.find_byte(b'/') {
            let before = &rest[..slash];
            let word = before.iter().rposition(|&byte| ends_word(byte));
            let begins = match word {
                None if inside => false,
                _ => matches!(before.get(word.map_or(0, |end| end + 1)), None | Some(b'-')),
            };
            let root = begins.then(|| self.at(&rest[slash..])).flatten();
            out.extend_from_slice(before);
            let past = match root {
                Some(root) => {
                    out.push(MARK);
                    out.extend_from_slice(root.name.as_bytes());
                    out.push(MARK);
                    root.path.len()
                }
                None => {
                    out.push(b'/');
                    1
                }
            };
            rest = &rest[slash + past..];
            inside = true;
        }
        out.extend_from_slice(rest);
        out.into()
    }

    /// What [`Roots::hide`] made of a path. None when it names a root that is not known here.
    pub(super) fn show(&self, hidden: &[u8]) -> Option<BString> {
        let Some(rest) = hidden.strip_prefix(&[MARK]) else { return Some(hidden.into()) };
        let (name, rest) = rest.split_once_str(&[MARK])?;
        let root = self.roots.iter().find(|root| root.name.as_bytes() == name)?;
        Some([root.path.as_slice(), rest].concat().into())
    }

    /// Whether a text holds the path of a root, wherever.
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        self.roots.iter().any(|root| root.finder.find(text).is_some())
    }

    /// The same of all that can be read, which may be more than memory should hold.
    pub(super) fn are_told(&self, source: &mut impl Read) -> io::Result<bool> {
        let longest = self.roots.iter().map(|root| root.path.len()).max().unwrap_or(0);
        let mut window = vec![0; PART + longest];
        // What may be the beginning of a path stays in front of what comes next.
        let mut kept = 0;
        loop {
            let read = match source.read(&mut window[kept..]) {
                Ok(0) => return Ok(false),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let text = &window[..kept + read];
            if self.are_in(text) {
                return Ok(true);
            }
            let end = text.len();
            kept = end.min(longest.saturating_sub(1));
            window.copy_within(end - kept..end, 0);
        }
    }

    fn at(&self, text: &[u8]) -> Option<&Root> {
        let ends = |next: Option<&u8>| {
            next.is_none_or(|&byte| {
                !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.' | b'+' | b'~')
            })
        };
        let fits = |root: &&Root| text.starts_with(&root.path) && ends(text.get(root.path.len()));
        self.roots.iter().find(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(app: &str) -> Roots {
        let folder = |name: &str, path: &str| (name.to_owned(), PathBuf::from(path));
        Roots::new([folder("app", app), folder("build", &format!("{app}/build"))])
    }

    #[test]
    fn roots_are_hidden_where_paths_begin() {
        let here = roots("/home/a");
        let hidden = here.hide(b"cc -I/home/a/include -DX=\"/home/a\" -o /home/a/build/x.o");
        assert_eq!(
            hidden,
            "cc -I\u{2}app\u{2}/include -DX=\"\u{2}app\u{2}\" -o \u{2}build\u{2}/x.o"
        );
        let there = roots("/elsewhere");
        let same =
            there.hide(b"cc -I/elsewhere/include -DX=\"/elsewhere\" -o /elsewhere/build/x.o");
        assert_eq!(hidden, same);
        for other in ["/home/ab/x", "/home/a.c", "/mnt/home/a/x", "x/home/a"] {
            assert_eq!(here.hide(other.as_bytes()), other);
        }
    }

    #[test]
    fn roots_are_found_wherever_a_file_is_cut() {
        let here = roots("/home/a");
        for before in (PART - 10..PART + 20).chain([0, 2 * PART + 3]) {
            let mut file = vec![b'x'; before];
            assert!(!here.are_told(&mut &file[..]).unwrap());
            file.extend_from_slice(b"/home/a and more");
            assert!(here.are_told(&mut &file[..]).unwrap(), "{before}");
            assert!(!roots("/home/b").are_told(&mut &file[..]).unwrap());
        }
        assert!(!Roots::new([]).are_told(&mut &b"/home/a"[..]).unwrap());
    }

    #[test]
    fn a_hidden_path_is_shown_where_it_is_now() {
        let hidden = roots("/home/a").hide(b"/home/a/build/x.h");
        assert_eq!(roots("/b").show(&hidden), Some("/b/build/x.h".into()));
        assert_eq!(roots("/b").show(b"/usr/include/x.h"), Some("/usr/include/x.h".into()));
        assert_eq!(Roots::new([]).show(&hidden), None);
    }
}
