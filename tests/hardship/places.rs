//! Build folders that were copied or moved with what is in them.

use std::path::Path;

use crate::common::Sandbox;

#[test]
fn a_copy_leaves_the_folder_alone_that_it_came_from() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    let copied = sandbox.folder().join("copied");
    let copied = copied.to_str().unwrap();
    let app = sandbox.app().to_str().unwrap();
    sandbox.run(Path::new("cp"), ["-a", app, copied]).expect(0);
    let ran = sandbox.ukbuild(["run", copied]).expect(0);
    assert!(ran.stdout.contains("Hello"), "{}", ran.stdout);
    assert_eq!(sandbox.build(&[]), [""; 0]);
    // What the copy has no rule for any more is its own.
    sandbox.replace("Makefile.uk", "main.c", "more.c");
    sandbox.run(Path::new("mv"), ["main.c", "more.c"]).expect(0);
    sandbox.ukbuild(["build"]).expect(0);
    assert!(!sandbox.path("build/apphelloworld/main.o").exists());
    assert!(Path::new(copied).join("build/apphelloworld/main.o").is_file());
}

#[test]
fn a_moved_folder_is_built_where_it_is() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    let moved = sandbox.folder().join("moved");
    let app = sandbox.app().to_str().unwrap();
    sandbox.run(Path::new("mv"), [app, moved.to_str().unwrap()]).expect(0);
    std::fs::create_dir(app).unwrap();
    let ran = sandbox.ukbuild(["run", moved.to_str().unwrap()]).expect(0);
    assert!(ran.stdout.contains("Hello"), "{}", ran.stdout);
    assert_eq!(Path::new(app).read_dir().unwrap().count(), 0);
}
