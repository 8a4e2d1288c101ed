//! Upstream sources of libraries: the macros that fetch, check, unpack and patch them, and the steps
//! that do. Knows which files a library has from upstream only by their names: whoever asks for a
//! file in a library's origin folder that no step makes waits until it is unpacked. These files are
//! nobody's outputs: an archive is not unpacked again because another of its files is asked for, nor
//! does anything else that was made in the folder go then.
//!
//! Unpacking and patching are one step: a patch changes files in place, so that doing it alone a
//! second time would fail.

use bstr::{BStr, BString, ByteSlice};

use super::core::Error;
use super::fragments::{Fragments, Registry, concat, origin as place_of};
use super::macros::{Macro, Text, argument};
use super::names;
use crate::graph::{FileId, Graph, Origin, Step};

/// The macros by name.
pub(super) const MACROS: &[(&str, Macro)] = &[
    ("fetch", |make, of| {
        fetch(make, argument(of, 0), &[argument(of, 1)], names::file_name(argument(of, 1)))
    }),
    ("fetchas", |make, of| fetch(make, argument(of, 0), &[argument(of, 1)], argument(of, 2))),
    ("fetch2", |make, of| {
        let urls = [argument(of, 1), argument(of, 2)];
        fetch(make, argument(of, 0), &urls, names::file_name(argument(of, 1)))
    }),
    ("fetchas2", |make, of| {
        fetch(make, argument(of, 0), &[argument(of, 1), argument(of, 2)], argument(of, 3))
    }),
    ("unarchive", |make, of| unarchive(make, argument(of, 0), argument(of, 1), argument(of, 2))),
    ("patch", |make, of| patch(make, argument(of, 0), argument(of, 1), argument(of, 2))),
    ("clone", |make, of| clone(make, argument(of, 0), argument(of, 1), argument(of, 2))),
];

/// Algorithms in the order in which sums are looked for.
const SUMS: [&str; 4] = ["SHA512", "SHA256", "SHA1", "MD5"];

/// Programs by the suffixes of the archives that they unpack.
const ARCHIVES: [(&[&str], &str); 4] = [
    (&[".tar.gz", ".tgz"], "$(TAR) -xzf"),
    (&[".tar.xz", ".txz"], "$(TAR) -xJf"),
    (&[".tar.bz2", ".tbz2"], "$(TAR) -xjf"),
    (&[".zip"], "$(UNZIP)"),
];

/// One library's upstream source.
#[derive(Clone, Debug)]
pub(super) struct Upstream {
    library: BString,
    source: Source,
    origin: Option<Origin>,
}

/// A folder of patches for a library's upstream source, which may be another library's, and may be
/// asked for only later.
#[derive(Clone, Debug)]
pub(super) struct Patches {
    library: BString,
    folder: BString,
    /// The folder inside the origin that they are for.
    inside: BString,
    origin: Option<Origin>,
}

/// Where upstream source comes from.
#[derive(Clone, Debug)]
enum Source {
    /// An archive, and what has to be there before it is unpacked.
    Archive { path: BString, after: Vec<BString> },
    /// A branch or tag of a repository.
    Repository { url: BString, branch: BString },
}

fn trimmed(text: &BStr) -> &BStr {
    text.trim().as_bstr()
}

/// Downloads an archive from the first address that has it, and checks its sum.
fn fetch(make: &mut Fragments, library: &BStr, urls: &[&BStr], file: &BStr) -> Text {
    let (library, file) = (trimmed(library), trimmed(file));
    let archive = make.in_build(&[library, b"/", file]);
    let download = |url: &&BStr| concat(&[b"$(WGET) -q -O ", &archive, b" '", trimmed(url), b"'"]);
    let tries: Vec<BString> =
        urls.iter().filter(|url| !trimmed(url).is_empty()).map(download).collect();
    let tries = BString::from(bstr::join(" || ", &tries));
    let first = urls.first().map_or(b"".as_bstr(), |url| trimmed(url));
    let announce: &[&[u8]] = &[b":\n\t$(call verbose_cmd,WGET,", library, b": ", first, b","];
    make.eval(&concat(&[&archive, &announce.concat(), &tries, b")\n"]))?;
    let checked = make.in_build(&[library, b"/.chksum"]);
    let mut checks = BString::default();
    for sum in SUMS {
        let name = names::of_library(library, &format!("ORIGIN_{sum}"));
        let value = make.value_of(&name)?.replace("\"", "");
        if let Some(value) = value.fields().next() {
            let program = format!("$(firstword $({sum}SUM))");
            checks.extend_from_slice(&concat(&[
                b"echo '",
                value,
                b"  ",
                &archive,
                b"' | ",
                program.as_bytes(),
                b" --check --quiet - && ",
            ]));
        }
    }
    let announce: &[&[u8]] = &[b"\n\t$(call verbose_cmd,CHECK,", library, b": ", file, b","];
    let rule =
        [&checked, &b": "[..], &archive, &announce.concat(), &checks, b"$(TOUCH) ", &checked];
    make.eval(&concat(&[&rule.concat(), b")\n"]))?;
    make.append(b"UK_FETCH-y", &checked)?;
    unarchive(make, library, archive.as_bstr(), checked.as_bstr())
}

/// Unpacks an archive into the library's origin folder.
fn unarchive(make: &mut Fragments, library: &BStr, archive: &BStr, after: &BStr) -> Text {
    let path = trimmed(archive);
    if unpacker(path).is_none() {
        return Err(
            make.fail(format!("{path}: nothing is known that unpacks this kind of archive"))
        );
    }
    let after = after.fields().map(BString::from).collect();
    add(make, trimmed(library), Source::Archive { path: path.into(), after })
}

/// Clones a branch or tag into the library's origin folder.
fn clone(make: &mut Fragments, library: &BStr, url: &BStr, branch: &BStr) -> Text {
    let (url, branch) = (trimmed(url).into(), trimmed(branch).into());
    add(make, trimmed(library), Source::Repository { url, branch })
}

fn add(make: &mut Fragments, library: &BStr, source: Source) -> Text {
    let folder = make.in_build(&[library, b"/origin"]);
    make.set(&names::of_library(library, "ORIGIN"), &folder);
    let stamp = make.in_build(&[library, b"/.origin"]);
    make.append(b"UK_FETCH-y", &stamp)?;
    let origin = make.location().map(place_of);
    let library = BString::from(library);
    make.state.origins.push(Upstream { library, source, origin });
    Ok(BString::default())
}

/// Applies the patches in a folder, by their names' order.
fn patch(make: &mut Fragments, library: &BStr, patches: &BStr, inside: &BStr) -> Text {
    let library = trimmed(library);
    let origin = make.location().map(place_of);
    let [folder, inside] = [patches, inside].map(|text| BString::from(trimmed(text)));
    make.state.patches.push(Patches { library: library.into(), folder, inside, origin });
    let stamp = make.in_build(&[library, b"/.patched"]);
    make.append(b"UK_FETCH-y", &stamp)?;
    Ok(BString::default())
}

fn unpacker(path: &[u8]) -> Option<&'static str> {
    let known = |(suffixes, _): &&(&[&str], &str)| {
        suffixes.iter().any(|suffix| path.ends_with(suffix.as_bytes()))
    };
    ARCHIVES.iter().find(known).map(|(_, program)| *program)
}

/// Adds the step that unpacks each origin. To be called when all other steps are in the graph.
pub(super) fn add_steps(make: &mut Fragments, graph: &mut Graph) -> Result<(), Error> {
    let mut patches = std::mem::take(&mut make.state.patches);
    for upstream in std::mem::take(&mut make.state.origins) {
        let (its, others) = patches.into_iter().partition(|one| one.library == upstream.library);
        patches = others;
        upstream.add_step(make, graph, its)?;
    }
    patches.iter().try_for_each(|left| left.add_step(make, graph))
}

impl Upstream {
    fn add_step(
        &self,
        make: &mut Fragments,
        graph: &mut Graph,
        patches: Vec<Patches>,
    ) -> Result<(), Error> {
        let folder = make.in_build(&[&self.library, b"/origin"]);
        let mut inputs = Vec::new();
        let mut script = concat(&[b"rm -rf ", &folder, b" && mkdir -p ", &folder]);
        let mut push = |parts: &[&[u8]]| {
            script.extend_from_slice(b" && ");
            parts.iter().for_each(|part| script.extend_from_slice(part));
        };
        let label = match &self.source {
            Source::Archive { path, after } => {
                inputs.push(graph.file(path));
                inputs.extend(after.iter().map(|file| graph.file(file)));
                let program = make.expand(unpacker(path).unwrap_or_default().as_bytes())?;
                let into: &[u8] = if path.ends_with(b".zip") { b" -d " } else { b" -C " };
                push(&[&program, b" ", path, into, &folder]);
                names::file_name(path.as_bstr())
            }
            Source::Repository { url, branch } => {
                let program = make.value_of(b"GIT")?;
                let options = b" clone --recurse-submodules -q --depth 1 --no-tags --branch ";
                push(&[&program, options, branch, b" ", url, b" ", &folder]);
                url.as_bstr()
            }
        };
        let mut stamps = vec![make.in_build(&[&self.library, b"/.origin"])];
        for one in &patches {
            for (file, command) in one.commands(make)? {
                push(&[&command]);
                inputs.push(graph.file(&file));
            }
        }
        if !patches.is_empty() {
            stamps.push(make.in_build(&[&self.library, b"/.patched"]));
        }
        stamps.iter().for_each(|stamp| push(&[b"touch ", stamp]));
        let command = make.script(&script)?;
        let outputs: Vec<FileId> = stamps.iter().map(|stamp| graph.file(stamp)).collect();
        let unpacked = outputs[0];
        graph.add(Step {
            tag: "UNPACK".to_owned(),
            label: format!("{}: {label}", self.library),
            commands: vec![command],
            outputs,
            inputs,
            origin: self.origin.clone(),
            ..Step::default()
        })?;
        graph.wait(&mentioned(graph, &concat(&[&folder, b"/"])), unpacked);
        // The folder stands for all that comes out of the archive.
        let folder = graph.file(&folder);
        if graph.producer(folder).is_none() {
            let (outputs, inputs) = (vec![folder], vec![unpacked]);
            graph.add(Step { outputs, inputs, ..Step::default() })?;
        }
        Ok(())
    }
}

impl Patches {
    /// Each patch with the command that applies it.
    fn commands(&self, make: &mut Fragments) -> Result<Vec<(BString, BString)>, Error> {
        let files = make.expand(&concat(&[b"$(sort $(wildcard ", &self.folder, b"/*))"]))?;
        let program = make.value_of(b"PATCH")?;
        let into = make.in_build(&[&self.library, b"/origin/", &self.inside]);
        let command = |file| concat(&[&program, b" -sd ", &into, b" -p1 < ", file]);
        Ok(files.fields().map(|file| (file.into(), command(file))).collect())
    }

    /// A step of its own, for source that no macro unpacks: a fragment's own rule does, or nothing,
    /// which whoever asks for the patched source is told.
    fn add_step(&self, make: &mut Fragments, graph: &mut Graph) -> Result<(), Error> {
        let stamp = make.in_build(&[&self.library, b"/.patched"]);
        let output = graph.file(&stamp);
        if graph.producer(output).is_some() {
            return Ok(());
        }
        let mut inputs = vec![graph.file(make.in_build(&[&self.library, b"/.origin"]))];
        let mut script = BString::default();
        for (file, command) in self.commands(make)? {
            script.extend_from_slice(&concat(&[&command, b" && "]));
            inputs.push(graph.file(&file));
        }
        script.extend_from_slice(&concat(&[b"touch ", &stamp]));
        graph.add(Step {
            tag: "PATCH".to_owned(),
            label: self.library.to_string(),
            commands: vec![make.script(&script)?],
            outputs: vec![output],
            inputs,
            origin: self.origin.clone(),
            ..Step::default()
        })?;
        Ok(())
    }
}

/// The path inside its origin folder of a file that comes out of an archive, or may.
pub(super) fn inside<'p>(make: &Fragments, path: &'p [u8]) -> Option<&'p [u8]> {
    let mut folders = make.state.origins.iter();
    folders
        .find_map(|one| path.strip_prefix(make.in_build(&[&one.library, b"/origin/"]).as_slice()))
}

/// The folder of unpacked source that a path lies in.
pub(super) fn folder(make: &Fragments, graph: &Graph, path: &[u8]) -> Option<FileId> {
    let inner = path.strip_prefix(make.in_build(&[]).as_slice())?;
    let (library, _) = inner.split_once_str("/origin/")?;
    let folder = graph.find(make.in_build(&[library, b"/origin"]))?;
    graph.producer(folder).map(|_| folder)
}

/// Files of the graph below a folder that no step makes.
fn mentioned(graph: &Graph, folder: &[u8]) -> Vec<FileId> {
    let below = graph.file_ids().filter(|&file| graph.path(file).starts_with(folder));
    below.filter(|&file| graph.producer(file).is_none()).collect()
}
