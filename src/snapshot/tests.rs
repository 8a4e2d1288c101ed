//! What is told of scripts and of evaluation.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rules::make::{Evaluator, StdHost};

use super::evidence::{Evidence, Verdict};
use super::fact::{Fact, bytes, place};
use super::script::{Said, Script};
use super::{Given, Question, Snapshots, Source, WatchedHost, Witness};
use crate::engine::stamp;

/// What evidence comes to now.
fn verdict(evidence: &Evidence) -> Verdict {
    evidence.judge(&evidence.look())
}

/// A script in a folder, run when nothing there is new any more.
fn script(folder: &Path, text: &str) -> (Script, Said) {
    stamp::await_tick_after(stamp::now());
    let script = Script {
        argv: vec!["/bin/sh".into(), "-c".into(), text.into()],
        environment: Arc::new(vec![("PATH".into(), std::env::var("PATH").unwrap().into())]),
        folder: bytes(folder),
    };
    let said = script.follow().unwrap();
    (script, said)
}

fn said(folder: &Path, text: &str) -> Said {
    script(folder, text).1
}

/// The names below a folder that facts are about.
fn names(folder: &Path, said: &Said) -> BTreeSet<String> {
    let facts = said.facts.as_ref().unwrap();
    let paths = facts.iter().filter_map(|fact| match fact {
        Fact::Looks { path, .. } | Fact::Listing { path, .. } | Fact::Real { path, .. } => {
            place(path).strip_prefix(folder).ok()
        }
        _ => None,
    });
    paths.map(|path| path.display().to_string()).collect()
}

#[test]
fn scripts_that_only_look_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().canonicalize().unwrap();
    std::fs::create_dir(here.join("sub")).unwrap();
    std::fs::write(here.join("a"), "1\n").unwrap();
    std::fs::write(here.join("sub/b"), "2\n").unwrap();
    let cat = said(&here, "cat a sub/b | sort -r");
    assert_eq!((cat.output.as_slice(), cat.status), (&b"2\n1\n"[..], 0));
    assert!(names(&here, &cat).is_superset(&["a".into(), "sub/b".into()].into()));
    let test = said(&here, "cd sub && test -f c || echo no");
    assert_eq!(test.output, b"no\n");
    assert!(names(&here, &test).contains("sub/c"));
    let find = said(&here, "find . -name b");
    assert_eq!(find.output, b"./sub/b\n");
    assert!(names(&here, &find).contains("sub"));
    let bash = said(&here, "bash -c '[[ -f a ]] && exit 3'");
    assert_eq!(bash.status, 3);
    assert!(names(&here, &bash).contains("a"));
    let mkdir = said(&here, "mkdir -p sub");
    assert!(names(&here, &mkdir).contains("sub"));
    let rm = said(&here, "test ! -e nothing && echo fine");
    assert_eq!(rm.output, b"fine\n");
}

#[test]
fn others_are_not_known_and_act_once() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("old"), "x\n").unwrap();
    std::fs::write(here.join("random"), "#!/bin/sh\n: $$\necho x\n").unwrap();
    for (text, output) in [
        ("date +x", &b"x\n"[..]),
        ("cat old; date +x", b"x\nx\n"),
        ("echo $$ >/dev/null; echo y", b"y\n"),
        ("echo more >> log; cat log", b"more\n"),
        ("mkdir made && echo made", b"made\n"),
        ("cat old; rm old; test -e old || echo gone", b"x\ngone\n"),
        ("echo new > renamed; mv renamed there; cat there", b"new\n"),
        ("python3 -c 'print(1)' 2>/dev/null || echo 1", b"1\n"),
        ("cat /proc/uptime > /dev/null; echo up", b"up\n"),
        ("sh ./random", b"x\n"),
    ] {
        let said = said(here, text);
        assert_eq!((said.output.as_slice(), said.status), (output, 0), "{text}");
        assert!(said.facts.is_none(), "{text}");
    }
    assert_eq!(std::fs::read(here.join("log")).unwrap(), b"more\n");
}

#[test]
fn complaints_are_heard_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let loud = said(folder.path(), "cat nothing; echo 1");
    assert_eq!(loud.output, b"1\n");
    assert!(!loud.errors.is_empty());
    assert!(loud.facts.is_none());
    assert!(said(folder.path(), "cat nothing 2>/dev/null; echo 1").facts.is_some());
}

#[test]
fn ends_of_scripts() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(said(folder.path(), "cat nothing 2>/dev/null || exit 7").status, 7);
    assert_eq!(said(folder.path(), "kill -TERM $$").status, 143);
    let missing = Script {
        argv: vec!["/no/such/program".into()],
        environment: Arc::default(),
        folder: "/".into(),
    };
    assert!(missing.follow().is_err());
    let long = Script { argv: vec!["/bin/echo".into(), "x".repeat(200_000).into()], ..missing };
    assert!(long.follow().is_err());
}

#[test]
fn much_output_and_many_processes() {
    let folder = tempfile::tempdir().unwrap();
    let text = "for i in 1 2 3 4 5 6 7 8 9; do (seq 1 20000 | cat &) ; done; cat /dev/null";
    let many = said(folder.path(), text);
    assert_eq!(many.output.len(), 9 * 108_894);
    assert!(many.facts.is_some());
}

#[test]
fn a_script_is_run_again_when_what_it_looked_at_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    std::fs::write(&file, "1\n").unwrap();
    let heard = BTreeMap::from([script(folder.path(), "cat a")]);
    let evidence = Evidence::new(&BTreeSet::new(), &heard);
    assert!(matches!(verdict(&evidence), Verdict::Same));
    // The same again, in a file that looks different.
    std::fs::write(&file, "1\n").unwrap();
    stamp::await_tick_after(stamp::now());
    let Verdict::Renewed(evidence) = verdict(&evidence) else { panic!("not renewed") };
    assert!(matches!(verdict(&evidence), Verdict::Same));
    std::fs::write(&file, "2\n").unwrap();
    assert!(matches!(verdict(&evidence), Verdict::Different(what) if what.contains("cat a")));
}

#[test]
fn a_folder_that_was_only_written_to_runs_no_script_again() {
    let folder = tempfile::tempdir().unwrap();
    let (find, found) = script(folder.path(), "find . -name a");
    let heard = BTreeMap::from([(find.clone(), found)]);
    let evidence = Evidence::new(&BTreeSet::new(), &heard);
    let other = folder.path().join("b");
    std::fs::write(&other, "").unwrap();
    std::fs::remove_file(&other).unwrap();
    stamp::await_tick_after(stamp::now());
    let said = evidence.still_said(&find, None).unwrap();
    let again = Evidence::new(&BTreeSet::new(), &BTreeMap::from([(find.clone(), said)]));
    let Verdict::Renewed(evidence) = verdict(&evidence) else { panic!("not renewed") };
    assert!(
        matches!(verdict(&evidence), Verdict::Same) && matches!(verdict(&again), Verdict::Same)
    );
    std::fs::write(folder.path().join("a"), "").unwrap();
    assert!(evidence.still_said(&find, None).is_none());
    assert!(matches!(verdict(&evidence), Verdict::Different(_)));
}

#[test]
fn evaluation_is_repeated_when_what_it_looked_at_changed() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("Makefile"), "A := $(wildcard *.c) $(shell cat list)\n").unwrap();
    std::fs::write(here.join("list"), "one\n").unwrap();
    std::fs::write(here.join("a.c"), "").unwrap();
    let build = here.join("build");
    std::fs::create_dir(&build).unwrap();
    stamp::await_tick_after(stamp::now());
    let program = std::env::current_exe().unwrap();
    let evaluate = || {
        let snapshots = Snapshots::new(&build, Some(&program));
        let compute = |witness: &Arc<Witness>| -> rules::make::Result<String> {
            let host = WatchedHost::new(StdHost::new(here, |_| {}), witness);
            let mut make = Evaluator::new(host, ());
            make.define_environment([("PATH".into(), "/usr/bin:/bin".into())]);
            make.eval_file(b"Makefile")?;
            Ok(make.value_of(b"A")?.to_string())
        };
        let question = Question { part: "make", key: &here, given: &Given::new() };
        let result = snapshots.recall(&question, compute).unwrap();
        (result.value, result.source == Source::Recalled)
    };
    let is = |value: &str, recalled| (value.to_owned(), recalled);
    assert_eq!(evaluate(), is("a.c one", false));
    assert_eq!(evaluate(), is("a.c one", true));
    std::fs::write(here.join("b.c"), "").unwrap();
    assert_eq!(evaluate(), is("a.c b.c one", false));
    assert_eq!(evaluate(), is("a.c b.c one", true));
    std::fs::write(here.join("list"), "two\n").unwrap();
    assert_eq!(evaluate(), is("a.c b.c two", false));
    std::fs::write(here.join("Makefile"), "A := $(file >out,$(shell cat list))x\n").unwrap();
    assert_eq!(evaluate(), is("x", false));
    std::fs::remove_file(here.join("out")).unwrap();
    assert_eq!(evaluate(), is("x", false));
    assert_eq!(evaluate(), is("x", true));
    std::fs::write(here.join("Makefile"), "A := $(file >>out,more)x\n").unwrap();
    assert_eq!([evaluate(), evaluate()], [is("x", false), is("x", false)]);
    assert_eq!(std::fs::read(here.join("out")).unwrap(), b"two\nmore\nmore\n");
    // What was looked at before anything was written is looked at again behind that.
    std::fs::write(here.join("Makefile"), "A := $(shell cat list)\n").unwrap();
    assert_eq!([evaluate(), evaluate()], [is("two", false), is("two", true)]);
    std::fs::write(here.join("Makefile"), "A := $(file >list,three)$(shell cat list)\n").unwrap();
    assert_eq!(evaluate(), is("three", false));
}
