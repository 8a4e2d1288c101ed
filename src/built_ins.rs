//! Small programs that need no process of their own, as those of shells: to start one costs a
//! hundred times more than what these do. Knows their plainest uses alone; for all others, and when
//! something goes wrong, the real program runs and says what it has to say.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use rustix::fs::OFlags;
use rustix::io::Errno;

/// What a command can be carried out as.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BuiltIn<'a> {
    action: Action,
    operands: Vec<Cow<'a, [u8]>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    /// `true`
    Succeed,
    /// `echo WORD...`
    Echo,
    /// `touch FILE...`
    Touch,
    /// `mkdir -p FOLDER...`
    MakeFolders,
    /// `rm -f FILE...`
    Remove,
    /// `ln -sf TARGET LINK`
    Link,
    /// `dirname PATH`
    FolderOf,
}

/// Where the system's own programs lie.
const SYSTEM: [&str; 2] = ["/usr/bin", "/bin"];

/// Whether running a program of this name, which is this file, would do nothing but run the system's
/// own: nothing is put in between that would have to see it start or would have it do something else.
pub(crate) fn runs_plainly(
    name: &BStr,
    file: Option<&Path>,
    environment: &[(BString, BString)],
) -> bool {
    let watches = |(key, value): &(BString, BString)| {
        (key == "LD_PRELOAD" && !value.is_empty()) || key == "POSIXLY_CORRECT"
    };
    let folder = file.and_then(Path::parent);
    let is_own = folder.is_some_and(|folder| SYSTEM.iter().any(|own| folder == Path::new(own)));
    is_own && !name.contains(&b'/') && !environment.iter().any(watches)
}

impl<'a> BuiltIn<'a> {
    /// Reads a command's words. `runs_plainly` tells whether running a program of this name would do
    /// nothing but run the system's own.
    pub(crate) fn find(
        argv: &'a [BString],
        runs_plainly: impl FnOnce(&BStr) -> bool,
    ) -> Option<BuiltIn<'a>> {
        let words: Vec<Cow<'a, [u8]>> = match argv {
            [shell, flags, script] if shell == "/bin/sh" && (flags == "-c" || flags == "-ec") => {
                words(script)?
            }
            _ => argv.iter().map(|word| Cow::Borrowed(word.as_slice())).collect(),
        };
        let mut words = words.into_iter();
        let program = words.next()?;
        let mut operands: Vec<Cow<'a, [u8]>> = words.collect();
        let option = |operands: &mut Vec<Cow<'a, [u8]>>, wanted: &[u8]| {
            let found = operands.first().is_some_and(|first| **first == *wanted);
            found.then(|| operands.remove(0))
        };
        let action = match &*program {
            b"true" if operands.is_empty() => Action::Succeed,
            b"echo" => Action::Echo,
            b"touch" if !operands.is_empty() => Action::Touch,
            b"mkdir" => option(&mut operands, b"-p").map(|_| Action::MakeFolders)?,
            b"rm" => option(&mut operands, b"-f").map(|_| Action::Remove)?,
            b"ln" => option(&mut operands, b"-sf").map(|_| Action::Link)?,
            b"dirname" => Action::FolderOf,
            _ => return None,
        };
        let is_plain = |operand: &Cow<'_, [u8]>| match action {
            Action::Echo => !operand.contains(&b'\\'),
            _ => !operand.starts_with(b"-") && !operand.is_empty() && !operand.contains(&0),
        };
        let fits = match action {
            Action::Link => operands.len() == 2 && !operands[1].ends_with(b"/"),
            // Others have a word or two to say on repeated slashes.
            Action::FolderOf => {
                operands.len() == 1
                    && !operands[0].ends_with(b"/")
                    && !operands[0].contains_str("//")
            }
            _ => true,
        };
        let has_option = operands.first().is_some_and(|first| first.starts_with(b"-"));
        let plain = fits && !has_option && operands.iter().all(is_plain);
        (plain && runs_plainly(program.as_bstr())).then_some(BuiltIn { action, operands })
    }

    /// Whether it does nothing but write.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.action, Action::Succeed | Action::Echo | Action::FolderOf)
    }

    /// Does it, in `folder`, with `write` for its standard output. False when the program itself has
    /// to do it, or the rest of it: doing it again does no harm.
    pub(crate) fn perform(
        &self,
        folder: &Path,
        write: impl FnOnce(&[u8]) -> io::Result<()>,
    ) -> bool {
        let done = match self.action {
            Action::Succeed => Ok(()),
            Action::Echo => {
                let mut line = bstr::join(" ", &self.operands);
                line.push(b'\n');
                write(&line)
            }
            Action::FolderOf => {
                let mut line = folder_of(&self.operands[0]).to_vec();
                line.push(b'\n');
                write(&line)
            }
            Action::Link => link(&self.operands[0], &folder.join(os(&self.operands[1]))),
            action => self.operands.iter().try_for_each(|operand| {
                let path = folder.join(os(operand));
                match action {
                    Action::Touch => touch(&path),
                    Action::MakeFolders => fs::create_dir_all(&path),
                    _ => remove(&path),
                }
            }),
        };
        done.is_ok()
    }
}

fn os(name: &[u8]) -> &OsStr {
    OsStr::from_bytes(name)
}

/// What comes before the last part of a path.
fn folder_of(path: &[u8]) -> &[u8] {
    match path.rfind_byte(b'/') {
        Some(0) => b"/",
        Some(end) => &path[..end],
        None => b".",
    }
}

/// Makes a link in the place of a file or another link; into a folder the program itself puts it.
fn link(target: &[u8], link: &Path) -> io::Result<()> {
    match link.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
        Ok(_) if link.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => fs::remove_file(link)?,
    }
    symlink(os(target), link)
}

fn touch(path: &Path) -> io::Result<()> {
    let flags = OFlags::NOCTTY | OFlags::NONBLOCK;
    let file: File = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .custom_flags(flags.bits() as i32)
        .open(path)?;
    let now = rustix::fs::Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
    let times = rustix::fs::Timestamps { last_access: now, last_modification: now };
    Ok(rustix::fs::futimens(&file, &times)?)
}

fn remove(path: &Path) -> io::Result<()> {
    match rustix::fs::unlink(path) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What needs a shell to be understood; inside double quotes, only the second list does.
const SPECIAL: &[u8] = b"#;*?[]&|<>(){}$`^~!\\\n=";
const SPECIAL_IN_QUOTES: &[u8] = b"$`\\!\n";

/// The words of a script that is nothing but words and quotes.
fn words(script: &[u8]) -> Option<Vec<Cow<'_, [u8]>>> {
    let mut words = Vec::new();
    let mut rest = script.trim_start_with(|c| c == ' ' || c == '\t');
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| b" \t'\"".contains(byte)).unwrap_or(rest.len());
        let is_word = !matches!(rest.get(end), Some(b'\'' | b'"'));
        if is_word {
            // The usual one, which needs no copy.
            if rest[..end].iter().any(|byte| is_special(*byte, words.is_empty())) {
                return None;
            }
            words.push(Cow::Borrowed(&rest[..end]));
            rest = &rest[end..];
        } else {
            let (word, after) = quoted(rest, words.is_empty())?;
            words.push(Cow::Owned(word));
            rest = after;
        }
        rest = rest.trim_start_with(|c| c == ' ' || c == '\t');
    }
    Some(words)
}

/// Behind the first word, `=` is a letter like any other.
fn is_special(byte: u8, first: bool) -> bool {
    SPECIAL.contains(&byte) && (first || byte != b'=')
}

/// A word with quotes in it, and what comes after it.
fn quoted(text: &[u8], first: bool) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b' ' | b'\t' => break,
            b'\'' | b'"' => {
                let inner = &text[at + 1..];
                let length = inner.find_byte(byte)?;
                let inner = &inner[..length];
                if byte == b'"' && inner.iter().any(|byte| SPECIAL_IN_QUOTES.contains(byte)) {
                    return None;
                }
                word.extend_from_slice(inner);
                at += length + 1;
            }
            byte if is_special(byte, first) => return None,
            byte => word.push(byte),
        }
        at += 1;
    }
    Some((word, &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argv(words: &[&str]) -> Vec<BString> {
        words.iter().map(|&word| word.into()).collect()
    }

    fn shell(script: &str) -> Vec<BString> {
        argv(&["/bin/sh", "-c", script])
    }

    /// What a command writes; none when it is for the real program.
    fn said(argv: &[BString]) -> Option<String> {
        let mut said = Vec::new();
        let built_in = BuiltIn::find(argv, |_| true)?;
        let done = built_in.perform(Path::new("/nowhere"), |text| {
            said.extend_from_slice(text);
            Ok(())
        });
        done.then(|| String::from_utf8(said).unwrap())
    }

    #[test]
    fn plain_words_are_said() {
        let cases = [
            (argv(&["echo"]), "\n"),
            (argv(&["echo", "a", "", "b=c"]), "a  b=c\n"),
            (shell("echo \"a  b\" 'c $d' e\"f\"'g'  \"\""), "a  b c $d efg \n"),
            (shell("  echo\t\"x\" y=1"), "x y=1\n"),
            (argv(&["true"]), ""),
            (argv(&["dirname", "/a/b.h"]), "/a\n"),
            (argv(&["dirname", "/a"]), "/\n"),
            (argv(&["dirname", "a"]), ".\n"),
            (shell("dirname 'a b/c/d'"), "a b/c\n"),
        ];
        for (argv, text) in cases {
            assert_eq!(said(&argv).as_deref(), Some(text), "{argv:?}");
        }
    }

    #[test]
    fn all_else_is_for_the_program() {
        let scripts = [
            "echo -n x",
            "echo a\\nb",
            "echo \"$HOME\"",
            "echo *",
            "echo a; echo b",
            "echo \"a",
            "echo >f x",
            "A=b echo",
            "echo \"a`b`\"",
            "echo ~",
            "echo a # b",
            "mkdir x",
            "rm -rf x",
            "rm x",
            "touch -r a b",
            "touch",
            "true x",
            "ln -s a b",
            "ln -sf a",
            "ln -sf a b c",
            "ln -sf a b/",
            "dirname a b",
            "dirname -z a",
            "dirname a//b",
            "dirname a/",
            "printf x",
            "echo 'a\\b'",
            "",
        ];
        for script in scripts {
            assert_eq!(said(&shell(script)), None, "{script}");
        }
        assert_eq!(said(&argv(&["echo", "-e", "x"])), None);
        assert_eq!(said(&argv(&["/bin/bash", "-c", "echo \"x\""])), None);
        assert_eq!(BuiltIn::find(&argv(&["echo"]), |_| false), None);
    }

    #[test]
    fn files_come_and_go() {
        let folder = tempfile::tempdir().unwrap();
        let run = |words: &[&str]| {
            let argv = argv(words);
            BuiltIn::find(&argv, |_| true).unwrap().perform(folder.path(), |_| Ok(()))
        };
        let exists = |name: &str| folder.path().join(name).exists();
        assert!(run(&["mkdir", "-p", "a/b", "a/b", "c"]) && exists("a/b") && exists("c"));
        assert!(run(&["touch", "a/b/f", "g"]) && exists("a/b/f") && exists("g"));
        assert!(run(&["rm", "-f", "a/b/f", "g", "h"]) && !exists("a/b/f") && !exists("g"));
        for words in [["rm", "-f", "a"], ["mkdir", "-p", "f/x"]] {
            fs::write(folder.path().join("f"), "").unwrap();
            assert!(!run(&words), "{words:?}");
        }
        assert!(!run(&["touch", "none/f"]));
        for link in ["l", "l", "f", "c/l"] {
            assert!(run(&["ln", "-sf", "no where", link]), "{link}");
            let target = fs::read_link(folder.path().join(link)).unwrap();
            assert_eq!(target, Path::new("no where"));
        }
        assert!(run(&["ln", "-sf", "c", "to"]));
        for link in ["c", "to"] {
            assert!(!run(&["ln", "-sf", "x", link]), "{link}");
        }
    }
}
