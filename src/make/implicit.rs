//! The search for implicit rules: which pattern rule can make a file, from what, and through which
//! intermediate files. Knows nothing of what is out of date.

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Context, Pattern, Prerequisites};

use super::archive;
use super::files::{Dependency, FileId};
use super::run::{Result, Run, Scope, Topic};

/// How a pattern rule fits a name.
#[derive(Clone, Debug)]
struct Candidate {
    /// Position among the pattern rules.
    rule: usize,
    /// Which of its targets fits.
    target: usize,
    /// The folder that the pattern does not speak of, with its slash.
    folder: BString,
    stem: BString,
}

impl Candidate {
    /// What `$*` is.
    fn whole_stem(&self) -> BString {
        [self.folder.as_slice(), &self.stem].concat().into()
    }
}

/// A rule that makes a file, with all that has to be made for it.
struct Plan {
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
                let candidate = &candidates[at];
                let terminal = self.evaluator.rules().patterns[candidate.rule].terminal;
                if intermediates && terminal {
                    at += 1;
                    continue;
                }
                let candidate = candidate.clone();
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
        let rules = &self.evaluator.rules().patterns;
        let folder_end = match archive::split(name) {
            Some(_) => 0,
            None => name.rfind_byte(b'/').map_or(0, |slash| slash + 1),
        };
        let mut found = Vec::new();
        let mut is_specific = false;
        for (index, rule) in rules.iter().enumerate() {
            let asks = !is_empty(&rule.prerequisites);
            if asks && rule.recipe.is_none() || self.rules_in_use.contains(&index) {
                continue;
            }
            for (target, pattern) in rule.targets.iter().enumerate() {
                let matches_anything = pattern == "%";
                if matches_anything && chained && !rule.terminal {
                    continue;
                }
                let start = if pattern.contains(&b'/') { 0 } else { folder_end };
                let pattern = Pattern::parse(pattern);
                let Some(stem) = pattern.stem(&name[start..]) else { continue };
                if stem.is_empty() {
                    continue;
                }
                is_specific |= !matches_anything;
                if rule.recipe.is_none() {
                    continue;
                }
                found.push(Candidate {
                    rule: index,
                    target,
                    folder: name[..start].into(),
                    stem: stem.into(),
                });
            }
        }
        if is_specific {
            // A name that some pattern is made for is not made by rules for any name.
            found.retain(|candidate| {
                let rule = &rules[candidate.rule];
                rule.terminal || rule.targets.iter().all(|pattern| pattern != "%")
            });
        }
        found.sort_by_key(|candidate| candidate.folder.len() + candidate.stem.len());
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
        let stem = candidate.whole_stem();
        self.debug(Topic::Implicit, depth, || format!("Trying pattern rule with stem '{}'.", stem));
        let asked = self.asked(name, file, &candidate)?;
        self.rules_in_use.insert(candidate.rule);
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
        self.rules_in_use.remove(&candidate.rule);
        let plan = fits.then_some(Plan { candidate, prerequisites: planned });
        Ok((plan, hopeless))
    }

    /// What a rule asks for, with the stem in it. True stands for order-only.
    fn asked(
        &mut self,
        name: &BStr,
        file: Option<FileId>,
        candidate: &Candidate,
    ) -> Result<Vec<(BString, bool)>> {
        let explicit = file.map(|file| self.automatic_prerequisites(file)).unwrap_or_default();
        let parents = file.map(|file| self.parents(file)).unwrap_or_default();
        let stem = candidate.whole_stem();
        let context = Context {
            target: name,
            stem: Some(&stem),
            prerequisites: &explicit,
            parents: &parents,
        };
        let found = self.evaluator.implicit_prerequisites(
            candidate.rule,
            &candidate.folder,
            &candidate.stem,
            &context,
        );
        let found = found.map_err(|error| self.failed(&error))?;
        Ok(found.into_iter().map(|one| (one.name, one.order_only)).collect())
    }

    /// Whether a prerequisite can be counted on: it is there, or rules speak of it.
    fn is_there(&mut self, file: Option<FileId>, name: &BStr) -> bool {
        if let Some(file) = file {
            let explicit = &self.files[file].prerequisites;
            if explicit.iter().any(|one| self.files[one.file].name == name) {
                return true;
            }
        }
        if self.mentioned.contains(name) || self.files.find(name).is_some() {
            return true;
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
        let found = self.search.along(name, &places, |path| self.mentioned.contains(path));
        self.places = places;
        found.is_some()
    }

    /// Gives a file what a rule says.
    fn apply(&mut self, file: FileId, plan: Plan) {
        let rule = self.evaluator.rules().patterns[plan.candidate.rule].clone();
        let mut prerequisites = Vec::new();
        for planned in plan.prerequisites {
            let id = self.files.intern(&planned.name);
            match planned.made_by {
                Some(plan) => {
                    self.apply(id, plan);
                    self.files[id].loaded = true;
                    self.files[id].tried_implicit = true;
                    self.make_intermediate(id);
                }
                None if rule.terminal => self.files[id].tried_implicit = true,
                None => {}
            }
            prerequisites.push(Dependency::new(id, planned.order_only));
        }
        let is_precious = |pattern: &BString| self.special.precious.contains(pattern);
        let precious = rule.targets.get(plan.candidate.target).is_some_and(is_precious);
        let mut peers = Vec::new();
        for (index, pattern) in rule.targets.iter().enumerate() {
            if index == plan.candidate.target {
                continue;
            }
            let mut name = Vec::new();
            Pattern::parse(pattern).fill(&plan.candidate.stem, &mut name);
            let name = match pattern.contains(&b'/') {
                true => name,
                false => [plan.candidate.folder.as_slice(), &name].concat(),
            };
            let peer = self.files.intern(&name);
            self.files[peer].is_target = true;
            self.files[peer].precious |= is_precious(pattern);
            peers.push(peer);
        }
        let stem = plan.candidate.whole_stem();
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
