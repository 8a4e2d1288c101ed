//! The reader of device trees (`unikraft/lib/ukfdt`), as a program of this machine: fuzzed under the
//! sanitizers. `FDT_INPUTS=1000000 cargo test --test device_tree` tries as many inputs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The C files below a folder of the library, without those in folders below that.
fn sources(folder: &str) -> Vec<PathBuf> {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("unikraft/lib/ukfdt").join(folder);
    let files = std::fs::read_dir(library).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "c")).collect()
}

#[test]
fn no_input_leads_the_reader_astray() {
    let inputs = std::env::var("FDT_INPUTS").unwrap_or_else(|_| "50000".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("fuzz");
    let tests = sources("tests").into_iter().filter(|path| {
        // The others are unit tests, which run in images.
        path.ends_with("fuzz.c") || path.ends_with("build.c")
    });
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("unikraft/lib/ukfdt/include");
    let compiled = Command::new("cc")
        .args(["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Werror"])
        .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-I"])
        .arg(include)
        .args(sources(""))
        .args(tests)
        .arg("-o")
        .arg(&program)
        .output()
        .expect("cc, the C compiler, is there");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));

    let ran = Command::new(&program)
        .args([&inputs, "1"])
        .current_dir(folder.path())
        .env("ASAN_OPTIONS", "abort_on_error=1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    let errors = String::from_utf8_lossy(&ran.stderr);
    if let Ok(finding) = std::fs::read(folder.path().join("fuzz-finding")) {
        let bytes: Vec<String> = finding.iter().map(|byte| format!("{byte:02x}")).collect();
        panic!("{errors}\nthe input: {}", bytes.join(""));
    }
    assert!(ran.status.success(), "{told}{errors}");
    assert!(told.starts_with(&format!("{inputs} inputs")), "{told}");
    println!("{told}");
}
