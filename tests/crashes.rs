//! Builds of a whole application, killed at random moments: the next one gives the image that a clean
//! build gives. `CRASHES=200 cargo test --test crashes` kills as many.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::Sandbox;

/// Two ways to configure the application, between which every object differs.
const WAYS: [&str; 2] = ["OPTIMIZE_PERF=y", "OPTIMIZE_SIZE=y"];

const IMAGES: [&str; 2] = ["build/helloworld_linuxu-x86_64", "build/helloworld_linuxu-x86_64.dbg"];

fn images(sandbox: &Sandbox) -> [Vec<u8>; 2] {
    IMAGES.map(|name| std::fs::read(sandbox.path(name)).unwrap())
}

/// A fraction of 1024, spread evenly over many rounds.
fn fraction(round: u32) -> u32 {
    round.wrapping_mul(0x9e37_79b9) >> 22
}

#[test]
fn after_a_kill_the_next_build_gives_the_image_of_a_clean_one() {
    let crashes: u32 = std::env::var("CRASHES").map_or(4, |count| count.parse().unwrap());
    let sandbox = Sandbox::sharing("apps/helloworld");
    // The cache, too, has a part in what is left behind.
    let uses_cache = |round: u32| round % 4 > 1;
    let build = |round: u32| match uses_cache(round) {
        false => vec!["build", "--no-cache"],
        true => vec!["build"],
    };
    let mut longest = Duration::ZERO;
    let clean = WAYS.map(|way| {
        sandbox.ukbuild(["properclean"]).expect(0);
        sandbox.ukbuild(["set", way]).expect(0);
        let began = Instant::now();
        sandbox.ukbuild(["build", "--no-cache"]).expect(0);
        longest = longest.max(began.elapsed());
        images(&sandbox)
    });
    assert!(clean[0] != clean[1]);
    // Until so many were killed before their end: what comes from the cache ends soon.
    let mut killed = 0;
    let mut round = 0;
    while killed < crashes {
        let way = round as usize % WAYS.len();
        sandbox.ukbuild(["set", WAYS[way]]).expect(0);
        let time = longest * fraction(round) / 1024 / if uses_cache(round) { 4 } else { 1 };
        killed += u32::from(sandbox.ukbuild_killed_after(time, build(round)));
        sandbox.ukbuild(build(round)).expect(0);
        assert!(images(&sandbox) == clean[way], "round {round}");
        let again = sandbox.ukbuild(["build"]).expect(0);
        assert!(again.stdout.contains("nothing to do"), "round {round}: {}", again.stdout);
        round += 1;
        assert!(round < 20 * crashes, "only {killed} of {round} were killed before their end");
    }
    println!("{killed} of {round} builds were killed before their end");
}
