//! Functions that decide what is expanded, and that look at variables themselves.

use bstr::BString;

use super::{Arguments, Function};
use crate::make::bytes::{split_word, trim, trim_start, words};
use crate::make::error::{Action, Result};
use crate::make::evaluator::Evaluator;
use crate::make::functions::text;
use crate::make::syntax::{Argument, parse_part};
use crate::make::variables::Flavor;

impl<S> Evaluator<S> {
    /// Applies a function that expands its arguments itself.
    pub(crate) fn apply_lazy(
        &mut self,
        source: &[u8],
        function: Function,
        arguments: &[Argument],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match function {
            Function::If => {
                let holds = !self.argument(source, &arguments[0])?.is_empty();
                let branch = arguments.get(if holds { 1 } else { 2 });
                self.branch(source, branch, out)
            }
            Function::Or => {
                for argument in arguments {
                    let start = out.len();
                    self.expand_nodes(source, &argument.nodes, out)?;
                    if out.len() > start {
                        break;
                    }
                }
                Ok(())
            }
            Function::And => {
                let start = out.len();
                for argument in arguments {
                    out.truncate(start);
                    self.expand_nodes(source, &argument.nodes, out)?;
                    if out.len() == start {
                        break;
                    }
                }
                Ok(())
            }
            Function::Foreach => self.foreach(source, arguments, out),
            Function::Let => self.let_in(source, arguments, out),
            _ => self.intcmp(source, arguments, out),
        }
    }

    /// Applies such a function to arguments that `$(call)` has expanded already: they are text
    /// again.
    pub(crate) fn apply_again(
        &mut self,
        function: Function,
        arguments: Arguments<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        // Commas and brackets in them no longer count, so each is parsed by itself.
        let mut source = Vec::new();
        let mut ranges = Vec::new();
        for index in 0..arguments.len() {
            let argument = match function.trim() {
                super::Trim::All => trim(arguments.get(index)),
                super::Trim::First if index == 0 => trim(arguments.get(index)),
                _ => arguments.get(index),
            };
            let start = source.len();
            source.extend_from_slice(argument);
            ranges.push(start..source.len());
        }
        let parse = |range| parse_part(&source, range, &mut self.names, &self.stack);
        let parsed: Vec<Argument> =
            ranges.into_iter().map(parse).map(|nodes| Argument { nodes }).collect();
        self.apply_lazy(&source, function, &parsed, out)
    }

    fn argument(&mut self, source: &[u8], argument: &Argument) -> Result<Vec<u8>> {
        let mut text = Vec::new();
        self.expand_nodes(source, &argument.nodes, &mut text)?;
        Ok(text)
    }

    fn branch(
        &mut self,
        source: &[u8],
        argument: Option<&Argument>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        match argument {
            Some(argument) => self.expand_nodes(source, &argument.nodes, out),
            None => Ok(()),
        }
    }

    fn foreach(&mut self, source: &[u8], arguments: &[Argument], out: &mut Vec<u8>) -> Result<()> {
        let name = self.argument(source, &arguments[0])?;
        let list = self.argument(source, &arguments[1])?;
        let name = self.names.intern(split_word(&name).map_or(&[][..], |(word, _)| word));
        let mark = self.table.enter();
        self.bind_simple(name, b"");
        let mut result = Ok(());
        for (index, word) in words(&list).enumerate() {
            if index > 0 {
                out.push(b' ');
            }
            self.rebind(word);
            result = self.expand_nodes(source, &arguments[2].nodes, out);
            if result.is_err() {
                break;
            }
        }
        self.table.leave(mark);
        result
    }

    fn let_in(&mut self, source: &[u8], arguments: &[Argument], out: &mut Vec<u8>) -> Result<()> {
        let names = self.argument(source, &arguments[0])?;
        let list = self.argument(source, &arguments[1])?;
        let mark = self.table.enter();
        let mut names = words(&names).peekable();
        let mut rest = list.as_slice();
        while let Some(name) = names.next() {
            let name = self.names.intern(name);
            if names.peek().is_none() {
                self.bind_simple(name, trim_start(rest));
                break;
            }
            let (word, after) = split_word(rest).unwrap_or_default();
            self.bind_simple(name, word);
            rest = after;
        }
        let result = self.expand_nodes(source, &arguments[2].nodes, out);
        self.table.leave(mark);
        result
    }

    fn intcmp(&mut self, source: &[u8], arguments: &[Argument], out: &mut Vec<u8>) -> Result<()> {
        let left = self.argument(source, &arguments[0])?;
        let right = self.argument(source, &arguments[1])?;
        let (order, number) = text::compare(&left, &right).map_err(|kind| self.error(kind))?;
        let branch = match (order, arguments.len()) {
            (std::cmp::Ordering::Equal, 2) => {
                out.extend_from_slice(&number);
                return Ok(());
            }
            (std::cmp::Ordering::Less, _) => 2,
            (std::cmp::Ordering::Equal, _) => 3,
            (std::cmp::Ordering::Greater, count) => count.clamp(4, 5) - 1,
        };
        self.branch(source, arguments.get(branch), out)
    }

    /// `$(eval text)`
    pub(crate) fn eval_function(&mut self, text: &[u8]) -> Result<()> {
        let blame = self.blame.take();
        let result = self.read_text(text);
        self.blame = blame;
        self.traced(result, || Action::Eval)
    }

    /// `$(value name)`
    pub(crate) fn value(&mut self, name: &[u8], out: &mut Vec<u8>) {
        if let Some(variable) = self.variable(name) {
            out.extend_from_slice(variable.value());
        }
    }

    /// `$(origin name)`
    pub(crate) fn origin(&mut self, name: &[u8], out: &mut Vec<u8>) {
        let origin = match self.variable(name) {
            Some(variable) => variable.origin().name(),
            None if self.is_native(name) => "file",
            None => "undefined",
        };
        out.extend_from_slice(origin.as_bytes());
    }

    /// `$(flavor name)`
    pub(crate) fn flavor(&mut self, name: &[u8], out: &mut Vec<u8>) {
        let flavor = match self.variable(name).map(|variable| variable.flavor()) {
            Some(Flavor::Simple) => "simple",
            Some(Flavor::Recursive) => "recursive",
            None if self.is_native(name) => "recursive",
            None => "undefined",
        };
        out.extend_from_slice(flavor.as_bytes());
    }

    /// Whether `ifdef` takes a name for defined.
    pub(crate) fn is_defined(&self, name: &[u8]) -> bool {
        match self.variable(name) {
            Some(variable) => !variable.value().is_empty(),
            None => self.is_native(name),
        }
    }

    pub(crate) fn say(&mut self, severity: crate::make::Severity, text: &[u8]) {
        self.tell(severity, BString::from(text));
    }
}
