//! Takes over into a file's node what the makefiles say of it, when it is first looked at: second
//! expansion waits until then. Knows nothing of the disk.

use bstr::{BStr, BString, ByteSlice};
use rules::make::Explicit;

use super::files::{Dependency, FileId, NameSet};
use super::implicit::Shapes;
use super::run::{Result, Run, Scope, Special};
use super::search::Place;

impl Run {
    /// Fills a node from the rules of its name.
    pub(super) fn load(&mut self, file: FileId) -> Result<()> {
        let file = self.files.settled(file);
        if self.files[file].loaded {
            return Ok(());
        }
        self.files[file].loaded = true;
        let name = self.files[file].name.clone();
        self.note_special(file, name.as_bstr());
        let rules = self.evaluator.rules();
        let Some(target) = rules.target(&name) else { return Ok(()) };
        let Some(&first) = target.rules.first() else { return Ok(()) };
        self.files[file].is_target = true;
        if rules.rule(first).double_colon {
            return self.load_variants(file, name.as_bstr());
        }
        // A target stays in its group when another rule gives it a recipe of its own.
        let grouped = target.rules.iter().rev().map(|&rule| rules.rule(rule));
        let group = grouped.filter(|rule| rule.grouped).map(|rule| rule.targets.clone()).next();
        let explicit = self.evaluator.explicit_rule(name.as_bstr());
        if let Some(explicit) = explicit.map_err(|error| self.failed(&error))? {
            self.fill(file, explicit)?;
        }
        self.load_peers(file, &group.unwrap_or_default());
        Ok(())
    }

    fn load_variants(&mut self, file: FileId, name: &BStr) -> Result<()> {
        let explicit = self.evaluator.double_colon_rules(name);
        let explicit = explicit.map_err(|error| self.failed(&error))?;
        let database = self.evaluator.rules();
        let ids = database.target(name).map(|target| target.rules.clone()).unwrap_or_default();
        let groups: Vec<Vec<BString>> =
            ids.iter().map(|&id| database.rule(id).targets.clone()).collect();
        for (&rule, explicit) in ids.iter().zip(explicit) {
            let variant = self.files.add_variant(file);
            self.files[variant].rule = Some(rule);
            self.fill(variant, explicit)?;
        }
        // The others of a group are known by the rule that they share.
        for (index, group) in groups.into_iter().enumerate() {
            let variant = self.files[file].variants[index];
            for other in group.iter().filter(|other| *other != name) {
                let other = self.files.intern(other);
                self.load(other)?;
                let variants = &self.files[other].variants;
                let rule = Some(ids[index]);
                let peer = variants.iter().find(|&&one| self.files[one].rule == rule).copied();
                self.files[variant].peers.extend(peer);
            }
        }
        Ok(())
    }

    /// Notes the other targets of a group that one recipe makes.
    fn load_peers(&mut self, file: FileId, group: &[BString]) {
        for name in group {
            if *name == self.files[file].name {
                continue;
            }
            let peer = self.files.intern(name);
            self.files[file].peers.push(peer);
        }
    }

    fn fill(&mut self, file: FileId, explicit: Explicit) -> Result<()> {
        let mut waits = false;
        let mut prerequisites = Vec::with_capacity(explicit.prerequisites.len());
        for one in explicit.prerequisites {
            if one.name == ".WAIT" {
                waits = true;
                continue;
            }
            let id = self.files.intern(&one.name);
            let mut dependency = Dependency::new(id, one.order_only);
            dependency.waits = std::mem::take(&mut waits);
            prerequisites.push(dependency);
        }
        if let Some(shuffle) = self.settings.shuffle {
            let name = self.files[file].name.clone();
            shuffle.reorder(&name, &mut prerequisites, |one| one.waits);
        }
        let node = &mut self.files[file];
        node.prerequisites = prerequisites;
        node.recipe = explicit.recipe;
        node.stem = explicit.stem;
        self.add_extra(file)
    }

    /// Adds what `.EXTRA_PREREQS` says.
    pub(super) fn add_extra(&mut self, file: FileId) -> Result<()> {
        let name = self.files[file].name.clone();
        let extra = self.evaluator.extra_prerequisites(&name);
        for one in extra.map_err(|error| self.failed(&error))? {
            let id = self.files.intern(&one.name);
            let mut dependency = Dependency::new(id, one.order_only);
            dependency.hidden = true;
            self.files[file].prerequisites.push(dependency);
        }
        Ok(())
    }

    fn note_special(&mut self, file: FileId, name: &BStr) {
        let rules = self.evaluator.rules();
        let node = &mut self.files[file];
        node.phony = rules.is_phony(name);
        let special = &self.special;
        node.precious |= special.precious.iter().any(|other| other == name);
        node.not_intermediate = special.not_intermediate.has(name);
        node.secondary |= match &special.secondary {
            Scope::Files(names) => names.contains(name),
            // All that makefiles mention.
            Scope::Everything => self.mentioned.contains(name, rules),
            Scope::Nothing => false,
        };
        let named = special.intermediate.contains(name);
        node.intermediate |= (named || node.secondary) && !node.not_intermediate;
        node.low_resolution = special.low_resolution.contains(name);
    }

    /// What has to be known of the whole database before anything is updated.
    pub(super) fn survey(&mut self) -> Result<()> {
        let rules = self.evaluator.rules();
        let exists =
            |name: &str| rules.target(name.as_bytes()).is_some_and(|known| !known.rules.is_empty());
        let names = |name: &str| -> NameSet {
            rules.special(name.as_bytes()).into_iter().map(BStr::to_owned).collect()
        };
        let scope = |name: &str| match (exists(name), names(name)) {
            (false, _) => Scope::Nothing,
            (true, names) if names.is_empty() => Scope::Everything,
            (true, names) => Scope::Files(names),
        };
        let special = Special {
            silent: scope(".SILENT"),
            ignore: scope(".IGNORE"),
            precious: names(".PRECIOUS").into_iter().collect(),
            secondary: scope(".SECONDARY"),
            not_intermediate: scope(".NOTINTERMEDIATE"),
            intermediate: names(".INTERMEDIATE"),
            low_resolution: names(".LOW_RESOLUTION_TIME"),
            delete_on_error: exists(".DELETE_ON_ERROR"),
            not_parallel: scope(".NOTPARALLEL"),
        };
        let default = rules.target(b".DEFAULT").and_then(|target| target.recipe_rule);
        let default = default.and_then(|rule| rules.rule(rule).recipe.clone());
        self.settings.silent |= special.silent == Scope::Everything;
        let places = rules.search_paths.iter().map(|path| Place {
            pattern: Some(path.pattern.clone()),
            folders: path.folders.clone(),
            general: false,
        });
        self.shapes = Shapes::new(&rules.patterns);
        self.places = places.collect();
        self.special = special;
        self.default_recipe = default;
        self.mentioned.settle(rules);
        let general = self.folders_of(b"VPATH");
        if !general.is_empty() {
            self.places.push(Place { pattern: None, folders: general, general: true });
        }
        self.kept_places = self.folders_of(b"GPATH").into_iter().collect();
        Ok(())
    }

    fn folders_of(&mut self, variable: &[u8]) -> Vec<BString> {
        let value = self.value(variable);
        let separates = |byte: &u8| byte.is_ascii_whitespace() || *byte == b':';
        let folders = value.split(separates).filter(|folder| !folder.is_empty());
        folders.map(|folder| trimmed(folder).into()).collect()
    }

    /// A search path found that a file is another one that is known: from now on it is that one.
    pub(super) fn merge(&mut self, from: FileId, into: FileId) -> Result<()> {
        self.load(into)?;
        let old = self.files[from].clone();
        if let (Some(own), Some(other)) = (&old.recipe, &self.files[into].recipe)
            && own != other
        {
            let (name, new) = (&old.name, &self.files[into].name);
            let place = Some(&own.location);
            let at = &other.location;
            self.complain(place, format!("Recipe was specified for file '{name}' at {at},"));
            let text = format!("but '{name}' is now considered the same file as '{new}'.");
            self.complain(place, text);
            let text =
                format!("Recipe for '{new}' will be ignored in favor of the one for '{name}'.");
            self.complain(place, text);
            self.files[into].recipe = None;
        }
        let node = &mut self.files[into];
        node.prerequisites.extend(old.prerequisites);
        if node.recipe.is_none() {
            node.recipe = old.recipe;
            node.stem = old.stem.or(node.stem.take());
        }
        node.is_target |= old.is_target;
        node.phony |= old.phony;
        node.precious |= old.precious;
        node.parent = node.parent.or(old.parent);
        self.files[from].became = Some(into);
        Ok(())
    }
}

/// A folder without the slash at its end.
fn trimmed(folder: &[u8]) -> &[u8] {
    match folder.strip_suffix(b"/") {
        Some(b"") | None => folder,
        Some(rest) => rest,
    }
}
