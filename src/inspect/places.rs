//! Where in the sources the addresses of an image lie, by the debugging information in it. Knows
//! nothing of how somebody came by an address.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use addr2line::gimli::{Dwarf, EndianSlice, LittleEndian, SectionId};
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};

/// What an address belongs to. Of functions that are inlined into each other, the innermost comes
/// first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The function's name.
    pub function: Option<String>,
    /// File, as the compiler was told it, and line.
    pub source: Option<(String, u32)>,
    /// Whether the function is part of the code of the next place.
    pub inlined: bool,
}

/// Why there are no places.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum PlaceError {
    /// The file cannot be read.
    #[error("cannot read {}: {cause}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// Not an ELF file, or a damaged one.
    #[error("{} is no image with debugging information: {cause}", path.display())]
    Format {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
}

/// The places of each of `addresses` in the image at `path`; none for those that nothing is known of.
pub fn places(path: &Path, addresses: &[u64]) -> Result<Vec<Vec<Place>>, PlaceError> {
    let read = |cause| PlaceError::Read { path: path.to_owned(), cause };
    let data = std::fs::read(path).map_err(read)?;
    find(&data, addresses).map_err(|cause| PlaceError::Format { path: path.to_owned(), cause })
}

fn find(data: &[u8], addresses: &[u64]) -> Result<Vec<Vec<Place>>, String> {
    let file = object::File::parse(data).map_err(|error| error.to_string())?;
    let section = |id: SectionId| -> Result<Cow<'_, [u8]>, String> {
        let section = file.section_by_name(id.name());
        let data = section.map(|section| section.uncompressed_data()).transpose();
        data.map(Option::unwrap_or_default).map_err(|error| error.to_string())
    };
    let sections = addr2line::gimli::DwarfSections::load(section)?;
    let dwarf: Dwarf<_> = sections.borrow(|data| EndianSlice::new(data, LittleEndian));
    let context = addr2line::Context::from_dwarf(dwarf).map_err(|error| error.to_string())?;
    addresses.iter().map(|&address| of_address(&context, &file, address)).collect()
}

fn of_address(
    context: &addr2line::Context<EndianSlice<'_, LittleEndian>>,
    file: &object::File<'_>,
    address: u64,
) -> Result<Vec<Place>, String> {
    let wrong = |error: addr2line::gimli::Error| error.to_string();
    let mut places = Vec::new();
    let mut frames = context.find_frames(address).skip_all_loads().map_err(wrong)?;
    while let Some(frame) = frames.next().map_err(wrong)? {
        let function = frame.function.and_then(|name| Some(name.raw_name().ok()?.into_owned()));
        let source = frame.location.and_then(|location| Some((location.file?, location.line?)));
        places.push(Place {
            function,
            source: source.map(|(file, line)| (file.to_owned(), line)),
            inlined: true,
        });
    }
    if places.is_empty() {
        places.push(Place::default());
    }
    if let Some(outermost) = places.last_mut() {
        outermost.inlined = false;
        // Of assembly only lines are recorded.
        outermost.function = outermost.function.take().or_else(|| symbol_at(file, address));
    }
    places.retain(|place| *place != Place::default());
    Ok(places)
}

/// The symbol of code that covers an address.
fn symbol_at(file: &object::File<'_>, address: u64) -> Option<String> {
    let covers = |symbol: &object::Symbol<'_, '_>| {
        symbol.kind() == SymbolKind::Text
            && (symbol.address()..symbol.address() + symbol.size()).contains(&address)
    };
    let symbol = file.symbols().find(covers)?;
    Some(symbol.name().ok()?.to_owned())
}
