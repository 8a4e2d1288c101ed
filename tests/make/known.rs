//! Where ours is meant to differ from GNU make 4.3, each with its reason. It follows 4.4.1 there.

use bstr::{BString, ByteSlice};

use crate::generate::Tree;
use crate::outcome::Outcome;

/// Takes out of a tree what the two treat differently on purpose.
///
/// Exported variables: since 4.4 `$(shell)` and `!=` see them, and so expand all of them. A tree
/// therefore has either calls of the shell or exported variables, those of the environment among
/// them.
///
/// Private variables: since 4.4 the environment of other targets' commands is without them. A tree
/// has them only when it exports nothing.
///
/// `-o` for a file that `.INTERMEDIATE` names: GNU make removes it although it was there before. Such
/// a tree has no `-o`.
pub(crate) fn leave_out(tree: &mut Tree, exports: bool) {
    if tree.files.iter().any(|file| file.text.contains(".INTERMEDIATE")) {
        tree.arguments.retain(|argument| !argument.starts_with("-o"));
    }
    for file in &mut tree.files {
        file.text = if exports {
            file.text
                .replace("(shell ", "(strip ")
                .replace("{shell ", "{strip ")
                .replace("!=", ":=")
                .replace("private ", "")
        } else {
            let bare = |line: &&str| !matches!(line.trim(), "export" | "unexport");
            let lines = file.text.split_inclusive('\n').filter(bare).collect::<String>();
            lines.replace("export ", "").replace(".EXPORT_ALL_VARIABLES", ".NOTHING_ELSE")
        };
    }
}

/// An outcome without what differs by its nature.
///
/// Intermediate files are removed in the order of a hash table there, and in that of the makefiles
/// here: the words of such a line are sorted.
///
/// `-t` touches a target a second time there when its last commands were passed over: of equal
/// lines in a row, one is left.
///
/// Variables to export are expanded in the order of a hash table there: of warnings of undefined
/// variables in a row, the order does not count.
///
/// A target among those of its own group is told of as circular once for each of them there.
///
/// Notes are only given here.
pub(crate) fn comparable(outcome: Outcome) -> Outcome {
    Outcome { output: lines(&outcome.output), errors: lines(&outcome.errors), ..outcome }
}

fn lines(text: &BString) -> BString {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if line.contains_str(": note: ") {
            continue;
        }
        let mut line = line.to_vec();
        if line.starts_with(b"rm ") {
            let mut words: Vec<&[u8]> = line.trim().split(|&byte| byte == b' ').collect();
            words.sort_unstable();
            line = [words.join(&b' '), b"\n".to_vec()].concat();
        }
        let repeats = line.starts_with(b"touch ") || line.ends_with(b" dependency dropped.\n");
        if !repeats || all.last() != Some(&line) {
            all.push(line);
        }
    }
    let is_warning = |line: &Vec<u8>| line.contains_str(": warning: undefined variable '");
    for run in all.chunk_by_mut(|one, next| is_warning(one) && is_warning(next)) {
        run.sort_unstable();
    }
    all.concat().into()
}

/// Whether a difference is explained by what ours says, or would say under `--debug=b`.
///
/// Groups: since 4.4 a target is made when another one that its recipe makes is missing.
///
/// Makefiles to include: since 4.4 one that is missing is an error also when something has been done
/// for it, or nothing had to be, and it is still missing.
pub(crate) fn explain(ours: &Outcome, theirs: &Outcome, debug: &BString) -> bool {
    let missing = |outcome: &Outcome| {
        let both = [outcome.output.as_slice(), &outcome.errors].concat();
        both.lines().any(|line| line.ends_with(b".mk: No such file or directory"))
    };
    if missing(ours) && !missing(theirs) {
        return true;
    }
    debug.lines().any(|line| {
        line.contains_str("Grouped target peer '") && line.ends_with(b"does not exist.")
    })
}
