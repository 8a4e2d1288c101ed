//! The build that a question is about: described as it would be built, together with what its last
//! build found. Knows how to get there; knows no questions.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::{BStr, ByteSlice};
use miette::IntoDiagnostic;

use super::arguments::Which;
use super::describe::{Described, Show, Wanted, describe_build};
use super::folder;
use crate::engine::History;
use crate::inspect::{Thing, View};
use crate::project::{App, Combination};
use crate::surroundings::Surroundings;

/// A described build and its past.
pub(super) struct Subject {
    pub(super) app: App,
    pub(super) described: Described,
    history: History,
    here: PathBuf,
}

impl Subject {
    /// Configures and describes the build that is meant; builds nothing.
    pub(super) fn load(which: &Which, surroundings: &Surroundings) -> miette::Result<Subject> {
        let app = App::open(&folder(&which.app, surroundings), surroundings)?;
        let combination =
            Combination { platform: which.plat, architecture: which.arch, target: None };
        let wanted = Wanted { app: &app, goals: &[], combination };
        let described = describe_build(wanted, None, false, Show::Errors, surroundings)?;
        let history = History::read(&described.graph, &app.build());
        let history = history.into_diagnostic()?;
        Ok(Subject { app, described, history, here: surroundings.folder.clone() })
    }

    pub(super) fn view(&self) -> View<'_> {
        let Described { graph, goals, libraries, configuration, .. } = &self.described;
        View::new(graph, goals, libraries, &configuration.build, &self.history)
    }

    /// What names stand for.
    pub(super) fn things(&self, view: &View<'_>, names: &[OsString]) -> miette::Result<Vec<Thing>> {
        let mut things = Vec::new();
        for name in names {
            things.extend(self.find(view, name)?);
        }
        Ok(things)
    }

    /// What one name stands for.
    pub(super) fn find(&self, view: &View<'_>, name: &OsString) -> miette::Result<Vec<Thing>> {
        let folders = [&self.here, &self.app.folder, &self.described.configuration.build];
        let folders = folders.map(PathBuf::as_path);
        view.find(name.as_bytes(), &folders).map_err(|unknown| {
            let help = match &unknown.similar {
                Some(similar) => format!("there is {similar}; "),
                None => String::new(),
            };
            let help = format!(
                "{help}`ukbuild query libs` and `ukbuild query sources` list what there is; headers \
                 are known after a build"
            );
            miette::miette!(help = help, "{unknown}")
        })
    }

    /// A path as people here would write it.
    pub(super) fn shown<'p>(&self, path: &'p BStr) -> &'p BStr {
        shown(path, &self.here)
    }
}

/// `path` as seen from the folder `here`, when it lies below.
pub(super) fn shown<'p>(path: &'p BStr, here: &Path) -> &'p BStr {
    let below = path.strip_prefix(here.as_os_str().as_bytes());
    let below = below.and_then(|below| below.strip_prefix(b"/")).filter(|below| !below.is_empty());
    below.map_or(path, |below| below.as_bstr())
}
