//! One word of a library's `SRCS`: a path, what it is turned into first, and its variants. Knows
//! the notation `path>suffix|variant|variant`, not what compiles it.

use bstr::{BStr, BString, ByteSlice};

use super::names;

/// A source as a fragment lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// The file.
    pub(super) path: BString,
    /// The suffix, dot included, of what a preprocessor makes of it; that is then compiled.
    pub(super) through: Option<BString>,
    /// Compiled once for each; once without a variant when there are none.
    pub(super) variants: Vec<BString>,
}

/// What a source is, by its suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// C.
    C,
    /// C++.
    Cxx,
    /// Assembly that the C preprocessor reads first.
    Assembly,
    /// Assembly as it is.
    PlainAssembly,
    /// A linker script that the C preprocessor reads first.
    PreprocessedScript,
    /// A linker script as it is.
    Script,
    /// A device tree.
    DeviceTree,
    /// Rust.
    Rust,
    /// Named so that it is made in time; nothing compiles it.
    Header,
}

impl Source {
    /// Reads one word. Only the first `>` part counts, as in the original.
    pub(super) fn parse(word: &BStr) -> Source {
        let mut parts = word.split_str("|").filter(|part| !part.is_empty());
        let first = parts.next().unwrap_or_default();
        let mut chain = first.split_str(">").filter(|part| !part.is_empty());
        Source {
            path: chain.next().unwrap_or_default().into(),
            through: chain.next().map(BString::from),
            variants: parts.map(BString::from).collect(),
        }
    }

    /// The variants to compile: one without a name when none is listed.
    pub(super) fn each_variant(&self) -> Vec<Option<&BStr>> {
        match self.variants.as_slice() {
            [] => vec![None],
            variants => variants.iter().map(|variant| Some(variant.as_bstr())).collect(),
        }
    }
}

impl Kind {
    /// What `path` is; none for a suffix that nothing compiles.
    pub(super) fn of(path: &BStr) -> Option<Kind> {
        if path.ends_with(b".lds.S") {
            return Some(Kind::PreprocessedScript);
        }
        Some(match names::suffix(path).as_bytes() {
            b"c" => Kind::C,
            b"cp" | b"cc" | b"cpp" | b"CPP" | b"C" | b"c++" | b"cxx" => Kind::Cxx,
            b"S" | b"sx" => Kind::Assembly,
            b"s" => Kind::PlainAssembly,
            b"ld" => Kind::Script,
            b"dts" => Kind::DeviceTree,
            b"rs" => Kind::Rust,
            b"in" | b"uk" | b"h" | b"hp" | b"hh" | b"hpp" | b"HPP" | b"H" => Kind::Header,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notation() {
        let source = Source::parse(b"/l/trap.c|isr|common".as_bstr());
        assert_eq!(source.path, "/l/trap.c");
        assert_eq!(source.variants, ["isr", "common"]);
        let source = Source::parse(b"/l/table.awk>.c|x".as_bstr());
        assert_eq!(
            (source.path.as_slice(), source.through.unwrap()),
            (&b"/l/table.awk"[..], ".c".into())
        );
        assert_eq!(Source::parse(b"/l/a.c".as_bstr()).each_variant(), [None]);
    }

    #[test]
    fn kinds() {
        assert_eq!(Kind::of(b"/a/link64.lds.S".as_bstr()), Some(Kind::PreprocessedScript));
        assert_eq!(Kind::of(b"/a/entry64.S".as_bstr()), Some(Kind::Assembly));
        assert_eq!(Kind::of(b"/a/readme.txt".as_bstr()), None);
    }
}
