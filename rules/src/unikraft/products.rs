//! Where the build folder has what is made of a library's sources. Knows the layouts that Unikraft's
//! releases have had; knows nothing of what makes the files.

use bstr::{BStr, BString, ByteSlice};

use super::fragments::{Fragments, Registry, concat};
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
    let name = names::file_name(library);
    Ok(match is_tree(make, library)? {
        true => make.in_build(&[name, b"/build"]),
        false => make.in_build(&[name]),
    })
}

/// Whether a library keeps the folders of its sources in the build folder, too (`addlib_tree`).
fn is_tree(make: &mut Fragments, library: &BStr) -> make::Result<bool> {
    let tree = names::of_library(library, "_BUILDTREE");
    Ok(make.variable(&tree).is_some() && !make.value_of(&tree)?.is_empty())
}

impl Product<'_> {
    /// Where it lies.
    pub(super) fn path(self, make: &mut Fragments) -> make::Result<BString> {
        let mut path = folder(make, self.library)?;
        if !self.folder.is_empty() {
            path = concat(&[&path, b"/", self.folder]);
        }
        let name = self.name(make)?;
        let stem = names::without_suffix(name.as_bstr());
        path = concat(&[&path, b"/", stem]);
        if let Some(variant) = self.variant {
            path = concat(&[&path, b".", variant]);
        }
        path.extend_from_slice(self.suffix);
        Ok(path)
    }

    /// The source's name, with its folders in the library's sources where those are kept.
    fn name(self, make: &mut Fragments) -> make::Result<BString> {
        let library = self.library.trim().as_bstr();
        if is_tree(make, library)? {
            let mut sources = make.value_of(&names::of_library(library, "SRC"))?;
            sources.push(b'/');
            if let Some(inside) = self.source.strip_prefix(sources.as_slice())
                && sources.len() > 1
            {
                return Ok(inside.into());
            }
        }
        Ok(names::file_name(self.source).into())
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
