//! Properties of any input: nothing panics, and what is written is read back as it was.

// A helper of a test fails like the test itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::sync::Arc;

use kconfig::{Answer, Config, Dialect, Environment, Model, Tristate};
use proptest::prelude::*;

/// Pieces that texts are put together from: enough of the language to get far into it.
const PIECES: &[&str] = &[
    "config A\n",
    "config B\n",
    "menuconfig C\n",
    "choice\n",
    "endchoice\n",
    "menu \"M\"\n",
    "endmenu\n",
    "if A\n",
    "if B = m || !C\n",
    "endif\n",
    "comment \"c\"\n",
    "mainmenu \"T\"\n",
    "\tbool\n",
    "\tbool \"p\"\n",
    "\ttristate \"p\" if B\n",
    "\tint \"n\"\n",
    "\thex\n",
    "\tstring \"s\"\n",
    "\tdefault y\n",
    "\tdefault A if B\n",
    "\tdefault 0x10\n",
    "\tdef_bool B\n",
    "\tdef_tristate m\n",
    "\tdepends on A\n",
    "\tdepends on !B && (C || A = y)\n",
    "\tvisible if B\n",
    "\tselect B\n",
    "\timply A if C\n",
    "\trange 1 10\n",
    "\trange A 0x5\n",
    "\toptional\n",
    "\tprompt \"q\"\n",
    "\toption modules\n",
    "\tmodules\n",
    "\thelp\n",
    "\t  words\n\n\t    more\n",
    "x := $(A)\n",
    "x = $(x)\n",
    "x += y\n",
    "$(info,$(x))\n",
    "config $(x)\n",
    "\tdefault \"$(lineno)\"\n",
    "source \"*.in\"\n",
    "source \"Kconfig\"\n",
    "\"",
    "'",
    "\\",
    "$(",
    ")",
    "\n",
    "#",
    " ",
    "\t",
    "&&",
    "||",
    "!",
    "=",
    "\0",
    "\u{fc}",
];

const SETTINGS: &[&str] = &[
    "CONFIG_A=y\n",
    "CONFIG_A=m\n",
    "# CONFIG_B is not set\n",
    "CONFIG_B=12\n",
    "CONFIG_C=\"a\\\"\"\n",
    "CONFIG_C=0x3\n",
    "CONFIG_=\n",
    "CONFIG_A",
    "=",
    "# CONFIG_",
    "\r\n",
    "\n",
    "\"",
    "\0",
    "y",
];

fn text(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|all| all.concat())
}

/// Attributes that any option may have.
const ATTRIBUTES: &[&str] = &[
    "\tdefault y\n",
    "\tdefault m if B\n",
    "\tdefault C\n",
    "\tdefault 7\n",
    "\tselect B\n",
    "\tselect D if C = y\n",
    "\timply E\n",
    "\timply B if A\n",
    "\trange 1 9\n",
    "\tdepends on A\n",
    "\tdepends on !B || C\n",
    "\tdepends on D != n && E\n",
    "\tdepends on m\n",
    "\thelp\n\t  words\n",
];

/// Sound definitions, as far as recursion allows, in blocks of every kind.
fn definitions() -> impl Strategy<Value = String> {
    let head = prop::sample::select(&["A", "B", "C", "D", "E", "F", "MODULES"][..]);
    let kind = prop::sample::select(
        &["bool", "tristate \"p\"", "bool \"p\"", "int \"p\"", "string \"p\"", "hex", "tristate"][..],
    );
    let attributes =
        prop::collection::vec(prop::sample::select(ATTRIBUTES), 0..3).prop_map(|all| all.concat());
    let block = prop::sample::select(
        &[
            ("", ""),
            ("menu \"M\"\n", "endmenu\n"),
            ("menu \"V\"\n\tvisible if C\n", "endmenu\n"),
            ("if A\n", "endif\n"),
            ("choice\n\tprompt \"c\"\n\ttristate\n", "endchoice\n"),
            ("choice\n\tprompt \"c\"\n\toptional\n", "endchoice\n"),
        ][..],
    );
    let one = (head, kind, attributes).prop_map(|(head, kind, attributes)| {
        let modules = if head == "MODULES" { "\toption modules\n" } else { "" };
        format!("config {head}\n\t{kind}\n{modules}{attributes}")
    });
    let several = (prop::collection::vec(one, 1..4), block)
        .prop_map(|(all, (open, close))| format!("{open}{}{close}", all.concat()));
    prop::collection::vec(several, 1..5).prop_map(|all| all.concat())
}

fn dialects() -> impl Strategy<Value = Dialect> {
    prop::sample::select(&[Dialect::Linux, Dialect::Unikraft][..])
}

/// Parses, loads, answers, writes, and reads back.
fn whole(dialect: Dialect, kconfig: &[u8], settings: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Kconfig"), kconfig).unwrap();
    let mut environment = Environment::new(dialect, folder.path()).with("CONFIG_", "CONFIG_");
    let Ok(model) = Model::load(&mut environment, "Kconfig", &mut Vec::new()) else { return };
    let model = Arc::new(model);
    let mut config = Config::new(model.clone());
    config.load(settings, ".config", true);
    let first = config.to_config();
    let header = config.to_header();
    config.to_auto_conf();
    config.to_minimal();
    for value in ["y", "m", "n", "7", "text"] {
        let _ = config.set("A", value);
    }
    for answer in [Tristate::No, Tristate::Module, Tristate::Yes] {
        Config::new(model.clone()).answer_new(Answer::All(answer));
    }
    if first.is_utf8_like() {
        let mut again = Config::new(model);
        again.load(&first, ".config", true);
        let second = again.to_config();
        let mut third = Config::new(again.model().clone());
        third.load(&second, ".config", true);
        assert_eq!(third.to_config(), second);
        assert_eq!(header.is_empty(), again.to_header().is_empty());
    }
}

/// Texts that a configuration file can hold.
trait Plain {
    fn is_utf8_like(&self) -> bool;
}

impl Plain for bstr::BString {
    fn is_utf8_like(&self) -> bool {
        !self.contains(&0)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn statements(dialect in dialects(), kconfig in text(PIECES), settings in text(SETTINGS)) {
        whole(dialect, kconfig.as_bytes(), settings.as_bytes());
    }

    #[test]
    fn sound_trees(dialect in dialects(), kconfig in definitions(), settings in text(SETTINGS)) {
        let kconfig = match dialect {
            Dialect::Linux => kconfig.replace("option modules", "modules"),
            Dialect::Unikraft => kconfig,
        };
        whole(dialect, kconfig.as_bytes(), settings.as_bytes());
    }

    #[test]
    fn bytes(
        dialect in dialects(),
        kconfig in prop::collection::vec(any::<u8>(), 0..400),
        settings in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        whole(dialect, &kconfig, &settings);
    }
}
