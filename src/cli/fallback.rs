//! Make mode in place of native mode: for cores that native mode does not know, and where it is asked
//! for. Knows what words a core's own makefile takes; what they do there is the makefile's.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};

use super::arguments::{Build, Engine, Images};
use super::describe::{Show, bytes_of, load_options};
use super::make::own_name;
use super::report;
use crate::project::{App, Roots};
use crate::surroundings::Surroundings;

/// The first version of the original core that native mode does not know.
const UNKNOWN: (u32, u32) = (0, 18);

/// Builds in make mode, when that is how to build. None when it is not.
pub(super) fn build(
    request: &Build,
    app: &App,
    goals: &[BString],
    surroundings: &Surroundings,
) -> miette::Result<Option<u8>> {
    let asked = request.engine == Some(Engine::Make);
    if request.engine == Some(Engine::Native) {
        return Ok(None);
    }
    let roots = Roots::find(app, surroundings)?;
    let version = version(&roots.core);
    let unknown = version.filter(|&version| version >= UNKNOWN);
    if !asked && unknown.is_none() {
        return Ok(None);
    }
    if !roots.core.join("Makefile").is_file() {
        let help = "build with the native engine: leave --engine out";
        return Err(miette::miette!(help = help, "{} has no makefile", roots.core.display()));
    }
    if let Some((major, minor)) = unknown.filter(|_| !asked) {
        Show::Errors.line(&format!(
            "the core's version {major}.{minor} is newer than what ukbuild reads itself: building with \
             its makefiles"
        ));
    }
    let how = &request.how;
    let Images { plat, arch, target, all } = &request.images;
    let combined = *all || !(plat.is_empty() && arch.is_empty() && target.is_empty());
    if combined || how.check_deps || how.json || how.explain || how.trace.is_some() {
        let help = "leave --plat, --arch, --target, --all, --check-deps, --json, --explain and --trace \
                    out; `ukbuild set` changes what is configured";
        return Err(miette::miette!(help = help, "a core's makefiles build what is configured"));
    }
    configure(app, &roots, surroundings)?;
    let how = &request.how;
    let mut switches = vec![BString::from(format!("-j{}", how.at_once()))];
    switches.extend(how.keep_going.then(|| "-k".into()));
    switches.extend(how.dry_run.then(|| "-n".into()));
    switches.extend(how.load.map(|load| format!("-l{load}").into()));
    switches.extend(how.verbose.then(|| "V=1".into()));
    Ok(Some(make(switches, goals, app, &roots, surroundings)))
}

/// Has a core build and start its own menu of options. None when it has none.
pub(super) fn menu(
    goal: &BStr,
    app: &App,
    surroundings: &Surroundings,
) -> miette::Result<Option<u8>> {
    let roots = Roots::find(app, surroundings)?;
    if !roots.core.join("support/kconfig/Makefile").is_file() {
        return Ok(None);
    }
    configure(app, &roots, surroundings)?;
    Ok(Some(make(Vec::new(), &[goal.into()], app, &roots, surroundings)))
}

/// Runs a core's own makefile.
fn make(
    switches: Vec<BString>,
    goals: &[BString],
    app: &App,
    roots: &Roots,
    surroundings: &Surroundings,
) -> u8 {
    let words = words(switches, app, roots, goals, surroundings);
    let status = crate::make::main(&own_name(surroundings), &words, surroundings);
    u8::from(status != 0)
}

/// The version that a core says it is.
fn version(core: &Path) -> Option<(u32, u32)> {
    let text = std::fs::read_to_string(core.join("version.mk")).ok()?;
    let number = |name: &str| {
        let assigned = text.lines().filter_map(|line| line.split_once('='));
        let mut values =
            assigned.filter(|(left, _)| left.trim_end_matches([':', '?', ' ']) == name);
        values.next()?.1.trim().parse().ok()
    };
    Some((number("UK_VERSION")?, number("UK_SUBVERSION")?))
}

/// Writes the first configuration, where there is none.
fn configure(app: &App, roots: &Roots, surroundings: &Surroundings) -> miette::Result<()> {
    let path = app.configuration();
    if !path.is_file() {
        load_options(app, roots, surroundings)?.save().map_err(report::project)?;
        Show::Output.line(&format!("configured: wrote {}", path.display()));
    }
    Ok(())
}

/// What make is told.
fn words(
    switches: Vec<BString>,
    app: &App,
    roots: &Roots,
    goals: &[BString],
    surroundings: &Surroundings,
) -> Vec<BString> {
    let core = bytes_of(roots.core.as_os_str());
    let mut words: Vec<BString> = vec!["--no-print-directory".into(), "-C".into(), core];
    words.extend(switches);
    let own = [
        ("A", app.folder.clone().into_os_string()),
        ("O", app.build().into_os_string()),
        ("C", app.configuration().into_os_string()),
        ("N", app.name.clone().into()),
        ("L", joined(&roots.libraries)),
        ("P", joined(&roots.platforms)),
    ];
    let is_own = |name: &OsString| own.iter().any(|(own, _)| name == own);
    let others = surroundings.words.iter().filter(|(name, _)| !is_own(name));
    let others = others.map(|(name, value)| (bytes_of(name), bytes_of(value)));
    let all = own.iter().map(|(name, value)| (BString::from(*name), bytes_of(value))).chain(others);
    words.extend(all.map(|(name, value)| bstr::concat([&*name, b"=".as_slice(), &*value]).into()));
    words.extend(goals.iter().cloned());
    words
}

/// Folders as `L=` and `P=` take them.
fn joined(folders: &[PathBuf]) -> OsString {
    let names = folders.iter().map(|folder| folder.as_os_str().as_bytes());
    bstr::join(":", names).to_os_str_lossy().into_owned()
}
