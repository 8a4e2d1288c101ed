//! What is kept of builds, and how they are done: trace, log, dry runs, kept dependency files.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::common::Sandbox;
use crate::subject::value;

fn events(sandbox: &Sandbox, name: &str) -> Vec<Value> {
    let trace: Value = serde_json::from_str(&sandbox.read(name)).unwrap();
    trace["traceEvents"].as_array().unwrap().clone()
}

#[test]
fn a_trace_has_a_lane_a_job_and_no_two_steps_at_once_in_one() {
    let sandbox = Sandbox::of("apps/helloworld");
    let steps = sandbox.build(&["-j3", "--trace", "trace.json"]);
    let all = events(&sandbox, "trace.json");
    let ran: Vec<&Value> = all.iter().filter(|event| !event["args"]["reason"].is_null()).collect();
    let mut names: Vec<&str> = ran.iter().map(|event| event["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, steps);
    let mut lanes: BTreeMap<u64, Vec<(u64, u64)>> = BTreeMap::new();
    for event in &ran {
        assert_eq!(event["ph"], "X");
        let number = |name: &str| event[name].as_u64().unwrap();
        lanes.entry(number("tid")).or_default().push((number("ts"), number("dur")));
    }
    assert!(lanes.keys().all(|&lane| (1..=3).contains(&lane)), "{:?}", lanes.keys());
    for (lane, mut spans) in lanes {
        spans.sort_unstable();
        for pair in spans.windows(2) {
            assert!(pair[0].0 + pair[0].1 <= pair[1].0, "lane {lane}: {pair:?}");
        }
    }
    let phases: HashSet<&str> =
        all.iter().filter(|event| event["tid"] == 0).filter_map(|e| e["name"].as_str()).collect();
    assert!(phases.contains("describe") && phases.contains("plan"), "{phases:?}");
}

#[test]
fn a_trace_of_two_platforms_is_one_build_of_both() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.build(&["--plat", "linuxu", "--plat", "kvm", "--trace", "trace.json"]);
    let all = events(&sandbox, "trace.json");
    let names: Vec<&Value> = all.iter().filter(|event| event["name"] == "process_name").collect();
    let name = names[0]["args"]["name"].as_str().unwrap();
    assert_eq!(names.len(), 1);
    assert!(name.contains("_linuxu-x86_64") && name.contains("_kvm-x86_64"), "{name}");
    // One that cannot be written is said, once the images are there.
    let ran = sandbox.ukbuild(["build", "--trace", "no/such/folder"]).expect(1);
    ran.complains(&["cannot write", "no/such/folder"]);
}

#[test]
fn the_log_tells_of_the_last_build_that_ran_something() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.ukbuild(["log"]).expect(1).complains(&["no build has run anything yet"]);
    let all = sandbox.build(&[]);
    let log = value(&sandbox, &["log", "--json"]);
    assert_eq!(log["ran"], all.len());
    assert_eq!(log["ending"], "done");
    assert_eq!(log["steps"].as_array().unwrap().len(), all.len());
    // The chain ends with the image, and is no longer than the build.
    let steps = log["steps"].as_array().unwrap();
    let chain: Vec<&Value> = log["critical"]
        .as_array()
        .unwrap()
        .iter()
        .map(|at| &steps[at.as_u64().unwrap() as usize])
        .collect();
    assert_eq!(chain.last().unwrap()["tag"], "STRIP");
    assert!(chain.len() > 3, "{chain:?}");
    let waited: u64 = chain.iter().map(|step| step["duration"].as_u64().unwrap()).sum();
    assert!(waited / 1000 <= log["milliseconds"].as_u64().unwrap());
    // Nothing to do, nothing to tell.
    sandbox.build(&[]);
    assert_eq!(value(&sandbox, &["log", "--json"])["began"], log["began"]);
    sandbox.replace("main.c", "Hello", "Good morning");
    sandbox.build(&[]);
    let text = sandbox.ukbuild(["log"]).expect(0).stdout;
    assert!(text.starts_with("build/helloworld_linuxu-x86_64: done just now"), "{text}");
    assert!(text.contains("CC      apphelloworld: main.o"), "{text}");
    assert!(!text.contains("libukboot"), "{text}");
    let earlier = value(&sandbox, &["log", "--back", "1", "--json"]);
    assert_eq!(earlier["began"], log["began"]);
    assert_eq!(sandbox.ukbuild(["log", "--builds"]).expect(0).stdout.lines().count(), 2);
    sandbox.ukbuild(["log", "--back", "2"]).expect(1).complains(&["only 2 builds"]);
}

#[test]
fn a_failure_is_remembered() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.build(&[]);
    sandbox.write("main.c", "int main(void\n");
    sandbox.ukbuild(["build"]).expect(1);
    let log = value(&sandbox, &["log", "--json"]);
    assert_eq!((&log["ending"], &log["failed"]), (&"failed".into(), &1.into()));
    assert_eq!(log["steps"][0]["failure"], "exit status 1");
    assert_eq!(log["steps"][0]["reason"], "source APP/main.c changed");
}

#[test]
fn a_dry_run_prints_what_a_build_then_runs() {
    let sandbox = Sandbox::of("apps/helloworld");
    let dry = sandbox.ukbuild(["build", "-n"]).expect(0).stdout;
    assert!(!sandbox.path("build/.ukbuild/journal").exists());
    assert!(!sandbox.path("build/compile_commands.json").exists());
    let commands = dry.lines().filter(|line| line.contains(" -o ") || line.starts_with("objcopy "));
    assert_eq!(commands.count(), sandbox.build(&[]).len(), "{dry}");
    assert_eq!(sandbox.ukbuild(["build", "-n"]).expect(0).stdout, "");
    // A dry run changes nothing that a build goes by.
    sandbox.replace("main.c", "Hello", "Good morning");
    let dry = sandbox.ukbuild(["build", "--dry-run", "--explain"]).expect(0).stdout;
    assert!(dry.starts_with("# CC      apphelloworld: main.o: source "), "{dry}");
    assert!(dry.contains("# STRIP   helloworld_linuxu-x86_64: file "), "{dry}");
    assert!(sandbox.build(&[]).contains(&"CC apphelloworld: main.o".to_owned()));
    // What would be run is not started either.
    let ran = sandbox.ukbuild(["run", "-n"]).expect(0);
    assert_eq!(ran.stdout, "");
}

#[test]
fn dependency_files_stay_when_asked_for() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.build(&[]);
    assert!(!sandbox.path("build/apphelloworld/main.d").exists());
    sandbox.replace("main.c", "Hello", "Good morning");
    sandbox.build(&["--keep-depfile"]);
    let depfile = sandbox.read("build/apphelloworld/main.d");
    assert!(depfile.starts_with("main.o: ") && depfile.contains("stdio.h"), "{depfile}");
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

#[test]
fn a_busy_machine_gets_one_step_at_a_time() {
    let sandbox = Sandbox::of("apps/helloworld");
    // Whatever the load is, it is above this.
    sandbox.build(&["-j4", "-l", "0"]);
    let log = value(&sandbox, &["log", "--json"]);
    let mut spans: Vec<(u64, u64)> = log["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["start"].as_u64().unwrap(), step["duration"].as_u64().unwrap()))
        .collect();
    spans.sort_unstable();
    for pair in spans.windows(2) {
        assert!(pair[0].0 + pair[0].1 <= pair[1].0, "{pair:?}");
    }
    sandbox.ukbuild(["build", "-l", "-3"]).expect(2);
    sandbox.ukbuild(["build", "-l", "much"]).expect(2);
}

#[test]
fn what_came_from_the_cache_is_in_the_log() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.ukbuild(["build"]).expect(0);
    sandbox.ukbuild(["properclean"]).expect(0);
    sandbox.ukbuild(["build"]).expect(0);
    let log = value(&sandbox, &["log", "--json"]);
    assert!(log["restored"].as_u64().unwrap() > 10, "{log}");
    let text = sandbox.ukbuild(["log"]).expect(0).stdout;
    assert!(text.contains(" from the cache with "), "{text}");
    assert!(!text.contains("critical path"), "{text}");
}
