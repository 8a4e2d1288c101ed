//! Names for the addresses of an image, from its debug information: function, file, line. Knows
//! nothing of where the addresses come from.

use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use addr2line::{Loader, Location};
use object::{Object, ObjectSection, SectionKind};

use super::report::Knowledge;
use super::sources;
use super::unwind::{self, State};

/// The debug information of one image.
pub(super) struct Symbols {
    file: PathBuf,
    loader: Loader,
    /// What is in the image: the last symbol of the table has no end.
    inside: Vec<Range<u64>>,
    /// Folders by the short names that paths in the image begin with, and where the user is.
    sources: Vec<(String, PathBuf)>,
    folder: PathBuf,
}

impl Symbols {
    /// Reads the debug information that lies beside `image`, or else what it has itself. None when
    /// neither can be read.
    pub(super) fn beside(
        image: &Path,
        sources: &[(String, PathBuf)],
        folder: &Path,
    ) -> Option<Symbols> {
        let mut beside = image.as_os_str().to_owned();
        beside.push(".dbg");
        let open = |file: PathBuf| {
            let loader = Loader::new(&file).ok()?;
            let inside = inside(&file)?;
            let (sources, folder) = (sources.to_owned(), folder.to_owned());
            Some(Symbols { file, loader, inside, sources, folder })
        };
        open(beside.into()).or_else(|| open(image.to_owned()))
    }

    fn add_place(&self, described: &mut String, location: Option<Location<'_>>) {
        let Some(Location { file: Some(file), line, .. }) = location else { return };
        let file = sources::place(&self.sources, Path::new(file));
        let file = file.strip_prefix(&self.folder).unwrap_or(&file);
        let _ = match line {
            Some(line) => write!(described, " ({}:{line})", file.display()),
            None => write!(described, " ({})", file.display()),
        };
    }
}

/// The addresses of an image's sections of code and data.
fn inside(file: &Path) -> Option<Vec<Range<u64>>> {
    use SectionKind::{Data, ReadOnlyData, Text, UninitializedData};
    let content = std::fs::read(file).ok()?;
    let file = object::File::parse(content.as_slice()).ok()?;
    let sections = file
        .sections()
        .filter(|section| matches!(section.kind(), Text | Data | ReadOnlyData | UninitializedData));
    Some(sections.map(|it| it.address()..it.address().saturating_add(it.size())).collect())
}

impl Knowledge for Symbols {
    /// `function (file:line)`, and what that was inlined into.
    fn describe(&self, address: u64) -> Option<String> {
        // What was left out of the image has names at address 0 and above.
        if !self.inside.iter().any(|range| range.contains(&address)) {
            return None;
        }
        let mut described = String::new();
        if let Ok(mut frames) = self.loader.find_frames(address) {
            while let Ok(Some(frame)) = frames.next() {
                let Some(name) = &frame.function else { continue };
                let name = name.demangle().unwrap_or_else(|_| name.raw_name().unwrap_or_default());
                // A part that the compiler split off is called like the whole.
                if described.starts_with(&format!("{name} ")) {
                    continue;
                }
                if !described.is_empty() {
                    described.push_str(" in ");
                }
                described.push_str(&name);
                self.add_place(&mut described, frame.location);
            }
        }
        if described.is_empty() {
            // Assembly has lines, but its functions are in the symbol table alone.
            let symbol = self.loader.find_symbol_info(address)?;
            let _ = write!(described, "{}+{:#x}", symbol.name(), address - symbol.address());
            self.add_place(&mut described, self.loader.find_location(address).ok().flatten());
        }
        Some(described)
    }

    fn callers(&self, state: &State, moved: u64) -> Vec<u64> {
        let Ok(content) = std::fs::read(&self.file) else { return Vec::new() };
        let Ok(file) = object::File::parse(content.as_slice()) else { return Vec::new() };
        let section = file.section_by_name(".debug_frame").and_then(|it| it.data().ok());
        section.map_or_else(Vec::new, |section| unwind::callers(section, state, moved))
    }
}
