//! How errors look: miette reports on standard error, plain where there is no terminal. Knows how
//! to find the source line of a place, and of no particular error.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Write;
use std::path::Path;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

use bstr::{BStr, ByteSlice};
use kconfig::SetError;
use rules::graph::{Graph, GraphError, Link, Origin, StepRef};
use rules::make::ErrorKind;
use rules::{make, unikraft};

use crate::engine;
use crate::project::ProjectError;
use crate::surroundings::Surroundings;

/// Makes reports look alike everywhere: no links, colours only where wanted.
pub(super) fn install(surroundings: &Surroundings) {
    use std::io::IsTerminal;
    let terminal = std::io::stderr().is_terminal() && surroundings.variable("NO_COLOR").is_none();
    let theme =
        if terminal { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    // A second call (tests in one process) keeps the first hook, which is the same.
    let _ = miette::set_hook(Box::new(move |_| {
        Box::new(
            GraphicalReportHandler::new_themed(theme.clone())
                .with_links(false)
                .with_wrap_lines(false),
        )
    }));
}

/// A file that cannot be used.
pub(super) fn file(action: &str, path: &Path, error: &std::io::Error) -> miette::Report {
    with_help(format!("cannot {action} {}: {error}", path.display()), of_system(error))
}

/// An error that is told in its own words.
pub(super) fn plain(error: &(dyn std::error::Error + 'static)) -> miette::Report {
    with_help(error.to_string(), remedy(error))
}

fn with_help(message: String, help: Option<&str>) -> miette::Report {
    match help {
        Some(help) => miette::miette!(help = help, "{message}"),
        None => miette::miette!("{message}"),
    }
}

/// What to do where the system refuses, if it does so at the bottom of this error.
fn remedy(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.find_map(|error| of_system(error.downcast_ref()?))
}

fn of_system(error: &std::io::Error) -> Option<&'static str> {
    use std::io::ErrorKind as Kind;
    Some(match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => {
            "the disk is full: free some space on it, and do the same again"
        }
        Kind::FileTooLarge => "the shell's limit on the size of files is too low: see ulimit -f",
        Kind::ReadOnlyFilesystem => "the disk is read-only: build elsewhere, with O=FOLDER",
        Kind::PermissionDenied => {
            "correct the owner or the permissions of the folder, or build elsewhere, with O=FOLDER"
        }
        _ => return None,
    })
}

/// What is wrong with a project; mistakes in Kconfig files with their lines.
pub(super) fn project(error: ProjectError) -> miette::Report {
    match error {
        ProjectError::Kconfig(kconfig::Error::Kconfig(report)) => kconfig_report(&report),
        ProjectError::Set(error) => setting(&error),
        ProjectError::Io { action, path, cause } => file(action, &path, &cause),
        error => error.into(),
    }
}

/// A refused setting.
fn setting(error: &SetError) -> miette::Report {
    let help = match error {
        SetError::Unknown { .. } => "options are named as in Config.uk, with or without CONFIG_",
        SetError::Invalid { expected, .. } => {
            return miette::miette!(help = format!("give {expected}"), "{error}");
        }
        SetError::Range { .. } => "give a number from that range",
        SetError::Refused { .. } => "change what it depends on first, or in the same command",
    };
    miette::miette!(help = help, "{error}")
}

fn kconfig_report(report: &kconfig::Report) -> miette::Report {
    let Some(problem) = report.problems.first() else {
        return miette::miette!("{report}");
    };
    let file = report.sources.file(problem.place.file);
    let text = String::from_utf8_lossy(&file.text);
    let word = String::from_utf8_lossy(problem.place.span.of(&file.text)).into_owned();
    let word = Some(word.lines().next().unwrap_or_default().trim()).filter(|word| !word.is_empty());
    let mut help = vec![
        "correct this line; entries are config, choice, menu, if, comment and source, and an option \
         has a type: bool, int, hex or string"
            .to_owned(),
    ];
    let from = |place: &kconfig::Place| format!("{}:{}", report.sources.name(*place), place.line);
    let chain = report.sources.chain(problem.place);
    help.extend(chain.iter().map(|place| format!("included by {}", from(place))));
    help.extend(problem.notes.iter().map(|(place, note)| format!("{}: {note}", from(place))));
    let others = report.problems.iter().skip(1);
    help.extend(others.map(|other| format!("{}: {}", from(&other.place), other.message)));
    let line = problem.place.line;
    let name = file.name.to_string();
    let (start, length) = span(&text, line, word);
    Placed {
        message: format!("{name}:{line}: {}", problem.message),
        help: Some(help.join("\n")),
        label: LabeledSpan::new(None, start, length),
        source: NamedSource::new(name, text.into_owned()),
    }
    .into()
}

/// What is wrong with a makefile.
pub(super) fn make(error: &make::Error) -> miette::Report {
    let message = error.kind.to_string();
    let trace = error.trace.iter().map(|frame| match &frame.location {
        Some(location) => format!("{} at {location}", frame.action),
        None => frame.action.to_string(),
    });
    let help: Vec<String> =
        advice(&error.kind).map(str::to_owned).into_iter().chain(trace).collect();
    let help = Some(help.join("\n")).filter(|help| !help.is_empty());
    match &error.location {
        Some(at) => {
            let file = at.file().to_path_lossy().into_owned();
            let message = format!("{at}: {message}");
            Placed::report(message, &file, at.line, None, "", help)
        }
        None => miette::miette!("{message}"),
    }
}

/// What to do about a mistake in a makefile.
fn advice(kind: &ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::MissingSeparator { .. } => {
            "a line is an assignment (NAME = VALUE), a rule (TARGET: PREREQUISITES), a directive such \
             as ifeq, or a call; a recipe's lines start with a tab"
        }
        ErrorKind::UnterminatedReference | ErrorKind::UnterminatedCall { .. } => {
            "close each $( with a )"
        }
        ErrorKind::MissingEndif | ErrorKind::MissingEndef => "close what was opened on this line",
        ErrorKind::RecipeBeforeTarget => {
            "only a recipe's lines start with a tab; take the tab away, or put a rule above"
        }
        ErrorKind::Recursive(_) => "use := instead of =, so that the value is worked out once",
        ErrorKind::Unreadable { .. } => "create the file, or correct the line that includes it",
        _ => return None,
    })
}

/// What is wrong with the description of a build.
pub(super) fn description(error: unikraft::Error) -> miette::Report {
    match &error {
        unikraft::Error::Make(error) => make(error),
        unikraft::Error::UnknownSource { path, origin: Some(origin), .. } => {
            let help = "sources are .c, .cc, .cpp, .S, .s, .lds.S, .ld, .dts and .rs files";
            at_origin(&error.to_string(), origin, &last_part(path), Some(help.to_owned()))
        }
        unikraft::Error::Graph(GraphError::TwoProducers {
            first, second: Some(second), ..
        }) => {
            let first = first.as_ref().map(|first| {
                format!("the first one is at {}:{}", first.file.display(), first.line)
            });
            at_origin(&error.to_string(), second, "", first)
        }
        unikraft::Error::Graph(error @ GraphError::Cycle { links }) => cycle(error, links),
        unikraft::Error::NoPlatform => miette::miette!(
            help = "choose one: ukbuild set PLAT_LINUXU=y (or PLAT_KVM=y)",
            "{error}"
        ),
        unikraft::Error::NoBoot => {
            miette::miette!(help = "choose one: ukbuild set LIBUKBOOT=y", "{error}")
        }
        unikraft::Error::UnknownGoal { .. } => miette::miette!(
            help = "goals are all, images, libs, objs, preprocess, prepare, fetch, the names of \
                    libraries that are chosen, print-libs and its kin, and targets of fragments; a folder is written as ./NAME",
            "{error}"
        ),
        unikraft::Error::Path { .. } => {
            miette::miette!(help = "move it to a path without such characters", "{error}")
        }
        _ => miette::miette!("{error}"),
    }
}

/// Files of which none can be made first.
fn cycle(error: &GraphError, links: &[Link]) -> miette::Report {
    let mut help = round(links);
    help.push("none of them can be made first: take one of these needs away".to_owned());
    let help = help.join("\n");
    let placed = links.iter().find_map(|link| Some((link, link.origin.as_ref()?)));
    match placed {
        Some((link, origin)) => {
            let note = format!("asks for {}", last_part(&link.needs));
            let message = error.to_string();
            Placed::report(message, &origin.file, origin.line, None, &note, Some(help))
        }
        None => miette::miette!(help = help, "{error}"),
    }
}

/// A way round, a line a link.
pub(super) fn round(links: &[Link]) -> Vec<String> {
    let line = |Link { file, needs, origin }: &Link| match origin {
        Some(origin) => {
            format!("{}:{}: {file} needs {needs}", origin.file.display(), origin.line)
        }
        None => format!("{file} needs {needs}"),
    };
    links.iter().map(line).collect()
}

/// How a build ended, when not well. What failing commands said has been shown already.
pub(super) fn engine(error: engine::Error, graph: &Graph) -> miette::Report {
    match &error {
        engine::Error::Graph(error @ GraphError::Cycle { links }) => cycle(error, links),
        engine::Error::MissingSources(missing) => missing_sources(&error, missing, graph),
        engine::Error::MissingPrograms(missing) => {
            let programs: BTreeSet<String> =
                missing.iter().map(|missing| format!("`{}`", missing.program)).collect();
            let programs: Vec<String> = programs.into_iter().collect();
            let help = match missing.first() {
                Some(first) => format!(
                    "{} runs it; install it (Debian: apt install gcc binutils), or correct PATH",
                    first.wanted_by
                ),
                None => String::new(),
            };
            miette::miette!(help = help, "not installed: {}", programs.join(", "))
        }
        engine::Error::Failed(failures) => {
            let lines: Vec<String> = failures
                .iter()
                .map(|failure| {
                    let inputs = graph.step(failure.step).inputs();
                    let source = inputs.first().map(|&file| format!(" ({})", graph.path(file)));
                    format!("{}: {}{}", failure.label, failure.cause, source.unwrap_or_default())
                })
                .collect();
            let help = "what the command said stands above; the previous images are untouched";
            let message = format!("the build failed: {}", lines.join("; "));
            let unawaited = failures.iter().find_map(|failure| failure.unawaited.as_ref());
            if let Some(unawaited) = unawaited {
                return missing_dependency(&message, unawaited);
            }
            // Of a compilation, the compiler itself has told the place.
            let rule = failures.iter().find_map(|failure| {
                let step = graph.step(failure.step);
                step.origin().filter(|_| step.depfile().is_none())
            });
            match rule {
                Some(origin) => at_origin(&message, &origin, "", Some(help.to_owned())),
                None => miette::miette!(help = help, "{message}"),
            }
        }
        _ => plain(&error),
    }
}

/// A step failed over a file that another step makes.
fn missing_dependency(message: &str, unawaited: &engine::Unawaited) -> miette::Report {
    let engine::Unawaited { file, made_by, origin, round: links } = unawaited;
    let name = last_part(file);
    let mut help = match links.is_empty() {
        true => vec![
            format!(
                "{name} is made by `{made_by}`, and nothing says that it has to be there first"
            ),
            "add it to UK_PREPARE-y, the list of what is made before anything is compiled"
                .to_owned(),
        ],
        false => {
            let mut help = vec![format!(
                "{name} is made by `{made_by}`, which needs what failed; none of them can be made \
                 first:"
            )];
            help.extend(round(links));
            help
        }
    };
    help.push("the previous images are untouched".to_owned());
    let help = help.join("\n");
    match origin {
        Some(origin) => {
            let note = format!("{name} is made here");
            Placed::report(message, &origin.file, origin.line, None, &note, Some(help))
        }
        None => miette::miette!(help = help, "{message}"),
    }
}

/// Files that are not there, and that nothing makes.
fn missing_sources(
    error: &engine::Error,
    missing: &[engine::MissingSource],
    graph: &Graph,
) -> miette::Report {
    let Some(source) = missing.first() else { return miette::miette!("{error}") };
    let message = format!("there is no file {}, and nothing makes it", source.file);
    let mut help = match similar(source.file.as_bstr(), graph) {
        Some(similar) => format!("did you mean {similar}? "),
        None => String::new(),
    };
    help.push_str("create it, or correct the line that names it");
    let others = missing.len() - 1;
    if others > 0 {
        help.push_str(&format!("; {others} more files are missing"));
    }
    match &source.origin {
        Some(origin) => {
            let word = last_part(&source.file);
            let origin = &rule_of(origin, &word);
            let message = format!("{}:{}: {message}", origin.file.display(), origin.line);
            at_origin(&message, origin, &word, Some(help))
        }
        None => miette::miette!(help = help, "{message}"),
    }
}

/// The line of the rule that a recipe belongs to, if that has the word and the recipe's line has not.
fn rule_of(recipe: &Origin, word: &str) -> Origin {
    let text = std::fs::read(&recipe.file).unwrap_or_default();
    let lines: Vec<&[u8]> = text.lines().collect();
    let has = |line: u32| {
        let text = (line as usize).checked_sub(1).and_then(|at| lines.get(at));
        text.is_some_and(|text| text.contains_str(word))
    };
    let is_recipe =
        |line: u32| lines.get(line as usize - 1).is_some_and(|line| line.starts_with(b"\t"));
    let above = (1..=recipe.line).rev().find(|&line| line == 1 || !is_recipe(line));
    match above.filter(|&line| !has(recipe.line) && has(line)) {
        Some(line) => Origin { file: recipe.file.clone(), line },
        None => recipe.clone(),
    }
}

/// Names less alike than this are not taken for mistyped.
const ALIKE: f64 = 0.85;

/// The name of a file beside the missing one, or of one that a step makes, that looks most like it.
fn similar(missing: &BStr, graph: &Graph) -> Option<String> {
    let wanted = last_part(missing);
    let folder = missing.to_path_lossy().parent()?.to_owned();
    let beside = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let beside = beside.map(|entry| entry.file_name().to_string_lossy().into_owned());
    // What would be made of it is called much like it.
    let reads =
        |step: &StepRef<'_>| step.inputs().iter().any(|&input| graph.path(input) == missing);
    let made = graph.steps().filter(|step| !step.commands().is_empty() && !reads(step));
    let made = made.flat_map(|step| step.outputs()).map(|&file| graph.path(file));
    let made = made.filter(|path| last_part(path) != wanted).map(|path| last_part(path));
    let known = beside.chain(made).map(|name| (strsim::jaro_winkler(&wanted, &name), name));
    let alike = known.filter(|(alike, _)| *alike >= ALIKE);
    alike.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| name)
}

fn last_part(path: &[u8]) -> String {
    path.rsplit_str("/").next().unwrap_or_default().to_str_lossy().into_owned()
}

fn at_origin(message: &str, origin: &Origin, word: &str, help: Option<String>) -> miette::Report {
    let word = Some(word).filter(|word| !word.is_empty());
    Placed::report(message, &origin.file, origin.line, word, "named here", help)
}

/// Something about a word on a line.
pub(super) fn at(
    message: &str,
    file: &Path,
    line: u32,
    word: &str,
    note: &str,
    help: &str,
) -> miette::Report {
    let word = Some(word).filter(|word| !word.is_empty());
    let message = format!("{}:{line}: {message}", file.display());
    Placed::report(message, file, line, word, note, Some(help.to_owned()))
}

/// Prints a report.
pub(super) fn show(report: &miette::Report) {
    // When standard error is gone there is nobody to tell.
    let _ = writeln!(std::io::stderr(), "{report:?}");
}

/// An error at a place in a file, shown with the line.
pub(super) struct Placed {
    message: String,
    help: Option<String>,
    source: NamedSource<String>,
    label: LabeledSpan,
}

impl Placed {
    /// `message` about line `line` (from 1) of `file`; `word`, when it is on that line, is
    /// underlined, else the whole line is.
    pub(super) fn report(
        message: impl Into<String>,
        file: &Path,
        line: u32,
        word: Option<&str>,
        note: &str,
        help: Option<String>,
    ) -> miette::Report {
        let bytes = std::fs::read(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (start, length) = span(&text, line, word);
        let label = Some(note.to_owned()).filter(|note| !note.is_empty());
        Placed {
            message: message.into(),
            help,
            source: NamedSource::new(file.display().to_string(), text),
            label: LabeledSpan::new(label, start, length),
        }
        .into()
    }
}

/// Offset and length of the word on the line, or of the line without its blanks.
fn span(text: &str, line: u32, word: Option<&str>) -> (usize, usize) {
    let mut start = 0;
    for (number, content) in text.split_inclusive('\n').enumerate() {
        if number as u32 + 1 == line {
            if let Some(word) = word
                && let Some(at) = content.find(word)
            {
                return (start + at, word.len());
            }
            let blank = content.len() - content.trim_start().len();
            return (start + blank, content.trim().len());
        }
        start += content.len();
    }
    (text.len(), 0)
}

impl fmt::Debug for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Placed {}

impl Diagnostic for Placed {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn words_and_lines() {
        let text = "one\n  two three\n";
        assert_eq!(span(text, 2, Some("three")), (10, 5));
        assert_eq!(span(text, 2, Some("four")), (6, 9));
        assert_eq!(span(text, 9, None), (16, 0));
    }
}
