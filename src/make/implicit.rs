//! The search for implicit rules: which pattern rule can make a file, from what, and through which
//! intermediate files. Knows nothing of what is out of date.

use std::collections::HashMap;

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Context, FastHash, Pattern, PatternRule, Prerequisites};

use super::archive;
use super::files::{Dependency, FileId};
use super::run::{Result, Run, Scope, Topic};

/// A target of a pattern rule.
#[derive(Debug)]
struct Shape {
    /// Position of the rule among the pattern rules.
    rule: usize,
    /// Position of the target among those of the rule.
    target: usize,
    prefix: BString,
    suffix: BString,
    /// It speaks of the folder, too.
    whole_path: bool,
    matches_anything: bool,
    terminal: bool,
    /// One run of the rule may make just anything, and so it gives way to rules that are more
    /// particular.
    gives_way: bool,
    has_recipe: bool,
}

/// The targets of pattern rules by their last byte, for most of them cannot fit a name.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    by_end: HashMap<u8, Vec<Shape>, FastHash>,
    any_end: Vec<Shape>,
}

impl Shapes {
    pub(super) fn new(rules: &[PatternRule]) -> Shapes {
        let mut shapes = Shapes::default();
        for (index, rule) in rules.iter().enumerate() {
            if rule.recipe.is_none() && !is_empty(&rule.prerequisites) {
                continue;
            }
            let anything = rule.targets.iter().any(|pattern| pattern == "%");
            for (target, pattern) in rule.targets.iter().enumerate() {
                let Pattern { prefix, suffix: Some(suffix) } = Pattern::parse(pattern) else {
                    continue;
                };
                let shape = Shape {
                    rule: index,
                    target,
                    prefix: prefix.into_owned().into(),
                    suffix: suffix.into(),
                    whole_path: pattern.contains(&b'/'),
                    matches_anything: pattern == "%",
                    terminal: rule.terminal,
                    gives_way: anything && !rule.terminal,
                    has_recipe: rule.recipe.is_some(),
                };
                match suffix.last() {
                    Some(&end) => shapes.by_end.entry(end).or_default().push(shape),
                    None => shapes.any_end.push(shape),
                }
            }
        }
        shapes
    }

    /// Those whose last byte is that of a name, or any.
    fn ending_like(&self, name: &[u8]) -> impl Iterator<Item = &Shape> {
        let ended = name.last().and_then(|end| self.by_end.get(end));
        ended.into_iter().flatten().chain(&self.any_end)
    }
}

/// How a pattern rule fits a name.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// Position among the pattern rules.
    rule: usize,
    /// Which of its targets fits.
    target: usize,
    terminal: bool,
    gives_way: bool,
    /// Where the folder ends that the pattern does not speak of, its slash included.
    folder: usize,
    /// Where the stem is in the name.
    stem: (usize, usize),
}

impl Candidate {
    fn folder<'n>(&self, name: &'n [u8]) -> &'n [u8] {
        &name[..self.folder]
    }

    fn stem<'n>(&self, name: &'n [u8]) -> &'n [u8] {
        &name[self.stem.0..self.stem.1]
    }

    /// What `$*` is.
    fn whole_stem(&self, name: &[u8]) -> BString {
        [self.folder(name), self.stem(name)].concat().into()
    }
}

/// A rule that makes a file, with all that has to be made for it.
struct Plan {
    /// The name that the rule fits.
    name: BString,
    candidate: Candidate,
    prerequisites: Vec<Planned>,
}

struct Planned {
    name: BString,
    order_only: bool,
    /// How it is made, when it is only made up on the way.
    made_by: Option<Plan>,
}

impl Run {
    /// Looks for an implicit rule for a file, and gives the file what the rule says.
    pub(super) fn search_implicit(&mut self, file: FileId, depth: usize) -> Result<bool> {
        let name = self.files[file].name.clone();
        self.debug(Topic::Implicit, depth, || {
            format!("Looking for an implicit rule for '{name}'.")
        });
        let mut plan = self.plan(name.as_bstr(), Some(file), 0, depth)?;
        if plan.is_none()
            && let Some((archive, _)) = archive::split(name.as_bstr())
        {
            let member = BString::from(&name[archive.len()..]);
            self.debug(Topic::Implicit, depth, || {
                format!("Looking for archive-member implicit rule for '{name}'.")
            });
            plan = self.plan(member.as_bstr(), Some(file), 0, depth)?;
        }
        let Some(plan) = plan else { return Ok(false) };
        self.apply(file, plan);
        if !self.files[file].prerequisites.iter().any(|one| one.hidden) {
            self.add_extra(file)?;
        }
        Ok(true)
    }

    /// Finds the best rule for a name. `file` is its node, when it has one that may have explicit
    /// prerequisites.
    fn plan(
        &mut self,
        name: &BStr,
        file: Option<FileId>,
        chained: usize,
        depth: usize,
    ) -> Result<Option<Plan>> {
        let mut candidates = self.candidates(name, chained > 0);
        for intermediates in [false, true] {
            let mut at = 0;
            while at < candidates.len() {
                let candidate = candidates[at];
                if intermediates && candidate.terminal {
                    at += 1;
                    continue;
                }
                let (plan, hopeless) =
                    self.try_rule(name, file, candidate, intermediates, chained, depth)?;
                if plan.is_some() {
                    return Ok(plan);
                }
                if hopeless {
                    candidates.remove(at);
                } else {
                    at += 1;
                }
            }
        }
        Ok(None)
    }

    /// The rules that fit a name, best first: those with shorter stems, then in their order.
    fn candidates(&self, name: &BStr, chained: bool) -> Vec<Candidate> {
        let folder_end = match archive::split(name) {
            Some(_) => 0,
            None => name.rfind_byte(b'/').map_or(0, |slash| slash + 1),
        };
        let mut found = Vec::new();
        let mut is_specific = false;
        for shape in self.shapes.ending_like(name) {
            if shape.matches_anything && chained && !shape.terminal {
                continue;
            }
            let folder = if shape.whole_path { 0 } else { folder_end };
            let after = name[folder..].strip_prefix(shape.prefix.as_slice());
            let stem = after.and_then(|after| after.strip_suffix(shape.suffix.as_slice()));
            let Some(stem) = stem.filter(|stem| !stem.is_empty()) else { continue };
            if self.rules_in_use.contains(&shape.rule) {
                continue;
            }
            is_specific |= !shape.matches_anything;
            if shape.has_recipe {
                let start = folder + shape.prefix.len();
                found.push(Candidate {
                    rule: shape.rule,
                    target: shape.target,
                    terminal: shape.terminal,
                    gives_way: shape.gives_way,
                    folder,
                    stem: (start, start + stem.len()),
                });
            }
        }
        if is_specific {
            // A name that some pattern is made for is not made by rules for any name.
            found.retain(|candidate| !candidate.gives_way);
        }
        found.sort_unstable_by_key(|one| {
            (one.folder + one.stem.1 - one.stem.0, one.rule, one.target)
        });
        found
    }

    /// Sees whether all that a rule asks for is there or can be made. The second result says that
    /// it never will be.
    fn try_rule(
        &mut self,
        name: &BStr,
        file: Option<FileId>,
        candidate: Candidate,
        intermediates: bool,
        chained: usize,
        depth: usize,
    ) -> Result<(Option<Plan>, bool)> {
        self.debug(Topic::Implicit, depth, || {
            format!("Trying pattern rule with stem '{}'.", candidate.whole_stem(name))
        });
        let asked = self.asked(name, file, &candidate)?;
        self.rules_in_use.push(candidate.rule);
        let mut planned = Vec::new();
        let mut hopeless = false;
        let mut fits = true;
        for (wanted, order_only) in asked {
            if self.impossible.contains(&wanted) {
                hopeless = true;
                fits = false;
                break;
            }
            self.debug(Topic::Implicit, depth, || {
                format!("Trying implicit prerequisite '{wanted}'.")
            });
            if self.is_there(file, wanted.as_bstr()) {
                planned.push(Planned { name: wanted, order_only, made_by: None });
                continue;
            }
            if !intermediates {
                fits = false;
                break;
            }
            self.debug(Topic::Implicit, depth, || {
                format!("Looking for a rule with intermediate file '{wanted}'.")
            });
            let made_by = self.plan(wanted.as_bstr(), None, chained + 1, depth + 1)?;
            if made_by.is_none() {
                self.impossible.insert(wanted);
                fits = false;
                break;
            }
            planned.push(Planned { name: wanted, order_only, made_by });
        }
        self.rules_in_use.pop();
        let plan = fits.then(|| Plan { name: name.into(), candidate, prerequisites: planned });
        Ok((plan, hopeless))
    }

    /// What a rule asks for, with the stem in it. True stands for order-only.
    fn asked(
        &mut self,
        name: &BStr,
        file: Option<FileId>,
        candidate: &Candidate,
    ) -> Result<Vec<(BString, bool)>> {
        let rule = &self.evaluator.rules().patterns[candidate.rule];
        // Only a second expansion looks at the target.
        let file = file.filter(|_| matches!(rule.prerequisites, Prerequisites::Deferred(_)));
        let explicit = file.map(|file| self.automatic_prerequisites(file)).unwrap_or_default();
        let parents = file.map(|file| self.parents(file)).unwrap_or_default();
        let context =
            Context { target: name, stem: None, prerequisites: &explicit, parents: &parents };
        let (folder, stem) = (candidate.folder(name), candidate.stem(name));
        let found = self.evaluator.implicit_prerequisites(candidate.rule, folder, stem, &context);
        let found = found.map_err(|error| self.failed(&error))?;
        Ok(found.into_iter().map(|one| (one.name, one.order_only)).collect())
    }

    /// Whether a prerequisite can be counted on: it is there, or rules speak of it.
    fn is_there(&mut self, file: Option<FileId>, name: &BStr) -> bool {
        if self.is_mentioned(name) || self.files.find(name).is_some() {
            return true;
        }
        if let Some(file) = file {
            let explicit = &self.files[file].prerequisites;
            if explicit.iter().any(|one| self.files[one.file].name == name) {
                return true;
            }
        }
        if let Some((archive, member)) = archive::split(name) {
            let path = self.search.folder().join(super::report::os(archive));
            let found = self.archives.member_time(&path, member);
            return found.is_ok_and(|time| time.is_some());
        }
        if self.search.exists(name) {
            return true;
        }
        let places = std::mem::take(&mut self.places);
        let (mentioned, rules) = (&self.mentioned, self.evaluator.rules());
        let found = self.search.along(name, &places, |path| mentioned.contains(path, rules));
        self.places = places;
        found.is_some()
    }

    /// Gives a file what a rule says.
    fn apply(&mut self, file: FileId, plan: Plan) {
        let Plan { name, candidate, prerequisites: planned } = plan;
        let mut prerequisites = Vec::with_capacity(planned.len());
        for planned in planned {
            let id = self.files.intern(&planned.name);
            match planned.made_by {
                Some(plan) => {
                    self.apply(id, plan);
                    self.files[id].loaded = true;
                    self.files[id].tried_implicit = true;
                    self.make_intermediate(id);
                }
                None if candidate.terminal => self.files[id].tried_implicit = true,
                None => {}
            }
            prerequisites.push(Dependency::new(id, planned.order_only));
        }
        let rule = &self.evaluator.rules().patterns[candidate.rule];
        let is_precious = |pattern: &BString| self.special.precious.contains(pattern);
        let precious = rule.targets.get(candidate.target).is_some_and(is_precious);
        let mut peers = Vec::new();
        for (index, pattern) in rule.targets.iter().enumerate() {
            if index == candidate.target {
                continue;
            }
            let folder = if pattern.contains(&b'/') { &[][..] } else { candidate.folder(&name) };
            let mut other = folder.to_vec();
            Pattern::parse(pattern).fill(candidate.stem(&name), &mut other);
            let peer = self.files.intern(&other);
            self.files[peer].is_target = true;
            self.files[peer].precious |= is_precious(pattern);
            peers.push(peer);
        }
        let stem = candidate.whole_stem(&name);
        let node = &mut self.files[file];
        prerequisites.append(&mut node.prerequisites);
        node.prerequisites = prerequisites;
        node.recipe = rule.recipe.clone();
        node.stem = Some(stem);
        node.is_target = true;
        node.precious |= precious;
        node.peers.extend(peers);
    }

    fn make_intermediate(&mut self, file: FileId) {
        let name = self.files[file].name.clone();
        let kept = self.special.not_intermediate.has(name.as_bstr());
        let secondary = self.special.secondary == Scope::Everything;
        let node = &mut self.files[file];
        node.intermediate = !kept && !node.not_intermediate;
        node.secondary |= secondary;
    }
}

/// Whether nothing is asked for.
pub(super) fn is_empty(prerequisites: &Prerequisites) -> bool {
    match prerequisites {
        Prerequisites::Names { normal, order_only } => normal.is_empty() && order_only.is_empty(),
        Prerequisites::Deferred(text) => text.is_empty(),
    }
}
