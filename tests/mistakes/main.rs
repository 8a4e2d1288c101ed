//! Mistakes in fragments that only the whole build shows: files that need each other, files that two
//! rules make, files that nobody has, headers that come too late. What is said is kept word for word.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

use common::{Ran, Sandbox};

const IMAGE: &str = "build/helloworld_linuxu-x86_64";

/// A built application.
fn built() -> Sandbox {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    sandbox
}

/// Adds lines to the application's fragment.
fn add(sandbox: &Sandbox, lines: &str) {
    let fragment = sandbox.read("Makefile.uk");
    sandbox.write("Makefile.uk", &format!("{fragment}{lines}"));
}

/// What the build complains of, without the folder. The image stays as it was.
fn refused(sandbox: &Sandbox) -> String {
    let image = std::fs::read(sandbox.path(IMAGE)).unwrap();
    let ran = sandbox.ukbuild(["build", "--no-cache", "-j1"]).expect(1).complains(&[]);
    assert!(std::fs::read(sandbox.path(IMAGE)).unwrap() == image, "the image changed");
    said(sandbox, &ran)
}

fn said(sandbox: &Sandbox, ran: &Ran) -> String {
    ran.stderr.replace(sandbox.app().to_str().unwrap(), "APP")
}

#[test]
fn files_that_need_each_other() {
    let sandbox = built();
    add(
        &sandbox,
        "UK_PREPARE-y += $(BUILD_DIR)/a.h\n\
         $(BUILD_DIR)/a.h: $(BUILD_DIR)/b.h\n\tcp $< $@\n\
         $(BUILD_DIR)/b.h: $(BUILD_DIR)/c.h\n\tcp $< $@\n\
         $(BUILD_DIR)/c.h: $(APP_BASE)/main.c\n\tcp $< $@\n\
         $(BUILD_DIR)/c.h: | $(BUILD_DIR)/a.h\n",
    );
    insta::assert_snapshot!(refused(&sandbox));
}

#[test]
fn an_object_that_has_to_be_there_before_compiling() {
    let sandbox = built();
    add(
        &sandbox,
        "UK_PREPARE-y += $(BUILD_DIR)/a.h\n\
         $(BUILD_DIR)/a.h: $(BUILD_DIR)/apphelloworld/main.o\n\tcp $< $@\n",
    );
    insta::assert_snapshot!(refused(&sandbox));
}

#[test]
fn a_source_that_is_listed_twice() {
    let sandbox = built();
    add(&sandbox, "\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/main.c\n");
    insta::assert_snapshot!(refused(&sandbox));
}

#[test]
fn two_sources_of_one_object() {
    let sandbox = built();
    sandbox.write("main.S", "");
    add(&sandbox, "APPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/main.S\n");
    insta::assert_snapshot!(refused(&sandbox));
}

#[test]
fn a_mistyped_source() {
    let sandbox = built();
    add(&sandbox, "APPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/mian.c\n");
    insta::assert_snapshot!(refused(&sandbox));
}

#[test]
fn a_mistyped_prerequisite() {
    let sandbox = built();
    sandbox.write("numbers.txt", "1\n");
    add(
        &sandbox,
        "UK_PREPARE-y += $(BUILD_DIR)/a.h\n\
         $(BUILD_DIR)/a.h: $(APP_BASE)/numbers.text\n\tcp $< $@\n",
    );
    insta::assert_snapshot!(refused(&sandbox));
}

/// A header that a rule makes for another source, and that this one includes without a word.
fn with_late_header(sandbox: &Sandbox) {
    sandbox.write("numbers.txt", "41\n");
    sandbox.write("main.c", &format!("#include <number.h>\n{}", sandbox.read("main.c")));
    add(
        sandbox,
        "APPHELLOWORLD_CINCLUDES-y += -I$(BUILD_DIR)/gen\n\
         APPHELLOWORLD_SRCS-y += $(BUILD_DIR)/gen/table.c\n\
         $(BUILD_DIR)/gen/table.c: $(BUILD_DIR)/gen/number.h\n\techo 'int table;' > $@\n\
         $(BUILD_DIR)/gen/number.h: $(APP_BASE)/numbers.txt $(BUILD_DIR)/slow\n\
         \tsed 's/^/#define NUMBER /' $< > $@\n\
         $(BUILD_DIR)/slow:\n\tsleep 1; touch $@\n",
    );
}

#[test]
fn a_header_that_comes_too_late() {
    let sandbox = built();
    with_late_header(&sandbox);
    // Where the object is done first, the build has to say what is missing.
    let ran = sandbox.ukbuild(["build", "--no-cache", "-j4"]).expect(1);
    insta::assert_snapshot!(said(&sandbox, &ran));
    // Done as it is told, all is well.
    add(&sandbox, "UK_PREPARE-y += $(BUILD_DIR)/gen/number.h\n");
    sandbox.build(&["-j4"]);
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

#[test]
fn a_header_that_is_there_by_chance_is_waited_for_from_then_on() {
    let sandbox = built();
    with_late_header(&sandbox);
    sandbox.ukbuild(["build", "--no-cache", "-j4", "-k"]).expect(1);
    assert!(sandbox.path("build/gen/number.h").is_file());
    sandbox.build(&["-j4"]);
    // By now it is known who reads it.
    sandbox.write("numbers.txt", "42\n");
    let steps = sandbox.build(&["-j4"]);
    assert!(steps.contains(&"CC apphelloworld: main.o".to_owned()), "{steps:?}");
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

/// The header is made of the object that includes it: nothing in the fragment tells.
#[test]
fn a_circle_that_a_header_closes() {
    let sandbox = built();
    sandbox.write("main.c", &format!("#include <size.h>\n{}", sandbox.read("main.c")));
    add(
        &sandbox,
        "APPHELLOWORLD_CINCLUDES-y += -I$(BUILD_DIR)/gen\n\
         UK_IMAGES-y += $(BUILD_DIR)/gen/size.h\n\
         $(BUILD_DIR)/gen/size.h: $(BUILD_DIR)/apphelloworld/main.o\n\
         \twc -c < $< | sed 's/^/#define SIZE /' > $@\n",
    );
    insta::assert_snapshot!("a_circle_that_fails", refused(&sandbox));
    // With a header from elsewhere it can be built, and yet is not right.
    std::fs::create_dir_all(sandbox.path("build/gen")).unwrap();
    sandbox.write("build/gen/size.h", "#define SIZE 0\n");
    let ran = sandbox.ukbuild(["build", "--no-cache", "-j1"]).expect(0);
    let warning = ran.stdout.lines().skip_while(|line| !line.contains("need each other"));
    let warning: Vec<&str> = warning.take(3).collect();
    let warning = warning.join("\n").replace(sandbox.app().to_str().unwrap(), "APP");
    insta::assert_snapshot!("a_circle_that_works", warning);
    // Once the source has changed, the circle is of the past.
    let source = sandbox.read("main.c");
    sandbox.write("main.c", source.strip_prefix("#include <size.h>\n").unwrap());
    let ran = sandbox.ukbuild(["build", "--no-cache", "-j1"]).expect(0);
    assert!(!ran.stdout.contains("need each other"), "{}", ran.stdout);
}
