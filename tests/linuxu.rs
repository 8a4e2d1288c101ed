//! Images as Linux processes: what Linux hands over arrives, on each architecture.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::Sandbox;

const IMAGES: [(&str, &str); 2] = [("linuxu", "x86_64"), ("linuxu", "arm64")];

fn sandbox() -> Sandbox {
    Sandbox::of("tests/apps/platform")
}

#[test]
fn arguments_arrive_as_they_are() {
    let sandbox = sandbox();
    for image in IMAGES {
        let long = "x".repeat(64 * 1024);
        let ran = sandbox.boot(image, &["arguments", "a b", "", "\"c'", &long]).expect(0);
        let long = format!("<{long}>");
        for (number, shown) in [(2, "<a b>"), (3, "<>"), (4, "<\"c'>"), (5, &long)] {
            let line = format!("argument {number}: {shown}\n");
            assert!(ran.stdout.contains(&line), "{image:?}: {}", ran.stdout);
        }
    }
}

#[test]
fn the_environment_is_that_of_the_command() {
    let mut sandbox = sandbox();
    sandbox.set("SHOWN", "some text, a = b");
    sandbox.set("EMPTY", "");
    for image in IMAGES {
        let ran = sandbox.boot(image, &["environment", "SHOWN", "EMPTY", "MISSING"]).expect(0);
        let all = "SHOWN is <some text, a = b>\nEMPTY is <>\nMISSING is not set\n";
        assert!(ran.stdout.contains(all), "{image:?}: {}", ran.stdout);
    }
}

#[test]
fn the_console_reads_files_and_the_null_device() {
    let sandbox = sandbox();
    let lines: String = (0..640).map(|line| format!("line number {line:03}\n")).collect();
    assert_eq!(lines.len(), 10 * 1024);
    sandbox.write("input", &lines);
    for (platform, architecture) in IMAGES {
        let how = ["run", "--plat", platform, "--arch", architecture, "--", "echo"];
        let ran = sandbox.ukbuild_reading(&sandbox.path("input"), how).expect(0);
        assert!(ran.stdout.contains(&lines), "{architecture}: {}", ran.stdout);
        assert!(ran.stdout.ends_with("\nend after 10240 bytes\n"), "{}", ran.stdout);
        let ran = sandbox.ukbuild_reading(Path::new("/dev/null"), how).expect(0);
        assert!(ran.stdout.ends_with("\nend after 0 bytes\n"), "{}", ran.stdout);
    }
}

#[test]
fn the_console_is_a_terminal_or_closed() {
    let sandbox = sandbox();
    for (platform, architecture) in IMAGES {
        sandbox.build(&["--plat", platform, "--arch", architecture]);
        let run = format!(
            "{} run --plat {platform} --arch {architecture} -- ",
            env!("CARGO_BIN_EXE_ukbuild")
        );
        // `script` runs a command on a terminal of its own, where one line is typed.
        let typed = format!("echo typed | script -qec '{run} echo' /dev/null");
        let ran = sandbox.run(Path::new("sh"), ["-c", &typed]).expect(0);
        let text = ran.stdout.replace('\r', "");
        // Once by the terminal, once by the image.
        assert_eq!(text.matches("typed\n").count(), 2, "{text:?}");
        assert!(text.contains("end after 6 bytes"), "{text:?}");
        for (redirected, status) in [("place <&- >&-", 0), ("echo <&-", 1), ("place >/dev/full", 0)]
        {
            let command = format!("{run} {redirected}");
            let ran = sandbox.run(Path::new("sh"), ["-c", &command]).expect(status);
            assert!(!ran.stderr.contains("Crash"), "{command}: {}", ran.stderr);
        }
    }
}

#[test]
fn a_parameter_sizes_the_heap() {
    let sandbox = sandbox();
    sandbox.write("disk", "content of a disk");
    for image in IMAGES {
        let ran = sandbox.boot(image, &["memory"]).expect(0);
        assert!(ran.stdout.contains("memory for heaps: 64 MiB"), "{image:?}: {}", ran.stdout);
        let parameters = ["linuxu.heap_size=7", "linuxu.initrd=disk", "--"];
        let ran = sandbox.boot(image, &[&parameters[..], &["memory"]].concat()).expect(0);
        assert!(ran.stdout.contains("memory for heaps: 7 MiB"), "{image:?}: {}", ran.stdout);
        assert!(ran.stdout.contains("<content of a disk>"), "{image:?}: {}", ran.stdout);
        let ran = sandbox.boot(image, &["linuxu.heap_size=256", "--", "use-memory"]).expect(0);
        assert!(ran.stdout.contains("used 64 MiB"), "{image:?}: {}", ran.stdout);
    }
}

#[test]
fn what_cannot_be_had_is_refused() {
    let sandbox = sandbox();
    let cases = [
        ("linuxu.heap_size=0", 254, "No memory region is large enough for a heap"),
        ("linuxu.heap_size=4294967295", 1, "linuxu.heap_size: Linux gives no memory"),
        ("linuxu.heap_size=4294967296", 1, "out of range"),
        ("linuxu.heap_size=much", 1, "wrong form"),
        ("linuxu.initrd=missing", 1, "linuxu.initrd: cannot open"),
        ("linuxu.initrd=build", 1, "linuxu.initrd: "),
    ];
    for image in IMAGES {
        for (parameter, status, reason) in cases {
            let ran = sandbox.boot(image, &[parameter, "--", "memory"]).expect(status);
            let told = format!("{}{}", ran.stdout, ran.stderr);
            assert!(told.contains(reason), "{image:?}, {parameter}: {told}");
        }
    }
}

#[test]
fn an_image_lies_anywhere() {
    let sandbox = sandbox();
    // An emulator may put it at one place only.
    let places: std::collections::BTreeSet<String> =
        (0..8).map(|_| sandbox.boot(IMAGES[0], &["place"]).expect(0).stdout).collect();
    assert!(places.len() > 1, "{places:?}");
}

#[test]
fn ten_thousand_timer_interrupts_come() {
    let sandbox = sandbox();
    for image in IMAGES {
        let ran = sandbox.boot(image, &["interrupts", "10000"]).expect(0);
        assert!(ran.stdout.contains("10000 interrupts"), "{image:?}: {}", ran.stdout);
    }
}

#[test]
fn both_clocks_agree_with_those_outside() {
    let sandbox = sandbox();
    for image in IMAGES {
        let ran = sandbox.boot(image, &["sleep"]).expect(0);
        let number = |name: &str| -> u64 {
            let line = ran.stdout.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim_start_matches(": ").trim_end_matches(" us").parse().unwrap()
        };
        let (monotonic, wall) = (number("monotonic clock"), number("wall clock"));
        // Never too early; how much too late depends on what else runs on this machine.
        assert!(monotonic >= 1_000_000, "{image:?}: {}", ran.stdout);
        assert!(monotonic.abs_diff(wall) < 50_000, "{image:?}: {}", ran.stdout);
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        assert!(since.abs_diff(number("seconds since 1970")) < 60, "{image:?}: {}", ran.stdout);
    }
}

#[test]
fn signals_from_outside_are_told() {
    let sandbox = sandbox();
    for (platform, architecture) in IMAGES {
        sandbox.build(&["--plat", platform, "--arch", architecture]);
    }
    // Only natively: the emulator has handlers of its own for these.
    let image = sandbox.path("build/platform_linuxu-x86_64");
    let command = format!("{} sleep & sleep 0.3; kill -SEGV $!; wait $!", image.display());
    let ran = sandbox.run(Path::new("sh"), ["-c", &command]).expect(254);
    assert!(ran.stdout.contains("a process sent signal 11"), "{}", ran.stdout);
}
