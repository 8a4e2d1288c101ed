//! What holds for every configuration over every model, and the work that any caller may ask of
//! one.

use std::sync::Arc;

use bstr::{BString, ByteSlice};
use kconfig::explain::{self, Lines};
use kconfig::model::Type;
use kconfig::{Answer, Config, Model, Odds, Random, Tristate};

/// How many symbols times changes are worth trying.
const WORK: usize = 2000;

/// A configuration that is read from a file.
pub fn loaded(model: &Arc<Model>, settings: &[u8]) -> Config {
    let mut config = Config::new(model.clone());
    config.load(settings, ".config", true);
    config
}

/// A configuration settles: what is written for what was read back stays as it is.
///
/// The first file may still change, for a value that something selected is the user's own once it
/// has been written.
pub fn settles(config: &mut Config) {
    if !is_writable(config) {
        config.to_config();
        return;
    }
    let model = config.model().clone();
    let first = config.to_config();
    let second = loaded(&model, &first).to_config();
    let third = loaded(&model, &second).to_config();
    assert!(
        second == third,
        "what was read back is written differently: once\n{second}\nthen\n{third}"
    );
}

/// Whether a line holds every name and every value: macros can make some that none does.
fn is_writable(config: &mut Config) -> bool {
    let model = config.model().clone();
    let line = |text: &[u8]| text.find_byteset(b"\n\r\0").is_none();
    let title = |menu: &kconfig::model::Menu| {
        let Some(prompt) = menu.prompt else { return true };
        match &model.property(prompt).kind {
            kconfig::model::PropertyKind::Prompt(text) => line(text),
            _ => true,
        }
    };
    model.menus().iter().all(title)
        && config.written().into_iter().all(|symbol| {
            let name = model.symbol(symbol).name.as_deref().unwrap_or_default();
            let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            name.iter().all(plain) && line(&config.value(symbol))
        })
}

/// Values are of their types.
pub fn typed(config: &mut Config) {
    let model = config.model().clone();
    for symbol in config.written() {
        let value = config.value(symbol);
        let known = model.symbol(symbol);
        let name = known.name.as_deref().unwrap_or_default().as_bstr();
        match known.kind {
            Type::Bool => assert!(value == "y" || value == "n", "{name}={value} is no bool"),
            Type::Tristate => {
                assert!(
                    value == "y" || value == "m" || value == "n",
                    "{name}={value} is no tristate"
                );
            }
            _ => {}
        }
        config.visibility(symbol);
        config.range(symbol);
    }
}

/// Writes every file there is.
pub fn files(config: &mut Config) {
    let auto = config.to_auto_conf();
    config.to_header();
    config.to_tristate_conf();
    config.to_rustc_cfg();
    config.to_minimal();
    config.changed_since(Some(&auto));
    config.changed_since(None);
    config.take_messages();
}

/// Every answer that the bulk modes give, each to a configuration with the same settings.
pub fn bulk(model: &Arc<Model>, settings: &[u8], seed: u32) {
    let answers = [
        Answer::Default,
        Answer::All(Tristate::No),
        Answer::All(Tristate::Module),
        Answer::All(Tristate::Yes),
        Answer::Random(Random::new(seed), Odds::default()),
    ];
    for answer in answers {
        let mut config = Config::new(model.clone());
        config.load_settings(settings, "all.config", true);
        config.answer_new(answer);
        typed(&mut config);
        settles(&mut config);
    }
    let (yes, module, no) = (Tristate::Yes, Tristate::Module, Tristate::No);
    for (from, to) in [(yes, module), (module, yes), (module, no)] {
        let mut config = loaded(model, settings);
        config.replace_tristates(from, to);
        settles(&mut config);
    }
}

/// Sets options as a person does, and asks why they are what they are.
pub fn handle(config: &mut Config, settings: &[u8]) {
    let model = config.model().clone();
    let lines = Lines::of(&model, settings);
    // Each of them computes and writes everything several times.
    let count = (WORK / model.symbols().len()).min(16);
    let names: Vec<BString> = (model.symbols().iter().rev())
        .filter_map(|symbol| symbol.name.as_deref().map(BString::from))
        .take(count)
        .collect();
    for name in names {
        if let Ok(symbol) = config.find_option(&name) {
            explain::explain(config, symbol, &lines);
        }
        for value in ["y", "m", "n", "0x1f", "-7", "text"] {
            if config.set(&name, value).is_ok() {
                config.to_config();
            }
        }
        let _ = config.unset(&name);
    }
}
