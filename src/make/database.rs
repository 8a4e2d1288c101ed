//! `-p`: what is known after everything has been done, as comments and makefile lines. Programs read
//! it: the lines that they look for are GNU make's. Its counts of hash tables and strings are not
//! here, but for the line that ends the files. Changes nothing.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bstr::{BStr, BString, ByteSlice};
use rules::make::{Context, Flavor, Origin, Prerequisites, Recipe, RuleId, Variable};

use super::files::{File, FileId, State, Status};
use super::options;
use super::run::Run;
use super::time::Time;

/// Automatic variables as they are listed, after those of the target itself.
const AUTOMATIC: [&str; 8] = ["@", "*", "<", "+", "%", "^", "?", "|"];

/// What one entry says of a file before its recipe.
struct Entry<'a> {
    name: &'a BStr,
    is_target: bool,
    double_colon: bool,
    normal: Vec<BString>,
    order_only: Vec<BString>,
    recipe: Option<&'a Recipe>,
}

impl Run {
    /// Writes variables, folders, rules, files and search paths.
    pub(super) fn print_database(&mut self) {
        let mut out = Vec::new();
        self.write_database(&mut out);
        self.out().write(&out);
    }

    fn write_database(&mut self, out: &mut Vec<u8>) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let date = date(now.as_secs() as i64);
        push(out, options::version("# "));
        push(out, format!("\n# Make data base, printed on {date}\n"));
        self.write_variables(out);
        self.write_folders(out);
        self.write_implicit_rules(out);
        self.write_files(out);
        self.write_search_paths(out);
        push(out, format!("\n# Finished Make data base on {date}\n\n"));
    }

    fn write_variables(&self, out: &mut Vec<u8>) {
        push(out, "\n# Variables\n\n");
        // What make keeps for itself is only shown when there is something in it.
        let shown = |(name, variable): &(&BStr, &Variable)| {
            !name.starts_with(b"-*-") || !variable.value().is_empty()
        };
        for (name, variable) in self.evaluator.variables().filter(shown) {
            write_variable(out, "", name, variable);
        }
        push(out, "\n# Pattern-specific Variable Values\n");
        let all = &self.evaluator.rules().pattern_variables;
        for one in all {
            push(out, format!("\n{} :\n", one.pattern));
            write_variable(out, "# ", self.evaluator.name_text(one.name), &one.variable);
        }
        match all.len() {
            0 => push(out, "\n# No pattern-specific variable values.\n"),
            count => push(out, format!("\n# {count} pattern-specific variable values\n")),
        }
    }

    fn write_folders(&self, out: &mut Vec<u8>) {
        push(out, "\n# Directories\n\n");
        let (mut files, mut folders) = (0, 0);
        for (name, listing) in self.search.listings() {
            folders += 1;
            match listing {
                None => push(out, format!("# {name}: could not be stat'd.\n")),
                Some((device, inode, count)) => {
                    files += count;
                    let known = format!("{}, no impossibilities.", number(count, "files"));
                    push(out, format!("# {name} (device {device}, inode {inode}): {known}\n"));
                }
            }
        }
        let files = number(files, "files");
        push(out, format!("\n# {files}, no impossibilities in {folders} directories.\n"));
    }

    fn write_implicit_rules(&self, out: &mut Vec<u8>) {
        push(out, "\n# Implicit Rules\n");
        let patterns = &self.evaluator.rules().patterns;
        for rule in patterns {
            push(out, "\n");
            push(out, bstr::join(" ", &rule.targets));
            push(out, if rule.terminal { "::" } else { ":" });
            let (normal, order_only) = names(&rule.prerequisites);
            write_prerequisites(out, &normal, &order_only);
            if let Some(recipe) = &rule.recipe {
                write_recipe(out, recipe);
            }
        }
        let terminal = patterns.iter().filter(|rule| rule.terminal).count();
        match patterns.len() {
            0 => push(out, "\n# No implicit rules.\n"),
            count => {
                let share = terminal as f64 / count as f64 * 100.0;
                let line = format!("{count} implicit rules, {terminal} ({share:.1}%) terminal.");
                push(out, format!("\n# {line}\n"));
            }
        }
    }

    fn write_files(&mut self, out: &mut Vec<u8>) {
        push(out, "\n# Files\n");
        let built_in = self.built_in_names();
        let rules = self.evaluator.rules();
        let mut names: Vec<BString> = rules.targets().map(|(name, _)| name.to_owned()).collect();
        names.extend([".SUFFIXES".into(), ".DEFAULT".into()]);
        let mut mentioned: Vec<BString> = self.mentioned.names(rules).map(BStr::to_owned).collect();
        mentioned.sort();
        let mut done: HashSet<BString> = HashSet::new();
        let mut count = 0;
        for name in names {
            if done.insert(name.clone()) {
                count += 1;
                self.write_name(out, name.as_bstr());
            }
        }
        for id in self.files.ids() {
            let node = &self.files[id];
            let is_own = node.became.is_none() && node.whole.is_none();
            let is_new = is_own && node.loaded && done.insert(node.name.clone());
            if is_new {
                count += 1;
                push(out, "\n");
                self.write_node(out, id);
            }
        }
        for (name, recipe) in built_in {
            if done.insert(name.clone()) {
                count += 1;
                write_built_in(out, name.as_bstr(), recipe.as_deref());
            }
        }
        for name in mentioned {
            if done.insert(name.clone()) {
                count += 1;
                self.write_name(out, name.as_bstr());
            }
        }
        push(out, "\n# files hash-table stats:\n");
        push(out, format!("# Load={count}/{count}=100%, Rehash=0, Collisions=0/0=0%"));
    }

    /// Suffixes and suffix rules that make has by itself.
    fn built_in_names(&self) -> Vec<(BString, Option<Arc<Recipe>>)> {
        let rules = self.evaluator.rules().built_in_suffix_rules().into_iter();
        let mut all: Vec<_> =
            rules.map(|(name, recipe)| (name.to_owned(), Some(recipe.clone()))).collect();
        if let (false, Some(suffixes)) = (all.is_empty(), self.evaluator.variable(b"SUFFIXES")) {
            let suffixes = suffixes.value().fields().map(|suffix| (suffix.into(), None));
            all.extend(suffixes);
        }
        all
    }

    /// Everything of one name: each double-colon rule by itself.
    fn write_name(&mut self, out: &mut Vec<u8>, name: &BStr) {
        push(out, "\n");
        for (variable, value) in self.evaluator.target_variables(name) {
            let prefix = format!("{name}: ");
            write_variable(out, &prefix, variable, value);
        }
        let node = self.files.find(name).filter(|&node| self.files[node].loaded);
        if let Some(node) = node {
            let variants = match self.files[node].variants.as_slice() {
                [] => vec![node],
                variants => variants.to_vec(),
            };
            for (index, variant) in variants.into_iter().enumerate() {
                push(out, if index > 0 { "\n" } else { "" });
                self.write_node(out, variant);
            }
            return;
        }
        let rules = self.evaluator.rules();
        let ids = rules.target(name).map(|known| known.rules.clone()).unwrap_or_default();
        let double_colon = ids.first().is_some_and(|&id| rules.rule(id).double_colon);
        if double_colon {
            for (index, id) in ids.into_iter().enumerate() {
                push(out, if index > 0 { "\n" } else { "" });
                self.write_unseen(out, name, &[id], true);
            }
        } else {
            self.write_unseen(out, name, &ids, false);
        }
    }

    /// A name that nothing has been made of yet: as the makefiles have it.
    fn write_unseen(&self, out: &mut Vec<u8>, name: &BStr, ids: &[RuleId], double_colon: bool) {
        let rules = self.evaluator.rules();
        let recipe = ids.iter().rev().find_map(|&id| rules.rule(id).recipe.as_ref());
        let mut entry = Entry {
            name,
            is_target: !ids.is_empty() || rules.is_phony(name),
            double_colon,
            normal: Vec::new(),
            order_only: Vec::new(),
            recipe: recipe.map(|recipe| &**recipe),
        };
        for &id in ids {
            let rule = rules.rule(id);
            let (normal, order_only) = names(&rule.prerequisites);
            let at = if rule.recipe.is_some() { 0 } else { entry.normal.len() };
            entry.normal.splice(at..at, normal);
            entry.order_only.extend(order_only);
        }
        if name == ".SUFFIXES" {
            entry.normal = rules.suffixes.clone();
        }
        entry.write_head(out);
        if self.special.precious.iter().any(|other| other == name) {
            push(out, "#  Precious file (prerequisite of .PRECIOUS).\n");
        }
        if rules.is_phony(name) {
            push(out, "#  Phony target (prerequisite of .PHONY).\n");
        }
        push(out, "#  Implicit rule search has not been done.\n");
        if let Some(stem) = ids.iter().find_map(|&id| rules.rule(id).stem.as_ref()) {
            push(out, format!("#  Implicit/static pattern stem: '{stem}'\n"));
        }
        if self.special.intermediate.contains(name) {
            push(out, "#  File is an intermediate prerequisite.\n");
        }
        let group = ids.iter().map(|&id| rules.rule(id)).find(|rule| rule.grouped);
        if let Some(rule) = group {
            let names = bstr::join(" ", rule.targets.iter().rev());
            push(out, format!("#  Also makes: {}\n", names.as_bstr()));
        }
        push(
            out,
            match rules.is_phony(name) {
                true => "#  File does not exist.\n",
                false => "#  Modification time never checked.\n",
            },
        );
        push(out, "#  File has not been updated.\n");
        entry.write_tail(out);
    }

    /// What is known of a file.
    fn write_node(&mut self, out: &mut Vec<u8>, id: FileId) {
        let node = self.files[id].clone();
        let shown = node.prerequisites.iter().filter(|one| !one.hidden);
        let of_kind = |order_only: bool| -> Vec<BString> {
            let some = shown.clone().filter(|one| one.order_only == order_only);
            some.map(|one| self.files[self.files.settled(one.file)].name.clone()).collect()
        };
        let entry = Entry {
            name: node.name.as_bstr(),
            is_target: node.is_target || node.phony,
            double_colon: node.whole.is_some(),
            normal: of_kind(false),
            order_only: of_kind(true),
            recipe: node.recipe.as_deref(),
        };
        entry.write_head(out);
        let rules = self.evaluator.rules();
        let rule = rules.target(&node.name).and_then(|target| target.recipe_rule);
        let group = rule.map(|rule| rules.rule(rule)).filter(|rule| rule.grouped);
        // The last one comes first. Of a pattern's targets, the file itself is left out.
        let peers = match group {
            Some(rule) => bstr::join(" ", rule.targets.iter().rev()),
            None => bstr::join(" ", node.peers.iter().rev().map(|&peer| &self.files[peer].name)),
        };
        let is_first = |whole: FileId| self.files[whole].variants.first() == Some(&id);
        let whole = node.whole.filter(|&whole| is_first(whole));
        let is_goal = node.is_goal || whole.is_some_and(|whole| self.files[whole].is_goal);
        let notes = [
            (node.precious, "Precious file (prerequisite of .PRECIOUS)."),
            (node.phony, "Phony target (prerequisite of .PHONY)."),
            (is_goal, "Command line target."),
            (node.dont_care, "A default, MAKEFILES, or -include/sinclude makefile."),
        ];
        for (_, note) in notes.iter().filter(|(holds, _)| *holds) {
            push(out, format!("#  {note}\n"));
        }
        let searched = if node.tried_implicit { "" } else { "not " };
        push(out, format!("#  Implicit rule search has {searched}been done.\n"));
        let automatic = if node.expanded { self.automatic(id) } else { Vec::new() };
        let stem = automatic.iter().find(|(name, _)| *name == "*").map(|(_, value)| value);
        if let Some(stem) = stem.or(node.stem.as_ref()) {
            push(out, format!("#  Implicit/static pattern stem: '{stem}'\n"));
        }
        if node.intermediate {
            push(out, "#  File is an intermediate prerequisite.\n");
        }
        if !node.peers.is_empty() {
            push(out, format!("#  Also makes: {}\n", peers.as_bstr()));
        }
        write_state(out, &node);
        for (name, value) in automatic {
            push(out, format!("# automatic\n# {name} := {value}\n"));
        }
        entry.write_tail(out);
    }

    /// The automatic variables of a file whose recipe has been expanded.
    fn automatic(&mut self, id: FileId) -> Vec<(&'static str, BString)> {
        let prerequisites = self.automatic_prerequisites(id);
        let (target, stem) = (self.files[id].name.clone(), self.files[id].stem.clone());
        let context = Context {
            target: &target,
            stem: stem.as_ref().map(|stem| stem.as_slice()),
            prerequisites: &prerequisites,
            parents: &[],
        };
        let values = self.evaluator.in_target(&context, |evaluator| {
            AUTOMATIC.iter().map(|name| Ok((*name, evaluator.value_of(name.as_bytes())?))).collect()
        });
        values.unwrap_or_default()
    }

    fn write_search_paths(&self, out: &mut Vec<u8>) {
        push(out, "\n# VPATH Search Paths\n\n");
        let (general, others): (Vec<_>, Vec<_>) =
            self.places.iter().partition(|place| place.general);
        for place in &others {
            let pattern = place.pattern.clone().unwrap_or_default();
            let folders = BString::from(bstr::join(":", &place.folders));
            push(out, format!("vpath {pattern} {folders}\n"));
        }
        match others.len() {
            0 => push(out, "# No 'vpath' search paths.\n"),
            count => push(out, format!("\n# {count} 'vpath' search paths.\n")),
        }
        match general.first() {
            None => push(out, "\n# No general ('VPATH' variable) search path.\n"),
            Some(place) => {
                let folders = BString::from(bstr::join(":", &place.folders));
                push(out, format!("\n# General ('VPATH' variable) search path:\n# {folders}\n"));
            }
        }
    }
}

impl Entry<'_> {
    fn write_head(&self, out: &mut Vec<u8>) {
        push(out, if self.is_target { "" } else { "# Not a target:\n" });
        push(out, self.name);
        push(out, if self.double_colon { "::" } else { ":" });
        write_prerequisites(out, &self.normal, &self.order_only);
    }

    fn write_tail(&self, out: &mut Vec<u8>) {
        if let Some(recipe) = self.recipe {
            write_recipe(out, recipe);
        }
    }
}

/// A suffix rule or a suffix that make has by itself.
fn write_built_in(out: &mut Vec<u8>, name: &BStr, recipe: Option<&Recipe>) {
    push(out, format!("\n# Not a target:\n{name}:\n#  Builtin rule\n"));
    push(out, "#  Implicit rule search has not been done.\n");
    push(out, "#  Modification time never checked.\n#  File has not been updated.\n");
    if let Some(recipe) = recipe {
        write_recipe(out, recipe);
    }
}

fn write_state(out: &mut Vec<u8>, node: &File) {
    match node.time {
        None => push(out, "#  Modification time never checked.\n"),
        Some(Time::MISSING) => push(out, "#  File does not exist.\n"),
        Some(Time::OLD) => push(out, "#  File is very old.\n"),
        // As far off as GNU make's stamps go.
        Some(Time::NEW) => push(out, "#  Last modified 2514-05-30 01:53:03.107374182\n"),
        Some(time) => {
            let (seconds, nanoseconds) = time.parts();
            let (year, month, day) = day_of(seconds.div_euclid(86_400));
            let clock = clock(seconds);
            let day = format!("{year:04}-{month:02}-{day:02}");
            let fraction = format!(".{nanoseconds:09}");
            let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
            push(out, format!("#  Last modified {day} {clock}{fraction}\n"));
        }
    }
    let updated = if node.updated { "" } else { "not " };
    push(out, format!("#  File has {updated}been updated.\n"));
    let end = match (node.state, node.status) {
        (State::Running | State::Waiting, _) | (_, Status::None) => return,
        (_, Status::Success) => "Successfully updated.",
        (_, Status::Question) => "Needs to be updated (-q is set).",
        (_, Status::Failed) => "Failed to be updated.",
    };
    push(out, format!("#  {end}\n"));
}

fn write_variable(out: &mut Vec<u8>, prefix: &str, name: &BStr, variable: &Variable) {
    let origin = match variable.origin() {
        Origin::Automatic => "automatic",
        Origin::Default => "default",
        Origin::Environment => "environment",
        Origin::File => "makefile",
        Origin::EnvironmentOverride => "environment under -e",
        Origin::CommandLine => "command line",
        Origin::Override => "'override' directive",
    };
    push(out, format!("# {origin}"));
    if variable.is_private() {
        push(out, " private");
    }
    let location = variable.pieces().last().and_then(|piece| piece.location.as_ref());
    if let Some(location) = location {
        push(out, format!(" (from '{}', line {})", location.file(), location.line));
    }
    push(out, format!("\n{prefix}"));
    let value = variable.value();
    let recursive = variable.flavor() == Flavor::Recursive;
    if recursive && value.contains(&b'\n') {
        push(out, format!("define {name}\n"));
        push(out, value);
        push(out, "\nendef\n");
        return;
    }
    push(out, name);
    push(
        out,
        match (recursive, variable.appends()) {
            (true, true) => " += ",
            (true, false) => " = ",
            (false, _) => " := ",
        },
    );
    let blank = value.iter().all(|byte| byte.is_ascii_whitespace());
    if blank && !value.is_empty() {
        push(out, "$(subst ,,");
        push(out, value);
        push(out, ")");
    } else if recursive {
        push(out, value);
    } else {
        push(out, value.replace("$", "$$"));
    }
    push(out, "\n");
}

fn write_prerequisites(out: &mut Vec<u8>, normal: &[BString], order_only: &[BString]) {
    for name in normal {
        push(out, " ");
        push(out, name);
    }
    if !order_only.is_empty() {
        push(out, " | ");
        push(out, bstr::join(" ", order_only));
    }
    push(out, "\n");
}

fn write_recipe(out: &mut Vec<u8>, recipe: &Recipe) {
    match recipe.is_built_in() {
        true => push(out, "#  recipe to execute (built-in):\n"),
        false => {
            let (file, line) = (recipe.location.file(), recipe.location.line);
            push(out, format!("#  recipe to execute (from '{file}', line {line}):\n"));
        }
    }
    for line in super::recipe::recipe_lines(recipe) {
        out.push(recipe.prefix);
        push(out, line);
        push(out, "\n");
    }
}

/// Prerequisites as they are written.
fn names(prerequisites: &Prerequisites) -> (Vec<BString>, Vec<BString>) {
    match prerequisites {
        Prerequisites::Names { normal, order_only } => (normal.clone(), order_only.clone()),
        Prerequisites::Deferred(text) => (vec![text.clone()], Vec::new()),
    }
}

fn push(out: &mut Vec<u8>, text: impl AsRef<[u8]>) {
    out.extend_from_slice(text.as_ref());
}

fn number(count: usize, what: &str) -> String {
    if count == 0 { format!("No {what}") } else { format!("{count} {what}") }
}

/// The year, month and day of a day since 1970, in the Gregorian calendar.
fn day_of(day: i64) -> (i64, usize, i64) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut year, mut rest) = (1970 + day.div_euclid(146_097) * 400, day.rem_euclid(146_097));
    while rest >= 365 + i64::from(is_leap(year)) {
        rest -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while rest >= months[month] {
        rest -= months[month];
        month += 1;
    }
    (year, month + 1, rest + 1)
}

fn clock(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// A date in words, in universal time.
fn date(seconds: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let number = seconds.div_euclid(86_400);
    let (year, month, day) = day_of(number);
    let weekday = DAYS[number.rem_euclid(7) as usize];
    format!("{weekday} {} {day:2} {} {year}", MONTHS[month - 1], clock(seconds))
}
