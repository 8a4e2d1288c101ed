//! The system's GNU make (4.3), and what is known to read differently in 4.4.1.

use std::path::Path;
use std::process::Command;

use bstr::{BString, ByteSlice};

use super::run::Outcome;

const MAKE: &str = "/usr/bin/make";

/// The environment that both sides get.
pub(crate) fn environment() -> Vec<(BString, BString)> {
    [("PATH", "/usr/bin:/bin"), ("HOME", "/nowhere"), ("FROM_ENV", "env $(A)")]
        .map(|(name, value)| (name.into(), value.into()))
        .into()
}

/// Runs GNU make over a makefile in a folder.
pub(crate) fn peer(folder: &Path, makefile: &str) -> Outcome {
    assert!(Path::new(MAKE).exists(), "GNU make is missing at {MAKE}: run scripts/setup");
    let mut command = Command::new(MAKE);
    command.args(["-n", "-r", "-R", "--no-print-directory", "-f", makefile]);
    command.current_dir(folder).env_clear();
    for (name, value) in environment() {
        command.env(name.to_os_str_lossy(), value.to_os_str_lossy());
    }
    let output = command.output().expect("GNU make runs");
    Outcome {
        stdout: lines(&output.stdout),
        stderr: lines(&output.stderr),
        status: output.status.code().unwrap_or(-1),
    }
}

/// Output without what only a real run says.
fn lines(output: &[u8]) -> BString {
    let mut out = BString::default();
    for line in output.lines_with_terminator() {
        let idle = line.starts_with(b"make: Nothing to be done for")
            || (line.starts_with(b"make: '") && line.trim_end().ends_with(b"is up to date."));
        // A makefile that is missing is told of before it is looked for among the rules.
        let missing = line.trim_end().ends_with(b": No such file or directory")
            && !line.contains_str("***")
            && !line.starts_with(b"make: ");
        if idle || missing {
            continue;
        }
        let line =
            line.strip_prefix(b"make: ").filter(|rest| rest.starts_with(b"*** ")).unwrap_or(line);
        out.extend_from_slice(line);
    }
    out
}
