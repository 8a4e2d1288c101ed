//! Images on machines of x86_64: by which protocols they are started, what they are given, and what
//! their memory allows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Ran, Sandbox};

/// Where images are loaded.
const START: u64 = 0x10_0000;

/// What `isa-debug-exit` makes of the status of a crash, 254.
const CRASH: i32 = (254 * 2 + 1) & 0xff;

/// A segment of the image that is loaded.
struct Segment {
    offset: u64,
    address: u64,
    file_size: u64,
    memory_size: u64,
}

fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

fn half(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

fn segments(elf: &[u8]) -> Vec<Segment> {
    let (table, count) = (word(elf, 0x20) as usize, usize::from(elf[0x38]));
    let headers = (0..count).map(|index| table + index * 56);
    let loaded = headers.filter(|&at| half(elf, at) == 1);
    let segment = |at| Segment {
        offset: word(elf, at + 8),
        address: word(elf, at + 24),
        file_size: word(elf, at + 32),
        memory_size: word(elf, at + 40),
    };
    loaded.map(segment).collect()
}

/// Where the multiboot header is in the file.
fn multiboot_header(elf: &[u8]) -> usize {
    let magic = 0x1bad_b002_u32.to_le_bytes();
    let found = (0..8192 - 48).step_by(4).find(|&at| elf[at..at + 4] == magic);
    found.unwrap_or_else(|| panic!("no multiboot header in the first 8 KiB"))
}

/// The built image, to be started by each protocol.
struct Images {
    multiboot: PathBuf,
    pvh: PathBuf,
    linux: PathBuf,
}

impl Images {
    fn all(&self) -> [(&'static str, &Path); 3] {
        [("multiboot", &self.multiboot), ("pvh", &self.pvh), ("linux", &self.linux)]
    }

    /// QEMU takes an image with a multiboot header by that. Without, it looks for PVH's note; behind
    /// a header of Linux (`linux_boot/loader.S`), for nothing else.
    fn of(sandbox: &Sandbox, name: &str) -> Images {
        sandbox.build(&["--plat", "kvm"]);
        let image = sandbox.path(&format!("build/{name}_kvm-x86_64"));
        let elf = std::fs::read(&image).unwrap();

        let mut hidden = elf.clone();
        hidden[multiboot_header(&elf)] ^= 0xff;
        let pvh = sandbox.folder().join("pvh.img");
        std::fs::write(&pvh, hidden).unwrap();

        let linux = sandbox.folder().join("linux.img");
        let mut file = loader(sandbox, &elf);
        for segment in segments(&elf) {
            let at = file.len().max((segment.address - START) as usize + LOADER);
            file.resize(at, 0);
            let from = segment.offset as usize;
            file.extend_from_slice(&elf[from..from + segment.file_size as usize]);
        }
        std::fs::write(&linux, file).unwrap();
        Images { multiboot: image, pvh, linux }
    }
}

/// Bytes of the loader.
const LOADER: usize = 12 * 512;

fn loader(sandbox: &Sandbox, elf: &[u8]) -> Vec<u8> {
    let source = common::checkout().join("tests/linux_boot/loader.S");
    let (object, binary) = (sandbox.folder().join("loader.o"), sandbox.folder().join("loader.bin"));
    let last = segments(elf).pop().unwrap();
    let symbol = |name: &str, value: u64| format!("--defsym=image_{name}={value}");
    let mut compile = Command::new("gcc");
    run(compile.args(["-m32", "-c", "-o"]).arg(&object).arg(source));
    let mut link = Command::new("ld");
    link.args(["-m", "elf_i386", "-Ttext", "0", "--oformat", "binary", "-e", "0", "-o"]);
    link.arg(&binary).arg(&object);
    link.arg(symbol("entry", word(elf, 0x18)));
    link.arg(symbol("bss", last.address + last.file_size));
    run(link.arg(symbol("end", last.address + last.memory_size)));
    let bytes = std::fs::read(binary).unwrap();
    assert_eq!(bytes.len(), LOADER);
    bytes
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs an image; status 0, or what `isa-debug-exit` makes of another one.
fn qemu(sandbox: &Sandbox, image: &Path, more: &[&str]) -> Ran {
    let machine = if more.contains(&"-machine") { &[][..] } else { &["-machine", "q35"][..] };
    let fixed = ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial"];
    let exit = ["stdio", "-device", "isa-debug-exit,iobase=0x501,iosize=1", "-kernel"];
    let image = [image.to_str().unwrap()];
    let cpu = if more.contains(&"-cpu") { &[][..] } else { &["-cpu", "max"][..] };
    let arguments = machine.iter().chain(cpu).chain(&fixed).chain(&exit).chain(&image).chain(more);
    let limited = ["60", "qemu-system-x86_64"];
    sandbox.run(Path::new("timeout"), limited.iter().chain(arguments))
}

#[test]
fn every_protocol_and_machine_starts_the_image() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let images = Images::of(&sandbox, "helloworld");
    for (protocol, image) in images.all() {
        // microvm's firmware is qboot without ACPI, and else SeaBIOS.
        for machine in ["q35", "pc", "microvm", "microvm,acpi=off"] {
            let more = ["-machine", machine, "-m", "64M", "-append", "one two"];
            let ran = qemu(&sandbox, image, &more).expect(0);
            for line in ["Hello", "= one", "= two"] {
                assert!(ran.stdout.contains(line), "{protocol}, {machine}: {}", ran.stdout);
            }
            assert!(!ran.stdout.contains("argv[3]"), "{protocol}, {machine}: {}", ran.stdout);
        }
        // No pages of 1 GiB, and more memory than addresses of 32 bits reach.
        let ran = qemu(&sandbox, image, &["-cpu", "qemu64", "-m", "5G"]).expect(0);
        assert!(ran.stdout.contains("Hello"), "{protocol}: {}", ran.stdout);
        assert!(!ran.stdout.contains("argv[1]"), "{protocol}: {}", ran.stdout);
    }
}

#[test]
fn the_file_lies_in_memory_as_it_is() {
    // Multiboot loaders copy it in one piece.
    for app in ["apps/helloworld", "tests/apps/suites"] {
        let sandbox = Sandbox::sharing(app);
        sandbox.build(&["--plat", "kvm"]);
        let name = Path::new(app).file_name().unwrap().to_str().unwrap();
        let elf = std::fs::read(sandbox.path(&format!("build/{name}_kvm-x86_64"))).unwrap();
        let header = multiboot_header(&elf);
        let field = |index: usize| u64::from(half(&elf, header + 4 * index));
        assert_eq!((field(0) + field(1) + field(2)) as u32, 0, "{name}: checksum");
        let segments = segments(&elf);
        for segment in &segments {
            let place = segment.address - START;
            assert_eq!(segment.offset, place + header as u64, "{name}: a gap in the file");
        }
        let last = segments.last().unwrap();
        assert_eq!([field(3), field(4)], [START, START], "{name}: begin");
        assert_eq!(field(5), last.address + last.file_size, "{name}: end of what is read");
        assert_eq!(field(6), last.address + last.memory_size, "{name}: end");
    }
}

#[test]
fn long_command_lines_arrive_or_are_refused() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let images = Images::of(&sandbox, "helloworld");
    let long = format!("{} last", "x".repeat(64 << 10));
    for image in [&images.multiboot, &images.linux] {
        let ran = qemu(&sandbox, image, &["-append", &long]).expect(0);
        let first = ran.stdout.lines().find(|line| line.starts_with("argv[1]")).unwrap();
        assert_eq!(first.len(), "argv[1] = ".len() + (64 << 10));
        assert!(ran.stdout.contains("argv[2] = last"), "{}", ran.stdout);
    }
    // The ROM that QEMU has for PVH writes what is longer over its own start information.
    let ran = qemu(&sandbox, &images.pvh, &["-append", &"x".repeat(8000)]).expect(CRASH);
    assert!(ran.stdout.contains("Cannot boot"), "{}", ran.stdout);
    let ran = sandbox.ukbuild(["run", "--plat", "kvm", "--", &"y".repeat(100_000), "z"]).expect(0);
    assert!(ran.stdout.contains("argv[2] = z"), "{}", ran.stdout);
}

#[test]
fn an_initial_ram_disk_is_a_region() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let source = "#include <stdio.h>\n#include <uk/plat/memory.h>\n\nint main(void)\n{\n\
                  \tstruct ukplat_memregion_desc rd;\n\tunsigned long i, sum = 0;\n\n\
                  \tif (ukplat_memregion_find_initrd0(&rd) < 0) {\n\t\tprintf(\"none\\n\");\n\
                  \t\treturn 0;\n\t}\n\tfor (i = 0; i < rd.len; i++)\n\
                  \t\tsum += ((unsigned char *)rd.base)[i];\n\
                  \tprintf(\"%lu bytes, sum %lu\\n\", (unsigned long)rd.len, sum);\n\
                  \treturn 0;\n}\n";
    sandbox.write("main.c", source);
    let images = Images::of(&sandbox, "helloworld");
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|at| (at % 251) as u8).collect();
    let sum: u64 = bytes.iter().map(|&byte| u64::from(byte)).sum();
    let disk = sandbox.folder().join("disk");
    std::fs::write(&disk, &bytes).unwrap();
    for (protocol, image) in images.all() {
        let ran = qemu(&sandbox, image, &["-initrd", disk.to_str().unwrap()]).expect(0);
        let expected = format!("{} bytes, sum {sum}", bytes.len());
        assert!(ran.stdout.contains(&expected), "{protocol}: {} {expected}", ran.stdout);
        let ran = qemu(&sandbox, image, &[]).expect(0);
        assert!(ran.stdout.contains("none"), "{protocol}: {}", ran.stdout);
    }
}

#[test]
fn too_small_machines_are_refused() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let images = Images::of(&sandbox, "helloworld");
    // Where not even the code fits, nobody is there to tell.
    for memory in ["1200k", "1300k", "1400k"] {
        let ran = qemu(&sandbox, &images.multiboot, &["-m", memory]);
        assert_eq!(ran.status, CRASH, "{memory}: {}", ran.stdout);
        assert!(ran.stdout.contains("too little memory"), "{memory}: {}", ran.stdout);
    }
    // Memory that is taken from a machine a little at a time is missed somewhere, and told.
    for kib in (1536..2048).step_by(64) {
        let ran = qemu(&sandbox, &images.multiboot, &["-m", &format!("{kib}k")]);
        let told = ran.stdout.contains("memory") && ran.status == CRASH;
        let ran_well = ran.stdout.contains("Hello") && ran.status == 0;
        assert!(told || ran_well, "{kib}: {} {}", ran.status, ran.stdout);
    }
    qemu(&sandbox, &images.multiboot, &["-m", "2M"]).expect(0);
}

#[test]
fn processors_without_64_bits_are_refused() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let images = Images::of(&sandbox, "helloworld");
    for cpu in ["qemu32", "max,lm=off", "max,nx=off"] {
        for image in [&images.multiboot, &images.pvh] {
            let ran = qemu(&sandbox, image, &["-cpu", cpu]).expect(CRASH);
            assert!(ran.stdout.contains("needs a 64-bit processor"), "{cpu}: {}", ran.stdout);
        }
    }
}

#[test]
fn what_memory_does_not_allow_is_told_by_name() {
    let sandbox = Sandbox::sharing("tests/apps/crash");
    let cases = [
        ("null-read", "null"),
        ("null-write", "null"),
        ("null-jump", "null"),
        ("write-text", "read-only"),
        ("write-rodata", "read-only"),
        ("exec-data", "not executable"),
        ("exec-rodata", "not executable"),
        ("exec-stack", "not executable"),
        ("exec-heap", "not executable"),
        ("stack-overflow", "stack overflow"),
    ];
    for (request, reason) in cases {
        let ran = sandbox.ukbuild(["run", "--plat", "kvm", "--", request]).expect(254);
        let line = ran.stdout.lines().find(|line| line.contains(reason));
        assert!(line.is_some(), "{request}: no {reason:?} in {}", ran.stdout);
    }
}

#[test]
fn a_fault_while_one_is_handled_ends_the_run() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let source = "#include <stdio.h>\n#include <uk/arch/traps.h>\n#include <uk/essentials.h>\n\n\
                  static int handler(void *data __unused)\n{\n\tprintf(\"handling\\n\");\n\
                  \t*(volatile int *)0x18 = 1;\n\treturn UK_EVENT_HANDLED;\n}\n\
                  #define REGISTER(event, fn) UK_EVENT_HANDLER(event, fn)\n\
                  REGISTER(UKARCH_TRAP_PAGE_FAULT, handler);\n\n\
                  int main(void)\n{\n\t*(volatile int *)0x10 = 1;\n\tprintf(\"survived\\n\");\n\
                  \treturn 0;\n}\n";
    sandbox.write("main.c", source);
    let ran = sandbox.ukbuild(["run", "--plat", "kvm"]).expect(254);
    assert_eq!(ran.stdout.matches("handling").count(), 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("0000000000000018"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("survived"), "{}", ran.stdout);
}

#[test]
fn suites_pass_with_the_paging_api() {
    let sandbox = Sandbox::sharing("tests/apps/suites");
    let options = "CONFIG_PLAT_KVM=y\nCONFIG_PAGING=y\nCONFIG_PAGING_STATS=y\n";
    sandbox.write("defconfig", &format!("{}{options}", sandbox.read("defconfig")));
    for architecture in ["x86_64", "arm64"] {
        let ran = sandbox.ukbuild(["run", "--plat", "kvm", "--arch", architecture]).expect(0);
        for suite in ["paging/", "ukfallocbuddy/", "kvm_memory/"] {
            let passed = ran.stdout.lines().filter(|line| line.contains(&format!(": {suite}")));
            assert!(passed.count() >= 4, "{architecture}: no {suite} in {}", ran.stdout);
        }
        assert!(ran.stdout.contains(", 0 failed"), "{architecture}: {}", ran.stdout);
    }
    let image = sandbox.path("build/suites_kvm-x86_64");
    let ran = qemu(&sandbox, &image, &["-cpu", "qemu64"]).expect(0);
    assert!(ran.stdout.contains(", 0 failed"), "{}", ran.stdout);
}
