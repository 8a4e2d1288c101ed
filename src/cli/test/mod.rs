//! `ukbuild test`: test images, built as one graph, booted side by side, and what their tests came to.

mod bench;
mod boot;
mod show;

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::arguments::{How, Test};
use super::combinations::tested;
use super::describe::{Show, Wanted};
use super::run::sources;
use super::{Outcome, build, record, report};
use crate::machine::{Accelerator, Machine};
use crate::project::App;
use crate::surroundings::Surroundings;
use crate::testing::{self, Selection};
use bench::Bench;
use boot::{Boot, Booted};
use show::{Form, Results};

/// `ukbuild test`
pub(super) fn main(request: &Test, surroundings: &Surroundings) -> Outcome {
    let bench = Bench::find(&request.words, surroundings)?;
    let Bench { app, surroundings, .. } = &bench;
    let combinations = tested(&request.images, app)?.into_iter();
    let wanted: Vec<Wanted<'_>> =
        combinations.map(|combination| Wanted { app, goals: &[], combination }).collect();
    let libraries = bench.libraries(&wanted)?;
    let selection = Selection::new(libraries, request.filter.clone());
    let selection = selection.map_err(|error| report::plain(&error))?;
    // What is printed as JSON are results.
    let how = How { json: false, ..request.how.clone() };
    let images = record::traced(&how, surroundings, |trace| {
        build::images(app, &wanted, &how, Show::Errors, trace, surroundings)
    })?;
    if how.dry_run {
        return Ok(0);
    }
    let machines: Vec<Machine> = images
        .into_iter()
        .map(|image| Machine {
            image: image.path,
            platform: image.platform,
            architecture: image.architecture,
            arguments: Vec::new(),
            memory: request.memory,
            accelerator: Accelerator::default(),
            debugger: None,
            scratch: app.build(),
            sources: sources(app, surroundings),
        })
        .collect();
    if machines.is_empty() {
        let help = "choose a platform: ukbuild set PLAT_LINUXU=y, or name one with --plat";
        return Err(miette::miette!(help = help, "the configuration builds no image"));
    }
    let boot = Boot {
        selection: &selection,
        lists: request.list,
        limit: Duration::from_secs(request.timeout),
        jobs: request.how.at_once(),
        surroundings,
    };
    let results = Results::new(form(request), &machines);
    match boot.all(&machines, &results)? {
        Booted::Interrupted(signal) => Ok(128u8.saturating_add(signal as u8)),
        Booted::Done(images) => finish(request, &selection, &results, &images, surroundings),
    }
}

fn form(request: &Test) -> Form {
    match (request.how.json, &request.tap, request.list) {
        (true, ..) => Form::Json,
        (false, _, true) => Form::List,
        (false, Some(None), false) => Form::Nothing,
        (false, _, false) => Form::Lines,
    }
}

/// Tells what it all came to.
fn finish(
    request: &Test,
    selection: &Selection,
    results: &Results<'_>,
    images: &[testing::Image],
    surroundings: &Surroundings,
) -> Outcome {
    let write = |path: &Path, text: String| {
        let path = surroundings.resolve(path);
        std::fs::write(&path, text).map_err(|error| report::file("write", &path, &error))
    };
    if let Some(path) = &request.junit {
        write(path, testing::junit(images))?;
    }
    match &request.tap {
        Some(Some(path)) => write(path, testing::tap(images))?,
        Some(None) if !request.list => say!("{}", testing::tap(images)),
        _ => {}
    }
    let failed = images.iter().map(testing::Image::failed).sum();
    results.done(images.iter().map(testing::Image::passed).sum(), failed);
    if failed > 0 {
        return Ok(1);
    }
    results.missing(selection, !request.filter.is_empty())?;
    Ok(0)
}

/// A word as text; one that is not names no library.
fn text(word: &OsString) -> String {
    word.to_string_lossy().into_owned()
}

/// Whose tests are built.
fn tests_of(folder: &Path, surroundings: &Surroundings) -> miette::Result<App> {
    Ok(App::open(folder, surroundings)?.tests())
}
