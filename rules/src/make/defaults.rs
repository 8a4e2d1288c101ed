//! The variables that make itself defines. Built-in rules, and the programs they run, are not here.

use super::evaluator::Evaluator;
use super::variables::{Flavor, Origin};

/// The version of GNU make whose language this is.
const VERSION: &[u8] = b"4.4.1";

const FEATURES: &[u8] = b"target-specific order-only second-expansion else-if shortest-stem \
undefine oneshell nocomment grouped-target extra-prereqs notintermediate shell-export archives \
jobserver jobserver-fifo output-sync check-symlink";

impl<S> Evaluator<S> {
    pub(crate) fn define_own_variables(&mut self) {
        let folder = self.host.folder();
        for (name, value, origin) in [
            (&b"MAKE_VERSION"[..], VERSION, Origin::Default),
            (b".FEATURES", FEATURES, Origin::Default),
            (b".SHELLFLAGS", b"-c", Origin::Default),
            (b".RECIPEPREFIX", b"", Origin::Default),
            (b".VARIABLES", b"", Origin::Default),
            (b".LIBPATTERNS", b"lib%.so lib%.a", Origin::Default),
            (b"SUFFIXES", b"", Origin::Default),
            (b"MAKE_HOST", b"x86_64-pc-linux-gnu", Origin::Default),
            (b"MAKEFILES", b"", Origin::Default),
            (b"MAKELEVEL", b"0", Origin::Environment),
            (b"SHELL", b"/bin/sh", Origin::Default),
            (b"MAKEFILE_LIST", b"", Origin::File),
            (b".DEFAULT_GOAL", b"", Origin::File),
            (b"CURDIR", folder.as_slice(), Origin::File),
        ] {
            self.define(name, value, Flavor::Simple, origin);
        }
        self.define(b".INCLUDE_DIRS", b"", Flavor::Recursive, Origin::Default);
        self.define(b"MAKEFLAGS", b"", Flavor::Recursive, Origin::File);
        self.define(b"MAKE", b"$(MAKE_COMMAND)", Flavor::Recursive, Origin::Default);
        self.define(b"MAKE_COMMAND", b"make", Flavor::Simple, Origin::Default);
        for letter in ["@", "%", "*", "<", "?", "^", "+"] {
            let folder = format!("$(patsubst %/,%,$(dir ${letter}))");
            let name = format!("$(notdir ${letter})");
            for (suffix, value) in [("D", folder), ("F", name)] {
                let variable = format!("{letter}{suffix}");
                let (variable, value) = (variable.as_bytes(), value.as_bytes());
                self.define(variable, value, Flavor::Recursive, Origin::Automatic);
            }
        }
    }
}
