//! What a pattern rule asks for when it is tried for a target: the stem filled in, a second time
//! expanded where that waits, file name patterns expanded. Whether all of it can be had is not known
//! here.

use bstr::{BStr, BString, ByteSlice};

use super::bytes::{is_space, reference_end, trim_start};
use super::error::Result;
use super::evaluator::Evaluator;
use super::filenames;
use super::rules::{Prerequisites, fill_name};
use super::targets::{Context, Prerequisite};

impl<S> Evaluator<S> {
    /// The prerequisites of the pattern rule at a position in [`super::Rules::patterns`] for the
    /// target of `context`, when its pattern fits with this folder (empty, or with its slash) and
    /// stem. The prerequisites in `context` are what explicit rules ask for; its stem is not used.
    pub fn implicit_prerequisites(
        &mut self,
        rule: usize,
        folder: &[u8],
        stem: &[u8],
        context: &Context<'_>,
    ) -> Result<Vec<Prerequisite>> {
        let Some(rule) = self.rules.patterns.get(rule) else { return Ok(Vec::new()) };
        match &rule.prerequisites {
            Prerequisites::Names { normal, order_only } => {
                let fill = |names: &[BString]| -> Vec<BString> {
                    names.iter().map(|name| fill_name(name, folder, stem)).collect()
                };
                let (normal, order_only) = (fill(normal), fill(order_only));
                let host = self.host.as_mut();
                let normal = filenames::expand(host, normal);
                let order_only = filenames::expand(host, order_only);
                let normal = normal.into_iter().map(Prerequisite::normal);
                Ok(normal.chain(order_only.into_iter().map(Prerequisite::order_only)).collect())
            }
            Prerequisites::Deferred(text) => {
                let text = text.clone();
                let whole = [folder, stem].concat();
                let context = Context { stem: Some(&whole), ..context.clone() };
                self.in_target(&context, |this| {
                    let here = this.here.take();
                    this.in_recipe += 1;
                    let result = this.expand_each(text.as_bstr(), folder);
                    this.in_recipe -= 1;
                    this.here = here;
                    result
                })
            }
        }
    }

    /// Expands word by word, for the folder goes before what comes of words with a `%` only.
    fn expand_each(&mut self, text: &BStr, folder: &[u8]) -> Result<Vec<Prerequisite>> {
        let mut all = Vec::new();
        let mut order_only = false;
        let mut rest = trim_start(text);
        while !rest.is_empty() {
            let (word, after) = rest.split_at(word_end(rest));
            rest = trim_start(after);
            let (word, folder) = with_stem(word, folder);
            let expanded = self.expanded(&word)?;
            for (index, part) in expanded.split(|&byte| byte == b'|').enumerate() {
                order_only |= index > 0;
                for name in filenames::list(self.host.as_mut(), part) {
                    let name = [folder, name.as_slice()].concat();
                    all.push(match order_only {
                        true => Prerequisite::order_only(name),
                        false => Prerequisite::normal(name),
                    });
                }
            }
        }
        Ok(all)
    }
}

/// A word with a reference to the stem for its `%`, which keeps the stem from being expanded itself,
/// and the folder that goes before its names.
fn with_stem<'f>(word: &[u8], folder: &'f [u8]) -> (Vec<u8>, &'f [u8]) {
    let Some(percent) = word.find_byte(b'%') else { return (word.to_vec(), &[]) };
    let stem: &[u8] = if folder.is_empty() { b"$*" } else { b"$(*F)" };
    ([&word[..percent], stem, &word[percent + 1..]].concat(), folder)
}

/// Where the first word ends; blanks in references do not end it.
fn word_end(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && !is_space(text[at]) {
        at = if text[at] == b'$' { reference_end(text, at) } else { at + 1 };
    }
    at.min(text.len())
}
