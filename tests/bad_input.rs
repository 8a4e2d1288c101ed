//! Wrong input: each mistake ends with a report that shows the place and what to do, status 1, and
//! the previous build as it was.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Ran, Sandbox};

const IMAGE: &str = "build/helloworld_linuxu-x86_64";

/// A built application, and the image that must stay.
fn built() -> (Sandbox, Vec<u8>) {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.build(&[]);
    let image = std::fs::read(sandbox.path(IMAGE)).unwrap();
    (sandbox, image)
}

/// `arguments` fail with status 1, say `texts`, and leave the image alone.
#[track_caller]
fn refused((sandbox, image): &(Sandbox, Vec<u8>), arguments: &[&str], texts: &[&str]) -> Ran {
    let ran = sandbox.ukbuild(arguments).expect(1).complains(texts);
    assert!(std::fs::read(sandbox.path(IMAGE)).unwrap() == *image, "the image changed");
    ran
}

#[test]
fn an_unknown_option() {
    let built = built();
    let before = built.0.read(".config");
    refused(&built, &["set", "LIBUKDEBUG_PRINTDD=y"], &["LIBUKDEBUG_PRINTDD", "LIBUKDEBUG_PRINTD"]);
    assert_eq!(built.0.read(".config"), before);
}

#[test]
fn a_value_of_the_wrong_kind() {
    let built = built();
    refused(&built, &["set", "LIBUKDEBUG=maybe"], &["LIBUKDEBUG", "maybe"]);
}

#[test]
fn a_source_that_is_not_there() {
    let built = built();
    let fragment = built.0.read("Makefile.uk");
    built.0.write(
        "Makefile.uk",
        &format!("{fragment}\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/nothing.c\n"),
    );
    let line = format!("Makefile.uk:{}", fragment.lines().count() + 2);
    refused(&built, &["build"], &["nothing.c", &line, "APPHELLOWORLD_SRCS-y"]);
}

#[test]
fn a_missing_compiler() {
    let mut built = built();
    built.0.set("CROSS_COMPILE", "no-such-");
    refused(&built, &["build"], &["no-such-gcc", "install"]);
}

#[test]
fn a_syntax_error_in_config_uk() {
    let built = built();
    built.0.write("Config.uk", "config FINE\n\tbool \"fine\"\n\nconfig X\n\tboolean \"open\"\n");
    refused(&built, &["build"], &["Config.uk:5", "boolean \"open\"", "included by"]);
}

#[test]
fn a_syntax_error_in_makefile_uk() {
    let built = built();
    let fragment = built.0.read("Makefile.uk");
    built.0.write("Makefile.uk", &format!("{fragment}\nthis is no makefile\n"));
    let line = format!("Makefile.uk:{}", fragment.lines().count() + 2);
    refused(&built, &["build"], &[&line, "this is no makefile", "separator"]);
}

#[test]
fn a_missing_emulator() {
    let mut built = built();
    let folder = built.0.folder().join("bin");
    std::fs::create_dir(&folder).unwrap();
    for program in ["gcc", "as", "ld", "objcopy", "strip", "sh", "nm", "cp", "readelf"] {
        let path = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|folder| folder.join(program))
            .find(|path| path.is_file());
        std::os::unix::fs::symlink(path.unwrap(), folder.join(program)).unwrap();
    }
    built.0.set("PATH", folder.to_str().unwrap());
    refused(&built, &["run", "--plat", "kvm"], &["qemu-system-x86_64", "apt install", "linuxu"]);
}

#[test]
fn code_that_does_not_compile() {
    let built = built();
    let source = built.0.read("main.c");
    built.0.write("main.c", &format!("{source}\nint broken(void) {{ return unknown; }}\n"));
    let ran = refused(&built, &["build"], &["main.c"]);
    let told = format!("{}{}", ran.stdout, ran.stderr);
    assert_eq!(told.matches("undeclared (first use").count(), 1, "{told}");
}

#[test]
fn a_folder_that_is_no_application() {
    let built = built();
    let empty = built.0.folder().join("empty");
    std::fs::create_dir(&empty).unwrap();
    refused(&built, &["build", empty.to_str().unwrap()], &["Makefile.uk"]);
    refused(&built, &["build", "/no/such/folder"], &["/no/such/folder"]);
}

#[test]
fn wrong_usage_is_status_2() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.ukbuild(["bild"]).expect(2).complains(&["bild", "build"]);
    sandbox.ukbuild(["build", "--plat", "vax"]).expect(2).complains(&["vax", "kvm"]);
}

#[test]
fn bytes_that_are_no_text() {
    let built = built();
    for name in ["Makefile.uk", "Config.uk"] {
        let text = built.0.read(name);
        std::fs::write(built.0.path(name), b"\xff\xfe\0\x01 $(\n\tbool\n").unwrap();
        refused(&built, &["build"], &[name]);
        built.0.write(name, &text);
    }
}

/// What the build would have replaced or swept away is there when it fails.
#[test]
fn a_failed_build_of_another_platform_keeps_the_image() {
    let built = built();
    built.0.ukbuild(["set", "PLAT_KVM=y", "PLAT_LINUXU=n"]).expect(0);
    let source = built.0.read("main.c");
    built.0.write("main.c", &format!("{source}\nint broken(void) {{ return unknown; }}\n"));
    refused(&built, &["build"], &["main.c"]);
    built.0.write("main.c", &source);
    built.0.build(&[]);
    assert!(!built.0.path(IMAGE).exists(), "an image that nothing makes any more is still there");
}

#[test]
fn a_recipe_that_fails() {
    let built = built();
    let fragment = built.0.read("Makefile.uk");
    let rule = "UK_PREPARE-y += $(BUILD_DIR)/gen.h\n$(BUILD_DIR)/gen.h:\n\techo half > $@; false\n";
    built.0.write("Makefile.uk", &format!("{fragment}\n{rule}"));
    let line = format!("{}", fragment.lines().count() + 4);
    refused(&built, &["build"], &["GEN gen.h", &format!("Makefile.uk:{line}"), "false"]);
    assert!(!built.0.path("build/gen.h").exists());
}

#[test]
fn an_image_name_that_is_no_file_name() {
    let built = built();
    for name in ["x/y", "a b", ""] {
        built.0.ukbuild(["set", &format!("UK_NAME={name}")]).expect(0);
        refused(&built, &["build"], &["UK_NAME", "ukbuild set"]);
    }
}

#[test]
fn a_path_that_makefiles_cannot_carry() {
    let built = built();
    for name in ["a b", "a$(x)b", "a,b", "a'b", "a:b"] {
        let app = built.0.folder().join(name);
        common::copy(built.0.app(), &app);
        refused(&built, &["build", app.to_str().unwrap()], &["cannot carry", "move it"]);
        assert!(!app.join(".config").exists(), "{name}");
    }
}

#[test]
fn outputs_that_are_closed_or_full() {
    let built = built();
    for script in
        ["\"$0\" set HZ=100 | true", "\"$0\" set NOPE=1 2>/dev/full", "\"$0\" set HZ=101 >&-"]
    {
        let program = env!("CARGO_BIN_EXE_ukbuild");
        let ran = built.0.run(std::path::Path::new("/bin/sh"), ["-c", script, program]);
        assert!(ran.status < 2, "{script}: {} {}", ran.status, ran.stderr);
        ran.complains(&[]);
    }
}

#[test]
fn a_command_line_that_does_not_fit() {
    let built = built();
    let long = "x".repeat(130_000);
    refused(&built, &["run", "--plat", "kvm", "--", &long], &["130000", "126976"]);
}
