//! Images as Linux processes: what Linux hands over arrives, on each architecture.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{Ran, Sandbox};

/// One application, built once for one architecture.
struct Process {
    sandbox: Sandbox,
    architecture: &'static str,
    /// What a shell starts the image with.
    command: String,
}

impl Process {
    fn on(architecture: &'static str) -> Process {
        let sandbox = Sandbox::sharing("tests/apps/platform");
        sandbox.build(&["--plat", "linuxu", "--arch", architecture]);
        let image = sandbox.path(&format!("build/platform_linuxu-{architecture}"));
        let emulator = match std::env::consts::ARCH {
            host if host.replace("aarch64", "arm64") == architecture => "",
            _ if architecture == "arm64" => "qemu-aarch64 ",
            _ => "qemu-x86_64 ",
        };
        let command = format!("{emulator}{}", image.display());
        Process { sandbox, architecture, command }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.sandbox.boot(("linuxu", self.architecture), arguments)
    }

    fn run_reading(&self, input: &Path, arguments: &[&str]) -> Ran {
        let how = ["run", "--plat", "linuxu", "--arch", self.architecture, "--"];
        self.sandbox.ukbuild_reading(input, how.iter().chain(arguments))
    }

    /// The image under a shell, `script` saying how: `@` stands for the image.
    fn shell(&self, script: &str) -> Ran {
        self.sandbox.run(Path::new("sh"), ["-c", &script.replace('@', &self.command)])
    }

    fn native(&self) -> bool {
        !self.command.starts_with("qemu-")
    }
}

/// All checks one after the other, for building takes longer than they do.
fn check(architecture: &'static str) {
    let mut process = Process::on(architecture);
    arguments_arrive_as_they_are(&process);
    the_environment_is_that_of_the_command(&mut process);
    the_console_reads_files_and_the_null_device(&process);
    the_console_is_a_terminal_or_closed_or_full(&process);
    parameters_size_the_heap_and_name_a_disk(&process);
    what_cannot_be_had_is_refused(&process);
    an_image_lies_anywhere(&process);
    ten_thousand_timer_interrupts_come(&process);
    clocks_agree_with_those_outside(&process);
    signals_from_outside_are_told(&process);
}

#[test]
fn processes_of_x86_64() {
    check("x86_64");
}

#[test]
fn processes_of_arm64() {
    check("arm64");
}

fn arguments_arrive_as_they_are(process: &Process) {
    let long = "x".repeat(64 * 1024);
    let ran = process.run(&["arguments", "a b", "", "\"c'", &long]).expect(0);
    let long = format!("<{long}>");
    for (number, shown) in [(2, "<a b>"), (3, "<>"), (4, "<\"c'>"), (5, &long)] {
        assert!(ran.stdout.contains(&format!("argument {number}: {shown}\n")), "{}", ran.stdout);
    }
}

fn the_environment_is_that_of_the_command(process: &mut Process) {
    process.sandbox.set("SHOWN", "some text, a = b");
    process.sandbox.set("EMPTY", "");
    let ran = process.run(&["environment", "SHOWN", "EMPTY", "MISSING"]).expect(0);
    let all = "SHOWN is <some text, a = b>\nEMPTY is <>\nMISSING is not set\n";
    assert!(ran.stdout.contains(all), "{}", ran.stdout);
}

fn the_console_reads_files_and_the_null_device(process: &Process) {
    let lines: String = (0..640).map(|line| format!("line number {line:03}\n")).collect();
    assert_eq!(lines.len(), 10 * 1024);
    process.sandbox.write("input", &lines);
    let ran = process.run_reading(&process.sandbox.path("input"), &["echo"]).expect(0);
    assert!(ran.stdout.contains(&lines), "{}", ran.stdout);
    assert!(ran.stdout.ends_with("\nend after 10240 bytes\n"), "{}", ran.stdout);
    let ran = process.run_reading(Path::new("/dev/null"), &["echo"]).expect(0);
    assert!(ran.stdout.ends_with("\nend after 0 bytes\n"), "{}", ran.stdout);
    let ran = process.shell("head -c 10240 input | { sleep 0.2; cat; } | @ echo").expect(0);
    assert!(ran.stdout.ends_with("\nend after 10240 bytes\n"), "{}", ran.stdout);
}

fn the_console_is_a_terminal_or_closed_or_full(process: &Process) {
    // `script` runs a command on a terminal of its own, where one line is typed.
    let ran = process.shell("echo typed | script -qec '@ echo' /dev/null").expect(0);
    let text = ran.stdout.replace('\r', "");
    // Once by the terminal, once by the image.
    assert_eq!(text.matches("typed\n").count(), 2, "{text:?}");
    assert!(text.contains("end after 6 bytes"), "{text:?}");
    for (redirected, status) in [
        ("@ place >/dev/null", 0),
        ("@ place <&- >&-", 0),
        ("@ echo <&-", 1),
        ("@ echo <input >/dev/full", 1),
        ("@ echo <input >&-", 1),
    ] {
        let ran = process.shell(redirected).expect(status);
        assert!(!ran.stdout.contains("Crash"), "{redirected}: {}", ran.stdout);
    }
}

fn parameters_size_the_heap_and_name_a_disk(process: &Process) {
    let ran = process.run(&["memory"]).expect(0);
    assert!(ran.stdout.contains("memory for heaps: 64 MiB"), "{}", ran.stdout);
    process.sandbox.write("disk", "content of a disk");
    let ran = process.run(&["linuxu.heap_size=7", "linuxu.initrd=disk", "--", "memory"]).expect(0);
    assert!(ran.stdout.contains("memory for heaps: 7 MiB"), "{}", ran.stdout);
    assert!(ran.stdout.contains("<content of a disk>"), "{}", ran.stdout);
    let ran = process.run(&["linuxu.heap_size=256", "--", "use-memory"]).expect(0);
    assert!(ran.stdout.contains("used 64 MiB"), "{}", ran.stdout);
}

fn what_cannot_be_had_is_refused(process: &Process) {
    for (parameter, status, reason) in [
        ("linuxu.heap_size=0", 254, "No memory region is large enough for a heap"),
        ("linuxu.heap_size=4294967295", 1, "linuxu.heap_size: Linux gives no memory"),
        ("linuxu.heap_size=4294967296", 1, "out of range"),
        ("linuxu.heap_size=much", 1, "wrong form"),
        ("linuxu.initrd=missing", 1, "linuxu.initrd: cannot open"),
        ("linuxu.initrd=build", 1, "linuxu.initrd: "),
    ] {
        let ran = process.run(&[parameter, "--", "memory"]).expect(status);
        assert!(ran.stdout.contains(reason), "{parameter}: {}", ran.stdout);
    }
}

fn an_image_lies_anywhere(process: &Process) {
    let places: BTreeSet<String> =
        (0..8).map(|_| process.shell("@ place").expect(0).stdout).collect();
    // An emulator may have one place only, which is not the one that images are linked to.
    assert!(places.len() > 1 || !process.native(), "{places:?}");
    for place in places {
        let code = place.strip_prefix("code 0x").unwrap().split(',').next().unwrap();
        assert!(u64::from_str_radix(code, 16).unwrap() >= 1 << 32, "{place}");
    }
}

fn ten_thousand_timer_interrupts_come(process: &Process) {
    let ran = process.run(&["interrupts", "10000"]).expect(0);
    assert!(ran.stdout.contains("10000 interrupts"), "{}", ran.stdout);
}

fn clocks_agree_with_those_outside(process: &Process) {
    let ran = process.run(&["sleep"]).expect(0);
    let number = |name: &str| -> u64 {
        let line = ran.stdout.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(": ").trim_end_matches(" us").parse().unwrap()
    };
    let (monotonic, wall) = (number("monotonic clock"), number("wall clock"));
    // Never too early; how much too late depends on what else runs on this machine.
    assert!(monotonic >= 1_000_000, "{}", ran.stdout);
    assert!(monotonic.abs_diff(wall) < 500_000, "{}", ran.stdout);
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    assert!(since.abs_diff(number("seconds since 1970")) < 60, "{}", ran.stdout);
}

fn signals_from_outside_are_told(process: &Process) {
    // The emulator has handlers of its own for these.
    if process.native() {
        let ran = process.shell("@ sleep & sleep 0.3; kill -SEGV $!; wait $!").expect(254);
        assert!(ran.stdout.contains("a process sent signal 11"), "{}", ran.stdout);
    }
    process.shell("@ sleep & sleep 0.3; kill -TERM $!; wait $!").expect(128 + 15);
}
