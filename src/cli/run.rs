//! `ukbuild run`: builds what is needed, runs the image, and ends with its exit status.

use std::path::PathBuf;

use super::arguments::Run;
use super::build;
use super::describe::{Show, Wanted};
use super::{Outcome, folder, record};
use crate::machine::Machine;
use crate::project::{App, Combination, Roots};
use crate::surroundings::Surroundings;

/// `ukbuild run`
pub(super) fn main(request: &Run, surroundings: &Surroundings) -> Outcome {
    let app = App::open(&folder(&request.dir, surroundings), surroundings)?;
    let combination =
        Combination { platform: request.plat, architecture: request.arch, target: None };
    let how = &request.how;
    let images = record::traced(how, surroundings, |trace| {
        let wanted = [Wanted { app: &app, goals: &[], combination }];
        build::images(&app, &wanted, how, Show::Errors, trace, surroundings)
    })?;
    if how.dry_run {
        return Ok(0);
    }
    // Of several configured platforms, the one that needs nothing installed comes last in the list
    // of platforms and is the best first try.
    let Some(image) = images.into_iter().next_back() else {
        return Err(miette::miette!(
            help = "choose a platform: ukbuild set PLAT_LINUXU=y, or name one with --plat",
            "the configuration builds no image"
        ));
    };
    let machine = Machine {
        image: image.path,
        platform: image.platform,
        architecture: image.architecture,
        arguments: request.arguments.clone(),
        memory: request.memory,
        accelerator: request.accel,
        debugger: request.gdb,
        scratch: app.build(),
        sources: sources(&app, surroundings),
    };
    Ok(machine.run(surroundings)?)
}

/// Where sources are that an image names by short names (`UK_PREFIX_MAPS` in the core).
pub(super) fn sources(app: &App, surroundings: &Surroundings) -> Vec<(String, PathBuf)> {
    let mut sources =
        vec![("app".to_owned(), app.folder.clone()), ("build".to_owned(), app.build())];
    if let Ok(roots) = Roots::find(app, surroundings) {
        for library in roots.libraries {
            if let Some(name) = library.file_name() {
                sources.push((format!("libs/{}", name.display()), library));
            }
        }
        sources.push(("uk".to_owned(), roots.core));
    }
    sources
}
