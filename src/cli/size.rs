//! `ukbuild size`: which library an image's bytes come from, as a table or as JSON.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use bstr::{BStr, BString, ByteSlice};
use serde_json::{Map, Value, json};

use super::Outcome;
use super::arguments::{Size, Which};
use super::subject::Subject;
use crate::inspect::{self, Owner, Share, SizeError, Sizes};
use crate::machine::Platform;
use crate::surroundings::Surroundings;
use crate::toolchain::Architecture;

/// Sections smaller than this part of an image have no column of their own.
const SMALL: u64 = 200;

/// Most columns of a table.
const COLUMNS: usize = 6;

/// `ukbuild size [IMAGE]`
pub(super) fn main(request: &Size, surroundings: &Surroundings) -> Outcome {
    let which = meant(request);
    let subject = Subject::load(&which, surroundings)?;
    let view = subject.view();
    let wanted = request.image.as_deref().map(base_name);
    let linked: Vec<&BStr> = view
        .goals
        .iter()
        .map(|&goal| view.graph.path(goal))
        .filter(|path| path.ends_with(b".dbg"))
        .filter(|path| wanted.is_none_or(|name| is_called(path, name.as_bytes())))
        .collect();
    if linked.is_empty() {
        let name = wanted.unwrap_or_default().display();
        return Err(miette::miette!(
            help = "`ukbuild query outputs` lists what is built; --plat and --arch choose another image",
            "there is no image {name}"
        ));
    }
    let mut values = Vec::new();
    for (at, path) in linked.into_iter().enumerate() {
        let sizes = inspect::sizes(&view, path).map_err(|error| match &error {
            SizeError::Read { .. } => {
                miette::miette!(help = "build it first: ukbuild build", "{error}")
            }
            SizeError::Format { .. } => miette::miette!("{error}"),
        })?;
        if request.json {
            values.push(value(&sizes));
            continue;
        }
        if at > 0 {
            say_line!();
        }
        say!("{}", table(&sizes, subject.shown(path), request.objects));
    }
    if request.json {
        say_line!("{:#}", Value::from(values));
    }
    Ok(0)
}

/// The build that the image is of: its name tells, when options do not.
fn meant(request: &Size) -> Which {
    let mut which = request.which.clone();
    let name = request.image.as_deref().map(|image| base_name(image).to_string_lossy());
    let name = name.as_deref().unwrap_or_default();
    let name = name.strip_suffix(".dbg").unwrap_or(name);
    if which.plat.is_none() && which.arch.is_none() {
        let platforms = [Platform::Kvm, Platform::Linuxu].into_iter();
        let all = platforms.flat_map(|platform| {
            [Architecture::X86_64, Architecture::Arm64].map(|architecture| (platform, architecture))
        });
        for (platform, architecture) in all {
            if name.ends_with(&format!("_{platform}-{architecture}")) {
                which.plat = Some(platform);
                which.arch = Some(architecture);
            }
        }
    }
    which
}

fn base_name(path: &OsStr) -> &OsStr {
    Path::new(path).file_name().unwrap_or(path)
}

/// Whether a linked file is meant by an image's name, with or without `.dbg`.
fn is_called(path: &[u8], name: &[u8]) -> bool {
    let file = path.rsplit_str("/").next().unwrap_or_default();
    file == name || file.strip_suffix(b".dbg") == Some(name)
}

/// What a row is about.
fn title(owner: &Owner) -> BString {
    match owner {
        Owner::Object { library: Some(library), .. } => library.clone(),
        Owner::Object { library: None, object } => object.clone(),
        Owner::Padding => "(alignment)".into(),
        Owner::Linker => "(linker)".into(),
    }
}

/// Shares added up per title, the largest first.
fn per_library(sizes: &Sizes) -> Vec<(BString, Vec<u64>, Vec<&Share>)> {
    let mut libraries: BTreeMap<BString, (Vec<u64>, Vec<&Share>)> = BTreeMap::new();
    for share in &sizes.sources {
        let empty = || (vec![0; sizes.sections.len()], Vec::new());
        let (bytes, shares) = libraries.entry(title(&share.owner)).or_insert_with(empty);
        bytes.iter_mut().zip(&share.bytes).for_each(|(sum, own)| *sum += own);
        shares.push(share);
    }
    let mut libraries: Vec<_> =
        libraries.into_iter().map(|(name, (bytes, shares))| (name, bytes, shares)).collect();
    libraries.sort_by_key(|(_, bytes, _)| std::cmp::Reverse(bytes.iter().sum::<u64>()));
    libraries
}

fn table(sizes: &Sizes, name: &BStr, objects: bool) -> String {
    let total: u64 = sizes.sections.iter().map(|section| section.size).sum();
    let in_file = sizes.sections.iter().filter(|section| section.in_file);
    let in_file: u64 = in_file.map(|section| section.size).sum();
    // The largest sections have a column each, in the order of their addresses.
    let mut columns: Vec<usize> = (0..sizes.sections.len()).collect();
    columns.sort_by_key(|&at| std::cmp::Reverse(sizes.sections[at].size));
    columns.truncate(COLUMNS);
    columns.retain(|&at| sizes.sections[at].size * SMALL >= total);
    columns.sort_unstable();
    let cells = |bytes: &[u64]| -> Vec<String> {
        let sum: u64 = bytes.iter().sum();
        let shown: Vec<u64> = columns.iter().map(|&at| bytes[at]).collect();
        let other = sum - shown.iter().sum::<u64>();
        shown.into_iter().chain([other, sum]).map(|bytes| bytes.to_string()).collect()
    };
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    let heads = columns.iter().map(|&at| sizes.sections[at].name.to_string());
    rows.push((String::new(), heads.chain(["other".to_owned(), "total".to_owned()]).collect()));
    for (library, bytes, shares) in per_library(sizes) {
        rows.push((library.to_string(), cells(&bytes)));
        let objects = shares.iter().filter(|_| objects);
        rows.extend(objects.filter_map(|share| match &share.owner {
            Owner::Object { object, .. } => {
                let file = object.rsplit_str("/").next().unwrap_or_default();
                Some((format!("  {}", file.as_bstr()), cells(&share.bytes)))
            }
            _ => None,
        }));
    }
    let all: Vec<u64> = sizes.sections.iter().map(|section| section.size).collect();
    rows.push(("total".to_owned(), cells(&all)));
    let mut out = format!("{name}: {total} bytes in memory, {in_file} of them in the file\n");
    write_rows(&rows, &mut out);
    out
}

fn write_rows(rows: &[(String, Vec<String>)], out: &mut String) {
    let first = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let count = rows.first().map_or(0, |(_, cells)| cells.len());
    let width = |at: usize| rows.iter().map(|(_, cells)| cells[at].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    for (name, cells) in rows {
        // Writing to a string does not fail.
        let _ = write!(out, "  {name:<first$}");
        for (cell, width) in cells.iter().zip(&widths) {
            let _ = write!(out, "  {cell:>width$}");
        }
        out.push('\n');
    }
}

fn value(sizes: &Sizes) -> Value {
    let per_section = |bytes: &[u64]| -> Map<String, Value> {
        let named = sizes.sections.iter().zip(bytes).filter(|(_, bytes)| **bytes > 0);
        named.map(|(section, bytes)| (section.name.to_string(), json!(bytes))).collect()
    };
    let sections: Vec<Value> = sizes
        .sections
        .iter()
        .map(|section| {
            json!({
                "name": section.name.to_str_lossy(), "address": section.address,
                "size": section.size, "in_file": section.in_file,
            })
        })
        .collect();
    let libraries: Vec<Value> = per_library(sizes)
        .into_iter()
        .map(|(name, bytes, shares)| {
            let objects: Vec<Value> = shares
                .iter()
                .filter_map(|share| match &share.owner {
                    Owner::Object { object, .. } => Some(json!({
                        "object": object.to_str_lossy(), "total": share.total(),
                        "sections": per_section(&share.bytes),
                    })),
                    _ => None,
                })
                .collect();
            json!({
                "name": name.to_str_lossy(), "total": bytes.iter().sum::<u64>(),
                "sections": per_section(&bytes), "objects": objects,
            })
        })
        .collect();
    json!({
        "image": sizes.file.display().to_string(), "sections": sections, "libraries": libraries,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn which(image: &str) -> (Option<Platform>, Option<Architecture>) {
        let nothing = Which { app: None, plat: None, arch: None };
        let image = Some(OsString::from(image));
        let which = meant(&Size { image, objects: false, which: nothing, json: false });
        (which.plat, which.arch)
    }

    #[test]
    fn an_image_says_what_it_is_for() {
        let (kvm, linuxu) = (Some(Platform::Kvm), Some(Platform::Linuxu));
        assert_eq!(which("build/my_app_kvm-arm64"), (kvm, Some(Architecture::Arm64)));
        assert_eq!(which("app_linuxu-x86_64.dbg"), (linuxu, Some(Architecture::X86_64)));
        assert_eq!(which("app"), (None, None));
    }
}
