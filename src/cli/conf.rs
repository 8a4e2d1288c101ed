//! `ukbuild conf`: a drop-in for `scripts/kconfig/conf`. Lends the process's streams, folder and
//! environment to [`kconfig::conf`]; knows nothing of modes and files.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;

use bstr::{BString, ByteSlice};
use kconfig::conf::{self, Streams};
use kconfig::{Dialect, Environment};

/// What the first argument is when the program is called in its own right.
const DIALECT: &str = "--dialect";

/// Runs `conf`. `args` are the program's name and the arguments of `conf`, of which the first may
/// be `--dialect linux|unikraft`; without it, the name of the Kconfig file tells.
pub(crate) fn main(args: &[OsString]) -> ExitCode {
    let mut arguments: Vec<BString> =
        args.iter().map(|argument| BString::from(argument.clone().into_vec())).collect();
    let dialect = match take_dialect(&mut arguments) {
        Ok(dialect) => dialect,
        Err(words) => {
            let _ = writeln!(io::stderr(), "{words}");
            return ExitCode::from(2);
        }
    };
    let folder = match std::env::current_dir() {
        Ok(folder) => folder,
        Err(error) => {
            let _ = writeln!(io::stderr(), "conf: the current folder is not there: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut environment = Environment::new(dialect, folder);
    environment.variables = std::env::vars_os()
        .map(|(name, value)| (name.into_vec().into(), value.into_vec().into()))
        .collect();
    let status = run(&arguments, &mut environment, &mut BufWriter::new(io::stdout().lock()));
    ExitCode::from(status)
}

/// Runs `conf` on the process's streams, but for where its output goes.
pub(super) fn run(
    arguments: &[BString],
    environment: &mut Environment,
    output: &mut dyn Write,
) -> u8 {
    let stdin = io::stdin();
    let mut streams = Streams {
        terminal: stdin.is_terminal() && io::stdout().is_terminal(),
        input: &mut stdin.lock(),
        output,
        errors: &mut io::stderr().lock(),
    };
    conf::run(arguments, environment, &mut streams)
}

/// Takes `--dialect NAME` out of the arguments, or tells the dialect by the last one.
fn take_dialect(arguments: &mut Vec<BString>) -> Result<Dialect, String> {
    let Some(at) = arguments.iter().position(|argument| argument.starts_with(DIALECT.as_bytes()))
    else {
        return Ok(Dialect::of_file(arguments.last().map_or(b"".as_bstr(), |last| last.as_bstr())));
    };
    let option = arguments.remove(at);
    let name = match option.strip_prefix(b"--dialect=") {
        Some(name) => BString::from(name),
        None if option == DIALECT && at < arguments.len() => arguments.remove(at),
        None => return Err(format!("conf: unknown option `{option}`")),
    };
    match name.as_bytes() {
        b"linux" => Ok(Dialect::Linux),
        b"unikraft" => Ok(Dialect::Unikraft),
        _ => Err(format!("conf: unknown dialect `{name}`: linux or unikraft")),
    }
}
