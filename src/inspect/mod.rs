//! Questions about a described build and its images: what is made of what, by which command, why a
//! file is there, where an image's bytes come from, what the last build did. Knows graphs, journals
//! and ELF files; knows neither makefiles nor options, and starts nothing.

mod chain;
mod command;
mod log;
mod names;
mod query;
mod render;
mod size;
mod timeline;
mod trace;
mod view;

pub use chain::{Link, Relation};
pub use command::shell_line;
pub use log::{Build, Circumstances, Ending, Ran};
pub use names::{Thing, Unknown};
pub use query::{Answer, Commands, Library, Source};
pub use render::{dot, json};
pub use size::{Owner, Section, Share, SizeError, Sizes, sizes};
pub use timeline::{Span, Timeline};
pub use trace::Trace;
pub use view::{Role, View};
