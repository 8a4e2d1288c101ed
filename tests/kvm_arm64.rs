//! Images of kvm for arm64 on QEMU's machine `virt`, in its variants: how they are entered, what the
//! device tree may say, exceptions and their dumps, devices.
//! `TREES=200 cargo test --test kvm_arm64` boots as many damaged trees.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use common::{Ran, Sandbox};

/// Entry at EL1 and EL2, with each interrupt controller.
const MACHINES: [&str; 4] = [
    "virt,gic-version=2",
    "virt,gic-version=3",
    "virt,virtualization=on,gic-version=2",
    "virt,virtualization=on,gic-version=3",
];

/// What `uk/plat/bootstrap.h` promises: the status of every crash.
const CRASH: u8 = 254;

/// An image, and the machine that it is started on.
struct Virt<'a> {
    sandbox: &'a Sandbox,
    kernel: PathBuf,
    machine: &'a str,
    processor: &'a str,
    memory: &'a str,
    semihosting: bool,
    more: Vec<OsString>,
}

/// How a machine ended: QEMU's own status and output, and the status that the image told.
struct Ended {
    ran: Ran,
    told: Vec<u8>,
}

impl<'a> Virt<'a> {
    /// The application in the sandbox, built, on the machine as QEMU has it without options.
    fn of(sandbox: &'a Sandbox) -> Virt<'a> {
        let name = sandbox.app().file_name().unwrap().to_str().unwrap();
        sandbox.build(&["--plat", "kvm", "--arch", "arm64"]);
        Virt {
            sandbox,
            kernel: sandbox.path(&format!("build/{name}_kvm-arm64")),
            machine: "virt",
            processor: "max",
            memory: "64M",
            semihosting: true,
            more: Vec::new(),
        }
    }

    fn run(&self, command_line: &str) -> Ended {
        let status = self.sandbox.path("exit-status");
        std::fs::write(&status, "").unwrap();
        let mut arguments: Vec<OsString> = ["-machine", self.machine, "-cpu", self.processor, "-m"]
            .into_iter()
            .chain([self.memory, "-nodefaults", "-no-user-config", "-display", "none"])
            .chain(["-no-reboot", "-serial", "stdio"])
            .map(OsString::from)
            .collect();
        if self.semihosting {
            let device = format!("file,id=exit,path={}", status.display());
            arguments.extend(["-chardev".into(), device.into(), "-semihosting-config".into()]);
            arguments.push("enable=on,target=native,chardev=exit".into());
        }
        arguments.extend(["-kernel".into(), self.kernel.clone().into(), "-append".into()]);
        arguments.push(command_line.into());
        arguments.extend(self.more.iter().cloned());
        let ran = self.sandbox.run(Path::new("qemu-system-aarch64"), arguments);
        Ended { ran, told: std::fs::read(status).unwrap() }
    }
}

impl Ended {
    /// Asserts the status that the image told, and gives what it printed.
    #[track_caller]
    fn expect(self, status: u8) -> String {
        let Ran { stdout, stderr, status: of_qemu } = self.ran;
        assert_eq!(self.told, [status], "{stdout}{stderr}");
        assert_eq!(of_qemu, i32::from(status), "{stdout}{stderr}");
        stdout
    }
}

#[test]
fn images_boot_however_they_are_entered() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let elf = Virt::of(&sandbox);
    let raw = PathBuf::from(format!("{}.img", elf.kernel.display()));
    for machine in MACHINES {
        for kernel in [&elf.kernel, &raw] {
            let virt = Virt { machine, kernel: kernel.clone(), more: Vec::new(), ..elf };
            let told = virt.run("a b").expect(0);
            assert!(told.contains("Hello, world!\n"), "{machine}, {kernel:?}: {told}");
            assert!(told.contains("argv[2] = b\n"), "{machine}, {kernel:?}: {told}");
        }
    }
    for processor in ["cortex-a53", "cortex-a72", "cortex-a76", "neoverse-n1"] {
        let virt = Virt { processor, kernel: elf.kernel.clone(), more: Vec::new(), ..elf };
        assert!(virt.run("").expect(0).contains("Hello"), "{processor}");
    }
    // Some end where a page table reaches into the next large page.
    for memory in ["2M", "6M", "65552K", "65568K", "131088K", "1G", "3G"] {
        let virt = Virt { memory, kernel: elf.kernel.clone(), more: Vec::new(), ..elf };
        assert!(virt.run("").expect(0).contains("Hello"), "{memory}");
    }
}

#[test]
fn an_entry_by_the_secure_monitor_is_refused() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let virt = Virt { machine: "virt,secure=on", ..Virt::of(&sandbox) };
    let told = virt.run("").expect(CRASH);
    assert!(told.contains("Cannot boot: this image is not for exception level 3"), "{told}");
}

#[test]
fn machines_end_without_semihosting_too() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    for machine in MACHINES {
        let virt = Virt { machine, semihosting: false, ..Virt::of(&sandbox) };
        let ended = virt.run("");
        assert!(ended.ran.expect(0).stdout.contains("Hello"), "{machine}");
        assert!(ended.told.is_empty());
    }
}

#[test]
fn every_suite_passes_at_el2_and_on_an_old_processor() {
    let sandbox = Sandbox::sharing("tests/apps/suites");
    for (machine, processor) in [(MACHINES[3], "max"), (MACHINES[0], "cortex-a53")] {
        let virt = Virt { machine, processor, ..Virt::of(&sandbox) };
        let told = virt.run("").expect(0);
        assert!(told.contains(" passed, 0 failed\n"), "{machine}: {told}");
        for suite in ["arm64_boot", "fdt_malformed", "platform_bus", "plat_irq", "plat_time"] {
            assert!(told.contains(&format!("uktest: {suite}/")), "no {suite} in {told}");
        }
    }
}

#[test]
fn scalable_vectors_are_kept_where_there_are_some() {
    let sandbox = Sandbox::sharing("tests/apps/suites");
    let options = "CONFIG_ARCH_ARM_64=y\nCONFIG_ARM64_SVE=y\nCONFIG_LIBUKBOOT_INITSCHEDPREEMPT=y\n\
                   CONFIG_LIBUKDEBUG_ENABLE_ASSERT=n\n";
    sandbox.write("defconfig", &format!("{}{options}", sandbox.read("defconfig")));
    let complete = |told: &str| {
        let passed = |case: &str| told.contains(&format!("uktest: {case}: passed\n"));
        assert!(told.contains(" passed, 0 failed\n"), "{told}");
        assert!(passed("arm64_sve/contexts_are_kept_whole"), "{told}");
        assert!(passed("ukschedpreempt_sve/threads_keep_their_vectors"), "{told}");
    };
    let short = "max,sve128=on,sve256=off,sve512=off";
    for (machine, processor) in
        [(MACHINES[0], short), (MACHINES[3], "max"), (MACHINES[0], "cortex-a53")]
    {
        let virt = Virt { machine, processor, ..Virt::of(&sandbox) };
        complete(&virt.run("").expect(0));
    }
    complete(&sandbox.boot(("linuxu", "arm64"), &[]).expect(0).stdout);
}

#[test]
fn command_lines_and_disks_arrive() {
    let sandbox = Sandbox::sharing("tests/apps/platform");
    let mut virt = Virt::of(&sandbox);
    let long = "x".repeat(64 * 1024);
    let told = virt.run(&format!("arguments {long} end")).expect(0);
    assert!(told.contains(&format!("argument 2: <{long}>\nargument 3: <end>\n")));
    sandbox.write("disk", "content of a disk");
    virt.kernel = PathBuf::from(format!("{}.img", virt.kernel.display()));
    virt.more = vec!["-initrd".into(), sandbox.path("disk").into()];
    let told = virt.run("memory").expect(0);
    assert!(told.contains("initial RAM disk: <content of a disk>"), "{told}");
}

/// Registers and addresses of code as dots, for they change with the compiler.
fn outline(dump: &str) -> String {
    let mut lines = Vec::new();
    for line in dump.lines().take_while(|line| *line != "Stack:" && *line != "Backtrace:") {
        let words = line.split(' ').map(|word| match word.len() == 16 {
            true if word.bytes().all(|byte| byte.is_ascii_hexdigit()) => "................",
            _ => word,
        });
        lines.push(words.collect::<Vec<_>>().join(" "));
    }
    lines.join("\n")
}

#[test]
fn exceptions_are_dumped_in_words_and_registers() {
    let sandbox = Sandbox::sharing("tests/apps/exceptions");
    let virt = Virt::of(&sandbox);
    let expected = include_str!("apps/exceptions/dumps");
    let mut seen = 0;
    for case in expected.split("== ").skip(1) {
        let (request, expected) = case.split_once('\n').unwrap();
        let told = virt.run(request).expect(CRASH);
        let dump = told.split_once('\n').unwrap().1;
        assert_eq!(outline(dump).trim(), expected.trim(), "{request}: {told}");
        // What the registers held, and who called.
        for register in ["  x9  0000000000000900", "  x10 0000000000000a00"] {
            assert!(dump.contains(register), "{request}: {told}");
        }
        let backtrace = dump.split_once("Backtrace:\n").unwrap().1;
        assert!(backtrace.lines().count() >= 3, "{request}: {told}");
        seen += 1;
    }
    let requests = virt.run("").expect(2).lines().filter(|line| line.starts_with("  ")).count();
    assert_eq!(requests, seen + 2, "all but restart and halt");
    virt.run("halt").expect(0);
    let ended = virt.run("restart");
    assert!(ended.told.is_empty() && ended.ran.expect(0).stdout.ends_with("restart\n"));
}

#[test]
fn devices_of_the_tree_are_found() {
    let sandbox = Sandbox::sharing("tests/apps/devices");
    sandbox.write("disk", &"x".repeat(4096));
    let mut virt = Virt::of(&sandbox);
    let disk = format!("if=none,id=disk,format=raw,file={}", sandbox.path("disk").display());
    virt.more = ["-device", "virtio-rng-device", "-device", "virtio-blk-device,drive=disk"]
        .into_iter()
        .chain(["-drive", &disk, "-global", "virtio-mmio.force-legacy=false"])
        .map(OsString::from)
        .collect();
    let told = virt.run("").expect(0);
    let devices = |start: &str| told.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(devices("device virtio_mmio@"), 32, "{told}");
    assert_eq!(devices("virtio device"), 2, "{told}");
    for line in ["virtio device 2, ", "virtio device 4, ", "device pl011@"] {
        assert_eq!(devices(line), 1, "{told}");
    }
}

#[test]
fn devices_on_pci_are_found() {
    let sandbox = Sandbox::sharing("tests/apps/pci");
    let mut virt = Virt::of(&sandbox);
    virt.more = ["-device", "virtio-rng-pci", "-device", "pcie-root-port,id=p1,chassis=1"]
        .into_iter()
        .chain(["-device", "virtio-balloon-pci,bus=p1"])
        .map(OsString::from)
        .collect();
    for machine in ["virt", "virt,highmem=off"] {
        let virt = Virt { machine, kernel: virt.kernel.clone(), more: virt.more.clone(), ..virt };
        let told = virt.run("").expect(0);
        for start in ["00:00.0 1b36:0008", "00:01.0 1af4:1005", "00:02.0 1b36:000c", "01:00.0 1af4"]
        {
            assert!(told.lines().any(|line| line.starts_with(start)), "{machine}: {told}");
        }
        assert!(told.matches(", mapped").count() >= 4, "{machine}: {told}");
        assert!(told.ends_with("end of list\n"), "{machine}: {told}");
    }
}

#[test]
fn trees_may_say_what_they_like() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let virt = Virt::of(&sandbox);
    let tree = tree(&virt);
    let image = std::fs::read(&virt.kernel).unwrap();
    let boot = |tree: &[u8]| {
        let kernel = sandbox.path("with-tree");
        std::fs::write(&kernel, with_segment(&image, RAM_BASE, tree)).unwrap();
        Virt { kernel, more: Vec::new(), ..virt }.run("")
    };
    assert!(boot(&tree).expect(0).contains("Hello"), "the tree as it was");

    let refused = "Cannot boot: there is no device tree, or a damaged one.";
    for (damaged, reason) in [
        (tree[..tree.len() / 2].to_vec(), refused),
        (vec![0; 64], refused),
        (renamed(&tree, "device_type", "device-type"), "the device tree names no memory"),
        (renamed(&tree, "arm,cortex-a15-gic", "arm,cortex-a99-gic"), "no interrupt controller"),
        (renamed(&tree, "-timer\0", "-tiger\0"), "names no timer"),
        (renamed(&tree, "interrupts", "interrupty"), "the timer has no interrupt"),
    ] {
        let told = boot(&damaged).expect(CRASH);
        assert!(told.contains("Cannot boot") && told.contains(reason), "{reason}: {told}");
    }

    // Mutated ones: each boots or is refused, and ends.
    let count: u32 = std::env::var("TREES").map_or(12, |count| count.parse().unwrap());
    let mut random = 0x9e37_79b9_u32;
    let mut booted = 0;
    for number in 0..count {
        let mut tree = tree.clone();
        for _ in 0..1 + number % 8 {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let at = 40 + random as usize % (tree.len() - 40);
            tree[at] = [0, 1, 0xff, tree[at] ^ 4, (random >> 24) as u8][number as usize % 5];
        }
        let Ended { ran, told } = boot(&tree);
        let [status] = told[..] else { panic!("{number}: no end: {}{}", ran.stdout, ran.stderr) };
        assert!(status == 0 || status == CRASH, "{number}: {status}: {}", ran.stdout);
        booted += u32::from(status == 0);
    }
    println!("{booted} of {count} mutated trees booted");
    assert!(booted > 0);
}

/// Where QEMU's `virt` has its memory, and an image that is given nothing looks for the tree.
const RAM_BASE: u64 = 0x4000_0000;

/// The device tree that QEMU makes, without the room that it leaves.
fn tree(virt: &Virt<'_>) -> Vec<u8> {
    let file = virt.sandbox.path("tree.dtb");
    let machine = format!("virt,gic-version=2,dumpdtb={}", file.display());
    let arguments = ["-machine", &machine, "-cpu", "max", "-m", virt.memory, "-display", "none"];
    virt.sandbox.run(Path::new("qemu-system-aarch64"), arguments).expect(0);
    let mut tree = std::fs::read(file).unwrap();
    let word = |at: usize| u32::from_be_bytes(tree[at..at + 4].try_into().unwrap());
    let length = (word(8) + word(36)).max(word(12) + word(32));
    tree.truncate(length as usize);
    tree[4..8].copy_from_slice(&length.to_be_bytes());
    tree
}

/// All places of a text in the tree replaced by another one of the same length.
fn renamed(tree: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut tree = tree.to_vec();
    let mut at = 0;
    while at + old.len() <= tree.len() {
        if &tree[at..at + old.len()] == old.as_bytes() {
            tree[at..at + new.len()].copy_from_slice(new.as_bytes());
        }
        at += 1;
    }
    tree
}

/// A 64-bit little-endian ELF file with one more loaded segment. QEMU puts its own tree into the
/// begin of memory only if nothing is loaded there.
fn with_segment(elf: &[u8], address: u64, content: &[u8]) -> Vec<u8> {
    const ENTRY: usize = 56;
    let half = |at: usize| u16::from_le_bytes(elf[at..at + 2].try_into().unwrap());
    let long = |at: usize| u64::from_le_bytes(elf[at..at + 8].try_into().unwrap());
    let (table, count) = (long(0x20) as usize, usize::from(half(0x38)));
    let mut file = elf.to_vec();
    let offset = file.len() as u64;
    file.extend_from_slice(content);
    file.resize(file.len().next_multiple_of(8), 0);
    let new_table = file.len() as u64;
    file.extend_from_slice(&elf[table..table + count * ENTRY]);
    let length = content.len() as u64;
    file.extend_from_slice(&1u32.to_le_bytes());
    file.extend_from_slice(&4u32.to_le_bytes());
    for number in [offset, address, address, length, length, 1] {
        file.extend_from_slice(&number.to_le_bytes());
    }
    file[0x20..0x28].copy_from_slice(&new_table.to_le_bytes());
    file[0x38..0x3a].copy_from_slice(&(count as u16 + 1).to_le_bytes());
    file
}
