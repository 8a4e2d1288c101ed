//! What goes wrong while make runs: too much recursion, no more processes, a full disk, files that
//! vanish, signals. GNU make's words and exit status, and nothing half made left behind.

use std::fs;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};

use bstr::{BString, ByteSlice};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};

use crate::outcome::{Program, Ran, wait};
use crate::trial::{PATIENCE, Trial, until};

#[test]
fn variables_without_end() {
    let ran = Trial::new("A = $(B)\nB = x $(A)\nall: ; @echo $(A)\n").agree(&[]);
    assert_eq!(ran.code(), 2);
    Trial::new("A := a\nA = $(A) b\nexport A\nall: ; @echo never\n").agree(&[]);
}

#[test]
fn calls_without_end() {
    // GNU make takes all memory, or crashes: only ours is run.
    let trial = Trial::new("F = $(call F,$(1)x)\nall: ; @echo $(call F,a)\n");
    let ran = trial.run(&trial.bench.ours, &[]);
    assert_eq!(ran.errors, "Makefile:1: *** expansion is nested too deeply.  Stop.\n");
    assert_eq!(ran.code(), 2);
}

#[test]
fn includes_without_end() {
    let trial = Trial::new("include Makefile\n");
    // GNU make keeps all of them open, and without a limit needs a great deal of stack.
    let run = |name: &str| {
        let mut command = Command::new("prlimit");
        command.args(["--nofile=64", "--"]).arg(trial.folder.path().join(name).join("make"));
        command.current_dir(trial.work()).env_clear().stdin(Stdio::null());
        let ran = Ran::of(&mut command, &trial.folder.path().join("r"), false);
        (ran.code(), ran.errors)
    };
    let ours = run("ours");
    assert_eq!(ours, run("reference"));
    assert_eq!(ours, (2, "Makefile:1: *** Too many open files.  Stop.\n".into()));
}

#[test]
fn program_that_cannot_start() {
    let trial = Trial::new(
        "all: missing denied folder\nmissing: ; ./no-such-program\n\
         denied: ; @./Makefile\nfolder: ; -/tmp\n",
    );
    assert_eq!(trial.agree(&["-k"]).code(), 2);
}

/// With all processes that a user may have in use, nothing can be started.
#[test]
fn no_more_processes() {
    use std::os::unix::fs::PermissionsExt;
    let trial = Trial::new("all: ; printf never\n");
    for folder in [trial.folder.path(), &trial.work(), &trial.folder.path().join("ours")] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    // A user who has no other processes: the limit is for make, its thread for signals and a child.
    let mut command = Command::new("prlimit");
    command
        .args(["--nproc=2", "--"])
        .arg(trial.folder.path().join("ours/make"))
        .args(["-f", "Makefile"])
        .current_dir(trial.work())
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    if rustix::process::getuid().is_root() {
        command.uid(54_321).gid(54_321);
    }
    command.stdin(Stdio::null());
    let ran = Ran::of(&mut command, &trial.folder.path().join("r"), false);
    assert_eq!(ran.code(), 2);
    let reason = "Resource temporarily unavailable";
    assert!(ran.errors.contains_str(reason), "{}", ran.errors);
    assert!(!ran.output.contains_str("never\nnever"));
}

#[test]
fn full_disk() {
    let trial = Trial::new("all: ; @:\n$(info hello)\n");
    let run = |program: &Program| {
        let mut command = program.command(&trial.work());
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), BString::from(output.stderr))
    };
    let ours = run(&trial.bench.ours);
    assert_eq!(ours, run(&trial.bench.reference));
    assert_eq!(ours, (Some(1), "make: write error: stdout\n".into()));
    let trial = Trial::new("all: ; @:\n$(file >/dev/full,text)\n");
    assert_eq!(trial.agree(&[]).code(), 2);
    let trial = Trial::new("all: ; @:\n$(file >no/such/folder,text)\n");
    assert_eq!(trial.agree(&[]).code(), 2);
}

#[test]
fn target_that_vanishes() {
    Trial::new("all: a\n\tcat a\na:\n\ttouch a\n\trm a\n").agree(&[]);
    Trial::new("all: a b\n\tcat a b\na:\n\ttouch a\nb: a\n\trm a\n\ttouch b\n").agree(&[]);
    Trial::new("all: x.c\n\trm -f x.b\n%.b: %.a\n\tcp $< $@\n%.c: %.b\n\tcp $< $@\n\trm x.b\nx.a:\n\ttouch x.a\n")
        .agree(&[]);
}

#[test]
fn failing_recipe() {
    const RECIPES: &str = "all: a b\na:\n\techo half > a; false\nb:\n\techo half > b; exit 3\n";
    Trial::new(RECIPES).agree(&["-k"]);
    let trial = Trial::new(&format!("{RECIPES}.DELETE_ON_ERROR:\n"));
    trial.agree(&["-k"]);
    assert_eq!(trial.left(), [""; 0]);
    let trial = Trial::new(&format!("{RECIPES}.DELETE_ON_ERROR:\n.PRECIOUS: a\n"));
    trial.agree(&["-k"]);
    assert_eq!(trial.left(), ["a"]);
    // What was there before and has not been touched stays.
    let trial = Trial::new("all: ; true\n.DELETE_ON_ERROR:\nMakefile: force\n\tfalse\nforce:\n");
    trial.agree(&[]);
    trial.agree(&["-i"]);
}

/// As those of a make in the background are, or of one that is to outlive its terminal.
#[test]
fn signals_that_make_was_told_to_ignore() {
    let trial = Trial::new(
        "all:\n\t@trap '' INT HUP; $(MAKE) --no-print-directory sub\n\
         sub:\n\t@kill -INT $$$$; kill -HUP $$$$; echo on; kill -TERM $$$$; echo never\n",
    );
    let ran = trial.agree(&[]);
    let output = String::from_utf8_lossy(&ran.output);
    assert!(output.contains("on\n") && !output.contains("never"), "{output}");
}

#[test]
fn recipe_killed_by_a_signal() {
    for signal in ["9", "15", "2", "6"] {
        let recipes = format!("a:\n\techo half > a; kill -{signal} $$$$\n");
        let trial = Trial::new(&recipes);
        assert_eq!(trial.agree(&[]).code(), 2);
        assert_eq!(trial.left(), [""; 0]);
        let trial = Trial::new(&format!("{recipes}.PRECIOUS: a\n"));
        trial.agree(&[]);
        assert_eq!(trial.left(), ["a"]);
        Trial::new(&recipes).agree(&["-i"]);
    }
}

/// What is left when make is killed while a recipe runs.
#[derive(Debug, PartialEq, Eq)]
struct Killed {
    signal: Option<i32>,
    errors: BString,
    files: Vec<String>,
}

/// Runs make, and sends a signal once the recipe runs: to make alone, or to its whole group as a
/// terminal does.
fn kill(trial: &Trial, program: &Program, signal: Signal, group: bool) -> Killed {
    trial.clear();
    let pid_file = trial.folder.path().join("pid");
    let _ = fs::remove_file(&pid_file);
    let mut command = program.command(&trial.work());
    command.stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.arg("-s").spawn().unwrap();
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    until("recipe runs", || read(&pid_file).ends_with('\n'));
    let recipe = Pid::from_raw(read(&pid_file).trim().parse().unwrap()).unwrap();
    let pid = Pid::from_child(&child);
    match group {
        true => kill_process_group(pid, signal).unwrap(),
        false => kill_process(pid, signal).unwrap(),
    }
    let status = wait(&mut child, PATIENCE).expect("make ends");
    let mut errors = Vec::new();
    std::io::Read::read_to_end(&mut child.stderr.take().unwrap(), &mut errors).unwrap();
    until("recipe is gone", || test_kill_process(recipe).is_err());
    Killed { signal: status.signal(), errors: errors.into(), files: trial.left() }
}

#[test]
fn make_killed_by_a_signal() {
    let recipe = "\t@echo half > $@; echo $$$$ > ../pid; exec sleep 60\n";
    for precious in ["", ".PRECIOUS: a\n"] {
        let trial = Trial::new(&format!("a:\n{recipe}{precious}"));
        for (signal, group) in
            [(Signal::TERM, false), (Signal::TERM, true), (Signal::INT, true), (Signal::HUP, true)]
        {
            // GNU make may lose its child between two looks at it.
            let mut tries = (0..10).map(|_| kill(&trial, &trial.bench.reference, signal, group));
            let lost = |killed: &Killed| killed.errors.contains_str("wait: No child processes");
            let theirs = tries.find(|killed| !lost(killed)).expect("the child's end is seen");
            let ours = kill(&trial, &trial.bench.ours, signal, group);
            assert_eq!(ours, theirs, "{signal:?} {group}");
            assert_eq!(ours.signal, Some(signal.as_raw()));
            assert_eq!(ours.files.is_empty(), precious.is_empty());
        }
    }
}

/// What comes of a signal while `$(shell)` runs a script that does not end.
fn kill_in_shell(trial: &Trial, program: &Program, signal: Signal, group: bool) -> Killed {
    trial.clear();
    let pid_file = trial.folder.path().join("script");
    let _ = fs::remove_file(&pid_file);
    let mut command = program.command(&trial.work());
    command.stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.args(["-s", "-j2"]).spawn().unwrap();
    until("script runs", || fs::read_to_string(&pid_file).is_ok_and(|text| text.ends_with('\n')));
    let pid = Pid::from_child(&child);
    match group {
        true => kill_process_group(pid, signal).unwrap(),
        false => kill_process(pid, signal).unwrap(),
    }
    let status = wait(&mut child, PATIENCE);
    // Make does not end scripts.
    let _ = kill_process_group(pid, Signal::KILL);
    let mut errors = Vec::new();
    std::io::Read::read_to_end(&mut child.stderr.take().unwrap(), &mut errors).unwrap();
    let signal = status.expect("make ends").signal();
    Killed { signal, errors: errors.into(), files: trial.left() }
}

#[test]
fn signal_in_a_shell_function() {
    const SCRIPT: &str = "$(shell echo $$$$ > ../script; exec sleep 60)";
    for makefile in [
        // While makefiles are read, at first and once more.
        format!("X := {SCRIPT}\nall: ; @:\n"),
        format!(
            "X := $(if $(MAKE_RESTARTS),{SCRIPT})\nall: ; @:\ninclude made\nmade: ; echo > $@\n"
        ),
        // In recipes: after another one, and while another one has half of its target.
        format!("all: a ; @echo {SCRIPT}\na: ; @:\n"),
        format!(
            "all: a b ; @:\na: ; @echo half > $@; exec sleep 60\n\
             b: ; @echo $(shell until test -s a; do :; done){SCRIPT}\n"
        ),
        // In the environment of a recipe's command, and in prerequisites.
        format!("export X = {SCRIPT}\nall: ; @echo never\n"),
        format!(".SECONDEXPANSION:\nall: a $${SCRIPT} ; @:\na: ; @:\n"),
    ] {
        let trial = Trial::new(&makefile);
        for (signal, group) in [(Signal::TERM, false), (Signal::INT, true)] {
            let theirs = kill_in_shell(&trial, &trial.bench.reference, signal, group);
            let ours = kill_in_shell(&trial, &trial.bench.ours, signal, group);
            assert_eq!(ours, theirs, "{makefile} {signal:?} {group}");
            assert_eq!(ours.signal, Some(signal.as_raw()));
        }
    }
}
