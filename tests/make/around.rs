//! What is around make: terminals, temporary folders, locks, coarse clocks, and who watches it with
//! `--debug`.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::time::Duration;

use bstr::ByteSlice;
use rustix::fs::{FlockOperation, fcntl_lock};

use crate::outcome::{Program, Ran};
use crate::trial::Trial;

/// What a run says with its standard streams at a terminal of its own, and more in its environment.
fn at_a_terminal(trial: &Trial, redirection: &str, more: &[(&str, &str)]) -> String {
    let make = trial.folder.path().join("ours/make");
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{} -s {redirection}", make.display()), "/dev/null"]);
    command.current_dir(trial.work()).env_clear().env("PATH", "/usr/bin:/bin");
    let ran = Ran::of(command.envs(more.iter().copied()), &trial.folder.path().join("r"), false);
    assert_eq!(ran.code(), 0);
    ran.output.to_string().replace('\r', "")
}

#[test]
fn terminals() {
    let trial = Trial::new(
        "all: ; @echo \"$$MAKE_TERMOUT:$$MAKE_TERMERR:$(origin MAKE_TERMOUT)\" > said; tty <&2 >> said || :\n",
    );
    let said = |redirection: &str, more: &[(&str, &str)]| {
        at_a_terminal(&trial, redirection, more);
        fs::read_to_string(trial.work().join("said")).unwrap()
    };
    let both = said("", &[]);
    let tty = both.lines().nth(1).unwrap();
    assert!(tty.starts_with("/dev/"), "{both}");
    assert_eq!(both, format!("{tty}:{tty}:default\n{tty}\n"));
    let error = said(">out", &[]);
    assert!(error.starts_with(":/dev/") && error.contains(":undefined\n"), "{error}");
    assert_eq!(said("2>err", &[("MAKE_TERMOUT", "mine")]), "mine::environment\nnot a tty\n");
    Trial::new("all: ; @echo $(origin MAKE_TERMOUT) $${MAKE_TERMERR-none}\n")
        .says(&[], "undefined none\n");
}

#[test]
fn temporary_folders() {
    let trial = Trial::new("all: ; @echo $(filter --jobserver-auth=%,$(MAKEFLAGS))\n");
    let folder = trial.folder.path().join("temporary");
    fs::create_dir(&folder).unwrap();
    let folder = folder.to_str().unwrap();
    let run = |variables: &[(&str, &str)]| {
        let mut command = trial.bench.ours.command(&trial.work());
        command.arg("-j2").envs(variables.iter().copied());
        Ran::of(&mut command, &trial.folder.path().join("r"), false)
    };
    for variables in [
        &[("MAKE_TMPDIR", folder), ("TMPDIR", "/nowhere")][..],
        &[("MAKE_TMPDIR", ""), ("TMPDIR", folder)],
    ] {
        let ran = run(variables);
        let start = format!("--jobserver-auth=fifo:{folder}/GMfifo");
        assert!(ran.output.starts_with(start.as_bytes()), "{}", ran.output);
        assert_eq!(ran.errors, "");
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
    let ran = run(&[("MAKE_TMPDIR", "/nowhere"), ("TMPDIR", "Makefile")]);
    assert!(ran.output.starts_with(b"--jobserver-auth=fifo:/tmp/GMfifo"), "{}", ran.output);
    assert_eq!(
        ran.errors,
        "make: MAKE_TMPDIR value /nowhere: No such file or directory\n\
         make: TMPDIR value Makefile: not a directory\n\
         make: using default temporary directory '/tmp'\n"
    );
}

/// While somebody has the lock of the make above, nothing is written.
#[test]
fn mutex_of_the_make_above() {
    let trial = Trial::new("all: ; @echo done; touch ran\n");
    let path = trial.folder.path().join("mutex");
    let mutex = File::create(&path).unwrap();
    fcntl_lock(&mutex, FlockOperation::LockExclusive).unwrap();
    let mut command = trial.bench.ours.command(&trial.work());
    command.args(["-j2", "-O"]).env("MAKEFLAGS", format!("--sync-mutex=fnm:{}", path.display()));
    let out = trial.folder.path().join("out");
    let mut child = command.stdout(File::create(&out).unwrap()).spawn().unwrap();
    crate::trial::until("recipe has run", || trial.work().join("ran").exists());
    // The lock is asked for after that. It is not to be had, or all would be over soon.
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(out.metadata().unwrap().size(), 0);
    drop(mutex);
    let status = crate::outcome::wait(&mut child, crate::trial::PATIENCE).expect("make ends");
    assert!(status.success());
    assert_eq!(fs::read(&out).unwrap(), b"done\n");

    let wrong = |mutex: &str| {
        let mut command = trial.bench.ours.command(&trial.work());
        let command = command.arg("-O").env("MAKEFLAGS", format!("--sync-mutex={mutex}"));
        Ran::of(command, &trial.folder.path().join("r"), false)
    };
    assert_eq!(wrong("x").errors, "make: invalid --sync-mutex string 'x'\n");
    assert_eq!(wrong("x").output, "done\n");
    let text = "make: cannot open output sync mutex 'fnm:/no/x': No such file or directory\n";
    assert_eq!(wrong("fnm:/no/x").errors, text);
}

/// A target whose time was cut to whole seconds is as new as anything of that second.
#[test]
fn times_of_whole_seconds() {
    let makefile = "all: a b ; @:\na b: src ; @echo $@\n";
    for special in ["", ".LOW_RESOLUTION_TIME: a\n", ".LOW_RESOLUTION_TIME:\n"] {
        let trial = Trial::new(&format!("{makefile}{special}"));
        for (name, fraction) in [("a", 0), ("b", 0), ("src", 500)] {
            trial.file(name, "", Duration::from_millis(fraction));
        }
        let ours = trial.run(&trial.bench.ours, &[]).output;
        assert_eq!(ours, trial.run(&trial.bench.reference, &[]).output);
        assert_eq!(ours, if special.contains("a\n") { "b\n" } else { "a\nb\n" });
    }
}

/// Lines about jobs, with processes and addresses left out.
fn about_jobs(trial: &Trial, program: &Program, arguments: &[&str]) -> Vec<String> {
    let ran = trial.run(program, arguments);
    let lines = ran.output.lines().map(|line| line.to_str_lossy().into_owned());
    let is_number = |word: &str| word.starts_with("0x") || word.parse::<u32>().is_ok();
    let shown = |word: &str| if is_number(word) { "#".into() } else { word.to_owned() };
    lines.map(|line| line.split(' ').map(shown).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn words_about_jobs() {
    let trial = Trial::new(
        "all: a b\n\t@true\na: ; @true;true\n\t@true\nb: ; -@false 2>&1\nc d: ; @sleep 0.1\n",
    );
    for arguments in [&["--debug=j"][..], &["--debug=j", "-k", "a", "c"]] {
        let theirs = about_jobs(&trial, &trial.bench.reference, arguments);
        assert_eq!(about_jobs(&trial, &trial.bench.ours, arguments), theirs);
    }
    let lines = about_jobs(&trial, &trial.bench.ours, &["--debug=j", "-j2", "c", "d"]);
    let count = |line: &str| lines.iter().filter(|other| *other == line).count();
    assert_eq!(count("Need a job token; we don't have children"), 1);
    assert_eq!(count("Need a job token; we have children"), 1);
    assert_eq!(count("Obtained token for child # (d)."), 1);
    assert_eq!(count("Released token for child # (d)."), 1);
}
