//! Steps that compile each header of a library alone, so that nobody has to know what belongs before
//! it. Knows how the rules compile a library's sources.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice};
use rules::graph::{Command, CommandRef, FileId, Graph, GraphError, Step, StepId, StepRef};

use super::library::{compiles, library_of};
use super::text;
use crate::toolchain::Architecture;

/// Where headers are looked for, and what they are compiled for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The folder below which they are.
    pub core: &'a Path,
    /// The folder that the libraries are built in.
    pub build: &'a Path,
    /// The processor.
    pub architecture: Architecture,
}

/// Adds a step for each header in the folders below the core's that libraries are compiled with, and gives
/// what they make.
pub fn add(graph: &mut Graph, place: Place<'_>) -> Result<Vec<FileId>, GraphError> {
    let Place { core, build, .. } = place;
    let mut outputs = Vec::new();
    for (include, model) in folders(graph, core) {
        let Some(library) = library_of(graph.step(model)).map(BString::from) else { continue };
        let folder = build.join(library.to_path_lossy()).join("headers");
        for header in text::files(&include) {
            let Ok(name) = header.strip_prefix(&include) else { continue };
            if !stands_alone(&header, name, place.architecture) {
                continue;
            }
            let check = Check { library: &library, header: &header, name, folder: &folder };
            let step = check.step(graph, model);
            // What two folders have of one name is checked in the first.
            if step.outputs.iter().all(|&output| graph.producer(output).is_none()) {
                outputs.extend(&step.outputs);
                graph.add(step)?;
            }
        }
    }
    Ok(outputs)
}

/// The folders of headers that libraries have in their own folders, and that of the core, each with a
/// step that compiles a source with it. What several share of what lies elsewhere is for those that have
/// all that it needs.
fn folders(graph: &Graph, core: &Path) -> BTreeMap<PathBuf, StepId> {
    let of_all = core.join("include");
    let mut folders: BTreeMap<PathBuf, StepId> = BTreeMap::new();
    for id in graph.step_ids() {
        let step = graph.step(id);
        if !is_c(graph, step) || library_of(step).is_none() {
            continue;
        }
        let Some(CommandRef::Exec { argv, .. }) = step.commands().only() else { continue };
        let Some(origin) = step.origin() else { continue };
        let own = origin.file.parent().filter(|own| own.starts_with(core));
        let named = argv.iter().filter_map(|word| word.strip_prefix(b"-I"));
        for folder in named.map(|folder| folder.to_path_lossy().into_owned()) {
            if own.is_some_and(|own| folder == of_all || folder.starts_with(own)) {
                folders.entry(folder).or_insert(id);
            }
        }
    }
    folders
}

/// Folders of headers for one processor alone.
const PROCESSORS: [(&str, Architecture); 4] = [
    ("x86", Architecture::X86_64),
    ("x86_64", Architecture::X86_64),
    ("arm", Architecture::Arm64),
    ("arm64", Architecture::Arm64),
];

/// Whether a file is a header for this processor that may be included by itself: others refuse that in
/// words, or without an option.
fn stands_alone(file: &Path, name: &Path, architecture: Architecture) -> bool {
    let is_foreign = |part: &OsStr| {
        PROCESSORS.iter().any(|(folder, other)| part == *folder && *other != architecture)
    };
    let refuses = |line: &str| {
        let words = line.trim_start().strip_prefix("#error");
        words.is_some_and(|words| ["directly", "option"].iter().any(|word| words.contains(word)))
    };
    file.extension().is_some_and(|ending| ending == "h")
        && !name.iter().any(is_foreign)
        && !text::read(file).lines().any(refuses)
}

/// Whether a step compiles a source in C.
fn is_c(graph: &Graph, step: StepRef<'_>) -> bool {
    let source = step.inputs().first().map(|&file| graph.path(file));
    compiles(step) && source.is_some_and(|source| source.ends_with(b".c"))
}

/// One header.
struct Check<'a> {
    library: &'a BString,
    header: &'a Path,
    /// As it is included.
    name: &'a Path,
    /// Where what comes of it lies.
    folder: &'a Path,
}

impl Check<'_> {
    /// Compiles the header as `model` compiles a source.
    fn step(&self, graph: &mut Graph, model: StepId) -> Step {
        let file = |ending: &str| {
            let name = self.name.to_string_lossy().replace('/', "_");
            bytes(&self.folder.join(format!("{name}{ending}")))
        };
        let (output, depfile) = (file(".s"), file(".d"));
        let argv = self.argv(graph, model, &output, &depfile);
        let step = graph.step(model);
        let (order_only, folder) = (step.order_only().to_vec(), step.folder().map(Path::to_owned));
        let environment = step.environment();
        let environment =
            environment.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let origin = step.origin();
        Step {
            tag: "HEADER".to_owned(),
            label: format!("{}: {}", self.library, self.name.display()),
            commands: vec![Command::Exec { argv, stdout: None }],
            outputs: vec![graph.file(&output)],
            inputs: vec![graph.file(bytes(self.header))],
            order_only,
            depfile: Some(graph.file(&depfile)),
            folder,
            environment,
            origin,
            ..Step::default()
        }
    }

    /// The model's command, for the header: only whether it compiles matters.
    fn argv(
        &self,
        graph: &Graph,
        model: StepId,
        output: &BString,
        depfile: &BString,
    ) -> Vec<BString> {
        let step = graph.step(model);
        let path = |file: Option<FileId>| file.map(|file| graph.path(file).to_owned());
        let source = path(step.inputs().first().copied());
        let object = path(step.outputs().first().copied());
        let dependencies = path(step.depfile()).unwrap_or_default();
        let Some(CommandRef::Exec { argv, .. }) = step.commands().only() else { return Vec::new() };
        let mut words: Vec<BString> = Vec::with_capacity(argv.len() + 4);
        for word in argv.iter().map(BString::from) {
            if word == "-c" {
                words.extend(["-S", "-g0", "-w", "-x", "c"].map(BString::from));
            } else if Some(&word) == source.as_ref() {
                words.push(bytes(self.header));
            } else if Some(&word) == object.as_ref() {
                words.push(output.clone());
            } else if !dependencies.is_empty() && word.ends_with(&dependencies) {
                let begin = &word[..word.len() - dependencies.len()];
                words.push([begin, depfile].concat().into());
            } else {
                words.push(word);
            }
        }
        words
    }
}

fn bytes(path: &Path) -> BString {
    path.as_os_str().as_bytes().into()
}
