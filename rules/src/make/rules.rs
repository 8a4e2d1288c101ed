//! The rule database: what makefiles say about targets. Knows nothing of evaluation, time stamps or
//! processes.

use std::collections::HashSet;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use indexmap::IndexMap;
use smallvec::SmallVec;

use super::built_in::BuiltIn;
use super::location::Location;
use super::names::{FastHash, Name};
use super::pattern::Pattern;
use super::scopes::ScopeId;
use super::variables::Variable;

/// A recipe as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The line of the first command.
    pub location: Location,
    /// The commands, each without its prefix and ended by a newline. Further lines of a command
    /// still have theirs.
    pub text: BString,
    /// What starts a recipe line here: a tab, or what `.RECIPEPREFIX` said.
    pub prefix: u8,
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prerequisites {
    /// Known names.
    Names {
        /// Those that make the target out of date.
        normal: Vec<BString>,
        /// Those that must only be there.
        order_only: Vec<BString>,
    },
    /// Text to expand a second time, in the context of the target. In a static pattern rule, `%`
    /// is still in it.
    Deferred(BString),
}

impl Default for Prerequisites {
    fn default() -> Self {
        Prerequisites::Names { normal: Vec::new(), order_only: Vec::new() }
    }
}

impl Prerequisites {
    /// Whether it is known that nothing is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Prerequisites::Names { normal, order_only }
            if normal.is_empty() && order_only.is_empty())
    }

    /// Whether both name the same files in the same order, whatever kind each is of.
    fn same_names(&self, other: &Prerequisites) -> bool {
        use Prerequisites::{Deferred, Names};
        match (self, other) {
            (
                Names { normal, order_only },
                Names { normal: their_normal, order_only: their_order_only },
            ) => {
                let theirs = their_normal.iter().chain(their_order_only);
                normal.iter().chain(order_only).eq(theirs)
            }
            (Deferred(text), Deferred(theirs)) => text == theirs,
            _ => false,
        }
    }
}

/// One rule for one target, or for a group of them.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its targets. Only a grouped rule has more than one.
    pub targets: Vec<BString>,
    /// What it asks for.
    pub prerequisites: Prerequisites,
    /// How to make the target.
    pub recipe: Option<Arc<Recipe>>,
    /// What `%` stood for, in a static pattern rule.
    pub stem: Option<BString>,
    /// `::` instead of `:`.
    pub double_colon: bool,
    /// `&:`: one run makes all targets.
    pub grouped: bool,
    /// The line of the rule.
    pub location: Location,
}

/// A pattern rule.
#[derive(Clone, Debug)]
pub struct PatternRule {
    /// Target patterns; one run makes all of them.
    pub targets: Vec<BString>,
    /// What it asks for, with `%`.
    pub prerequisites: Prerequisites,
    /// How to make the targets. A rule without it makes nothing: it only stands in the way of one
    /// like it, or, asking for nothing either, of rules that match anything.
    pub recipe: Option<Arc<Recipe>>,
    /// `::`: the rule is terminal.
    pub terminal: bool,
    /// The line of the rule.
    pub location: Location,
}

/// All that is known of one target.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// Its rules, in the order of the makefiles. Without `double_colon` they add up, and at most
    /// one has a recipe that counts: [`Target::recipe_rule`].
    pub rules: SmallVec<[RuleId; 2]>,
    /// The rule whose recipe counts, for a target with single colons.
    pub recipe_rule: Option<RuleId>,
    /// Its variables; see [`Evaluator::target_variables`](super::Evaluator::target_variables).
    pub(crate) scope: Option<ScopeId>,
}

/// Variables for every target that matches.
#[derive(Clone, Debug)]
pub struct PatternVariable {
    /// The target pattern.
    pub pattern: BString,
    /// The variable's name.
    pub name: Name,
    /// How the line assigns.
    pub assign: super::variables::Assign,
    /// The variable, with the text of the assignment as value.
    pub variable: Variable,
}

/// A `vpath` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchPath {
    /// Which names it is for.
    pub pattern: BString,
    /// Where to look.
    pub folders: Vec<BString>,
}

/// A rule of one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(u32);

/// A pattern rule that fits a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternMatch {
    /// Position in [`Rules::patterns`].
    pub rule: usize,
    /// What `$*` is: the stem, with the folder of the target.
    pub stem: BString,
    /// Normal prerequisites, `%` filled in.
    pub prerequisites: Vec<BString>,
    /// Order-only prerequisites, `%` filled in.
    pub order_only: Vec<BString>,
}

/// What the makefiles said.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    targets: IndexMap<Box<[u8]>, Target, FastHash>,
    phony: HashSet<BString, FastHash>,
    /// Pattern rules, in their order.
    pub patterns: Vec<PatternRule>,
    /// Variables by target pattern, in the order of the makefiles.
    pub pattern_variables: Vec<PatternVariable>,
    /// `vpath` lines in effect.
    pub search_paths: Vec<SearchPath>,
    /// Prerequisites of `.SUFFIXES`, in effect.
    pub suffixes: Vec<BString>,
    /// `.SECONDEXPANSION` was seen.
    pub second_expansion: bool,
    /// `.POSIX` was seen.
    pub posix: bool,
    /// `.ONESHELL` was seen.
    pub one_shell: bool,
    pub(crate) built_in: BuiltIn,
}

impl Rules {
    /// A rule.
    pub fn rule(&self, rule: RuleId) -> &Rule {
        &self.rules[rule.0 as usize]
    }

    /// All explicit rules, in the order of the makefiles.
    pub fn rules(&self) -> impl Iterator<Item = (RuleId, &Rule)> {
        self.rules.iter().enumerate().map(|(index, rule)| (RuleId(index as u32), rule))
    }

    /// What is known of a target.
    pub fn target(&self, name: &[u8]) -> Option<&Target> {
        self.targets.get(name)
    }

    /// All targets, in the order they were first seen.
    pub fn targets(&self) -> impl Iterator<Item = (&BStr, &Target)> {
        self.targets.iter().map(|(name, target)| (name.as_bstr(), target))
    }

    /// What a special target such as `.PHONY` asks for. Empty when it is not there.
    pub fn special(&self, name: &[u8]) -> Vec<&BStr> {
        let mut names = Vec::new();
        let rules = self.target(name).map_or(&[][..], |target| &target.rules);
        for &rule in rules {
            if let Prerequisites::Names { normal, .. } = &self.rule(rule).prerequisites {
                names.extend(normal.iter().map(|name| name.as_bstr()));
            }
        }
        names
    }

    /// Whether a target is phony.
    pub fn is_phony(&self, name: &[u8]) -> bool {
        self.phony.contains(name.as_bstr())
    }

    pub(crate) fn target_mut(&mut self, name: &[u8]) -> &mut Target {
        // Most names are new.
        self.targets.entry(name.into()).or_default()
    }

    pub(crate) fn add(&mut self, rule: Rule) -> RuleId {
        let id = RuleId(self.rules.len() as u32);
        for index in 0..rule.targets.len() {
            let target = self.target_mut(&rule.targets[index]);
            target.rules.push(id);
            if rule.recipe.is_some() && !rule.double_colon {
                target.recipe_rule = Some(id);
            }
        }
        self.rules.push(rule);
        self.note_phony(id);
        id
    }

    fn note_phony(&mut self, rule: RuleId) {
        let rule = &self.rules[rule.0 as usize];
        if let (true, Prerequisites::Names { normal, .. }) =
            (rule.targets.iter().any(|name| name == ".PHONY"), &rule.prerequisites)
        {
            self.phony.extend(normal.iter().cloned());
        }
    }

    /// Gives a rule the prerequisites that its second expansion came to.
    pub(crate) fn settle(&mut self, rule: RuleId, prerequisites: Prerequisites) {
        self.rules[rule.0 as usize].prerequisites = prerequisites;
        self.note_phony(rule);
    }

    /// Adds a pattern rule behind the others. One like it makes place.
    pub(crate) fn add_pattern(&mut self, rule: PatternRule) {
        if let Some(old) = self.pattern_like(&rule) {
            self.patterns.remove(old);
        }
        self.patterns.push(rule);
    }

    /// Adds a pattern rule behind the others, unless there is one like it.
    pub(crate) fn add_pattern_unless_there(&mut self, rule: PatternRule) {
        if self.pattern_like(&rule).is_none() {
            self.patterns.push(rule);
        }
    }

    /// The rule with the same prerequisites whose targets all are one and the same of the new
    /// rule's.
    fn pattern_like(&self, rule: &PatternRule) -> Option<usize> {
        self.patterns.iter().position(|old| {
            old.targets.split_first().is_some_and(|(first, rest)| {
                rule.targets.contains(first) && rest.iter().all(|name| name == first)
            }) && old.prerequisites.same_names(&rule.prerequisites)
        })
    }

    /// The recipes of suffix rules that make itself has, by the target that would define them,
    /// sorted.
    pub fn built_in_suffix_rules(&self) -> Vec<(&BStr, &Arc<Recipe>)> {
        let rules = self.built_in.suffix_rules.iter();
        let mut rules: Vec<_> = rules.map(|(name, recipe)| (name.as_bstr(), recipe)).collect();
        rules.sort_by_key(|(name, _)| *name);
        rules
    }

    /// Whether `.SUFFIXES` is the list that make started with.
    pub fn has_built_in_suffixes(&self) -> bool {
        self.built_in.suffixes
    }

    /// `vpath pattern folders`; without folders, forgets the pattern, without either, all.
    pub(crate) fn set_search_path(&mut self, pattern: Option<BString>, folders: Vec<BString>) {
        match pattern {
            None => self.search_paths.clear(),
            Some(pattern) if folders.is_empty() => {
                self.search_paths.retain(|path| path.pattern != pattern);
            }
            Some(pattern) => self.search_paths.push(SearchPath { pattern, folders }),
        }
    }

    /// The pattern rules that fit a target, best first: a shorter stem goes before a longer one.
    /// Prerequisites that wait for their second expansion are not in the result.
    pub fn matching(&self, target: &[u8]) -> Vec<PatternMatch> {
        let mut found = Vec::new();
        for (index, rule) in self.patterns.iter().enumerate() {
            if rule.recipe.is_none() {
                continue;
            }
            for pattern in &rule.targets {
                if let Some((folder, stem)) = implicit_stem(pattern, target) {
                    found.push((stem.len(), self.fill(index, folder, stem)));
                }
            }
        }
        found.sort_by_key(|(length, _)| *length);
        found.into_iter().map(|(_, found)| found).collect()
    }

    fn fill(&self, rule: usize, folder: &[u8], stem: &[u8]) -> PatternMatch {
        let filled = |names: &[BString]| -> Vec<BString> {
            names.iter().map(|name| fill_name(name, folder, stem)).collect()
        };
        let (prerequisites, order_only) = match &self.patterns[rule].prerequisites {
            Prerequisites::Names { normal, order_only } => (filled(normal), filled(order_only)),
            Prerequisites::Deferred(_) => Default::default(),
        };
        let stem = BString::from([folder, stem].concat());
        PatternMatch { rule, stem, prerequisites, order_only }
    }
}

/// The folder and the stem with which an implicit rule's pattern fits a target. A pattern without
/// a slash looks at the name only.
pub fn implicit_stem<'t>(pattern: &[u8], target: &'t [u8]) -> Option<(&'t [u8], &'t [u8])> {
    // Most patterns do not fit, which the last byte and what stands before anything special tell at once.
    if pattern.last().is_some_and(|last| *last != b'%' && target.last() != Some(last)) {
        return None;
    }
    let is_of_names = !pattern.starts_with(b"/") && !pattern.contains(&b'/');
    let start = match target.rfind_byte(b'/') {
        Some(slash) if is_of_names => slash + 1,
        _ => 0,
    };
    let (folder, name) = target.split_at(start);
    let plain = pattern.find_byteset(b"%\\").unwrap_or(pattern.len());
    if !name.starts_with(&pattern[..plain]) {
        return None;
    }
    let stem = Pattern::parse(pattern).stem(name)?;
    (!stem.is_empty()).then_some((folder, stem))
}

/// A pattern rule's prerequisite for a target: one with `%` is in the target's folder.
pub(crate) fn fill_name(name: &[u8], folder: &[u8], stem: &[u8]) -> BString {
    let pattern = Pattern::parse(name);
    let mut out = Vec::new();
    if pattern.is_wild() {
        out.extend_from_slice(folder);
    }
    pattern.fill(stem, &mut out);
    BString::from(out)
}
