//! Images that boot in QEMU. Knows the contract between the kvm platform and its host: how the
//! command line goes in and how the exit status comes out (`unikraft/include/uk/plat/bootstrap.h`).

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::process::Command;

use object::{Object, ObjectSegment};

use super::monitor::Monitor;
use super::{
    Ending, Listener, Machine, MachineError, debugger, shell_status, start_error, supervise,
};
use crate::surroundings::Surroundings;
use crate::toolchain::Architecture;

/// The emulator for one architecture and what has to be said to it.
struct Emulator {
    program: &'static str,
    package: &'static str,
    machine: &'static str,
    /// What makes the exit status go to the character device `exit`.
    status: &'static [&'static str],
    /// The most bytes of a command line that arrive.
    longest_command_line: usize,
    /// Where memory begins.
    memory: u64,
}

/// The status is written to a port, then the power goes off. Of command lines, images read 128 KiB
/// (`unikraft/plat/kvm/include/kvm/boot.h`), the name of the file before the arguments included.
const X86_64: Emulator = Emulator {
    program: "qemu-system-x86_64",
    package: "qemu-system-x86",
    machine: "q35",
    status: &[
        "-device",
        "isa-debugcon,iobase=0x504,chardev=exit",
        "-device",
        "isa-debug-exit,iobase=0x501,iosize=1",
    ],
    longest_command_line: 124 << 10,
    memory: 0,
};

/// The status is a character on the semihosting console, then the power goes off. The longest
/// command line is what Linux hands to QEMU as one argument.
const ARM64: Emulator = Emulator {
    program: "qemu-system-aarch64",
    package: "qemu-system-arm",
    machine: "virt",
    status: &["-semihosting-config", "enable=on,target=native,chardev=exit"],
    longest_command_line: 128 * 1024 - 1,
    memory: 0x4000_0000,
};

/// Runs the image in QEMU, its serial port on this terminal. The exit status comes through a device
/// whose bytes QEMU puts into a file; a machine that stops without writing there did not end by
/// itself.
pub(super) fn run(
    machine: &Machine,
    listener: Listener<'_>,
    surroundings: &Surroundings,
) -> Result<Ending, MachineError> {
    let emulator = match machine.architecture {
        Architecture::X86_64 => X86_64,
        Architecture::Arm64 => ARM64,
    };
    let Some(program) = surroundings.which(OsStr::new(emulator.program)) else {
        return Err(MachineError::NoEmulator {
            platform: machine.platform,
            program: emulator.program,
            package: emulator.package,
        });
    };
    let image = machine.image.file_name().unwrap_or_default().to_string_lossy();
    let own = |what: &str| machine.scratch.join(format!("{what}.{image}.{}", std::process::id()));
    let status_file = own("exit-status");
    let (length, limit) = (command_line(&machine.arguments).len(), emulator.longest_command_line);
    if length > limit {
        return Err(MachineError::LongCommandLine { length, limit });
    }
    let needed = image_end(&machine.image).saturating_sub(emulator.memory).div_ceil(MEBIBYTE);
    if u64::from(machine.memory) < needed {
        return Err(MachineError::TooLittleMemory { needed, given: machine.memory });
    }
    let mut command = Command::new(&program);
    command
        .args(["-machine", emulator.machine, "-cpu", "max", "-accel"])
        .arg(machine.accelerator.name())
        .args(arguments(machine, &emulator, &status_file))
        .current_dir(&surroundings.folder)
        .env_clear()
        .envs(&surroundings.environment);
    // Of a machine that nobody waits for, nobody asks anything.
    let monitor = listener.patience.map(|_| Monitor::new(own("memory"))).transpose();
    let monitor = monitor.map_err(|cause| start_error(&program, cause))?;
    command.args(monitor.iter().flat_map(Monitor::arguments));
    let ask = |_| monitor.as_ref().map_or_else(Vec::new, Monitor::report);
    let run = supervise(&mut command, machine, &surroundings.folder, listener, ask);
    let told = std::fs::read(&status_file).unwrap_or_default();
    // The file is one run's own; that it stays when it cannot be removed harms nobody.
    let _ = std::fs::remove_file(&status_file);
    let ended = run.map_err(|cause| start_error(&program, cause))?;
    let status = match (told.last(), ended.signal) {
        (Some(&told), _) => told,
        (None, Some(signal)) => 128u8.saturating_add(signal as u8),
        (None, None) if ended.is_hung => shell_status(ended.status),
        (None, None) => {
            return Err(MachineError::Vanished { program: emulator.program, status: ended.status });
        }
    };
    Ok(Ending { status, is_hung: ended.is_hung, signal: ended.signal })
}

const MEBIBYTE: u64 = 1024 * 1024;

/// Where the image ends in memory. QEMU loads what does not fit into nowhere, and starts it. What
/// cannot be read is QEMU's to complain about.
fn image_end(image: &Path) -> u64 {
    let Ok(content) = std::fs::read(image) else { return 0 };
    let Ok(file) = object::File::parse(content.as_slice()) else { return 0 };
    let ends = file.segments().map(|segment| segment.address().saturating_add(segment.size()));
    ends.max().unwrap_or(0)
}

fn arguments(machine: &Machine, emulator: &Emulator, status_file: &Path) -> Vec<OsString> {
    let mut status_device = OsString::from("file,id=exit,path=");
    status_device.push(doubled_commas(status_file.as_os_str()));
    let mut arguments: Vec<OsString> = ["-nodefaults", "-no-user-config", "-display", "none"]
        .into_iter()
        .chain(["-no-reboot", "-serial", "stdio", "-m"])
        .map(OsString::from)
        .collect();
    arguments.push(format!("{}M", machine.memory).into());
    arguments.extend(["-chardev".into(), status_device]);
    arguments.extend(emulator.status.iter().map(OsString::from));
    if let Some(port) = machine.debugger {
        arguments.extend(["-S".into(), "-gdb".into()]);
        arguments.push(format!("tcp:{}", debugger::address(port)).into());
    }
    // QEMU puts this name before the arguments, and the image takes the first word off again: no
    // path that is built in has spaces.
    arguments.extend(["-kernel".into(), machine.image.clone().into_os_string()]);
    if !machine.arguments.is_empty() {
        arguments.extend(["-append".into(), command_line(&machine.arguments)]);
    }
    arguments
}

/// Inside one of QEMU's option values a comma is written twice.
fn doubled_commas(value: &OsStr) -> OsString {
    let mut doubled = Vec::with_capacity(value.len());
    for &byte in value.as_bytes() {
        doubled.push(byte);
        if byte == b',' {
            doubled.push(b',');
        }
    }
    OsString::from_vec(doubled)
}

/// The arguments as the one line that the core splits again (`uk/argparse.h`): quoted where they
/// hold what would split or vanish.
fn command_line(arguments: &[OsString]) -> OsString {
    let mut line = Vec::new();
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            line.push(b' ');
        }
        let bytes = argument.as_bytes();
        let plain = |byte: &u8| !byte.is_ascii_whitespace() && !b"\"'\\".contains(byte);
        if !bytes.is_empty() && bytes.iter().all(plain) {
            line.extend_from_slice(bytes);
            continue;
        }
        line.push(b'"');
        for &byte in bytes {
            if byte == b'"' || byte == b'\\' {
                line.push(b'\\');
            }
            line.push(byte);
        }
        line.push(b'"');
    }
    OsString::from_vec(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_where_needed() {
        let line = |arguments: &[&str]| {
            command_line(&arguments.iter().map(OsString::from).collect::<Vec<_>>())
        };
        assert_eq!(line(&["a", "b"]), "a b");
        assert_eq!(line(&["a b", "", "c\"d"]), r#""a b" "" "c\"d""#);
    }

    #[test]
    fn commas_in_paths_do_not_end_the_option() {
        assert_eq!(doubled_commas(OsStr::new("/a,b")), "/a,,b");
    }
}
