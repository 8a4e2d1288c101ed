//! Rules of locks, stacks and arithmetic, broken: each ends in a report that says which one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{COMBINATIONS, Sandbox};

/// What `uk/plat/bootstrap.h` promises: the status of every crash.
const CRASH: i32 = 254;

/// A request to `tests/apps/locks`, and words of the report that have to come.
const BROKEN: [(&str, &[&str]); 22] = [
    ("lock-twice", &["Deadlock: thread", "(init) waits for mutex", "which it holds itself"]),
    (
        "cross",
        &[
            "(init) waits for mutex",
            "(other) holds",
            "(other) waits for mutex",
            "(init) holds",
            "Deadlock: the threads wait for each other",
        ],
    ),
    ("unlock-free", &["uk_mutex_unlock", "which nobody holds"]),
    ("unlock-other", &["(init) releases mutex", "(keeper) holds"]),
    ("destroy-held", &["uk_mutex_destroy", "is destroyed while thread", "(keeper) holds it"]),
    ("use-destroyed", &["uk_mutex_lock", "was destroyed"]),
    ("init-held", &["uk_mutex_init", "is held by thread", "(keeper)"]),
    ("free-held", &["A mutex is freed while it is held", "(init)"]),
    ("end-with-mutex", &["(loser) ends and still holds mutex"]),
    ("interrupts-off", &["uk_semaphore_down", "with interrupts off"]),
    ("lock-in-handler", &["uk_mutex_lock", "in an interrupt handler"]),
    ("down-in-handler", &["uk_semaphore_down", "in an interrupt handler"]),
    ("destroy-semaphore", &["uk_semaphore_destroy", "(waiter) waits for it"]),
    ("destroy-condvar", &["uk_condvar_destroy", "(waiter) waits for it"]),
    ("wait-without-mutex", &["uk_condvar_wait", "(init) does not hold mutex"]),
    ("write-twice", &["Deadlock", "which it holds for writing itself"]),
    ("read-written", &["Deadlock", "which it holds for writing itself"]),
    ("runlock-free", &["uk_rwlock_runlock", "is not held for reading"]),
    ("wunlock-read", &["uk_rwlock_wunlock", "does not hold lock", "for writing"]),
    ("free-full-mailbox", &["uk_mbox_free", "1 messages in it"]),
    ("overflow", &["undefined.c:10", "2147483647 + 1 does not fit into type 'int'"]),
    ("smash-stack", &["Stack smashing detected", "smash ("]),
];

#[test]
fn the_report_says_which_rule_was_broken() {
    let sandbox = Sandbox::sharing("tests/apps/locks");
    for image in COMBINATIONS {
        for (request, words) in BROKEN {
            let said = sandbox.boot(image, &[request]).expect(CRASH).stdout;
            assert!(!said.contains("survived"), "{image:?}, {request}: {said}");
            for word in words {
                assert!(said.contains(word), "{image:?}, {request}: no {word:?} in {said}");
            }
            assert!(said.contains("Backtrace"), "{image:?}, {request}: {said}");
        }
    }
}

#[test]
fn a_signal_without_handler_ends_the_run() {
    let sandbox = Sandbox::sharing("tests/apps/locks");
    for image in COMBINATIONS {
        let ran = sandbox.boot(image, &["signal"]).expect(128 + 15);
        assert!(ran.stdout.contains("signal 15"), "{image:?}: {}", ran.stdout);
    }
}
