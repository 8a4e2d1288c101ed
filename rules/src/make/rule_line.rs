//! Rule lines: targets, prerequisites, recipes, and variables of targets, as they are recorded. Knows
//! nothing of how rules are chosen or run.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use bstr::{BString, ByteSlice};

use super::bytes::{find_unquoted, is_blank, is_space, reference_end, trim, trim_start};
use super::error::{ErrorKind, Result};
use super::evaluator::Evaluator;
use super::filenames;
use super::host::{Message, Severity};
use super::lines::{Line, collapse};
use super::location::Location;
use super::names::FastHash;
use super::pattern::Pattern;
use super::reader::Reader;
use super::rules::{PatternRule, PatternVariable, Prerequisites, Recipe, Rule};
use super::statements::{Change, Modifiers, change};
use super::variables::{Assign, Export, Flavor, Origin, Variable};

/// A rule whose recipe may still grow.
pub(crate) struct OpenRule {
    targets: Vec<BString>,
    pattern: Option<BString>,
    prerequisites: Vec<u8>,
    double_colon: bool,
    grouped: bool,
    commands: Option<(Location, Vec<u8>)>,
    prefix: u8,
    location: Location,
}

impl OpenRule {
    /// Adds a recipe line, its prefix included.
    pub(crate) fn add_command(&mut self, line: Line<'_>, here: Option<&Location>) {
        let location = here.unwrap_or(&self.location);
        let (_, commands) = self.commands.get_or_insert_with(|| (location.clone(), Vec::new()));
        push_command(&line.text[1..], commands);
    }
}

fn push_command(text: &[u8], commands: &mut Vec<u8>) {
    commands.reserve(text.len() + 1);
    commands.extend_from_slice(text);
    commands.push(b'\n');
}

/// What variables of make's own are after `.POSIX`.
const POSIX_VARIABLES: [(&[u8], &[u8]); 7] = [
    (b".SHELLFLAGS", b"-ec"),
    (b"ARFLAGS", b"-rvU"),
    (b"CC", b"c99"),
    (b"CFLAGS", b"-O1"),
    (b"FC", b"fort77"),
    (b"FFLAGS", b"-O1"),
    (b"SCCSGETFLAGS", b"-s"),
];

/// A rule line cut at its colon.
struct Head {
    targets: Vec<u8>,
    /// What follows the colons. The part from `expanded_to` on is not expanded yet.
    rest: Vec<u8>,
    expanded_to: usize,
    double_colon: bool,
    grouped: bool,
    command: Option<Vec<u8>>,
    /// The command as the line itself writes it, for a value that holds a semicolon.
    written_command: Option<Vec<u8>>,
}

impl<S> Evaluator<S> {
    /// A line that is no assignment and no directive.
    pub(crate) fn rule_line(&mut self, reader: &mut Reader<'_>, line: &[u8]) -> Result<()> {
        self.finish_rule(reader)?;
        let mut text = Cow::Borrowed(line);
        let mut command = None;
        if line.find_byteset(b";#").is_some() {
            let text = text.to_mut();
            if let Some(at) = find_unquoted(text, 0, b";#$") {
                if text[at] == b';' {
                    command = Some(text[at + 1..].to_vec());
                }
                text.truncate(at);
            }
        }
        let text = collapse(&text, self.rules.posix);
        let start = trim_start(&text);
        match start.first() {
            None if command.is_some() => return Err(self.error_here(ErrorKind::MissingRule)),
            None => return Ok(()),
            Some(b':') => {
                reader.no_targets = true;
                return Ok(());
            }
            Some(b'&') if start[1..].starts_with(b":") => {
                reader.no_targets = true;
                return Ok(());
            }
            Some(_) => {}
        }
        let Some(head) = self.split_head(start, command, line)? else { return Ok(()) };
        let targets = filenames::list(self.host.as_mut(), &head.targets);
        if targets.is_empty() {
            reader.no_targets = true;
            return Ok(());
        }
        if let Some((modifiers, Change::Assign(_))) = change(&head.rest, true) {
            return self.target_variable(targets, modifiers, head);
        }
        reader.no_targets = false;
        let rule = self.open_rule(targets, head)?;
        self.choose_default_goal(&rule);
        reader.rule = Some(rule);
        Ok(())
    }

    /// Expands a rule line word by word up to its colon: what follows may be the variable of a
    /// target, which is expanded later or never.
    fn split_head(
        &mut self,
        text: &[u8],
        written_command: Option<Vec<u8>>,
        line: &[u8],
    ) -> Result<Option<Head>> {
        let mut command = written_command.clone();
        let mut expanded = Vec::with_capacity(text.len());
        let mut at = 0;
        let colon = loop {
            let word_end = next_piece(text, at);
            if word_end == at {
                break None;
            }
            if !expanded.is_empty() {
                expanded.push(b' ');
            }
            let start = expanded.len();
            self.expand_into(trim_start(&text[at..word_end]), &mut expanded)?;
            at = word_end;
            if command.is_none()
                && let Some(semicolon) = find_unquoted(&mut expanded, start, b";")
            {
                let mut rest = expanded.split_off(semicolon);
                self.expand_into(&text[at..], &mut rest)?;
                at = text.len();
                command = Some(rest[1..].to_vec());
            }
            if let Some(colon) = find_unquoted(&mut expanded, start, b":") {
                break Some(colon);
            }
        };
        let Some(colon) = colon else {
            if trim(&expanded).is_empty() {
                return Ok(None);
            }
            let mut error = self.error_here(no_separator(line, self.recipe_prefix()));
            error.excerpt = Some(super::expand::excerpt(line));
            return Err(error);
        };
        let grouped = colon > 0 && expanded[colon - 1] == b'&';
        let mut rest = Vec::with_capacity(expanded.len() - colon + text.len() - at);
        rest.extend_from_slice(&expanded[colon + 1..]);
        expanded.truncate(colon - usize::from(grouped));
        // The second colon may be the next piece of the line.
        let double_colon = if rest.is_empty() && text[at..].starts_with(b":") {
            at += 1;
            true
        } else if rest.starts_with(b":") {
            rest.remove(0);
            true
        } else {
            false
        };
        let expanded_to = rest.len();
        rest.extend_from_slice(&text[at..]);
        Ok(Some(Head {
            targets: expanded,
            rest,
            expanded_to,
            double_colon,
            grouped,
            command,
            written_command,
        }))
    }

    fn open_rule(&mut self, targets: Vec<BString>, head: Head) -> Result<OpenRule> {
        let mut rest = head.rest;
        if rest[head.expanded_to..].find_byteset(b"$=").is_some() {
            let mut unexpanded = rest.split_off(head.expanded_to);
            find_unquoted(&mut unexpanded, 0, b"=");
            self.expand_into(&unexpanded, &mut rest)?;
        }
        let mut command = head.command;
        if command.is_none()
            && let Some(at) = find_unquoted(&mut rest, 0, b";")
        {
            command = Some(rest.split_off(at)[1..].to_vec());
        }
        let mut pattern = None;
        if let Some(colon) = unquoted_colon(&rest) {
            let prerequisites = rest.split_off(colon + 1);
            let mut patterns = filenames::take(&rest, Some(b':')).0.into_iter();
            let kind = match (patterns.next(), patterns.next()) {
                (None, _) => Some(ErrorKind::MissingTargetPattern),
                (Some(_), Some(_)) => Some(ErrorKind::MultipleTargetPatterns),
                (Some(first), None) => {
                    let wild = Pattern::parse(&first).is_wild();
                    // As in the names of targets, which it is held against.
                    pattern = Some(filenames::without_dot(&first).into());
                    (!wild).then_some(ErrorKind::TargetPatternWithoutPercent)
                }
            };
            if let Some(kind) = kind {
                return Err(self.error_here(kind));
            }
            rest = prerequisites;
        }
        // A quoted colon has done its work.
        let mut from = 0;
        while let Some(colon) = find_unquoted(&mut rest, from, b":") {
            from = colon + 1;
        }
        let location = self.here.clone().unwrap_or_else(|| Location::new("", 0));
        let prefix = self.recipe_prefix();
        let commands = command.map(|text| {
            let mut commands = Vec::new();
            push_command(&text, &mut commands);
            (location.clone(), commands)
        });
        Ok(OpenRule {
            targets,
            pattern,
            prerequisites: rest,
            double_colon: head.double_colon,
            grouped: head.grouped,
            commands,
            prefix,
            location,
        })
    }

    /// The first target that is neither special nor a pattern is what make makes by default.
    fn choose_default_goal(&mut self, rule: &OpenRule) {
        let goal = self.table.global(self.known.default_goal);
        if goal.is_some_and(|goal| !goal.value().is_empty()) {
            return;
        }
        let fits = |name: &&BString| {
            let special = name.starts_with(b".") && !name.contains(&b'/');
            !special && !Pattern::parse(name).is_wild()
        };
        if let Some(name) = rule.targets.iter().find(fits) {
            let variable = Variable::new(name.to_vec(), Flavor::Simple, Origin::File);
            self.table.define(self.known.default_goal, variable);
        }
    }

    /// Records the rule that was open.
    pub(crate) fn finish_rule(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        let Some(rule) = reader.rule.take() else { return Ok(()) };
        let line = self.here.as_ref().map(|here| here.line);
        self.go_to(rule.location.line);
        let result = self.record(rule);
        if let Some(line) = line {
            self.go_to(line);
        }
        result
    }

    fn record(&mut self, mut rule: OpenRule) -> Result<()> {
        let recipe = rule.commands.take().map(|(location, text)| {
            Arc::new(Recipe { location, text: text.into(), prefix: rule.prefix })
        });
        if self.in_recipe > 0 || self.finished_reading {
            return Err(self.error_here(ErrorKind::PrerequisiteInRecipe));
        }
        if rule.grouped && recipe.is_none() {
            return Err(self.error_here(ErrorKind::GroupWithoutRecipe));
        }
        let wild = rule.targets.iter().filter(|name| Pattern::parse(name).is_wild()).count();
        if wild > 0 && rule.pattern.is_some() {
            return Err(self.error_here(ErrorKind::MixedStaticRules));
        }
        let first_is_wild = rule.targets.first().is_some_and(|name| Pattern::parse(name).is_wild());
        if first_is_wild && wild < rule.targets.len() {
            return Err(self.error_here(ErrorKind::MixedRules));
        }
        if !first_is_wild {
            for _ in 0..wild {
                let text = "*** mixed implicit and normal rules: deprecated syntax";
                self.tell(Severity::Error, text);
            }
        }
        let deferred = self.rules.second_expansion && rule.prerequisites.contains(&b'$');
        let prerequisites = if deferred {
            Prerequisites::Deferred(trim(&rule.prerequisites).into())
        } else {
            self.prerequisites(trim(&rule.prerequisites))
        };
        if first_is_wild {
            self.rules.add_pattern(PatternRule {
                targets: rule.targets,
                prerequisites,
                recipe,
                terminal: rule.double_colon,
                location: rule.location,
            });
            return Ok(());
        }
        self.record_explicit(rule, prerequisites, recipe)
    }

    /// Reads a list of prerequisites.
    pub(crate) fn prerequisites(&mut self, text: &[u8]) -> Prerequisites {
        if text.find_byte(b'\\').is_none() {
            let (normal, rest) = text.split_at(text.find_byte(b'|').unwrap_or(text.len()));
            let order_only = rest.get(1..).unwrap_or_default();
            let host = self.host.as_mut();
            return Prerequisites::Names {
                normal: filenames::list(host, normal),
                order_only: filenames::list(host, order_only),
            };
        }
        let (normal, rest) = filenames::take(text, Some(b'|'));
        let order_only = match rest.split_first() {
            Some((_, rest)) => filenames::take(rest, None).0,
            None => Vec::new(),
        };
        let host = self.host.as_mut();
        Prerequisites::Names {
            normal: filenames::expand(host, normal),
            order_only: filenames::expand(host, order_only),
        }
    }

    fn record_explicit(
        &mut self,
        mut rule: OpenRule,
        mut prerequisites: Prerequisites,
        recipe: Option<Arc<Recipe>>,
    ) -> Result<()> {
        let pattern = rule.pattern.as_ref().map(|pattern| Pattern::parse(pattern));
        let mut recorded: Vec<Rule> = Vec::with_capacity(rule.targets.len());
        let empty = prerequisites.is_empty();
        let mut seen: HashSet<_, FastHash> = HashSet::default();
        let names: Vec<BString> =
            std::mem::take(&mut rule.targets).into_iter().map(literal).collect();
        let alone = names.len() == 1;
        let once = alone || recipe.is_none() || rule.double_colon;
        for name in &names {
            let again = !once && !seen.insert(name);
            if again {
                let what = format!("target '{name}' given more than once in the same rule");
                self.warn(&rule.location, what);
            }
            let stem = pattern.as_ref().map(|pattern| pattern.stem(name));
            if stem == Some(None) {
                let what = format!("target '{name}' doesn't match the target pattern");
                self.warn(&rule.location, what);
            }
            if !again {
                self.check_target(name, &rule, recipe.as_deref())?;
            }
            self.special_target(name, &prerequisites);
            let prerequisites = match stem {
                None if alone => std::mem::take(&mut prerequisites),
                None => prerequisites.clone(),
                Some(Some(stem)) => filled(&prerequisites, stem),
                // A target that does not fit keeps the recipe, and nothing else.
                Some(None) => Prerequisites::default(),
            };
            match recorded.first_mut() {
                Some(first) if rule.grouped && !again => first.targets.push(name.clone()),
                // Once more: all that it does is to ask for the same once more.
                _ => recorded.push(Rule {
                    targets: if alone { Vec::new() } else { vec![name.clone()] },
                    prerequisites,
                    recipe: recipe.clone().filter(|_| !again),
                    stem: stem.map(|stem| BString::from(stem.unwrap_or(name))),
                    double_colon: rule.double_colon,
                    grouped: rule.grouped && !again,
                    location: rule.location.clone(),
                }),
            }
        }
        if rule.grouped && !rule.double_colon {
            self.check_groups(&names, recipe.as_deref());
        }
        let forgets = recipe.is_none() && empty && names.iter().any(|name| name == ".DEFAULT");
        if alone && let Some(rule) = recorded.first_mut() {
            rule.targets = names;
        }
        for rule in recorded {
            self.rules.add(rule);
        }
        if forgets {
            self.rules.target_mut(b".DEFAULT").recipe_rule = None;
        }
        Ok(())
    }

    /// Tells of targets that another group has already.
    fn check_groups(&mut self, names: &[BString], recipe: Option<&Recipe>) {
        let mut seen = HashSet::new();
        for name in names.iter().rev() {
            let rules = self.rules.target(name).map_or(&[][..], |target| &target.rules);
            let grouped = rules.iter().any(|rule| self.rules.rule(*rule).grouped);
            if let (true, Some(recipe)) = (grouped || !seen.insert(name), recipe) {
                let text = format!("warning: overriding group membership for target '{name}'");
                self.warn(&recipe.location, text);
            }
        }
    }

    fn warn(&mut self, location: &Location, text: String) {
        let location = Some(location.clone());
        self.host.message(Message { severity: Severity::Warning, location, text: text.into() });
    }

    fn check_target(
        &mut self,
        name: &BString,
        rule: &OpenRule,
        recipe: Option<&Recipe>,
    ) -> Result<()> {
        let Some(target) = self.rules.target(name) else { return Ok(()) };
        let Some(&last) = target.rules.last() else { return Ok(()) };
        if self.rules.rule(last).double_colon != rule.double_colon {
            return Err(self.error_here(ErrorKind::BothColons(name.clone())));
        }
        let old = target.recipe_rule.and_then(|rule| self.rules.rule(rule).recipe.clone());
        if let (Some(new), Some(old)) = (recipe, old) {
            self.warn(&new.location, format!("warning: overriding recipe for target '{name}'"));
            self.warn(&old.location, format!("warning: ignoring old recipe for target '{name}'"));
        }
        Ok(())
    }

    /// Targets that change how the following lines are read.
    fn special_target(&mut self, name: &[u8], prerequisites: &Prerequisites) {
        match name {
            b".SECONDEXPANSION" => self.rules.second_expansion = true,
            b".POSIX" => {
                self.rules.posix = true;
                for (name, value) in POSIX_VARIABLES {
                    self.define(name, value, Flavor::Simple, Origin::Default);
                }
            }
            b".ONESHELL" => self.rules.one_shell = true,
            b".EXPORT_ALL_VARIABLES" => self.export_all = true,
            b".SUFFIXES" => self.change_suffixes(prerequisites),
            _ => {}
        }
    }

    fn change_suffixes(&mut self, prerequisites: &Prerequisites) {
        self.rules.built_in.suffixes = false;
        match prerequisites {
            Prerequisites::Names { normal, .. } if normal.is_empty() => {
                self.rules.suffixes.clear();
            }
            Prerequisites::Names { normal, .. } => {
                self.rules.suffixes.extend(normal.iter().cloned());
            }
            Prerequisites::Deferred(_) => {}
        }
    }

    /// `target: NAME op VALUE`
    fn target_variable(
        &mut self,
        targets: Vec<BString>,
        modifiers: Modifiers,
        head: Head,
    ) -> Result<()> {
        let mut text = head.rest;
        if let Some(command) = head.written_command {
            text.push(b';');
            text.extend_from_slice(&collapse(&command, self.rules.posix));
        }
        let Some((_, Change::Assign(line))) = change(&text, true) else { return Ok(()) };
        let origin = if modifiers.overrides { Origin::Override } else { Origin::File };
        for target in targets {
            if Pattern::parse(&target).is_wild() {
                let name = self.expand_name(line.name)?;
                let (value, flavor) = match line.assign {
                    Assign::Simple => (self.expanded(line.value)?, Flavor::Simple),
                    _ => (line.value.to_vec(), Flavor::Recursive),
                };
                let mut variable = Variable::new(value, flavor, origin).at(self.here.clone());
                apply_modifiers(&mut variable, modifiers);
                let assign = line.assign;
                let pattern = PatternVariable { pattern: target, name, assign, variable };
                self.rules.pattern_variables.push(pattern);
                continue;
            }
            self.assign_for_target(&target, line, origin, modifiers)?;
        }
        Ok(())
    }
}

pub(crate) fn apply_modifiers(variable: &mut Variable, modifiers: Modifiers) {
    variable.private |= modifiers.private;
    match modifiers.export {
        Some(true) => variable.export = Export::Yes,
        Some(false) => variable.export = Export::No,
        None => {}
    }
}

/// A target's name without the backslashes that quote its percent signs.
fn literal(name: BString) -> BString {
    match Pattern::parse(&name) {
        Pattern { prefix: Cow::Owned(unquoted), suffix: None } => unquoted.into(),
        _ => name,
    }
}

/// Prerequisites of a static pattern rule for one of its targets.
fn filled(prerequisites: &Prerequisites, stem: &[u8]) -> Prerequisites {
    let fill = |names: &[BString]| -> Vec<BString> {
        let names = names.iter().map(|name| {
            let mut out = Vec::new();
            Pattern::parse(name).fill(stem, &mut out);
            BString::from(out)
        });
        names.filter(|name| !name.is_empty()).collect()
    };
    match prerequisites {
        Prerequisites::Names { normal, order_only } => {
            Prerequisites::Names { normal: fill(normal), order_only: fill(order_only) }
        }
        deferred => deferred.clone(),
    }
}

/// Where the next word of a rule line ends. Words end at blanks and after colons, outside
/// references.
fn next_piece(text: &[u8], start: usize) -> usize {
    let mut at = text.len() - trim_start(&text[start..]).len();
    if at == text.len() {
        return start;
    }
    while at < text.len() {
        match text[at] {
            b'$' => at = reference_end(text, at),
            b'\\' if text.get(at + 1).is_some_and(|&byte| is_space(byte) || byte == b':') => {
                at += 2
            }
            b':' => return at + 1,
            byte if is_space(byte) => return at,
            _ => at += 1,
        }
    }
    text.len()
}

/// The colon of a static pattern rule.
fn unquoted_colon(text: &[u8]) -> Option<usize> {
    text.find_byte(b':')?;
    text.find_iter(b":")
        .find(|&at| text[..at].iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 0)
}

fn no_separator(line: &[u8], prefix: u8) -> ErrorKind {
    if prefix == b'\t' && line.starts_with(b"        ") {
        return ErrorKind::MissingSeparator { spaces: true };
    }
    let start = trim_start(line);
    let rest = start.strip_prefix(b"ifneq").or(start.strip_prefix(b"ifeq"));
    let glued = rest.is_some_and(|rest| !rest.first().is_some_and(|&byte| is_blank(byte)));
    if glued {
        return ErrorKind::MissingSeparatorIfeq;
    }
    ErrorKind::MissingSeparator { spaces: false }
}
