//! The C toolchain: which programs compile and link for an architecture, and which version they
//! are. Knows nothing of options, fragments or the graph.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::surroundings::Surroundings;

/// A processor architecture that images are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Architecture {
    /// 64-bit x86.
    #[value(name = "x86_64")]
    X86_64,
    /// 64-bit Arm.
    #[value(name = "arm64")]
    Arm64,
}

impl Architecture {
    /// The name that fragments and image names use.
    pub fn name(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        }
    }

    /// The architecture by that name.
    pub fn named(name: &str) -> Option<Architecture> {
        [Architecture::X86_64, Architecture::Arm64].into_iter().find(|arch| arch.name() == name)
    }

    /// The one that this program was compiled for.
    pub fn of_host() -> Architecture {
        if cfg!(target_arch = "aarch64") { Architecture::Arm64 } else { Architecture::X86_64 }
    }

    /// What Debian and others put before the names of cross tools.
    fn cross_prefix(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64-linux-gnu-",
            Architecture::Arm64 => "aarch64-linux-gnu-",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A usable toolchain.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// What stands before the names of all its programs; often empty.
    pub prefix: OsString,
    /// The compiler as commands name it, prefix included; more than a word with a wrapper in front
    /// (`ccache gcc`) or options behind.
    pub compiler: OsString,
    /// The file that the first word starts.
    pub compiler_path: PathBuf,
    /// The compiler's version, for example (12, 2).
    pub version: (u32, u32),
    /// What that runs in turn: what a wrapper wraps, the compiler proper, assembler and linker.
    pub programs: Vec<PathBuf>,
}

/// Why there is no usable toolchain.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ToolchainError {
    /// The compiler is not installed.
    #[error("the compiler `{program}` is not there")]
    #[diagnostic(help(
        "{advice}, or name another one: CC=/path/to/gcc, or CROSS_COMPILE=prefix- for a cross toolchain"
    ))]
    NoCompiler {
        /// What was looked for.
        program: String,
        /// How to get it.
        advice: String,
    },
    /// The compiler is there but does not work.
    #[error("`{program} -dumpfullversion` gives no version: {output}")]
    #[diagnostic(help("is it a C compiler? run it by hand, or name another one with CC="))]
    NoVersion {
        /// The compiler.
        program: String,
        /// What it said instead.
        output: String,
    },
}

impl Toolchain {
    /// The toolchain for `architecture`: `CROSS_COMPILE` and `CC` decide where they are set, then
    /// `configured_prefix` (the option `CROSS_COMPILE`), then the host's own gcc or Debian's cross
    /// gcc.
    pub fn find(
        architecture: Architecture,
        configured_prefix: &str,
        surroundings: &Surroundings,
    ) -> Result<Toolchain, ToolchainError> {
        let prefix = prefix(architecture, configured_prefix, surroundings);
        let compiler = Toolchain::compiler_name(architecture, configured_prefix, surroundings);
        let driver = Driver::find(&compiler, surroundings).map_err(|program| {
            let program = program.to_string_lossy().into_owned();
            ToolchainError::NoCompiler { advice: advice(architecture), program }
        })?;
        let version = version_of(&compiler, &driver, surroundings)?;
        let programs = programs_of(&driver, surroundings);
        let compiler_path = driver.path;
        Ok(Toolchain { prefix, compiler, compiler_path, version, programs })
    }

    /// The compiler as commands name it, whether it is there or not.
    pub fn compiler_name(
        architecture: Architecture,
        configured_prefix: &str,
        surroundings: &Surroundings,
    ) -> OsString {
        if let Some(compiler) = surroundings.variable("CC") {
            return compiler.to_owned();
        }
        let mut name = prefix(architecture, configured_prefix, surroundings);
        name.push("gcc");
        name
    }

    /// The first word of the compiler's command.
    pub fn program(&self) -> &[u8] {
        words(&self.compiler).next().unwrap_or_default()
    }

    /// The name of one of the toolchain's other programs, for example `objcopy`.
    pub fn tool(&self, name: &str) -> OsString {
        let mut tool = self.prefix.clone();
        tool.push(name);
        tool
    }
}

fn prefix(
    architecture: Architecture,
    configured_prefix: &str,
    surroundings: &Surroundings,
) -> OsString {
    match surroundings.variable("CROSS_COMPILE") {
        Some(prefix) => prefix.to_owned(),
        None if !configured_prefix.is_empty() => configured_prefix.into(),
        None if architecture != Architecture::of_host() => architecture.cross_prefix().into(),
        None => OsString::new(),
    }
}

/// A compiler's command, ready to run.
struct Driver {
    path: PathBuf,
    arguments: Vec<OsString>,
}

fn words(command: &OsStr) -> impl Iterator<Item = &[u8]> {
    let words = command.as_bytes().split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty())
}

impl Driver {
    /// The program and the arguments that a command consists of; the program's name when it is not
    /// there.
    fn find(command: &OsStr, surroundings: &Surroundings) -> Result<Driver, OsString> {
        let mut words = words(command).map(|word| OsString::from_vec(word.to_vec()));
        let program = words.next().unwrap_or_default();
        match surroundings.which(&program) {
            Some(path) => Ok(Driver { path, arguments: words.collect() }),
            None => Err(program),
        }
    }

    fn command(&self, surroundings: &Surroundings) -> Command {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).env_clear().envs(&surroundings.environment);
        command.stdin(Stdio::null());
        command
    }
}

/// The programs behind a compiler driver. One that it does not tell is not there, or is part of it.
fn programs_of(driver: &Driver, surroundings: &Surroundings) -> Vec<PathBuf> {
    let wrapped = driver.arguments.iter().filter_map(|word| surroundings.which(word));
    let told = ["cc1", "cc1plus", "as", "ld"].map(|program| {
        let mut command = driver.command(surroundings);
        command.arg(format!("-print-prog-name={program}"));
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()
    });
    let paths = told.into_iter().filter_map(|child| {
        let output = child.and_then(|child| child.wait_with_output()).ok()?;
        let path = OsString::from_vec(output.stdout.trim_ascii_end().to_vec());
        surroundings.which(&path)
    });
    wrapped.chain(paths).collect()
}

fn advice(architecture: Architecture) -> String {
    let package = match architecture {
        same if same == Architecture::of_host() => "gcc binutils",
        Architecture::X86_64 => "gcc-x86-64-linux-gnu",
        Architecture::Arm64 => "gcc-aarch64-linux-gnu",
    };
    format!("install it (Debian: apt install {package})")
}

fn version_of(
    name: &OsStr,
    driver: &Driver,
    surroundings: &Surroundings,
) -> Result<(u32, u32), ToolchainError> {
    let mut command = driver.command(surroundings);
    let run = command.args(["-dumpfullversion", "-dumpversion"]).env("LC_ALL", "C").output();
    let no_version = |output: String| ToolchainError::NoVersion {
        program: name.to_string_lossy().into_owned(),
        output,
    };
    let output = run.map_err(|error| no_version(error.to_string()))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    parse_version(&text).ok_or_else(|| {
        no_version(format!("{text}{}", String::from_utf8_lossy(&output.stderr)).trim().to_owned())
    })
}

/// `12.2.0` as (12, 2); a lone `12` as (12, 0).
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    Some((major, minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert_eq!(parse_version("12.2.0"), Some((12, 2)));
        assert_eq!(parse_version("12"), Some((12, 0)));
        assert_eq!(parse_version("gcc: error"), None);
    }

    #[test]
    fn a_missing_compiler_says_what_to_install() {
        let surroundings = Surroundings::default();
        let error = Toolchain::find(Architecture::of_host(), "", &surroundings).unwrap_err();
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert!(help.contains("apt install gcc"), "{help}");
    }
}
