//! `ukbuild merge-config`: joins configuration fragments and makes a configuration of them, as
//! Linux's `merge_config.sh` does with make. Reads and writes the files; what becomes of the lines
//! is [`kconfig::merge`]'s, what becomes of the options [`kconfig::conf`]'s.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bstr::{BString, ByteSlice};
use kconfig::conf::{self, Streams};
use kconfig::merge::{Merge, MergeRules};
use kconfig::{Dialect, Environment};

use super::describe;
use crate::project::{App, Roots};
use crate::surroundings::Surroundings;

const USAGE: &str = "\
Usage: ukbuild merge-config [OPTIONS] BASE [FRAGMENT...]

Joins configuration files; later ones win. Then gives every other option its default, writes
the configuration (KCONFIG_CONFIG, or .config), and says which settings could not be kept.

  -m              only join the files; leave the other options alone
  -n              make the other options n where that is possible
  -r              tell of settings that are there already
  -y              do not let an m take the place of a y
  -s              fail when a fragment changes a setting
  -Q              do not tell of changed settings
  -O DIR          write into DIR
  --app DIR       an application: its core's options, and its .config
  --kconfig FILE  the first file of the options [default: Kconfig or Config.uk here]
  --dialect NAME  linux or unikraft [default: told by that file's name]
  -h              show this and exit

Option names begin with the value of CONFIG_ in the environment [default: CONFIG_].
";

/// The configuration where nothing else is said.
const DEFAULT: &str = ".config";

/// Why the command ends early.
enum Stop {
    /// With this status, everything said.
    Status(u8),
    /// With words, and status 1.
    Words(String),
    /// With a report, and status 1.
    Report(miette::Report),
}

impl From<miette::Report> for Stop {
    fn from(report: miette::Report) -> Stop {
        Stop::Report(report)
    }
}

fn words(text: impl Into<String>) -> Stop {
    Stop::Words(text.into())
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Stop {
    let path = path.to_owned();
    move |error| words(format!("{}: {error}", path.display()))
}

/// What the command line asks for.
#[derive(Default)]
struct Request {
    only_join: bool,
    all_no: bool,
    redundant: bool,
    builtin: bool,
    strict: bool,
    quiet: bool,
    output: Option<PathBuf>,
    app: Option<PathBuf>,
    kconfig: Option<PathBuf>,
    dialect: Option<Dialect>,
    files: Vec<OsString>,
}

/// Runs the command; `arguments` are those after its name.
pub(super) fn main(arguments: &[OsString], surroundings: &Surroundings) -> ExitCode {
    let result = match parse(arguments, surroundings) {
        Ok(Some(request)) => run(&request, surroundings),
        Ok(None) => {
            say!("{USAGE}");
            Ok(())
        }
        Err(stop) => Err(stop),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Status(status)) => ExitCode::from(status),
        Err(Stop::Words(words)) => {
            complain!("{words}\n");
            ExitCode::FAILURE
        }
        Err(Stop::Report(report)) => {
            super::report::show(&report);
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line; nothing when it asks for help. The first word that is no option ends
/// the options.
fn parse(arguments: &[OsString], surroundings: &Surroundings) -> Result<Option<Request>, Stop> {
    let mut request = Request::default();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let mut value = || {
            let missing = || words(format!("merge-config: {} wants a value", word.display()));
            rest.next().ok_or_else(missing)
        };
        match word.as_bytes() {
            b"-h" | b"--help" => return Ok(None),
            b"-m" => request.only_join = true,
            b"-n" => request.all_no = true,
            b"-r" => request.redundant = true,
            b"-y" => request.builtin = true,
            b"-s" => request.strict = true,
            b"-Q" => request.quiet = true,
            b"-O" => {
                let folder = value()?;
                if !surroundings.resolve(Path::new(folder)).is_dir() {
                    let folder = folder.display();
                    return Err(words(format!("output directory {folder} does not exist")));
                }
                request.output = Some(folder.into());
            }
            b"--app" => request.app = Some(value()?.into()),
            b"--kconfig" => request.kconfig = Some(value()?.into()),
            b"--dialect" => {
                request.dialect = Some(match value()?.as_bytes() {
                    b"linux" => Dialect::Linux,
                    b"unikraft" => Dialect::Unikraft,
                    _ => return Err(words("merge-config: the dialects are linux and unikraft")),
                });
            }
            _ => {
                request.files.push(word.clone());
                request.files.extend(rest.by_ref().cloned());
            }
        }
    }
    Ok(if request.files.is_empty() { None } else { Some(request) })
}

/// The tree of options, and where its configuration is.
struct Tree {
    environment: Environment,
    kconfig: BString,
    /// Where the joined settings go (`-m`), as messages name it. What is made of all options goes
    /// to the environment's `KCONFIG_CONFIG`, seen from the environment's folder.
    configuration: BString,
}

fn bytes(path: impl Into<OsString>) -> BString {
    path.into().into_vec().into()
}

fn run(request: &Request, surroundings: &Surroundings) -> Result<(), Stop> {
    let mut tree = tree(request, surroundings)?;
    let merge = join(request, &tree, surroundings)?;
    if request.only_join {
        let configuration = surroundings.resolve(Path::new(OsStr::from_bytes(&tree.configuration)));
        fs::write(&configuration, merge.text()).map_err(failed(&configuration))?;
        say!("#\n# merged configuration written to {} (needs make)\n#\n", tree.configuration);
        return Ok(());
    }
    complete(request, &mut tree, &merge, surroundings)?;
    let environment = &tree.environment;
    let made = environment.variable("KCONFIG_CONFIG").unwrap_or(DEFAULT.into());
    let made = environment.path(made);
    let made = fs::read(&made).map_err(failed(&made))?;
    print(&merge.missing_in(&made))
}

/// Finds the tree: an application's, the one that is named, or the one in the current folder.
fn tree(request: &Request, surroundings: &Surroundings) -> Result<Tree, Stop> {
    let output = output_folder(request, surroundings)?;
    if let Some(folder) = &request.app {
        let app = App::open(&surroundings.resolve(folder), surroundings)
            .map_err(super::report::project)?;
        let roots = Roots::find(&app, surroundings).map_err(super::report::project)?;
        let (mut environment, main) = describe::option_tree(&app, &roots, surroundings)?;
        let configuration = match &output {
            Some(folder) => bytes(folder.join(DEFAULT)),
            None => bytes(app.configuration()),
        };
        environment.variables.insert("KCONFIG_CONFIG".into(), configuration.clone());
        return Ok(Tree { environment, kconfig: bytes(main), configuration });
    }
    let kconfig = match &request.kconfig {
        Some(file) => file.clone(),
        None if surroundings.resolve(Path::new("Kconfig")).exists() => "Kconfig".into(),
        None => "Config.uk".into(),
    };
    let kconfig = bytes(kconfig);
    let dialect = request.dialect.unwrap_or(Dialect::of_file(kconfig.as_bstr()));
    let mut environment = Environment::new(dialect, &surroundings.folder);
    environment.variables = surroundings
        .environment
        .iter()
        .map(|(name, value)| (bytes(name.clone()), bytes(value.clone())))
        .collect();
    // The script takes this for the prefix, whatever the tree was compiled with.
    environment.variables.entry("CONFIG_".into()).or_insert("CONFIG_".into());
    let configuration = match (surroundings.variable("KCONFIG_CONFIG"), &output) {
        (Some(name), _) => bytes(name),
        (None, Some(folder)) => bytes(folder.join(DEFAULT)),
        (None, None) => DEFAULT.into(),
    };
    // An empty name stands for the default one, too.
    if let Some(name) = environment.variables.get_mut(b"KCONFIG_CONFIG".as_bstr()) {
        name.clone_from(&configuration);
    }
    if let Some(folder) = output {
        let sources = bytes(surroundings.folder.clone());
        environment.variables.entry("srctree".into()).or_insert(sources);
        environment.folder = folder;
    }
    Ok(Tree { environment, kconfig, configuration })
}

/// The folder that `-O` names, when it is another one than the current one.
fn output_folder(request: &Request, surroundings: &Surroundings) -> Result<Option<PathBuf>, Stop> {
    let Some(folder) = request.output.as_deref().filter(|&folder| folder != Path::new(".")) else {
        return Ok(None);
    };
    let folder = surroundings.resolve(folder);
    folder.canonicalize().map(Some).map_err(failed(&folder))
}

/// Reads the files and joins them.
fn join(request: &Request, tree: &Tree, surroundings: &Surroundings) -> Result<Merge, Stop> {
    let [base, fragments @ ..] = &request.files[..] else { return Err(Stop::Status(2)) };
    let path = surroundings.resolve(Path::new(base));
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(_) => {
            let name = base.display();
            complain!("The base file '{name}' does not exist. Creating one...\n");
            fs::write(&path, b"").map_err(failed(&path))?;
            Vec::new()
        }
    };
    let rules = MergeRules {
        prefix: tree.environment.variable("CONFIG_").unwrap_or_default().to_owned(),
        tell_redundant: request.redundant,
        keep_builtin: request.builtin,
        quiet: request.quiet,
    };
    let mut merge = Merge::new(rules, &text);
    say(&[b"Using ", base.as_bytes(), b" as base\n"])?;
    for name in fragments {
        say(&[b"Merging ", name.as_bytes(), b"\n"])?;
        let Ok(text) = fs::read(surroundings.resolve(Path::new(name))) else {
            let name = name.display();
            return Err(words(format!("The merge file '{name}' does not exist.  Exit.")));
        };
        let mut notes = BString::default();
        let added = merge.add(name.as_bytes().as_bstr(), &text, &mut notes);
        print(&notes)?;
        added.map_err(|error| words(format!("merge-config: {error}")))?;
    }
    if request.strict && merge.has_redefined() {
        say(&[b"The fragment redefined a value and strict mode had been passed.\n"])?;
        return Err(Stop::Status(1));
    }
    Ok(merge)
}

/// Gives all other options a value, and writes the configuration.
fn complete(
    request: &Request,
    tree: &mut Tree,
    merge: &Merge,
    surroundings: &Surroundings,
) -> Result<(), Stop> {
    // It is read by name, and messages about its lines show the name.
    let name = format!(".merged.config.{}", std::process::id());
    let joined = Joined(surroundings.folder.join(&name));
    fs::write(&joined.0, merge.text()).map_err(failed(&joined.0))?;
    let elsewhere = tree.environment.folder != surroundings.folder;
    let seen = if elsewhere { bytes(joined.0.clone()) } else { name.into() };
    let variables = &mut tree.environment.variables;
    variables.insert("KCONFIG_ALLCONFIG".into(), seen);
    let mode = if request.all_no { "--allnoconfig" } else { "--alldefconfig" };
    let arguments = [BString::from("conf"), mode.into(), tree.kconfig.clone()];
    let mut streams = Streams {
        terminal: false,
        input: &mut io::empty(),
        output: &mut BufWriter::new(io::stdout().lock()),
        errors: &mut io::stderr().lock(),
    };
    match conf::run(&arguments, &mut tree.environment, &mut streams) {
        0 => Ok(()),
        status => Err(Stop::Status(status)),
    }
}

/// The joined file, removed when it was used.
struct Joined(PathBuf);

impl Drop for Joined {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn say(parts: &[&[u8]]) -> Result<(), Stop> {
    print(&parts.concat())
}

fn print(text: &[u8]) -> Result<(), Stop> {
    let mut output = io::stdout().lock();
    let written = output.write_all(text).and_then(|()| output.flush());
    written.map_err(failed(Path::new(OsStr::new("standard output"))))
}
