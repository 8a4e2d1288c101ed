//! A build in a process of its own, to be killed or held back. Knows what it builds and what should
//! come of it; the tests know how to disturb it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command as Process, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rules::graph::Graph;
use rustix::process::{Resource, Rlimit, setrlimit};
use ukbuild::engine::{Error, Settings, Silent, build};

use crate::world::World;

const SOURCES: [&str; 4] = ["s0", "s1", "s2", "s3"];

/// What happens to the process when a file that it writes becomes too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// Files may have any length.
    None,
    /// The system kills it: no instruction of it is carried out after the write.
    Kill(usize),
    /// The write fails, as on a full disk.
    Fail(usize),
}

/// Steps of all kinds, slow enough to be hit in the middle.
pub(crate) fn graph(world: &World) -> Graph {
    let mut make = world.graph();
    let mut ends = Vec::new();
    for (at, source) in SOURCES.iter().enumerate() {
        let [raw, slow, copy] = ["raw", "slow", "copy"].map(|kind| format!("build/{kind}{at}"));
        make.cat(&raw, &[source]);
        make.recipe(
            &slow,
            &[&raw],
            &format!("echo head > %{slow}%; sleep 0.01; cat %{raw}% >> %{slow}%; sleep 0.01"),
        );
        let script = "printf begun > $1; sleep 0.01; cat $0 > $1";
        let command = make.exec(&["sh", "-c", script, &format!("%{slow}%"), &format!("%{copy}%")]);
        let step = make.step(&[&copy], &[&slow], vec![command]);
        make.add(step);
        ends.push(copy);
    }
    let ends: Vec<&str> = ends.iter().map(String::as_str).collect();
    make.cat("build/all", &ends);
    make.graph
}

/// All that was built, with what it holds.
pub(crate) fn contents(world: &World) -> BTreeMap<String, String> {
    let read = |name: String| {
        let text = world.read(&format!("build/{name}"));
        (name, text)
    };
    world.built().into_iter().map(read).collect()
}

pub(crate) fn write_sources(world: &World, round: usize) {
    for (at, source) in SOURCES.iter().enumerate() {
        // Not all sources change every time.
        world.write(source, &format!("source {at} of {}\n", round / (at + 1)));
    }
}

/// What a build in a fresh folder gives for the same sources.
pub(crate) fn clean(round: usize) -> BTreeMap<String, String> {
    let world = World::new();
    write_sources(&world, round);
    world.build(&graph(&world), &["build/all"]);
    contents(&world)
}

const FOLDER: &str = "UKBUILD_TEST_VICTIM";
const KILL: &str = "UKBUILD_TEST_KILL";
const FAIL: &str = "UKBUILD_TEST_FAIL";

/// Starts a build of the graph in the world's folder.
pub(crate) fn start(world: &World, limit: Limit) -> Child {
    let mut process = Process::new(std::env::current_exe().unwrap());
    process.args(["--exact", "victim::victim", "--test-threads=1"]).env(FOLDER, world.path(""));
    process.stdout(Stdio::null()).stderr(Stdio::null());
    match limit {
        Limit::None => &mut process,
        Limit::Kill(length) => process.env(KILL, length.to_string()),
        Limit::Fail(length) => process.env(FAIL, length.to_string()),
    };
    process.spawn().unwrap()
}

/// Not a test of its own: what runs in the process. One thread runs steps, so that what it writes is
/// the same each time, unless writes fail: then a second one writes on.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let world = World::at(PathBuf::from(folder));
    let graph = graph(&world);
    let goal = graph.find(world.path("build/all").to_str().unwrap()).unwrap();
    let number = |name| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let (kill, fail) = (number(KILL), number(FAIL));
    if fail.is_some() {
        // With a handler, the signal of a write beyond the limit leaves an error.
        signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::<AtomicBool>::default())
            .unwrap();
    }
    if let Some(length) = kill.or(fail) {
        let limit = |length| Rlimit { current: Some(length), maximum: Some(length) };
        setrlimit(Resource::Core, limit(0)).unwrap();
        setrlimit(Resource::Fsize, limit(length)).unwrap();
    }
    let jobs = if kill.is_some() { 1 } else { 2 };
    let settings = Settings { jobs, ..world.settings.clone() };
    let ended = build(&graph, &[goal], &settings, None, &Silent);
    match fail {
        None => assert!(ended.is_ok(), "{ended:?}"),
        Some(limit) => {
            let failed = matches!(ended, Err(Error::Io { .. } | Error::Failed(_)));
            let journal = std::fs::metadata(world.path("build/.ukbuild/journal")).unwrap();
            // It may be shorter than the one that the limit was taken from.
            assert!(failed || ended.is_ok() && journal.len() <= limit, "{ended:?}");
        }
    }
}
