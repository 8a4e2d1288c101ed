//! The command line that compiles one source: which variables it is made of, and in which order.
//! Knows the order that Unikraft's rules have; the variables' contents are the fragments'.

use std::collections::HashMap;

use bstr::{BStr, BString, ByteSlice};

use super::fragments::Fragments;
use super::names;
use super::source::Kind;
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

/// Variables already expanded. Every fragment has been read when the first command line is made,
/// so that a variable has one value from then on.
pub(super) struct Expanded {
    /// Major and minor version of the core.
    release: [u32; 2],
    texts: HashMap<BString, BString>,
}

impl Expanded {
    /// Nothing yet, in a core of this release.
    pub(super) fn new(release: [u32; 2]) -> Expanded {
        Expanded { release, texts: HashMap::new() }
    }

    fn append(
        &mut self,
        fragments: &mut Fragments,
        name: BString,
        line: &mut BString,
    ) -> Result<(), make::Error> {
        if !self.texts.contains_key(&name) {
            let text = fragments.value_of(&name)?;
            self.texts.insert(name.clone(), text.trim().into());
        }
        let text = &self.texts[&name];
        if !text.is_empty() {
            line.push(b' ');
            line.extend_from_slice(text);
        }
        Ok(())
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

    /// The whole command, as a shell would be given it.
    pub(super) fn command(
        &self,
        fragments: &mut Fragments,
        expanded: &mut Expanded,
    ) -> Result<BString, make::Error> {
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
        let mut line = BString::default();
        expanded.append(fragments, program.into(), &mut line)?;
        if self.kind == Kind::PreprocessedScript {
            line.extend_from_slice(b" -E -P -x assembler-with-cpp");
        }
        for &(scope, name) in parts {
            expanded.append(fragments, self.variable(scope, name), &mut line)?;
            if !matches!(scope, Lone) {
                let chosen = format!("{name}-y");
                expanded.append(fragments, self.variable(scope, &chosen), &mut line)?;
            }
        }
        let is_named = match self.kind {
            Kind::C | Kind::Cxx | Kind::Assembly | Kind::PlainAssembly => true,
            Kind::PreprocessedScript => expanded.release >= [0, 13],
            _ => false,
        };
        if is_named {
            self.append_names(&mut line);
        }
        self.append_files(&mut line);
        Ok(line)
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
