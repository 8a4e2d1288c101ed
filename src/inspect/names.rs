//! What a name on the command line stands for: a library, or files of the build. Knows ways to
//! write paths; knows no questions.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use bstr::{BStr, BString, ByteSlice};

use super::view::View;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A library of the images.
    Library(BString),
    /// A file that a step reads or makes.
    File(BString),
}

/// A name that stands for nothing in the build.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing in this build is called {name}")]
pub struct Unknown {
    /// What was asked for.
    pub name: BString,
    /// The name of a library or of a file that looks most like it.
    pub similar: Option<String>,
}

/// Names less alike than this are not taken for mistyped.
const ALIKE: f64 = 0.8;

impl View<'_> {
    /// What `name` stands for: a library; a file, as seen from one of `folders`; or else every file
    /// whose path ends in it.
    pub fn find(&self, name: &[u8], folders: &[&Path]) -> Result<Vec<Thing>, Unknown> {
        if let Some(library) = self.library(name) {
            return Ok(vec![Thing::Library(library.to_owned())]);
        }
        let paths = self.paths();
        for folder in folders {
            let path = normal(&folder.join(OsStr::from_bytes(name)));
            let real = path.canonicalize().ok();
            for path in std::iter::once(path).chain(real) {
                if let Some(&known) = paths.get(path.as_os_str().as_bytes().as_bstr()) {
                    return Ok(vec![Thing::File(known.to_owned())]);
                }
            }
        }
        let ending = |path: &&&BStr| {
            let before = path.strip_suffix(name);
            !name.is_empty() && before.is_some_and(|before| before.ends_with(b"/"))
        };
        let ends: Vec<Thing> =
            paths.iter().filter(ending).map(|path| Thing::File(path.to_vec().into())).collect();
        match ends.is_empty() {
            false => Ok(ends),
            true => Err(Unknown { name: name.into(), similar: self.similar(name, &paths) }),
        }
    }

    /// Every path that a needed step reads or makes.
    fn paths(&self) -> BTreeSet<&BStr> {
        let mut paths = BTreeSet::new();
        for step in self.steps() {
            paths.extend(self.needs(step).into_iter().map(|(path, _)| path));
            paths.extend(self.outputs(step));
        }
        paths
    }

    fn similar(&self, name: &[u8], paths: &BTreeSet<&BStr>) -> Option<String> {
        let name = name.rsplit_str("/").next().unwrap_or_default().to_str_lossy();
        let files = paths.iter().filter_map(|path| path.rsplit_str("/").next());
        let known = self.libraries.iter().map(|library| library.as_slice()).chain(files);
        known
            .map(|known| (strsim::jaro_winkler(&name, &known.to_str_lossy()), known))
            .filter(|(alike, _)| *alike >= ALIKE)
            .max_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(_, known)| known.to_str_lossy().into_owned())
    }
}

/// A path without `.` and `..`, as far as its text tells.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
