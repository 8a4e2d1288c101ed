//! What holds for every configuration, whoever computed it.

use std::fs;
use std::sync::Arc;

use bstr::{BString, ByteSlice};
use kconfig::model::Type;
use kconfig::{Answer, Config, Dialect, Environment, Model, Tristate};

use crate::generate::Tree;

fn model(tree: &Tree, linux: bool) -> Option<Arc<Model>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &tree.files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let dialect = if linux { Dialect::Linux } else { Dialect::Unikraft };
    let mut environment = Environment::new(dialect, folder.path()).with("CONFIG_", "CONFIG_");
    Model::load(&mut environment, "Kconfig", &mut Vec::new()).ok().map(Arc::new)
}

fn loaded(model: &Arc<Model>, settings: &[u8]) -> Config {
    let mut config = Config::new(model.clone());
    config.load(settings, ".config", true);
    config
}

/// Whether reading took back a number of the settings because it is out of its range. Kconfig does
/// that when all options are computed already, from the nearest number in the range; they keep
/// these values, although the option itself goes on with its default.
fn took_back(config: &mut Config, settings: &BString) -> bool {
    let model = config.model().clone();
    settings.lines().any(|line| {
        let setting = line.strip_prefix(b"CONFIG_").and_then(|rest| rest.split_once_str("="));
        setting.is_some_and(|(name, value)| {
            model.find(name).is_some_and(|symbol| {
                let number = matches!(model.symbol(symbol).kind, Type::Int | Type::Hex);
                number && !value.is_empty() && !config.in_range(symbol, value)
            })
        })
    })
}

/// Whether an option that nobody set is `y` by default where a user could make it `m` at most: when
/// that `y` is read, it is the user's.
fn exceeds_prompt(config: &mut Config) -> bool {
    let model = config.model().clone();
    config.written().into_iter().any(|symbol| {
        model.symbol(symbol).kind == Type::Tristate
            && !config.is_set(symbol)
            && config.value(symbol) == "y"
            && config.visibility(symbol) == Tristate::Module
    })
}

/// The settings, read and written until reading changes nothing more for these two reasons, which
/// is at once mostly; and the configuration that was read last.
fn settled(model: &Arc<Model>, settings: &str) -> Option<(BString, Config)> {
    let mut settings = BString::from(settings);
    for _ in 0..model.symbols().len() {
        let mut config = loaded(model, &settings);
        if !took_back(&mut config, &settings) && !exceeds_prompt(&mut config) {
            return Some((settings, config));
        }
        settings = config.to_config();
    }
    None
}

fn unequal(what: &str, tree: &Tree, one: &BString, other: &BString) -> Option<String> {
    if one == other {
        return None;
    }
    let mut text = format!("{what}\n");
    for (name, content) in &tree.files {
        text.push_str(&format!("--- {name}\n{content}"));
    }
    let settings = &tree.settings;
    text.push_str(&format!("--- settings\n{settings}--- one\n{one}--- other\n{other}"));
    Some(text)
}

/// Any tree, contradictions and all: its configuration settles, and its values stay in their
/// limits.
pub(crate) fn of_any(tree: &Tree, linux: bool) -> Option<String> {
    let model = model(tree, linux)?;
    let mut config = loaded(&model, tree.settings.as_bytes());
    let first = config.to_config();
    if let Some(words) = outside(&mut config)
        && !took_back(&mut config, &BString::from(&*tree.settings))
    {
        return unequal(&words, tree, &first, &BString::default());
    }
    // A written value may be one that somebody selected; once it is the user's own, it stays.
    let second = loaded(&model, &first).to_config();
    let third = loaded(&model, &second).to_config();
    unequal("what was read back is written differently", tree, &second, &third)
}

/// A tree without contradictions: what is written is what is read, and the smallest settings give
/// the same as the whole ones, once its settings are settled.
pub(crate) fn of_sound(tree: &Tree, linux: bool) -> Option<String> {
    let nothing = BString::default();
    let Some(model) = model(tree, linux) else {
        return unequal("a sound tree is refused", tree, &nothing, &"refused".into());
    };
    let Some((settings, mut config)) = settled(&model, &tree.settings) else {
        return unequal("its settings never settle", tree, &nothing, &"never".into());
    };
    let whole = config.to_config();
    if let Some(words) = outside(&mut config) {
        return unequal(&words, tree, &whole, &settings);
    }
    let again = loaded(&model, &whole).to_config();
    if let Some(words) = unequal("what was written is read differently", tree, &whole, &again) {
        return Some(words);
    }
    let minimal = config.to_minimal();
    let mut restored = Config::new(model.clone());
    restored.load(&minimal, "defconfig", true);
    restored.answer_new(Answer::Default);
    let restored = restored.to_config();
    unequal("the smallest settings give something else", tree, &whole, &restored)
}

/// What is written and must not have its value.
fn outside(config: &mut Config) -> Option<String> {
    let model = config.model().clone();
    for symbol in config.written() {
        let name = model.symbol(symbol).name.as_deref().unwrap_or_default().as_bstr().to_owned();
        let value = config.value(symbol);
        match model.symbol(symbol).kind {
            Type::Bool if value != "y" && value != "n" => {
                return Some(format!("{name}={value} is no bool"));
            }
            Type::Tristate
                if value == "m" && config.value_of("MODULES").is_some_and(|value| value == "n") =>
            {
                return Some(format!("{name}=m without modules"));
            }
            kind @ (Type::Int | Type::Hex) if config.visibility(symbol) != Tristate::No => {
                let Some((low, high)) = config.range(symbol) else { continue };
                let number = |text: &BString| number(text, kind);
                let (low, high, own) = (number(&low), number(&high), number(&value));
                if let (Some(low), Some(high), Some(own)) = (low, high, own)
                    && low <= high
                    && !(low..=high).contains(&own)
                {
                    return Some(format!("{name}={value} is not from {low} to {high}"));
                }
            }
            _ => {}
        }
    }
    None
}

fn number(text: &BString, kind: Type) -> Option<i64> {
    let text = text.to_str().ok()?;
    match kind {
        Type::Hex => {
            let digits = text.strip_prefix("0x").or(text.strip_prefix("0X")).unwrap_or(text);
            i64::from_str_radix(digits, 16).ok()
        }
        _ => text.parse().ok(),
    }
}
