//! Which combinations of platform and architecture the command line asks for. Knows kraft.yaml's
//! targets; knows nothing of how they are built.

use clap::ValueEnum;

use super::arguments::Images;
use crate::machine::Platform;
use crate::project::{App, Combination, Target};
use crate::toolchain::Architecture;

/// What is asked for: targets of kraft.yaml, or every platform that is named with every architecture
/// that is; the configured ones where none is.
pub(super) fn combinations(request: &Images, app: &App) -> miette::Result<Vec<Combination>> {
    if request.all || !request.target.is_empty() {
        return targets(request, app);
    }
    let platforms = or_configured(&request.plat);
    let architectures = or_configured(&request.arch);
    let pairs = platforms.into_iter().flat_map(|platform| {
        let with =
            move |architecture| Combination { platform, architecture, ..Combination::default() };
        architectures.clone().into_iter().map(with).collect::<Vec<_>>()
    });
    Ok(pairs.collect())
}

/// What is to be tested: `--all` means every platform and architecture, where kraft.yaml names no
/// target.
pub(super) fn tested(request: &Images, app: &App) -> miette::Result<Vec<Combination>> {
    if !request.all || !app.kraft.targets.is_empty() {
        return combinations(request, app);
    }
    let plat = or_all(&request.plat, &Platform::ALL);
    let arch = or_all(&request.arch, Architecture::value_variants());
    combinations(&Images { plat, arch, target: Vec::new(), all: false }, app)
}

fn or_all<T: Copy>(named: &[T], all: &[T]) -> Vec<T> {
    if named.is_empty() { all } else { named }.to_vec()
}

fn or_configured<T: Copy + PartialEq>(named: &[T]) -> Vec<Option<T>> {
    let mut once = Vec::new();
    for &one in named {
        if !once.contains(&Some(one)) {
            once.push(Some(one));
        }
    }
    if once.is_empty() { vec![None] } else { once }
}

fn targets(request: &Images, app: &App) -> miette::Result<Vec<Combination>> {
    let all = &app.kraft.targets;
    for word in &request.target {
        if !all.iter().any(|target| target.is_called(word)) {
            return Err(no_target(&format!("kraft.yaml has no target {word}"), all));
        }
    }
    let is_meant =
        |target: &Target| request.all || request.target.iter().any(|word| target.is_called(word));
    let mut found = Vec::new();
    for (at, target) in all.iter().enumerate().filter(|(_, target)| is_meant(target)) {
        let (platform, architecture) = (platform_of(target), architecture_of(target));
        let fits = is_among(&request.plat, &platform) && is_among(&request.arch, &architecture);
        if fits {
            let (platform, architecture) = (Some(platform?), Some(architecture?));
            found.push(Combination { platform, architecture, target: Some(at) });
        }
    }
    match found.is_empty() {
        true => Err(no_target("no target of kraft.yaml is meant", all)),
        false => Ok(found),
    }
}

/// Whether what a target is for is among those that are wanted; all are when none is named.
fn is_among<T: PartialEq>(wanted: &[T], one: &miette::Result<T>) -> bool {
    wanted.is_empty() || one.as_ref().is_ok_and(|one| wanted.contains(one))
}

fn no_target(message: &str, all: &[Target]) -> miette::Report {
    let names: Vec<String> = all.iter().map(Target::to_string).collect();
    let help = match names.is_empty() {
        true => "kraft.yaml has none: name a platform with --plat".to_owned(),
        false => format!("it has {}", names.join(", ")),
    };
    miette::miette!(help = help, "{message}")
}

/// The platform of a target. KraftKit calls the machine monitors that kvm's images run in platforms,
/// too.
fn platform_of(target: &Target) -> miette::Result<Platform> {
    let name = match target.platform.as_str() {
        "qemu" => "kvm",
        name => name,
    };
    let platform = Platform::ALL.into_iter().find(|platform| platform.name() == name);
    platform.ok_or_else(|| {
        let help = "platforms are kvm (or qemu) and linuxu";
        miette::miette!(help = help, "the target {target} is for an unknown platform")
    })
}

fn architecture_of(target: &Target) -> miette::Result<Architecture> {
    Architecture::named(&target.architecture).ok_or_else(|| {
        let all = Architecture::value_variants().iter().map(|one| one.name());
        let help = format!("architectures are {}", all.collect::<Vec<_>>().join(", "));
        miette::miette!(help = help, "the target {target} is for an unknown architecture")
    })
}
