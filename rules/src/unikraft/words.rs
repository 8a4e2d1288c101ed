//! A command's text as its words, where no shell is needed to find them. Knows quoting, and when to
//! leave a text to a shell. Goes further than make does for recipes: double quotes stand in nearly
//! every command of the core, and a command without a shell can be told where to write.

use bstr::{BString, ByteSlice};

use crate::make::is_built_in;

/// The words of `command`, or none when it holds what only a shell understands: expansions,
/// redirections, lists of commands, assignments in front, wildcards.
pub(super) fn split(command: &[u8]) -> Option<Vec<BString>> {
    let words = unquoted(command).or_else(|| selecting(command))?;
    let first = words.first()?;
    let for_shell = first.contains(&b'=') || is_built_in(first) || OWN_WAY.contains(&&first[..]);
    (!for_shell).then_some(words)
}

/// The words of a command that selects symbols by wildcards (`objcopy -w -G kvmos_*`). A shell would
/// leave them as they are, unless a file is called so in the folder where it happens to run.
fn selecting(command: &[u8]) -> Option<Vec<BString>> {
    let words = lex(command, &IS_SPECIAL_BUT_WILD)?;
    let chooses = |word: &BString| word == "-w" || word == "--wildcard";
    let is_it = words.first()?.ends_with(b"objcopy") && words.iter().any(chooses);
    let among_files = |word: &BString| word.contains(&b'/') && word.find_byteset("*?").is_some();
    (is_it && !words.iter().any(among_files)).then_some(words)
}

/// The words of a text as a shell finds them, or none when it holds more than words.
pub(super) fn unquoted(command: &[u8]) -> Option<Vec<BString>> {
    lex(command, &IS_SPECIAL)
}

/// The same, when these bytes mean something.
fn lex(command: &[u8], special: &[bool; 256]) -> Option<Vec<BString>> {
    let mut words = Vec::new();
    let mut word: Option<BString> = None;
    let mut rest = command;
    loop {
        // Nearly all words are plain from their first byte to their last.
        let plain = run(rest, special);
        if !plain.is_empty() {
            word.get_or_insert_default().extend_from_slice(plain);
            rest = &rest[plain.len()..];
        }
        let Some((&byte, after)) = rest.split_first() else { break };
        rest = after;
        match byte {
            b' ' | b'\t' => words.extend(word.take()),
            b'\n' if rest.is_empty() => {}
            b'\'' => {
                let (text, after) = rest.split_once_str("'")?;
                word.get_or_insert_default().extend_from_slice(text);
                rest = after;
            }
            b'"' => rest = double_quoted(rest, word.get_or_insert_default())?,
            b'\\' => {
                let (&byte, after) = rest.split_first()?;
                if byte != b'\n' {
                    word.get_or_insert_default().push(byte);
                }
                rest = after;
            }
            b'#' | b'~' if word.is_some() => word.get_or_insert_default().push(byte),
            _ => return None,
        }
    }
    words.extend(word);
    Some(words)
}

/// Adds what stands up to the closing quote, and gives what is behind it.
fn double_quoted<'t>(mut rest: &'t [u8], word: &mut BString) -> Option<&'t [u8]> {
    loop {
        let plain = run(rest, &IS_SPECIAL_IN_QUOTES);
        word.extend_from_slice(plain);
        let (&byte, after) = rest[plain.len()..].split_first()?;
        rest = after;
        match byte {
            b'"' => return Some(rest),
            b'\\' => {
                let (&byte, after) = rest.split_first()?;
                match byte {
                    b'"' | b'\\' | b'$' | b'`' => word.push(byte),
                    b'\n' => {}
                    byte => word.extend_from_slice(&[b'\\', byte]),
                }
                rest = after;
            }
            // An expansion.
            _ => return None,
        }
    }
}

/// The bytes up to the first that means something.
fn run<'t>(text: &'t [u8], special: &[bool; 256]) -> &'t [u8] {
    let end = text.iter().position(|&byte| special[usize::from(byte)]);
    &text[..end.unwrap_or(text.len())]
}

/// Bytes that mean something to a shell outside quotes.
const IS_SPECIAL: [bool; 256] = among(b" \t\n'\"\\#~$`|&;<>()*?[]{}!");
/// The same without wildcards.
const IS_SPECIAL_BUT_WILD: [bool; 256] = among(b" \t\n'\"\\#~$`|&;<>()[]{}!");
/// The same between double quotes.
const IS_SPECIAL_IN_QUOTES: [bool; 256] = among(b"\"\\$`");

const fn among(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
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
    fn wildcards_for_symbols_are_no_names_of_files() {
        let words = split(b"objcopy -w -G kvmos_* -G _entry /b/a.ld.o /b/a.o").unwrap();
        assert_eq!(words[2..4], ["-G", "kvmos_*"]);
        for text in ["objcopy -G a_* /b/a /b/b", "objcopy -w -G a_* /b/*.o", "ls -w a_*"] {
            assert_eq!(split(text.as_bytes()), None, "{text}");
        }
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
