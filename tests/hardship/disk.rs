//! Disks that are full, and folders that are read-only.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::common::{Ran, Sandbox, checkout, copy};

const IMAGE: &str = "build/helloworld_linuxu-x86_64";

/// Builds where no file can grow beyond some blocks of 512 bytes: writing on fails, as on a full
/// disk, and needs no disk of its own.
fn build_within(sandbox: &Sandbox, blocks: u32) -> Ran {
    let script = "trap '' XFSZ; ulimit -c 0; ulimit -f \"$0\"; exec \"$@\"";
    let blocks = blocks.to_string();
    let program = env!("CARGO_BIN_EXE_ukbuild");
    let arguments = ["-c", script, &blocks, program, "build", "--no-cache", "-k"];
    sandbox.run(Path::new("/bin/sh"), arguments)
}

/// Names of files that are there only while something is written.
fn pieces(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().unwrap().is_dir() {
            found.extend(pieces(&entry.path()));
        } else if name.starts_with(".uk") || name.ends_with(".tmp") {
            found.push(entry.path());
        }
    }
    found
}

#[test]
fn a_full_disk_leaves_nothing_half_done() {
    let undisturbed = Sandbox::of("apps/helloworld");
    undisturbed.build(&[]);
    let blocks_of = |name| {
        let length = fs::metadata(undisturbed.path(name)).unwrap().len();
        u32::try_from(length / 512).unwrap()
    };
    // Enough for what is written before the steps, which names paths and grows with them; too
    // little for the image. The last leaves room for every library.
    let commands = blocks_of("build/compile_commands.json") + 8;
    let object = blocks_of("build/helloworld_linuxu-x86_64.o") - 8;
    assert!(commands < object, "{commands} {object}");
    let sandbox = Sandbox::of("apps/helloworld");
    let mut failed_in_steps = 0;
    for blocks in [0, 8, commands, object] {
        let ran = build_within(&sandbox, blocks).expect(1).complains(&[]);
        let told = format!("{}{}", ran.stdout, ran.stderr);
        // The linker has one word for both.
        let why = ["File too large", "No space left on device"];
        assert!(why.iter().any(|why| told.contains(why)), "{blocks}: {told}");
        assert!(ran.stderr.contains("help:"), "{blocks}: {told}");
        failed_in_steps += usize::from(told.contains("the previous images are untouched"));
        assert!(pieces(sandbox.app()).is_empty(), "{blocks}: {told}");
        assert!(!sandbox.path(IMAGE).exists());
    }
    assert_eq!(failed_in_steps, 2);
    sandbox.build(&[]);
    let image = || fs::read(sandbox.path(IMAGE)).unwrap();
    let made = image();
    // An image that is there stays, whole.
    let source = sandbox.read("main.c");
    sandbox.write("main.c", &source.replace("Hello", "Good morning"));
    build_within(&sandbox, commands).expect(1);
    assert!(image() == made, "the image changed");
    sandbox.write("main.c", &source);
    sandbox.build(&[]);
    assert!(image() == made, "another image");
    assert_eq!(sandbox.build(&[]), [""; 0]);
    // As if all this had not been.
    assert!(
        fs::read(undisturbed.path(IMAGE)).unwrap() == made,
        "another image than a clean build's"
    );
}

/// A sandbox with all that it needs, for a user whom permissions hold back.
struct Restricted {
    sandbox: Sandbox,
    program: PathBuf,
}

impl Restricted {
    fn new() -> Restricted {
        let mut sandbox = Sandbox::of("apps/helloworld");
        let folder = sandbox.folder().to_owned();
        let program = folder.join("ukbuild");
        fs::copy(env!("CARGO_BIN_EXE_ukbuild"), &program).unwrap();
        copy(&checkout().join("unikraft"), &folder.join("core"));
        sandbox.set("UK_ROOT", folder.join("core").to_str().unwrap());
        fs::create_dir(folder.join("cache")).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        if is_root() {
            let own = sandbox.run(Path::new("chown"), ["-R", "65534", folder.to_str().unwrap()]);
            own.expect(0);
        }
        Restricted { sandbox, program }
    }

    fn ukbuild(&self, arguments: &[&str]) -> Ran {
        if !is_root() {
            return self.sandbox.run(&self.program, arguments);
        }
        // Nothing is read-only to root.
        let user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        let command = user.into_iter().chain([self.program.to_str().unwrap()]);
        self.sandbox.run(Path::new("setpriv"), command.chain(arguments.iter().copied()))
    }

    fn permit(&self, name: &str, mode: &str) {
        let path = self.sandbox.path(name);
        self.sandbox.run(Path::new("chmod"), ["-R", mode, path.to_str().unwrap()]).expect(0);
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_read_only_build_folder_is_told_and_left_alone() {
    let restricted = Restricted::new();
    let sandbox = &restricted.sandbox;
    restricted.ukbuild(&["build"]).expect(0);
    let image = || fs::read(sandbox.path(IMAGE)).unwrap();
    let made = image();
    let source = sandbox.read("main.c");
    sandbox.write("main.c", &source.replace("Hello", "Good morning"));
    restricted.permit("build", "a-w");
    for command in ["build", "clean", "properclean"] {
        let ran = restricted.ukbuild(&[command]).expect(1);
        ran.complains(&["build", "Permission denied", "permissions", "O=FOLDER"]);
        assert!(image() == made, "{command} changed the image");
    }
    // What only looks is not held back.
    let libraries = restricted.ukbuild(&["query", "libs"]).expect(0);
    assert!(libraries.stdout.contains("apphelloworld"));
    restricted.permit("build", "u+w");
    restricted.ukbuild(&["build"]).expect(0);
    assert!(image() != made);
    sandbox.write("main.c", &source);
    restricted.ukbuild(&["build"]).expect(0);
    assert!(image() == made);
}

#[test]
fn a_read_only_application_is_told() {
    let restricted = Restricted::new();
    restricted.permit(".", "a-w");
    let help = ["Permission denied", "permissions", "O=FOLDER"];
    restricted.ukbuild(&["build"]).expect(1).complains(&help);
    restricted.ukbuild(&["set", "HZ=100"]).expect(1).complains(&help);
    // The tempdir has to be removed in the end.
    restricted.permit(".", "u+w");
}
