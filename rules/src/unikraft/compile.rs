//! The command line that compiles one source: which variables it is made of, and in which order.
//! Knows the order that Unikraft's rules have; the variables' contents are the fragments'.

use std::rc::Rc;

use bstr::{BStr, BString, ByteSlice};
use hashbrown::HashMap;

use super::fragments::{Fragments, Registry};
use super::source::Kind;
use super::{names, words};
use crate::graph::{Command, Graph, WordId};
use crate::make;

/// One compilation.
pub(super) struct Compilation<'a> {
    /// The library that the source belongs to.
    pub(super) library: &'a BStr,
    /// The file to compile.
    pub(super) source: &'a BStr,
    /// What it is.
    pub(super) kind: Kind,
    /// The variant, when the fragment names one.
    pub(super) variant: Option<&'a BStr>,
    /// The file to write.
    pub(super) output: &'a BStr,
}

/// Whose variable it is.
#[derive(Clone, Copy)]
enum Scope {
    Global,
    /// Global, without a `-y` twin: what users add on the command line.
    Lone,
    Library,
    Source,
    /// Global, with a name of its own for interrupt-safe code.
    Variant,
}

use Scope::{Global, Library, Lone, Source, Variant};

/// A part of a command line: `NAME` and, but for lone ones, `NAME-y` of a scope.
type Part = (Scope, &'static str);

const C: &[Part] = &[
    (Global, "COMPFLAGS"),
    (Global, "CINCLUDES"),
    (Library, "COMPFLAGS"),
    (Library, "CINCLUDES"),
    (Source, "INCLUDES"),
    (Variant, "ARCHFLAGS"),
    (Global, "CFLAGS"),
    (Lone, "CFLAGS_EXTRA"),
    (Library, "CFLAGS"),
    (Source, "FLAGS"),
    (Global, "DBGFLAGS"),
];

/// The same since 0.12, where a source's own folders come first, and everybody's last.
const C_OWN_FIRST: &[Part] = &[
    (Global, "COMPFLAGS"),
    (Library, "COMPFLAGS"),
    (Source, "INCLUDES"),
    (Library, "CINCLUDES"),
    (Global, "CINCLUDES"),
    (Variant, "ARCHFLAGS"),
    (Global, "CFLAGS"),
    (Lone, "CFLAGS_EXTRA"),
    (Library, "CFLAGS"),
    (Source, "FLAGS"),
    (Global, "DBGFLAGS"),
];

const CXX: &[Part] = &[
    (Global, "COMPFLAGS"),
    (Global, "CXXINCLUDES"),
    (Library, "CXXINCLUDES"),
    (Source, "INCLUDES"),
    (Variant, "ARCHFLAGS"),
    (Global, "CXXFLAGS"),
    (Lone, "CXXFLAGS_EXTRA"),
    (Library, "CXXFLAGS"),
    (Source, "FLAGS"),
    (Global, "DBGFLAGS"),
];

/// The same since 0.13, in the order that C has since 0.12.
const CXX_OWN_FIRST: &[Part] = &[
    (Global, "COMPFLAGS"),
    (Library, "COMPFLAGS"),
    (Source, "INCLUDES"),
    (Library, "CXXINCLUDES"),
    (Global, "CXXINCLUDES"),
    (Variant, "ARCHFLAGS"),
    (Global, "CXXFLAGS"),
    (Lone, "CXXFLAGS_EXTRA"),
    (Library, "CXXFLAGS"),
    (Source, "FLAGS"),
    (Global, "DBGFLAGS"),
];

const ASSEMBLY: &[Part] = &[
    (Global, "COMPFLAGS"),
    (Library, "COMPFLAGS"),
    (Global, "ASINCLUDES"),
    (Library, "ASINCLUDES"),
    (Source, "INCLUDES"),
    (Variant, "ARCHFLAGS"),
    (Global, "ASFLAGS"),
    (Lone, "ASFLAGS_EXTRA"),
    (Library, "ASFLAGS"),
    (Source, "FLAGS"),
    (Global, "DBGFLAGS"),
];

const SCRIPT: &[Part] = &[
    (Global, "COMPFLAGS"),
    (Global, "ASINCLUDES"),
    (Library, "ASINCLUDES"),
    (Source, "INCLUDES"),
    (Global, "ARCHFLAGS"),
    (Global, "ASFLAGS"),
    (Lone, "ASFLAGS_EXTRA"),
    (Library, "ASFLAGS"),
    (Source, "FLAGS"),
];

const RUST: &[Part] = &[
    (Global, "RUSTCFLAGS"),
    (Lone, "RUSTCFLAGS_EXTRA"),
    (Library, "RUSTCFLAGS"),
    (Source, "FLAGS"),
];

/// A part of a command line.
#[derive(Default)]
struct Text {
    text: BString,
    /// Its words, unless only a shell can tell them.
    words: Option<Vec<WordId>>,
}

impl Text {
    fn new(text: &[u8], graph: &mut Graph) -> Text {
        let words = words::unquoted(text);
        let words = words.map(|words| words.iter().map(|word| graph.word(word)).collect());
        Text { text: text.into(), words }
    }

    /// Adds what stands behind a blank. Quotes that a text opens it closes, or its words are not known,
    /// so that the words of both are those of the whole.
    fn push(&mut self, next: &Text) {
        if next.text.is_empty() {
            return;
        }
        self.text.push(b' ');
        self.text.extend_from_slice(&next.text);
        match (&mut self.words, &next.words) {
            (Some(words), Some(more)) => words.extend(more),
            (words, _) => *words = None,
        }
    }
}

/// A piece of the command lines of one kind of source in one library.
enum Piece {
    /// It is the same for all of them.
    Shared(Rc<Text>),
    /// Every source may have variables of its own by these names.
    Own([String; 2]),
}

/// What sources have to have in common for their command lines to be made of the same pieces.
type Family = (BString, Kind, Option<BString>);

/// Variables already expanded, and their words. Every fragment has been read when the first command
/// line is made, so that a variable has one value from then on.
pub(super) struct Expanded {
    /// Major and minor version of the core.
    release: [u32; 2],
    texts: HashMap<BString, Rc<Text>>,
    pieces: HashMap<Family, Rc<[Piece]>>,
}

impl Expanded {
    /// Nothing yet, in a core of this release.
    pub(super) fn new(release: [u32; 2]) -> Expanded {
        Expanded { release, texts: HashMap::new(), pieces: HashMap::new() }
    }

    fn text(
        &mut self,
        fragments: &mut Fragments,
        graph: &mut Graph,
        name: BString,
    ) -> Result<Rc<Text>, make::Error> {
        if let Some(known) = self.texts.get(&name) {
            return Ok(Rc::clone(known));
        }
        let value = fragments.value_of(&name)?;
        let text = Rc::new(Text::new(value.trim(), graph));
        self.texts.insert(name, Rc::clone(&text));
        Ok(text)
    }
}

impl Compilation<'_> {
    /// What people read: the tag in front of the output's name.
    pub(super) fn tag(&self) -> &'static str {
        match self.kind {
            Kind::C => "CC",
            Kind::Cxx => "CXX",
            Kind::Assembly | Kind::PlainAssembly => "AS",
            Kind::PreprocessedScript => "LDS",
            Kind::DeviceTree => "DTC",
            Kind::Rust => "RUSTC",
            Kind::Script | Kind::Header => "",
        }
    }

    /// The dependency file that the command writes.
    pub(super) fn dependency_file(&self) -> Option<BString> {
        use Kind::{Assembly, C, Cxx, PreprocessedScript};
        matches!(self.kind, C | Cxx | Assembly | PreprocessedScript)
            .then(|| names::dependency_file(self.output))
    }

    /// The whole command.
    pub(super) fn command(
        &self,
        fragments: &mut Fragments,
        graph: &mut Graph,
        expanded: &mut Expanded,
    ) -> Result<Command, make::Error> {
        let mut texts = Vec::new();
        for piece in &*self.pieces(fragments, graph, expanded)? {
            match piece {
                Piece::Shared(text) => texts.push(Rc::clone(text)),
                Piece::Own(names) => {
                    for name in names {
                        let name = self.variable(Source, name);
                        // Few sources have any.
                        if fragments.variable(&name).is_some() {
                            texts.push(expanded.text(fragments, graph, name)?);
                        }
                    }
                }
            }
        }
        texts.push(Rc::new(Text::new(&self.operands(expanded.release), graph)));
        let known: Option<Vec<&[WordId]>> =
            texts.iter().map(|text| text.words.as_deref()).collect();
        match known {
            Some(known) => Ok(Command::Words { argv: known.concat(), stdout: None }),
            None => {
                let texts = texts.iter().map(|text| &text.text).filter(|text| !text.is_empty());
                fragments.command(&bstr::join(" ", texts))
            }
        }
    }

    /// The pieces that the command line begins with.
    fn pieces(
        &self,
        fragments: &mut Fragments,
        graph: &mut Graph,
        expanded: &mut Expanded,
    ) -> Result<Rc<[Piece]>, make::Error> {
        let family = (self.library.into(), self.kind, self.variant.map(BString::from));
        if let Some(known) = expanded.pieces.get(&family) {
            return Ok(Rc::clone(known));
        }
        let (program, parts) = match self.kind {
            Kind::C if expanded.release >= [0, 12] => ("CC", C_OWN_FIRST),
            Kind::C => ("CC", C),
            Kind::Cxx if expanded.release >= [0, 13] => ("CXX", CXX_OWN_FIRST),
            Kind::Cxx => ("CXX", CXX),
            Kind::Assembly | Kind::PlainAssembly => ("AS", ASSEMBLY),
            Kind::PreprocessedScript => ("AS", SCRIPT),
            Kind::Rust => ("RUSTC", RUST),
            Kind::DeviceTree | Kind::Script | Kind::Header => ("DTC", &[][..]),
        };
        let program = expanded.text(fragments, graph, program.into())?;
        let mut shared = Text::new(&program.text, graph);
        if words::split(&shared.text).is_none() {
            shared.words = None;
        }
        if self.kind == Kind::PreprocessedScript {
            shared.push(&Text::new(b"-E -P -x assembler-with-cpp", graph));
        }
        let mut pieces = Vec::new();
        for &(scope, name) in parts {
            if matches!(scope, Source) {
                pieces.push(Piece::Shared(Rc::new(std::mem::take(&mut shared))));
                pieces.push(Piece::Own([name.to_owned(), format!("{name}-y")]));
                shared = Text::new(b"", graph);
                continue;
            }
            let chosen = (!matches!(scope, Lone)).then(|| format!("{name}-y"));
            for name in [Some(name.to_owned()), chosen].into_iter().flatten() {
                let name = self.variable(scope, &name);
                shared.push(&*expanded.text(fragments, graph, name)?);
            }
        }
        pieces.push(Piece::Shared(Rc::new(shared)));
        let pieces = Rc::from(pieces);
        expanded.pieces.insert(family, Rc::clone(&pieces));
        Ok(pieces)
    }

    /// What the command line ends with: names and files.
    fn operands(&self, release: [u32; 2]) -> BString {
        let mut line = BString::default();
        let is_named = match self.kind {
            Kind::C | Kind::Cxx | Kind::Assembly | Kind::PlainAssembly => true,
            Kind::PreprocessedScript => release >= [0, 13],
            _ => false,
        };
        if is_named {
            self.append_names(&mut line);
        }
        self.append_files(&mut line);
        line
    }

    fn variable(&self, scope: Scope, name: &str) -> BString {
        match scope {
            Global | Lone => BString::from(name),
            Library => names::of_library(self.library, name),
            Source => names::of_source(self.library, self.source, self.variant, name),
            Variant => names::of_variant(self.variant, name),
        }
    }

    /// What the source is told of itself.
    fn append_names(&self, line: &mut BString) {
        let base = names::file_name(self.source);
        let mut push = |parts: &[&[u8]]| parts.iter().for_each(|part| line.extend_from_slice(part));
        push(&[b" -D__LIBNAME__=", self.library, b" -D__BASENAME__=", base]);
        if let Some(variant) = self.variant {
            push(&[b" -D__VARIANT__=", variant]);
        }
    }

    fn append_files(&self, line: &mut BString) {
        let (library, output) = (self.library, self.output);
        let base = names::file_name(self.source);
        let mut push = |parts: &[&[u8]]| parts.iter().for_each(|part| line.extend_from_slice(part));
        match self.kind {
            Kind::C | Kind::Cxx | Kind::Assembly | Kind::PlainAssembly => {
                push(&[b" -c ", self.source, b" -o ", output]);
            }
            Kind::PreprocessedScript => push(&[b" ", self.source, b" -o ", output]),
            Kind::Rust => {
                push(&[b" --cfg '__LIBNAME__=\"", library, b"\"'"]);
                push(&[b" --cfg '__BASENAME__=\"", base, b"\"'"]);
                if let Some(variant) = self.variant {
                    push(&[b" --cfg '__VARIANT__=\"", variant, b"\"'"]);
                }
                push(&[b" ", self.source, b" -o ", output]);
            }
            Kind::DeviceTree => push(&[b" -I dts -O dtb -o ", output, b" ", self.source]),
            Kind::Script | Kind::Header => {}
        }
        if let Some(depfile) = self.dependency_file() {
            line.extend_from_slice(b" -Wp,-MD,");
            line.extend_from_slice(&depfile);
        }
    }
}
