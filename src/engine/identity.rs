//! What a recipe is recognised by. Most steps have most of their words in common with others: the words
//! of commands are digested by groups, and each group once. Knows how a recipe is told; knows nothing
//! of what it does.

use hashbrown::HashMap;
use rules::graph::{Graph, StepId, Words};

use super::digest::Digest;
use super::recipe::{self, COMMAND, MARK, Sink, Text};

/// So many words of a command are told by one digest; those left over at its end are told themselves.
const GROUP: usize = 16;

/// What the recipes of a graph's steps are recognised by.
pub(super) struct Identities<'g> {
    graph: &'g Graph,
    /// The digests of groups, by their words' numbers.
    groups: HashMap<&'g [u32], Digest>,
    /// What is digested in a recipe's place.
    told: Text,
    /// A group.
    group: Text,
}

/// Recognises a step's recipe.
pub(super) fn of(graph: &Graph, step: StepId) -> Digest {
    Identities::new(graph).of(step)
}

/// Recognises the recipe of this text. One of which a word holds what no word of a command can (a zero
/// byte, the mark of another command) is none's.
pub(super) fn of_text(text: &[u8]) -> Digest {
    let mut told = Vec::with_capacity(text.len());
    let mut words = text.split_inclusive(|&byte| byte == 0);
    let mut rest = text;
    while let Some(word) = words.next() {
        told.extend_from_slice(word);
        rest = &rest[word.len()..];
        for _ in 0..groups(word) {
            if rest.is_empty() {
                break;
            }
            let length = words.by_ref().take(GROUP).map(<[u8]>::len).sum();
            let group;
            (group, rest) = rest.split_at(length);
            told.extend_from_slice(&Digest::of(group).0);
        }
    }
    Digest::of(&told)
}

/// How many whole groups follow a word of a text: some if it is the mark of a command.
fn groups(word: &[u8]) -> usize {
    let count = || {
        let count = word.strip_prefix(&[MARK])?.strip_prefix(COMMAND.as_bytes())?;
        let count = count.strip_prefix(b" ")?.strip_suffix(&[0])?;
        str::from_utf8(count).ok()?.parse::<usize>().ok()
    };
    count().unwrap_or(0) / GROUP
}

impl<'g> Identities<'g> {
    pub(super) fn new(graph: &'g Graph) -> Identities<'g> {
        let (told, group) = Default::default();
        Identities { graph, groups: HashMap::new(), told, group }
    }

    /// Recognises a step's recipe.
    pub(super) fn of(&mut self, step: StepId) -> Digest {
        if let Some(&kept) = self.graph.kept_recipe(step) {
            return Digest(kept);
        }
        self.told.0.clear();
        recipe::tell(self.graph, self.graph.step(step), self);
        Digest::of(&self.told.0)
    }
}

impl<'g> Sink<'g> for Identities<'g> {
    fn mark(&mut self, what: &str, words: usize) {
        self.told.mark(what, words);
    }

    fn word(&mut self, word: &[u8]) {
        self.told.word(word);
    }

    fn command(&mut self, argv: Words<'g>) {
        self.mark(COMMAND, argv.len());
        let Identities { groups: known, told, group, .. } = self;
        let (groups, rest) = argv.groups(GROUP);
        for words in groups {
            let digest = known.entry(words.numbers()).or_insert_with(|| {
                group.0.clear();
                words.iter().for_each(|word| group.word(word));
                Digest::of(&group.0)
            });
            told.0.extend_from_slice(&digest.0);
        }
        rest.iter().for_each(|word| told.word(word));
    }
}

#[cfg(test)]
mod tests {
    use rules::graph::{Command, Step};

    use super::*;

    /// Of commands with these words.
    fn graph(commands: &[Vec<String>]) -> (Graph, Vec<StepId>) {
        let mut graph = Graph::new();
        let add = |(at, words): (usize, &Vec<String>)| {
            let argv = words.iter().map(|word| word.as_str().into()).collect();
            let commands = vec![Command::Exec { argv, stdout: None }];
            let outputs = vec![graph.file(format!("{at}.o"))];
            graph.add(Step { commands, outputs, ..Step::default() }).unwrap()
        };
        let steps = commands.iter().enumerate().map(add).collect();
        (graph, steps)
    }

    fn numbered(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("-D{at}")).collect()
    }

    #[test]
    fn text_and_step_agree() {
        let counts = [0, 1, GROUP - 1, GROUP, GROUP + 1, 3 * GROUP, 3 * GROUP + 5];
        let (graph, steps) = graph(&counts.map(numbered));
        let mut all = Identities::new(&graph);
        for step in steps {
            let text = recipe::text(&graph, graph.step(step));
            assert_eq!(all.of(step), of_text(&text));
            assert_eq!(of(&graph, step), of_text(&text));
        }
    }

    #[test]
    fn every_word_counts() {
        let base = numbered(2 * GROUP + 3);
        let changed = |at: usize| {
            let mut words = base.clone();
            words[at] += "x";
            words
        };
        let texts = [0, GROUP - 1, GROUP, 2 * GROUP, 2 * GROUP + 2].map(changed);
        let identity = |words: &Vec<String>| {
            let (graph, steps) = graph(std::slice::from_ref(words));
            of(&graph, steps[0])
        };
        let mut seen: Vec<Digest> = texts.iter().chain([&base]).map(identity).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), texts.len() + 1);
    }

    #[test]
    fn texts_that_are_cut_off_have_one_too() {
        let (graph, steps) = graph(&[numbered(40)]);
        let text = recipe::text(&graph, graph.step(steps[0]));
        (0..text.len()).for_each(|end| assert_ne!(of_text(&text[..end]), of_text(&text)));
    }
}
