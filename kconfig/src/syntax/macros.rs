//! The macro language: variables, user functions, the functions that are built in.
//!
//! Works on bytes; knows nothing of statements. Expansion is bounded in depth and in work, so that
//! no input can keep it busy for ever.

use bstr::{BStr, BString, ByteSlice};

use super::lexer::macro_length;
use crate::environment::{Dialect, Environment, Inputs};
use crate::error::{Message, Sink, format_bytes};
use crate::names::FastMap;

/// How deep references may stand in references.
const DEPTH: usize = 400;
/// How often one variable may be in expansion at once, as in the C implementation.
const RECURSION: usize = 1000;
/// How many references one piece of text may expand in all.
const WORK: usize = 100_000;
/// How many references a whole parse may expand: a hundred times what Linux has.
const ALL_WORK: usize = 1_000_000;
/// How long a value may become.
const LENGTH: usize = 16 << 20;
/// How many bytes a whole parse may get from references.
const ALL_LENGTH: usize = 64 << 20;
/// How many arguments a call may have, the name included.
const ARGUMENTS: usize = 16;
/// Where Linux cuts the output of `$(shell,...)`.
const SHELL_OUTPUT: usize = 4095;

/// `=`, `:=` or `+=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assignment {
    Recursive,
    Simple,
    Append,
}

#[derive(Clone, Debug)]
struct Variable {
    value: BString,
    recursive: bool,
    /// How many expansions of it are going on.
    active: usize,
}

/// The world around an expansion.
pub(super) struct Host<'a> {
    pub(super) environment: &'a mut Environment,
    pub(super) inputs: &'a mut Inputs,
    pub(super) sink: &'a mut dyn Sink,
    pub(super) file: &'a BStr,
    pub(super) line: u32,
}

/// What ends parsing: the text of an error.
pub(super) type Fatal = BString;

/// The variables that the input has set.
#[derive(Clone, Debug, Default)]
pub(super) struct Macros {
    variables: FastMap<BString, Variable>,
    /// The environment variables that were looked at, whether or not they exist.
    looked_at: FastMap<BString, ()>,
    depth: usize,
    work: usize,
    /// The references of the whole parse, and the bytes that they gave.
    all_work: usize,
    all_length: usize,
}

impl Macros {
    /// Expands all references in `text`.
    pub(super) fn expand(&mut self, text: &[u8], host: &mut Host<'_>) -> Result<BString, Fatal> {
        self.depth = 0;
        self.work = 0;
        self.expand_with(text, &[], host)
    }

    /// Carries out an assignment.
    pub(super) fn assign(
        &mut self,
        name: BString,
        how: Assignment,
        value: &[u8],
        host: &mut Host<'_>,
    ) -> Result<(), Fatal> {
        let known = self.variables.get(&name);
        let recursive = match how {
            Assignment::Recursive => true,
            Assignment::Simple => false,
            Assignment::Append => known.is_none_or(|variable| variable.recursive),
        };
        let value = if recursive { BString::from(value) } else { self.expand(value, host)? };
        match self.variables.get_mut(&name) {
            Some(variable) if how == Assignment::Append => {
                if variable.value.len() + value.len() > LENGTH {
                    return Err("variable becomes too long".into());
                }
                variable.value.push(b' ');
                variable.value.extend_from_slice(&value);
            }
            _ => {
                self.variables.insert(name, Variable { value, recursive, active: 0 });
            }
        }
        Ok(())
    }

    /// The value of an environment variable, noted as something that the parse depends on.
    pub(super) fn variable(
        &mut self,
        name: &BStr,
        environment: &Environment,
        inputs: &mut Inputs,
    ) -> Option<BString> {
        let value = environment.variables.get(name).cloned();
        if self.looked_at.insert(name.to_owned(), ()).is_none() {
            inputs.variables.push((name.to_owned(), value.clone()));
        }
        value
    }

    fn expand_with(
        &mut self,
        text: &[u8],
        arguments: &[BString],
        host: &mut Host<'_>,
    ) -> Result<BString, Fatal> {
        let mut result = BString::default();
        let mut rest = text;
        while let Some(at) = rest.find_byte(b'$') {
            result.extend_from_slice(&rest[..at]);
            rest = &rest[at..];
            if rest.get(1) != Some(&b'(') {
                result.push(b'$');
                rest = &rest[1..];
                continue;
            }
            let length = macro_length_any(rest);
            let Some(length) = length else {
                return Err(format_bytes(&[
                    b"unterminated reference to '",
                    &rest[2..],
                    b"': missing ')'",
                ]));
            };
            let value = self.reference(&rest[2..length - 1], arguments, host)?;
            self.all_length += value.len();
            if result.len() + value.len() > LENGTH || self.all_length > ALL_LENGTH {
                return Err("expansion becomes too long".into());
            }
            result.extend_from_slice(&value);
            rest = &rest[length..];
        }
        result.extend_from_slice(rest);
        Ok(result)
    }

    /// The value of what stands between `$(` and `)`.
    fn reference(
        &mut self,
        text: &[u8],
        arguments: &[BString],
        host: &mut Host<'_>,
    ) -> Result<BString, Fatal> {
        self.work += 1;
        self.all_work += 1;
        if self.depth >= DEPTH || self.work > WORK || self.all_work > ALL_WORK {
            return Err("Too deep recursive expansion".into());
        }
        if let Some(argument) = argument_number(text).and_then(|n| arguments.get(n - 1)) {
            return Ok(argument.clone());
        }
        self.depth += 1;
        let mut parts = Vec::new();
        for part in split_arguments(text) {
            if parts.len() >= ARGUMENTS {
                return Err("too many function arguments".into());
            }
            parts.push(self.expand_with(part, arguments, host)?);
        }
        let name = parts.remove(0);
        let value = self.call(name, &parts, host);
        self.depth -= 1;
        value
    }

    /// A variable, a user function, a built-in function or an environment variable; nothing when
    /// there is none of that name.
    fn call(
        &mut self,
        name: BString,
        arguments: &[BString],
        host: &mut Host<'_>,
    ) -> Result<BString, Fatal> {
        if let Some(variable) = self.variables.get_mut(&name) {
            if arguments.is_empty() && variable.active > 0 {
                return Err(format_bytes(&[
                    b"Recursive variable '",
                    &name,
                    b"' references itself (eventually)",
                ]));
            }
            if variable.active > RECURSION {
                return Err("Too deep recursive expansion".into());
            }
            let value = variable.value.clone();
            if !variable.recursive {
                return Ok(value);
            }
            variable.active += 1;
            let result = self.expand_with(&value, arguments, host);
            if let Some(variable) = self.variables.get_mut(&name) {
                variable.active -= 1;
            }
            return result;
        }
        if let Some(value) = built_in(name.as_bstr(), arguments, host)? {
            return Ok(value);
        }
        if arguments.is_empty() && !name.is_empty() {
            let value = self.variable(name.as_bstr(), host.environment, host.inputs);
            return Ok(value.unwrap_or_default());
        }
        Ok(BString::default())
    }
}

/// Like [`macro_length`], but text may have several lines and the parenthesis must be closed.
fn macro_length_any(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, &byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(index + 1),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The number that `text` is, when it can be that of an argument.
fn argument_number(text: &[u8]) -> Option<usize> {
    let text = text.trim_ascii_start();
    let digits = text.strip_prefix(b"+").unwrap_or(text);
    if digits.is_empty() || digits.len() > 4 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(digits).ok()?.parse().ok().filter(|&number| number > 0)
}

/// The pieces between commas that are outside of parentheses.
fn split_arguments(text: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_i64);
    for (index, &byte) in text.iter().enumerate() {
        match byte {
            b',' if depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn built_in(
    name: &BStr,
    arguments: &[BString],
    host: &mut Host<'_>,
) -> Result<Option<BString>, Fatal> {
    let wanted = match name.as_bytes() {
        b"error-if" | b"warning-if" => 2,
        b"info" | b"shell" => 1,
        b"filename" | b"lineno" => 0,
        _ => return Ok(None),
    };
    if arguments.len() != wanted {
        let how: &[u8] = if arguments.len() < wanted { b"few" } else { b"many" };
        let words = [b"too ", how, b" function arguments passed to '", name, b"'"];
        return Err(format_bytes(&words));
    }
    Ok(Some(match name.as_bytes() {
        b"error-if" if arguments[0] == "y" => return Err(arguments[1].clone()),
        b"warning-if" if arguments[0] == "y" => {
            let line = host.line.to_string();
            let text = format_bytes(&[host.file, b":", line.as_bytes(), b": ", &arguments[1]]);
            host.sink.message(Message::warning(text));
            BString::default()
        }
        b"info" => {
            host.sink.message(Message::info(arguments[0].clone()));
            BString::default()
        }
        b"shell" => shell(&arguments[0], host)?,
        b"filename" => host.file.to_owned(),
        b"lineno" => host.line.to_string().into(),
        _ => BString::default(),
    }))
}

fn shell(command: &BString, host: &mut Host<'_>) -> Result<BString, Fatal> {
    let environment = &mut *host.environment;
    let output = environment
        .shell
        .run(command.as_bstr(), &environment.folder, &environment.variables)
        .map_err(|error| format_bytes(&[command, b": ", error.to_string().as_bytes()]))?;
    let mut output = output;
    if environment.dialect == Dialect::Linux {
        output.truncate(SHELL_OUTPUT);
    }
    while output.last() == Some(&b'\n') {
        output.pop();
    }
    output.truncate(output.find_byte(0).unwrap_or(output.len()));
    for byte in &mut output {
        if *byte == b'\n' {
            *byte = b' ';
        }
    }
    let output = BString::from(output);
    host.inputs.commands.push((command.clone(), output.clone()));
    Ok(output)
}

/// The string that a quoted token stands for; `inner` is the text between the quotes.
pub(super) fn unquote(
    inner: &[u8],
    macros: &mut Macros,
    host: &mut Host<'_>,
) -> Result<BString, Fatal> {
    let mut result = BString::default();
    let mut rest = inner;
    while let Some(at) = rest.find_byteset(b"\\$") {
        result.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        if rest[0] == b'\\' {
            result.extend(rest.get(1));
            rest = rest.get(2..).unwrap_or_default();
        } else {
            let length = macro_length(rest);
            result.extend_from_slice(&macros.expand(&rest[..length], host)?);
            rest = &rest[length..];
        }
    }
    result.extend_from_slice(rest);
    Ok(result)
}
