//! Images that are Linux programs, run as such or, for another processor, by an emulator of
//! programs. Knows nothing of virtual machines.

use std::ffi::OsStr;
use std::process::Command;

use rustix::process::{Signal, kill_process};

use super::{
    Ended, Ending, Listener, Machine, MachineError, debugger, shell_status, start_error, supervise,
};
use crate::surroundings::Surroundings;
use crate::toolchain::Architecture;

/// What runs programs of another architecture: names that Debian's packages give the emulator, and
/// the package to name.
fn emulators(architecture: Architecture) -> (&'static [&'static str], &'static str) {
    match architecture {
        Architecture::X86_64 => (&["qemu-x86_64", "qemu-x86_64-static"], "qemu-user"),
        Architecture::Arm64 => (&["qemu-aarch64", "qemu-aarch64-static"], "qemu-user"),
    }
}

/// What starts a program and waits for gdb.
const SERVER: &str = "gdbserver";

/// The command that starts the image: itself, or QEMU's emulation of its processor; with a debugger,
/// the server that lets it in.
fn command(machine: &Machine, surroundings: &Surroundings) -> Result<Command, MachineError> {
    if machine.architecture == Architecture::of_host() {
        let Some(port) = machine.debugger else { return Ok(Command::new(&machine.image)) };
        let Some(server) = surroundings.which(OsStr::new(SERVER)) else {
            return Err(MachineError::NoServer { program: SERVER });
        };
        let mut command = Command::new(server);
        // Images know where they lie; what they say of it should hold in the next run, too.
        command.args(["--once", "--disable-randomization", &debugger::address(port)]);
        command.arg(&machine.image);
        return Ok(command);
    }
    let (programs, package) = emulators(machine.architecture);
    let found = programs.iter().find_map(|program| surroundings.which(OsStr::new(program)));
    let Some(program) = found else {
        let platform = machine.platform;
        return Err(MachineError::NoEmulator { platform, program: programs[0], package });
    };
    let mut command = Command::new(program);
    if let Some(port) = machine.debugger {
        command.args(["-g", &port.to_string()]);
    }
    command.arg(&machine.image);
    Ok(command)
}

/// Runs the image as a child with this process's terminal, environment and folder.
pub(super) fn run(
    machine: &Machine,
    listener: Listener<'_>,
    surroundings: &Surroundings,
) -> Result<Ending, MachineError> {
    let mut command = command(machine, surroundings)?;
    command.args(&machine.arguments).current_dir(&surroundings.folder);
    command.env_clear().envs(&surroundings.environment);
    // A trap that nobody expects ends in a report.
    let ask = |process| {
        let _ = kill_process(process, Signal::TRAP);
        Vec::new()
    };
    let ended = supervise(&mut command, machine, &surroundings.folder, listener, ask)
        .map_err(|cause| start_error(&machine.image, cause))?;
    let Ended { status, signal, is_hung } = ended;
    Ok(Ending { status: shell_status(status), signal, is_hung })
}
