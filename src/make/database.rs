//! `-p`: what is known after everything has been done.

use super::run::Run;

impl Run {
    /// Writes variables, rules and files in the form of a makefile.
    pub(super) fn print_database(&mut self) {}
}
