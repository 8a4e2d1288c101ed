//! What object files and archives hold of an image: sections, and the symbols that tell them apart.
//! Knows ELF; knows nothing of libraries or of where a piece ends up.

use std::path::{Path, PathBuf};

use bstr::{BString, ByteSlice};
use object::elf::{self, SHF_ALLOC, SHF_MERGE, SHF_STRINGS};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, SectionIndex};

/// An object's section that takes memory, or one of its common symbols.
pub(super) struct Piece {
    /// The section's name; empty for a common symbol.
    pub(super) section: BString,
    pub(super) size: u64,
    pub(super) align: u64,
    /// Names in it: name, offset, size.
    pub(super) symbols: Vec<(BString, u64, u64)>,
    /// Its strings, when the linker may merge them with others'.
    pub(super) strings: Option<Vec<BString>>,
    /// Whether the linker may merge its parts with equal ones.
    pub(super) merged: bool,
}

/// An object: a file, or a member of an archive.
pub(super) struct Member {
    /// The member's name; none for a file of its own.
    pub(super) name: Option<BString>,
    pub(super) pieces: Vec<Piece>,
}

/// A linked file: its sections in memory, and its symbols.
pub(super) struct Linked {
    pub(super) sections: Vec<Extent>,
    /// Name, address, size.
    pub(super) symbols: Vec<(BString, u64, u64)>,
}

/// A section in memory.
pub(super) struct Extent {
    pub(super) name: BString,
    pub(super) address: u64,
    pub(super) size: u64,
    /// What it holds; empty when it is all zero and not in the file.
    pub(super) data: Vec<u8>,
}

/// Why sizes cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum SizeError {
    /// A file is not there or cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file is damaged or of another kind.
    #[error("{} is no ELF file that can be used: {cause}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: object::Error,
    },
}

fn read(path: &Path) -> Result<Vec<u8>, SizeError> {
    std::fs::read(path).map_err(|cause| SizeError::Read { path: path.to_owned(), cause })
}

fn format(path: &Path) -> impl Fn(object::Error) -> SizeError {
    let path = path.to_owned();
    move |cause| SizeError::Format { path: path.clone(), cause }
}

/// The pieces of an object file, or those of each member of an archive.
pub(super) fn pieces(path: &Path) -> Result<Vec<Member>, SizeError> {
    let data = read(path)?;
    let wrong = format(path);
    if !data.starts_with(&object::archive::MAGIC) && !data.starts_with(&object::archive::THIN_MAGIC)
    {
        return Ok(vec![Member { name: None, pieces: of_object(&data).map_err(wrong)? }]);
    }
    let archive = ArchiveFile::parse(&*data).map_err(&wrong)?;
    let mut members = Vec::new();
    for member in archive.members() {
        let member = member.map_err(&wrong)?;
        let outside;
        let inner = if member.is_thin() {
            outside = read(&path.with_file_name(member.name().to_os_str_lossy()))?;
            outside.as_slice()
        } else {
            member.data(&*data).map_err(&wrong)?
        };
        let name = Some(BString::from(member.name()));
        // Archives may hold anything; only objects take part in linking.
        if let Ok(pieces) = of_object(inner) {
            members.push(Member { name, pieces });
        }
    }
    Ok(members)
}

fn of_object(data: &[u8]) -> Result<Vec<Piece>, object::Error> {
    let file = object::File::parse(data)?;
    let mut pieces = Vec::new();
    let mut numbers: Vec<(SectionIndex, usize)> = Vec::new();
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else { continue };
        let has = |flag: elf::SectionFlags| sh_flags.0 & flag.0 != 0;
        if !has(SHF_ALLOC) || section.size() == 0 {
            continue;
        }
        numbers.push((section.index(), pieces.len()));
        let strings =
            if has(SHF_MERGE) && has(SHF_STRINGS) { Some(strings(section.data()?)) } else { None };
        pieces.push(Piece {
            section: section.name_bytes()?.into(),
            size: section.size(),
            align: section.align().max(1),
            symbols: Vec::new(),
            strings,
            merged: has(SHF_MERGE),
        });
    }
    for symbol in file.symbols() {
        let name = BString::from(symbol.name_bytes()?);
        if name.is_empty() {
            continue;
        }
        if symbol.is_common() {
            pieces.push(Piece {
                section: BString::default(),
                size: symbol.size(),
                align: symbol.address().max(1),
                symbols: vec![(name, 0, symbol.size())],
                strings: None,
                merged: false,
            });
        } else if let Some(index) = symbol.section_index()
            && let Some(&(_, at)) = numbers.iter().find(|(known, _)| *known == index)
        {
            pieces[at].symbols.push((name, symbol.address(), symbol.size()));
        }
    }
    Ok(pieces)
}

/// The strings of a section of them, each with the zero byte that ends it.
pub(super) fn strings(data: &[u8]) -> Vec<BString> {
    data.split_inclusive(|&byte| byte == 0).map(BString::from).collect()
}

/// Reads a linked file.
pub(super) fn linked(path: &Path) -> Result<Linked, SizeError> {
    let data = read(path)?;
    let wrong = format(path);
    let file = object::File::parse(&*data).map_err(&wrong)?;
    let mut linked = Linked { sections: Vec::new(), symbols: Vec::new() };
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else { continue };
        if sh_flags.0 & SHF_ALLOC.0 == 0 || section.size() == 0 {
            continue;
        }
        let in_file = section.file_range().is_some();
        linked.sections.push(Extent {
            name: section.name_bytes().map_err(&wrong)?.into(),
            address: section.address(),
            size: section.size(),
            data: if in_file { section.data().map_err(&wrong)?.to_vec() } else { Vec::new() },
        });
    }
    for symbol in file.symbols().filter(|symbol| symbol.is_definition()) {
        let name = BString::from(symbol.name_bytes().map_err(&wrong)?);
        linked.symbols.push((name, symbol.address(), symbol.size()));
    }
    linked.sections.sort_by_key(|section| section.address);
    Ok(linked)
}
