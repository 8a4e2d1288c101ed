//! Functions that look outside: files, folders, scripts. All of it goes through the host.

use std::io::ErrorKind as IoErrorKind;

use bstr::ByteSlice;

use super::Arguments;
use crate::make::bytes::{Joiner, trim_start, words};
use crate::make::error::{ErrorKind, Result};
use crate::make::evaluator::Evaluator;
use crate::make::glob;
use crate::make::host::{Message, Script};
use crate::make::variables::{Flavor, Origin, Variable};

impl<S> Evaluator<S> {
    /// `$(wildcard patterns)`
    pub(crate) fn wildcard(&mut self, patterns: &[u8], out: &mut Vec<u8>) {
        let mut joined = Joiner::new(out);
        let (names, _) = crate::make::filenames::take(patterns, None);
        for name in names {
            let host = self.host.as_mut();
            let name = glob::tilde(host, &name).unwrap_or(name);
            glob::glob(host, name.as_bstr()).iter().for_each(|name| joined.push(name));
        }
    }

    /// `$(realpath names)`
    pub(crate) fn realpath(&mut self, names: &[u8], out: &mut Vec<u8>) {
        let mut joined = Joiner::new(out);
        for name in words(names) {
            if let Some(path) = self.host.real_path(name.as_bstr()) {
                joined.push(&path);
            }
        }
    }

    /// `$(shell script)`: the output as one line.
    pub(crate) fn shell(&mut self, script: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut output = self.run_script(script)?;
        while drop_newline(&mut output) {}
        join_lines(&output, out);
        Ok(())
    }

    /// `NAME != script`: the same, but of the newlines at the end only the last is dropped.
    pub(crate) fn shell_assignment(&mut self, script: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut output = self.run_script(script)?;
        drop_newline(&mut output);
        join_lines(&output, out);
        Ok(())
    }

    /// Runs a script and gives its output as it is.
    fn run_script(&mut self, script: &[u8]) -> Result<Vec<u8>> {
        let argv = self.command_line(script)?;
        let environment = self.script_environment()?;
        let script = Script { text: script.as_bstr(), argv: &argv, environment: &environment };
        let result = self.host.shell(&script);
        let (output, status) = match result {
            Ok(result) => (result.output, result.status),
            Err(error) if error.kind() == IoErrorKind::Interrupted => {
                return Err(self.error(ErrorKind::Interrupted));
            }
            Err(error) => {
                let program = argv.first().map_or(b"".as_bstr(), |program| program.as_bstr());
                let text = format!("{program}: {}", reason(&error)).into();
                let severity = crate::make::Severity::Error;
                self.host.message(Message { severity, location: None, text });
                (Vec::new(), if error.kind() == IoErrorKind::NotFound { 127 } else { 126 })
            }
        };
        let status = status.to_string().into_bytes();
        let status = Variable::new(status, Flavor::Simple, Origin::Override);
        self.table.define(self.known.shell_status, status);
        Ok(output)
    }

    /// `$(file op name,text)`
    pub(crate) fn file(&mut self, arguments: Arguments<'_>, out: &mut Vec<u8>) -> Result<()> {
        let text = arguments.get(0);
        let bad =
            |this: &Self, message: &str| Err(this.error(ErrorKind::BadArgument(message.into())));
        let (reads, appends, name) = if let Some(name) = text.strip_prefix(b">>") {
            (false, true, name)
        } else if let Some(name) = text.strip_prefix(b">") {
            (false, false, name)
        } else if let Some(name) = text.strip_prefix(b"<") {
            (true, false, name)
        } else {
            let message = [b"file: invalid file operation: ", text].concat();
            return Err(self.error(ErrorKind::BadArgument(message.into())));
        };
        let name = trim_start(name).as_bstr();
        if name.is_empty() {
            return bad(self, "file: missing filename");
        }
        if reads && arguments.len() > 1 {
            return bad(self, "file: too many arguments");
        }
        let result = if reads {
            self.host.read(name).map(|text| {
                out.extend_from_slice(text.strip_suffix(b"\n").unwrap_or(&text));
            })
        } else {
            let mut contents = Vec::new();
            if arguments.len() > 1 {
                contents.extend_from_slice(arguments.get(1));
                if contents.last() != Some(&b'\n') {
                    contents.push(b'\n');
                }
            }
            self.host.write(name, &contents, appends)
        };
        match result {
            Err(error) if reads && error.kind() == IoErrorKind::NotFound => Ok(()),
            Err(error) => {
                // A file that is there but takes nothing is noticed when it is closed.
                let full =
                    matches!(error.kind(), IoErrorKind::StorageFull | IoErrorKind::QuotaExceeded);
                let step = if full { "close" } else { "open" };
                let message = format!("{step}: {name}: {}", reason(&error));
                Err(self.error(ErrorKind::BadArgument(message.into())))
            }
            Ok(()) => Ok(()),
        }
    }
}

/// The system's words for an error, without its number.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// Drops one newline from the end. False when there is none.
fn drop_newline(output: &mut Vec<u8>) -> bool {
    if output.last() != Some(&b'\n') {
        return false;
    }
    output.pop();
    if output.last() == Some(&b'\r') {
        output.pop();
    }
    true
}

/// Writes lines with a space for each newline.
fn join_lines(output: &[u8], out: &mut Vec<u8>) {
    let mut bytes = output.iter().peekable();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\r' if bytes.peek() == Some(&&b'\n') => {}
            b'\n' => out.push(b' '),
            _ => out.push(byte),
        }
    }
}
