//! The program and the arguments that run a command: its own words when a shell would only start a
//! program with them, or else the shell. Knows the shell's syntax just well enough to tell; starts
//! nothing.

use bstr::BString;

use super::bytes::{is_blank, trim_start};
use super::error::Result;
use super::evaluator::Evaluator;

/// Bytes that mean something to a shell.
const SPECIAL: &[u8] = b"#;\"*?[]&|<>(){}$`^~!";

/// Commands that the shell itself carries out.
const BUILT_IN: [&[u8]; 37] = [
    b".",
    b":",
    b"alias",
    b"bg",
    b"break",
    b"case",
    b"cd",
    b"command",
    b"continue",
    b"eval",
    b"exec",
    b"exit",
    b"export",
    b"fc",
    b"fg",
    b"for",
    b"getopts",
    b"hash",
    b"if",
    b"jobs",
    b"login",
    b"logout",
    b"read",
    b"readonly",
    b"return",
    b"set",
    b"shift",
    b"test",
    b"times",
    b"trap",
    b"type",
    b"ulimit",
    b"umask",
    b"unalias",
    b"unset",
    b"wait",
    b"while",
];

impl<S> Evaluator<S> {
    /// The program and the arguments that run a script or a command: its own words when a shell
    /// would do nothing but start them, or else `SHELL`.
    pub fn command_line(&mut self, script: &[u8]) -> Result<Vec<BString>> {
        let mut shell = Vec::new();
        self.expand_variable(self.known.shell, &mut shell)?;
        let mut flags = Vec::new();
        self.expand_variable(self.known.shell_flags, &mut flags)?;
        if shell == b"/bin/sh"
            && (flags == b"-c" || flags == b"-ec")
            && let Some(argv) = shell_free(script)
        {
            return Ok(argv);
        }
        let mut argv = quoted_words(&shell);
        argv.extend(quoted_words(&flags));
        argv.push(script.into());
        Ok(argv)
    }
}

/// Whether a command's first word is the shell's own.
pub(crate) fn is_built_in(word: &[u8]) -> bool {
    BUILT_IN.contains(&word)
}

/// The words of a command that a shell would take for a plain one. None when it needs a shell; empty
/// when there is nothing to run.
fn shell_free(command: &[u8]) -> Option<Vec<BString>> {
    let mut words: Vec<BString> = Vec::new();
    let mut word: Option<BString> = None;
    let mut bytes = trim_start(command).iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match bytes.next()? {
                        b'\'' => break,
                        byte => word.push(byte),
                    }
                }
            }
            b'\\' => match bytes.next()? {
                // A line that goes on; what follows it is a matter of detail.
                b'\n' => return None,
                byte => word.get_or_insert_default().push(byte),
            },
            byte if is_blank(byte) => words.extend(word.take()),
            // Before the program's name this sets a variable.
            b'=' if words.is_empty() => return None,
            byte if SPECIAL.contains(&byte) => return None,
            byte => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    match words.first() {
        Some(first) if is_built_in(first) => None,
        _ => Some(words),
    }
}

/// The words of `SHELL` or `.SHELLFLAGS`, where only quotes and backslashes mean something.
fn quoted_words(text: &[u8]) -> Vec<BString> {
    let mut words: Vec<BString> = Vec::new();
    let mut word: Option<BString> = None;
    let mut quote = None;
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match (byte, quote) {
            (_, Some(open)) if byte == open => quote = None,
            (b'\\', None | Some(b'"')) => {
                word.get_or_insert_default().push(bytes.next().unwrap_or(byte));
            }
            (b'"' | b'\'', None) => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (_, None) if is_blank(byte) => words.extend(word.take()),
            _ => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_need_no_shell() {
        let split = |text: &str| shell_free(text.as_bytes());
        let words = |list: &[&str]| Some(list.iter().map(|&word| BString::from(word)).collect());
        assert_eq!(split("echo a  'b c' d\\ e"), words(&["echo", "a", "b c", "d e"]));
        assert_eq!(split("  "), words(&[]));
        for needs in ["echo $x", "A=b c", "cd x", "a | b", "echo 'a", "echo \"a\"", "a \\\n b"] {
            assert_eq!(split(needs), None, "{needs}");
        }
        assert_eq!(split("cc -DA=b"), words(&["cc", "-DA=b"]));
    }
}
