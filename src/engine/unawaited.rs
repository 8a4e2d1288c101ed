//! What may have been amiss when a step failed: its commands speak of a file that another step makes
//! and that it does not wait for. Knows the plan and what was said, and no command's way of saying it.

use std::collections::HashMap;

use bstr::{BString, ByteSlice};
use rules::graph::{FileId, Graph, Link, Origin, StepId};

use super::plan::Plan;
use super::toolbox::title;

/// A file that a failed step spoke of and did not wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unawaited {
    /// The file.
    pub file: BString,
    /// What the step that makes it is about, as shown to people.
    pub made_by: String,
    /// Who asked for that step.
    pub origin: Option<Origin>,
    /// How that step in turn needs the failed one, from the failed one on; empty when it does not.
    pub round: Vec<Link>,
}

/// The first file in what the commands of `step` said that another step makes and that `step` does
/// not wait for.
pub(super) fn named(graph: &Graph, plan: &Plan, step: StepId, said: &[u8]) -> Option<Unawaited> {
    let mut made: HashMap<&[u8], Vec<FileId>> = HashMap::new();
    for id in graph.step_ids().filter(|&id| !graph.step(id).commands().is_empty()) {
        for &file in graph.step(id).outputs() {
            made.entry(last_part(graph.path(file))).or_default().push(file);
        }
    }
    let fits = |file: FileId, word: &[u8]| {
        let before = graph.path(file).strip_suffix(word);
        before.is_some_and(|before| before.is_empty() || before.ends_with(b"/"))
    };
    let files = words(said).flat_map(|word| {
        let files = made.get(last_part(word)).into_iter().flatten().copied();
        files.filter(move |&file| fits(file, word))
    });
    let mut makers = files.filter_map(|file| Some((file, graph.producer(file)?)));
    let (file, maker) =
        makers.find(|&(_, maker)| maker != step && plan.way(maker, step).is_none())?;
    Some(Unawaited {
        file: graph.path(file).to_owned(),
        made_by: title(graph, maker),
        origin: graph.step(maker).origin(),
        round: round(graph, plan, step, file, maker),
    })
}

/// How `maker` needs `step`, which needs a `file` of it; empty when it does not.
fn round(graph: &Graph, plan: &Plan, step: StepId, file: FileId, maker: StepId) -> Vec<Link> {
    let Some(way) = plan.way(step, maker) else { return Vec::new() };
    // The way leads from what is done first to what needs it.
    let round: Vec<StepId> = [step].into_iter().chain(way.into_iter().skip(1).rev()).collect();
    let mut links = graph.links(&round);
    if let Some(first) = links.first_mut() {
        first.needs = graph.path(file).to_owned();
    }
    links
}

/// What looks like a file's name: letters between blanks, quotes, brackets and colons.
fn words(said: &[u8]) -> impl Iterator<Item = &[u8]> {
    let apart = |byte: &u8| {
        byte.is_ascii_whitespace() || !byte.is_ascii() || b"'\"`<>()[]{}:;,=".contains(byte)
    };
    let words = said.split(apart).map(|word| word.strip_prefix(b"./").unwrap_or(word));
    words.filter(|word| word.contains(&b'.') || word.contains(&b'/'))
}

fn last_part(path: &[u8]) -> &[u8] {
    path.rsplit_str("/").next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::graph::{Command, Step};

    fn step(graph: &mut Graph, from: &[&str], to: &str) -> StepId {
        let inputs = from.iter().map(|path| graph.file(path)).collect();
        let outputs = vec![graph.file(to)];
        let commands = vec![Command::Write("".into())];
        graph.add(Step { inputs, outputs, commands, ..Step::default() }).unwrap()
    }

    fn look(graph: &mut Graph, step: StepId, said: &str) -> Option<Unawaited> {
        let goals: Vec<FileId> = ["/b/a.o", "/b/gen/n.h"].map(|goal| graph.file(goal)).into();
        let plan = Plan::new(graph, &goals, |_| std::iter::empty()).unwrap();
        named(graph, &plan, step, said.as_bytes())
    }

    #[test]
    fn only_what_is_made_and_not_waited_for() {
        let mut graph = Graph::new();
        let object = step(&mut graph, &["/a.c", "/b/w.h"], "/b/a.o");
        step(&mut graph, &["/n"], "/b/gen/n.h");
        step(&mut graph, &["/n"], "/b/w.h");
        let file = |told: Option<Unawaited>| told.map(|told| told.file.to_string());
        for said in ["a.c:1:10: n.h: No such file", "‘gen/n.h’ is missing", "</b/gen/n.h>"] {
            assert_eq!(
                file(look(&mut graph, object, said)),
                Some("/b/gen/n.h".to_owned()),
                "{said}"
            );
        }
        for said in ["n", "en/n.h", "w.h", "/b/a.o", "/x/n.h", "n.hh", ""] {
            assert_eq!(file(look(&mut graph, object, said)), None, "{said}");
        }
        let told = look(&mut graph, object, "w.h n.h").unwrap();
        assert_eq!((told.file, told.round), ("/b/gen/n.h".into(), vec![]));
    }

    #[test]
    fn what_needs_the_failed_step_itself_is_told_with_the_way() {
        let mut graph = Graph::new();
        let object = step(&mut graph, &["/a.c"], "/b/a.o");
        step(&mut graph, &["/b/a.o"], "/b/a");
        step(&mut graph, &["/b/a"], "/b/gen/n.h");
        let told = look(&mut graph, object, "n.h: No such file").unwrap();
        let links = told.round.iter().map(|link| format!("{} {}", link.file, link.needs));
        assert_eq!(
            links.collect::<Vec<_>>(),
            ["/b/a.o /b/gen/n.h", "/b/gen/n.h /b/a", "/b/a /b/a.o"]
        );
    }
}
