//! The C toolchain: which programs compile and link for an architecture, and which version they
//! are. Knows nothing of options, fragments or the graph.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::sync::Arc;

use bstr::BString;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::snapshot::{Script, Witness};
use crate::surroundings::Surroundings;

/// A processor architecture that images are made for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    clap::ValueEnum,
    Serialize,
    Deserialize,
)]
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
    /// The toolchain that a compiler belongs to, by what it answers.
    pub(crate) fn of(
        driver: Driver,
        answers: &Answers,
        surroundings: &Surroundings,
    ) -> Result<Toolchain, ToolchainError> {
        let no_version = || {
            let program = driver.name.to_string_lossy().into_owned();
            let output = String::from_utf8_lossy(&answers.version).trim().to_owned();
            ToolchainError::NoVersion { program, output }
        };
        let version = parse_version(&String::from_utf8_lossy(&answers.version));
        let version = version.ok_or_else(no_version)?;
        let wrapped = driver.arguments.iter().map(OsString::as_os_str);
        let told = answers.programs.iter().map(|program| OsStr::from_bytes(program));
        let programs = wrapped.chain(told).filter_map(|program| surroundings.which(program));
        Ok(Toolchain {
            version,
            programs: programs.collect(),
            prefix: driver.prefix,
            compiler: driver.name,
            compiler_path: driver.path,
        })
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

/// A compiler's command, ready to be asked.
#[derive(Debug)]
pub(crate) struct Driver {
    prefix: OsString,
    name: OsString,
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(BString, BString)>,
}

/// What a compiler says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answers {
    /// What it says when it is asked for its version.
    version: Vec<u8>,
    /// The programs that it runs in turn, as it names them.
    programs: Vec<BString>,
}

fn words(command: &OsStr) -> impl Iterator<Item = &[u8]> {
    let words = command.as_bytes().split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty())
}

impl Driver {
    /// The compiler for `architecture`: `CROSS_COMPILE` and `CC` decide where they are set, then
    /// `configured_prefix` (the option `CROSS_COMPILE`), then the host's own gcc or Debian's cross
    /// gcc.
    pub(crate) fn find(
        architecture: Architecture,
        configured_prefix: &str,
        surroundings: &Surroundings,
    ) -> Result<Driver, ToolchainError> {
        let name = Toolchain::compiler_name(architecture, configured_prefix, surroundings);
        let mut words = words(&name).map(|word| OsString::from_vec(word.to_vec()));
        let program = words.next().unwrap_or_default();
        let arguments = words.collect();
        let Some(path) = surroundings.which(&program) else {
            let program = program.to_string_lossy().into_owned();
            return Err(ToolchainError::NoCompiler { advice: advice(architecture), program });
        };
        Ok(Driver {
            prefix: prefix(architecture, configured_prefix, surroundings),
            name,
            path: surroundings.resolve(&path),
            arguments,
            environment: surroundings.variables(),
        })
    }

    /// Asks for the version and for the programs behind the driver. One that it does not tell is
    /// not there, or is part of it.
    pub(crate) fn ask(&self, witness: &Witness) -> Answers {
        let mut questions = vec![vec!["-dumpfullversion".to_owned(), "-dumpversion".to_owned()]];
        let programs = ["cc1", "cc1plus", "as", "ld"];
        questions.extend(programs.map(|program| vec![format!("-print-prog-name={program}")]));
        let ask = |question: Vec<String>| witness.run(self.script(question)).ok();
        let mut said = questions.into_par_iter().map(ask).collect::<Vec<_>>().into_iter();
        let version = said.next().flatten().map(|said| match said.output.is_empty() {
            true => said.errors,
            false => said.output,
        });
        let programs = said.flatten().map(|said| said.output.trim_ascii_end().into());
        Answers { version: version.unwrap_or_default(), programs: programs.collect() }
    }

    fn script(&self, question: Vec<String>) -> Script {
        let mut argv = vec![self.path.as_os_str().as_bytes().into()];
        argv.extend(self.arguments.iter().map(|word| BString::from(word.as_bytes())));
        argv.extend(question.into_iter().map(BString::from));
        let mut environment = self.environment.clone();
        environment.push(("LC_ALL".into(), "C".into()));
        Script { argv, environment: Arc::new(environment), folder: "/".into() }
    }
}

fn advice(architecture: Architecture) -> String {
    let package = match architecture {
        same if same == Architecture::of_host() => "gcc binutils",
        Architecture::X86_64 => "gcc-x86-64-linux-gnu",
        Architecture::Arm64 => "gcc-aarch64-linux-gnu",
    };
    format!("install it (Debian: apt install {package})")
}

/// `12.2.0` as (12, 2); a lone `12` as (12, 0).
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().split('.');
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
        let error = Driver::find(Architecture::of_host(), "", &surroundings).unwrap_err();
        let help = miette::Diagnostic::help(&error).unwrap().to_string();
        assert!(help.contains("apt install gcc"), "{help}");
    }
}
