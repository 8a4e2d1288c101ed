//! Rules that fragments write themselves, as steps of the same graph. Knows how a rule with a recipe
//! becomes a step, and what a rule without one adds to the step that makes its target.

use std::collections::HashMap;

use bstr::{BStr, BString, ByteSlice};

use super::core::Error;
use super::fragments::{Fragments, Registry, is_stage};
use super::{names, words};
use crate::graph::{Command, FileId, Graph, Origin, Step};
use crate::make::{Context, Location, Prerequisite, Recipe};

/// What a rule asks for, as files of the graph.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Files whose contents matter.
    pub(super) inputs: Vec<FileId>,
    /// Files that must only be there.
    pub(super) order_only: Vec<FileId>,
}

impl Needs {
    fn of(make: &Fragments, graph: &mut Graph, prerequisites: &[Prerequisite]) -> Needs {
        let mut needs = Needs::default();
        for prerequisite in prerequisites {
            let file = make.node(graph, &prerequisite.name);
            let list = match prerequisite.order_only {
                true => &mut needs.order_only,
                false => &mut needs.inputs,
            };
            if !list.contains(&file) {
                list.push(file);
            }
        }
        needs
    }
}

/// What rules without a recipe add to the making of `target`. Empty when the target has a recipe of
/// its own.
pub(super) fn added_needs(
    make: &mut Fragments,
    graph: &mut Graph,
    target: &BStr,
) -> Result<Needs, Error> {
    match make.explicit_rule(target)? {
        Some(found) if found.recipe.is_none() => Ok(Needs::of(make, graph, &found.prerequisites)),
        _ => Ok(Needs::default()),
    }
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
    while let Some(path) = graph.files().get(next) {
        if let Some(target) = by_path.get(path)
            && graph.find(path).is_some_and(|file| graph.producer(file).is_none())
        {
            add_target(make, graph, target.as_bstr())?;
        }
        next += 1;
    }
    Ok(())
}

fn add_target(make: &mut Fragments, graph: &mut Graph, target: &BStr) -> Result<(), Error> {
    let Some(found) = make.explicit_rule(target)? else { return Ok(()) };
    let (recipe, prerequisites) = (found.recipe, found.prerequisites);
    let phony = make.rules().is_phony(target);
    let recipes = recipes(make, target, recipe.as_deref());
    let needs = Needs::of(make, graph, &prerequisites);
    if recipes.is_empty() {
        if phony {
            let name = graph.file(target);
            add_group(graph, name, target, needs)?;
        }
        return Ok(());
    }
    let group = outputs(make, target);
    let context = Context { target, prerequisites: &prerequisites, ..Context::default() };
    make.state.announced = None;
    let mut commands = Vec::new();
    for recipe in &recipes {
        for command in make.commands(recipe, &context)? {
            commands.push(translated(make, &command)?);
        }
    }
    let (tag, label) = make
        .state
        .announced
        .take()
        .unwrap_or_else(|| ("GEN".to_owned(), names::file_name(target).to_string()));
    let origin = recipes.first().map(|recipe| origin(&recipe.location));
    let step = Step {
        tag,
        label,
        commands,
        inputs: needs.inputs,
        order_only: needs.order_only,
        origin,
        ..Step::default()
    };
    if phony {
        return add_phony(make, graph, target, step);
    }
    let outputs = group.iter().map(|name| make.node(graph, name)).collect();
    graph.add(Step { outputs, ..step })?;
    Ok(())
}

/// The recipes that make a target: the one that counts, or those of its double-colon rules in turn.
fn recipes(make: &Fragments, target: &BStr, recipe: Option<&Recipe>) -> Vec<Recipe> {
    if let Some(recipe) = recipe {
        return vec![recipe.clone()];
    }
    let rules = make.rules().target(target).map_or(&[][..], |target| &target.rules);
    let rules = rules.iter().map(|&rule| make.rules().rule(rule));
    let double = rules.filter(|rule| rule.double_colon);
    double.filter_map(|rule| rule.recipe.as_deref().cloned()).collect()
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
    let script = command.text.clone();
    if command.ignore_failure {
        let Command::Shell { shell, script, .. } = make.script(&script)? else {
            return Ok(make.command(&script)?);
        };
        return Ok(Command::Shell { shell, script, ignore_failure: true });
    }
    Ok(match words::split(&script) {
        Some(argv) => Command::Exec { argv, stdout: None },
        None => make.script(&script)?,
    })
}

fn add_group(graph: &mut Graph, name: FileId, target: &BStr, needs: Needs) -> Result<(), Error> {
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
    let stamp = graph.file(make.in_build(&[b".ukbuild/phony/", &target.replace("/", "_")]));
    step.commands.push(Command::Write(BString::default()));
    step.always = true;
    step.outputs = vec![stamp];
    graph.add(step)?;
    let name = graph.file(target);
    add_group(graph, name, target, Needs { inputs: vec![stamp], ..Needs::default() })
}

fn origin(location: &Location) -> Origin {
    Origin { file: location.file().to_path_lossy().into_owned(), line: location.line }
}
