//! The core's version, as `version.mk` and, in a checkout of the original, its commit tell it.

use std::path::Path;

use bstr::BString;

use super::fragments::{bytes, concat};
use crate::make::{self, Evaluator, Host};

/// The version of a core.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// `UK_FULLVERSION`: version, subversion, extra version, commit.
    pub full: BString,
    /// `UK_CODENAME`.
    pub codename: BString,
}

impl Version {
    /// Reads the version of the core in `core`. Scripts run in `environment`.
    pub fn of(
        core: &Path,
        environment: Vec<(BString, BString)>,
        host: impl Host + Send + 'static,
    ) -> make::Result<Version> {
        let mut make = Evaluator::new(host, ());
        make.define_environment(environment);
        make.eval_file(&concat(&[bytes(core), b"/version.mk"]))?;
        Ok(Version {
            full: full_version(&mut make, core)?,
            codename: make.value_of(b"UK_CODENAME")?,
        })
    }
}

/// The full version, with the variables of `version.mk` defined.
fn full_version<S>(make: &mut Evaluator<S>, core: &Path) -> make::Result<BString> {
    let mut version = make.expand(b"$(UK_VERSION).$(UK_SUBVERSION)")?;
    if !make.value_of(b"UK_EXTRAVERSION")?.is_empty() {
        version.extend_from_slice(&make.expand(b".$(UK_EXTRAVERSION)")?);
    }
    // Ours has no such script.
    let script = concat(&[bytes(core), b"/support/scripts/gitsha1"]);
    let text = concat(&[
        b"$(if $(wildcard ",
        &script,
        b"),$(shell cd ",
        bytes(core),
        b" && ",
        &script,
        b"))",
    ]);
    version.extend_from_slice(&make.expand(&text)?);
    Ok(version)
}
