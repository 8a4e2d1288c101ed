//! The names that rules mention. Knows nothing of files.

use std::cell::OnceCell;

use bstr::{BStr, BString};
use rules::make::{Prerequisites, Rules};

use super::files::NameSet;

/// Targets, prerequisites and goals: what needs them may find them missing, for they can be made.
/// Gathered when somebody asks, which few makefiles give reason to.
#[derive(Default)]
pub(super) struct Mentioned {
    goals: NameSet,
    in_rules: OnceCell<NameSet>,
}

impl Mentioned {
    /// Adds a name that the command line mentions.
    pub(super) fn add_goal(&mut self, name: BString) {
        self.goals.insert(name);
    }

    /// What is mentioned now is what counts, whatever second expansion gives later.
    pub(super) fn settle(&mut self, rules: &Rules) {
        if rules.second_expansion {
            self.in_rules = gather(rules).into();
        }
    }

    /// Whether a name is mentioned.
    pub(super) fn contains(&self, name: &BStr, rules: &Rules) -> bool {
        self.goals.contains(name) || self.in_rules.get_or_init(|| gather(rules)).contains(name)
    }

    /// All of them.
    pub(super) fn names(&self, rules: &Rules) -> impl Iterator<Item = &BString> {
        self.in_rules.get_or_init(|| gather(rules)).union(&self.goals)
    }
}

fn gather(rules: &Rules) -> NameSet {
    let mut names = NameSet::default();
    for (_, rule) in rules.rules() {
        let (normal, order_only) = match &rule.prerequisites {
            Prerequisites::Names { normal, order_only } => (&normal[..], &order_only[..]),
            Prerequisites::Deferred(_) => Default::default(),
        };
        for name in rule.targets.iter().chain(normal).chain(order_only) {
            if !names.contains(name) {
                names.insert(name.clone());
            }
        }
    }
    names
}
