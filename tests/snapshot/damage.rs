//! Records that are not what was written, or cannot be written.

use std::path::Path;

use crate::common::Sandbox;
use crate::described::{append, describe, folder, graph, records, settle, settled};

/// Damages a record in one way; it is noticed, said once, and everything is as it was.
#[track_caller]
fn damaged(sandbox: &Sandbox, record: &Path, stored: &[u8], how: &str) {
    let name = record.file_name().unwrap().to_str().unwrap();
    let part = name.split('-').next().unwrap();
    std::fs::write(record, stored).unwrap();
    let ran = sandbox.ukbuild(["build", "-n"]).expect(0).complains(&["was damaged", part]);
    assert_eq!(ran.stderr.matches("was damaged").count(), 1, "{how}: {}", ran.stderr);
    let ran = sandbox.ukbuild(["build", "-n"]).expect(0);
    assert_eq!(ran.stderr, "", "{how}");
}

#[test]
fn every_damage_is_noticed_and_said_once() {
    let sandbox = settled();
    let described = graph(&sandbox);
    for record in records(&sandbox) {
        let sound = std::fs::read(&record).unwrap();
        let length = sound.len();
        for cut in [0, 1, 7, 8, 39, 40, 41, length / 2, length - 1] {
            damaged(&sandbox, &record, &sound[..cut], &format!("cut at {cut}"));
        }
        for at in [0, 8, 39, 40, length / 3, length - 1] {
            let mut flipped = sound.clone();
            flipped[at] ^= 0x10;
            damaged(&sandbox, &record, &flipped, &format!("a bit at {at}"));
        }
        let longer = [&sound[..], b"x"].concat();
        damaged(&sandbox, &record, &longer, "a byte more");
    }
    assert_eq!(graph(&sandbox), described);
}

#[test]
fn records_under_each_others_names_are_no_records() {
    let sandbox = settled();
    let described = graph(&sandbox);
    let records = records(&sandbox);
    for (one, other) in [(0, 1), (1, 2), (2, 0)] {
        std::fs::copy(&records[other], &records[one]).unwrap();
        assert_eq!(graph(&sandbox).lines().next(), described.lines().next());
        settle(&sandbox);
    }
    assert_eq!(graph(&sandbox), described);
}

#[test]
fn a_folder_in_the_place_of_records() {
    let sandbox = settled();
    let described = graph(&sandbox);
    std::fs::remove_dir_all(folder(&sandbox)).unwrap();
    std::fs::write(folder(&sandbox), "no folder").unwrap();
    for _ in 0..2 {
        assert_eq!(describe(&sandbox).parts().len(), 3);
    }
    assert_eq!(graph(&sandbox), described);
}

#[test]
fn an_error_is_no_result() {
    let sandbox = settled();
    append(&sandbox, "Makefile.uk", "$(error stop here)");
    for _ in 0..3 {
        sandbox.ukbuild(["build", "-n"]).expect(1).complains(&["stop here"]);
    }
    let text = sandbox.read("Makefile.uk");
    sandbox.write("Makefile.uk", &text.replace("$(error stop here)", ""));
    describe(&sandbox);
    settle(&sandbox);
}
