//! What a script looked at, told by its system calls. Knows which calls look at files and which
//! programs answer from files, arguments and environment alone; starts and stops nothing.
//!
//! A script that does anything else (writes a file, talks to somebody, runs a program that is not
//! known here, which might ask the clock) has to be run again each time: nothing is told of it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice};
use libc::c_long;

use super::fact::Fact;
use super::ptrace::{self, Call, Stops};
use super::witness::There;
use crate::engine::stamp::{self, Nanos};

/// Programs that answer from their arguments, their environment, and files that they open. Shells
/// and git ask the clock, too, but nothing that they are known to be used for here depends on it.
const PROGRAMS: [&[u8]; 36] = [
    b"[",
    b"basename",
    b"bash",
    b"cat",
    b"cmp",
    b"cut",
    b"dash",
    b"dirname",
    b"echo",
    b"egrep",
    b"env",
    b"expr",
    b"false",
    b"fgrep",
    b"find",
    b"git",
    b"grep",
    b"head",
    b"ls",
    b"mkdir",
    b"printf",
    b"pwd",
    b"readlink",
    b"realpath",
    b"rev",
    b"sed",
    b"seq",
    b"sh",
    b"sort",
    b"tail",
    b"test",
    b"tr",
    b"true",
    b"uniq",
    b"wc",
    b"xargs",
];

/// Programs of a toolchain, which may have a prefix and a version around the name.
const TOOLS: [&[u8]; 12] = [
    b"ar", b"as", b"c++", b"cc", b"clang", b"cpp", b"g++", b"gcc", b"ld", b"nm", b"objcopy",
    b"readelf",
];

/// Words of shells' and programs' languages for what is another thing each time.
const FICKLE: [&[u8]; 22] = [
    b"$$",
    b"RANDOM",
    b"SECONDS",
    b"EPOCH",
    b"PPID",
    b"BASHPID",
    b"%(",
    b"-amin",
    b"-cmin",
    b"-mmin",
    b"-atime",
    b"-ctime",
    b"-mtime",
    b"-newermt",
    b"-used",
    b"ls -",
    b"%ar",
    b"%cr",
    b"--since",
    b"--until",
    b"relative",
    b"git log",
];

/// What is seen of a script.
pub(super) struct Sight {
    /// When it was started.
    started: Nanos,
    looked: BTreeSet<PathBuf>,
    listed: BTreeSet<PathBuf>,
    resolved: BTreeSet<PathBuf>,
    /// Files that were opened and are no scripts.
    plain: BTreeSet<PathBuf>,
    known: bool,
}

/// What a system call does.
#[derive(Clone, Copy)]
enum Deed {
    /// Looks at what is there.
    Look,
    /// Asks where a link leads.
    Resolve,
    /// Starts a program.
    Run,
    /// Opens a file, with flags in this argument.
    Open(usize),
    /// Makes a folder: nothing where there is one.
    Make,
    /// Deletes something: nothing where nothing is.
    Delete,
    /// Lists an open folder.
    List,
    /// Talks to somebody: nobody where there is no such socket.
    Connect,
    /// Changes something.
    Act,
}

/// The calls that matter, with the argument that has the path, if any. Before that one is the
/// folder to start from, unless it is the first.
const CALLS: &[(c_long, usize, Deed)] = &[
    (libc::SYS_openat, 1, Deed::Open(2)),
    (libc::SYS_openat2, 1, Deed::Act),
    (libc::SYS_newfstatat, 1, Deed::Look),
    (libc::SYS_statx, 1, Deed::Look),
    (libc::SYS_faccessat, 1, Deed::Look),
    (libc::SYS_faccessat2, 1, Deed::Look),
    (libc::SYS_statfs, 0, Deed::Look),
    (libc::SYS_chdir, 0, Deed::Look),
    (libc::SYS_readlinkat, 1, Deed::Resolve),
    (libc::SYS_execve, 0, Deed::Run),
    (libc::SYS_execveat, 1, Deed::Act),
    (libc::SYS_mkdirat, 1, Deed::Make),
    (libc::SYS_unlinkat, 1, Deed::Delete),
    (libc::SYS_getdents64, 0, Deed::List),
    (libc::SYS_renameat, 1, Deed::Act),
    (libc::SYS_renameat2, 1, Deed::Act),
    (libc::SYS_linkat, 1, Deed::Act),
    (libc::SYS_symlinkat, 2, Deed::Act),
    (libc::SYS_fchmodat, 1, Deed::Act),
    (libc::SYS_fchownat, 1, Deed::Act),
    (libc::SYS_utimensat, 1, Deed::Act),
    (libc::SYS_mknodat, 1, Deed::Act),
    (libc::SYS_truncate, 0, Deed::Act),
    (libc::SYS_connect, 1, Deed::Connect),
];

/// Calls that newer machines do without.
#[cfg(target_arch = "x86_64")]
const OLDER: &[(c_long, usize, Deed)] = &[
    (libc::SYS_open, 0, Deed::Open(1)),
    (libc::SYS_stat, 0, Deed::Look),
    (libc::SYS_lstat, 0, Deed::Look),
    (libc::SYS_access, 0, Deed::Look),
    (libc::SYS_readlink, 0, Deed::Resolve),
    (libc::SYS_mkdir, 0, Deed::Make),
    (libc::SYS_unlink, 0, Deed::Delete),
    (libc::SYS_rmdir, 0, Deed::Delete),
    (libc::SYS_creat, 0, Deed::Act),
    (libc::SYS_getdents, 0, Deed::List),
    (libc::SYS_rename, 0, Deed::Act),
    (libc::SYS_link, 0, Deed::Act),
    (libc::SYS_symlink, 0, Deed::Act),
    (libc::SYS_chmod, 0, Deed::Act),
    (libc::SYS_chown, 0, Deed::Act),
    (libc::SYS_lchown, 0, Deed::Act),
    (libc::SYS_utime, 0, Deed::Act),
    (libc::SYS_utimes, 0, Deed::Act),
    (libc::SYS_mknod, 0, Deed::Act),
];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[(c_long, usize, Deed)] = &[];

/// The calls that a script has to be stopped at. One asks of open files, too, by an empty name and a
/// flag that allows for it: no known program gives a name with that.
pub(super) fn stops() -> Stops {
    Stops {
        calls: CALLS.iter().chain(OLDER).map(|&(number, ..)| number).collect(),
        but: (libc::SYS_newfstatat, 3, libc::AT_EMPTY_PATH),
    }
}

impl Sight {
    /// Nothing seen yet, of a script with these words.
    pub(super) fn new(words: &[BString]) -> Sight {
        let known = !is_fickle(&bstr::join(" ", words));
        Sight {
            started: stamp::tick(),
            looked: BTreeSet::new(),
            listed: BTreeSet::new(),
            resolved: BTreeSet::new(),
            plain: BTreeSet::new(),
            known,
        }
    }

    /// Whether it is known so far what the script depends on.
    pub(super) fn is_known(&self) -> bool {
        self.known
    }

    /// All that the script looked at, now that it has ended; none when it did anything else, or
    /// when a file is so new that a change might not show.
    pub(super) fn facts(&self) -> Option<Vec<Fact>> {
        if !self.known {
            return None;
        }
        let looked = self.looked.iter().map(|path| Fact::looks(path));
        let listed = self.listed.iter().map(|path| Fact::listing(path).0);
        let resolved = self.resolved.iter().map(|path| Fact::real(path));
        let facts: Vec<Fact> = looked.chain(listed).chain(resolved).collect();
        let old = |fact: &Fact| match fact {
            Fact::Looks { stamp: Some(stamp), .. } => stamp.older_than(self.started),
            _ => true,
        };
        facts.iter().all(old).then_some(facts)
    }

    /// Takes note of a path that was looked at.
    pub(super) fn look(&mut self, path: PathBuf) {
        self.looked.insert(path);
    }

    /// Takes note of a call; whether it is still known what the script depends on.
    pub(super) fn see(&mut self, call: &Call) -> bool {
        self.known = self.known && self.take(call).is_some();
        self.known
    }

    /// Whether a file is a script. Programs open the same few libraries over and over.
    fn is_script(&mut self, path: &Path) -> bool {
        if self.plain.contains(path) {
            return false;
        }
        let is_script = is_shell_script(path);
        if !is_script {
            self.plain.insert(path.to_owned());
        }
        is_script
    }

    /// Takes note of a call; none when it makes the script one that has to be run.
    fn take(&mut self, call: &Call) -> Option<()> {
        let mut all = CALLS.iter().chain(OLDER);
        let &(_, place, deed) = all.find(|(number, ..)| *number == call.number)?;
        match deed {
            Deed::List => {
                let folder = of_descriptor(call.process, call.arguments[0])?;
                if folder != of_process(call.process, "fd") {
                    self.listed.insert(folder);
                }
                return Some(());
            }
            Deed::Connect => {
                // Libraries ask for a service of names, which few machines have.
                let socket = socket(call)?;
                self.looked.insert(socket.clone());
                return (There::at(&socket) == There::Nothing).then_some(());
            }
            Deed::Act => return None,
            _ => {}
        }
        // An empty name or none is the open file itself, which was seen when it was opened.
        let Some(path) = path(call, place)? else { return Some(()) };
        if let Ok(device) = path.strip_prefix("/dev") {
            let harmless = ["null", "tty", "zero", "stdin", "stdout", "stderr", "fd"];
            return harmless.iter().any(|name| device.starts_with(name)).then_some(());
        }
        // What the kernel tells has no times to recognise it by.
        if path.starts_with("/sys") || path.starts_with("/proc") {
            // Of this the libraries of programs ask and do not tell.
            let harmless =
                ["/proc/filesystems", "/proc/self/fd", "/proc/self/maps", "/sys/fs/selinux"];
            return harmless.iter().any(|known| path == Path::new(known)).then_some(());
        }
        match deed {
            Deed::Make if There::at(&path) == There::Nothing => return None,
            Deed::Delete if There::at(&path) != There::Nothing => return None,
            Deed::Open(flags) if writes(call.arguments[flags]) => return None,
            // A shell may be told to read a script; to others it is text.
            Deed::Open(_)
                if self.is_script(&path) && is_shell(call.process) && !is_known_program(&path) =>
            {
                return None;
            }
            Deed::Run if !is_known_program(&path) => return None,
            Deed::Resolve => {
                self.resolved.insert(path.clone());
            }
            _ => {}
        }
        self.looked.insert(path);
        Some(())
    }
}

fn is_fickle(text: &[u8]) -> bool {
    FICKLE.iter().any(|word| text.contains_str(word))
}

fn writes(flags: u64) -> bool {
    let writing = libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC;
    flags & writing as u64 != 0
}

/// The absolute path that an argument names; none within when it names an open file. None when it
/// cannot be told.
fn path(call: &Call, at: usize) -> Option<Option<PathBuf>> {
    let address = call.arguments[at];
    if address == 0 {
        return Some(None);
    }
    let name = text(call.process, address)?;
    if name.is_empty() {
        return Some(None);
    }
    let name = PathBuf::from(OsString::from_vec(name));
    if name.is_absolute() {
        return Some(Some(name));
    }
    let folder = match at.checked_sub(1).map(|before| call.arguments[before] as i32) {
        Some(descriptor) if descriptor != libc::AT_FDCWD => {
            of_descriptor(call.process, descriptor as u64)?
        }
        _ => of_process(call.process, "cwd").read_link().ok()?,
    };
    Some(Some(folder.join(name)))
}

/// The path of the socket that a call connects to; none for other kinds of sockets.
fn socket(call: &Call) -> Option<PathBuf> {
    let address = call.arguments[1];
    let mut family = [0; 2];
    ptrace::read(call.process, address, &mut family).filter(|&count| count == family.len())?;
    let path = PathBuf::from(OsString::from_vec(text(call.process, address + 2)?));
    let is_local = i32::from(u16::from_ne_bytes(family)) == libc::AF_UNIX;
    (is_local && path.is_absolute()).then_some(path)
}

/// The path of an open file.
fn of_descriptor(process: i32, descriptor: u64) -> Option<PathBuf> {
    of_process(process, "fd").join(descriptor.to_string()).read_link().ok()
}

/// Where the kernel tells of a process.
fn of_process(process: i32, what: &str) -> PathBuf {
    Path::new("/proc").join(process.to_string()).join(what)
}

/// The text at an address, up to its NUL.
fn text(process: i32, address: u64) -> Option<Vec<u8>> {
    const PAGE: u64 = 4096;
    let mut room = [0; PAGE as usize];
    let mut text = Vec::new();
    let mut at = address;
    while text.len() <= libc::PATH_MAX as usize {
        // The page behind may not be there.
        let room = &mut room[..(PAGE - at % PAGE) as usize];
        let count = ptrace::read(process, at, room).filter(|&count| count > 0)?;
        if let Some(end) = room[..count].find_byte(0) {
            text.extend_from_slice(&room[..end]);
            return Some(text);
        }
        text.extend_from_slice(&room[..count]);
        at += count as u64;
    }
    None
}

/// Whether a process runs scripts itself; one that cannot be told may.
fn is_shell(process: i32) -> bool {
    let program = of_process(process, "exe").read_link().ok();
    let name = program.as_deref().and_then(Path::file_name);
    name.is_none_or(|name| ["sh", "dash", "bash"].iter().any(|shell| name == *shell))
}

fn is_shell_script(path: &Path) -> bool {
    let mut head = [0; 2];
    let read = There::at(path) == There::File
        && File::open(path).is_ok_and(|mut file| file.read_exact(&mut head).is_ok());
    read && head == *b"#!"
}

/// Whether a program's answer is known to depend on nothing but what can be seen. One that is not
/// there does not run.
pub(super) fn is_known_program(path: &Path) -> bool {
    let Ok(mut file) = File::open(path) else { return There::at(path) == There::Nothing };
    let mut head = [0; 2];
    let name = path.file_name().unwrap_or_default().as_bytes();
    match file.read_exact(&mut head) {
        Ok(()) if head == *b"#!" => {
            let mut script = Vec::new();
            file.take(1 << 20).read_to_end(&mut script).is_ok() && is_known_script(&script)
        }
        _ => is_known_name(name),
    }
}

/// Whether the interpreter of a script is known, and the script says nothing that is another thing
/// each time. What `env` starts is seen when it is started.
fn is_known_script(script: &[u8]) -> bool {
    let line = script.lines().next().unwrap_or_default();
    let interpreter = line.fields().next().unwrap_or_default();
    let name = Path::new(OsStr::from_bytes(interpreter)).file_name().unwrap_or_default();
    is_known_name(name.as_bytes()) && !is_fickle(script)
}

fn is_known_name(name: &[u8]) -> bool {
    let digits = |byte: char| byte.is_ascii_digit() || byte == '.';
    let base = match name.rsplit_once_str("-") {
        Some((base, version)) if version.to_str().is_ok_and(|text| text.chars().all(digits)) => {
            base
        }
        _ => name,
    };
    let tool = base.rsplit_str("-").next().unwrap_or_default();
    PROGRAMS.contains(&name) || TOOLS.contains(&tool)
}
