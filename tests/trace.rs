//! Trace points: what a running image noted, read by gdb from outside.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{Sandbox, checkout};

#[test]
fn what_trace_points_noted_is_read_with_gdb() {
    let sandbox = Sandbox::sharing("tests/apps/trace");
    sandbox.build(&["--plat", "linuxu", "--arch", "x86_64"]);
    let script = checkout().join("unikraft/support/gdb/unikraft.py");
    let source = format!("source {}", script.display());
    let commands = [source.as_str(), "break finished", "run", "uk trace"];
    let image = sandbox.path("build/trace_linuxu-x86_64.dbg");
    let mut arguments = vec!["-batch", "-nx"];
    arguments.extend(commands.iter().flat_map(|command| ["-ex", command]));
    arguments.push(image.to_str().unwrap());
    let ran = sandbox.run(Path::new("gdb"), arguments).expect(0);
    let noted: Vec<(u64, &str)> = ran
        .stdout
        .lines()
        .filter_map(|line| line.trim_start().split_once(" trace_"))
        .filter_map(|(time, text)| Some((time.parse().ok()?, text)))
        .collect();
    let texts: Vec<&str> = noted.iter().map(|&(_, text)| text).collect();
    assert_eq!(texts.len(), 5, "{}{}", ran.stdout, ran.stderr);
    assert!(texts[0].starts_with("begin: /") && texts[0].ends_with(" has 1 arguments"));
    for (step, text) in texts[1..4].iter().enumerate() {
        assert_eq!(*text, format!("step: step {step} of -3 at 0x1234"));
    }
    assert_eq!(texts[4], "all: -1 -2 3 abcd text 18446744073709551615 x");
    assert!(noted.is_sorted_by_key(|&(time, _)| time), "{noted:?}");
}
