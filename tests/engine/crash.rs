//! Builds that are killed, journals that are damaged: the next build is right all the same.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use ukbuild::engine::Reason;

use crate::victim::{self, Limit, clean, contents, graph, write_sources};
use crate::world::{World, within, within_limit};

/// How many builds are killed: `CRASHES`, or few.
pub(crate) fn crashes() -> u64 {
    std::env::var("CRASHES").map_or(16, |count| count.parse().unwrap())
}

/// A number below `limit`, drawn with a generator of its own so that a run can be repeated.
fn random(round: u64, limit: u64) -> u64 {
    let mut state = (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (state ^ (state >> 27)) % limit.max(1)
}

#[test]
fn after_a_kill_at_any_moment_the_next_build_is_right() {
    within(Duration::from_secs(10 * (30 + crashes())), || {
        let world = World::new();
        write_sources(&world, 0);
        let started = Instant::now();
        assert!(victim::start(&world, Limit::None).wait().unwrap().success());
        let whole = started.elapsed().as_micros() as u64;
        // Until so many were killed before their end.
        let (mut killed, mut round) = (0, 0);
        while killed < crashes() {
            round += 1;
            write_sources(&world, round as usize);
            let mut victim = victim::start(&world, Limit::None);
            std::thread::sleep(Duration::from_micros(random(round, whole)));
            victim.kill().unwrap();
            killed += u64::from(victim.wait().unwrap().signal().is_some());
            world.build(&graph(&world), &["build/all"]);
            assert_eq!(contents(&world), clean(round as usize), "round {round}");
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
        let mut victim = victim::start(&world, Limit::None);
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
