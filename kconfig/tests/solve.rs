//! Wishes and the changes that they need: by hand, and against trying everything.

// A helper of a test fails like the test itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::sync::Arc;

use bstr::BString;
use kconfig::model::{PropertyKind, SymbolId};
use kconfig::solve::{Blocker, Bounds, Conflict, Obstruction, Outcome, Role, Solution};
use kconfig::solve::{solve, with_settings};
use kconfig::{Config, Dialect, Environment, Model};
use proptest::prelude::*;

fn model(dialect: Dialect, tree: &str) -> Option<Arc<Model>> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Kconfig"), tree).unwrap();
    let mut environment = Environment::new(dialect, folder.path()).with("CONFIG_", "CONFIG_");
    Model::load(&mut environment, "Kconfig", &mut Vec::new()).ok().map(Arc::new)
}

fn config(tree: &str, settings: &str) -> Config {
    let mut config = Config::new(model(Dialect::Unikraft, tree).unwrap());
    config.load(settings.as_bytes(), ".config", false);
    config
}

fn pairs(wishes: &str) -> Vec<(&str, &str)> {
    wishes.split_whitespace().map(|wish| wish.split_once('=').unwrap()).collect()
}

fn solved(config: &Config, wishes: &str) -> Solution {
    match solve(config, pairs(wishes), Bounds::default()).unwrap() {
        Outcome::Solved(mut solution) => {
            for (name, value) in pairs(wishes) {
                assert_eq!(solution.config.value_of(name).unwrap(), value, "{name}");
            }
            *solution
        }
        other => panic!("{wishes}: {other:?}"),
    }
}

/// The other changes, sorted.
fn changes(config: &Config, wishes: &str) -> String {
    let solution = solved(config, wishes);
    let mut all: Vec<String> =
        solution.changes.iter().map(|one| format!("{}={}", one.name, one.to)).collect();
    all.sort();
    all.join(" ")
}

fn impossible(config: &Config, wishes: &str) -> Conflict {
    match solve(config, pairs(wishes), Bounds::default()).unwrap() {
        Outcome::Impossible(conflict) => conflict,
        other => panic!("{wishes}: {other:?}"),
    }
}

fn blocks(config: &Config, conflict: &Conflict, name: &str) -> Vec<Obstruction> {
    let symbol = config.model().find(name).unwrap();
    let blockers = conflict.blockers.iter().filter(|blocker| blocker.symbol == symbol);
    blockers.map(|Blocker { why, .. }| why.clone()).collect()
}

const CHAIN: &str = "
config A
	bool \"a\"
config B
	bool \"b\"
	depends on A
config C
	bool \"c\"
	depends on B
config D
	bool \"d\"
	depends on C && !E
config E
	bool \"e\"
	default y
";

#[test]
fn a_wish_that_can_simply_be_set_needs_nothing() {
    let config = config(CHAIN, "");
    assert_eq!(changes(&config, "A=y"), "");
    let solution = solved(&config, "A=y");
    assert_eq!(solution.wishes.len(), 1);
    assert_eq!(solution.wishes[0].from, "n");
    assert!(solved(&config, "E=y").wishes.is_empty());
}

#[test]
fn unmet_dependencies_are_enabled_down_the_chain() {
    let config = config(CHAIN, "");
    assert_eq!(changes(&config, "B=y"), "A=y");
    assert_eq!(changes(&config, "D=y"), "A=y B=y C=y E=n");
    let solution = solved(&config, "B=y");
    let reason = solution.changes[0].reason.unwrap();
    assert_eq!(reason.role, Role::Dependency);
    assert_eq!(reason.of, config.model().find("B").unwrap());
}

#[test]
fn wishes_that_exclude_each_other_are_told_apart_from_the_rest() {
    let config = config(CHAIN, "");
    let conflict = impossible(&config, "E=n D=y A=n");
    let names: Vec<_> = conflict.wishes.iter().map(|(id, _)| *id).collect();
    let model = config.model();
    assert_eq!(names, [model.find("D").unwrap(), model.find("A").unwrap()]);
    assert_eq!(blocks(&config, &conflict, "A"), [Obstruction::Fixed("n".into())]);
}

#[test]
fn the_shorter_of_two_ways_is_taken() {
    let tree = "
config LONG
	bool \"l\"
	depends on LONGER
config LONGER
	bool \"m\"
config SHORT
	bool \"s\"
config X
	bool \"x\"
	depends on LONG || SHORT
";
    assert_eq!(changes(&config(tree, ""), "X=y"), "SHORT=y");
    assert_eq!(changes(&config(tree, ""), "X=y SHORT=n"), "LONG=y LONGER=y");
}

#[test]
fn each_change_has_its_own_reason() {
    let tree = "
config BUS
	bool \"bus\"
config NET
	bool \"net\"
config BRIDGE
	bool \"bridge\"
	depends on BUS
	select NET
config CARD
	bool \"card\"
	depends on NET && BUS
";
    let config = config(tree, "");
    let card = config.model().find("CARD").unwrap();
    let solution = solved(&config, "CARD=y");
    let names: Vec<_> = solution.changes.iter().map(|change| &change.name[..]).collect();
    assert!(names.contains(&&b"BUS"[..]) && names.len() == 2, "{names:?}");
    let bus = solution.changes.iter().find(|change| change.name == "BUS").unwrap();
    assert_eq!(bus.reason.unwrap().of, card);
    let other = solution.changes.iter().find(|change| change.name != "BUS").unwrap();
    let role = if other.name == "NET" { Role::Dependency } else { Role::Selector };
    assert_eq!(other.reason.unwrap().role, role);
}

const SELECTS: &str = "
config LIB
	bool
config POOL
	bool \"pool\"
config NET
	bool \"net\"
	select POOL
	select LIB
config TLS
	bool \"tls\"
	depends on NET
	select POOL if FAST
config FAST
	bool \"fast\"
	default y
";

#[test]
fn selects_are_made_and_undone() {
    let plain = config(SELECTS, "");
    assert_eq!(changes(&plain, "LIB=y"), "NET=y");
    assert_eq!(solved(&plain, "LIB=y").changes[0].reason.unwrap().role, Role::Selector);
    let set = config(SELECTS, "CONFIG_NET=y\nCONFIG_TLS=y\n");
    assert_eq!(changes(&set, "POOL=n"), "NET=n");
    let conflict = impossible(&set, "POOL=n TLS=y");
    assert_eq!(conflict.wishes.len(), 2);
    assert_eq!(conflict.after.len(), 1);
    assert_eq!((&conflict.after[0].name[..], &conflict.after[0].to[..]), (&b"NET"[..], &b"n"[..]));
    assert_eq!(blocks(&set, &conflict, "NET"), [Obstruction::Fixed("n".into())]);
    let forced = config(&SELECTS.replace("bool \"net\"", "def_bool y"), "");
    let conflict = impossible(&forced, "POOL=n");
    assert_eq!(blocks(&forced, &conflict, "POOL"), [Obstruction::Selected]);
}

const CHOICE: &str = "
choice
	prompt \"one\"
	default LEFT
config LEFT
	bool \"left\"
config RIGHT
	bool \"right\"
config FAR
	bool \"far\"
	depends on CAR
endchoice
config CAR
	bool \"car\"
config ONLY_RIGHT
	bool \"r\"
	depends on RIGHT
config FAR_SIZE
	int \"size\"
	range 1 4
	depends on FAR
	default 2
";

#[test]
fn choices_are_switched() {
    let config = config(CHOICE, "");
    assert_eq!(changes(&config, "RIGHT=y"), "");
    assert_eq!(changes(&config, "ONLY_RIGHT=y"), "RIGHT=y");
    assert_eq!(changes(&config, "LEFT=n"), "RIGHT=y");
    assert_eq!(changes(&config, "FAR=y"), "CAR=y");
    assert_eq!(changes(&config, "FAR_SIZE=3"), "CAR=y FAR=y");
    let conflict = impossible(&config, "LEFT=y RIGHT=y");
    assert_eq!(conflict.wishes.len(), 2);
    let conflict = impossible(&config, "ONLY_RIGHT=y LEFT=y");
    assert_eq!(conflict.wishes.len(), 2);
    let left = config.model().find("LEFT").unwrap();
    assert!(blocks(&config, &conflict, "RIGHT").contains(&Obstruction::Member(left)));
}

const NUMBERS: &str = "
config CPUS
	int \"cpus\"
	range 1 MOST
	default 1
config MOST
	int \"most\"
	range 1 64
	default 4
config BIG
	bool \"big\"
	depends on CPUS > 8
config NAME
	string \"name\"
	default \"none\"
config NAMED
	bool \"named\"
	depends on NAME = \"full\"
config MASK
	hex \"mask\"
	default 0x10
config WIDE
	bool \"wide\"
	depends on MASK >= 0x100
";

#[test]
fn numbers_and_texts_are_set_where_conditions_turn() {
    let config = config(NUMBERS, "");
    assert_eq!(changes(&config, "CPUS=6"), "MOST=6");
    assert_eq!(changes(&config, "NAMED=y"), "NAME=full");
    assert_eq!(changes(&config, "WIDE=y"), "MASK=0x100");
    let solution = solved(&config, "BIG=y");
    assert_eq!(solution.changes.len(), 2);
    let conflict = impossible(&config, "CPUS=65");
    assert_eq!(blocks(&config, &conflict, "CPUS"), [Obstruction::Fixed("65".into())]);
    // Its limits are constants: nothing else is in the way.
    let conflict = impossible(&config, "MOST=65");
    let (number, low, high) = ("65".into(), "1".into(), "64".into());
    let why = Obstruction::OutOfRange { number, low, high };
    assert_eq!(blocks(&config, &conflict, "MOST"), [why]);
    assert_eq!(conflict.blockers.len(), 1);
}

#[test]
fn silent_options_and_constants_are_in_the_way() {
    let tree = "
config SILENT
	bool
config X
	bool \"x\"
	depends on SILENT
config NEVER
	bool \"never\"
	depends on n
";
    let config = config(tree, "");
    let conflict = impossible(&config, "X=y");
    assert_eq!(blocks(&config, &conflict, "SILENT"), [Obstruction::NoPrompt]);
    assert_eq!(blocks(&config, &conflict, "X"), [Obstruction::Needs("SILENT [=n]".into())]);
    assert!(impossible(&config, "NEVER=y").wishes.len() == 1);
}

#[test]
fn modules_are_made_possible() {
    let tree = "
config MODULES
	bool \"modules\"
	option modules
config T
	tristate \"t\"
config S
	tristate \"s\"
	depends on T
";
    let config = config(tree, "CONFIG_T=y\n");
    assert_eq!(changes(&config, "S=m"), "MODULES=y");
}

#[test]
fn defaults_follow_what_they_turn_on() {
    let tree = "
config AUTO
	bool
	default y if ONE && !TWO
config ONE
	bool \"one\"
config TWO
	bool \"two\"
	default y
config FREE
	bool
	default y if ONE
	default n
";
    let config = config(tree, "");
    assert_eq!(changes(&config, "AUTO=y"), "ONE=y TWO=n");
    assert_eq!(changes(&config, "FREE=y"), "ONE=y");
    assert_eq!(changes(&config, "AUTO=n FREE=y"), "ONE=y");
}

#[test]
fn bounds_end_a_search_honestly() {
    let config = config(CHAIN, "");
    let bounds = Bounds { steps: 2, ..Bounds::default() };
    let outcome = solve(&config, pairs("D=y"), bounds).unwrap();
    assert!(matches!(outcome, Outcome::GivenUp { steps: 2, .. }), "{outcome:?}");
    let bounds = Bounds { changes: 3, ..Bounds::default() };
    let outcome = solve(&config, pairs("D=y"), bounds).unwrap();
    assert!(matches!(outcome, Outcome::GivenUp { excluded: 3, .. }), "{outcome:?}");
}

// Against trying everything.

const NAMES: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

/// Makes a tree of random numbers. Conditions name earlier options, selects later ones: that way
/// nothing depends on itself.
struct Maker<'a> {
    numbers: &'a [u8],
    text: String,
}

impl Maker<'_> {
    /// A number below `count`.
    fn below(&mut self, count: usize) -> usize {
        let (first, rest) = self.numbers.split_first().unwrap_or((&0, &[]));
        self.numbers = rest;
        usize::from(*first) % count
    }

    fn earlier(&mut self, before: usize) -> &'static str {
        NAMES[self.below(before)]
    }

    fn condition(&mut self, before: usize) -> String {
        if before == 0 {
            return "y".to_owned();
        }
        let (one, other) = (self.earlier(before), self.earlier(before));
        match self.below(10) {
            0 => format!("!{one}"),
            1 => format!("{one} && {other}"),
            2 => format!("({one} || {other})"),
            3 => format!("{one} && !{other}"),
            4 => format!("{one} = n"),
            5 => format!("{one} != y"),
            6 => format!("{one} > {}", self.below(4)),
            7 => format!("{one} = {other}"),
            _ => one.to_owned(),
        }
    }

    /// An attribute of an option that may name options before and from some numbers on.
    fn attribute(&mut self, before: usize, from: usize) -> String {
        let condition = self.condition(before);
        let wanted = if from < NAMES.len() {
            NAMES[from + self.below(NAMES.len() - from)]
        } else {
            return format!("\tdepends on {condition}\n");
        };
        match self.below(14) {
            0..3 => format!("\tdepends on {condition}\n"),
            3 => format!("\tdefault y if {condition}\n"),
            4 => format!("\tdefault n if {condition}\n"),
            5 => "\tdefault y\n".to_owned(),
            6 => "\tdefault 2\n".to_owned(),
            7..9 => format!("\tselect {wanted}\n"),
            9 => format!("\tselect {wanted} if {condition}\n"),
            10 => format!("\timply {wanted} if {condition}\n"),
            11 => "\trange 1 3\n".to_owned(),
            12 if before > 0 => format!("\trange 0 {}\n", self.earlier(before)),
            _ => format!("\trange 2 4 if {condition}\n"),
        }
    }

    /// Two options, in a block or not.
    fn pair(&mut self, first: usize) {
        let condition = self.condition(first);
        let (open, close) = match self.below(6) {
            0 => (format!("choice\n\tprompt \"c\"\n\tdepends on {condition}\n"), "endchoice\n"),
            1 => ("choice\n\tprompt \"c\"\n\toptional\n".to_owned(), "endchoice\n"),
            2 => (format!("menu \"m\"\n\tvisible if {condition}\n"), "endmenu\n"),
            3 => (format!("if {condition}\n"), "endif\n"),
            _ => (String::new(), ""),
        };
        let choice = close == "endchoice\n";
        self.text.push_str(&open);
        for (index, name) in NAMES.iter().enumerate().skip(first).take(2) {
            let kinds = ["bool \"p\"", "bool \"p\"", "tristate \"p\"", "bool", "int \"p\""];
            let kind = kinds[self.below(if choice { 3 } else { kinds.len() })];
            self.text.push_str(&format!("config {name}\n\t{kind}\n"));
            let (before, from) = if choice { (first, first + 2) } else { (index, index + 1) };
            for _ in 0..self.below(3) {
                let attribute = self.attribute(before, from);
                self.text.push_str(&attribute);
            }
        }
        self.text.push_str(close);
    }
}

/// Trees of six options in blocks.
fn trees() -> impl Strategy<Value = String> {
    (prop::collection::vec(any::<u8>(), 80), any::<bool>()).prop_map(|(numbers, modules)| {
        let mut maker = Maker { numbers: &numbers, text: String::new() };
        if modules {
            maker.text.push_str("config MODULES\n\tbool \"m\"\n\tdefault y\n\toption modules\n");
        }
        for first in [0, 2, 4] {
            maker.pair(first);
        }
        maker.text
    })
}

/// Everything that can be set: options with prompts and all values worth it.
fn settable(model: &Model) -> Vec<(SymbolId, BString)> {
    let mut all = Vec::new();
    for name in NAMES.iter().chain(&["MODULES"]) {
        let Some(symbol) = model.find(name) else { continue };
        if !model.properties(symbol).any(|one| matches!(one.kind, PropertyKind::Prompt(_))) {
            continue;
        }
        let values: &[&str] = match model.symbol(symbol).kind.name() {
            "bool" => &["y", "n"],
            "tristate" => &["y", "m", "n"],
            "integer" => &["0", "1", "2", "3", "4", "5"],
            other => panic!("{other}"),
        };
        all.extend(values.iter().map(|&value| (symbol, value.into())));
    }
    all
}

/// Whether settings make a wish true, now and when read back.
fn holds(config: &Config, settings: &[(SymbolId, BString)], wish: &(SymbolId, BString)) -> bool {
    let mut changed = with_settings(config, settings);
    if changed.value(wish.0) != wish.1 {
        return false;
    }
    let mut again = Config::new(config.model().clone());
    again.load(&changed.to_config(), "", false);
    again.value(wish.0) == wish.1
}

/// The fewest changes, found by trying all sets of up to `most`.
fn fewest(config: &Config, wish: &(SymbolId, BString), most: usize) -> Option<usize> {
    let all = settable(config.model());
    let own: Vec<_> = all.iter().filter(|one| one.0 == wish.0).take(1).collect();
    let wishes: Vec<_> = own.iter().map(|_| wish.clone()).collect();
    (0..=most).find(|&size| any_set(config, wish, &all, wishes.clone(), 0, size))
}

fn any_set(
    config: &Config,
    wish: &(SymbolId, BString),
    all: &[(SymbolId, BString)],
    set: Vec<(SymbolId, BString)>,
    from: usize,
    more: usize,
) -> bool {
    if more == 0 {
        return holds(config, &set, wish);
    }
    let model = config.model();
    let exclusive = |one: &(SymbolId, BString), other: &(SymbolId, BString)| {
        let choice = model.symbol(one.0).choice;
        choice.is_some() && choice == model.symbol(other.0).choice && one.1 == "y" && other.1 == "y"
    };
    (from..all.len()).any(|index| {
        let next = &all[index];
        if set.iter().any(|one| one.0 == next.0 || exclusive(one, next)) {
            return false;
        }
        let mut set = set.clone();
        set.push(next.clone());
        any_set(config, wish, all, set, index + 1, more - 1)
    })
}

/// Compares a wish's outcome with trying everything.
fn against_trying(
    dialect: Dialect,
    tree: &str,
    settings: &str,
    name: &str,
    value: &str,
) -> Result<(), TestCaseError> {
    let tree = match dialect {
        Dialect::Linux => tree.replace("option modules", "modules"),
        Dialect::Unikraft => tree.to_owned(),
    };
    let model = model(dialect, &tree).unwrap();
    let mut config = Config::new(model.clone());
    config.load(settings.as_bytes(), "", false);
    let wish = (model.find(name).unwrap(), BString::from(value));
    let Ok(outcome) = solve(&config, [(name, value)], Bounds::default()) else { return Ok(()) };
    let fewest = fewest(&config, &wish, 2);
    match (outcome, fewest) {
        (Outcome::Solved(solution), Some(fewest)) => {
            prop_assert_eq!(solution.changes.len(), fewest, "{:?}", solution.changes);
        }
        (Outcome::Solved(solution), None) => {
            prop_assert!(solution.changes.len() > 2, "trying missed {:?}", solution.changes);
        }
        (Outcome::Impossible(_), None) => {}
        (other, fewest) => prop_assert!(false, "{:?}, but {:?} changes do", other, fewest),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        rng_seed: proptest::test_runner::RngSeed::Fixed(2211),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_smaller_set_of_changes_does(
        linux in any::<bool>(),
        tree in trees(),
        name in prop::sample::select(&NAMES[..]),
        value in prop::sample::select(&["y", "n", "y", "m", "2", "3"][..]),
        settings in prop::collection::vec(
            (prop::sample::select(&NAMES[..]), prop::sample::select(&["y", "n", "m", "1", "3"][..])),
            0..4,
        ),
    ) {
        let settings: String =
            settings.iter().map(|(name, value)| format!("CONFIG_{name}={value}\n")).collect();
        let dialect = if linux { Dialect::Linux } else { Dialect::Unikraft };
        against_trying(dialect, &tree, &settings, name, value)?;
    }
}
