//! Mistakes in the fragments of a core: what exportsyms.uk, headers and options say, compared with what
//! is compiled. What the build complains of is kept word for word.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;

use std::fs;
use std::path::PathBuf;

use common::{Ran, Sandbox};

/// A built application with a core of its own.
fn built() -> Sandbox {
    let mut sandbox = Sandbox::with_core("apps/helloworld");
    sandbox.share_cache();
    sandbox.build(&[]);
    sandbox
}

fn of_core(sandbox: &Sandbox, name: &str) -> PathBuf {
    sandbox.folder().join("core").join(name)
}

/// Adds text to a file of the core.
fn add(sandbox: &Sandbox, name: &str, text: &str) {
    let path = of_core(sandbox, name);
    let known = fs::read_to_string(&path).unwrap_or_default();
    fs::write(path, known + text).unwrap();
}

fn build(sandbox: &Sandbox) -> Ran {
    sandbox.ukbuild(["build", "--no-cache", "-j1"])
}

/// What is complained of, and complained of again as long as nothing changes.
fn refused(sandbox: &Sandbox) -> String {
    let said = |ran: Ran| {
        let said = ran.expect(1).complains(&[]).stderr;
        said.replace(sandbox.folder().to_str().unwrap(), "FOLDER")
    };
    let first = said(build(sandbox));
    assert_eq!(said(build(sandbox)), first);
    first
}

#[test]
fn a_name_that_nothing_defines() {
    let sandbox = built();
    let exports = "lib/ukargparse/exportsyms.uk";
    let before = fs::read(of_core(&sandbox, exports)).unwrap();
    add(&sandbox, exports, "# more\nuk_argn_more\n");
    insta::assert_snapshot!(refused(&sandbox));
    sandbox.ukbuild(["set", "CHECK_FRAGMENTS=n"]).expect(0);
    build(&sandbox).expect(0);
    sandbox.ukbuild(["unset", "CHECK_FRAGMENTS"]).expect(0);
    build(&sandbox).expect(1);
    // What another configuration defines is no mistake.
    let source = "#if CONFIG_MORE\nint uk_argn_more(void)\n{\n\treturn 1;\n}\n#endif\n";
    add(&sandbox, "lib/ukargparse/argparse.c", source);
    build(&sandbox).expect(0);
    fs::write(of_core(&sandbox, exports), before).unwrap();
    build(&sandbox).expect(0);
}

#[test]
fn a_library_that_nobody_asked_for() {
    let sandbox = built();
    let source = "\nint uk_argversion(void);\nint uk_argversion(void)\n{\n\textern void uk_version(void);\n\n\
                  \tuk_version();\n\treturn 0;\n}\n";
    add(&sandbox, "lib/ukargparse/argparse.c", source);
    add(&sandbox, "lib/ukboot/exportsyms.uk", "uk_version\n");
    insta::assert_snapshot!(refused(&sandbox));
    let options = of_core(&sandbox, "lib/ukargparse/Config.uk");
    let before = fs::read_to_string(&options).unwrap();
    // An option asks for it, whether it is on or not; or a source looks whether it is there.
    let option = "\nconfig LIBUKARGPARSE_VERSION\n\tbool\n\tselect LIBUKBOOT\n";
    fs::write(&options, format!("{before}{option}")).unwrap();
    build(&sandbox).expect(0);
    fs::write(&options, before).unwrap();
    build(&sandbox).expect(1);
    add(&sandbox, "lib/ukargparse/argparse.c", "#if CONFIG_LIBUKBOOT\n#endif\n");
    build(&sandbox).expect(0);
}

#[test]
fn a_header_that_leans_on_another() {
    let sandbox = built();
    add(
        &sandbox,
        "lib/ukargparse/include/uk/leaning.h",
        "static inline __u32 two(void) { return 2; }\n",
    );
    // Each takes a while: only those who ask have them compiled.
    build(&sandbox).expect(0);
    sandbox.ukbuild(["set", "CHECK_HEADERS=y"]).expect(0);
    let ran = build(&sandbox).expect(1);
    assert!(ran.stdout.contains("leaning.h:1:15: error: unknown type name"), "{}", ran.stdout);
    ran.complains(&["HEADER libukargparse: uk/leaning.h"]);
    let header = of_core(&sandbox, "lib/ukargparse/include/uk/leaning.h");
    let text = fs::read_to_string(&header).unwrap();
    fs::write(&header, format!("#include <uk/arch/types.h>\n{text}")).unwrap();
    build(&sandbox).expect(0);
    assert_eq!(sandbox.build(&[]), [""; 0]);
    fs::write(&header, format!("#error Do not include this header directly\n{text}")).unwrap();
    build(&sandbox).expect(0);
    // What they include counts.
    add(&sandbox, "lib/ukargparse/include/uk/argparse.h", "/* Changed. */\n");
    let steps = sandbox.build(&[]);
    let expected = "HEADER libukargparse: uk/argparse.h".to_owned();
    assert!(steps.contains(&expected) && steps.len() < 12, "{steps:?}");
}
