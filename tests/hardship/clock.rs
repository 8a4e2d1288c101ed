//! Clocks that jump: files from the future and from long ago, and a build on another day.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::common::{Sandbox, checkout};

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Gives every file below a folder, the engine's own too, this time of modification.
fn date(folder: &Path, time: SystemTime) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            date(&entry.path(), time);
        } else if entry.file_type().unwrap().is_file() {
            set_time(&entry.path(), time);
        }
    }
}

fn set_time(path: &Path, time: SystemTime) {
    File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

#[test]
fn times_of_files_are_not_believed() {
    let sandbox = Sandbox::of("apps/helloworld");
    let source = sandbox.read("main.c");
    let changed = source.replace("Hello", "Howdy");
    assert_eq!((source.len(), source == changed), (changed.len(), false));
    let now = SystemTime::now();
    let times = [now + YEAR, SystemTime::UNIX_EPOCH, now - YEAR];
    sandbox.build(&[]);
    let image = || fs::read(sandbox.path("build/helloworld_linuxu-x86_64")).unwrap();
    let made = image();
    for time in times {
        date(sandbox.app(), time);
        assert_eq!(sandbox.build(&[]), [""; 0], "{time:?}");
        // Another text of the same length and time.
        sandbox.write("main.c", &changed);
        set_time(&sandbox.path("main.c"), time);
        let steps = sandbox.build(&[]);
        assert!(steps.contains(&"CC apphelloworld: main.o".to_owned()), "{time:?}: {steps:?}");
        let compiled = steps.iter().filter(|step| step.starts_with("CC ")).count();
        assert_eq!(compiled, 1, "{time:?}: {steps:?}");
        assert!(image() != made, "{time:?}");
        sandbox.write("main.c", &source);
        set_time(&sandbox.path("main.c"), time);
        sandbox.build(&[]);
        assert!(image() == made, "{time:?}");
        assert_eq!(sandbox.build(&[]), [""; 0], "{time:?}");
    }
}

/// The library that has programs see another day.
fn another_day(folder: &Path) -> String {
    let library = folder.join("another_day.so");
    let source = checkout().join("tests/hardship/another_day.c");
    let built = Command::new("gcc")
        .args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"])
        .args([&library, &source])
        .status();
    assert!(built.unwrap().success());
    library.to_str().unwrap().to_owned()
}

#[test]
fn another_folder_on_another_day_gives_the_same_bytes() {
    let (today, mut later) = (Sandbox::of("apps/helloworld"), Sandbox::of("apps/helloworld"));
    let library = another_day(later.folder());
    later.set("LD_PRELOAD", &library);
    date(later.app(), SystemTime::UNIX_EPOCH + 3 * YEAR);
    // Compilers do see the other day.
    let day = |sandbox: &Sandbox| {
        sandbox.write("day.c", "const char *day = __DATE__;\n");
        let ran = sandbox.run(Path::new("gcc"), ["-E", "-P", "day.c"]).expect(0);
        fs::remove_file(sandbox.path("day.c")).unwrap();
        ran.stdout
    };
    assert_ne!(day(&today), day(&later));
    for sandbox in [&today, &later] {
        sandbox.build(&[]);
        sandbox.build(&["--plat", "kvm"]);
    }
    for name in ["helloworld_linuxu-x86_64", "helloworld_kvm-x86_64"] {
        for name in [format!("build/{name}"), format!("build/{name}.dbg")] {
            let bytes = |sandbox: &Sandbox| fs::read(sandbox.path(&name)).unwrap();
            assert!(bytes(&today) == bytes(&later), "{name} differs");
        }
    }
    // Back to today, which lies before: nothing is new.
    later.set("LD_PRELOAD", "");
    assert_eq!(later.build(&[]), [""; 0]);
}
