//! What a run of `conf` leaves behind: ours, in this process, and the reference's.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bstr::{BString, ByteSlice};
use kconfig::conf::{self, Streams};
use kconfig::{Dialect, Environment};

use crate::generate::Tree;
use crate::{Verdict, shrink};

/// A way to call `conf`.
pub(crate) struct Mode {
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    /// The settings are in `.config`; otherwise in `all.config`.
    configured: bool,
    /// All files that builds read are written, too.
    whole: bool,
}

const fn mode(
    arguments: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    configured: bool,
) -> Mode {
    Mode { arguments, variables, configured, whole: false }
}

const SEED: &[(&str, &str)] = &[("KCONFIG_SEED", "7")];
const ALL: &[(&str, &str)] = &[("KCONFIG_ALLCONFIG", "all.config")];

/// In every tree.
const MODES: &[Mode] = &[
    Mode {
        arguments: &["--olddefconfig"],
        variables: &[("KCONFIG_WARN_UNKNOWN_SYMBOLS", "1")],
        configured: true,
        whole: true,
    },
    mode(&["--savedefconfig=defconfig"], &[], true),
    mode(&["--allyesconfig"], &[], false),
    mode(&["--allmodconfig"], &[], false),
    mode(&["--allnoconfig"], &[], false),
    mode(&["--alldefconfig"], &[], false),
    mode(&["--listnewconfig"], &[], true),
];

/// One of them in each tree.
const TURNS: &[Mode] = &[
    mode(&["--allyesconfig"], ALL, false),
    mode(&["--allmodconfig"], ALL, false),
    mode(&["--allnoconfig"], ALL, false),
    mode(&["--alldefconfig"], ALL, false),
    mode(&["--randconfig"], SEED, false),
    mode(&["--randconfig"], &[("KCONFIG_SEED", "3"), ("KCONFIG_ALLCONFIG", "all.config")], false),
    mode(&["--yes2modconfig"], &[], true),
    mode(&["--mod2yesconfig"], &[], true),
    mode(&["--mod2noconfig"], &[], true),
    mode(&["--helpnewconfig"], &[], true),
    mode(&["--defconfig=all.config"], &[], false),
    mode(&["--olddefconfig"], &[("KCONFIG_WERROR", "1")], true),
];

/// Everything that a run leaves behind.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// Nothing when it crashed: the reference of a signal, ours of a panic.
    status: Option<i32>,
    output: BString,
    errors: BString,
    files: BTreeMap<PathBuf, BString>,
}

/// The `conf` to compare with.
pub(crate) struct Reference {
    program: PathBuf,
}

impl Reference {
    pub(crate) fn new(program: PathBuf) -> Reference {
        let program = fs::canonicalize(&program)
            .unwrap_or_else(|error| panic!("KCONFIG_REFERENCE: {}: {error}", program.display()));
        Reference { program }
    }

    fn run(&self, folder: &Path, mode: &Mode) -> Outcome {
        let output = Command::new(&self.program)
            .args(mode.arguments)
            .arg("Kconfig")
            .current_dir(folder)
            .env_clear()
            .envs(mode.variables.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Outcome {
            status: output.status.code(),
            output: comparable(&output.stdout),
            errors: comparable(&output.stderr),
            files: files(folder),
        }
    }
}

fn ours(folder: &Path, mode: &Mode) -> Outcome {
    let mut environment = Environment::new(Dialect::Linux, folder);
    for &(name, value) in mode.variables {
        environment = environment.with(name, value);
    }
    let mut arguments = vec![BString::from("conf")];
    arguments.extend(mode.arguments.iter().map(|&argument| BString::from(argument)));
    arguments.push("Kconfig".into());
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let mut streams =
        Streams { input: &mut &b""[..], output: &mut output, errors: &mut errors, terminal: false };
    let run = || conf::run(&arguments, &mut environment, &mut streams);
    let status = catch_unwind(AssertUnwindSafe(run));
    Outcome {
        status: status.ok().map(i32::from),
        output: comparable(&output),
        errors: comparable(&errors),
        files: files(folder),
    }
}

/// Messages in the form in which both programs must agree. Where the reference has read on before
/// it speaks, it names whatever comes next, so the place goes. A warning of unmet dependencies
/// counts once, and so does the note on a test for `m`, because the reference repeats them
/// whenever it computes or rewrites anew.
fn comparable(errors: &[u8]) -> BString {
    const PLACELESS: [&str; 2] =
        [": warning: menuconfig statement without prompt\n", "defined with blank help text\n"];
    const UNMET: &[u8] = b"WARNING: unmet direct dependencies";
    let mut seen = HashSet::new();
    let mut text = BString::default();
    let mut lines = errors.lines_with_terminator().peekable();
    while let Some(line) = lines.next() {
        if line == b"\n" && lines.peek().is_some_and(|next| next.starts_with(UNMET)) {
            let mut block = line.to_vec();
            while let Some(line) =
                lines.next_if(|line| line.starts_with_str("  ") || line.starts_with(UNMET))
            {
                block.extend_from_slice(line);
            }
            if seen.insert(block.clone()) {
                text.extend_from_slice(&block);
            }
        } else {
            let late = PLACELESS.iter().any(|words| line.ends_with_str(words));
            let start = if late { line.find(b" warning").unwrap_or(0) } else { 0 };
            let repeated = line.contains_str("test forced to") && !seen.insert(line.to_vec());
            if !repeated {
                text.extend_from_slice(&line[start..].replace("'(null)'", "'<choice>'"));
            }
        }
    }
    text
}

/// All files below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, BString> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let name = entry.path().strip_prefix(folder).unwrap().to_owned();
                found.insert(name, fs::read(entry.path()).unwrap().into());
            }
        }
    }
    found
}

fn prepare(tree: &Tree, mode: &Mode) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &tree.files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let settings = if mode.configured { ".config" } else { "all.config" };
    fs::write(folder.path().join(settings), &tree.settings).unwrap();
    if !mode.whole {
        fs::create_dir_all(folder.path().join("include/config")).unwrap();
        fs::write(folder.path().join("include/config/auto.conf"), "").unwrap();
    }
    folder
}

/// How both differ in one mode, and what kind of run it was.
struct Difference {
    words: String,
    /// Of the reference and of ours.
    statuses: [Option<i32>; 2],
    refused: [bool; 5],
}

impl Difference {
    /// Whether two trees show the same thing, as far as that can be told: a tree that became
    /// nonsense on the way says nothing of one that was none.
    fn resembles(&self, other: &Difference) -> bool {
        self.statuses == other.statuses && self.refused == other.refused
    }
}

/// What both programs do with a tree in one mode.
enum Comparison {
    Same,
    /// The reference crashed and ours did not: nothing can be compared.
    Crashed,
    Different(Difference),
}

impl Comparison {
    fn difference(self) -> Option<Difference> {
        match self {
            Comparison::Different(difference) => Some(difference),
            Comparison::Same | Comparison::Crashed => None,
        }
    }
}

fn compare(reference: &Reference, tree: &Tree, mode: &Mode) -> Comparison {
    let theirs = prepare(tree, mode);
    let theirs = reference.run(theirs.path(), mode);
    let own = prepare(tree, mode);
    let own = ours(own.path(), mode);
    match (own.status, theirs.status) {
        (Some(_), None) => Comparison::Crashed,
        (Some(_), Some(_)) if own == theirs => Comparison::Same,
        _ => Comparison::Different(difference(&own, &theirs)),
    }
}

fn difference(own: &Outcome, theirs: &Outcome) -> Difference {
    let mut words = String::new();
    let mut part = |what: &str, own: &BString, theirs: &BString| {
        if own != theirs {
            words.push_str(&format!("--- {what}, theirs\n{theirs}--- {what}, ours\n{own}"));
        }
    };
    let status = |outcome: &Outcome| BString::from(format!("{:?}\n", outcome.status));
    part("status", &status(own), &status(theirs));
    part("output", &own.output, &theirs.output);
    part("errors", &own.errors, &theirs.errors);
    let mut names: Vec<_> = own.files.keys().chain(theirs.files.keys()).collect();
    names.sort();
    names.dedup();
    let absent = BString::from("(absent)\n");
    for name in names {
        let text = |outcome: &Outcome| outcome.files.get(name).unwrap_or(&absent).clone();
        part(&name.to_string_lossy(), &text(own), &text(theirs));
    }
    const REFUSALS: [&str; 5] =
        ["syntax error", "invalid statement", "unexpected", "recursive", "type"];
    let refused = REFUSALS.map(|words| theirs.errors.contains_str(words));
    Difference { words, statuses: [theirs.status, own.status], refused }
}

/// Compares in all modes of a seed. What is different is shown with the smallest tree that still
/// shows it.
pub(crate) fn judge(reference: &Reference, tree: &Tree, seed: u64) -> Verdict {
    let turn = &TURNS[seed as usize % TURNS.len()];
    let mut verdict = Verdict::Right;
    for mode in MODES.iter().chain([turn]) {
        match compare(reference, tree, mode) {
            Comparison::Same => {}
            Comparison::Crashed => verdict = Verdict::Crashed,
            Comparison::Different(whole) => {
                return Verdict::Wrong(shown(reference, tree, mode, whole));
            }
        }
    }
    verdict
}

fn shown(reference: &Reference, tree: &Tree, mode: &Mode, whole: Difference) -> String {
    let differs = |tree: &Tree| compare(reference, tree, mode).difference();
    let small =
        shrink::smallest(tree, &mut |tree| differs(tree).is_some_and(|now| now.resembles(&whole)));
    let words = differs(&small).map_or(whole.words, |small| small.words);
    let mut text = format!("{:?} {:?}\n", mode.arguments, mode.variables);
    for (name, content) in &small.files {
        text.push_str(&format!("--- {name}\n{content}"));
    }
    text.push_str(&format!("--- settings\n{}", small.settings));
    text + &words
}
