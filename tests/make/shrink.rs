//! Makes a tree smaller as long as it keeps a property: files, arguments and lines go, blocks first.

use crate::generate::Tree;

/// A tree with `property` from which nothing can be taken.
pub(crate) fn smallest(tree: &Tree, property: &mut dyn FnMut(&Tree) -> bool) -> Tree {
    let mut tree = tree.clone();
    loop {
        let before = size(&tree);
        for file in 0..tree.files.len() {
            let lines: Vec<String> =
                tree.files[file].text.split_inclusive('\n').map(str::to_owned).collect();
            let kept = reduce(lines, &mut |lines: &[String]| {
                let mut candidate = tree.clone();
                candidate.files[file].text = lines.concat();
                property(&candidate)
            });
            tree.files[file].text = kept.concat();
        }
        tree.arguments = reduce(tree.arguments.clone(), &mut |arguments| {
            let mut candidate = tree.clone();
            candidate.arguments = arguments.to_vec();
            property(&candidate)
        });
        tree.files = reduce(tree.files.clone(), &mut |files| {
            let mut candidate = tree.clone();
            candidate.files = files.to_vec();
            property(&candidate)
        });
        if size(&tree) == before {
            return tree;
        }
    }
}

fn size(tree: &Tree) -> usize {
    let texts: usize = tree.files.iter().map(|file| file.text.len() + 1).sum();
    texts + tree.arguments.len()
}

/// Takes blocks away, largest first.
fn reduce<T: Clone>(mut all: Vec<T>, property: &mut dyn FnMut(&[T]) -> bool) -> Vec<T> {
    let mut size = all.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        while at < all.len() {
            let mut rest = all.clone();
            rest.drain(at..(at + size).min(all.len()));
            if property(&rest) {
                all = rest;
            } else {
                at += size;
            }
        }
        if size == 1 {
            return all;
        }
        size = size.div_ceil(2);
    }
}
