//! `ukbuild merge-config` and `ukbuild diffconfig`, run as programs. The folders in `cases` hold
//! what is expected; generated runs need the originals.
//!
//! With `KCONFIG_MERGE_SCRIPT` naming `merge_config.sh` of Linux 6.1 and `KCONFIG_DIFF_SCRIPT` its
//! `diffconfig`, the cases and `KCONFIG_RUNS` generated runs of each are compared with them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cases;
mod generate;
mod run;

use std::fmt::Debug;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use run::{Call, Original};

/// Generated runs unless `KCONFIG_RUNS` says otherwise.
const RUNS: u32 = 60;

/// Compares generated runs, the same ones each time.
fn compare<S: Strategy>(original: &Original, inputs: &S, call: impl Fn(&S::Value) -> Call)
where
    S::Value: Debug,
{
    let cases = std::env::var("KCONFIG_RUNS").map_or(RUNS, |count| count.parse().unwrap());
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 300, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let compared = runner.run(inputs, |input| {
        let call = call(&input);
        proptest::prop_assert_eq!(run::ours(&call), original.run(&call));
        Ok(())
    });
    match compared {
        Ok(()) => println!("{cases} generated runs agree"),
        Err(TestError::Fail(reason, input)) => panic!("{reason}\n{input:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

#[test]
fn merges_are_those_of_the_original() {
    let Some(original) = Original::merge() else { return };
    compare(&original, &generate::merges(), generate::Merge::call);
}

#[test]
fn comparisons_are_those_of_the_original() {
    let Some(original) = Original::diff() else { return };
    compare(&original, &generate::comparisons(), generate::Comparison::call);
}

#[test]
fn cases_are_as_expected() {
    cases::check();
}
