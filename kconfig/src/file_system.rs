//! Files as the language sees them: an argument, like the shell. Knows nothing of their contents.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// How long a file may be: a device without end must not fill the memory.
const LENGTH: u64 = 1 << 28;
/// How many bytes most files have less of.
const ROOM: usize = 64 * 1024;

/// Where files are read from. Two threads may ask at once.
pub trait FileSystem: Send + Sync {
    /// Reads a file into `room`, in place of what is there.
    fn read(&self, path: &Path, room: &mut Vec<u8>) -> io::Result<()>;

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
    fn read(&self, path: &Path, room: &mut Vec<u8>) -> io::Result<()> {
        room.clear();
        room.reserve(ROOM);
        // Unlike `fs::read`, asks for no size first: that is a tenth of a large tree's time.
        fs::File::open(path)?.take(LENGTH + 1).read_to_end(room)?;
        if room.len() as u64 > LENGTH {
            return Err(ErrorKind::FileTooLarge.into());
        }
        Ok(())
    }

    fn is_file(&self, path: &Path) -> io::Result<bool> {
        Ok(fs::metadata(path)?.is_file())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        let entries = fs::read_dir(folder)?.flatten();
        Ok(entries.map(|entry| entry.file_name()).collect())
    }
}
