//! A graph as it is stored: every text once. For `#[serde(with)]`. Knows the graph; knows nothing
//! of files.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use bstr::{BString, ByteSlice};
use rules::graph::{Command, FileId, Graph, OptionHeader, Origin, Step};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text's place in the table.
type Text = u32;
/// A file's place in the graph.
type File = u32;

pub(crate) fn serialize<S: Serializer>(graph: &Graph, serializer: S) -> Result<S::Ok, S::Error> {
    Packed::of(graph).serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Graph, D::Error> {
    Packed::deserialize(from)?.unpack().ok_or_else(|| D::Error::custom("no graph"))
}

/// A graph.
#[derive(Debug, Serialize, Deserialize)]
struct Packed {
    /// Texts, one behind the other, and the length of each.
    bytes: Vec<u8>,
    lengths: Vec<u32>,
    files: Vec<Text>,
    steps: Vec<PackedStep>,
    options: Option<PackedHeader>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PackedStep {
    tag: Text,
    label: Text,
    commands: Vec<PackedCommand>,
    outputs: Vec<File>,
    inputs: Vec<File>,
    order_only: Vec<File>,
    depfile: Option<File>,
    folder: Option<Text>,
    environment: Vec<(Text, Text)>,
    always: bool,
    origin: Option<(Text, u32)>,
}

#[derive(Debug, Serialize, Deserialize)]
enum PackedCommand {
    Exec { argv: Vec<Text>, stdout: Option<File> },
    Shell { shell: Vec<Text>, script: Text, ignore_failure: bool },
    Write(Text),
}

#[derive(Debug, Serialize, Deserialize)]
struct PackedHeader {
    file: File,
    prefix: Text,
    values: Vec<(Text, Text)>,
}

impl Packed {
    fn of(graph: &Graph) -> Packed {
        let mut table = Table::default();
        let files = graph.files().iter().map(|path| table.add(path)).collect();
        let steps = graph.steps().iter().map(|step| table.step(step)).collect();
        let options = graph.options.as_ref().map(|header| PackedHeader {
            file: number(header.file),
            prefix: table.add(&header.prefix),
            values: header.values.iter().map(|(name, value)| table.pair(name, value)).collect(),
        });
        Packed { bytes: table.bytes, lengths: table.lengths, files, steps, options }
    }

    /// The graph again, with the same ids; none when it makes no sense.
    fn unpack(&self) -> Option<Graph> {
        let mut texts = Vec::with_capacity(self.lengths.len());
        let mut rest = self.bytes.as_slice();
        for &length in &self.lengths {
            let (text, after) = rest.split_at_checked(length as usize)?;
            texts.push(text);
            rest = after;
        }
        let mut graph = Graph::new();
        let reader = Reader {
            files: self
                .files
                .iter()
                .map(|&path| Some(graph.file(texts.get(path as usize)?)))
                .collect::<Option<_>>()?,
            texts,
        };
        for step in &self.steps {
            graph.add(reader.step(step)?).ok()?;
        }
        if let Some(header) = &self.options {
            let values = header.values.iter();
            let values = values.map(|&(name, value)| reader.pair(name, value));
            graph.options = Some(OptionHeader {
                file: reader.file(header.file)?,
                prefix: reader.text(header.prefix)?,
                values: values.collect::<Option<BTreeMap<_, _>>>()?,
            });
        }
        Some(graph)
    }
}

fn number(file: FileId) -> File {
    file.index() as File
}

/// Texts by their places, while a graph is packed.
#[derive(Default)]
struct Table<'g> {
    places: HashMap<&'g [u8], Text>,
    bytes: Vec<u8>,
    lengths: Vec<u32>,
}

impl<'g> Table<'g> {
    fn add(&mut self, text: &'g [u8]) -> Text {
        let Table { places, bytes, lengths } = self;
        *places.entry(text).or_insert_with(|| {
            bytes.extend_from_slice(text);
            lengths.push(text.len() as u32);
            lengths.len() as Text - 1
        })
    }

    fn pair(&mut self, name: &'g [u8], value: &'g [u8]) -> (Text, Text) {
        (self.add(name), self.add(value))
    }

    fn all(&mut self, texts: &'g [BString]) -> Vec<Text> {
        texts.iter().map(|text| self.add(text)).collect()
    }

    fn step(&mut self, step: &'g Step) -> PackedStep {
        let numbers = |files: &[FileId]| files.iter().copied().map(number).collect();
        PackedStep {
            tag: self.add(step.tag.as_bytes()),
            label: self.add(step.label.as_bytes()),
            commands: step.commands.iter().map(|command| self.command(command)).collect(),
            outputs: numbers(&step.outputs),
            inputs: numbers(&step.inputs),
            order_only: numbers(&step.order_only),
            depfile: step.depfile.map(number),
            folder: step.folder.as_ref().map(|folder| self.add(folder.as_os_str().as_bytes())),
            environment: step
                .environment
                .iter()
                .map(|(name, value)| self.pair(name, value))
                .collect(),
            always: step.always,
            origin: step
                .origin
                .as_ref()
                .map(|origin| (self.add(origin.file.as_os_str().as_bytes()), origin.line)),
        }
    }

    fn command(&mut self, command: &'g Command) -> PackedCommand {
        match command {
            Command::Exec { argv, stdout } => {
                PackedCommand::Exec { argv: self.all(argv), stdout: stdout.map(number) }
            }
            Command::Shell { shell, script, ignore_failure } => PackedCommand::Shell {
                shell: self.all(shell),
                script: self.add(script),
                ignore_failure: *ignore_failure,
            },
            Command::Write(text) => PackedCommand::Write(self.add(text)),
        }
    }
}

/// Texts and files by their places, while a graph is unpacked.
struct Reader<'p> {
    texts: Vec<&'p [u8]>,
    files: Vec<FileId>,
}

impl Reader<'_> {
    fn bytes(&self, text: Text) -> Option<&[u8]> {
        self.texts.get(text as usize).copied()
    }

    fn text(&self, text: Text) -> Option<BString> {
        self.bytes(text).map(BString::from)
    }

    fn string(&self, text: Text) -> Option<String> {
        self.bytes(text)?.to_str().ok().map(str::to_owned)
    }

    fn path(&self, text: Text) -> Option<PathBuf> {
        self.bytes(text).map(|path| OsStr::from_bytes(path).into())
    }

    fn pair(&self, name: Text, value: Text) -> Option<(BString, BString)> {
        Some((self.text(name)?, self.text(value)?))
    }

    fn all(&self, texts: &[Text]) -> Option<Vec<BString>> {
        texts.iter().map(|&text| self.text(text)).collect()
    }

    fn file(&self, file: File) -> Option<FileId> {
        self.files.get(file as usize).copied()
    }

    fn file_if(&self, file: Option<File>) -> Option<Option<FileId>> {
        match file {
            Some(file) => self.file(file).map(Some),
            None => Some(None),
        }
    }

    fn step(&self, step: &PackedStep) -> Option<Step> {
        let files = |files: &[File]| -> Option<Vec<FileId>> {
            files.iter().map(|&file| self.file(file)).collect()
        };
        Some(Step {
            tag: self.string(step.tag)?,
            label: self.string(step.label)?,
            commands: step
                .commands
                .iter()
                .map(|command| self.command(command))
                .collect::<Option<_>>()?,
            outputs: files(&step.outputs)?,
            inputs: files(&step.inputs)?,
            order_only: files(&step.order_only)?,
            depfile: self.file_if(step.depfile)?,
            folder: match step.folder {
                Some(folder) => Some(self.path(folder)?),
                None => None,
            },
            environment: step
                .environment
                .iter()
                .map(|&(name, value)| self.pair(name, value))
                .collect::<Option<_>>()?,
            always: step.always,
            origin: match step.origin {
                Some((file, line)) => Some(Origin { file: self.path(file)?, line }),
                None => None,
            },
        })
    }

    fn command(&self, command: &PackedCommand) -> Option<Command> {
        Some(match command {
            PackedCommand::Exec { argv, stdout } => {
                Command::Exec { argv: self.all(argv)?, stdout: self.file_if(*stdout)? }
            }
            PackedCommand::Shell { shell, script, ignore_failure } => Command::Shell {
                shell: self.all(shell)?,
                script: self.text(*script)?,
                ignore_failure: *ignore_failure,
            },
            PackedCommand::Write(text) => Command::Write(self.text(*text)?),
        })
    }
}
