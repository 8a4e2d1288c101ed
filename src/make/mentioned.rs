//! The names that rules mention. Knows nothing of files.

use std::cell::OnceCell;

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Prerequisites, Rules};

use super::files::NameSet;

/// Targets, prerequisites and goals: what needs them may find them missing, for they can be made.
/// Gathered when somebody asks, which few makefiles give reason to.
#[derive(Default)]
pub(super) struct Mentioned {
    goals: NameSet,
    asked_for: OnceCell<NameSet>,
}

impl Mentioned {
    /// Adds a name that the command line mentions.
    pub(super) fn add_goal(&mut self, name: BString) {
        self.goals.insert(name);
    }

    /// What is mentioned now is what counts, whatever second expansion gives later.
    pub(super) fn settle(&mut self, rules: &Rules) {
        if rules.second_expansion {
            self.asked_for = gather(rules).into();
        }
    }

    /// Whether a name is mentioned.
    pub(super) fn contains(&self, name: &BStr, rules: &Rules) -> bool {
        self.goals.contains(name)
            || is_target(name, rules)
            || self.asked_for.get_or_init(|| gather(rules)).contains(name)
    }

    /// All of them.
    pub(super) fn names<'a>(&'a self, rules: &'a Rules) -> impl Iterator<Item = &'a BStr> {
        let asked_for = self.asked_for.get_or_init(|| gather(rules));
        let targets = rules.targets().map(|(name, _)| name);
        let targets = targets.filter(|name| is_target(name, rules));
        self.goals.iter().chain(asked_for).map(|name| name.as_bstr()).chain(targets)
    }
}

/// Whether a rule is for that name: a target's variable alone does not count.
fn is_target(name: &BStr, rules: &Rules) -> bool {
    rules.target(name).is_some_and(|target| !target.rules.is_empty())
}

/// Prerequisites that are no targets.
fn gather(rules: &Rules) -> NameSet {
    let mut names = NameSet::default();
    for (_, rule) in rules.rules() {
        let (normal, order_only) = match &rule.prerequisites {
            Prerequisites::Names { normal, order_only } => (&normal[..], &order_only[..]),
            Prerequisites::Deferred(_) => Default::default(),
        };
        for name in normal.iter().chain(order_only) {
            if !is_target(name.as_bstr(), rules) && !names.contains(name) {
                names.insert(name.clone());
            }
        }
    }
    names
}
