//! Images, booted: what they print and how they end, on each platform.

mod common;

use common::Sandbox;

const PLATFORMS: [&str; 2] = ["linuxu", "kvm"];

#[test]
fn the_greeting_and_the_arguments_arrive() {
    let sandbox = Sandbox::of("apps/helloworld");
    for platform in PLATFORMS {
        let ran = sandbox.ukbuild(["run", "--plat", platform, "--", "a", "b"]).expect(0);
        assert!(ran.stdout.contains("Hello"), "{platform}: {}", ran.stdout);
        for argument in ["a", "b"] {
            let arrived =
                ran.stdout.lines().any(|line| line.split_whitespace().any(|w| w == argument));
            assert!(arrived, "{platform}: no {argument} in {}", ran.stdout);
        }
    }
}

#[test]
fn the_status_of_main_is_the_status_of_the_command() {
    let sandbox = Sandbox::of("tests/apps/exit");
    for platform in PLATFORMS {
        sandbox.ukbuild(["run", "--plat", platform]).expect(7);
        for status in [0, 1, 127, 128, 255] {
            sandbox.ukbuild(["run", "--plat", platform, "--", &status.to_string()]).expect(status);
        }
    }
}

#[test]
fn crashes_are_told_and_fail() {
    let sandbox = Sandbox::of("tests/apps/crash");
    for platform in PLATFORMS {
        for kind in ["null", "text", "data", "divide", "stack", "assert"] {
            let ran = sandbox.ukbuild(["run", "--plat", platform, "--", kind]);
            assert!(ran.status > 0, "{platform}, {kind}: {} {}", ran.status, ran.stdout);
            let told = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
            assert!(
                told.contains("crash") || told.contains("assert"),
                "{platform}, {kind}: {told}"
            );
        }
    }
}

#[test]
fn every_suite_passes_on_every_platform() {
    let sandbox = Sandbox::of("apps/helloworld");
    let suites = ["LIBNOLIBC", "LIBUKALLOC", "LIBUKALLOCBBUDDY", "LIBUKARGPARSE", "LIBUKLIBPARAM"];
    let mut options = vec!["set".to_owned(), "LIBUKTEST=y".to_owned()];
    options.extend(suites.iter().map(|library| format!("{library}_TEST=y")));
    sandbox.ukbuild(&options).expect(0);
    for platform in PLATFORMS {
        let ran = sandbox.ukbuild(["run", "--plat", platform]).expect(0);
        let summary = ran.stdout.lines().find(|line| line.contains(" passed, "));
        let summary = summary.unwrap_or_else(|| panic!("no summary: {}", ran.stdout));
        let mut numbers = summary.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
        let mut number = || numbers.next().unwrap().parse::<u32>().unwrap();
        let (passed, failed) = (number(), number());
        assert!(passed >= 50 && failed == 0, "{platform}: {summary}");
        for library in ["nolibc", "ukalloc", "ukallocbbuddy"] {
            assert!(ran.stdout.contains(library), "{platform}: no {library} in {}", ran.stdout);
        }
    }
}
