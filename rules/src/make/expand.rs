//! Expansion: text and its syntax become bytes, into one growing buffer. Knows nothing of lines.

use std::sync::Arc;

use super::error::{Action, ErrorKind, Result};
use super::evaluator::Evaluator;
use super::functions::{Arguments, Function, files, text};
use super::host::{Message, Severity};
use super::location::Location;
use super::names::Name;
use super::syntax::{Argument, Mistake, Node, Span, Text, parse, substitution};
use super::variables::{Binding, Flavor};

/// How often `$(call)` lets a variable expand inside itself.
const REENTRIES: u32 = 32767;

impl<S> Evaluator<S> {
    /// Expands text that is used once.
    pub(crate) fn expand_into(&mut self, source: &[u8], out: &mut Vec<u8>) -> Result<()> {
        if !source.contains(&b'$') {
            out.extend_from_slice(source);
            return Ok(());
        }
        let nodes = parse(source, &mut self.names, &self.stack);
        self.expand_nodes(source, &nodes, out)
    }

    /// Expands text into a buffer of its own.
    pub(crate) fn expanded(&mut self, source: &[u8]) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.expand_into(source, &mut out)?;
        Ok(out)
    }

    /// Expands text whose syntax is kept with it.
    pub(crate) fn expand_text(&mut self, text: &Text, out: &mut Vec<u8>) -> Result<()> {
        let nodes = text.nodes(&mut self.names, &self.stack);
        self.expand_nodes(&text.source, nodes, out)
    }

    pub(crate) fn expand_nodes(
        &mut self,
        source: &[u8],
        nodes: &[Node],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.check_stack()?;
        self.spend(0)?;
        for node in nodes {
            let start = out.len();
            match node {
                Node::Literal(span) => out.extend_from_slice(&source[span.range()]),
                Node::Variable { name } => self.expand_variable(*name, out)?,
                Node::Substitution { name, pattern, replacement } => {
                    let mut value = self.buffer();
                    self.expand_variable(*name, &mut value)?;
                    let (from, to) = (&source[pattern.range()], &source[replacement.range()]);
                    text::substitute(from, to, &value, out);
                    self.recycle(value);
                }
                Node::Computed { nodes } => {
                    let mut reference = self.buffer();
                    self.expand_nodes(source, nodes, &mut reference)?;
                    self.expand_reference(&reference, out)?;
                    self.recycle(reference);
                }
                Node::Call { function, arguments, span } => {
                    self.expand_call(source, *function, arguments, *span, out)?;
                }
                Node::Broken { mistake, span } => {
                    return self.broken(*mistake, &source[span.range()]);
                }
            }
            self.spend(out.len().saturating_sub(start))?;
        }
        Ok(())
    }

    fn broken(&self, mistake: Mistake, text: &[u8]) -> Result<()> {
        let kind = match mistake {
            Mistake::Unterminated => ErrorKind::UnterminatedReference,
            Mistake::TooDeep => ErrorKind::TooDeep,
            Mistake::UnterminatedCall(function, close) => {
                ErrorKind::UnterminatedCall { function: function.name(), close: char::from(close) }
            }
        };
        let mut error = self.error(kind);
        error.excerpt = Some(excerpt(text));
        Err(error)
    }

    /// Expands what stands inside a reference, once that itself is expanded.
    fn expand_reference(&mut self, reference: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let Some((colon, equals)) = substitution(reference) else {
            return self.expand_named(reference, out);
        };
        let mut value = self.buffer();
        self.expand_named(&reference[..colon], &mut value)?;
        text::substitute(&reference[colon + 1..equals], &reference[equals + 1..], &value, out);
        self.recycle(value);
        Ok(())
    }

    pub(crate) fn expand_named(&mut self, name: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match self.names.find(name) {
            Some(name) => self.expand_variable(name, out),
            None => {
                self.warn_undefined(name);
                Ok(())
            }
        }
    }

    fn warn_undefined(&mut self, name: &[u8]) {
        if self.warn_undefined {
            let mut text = bstr::BString::from("warning: undefined variable '");
            text.extend_from_slice(name);
            text.push(b'\'');
            let location = self.place();
            self.host.message(Message { severity: Severity::Warning, location, text });
        }
    }

    pub(crate) fn expand_variable(&mut self, name: Name, out: &mut Vec<u8>) -> Result<()> {
        let Some(binding) = self.table.find(name) else {
            return self.expand_unbound(name, out);
        };
        if name == self.known.variables {
            let mut joined = super::bytes::Joiner::new(out);
            self.variables().for_each(|(name, _)| joined.push(name));
            return Ok(());
        }
        self.expand_binding(name, binding, out)
    }

    fn expand_unbound(&mut self, name: Name, out: &mut Vec<u8>) -> Result<()> {
        if self.table.native(name).is_some() {
            let text = self.names.shared(name);
            self.call_named(&text, &[], out)?;
        } else {
            let text = self.names.shared(name);
            self.warn_undefined(&text);
        }
        Ok(())
    }

    fn expand_binding(&mut self, name: Name, binding: Binding, out: &mut Vec<u8>) -> Result<()> {
        let Some(variable) = self.table.get(binding) else { return Ok(()) };
        if variable.appends {
            let start = out.len();
            if let Some(outer) = self.table.outer(binding) {
                self.expand_binding(name, outer, out)?;
            }
            if out.len() > start {
                out.push(b' ');
            }
        }
        let Some(variable) = self.table.get_mut(binding) else { return Ok(()) };
        if variable.flavor == Flavor::Simple {
            out.extend_from_slice(&variable.text.source);
            return Ok(());
        }
        if !variable.text.source.contains(&b'$') {
            out.extend_from_slice(&variable.text.source);
            return Ok(());
        }
        if variable.expanding {
            if variable.reentries == 0 {
                let location = variable.last_location().cloned();
                return self.recursion(name, location, out);
            }
            variable.reentries -= 1;
        }
        variable.expanding = true;
        let text = variable.text.clone();
        let location = variable.last_location().cloned();
        // Where nothing is being read, what is said is about the variable.
        let placed = self.here.is_none() && location.is_some();
        if placed {
            self.here = location.clone();
        }
        let blame = match location {
            None => self.blame.clone(),
            location => std::mem::replace(&mut self.blame, location),
        };
        let result = self.expand_text(&text, out);
        self.blame = blame;
        if placed {
            self.here = None;
        }
        if let Some(variable) = self.table.get_mut(binding) {
            variable.expanding = false;
        }
        result
    }

    /// A variable needs its own value. While the environment of a script is made up, that is the
    /// value it had in the environment that make was started with.
    fn recursion(
        &mut self,
        name: Name,
        location: Option<Location>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let text = self.names.shared(name);
        if self.exporting == 0 {
            let mut error = self.error(ErrorKind::Recursive((&*text).into()));
            error.location = location.or(error.location);
            return Err(error);
        }
        self.spared_recursion = true;
        if let Some((_, value)) = self.environment.iter().find(|(name, _)| **name == *text) {
            out.extend_from_slice(value);
        }
        Ok(())
    }

    fn expand_call(
        &mut self,
        source: &[u8],
        function: Function,
        arguments: &[Argument],
        span: Span,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let result = if function.is_lazy() {
            self.check_arity(function, arguments.len())
                .and_then(|()| self.apply_lazy(source, function, arguments, out))
        } else {
            self.expand_eager(source, function, arguments, out)
        };
        result.map_err(|mut error| {
            if matches!(error.kind, ErrorKind::FewArguments { .. } | ErrorKind::BadArgument(_)) {
                error.excerpt.get_or_insert_with(|| excerpt(&source[span.range()]));
            }
            error
        })
    }

    fn expand_eager(
        &mut self,
        source: &[u8],
        function: Function,
        arguments: &[Argument],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.check_arity(function, arguments.len())?;
        let mut buffer = self.buffer();
        let mut few = [0; 8];
        let mut many = Vec::new();
        let ends: &mut [usize] = if arguments.len() <= few.len() {
            &mut few[..arguments.len()]
        } else {
            many.resize(arguments.len(), 0);
            &mut many
        };
        for (argument, end) in arguments.iter().zip(ends.iter_mut()) {
            self.expand_nodes(source, &argument.nodes, &mut buffer)?;
            *end = buffer.len();
        }
        self.apply(function, Arguments::new(&buffer, ends), out)?;
        self.recycle(buffer);
        Ok(())
    }

    pub(crate) fn check_arity(&self, function: Function, given: usize) -> Result<()> {
        let (least, _) = function.arity();
        if given < least {
            return Err(self.error(ErrorKind::FewArguments { given, function: function.name() }));
        }
        Ok(())
    }

    /// Applies a function to expanded arguments.
    pub(crate) fn apply(
        &mut self,
        function: Function,
        arguments: Arguments<'_>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let first = arguments.get(0);
        let second = arguments.get(1);
        match function {
            Function::Subst => text::subst(first, second, arguments.get(2), out),
            Function::Patsubst => text::patsubst(first, second, arguments.get(2), out),
            Function::Filter => text::filter(first, second, true, out),
            Function::FilterOut => text::filter(first, second, false, out),
            Function::Findstring => text::findstring(first, second, out),
            Function::Strip => text::strip(first, out),
            Function::Sort => text::sort(first, out),
            Function::Words => text::count(first, out),
            Function::Word => {
                text::word(arguments, out).map_err(|kind| self.error(kind))?;
            }
            Function::Wordlist => {
                text::wordlist(arguments, out).map_err(|kind| self.error(kind))?;
            }
            Function::Firstword => {
                out.extend_from_slice(super::bytes::words(first).next().unwrap_or_default());
            }
            Function::Lastword => {
                out.extend_from_slice(super::bytes::words(first).last().unwrap_or_default());
            }
            Function::Join => text::join(first, second, out),
            Function::Addprefix => text::affix(first, second, false, out),
            Function::Addsuffix => text::affix(first, second, true, out),
            Function::Dir => files::dir(first, out),
            Function::Notdir => files::notdir(first, out),
            Function::Suffix => files::suffix(first, out),
            Function::Basename => files::basename(first, out),
            Function::Abspath => files::abspath(first, &self.host.folder(), out),
            Function::Realpath => self.realpath(first, out),
            Function::Wildcard => self.wildcard(first, out),
            Function::Call => {
                let rest: Vec<&[u8]> = arguments.skip_first().collect();
                self.call_named(first, &rest, out)?;
            }
            Function::Eval => self.eval_function(first)?,
            Function::Value => self.value(first, out),
            Function::Origin => self.origin(first, out),
            Function::Flavor => self.flavor(first, out),
            Function::Info => self.say(Severity::Info, first),
            Function::Warning => self.say(Severity::Warning, first),
            Function::Error => return Err(self.error_here(ErrorKind::User(first.into()))),
            Function::Shell => self.shell(first, out)?,
            Function::File => self.file(arguments, out)?,
            Function::If
            | Function::And
            | Function::Or
            | Function::Foreach
            | Function::Let
            | Function::Intcmp => self.apply_again(function, arguments, out)?,
        }
        Ok(())
    }

    /// `$(call name,arguments)`, with the arguments expanded.
    pub(crate) fn call_named(
        &mut self,
        name: &[u8],
        arguments: &[&[u8]],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        self.check_stack()?;
        let Some((word, _)) = super::bytes::split_word(name) else { return Ok(()) };
        if let Some(function) = Function::find(word) {
            self.check_arity(function, arguments.len())?;
            let text = arguments.concat();
            let mut end = 0;
            let ends: Vec<usize> = arguments
                .iter()
                .map(|argument| {
                    end += argument.len();
                    end
                })
                .collect();
            return self.apply(function, Arguments::new(&text, &ends), out);
        }
        let Some(name) = self.names.find(word) else {
            self.warn_undefined(word);
            return Ok(());
        };
        if let Some(native) = self.table.native(name) {
            let native = self.natives[native as usize].clone();
            let arguments: Vec<_> = arguments.iter().map(|&text| text.into()).collect();
            let result = native(self, &arguments);
            let result = self.traced(result, || Action::Call(word.into()))?;
            out.extend_from_slice(&result);
            return Ok(());
        }
        let Some(binding) = self.table.find(name) else {
            self.warn_undefined(word);
            return Ok(());
        };
        let result = self.call_variable(name, binding, word, arguments, out);
        self.traced(result, || Action::Call(word.into()))
    }

    fn call_variable(
        &mut self,
        name: Name,
        binding: Binding,
        word: &[u8],
        arguments: &[&[u8]],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        if self.table.get(binding).is_none_or(|variable| variable.text.source.is_empty()) {
            return Ok(());
        }
        let mark = self.table.enter();
        let bound = arguments.len() + 1;
        self.bind_argument(0, word);
        for (index, argument) in arguments.iter().enumerate() {
            self.bind_argument(index + 1, argument);
        }
        // A call inside a call does not see the arguments of the outer one.
        for index in bound..self.bound_arguments {
            self.bind_argument(index, b"");
        }
        let outer = self.bound_arguments;
        self.bound_arguments = bound.max(outer);
        if let Some(variable) = self.table.get_mut(binding) {
            variable.reentries = REENTRIES;
        }
        let result = match self.table.find(name) {
            Some(binding) => self.expand_binding(name, binding, out),
            None => Ok(()),
        };
        if let Some(variable) = self.table.get_mut(binding) {
            variable.reentries = 0;
        }
        self.bound_arguments = outer;
        self.table.leave(mark);
        result
    }

    fn bind_argument(&mut self, index: usize, value: &[u8]) {
        let name = match index {
            0..=9 => self.names.intern(&[b'0' + index as u8]),
            _ => self.names.intern(index.to_string().as_bytes()),
        };
        self.bind_simple(name, value);
    }

    pub(crate) fn bind_simple(&mut self, name: Name, value: &[u8]) {
        self.table.bind_simple(name, value);
    }

    /// Gives the variable bound last another value.
    pub(crate) fn rebind(&mut self, value: &[u8]) {
        let Some(variable) = self.table.top_mut() else { return };
        match Arc::get_mut(&mut variable.text) {
            Some(text) => {
                let text = text.edit();
                text.clear();
                text.extend_from_slice(value);
            }
            None => variable.text = Arc::new(Text::new(value.to_vec())),
        }
    }
}

/// The start of a text that is to be shown.
pub(crate) fn excerpt(text: &[u8]) -> bstr::BString {
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or(text);
    line.into()
}
