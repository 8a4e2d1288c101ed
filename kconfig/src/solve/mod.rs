//! The smallest set of changes that makes wishes come true.
//!
//! A wish is a value for an option. When it cannot simply be set, something else has to change
//! first: a dependency, an option that selects it, the member of a choice, a limit of a range.
//! [`solve`] finds the fewest settings that do it, by trying: no change, then each single change
//! that could matter, then each pair, and so on. What could matter is told by the expressions
//! behind the value that is wrong (see `goal`); whether it did is told by computing all values
//! anew, and by writing the configuration and reading it back. So a solution is never wrong, and
//! when all that could matter has been tried, there is none.
//!
//! Numbers and texts have too many values to try them all: those that the tree compares the option
//! with and their neighbours, limits of ranges, defaults, and numbers that are wished for are
//! tried. The search gives up after [`Bounds::steps`] configurations.
//!
//! ```
//! use std::sync::Arc;
//! use kconfig::solve::{Bounds, Outcome, solve};
//! use kconfig::{Config, Dialect, Environment, Model};
//!
//! # let folder = tempfile::tempdir().unwrap();
//! std::fs::write(
//!     folder.path().join("Config.uk"),
//!     "config NET\n\tbool \"Network\"\n\nconfig TLS\n\tbool \"Encryption\"\n\tdepends on NET\n",
//! )?;
//! let mut environment =
//!     Environment::new(Dialect::Unikraft, folder.path()).with("CONFIG_", "CONFIG_");
//! let model = Arc::new(Model::load(&mut environment, "Config.uk", &mut Vec::new())?);
//! let mut config = Config::new(model);
//! config.load_nothing();
//!
//! let outcome = solve(&config, [("TLS", "y")], Bounds::default())?;
//! let Outcome::Solved(mut solution) = outcome else { panic!() };
//! let change = &solution.changes[0];
//! assert_eq!((&change.name[..], &change.to[..]), (&b"NET"[..], &b"y"[..]));
//! assert_eq!(solution.config.value_of("TLS").unwrap(), "y");
//!
//! let outcome = solve(&config, [("TLS", "y"), ("NET", "n")], Bounds::default())?;
//! assert!(matches!(outcome, Outcome::Impossible(_)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod blocker;
mod choice;
mod goal;
mod landmarks;
mod logic;
mod moves;
mod search;
mod text;

use bstr::{BString, ByteSlice};

pub use blocker::{Blocker, Obstruction};
pub use goal::Bound;
pub use moves::{Reason, Role};

use crate::error::SetError;
use crate::model::SymbolId;
use crate::values::Config;

/// How much work a search may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The configurations that are computed at most.
    pub steps: usize,
    /// The other settings that are changed at most.
    pub changes: usize,
}

impl Default for Bounds {
    /// 100,000 configurations, 40 changes.
    fn default() -> Bounds {
        Bounds { steps: 100_000, changes: 40 }
    }
}

/// One setting that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The option.
    pub symbol: SymbolId,
    /// Its name.
    pub name: BString,
    /// Its value so far.
    pub from: BString,
    /// Its new value.
    pub to: BString,
    /// Why; none for a wish, which is its own reason.
    pub reason: Option<Reason>,
}

/// Wishes come true.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The wishes that are settings by themselves and not there already.
    pub wishes: Vec<Change>,
    /// The other settings that have to change: as few as possible.
    pub changes: Vec<Change>,
    /// Options whose values follow: no settings, and no reason.
    pub effects: Vec<Change>,
    /// The configuration with all of that.
    pub config: Config,
    /// How many configurations were computed.
    pub steps: usize,
}

/// Wishes cannot come true, together or alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The wishes that already exclude each other: without any one of them there is no conflict.
    pub wishes: Vec<(SymbolId, BString)>,
    /// Changes that were needed for some of them, after which nothing helped.
    pub after: Vec<Change>,
    /// What stands in the way then, from a wish downwards.
    pub blockers: Vec<Blocker>,
    /// How many configurations were computed.
    pub steps: usize,
}

/// What a search ends with.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The smallest solution.
    Solved(Box<Solution>),
    /// All that could matter was tried.
    Impossible(Conflict),
    /// The bounds were reached after that many configurations.
    GivenUp {
        /// How many configurations were computed.
        steps: usize,
        /// How many changes are certainly not enough.
        excluded: usize,
    },
}

/// Finds the fewest changes of other settings that make all wishes (names, with or without prefix,
/// and values) come true. An error is a wish for what does not exist.
pub fn solve<N: AsRef<[u8]>, V: AsRef<[u8]>>(
    config: &Config,
    wishes: impl IntoIterator<Item = (N, V)>,
    bounds: Bounds,
) -> Result<Outcome, SetError> {
    let mut checker = config.clone();
    let mut known: Vec<(SymbolId, BString)> = Vec::new();
    for (name, value) in wishes {
        let symbol = checker.option(name.as_ref().as_bstr())?;
        let value = checker.checked(symbol, value.as_ref().as_bstr())?;
        known.push((symbol, value));
    }
    Ok(search::run(config, &known, bounds))
}

/// The configuration with more settings, recorded as they are: those that cannot act now are kept,
/// and act when others let them. At most one member of a choice should be set to `y`.
pub fn with_settings(config: &Config, settings: &[(SymbolId, BString)]) -> Config {
    let mut changed = config.clone();
    search::record(&mut changed, settings);
    changed.forget();
    changed
}
