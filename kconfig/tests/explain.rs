//! Every kind of reason for a value, each in a tree of its own.

// A helper of a test fails like the test itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::sync::Arc;

use kconfig::explain::{Cause, Choosing, Explanation, Lines, Obstacle, PartOrigin, explain};
use kconfig::{Config, Dialect, Environment, Model, SetError, Tristate};

fn config(dialect: Dialect, tree: &str, settings: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Kconfig"), tree).unwrap();
    let mut environment =
        Environment::new(dialect, folder.path()).with("CONFIG_", "CONFIG_").with("VENDOR", "acme");
    let model = Model::load(&mut environment, "Kconfig", &mut Vec::new()).unwrap();
    let mut config = Config::new(Arc::new(model));
    config.load(settings.as_bytes(), ".config", false);
    config
}

fn why(tree: &str, settings: &str, name: &str) -> (Explanation, Config) {
    let config = config(Dialect::Unikraft, tree, settings);
    let lines = Lines::of(config.model(), settings.as_bytes());
    let explanation = explain(&config, config.find_option(name).unwrap(), &lines);
    check_possible(&config, &explanation);
    (explanation, config)
}

/// What is said to be possible can be set; what has obstacles cannot.
fn check_possible(config: &Config, all: &Explanation) {
    let name = config.model().symbol(all.symbol).name.clone().unwrap();
    for change in &all.changes {
        let Some(value) = &change.value else { continue };
        let taken = config.clone().set(&name, value).is_ok();
        assert_eq!(taken, change.obstacles.is_empty(), "{value}: {:?}", change.obstacles);
    }
}

fn obstacles(all: &Explanation, value: &str) -> Vec<Obstacle> {
    let wanted = Some(value.into());
    all.changes.iter().find(|change| change.value == wanted).unwrap().obstacles.clone()
}

#[test]
fn the_users_setting_and_what_would_be_without_it() {
    let tree = "config A\n\tbool \"a\"\n\tdefault y\n";
    let (all, _) = why(tree, "\n# CONFIG_A is not set\n", "A");
    assert_eq!(all.value, "n");
    assert_eq!(all.causes, [Cause::User { line: Some(2), limited: None }]);
    let (value, causes) = all.otherwise.clone().unwrap();
    assert_eq!(value, "y");
    assert!(matches!(&causes[..], [Cause::Default(default)] if default.place.line == 3));
    assert!(obstacles(&all, "y").is_empty());
}

#[test]
fn the_first_default_whose_condition_holds() {
    let tree = "config A\n\tbool \"a\"\n\nconfig N\n\tint\n\tdefault 1 if A\n\tdefault 2 if !A\n\tdefault 3\n";
    let (all, _) = why(tree, "", "N");
    assert_eq!(all.value, "2");
    let [Cause::Default(default)] = &all.causes[..] else { panic!("{:?}", all.causes) };
    assert_eq!((default.number, default.count, default.place.line), (2, 3, 7));
    assert_eq!(default.condition.as_ref().unwrap().text, "!A [=n]");
    assert_eq!(all.changes[0].obstacles, [Obstacle::NoPrompt]);
    assert!(all.otherwise.is_none());
}

#[test]
fn a_default_from_the_environment() {
    let tree = "config V\n\tstring \"v\"\n\tdefault \"$(VENDOR)-os\"\n";
    let (all, _) = why(tree, "", "V");
    assert_eq!(all.value, "acme-os");
    let [Cause::Default(default)] = &all.causes[..] else { panic!("{:?}", all.causes) };
    assert_eq!(default.environment, [("VENDOR".into(), Some("acme".into()))]);
}

#[test]
fn a_chain_of_selects_up_to_its_end() {
    let tree = "config TOP\n\tbool \"top\"\n\tselect MIDDLE\n\nconfig MIDDLE\n\tbool\n\tselect LOW if ON\n\n\
                config LOW\n\tbool \"low\"\n\nconfig ON\n\tdef_bool y\n";
    let (all, config) = why(tree, "CONFIG_TOP=y\n", "LOW");
    let [Cause::Selected(middle)] = &all.causes[..] else { panic!("{:?}", all.causes) };
    assert_eq!(Some(middle.by), config.model().find("MIDDLE"));
    assert_eq!(middle.place.line, 7);
    assert_eq!(middle.condition.as_ref().unwrap().text, "ON [=y]");
    let [Cause::Selected(top)] = &middle.because[..] else { panic!("{:?}", middle.because) };
    assert_eq!((Some(top.by), top.place.line), (config.model().find("TOP"), 3));
    assert_eq!(top.because, [Cause::User { line: Some(1), limited: None }]);
    let [Obstacle::Selected(by)] = &obstacles(&all, "n")[..] else { panic!() };
    assert_eq!(by[0].by, middle.by);
}

#[test]
fn an_imply_that_can_be_overruled() {
    let tree = "config A\n\tdef_bool y\n\timply B\n\nconfig B\n\tbool \"b\"\n";
    let (all, _) = why(tree, "", "B");
    let [Cause::Implied(implied)] = &all.causes[..] else { panic!("{:?}", all.causes) };
    assert_eq!(implied.place.line, 3);
    assert!(obstacles(&all, "n").is_empty());
}

#[test]
fn a_range_moves_a_default() {
    let tree = "config N\n\tint \"n\"\n\trange 2 8\n\tdefault 20\n";
    let (all, _) = why(tree, "", "N");
    assert_eq!(all.value, "8");
    let Cause::Clamped { place, from, low, high } = &all.causes[0] else { panic!() };
    assert_eq!((place.line, &from[..], &low[..], &high[..]), (3, &b"20"[..], &b"2"[..], &b"8"[..]));
    assert!(matches!(all.causes[1], Cause::Default(_)));
    let limits = all.limits.unwrap();
    assert_eq!((limits.low, limits.high), ("2".into(), "8".into()));
    assert!(all.changes[0].obstacles.is_empty());
}

const CHOICE: &str = "choice\n\tprompt \"one\"\n\tdefault B\n\nconfig A\n\tbool \"a\"\n\nconfig B\n\tbool \"b\"\n\nendchoice\n";

#[test]
fn a_choice_has_its_default_and_excludes_the_rest() {
    let (all, config) = why(CHOICE, "", "B");
    let [Cause::Member { member, how, .. }] = &all.causes[..] else { panic!("{:?}", all.causes) };
    assert_eq!(Some(*member), config.model().find("B"));
    assert!(matches!(how, Choosing::Default(place) if place.line == 3));
    assert!(
        matches!(&obstacles(&all, "n")[..], [Obstacle::Member { others, .. }] if others.len() == 1)
    );
    let (all, _) = why(CHOICE, "", "A");
    assert_eq!(all.value, "n");
    let [Cause::Member { choice, .. }] = &all.causes[..] else { panic!("{:?}", all.causes) };
    assert!(obstacles(&all, "y").is_empty());
    let depends: Vec<_> = all.definitions[0].parts.iter().map(|part| part.choice).collect();
    assert_eq!(depends, [Some(*choice)]);
}

#[test]
fn a_choice_is_the_users_or_the_first() {
    let (all, _) = why(CHOICE, "CONFIG_A=y\n# CONFIG_B is not set\n", "A");
    let [Cause::Member { how, .. }] = &all.causes[..] else { panic!("{:?}", all.causes) };
    assert_eq!(*how, Choosing::User(Some(1)));
    assert_eq!(all.otherwise.unwrap().0, "n");
    let (all, _) = why(&CHOICE.replace("\tdefault B\n", ""), "", "A");
    assert!(matches!(&all.causes[..], [Cause::Member { how: Choosing::First, .. }]));
}

#[test]
fn unmet_dependencies_are_told_part_by_part() {
    let tree = "config A\n\tbool \"a\"\n\nconfig B\n\tbool \"b\"\n\nif A\n\nconfig X\n\tbool \"x\" if B\n\tdepends on !B || A\n\nendif\n";
    let (all, _) = why(tree, "CONFIG_X=y\n", "X");
    assert_eq!(all.causes, [Cause::Nothing]);
    assert_eq!(all.ignored, Some(1));
    let [Obstacle::Unmet(prompts)] = &obstacles(&all, "y")[..] else { panic!() };
    let unmet: Vec<_> = prompts[0].iter().map(|part| (&part.text[..], &part.origin)).collect();
    assert_eq!(
        unmet,
        [(&b"A [=n]"[..], &PartOrigin::Depends), (&b"B [=n]"[..], &PartOrigin::Prompt),]
    );
    let values: Vec<_> = all.definitions[0].parts.iter().map(|part| part.value).collect();
    assert_eq!(values, [Tristate::No, Tristate::Yes, Tristate::No]);
}

#[test]
fn a_menu_that_is_not_visible() {
    let tree = "config A\n\tbool \"a\"\n\nmenu \"Hidden\"\n\tvisible if A\n\nconfig X\n\tbool \"x\"\n\tdefault y\n\nendmenu\n";
    let (all, _) = why(tree, "", "X");
    assert_eq!(all.value, "y");
    let [Obstacle::Unmet(prompts)] = &obstacles(&all, "n")[..] else { panic!() };
    let PartOrigin::VisibleIf { title, place } = &prompts[0][0].origin else { panic!() };
    assert_eq!((&title[..], place.line), (&b"Hidden"[..], 4));
}

#[test]
fn modules_that_are_not_possible() {
    let tree = "config MODULES\n\tbool \"m\"\n\toption modules\n\nconfig T\n\ttristate \"t\"\n";
    let (all, _) = why(tree, "", "T");
    assert_eq!(obstacles(&all, "m"), [Obstacle::NoModules]);
    let (all, _) = why(tree, "CONFIG_MODULES=y\n", "T");
    assert!(obstacles(&all, "m").is_empty());
}

#[test]
fn a_setting_limited_by_its_dependencies() {
    let tree = "config MODULES\n\tbool\n\tmodules\n\tdefault y\n\nconfig D\n\ttristate \"d\"\n\nconfig T\n\ttristate \"t\"\n\tdepends on D\n";
    let settings = "CONFIG_D=m\nCONFIG_T=y\n";
    let config = config(Dialect::Linux, tree, settings);
    let lines = Lines::of(config.model(), settings.as_bytes());
    let all = explain(&config, config.find_option("CONFIG_T").unwrap(), &lines);
    assert_eq!(all.value, "m");
    let limited = Some(Tristate::Module);
    assert_eq!(all.causes, [Cause::User { line: Some(2), limited }]);
    assert!(matches!(&obstacles(&all, "y")[..], [Obstacle::Unmet(_)]));
}

#[test]
fn options_that_are_not_there() {
    let config = config(Dialect::Unikraft, CHOICE, "");
    let Err(SetError::Unknown { similar, .. }) = config.find_option("CONFIG_AA") else { panic!() };
    assert!(similar.contains(&"A".into()));
}
