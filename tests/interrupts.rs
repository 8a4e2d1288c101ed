//! Interrupts, time, consoles and devices: on every combination, and on x86_64 with all the controllers
//! and timers that QEMU's machines have, and without those that they lack.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use common::{COMBINATIONS, Ran, Sandbox};
use object::{Object, ObjectSymbol};

/// What `uk/plat/bootstrap.h` promises: the status of every crash.
const CRASH: i32 = 254;

/// Machines that differ in what interrupts and what tells the time: APICs by ACPI, by the MP table,
/// with and without the older chips, and these alone.
const MACHINES: [&[&str]; 6] = [
    &["-M", "q35"],
    &["-M", "pc"],
    &["-M", "q35", "-cpu", "max,-apic"],
    &["-M", "microvm,rtc=on"],
    &["-M", "microvm,acpi=off,rtc=on"],
    &["-M", "microvm,pic=off,pit=on,rtc=on"],
];

/// An application of these tests, built for kvm on x86_64.
fn built(application: &str) -> (Sandbox, PathBuf) {
    let sandbox = Sandbox::sharing(&format!("tests/apps/{application}"));
    sandbox.build(&["--plat", "kvm", "--arch", "x86_64"]);
    let image = sandbox.path(&format!("build/{application}_kvm-x86_64"));
    (sandbox, image)
}

/// QEMU's arguments for an image on some machine, and what the image's own are.
fn arguments<'a>(image: &'a Path, machine: &[&'a str], line: &'a str) -> Vec<&'a str> {
    let mut all = vec!["-cpu", "max"];
    all.extend(machine);
    all.extend(["-m", "64M", "-nodefaults", "-no-user-config", "-display", "none"]);
    all.extend(["-no-reboot", "-device", "isa-debug-exit,iobase=0x501,iosize=1"]);
    all.extend(["-kernel", image.to_str().unwrap(), "-append", line]);
    all
}

/// Runs an image on some machine to its end. Statuses other than 0 come as QEMU gives them on.
fn run(sandbox: &Sandbox, image: &Path, machine: &[&str], line: &str) -> Ran {
    let mut all = arguments(image, machine, line);
    if !machine.contains(&"-serial") {
        all.extend(["-serial", "stdio"]);
    }
    sandbox.run(Path::new("qemu-system-x86_64"), all)
}

/// The status that `isa-debug-exit` makes of an image's.
fn as_qemu_tells(status: i32) -> i32 {
    (status * 2 + 1) & 0xff
}

#[test]
fn suites_pass_with_all_kinds_of_interrupt_controllers_and_timers() {
    let (sandbox, image) = built("suites");
    for machine in MACHINES {
        let ran = run(&sandbox, &image, machine, "").expect(0);
        for suite in ["plat_irq", "plat_time", "kvm_interrupts", "kvm_pci"] {
            let passed = format!("uktest: {suite}/");
            assert!(ran.stdout.contains(&passed), "{machine:?}: {}", ran.stdout);
        }
        assert!(ran.stdout.contains(" passed, 0 failed"), "{machine:?}: {}", ran.stdout);
    }
}

#[test]
fn rules_of_interrupt_handlers_are_checked() {
    let sandbox = Sandbox::sharing("tests/apps/interrupts");
    // What concerns registers and stacks is the machine's; a process has signals.
    let everywhere = [
        ("enable", "interrupts were enabled in an interrupt handler"),
        ("wait", "the processor was to wait in an interrupt handler"),
        ("null-write", "writing to"),
    ];
    let x86_64 = [("vectors", "Vector registers are used in an interrupt handler")];
    let arm64 = [("vectors", "vector unit not available")];
    let kvm = [("overflow", "stack overflow")];
    for image in COMBINATIONS {
        let own = match image {
            ("kvm", "x86_64") => [x86_64, kvm].concat(),
            ("kvm", _) => [arm64, kvm].concat(),
            _ => Vec::new(),
        };
        let survived = sandbox.boot(image, &["none"]).expect(0);
        assert!(survived.stdout.contains("survived: none, 1 interrupts"), "{}", survived.stdout);
        for (request, told) in everywhere.into_iter().chain(own) {
            let ran = sandbox.boot(image, &[request]).expect(CRASH);
            assert!(ran.stdout.contains(told), "{image:?}, {request}: {}", ran.stdout);
            assert!(!ran.stdout.contains("survived"), "{image:?}, {request}: {}", ran.stdout);
        }
    }
}

#[test]
fn vector_registers_are_lent_to_handlers_where_the_option_says_so() {
    let sandbox = Sandbox::sharing("tests/apps/interrupts");
    sandbox.write("defconfig", &format!("{}CONFIG_KVM_ISR_VECTORS=y\n", sandbox.read("defconfig")));
    sandbox.replace("defconfig", "CONFIG_PLAT_LINUXU=y", "CONFIG_PLAT_KVM=y");
    for architecture in ["x86_64", "arm64"] {
        let ran = sandbox.boot(("kvm", architecture), &["vectors"]).expect(0);
        assert!(ran.stdout.contains("survived: vectors, 1 interrupts"), "{}", ran.stdout);
    }
}

/// Compilers copy structures by `memcpy()`, which is another library's, compiled with vector registers.
#[test]
fn what_runs_in_handlers_of_the_platform_leaves_copying_to_nobody() {
    for architecture in ["x86_64", "arm64"] {
        let sandbox = Sandbox::sharing("apps/helloworld");
        sandbox.build(&["--plat", "kvm", "--arch", architecture]);
        let folder = sandbox.path(&format!("build/kvm-{architecture}/libkvmplat"));
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let objects = entries.filter(|path| path.to_string_lossy().ends_with(".isr.o"));
        let mut seen = 0;
        for path in objects {
            let content = std::fs::read(&path).unwrap();
            let object = object::File::parse(content.as_slice()).unwrap();
            let missing = object.symbols().filter(|symbol| symbol.is_undefined());
            for symbol in missing.map(|symbol| symbol.name().unwrap()) {
                let copies = ["memcpy", "memmove", "memset", "memcmp"].contains(&symbol);
                assert!(!copies, "{} calls {symbol}", path.display());
            }
            seen += 1;
        }
        assert!(seen > 5, "{architecture}: {seen}");
    }
}

#[test]
fn an_unknown_interrupt_is_told_and_survived() {
    let (sandbox, image) = built("interrupts");
    for machine in MACHINES {
        let ran = run(&sandbox, &image, machine, "unknown").expect(0);
        for told in ["Unknown interrupt: vector 153", "survived: unknown, 1 interrupts"] {
            assert!(ran.stdout.contains(told), "{machine:?}: {}", ran.stdout);
        }
    }
}

/// An image whose console is read and written while it runs.
struct Running {
    child: Child,
    console: BufReader<ChildStdout>,
}

impl Running {
    fn start(sandbox: &Sandbox, image: (&str, &str), arguments: &[&str]) -> Running {
        let how = ["run", "--plat", image.0, "--arch", image.1, "--"];
        let mut child = sandbox.start(how.iter().chain(arguments));
        let console = BufReader::new(child.stdout.take().unwrap());
        Running { child, console }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.console.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn ended(mut self) -> i32 {
        drop(self.child.stdin.take());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

/// Sent to an image that waits for them, or before it boots and faster than it reads.
#[test]
fn ten_kibibytes_come_back_over_every_console() {
    let sandbox = Sandbox::sharing("tests/apps/console");
    let byte = |at: u32| (at.wrapping_mul(0x9e37_79b9) >> 24) as u8;
    let sent: Vec<u8> = (0..10 * 1024).map(byte).collect();
    for image in COMBINATIONS {
        sandbox.build(&["--plat", image.0, "--arch", image.1]);
        for how in ["echo", "slow"] {
            let mut machine = Running::start(&sandbox, image, &[how, &sent.len().to_string()]);
            if how == "echo" {
                assert_eq!(machine.line(), "ready");
            }
            let mut input = machine.child.stdin.take().unwrap();
            let typed = sent.clone();
            let typing = std::thread::spawn(move || {
                input.write_all(&typed).unwrap();
                input.flush().unwrap();
                input
            });
            if how == "slow" {
                assert_eq!(machine.line(), "ready");
            }
            let mut came = Vec::new();
            machine.console.read_to_end(&mut came).unwrap();
            let shown = String::from_utf8_lossy(&came);
            assert!(came == sent, "{image:?}, {how}: {} bytes: {shown}", came.len());
            drop(typing.join().unwrap());
            assert_eq!(machine.ended(), 0);
        }
    }
}

/// A busy host may tell of a line late, but not again and again by so much.
#[test]
fn a_second_is_a_second_of_the_host() {
    let sandbox = Sandbox::sharing("tests/apps/console");
    for image in COMBINATIONS {
        sandbox.build(&["--plat", image.0, "--arch", image.1]);
        let mut seen = Vec::new();
        while !seen.last().is_some_and(near_a_second) {
            assert!(seen.len() < 40, "{image:?}: {seen:?}");
            let mut machine = Running::start(&sandbox, image, &["sleep", "1000"]);
            assert_eq!(machine.line(), "begin");
            let began = Instant::now();
            assert_eq!(machine.line(), "end");
            seen.push(began.elapsed());
            let wall = machine.line();
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
            assert_eq!(machine.ended(), 0);
            let wall: u64 = wall.strip_prefix("wall clock: ").unwrap().parse().unwrap();
            assert!(
                now.abs_diff(wall) <= 60,
                "{image:?}: the host's clock shows {now}, not {wall}"
            );
        }
    }
}

fn near_a_second(time: &Duration) -> bool {
    time.abs_diff(Duration::from_secs(1)) <= Duration::from_millis(50)
}

#[test]
fn machines_that_lack_a_device_run_or_say_what_is_missing() {
    let (sandbox, image) = built("console");
    // No clock by which the processor's counter could be measured: refused.
    for machine in [&["-M", "q35,pit=off"], &["-M", "microvm,pit=off"]] {
        let ran = run(&sandbox, &image, machine, "sleep 1").expect(as_qemu_tells(CRASH));
        assert!(ran.stdout.contains("there is no clock"), "{machine:?}: {}", ran.stdout);
    }
    // No serial port, no PCI, no battery-backed clock, no older chips: all the same.
    let (exit, status_image) = built("exit");
    run(&exit, &status_image, &["-M", "q35", "-serial", "none"], "3").expect(as_qemu_tells(3));
    for machine in [
        &["-M", "microvm,rtc=off,pic=off"][..],
        &["-M", "pc,hpet=off,i8042=off"],
        &["-M", "q35", "-cpu", "qemu64,-apic"],
    ] {
        let ran = run(&sandbox, &image, machine, "sleep 20").expect(0);
        assert!(ran.stdout.contains("begin\nend\n"), "{machine:?}: {}", ran.stdout);
    }
}

#[test]
fn pci_devices_are_found_behind_bridges_too() {
    let (sandbox, image) = built("pci");
    for (kind, bridge, slot, chipset) in [
        ("q35", "pcie-root-port,id=bridge", "0", "8086:29c0"),
        ("pc", "pci-bridge,id=bridge,chassis_nr=1", "3", "8086:1237"),
    ] {
        let behind = format!("virtio-rng-pci,bus=bridge,addr={slot}");
        let machine = ["-M", kind, "-device", bridge, "-device", &behind];
        let ran = run(&sandbox, &image, &machine, "").expect(0);
        let (before, listed) = ran.stdout.split_once("\n01:").expect(&ran.stdout);
        assert!(before.contains(&format!("00:00.0 {chipset} class 0600")), "{}", ran.stdout);
        assert!(listed.starts_with(&format!("0{slot}.0 1af4:")), "{}", ran.stdout);
        for told in ["range 1: memory, 4096 bytes", "range 4: memory (64 bits), 16384 bytes"] {
            let line = listed.lines().find(|line| line.contains(told));
            assert!(line.is_some_and(|line| line.ends_with(", mapped")), "{told}: {}", ran.stdout);
        }
        for told in ["capability MSI-X", "capability vendor", "end of list"] {
            assert!(listed.contains(told), "{told}: {}", ran.stdout);
        }
    }
    let ran = run(&sandbox, &image, &["-M", "microvm"], "").expect(0);
    assert_eq!(ran.stdout, "end of list\n");
}

/// Behind two bridges, on a machine whose firmware has given out nothing, too.
#[test]
fn interrupts_of_pci_devices_arrive() {
    let sandbox = Sandbox::sharing("tests/apps/pci");
    let come = "8 interrupts, causes 0xff\n";
    sandbox.build(&["--plat", "kvm", "--arch", "x86_64"]);
    let image = sandbox.path("build/pci_kvm-x86_64");
    let behind = ["-device", "pci-bridge,id=bridge,chassis_nr=1"];
    let far = ["-device", "edu,bus=bridge,addr=5"];
    for machine in [
        vec!["-M", "q35", "-device", "edu"],
        vec!["-M", "pc", "-device", "edu"],
        [&["-M", "pc"], &behind[..], &far[..]].concat(),
    ] {
        let ran = run(&sandbox, &image, &machine, "").expect(0);
        assert!(ran.stdout.contains(come), "{machine:?}: {}", ran.stdout);
    }
    sandbox.build(&["--plat", "kvm", "--arch", "arm64"]);
    let image = sandbox.path("build/pci_kvm-arm64");
    let port = ["-device", "pcie-root-port,id=root"];
    let bridge = ["-device", "pcie-pci-bridge,bus=root,id=bridge"];
    for devices in [vec!["-device", "edu"], [port, bridge, far].concat()] {
        let mut all = vec!["-M", "virt", "-cpu", "max", "-m", "64M", "-nodefaults"];
        all.extend(["-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio"]);
        all.extend(["-kernel", image.to_str().unwrap()]);
        all.extend(&devices);
        let ran = sandbox.run(Path::new("qemu-system-aarch64"), all).expect(0);
        assert!(ran.stdout.contains(come), "{devices:?}: {}", ran.stdout);
    }
}
