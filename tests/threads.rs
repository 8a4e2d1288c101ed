//! Threads in images: what misuse of them is told, and their suites under the preemptive scheduler.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{COMBINATIONS, Sandbox};

/// Requests of `tests/apps/threads`, and what the reports have to say.
const REPORTS: [(&str, &[&str]); 12] = [
    ("overflow", &["stack overflow of thread deep", "Thread: deep", "recurse"]),
    ("return", &["entry function of a context (a thread function) returned", "Thread: returns"]),
    ("release-oneself", &["(init) is the one that runs"]),
    ("release-assigned", &["(assigned) is still assigned to scheduler"]),
    ("terminate-unassigned", &["(unassigned) is assigned to no scheduler"]),
    ("terminate-twice", &["(twice) is assigned to no scheduler: it has exited"]),
    ("yield-without-interrupts", &["thread init was to yield", "with interrupts off"]),
    ("sleep-without-interrupts", &["thread init was to yield", "with interrupts off"]),
    ("yield-in-handler", &["thread init was to yield", "in an interrupt handler", "handler.c"]),
    (
        "sleep-in-handler",
        &["thread init was to be blocked", "in an interrupt handler", "handler.c"],
    ),
    ("exit-in-handler", &["thread init was to yield", "in an interrupt handler"]),
    ("block-in-handler", &["thread victim was to be blocked", "in an interrupt handler"]),
];

#[test]
fn misuse_is_told_by_the_rule_that_it_broke() {
    let sandbox = Sandbox::sharing("tests/apps/threads");
    for image in COMBINATIONS {
        let listed = sandbox.boot(image, &["no such request"]).expect(2).stdout;
        let requests = listed.lines().filter(|line| line.starts_with("  ")).count();
        assert_eq!(requests, REPORTS.len(), "{image:?}: {listed}");
        for (request, texts) in REPORTS {
            let said = sandbox.boot(image, &[request]).expect(254).stdout;
            assert!(!said.contains("survived"), "{image:?}, {request}: {said}");
            for text in texts {
                assert!(said.contains(text), "{image:?}, {request}: no {text} in {said}");
            }
        }
    }
}

#[test]
fn stacks_are_guarded_by_the_paging_api_too() {
    let sandbox = Sandbox::sharing("tests/apps/threads");
    let options = "CONFIG_PLAT_KVM=y\nCONFIG_PAGING=y\n";
    sandbox.write("defconfig", &format!("{}{options}", sandbox.read("defconfig")));
    for architecture in ["x86_64", "arm64"] {
        let run = ["run", "--plat", "kvm", "--arch", architecture, "--", "overflow"];
        let said = sandbox.ukbuild(run).expect(254).stdout;
        assert!(said.contains("stack overflow of thread deep"), "{architecture}: {said}");
    }
}

#[test]
fn suites_pass_under_the_preemptive_scheduler() {
    let sandbox = Sandbox::sharing("tests/apps/suites");
    let options = "CONFIG_LIBUKBOOT_INITSCHEDPREEMPT=y\nCONFIG_LIBUKSCHED_EXEC_TIME=y\n\
                   CONFIG_LIBUKSCHEDPREEMPT_SLICE=1\nCONFIG_LIBUKSWRAND_MWC=y\nCONFIG_LIBUKLOCK_TEST_ROUNDS=1000\n\
                   CONFIG_LIBUKDEBUG_ENABLE_ASSERT=y\n";
    sandbox.write("defconfig", &format!("{}{options}", sandbox.read("defconfig")));
    for image in COMBINATIONS {
        let ran = sandbox.boot(image, &[]).expect(0);
        assert!(ran.stdout.contains("uklock_crowd/every_lock_keeps_its_promise: passed"));
        for suite in ["context/", "uksched/", "uksched_thread/", "uksched_wait/", "ukschedpreempt/"]
        {
            let passed = ran.stdout.lines().filter(|line| line.contains(&format!(": {suite}")));
            assert!(passed.count() >= 3, "{image:?}: no {suite} in {}", ran.stdout);
        }
        assert!(ran.stdout.contains(", 0 failed"), "{image:?}: {}", ran.stdout);
    }
}

/// An application and a library that use published names alone, and have their own: both build on the
/// original core, too.
#[test]
fn what_is_written_for_the_original_runs() {
    let sandbox = Sandbox::sharing("tests/apps/meeting");
    for image in COMBINATIONS {
        let said = sandbox.boot(image, &[]).expect(0).stdout;
        let right = "5 threads came\n100 rounds, 0 ahead of others, 5 counts are right";
        assert!(said.replace('\r', "").contains(right), "{image:?}: {said}");
    }
}
