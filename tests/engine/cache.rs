//! The action cache: what comes from it, what does not, and what harm it can take.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::BString;
use rules::graph::{Command, Graph, OptionHeader, Step};
use ukbuild::engine::Cache;

use crate::odd::unpacked_later;
use crate::world::{Told, World};

const LIMIT: u64 = 1 << 30;

/// Worlds that share a cache.
struct Worlds {
    cache: tempfile::TempDir,
}

impl Worlds {
    fn new() -> Worlds {
        Worlds { cache: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.cache.path().join("actions")
    }

    fn world(&self) -> World {
        self.world_with(LIMIT)
    }

    fn world_with(&self, limit: u64) -> World {
        let mut world = World::new();
        let roots = [("build".to_owned(), world.path("build")), ("app".to_owned(), world.path(""))];
        world.settings.cache = Some(Arc::new(Cache::new(self.folder(), limit, roots)));
        world
    }

    fn cache(&self) -> Cache {
        Cache::new(self.folder(), LIMIT, [])
    }

    /// All files of a kind, sorted.
    fn files(&self, kind: &str) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for inner in fs::read_dir(self.folder().join(kind)).into_iter().flatten() {
            for file in fs::read_dir(inner.unwrap().path()).unwrap() {
                found.push(file.unwrap().path());
            }
        }
        found.sort();
        found
    }
}

/// Two sources with a common header, compiled and joined. Nothing in them names a folder.
fn program(world: &World) -> Graph {
    let mut make = world.graph();
    let map = format!("-ffile-prefix-map={}=/", make.path(""));
    let include = format!("-I{}", make.path("include"));
    make.compile("build/a.o", "a.c", &[&map, &include]);
    make.compile("build/b.o", "b.c", &[&map, &include]);
    make.cat("build/all", &["build/a.o", "build/b.o"]);
    make.graph
}

fn sources(world: &World) {
    world.write("a.c", "#include <h.h>\nint a = H;\n");
    world.write("b.c", "int b;\n");
    world.write("include/h.h", "#define H 1\n");
}

fn build(world: &World) -> Told {
    world.build(&program(world), &["build/all"])
}

fn forget(world: &World) {
    fs::remove_dir_all(world.path("build")).unwrap();
}

#[test]
fn a_removed_build_folder_comes_back() {
    let worlds = Worlds::new();
    let world = worlds.world();
    sources(&world);
    assert_eq!(build(&world).ran().len(), 3);
    let made = fs::read(world.path("build/all")).unwrap();
    forget(&world);
    let told = build(&world);
    assert_eq!((told.ran(), told.restored.len()), (vec![], 3));
    assert_eq!(told.ended.unwrap().restored, 3);
    assert_eq!(fs::read(world.path("build/all")).unwrap(), made);
    // What was restored is up to date, and what it was made from is known.
    let again = build(&world);
    assert_eq!((again.ran(), again.restored.len()), (vec![], 0));
    world.write("include/h.h", "#define H 2\n");
    assert_eq!(build(&world).ran(), ["build/a.o", "build/all"]);
    world.write("include/h.h", "#define H 1\n");
    let back = build(&world);
    assert_eq!((back.ran(), back.restored.len()), (vec![], 2));
    assert_eq!(fs::read(world.path("build/all")).unwrap(), made);
}

#[test]
fn another_checkout_is_served() {
    let worlds = Worlds::new();
    let (one, other) = (worlds.world(), worlds.world());
    sources(&one);
    sources(&other);
    build(&one);
    let told = build(&other);
    assert_eq!((told.ran(), told.restored.len()), (vec![], 3));
    assert_eq!(
        fs::read(one.path("build/all")).unwrap(),
        fs::read(other.path("build/all")).unwrap()
    );
    // Objects are shared; what people use is not.
    let inode = |world: &World, name: &str| fs::metadata(world.path(name)).unwrap().ino();
    assert_eq!(inode(&one, "build/a.o"), inode(&other, "build/a.o"));
    assert_ne!(inode(&one, "build/all"), inode(&other, "build/all"));
    // A change in one of them is none in the other.
    one.write("b.c", "int b = 5;\n");
    let before = fs::read(other.path("build/b.o")).unwrap();
    build(&one);
    assert_eq!(fs::read(other.path("build/b.o")).unwrap(), before);
    assert_eq!(build(&other).ran(), [""; 0]);
}

#[test]
fn what_names_its_folder_stays_there() {
    let worlds = Worlds::new();
    let (one, other) = (worlds.world(), worlds.world());
    let graph = |world: &World| {
        world.write("a.c", "const char *a = __FILE__;\n");
        let mut make = world.graph();
        make.compile("build/a.o", "a.c", &[]);
        make.graph
    };
    one.build(&graph(&one), &["build/a.o"]);
    assert_eq!(other.build(&graph(&other), &["build/a.o"]).ran(), ["build/a.o"]);
    forget(&one);
    assert_eq!(one.build(&graph(&one), &["build/a.o"]).restored, ["build/a.o"]);
}

#[test]
fn options_count_by_name() {
    let worlds = Worlds::new();
    let world = worlds.world();
    world.write("a.c", "#include \"config.h\"\n#ifdef CONFIG_A\nint a;\n#endif\n");
    let graph = |settings: &[(&str, &str)]| {
        let line = |(name, value): &(&str, &str)| format!("#define {name} {value}\n");
        world.write("config.h", &settings.iter().map(line).collect::<String>());
        let mut make = world.graph();
        make.compile("build/a.o", "a.c", &[]);
        let file = make.file("config.h");
        let pair = |&(name, value): &(&str, &str)| (BString::from(name), BString::from(value));
        let values = settings.iter().map(pair).collect();
        make.graph.options = Some(OptionHeader { file, prefix: "CONFIG_".into(), values });
        make.graph
    };
    world.build(&graph(&[("CONFIG_A", "1")]), &["build/a.o"]);
    assert_eq!(world.build(&graph(&[]), &["build/a.o"]).ran(), ["build/a.o"]);
    assert_eq!(world.build(&graph(&[("CONFIG_A", "1")]), &["build/a.o"]).restored, ["build/a.o"]);
    forget(&world);
    let other = [("CONFIG_A", "1"), ("CONFIG_B", "1")];
    assert_eq!(world.build(&graph(&other), &["build/a.o"]).restored, ["build/a.o"]);
    assert_eq!(world.build(&graph(&[("CONFIG_A", "2")]), &["build/a.o"]).ran(), ["build/a.o"]);
}

#[test]
fn warnings_are_said_again() {
    let worlds = Worlds::new();
    let world = worlds.world();
    world.write("a.c", "#warning mind the gap\n");
    let mut make = world.graph();
    make.compile("build/a.o", "a.c", &[]);
    let graph = make.graph;
    let said = world.build(&graph, &["build/a.o"]).output;
    assert!(said.contains("mind the gap"), "{said}");
    forget(&world);
    let told = world.build(&graph, &["build/a.o"]);
    assert_eq!((told.restored.len(), told.output), (1, said));
}

#[test]
fn what_may_do_more_than_it_says_always_runs() {
    let worlds = Worlds::new();
    let world = worlds.world();
    world.write("a", "A\n");
    let mut make = world.graph();
    make.recipe("build/script", &["a"], "cp %a% %build/script%; echo more > %build/more%");
    let command =
        vec![make.exec(&["cp", "%a%", "%build/hidden%"]), make.exec(&["cp", "%a%", "%build/b%"])];
    let step = make.step(&["build/b"], &["a"], command);
    make.add(step);
    let graph = make.graph;
    world.build(&graph, &["build/script", "build/b"]);
    forget(&world);
    let told = world.build(&graph, &["build/script", "build/b"]);
    assert_eq!((told.ran(), told.restored.len()), (vec!["build/b", "build/script"], 0));
}

#[test]
fn damage_is_seen_and_dropped() {
    let worlds = Worlds::new();
    let world = worlds.world();
    sources(&world);
    build(&world);
    let made = fs::read(world.path("build/all")).unwrap();
    forget(&world);
    let damage = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 0x40;
        fs::write(path, bytes).unwrap();
    };
    worlds.files("objects").iter().for_each(|path| damage(path));
    let told = build(&world);
    assert_eq!((told.ran().len(), told.cache_damaged), (3, 3));
    assert_eq!(fs::read(world.path("build/all")).unwrap(), made);
    forget(&world);
    worlds.files("entries").iter().for_each(|path| damage(path));
    let told = build(&world);
    assert_eq!((told.ran().len(), told.cache_damaged), (3, 3));
    forget(&world);
    assert_eq!(build(&world).restored.len(), 3);
    assert_eq!(fs::read(world.path("build/all")).unwrap(), made);
}

#[test]
fn a_write_through_another_name_is_seen() {
    let worlds = Worlds::new();
    let (one, other) = (worlds.world(), worlds.world());
    sources(&one);
    sources(&other);
    build(&one);
    let made = fs::read(one.path("build/a.o")).unwrap();
    fs::write(one.path("build/a.o"), "not an object").unwrap();
    let told = build(&other);
    assert_eq!((told.ran(), told.cache_damaged), (vec!["build/a.o"], 1));
    assert_eq!(fs::read(other.path("build/a.o")).unwrap(), made);
    let told = build(&one);
    assert_eq!(told.restored, ["build/a.o"]);
    assert_eq!(fs::read(one.path("build/a.o")).unwrap(), made);
}

/// Another step makes what an object should hold that holds something else by now.
#[test]
fn a_damaged_object_is_not_kept_for_another_step() {
    let worlds = Worlds::new();
    let world = worlds.world();
    world.write("a", "A\n");
    let graph = |outputs: &[&str]| {
        let mut make = world.graph();
        for output in outputs {
            make.cat(output, &["a"]);
        }
        make.graph
    };
    world.build(&graph(&["build/all", "build/one"]), &["build/all"]);
    fs::write(&worlds.files("objects")[0], "B\n").unwrap();
    world.build(&graph(&["build/all", "build/one"]), &["build/one"]);
    forget(&world);
    let told = world.build(&graph(&["build/one"]), &["build/one"]);
    assert_eq!((told.restored.len(), world.read("build/one")), (1, "A\n".into()));
}

#[test]
fn verifying_and_trimming() {
    let worlds = Worlds::new();
    let world = worlds.world();
    sources(&world);
    build(&world);
    let usage = worlds.cache().usage().unwrap();
    assert_eq!((usage.entries, usage.objects, usage.hits, usage.misses), (3, 3, 0, 3));
    assert_eq!(worlds.cache().verify().unwrap().damaged, 0);
    fs::write(&worlds.files("objects")[0], "x").unwrap();
    let report = worlds.cache().verify().unwrap();
    assert_eq!((report.objects, report.damaged, report.removed), (3, 1, 2));
    forget(&world);
    let told = build(&world);
    assert_eq!(told.ran().len() + told.restored.len(), 3);
    assert!(told.ran().len() <= 2);
    let report = worlds.cache().trim(0).unwrap();
    assert_eq!(report.removed, 6);
    assert_eq!(worlds.cache().usage().unwrap().bytes, 0);
    forget(&world);
    assert_eq!(build(&world).ran().len(), 3);
}

#[test]
fn a_build_keeps_it_in_bounds() {
    let worlds = Worlds::new();
    let world = worlds.world_with(64 * 1024);
    for number in 0..20 {
        world.write("a", &format!("{number}{}", "x".repeat(8 * 1024)));
        let mut make = world.graph();
        make.cat("build/b", &["a"]);
        world.build(&make.graph, &["build/b"]);
    }
    let usage = worlds.cache().usage().unwrap();
    assert!(usage.bytes <= 64 * 1024, "{usage:?}");
    // What was used last is still there.
    let mut make = world.graph();
    make.cat("build/b", &["a"]);
    let graph = make.graph;
    forget(&world);
    assert_eq!(world.build(&graph, &["build/b"]).restored, ["build/b"]);
}

#[test]
fn a_cache_that_cannot_be_written_to_is_told_of_once() {
    let worlds = Worlds::new();
    fs::write(worlds.folder(), "in the way").unwrap();
    let world = worlds.world();
    sources(&world);
    let told = build(&world);
    assert_eq!((told.ran().len(), told.cache_unusable), (3, 1));
}

#[test]
fn programs_stay_programs() {
    let worlds = Worlds::new();
    let world = worlds.world();
    world.write("run", "#!/bin/sh\n");
    world.write("text", "#!/bin/sh\n");
    fs::set_permissions(world.path("run"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut make = world.graph();
    for (from, to) in [("run", "build/run"), ("text", "build/text")] {
        let command = make.exec(&["cp", &format!("%{from}%"), &format!("%{to}%")]);
        let step = make.step(&[to], &[from], vec![command]);
        make.add(step);
    }
    let graph = make.graph;
    let modes = || {
        ["build/run", "build/text"]
            .map(|name| fs::metadata(world.path(name)).unwrap().permissions().mode() & 0o111 != 0)
    };
    world.build(&graph, &["build/run", "build/text"]);
    assert_eq!(modes(), [true, false]);
    forget(&world);
    assert_eq!(world.build(&graph, &["build/run", "build/text"]).restored.len(), 2);
    assert_eq!(modes(), [true, false]);
}

/// A link in three commands leaves files on the way, which are nobody's business.
#[test]
fn files_on_the_way_are_not_kept() {
    let worlds = Worlds::new();
    let graph = |world: &World| {
        let mut make = world.graph();
        make.compile("build/a.o", "a.c", &["-O0"]);
        let join = make.exec(&["gcc", "-r", "-nostdlib", "%build/a.o%", "-o", "%build/all.ld.o%"]);
        let hide = make.exec(&["objcopy", "-G", "main", "%build/all.ld.o%", "%build/all.o%"]);
        let link = make.exec(&["gcc", "%build/all.o%", "-o", "%build/all%"]);
        let step = make.step(&["build/all"], &["build/a.o"], vec![join, hide, link]);
        make.add(step);
        make.graph
    };
    let first = worlds.world();
    first.write("a.c", "int main(void) { return 0; }\n");
    assert_eq!(first.build(&graph(&first), &["build/all"]).ran(), ["build/a.o", "build/all"]);
    assert!(first.exists("build/all.ld.o") && first.exists("build/all.o"));
    let second = worlds.world();
    second.write("a.c", "int main(void) { return 0; }\n");
    second.write("build/all.o", "of another time");
    assert_eq!(second.build(&graph(&second), &["build/all"]).ran(), [""; 0]);
    assert_eq!(
        fs::read(second.path("build/all")).unwrap(),
        fs::read(first.path("build/all")).unwrap()
    );
    assert!(!second.exists("build/all.ld.o") && !second.exists("build/all.o"));
    // What another step reads is more than that.
    let mut more = graph(&second);
    let read = more.file(second.path("build/all.o").to_str().unwrap());
    let copy = more.file(second.path("build/copy").to_str().unwrap());
    let argv = ["cp", "build/all.o", "build/copy"].map(BString::from);
    more.add(Step {
        inputs: vec![read],
        outputs: vec![copy],
        commands: vec![Command::Exec { argv: argv.to_vec(), stdout: None }],
        ..Step::default()
    })
    .unwrap();
    second.write("a.c", "int main(void) { return 1; }\n");
    assert_eq!(second.build(&more, &["build/all"]).ran(), ["build/a.o", "build/all"]);
    second.write("a.c", "int main(void) { return 0; }\n");
    assert_eq!(second.build(&more, &["build/all"]).ran(), ["build/all"]);
}

/// What a link leads to may not have been there when the link was made.
#[test]
fn who_reads_a_link_is_served() {
    let worlds = Worlds::new();
    let world = worlds.world();
    world.write("archive", "1\n");
    let graph = unpacked_later(&world);
    let all = ["build/.unpacked", "build/a.h", "build/o"];
    assert_eq!(world.build(&graph, &["build/o"]).ran(), all);
    forget(&world);
    let again = world.build(&graph, &["build/o"]);
    assert_eq!(again.ran(), all[..2]);
    assert_eq!(again.restored, ["build/o"]);
    assert_eq!(world.build(&graph, &["build/o"]).ran(), [""; 0]);
}
