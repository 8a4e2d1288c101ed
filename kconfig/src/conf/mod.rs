//! The program `conf`: its modes, its files, its prompts. Streams, environment and arguments are
//! given; nothing of the process is touched.

mod ask;
mod help;
mod options;
mod store;

use std::io::{self, BufRead, Write};
use std::mem::ManuallyDrop;
use std::sync::Arc;

use bstr::{BString, ByteSlice};

use crate::environment::{Dialect, Environment};
use crate::error::{Message, Severity, Sink, format_bytes};
use crate::model::{Expr, Model, PropertyKind};
use crate::random::Random;
use crate::tristate::Tristate;
use crate::values::{Answer, Config, Loaded, Odds};

pub use options::Mode;
use options::{Options, Usage};

/// What the program reads and writes.
pub struct Streams<'a> {
    /// Answers.
    pub input: &'a mut dyn BufRead,
    /// Prompts and notes.
    pub output: &'a mut dyn Write,
    /// Warnings and errors.
    pub errors: &'a mut dyn Write,
    /// Whether a person sits before both; otherwise answers are repeated in the output.
    pub terminal: bool,
}

impl Streams<'_> {
    fn print(&mut self, text: impl AsRef<[u8]>) -> Result<(), Failure> {
        Ok(self.output.write_all(text.as_ref())?)
    }

    fn message(&mut self, message: &Message) -> io::Result<()> {
        match message.severity {
            Severity::Info => {
                self.output.write_all(&message.text)?;
                self.output.write_all(b"\n")
            }
            Severity::Warning => {
                self.errors.write_all(&message.text)?;
                self.errors.write_all(b"\n")
            }
        }
    }

    /// Shows what came up in a configuration.
    fn messages(&mut self, config: &mut Config) -> Result<(), Failure> {
        for message in config.take_messages() {
            self.message(&message)?;
        }
        Ok(())
    }
}

/// Shows messages of the parser as they come.
struct Live<'a, 'b> {
    streams: &'a mut Streams<'b>,
    error: Option<io::Error>,
}

impl Sink for Live<'_, '_> {
    fn message(&mut self, message: Message) {
        if let Err(error) = self.streams.message(&message) {
            self.error.get_or_insert(error);
        }
    }
}

/// Why the program ends without success.
#[derive(Debug)]
enum Failure {
    /// With these words on standard error.
    Error(BString),
    /// A stream cannot be read or written.
    Stream(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Stream(error)
    }
}

fn failure(words: impl Into<BString>) -> Failure {
    Failure::Error(words.into())
}

/// Runs the program. `arguments` begin with its name. Gives the exit status.
pub fn run(arguments: &[BString], environment: &mut Environment, streams: &mut Streams<'_>) -> u8 {
    let name = arguments.first().map_or("conf".into(), |name| name.as_bstr());
    let result = match options::parse(arguments, environment.dialect) {
        Ok(options) => Session { environment, streams, options }.run(),
        Err(usage) => show_usage(&usage, name, environment.dialect, streams).and(Ok(1)),
    };
    let status = result.unwrap_or_else(|failure| {
        let words = match failure {
            Failure::Error(words) => words,
            Failure::Stream(error) => format!("{error}\n").into(),
        };
        // Nobody is left to tell when the streams are closed.
        let _ = streams.errors.write_all(&words);
        1
    });
    let _ = streams.output.flush();
    let _ = streams.errors.flush();
    status
}

fn show_usage(
    usage: &Usage,
    name: &bstr::BStr,
    dialect: Dialect,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    for error in &usage.errors {
        streams.errors.write_all(&format_bytes(&[name, b": ", error, b"\n"]))?;
    }
    let text = options::usage(name.to_str_lossy().as_ref(), dialect);
    streams.print(text)
}

struct Session<'a, 'b> {
    environment: &'a mut Environment,
    streams: &'a mut Streams<'b>,
    options: Options,
}

impl Session<'_, '_> {
    fn run(mut self) -> Result<u8, Failure> {
        for error in &self.options.errors {
            let name = &self.options.program;
            self.streams.errors.write_all(&format_bytes(&[name, b": ", error, b"\n"]))?;
        }
        let random = self.seed()?;
        let model = self.parse()?;
        // The program is over after this: taking a large tree apart would be a tenth of its time.
        let mut config = ManuallyDrop::new(Config::new(Arc::new(model)));
        let warned = self.read(&mut config)?;
        self.streams.messages(&mut config)?;
        let strict = self.environment.variable("KCONFIG_WERROR").is_some()
            && self.environment.dialect == Dialect::Linux;
        if strict && warned {
            return Ok(1);
        }
        let mut write = true;
        if self.options.mode == Mode::Sync && self.is_set("KCONFIG_NOSILENTUPDATE") {
            if config.is_changed() {
                return Err(failure("\n*** The configuration requires explicit update.\n\n"));
            }
            write = false;
        }
        self.change(&mut config, random)?;
        self.streams.messages(&mut config)?;
        if strict && config.unmet_dependencies() > 0 {
            return Ok(1);
        }
        self.write(&mut config, write)?;
        self.streams.messages(&mut config)?;
        Ok(0)
    }

    /// Whether a variable is there and not empty.
    fn is_set(&self, name: &str) -> bool {
        self.environment.variable(name).is_some_and(|value| !value.is_empty())
    }

    /// A note about files, unless the user wants silence.
    fn note(&mut self, words: &[&[u8]]) -> Result<(), Failure> {
        if self.options.silent {
            return Ok(());
        }
        self.streams.print(format_bytes(&[b"#\n# ", &words.concat(), b"\n#\n"]))
    }

    fn seed(&mut self) -> Result<Option<Random>, Failure> {
        if self.options.mode != Mode::Random {
            return Ok(None);
        }
        let given = self.environment.variable("KCONFIG_SEED").filter(|seed| !seed.is_empty());
        let seed = given.and_then(|text| {
            let parsed = crate::numbers::parse(text, 0);
            (parsed.used == text.len()).then(|| parsed.signed().0 as u32)
        });
        let seed = seed.unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            now.map_or(1, |now| (now.as_secs() as u32).wrapping_mul(now.subsec_micros() + 1))
        });
        let text = format!("KCONFIG_SEED=0x{seed:X}\n");
        match self.environment.dialect {
            Dialect::Linux => self.streams.print(text)?,
            Dialect::Unikraft => self.streams.errors.write_all(text.as_bytes())?,
        }
        Ok(Some(Random::new(seed)))
    }

    fn parse(&mut self) -> Result<Model, Failure> {
        let mut live = Live { streams: self.streams, error: None };
        let model = Model::load(self.environment, &self.options.kconfig, &mut live);
        if let Some(error) = live.error {
            return Err(error.into());
        }
        model.map_err(|error| match error {
            crate::Error::Kconfig(report) => failure(format!("{report}\n")),
            crate::Error::Read { .. } => {
                failure(format_bytes(&[b"can't find file ", &self.options.kconfig, b"\n"]))
            }
        })
    }

    // Reading.

    fn config_name(&self) -> BString {
        self.environment.variable("KCONFIG_CONFIG").map_or(".config".into(), ToOwned::to_owned)
    }

    /// Shows the warnings of a file; whether there were any.
    fn loaded(&mut self, loaded: Loaded) -> Result<bool, Failure> {
        for warning in &loaded.warnings {
            self.streams.message(warning)?;
        }
        Ok(!loaded.warnings.is_empty())
    }

    /// Loads what the mode starts from; whether there were warnings.
    fn read(&mut self, config: &mut Config) -> Result<bool, Failure> {
        match self.options.mode {
            Mode::AllNo | Mode::AllYes | Mode::AllMod | Mode::AllDef | Mode::Random => {
                self.read_all_config(config)
            }
            Mode::Defconfig => {
                let name = match self.options.file.clone() {
                    Some(name) => name,
                    None => self.default_defconfig(),
                };
                match self.environment.read(name.as_bstr()) {
                    Ok((_, text)) => {
                        let loaded = self.load(config, &text, &name);
                        self.loaded(loaded)
                    }
                    Err(_) => Err(failure(format_bytes(&[
                        b"***\n*** Can't find default configuration \"",
                        &name,
                        b"\"!\n***\n",
                    ]))),
                }
            }
            _ => self.read_config(config),
        }
    }

    fn warns_unknown(&self) -> bool {
        self.environment.variable("KCONFIG_WARN_UNKNOWN_SYMBOLS").is_some()
    }

    fn load(&mut self, config: &mut Config, text: &[u8], name: &BString) -> Loaded {
        config.load(text, name, self.warns_unknown())
    }

    fn read_config(&mut self, config: &mut Config) -> Result<bool, Failure> {
        let name = self.config_name();
        if let Ok((_, text)) = self.environment.read(name.as_bstr()) {
            let loaded = self.load(config, &text, &name);
            return self.loaded(loaded);
        }
        for name in self.fallbacks(config) {
            if let Ok((_, text)) = self.environment.read(name.as_bstr()) {
                self.note(&[b"using defaults found in ", &name])?;
                let loaded = self.load(config, &text, &name);
                return self.loaded(loaded);
            }
        }
        config.load_nothing();
        Ok(false)
    }

    /// Where to look for settings when there is no configuration yet.
    fn fallbacks(&self, config: &mut Config) -> Vec<BString> {
        if self.environment.dialect == Dialect::Linux {
            let list = self.environment.variable("KCONFIG_DEFCONFIG_LIST").unwrap_or_default();
            return list.fields_with(char::is_whitespace).map(BString::from).collect();
        }
        let model = config.model().clone();
        let Some(list) = model.defconfig_list else { return Vec::new() };
        let mut names = Vec::new();
        for property in model.properties(list) {
            let PropertyKind::Default(value) = property.kind else { continue };
            let holds = property.condition.map_or(Tristate::Yes, |id| config.evaluate(id));
            if holds != Tristate::No
                && let Expr::Symbol(symbol) = model.expressions.get(value)
            {
                names.push(config.value(symbol));
            }
        }
        names
    }

    /// The file that `--defconfig` without a name means.
    fn default_defconfig(&self) -> BString {
        let arch = self.environment.variable("ARCH").unwrap_or_default();
        let name = format_bytes(&[b"arch/", arch, b"/defconfig"]);
        if let Some(tree) = self.environment.variable("srctree") {
            let full = format_bytes(&[tree, b"/", &name]);
            if self.environment.exists(&self.environment.path(full.as_bstr())) {
                return full;
            }
        }
        name
    }

    /// `KCONFIG_ALLCONFIG`: settings that the all... modes keep.
    fn read_all_config(&mut self, config: &mut Config) -> Result<bool, Failure> {
        let Some(name) = self.environment.variable("KCONFIG_ALLCONFIG") else { return Ok(false) };
        let name = name.to_owned();
        let mut read = |name: &BString| {
            let (_, text) = self.environment.read(name.as_bstr()).ok()?;
            Some(config.load_settings(&text, name, self.warns_unknown()))
        };
        if !name.is_empty() && name != "1" {
            let Some(loaded) = read(&name) else {
                let words = [b"*** Can't read seed configuration \"", &name[..], b"\"!\n"];
                return Err(failure(format_bytes(&words)));
            };
            return self.loaded(loaded);
        }
        let own = BString::from(self.options.mode.all_config());
        match read(&own).or_else(|| read(&"all.config".into())) {
            Some(loaded) => self.loaded(loaded),
            None => Err(failure(format_bytes(&[
                b"*** KCONFIG_ALLCONFIG set, but no \"",
                &own,
                b"\" or \"all.config\" file found\n",
            ]))),
        }
    }

    // Changing.

    fn change(&mut self, config: &mut Config, random: Option<Random>) -> Result<(), Failure> {
        match self.options.mode {
            Mode::AllNo => config.answer_new(Answer::All(Tristate::No)),
            Mode::AllYes => config.answer_new(Answer::All(Tristate::Yes)),
            Mode::AllMod => config.answer_new(Answer::All(Tristate::Module)),
            Mode::AllDef | Mode::Defconfig => config.answer_new(Answer::Default),
            Mode::Random => {
                let odds = self.odds()?;
                config.answer_new(Answer::Random(random.unwrap_or(Random::new(1)), odds));
            }
            Mode::Yes2Mod => config.replace_tristates(Tristate::Yes, Tristate::Module),
            Mode::Mod2Yes => config.replace_tristates(Tristate::Module, Tristate::Yes),
            Mode::Mod2No => config.replace_tristates(Tristate::Module, Tristate::No),
            Mode::OldAsk | Mode::Old | Mode::Sync | Mode::ListNew | Mode::HelpNew => {
                ask::ask(config, self.streams, self.options.mode)?;
            }
            Mode::SaveDefconfig | Mode::OldDef => {}
        }
        Ok(())
    }

    /// `KCONFIG_PROBABILITY`: up to three numbers.
    fn odds(&self) -> Result<Odds, Failure> {
        let mut odds = Odds::default();
        let Some(mut text) = self.environment.variable("KCONFIG_PROBABILITY") else {
            return Ok(odds);
        };
        let refused = || failure("KCONFIG_PROBABILITY: Numerical result out of range\n");
        let mut numbers = Vec::new();
        while !text.is_empty() && numbers.len() < 3 {
            let parsed = crate::numbers::parse(text, 10);
            let value = u32::try_from(parsed.signed().0).ok().filter(|&value| value <= 100);
            numbers.push(value.ok_or_else(refused)?);
            let rest = text[parsed.used..].as_bstr();
            if parsed.used == 0 && !rest.starts_with(b":") {
                // What is no number counts as 0, for ever.
                continue;
            }
            text = rest.strip_prefix(b":").unwrap_or(rest).as_bstr();
        }
        match numbers[..] {
            [bool_yes] => {
                let tristate_module = bool_yes / 2;
                let tristate_yes = bool_yes - tristate_module;
                odds = Odds { bool_yes, tristate_yes, tristate_module };
            }
            [tristate_yes, tristate_module] => {
                let bool_yes = tristate_yes + tristate_module;
                odds = Odds { bool_yes, tristate_yes, tristate_module };
            }
            [bool_yes, tristate_yes, tristate_module] => {
                odds = Odds { bool_yes, tristate_yes, tristate_module };
            }
            _ => {}
        }
        let possible = odds.tristate_yes + odds.tristate_module <= 100;
        if possible { Ok(odds) } else { Err(refused()) }
    }
}
