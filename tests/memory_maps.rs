//! What boot protocols say of memory (`unikraft/plat/kvm`), as a program of this machine: fuzzed under
//! the sanitizers. `MAP_INPUTS=1000000 cargo test --test memory_maps` tries as many inputs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

/// What is fuzzed, and the fuzzer.
const SOURCES: [&str; 7] = [
    "plat/kvm/bootinfo.c",
    "plat/kvm/memory.c",
    "plat/kvm/ranges.c",
    "plat/kvm/x86/pvh.c",
    "plat/kvm/x86/multiboot.c",
    "plat/kvm/x86/linuxboot.c",
    "plat/kvm/tests/fuzz/fuzz.c",
];

const INCLUDES: [&str; 6] = [
    "plat/kvm/include",
    "plat/common/include",
    "include",
    "arch/x86/x86_64/include",
    "lib/ukalloc/include",
    "lib/ukdebug/include",
];

/// Where the image that never is lies: names of the core's linker script, which the host's linker
/// has uses of its own for.
const IMAGE: [(&str, u64); 4] =
    [("_text", 0x10_0000), ("_rodata", 0x11_0000), ("_data", 0x12_0000), ("_end", 0x14_0000)];

#[test]
fn no_memory_map_leads_the_platform_astray() {
    let inputs = std::env::var("MAP_INPUTS").unwrap_or_else(|_| "20000".to_owned());
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("unikraft");
    let folder = tempfile::tempdir().unwrap();
    let options = folder.path().join("uk");
    std::fs::create_dir(&options).unwrap();
    let text = "#define CONFIG_ARCH_X86_64 1\n#define CONFIG_STACK_SIZE_PAGE_ORDER 4\n";
    std::fs::write(options.join("_config.h"), text).unwrap();

    let program = folder.path().join("fuzz");
    let mut compile = Command::new("cc");
    compile.args(["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-fno-pie", "-no-pie"]);
    compile.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-I"]);
    compile.arg(folder.path());
    compile.args(INCLUDES.map(|include| format!("-I{}", core.join(include).display())));
    for (name, address) in IMAGE {
        compile.arg(format!("-D{name}=machine{name}"));
        compile.arg(format!("-Wl,--defsym=machine{name}={address}"));
    }
    compile.args(SOURCES.map(|source| core.join(source))).arg("-o").arg(&program);
    let compiled = compile.output().expect("cc, the C compiler, is there");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));

    let ran = Command::new(&program).args([&inputs, "1"]).output().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(told.starts_with(&format!("{inputs} inputs")), "{told}");
    // Most inputs lead somewhere, or the fuzzer tests nothing.
    let lists = told.split(": ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
    let (lists, inputs): (u64, u64) = (lists.parse().unwrap(), inputs.parse().unwrap());
    assert!(lists > inputs / 2, "{told}");
    println!("{told}");
}
