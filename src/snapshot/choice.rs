//! The given values that a computation chose to ask for. Knows nothing of what they mean.

use std::collections::BTreeSet;

use bstr::BString;
use serde::{Deserialize, Serialize};

use super::Given;
use crate::engine::digest::{Digest, Digester};

/// Values that count, as they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Choice {
    /// These, by name; none for a name under which nothing was given.
    Some(Vec<(BString, Option<BString>)>),
    /// Every value, and that there were no others.
    All(Given),
}

impl Choice {
    /// The values under these names.
    pub(super) fn of(names: &BTreeSet<BString>, given: &Given) -> Choice {
        let value = |name: &BString| (name.clone(), given.get(name).cloned());
        Choice::Some(names.iter().map(value).collect())
    }

    /// What it is recognised by.
    pub(super) fn digest(&self) -> Digest {
        let mut digester = Digester::default();
        let mut add = |name: &[u8], value: Option<&BString>| {
            digester.part(name).part(&[u8::from(value.is_some())]);
            digester.part(value.map_or(&[][..], |value| value));
        };
        match self {
            Choice::Some(values) => {
                values.iter().for_each(|(name, value)| add(name, value.as_ref()));
            }
            Choice::All(values) => values.iter().for_each(|(name, value)| add(name, Some(value))),
        }
        digester.part(&[u8::from(matches!(self, Choice::All(_)))]);
        digester.finish()
    }

    /// The first name for which something else is given now.
    pub(super) fn differing<'a>(&'a self, given: &'a Given) -> Option<&'a BString> {
        match self {
            Choice::Some(values) => {
                let mut values = values.iter();
                values.find(|(name, value)| given.get(name) != value.as_ref()).map(|(name, _)| name)
            }
            Choice::All(values) => {
                let mut names = values.keys().chain(given.keys());
                names.find(|&name| given.get(name) != values.get(name))
            }
        }
    }
}
