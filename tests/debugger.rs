//! Images that wait for gdb, and what gdb can be asked about them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use common::{COMBINATIONS, Sandbox};

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn gdb_finds_sources_and_structures() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let debugged = [
        "break main",
        "continue",
        "list main",
        "uk regions",
        "uk heaps",
        "uk interrupts",
        "continue",
    ];
    for (platform, architecture) in COMBINATIONS {
        let what = ["--plat", platform, "--arch", architecture];
        sandbox.build(&what);
        let [script, debug] = ["gdb", "dbg"]
            .map(|ending| format!("build/helloworld_{platform}-{architecture}.{ending}"));
        let port = free_port();
        let gdb = format!("--gdb={port}");
        let (ran, asked) = std::thread::scope(|scope| {
            let run = scope.spawn(|| {
                sandbox.ukbuild(["run", &gdb].into_iter().chain(what).chain(["--", "argument"]))
            });
            while !sandbox.path(&script).exists() && !run.is_finished() {
                std::thread::sleep(Duration::from_millis(20));
            }
            let commands = debugged.iter().flat_map(|command| ["-ex", command]);
            let arguments = ["-batch", "-nx", "-x", &script, &debug];
            let gdb = Path::new("gdb-multiarch");
            let asked = sandbox.run(gdb, arguments.into_iter().chain(commands));
            (run.join().unwrap(), asked)
        });
        let told = format!("{platform}-{architecture}:\n{}{}", asked.stdout, asked.stderr);
        let ran = ran.expect(0);
        assert!(ran.stdout.contains("Hello"), "{}\n{told}", ran.stdout);
        assert!(
            ran.stderr.contains(&format!("waiting for gdb on 127.0.0.1:{port}: gdb")),
            "{told}"
        );
        for text in ["Breakpoint 1", "argc=2", "int main(int argc", "free", "malloc: ", "on_"] {
            assert!(asked.stdout.contains(text), "no {text:?}: {told}");
        }
        assert!(!told.contains("Python Exception") && !told.contains("Undefined"), "{told}");
    }
}

#[test]
fn without_a_server_the_package_is_named() {
    let mut sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&["--plat", "linuxu"]);
    // All programs but one.
    let programs = sandbox.folder().join("programs");
    std::fs::create_dir(&programs).unwrap();
    for entry in std::fs::read_dir("/usr/bin").unwrap().map(Result::unwrap) {
        if entry.file_name() != "gdbserver" {
            symlink(entry.path(), programs.join(entry.file_name())).unwrap();
        }
    }
    sandbox.set("PATH", programs.to_str().unwrap());
    let ran = sandbox.ukbuild(["run", "--plat", "linuxu", "--gdb"]).expect(1);
    ran.complains(&["gdbserver", "apt install --no-install-recommends gdbserver"]);
}
