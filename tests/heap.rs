//! The heap misused, and without memory: `tests/apps/heap` on each platform. Every mistake is found and
//! told with the rule that it breaks; whichever allocation fails, the image goes on or says why not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{COMBINATIONS, Sandbox};

/// What `uk/plat/bootstrap.h` promises: the status of every crash.
const CRASH: i32 = 254;

const FREED_TWICE: &str = "memory is freed that is free already";
const FOREIGN: &str = "this memory is not the allocator's";

#[test]
fn misuse_is_told_with_the_history_of_the_memory() {
    let sandbox = Sandbox::sharing("tests/apps/heap");
    let cases = [
        ("free_twice", FREED_TWICE),
        ("free_twice_later", FREED_TWICE),
        ("free_large_twice", FREED_TWICE),
        ("free_pages_twice", FREED_TWICE),
        ("free_variable", FOREIGN),
        ("free_inner", "this is not where memory begins"),
        ("resize_freed", FREED_TWICE),
        ("write_behind", "what lies behind memory was written to"),
        ("write_before", "what lies before memory was written to"),
        ("write_freed", "memory was written to after it was freed"),
    ];
    for image in COMBINATIONS {
        assert_eq!(requests(&sandbox, image).len(), cases.len());
        for (request, rule) in cases {
            let said = misuse(&sandbox, image, request);
            assert!(said.contains(&format!("Heap misused: {rule}")), "{image:?}: {said}");
            // Pages and what nobody allocated have no history.
            if request == "free_variable" || request == "free_pages_twice" {
                continue;
            }
            let history = said.split("Heap misused").nth(1).unwrap();
            let allocated = history.split("Allocated, call ").nth(1);
            assert!(allocated.unwrap_or("").contains("main.c:"), "{image:?}: {said}");
            if rule == FREED_TWICE || request == "write_freed" {
                let freed = history.split("Freed, call ").nth(1);
                assert!(freed.unwrap_or("").contains("main.c:"), "{image:?}: {said}");
            }
        }
    }
}

#[test]
fn misuse_is_found_without_the_option_for_it() {
    let sandbox = Sandbox::sharing("tests/apps/heap");
    sandbox.replace("defconfig", "CONFIG_LIBUKALLOC_DEBUG=y\n", "");
    for image in COMBINATIONS {
        let requests = requests(&sandbox, image);
        assert!(requests.len() >= 5, "{image:?}: {requests:?}");
        for request in requests {
            let rule = if request == "free_variable" { "not memory of" } else { FREED_TWICE };
            let said = misuse(&sandbox, image, &request);
            let line = said.lines().find(|line| line.contains("Heap misused: ")).unwrap();
            assert!(line.contains(rule), "{image:?}, {request}: {said}");
        }
    }
}

/// What an image can be asked for.
fn requests(sandbox: &Sandbox, image: (&str, &str)) -> Vec<String> {
    let listed = sandbox.boot(image, &["no such request"]).expect(2).stdout;
    let names = listed.lines().filter_map(|line| line.strip_prefix("  "));
    names.map(|name| name.trim_end().to_owned()).collect()
}

fn misuse(sandbox: &Sandbox, image: (&str, &str), request: &str) -> String {
    let said = sandbox.boot(image, &[request]).expect(CRASH).stdout;
    assert!(!said.contains("survived"), "{image:?}, {request}: {said}");
    said
}

#[test]
fn each_allocation_may_fail() {
    let sandbox = Sandbox::sharing("tests/apps/heap");
    for image in COMBINATIONS {
        let (mut nth, mut crashes) = (1, 0);
        loop {
            let parameter = format!("ukalloc.fail_nth={nth}");
            let ran = sandbox.boot(image, &[&parameter, "--"]);
            let said = format!("{image:?}, {nth}: {}{}", ran.stdout, ran.stderr);
            let failed = ran.stdout.contains(&format!("Allocation {nth} fails, as asked for"));
            match ran.status {
                0 => assert!(ran.stdout.contains("done"), "{said}"),
                CRASH => {
                    // It says what there was no memory for, and is not a fault that comes of it.
                    let messages = ran.stdout.matches("CRIT: ").count();
                    assert!(failed && messages == 2, "{said}");
                    assert!(!ran.stdout.contains("Crash: "), "{said}");
                    crashes += 1;
                }
                _ => panic!("{said}"),
            }
            if !failed {
                break;
            }
            // The application is the same everywhere.
            let every = ran.status == CRASH || image == ("linuxu", "x86_64");
            nth += if every { 1 } else { 7 };
            assert!(nth < 1000, "{said}");
        }
        assert!(nth > 30 && crashes >= 1, "{image:?}: {nth} allocations, {crashes} crashes");
    }
}
