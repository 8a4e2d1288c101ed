//! Running several steps at once, stopping them, and two builds in one folder.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rules::graph::{Command, Graph};
use ukbuild::engine::{Ahead, Error, Event, Observer, build};

use crate::world::{World, within_limit};

/// Each waits until the other has begun: one at a time they would never end.
fn pair(world: &World) -> Graph {
    let mut make = world.graph();
    for (mine, other) in [("one", "two"), ("two", "one")] {
        let output = format!("build/{mine}");
        let script = format!(
            "touch %build/began-{mine}%; until test -e %build/began-{other}%; do sleep 0.01; done; \
             echo {mine} > %{output}%"
        );
        make.recipe(&output, &[], &script);
    }
    make.group("all", &["build/one", "build/two"]);
    make.graph
}

#[test]
fn two_jobs_run_at_once() {
    within_limit(|| {
        let world = World::new();
        assert_eq!(world.build(&pair(&world), &["all"]).ran(), ["build/one", "build/two"]);
    });
}

#[test]
fn steps_wait_for_what_they_need() {
    within_limit(|| {
        let mut world = World::new();
        world.settings.jobs = 8;
        world.write("a", "A\n");
        let mut make = world.graph();
        for at in 1..20 {
            let (from, to) = (format!("build/{}", at - 1), format!("build/{at}"));
            let from = if at == 1 { "a".to_owned() } else { from };
            make.recipe(&to, &[&from], &format!("cat %{from}% > %{to}%; echo {at} >> %{to}%"));
        }
        let graph = make.graph;
        let told = world.build(&graph, &["build/19"]);
        let expected: Vec<String> = (1..20).map(|at| format!("build/{at}")).collect();
        assert_eq!(told.finished, expected);
        assert_eq!(world.read("build/19").lines().count(), 20);
    });
}

#[test]
fn one_job_runs_one_step_at_a_time() {
    within_limit(|| {
        let mut world = World::new();
        world.settings.jobs = 1;
        let mut make = world.graph();
        let names: Vec<String> = (0..6).map(|at| format!("build/{at}")).collect();
        for name in &names {
            let script =
                format!("mkdir %build/busy%; sleep 0.01; rmdir %build/busy%; echo > %{name}%");
            make.recipe(name, &[], &script);
        }
        let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
        make.group("all", &inputs);
        let graph = make.graph;
        assert_eq!(world.build(&graph, &["all"]).ran().len(), 6);
    });
}

/// A graph whose step tells that it began, and then never ends by itself.
fn endless(world: &World) -> Graph {
    let mut make = world.graph();
    make.recipe("build/good", &["a"], "cat %a% > %build/good%");
    make.recipe(
        "build/long",
        &["a"],
        "echo part > %build/long%; (touch %began%; exec sleep 1000) & wait",
    );
    let command = make.exec(&["sh", "-c", "echo part > $0; sleep 1000", "%build/slow%"]);
    let step = make.step(&["build/slow"], &["a"], vec![command]);
    make.add(step);
    make.group("all", &["build/good", "build/long", "build/slow"]);
    make.graph
}

#[test]
fn a_cancelled_build_kills_its_commands_and_leaves_nothing_half() {
    within_limit(|| {
        let world = World::new();
        world.write("a", "A\n");
        let graph = endless(&world);
        let cancel = world.settings.cancel.clone();
        let began = world.path("began");
        let watcher = std::thread::spawn(move || {
            while !began.exists() {
                std::thread::sleep(Duration::from_millis(5));
            }
            cancel.store(true, Ordering::Relaxed);
        });
        let (told, ended) = world.try_build(&graph, &["all"]);
        watcher.join().unwrap();
        assert!(matches!(ended, Err(Error::Interrupted)), "{ended:?}");
        assert!(told.ended.is_some());
        assert!(world.built().iter().all(|name| name == "good"), "{:?}", world.built());
        world.settings.cancel.store(false, Ordering::Relaxed);
        let mut make = world.graph();
        make.recipe("build/good", &["a"], "cat %a% > %build/good%");
        world.build(&make.graph, &["build/good"]);
        assert_eq!(world.built(), ["good"]);
    });
}

#[test]
fn a_second_build_in_the_folder_waits_and_says_so() {
    struct Opens(std::path::PathBuf);
    impl Observer for Opens {
        fn event(&self, event: Event<'_>) {
            if matches!(event, Event::Waiting { holder: Some(_) }) {
                std::fs::write(&self.0, "").unwrap();
            }
        }
    }
    within_limit(|| {
        let world = Arc::new(World::new());
        let mut make = world.graph();
        // Ends when the second build says that it waits.
        make.recipe(
            "build/a",
            &[],
            "touch %began%; until test -e %waits%; do sleep 0.01; done; echo > %build/a%",
        );
        let graph = make.graph;
        let goal = graph.find(world.path("build/a").to_str().unwrap()).unwrap();
        let first = {
            let (world, graph) = (world.clone(), graph.clone());
            std::thread::spawn(move || world.build(&graph, &["build/a"]).ran().len())
        };
        while !world.exists("began") {
            std::thread::sleep(Duration::from_millis(5));
        }
        let opens = Opens(world.path("waits"));
        // What it has read by now is no longer so when its turn comes.
        let ahead = Ahead::begin(&world.settings.folder);
        let second = build(&graph, &[goal], &world.settings, ahead, &opens).unwrap();
        assert_eq!(first.join().unwrap(), 1);
        assert_eq!((second.ran, second.up_to_date), (0, 1));
    });
}

#[test]
fn a_waiting_build_can_be_cancelled() {
    within_limit(|| {
        let world = Arc::new(World::new());
        world.write("a", "A\n");
        let graph = endless(&world);
        let first = {
            let (world, graph) = (world.clone(), graph.clone());
            std::thread::spawn(move || world.try_build(&graph, &["all"]).1)
        };
        while !world.exists("began") {
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut settings = world.settings.clone();
        settings.cancel = Arc::default();
        settings.cancel.store(true, Ordering::Relaxed);
        let goal = graph.find(world.path("all").to_str().unwrap()).unwrap();
        let second = build(&graph, &[goal], &settings, None, &ukbuild::engine::Silent);
        assert!(matches!(second, Err(Error::Interrupted)));
        world.settings.cancel.store(true, Ordering::Relaxed);
        assert!(matches!(first.join().unwrap(), Err(Error::Interrupted)));
    });
}

#[test]
fn makes_below_share_the_jobs() {
    within_limit(|| {
        let mut world = World::new();
        world.settings.jobs = 3;
        world.write(
            "sub.mk",
            "all: 1 2 3 4\n%:\n\t@touch $(BUSY)/$@; sleep 0.05; ls $(BUSY) | wc -l >> $(MOST); \
             rm $(BUSY)/$@\n",
        );
        let mut make = world.graph();
        for name in ["build/one", "build/two"] {
            let script = format!(
                "mkdir %build/busy-{0}%; make --no-print-directory -f %sub.mk% \
                 BUSY=%build/busy-{0}% MOST=%build/most% all; echo \"$MAKEFLAGS\" > %{name}%",
                &name[6..]
            );
            make.recipe(name, &[], &script);
        }
        make.group("all", &["build/one", "build/two"]);
        let graph = make.graph;
        let told = world.build(&graph, &["all"]);
        assert!(!told.output.contains("jobserver unavailable"), "{}", told.output);
        assert!(world.read("build/one").contains("-j3 --jobserver-auth="));
        let most = world.read("build/most");
        let most = most.lines().map(|line| line.trim().parse::<u32>().unwrap()).max().unwrap();
        // Of three jobs the two makes are two, which leaves one for either.
        assert!(most <= 2, "{most} at once in one make");
    });
}

#[test]
fn a_build_under_make_takes_its_tokens() {
    within_limit(|| {
        let mut world = World::new();
        let path = world.path("fifo");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        // Held open for reading and writing, as the make above would; it holds no token.
        let _held = std::fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        world.settings.jobs = 8;
        let flags = format!(" -j8 --jobserver-auth=fifo:{}", path.display());
        world.settings.makeflags = Some(flags.clone().into());
        let mut make = world.graph();
        let names: Vec<String> = (0..4).map(|at| format!("build/{at}")).collect();
        for name in &names {
            let script = format!(
                "mkdir %build/busy%; sleep 0.01; rmdir %build/busy%; echo \"$MAKEFLAGS\" > %{name}%"
            );
            make.recipe(name, &[], &script);
        }
        let inputs: Vec<&str> = names.iter().map(String::as_str).collect();
        make.group("all", &inputs);
        let graph = make.graph;
        assert_eq!(world.build(&graph, &["all"]).ran().len(), 4);
        assert_eq!(world.read("build/0").trim_end(), flags);
    });
}

#[test]
fn a_command_that_cannot_start_is_a_failure() {
    let world = World::new();
    world.write("a", "A\n");
    let mut make = world.graph();
    let command = make.exec(&["cat", "%a%"]);
    let mut step = make.step(&["build/b"], &["a"], vec![command, Command::Write("x".into())]);
    step.folder = Some(world.path("no/such/folder"));
    make.add(step);
    let (_, ended) = world.try_build(&make.graph, &["build/b"]);
    let Err(Error::Failed(failures)) = ended else { panic!("{ended:?}") };
    assert!(failures[0].cause.to_string().starts_with("cannot start cat"));
}
