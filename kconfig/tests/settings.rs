//! Setting options by name: what is taken, what is refused, and what is said of it.

// A helper of a test fails like the test itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::sync::Arc;

use kconfig::{Config, Dialect, Environment, Model, Refusal, SetError};

const TREE: &str = "
config BASE
	bool \"Base\"

config LEAF
	bool \"Leaf\"
	depends on BASE && (OTHER || FORCED)

config OTHER
	bool \"Other\"
	select FORCED

config FORCED
	bool \"Forced\"

config SILENT
	def_bool BASE

config SIZE
	int \"Size\"
	range 1 8
	default 4

choice
	prompt \"One of\"

config LEFT
	bool \"Left\"

config RIGHT
	bool \"Right\"

endchoice
";

fn config() -> Config {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Kconfig"), TREE).unwrap();
    let mut environment =
        Environment::new(Dialect::Unikraft, folder.path()).with("CONFIG_", "CONFIG_");
    let model = Model::load(&mut environment, "Kconfig", &mut Vec::new()).unwrap();
    let mut config = Config::new(Arc::new(model));
    config.load_nothing();
    config
}

fn refused(config: &mut Config, name: &str, value: &str) -> Refusal {
    let before = config.to_config();
    let error = config.set(name, value).unwrap_err();
    assert_eq!(config.to_config(), before, "a refused setting changed something");
    match error {
        SetError::Refused { reason, .. } => reason,
        other => panic!("{other}"),
    }
}

#[test]
fn settings_that_depend_on_each_other_are_taken_together() {
    let mut config = config();
    assert_eq!(
        refused(&mut config, "LEAF", "y"),
        Refusal::Needs("BASE && (OTHER || FORCED)".into())
    );
    config.set_all([(&b"LEAF"[..], &b"y"[..]), (b"CONFIG_BASE", b"y"), (b"OTHER", b"y")]).unwrap();
    assert_eq!(config.value_of("LEAF").unwrap(), "y");
    assert_eq!(config.value_of("SILENT").unwrap(), "y");
    assert_eq!(refused(&mut config, "FORCED", "n"), Refusal::Selected("OTHER".into()));
    config.unset("OTHER").unwrap();
    assert_eq!(config.value_of("FORCED").unwrap(), "n");
}

#[test]
fn what_cannot_be_set_is_told() {
    let mut config = config();
    assert_eq!(refused(&mut config, "SILENT", "y"), Refusal::NoPrompt);
    assert_eq!(refused(&mut config, "LEFT", "n"), Refusal::Choice);
    let error = config.set("SIZE", "9").unwrap_err();
    assert_eq!(error.to_string(), "`SIZE` must be from 1 to 8");
    let error = config.set("SIZE", "big").unwrap_err();
    assert_eq!(error.to_string(), "`big` is no value for `SIZE`: it wants a decimal number");
    let error = config.set("FORCD", "y").unwrap_err();
    assert_eq!(error.to_string(), "there is no option `FORCD`; did you mean `FORCED`?");
}

#[test]
fn choices_move() {
    let mut config = config();
    assert_eq!(config.value_of("LEFT").unwrap(), "y");
    config.set("RIGHT", "y").unwrap();
    assert_eq!(config.value_of("LEFT").unwrap(), "n");
    assert_eq!(config.value_of("RIGHT").unwrap(), "y");
}

#[test]
fn definitions_are_what_the_header_says() {
    let mut config = config();
    config.set("SIZE", "3").unwrap();
    let definitions = config.definitions();
    assert!(definitions.contains(&("CONFIG_SIZE".into(), "3".into())));
    assert!(definitions.contains(&("CONFIG_LEFT".into(), "1".into())));
    assert!(!definitions.iter().any(|(name, _)| name == "CONFIG_RIGHT"));
}
