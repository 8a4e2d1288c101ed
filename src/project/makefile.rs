//! How an application's own `Makefile` calls the core's: `$(MAKE) -C $(UK_ROOT) A=... L=...` in the
//! recipe of its default goal. Evaluates the makefile and runs no recipe; knows nothing of what the
//! variables mean.

use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};
use rules::make::{self, Context, Evaluator, Flavor, Origin, StdHost};

use crate::surroundings::Surroundings;

/// What stands for make in the recipe.
const MAKE: &[u8] = b"make";

/// The call of the core's makefile: nothing where the application has no such makefile.
#[derive(Clone, Debug, Default)]
pub(super) struct Call {
    /// The folder of the core.
    core: Option<PathBuf>,
    variables: Vec<(BString, BString)>,
}

impl Call {
    /// Reads the makefile in `app`. One that fails, or that calls no core that is there, says
    /// nothing: it may be for something else, or for a machine with other folders.
    pub(super) fn of(app: &Path, surroundings: &Surroundings) -> Call {
        let makefiles = ["GNUmakefile", "makefile", "Makefile"].map(|name| app.join(name));
        let Some(makefile) = makefiles.into_iter().find(|path| path.is_file()) else {
            return Call::default();
        };
        let commands = default_commands(&makefile, app, surroundings).unwrap_or_default();
        commands.iter().find_map(|argv| Call::parse(argv, app)).unwrap_or_default()
    }

    fn parse(argv: &[BString], app: &Path) -> Option<Call> {
        let (program, words) = argv.split_first()?;
        let mut call = Call::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "-C" {
                call.core = super::roots::is_core(&app.join(words.next()?.to_path_lossy()));
            } else if let Some((name, value)) = word.split_once_str("=") {
                call.variables.push((name.into(), value.into()));
            }
        }
        (program == MAKE && call.core.is_some()).then_some(call)
    }

    /// The core that is called.
    pub(super) fn core(&self) -> Option<PathBuf> {
        self.core.clone()
    }

    /// A variable that is handed over; an empty one counts as absent.
    pub(super) fn variable(&self, name: &str) -> Option<&BStr> {
        let known = self.variables.iter().rev().find(|(known, _)| known == name)?;
        Some(known.1.as_bstr()).filter(|value| !value.is_empty())
    }
}

/// The commands that make would run in `app` without a goal.
fn default_commands(
    makefile: &Path,
    app: &Path,
    surroundings: &Surroundings,
) -> make::Result<Vec<Vec<BString>>> {
    let bytes = |text: &std::ffi::OsStr| BString::from(text.as_encoded_bytes());
    let folder = bytes(app.as_os_str());
    let mut make = Evaluator::new(StdHost::new(app, |_| ()), ());
    let environment = surroundings.environment.iter();
    make.define_environment(environment.map(|(name, value)| (bytes(name), bytes(value))));
    for (name, value) in [("PWD", &folder), ("CURDIR", &folder), ("MAKE", &MAKE.into())] {
        make.define(name.as_bytes(), value, Flavor::Simple, Origin::File);
    }
    for (name, value) in &surroundings.words {
        make.define(&bytes(name), &bytes(value), Flavor::Recursive, Origin::CommandLine);
    }
    make.eval_file(makefile.as_os_str().as_encoded_bytes())?;
    let goal = make.value_of(b".DEFAULT_GOAL")?;
    let Some(way) = make.explicit_rule(goal.as_bstr())? else { return Ok(Vec::new()) };
    let Some(recipe) = &way.recipe else { return Ok(Vec::new()) };
    let prerequisites = &way.prerequisites;
    let context = Context { target: goal.as_bstr(), prerequisites, ..Context::default() };
    let commands = make.commands(recipe, &context)?;
    Ok(commands.iter().map(make::Command::argv).collect())
}
