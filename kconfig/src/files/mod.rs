//! Values to files, as bytes; and files into place.

mod autoconf;
mod minimal;
mod output;
pub(crate) mod read;
pub mod store;
