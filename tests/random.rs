//! Random numbers of the host, by virtio-rng over each transport. The image's own seed is a constant, and
//! the host's numbers come from a file: so what the image draws shows what it was given.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::Sandbox;

/// Where a device may be plugged in, and the options of QEMU that do so.
const X86_64: [&str; 3] = [
    "-machine q35 -device virtio-rng-pci",
    "-machine pc -device virtio-rng-pci",
    "-machine q35 -device virtio-rng-pci-non-transitional",
];
const ARM64: [&str; 3] = [
    "-machine virt -device virtio-rng-pci",
    "-machine virt -device virtio-rng-device",
    "-machine virt -device virtio-rng-device -global virtio-mmio.force-legacy=false",
];

/// What an image draws where `device` brings the contents of `file`.
fn drawn(sandbox: &Sandbox, architecture: &str, device: &str, file: &str) -> String {
    let (program, exit) = match architecture {
        "x86_64" => ("qemu-system-x86_64", "-device isa-debug-exit,iobase=0x501,iosize=1"),
        _ => ("qemu-system-aarch64", "-semihosting-config enable=on,target=native"),
    };
    let image = sandbox.path(&format!("build/random_kvm-{architecture}"));
    let source = format!("rng-random,id=host,filename={}", sandbox.path(file).display());
    let device = device.split(' ').map(|word| match word.starts_with("virtio-rng") {
        true => format!("{word},rng=host"),
        false => word.to_owned(),
    });
    let fixed =
        "-cpu max -m 64M -nodefaults -no-user-config -display none -no-reboot -serial stdio";
    let words = ["60", program].into_iter().chain(fixed.split(' ')).chain(exit.split(' '));
    let words = words.chain(["-object", &source, "-kernel", image.to_str().unwrap()]);
    let words = words.map(str::to_owned).chain(device);
    sandbox.run(Path::new("timeout"), words).expect(0).stdout
}

#[test]
fn numbers_of_the_host_seed_the_generator_at_boot_and_again() {
    let sandbox = Sandbox::sharing("tests/apps/random");
    std::fs::write(sandbox.path("one"), [1; 4096]).unwrap();
    std::fs::write(
        sandbox.path("two"),
        [1; 64].iter().chain(&[2; 4096]).copied().collect::<Vec<u8>>(),
    )
    .unwrap();
    let mut seen = Vec::new();
    for (architecture, devices) in [("x86_64", X86_64), ("arm64", ARM64)] {
        sandbox.build(&["--plat", "kvm", "--arch", architecture]);
        for device in devices {
            let [one, two] = ["one", "two"].map(|file| drawn(&sandbox, architecture, device, file));
            let [one, two] =
                [&one, &two].map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
            assert!(one.len() == 3 && two.len() == 3, "{device}: {one:?} {two:?}");
            // The first bytes are the same in both files, those for the next seed are not.
            assert_eq!(one[0], two[0], "{device}");
            assert!(one[1] != two[1] && one[2] != two[2], "{device}: {one:?} {two:?}");
            seen.push((one, two));
        }
        // Without a device the constant is all that there is.
        let alone = sandbox.boot(("kvm", architecture), &[]).expect(0).stdout;
        assert!(alone.lines().count() == 3 && !alone.contains(&seen[0].0[0]), "{alone}");
    }
    // How it is plugged in makes no difference.
    assert!(seen.iter().all(|drawn| *drawn == seen[0]), "{seen:?}");
}
