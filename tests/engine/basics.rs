//! What runs, and what does not.

use std::fs;
use std::os::unix::fs::MetadataExt;

use rules::graph::{Command, Graph, OptionHeader};
use ukbuild::engine::{Cause, Error, Reason};

use crate::world::World;

/// `all` is made of `b` and `c`, both of `a`.
fn diamond(world: &World) -> Graph {
    let mut make = world.graph();
    make.cat("build/b", &["a"]);
    make.cat("build/c", &["a", "x"]);
    make.cat("build/all", &["build/b", "build/c"]);
    make.graph
}

fn sources(world: &World) {
    world.write("a", "A\n");
    world.write("x", "X\n");
}

#[test]
fn a_second_build_runs_nothing() {
    let world = World::new();
    sources(&world);
    let graph = diamond(&world);
    let first = world.build(&graph, &["build/all"]);
    assert_eq!(first.ran(), ["build/all", "build/b", "build/c"]);
    assert_eq!(first.why("build/b"), &Reason::NeverBuilt);
    assert_eq!(world.read("build/all"), "A\nA\nX\n");
    let second = world.build(&graph, &["build/all"]);
    assert_eq!(second.ran(), [""; 0]);
    let summary = second.ended.unwrap();
    assert_eq!((summary.needed, summary.up_to_date, summary.ran), (3, 3, 0));
    assert_eq!(world.built(), ["all", "b", "c"]);
}

#[test]
fn a_build_without_changes_writes_nothing() {
    let world = World::new();
    sources(&world);
    let graph = diamond(&world);
    world.build(&graph, &["build/all"]);
    // The sources' stamps settle in the second build, a tick later.
    world.build(&graph, &["build/all"]);
    let journal = fs::metadata(world.path("build/.ukbuild/journal")).unwrap();
    world.build(&graph, &["build/all"]);
    let after = fs::metadata(world.path("build/.ukbuild/journal")).unwrap();
    assert_eq!((journal.mtime_nsec(), journal.len()), (after.mtime_nsec(), after.len()));
}

#[test]
fn touching_without_a_change_runs_nothing() {
    let world = World::new();
    sources(&world);
    let graph = diamond(&world);
    world.build(&graph, &["build/all"]);
    sources(&world);
    assert_eq!(world.build(&graph, &["build/all"]).ran(), [""; 0]);
}

#[test]
fn a_change_runs_what_reads_it() {
    let world = World::new();
    sources(&world);
    let graph = diamond(&world);
    world.build(&graph, &["build/all"]);
    world.write("x", "Y\n");
    let told = world.build(&graph, &["build/all"]);
    assert_eq!(told.ran(), ["build/all", "build/c"]);
    assert!(matches!(told.why("build/c"), Reason::InputChanged(file) if file.ends_with(b"/x")));
    assert_eq!(world.read("build/all"), "A\nA\nY\n");
}

#[test]
fn changes_within_one_tick_are_seen() {
    let world = World::new();
    let graph = diamond(&world);
    world.write("x", "X\n");
    // Same length, same file, and often the same time stamp.
    for round in 0..30 {
        let text = format!("{}\n", round % 10);
        world.write("a", &text);
        world.build(&graph, &["build/b"]);
        assert_eq!(world.read("build/b"), text);
    }
}

#[test]
fn an_identical_output_stops_the_rebuild() {
    let world = World::new();
    world.write("a", "one\n# remark\n");
    let mut make = world.graph();
    make.recipe("build/bare", &["a"], "grep -v '^#' %a% > %build/bare%");
    make.cat("build/end", &["build/bare"]);
    make.cat("build/after", &["build/end"]);
    let graph = make.graph;
    world.build(&graph, &["build/after"]);
    world.write("a", "one\n# another remark\n");
    let told = world.build(&graph, &["build/after"]);
    assert_eq!(told.ran(), ["build/bare"]);
    let summary = told.ended.unwrap();
    assert_eq!((summary.ran, summary.cut_off, summary.up_to_date), (1, 2, 0));
    assert_eq!(world.build(&graph, &["build/after"]).ran(), [""; 0]);
}

#[test]
fn a_changed_command_runs_its_step_only() {
    let world = World::new();
    world.write("a", "A\n");
    let graph = |flag: &str| {
        let mut make = world.graph();
        make.recipe("build/b", &["a"], &format!("cat %a% > %build/b%; : -g {flag}"));
        make.recipe("build/c", &["a"], "cat %a% > %build/c%");
        make.cat("build/d", &["build/b", "build/c"]);
        make.graph
    };
    world.build(&graph("-O2"), &["build/d"]);
    let told = world.build(&graph("-Os"), &["build/d"]);
    assert_eq!(told.ran(), ["build/b"]);
    assert_eq!(told.why("build/b").to_string(), "flag -O2 replaced by -Os");
    assert_eq!(world.build(&graph("-Os"), &["build/d"]).ran(), [""; 0]);
}

#[test]
fn outputs_are_made_again_when_they_are_gone_or_changed() {
    let world = World::new();
    sources(&world);
    let graph = diamond(&world);
    world.build(&graph, &["build/all"]);
    fs::remove_file(world.path("build/b")).unwrap();
    let told = world.build(&graph, &["build/all"]);
    assert_eq!(told.ran(), ["build/b"]);
    assert!(matches!(told.why("build/b"), Reason::OutputMissing(_)));
    world.write("build/c", "forged\n");
    let told = world.build(&graph, &["build/all"]);
    assert_eq!(told.ran(), ["build/c"]);
    assert!(matches!(told.why("build/c"), Reason::OutputChanged(_)));
    assert_eq!(world.read("build/c"), "A\nX\n");
}

#[test]
fn only_what_the_goals_need_is_run() {
    let world = World::new();
    sources(&world);
    let graph = diamond(&world);
    assert_eq!(world.build(&graph, &["build/b"]).ran(), ["build/b"]);
    assert_eq!(world.build(&graph, &["build/all"]).ran(), ["build/all", "build/c"]);
}

#[test]
fn inputs_that_come_and_go_count_and_their_order_does_not() {
    let world = World::new();
    sources(&world);
    let graph = |inputs: &[&str]| {
        let mut make = world.graph();
        make.recipe("build/b", inputs, "echo made > %build/b%");
        make.graph
    };
    world.build(&graph(&["a"]), &["build/b"]);
    let told = world.build(&graph(&["a", "x"]), &["build/b"]);
    assert!(matches!(told.why("build/b"), Reason::InputAdded(_)));
    assert_eq!(world.build(&graph(&["x", "a"]), &["build/b"]).ran(), [""; 0]);
    let told = world.build(&graph(&["x"]), &["build/b"]);
    assert!(matches!(told.why("build/b"), Reason::InputRemoved(_)));
}

#[test]
fn groups_run_nothing_and_stand_for_their_inputs() {
    let world = World::new();
    sources(&world);
    let mut make = world.graph();
    make.cat("build/b", &["a"]);
    make.cat("build/c", &["x"]);
    make.group("all", &["build/b", "build/c"]);
    make.recipe("build/stamp", &["all"], "date > %build/stamp%; cat %build/b% >> %build/stamp%");
    let graph = make.graph;
    assert_eq!(world.build(&graph, &["all"]).ran(), ["build/b", "build/c"]);
    assert_eq!(world.build(&graph, &["build/stamp"]).ran(), ["build/stamp"]);
    assert_eq!(world.build(&graph, &["build/stamp", "all"]).ran(), [""; 0]);
    world.write("x", "other\n");
    assert_eq!(world.build(&graph, &["build/stamp"]).ran(), ["build/c", "build/stamp"]);
}

#[test]
fn a_step_of_always_runs_and_its_followers_look_at_what_it_made() {
    let world = World::new();
    world.write("a", "A\n");
    let mut make = world.graph();
    let command = make.shell("cat %a% > %build/b%");
    let mut step = make.step(&["build/b"], &["a"], vec![command]);
    step.always = true;
    make.add(step);
    let said = make.shell("echo hello");
    let mut step = make.step(&["greet"], &[], vec![said]);
    step.always = true;
    make.add(step);
    make.cat("build/c", &["build/b"]);
    let graph = make.graph;
    world.build(&graph, &["build/c", "greet"]);
    let told = world.build(&graph, &["build/c", "greet"]);
    assert_eq!(told.ran(), ["build/b", "greet"]);
    assert_eq!(told.why("greet"), &Reason::Always);
    assert_eq!(told.output, "hello\n");
}

#[test]
fn removed_steps_lose_their_outputs() {
    let world = World::new();
    sources(&world);
    world.build(&diamond(&world), &["build/all"]);
    world.write("build/mine", "not the engine's\n");
    let mut make = world.graph();
    make.cat("build/b", &["a"]);
    make.cat("build/all", &["build/b"]);
    let told = world.build(&make.graph, &["build/all"]);
    assert_eq!(told.swept, ["c"]);
    assert_eq!(world.built(), ["all", "b", "mine"]);
    assert_eq!(world.build(&make.graph, &["build/all"]).swept, [""; 0]);
}

#[test]
fn outputs_of_another_description_and_changed_ones_stay() {
    let mut world = World::new();
    sources(&world);
    world.build(&diamond(&world), &["build/all"]);
    let mut make = world.graph();
    make.cat("build/linuxu", &["a"]);
    let graph = make.graph;
    world.settings.scope = Some("linuxu".into());
    assert_eq!(world.build(&graph, &["build/linuxu"]).swept, [""; 0]);
    assert_eq!(world.built(), ["all", "b", "c", "linuxu"]);
    world.settings.scope = Some("kvm".into());
    world.write("build/c", "edited by hand\n");
    let mut swept = world.build(&graph, &["build/linuxu"]).swept;
    swept.sort();
    assert_eq!(swept, ["all", "b"]);
    assert_eq!(world.read("build/c"), "edited by hand\n");
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let mut world = World::new();
    sources(&world);
    world.settings.dry_run = true;
    let graph = diamond(&world);
    let (told, ended) = world.try_build(&graph, &["build/all"]);
    assert_eq!(told.would_run, ["build/b", "build/c", "build/all"]);
    assert_eq!(ended.unwrap().ran, 3);
    assert!(!world.exists("build"));
    world.settings.dry_run = false;
    world.build(&graph, &["build/all"]);
    world.write("x", "new\n");
    world.settings.dry_run = true;
    let (told, _) = world.try_build(&graph, &["build/all"]);
    assert_eq!(told.would_run, ["build/c", "build/all"]);
    assert_eq!(world.read("build/c"), "A\nX\n");
}

#[test]
fn a_missing_source_is_named_before_anything_runs() {
    let world = World::new();
    world.write("a", "A\n");
    let mut make = world.graph();
    make.cat("build/b", &["a"]);
    let mut step = make.step(&["build/c"], &["gone", "build/b"], vec![make.shell("true")]);
    step.origin = Some(rules::graph::Origin { file: "Makefile.uk".into(), line: 7 });
    make.add(step);
    let (told, ended) = world.try_build(&make.graph, &["build/c"]);
    assert_eq!(told.ran(), [""; 0]);
    let Err(Error::MissingSources(missing)) = ended else { panic!("{ended:?}") };
    assert_eq!(missing.len(), 1);
    assert!(missing[0].file.ends_with(b"/gone"));
    assert_eq!(missing[0].origin.as_ref().unwrap().line, 7);
}

#[test]
fn a_missing_program_is_named_before_anything_runs() {
    let world = World::new();
    world.write("a", "A\n");
    let mut make = world.graph();
    make.cat("build/b", &["a"]);
    let command = make.exec(&["no-such-compiler", "-c", "%a%"]);
    let step = make.step(&["build/c"], &["build/b"], vec![command]);
    make.add(step);
    let (told, ended) = world.try_build(&make.graph, &["build/c"]);
    assert_eq!(told.ran(), [""; 0]);
    let Err(Error::MissingPrograms(missing)) = ended else { panic!("{ended:?}") };
    assert_eq!(missing[0].program, "no-such-compiler");
    assert_eq!(missing[0].wanted_by, "build/c");
}

#[test]
fn a_changed_tool_runs_its_steps() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    world.write("a", "A\n");
    let tool = |text: &str| {
        world.write("tool", text);
        let path = world.path("tool");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    tool("#!/bin/sh\ncat $1 > $2\n");
    let mut make = world.graph();
    let command = make.exec(&["%tool%", "%a%", "%build/b%"]);
    let step = make.step(&["build/b"], &["a"], vec![command]);
    make.add(step);
    make.cat("build/c", &["a"]);
    let graph = make.graph;
    world.build(&graph, &["build/b", "build/c"]);
    tool("#!/bin/sh\ncat $1 $1 > $2\n");
    let told = world.build(&graph, &["build/b", "build/c"]);
    assert_eq!(told.ran(), ["build/b"]);
    assert!(matches!(told.why("build/b"), Reason::ToolChanged(_)));
    assert_eq!(world.read("build/b"), "A\nA\n");
}

#[test]
fn a_program_that_is_built_is_an_input() {
    let world = World::new();
    world.write("tool.in", "#!/bin/sh\necho one > $1\n");
    let mut make = world.graph();
    make.recipe("build/tool", &["tool.in"], "cp %tool.in% %build/tool%; chmod +x %build/tool%");
    let command = make.exec(&["%build/tool%", "%build/b%"]);
    let step = make.step(&["build/b"], &[], vec![command]);
    make.add(step);
    let graph = make.graph;
    assert_eq!(world.build(&graph, &["build/b"]).ran(), ["build/b", "build/tool"]);
    world.write("tool.in", "#!/bin/sh\necho two > $1\n");
    assert_eq!(world.build(&graph, &["build/b"]).ran(), ["build/b", "build/tool"]);
    assert_eq!(world.read("build/b"), "two\n");
}

#[test]
fn a_failing_step_leaves_what_was_there() {
    let mut world = World::new();
    world.write("a", "good\n");
    let mut make = world.graph();
    make.recipe("build/b", &["a"], "cat %a% > %build/b%; grep -q good %a%");
    let command = make.exec(&["sh", "-c", "cat $0 > $1; grep -q good $0", "%a%", "%build/c%"]);
    let step = make.step(&["build/c"], &["a"], vec![command]);
    make.add(step);
    make.cat("build/d", &["build/b", "build/c"]);
    let graph = make.graph;
    world.settings.keep_going = true;
    world.write("a", "bad\n");
    let (_, ended) = world.try_build(&graph, &["build/d"]);
    let Err(Error::Failed(failures)) = ended else { panic!("{ended:?}") };
    assert_eq!(failures.len(), 2);
    assert!(failures.iter().all(|failure| failure.cause == Cause::Status(1)));
    assert_eq!(world.built(), [""; 0]);
    world.write("a", "good\n");
    world.build(&graph, &["build/d"]);
    world.write("a", "bad\n");
    let (told, _) = world.try_build(&graph, &["build/d"]);
    assert_eq!(told.ran(), ["build/b", "build/c"]);
    let summary = told.ended.unwrap();
    assert_eq!((summary.failed, summary.skipped), (2, 1));
    assert_eq!(world.built(), ["b", "c", "d"]);
    assert_eq!((world.read("build/b"), world.read("build/c")), ("good\n".into(), "good\n".into()));
    // What is there again was made from what is there again.
    world.write("a", "good\n");
    assert_eq!(world.build(&graph, &["build/d"]).ran(), [""; 0]);
}

#[test]
fn a_failure_stops_new_steps_unless_told_to_keep_going() {
    let mut world = World::new();
    world.settings.jobs = 1;
    world.write("a", "A\n");
    let mut make = world.graph();
    make.recipe("build/bad", &["a"], "echo said; echo more >&2; echo last; exit 3");
    make.cat("build/good", &["a"]);
    make.group("all", &["build/bad", "build/good"]);
    let graph = make.graph;
    let (told, ended) = world.try_build(&graph, &["all"]);
    assert_eq!(told.ran(), ["build/bad"]);
    assert_eq!(told.output, "said\nmore\nlast\n");
    assert!(matches!(ended, Err(Error::Failed(failures)) if failures[0].cause == Cause::Status(3)));
    world.settings.keep_going = true;
    let (told, ended) = world.try_build(&graph, &["all"]);
    assert_eq!(told.ran(), ["build/bad", "build/good"]);
    assert!(ended.is_err());
}

#[test]
fn an_output_that_is_not_written_is_a_failure() {
    let world = World::new();
    world.write("a", "A\n");
    let mut make = world.graph();
    let command = make.exec(&["true", "%build/b%"]);
    let step = make.step(&["build/b"], &["a"], vec![command]);
    make.add(step);
    let (_, ended) = world.try_build(&make.graph, &["build/b"]);
    let Err(Error::Failed(failures)) = ended else { panic!("{ended:?}") };
    assert!(matches!(&failures[0].cause, Cause::NotWritten(file) if file.ends_with(b"/b")));
}

#[test]
fn writing_needs_no_process_and_counts_by_content() {
    let world = World::new();
    let graph = |text: &str| {
        let mut make = world.graph();
        let step = make.step(&["build/h"], &[], vec![Command::Write(text.into())]);
        make.add(step);
        make.cat("build/c", &["build/h"]);
        make.graph
    };
    assert_eq!(world.build(&graph("one"), &["build/c"]).ran(), ["build/c", "build/h"]);
    assert_eq!(world.build(&graph("one"), &["build/c"]).ran(), [""; 0]);
    assert_eq!(world.build(&graph("two"), &["build/c"]).ran(), ["build/c", "build/h"]);
    assert_eq!(world.read("build/c"), "two");
}

#[test]
fn headers_are_found_and_followed() {
    let world = World::new();
    world.write("main.c", "#include \"a.h\"\nint main(void) { return A; }\n");
    world.write("a.h", "#include \"b.h\"\n");
    world.write("b.h", "#define A 0\n");
    let mut make = world.graph();
    make.compile("build/main.o", "main.c", &[]);
    let graph = make.graph;
    world.build(&graph, &["build/main.o"]);
    assert_eq!(world.built(), ["main.o"]);
    assert_eq!(world.build(&graph, &["build/main.o"]).ran(), [""; 0]);
    world.write("b.h", "#define A 1\n");
    let told = world.build(&graph, &["build/main.o"]);
    assert!(
        matches!(told.why("build/main.o"), Reason::InputChanged(file) if file.ends_with(b"b.h"))
    );
    world.write("a.h", "#define A 2\n");
    world.build(&graph, &["build/main.o"]);
    fs::remove_file(world.path("b.h")).unwrap();
    assert_eq!(world.build(&graph, &["build/main.o"]).ran(), [""; 0]);
    world.write("main.c", "int main(void) { return 0; }\n");
    world.build(&graph, &["build/main.o"]);
    fs::remove_file(world.path("a.h")).unwrap();
    assert_eq!(world.build(&graph, &["build/main.o"]).ran(), [""; 0]);
}

#[test]
fn a_header_that_vanished_is_a_reason() {
    let world = World::new();
    world.write("main.c", "#if __has_include(\"a.h\")\n#include \"a.h\"\n#endif\nint x;\n");
    world.write("a.h", "int a;\n");
    let mut make = world.graph();
    make.compile("build/main.o", "main.c", &[]);
    let graph = make.graph;
    world.build(&graph, &["build/main.o"]);
    fs::remove_file(world.path("a.h")).unwrap();
    let told = world.build(&graph, &["build/main.o"]);
    assert!(matches!(told.why("build/main.o"), Reason::InputVanished(_)));
    assert_eq!(world.build(&graph, &["build/main.o"]).ran(), [""; 0]);
}

#[test]
fn a_generated_header_becomes_an_edge() {
    let world = World::new();
    world.write("value", "1\n");
    world.write("main.c", "#include \"gen.h\"\nint main(void) { return V; }\n");
    let include = world.path("build/include");
    let flag = format!("-I{}", include.display());
    let mut make = world.graph();
    make.recipe(
        "build/include/gen.h",
        &["value"],
        "sleep 0.05; (printf '#define V '; cat %value%) > %build/include/gen.h%",
    );
    let header = make.file("build/include/gen.h");
    let depfile = make.file("build/main.d");
    let command = make.exec(&[
        "gcc",
        "-MD",
        "-MF",
        "%build/main.d%",
        &flag,
        "-c",
        "%main.c%",
        "-o",
        "%build/main.o%",
    ]);
    let mut step = make.step(&["build/main.o"], &["main.c"], vec![command]);
    step.depfile = Some(depfile);
    step.order_only = vec![header];
    let mut later = step.clone();
    make.add(step);
    let graph = make.graph.clone();
    assert_eq!(world.build(&graph, &["build/main.o"]).ran().len(), 2);
    assert_eq!(world.build(&graph, &["build/main.o"]).ran().len(), 0);
    // Described without the order, the last build still knows it.
    let mut make = world.graph();
    make.recipe(
        "build/include/gen.h",
        &["value"],
        "sleep 0.05; (printf '#define V '; cat %value%) > %build/include/gen.h%",
    );
    later.order_only.clear();
    later.outputs = vec![make.file("build/main.o")];
    later.inputs = vec![make.file("main.c")];
    later.depfile = Some(make.file("build/main.d"));
    make.add(later);
    world.write("value", "2\n");
    let told = world.build(&make.graph, &["build/main.o"]);
    assert_eq!(told.finished, ["build/include/gen.h", "build/main.o"]);
    assert_eq!(told.early, [""; 0]);
}

fn with_options(world: &World, values: &[(&str, &str)], extra: &str) -> Graph {
    let mut text = String::from(extra);
    values.iter().for_each(|(name, value)| text += &format!("#define {name} {value}\n"));
    let mut make = world.graph();
    let write = Command::Write(text.into());
    let step = make.step(&["build/config.h"], &[], vec![write]);
    make.add(step);
    let header = make.file("build/config.h");
    let include = make.path("build/config.h");
    for name in ["a", "b", "any"] {
        let object = format!("build/{name}.o");
        let id = make.compile(&object, &format!("{name}.c"), &["-include", &include]);
        let mut step = make.graph.step(id).to_step();
        // Described anew, with the header as an order or as an input.
        let mut fresh = rules::graph::Graph::new();
        std::mem::swap(&mut fresh, &mut make.graph);
        if name == "b" {
            step.inputs.push(header);
        } else {
            step.order_only = vec![header];
        }
        make.graph = replace(fresh, id, step);
    }
    make.recipe("build/list", &["build/config.h"], "wc -l < %build/config.h% > %build/list%");
    make.group("all", &["build/a.o", "build/b.o", "build/any.o", "build/list"]);
    let values = values.iter().map(|&(name, value)| (name.into(), value.into())).collect();
    make.graph.options = Some(OptionHeader { file: header, prefix: "CONFIG_".into(), values });
    make.graph
}

/// The same graph with another step in the place of one.
fn replace(graph: Graph, id: rules::graph::StepId, step: rules::graph::Step) -> Graph {
    let mut fresh = Graph::new();
    graph.files().for_each(|path| {
        fresh.file(path);
    });
    for other in graph.step_ids() {
        let step = if other == id { step.clone() } else { graph.step(other).to_step() };
        fresh.add(step).unwrap();
    }
    fresh
}

#[test]
fn an_option_reruns_what_mentions_it() {
    let world = World::new();
    world.write("shared.h", "#ifdef CONFIG_SHARED\nint shared = CONFIG_SHARED;\n#endif\n");
    world.write("a.c", "#include \"shared.h\"\n#if CONFIG_A\nint a;\n#endif\n");
    world.write("b.c", "/* CONFIG_A has no say here */\n#if CONFIG_B\nint b;\n#endif\n");
    world.write("any.c", "#define O(n) CONFIG_##n\nint x = O(B);\n");
    let base = [("CONFIG_A", "1"), ("CONFIG_B", "1")];
    let all = ["all"];
    world.build(&with_options(&world, &base, ""), &all);
    assert_eq!(world.build(&with_options(&world, &base, ""), &all).ran(), [""; 0]);

    let changed = [("CONFIG_A", "2"), ("CONFIG_B", "1")];
    let told = world.build(&with_options(&world, &changed, ""), &all);
    let expected = ["build/a.o", "build/any.o", "build/config.h", "build/list"];
    assert_eq!(told.ran(), expected);
    assert_eq!(told.why("build/a.o").to_string(), "option CONFIG_A changed: 1 to 2");

    let gone = [("CONFIG_B", "1")];
    let told = world.build(&with_options(&world, &gone, ""), &all);
    assert_eq!(told.ran(), expected);
    assert_eq!(told.why("build/a.o").to_string(), "option CONFIG_A changed: 2 to not set");

    let shared = [("CONFIG_B", "1"), ("CONFIG_SHARED", "5")];
    assert_eq!(world.build(&with_options(&world, &shared, ""), &all).ran(), expected);

    // A remark in the header changes what takes it as a whole.
    let told = world.build(&with_options(&world, &shared, "/* new */\n"), &all);
    assert_eq!(told.ran(), ["build/any.o", "build/config.h", "build/list"]);

    let unused = [("CONFIG_B", "1"), ("CONFIG_SHARED", "5"), ("CONFIG_UNUSED", "y")];
    let told = world.build(&with_options(&world, &unused, "/* new */\n"), &all);
    assert_eq!(told.ran(), ["build/any.o", "build/config.h", "build/list"]);

    // A source that begins to mention an option depends on it from then on.
    world.write("b.c", "#if CONFIG_UNUSED\nint b;\n#endif\n");
    let told = world.build(&with_options(&world, &unused, "/* new */\n"), &all);
    assert_eq!(told.ran(), ["build/b.o"]);
    let told = world.build(&with_options(&world, &shared, "/* new */\n"), &all);
    assert!(told.ran().contains(&"build/b.o"));
}
