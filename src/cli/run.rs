//! `ukbuild run`: builds what is needed, runs the image, and ends with its exit status.

use std::path::Path;

use super::arguments::Run;
use super::build;
use super::describe::{Show, Wanted};
use super::{Outcome, folder, record};
use crate::inspect::{Place, places};
use crate::machine::{Frame, Machine};
use crate::project::{App, Combination};
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
        scratch: app.build(),
    };
    let run = machine.run(surroundings)?;
    show_backtrace(&machine.image, &run.backtrace);
    Ok(run.status)
}

/// The image prints addresses; what they mean stands in its `.dbg`, if it was built with debugging
/// information.
fn show_backtrace(image: &Path, backtrace: &[Frame]) {
    let mut debug = image.to_owned().into_os_string();
    debug.push(".dbg");
    let addresses = called(backtrace);
    let places = match places(Path::new(&debug), &addresses) {
        Ok(places) => places,
        Err(error) => return Show::Errors.line(&format!("note: {error}")),
    };
    if places.iter().all(Vec::is_empty) {
        return;
    }
    let mut places = places.iter().zip(&addresses);
    Show::Errors.line("Where that is:");
    for frame in backtrace {
        if let Frame::Gap = frame {
            Show::Errors.line("  ...");
        } else if let Some((places, address)) = places.next() {
            let lines = places.iter().map(line).collect::<Vec<_>>();
            let unknown = || vec![format!("  0x{address:x}")];
            let lines = if lines.is_empty() { unknown() } else { lines };
            lines.iter().for_each(|line| Show::Errors.line(line));
        }
    }
}

/// Addresses inside the instructions meant: all but the first are those behind a call.
fn called(backtrace: &[Frame]) -> Vec<u64> {
    let addresses = backtrace.iter().enumerate().filter_map(|(index, frame)| match frame {
        Frame::Address(address) if index == 0 => Some(*address),
        Frame::Address(address) => Some(address.saturating_sub(1)),
        Frame::Gap => None,
    });
    addresses.collect()
}

/// Files are named as in the debugging information, where the build folder is called `build`.
fn line(place: &Place) -> String {
    let function = place.function.as_deref().unwrap_or("?");
    let inlined = if place.inlined { " (inlined)" } else { "" };
    match &place.source {
        Some((file, line)) => {
            let file = file.strip_prefix("build/").unwrap_or(file);
            format!("  {function}{inlined} at {file}:{line}")
        }
        None => format!("  {function}{inlined}"),
    }
}
