//! Lists out of a build: inputs, outputs, commands, libraries, sources. Knows what each question
//! means for a file and for a library; knows no way of printing.

use std::collections::BTreeSet;

use bstr::{BStr, BString, ByteSlice};
use rules::graph::{Origin, StepId};
use serde_json::{Value, json};

use super::command::shell_line;
use super::names::Thing;
use super::view::View;

/// What a question is answered with: something to print as a line, and as JSON.
pub trait Answer {
    /// For people and scripts: one line without its end.
    fn line(&self) -> BString;
    /// For programs.
    fn value(&self) -> Value;
    /// Whether the line is a path, which may be told as seen from somewhere.
    fn is_path(&self) -> bool {
        true
    }
}

impl Answer for BString {
    fn line(&self) -> BString {
        self.clone()
    }

    fn value(&self) -> Value {
        json!(self.to_str_lossy())
    }
}

/// A library that is part of the images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Library {
    /// Its name.
    pub name: BString,
    /// How many sources are compiled for it.
    pub sources: usize,
    /// What it is linked from, when it has anything to link.
    pub object: Option<BString>,
}

impl Answer for Library {
    fn line(&self) -> BString {
        self.name.clone()
    }

    fn value(&self) -> Value {
        let object = self.object.as_ref().map(|object| object.to_str_lossy());
        json!({"name": self.name.to_str_lossy(), "sources": self.sources, "object": object})
    }
}

/// A source and what is made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The source.
    pub path: BString,
    /// The library that it belongs to.
    pub library: Option<BString>,
    /// What it is compiled to.
    pub output: BString,
    /// The line that lists it.
    pub origin: Option<Origin>,
}

impl Answer for Source {
    fn line(&self) -> BString {
        self.path.clone()
    }

    fn value(&self) -> Value {
        json!({
            "path": self.path.to_str_lossy(),
            "library": self.library.as_ref().map(|library| library.to_str_lossy()),
            "output": self.output.to_str_lossy(),
            "origin": self.origin.as_ref().map(origin),
        })
    }
}

/// A step's commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commands {
    outputs: Vec<BString>,
    lines: Vec<BString>,
}

impl Answer for Commands {
    fn line(&self) -> BString {
        bstr::join("\n", &self.lines).into()
    }

    fn value(&self) -> Value {
        json!({"outputs": texts(&self.outputs), "commands": texts(&self.lines)})
    }

    fn is_path(&self) -> bool {
        false
    }
}

fn texts(list: &[BString]) -> Vec<String> {
    list.iter().map(|text| text.to_str_lossy().into_owned()).collect()
}

pub(super) fn origin(origin: &Origin) -> Value {
    json!({"file": origin.file.display().to_string(), "line": origin.line})
}

impl View<'_> {
    /// What is read to make `things`: of a file, what its step reads; of a library, what its steps
    /// read that they do not make. Of nothing: all that is read and not made.
    pub fn query_inputs(&self, things: &[Thing]) -> Vec<BString> {
        let mut inputs = BTreeSet::new();
        if things.is_empty() {
            let all = self.steps().flat_map(|step| self.reads(step).collect::<Vec<_>>());
            inputs.extend(all.filter(|path| self.maker(path).is_none()));
        }
        for thing in things {
            let steps = self.makers(thing);
            let made = |path: &BStr| self.maker(path).is_some_and(|maker| steps.contains(&maker));
            for &step in &steps {
                inputs.extend(self.reads(step).filter(|path| !made(path)));
            }
        }
        inputs.into_iter().map(BString::from).collect()
    }

    /// What is made of `things`: of a file, what the steps that read it make; of a library, all
    /// that its steps make. Of nothing: all that is made.
    pub fn query_outputs(&self, things: &[Thing]) -> Vec<BString> {
        let mut outputs = BTreeSet::new();
        if things.is_empty() {
            outputs.extend(self.steps().filter(|&step| !self.is_group(step)));
        }
        for thing in things {
            match thing {
                Thing::Library(_) => outputs.extend(self.makers(thing)),
                Thing::File(path) => {
                    let reads = |step: &StepId| self.reads(*step).any(|read| read == path);
                    outputs.extend(self.steps().filter(|step| !self.is_group(*step)).filter(reads));
                }
            }
        }
        let paths: BTreeSet<&BStr> =
            outputs.into_iter().flat_map(|step| self.outputs(step)).collect();
        paths.into_iter().map(BString::from).collect()
    }

    /// The commands that make `things`, or everything, in an order in which they could run.
    pub fn query_commands(&self, things: &[Thing]) -> Vec<Commands> {
        let wanted: BTreeSet<StepId> = match things {
            [] => self.steps().collect(),
            things => things.iter().flat_map(|thing| self.makers(thing)).collect(),
        };
        let ordered = self.ordered().into_iter();
        let steps = ordered.filter(|step| wanted.contains(step) && !self.is_group(*step));
        let commands = steps.map(|id| {
            let step = self.graph.step(id);
            let line = |command| shell_line(self.graph, step, command);
            Commands {
                outputs: self.outputs(id).map(BString::from).collect(),
                lines: step.commands().iter().map(line).collect(),
            }
        });
        commands.collect()
    }

    /// The libraries among `things`, those that the files among them belong to, or all.
    pub fn query_libraries(&self, things: &[Thing]) -> Vec<Library> {
        let wanted: BTreeSet<&BStr> =
            things.iter().flat_map(|thing| self.libraries_of(thing)).collect();
        let names = self.libraries.iter().map(|name| name.as_bstr());
        let names = names.filter(|name| things.is_empty() || wanted.contains(name));
        let library = |name: &BStr| {
            let object = format!("{}/{name}.o", self.build.display());
            Library {
                name: name.to_owned(),
                sources: self.steps_of(name).filter(|&step| self.is_compilation(step)).count(),
                object: Some(object.into()).filter(|object: &BString| {
                    self.maker(object.as_bstr()).is_some_and(|step| self.is_needed(step))
                }),
            }
        };
        names.map(library).collect()
    }

    /// The sources of the libraries among `things`, those that the files among them are made of, or
    /// all.
    pub fn query_sources(&self, things: &[Thing]) -> Vec<Source> {
        let before: Vec<bool> = match things {
            [] => self.graph.step_ids().map(|step| self.is_needed(step)).collect(),
            things => {
                let mut wanted = vec![false; self.graph.steps().len()];
                for thing in things {
                    let made = match thing {
                        Thing::Library(_) => Vec::new(),
                        Thing::File(_) => self.makers(thing),
                    };
                    let within = self.through_inputs(made);
                    let of_library: BTreeSet<StepId> = match thing {
                        Thing::Library(_) => self.makers(thing).into_iter().collect(),
                        Thing::File(path) => {
                            let step =
                                |step: &StepId| self.source_of(*step) == Some(path.as_bstr());
                            self.steps().filter(step).collect()
                        }
                    };
                    for step in self.steps() {
                        wanted[step.index()] |= within[step.index()] || of_library.contains(&step);
                    }
                }
                wanted
            }
        };
        let steps = self.steps().filter(|step| before[step.index()]);
        let source = |step: StepId| {
            Some(Source {
                path: self.source_of(step)?.to_owned(),
                library: self.library_of(step).map(BString::from),
                output: self.outputs(step).next()?.to_owned(),
                origin: self.graph.step(step).origin(),
            })
        };
        steps.filter_map(source).collect()
    }

    /// Per step: whether `steps` are, directly or not, made of what it makes.
    fn through_inputs(&self, mut steps: Vec<StepId>) -> Vec<bool> {
        let mut within = vec![false; self.graph.steps().len()];
        while let Some(step) = steps.pop() {
            if !std::mem::replace(&mut within[step.index()], true) {
                let inputs = self.graph.step(step).inputs().iter();
                steps.extend(inputs.filter_map(|&input| self.graph.producer(input)));
            }
        }
        within
    }

    /// The steps that make a thing.
    fn makers(&self, thing: &Thing) -> Vec<StepId> {
        match thing {
            Thing::Library(name) => self.steps_of(name.as_bstr()).collect(),
            Thing::File(path) => self
                .maker(path.as_bstr())
                .filter(|&step| self.is_needed(step))
                .into_iter()
                .collect(),
        }
    }

    /// The libraries that a thing belongs to: itself, or those whose steps make or read the file.
    fn libraries_of(&self, thing: &Thing) -> BTreeSet<&BStr> {
        match thing {
            Thing::Library(name) => self.library(name).into_iter().collect(),
            Thing::File(path) => {
                let concerned = |step: &StepId| {
                    self.outputs(*step).any(|output| output == path)
                        || self.reads(*step).any(|read| read == path)
                };
                self.steps().filter(concerned).filter_map(|step| self.library_of(step)).collect()
            }
        }
    }

    /// Whether a step makes something of one source for its library.
    fn is_compilation(&self, step: StepId) -> bool {
        self.source_of(step).is_some()
    }

    /// The source that a step compiles: what is in a library's own folder is made of it.
    fn source_of(&self, step: StepId) -> Option<&BStr> {
        let described = self.graph.step(step);
        // Steps that fragments make by rules of their own have no depfile and may read anything.
        let source = self.graph.path(*described.inputs().first()?);
        let output = self.outputs(step).next()?;
        let compiles = described.depfile().is_some() || is_object(output) && !is_object(source);
        (compiles && !self.is_group(step)).then_some(source)
    }

    /// The needed steps, each after those that it waits for.
    fn ordered(&self) -> Vec<StepId> {
        let mut done = vec![false; self.graph.steps().len()];
        let mut ordered = Vec::new();
        for root in self.steps() {
            let mut pending = vec![(root, false)];
            while let Some((step, ready)) = pending.pop() {
                if ready {
                    ordered.push(step);
                } else if !std::mem::replace(&mut done[step.index()], true) {
                    pending.push((step, true));
                    let before = self.before(step).filter(|before| !done[before.index()]);
                    pending.extend(before.map(|before| (before, false)));
                }
            }
        }
        ordered
    }
}

fn is_object(path: &BStr) -> bool {
    path.ends_with(b".o")
}
