//! Goals of the core's makefile that build nothing: cleaning, configuring, help. Knows which there are
//! and whose work each is; does none of it.

use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};

use super::describe::{self, Show, Wanted};
use super::{Outcome, clean, conf, fallback, report};
use crate::project::{App, Combination, Roots};
use crate::surroundings::Surroundings;

/// A goal that builds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chore<'g> {
    Help,
    Clean,
    CleanLibraries,
    CleanLibrary(&'g BStr),
    Properclean,
    Distclean,
    /// A mode of `conf`, without a file.
    Configure(&'static str),
    /// A mode of `conf` that gives options values of its own making, and leaves others open.
    Invent(&'static str),
    Defconfig,
    /// One of the application's `configs/`.
    NamedDefconfig(&'g BStr),
    Savedefconfig,
    /// A menu of the original's.
    Menu(&'g BStr),
}

impl<'g> Chore<'g> {
    /// What a goal asks for; none for one that is built.
    pub(super) fn of(goal: &'g BStr) -> Option<Chore<'g>> {
        Some(match goal.as_bytes() {
            b"help" => Chore::Help,
            b"clean" => Chore::Clean,
            b"clean-libs" => Chore::CleanLibraries,
            b"properclean" => Chore::Properclean,
            b"distclean" => Chore::Distclean,
            b"config" => Chore::Configure("--oldaskconfig"),
            b"oldconfig" => Chore::Configure("--oldconfig"),
            b"syncconfig" => Chore::Configure("--syncconfig"),
            b"olddefconfig" => Chore::Configure("--olddefconfig"),
            b"allyesconfig" => Chore::Invent("--allyesconfig"),
            b"allnoconfig" => Chore::Invent("--allnoconfig"),
            b"randconfig" => Chore::Invent("--randconfig"),
            b"defconfig" => Chore::Defconfig,
            b"savedefconfig" => Chore::Savedefconfig,
            b"menuconfig" | b"kmenuconfig" | b"nconfig" | b"xconfig" | b"gconfig"
            | b"guiconfig" => Chore::Menu(goal),
            _ if goal.ends_with(b"_defconfig") => Chore::NamedDefconfig(goal),
            _ => Chore::CleanLibrary(goal.strip_prefix(b"clean-")?.as_bstr()),
        })
    }

    /// Does it.
    pub(super) fn perform(self, app: &App, surroundings: &Surroundings) -> Outcome {
        let session = Session { app, surroundings };
        match self {
            Chore::Help => {
                say!("{HELP}");
                Ok(0)
            }
            Chore::Clean => clean::built(app),
            Chore::CleanLibraries => clean::libraries(app, &session.libraries()?),
            Chore::CleanLibrary(name) => {
                let libraries = session.libraries()?;
                if !libraries.iter().any(|library| library == name) {
                    return Err(miette::miette!(
                        help = "`ukbuild build print-libs` lists those that are chosen",
                        "there is no library `{name}` to clean"
                    ));
                }
                clean::libraries(app, &[name.to_owned()])
            }
            Chore::Properclean => clean::everything(app),
            Chore::Distclean => clean::everything_and_configuration(app),
            Chore::Configure(mode) => session.configure(mode.into(), &[], false),
            Chore::Invent(mode) => {
                let legacy = [("SKIP_LEGACY", "y".into())];
                match session.configure(mode.into(), &legacy, false)? {
                    0 => session.configure("--olddefconfig".into(), &[], true),
                    status => Ok(status),
                }
            }
            // Where there is nothing to begin with, the original fails.
            Chore::Defconfig => match session.defconfig().or_else(|| app.defconfig()) {
                Some(path) => session.configure(with_file("--defconfig", &path), &[], false),
                None => session.configure("--alldefconfig".into(), &[], false),
            },
            Chore::NamedDefconfig(name) => {
                let path = app.folder.join("configs").join(name.to_path_lossy());
                if let Err(error) = path.metadata() {
                    return Err(report::file("read", &path, &error));
                }
                let own = [("UK_DEFCONFIG", path.as_os_str().as_bytes().into())];
                session.configure(with_file("--defconfig", &path), &own, false)
            }
            Chore::Savedefconfig => {
                let beside = || app.configuration().with_file_name("defconfig");
                let path = session.defconfig().unwrap_or_else(beside);
                session.configure(with_file("--savedefconfig", &path), &[], false)
            }
            Chore::Menu(name) => match fallback::menu(name, app, surroundings)? {
                Some(status) => Ok(status),
                None => Err(miette::miette!(
                    help = "change options with `ukbuild set OPTION=VALUE`, find what has to change for one \
                        with `ukbuild config solve OPTION=VALUE`, or answer questions with the goal \
                        oldconfig or config",
                    "this core has no {name}"
                )),
            },
        }
    }
}

fn with_file(mode: &str, path: &Path) -> BString {
    [mode.as_bytes(), b"=", path.as_os_str().as_bytes()].concat().into()
}

struct Session<'a> {
    app: &'a App,
    surroundings: &'a Surroundings,
}

impl Session<'_> {
    /// The libraries of the configuration.
    fn libraries(&self) -> miette::Result<Vec<BString>> {
        let goals = ["print-libs".into()];
        let combination = Combination::default();
        let wanted = Wanted { app: self.app, goals: &goals, combination };
        let described =
            describe::describe_build(wanted, None, false, Show::Errors, self.surroundings)?;
        Ok(described.libraries)
    }

    /// The settings that `UK_DEFCONFIG` names.
    fn defconfig(&self) -> Option<PathBuf> {
        let named = self.surroundings.variable("UK_DEFCONFIG")?;
        let named = named.as_bytes().trim_with(|letter| letter == '"' || letter.is_whitespace());
        (!named.is_empty()).then(|| self.surroundings.resolve(&named.to_path_lossy()))
    }

    /// Runs `conf` on the application's options.
    fn configure(&self, mode: BString, more: &[(&str, BString)], quiet: bool) -> Outcome {
        let roots = Roots::find(self.app, self.surroundings)?;
        let (mut environment, main) = describe::option_tree(self.app, &roots, self.surroundings)?;
        // Where the original runs it, and where it leaves what belongs to a build.
        environment.folder = self.app.build();
        let more = more.iter().map(|(name, value)| (BString::from(*name), value.clone()));
        environment.variables.extend(more);
        let arguments = ["conf".into(), mode, main.as_os_str().as_bytes().into()];
        let mut output: Box<dyn Write> = match quiet {
            true => Box::new(io::sink()),
            false => Box::new(BufWriter::new(io::stdout())),
        };
        Ok(conf::run(&arguments, &mut environment, output.as_mut()))
    }
}

const HELP: &str = "\
Building
  all              the images and what debuggers need; without a goal, the images
  images           the images of all chosen platforms
  libs, objs       libraries, or objects, and no further
  LIBRARY          one library
  fetch, prepare, preprocess
                   what comes before compiling, as far as that
  print-libs, print-srcs, print-objs, print-lds, print-version, print-vars
                   say what there is; VARS=NAMES limits variables

Configuring
  olddefconfig     give new options their defaults
  oldconfig        ask for new options; config asks for all
  syncconfig       the same as oldconfig, and write what builds read
  defconfig        begin with the settings in UK_DEFCONFIG=FILE or defconfig, or with defaults
  NAME_defconfig   begin with the settings in the application's configs/NAME_defconfig
  savedefconfig    write the settings that differ from defaults, to UK_DEFCONFIG=FILE or defconfig
  allyesconfig, allnoconfig, randconfig
                   answer y, n, or by chance

Cleaning
  clean-LIBRARY    what was built of one library; clean-libs: of all
  clean            what was built; what was fetched stays
  properclean      the build folder; distclean: the configuration, too

Variables
  A=FOLDER         the application      C=FILE     its configuration
  O=FOLDER         the build folder     N=NAME     the name of the images
  L=FOLDER:...     libraries            P=FOLDER:...  platforms
  V=1              show commands
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_builds_nothing_is_told_from_what_builds() {
        let of = |goal: &'static str| Chore::of(goal.into());
        assert_eq!(of("clean"), Some(Chore::Clean));
        assert_eq!(of("clean-libs"), Some(Chore::CleanLibraries));
        assert_eq!(of("clean-libx"), Some(Chore::CleanLibrary("libx".into())));
        assert_eq!(of("defconfig"), Some(Chore::Defconfig));
        assert_eq!(of("kvm_defconfig"), Some(Chore::NamedDefconfig("kvm_defconfig".into())));
        assert_eq!(of("randconfig"), Some(Chore::Invent("--randconfig")));
        for goal in ["all", "images", "fetch", "print-libs", "cleaner", "libconfig"] {
            assert_eq!(of(goal), None, "{goal}");
        }
    }
}
