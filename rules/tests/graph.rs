//! Stores graphs and loads them again, whole and damaged.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use rules::graph::{Command, Graph, Origin, Step, StepId};

/// A graph with a step of each kind.
fn graph() -> Graph {
    let mut graph = Graph::new();
    let files = [&b"/s/a.c"[..], b"/s/\xff.h", b"/b/a.o", b"/b/a.d", b"/b/list", b"all"];
    let [source, header, object, depfile, list, all] = files.map(|path| graph.file(path));
    let words = |words: &[&str]| words.iter().map(|&word| word.into()).collect();
    let compile = Step {
        tag: "CC".to_owned(),
        label: "liba: a.o".to_owned(),
        commands: vec![Command::Exec {
            argv: words(&["cc", "-c", "/s/a.c", "", "-o", "/b/a.o"]),
            stdout: None,
        }],
        outputs: vec![object],
        inputs: vec![source],
        order_only: vec![header],
        depfile: Some(depfile),
        folder: Some("/b".into()),
        environment: vec![("LC_ALL".into(), "C".into())],
        always: false,
        origin: Some(Origin { file: "/s/Makefile.uk".into(), line: 7 }),
    };
    let script = |ignore_failure| Command::Shell {
        shell: words(&["/bin/sh", "-c"]),
        script: "echo x".into(),
        ignore_failure,
    };
    let several = Step {
        commands: vec![
            script(false),
            Command::Exec { argv: words(&["cat"]), stdout: Some(list) },
            script(true),
            Command::Write(b"\0\xff\n"[..].into()),
        ],
        outputs: vec![list],
        inputs: vec![object, source],
        always: true,
        ..Step::default()
    };
    let group = Step { outputs: vec![all], inputs: vec![list], ..Step::default() };
    for step in [compile, several, group] {
        graph.add(step).unwrap();
    }
    graph
}

fn shown(graph: &Graph) -> String {
    let steps: Vec<Step> = graph.steps().map(|step| step.to_step()).collect();
    let makers: Vec<Option<StepId>> = graph.file_ids().map(|file| graph.producer(file)).collect();
    format!("{:?} {steps:?} {makers:?}", graph.files().collect::<Vec<_>>())
}

#[test]
fn what_is_stored_is_loaded() {
    let stored = graph().store();
    let mut loaded = Graph::load(&stored).unwrap();
    assert_eq!(shown(&loaded), shown(&graph()));
    assert_eq!(loaded.store(), stored);
    assert_eq!(loaded.find("/s/a.c"), graph().find("/s/a.c"));
    // It can grow as any other.
    assert_eq!(Some(loaded.file("all")), loaded.find("all"));
    assert_eq!((loaded.file("more").index(), loaded.find("CC")), (6, None));
    assert!(
        loaded.add(Step { outputs: vec![loaded.find("all").unwrap()], ..Step::default() }).is_err()
    );
}

#[test]
fn nothing_is_loaded_of_what_makes_no_sense() {
    let stored = graph().store();
    for cut in 0..stored.len() {
        assert!(Graph::load(&stored[..cut]).is_none(), "cut at {cut}");
    }
    for at in 0..stored.len() {
        for flip in [1, 0x80, 0xff] {
            let mut broken = stored.clone();
            broken[at] ^= flip;
            // Whatever counts as a graph can be looked at.
            Graph::load(&broken).iter().for_each(|graph| drop(shown(graph)));
        }
    }
}

#[test]
fn kept_recipes_do_not_outlive_a_change() {
    let mut graph = graph();
    let steps: Vec<StepId> = graph.step_ids().collect();
    graph.keep_recipes(vec![[1; 32]; steps.len()]);
    let added = graph.add(Step::default()).unwrap();
    assert_eq!((graph.kept_recipe(steps[2]), graph.kept_recipe(added)), (Some(&[1; 32]), None));
    let mut whole = Graph::new();
    let own = whole.add(Step::default()).unwrap();
    whole.keep_recipes(vec![[2; 32]]);
    graph.nest(Path::new("/b/x"), "x".into());
    assert_eq!(graph.kept_recipe(steps[0]), None);
    whole.join(graph).unwrap();
    assert_eq!((whole.kept_recipe(own), whole.kept_recipe(steps[1])), (Some(&[2; 32]), None));
}

#[test]
fn joined_steps_are_as_they_were() {
    let mut whole = Graph::new();
    whole.file("/other");
    whole.add(Step { tag: "X".to_owned(), ..Step::default() }).unwrap();
    let ids = whole.join(graph()).unwrap();
    let part = graph();
    for (here, there) in whole.steps().skip(1).zip(part.steps()) {
        let [here, mut there] = [here.to_step(), there.to_step()];
        for list in [&mut there.outputs, &mut there.inputs, &mut there.order_only] {
            list.iter_mut().for_each(|file| *file = ids[file.index()]);
        }
        there.depfile = there.depfile.map(|file| ids[file.index()]);
        for command in &mut there.commands {
            if let Command::Exec { stdout: Some(file), .. } = command {
                *file = ids[file.index()];
            }
        }
        assert_eq!(format!("{here:?}"), format!("{there:?}"));
    }
}
