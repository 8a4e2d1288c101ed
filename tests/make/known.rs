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
pub(crate) fn leave_out(tree: &mut Tree, exports: bool) {
    for file in &mut tree.files {
        file.text = if exports {
            file.text.replace("(shell ", "(strip ").replace("{shell ", "{strip ").replace("!=", ":=").replace("private ", "")
        } else {
            file.text.replace("export ", "").replace(".EXPORT_ALL_VARIABLES", ".NOTHING_ELSE")
        };
    }
}

/// An outcome without what differs by its nature.
///
/// Intermediate files are removed in the order of a hash table there, and in that of the makefiles
/// here: the words of such a line are sorted.
pub(crate) fn comparable(mut outcome: Outcome) -> Outcome {
    let lines = outcome.output.split_inclusive(|&byte| byte == b'\n').map(|line| {
        if !line.starts_with(b"rm ") {
            return line.to_vec();
        }
        let mut words: Vec<&[u8]> = line.trim().split(|&byte| byte == b' ').collect();
        words.sort_unstable();
        [words.join(&b' '), b"\n".to_vec()].concat()
    });
    outcome.output = lines.collect::<Vec<_>>().concat().into();
    outcome
}

/// Whether the words that ours says under `--debug=b` explain a difference.
///
/// Groups: since 4.4 a target is made when another one that its recipe makes is missing.
pub(crate) fn explain(debug: &BString) -> bool {
    debug.lines().any(|line| {
        line.contains_str("Grouped target peer '") && line.ends_with(b"does not exist.")
    })
}
