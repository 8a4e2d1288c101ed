//! Machines that wait for a debugger: the port, and a script for gdb that finds the image's sources
//! and loads what the core knows of its own structures. Does not know how a machine is started.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::{Machine, MachineError};
use crate::toolchain::Architecture;

/// Commands for gdb about the core's structures, in the core.
const COMMANDS: &str = "support/gdb/unikraft.py";

/// Where a machine listens.
pub(super) fn address(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// Writes the script for gdb beside the image, and says how to start gdb with it.
pub(super) fn announce(machine: &Machine, port: u16, folder: &Path) -> Result<(), MachineError> {
    let [script, debug] = ["gdb", "dbg"].map(|ending| beside(&machine.image, ending));
    let write = std::fs::write(&script, text(machine, port));
    write.map_err(|cause| MachineError::Script { script: script.clone(), cause })?;
    let gdb = match machine.architecture == Architecture::of_host() {
        true => "gdb",
        false => "gdb-multiarch",
    };
    let short = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_owned();
    // Nobody can be told when nobody listens.
    let _ = writeln!(
        std::io::stderr(),
        "waiting for gdb on {}: {gdb} -x {} {}",
        address(port),
        short(&script).display(),
        short(&debug).display()
    );
    Ok(())
}

fn beside(image: &Path, ending: &str) -> PathBuf {
    let mut path: OsString = image.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

fn text(machine: &Machine, port: u16) -> String {
    let mut text = String::from("set confirm off\n");
    for (name, folder) in &machine.sources {
        let _ = writeln!(text, "set substitute-path {name} {}", quoted(folder));
    }
    let commands = machine.sources.iter().map(|(_, folder)| folder.join(COMMANDS));
    if let Some(commands) = commands.into_iter().find(|path| path.is_file()) {
        let _ = writeln!(text, "source {}", commands.display());
    }
    let _ = writeln!(text, "target remote {}", address(port));
    text
}

/// A path as one word for gdb.
fn quoted(path: &Path) -> String {
    let mut word = String::from("\"");
    for character in String::from_utf8_lossy(path.as_os_str().as_bytes()).chars() {
        if matches!(character, '"' | '\\') {
            word.push('\\');
        }
        word.push(character);
    }
    word + "\""
}
