//! Archives of `ar`: members, their times, and a member's time set anew. Knows the common format
//! with GNU's and BSD's long names, and thin archives; knows nothing of what members hold.

use std::collections::HashMap;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};

const MAGIC: &[u8; 8] = b"!<arch>\n";
const THIN_MAGIC: &[u8; 8] = b"!<thin>\n";
const HEADER: usize = 60;
/// Where a header has the time, in decimal digits with blanks after them.
const DATE: std::ops::Range<usize> = 16..28;
const SIZE: std::ops::Range<usize> = 48..58;
const END: &[u8; 2] = b"`\n";
/// No name is longer; a header that says so is damaged.
const LONGEST_NAME: u64 = 1 << 16;
/// No table of long names is larger; it is read whole.
const LARGEST_TABLE: u64 = 1 << 28;
/// A name that stands in a header may have lost what comes after so many bytes.
const SURE: usize = 15;

/// Why an archive cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The system's word.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It does not start as archives do.
    #[error("not an archive")]
    NotArchive,
    /// It starts as an archive, but a header makes no sense.
    #[error("malformed archive: {what} at offset {offset}")]
    Malformed {
        /// What is wrong.
        what: &'static str,
        /// Where the header starts.
        offset: u64,
    },
    /// There is no such member.
    #[error("no member '{0}'")]
    NoMember(BString),
}

/// A result of reading or writing an archive.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// One file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its name; in a thin archive, a path from the archive's folder.
    pub(crate) name: BString,
    /// When it was changed, in seconds since 1970; 0 in archives made to be reproducible.
    pub(crate) time: i64,
    /// Whether the name may have been cut off.
    truncated: bool,
    /// Where its header starts.
    offset: u64,
}

impl Member {
    /// Whether `name` means this member. Folders in `name` do not count.
    pub(crate) fn is(&self, name: &[u8]) -> bool {
        let name = file_name(name);
        let own = file_name(&self.name);
        if self.truncated {
            name[..name.len().min(SURE)] == own[..own.len().min(SURE)]
        } else {
            name == own
        }
    }
}

fn file_name(path: &[u8]) -> &[u8] {
    path.rfind_byte(b'/').map_or(path, |slash| &path[slash + 1..])
}

/// Splits `archive(member)`. A name that has no such form is a file's.
pub(crate) fn split(name: &BStr) -> Option<(&BStr, &BStr)> {
    let open = name.find_byte(b'(').filter(|&at| at > 0)?;
    let member = name[open + 1..].strip_suffix(b")").filter(|member| !member.is_empty())?;
    Some((name[..open].as_bstr(), member.as_bstr()))
}

/// Archives that were read, with what tells whether they changed since.
#[derive(Debug, Default)]
pub(crate) struct Archives {
    read: HashMap<PathBuf, Read>,
}

#[derive(Debug)]
struct Read {
    stamp: Stamp,
    members: Vec<Member>,
}

#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            seconds: metadata.mtime(),
            nanoseconds: metadata.mtime_nsec(),
        }
    }
}

impl Archives {
    /// The members of an archive, in its order, without the tables of symbols and names.
    pub(crate) fn members(&mut self, path: &Path) -> Result<&[Member]> {
        let stamp = Stamp::of(&std::fs::metadata(path)?);
        if self.read.get(path).is_none_or(|read| read.stamp != stamp) {
            self.read.remove(path);
            let file = File::open(path)?;
            // Of the file that is read, lest another came to its place.
            let stamp = Stamp::of(&file.metadata()?);
            let members = scan(&file, stamp.size)?;
            self.read.insert(path.to_owned(), Read { stamp, members });
        }
        Ok(self.read.get(path).map_or(&[], |read| &read.members))
    }

    /// When a member was changed, in seconds since 1970. There is none where the archive or the
    /// member does not exist, nor where the archive does not keep times.
    pub(crate) fn member_time(&mut self, path: &Path, member: &[u8]) -> Result<Option<i64>> {
        let members = match self.members(path) {
            Ok(members) => members,
            Err(Error::Io(error)) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let found = members.iter().find(|candidate| candidate.is(member));
        Ok(found.map(|member| member.time).filter(|&time| time > 0))
    }

    /// Gives a member the time of its archive, which becomes newer by that.
    pub(crate) fn touch(&mut self, path: &Path, member: &[u8]) -> Result<()> {
        let found = self.members(path)?.iter().find(|candidate| candidate.is(member));
        let offset = found.ok_or_else(|| Error::NoMember(member.into()))?.offset;
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let date = format!("{:<12}", file.metadata()?.mtime().max(0));
        let malformed = Error::Malformed { what: "a time that has no room", offset };
        if date.len() != DATE.len() {
            return Err(malformed);
        }
        // The archive may have changed since it was read: never write into anything but a header.
        header(&file, offset)?;
        file.write_all_at(date.as_bytes(), offset + DATE.start as u64)?;
        self.read.remove(path);
        Ok(())
    }
}

/// Reads one header.
fn header(file: &File, offset: u64) -> Result<[u8; HEADER]> {
    let mut header = [0; HEADER];
    match file.read_exact_at(&mut header, offset) {
        Ok(()) if header.ends_with(END) => Ok(header),
        Ok(()) => Err(Error::Malformed { what: "no header", offset }),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Err(Error::Malformed { what: "a header cut off", offset })
        }
        Err(error) => Err(error.into()),
    }
}

/// What the sixteen bytes of a header's name say.
enum Label<'h> {
    /// GNU's table of long names.
    Names,
    /// A table of symbols.
    Symbols,
    /// A name, which may be cut off.
    Short(&'h [u8]),
    /// A place in the table of long names.
    Long(u64),
    /// So many bytes of name after the header.
    After(u64),
}

fn label(field: &[u8]) -> Option<Label<'_>> {
    let field = field.trim_end_with(|byte| byte == ' ');
    Some(match field {
        b"//" | b"ARFILENAMES/" => Label::Names,
        b"/" | b"/SYM64/" => Label::Symbols,
        [b'/' | b' ', place @ ..] => Label::Long(number(place)?),
        [b'#', b'1', b'/', length @ ..] => Label::After(number(length)?),
        name if is_bsd_symbols(name) => Label::Symbols,
        name => Label::Short(name.strip_suffix(b"/").unwrap_or(name)),
    })
}

fn is_bsd_symbols(name: &[u8]) -> bool {
    matches!(name.strip_suffix(b"/").unwrap_or(name), b"__.SYMDEF" | b"__.SYMDEF SORTED")
        || matches!(name, b"__.SYMDEF_64" | b"__.SYMDEF_64 SORTED")
}

/// Reads decimal digits with blanks after them; blanks alone are 0.
fn number(field: &[u8]) -> Option<u64> {
    let digits = field.trim_end_with(|byte| byte == ' ');
    if digits.is_empty() {
        return Some(0);
    }
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits.to_str().ok()?.parse().ok()
}

fn scan(file: &File, length: u64) -> Result<Vec<Member>> {
    let mut magic = [0; MAGIC.len()];
    match file.read_exact_at(&mut magic, 0) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Err(Error::NotArchive),
        other => other?,
    }
    let thin = match &magic {
        MAGIC => false,
        THIN_MAGIC => true,
        _ => return Err(Error::NotArchive),
    };
    let mut members = Vec::new();
    let mut names = Vec::new();
    let mut offset = MAGIC.len() as u64;
    while offset < length {
        let header = header(file, offset)?;
        let malformed = |what| Error::Malformed { what, offset };
        let size = number(&header[SIZE]).ok_or_else(|| malformed("a size that is no number"))?;
        let data = offset + HEADER as u64;
        let label = label(&header[..16]).ok_or_else(|| malformed("a name that is none"))?;
        // A thin archive holds its own tables, but not its members.
        let held = if thin && matches!(label, Label::Short(_) | Label::Long(_)) { 0 } else { size };
        let end = data.checked_add(held).filter(|&end| end <= length);
        let end = end.ok_or_else(|| malformed("a member cut off"))?;
        let (name, truncated) = match label {
            Label::Symbols => (None, false),
            Label::Names => {
                if size > LARGEST_TABLE {
                    return Err(malformed("a table of names too large"));
                }
                names = read(file, data, size)?;
                (None, false)
            }
            Label::Short(name) => (Some(BString::from(name)), true),
            Label::Long(place) => {
                let name = long_name(&names, place);
                (Some(name.ok_or_else(|| malformed("a name outside the table of names"))?), false)
            }
            Label::After(count) if (1..=LONGEST_NAME.min(size)).contains(&count) => {
                let name = read(file, data, count)?;
                // Padded with zeros, so that the contents are aligned.
                let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
                ((!is_bsd_symbols(name)).then(|| name.into()), false)
            }
            Label::After(_) => return Err(malformed("a name of no possible length")),
        };
        if let Some(name) = name {
            let time = number(&header[DATE]).and_then(|time| i64::try_from(time).ok());
            let time = time.ok_or_else(|| malformed("a time that is no number"))?;
            members.push(Member { name, time, truncated, offset });
        }
        offset = end + end % 2;
    }
    Ok(members)
}

fn read(file: &File, offset: u64, size: u64) -> Result<Vec<u8>> {
    let mut bytes = vec![0; size as usize];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}

/// The name that starts at a place of the table, where each ends with a line's end.
fn long_name(names: &[u8], place: u64) -> Option<BString> {
    let rest = names.get(usize::try_from(place).ok()?..)?;
    let name = rest.split(|&byte| byte == b'\n' || byte == 0).next()?;
    let name = name.strip_suffix(b"/").unwrap_or(name);
    (!name.is_empty()).then(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::process::Command;

    fn member(name: &str, date: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes =
            format!("{name:<16}{date:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 644, data.len())
                .into_bytes();
        bytes.extend(data);
        if data.len() % 2 == 1 {
            bytes.push(b'\n');
        }
        bytes
    }

    fn archive(parts: &[Vec<u8>]) -> Vec<u8> {
        [MAGIC.to_vec()].iter().chain(parts).flatten().copied().collect()
    }

    fn members_of(bytes: &[u8]) -> Result<Vec<(String, i64)>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lib.a");
        fs::write(&path, bytes).unwrap();
        let mut archives = Archives::default();
        let members = archives.members(&path)?;
        Ok(members.iter().map(|member| (member.name.to_string(), member.time)).collect())
    }

    #[test]
    fn gnu_names() {
        let bytes = archive(&[
            member("/", "", b"symbols"),
            member("//", "", b"a_name_of_many_letters.o/\nanother_one_of_them.o/\n"),
            member("a.o/", "100", b"odd"),
            member("/26", "200", b"even"),
            member("/0", "300", b""),
        ]);
        let expected = [
            ("a.o".to_string(), 100),
            ("another_one_of_them.o".to_string(), 200),
            ("a_name_of_many_letters.o".to_string(), 300),
        ];
        assert_eq!(members_of(&bytes).unwrap(), expected);
    }

    #[test]
    fn bsd_names() {
        let bytes = archive(&[
            member("#1/20", "1", b"__.SYMDEF SORTED\0\0\0\0symbols"),
            member("#1/20", "2", b"name with blanks.o\0\0data"),
            member("b.o", "3", b"data"),
        ]);
        let expected = [("name with blanks.o".to_string(), 2), ("b.o".to_string(), 3)];
        assert_eq!(members_of(&bytes).unwrap(), expected);
    }

    #[test]
    fn names_that_may_be_cut_off() {
        let member =
            |name: &str, truncated| Member { name: name.into(), time: 1, truncated, offset: 8 };
        assert!(member("a.o", true).is(b"a.o"));
        assert!(member("a.o", true).is(b"dir/a.o"));
        assert!(!member("a.o", true).is(b"a.out"));
        assert!(member("123456789012345", true).is(b"123456789012345.o"));
        assert!(member("1234567890123456", true).is(b"123456789012345.o"));
        assert!(!member("123456789012345", false).is(b"123456789012345.o"));
        assert!(member("sub/a.o", false).is(b"a.o"));
    }

    #[test]
    fn damage_is_an_error() {
        let whole = archive(&[
            member("//", "", b"a_name_of_many_letters.o/\n"),
            member("/0", "1", b"data"),
            member("#1/4", "2", b"name"),
        ]);
        assert!(members_of(&whole).is_ok());
        for length in 0..whole.len() {
            // It never panics; ends of members are ends of smaller archives.
            let read = members_of(&whole[..length]);
            assert_eq!(read.is_ok(), [8, 94, 158].contains(&length), "{length}");
        }
        let not = [&b""[..], b"!<arch>", b"ELF and more", b"!<arch>\nshort"];
        for bytes in not {
            assert!(members_of(bytes).is_err());
        }
        for name in ["/9", "/9999999999999", "/-1", "#1/0", "#1/99", "#1/x"] {
            assert!(members_of(&archive(&[member(name, "1", b"data")])).is_err(), "{name}");
        }
        assert!(members_of(&archive(&[member("a.o/", "1x", b"data")])).is_err());
        let mut huge = archive(&[member("a.o/", "1", b"")]);
        huge[8 + SIZE.start..8 + SIZE.end].copy_from_slice(b"9999999999");
        assert!(members_of(&huge).is_err());
    }

    #[test]
    fn forms_of_names() {
        let split = |name: &'static str| {
            split(name.into()).map(|(archive, member)| (archive.to_string(), member.to_string()))
        };
        assert_eq!(split("lib.a(a.o)"), Some(("lib.a".into(), "a.o".into())));
        assert_eq!(split("lib.a(a(b).o)"), Some(("lib.a".into(), "a(b).o".into())));
        for name in ["(a.o)", "lib.a()", "lib.a(", "foo(bar).baz", "lib.a"] {
            assert_eq!(split(name), None, "{name}");
        }
    }

    /// Runs the system's `ar`, by whose archives the format is meant.
    fn ar(folder: &Path, arguments: &[&str]) {
        let status = Command::new("ar").args(arguments).current_dir(folder).status().unwrap();
        assert!(status.success());
    }

    #[test]
    fn archives_of_ar() {
        for flags in ["rcU", "rcUT"] {
            let folder = tempfile::tempdir().unwrap();
            let long = "a_name_of_more_than_sixteen_letters.o";
            for name in ["a.o", "bb.o", long] {
                fs::write(folder.path().join(name), name).unwrap();
            }
            ar(folder.path(), &[flags, "lib.a", "a.o", "bb.o", long]);
            let path = folder.path().join("lib.a");
            let mut archives = Archives::default();
            let names: Vec<_> =
                archives.members(&path).unwrap().iter().map(|member| member.name.clone()).collect();
            assert_eq!(names, ["a.o", "bb.o", long]);
            let time = fs::metadata(folder.path().join(long)).unwrap().mtime();
            assert_eq!(archives.member_time(&path, long.as_bytes()).unwrap(), Some(time));
            assert_eq!(archives.member_time(&path, b"c.o").unwrap(), None);
        }
    }

    #[test]
    fn touching() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lib.a");
        let mut archives = Archives::default();
        assert_eq!(archives.member_time(&path, b"a.o").unwrap(), None);
        let bytes = archive(&[member("a.o/", "7", b"x"), member("b.o/", "123456789012", b"y")]);
        fs::write(&path, &bytes).unwrap();
        let time = fs::metadata(&path).unwrap().mtime();
        assert_eq!(archives.member_time(&path, b"b.o").unwrap(), Some(123_456_789_012));
        archives.touch(&path, b"b.o").unwrap();
        assert_eq!(archives.member_time(&path, b"b.o").unwrap(), Some(time));
        assert_eq!(archives.member_time(&path, b"a.o").unwrap(), Some(7));
        assert_eq!(fs::read(&path).unwrap().len(), bytes.len());
        assert!(matches!(archives.touch(&path, b"c.o"), Err(Error::NoMember(_))));
        fs::write(&path, "no archive at all").unwrap();
        assert!(matches!(archives.touch(&path, b"a.o"), Err(Error::NotArchive)));
    }

    #[test]
    fn a_changed_archive_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lib.a");
        let mut archives = Archives::default();
        fs::write(&path, archive(&[member("a.o/", "7", b"x")])).unwrap();
        assert_eq!(archives.member_time(&path, b"a.o").unwrap(), Some(7));
        fs::write(&path, archive(&[member("a.o/", "8", b"longer")])).unwrap();
        assert_eq!(archives.member_time(&path, b"a.o").unwrap(), Some(8));
        fs::write(&path, archive(&[member("a.o/", "0", b"")])).unwrap();
        assert_eq!(archives.member_time(&path, b"a.o").unwrap(), None);
    }
}
