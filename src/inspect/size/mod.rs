//! Which library and object an image's bytes come from, section by section. Knows how steps link
//! objects; reads the linked file and the objects, and nothing that the linker might have logged.

mod pieces;
mod places;

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};
use rules::graph::{CommandRef, StepId};

pub use pieces::SizeError;

use super::view::View;
use pieces::{Extent, Piece};
use places::{Places, Strings};

/// Gaps up to this come from alignment; larger ones the linker has filled.
const PADDING: u64 = 64;

/// Where an image's memory comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The linked file.
    pub file: PathBuf,
    /// Its sections in memory, by address.
    pub sections: Vec<Section>,
    /// Who the bytes come from, the largest first.
    pub sources: Vec<Share>,
}

/// A section of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name.
    pub name: BString,
    /// Its place in memory.
    pub address: u64,
    /// Its length there.
    pub size: u64,
    /// Whether it is in the file, too.
    pub in_file: bool,
}

/// What a part of an image comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A library's object.
    Object {
        /// The library; none for what belongs to no library.
        library: Option<BString>,
        /// The object file, and a member's name behind an archive's.
        object: BString,
    },
    /// Alignment.
    Padding,
    /// What the linker and the linker script made, and what nobody can be found for.
    Linker,
}

/// The bytes of one owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Whose they are.
    pub owner: Owner,
    /// Bytes per section, as in [`Sizes::sections`].
    pub bytes: Vec<u64>,
}

impl Share {
    /// All its bytes.
    pub fn total(&self) -> u64 {
        self.bytes.iter().sum()
    }
}

/// An object file that is linked.
struct Input {
    library: Option<BString>,
    path: PathBuf,
}

/// Tells where the memory of the image at `image` comes from. `linked` is the linked file with its
/// symbols: the image's `.dbg`.
pub fn sizes(view: &View<'_>, linked: &BStr) -> Result<Sizes, SizeError> {
    let file = PathBuf::from(OsStr::from_bytes(linked));
    let image = pieces::linked(&file)?;
    let mut owners = Vec::new();
    let mut all = Vec::new();
    for input in inputs(view, linked) {
        for member in pieces::pieces(&input.path)? {
            let mut object = BString::from(input.path.as_os_str().as_bytes());
            if let Some(name) = member.name {
                object.extend_from_slice(&[b"(", name.as_slice(), b")"].concat());
            }
            let owner = Owner::Object { library: input.library.clone(), object };
            all.extend(member.pieces.into_iter().map(|piece| (owners.len(), piece)));
            owners.push(owner);
        }
    }
    let pieces: Vec<&Piece> = all.iter().map(|(_, piece)| piece).collect();
    let places = Places::find(&image, &pieces);
    let strings = Strings::of(&pieces);
    let mut shares: BTreeMap<Owner, Vec<u64>> = BTreeMap::new();
    for (at, section) in image.sections.iter().enumerate() {
        let mut give = |owner: &Owner, bytes: u64| {
            let share = shares.entry(owner.clone());
            share.or_insert_with(|| vec![0; image.sections.len()])[at] += bytes;
        };
        for (from, to, piece) in places.ranges(section.address, section.address + section.size) {
            match piece {
                Some(number) => give(&owners[all[number].0], to - from),
                None => {
                    let owner_of = |string: &BString| {
                        strings.owner(string).map(|number| &owners[all[number].0])
                    };
                    fill(section, from, to, &owner_of, &mut give);
                }
            }
        }
    }
    let mut sources: Vec<Share> =
        shares.into_iter().map(|(owner, bytes)| Share { owner, bytes }).collect();
    sources.sort_by_key(|share| std::cmp::Reverse(share.total()));
    let sections = image.sections.into_iter().map(|section| Section {
        name: section.name,
        address: section.address,
        size: section.size,
        in_file: !section.data.is_empty(),
    });
    Ok(Sizes { file, sections: sections.collect(), sources })
}

/// Gives away a range that no piece lies in: merged strings to whom they belong, the rest to
/// alignment or to the linker.
fn fill<'o>(
    section: &Extent,
    from: u64,
    to: u64,
    owner_of: &impl Fn(&BString) -> Option<&'o Owner>,
    give: &mut impl FnMut(&Owner, u64),
) {
    let offset = |address: u64| (address - section.address) as usize;
    let data = section.data.get(offset(from)..offset(to)).unwrap_or_default();
    let mut rest = to - from;
    for string in pieces::strings(data) {
        if let Some(owner) = owner_of(&string).filter(|_| string.len() > 1) {
            give(owner, string.len() as u64);
            rest -= string.len() as u64;
        }
    }
    if rest > 0 {
        let padding = rest < PADDING && (rest == to - from || !data.is_empty());
        give(if padding { &Owner::Padding } else { &Owner::Linker }, rest);
    }
}

/// The object files and archives that are linked into a file, in the order of linking.
fn inputs(view: &View<'_>, linked: &BStr) -> Vec<Input> {
    let mut inputs = Vec::new();
    let mut seen = HashSet::new();
    let mut step = view.maker(linked);
    // An image of another combination is a copy of the linked file.
    while let Some(copy) = step
        && !operands(view, copy).iter().any(|path| is_linkable(path))
    {
        step = operands(view, copy).into_iter().find_map(|path| view.maker(path));
    }
    if let Some(step) = step {
        collect(view, step, &mut seen, &mut inputs);
    }
    inputs
}

fn collect(view: &View<'_>, step: StepId, seen: &mut HashSet<BString>, inputs: &mut Vec<Input>) {
    for path in operands(view, step) {
        if !is_linkable(path) || !seen.insert(path.to_owned()) {
            continue;
        }
        let maker = view.maker(path);
        match maker.filter(|&maker| operands(view, maker).iter().any(|path| is_linkable(path))) {
            Some(maker) => collect(view, maker, seen, inputs),
            None => {
                let library = maker.and_then(|maker| view.library_of(maker));
                let library = library.or_else(|| view.library_of(step)).map(BString::from);
                let path = Path::new(OsStr::from_bytes(path)).to_owned();
                inputs.push(Input { library, path });
            }
        }
    }
}

/// The files that a step reads, in the order in which its command names them.
fn operands<'v>(view: &'v View<'_>, step: StepId) -> Vec<&'v BStr> {
    let described = view.graph.step(step);
    let inputs: HashSet<&BStr> =
        described.inputs().iter().map(|&file| view.graph.path(file)).collect();
    let mut named: Vec<&BStr> = Vec::new();
    for command in described.commands().iter() {
        match command {
            CommandRef::Exec { argv, .. } => named.extend(argv.iter()),
            CommandRef::Shell { script, .. } => {
                named.extend(script.fields().map(|word| word.as_bstr()))
            }
            CommandRef::Write(_) => {}
        }
    }
    named.retain(|word| inputs.contains(word));
    named.extend(described.inputs().iter().map(|&file| view.graph.path(file)));
    let mut once = HashSet::new();
    named.retain(|path| once.insert(*path));
    named
}

fn is_linkable(path: &BStr) -> bool {
    path.ends_with(b".o") || path.ends_with(b".a")
}
