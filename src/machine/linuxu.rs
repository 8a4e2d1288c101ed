//! Images that are Linux programs. Knows nothing of virtual machines.

use std::process::Command;

use super::{Machine, MachineError, shell_status, start_error, supervise};
use crate::surroundings::Surroundings;
use crate::toolchain::Architecture;

/// Runs the image as a child with this process's terminal, environment and folder.
pub(super) fn run(machine: &Machine, surroundings: &Surroundings) -> Result<u8, MachineError> {
    if machine.architecture != Architecture::of_host() {
        return Err(MachineError::ForeignImage { architecture: machine.architecture });
    }
    let mut command = Command::new(&machine.image);
    command.args(&machine.arguments).current_dir(&surroundings.folder);
    command.env_clear().envs(&surroundings.environment);
    let ended = supervise(&mut command, machine, &surroundings.folder)
        .map_err(|cause| start_error(&machine.image, cause))?;
    Ok(shell_status(ended.status))
}
