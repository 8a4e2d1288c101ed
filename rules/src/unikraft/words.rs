//! A command's text as its words, where no shell is needed to find them. Knows quoting, and when to
//! leave a text to a shell. Goes further than make does for recipes: double quotes stand in nearly
//! every command of the core, and a command without a shell can be told where to write.

use bstr::{BString, ByteVec};

use crate::make::is_built_in;

/// The words of `command`, or none when it holds what only a shell understands: expansions,
/// redirections, lists of commands, assignments in front, wildcards.
pub(super) fn split(command: &[u8]) -> Option<Vec<BString>> {
    let words = unquoted(command)?;
    let first = words.first()?;
    let for_shell = first.contains(&b'=') || is_built_in(first) || OWN_WAY.contains(&&first[..]);
    (!for_shell).then_some(words)
}

/// The words of a text as a shell finds them, or none when it holds more than words.
pub(super) fn unquoted(command: &[u8]) -> Option<Vec<BString>> {
    let mut words = Vec::new();
    let mut word: Option<BString> = None;
    let mut bytes = command.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b' ' | b'\t' => words.extend(word.take()),
            b'\n' if bytes.peek().is_some() => return None,
            b'\n' => {}
            b'\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match bytes.next()? {
                        b'\'' => break,
                        byte => word.push_byte(byte),
                    }
                }
            }
            b'"' => {
                let word = word.get_or_insert_default();
                loop {
                    match bytes.next()? {
                        b'"' => break,
                        b'$' | b'`' => return None,
                        b'\\' => match bytes.next()? {
                            byte @ (b'"' | b'\\' | b'$' | b'`') => word.push_byte(byte),
                            b'\n' => {}
                            byte => word.extend_from_slice(&[b'\\', byte]),
                        },
                        byte => word.push_byte(byte),
                    }
                }
            }
            b'\\' => match bytes.next()? {
                b'\n' => {}
                byte => word.get_or_insert_default().push_byte(byte),
            },
            b'#' | b'~' if word.is_none() => return None,
            b'$' | b'`' | b'|' | b'&' | b';' | b'<' | b'>' | b'(' | b')' | b'*' | b'?' | b'['
            | b']' | b'{' | b'}' | b'!' => return None,
            byte => word.get_or_insert_default().push_byte(byte),
        }
    }
    words.extend(word);
    Some(words)
}

/// Further first words that a shell does in its own way, so that the program of that name, if there
/// is one, would not do the same.
const OWN_WAY: &[&[u8]] = &[b"echo", b"printf", b"source", b"time", b"until"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_commands_need_no_shell() {
        let words = split(b"gcc  -DNAME=\\\"x\\\" '-DV=a b' -c \"a b.c\"").unwrap();
        assert_eq!(words, ["gcc", "-DNAME=\"x\"", "-DV=a b", "-c", "a b.c"]);
    }

    #[test]
    fn shell_syntax_is_left_to_a_shell() {
        for text in ["a > b", "a && b", "echo $x", "X=1 a", "ls *.c", "cd x", "'open", "a\\"] {
            assert_eq!(split(text.as_bytes()), None, "{text}");
        }
    }

    /// Words as the system's own shell finds them.
    #[test]
    fn agrees_with_sh() {
        for text in ["a 'b c' d", r#"x "y\"z" \ w"#, r#"a"b"'c' "" ''"#, r#"q "\n\\" '\n'"#] {
            let script = format!("printf '%s\\n' {text}");
            let run = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            let lines: Vec<_> = run.stdout.split(|byte| *byte == b'\n').collect();
            let words = split(text.as_bytes()).unwrap();
            assert_eq!(words, lines[..lines.len() - 1], "{text}");
        }
    }
}
