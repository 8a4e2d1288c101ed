//! Expansion in the context of a target: its variables, the automatic ones, its recipe and its
//! prerequisites. Knows nothing of how a target is found to be out of date.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use super::bytes::{Joiner, is_blank, words};
use super::command_line::Shell;
use super::error::Result;
use super::evaluator::Evaluator;
use super::lines::{Line, Lines, collapse_in_references};
use super::location::Location;
use super::names::Name;
use super::pattern::Pattern;
use super::rule_line::apply_modifiers;
use super::rules::{Prerequisites, Recipe, RuleId};
use super::statements::{Assignment, Modifiers};
use super::variables::{Assign, Flavor, Origin, Variable};

/// Among prerequisites, the place where making them in parallel waits for those before it. It is
/// no file, and automatic variables do not show it.
pub const WAIT: &str = ".WAIT";

/// A prerequisite, as the one who builds sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prerequisite {
    /// The file that it was found to be.
    pub name: BString,
    /// It must only be there.
    pub order_only: bool,
    /// It is newer than the target, or the target is not there.
    pub newer: bool,
}

impl Prerequisite {
    /// One that makes the target out of date.
    pub fn normal(name: impl Into<BString>) -> Prerequisite {
        Prerequisite { name: name.into(), order_only: false, newer: true }
    }

    /// One that must only be there.
    pub fn order_only(name: impl Into<BString>) -> Prerequisite {
        Prerequisite { name: name.into(), order_only: true, newer: false }
    }
}

/// What automatic variables are made of.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    /// The target: `$@`.
    pub target: &'a [u8],
    /// What `%` stood for: `$*`.
    pub stem: Option<&'a [u8]>,
    /// In their order; doubled ones are still there.
    pub prerequisites: &'a [Prerequisite],
    /// The targets on whose behalf this one is made, outermost first: their variables are
    /// inherited.
    pub parents: &'a [BString],
}

/// How explicit rules make a target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explicit {
    /// The recipe that counts, when there is one.
    pub recipe: Option<Arc<Recipe>>,
    /// What all rules of the target ask for together: those of the rule with the recipe first.
    pub prerequisites: Vec<Prerequisite>,
    /// What `%` stood for in the last static pattern rule of the target.
    pub stem: Option<BString>,
}

impl Explicit {
    /// The stem, for a [`Context`].
    pub fn stem(&self) -> Option<&[u8]> {
        self.stem.as_ref().map(|stem| stem.as_slice())
    }
}

/// One command of a recipe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What is shown and run, without `@`, `-` and `+`. Backslash-newlines are still in it; the
    /// recipe prefixes after them are not.
    pub text: BString,
    /// `@`: it is not shown.
    pub silent: bool,
    /// `-`: its failure is passed over.
    pub ignore_failure: bool,
    /// `+`, or `$(MAKE)`: it runs even when nothing else does.
    pub always: bool,
    /// Its line, as GNU make counts: from the recipe's first, one for each command.
    pub location: Location,
    /// What runs it, where it needs a shell.
    pub shell: Arc<Shell>,
}

impl Command {
    /// The program and the arguments that run it. Empty when there is nothing to run.
    pub fn argv(&self) -> Vec<BString> {
        self.shell.argv(&self.text)
    }
}

#[derive(Clone, Copy, Default)]
struct Flags {
    silent: bool,
    ignore_failure: bool,
    always: bool,
}

impl Flags {
    /// Splits the flags off a command.
    fn split(self, text: &[u8]) -> (Flags, &[u8]) {
        let mut flags = self;
        for (at, &byte) in text.iter().enumerate() {
            match byte {
                b'@' => flags.silent = true,
                b'-' => flags.ignore_failure = true,
                b'+' => flags.always = true,
                byte if is_blank(byte) => {}
                _ => return (flags, &text[at..]),
            }
        }
        (flags, &[])
    }
}

impl<S> Evaluator<S> {
    /// Runs something with the variables of a target in effect.
    pub fn in_target<T>(
        &mut self,
        context: &Context<'_>,
        run: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.entered(|this| {
            let mark = this.table.enter();
            this.table.inside_targets += 1;
            let result = this.bind_target(context).and_then(|()| run(this));
            this.table.inside_targets -= 1;
            this.table.leave(mark);
            result
        })
    }

    fn bind_target(&mut self, context: &Context<'_>) -> Result<()> {
        if !self.rules.pattern_variables.is_empty() || self.rules.any_target_variables {
            for parent in context.parents {
                self.bind_target_variables(parent, false)?;
            }
            self.bind_target_variables(context.target, true)?;
        }
        self.bind_automatic(context);
        Ok(())
    }

    /// Binds the variables of a target: those of patterns that match first, shorter stems last.
    fn bind_target_variables(&mut self, target: &[u8], own: bool) -> Result<()> {
        for &index in self.matching_variables(target).iter() {
            let entry = &self.rules.pattern_variables[index as usize];
            if own || !entry.variable.private {
                let entry = entry.clone();
                self.bind_pattern_variable(entry)?;
            }
        }
        let Some(known) = self.rules.target(target) else { return Ok(()) };
        for (name, variable) in &known.variables {
            if own || !variable.private {
                self.table.bind(*name, variable.clone());
            }
        }
        Ok(())
    }

    /// The pattern-specific variables of a target, in the order in which they are bound.
    fn matching_variables(&mut self, target: &[u8]) -> Arc<[u32]> {
        let all = &self.rules.pattern_variables;
        if all.is_empty() {
            return Arc::default();
        }
        if self.matching.0 != all.len() {
            self.matching = (all.len(), HashMap::default());
        }
        if let Some(found) = self.matching.1.get(target.as_bstr()) {
            return found.clone();
        }
        let mut found: Vec<(usize, u32)> = Vec::new();
        for (index, entry) in all.iter().enumerate() {
            if let Some(stem) = Pattern::parse(&entry.pattern).stem(target) {
                found.push((stem.len(), index as u32));
            }
        }
        found.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        let found: Arc<[u32]> = found.into_iter().map(|(_, index)| index).collect();
        self.matching.1.insert(target.into(), found.clone());
        found
    }

    fn bind_pattern_variable(&mut self, entry: super::rules::PatternVariable) -> Result<()> {
        let outer = self.table.look_up(entry.name);
        if outer.is_some_and(|outer| outer.origin > entry.variable.origin) {
            return Ok(());
        }
        let mut variable = entry.variable;
        match entry.assign {
            Assign::Conditional if outer.is_some() => return Ok(()),
            Assign::Append => variable.appends = true,
            Assign::Immediate | Assign::Shell => {
                let value = variable.text.source.clone();
                let origin = variable.origin;
                let set = self.outcome(entry.name, entry.assign, &value, origin)?;
                if let super::assign::Outcome::Set(found) = set {
                    variable.text = found.text;
                    variable.flavor = found.flavor;
                }
            }
            _ => {}
        }
        self.table.bind(entry.name, variable);
        Ok(())
    }

    /// `target: NAME op VALUE`, for one target.
    pub(crate) fn assign_for_target(
        &mut self,
        target: &[u8],
        line: Assignment<'_>,
        origin: Origin,
        modifiers: Modifiers,
    ) -> Result<()> {
        let mark = self.table.enter();
        for (name, variable) in self.rules.target_mut(target).variables.clone() {
            self.table.bind(name, variable);
        }
        self.table.inside_targets += 1;
        let result = self.expand_name(line.name).and_then(|name| {
            let own = self.own_variable(target, name).is_some();
            Ok((name, self.target_assignment(own, name, line.assign, line.value, origin)?))
        });
        self.table.inside_targets -= 1;
        self.table.leave(mark);
        let (name, Some(mut variable)) = result? else { return Ok(()) };
        let own = self.own_variable(target, name);
        // The last line decides.
        variable.private = false;
        apply_modifiers(&mut variable, modifiers);
        let variables = &mut self.rules.target_mut(target).variables;
        match own {
            Some(index) => {
                let old = &variables[index].1;
                if modifiers.export.is_none() {
                    variable.export = old.export;
                }
                if variable.origin >= old.origin {
                    variables[index].1 = variable;
                }
            }
            None => {
                variables.push((name, variable));
                self.rules.any_target_variables = true;
            }
        }
        Ok(())
    }

    /// Where a target has a variable of its own.
    fn own_variable(&self, target: &[u8], name: Name) -> Option<usize> {
        let variables = &self.rules.target(target)?.variables;
        variables.iter().position(|(other, _)| *other == name)
    }

    /// The variable that a target's assignment makes, with the target's variables bound.
    fn target_assignment(
        &mut self,
        own: bool,
        name: Name,
        assign: Assign,
        value: &[u8],
        origin: Origin,
    ) -> Result<Option<Variable>> {
        let here = self.here.clone();
        let old = self.table.look_up(name).cloned();
        if let (Some(old), true) = (&old, origin != Origin::Override)
            && matches!(old.origin, Origin::CommandLine | Origin::EnvironmentOverride)
        {
            let mut variable = old.clone();
            variable.appends = false;
            return Ok(Some(variable));
        }
        if assign == Assign::Append && !own {
            let mut variable = Variable::new(value.to_vec(), Flavor::Recursive, origin).at(here);
            variable.appends = true;
            return Ok(Some(variable));
        }
        Ok(match self.outcome(name, assign, value, origin)? {
            super::assign::Outcome::Set(variable) => Some(variable.at(here)),
            super::assign::Outcome::Append(text) => old.map(|mut old| {
                old.append(&text, here);
                old.origin = origin;
                old
            }),
            super::assign::Outcome::Nothing => None,
        })
    }

    /// Expands a recipe for a target into the commands to run. Commands that expand to nothing are
    /// left out.
    pub fn commands(&mut self, recipe: &Recipe, context: &Context<'_>) -> Result<Vec<Command>> {
        self.in_target(context, |this| {
            if this.is_last_resort(recipe) {
                this.bind_last_resort(context);
            }
            let here = this.here.take();
            this.in_recipe += 1;
            let result = this.expand_recipe(recipe);
            this.in_recipe -= 1;
            this.here = here;
            result
        })
    }

    /// Whether a recipe is that of `.DEFAULT`, for which `$<` is the target.
    fn is_last_resort(&self, recipe: &Recipe) -> bool {
        let rule = self.rules.target(b".DEFAULT").and_then(|target| target.recipe_rule);
        let own = rule.and_then(|rule| self.rules.rule(rule).recipe.as_deref());
        own.is_some_and(|own| own == recipe)
    }

    fn expand_recipe(&mut self, recipe: &Recipe) -> Result<Vec<Command>> {
        let mut commands = Vec::new();
        let shell = Arc::new(self.current_shell()?);
        if self.rules.one_shell {
            let text = recipe.text.strip_suffix(b"\n").unwrap_or(&recipe.text);
            self.expand_command(recipe, 0, text, &shell, &mut commands)?;
            return Ok(commands);
        }
        for (index, line) in Lines::new(&recipe.text, 0).enumerate() {
            self.expand_command(recipe, index, line.text, &shell, &mut commands)?;
        }
        Ok(commands)
    }

    /// Expands one command as it is written into the one or more that it comes to.
    fn expand_command(
        &mut self,
        recipe: &Recipe,
        index: usize,
        written: &[u8],
        shell: &Arc<Shell>,
        commands: &mut Vec<Command>,
    ) -> Result<()> {
        let mut location = recipe.location.clone();
        if !recipe.is_built_in() {
            location.line = location.line.saturating_add(index as u32);
        }
        self.here = Some(location.clone());
        let (mut written_flags, rest) = Flags::default().split(written);
        written_flags.always |= calls_make(rest);
        let text = self.expanded(&collapse_in_references(written))?;
        let text = without_prefix(&text, recipe.prefix);
        let whole = Line { text: &text, number: 0 };
        let one = self.rules.one_shell.then_some(whole);
        let many = (!self.rules.one_shell).then(|| Lines::new(&text, 0));
        for line in one.into_iter().chain(many.into_iter().flatten()) {
            let (flags, text) = written_flags.split(line.text);
            // What one command of a line says of itself, the next ones are taken at.
            written_flags.always = flags.always;
            if text.is_empty() {
                continue;
            }
            commands.push(Command {
                text: shell.as_shown(text),
                silent: flags.silent,
                ignore_failure: flags.ignore_failure,
                always: flags.always,
                location: location.clone(),
                shell: shell.clone(),
            });
        }
        Ok(())
    }

    /// What a rule asks for, for one of its targets. Expands what waits for the second expansion;
    /// `earlier` are the prerequisites that earlier rules of the target gave.
    pub fn prerequisites_of(
        &mut self,
        rule: RuleId,
        target: &[u8],
        earlier: &[Prerequisite],
    ) -> Result<Vec<Prerequisite>> {
        let main = self.rules.target(target).and_then(|known| known.recipe_rule);
        let rule = self.rules.rule(rule);
        if let Prerequisites::Names { normal, order_only } = &rule.prerequisites {
            return Ok(listed(normal, order_only));
        }
        let recipe = match main {
            Some(main) => self.rules.rule(main).recipe.as_ref(),
            None => rule.recipe.as_ref(),
        };
        let location = recipe.map(|recipe| recipe.location.clone());
        let stem = rule.stem.clone();
        let prerequisites = rule.prerequisites.clone();
        let stem = stem.as_ref().map(|stem| stem.as_slice());
        let context = Context { target, stem, prerequisites: earlier, parents: &[] };
        self.second_expansion(&prerequisites, &context, location)
    }

    /// Expands prerequisites a second time, where they wait for that. Errors are at `location`, which
    /// for GNU make is the target's recipe; without a recipe it names no place.
    pub fn second_expansion(
        &mut self,
        prerequisites: &Prerequisites,
        context: &Context<'_>,
        location: impl Into<Option<Location>>,
    ) -> Result<Vec<Prerequisite>> {
        let expanded = match prerequisites {
            Prerequisites::Names { normal, order_only } => return Ok(listed(normal, order_only)),
            Prerequisites::Deferred(text) => self.in_target(context, |this| {
                let text = match context.stem {
                    Some(_) => with_stem_reference(text),
                    None => text.to_vec(),
                };
                let here = std::mem::replace(&mut this.here, location.into());
                this.in_recipe += 1;
                let text = this.expanded(&text);
                this.in_recipe -= 1;
                this.here = here;
                Ok(this.prerequisites(&text?))
            })?,
        };
        let Prerequisites::Names { normal, order_only } = expanded else { return Ok(Vec::new()) };
        let normal = normal.into_iter().map(Prerequisite::normal);
        Ok(normal.chain(order_only.into_iter().map(Prerequisite::order_only)).collect())
    }

    /// What `.EXTRA_PREREQS` adds to a target: its own, or for a target without any variables of its
    /// own the global one. Automatic variables do not show them. Nothing when the target itself is
    /// among them.
    pub fn extra_prerequisites(&mut self, target: &[u8]) -> Result<Vec<Prerequisite>> {
        let Some(name) = self.names.find(b".EXTRA_PREREQS") else { return Ok(Vec::new()) };
        let known = self.rules.target(target).filter(|known| !known.variables.is_empty());
        let own = known.map(|known| known.variables.iter().find(|(other, _)| *other == name));
        let variable = match own {
            Some(own) => own.map(|(_, variable)| variable),
            None => self.table.global(name),
        };
        let Some(variable) = variable else { return Ok(Vec::new()) };
        let text = variable.text.source.clone();
        let text = self.entered(|this| this.expanded(&text))?;
        let Prerequisites::Names { normal, order_only } = self.prerequisites(&text) else {
            return Ok(Vec::new());
        };
        if normal.iter().chain(&order_only).any(|name| *name == target) {
            return Ok(Vec::new());
        }
        let normal = normal.into_iter().map(Prerequisite::normal);
        Ok(normal.chain(order_only.into_iter().map(Prerequisite::order_only)).collect())
    }

    /// Expands all prerequisites of explicit rules that still wait for their second expansion. GNU
    /// make did so at the end of reading before version 4.4, which since then waits until a target
    /// is considered; makefiles that count on side effects need the former.
    pub fn expand_deferred(&mut self) -> Result<()> {
        let targets: Vec<BString> = self.rules.targets().map(|(name, _)| name.to_owned()).collect();
        for target in targets {
            self.settle_target(target.as_bstr())?;
        }
        Ok(())
    }

    /// Gives a target's rules the prerequisites that their second expansion comes to.
    pub(crate) fn settle_target(&mut self, target: &BStr) -> Result<()> {
        let mut earlier = Vec::new();
        let rules = self.rules.target(target).map(|known| known.rules.clone());
        for rule in rules.unwrap_or_default() {
            let found = self.prerequisites_of(rule, target, &earlier)?;
            let names = |order_only: bool| {
                let some = found.iter().filter(|one| one.order_only == order_only);
                some.map(|one| one.name.clone()).collect()
            };
            let (normal, order_only) = (names(false), names(true));
            let prerequisites = Prerequisites::Names { normal, order_only };
            self.rules.settle(rule, prerequisites);
            earlier.extend(found);
        }
        Ok(())
    }

    /// How the explicit rules make a target: its rules with single colons, which add up. None when
    /// there are none, or when the target has double colons.
    pub fn explicit_rule(&mut self, target: &BStr) -> Result<Option<Explicit>> {
        let Some(known) = self.rules.target(target) else { return Ok(None) };
        let rules = known.rules.clone();
        let main = known.recipe_rule.map(|rule| self.rules.rule(rule));
        let mut explicit = Explicit {
            recipe: main.and_then(|rule| rule.recipe.clone()),
            prerequisites: Vec::new(),
            stem: None,
        };
        let mut earlier = Vec::new();
        for id in &rules {
            let rule = self.rules.rule(*id);
            if rule.double_colon {
                return Ok(None);
            }
            let first = rule.recipe.is_some();
            explicit.stem = rule.stem.clone().or(explicit.stem);
            let found = self.prerequisites_of(*id, target, &earlier)?;
            if rules.len() > 1 {
                earlier.extend(found.iter().cloned());
            }
            // What comes with a recipe goes before what was there, so that `$<` is its own.
            let at = if first { 0 } else { explicit.prerequisites.len() };
            explicit.prerequisites.splice(at..at, found);
        }
        Ok((!rules.is_empty()).then_some(explicit))
    }

    /// The double-colon rules of a target, each of which makes it by itself.
    pub fn double_colon_rules(&mut self, target: &BStr) -> Result<Vec<Explicit>> {
        let rules = self.rules.target(target).map(|known| known.rules.clone()).unwrap_or_default();
        let mut all = Vec::new();
        for id in rules {
            let rule = self.rules.rule(id);
            if rule.double_colon {
                let (recipe, stem) = (rule.recipe.clone(), rule.stem.clone());
                let prerequisites = self.prerequisites_of(id, target, &[])?;
                all.push(Explicit { recipe, prerequisites, stem });
            }
        }
        Ok(all)
    }
}

/// Names that wait for nothing.
fn listed(normal: &[BString], order_only: &[BString]) -> Vec<Prerequisite> {
    let normal = normal.iter().map(|name| Prerequisite::normal(name.clone()));
    let order_only = order_only.iter().map(|name| Prerequisite::order_only(name.clone()));
    normal.chain(order_only).collect()
}

/// A command without the recipe prefixes at the starts of its further lines.
fn without_prefix(text: &[u8], prefix: u8) -> Cow<'_, [u8]> {
    if !text.contains(&b'\n') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace([b'\n', prefix], "\n"))
}

/// In the words of a static pattern rule that waits for its second expansion, `%` is `$*`.
fn with_stem_reference(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut joined = Joiner::new(&mut out);
    for word in words(text) {
        Pattern::parse(word).fill(b"$*", joined.next());
    }
    out
}

/// Whether a command line calls make, so that it runs even where nothing else does.
fn calls_make(line: &[u8]) -> bool {
    let mut rest = line;
    while let Some(dollar) = rest.find_byte(b'$') {
        rest = &rest[dollar + 1..];
        if rest.starts_with(b"(MAKE)") || rest.starts_with(b"{MAKE}") {
            return true;
        }
    }
    false
}
