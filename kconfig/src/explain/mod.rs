//! Why an option has its value: what gave it, what it depends on, and what keeps it from others.
//!
//! Answers are values with places; [`crate::Model::sources`] has the names of their files. Nothing
//! here is worded for people, and nothing changes the configuration that is asked.
//!
//! ```
//! use std::sync::Arc;
//! use kconfig::explain::{Cause, Lines, Obstacle, explain};
//! use kconfig::{Config, Dialect, Environment, Model};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! std::fs::write(
//!     folder.path().join("Config.uk"),
//!     "config NET\n\tbool \"Network\"\n\tselect POOL\n\nconfig POOL\n\tbool \"Buffers\"\n",
//! )?;
//! let mut environment =
//!     Environment::new(Dialect::Unikraft, folder.path()).with("CONFIG_", "CONFIG_");
//! let model = Arc::new(Model::load(&mut environment, "Config.uk", &mut Vec::new())?);
//! let settings = b"CONFIG_NET=y\n";
//! let mut config = Config::new(model.clone());
//! config.load(settings, ".config", false);
//!
//! let lines = Lines::of(&model, settings);
//! let pool = explain(&config, config.find_option("POOL")?, &lines);
//! assert_eq!(pool.value, "y");
//! let [Cause::Selected(select)] = &pool.causes[..] else { panic!() };
//! assert_eq!((select.by, select.place.line), (model.find("NET").unwrap(), 3));
//! assert!(matches!(select.because[..], [Cause::User { line: Some(1), .. }]));
//! let change = pool.changes.iter().find(|change| change.value == Some("n".into())).unwrap();
//! assert!(matches!(change.obstacles[..], [Obstacle::Selected(_)]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cause;
mod obstacle;

use std::collections::HashMap;

use bstr::{BString, ByteSlice};

use crate::error::SetError;
use crate::files::read::{Line, lines};
use crate::model::{Expr, ExprId, Model, PropertyKind, SymbolId, Type};
use crate::source::Place;
use crate::tristate::Tristate;
use crate::values::Config;

/// In which line a configuration file sets what.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    by_name: HashMap<SymbolId, u32>,
}

impl Lines {
    /// Those of a file with that text.
    pub fn of(model: &Model, text: &[u8]) -> Lines {
        let mut by_name = HashMap::new();
        for (number, line) in lines(text, model.prefix(), model.dialect()) {
            if let Line::Value(name, _) | Line::NotSet(name) = line
                && let Some(symbol) = model.find(name)
            {
                by_name.insert(symbol, number as u32);
            }
        }
        Lines { by_name }
    }

    /// The line that counts for an option: the last one.
    pub fn line(&self, symbol: SymbolId) -> Option<u32> {
        self.by_name.get(&symbol).copied()
    }
}

/// A part of a condition: its text with the present value after each name, and its own value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// `NAME [=VALUE]`, joined as the C implementation does.
    pub text: BString,
    /// The choice that this is, where it is nothing else: most have no name.
    pub choice: Option<SymbolId>,
    /// What it comes to.
    pub value: Tristate,
    /// Where it comes from.
    pub origin: PartOrigin,
}

/// Where a part of a condition comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartOrigin {
    /// `depends on`, or `if`, of the definition or around it.
    Depends,
    /// The `if` of a prompt.
    Prompt,
    /// The `visible if` of a menu around it.
    VisibleIf {
        /// The menu's title.
        title: BString,
        /// Where the menu is.
        place: Place,
    },
}

/// One of the places where an option is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Where.
    pub place: Place,
    /// The words that the menu shows for it.
    pub prompt: Option<BString>,
    /// Everything that must hold for it (and to see its prompt); empty: nothing.
    pub parts: Vec<Part>,
}

/// A `select` or `imply` that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverse {
    /// The option that has it.
    pub by: SymbolId,
    /// That option's present value.
    pub by_value: BString,
    /// Where it says so.
    pub place: Place,
    /// Its condition, without what the option itself depends on being told apart.
    pub condition: Option<Part>,
    /// How far it acts.
    pub value: Tristate,
    /// What gave the selecting option its value, a few steps deep.
    pub because: Vec<Cause>,
}

/// A default that applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultCause {
    /// Where.
    pub place: Place,
    /// What it gives: an expression with present values, or a text.
    pub text: BString,
    /// Its condition.
    pub condition: Option<Part>,
    /// Which of the option's defaults it is, from 1.
    pub number: usize,
    /// How many there are.
    pub count: usize,
    /// Environment variables that its line mentions, with the values that parsing saw.
    pub environment: Vec<(BString, Option<BString>)>,
}

/// How a choice came to its member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choosing {
    /// The user's setting, in that line when it is known.
    User(Option<u32>),
    /// A `default` of the choice.
    Default(Place),
    /// It is the first that can be seen.
    First,
}

/// What gave a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The user's setting.
    User {
        /// The line of the configuration file, when it is known.
        line: Option<u32>,
        /// What it was limited to, when dependencies limit it to less than it says.
        limited: Option<Tristate>,
    },
    /// Another option.
    Selected(Reverse),
    /// Another option, weakly.
    Implied(Reverse),
    /// The option's own default.
    Default(DefaultCause),
    /// A limit of its range, because what was given is outside of it.
    Clamped {
        /// The range.
        place: Place,
        /// Its limits.
        low: BString,
        /// Its limits.
        high: BString,
        /// The value outside.
        from: BString,
    },
    /// It belongs to a choice, which has this member.
    Member {
        /// The choice.
        choice: SymbolId,
        /// Where the choice is.
        place: Place,
        /// Its member that is set.
        member: SymbolId,
        /// Why that one.
        how: Choosing,
    },
    /// Nothing gave it one.
    Nothing,
}

/// What keeps an option from a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It has no prompt: only other options give it a value.
    NoPrompt,
    /// Its prompt, one list for each, needs what does not hold.
    Unmet(Vec<Vec<Part>>),
    /// Others select it.
    Selected(Vec<Reverse>),
    /// Others imply `y`, so it cannot be `m`.
    Implied(Vec<Reverse>),
    /// Modules are not possible.
    NoModules,
    /// It belongs to a choice, of which one member is set: set another one instead.
    Member {
        /// The choice.
        choice: SymbolId,
        /// The other members.
        others: Vec<SymbolId>,
    },
}

/// Another value, and what is in its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The value; none stands for any other value of a number or string.
    pub value: Option<BString>,
    /// Nothing: the option can simply be set to it.
    pub obstacles: Vec<Obstacle>,
}

/// The range that holds for a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Where.
    pub place: Place,
    /// The least value.
    pub low: BString,
    /// The greatest value.
    pub high: BString,
}

/// Everything about one option's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The option.
    pub symbol: SymbolId,
    /// Its type, as things are.
    pub kind: Type,
    /// Its value.
    pub value: BString,
    /// What gave it: at least one.
    pub causes: Vec<Cause>,
    /// The value that it would have without the user's setting, and what would give it. Absent
    /// when the user has no setting that acts.
    pub otherwise: Option<(BString, Vec<Cause>)>,
    /// A line of the configuration file that has no effect, because the option cannot be set now.
    pub ignored: Option<u32>,
    /// Where it is defined, and what that depends on.
    pub definitions: Vec<Definition>,
    /// The range that holds.
    pub limits: Option<Limits>,
    /// Its other values.
    pub changes: Vec<Change>,
}

/// Explains the value of an option. `lines` are those of the file that the settings came from.
pub fn explain(config: &Config, symbol: SymbolId, lines: &Lines) -> Explanation {
    let mut asked = Asked { config: config.clone(), lines };
    let value = asked.config.value(symbol);
    let standing = asked.config.standing(symbol);
    let causes = asked.causes(symbol, 0);
    let set = causes.iter().any(|cause| match cause {
        Cause::User { .. } => true,
        Cause::Member { how, .. } => matches!(how, Choosing::User(_)),
        _ => false,
    });
    let otherwise = set.then(|| {
        let config = asked.config.without_setting(symbol);
        let mut without = Asked { config, lines };
        (without.config.value(symbol), without.causes(symbol, 0))
    });
    let ignored = lines.line(symbol).filter(|_| standing.visible == Tristate::No);
    Explanation {
        symbol,
        kind: asked.config.kind(symbol),
        value,
        causes,
        otherwise,
        ignored,
        definitions: asked.definitions(symbol),
        limits: asked.limits(symbol),
        changes: asked.changes(symbol),
    }
}

impl Config {
    /// The option of that name, given with or without prefix; names close to it when there is none.
    pub fn find_option(&self, name: impl AsRef<[u8]>) -> Result<SymbolId, SetError> {
        self.option(name.as_ref().as_bstr())
    }
}

/// A configuration of our own, which may be computed.
struct Asked<'a> {
    config: Config,
    lines: &'a Lines,
}

impl Asked<'_> {
    fn part(&mut self, condition: ExprId, origin: PartOrigin) -> Part {
        let value = self.config.evaluate(condition);
        let model = self.config.model();
        let choice = match model.expressions().get(condition) {
            Expr::Symbol(symbol) if model.symbol(symbol).is_choice() => Some(symbol),
            _ => None,
        };
        Part { text: self.config.show(Some(condition)), choice, value, origin }
    }

    /// A condition that says something.
    fn shown(&mut self, condition: Option<ExprId>) -> Option<Part> {
        condition.map(|condition| self.part(condition, PartOrigin::Depends))
    }

    fn limits(&mut self, symbol: SymbolId) -> Option<Limits> {
        let model = self.config.model().clone();
        if !self.config.kind(symbol).is_number() {
            return None;
        }
        model.properties(symbol).find_map(|property| {
            let PropertyKind::Range(low, high) = property.kind else { return None };
            let holds = property.condition.is_none_or(|id| self.config.evaluate(id) > Tristate::No);
            holds.then(|| Limits {
                place: property.place,
                low: self.config.value(low),
                high: self.config.value(high),
            })
        })
    }
}
