//! Names that are no text, or that have a meaning elsewhere.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use crate::common::{Sandbox, copy};

/// Adds bytes to a file.
fn append(path: PathBuf, bytes: &[u8]) {
    let mut text = fs::read(&path).unwrap();
    text.extend_from_slice(bytes);
    fs::write(path, text).unwrap();
}

#[test]
fn headers_by_any_name_are_followed() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let names: [&[u8]; 5] =
        [b"with space.h", b"it's.h", b"hash#dollar$.h", b"percent%colon:.h", b"caf\xe9.h"];
    let path = |name: &[u8]| sandbox.path("").join(OsStr::from_bytes(name));
    for name in names {
        fs::write(path(name), "/* nothing */\n").unwrap();
        append(sandbox.path("main.c"), &[b"#include \"", name, b"\"\n"].concat());
    }
    sandbox.build(&[]);
    assert_eq!(sandbox.build(&[]), [""; 0]);
    for name in names {
        fs::write(path(name), "int more;\n").unwrap();
        let steps = sandbox.build(&[]);
        assert!(steps.contains(&"CC apphelloworld: main.o".to_owned()), "{name:?}: {steps:?}");
        fs::write(path(name), "/* nothing */\n").unwrap();
        sandbox.build(&[]);
    }
    assert_eq!(sandbox.build(&[]), [""; 0]);
}

#[test]
fn sources_and_folders_need_not_be_text() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let app = sandbox.folder().join(OsStr::from_bytes(b"caf\xe9"));
    copy(sandbox.app(), &app);
    append(app.join("Makefile.uk"), b"\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/t\xe9.c\n");
    fs::write(app.join(OsStr::from_bytes(b"t\xe9.c")), "int tea = 1;\n").unwrap();
    let build = |expected: &str| {
        let ran = sandbox.ukbuild([OsStr::new("build"), app.as_os_str()]).expect(0);
        assert!(ran.stdout.lines().last().unwrap().contains(expected), "{}", ran.stdout);
    };
    build("built");
    build("nothing to do");
    fs::write(app.join(OsStr::from_bytes(b"t\xe9.c")), "int tea = 2;\n").unwrap();
    build("built");
    let object = app.join("build/apphelloworld").join(OsStr::from_bytes(b"t\xe9.o"));
    assert!(object.is_file());
    let database = fs::read(app.join("build/compile_commands.json")).unwrap();
    let database: serde_json::Value = serde_json::from_slice(&database).unwrap();
    assert!(database.as_array().unwrap().len() > 20);
    // A source that is not there is told with its name, as far as it is text.
    append(
        app.join("Makefile.uk"),
        b"\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/n\xe9ant.c\n",
    );
    let ran = sandbox.ukbuild([OsStr::new("build"), app.as_os_str()]).expect(1);
    ran.complains(&["ant.c", "Makefile.uk"]);
}

/// A name that make's language cannot carry is split into words, as by make.
#[test]
fn names_with_blanks_in_lists_are_several_names() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    fs::write(sandbox.path("two words.c"), "int two;\n").unwrap();
    append(
        sandbox.path("Makefile.uk"),
        b"\nAPPHELLOWORLD_SRCS-y += $(wildcard $(APPHELLOWORLD_BASE)/t*.c)\n",
    );
    let ran = sandbox.ukbuild(["build", "--no-cache"]).expect(1);
    ran.complains(&["two", "Makefile.uk"]);
}
