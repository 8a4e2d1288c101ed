//! Less common steps: several outputs, odd names, files that commands make without saying so.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

use rules::graph::{Command, Graph, Step};
use ukbuild::engine::{Cause, Error, Reason, Silent, build};

use crate::world::{World, within_limit};

#[test]
fn several_outputs_of_one_step() {
    let world = World::new();
    world.write("a", "A\n");
    let mut make = world.graph();
    let command = make.exec(&["tee", "%build/b%", "%build/sub/c%"]);
    let copy = make.exec(&["cp", "%a%", "%build/b%"]);
    let again = make.exec(&["cp", "%build/b%", "%build/sub/c%"]);
    let step = make.step(&["build/b", "build/sub/c"], &["a"], vec![command, copy, again]);
    make.add(step);
    make.cat("build/d", &["build/sub/c"]);
    let graph = make.graph;
    assert_eq!(world.build(&graph, &["build/d"]).ran(), ["build/b", "build/d"]);
    assert_eq!(world.build(&graph, &["build/d"]).ran(), [""; 0]);
    fs::remove_file(world.path("build/sub/c")).unwrap();
    assert_eq!(world.build(&graph, &["build/b"]).ran(), ["build/b"]);
    assert_eq!(world.built(), ["b", "d", "sub/c"]);
}

#[test]
fn a_link_that_leads_nowhere_is_made_once() {
    let world = World::new();
    let mut make = world.graph();
    let command = make.exec(&["ln", "-sf", "no/such/file", "%build/link%"]);
    let step = make.step(&["build/link"], &[], vec![command]);
    make.add(step);
    let graph = make.graph;
    assert_eq!(world.build(&graph, &["build/link"]).ran(), ["build/link"]);
    assert_eq!(fs::read_link(world.path("build/link")).unwrap().to_str(), Some("no/such/file"));
    assert_eq!(world.build(&graph, &["build/link"]).ran(), [""; 0]);
    fs::remove_file(world.path("build/link")).unwrap();
    assert_eq!(world.build(&graph, &["build/link"]).ran(), ["build/link"]);
}

/// A header that is a link into source that is unpacked later, and somebody who reads it.
pub(crate) fn unpacked_later(world: &World) -> Graph {
    let target = world.path("build/origin/a.h");
    let target = target.to_str().unwrap();
    let mut make = world.graph();
    let command = make.exec(&["ln", "-sf", target, "%build/a.h%"]);
    let step = make.step(&["build/a.h"], &[], vec![command]);
    make.add(step);
    // Writes more than it says, as unpacking does.
    let script = format!("mkdir -p \"$(dirname {target})\" && cp \"$0\" {target} && touch \"$1\"");
    let command = make.shell(&script.replace("$0", "%archive%").replace("$1", "%build/.unpacked%"));
    let mut step = make.step(&["build/.unpacked"], &["archive"], vec![command]);
    step.order_only = vec![make.file("build/a.h")];
    make.add(step);
    let script = "cat \"$0\" > \"$1\"; echo \"$1: $0\" > \"$2\"";
    let command = make.exec(&["sh", "-c", script, "%build/a.h%", "%build/o%", "%build/o.d%"]);
    let mut step = make.step(&["build/o"], &[], vec![command]);
    step.order_only = vec![make.file("build/.unpacked")];
    step.depfile = Some(make.file("build/o.d"));
    make.add(step);
    make.graph
}

/// Who reads a link depends on what it leads to, and the link stays as it is.
#[test]
fn links_to_what_is_made_later() {
    let world = World::new();
    world.write("archive", "1\n");
    let graph = unpacked_later(&world);
    let all = ["build/.unpacked", "build/a.h", "build/o"];
    assert_eq!(world.build(&graph, &["build/o"]).ran(), all);
    assert_eq!(world.build(&graph, &["build/o"]).ran(), [""; 0]);
    world.write("archive", "2\n");
    assert_eq!(world.build(&graph, &["build/o"]).ran(), ["build/.unpacked", "build/o"]);
    assert_eq!(world.read("build/o"), "2\n");
    assert_eq!(world.build(&graph, &["build/o"]).ran(), [""; 0]);
    // No link any more.
    fs::remove_file(world.path("build/a.h")).unwrap();
    world.write("build/a.h", "3\n");
    assert_eq!(world.build(&graph, &["build/o"]).ran(), ["build/a.h"]);
    assert_eq!(world.read("build/o"), "2\n");
}

#[test]
fn a_program_that_does_not_say_what_runs_it_is_the_shells() {
    let world = World::new();
    world.write("a", "A\n");
    world.write("bare", "cat \"$1\" > \"$2\"\n");
    fs::set_permissions(world.path("bare"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut make = world.graph();
    let command = make.exec(&["%bare%", "%a%", "%build/b%"]);
    let step = make.step(&["build/b"], &["a", "bare"], vec![command]);
    make.add(step);
    let graph = make.graph;
    assert_eq!(world.build(&graph, &["build/b"]).ran(), ["build/b"]);
    assert_eq!(fs::read_to_string(world.path("build/b")).unwrap(), "A\n");
}

#[test]
fn outputs_are_found_behind_equal_signs_and_commas() {
    let world = World::new();
    world.write("a", "good\n");
    let script = "cat \"$0\" > \"${1#--out=}\"; cat \"$0\" > \"${2##*,}\"; grep -q good \"$0\"";
    let mut make = world.graph();
    let command =
        make.exec(&["sh", "-c", script, "%a%", "--out=%build/b%", "-Wl,-Map,%build/b.map%"]);
    let step = make.step(&["build/b", "build/b.map"], &["a"], vec![command]);
    make.add(step);
    let graph = make.graph;
    world.build(&graph, &["build/b"]);
    let inode =
        |name: &str| std::os::unix::fs::MetadataExt::ino(&fs::metadata(world.path(name)).unwrap());
    let before = (inode("build/b"), inode("build/b.map"));
    world.write("a", "bad\n");
    assert!(world.try_build(&graph, &["build/b"]).1.is_err());
    // The very files that were there: the command never touched them.
    assert_eq!((inode("build/b"), inode("build/b.map")), before);
    assert_eq!(world.built(), ["b", "b.map"]);
}

#[test]
fn names_need_not_be_text_and_may_hold_anything() {
    let world = World::new();
    let names: [&[u8]; 5] = [b"with space", b"quo\"te'", b"new\nline", b"\xff\xfe", b"do$lar#"];
    let mut graph = Graph::new();
    let mut goals = Vec::new();
    for name in names {
        let source = world.path("src").join(OsStr::from_bytes(name));
        fs::create_dir_all(world.path("src")).unwrap();
        fs::write(&source, name).unwrap();
        let output = world.path("build").join(OsStr::from_bytes(name));
        let [from, to] = [&source, &output].map(|path| path.as_os_str().as_bytes().to_vec());
        let argv = vec!["cp".into(), from.clone().into(), to.clone().into()];
        let inputs = vec![graph.file(from)];
        let outputs = vec![graph.file(to)];
        goals.extend(&outputs);
        let commands = vec![Command::Exec { argv, stdout: None }];
        graph.add(Step { inputs, outputs, commands, ..Step::default() }).unwrap();
    }
    assert_eq!(build(&graph, &goals, &world.settings, None, &Silent).unwrap().ran, names.len());
    for name in names {
        let output = world.path("build").join(OsStr::from_bytes(name));
        assert_eq!(fs::read(output).unwrap(), name);
    }
    assert_eq!(build(&graph, &goals, &world.settings, None, &Silent).unwrap().ran, 0);
}

#[test]
fn headers_with_odd_names_are_followed() {
    let world = World::new();
    world.write("main.c", "#include \"sub/../odd $name #1.h\"\nint x = X;\n");
    world.write("odd $name #1.h", "#define X 1\n");
    world.write("sub/keep", "");
    let mut make = world.graph();
    make.compile("build/main.o", "main.c", &[]);
    let graph = make.graph;
    world.build(&graph, &["build/main.o"]);
    assert_eq!(world.build(&graph, &["build/main.o"]).ran(), [""; 0]);
    world.write("odd $name #1.h", "#define X 2\n");
    let told = world.build(&graph, &["build/main.o"]);
    assert!(matches!(told.why("build/main.o"), Reason::InputChanged(_)));
}

#[test]
fn a_very_long_name_is_built() {
    let world = World::new();
    world.write("a", "A\n");
    let name = format!("build/{}", "n".repeat(250));
    let mut make = world.graph();
    make.cat(&name, &["a"]);
    world.build(&make.graph, &[&name]);
    assert_eq!(world.read(&name), "A\n");
}

/// Unpacks `list`, a file a word, into a folder, and reads a file of it that no step makes.
fn unpacking(world: &World) -> Graph {
    let mut make = world.graph();
    make.recipe(
        "build/origin/.stamp",
        &["archive"],
        "cp %archive% %build/origin/file.c%; printf '#define X ' > %build/origin/x.h%; \
         cat %number% >> %build/origin/x.h%; touch %build/origin/.stamp%",
    );
    make.group("build/origin", &["build/origin/.stamp"]);
    let stamp = make.file("build/origin/.stamp");
    let id = make.compile("build/file.o", "build/origin/file.c", &[]);
    let mut order = make.graph.step(id).to_step();
    order.order_only = vec![stamp];
    let mut graph = Graph::new();
    make.graph.files().for_each(|path| {
        graph.file(path);
    });
    for other in make.graph.step_ids() {
        let step = if other == id { order.clone() } else { make.graph.step(other).to_step() };
        graph.add(step).unwrap();
    }
    graph
}

#[test]
fn files_that_a_command_makes_without_saying_so_are_looked_at_again() {
    let world = World::new();
    world.write("archive", "#include \"x.h\"\nint x = X;\n");
    world.write("number", "1\n");
    let graph = unpacking(&world);
    let goal = ["build/file.o"];
    assert_eq!(world.build(&graph, &goal).ran(), ["build/file.o", "build/origin/.stamp"]);
    assert_eq!(world.build(&graph, &goal).ran(), [""; 0]);
    // The stamp comes out as it was; what lies beside it does not.
    world.write("archive", "#include \"x.h\"\nint y = X;\n");
    assert_eq!(world.build(&graph, &goal).ran(), ["build/file.o", "build/origin/.stamp"]);
    assert_eq!(world.build(&graph, &goal).ran(), [""; 0]);
    world.write("number", "2\n");
    world.write("archive", "#include \"x.h\"\nint y =  X;\n");
    assert_eq!(world.build(&graph, &goal).ran(), ["build/file.o", "build/origin/.stamp"]);
    world.write("number", "3\n");
    fs::remove_file(world.path("build/origin/.stamp")).unwrap();
    let told = world.build(&graph, &goal);
    assert!(
        matches!(told.why("build/file.o"), Reason::InputChanged(file) if file.ends_with(b"x.h"))
    );
}

#[test]
fn a_header_that_is_read_before_it_is_made_is_told() {
    within_limit(|| {
        let world = World::new();
        world.write("main.c", "#include \"gen.h\"\nint x = X;\n");
        world.write("build/gen.h", "#define X 0\n");
        let flag = format!("-I{}", world.path("build").display());
        let mut make = world.graph();
        let depfile = make.file("build/main.d");
        let command = make.shell(&format!(
            "gcc {flag} -MD -MF %build/main.d% -c %main.c% -o %build/main.o%; touch %compiled%; \
             until test -e %made%; do sleep 0.01; done"
        ));
        let mut step = make.step(&["build/main.o"], &["main.c"], vec![command]);
        step.depfile = Some(depfile);
        make.add(step);
        // Nobody says that the one needs the other.
        let command = make.shell(
            "until test -e %compiled%; do sleep 0.01; done; \
             printf '#define X 1\\n' > %build/gen.h%; touch %made%",
        );
        let mut step = make.step(&["build/gen.h"], &[], vec![command]);
        step.always = true;
        make.add(step);
        make.group("all", &["build/main.o", "build/gen.h"]);
        let graph = make.graph;
        let told = world.build(&graph, &["all"]);
        assert_eq!(told.early, ["gen.h"]);
        let again = world.build(&graph, &["all"]);
        let why = again.why("build/main.o");
        assert!(matches!(why, Reason::InputChanged(_) | Reason::InputUnsure(_)), "{why:?}");
        assert_eq!(again.finished, ["build/gen.h", "build/main.o"]);
        assert_eq!(again.early, [""; 0]);
    });
}

#[test]
fn a_source_that_changes_during_its_step_runs_it_again() {
    let world = World::new();
    world.write("a", "old\n");
    let mut make = world.graph();
    make.recipe(
        "build/b",
        &["a"],
        "cat %a% > %build/b%; test -e %done% || echo new > %a%; touch %done%",
    );
    let graph = make.graph;
    world.build(&graph, &["build/b"]);
    assert_eq!(world.read("build/b"), "old\n");
    assert_eq!(world.build(&graph, &["build/b"]).ran(), ["build/b"]);
    assert_eq!(world.read("build/b"), "new\n");
    assert_eq!(world.build(&graph, &["build/b"]).ran(), [""; 0]);
}

#[test]
fn a_command_in_the_background_does_not_hold_the_build() {
    within_limit(|| {
        let world = World::new();
        let mut make = world.graph();
        make.recipe("build/b", &[], "echo said; sleep 300 & echo $! > %pid%; echo > %build/b%");
        let graph = make.graph;
        let told = world.build(&graph, &["build/b"]);
        assert_eq!(told.output, "said\n");
        let pid = world.read("pid");
        assert!(std::process::Command::new("kill").arg(pid.trim()).status().unwrap().success());
    });
}

#[test]
fn a_program_in_a_script_counts_as_a_tool() {
    let mut world = World::new();
    world.write("a", "A\n");
    let tool = |text: &str| {
        world.write("bin/mytool", text);
        fs::set_permissions(world.path("bin/mytool"), fs::Permissions::from_mode(0o755)).unwrap();
    };
    tool("#!/bin/sh\ncat\n");
    let path = format!("{}:/usr/bin:/bin", world.path("bin").display());
    let mut settings = world.settings.clone();
    settings.environment = vec![("PATH".into(), path.into())];
    let mut make = world.graph();
    make.recipe("build/b", &["a"], "mytool < %a% > %build/b%");
    let graph = make.graph;
    let goal = [graph.find(world.path("build/b").as_os_str().as_bytes()).unwrap()];
    assert_eq!(build(&graph, &goal, &settings, None, &Silent).unwrap().ran, 1);
    assert_eq!(build(&graph, &goal, &settings, None, &Silent).unwrap().ran, 0);
    tool("#!/bin/sh\ncat; echo more\n");
    assert_eq!(build(&graph, &goal, &settings, None, &Silent).unwrap().ran, 1);
    assert_eq!(world.read("build/b"), "A\nmore\n");
    world.settings = settings;
}

#[test]
fn a_script_that_a_step_unpacks_is_no_changed_tool() {
    let world = World::new();
    let mut make = world.graph();
    make.recipe(
        "build/unpacked",
        &[],
        "printf '#!/bin/sh\\necho hi\\n' > %build/run.sh%; chmod +x %build/run.sh%; \
         touch %build/unpacked%",
    );
    make.recipe("build/b", &["build/unpacked"], "%build/run.sh% > %build/b%");
    let graph = make.graph;
    assert_eq!(world.build(&graph, &["build/b"]).ran().len(), 2);
    assert_eq!(world.build(&graph, &["build/b"]).ran(), [""; 0]);
}

#[test]
fn a_recipe_that_writes_nothing_runs_each_time() {
    let world = World::new();
    let mut make = world.graph();
    make.recipe("build/b", &[], "echo nothing is written");
    let graph = make.graph;
    world.build(&graph, &["build/b"]);
    let told = world.build(&graph, &["build/b"]);
    assert!(matches!(told.why("build/b"), Reason::OutputMissing(_)));
}

#[test]
fn a_folder_may_be_an_output() {
    let world = World::new();
    world.write("a", "A\n");
    let mut make = world.graph();
    make.recipe("build/folder", &["a"], "mkdir -p %build/folder%; cp %a% %build/folder/in%");
    make.cat("build/b", &["build/folder/in"]);
    let graph = make.graph;
    world.build(&graph, &["build/folder"]);
    world.build(&graph, &["build/b"]);
    assert_eq!(world.build(&graph, &["build/folder", "build/b"]).ran(), [""; 0]);
    assert_eq!(world.read("build/b"), "A\n");
}

#[test]
fn an_ignored_failure_is_shown_and_passed_over() {
    let world = World::new();
    let mut make = world.graph();
    let Command::Shell { shell, script, .. } = make.shell("echo shown; exit 4") else { panic!() };
    let ignored = Command::Shell { shell, script, ignore_failure: true };
    let last = make.shell("echo > %build/b%");
    let step = make.step(&["build/b"], &[], vec![ignored, last]);
    make.add(step);
    let told = world.build(&make.graph, &["build/b"]);
    assert_eq!(told.output, "shown\n");
    assert!(world.exists("build/b"));
}

#[test]
fn the_environment_is_the_settings_and_the_steps() {
    let world = World::new();
    let mut make = world.graph();
    let command = make.shell("/usr/bin/env > %build/b%; pwd >> %build/b%");
    let mut step = make.step(&["build/b"], &[], vec![command]);
    step.environment = vec![("STEP".into(), "own".into())];
    make.add(step);
    world.build(&make.graph, &["build/b"]);
    let text = world.read("build/b");
    assert!(text.contains("STEP=own\n") && text.contains("PATH="), "{text}");
    assert!(!text.contains("HOME="), "{text}");
    assert!(text.ends_with(&format!("{}\n", world.path("build").display())));
}

#[test]
fn an_unusable_build_folder_is_an_error() {
    let mut world = World::new();
    world.write("a", "A\n");
    let mut make = world.graph();
    make.cat("build/b", &["a"]);
    let graph = make.graph;
    world.write("file", "");
    world.settings.folder = world.path("file");
    let (_, ended) = world.try_build(&graph, &["build/b"]);
    assert!(matches!(ended, Err(Error::Io { action: "create", .. })), "{ended:?}");
}

#[test]
fn an_output_that_cannot_be_put_in_place_is_a_failure() {
    let world = World::new();
    world.write("a", "A\n");
    world.write("build/b/in-the-way", "");
    let mut make = world.graph();
    make.cat("build/b", &["a"]);
    let (_, ended) = world.try_build(&make.graph, &["build/b"]);
    let Err(Error::Failed(failures)) = ended else { panic!("{ended:?}") };
    assert!(matches!(&failures[0].cause, Cause::File { .. }));
    assert_eq!(world.built(), ["b/in-the-way"]);
}

#[test]
fn depfiles_are_found_however_the_compiler_is_told() {
    let world = World::new();
    world.write("main.c", "#include \"a.h\"\nint x = X;\n");
    let ways: [(&str, &[&str]); 3] = [
        ("derived", &["-MD"]),
        ("preprocessor", &["-Wp,-MD,%build/preprocessor.d%"]),
        ("named", &["-MMD", "-MF", "%build/named.d%", "-MT", "whatever"]),
    ];
    for (name, flags) in ways {
        world.write("a.h", "#define X 1\n");
        let output = format!("build/{name}.o");
        let place = format!("%{output}%");
        let words = [&["gcc", "-c", "%main.c%", "-o", &place], flags].concat();
        let mut make = world.graph();
        let command = make.exec(&words);
        let mut step = make.step(&[&output], &["main.c"], vec![command]);
        step.depfile = Some(make.file(&format!("build/{name}.d")));
        make.add(step);
        let graph = make.graph;
        world.build(&graph, &[&output]);
        assert_eq!(world.build(&graph, &[&output]).ran(), [""; 0], "{name}");
        world.write("a.h", "#define X 2\n");
        assert_eq!(world.build(&graph, &[&output]).ran(), [output.as_str()], "{name}");
        assert_eq!(world.built(), [format!("{name}.o")]);
    }
}

#[test]
fn objects_are_the_same_bytes_as_without_the_engine() {
    let world = World::new();
    world.write("main.c", "int main(void) { return 7; }\n");
    let mut make = world.graph();
    make.compile("build/main.o", "main.c", &["-g", "-O2"]);
    let step = {
        let words = ["gcc", "%build/main.o%", "-Wl,-Map=%build/main.map%", "-o", "%build/main%"];
        let command = make.exec(&words);
        make.step(&["build/main", "build/main.map"], &["build/main.o"], vec![command])
    };
    make.add(step);
    world.build(&make.graph, &["build/main"]);
    let gcc = |words: &[&str]| {
        let mut command = std::process::Command::new("gcc");
        let status = command.args(words).current_dir(world.path("build")).status().unwrap();
        assert!(status.success());
    };
    let source = world.path("main.c");
    gcc(&["-c", source.to_str().unwrap(), "-g", "-O2", "-o", "plain.o"]);
    gcc(&["plain.o", "-o", "plain"]);
    let bytes = |name: &str| fs::read(world.path("build").join(name)).unwrap();
    assert!(bytes("main.o") == bytes("plain.o"));
    let run = std::process::Command::new(world.path("build/main")).status().unwrap();
    assert_eq!(run.code(), Some(7));
}
