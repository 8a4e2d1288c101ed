//! Unit tests in booted images: which are wanted, what an image says of them while it runs, and what
//! it comes to; reports for other programs. Knows the lines that `unikraft/lib/uktest` writes; knows
//! nothing of how images are built and booted.

mod case;
mod junit;
mod line;
mod outcome;
mod output;
mod selection;
mod tap;
mod transcript;

pub use case::{Case, Place};
pub use junit::junit;
pub use outcome::{Complaint, Failure, Image, Tested};
pub use selection::{BadWord, Selection};
pub use tap::tap;
pub use transcript::{End, News, Transcript};
