//! Random fragments and calls for one small tree, whose names contain each other. Knows nothing of
//! what comes of them.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::{select, subsequence};
use proptest::{option, prop_oneof};

use crate::run::{Call, Files};

const TREE: &str = r#"config MODULES
	bool "modules"
	default y
	modules

config A
	tristate "a"

config AB
	bool "ab"
	depends on A

config A_B
	tristate "a_b"
	default m

config B
	bool "b"
	select C

config C
	bool "c"

config N
	int "n"
	range 1 9
	default 3

config S
	string "s"
	default "none"

choice
	prompt "one of two"

config X
	bool "x"

config Y
	bool "y"

endchoice

config HIDDEN
	def_bool B
"#;

/// A call of `merge-config`.
#[derive(Clone, Debug)]
pub(crate) struct Merge {
    flags: Vec<&'static str>,
    output: Option<&'static str>,
    prefix: Option<&'static str>,
    configuration: Option<&'static str>,
    base: &'static str,
    fragments: usize,
    /// Whether all files that are named exist, and `.config` before the first write.
    complete: bool,
    configured: bool,
    texts: Vec<String>,
}

/// A line of a fragment: logic mostly, with things between that only look like settings.
fn line() -> impl Strategy<Value = String> {
    const NAMES: &[&str] =
        &["A", "AB", "A_B", "B", "C", "N", "S", "X", "Y", "HIDDEN", "MODULES", "GONE", ""];
    const LOGIC: [&str; 3] = ["y", "m", "n"];
    const VALUES: &[&str] =
        &["", "5", "12", "\"text\"", "\"two  words\"", "\"$x\"", "CONFIG_B=y", "y ", "y\r", "*"];
    let value = prop_oneof![2 => select(&LOGIC[..]), 1 => select(VALUES)];
    let prefix = select(&["CONFIG_", "CONFIG_", "CONFIG_", "CONFIG_", "CONFIG_", "X_", ""][..]);
    (prefix, select(NAMES), 0..20, value).prop_map(|(prefix, name, form, value)| match form {
        0..11 => format!("{prefix}{name}={value}\n"),
        11..16 => format!("# {prefix}{name} is not set\n"),
        16 => format!("# about {prefix}{name}, in words\n"),
        17 => format!("# {prefix}{name} is not set here\n"),
        18 => format!("{prefix}{name}\n"),
        _ => "\n".into(),
    })
}

fn text() -> impl Strategy<Value = String> {
    (vec(line(), 0..8), 0..10).prop_map(|(lines, end)| {
        let mut text = lines.concat();
        if end == 0 {
            text.pop();
        }
        text
    })
}

/// All kinds of calls of `merge-config`.
pub(crate) fn merges() -> impl Strategy<Value = Merge> {
    let place = (
        option::weighted(0.25, select(&["out", "out/", ".", "none"][..])),
        option::weighted(0.15, select(&["X_", "", "CONFIG_"][..])),
        option::weighted(0.15, select(&["my.config", "out/my.config", ""][..])),
    );
    let files = (
        select(&["base", "base", ".config"][..]),
        0_usize..4,
        proptest::bool::weighted(0.95),
        any::<bool>(),
        vec(text(), 5),
    );
    let flags = subsequence(vec!["-m", "-n", "-r", "-y", "-s"], 0..=5);
    (flags, place, files).prop_map(|(flags, place, files)| {
        let (output, prefix, configuration) = place;
        let (base, fragments, complete, configured, texts) = files;
        Merge { flags, output, prefix, configuration, base, fragments, complete, configured, texts }
    })
}

impl Merge {
    pub(crate) fn call(&self) -> Call {
        let mut arguments: Vec<String> = self.flags.iter().map(|&flag| flag.into()).collect();
        if let Some(folder) = self.output {
            arguments.extend(["-O".into(), folder.into()]);
        }
        let mut files = Files::from([
            ("Kconfig".into(), TREE.into()),
            ("out/old".into(), "the folder exists\n".into()),
        ]);
        let fragments = (0..self.fragments).map(|number| format!("fragment{number}"));
        let named = [self.base.to_owned()].into_iter().chain(fragments);
        for (name, text) in named.zip(&self.texts) {
            arguments.push(name.clone());
            if self.complete || text.len() % 2 == 0 {
                files.insert(name.into(), text.as_str().into());
            }
        }
        if self.configured {
            files.insert(".config".into(), self.texts[4].as_str().into());
        }
        // The original looks for the result in another folder than conf writes it to.
        let astray = self.output.is_some() && !self.flags.contains(&"-m");
        let configuration = self.configuration.filter(|_| !astray);
        let variables = [("CONFIG_", self.prefix), ("KCONFIG_CONFIG", configuration)];
        let set = |(name, value): (&str, Option<&str>)| Some((name.into(), value?.into()));
        let variables = variables.into_iter().filter_map(set).collect();
        Call { command: "merge-config".into(), arguments, variables, files }
    }
}

/// A call of `diffconfig`.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    merge: bool,
    /// Whether the files are named.
    named: bool,
    folder: Option<&'static str>,
    texts: [String; 2],
}

/// All kinds of calls of `diffconfig`.
pub(crate) fn comparisons() -> impl Strategy<Value = Comparison> {
    let folder = option::of(Just("out"));
    (any::<bool>(), any::<bool>(), folder, [text(), text()])
        .prop_map(|(merge, named, folder, texts)| Comparison { merge, named, folder, texts })
}

impl Comparison {
    pub(crate) fn call(&self) -> Call {
        let names = match self.folder {
            Some(folder) => [format!("{folder}/.config.old"), format!("{folder}/.config")],
            None => [".config.old".into(), ".config".into()],
        };
        let flag = self.merge.then(|| "-m".to_owned());
        let given = self.named.then(|| names.clone()).into_iter().flatten();
        let variables = self.folder.map(|folder| ("KBUILD_OUTPUT".into(), folder.into()));
        let texts = self.texts.iter().map(|text| text.as_str().into());
        Call {
            command: "diffconfig".into(),
            arguments: flag.into_iter().chain(given).collect(),
            variables: variables.into_iter().collect(),
            files: names.into_iter().map(Into::into).zip(texts).collect(),
        }
    }
}
