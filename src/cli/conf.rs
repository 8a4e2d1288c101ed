//! placeholder until the branch lands
pub(super) fn main(_: &[std::ffi::OsString]) -> std::process::ExitCode { std::process::ExitCode::from(2) }
