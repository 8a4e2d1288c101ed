//! Where the build folder has what is made of a library's sources. Knows the layouts that Unikraft's
//! releases have had; knows nothing of what makes the files.

use bstr::{BStr, BString, ByteSlice};

use super::fragments::{Fragments, Registry};
use super::names;
use crate::make;

/// A file that is made of a source.
#[derive(Clone, Copy)]
pub(super) struct Product<'a> {
    /// The library that the source belongs to.
    pub(super) library: &'a BStr,
    /// The source.
    pub(super) source: &'a BStr,
    /// The variant, when there is one.
    pub(super) variant: Option<&'a BStr>,
    /// What takes the place of the source's suffix, dot included.
    pub(super) suffix: &'a [u8],
    /// The folder in the library's own: empty for that one itself.
    pub(super) folder: &'a BStr,
}

/// A library's folder in the build folder.
pub(super) fn folder(make: &mut Fragments, library: &BStr) -> make::Result<BString> {
    let library = library.trim().as_bstr();
    let is_tree = is_tree(make, library)?;
    Ok(folder_of(make, library, is_tree))
}

fn folder_of(make: &Fragments, library: &BStr, is_tree: bool) -> BString {
    let name = names::file_name(library);
    if is_tree { make.in_build(&[name, b"/build"]) } else { make.in_build(&[name]) }
}

/// Whether a library keeps the folders of its sources in the build folder, too (`addlib_tree`).
fn is_tree(make: &mut Fragments, library: &BStr) -> make::Result<bool> {
    let tree = names::of_library(library, "_BUILDTREE");
    Ok(make.variable(&tree).is_some() && !make.value_of(&tree)?.is_empty())
}

impl<'a> Product<'a> {
    /// Where it lies.
    pub(super) fn path(self, make: &mut Fragments) -> make::Result<BString> {
        let library = self.library.trim().as_bstr();
        let is_tree = is_tree(make, library)?;
        let name = if is_tree { self.name_in_tree(make)? } else { names::file_name(self.source) };
        let mut path = folder_of(make, library, is_tree);
        let mut push = |parts: &[&[u8]]| parts.iter().for_each(|part| path.extend_from_slice(part));
        if !self.folder.is_empty() {
            push(&[b"/", self.folder]);
        }
        push(&[b"/", names::without_suffix(name)]);
        if let Some(variant) = self.variant {
            push(&[b".", variant]);
        }
        push(&[self.suffix]);
        Ok(path)
    }

    /// The source's name, with its folders in the library's sources.
    fn name_in_tree(self, make: &mut Fragments) -> make::Result<&'a BStr> {
        let mut sources =
            make.value_of(&names::of_library(self.library.trim().as_bstr(), "SRC"))?;
        sources.push(b'/');
        let inside = self.source.strip_prefix(sources.as_slice()).filter(|_| sources.len() > 1);
        Ok(inside.map_or(names::file_name(self.source), ByteSlice::as_bstr))
    }
}

/// The folder that a source's products have in their library's (`SUBBUILD`).
pub(super) fn inner_folder(
    make: &mut Fragments,
    library: &BStr,
    source: &BStr,
    variant: Option<&BStr>,
) -> make::Result<BString> {
    let name = names::of_source(library, source, variant, "SUBBUILD");
    Ok(make.value_of(&name)?.trim().into())
}
