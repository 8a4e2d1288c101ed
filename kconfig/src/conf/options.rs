//! The command line of `conf`, with the habits of getopt: options anywhere, unique beginnings.

use bstr::{BString, ByteSlice};

use crate::environment::Dialect;
use crate::error::format_bytes;

/// What the program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Asks for every option.
    OldAsk,
    /// Asks for new options.
    Old,
    /// Asks for new options, and writes what builds read.
    Sync,
    /// New options are `n`.
    AllNo,
    /// New options are `y`.
    AllYes,
    /// New options are `m`.
    AllMod,
    /// New options get their defaults.
    AllDef,
    /// New options get random values.
    Random,
    /// Starts from a file.
    Defconfig,
    /// Writes the smallest file.
    SaveDefconfig,
    /// Lists new options.
    ListNew,
    /// Lists new options with their help.
    HelpNew,
    /// New options get their defaults, without a word.
    OldDef,
    /// `y` becomes `m`.
    Yes2Mod,
    /// `m` becomes `y`.
    Mod2Yes,
    /// `m` becomes `n`.
    Mod2No,
}

impl Mode {
    /// The file that `KCONFIG_ALLCONFIG=1` means.
    pub(super) fn all_config(self) -> &'static str {
        match self {
            Mode::AllNo => "allno.config",
            Mode::AllYes => "allyes.config",
            Mode::AllMod => "allmod.config",
            Mode::AllDef => "alldef.config",
            _ => "allrandom.config",
        }
    }
}

/// What the command line asks for.
#[derive(Clone, Debug)]
pub(super) struct Options {
    pub(super) program: BString,
    pub(super) mode: Mode,
    pub(super) silent: bool,
    /// The file of `--defconfig` or `--savedefconfig`.
    pub(super) file: Option<BString>,
    pub(super) kconfig: BString,
    /// What was wrong and passed over.
    pub(super) errors: Vec<BString>,
}

/// How to call the program, to be shown after these errors.
#[derive(Clone, Debug, Default)]
pub(super) struct Usage {
    pub(super) errors: Vec<BString>,
}

/// Whether an option takes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Maybe,
    Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Mode(Mode),
    Silent,
    Help,
}

struct Known {
    name: &'static str,
    meaning: Meaning,
    /// In both dialects, or in Linux only.
    both: bool,
    what: &'static str,
}

const fn mode(name: &'static str, mode: Mode, what: &'static str) -> Known {
    Known { name, meaning: Meaning::Mode(mode), both: true, what }
}

const fn linux(name: &'static str, meaning: Meaning, what: &'static str) -> Known {
    Known { name, meaning, both: false, what }
}

const KNOWN: [Known; 18] = [
    mode("oldaskconfig", Mode::OldAsk, "ask for every option (the default)"),
    mode("oldconfig", Mode::Old, "ask for the options that have no value yet"),
    mode("syncconfig", Mode::Sync, "the same, and write the files that builds read"),
    mode("olddefconfig", Mode::OldDef, "give new options their defaults"),
    mode("defconfig", Mode::Defconfig, "start from the settings in FILE"),
    mode("savedefconfig", Mode::SaveDefconfig, "write the smallest equal settings to FILE"),
    mode("listnewconfig", Mode::ListNew, "list the options that have no value yet"),
    mode("allnoconfig", Mode::AllNo, "answer n wherever possible"),
    mode("allyesconfig", Mode::AllYes, "answer y wherever possible"),
    mode("allmodconfig", Mode::AllMod, "answer m wherever possible"),
    mode("alldefconfig", Mode::AllDef, "give all options their defaults"),
    mode("randconfig", Mode::Random, "answer by chance (KCONFIG_SEED repeats one)"),
    linux("helpnewconfig", Meaning::Mode(Mode::HelpNew), "list new options with their help"),
    linux("yes2modconfig", Meaning::Mode(Mode::Yes2Mod), "change y to m wherever possible"),
    linux("mod2yesconfig", Meaning::Mode(Mode::Mod2Yes), "change m to y wherever possible"),
    linux("mod2noconfig", Meaning::Mode(Mode::Mod2No), "change m to n wherever possible"),
    linux("silent", Meaning::Silent, "no notes about files that are written"),
    linux("help", Meaning::Help, "show this and exit"),
];

fn known(dialect: Dialect) -> impl Iterator<Item = &'static Known> {
    KNOWN.iter().filter(move |known| known.both || dialect == Dialect::Linux)
}

fn takes(known: &Known, dialect: Dialect) -> Takes {
    match known.meaning {
        Meaning::Mode(Mode::SaveDefconfig) => Takes::Value,
        Meaning::Mode(Mode::Defconfig) if dialect == Dialect::Linux => Takes::Value,
        Meaning::Mode(Mode::Defconfig) => Takes::Maybe,
        _ => Takes::Nothing,
    }
}

/// The help of `--help`.
pub(super) fn usage(program: &str, dialect: Dialect) -> String {
    let mut text = format!("Usage: {program} [-s] [MODE] KCONFIG\n\nModes and options:\n");
    for known in known(dialect) {
        let value = match takes(known, dialect) {
            Takes::Nothing => "",
            Takes::Maybe => "[=FILE]",
            Takes::Value => "=FILE",
        };
        let name = format!("--{}{value}", known.name);
        text.push_str(&format!("  {name:<22} {}\n", known.what));
    }
    text
}

/// The option that `name` is or begins.
fn find(name: &[u8], dialect: Dialect) -> Result<&'static Known, BString> {
    if let Some(exact) = known(dialect).find(|known| known.name.as_bytes() == name) {
        return Ok(exact);
    }
    let fitting: Vec<_> = known(dialect).filter(|k| k.name.as_bytes().starts_with(name)).collect();
    match fitting[..] {
        [one] => Ok(one),
        [] => Err(format_bytes(&[b"unrecognized option '--", name, b"'"])),
        _ => Err(format_bytes(&[b"option '--", name, b"' is ambiguous"])),
    }
}

/// Reads a command line that begins with the program's name.
pub(super) fn parse(arguments: &[BString], dialect: Dialect) -> Result<Options, Usage> {
    let mut reader = Reader {
        dialect,
        mode: Mode::OldAsk,
        silent: false,
        help: false,
        file: None,
        errors: Vec::new(),
    };
    let mut rest = arguments.iter().skip(1);
    let mut operands = Vec::new();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            operands.extend(rest.by_ref().cloned());
        } else if let Some(long) = argument.strip_prefix(b"--") {
            if let Err(error) = reader.long(long, &mut rest) {
                reader.errors.push(error);
            }
        } else if argument.len() > 1 && argument.starts_with(b"-") {
            reader.letters(&argument[1..]);
        } else {
            operands.push(argument.clone());
        }
    }
    let fatal = !reader.errors.is_empty() && dialect == Dialect::Unikraft;
    if reader.help || fatal {
        return Err(Usage { errors: reader.errors });
    }
    let program = arguments.first().cloned().unwrap_or_default();
    let Some(kconfig) = operands.into_iter().next() else {
        reader.errors.push("Kconfig file missing".into());
        return Err(Usage { errors: reader.errors });
    };
    let Reader { mode, silent, file, errors, .. } = reader;
    Ok(Options { program, mode, silent, file, kconfig, errors })
}

struct Reader {
    dialect: Dialect,
    mode: Mode,
    silent: bool,
    help: bool,
    file: Option<BString>,
    errors: Vec<BString>,
}

impl Reader {
    fn letters(&mut self, letters: &[u8]) {
        for &letter in letters {
            match letter {
                b's' => self.silent = true,
                b'h' if self.dialect == Dialect::Linux => self.help = true,
                _ => {
                    self.errors.push(format_bytes(&[b"invalid option -- '", &[letter], b"'"]));
                }
            }
        }
    }

    fn long<'a>(
        &mut self,
        argument: &[u8],
        rest: &mut impl Iterator<Item = &'a BString>,
    ) -> Result<(), BString> {
        let (name, mut value) = match argument.split_once_str("=") {
            Some((name, value)) => (name, Some(BString::from(value))),
            None => (argument, None),
        };
        let known = find(name, self.dialect)?;
        let name = known.name.as_bytes();
        match takes(known, self.dialect) {
            Takes::Nothing if value.is_some() => {
                let words: [&[u8]; 3] = [b"option '--", name, b"' doesn't allow an argument"];
                return Err(format_bytes(&words));
            }
            Takes::Value if value.is_none() => {
                let next = rest.next().cloned();
                let missing: [&[u8]; 3] = [b"option '--", name, b"' requires an argument"];
                value = Some(next.ok_or_else(|| format_bytes(&missing))?);
            }
            _ => {}
        }
        match known.meaning {
            Meaning::Help => self.help = true,
            Meaning::Silent => self.silent = true,
            Meaning::Mode(mode) => {
                self.mode = mode;
                self.silent |= mode == Mode::Sync;
                if matches!(mode, Mode::Defconfig | Mode::SaveDefconfig) {
                    self.file = value;
                }
            }
        }
        Ok(())
    }
}
