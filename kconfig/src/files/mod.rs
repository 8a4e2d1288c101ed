//! Values to files, as bytes; and files into place.

mod autoconf;
mod minimal;
pub(crate) mod output;
pub(crate) mod read;
pub mod store;
pub(crate) mod sync;
