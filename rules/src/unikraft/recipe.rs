//! Rules that fragments write themselves, as steps of the same graph. Knows how a rule with a recipe
//! becomes a step, and what a rule without one adds to the step that makes its target.

use bstr::{BStr, BString, ByteSlice};
use hashbrown::HashMap;

use super::core::Error;
use super::fragments::{Fragments, Registry, is_stage, origin};
use super::pipeline::{self, Pipeline};
use super::{names, origins};
use crate::graph::{Command, FileId, Graph, Origin, Step};
use crate::make::{Context, PatternRule, Prerequisite, Prerequisites, Recipe, Rule};

/// What a rule asks for, as files of the graph.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Files whose contents matter.
    pub(super) inputs: Vec<FileId>,
    /// Files that must only be there.
    pub(super) order_only: Vec<FileId>,
    /// Phony targets among them.
    phony: Vec<FileId>,
    /// Something is asked for that is never up to date, as nothing makes it.
    forced: bool,
}

impl Needs {
    fn add(&mut self, make: &mut Fragments, graph: &mut Graph, prerequisites: &[Prerequisite]) {
        for prerequisite in prerequisites {
            let name = &prerequisite.name;
            if make.is_build_folder(name) {
                // Folders of outputs are made when they are needed.
                continue;
            }
            let empty = is_empty_rule(make, name.as_bstr());
            self.forced |= !prerequisite.order_only && empty;
            if empty {
                continue;
            }
            let file = make.node(graph, name);
            if !prerequisite.order_only && make.rules().is_phony(name) {
                self.phony.push(file);
            }
            let list = match prerequisite.order_only {
                true => &mut self.order_only,
                false => &mut self.inputs,
            };
            if !list.contains(&file) {
                list.push(file);
            }
        }
    }
}

/// Whether a target is there only to be newer than everything: a rule with neither prerequisites nor
/// recipe, and no file (`FORCE:`).
fn is_empty_rule(make: &mut Fragments, name: &BStr) -> bool {
    let Some(target) = make.rules().target(name) else { return false };
    let rules = target.rules.iter().map(|&rule| make.rules().rule(rule));
    let asks_nothing = |rule: &Rule| {
        let Prerequisites::Names { normal, order_only } = &rule.prerequisites else { return false };
        normal.is_empty() && order_only.is_empty() && rule.recipe.is_none()
    };
    let empty = rules.clone().count() > 0 && rules.clone().all(asks_nothing);
    let path = make.node_path(name);
    empty && !make.rules().is_phony(name) && make.host().kind(path.as_bstr()).is_none()
}

/// What rules without a recipe add to the making of `target`. Empty when the target has a recipe of
/// its own.
pub(super) fn added_needs(
    make: &mut Fragments,
    graph: &mut Graph,
    target: &BStr,
) -> Result<Needs, Error> {
    let mut needs = Needs::default();
    if let Some(way) = make.explicit_rule(target)?
        && way.recipe.is_none()
    {
        needs.add(make, graph, &way.prerequisites);
    }
    Ok(needs)
}

/// Adds a step for every file of the graph that an explicit rule makes, and for all that those need
/// in turn. Rules that nothing needs stay unexpanded, as in make: some only work at other times.
pub(super) fn add_rules(make: &mut Fragments, graph: &mut Graph) -> Result<(), Error> {
    let targets: Vec<BString> = make.rules().targets().map(|(name, _)| name.into()).collect();
    let special = |name: &BString| name.starts_with(b".") && !name.contains(&b'/');
    let by_path: HashMap<BString, BString> = targets
        .into_iter()
        .filter(|name| !special(name) && !is_stage(name))
        .map(|name| (make.node_path(&name), name))
        .collect();
    let mut next = 0;
    while let Some(file) = graph.file_at(next) {
        let path = graph.path(file).to_owned();
        if graph.producer(file).is_none() {
            if let Some(target) = by_path.get(&path) {
                add_target(make, graph, target.as_bstr())?;
            }
            add_by_pattern(make, graph, path.as_bstr(), &by_path)?;
            if let Some(target) = by_path.get(&path) {
                add_without_recipe(make, graph, target.as_bstr(), path.as_bstr())?;
            }
        }
        next += 1;
    }
    follow(make, graph);
    Ok(())
}

/// Has steps run each time that need a phony target which is made each time.
fn follow(make: &mut Fragments, graph: &mut Graph) {
    let followers = std::mem::take(&mut make.state.followers);
    loop {
        let settled = |graph: &Graph, phony: &FileId| {
            let runs = graph.producer(*phony).is_some_and(|step| graph.step(step).always());
            make.state.products.contains(phony) && !runs
        };
        let mut more = followers.iter().filter(|(step, phony)| {
            !graph.step(*step).always() && !phony.iter().all(|phony| settled(graph, phony))
        });
        let Some(&(step, _)) = more.next() else { return };
        graph.run_always(step);
    }
}

/// Adds a step to the graph that needs these phony targets.
fn add_step(
    make: &mut Fragments,
    graph: &mut Graph,
    step: Step,
    phony: Vec<FileId>,
) -> Result<(), Error> {
    let step = graph.add(step)?;
    if !phony.is_empty() {
        make.state.followers.push((step, phony));
    }
    Ok(())
}

/// A target that nothing makes and that is no file stands for what it asks for, as in make.
fn add_without_recipe(
    make: &mut Fragments,
    graph: &mut Graph,
    target: &BStr,
    path: &BStr,
) -> Result<(), Error> {
    let made = graph.find(path).is_none_or(|file| graph.producer(file).is_some());
    if made || make.host().kind(path).is_some() || origins::inside(make, path).is_some() {
        return Ok(());
    }
    let needs = added_needs(make, graph, target)?;
    add_group(graph, path, needs)
}

/// How a pattern rule makes one file.
struct PatternWay {
    rule: PatternRule,
    stem: BString,
    prerequisites: Vec<Prerequisite>,
}

/// Makes a file that no explicit rule makes by the first pattern rule whose prerequisites are there
/// or can be made. What lies in the build folder has been made at some time, and is again; another
/// file that is there is a source.
fn add_by_pattern(
    make: &mut Fragments,
    graph: &mut Graph,
    path: &BStr,
    explicit: &HashMap<BString, BString>,
) -> Result<(), Error> {
    let made = graph.find(path).is_none_or(|file| graph.producer(file).is_some());
    let is_source = |make: &mut Fragments| {
        !path.starts_with(&make.in_build(&[])) && make.host().kind(path).is_some()
    };
    if made || !path.starts_with(b"/") || is_source(make) {
        return Ok(());
    }
    let Some(PatternWay { rule, stem, prerequisites }) = pattern_way(make, graph, path, explicit)?
    else {
        return Ok(());
    };
    let Some(recipe) = &rule.recipe else { return Ok(()) };
    let context =
        Context { target: path, stem: Some(&stem), prerequisites: &prerequisites, parents: &[] };
    make.state.announced = None;
    let mut commands = Vec::new();
    for command in make.commands(recipe, &context)? {
        commands.push(translated(make, &command)?);
    }
    let mut needs = Needs::default();
    needs.add(make, graph, &prerequisites);
    if let Some(target) = explicit.get(path) {
        let added = added_needs(make, graph, target.as_bstr())?;
        needs.inputs.extend(added.inputs);
        needs.order_only.extend(added.order_only);
    }
    let filled = |pattern: &BString| pattern.replacen("%", &stem, 1);
    let outputs = rule.targets.iter().map(|target| make.node(graph, &filled(target)));
    let mut outputs: Vec<FileId> = outputs.collect();
    if !outputs.iter().any(|&output| graph.path(output) == path) {
        // The pattern has no folder in it: the stem has.
        outputs = vec![graph.file(path)];
    }
    let phony = std::mem::take(&mut needs.phony);
    let step = step_of(make, path, graph, commands, needs, recipe);
    add_step(make, graph, Step { outputs, ..step }, phony)
}

fn pattern_way(
    make: &mut Fragments,
    graph: &Graph,
    path: &BStr,
    explicit: &HashMap<BString, BString>,
) -> Result<Option<PatternWay>, Error> {
    // The original has a pattern for all that comes out of an archive; the closest pattern counts.
    let unpacked = origins::inside(make, path).map(<[u8]>::len);
    for found in make.rules().matching(path) {
        if unpacked.is_some_and(|length| found.stem.len() >= length) {
            continue;
        }
        let rule = make.rules().patterns[found.rule].clone();
        let prerequisites = match &rule.prerequisites {
            Prerequisites::Names { .. } => {
                let normal = found.prerequisites.into_iter().map(Prerequisite::normal);
                let order_only = found.order_only.into_iter().map(Prerequisite::order_only);
                normal.chain(order_only).collect()
            }
            deferred => {
                let stem = Some(found.stem.as_slice());
                let context = Context { target: path, stem, ..Context::default() };
                make.second_expansion(deferred, &context, rule.location.clone())?
            }
        };
        let there = |prerequisite: &Prerequisite| {
            let path = make.node_path(&prerequisite.name);
            let node = graph.find(&path);
            explicit.contains_key(&path)
                || is_stage(&path)
                || make.rules().is_phony(&prerequisite.name)
                || make.is_build_folder(&prerequisite.name)
                || origins::inside(make, &path).is_some()
                || node.is_some_and(|file| graph.producer(file).is_some())
                || make.host().kind(path.as_bstr()).is_some()
        };
        if prerequisites.iter().all(there) {
            return Ok(Some(PatternWay { rule, stem: found.stem, prerequisites }));
        }
    }
    Ok(None)
}

/// A step without outputs yet.
fn step_of(
    make: &mut Fragments,
    target: &BStr,
    graph: &mut Graph,
    commands: Vec<Command>,
    mut needs: Needs,
    recipe: &Recipe,
) -> Step {
    // The original's rules for images name libraries only.
    for script in commands.iter().flat_map(linker_scripts) {
        let script = graph.file(script);
        if !needs.inputs.contains(&script) {
            needs.inputs.push(script);
        }
    }
    let depfile = commands.iter().find_map(depfile).map(|path| graph.file(path));
    let file_name = || ("GEN".to_owned(), names::file_name(target).to_string());
    let (tag, label) = make.state.announced.take().unwrap_or_else(file_name);
    Step {
        tag,
        label,
        commands,
        inputs: needs.inputs,
        order_only: needs.order_only,
        always: needs.forced,
        depfile,
        origin: Some(origin(&recipe.location)),
        ..Step::default()
    }
}

/// The linker scripts that a command names, where it says where they are.
fn linker_scripts(command: &Command) -> Vec<&BStr> {
    let Command::Exec { argv, .. } = command else { return Vec::new() };
    let words = argv.iter().flat_map(|word| match word.strip_prefix(b"-Wl,") {
        Some(words) => words.split_str(",").collect(),
        None => vec![word.as_slice()],
    });
    let mut scripts = Vec::new();
    let mut is_next = false;
    for word in words {
        let behind = ["-T", "-dT", "--script=", "--default-script="]
            .iter()
            .find_map(|option| word.strip_prefix(option.as_bytes()));
        let path = if is_next { Some(word) } else { behind };
        scripts.extend(path.filter(|path| path.starts_with(b"/")).map(ByteSlice::as_bstr));
        is_next = [b"-T".as_slice(), b"-dT", b"--script", b"--default-script"].contains(&word);
    }
    scripts
}

/// The dependency file that a compiler is told to write, with the option that `depflags` gives.
fn depfile(command: &Command) -> Option<&BStr> {
    let Command::Exec { argv, .. } = command else { return None };
    argv.iter().find_map(|word| word.strip_prefix(b"-Wp,-MD,")).map(ByteSlice::as_bstr)
}

fn add_target(make: &mut Fragments, graph: &mut Graph, target: &BStr) -> Result<(), Error> {
    let mut ways = make.double_colon_rules(target)?;
    ways.extend(make.explicit_rule(target)?);
    let mut needs = Needs::default();
    for way in &ways {
        needs.add(make, graph, &way.prerequisites);
    }
    make.state.announced = None;
    let mut commands = Vec::new();
    for way in &ways {
        let Some(recipe) = &way.recipe else { continue };
        let stem = way.stem.as_ref().map(|stem| stem.as_slice());
        let prerequisites = &way.prerequisites;
        let context = Context { target, stem, prerequisites, ..Context::default() };
        for command in make.commands(recipe, &context)? {
            commands.push(translated(make, &command)?);
        }
    }
    let is_phony = make.rules().is_phony(target);
    let idle = is_phony && commands.iter().all(does_nothing);
    let recipe = ways.iter().find_map(|way| way.recipe.as_ref()).filter(|_| !idle);
    let Some(recipe) = recipe else {
        if is_phony {
            add_group(graph, target, needs)?;
        }
        return Ok(());
    };
    let phony = std::mem::take(&mut needs.phony);
    let is_product = is_phony && add_reads(make, graph, target, &commands, &mut needs);
    let step = step_of(make, target, graph, commands, needs, recipe);
    if is_phony && !is_product {
        return add_phony(make, graph, target, step);
    }
    let outputs: Vec<FileId> =
        outputs(make, target).iter().map(|name| make.node(graph, name)).collect();
    if is_product {
        make.state.products.extend(&outputs);
    }
    add_step(make, graph, Step { outputs, ..step }, phony)
}

/// Whether a command is there only so that its target has one.
fn does_nothing(command: &Command) -> bool {
    let Command::Shell { script, .. } = command else { return false };
    script.split(|byte| b"; \t\n".contains(byte)).all(|word| matches!(word, b"" | b":"))
}

/// Whether the commands for a phony target do nothing but write the file of that name in the build
/// folder. Adds what they read to what is needed.
fn add_reads(
    make: &mut Fragments,
    graph: &mut Graph,
    target: &BStr,
    commands: &[Command],
    needs: &mut Needs,
) -> bool {
    let [Command::Shell { shell, script, ignore_failure: false }] = commands else { return false };
    let posix = [&b"/bin/sh"[..], b"sh", b"/bin/bash", b"bash", b"/bin/dash", b"dash"];
    let is_plain = shell.len() == 2 && posix.contains(&&shell[0][..]);
    let Some(pipeline) = Pipeline::of(script).filter(|_| is_plain) else { return false };
    let build = make.in_build(&[]);
    if pipeline.output != target || !target.starts_with(&build) {
        return false;
    }
    let harmless = pipeline.programs.iter().all(|program| {
        let text = make.host().read(program.as_bstr());
        // What is made may be something else by then.
        !program.starts_with(&build) && text.is_ok_and(|text| pipeline::is_harmless(&text))
    });
    let there = pipeline.reads.iter().all(|path| {
        make.host().kind(path.as_bstr()).is_some() || make.rules().target(path).is_some()
    });
    if !harmless || !there {
        return false;
    }
    for path in pipeline.reads {
        let file = graph.file(path);
        if !needs.inputs.contains(&file) {
            needs.inputs.push(file);
        }
    }
    true
}

/// Every target that the recipe of `target` makes.
fn outputs(make: &Fragments, target: &BStr) -> Vec<BString> {
    let rule = make.rules().target(target).and_then(|target| target.recipe_rule);
    match rule.map(|rule| make.rules().rule(rule)) {
        Some(rule) if rule.grouped => rule.targets.clone(),
        _ => vec![target.into()],
    }
}

fn translated(make: &mut Fragments, command: &crate::make::Command) -> Result<Command, Error> {
    if command.ignore_failure
        && let Command::Shell { shell, script, .. } = make.script(&command.text)?
    {
        return Ok(Command::Shell { shell, script, ignore_failure: true });
    }
    Ok(make.command(&command.text)?)
}

fn add_group(graph: &mut Graph, target: &BStr, needs: Needs) -> Result<(), Error> {
    let name = graph.file(target);
    graph.add(Step {
        label: target.to_string(),
        outputs: vec![name],
        inputs: needs.inputs,
        order_only: needs.order_only,
        ..Step::default()
    })?;
    Ok(())
}

/// A phony target with a recipe runs each time. What depends on it depends on a stamp whose
/// contents never change, so that running it does not by itself rebuild anything.
fn add_phony(
    make: &Fragments,
    graph: &mut Graph,
    target: &BStr,
    mut step: Step,
) -> Result<(), Error> {
    let stamp = match target.strip_prefix(make.in_build(&[]).as_slice()) {
        // Named like a file of the build: its recipe counts on the folder.
        Some(inside) => {
            let name = names::file_name(inside.as_bstr());
            let folder = &inside[..inside.len() - name.len()];
            make.in_build(&[folder, b".", name, b".phony"])
        }
        None => {
            let name = target.replace("_", "__").replace("/", "_.");
            make.in_build(&[b".ukbuild/phony/", &name])
        }
    };
    let stamp = graph.file(stamp);
    step.commands.push(Command::Write(BString::default()));
    step.always = true;
    step.outputs = vec![stamp];
    graph.add(step)?;
    add_group(graph, target, Needs { inputs: vec![stamp], ..Needs::default() })
}

/// The line of the rule, of those for `file`, that asks for `needs`.
pub(super) fn place_of_need(make: &Fragments, file: &BStr, needs: &BStr) -> Option<Origin> {
    let same = |name: &BString, path: &BStr| make.node_path(name) == path;
    let mut rules = make.rules().rules().map(|(_, rule)| rule).filter(|rule| {
        let Prerequisites::Names { normal, order_only } = &rule.prerequisites else { return false };
        rule.targets.iter().any(|name| same(name, file))
            && normal.iter().chain(order_only).any(|name| same(name, needs))
    });
    rules.next().map(|rule| origin(&rule.location))
}
