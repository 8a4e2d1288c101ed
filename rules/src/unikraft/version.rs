//! The core's version, as `version.mk` and, in a checkout of the original, its commit tell it.

use std::path::Path;

use bstr::{BString, ByteSlice};

use super::fragments::{bytes, concat};
use crate::make::{self, Evaluator, Host};

/// The version of a core.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// `UK_FULLVERSION`: version, subversion, extra version, commit.
    pub full: BString,
    /// `UK_CODENAME`.
    pub codename: BString,
    /// `UK_VERSION` and `UK_SUBVERSION`; a 0 for what is no number.
    pub release: [u32; 2],
}

impl Version {
    /// Where in the build folder sources of this core look for the options' header.
    pub fn option_header(&self) -> &'static str {
        if self.release >= [0, 14] { "include/uk/bits/config.h" } else { "include/uk/_config.h" }
    }

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
            release: release(&mut make),
            full: full_version(&mut make, core)?,
            codename: make.value_of(b"UK_CODENAME")?,
        })
    }
}

/// Major and minor version, with the variables of `version.mk` defined.
pub(super) fn release<S>(make: &mut Evaluator<S>) -> [u32; 2] {
    [b"UK_VERSION", &b"UK_SUBVERSION"[..]].map(|name| {
        let value = make.value_of(name).unwrap_or_default();
        value.trim().to_str().ok().and_then(|value| value.parse().ok()).unwrap_or(0)
    })
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
