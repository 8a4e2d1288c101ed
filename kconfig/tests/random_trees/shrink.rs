//! Makes a tree smaller as long as it keeps a property: blocks of lines go, largest first.

use crate::generate::Tree;

/// The lines of all files and of the settings in a row, with the file that each belongs to.
struct Lines {
    names: Vec<String>,
    lines: Vec<(usize, String)>,
}

impl Lines {
    fn new(tree: &Tree) -> Lines {
        let texts = tree.files.iter().map(|(_, text)| text).chain([&tree.settings]);
        let lines = texts
            .enumerate()
            .flat_map(|(file, text)| {
                text.split_inclusive('\n').map(move |line| (file, line.to_owned()))
            })
            .collect();
        Lines { names: tree.files.iter().map(|(name, _)| name.clone()).collect(), lines }
    }

    fn tree(&self) -> Tree {
        let mut texts = vec![String::new(); self.names.len() + 1];
        for (file, line) in &self.lines {
            texts[*file].push_str(line);
        }
        let settings = texts.pop().unwrap();
        Tree { files: self.names.iter().cloned().zip(texts).collect(), settings }
    }
}

/// A tree with `property` from which no line can be taken.
pub(crate) fn smallest(tree: &Tree, property: &mut dyn FnMut(&Tree) -> bool) -> Tree {
    let mut lines = Lines::new(tree);
    let mut size = lines.lines.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut smaller = false;
        while at < lines.lines.len() {
            let end = (at + size).min(lines.lines.len());
            let mut rest = lines.lines.clone();
            rest.drain(at..end);
            let candidate = Lines { names: lines.names.clone(), lines: rest };
            if property(&candidate.tree()) {
                lines = candidate;
                smaller = true;
            } else {
                at += size;
            }
        }
        if size > 1 {
            size = size.div_ceil(2);
        } else if !smaller {
            return lines.tree();
        }
    }
}
