//! GNU make's language: makefiles in, variables and a rule database out, as GNU make 4.4.1 has it.
//!
//! [`Evaluator`] reads makefiles. What it needs from the world it asks of a [`Host`]; [`StdHost`] is
//! the real one. Recipes are expanded here, but not run, and nothing here knows of Unikraft.
//!
//! ```
//! use rules::make::{Evaluator, StdHost};
//!
//! let host = StdHost::new("/", |message| print!("{}", message.line()));
//! let mut make = Evaluator::new(host, ());
//! make.eval_named(b"words = $(patsubst %.c,%.o,a.c b.c)\n", b"Makefile")?;
//! assert_eq!(make.value_of(b"words")?, "a.o b.o");
//! # Ok::<(), rules::make::Error>(())
//! ```

mod archive;
mod assign;
mod automatic;
mod built_in;
mod bytes;
mod command_line;
mod conditionals;
mod defaults;
mod dependencies;
mod environment;
mod error;
mod evaluator;
mod expand;
mod filenames;
mod functions;
mod glob;
mod host;
mod implicit;
mod lines;
mod location;
mod names;
mod pattern;
mod provenance;
mod reader;
mod rule_line;
mod rules;
mod scopes;
mod stack;
mod statements;
mod std_host;
mod suffix_rules;
mod syntax;
mod targets;
mod variables;

pub(crate) use command_line::is_built_in;
pub use command_line::{Shell, does_nothing};
pub use environment::{Environment, Exports};
pub use error::{Action, Error, ErrorKind, Frame, Result};
pub use evaluator::{Evaluator, Included, Missing, Native};
pub use host::{Entry, FileKind, Host, Message, Script, ScriptResult, Severity};
pub use location::Location;
pub use names::{FastHash, FastHasher, Name};
pub use pattern::Pattern;
pub use rules::{
    PatternMatch, PatternRule, PatternVariable, Prerequisites, Recipe, Rule, RuleId, Rules,
    SearchPath, Target, implicit_stem,
};
pub use statements::{assigned_name, is_assignment};
pub use std_host::StdHost;
pub use syntax::Span;
pub use targets::{Command, Context, Explicit, Prerequisite, WAIT};
pub use variables::{Assign, Export, Flavor, Origin, Piece, Variable};
