//! The program and the arguments that run a command: its own words when a shell would only start a
//! program with them, or else the shell. Knows the shell's syntax just well enough to tell; starts
//! nothing.

use bstr::BString;

use super::bytes::{is_blank, is_space, trim_start, words};
use super::error::Result;
use super::evaluator::Evaluator;
use super::lines::Lines;

/// Bytes that mean something to a shell.
const SPECIAL: &[u8] = b"#;\"*?[]&|<>(){}$`^~!";

/// The same, by byte.
const IS_SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < SPECIAL.len() {
        table[SPECIAL[at] as usize] = true;
        at += 1;
    }
    table
};

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

/// Shells that read scripts as the POSIX shell does.
const POSIX_SHELLS: [&[u8]; 7] = [b"sh", b"bash", b"ksh", b"rksh", b"zsh", b"ash", b"dash"];

const DEFAULT_SHELL: &[u8] = b"/bin/sh";

/// The shell that runs commands, and how it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shell {
    program: BString,
    flags: BString,
    /// `IFS` is as shells have it, so that words here are words there.
    plain_words: bool,
    one_shell: bool,
    posix: bool,
}

impl Shell {
    /// The program and the arguments that run a command: its own words when a shell would do
    /// nothing but start them, or else this shell. Empty when there is nothing to run.
    pub fn argv(&self, command: &[u8]) -> Vec<BString> {
        let command = trim_blanks(command);
        if command.is_empty() {
            return Vec::new();
        }
        let plain = self.program == DEFAULT_SHELL
            && self.plain_words
            && matches!(self.flags.as_slice(), b"-c" | b"-ec")
            && !(self.one_shell && command.contains(&b'\n'));
        if plain && let Some(argv) = shell_free(command) {
            return argv;
        }
        let command = trim_start(command);
        match self.one_shell {
            _ if command.is_empty() => Vec::new(),
            true => self.with_whole_script(command),
            false => self.with_command(command),
        }
    }

    /// Under `.ONESHELL` the shell's name is one word, and only blanks split its flags.
    fn with_whole_script(&self, script: &[u8]) -> Vec<BString> {
        let mut argv = vec![self.program.clone()];
        argv.extend(words(&self.flags).map(BString::from));
        argv.push(self.as_shown(script));
        argv
    }

    /// A command as it is shown and run: under `.ONESHELL`, a POSIX shell's is without the
    /// prefixes inside it.
    pub(crate) fn as_shown(&self, command: &[u8]) -> BString {
        match self.one_shell && is_posix_shell(&self.program) {
            true => without_prefixes(command),
            false => command.into(),
        }
    }

    /// `SHELL` and `.SHELLFLAGS` are command text themselves: where they are more than plain words,
    /// another shell reads them.
    fn with_command(&self, command: &[u8]) -> Vec<BString> {
        let mut head = BString::default();
        for &byte in self.program.iter() {
            if SPECIAL.contains(&byte) {
                head.push(b'\\');
            }
            head.push(byte);
        }
        head.push(b' ');
        head.extend_from_slice(&self.flags);
        head.push(b' ');
        match shell_free(&head) {
            Some(mut argv) => {
                argv.push(unescaped_lines(command));
                argv
            }
            None => {
                escape(command, &mut head);
                let flags = if self.posix { "-ec" } else { "-c" };
                vec![DEFAULT_SHELL.into(), flags.into(), head]
            }
        }
    }
}

/// Whether a command line asks the shell for nothing (`:`), so that none need be started.
pub fn does_nothing(argv: &[BString]) -> bool {
    match argv {
        [shell, flags, script] => {
            is_posix_shell(shell) && (flags == "-c" || flags == "-ec") && script == ":"
        }
        _ => false,
    }
}

impl<S> Evaluator<S> {
    /// The shell that `SHELL`, `.SHELLFLAGS` and `IFS` name now. Inside [`Evaluator::in_target`],
    /// for that target.
    pub fn current_shell(&mut self) -> Result<Shell> {
        let warns = std::mem::take(&mut self.warn_undefined);
        let shell = self.read_shell();
        self.warn_undefined = warns;
        shell
    }

    fn read_shell(&mut self) -> Result<Shell> {
        let mut program = Vec::new();
        self.expand_variable(self.known.shell, &mut program)?;
        let mut flags = Vec::new();
        self.expand_variable(self.known.shell_flags, &mut flags)?;
        let mut separators = Vec::new();
        self.expand_named(b"IFS", &mut separators)?;
        Ok(Shell {
            program: program.into(),
            flags: flags.into(),
            plain_words: separators.iter().all(|byte| b" \t\n".contains(byte)),
            one_shell: self.rules.one_shell,
            posix: self.rules.posix,
        })
    }

    /// The program and the arguments that run a command or a script now; see [`Shell::argv`].
    pub fn command_argv(&mut self, command: &[u8]) -> Result<Vec<BString>> {
        Ok(self.current_shell()?.argv(command))
    }

    /// As [`Evaluator::command_argv`].
    pub fn command_line(&mut self, script: &[u8]) -> Result<Vec<BString>> {
        self.command_argv(script)
    }
}

fn is_posix_shell(program: &[u8]) -> bool {
    let name = program.rsplit(|&byte| byte == b'/' || byte == b'\\').next();
    name.is_some_and(|name| POSIX_SHELLS.contains(&name))
}

fn trim_blanks(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| !is_blank(byte)).unwrap_or(text.len());
    &text[start..]
}

/// A script whose lines start without blanks and without `@`, `-` and `+`, which mean nothing in
/// the midst of it.
fn without_prefixes(script: &[u8]) -> BString {
    let mut out = BString::default();
    for line in Lines::new(script, 1) {
        let prefix = |byte: &u8| is_blank(*byte) || matches!(byte, b'@' | b'-' | b'+');
        let start = line.text.iter().position(|byte| !prefix(byte)).unwrap_or(line.text.len());
        out.extend_from_slice(&line.text[start..]);
        out.push(b'\n');
    }
    if !script.ends_with(b"\n") {
        out.pop();
    }
    out
}

/// What is left of a script on its way through the words of a command line: backslash-newlines
/// stay, other newlines go.
fn unescaped_lines(script: &[u8]) -> BString {
    let mut out = BString::default();
    let mut bytes = script.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if bytes.peek() == Some(&b'\n') => {
                bytes.next();
                out.extend_from_slice(b"\\\n");
            }
            b'\n' => {}
            byte => out.push(byte),
        }
    }
    out
}

/// Writes a command so that a shell takes it for one word.
fn escape(command: &[u8], out: &mut BString) {
    let mut bytes = command.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' && bytes.peek() == Some(&b'\n') {
            bytes.next();
            out.extend_from_slice(b"\\\\\n");
            continue;
        }
        if is_space(byte) || matches!(byte, b'\\' | b'\'') || SPECIAL.contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
}

/// Whether a command's first word is the shell's own.
pub(crate) fn is_built_in(word: &[u8]) -> bool {
    BUILT_IN.contains(&word)
}

/// The words of a command that a shell would take for a plain one. None when it needs a shell; empty
/// when there is nothing to run.
fn shell_free(command: &[u8]) -> Option<Vec<BString>> {
    // Most that need a shell show it at once.
    let first = command.split(|&byte| is_blank(byte)).find(|word| !word.is_empty());
    if first.is_some_and(is_built_in) {
        return None;
    }
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
            b'\\' => match bytes.next().unwrap_or(b'\n') {
                b'\n' if word.is_none() => {
                    while bytes.peek().is_some_and(|&byte| is_blank(byte)) {
                        bytes.next();
                    }
                }
                b'\n' => {}
                byte => word.get_or_insert_default().push(byte),
            },
            byte if is_blank(byte) => words.extend(word.take()),
            // Before the program's name this sets a variable.
            b'=' if words.is_empty() => return None,
            byte if IS_SPECIAL[usize::from(byte)] => return None,
            byte => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    match words.first() {
        Some(first) if is_built_in(first) => None,
        _ => Some(words),
    }
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
        for needs in ["echo $x", "A=b c", "cd x", "a | b", "echo 'a", "echo \"a\""] {
            assert_eq!(split(needs), None, "{needs}");
        }
        assert_eq!(split("cc -DA=b"), words(&["cc", "-DA=b"]));
        assert_eq!(split("a \\\n b\\\nc \\"), words(&["a", "bc"]));
    }
}
