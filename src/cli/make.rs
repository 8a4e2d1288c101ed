//! `ukbuild make`, and the program under the name `make` or `gmake`. Knows how the program was
//! called, and nothing of make.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

use bstr::{BString, ByteSlice};

use crate::make::Name;
use crate::surroundings::Surroundings;

/// The name the program was called by, when that is one of make's.
pub(super) fn called_as_make(arguments: &[OsString], surroundings: &Surroundings) -> Option<Name> {
    let called = BString::from(arguments.first()?.as_bytes());
    let last = called.rfind_byte(b'/').map_or(0, |slash| slash + 1);
    if !matches!(&called[last..], b"make" | b"gmake") {
        return None;
    }
    // A relative path leads elsewhere once a sub-make is in another folder.
    let command = match last {
        0 => called.clone(),
        _ => bytes(surroundings.folder.join(&arguments[0]).as_os_str()),
    };
    Some(Name { shown: called[last..].into(), called, command })
}

/// What sub-makes are called by when the program goes by its own name: two words.
pub(super) fn own_name(surroundings: &Surroundings) -> Name {
    let program = surroundings.program.as_ref();
    let mut command = program.map_or("ukbuild".into(), |path| bytes(path.as_os_str()));
    command.extend_from_slice(b" make");
    Name { shown: "make".into(), called: "make".into(), command }
}

pub(super) fn main(name: &Name, arguments: &[OsString], surroundings: &Surroundings) -> ExitCode {
    let arguments: Vec<BString> = arguments.iter().map(|word| bytes(word)).collect();
    ExitCode::from(crate::make::main(name, &arguments, surroundings))
}

fn bytes(text: &std::ffi::OsStr) -> BString {
    text.as_bytes().into()
}
