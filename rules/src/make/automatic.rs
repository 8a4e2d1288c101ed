//! The automatic variables: `$@`, `$<` and the others, from what is known of a target and its
//! prerequisites. Knows nothing of how those were found.

use std::collections::HashMap;

use bstr::BString;

use super::archive;
use super::bytes::Joiner;
use super::evaluator::Evaluator;
use super::names::{FastHash, Name, Names};
use super::targets::{Context, Prerequisite, WAIT};

/// The names of automatic variables.
#[derive(Clone, Copy)]
pub(crate) struct Automatic {
    /// `$@`
    pub(crate) target: Name,
    /// `$%`
    pub(crate) member: Name,
    /// `$*`
    pub(crate) stem: Name,
    /// `$<`
    pub(crate) first: Name,
    /// `$+`
    pub(crate) each: Name,
    /// `$^`
    pub(crate) all: Name,
    /// `$?`
    pub(crate) newer: Name,
    /// `$|`
    pub(crate) order_only: Name,
}

impl Automatic {
    pub(crate) fn new(names: &mut Names) -> Automatic {
        Automatic {
            target: names.intern(b"@"),
            member: names.intern(b"%"),
            stem: names.intern(b"*"),
            first: names.intern(b"<"),
            each: names.intern(b"+"),
            all: names.intern(b"^"),
            newer: names.intern(b"?"),
            order_only: names.intern(b"|"),
        }
    }
}

impl<S> Evaluator<S> {
    pub(crate) fn bind_automatic(&mut self, context: &Context<'_>) {
        let letters = self.known.automatic;
        let (target, member) = archive_member(context.target);
        self.table.bind_simple(letters.target, target);
        self.table.bind_simple(letters.member, member);
        let name = if member.is_empty() { target } else { member };
        let stem = context.stem.unwrap_or_else(|| self.without_suffix(name));
        let stem = BString::from(stem);
        self.table.bind_simple(letters.stem, &stem);
        let files = || context.prerequisites.iter().filter(|one| one.name != WAIT);
        let normal = || files().filter(|one| !one.order_only);
        let first = normal().next().map_or(&[][..], |one| one.name.as_slice());
        self.table.bind_simple(letters.first, first);
        self.bind_list(letters.each, normal().map(|one| &one.name));
        let distinct = distinct(files());
        let asked = || distinct.iter().filter(|one| !one.order_only);
        self.bind_list(letters.all, asked().map(|one| one.name));
        self.bind_list(letters.newer, asked().filter(|one| one.newer).map(|one| one.name));
        let order_only = distinct.iter().filter(|one| one.order_only);
        self.bind_list(letters.order_only, order_only.map(|one| one.name));
    }

    /// What `$*` is without a pattern: the target without a suffix that `.SUFFIXES` knows.
    fn without_suffix<'t>(&self, target: &'t [u8]) -> &'t [u8] {
        let mut stems = self.rules.suffixes.iter().filter_map(|end| target.strip_suffix(&***end));
        stems.find(|stem| !stem.is_empty()).unwrap_or_default()
    }

    fn bind_list<'a>(&mut self, name: Name, list: impl IntoIterator<Item = &'a BString>) {
        let mut value = self.buffer();
        let mut joined = Joiner::new(&mut value);
        for name in list {
            match archive_member(name) {
                (name, b"") => joined.push(name),
                (_, member) => joined.push(member),
            }
        }
        self.table.bind_simple(name, &value);
        self.recycle(value);
    }

    /// `$<` is the target itself when `.DEFAULT` makes it.
    pub(crate) fn bind_last_resort(&mut self, context: &Context<'_>) {
        self.table.bind_simple(self.known.automatic.first, archive_member(context.target).0);
    }
}

/// A file among the prerequisites, whatever the number of rules that ask for it.
struct Distinct<'p> {
    name: &'p BString,
    order_only: bool,
    newer: bool,
}

/// The different files among prerequisites, each where it is first. One that some rule wants only to
/// be there and another to be older is the latter.
fn distinct<'p>(files: impl Iterator<Item = &'p Prerequisite>) -> Vec<Distinct<'p>> {
    let mut all: Vec<Distinct<'p>> = Vec::new();
    let mut index: HashMap<&BString, usize, FastHash> = HashMap::default();
    for Prerequisite { name, order_only, newer } in files {
        match index.get(name) {
            Some(&at) => {
                all[at].order_only &= order_only;
                all[at].newer |= newer;
            }
            None => {
                index.insert(name, all.len());
                all.push(Distinct { name, order_only: *order_only, newer: *newer });
            }
        }
    }
    all
}

/// `archive(member)`, taken apart; the name itself and nothing for any other.
fn archive_member(name: &[u8]) -> (&[u8], &[u8]) {
    archive::split(name).unwrap_or((name, &[]))
}
