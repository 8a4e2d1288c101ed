//! What the journal keeps, and what it survives.

use super::*;
use bstr::BString;

fn stamp(number: i64) -> Stamp {
    Stamp { modified: number, changed: number, size: 1, inode: 1 }
}

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

/// A step that made `output` of `input`, by the command `recipe`.
fn step<'a>(recipe: &'a str, output: &'a str, input: &'a str) -> Finished<'a> {
    Finished {
        scope: "kvm".into(),
        digest: digest(recipe),
        recipe: recipe.as_bytes(),
        milliseconds: 7,
        outputs: vec![(output.into(), digest(output), Some(stamp(3)))],
        inputs: vec![(input.into(), digest(input))],
        discovered: vec![("a.h".into(), digest("a.h"))],
        settings: vec![("CONFIG_A".into(), None), ("CONFIG_B".into(), Some("y".into()))],
        tools: vec![("gcc".into(), digest("gcc"))],
    }
}

/// All that a journal says of a path's step, by names.
fn told(journal: &Journal, path: &str) -> Option<String> {
    let name = (0..journal.names()).find(|&name| journal.name(name) == path)?;
    let number = journal.writer_of(name)?;
    let done = journal.step(number);
    let recipe = journal.recipe(done).map(BString::from);
    let finished = journal.as_finished(number, b"");
    Some(format!(
        "{recipe:?} {} {} {:?} {:?} {:?} {:?} {:?} {:?}",
        finished.scope,
        finished.milliseconds,
        finished.outputs,
        finished.inputs,
        finished.discovered,
        finished.settings,
        finished.tools,
        journal.seen(name),
    ))
}

#[test]
fn what_is_stored_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, dropped) = Journal::read(folder.path()).unwrap();
    assert_eq!(dropped, 0);
    journal.begin(&["b".into(), "c".into()]).unwrap();
    journal.done(&step("make b", "b", "a")).unwrap();
    journal.note("a".into(), digest("a"), stamp(5));
    journal.flush().unwrap();
    let (again, dropped) = Journal::read(folder.path()).unwrap();
    assert_eq!(dropped, 0);
    assert!(told(&again, "b").unwrap().starts_with("Some(\"make b\") kvm 7"));
    assert_eq!(told(&again, "b"), told(&journal, "b"));
    let begun: Vec<&BStr> = again.begun().map(|name| again.name(name)).collect();
    assert_eq!(begun, ["c"]);
}

#[test]
fn what_others_wrote_is_as_good_as_none() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [ours, other] = folders.each_ref().map(tempfile::TempDir::path);
    let (mut journal, _) = Journal::read(ours).unwrap();
    journal.done(&step("make b", "b", "a")).unwrap();
    let path = Journal::path(ours);
    let stored = std::fs::read(&path).unwrap();
    std::fs::copy(&path, Journal::path(other)).unwrap();
    let (copied, dropped) = Journal::read(other).unwrap();
    assert_eq!((copied.names(), dropped), (0, 0));
    // Another version of the program, and what is no journal at all.
    std::fs::write(&path, [b"ukbjrn1\n", &stored[8..]].concat()).unwrap();
    let (older, dropped) = Journal::read(ours).unwrap();
    assert_eq!((older.names(), dropped), (0, 0));
    std::fs::write(&path, "nonsense").unwrap();
    let (damaged, dropped) = Journal::read(ours).unwrap();
    assert_eq!((damaged.names(), dropped), (0, 8));
}

#[test]
fn later_steps_take_the_place_of_earlier_ones() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::read(folder.path()).unwrap();
    journal.done(&step("old", "b", "a")).unwrap();
    journal.done(&step("new", "b", "a")).unwrap();
    journal.done(&step("other", "c", "a")).unwrap();
    journal.drop_outputs(&["c".into()]);
    journal.finish().unwrap();
    let (again, _) = Journal::read(folder.path()).unwrap();
    assert!(told(&again, "b").unwrap().starts_with("Some(\"new\")"));
    assert_eq!(told(&again, "c"), None);
}

#[test]
fn rewriting_keeps_what_counts_and_drops_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::read(folder.path()).unwrap();
    for round in 0..200 {
        let recipe = format!("command {round}");
        journal.done(&step(&recipe, "b", "a")).unwrap();
        journal.note("a".into(), digest("a"), stamp(round));
    }
    journal.done(&step("c", "c", "b")).unwrap();
    journal.finish().unwrap();
    let size = |file: &str| folder.path().join(file).metadata().unwrap().len();
    let before = (size("journal"), size("recipes"), told(&journal, "b"), told(&journal, "c"));
    journal.rewrite().unwrap();
    assert!(size("journal") < before.0 / 10 && size("recipes") < before.1 / 10);
    assert_eq!((told(&journal, "b"), told(&journal, "c")), (before.2.clone(), before.3.clone()));
    // What comes after goes to the new file, and all of it is read again.
    journal.done(&step("d", "d", "b")).unwrap();
    let (again, dropped) = Journal::read(folder.path()).unwrap();
    assert_eq!(dropped, 0);
    assert_eq!((told(&again, "b"), told(&again, "c")), (before.2, before.3));
    assert!(told(&again, "d").unwrap().starts_with("Some(\"d\")"));
    assert!(!folder.path().join("new").exists());
}

#[test]
fn it_does_not_grow_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::read(folder.path()).unwrap();
    let recipe = "long command ".repeat(2000);
    for round in 0..400 {
        journal.note("a".into(), digest("a"), stamp(round));
        let recipe = format!("{recipe}{round}");
        journal.done(&step(&recipe, "b", "a")).unwrap();
        journal.finish().unwrap();
    }
    let size = |file: &str| folder.path().join(file).metadata().unwrap().len();
    assert!(size("recipes") <= 6 * SMALL, "{}", size("recipes"));
    assert!(size("journal") <= 2 * SMALL, "{}", size("journal"));
}

#[test]
fn a_frame_without_sense_is_dropped_with_all_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::read(folder.path()).unwrap();
    journal.done(&step("b", "b", "a")).unwrap();
    let path = Journal::path(folder.path());
    let sound = path.metadata().unwrap().len();
    let mut frame = Frame::default();
    frame.add(&Record::Name("x".into()));
    frame.add(&Record::Version { name: 900, digest: digest("x") });
    let mut stored = std::fs::read(&path).unwrap();
    stored.extend(frame.stored());
    std::fs::write(&path, &stored).unwrap();
    let (mut again, dropped) = Journal::read(folder.path()).unwrap();
    assert_eq!(dropped, stored.len() as u64 - sound);
    assert_eq!(told(&again, "b"), told(&journal, "b"));
    again.done(&step("c", "c", "a")).unwrap();
    let (last, dropped) = Journal::read(folder.path()).unwrap();
    assert_eq!(dropped, 0);
    assert!(told(&last, "c").is_some());
}

#[test]
fn what_could_not_be_stored_is_stored_before_what_speaks_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::read(folder.path()).unwrap();
    journal.done(&step("make a", "a", "x")).unwrap();
    // A file that takes nothing, as on a full disk.
    journal.file = Some(File::open(Journal::path(folder.path())).unwrap());
    assert!(journal.begin(&["b".into()]).is_err());
    journal.done(&step("make c", "c", "y")).unwrap();
    let (again, dropped) = Journal::read(folder.path()).unwrap();
    assert_eq!(dropped, 0);
    for path in ["a", "c"] {
        assert_eq!(told(&again, path), told(&journal, path), "{path}");
    }
    let begun: Vec<_> = again.begun().map(|name| again.name(name).to_owned()).collect();
    assert_eq!(begun, ["b"]);
}
