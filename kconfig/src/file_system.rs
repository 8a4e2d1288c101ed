//! Files as the language sees them: an argument, like the shell. Knows nothing of their contents.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// How long a file may be: a device without end must not fill the memory.
const LENGTH: usize = 1 << 28;
/// How many bytes most files have less of.
const ROOM: usize = 64 * 1024;

/// Where files are read from. Two threads may ask at once.
pub trait FileSystem: Send + Sync {
    /// Reads a file into the beginning of `room`, which becomes longer when it must, and gives the
    /// length of the file.
    fn read(&self, path: &Path, room: &mut Vec<u8>) -> io::Result<usize>;

    /// Whether what is there is a plain file. The error tells why nothing can be found.
    fn is_file(&self, path: &Path) -> io::Result<bool>;

    /// The names in a folder, in any order, without `.` and `..`.
    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>>;
}

impl fmt::Debug for dyn FileSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileSystem")
    }
}

/// The system's own files.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemFiles;

impl FileSystem for SystemFiles {
    fn read(&self, path: &Path, room: &mut Vec<u8>) -> io::Result<usize> {
        // Unlike `fs::read`, asks for no size first: that is a tenth of a large tree's time.
        let mut file = fs::File::open(path)?;
        let mut length = 0;
        loop {
            if length == room.len() {
                if length >= LENGTH {
                    return Err(ErrorKind::FileTooLarge.into());
                }
                room.resize((length * 2).max(ROOM), 0);
            }
            match file.read(&mut room[length..]) {
                Ok(0) => return Ok(length),
                Ok(more) => length += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn is_file(&self, path: &Path) -> io::Result<bool> {
        Ok(fs::metadata(path)?.is_file())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let entries = fs::read_dir(folder)?.flatten();
        Ok(entries.map(|entry| entry.file_name()).collect())
    }
}
