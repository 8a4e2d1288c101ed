//! The core under both compilers: no warning from either, and images that pass all suites.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{COMBINATIONS, Sandbox};

/// Every suite in the image; warnings are errors there.
fn suites() -> Sandbox {
    let sandbox = Sandbox::sharing("tests/apps/suites");
    assert!(sandbox.read("defconfig").contains("CONFIG_OPTIMIZE_WARNISERROR=y"));
    sandbox
}

#[test]
fn gcc_has_nothing_to_say() {
    let sandbox = suites();
    for (platform, architecture) in COMBINATIONS {
        let ran = sandbox.ukbuild(["build", "--plat", platform, "--arch", architecture]).expect(0);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!said.contains("warning"), "{platform}, {architecture}: {said}");
    }
}

#[test]
fn clang_has_nothing_to_say_and_its_images_work() {
    let mut sandbox = suites();
    sandbox.set("CC", "clang");
    for image @ (platform, architecture) in COMBINATIONS {
        let ran = sandbox.ukbuild(["build", "--plat", platform, "--arch", architecture]).expect(0);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!said.contains("warning"), "{image:?}: {said}");
        let ran = sandbox.boot(image, &[]).expect(0);
        assert!(ran.stdout.contains(" passed, 0 failed"), "{image:?}: {}", ran.stdout);
    }
}

#[test]
fn a_missing_cross_compiler_is_named() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    let programs = sandbox.folder().join("programs");
    std::fs::create_dir(&programs).unwrap();
    sandbox.set("PATH", programs.to_str().unwrap());
    let foreign = match std::env::consts::ARCH {
        "aarch64" => ("x86_64", "x86_64-linux-gnu-gcc", "apt install gcc-x86-64-linux-gnu"),
        _ => ("arm64", "aarch64-linux-gnu-gcc", "apt install gcc-aarch64-linux-gnu"),
    };
    let (architecture, program, advice) = foreign;
    let ran = sandbox.ukbuild(["build", "--arch", architecture]).expect(1);
    ran.complains(&[program, advice]);
}

#[test]
fn a_missing_emulator_is_named() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    let foreign = if std::env::consts::ARCH == "aarch64" { "x86_64" } else { "arm64" };
    sandbox.build(&["--plat", "linuxu", "--arch", foreign]);
    // Everything but the emulator.
    let programs = sandbox.folder().join("programs");
    std::fs::create_dir(&programs).unwrap();
    for folder in std::env::split_paths(&std::env::var_os("PATH").unwrap()) {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let name = entry.file_name();
            if !name.to_string_lossy().starts_with("qemu-") {
                // Of two by one name, the first counts.
                let _ = std::os::unix::fs::symlink(entry.path(), programs.join(name));
            }
        }
    }
    sandbox.set("PATH", programs.to_str().unwrap());
    let ran = sandbox.ukbuild(["run", "--plat", "linuxu", "--arch", foreign]).expect(1);
    ran.complains(&["qemu-", "qemu-user", "--plat linuxu --arch"]);
}
