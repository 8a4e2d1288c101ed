//! Images, booted: what they print and how they end, on each platform.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{COMBINATIONS, Sandbox};

#[test]
fn the_greeting_and_the_arguments_arrive() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    for image in COMBINATIONS {
        let ran = sandbox.boot(image, &["a", "b"]).expect(0);
        assert!(ran.stdout.contains("Hello"), "{image:?}: {}", ran.stdout);
        for argument in ["a", "b"] {
            let arrived =
                ran.stdout.lines().any(|line| line.split_whitespace().any(|w| w == argument));
            assert!(arrived, "{image:?}: no {argument} in {}", ran.stdout);
        }
    }
}

#[test]
fn the_status_of_main_is_the_status_of_the_command() {
    let sandbox = Sandbox::sharing("tests/apps/exit");
    for image in COMBINATIONS {
        sandbox.boot(image, &[]).expect(7);
        for status in [0, 1, 127, 128, 255] {
            sandbox.boot(image, &[&status.to_string()]).expect(status);
        }
    }
}

#[test]
fn a_signal_ends_the_machine_too() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let source = "#include <stdio.h>\n\nint main(void)\n{\n\tprintf(\"endless\\n\");\n\
                  \tfor (;;)\n\t\t__asm__ volatile(\"\");\n}\n";
    sandbox.write("main.c", source);
    for (platform, architecture) in COMBINATIONS {
        let image = ["--plat", platform, "--arch", architecture];
        sandbox.build(&image);
        let ran = sandbox.ukbuild_until("endless", ["run"].iter().chain(&image));
        assert_eq!(ran.status, 128 + 15, "{image:?}: {}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn nothing_is_writable_and_executable() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    for (platform, architecture) in COMBINATIONS {
        sandbox.build(&["--plat", platform, "--arch", architecture]);
        let name = format!("build/helloworld_{platform}-{architecture}");
        let mut loaded = 0;
        for (kind, flags) in segments(&std::fs::read(sandbox.path(&name)).unwrap()) {
            let (load, dynamic, interpreter, stack) = (1, 2, 3, 0x6474_e551);
            assert!(kind != dynamic && kind != interpreter, "{name}: needs a dynamic linker");
            if kind == load || kind == stack {
                let (executable, writable) = (flags & 1 != 0, flags & 2 != 0);
                assert!(!(executable && writable), "{name}: segment {kind:#x}, flags {flags}");
            }
            loaded += u32::from(kind == load);
        }
        assert!(loaded >= 3, "{name}: code, constants and variables are apart");
    }
}

/// Kind and flags of every segment of a 64-bit little-endian ELF file.
fn segments(elf: &[u8]) -> Vec<(u32, u32)> {
    let word = |at: usize| u32::from_le_bytes(elf[at..at + 4].try_into().unwrap());
    let half = |at: usize| usize::from(u16::from_le_bytes(elf[at..at + 2].try_into().unwrap()));
    assert_eq!(&elf[..6], b"\x7fELF\x02\x01");
    let (table, size, count) = (word(0x20) as usize, half(0x36), half(0x38));
    (0..count).map(|index| table + index * size).map(|at| (word(at), word(at + 4))).collect()
}

/// Libraries whose suites run, by how the suites' names begin.
const SUITES: [&str; 21] = [
    "isrlib",
    "nolibc",
    "ubsan",
    "ukalloc",
    "ukalloc_stats",
    "ukallocbbuddy",
    "ukallocpool",
    "ukallocregion",
    "ukallocslab",
    "ukargparse",
    "ukcpio",
    "uklibparam",
    "uklock_mutex",
    "ukmmap",
    "ukmpi",
    "ukring",
    "uksglist",
    "uksignal",
    "ukstore",
    "ukswrand",
    "uktimeconv",
];

#[test]
fn every_suite_passes_on_every_platform() {
    let sandbox = Sandbox::sharing("tests/apps/suites");
    for image in COMBINATIONS {
        let ran = sandbox.boot(image, &[]).expect(0);
        let (passed, failed) = totals(&ran.stdout);
        assert!(passed >= 100 && failed == 0, "{image:?}: {}", ran.stdout);
        for library in SUITES {
            let suite = format!("uktest: {library}");
            assert!(ran.stdout.contains(&suite), "{image:?}: no {suite} in {}", ran.stdout);
        }
    }
}

#[test]
fn a_failing_test_fails_the_image() {
    let sandbox = Sandbox::sharing("tests/apps/suites");
    let source = sandbox.read("main.c");
    let suite = "#include <uk/test.h>\n\nUK_TESTCASE(own_suite, wrong)\n{\n\
                 \tUK_TEST_EXPECT(1 == 2);\n}\n\nuk_testsuite_register(own_suite, NULL);\n";
    sandbox.write("main.c", &format!("{suite}{source}"));
    for image in COMBINATIONS {
        let ran = sandbox.boot(image, &[]).expect(1);
        let (passed, failed) = totals(&ran.stdout);
        assert!(passed >= 100 && failed == 1, "{image:?}: {}", ran.stdout);
        assert!(ran.stdout.contains("main.c:5"), "{image:?}: {}", ran.stdout);
    }
}

/// The numbers of the line `uktest: N passed, N failed`.
fn totals(output: &str) -> (u32, u32) {
    let numbers = output.lines().find_map(|line| {
        let (passed, failed) = line.strip_prefix("uktest: ")?.split_once(" passed, ")?;
        Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
    });
    numbers.unwrap_or_else(|| panic!("no totals in {output}"))
}
