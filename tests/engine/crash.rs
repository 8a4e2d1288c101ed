//! Builds that are killed, journals that are damaged: the next build is right all the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command as Process, Stdio};
use std::time::Duration;

use rules::graph::Graph;
use ukbuild::engine::{Reason, Settings, Silent, build};

use crate::world::{World, within_limit};

const SOURCES: [&str; 4] = ["s0", "s1", "s2", "s3"];

/// Steps of all kinds, slow enough to be hit in the middle.
fn graph(world: &World) -> Graph {
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

fn contents(world: &World) -> BTreeMap<String, String> {
    let read = |name: String| {
        let text = world.read(&format!("build/{name}"));
        (name, text)
    };
    world.built().into_iter().map(read).collect()
}

fn write_sources(world: &World, round: usize) {
    for (at, source) in SOURCES.iter().enumerate() {
        // Not all sources change every time.
        world.write(source, &format!("source {at} of {}\n", round / (at + 1)));
    }
}

/// What a build in a fresh folder gives for the same sources.
fn clean(round: usize) -> BTreeMap<String, String> {
    let world = World::new();
    write_sources(&world, round);
    world.build(&graph(&world), &["build/all"]);
    contents(&world)
}

/// Not a test of its own: the process that the next test kills.
#[test]
fn victim() {
    let Some(folder) = std::env::var_os("UKBUILD_TEST_VICTIM") else { return };
    let world = World::at(PathBuf::from(folder));
    let graph = graph(&world);
    let goal = graph.find(world.path("build/all").to_str().unwrap()).unwrap();
    let settings = Settings { jobs: 2, ..world.settings.clone() };
    build(&graph, &[goal], &settings, &Silent).unwrap();
}

#[test]
fn after_a_kill_the_next_build_is_right() {
    within_limit(|| {
        let world = World::new();
        for round in 0..16 {
            write_sources(&world, round);
            let mut victim = Process::new(std::env::current_exe().unwrap())
                .args(["--exact", "crash::victim", "--test-threads=1"])
                .env("UKBUILD_TEST_VICTIM", world.path(""))
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(5 + 11 * (round as u64 * 7 % 16)));
            victim.kill().unwrap();
            victim.wait().unwrap();
            world.build(&graph(&world), &["build/all"]);
            assert_eq!(contents(&world), clean(round), "round {round}");
            assert_eq!(world.build(&graph(&world), &["build/all"]).ran(), [""; 0]);
        }
    });
}

#[test]
fn a_journal_cut_anywhere_is_noticed_and_made_good() {
    let world = World::new();
    write_sources(&world, 0);
    let graph = graph(&world);
    world.build(&graph, &["build/all"]);
    let expected = contents(&world);
    let path = world.path("build/.ukbuild/journal");
    let whole = fs::read(&path).unwrap();
    for part in 0..12 {
        let cut = (whole.len() * part / 12 + 1).min(whole.len() - 2);
        let damaged = [cut, cut + 1].map(|cut| {
            fs::write(&path, &whole[..cut]).unwrap();
            let told = world.build(&graph, &["build/all"]);
            assert!(!told.started.is_empty());
            assert_eq!(contents(&world), expected);
            let again = world.build(&graph, &["build/all"]);
            assert_eq!((again.damaged, again.started.len()), (0, 0));
            told.damaged
        });
        // Between two records a journal is a shorter one; a byte further on it is not.
        assert!(matches!(damaged, [1, 1] | [0, 1] | [1, 0]), "cut at {cut}: {damaged:?}");
    }
}

#[test]
fn a_journal_with_a_flipped_byte_is_noticed_and_made_good() {
    let world = World::new();
    write_sources(&world, 0);
    let graph = graph(&world);
    world.build(&graph, &["build/all"]);
    let path = world.path("build/.ukbuild/journal");
    let whole = fs::read(&path).unwrap();
    for part in 0..12 {
        let mut broken = whole.clone();
        broken[whole.len() * part / 12] ^= 1;
        fs::write(&path, &broken).unwrap();
        let told = world.build(&graph, &["build/all"]);
        assert_eq!(told.damaged, 1);
        assert_eq!(world.build(&graph, &["build/all"]).started.len(), 0);
    }
    fs::write(&path, "not a journal at all\n").unwrap();
    let told = world.build(&graph, &["build/all"]);
    assert_eq!((told.damaged, told.why("build/all")), (1, &Reason::NeverBuilt));
}

#[test]
fn lost_recipes_cost_only_the_detail() {
    let world = World::new();
    world.write("a", "A\n");
    let graph = |flag: &str| {
        let mut make = world.graph();
        make.recipe("build/b", &["a"], &format!(": {flag}; cat %a% > %build/b%"));
        make.graph
    };
    world.build(&graph("-O1"), &["build/b"]);
    fs::remove_file(world.path("build/.ukbuild/recipes")).unwrap();
    assert_eq!(world.build(&graph("-O1"), &["build/b"]).ran(), [""; 0]);
    let told = world.build(&graph("-O2"), &["build/b"]);
    assert_eq!(told.why("build/b").to_string(), "command changed");
    let told = world.build(&graph("-O3"), &["build/b"]);
    assert_eq!(told.why("build/b").to_string(), "flag -O2; replaced by -O3;");
}

#[test]
fn a_killed_step_that_is_removed_leaves_nothing() {
    within_limit(|| {
        let world = World::new();
        write_sources(&world, 1);
        let mut victim = Process::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::victim", "--test-threads=1"])
            .env("UKBUILD_TEST_VICTIM", world.path(""))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !world.exists("build/slow0") {
            std::thread::sleep(Duration::from_millis(1));
        }
        victim.kill().unwrap();
        victim.wait().unwrap();
        let mut make = world.graph();
        make.cat("build/other", &["s0"]);
        let graph = make.graph;
        world.build(&graph, &["build/other"]);
        assert_eq!(world.built(), ["other"]);
    });
}

#[test]
fn a_killed_step_whose_input_is_put_back_is_as_it_was() {
    within_limit(|| {
        let world = World::new();
        world.write("a", "one\n");
        let mut make = world.graph();
        make.recipe(
            "build/b",
            &["a"],
            "echo part > %build/b%; while test -e %wait%; do touch %began%; sleep 0.01; done; \
             cat %a% > %build/b%",
        );
        let script = "echo part > $1; while test -e $2; do sleep 0.01; done; cat $0 > $1";
        let command = make.exec(&["sh", "-c", script, "%a%", "%build/c%", "%wait%"]);
        let step = make.step(&["build/c"], &["a"], vec![command]);
        make.add(step);
        make.cat("build/all", &["build/b", "build/c"]);
        let graph = make.graph;
        world.build(&graph, &["build/all"]);
        // As a killed build leaves it: begun, and nothing undone.
        let journal = fs::read(world.path("build/.ukbuild/journal")).unwrap();
        world.write("a", "two\n");
        world.write("wait", "");
        let cancel = world.settings.cancel.clone();
        let began = world.path("began");
        let saved = world.path("build/.ukbuild/journal");
        let copy = world.path("journal");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !began.exists() || !world.exists("build/.uk~c") {
                    std::thread::sleep(Duration::from_millis(2));
                }
                fs::copy(&saved, &copy).unwrap();
                cancel.store(true, std::sync::atomic::Ordering::Relaxed);
            });
            assert!(world.try_build(&graph, &["build/all"]).1.is_err());
        });
        cancel.store(false, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(world.built(), ["all", "b", "c"]);
        assert!(fs::read(&copy).unwrap().len() > journal.len());
        fs::copy(&copy, &saved).unwrap();
        fs::rename(world.path("build/b"), world.path("build/.uk-old~b")).unwrap();
        world.write("build/b", "part\n");
        world.write("build/.uk~c", "part\n");
        world.write("a", "one\n");
        assert_eq!(world.build(&graph, &["build/all"]).ran(), [""; 0]);
        assert_eq!(world.built(), ["all", "b", "c"]);
        assert_eq!(world.read("build/b"), "one\n");
    });
}
