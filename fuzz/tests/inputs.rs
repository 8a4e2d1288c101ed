//! Every seed, and every input that a target ever failed over, passes its target: in time, and on
//! an ordinary stack.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use ukbuild_fuzz::{dot_config, kconfig_parse, kconfig_values, make_evaluate};

/// How long one input may take. Optimised, each takes a small part of that.
const LIMIT: Duration = Duration::from_secs(60);

fn inputs(kind: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(kind).join(target);
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn all(target: &str, check: fn(&[u8])) {
    let seeds = inputs("seeds", target);
    assert!(!seeds.is_empty(), "{target} has no seeds");
    for path in seeds.into_iter().chain(inputs("regressions", target)) {
        let input = std::fs::read(&path).unwrap();
        let (done, finished) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            check(&input);
            let _ = done.send(());
        });
        match finished.recv_timeout(LIMIT) {
            Ok(()) => thread.join().unwrap(),
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("{} hangs", path.display()),
            Err(mpsc::RecvTimeoutError::Disconnected) => panic!("{} fails", path.display()),
        }
    }
}

#[test]
fn trees() {
    all("kconfig_parse", kconfig_parse::check);
}

#[test]
fn configurations() {
    all("dot_config", dot_config::check);
}

#[test]
fn values() {
    all("kconfig_values", kconfig_values::check);
}

#[test]
fn makefiles() {
    all("make_evaluate", make_evaluate::check);
}
