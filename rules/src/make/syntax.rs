//! The syntax of expandable text: literals, references and calls, parsed once and evaluated many
//! times. Knows names, but no values; a mistake is a node, for it only counts when it is reached.

use std::ops::Range;
use std::sync::OnceLock;

use super::bytes::{closing, is_space, trim, trim_start};
use super::functions::{Function, Trim};
use super::names::{Name, Names};
use super::stack::Stack;

/// A part of an expandable text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// As a range, for indexing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One piece of expandable text.
#[derive(Debug)]
pub(crate) enum Node {
    /// Stands for itself.
    Literal(Span),
    /// `$(NAME)`, `$x`.
    Variable { name: Name },
    /// `$(NAME:pattern=replacement)`.
    Substitution { name: Name, pattern: Span, replacement: Span },
    /// A reference whose name, and perhaps substitution, must be expanded first.
    Computed { nodes: Box<[Node]> },
    /// `$(function arguments)`.
    Call { function: Function, arguments: Box<[Argument]>, span: Span },
    /// An error, once evaluation comes here.
    Broken { mistake: Mistake, span: Span },
}

/// One argument of a call.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) nodes: Box<[Node]>,
}

/// Why a node is broken.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mistake {
    Unterminated,
    UnterminatedCall(Function, u8),
    TooDeep,
}

/// Expandable text with its syntax, which is found out when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) source: Vec<u8>,
    syntax: OnceLock<Box<[Node]>>,
}

impl Text {
    pub(crate) fn new(source: Vec<u8>) -> Text {
        Text { source, syntax: OnceLock::new() }
    }

    /// The text, to change it.
    pub(crate) fn edit(&mut self) -> &mut Vec<u8> {
        self.syntax = OnceLock::new();
        &mut self.source
    }

    pub(crate) fn nodes(&self, names: &mut Names, stack: &Stack) -> &[Node] {
        self.syntax.get_or_init(|| parse(&self.source, names, stack))
    }
}

/// Parses expandable text.
pub(crate) fn parse(source: &[u8], names: &mut Names, stack: &Stack) -> Box<[Node]> {
    parse_part(source, 0..source.len(), names, stack)
}

/// Parses a part of a text; spans count from the start of the whole.
pub(crate) fn parse_part(
    source: &[u8],
    part: Range<usize>,
    names: &mut Names,
    stack: &Stack,
) -> Box<[Node]> {
    Parser { source, names, stack }.nodes(part.start, part.end)
}

struct Parser<'p> {
    source: &'p [u8],
    names: &'p mut Names,
    stack: &'p Stack,
}

impl Parser<'_> {
    fn nodes(&mut self, start: usize, end: usize) -> Box<[Node]> {
        if !self.stack.has_room() {
            let span = Span::new(start, end);
            return Box::new([Node::Broken { mistake: Mistake::TooDeep, span }]);
        }
        let mut nodes = Vec::new();
        let mut at = start;
        while at < end {
            let Some(found) = bstr::ByteSlice::find_byte(&self.source[at..end], b'$') else {
                break;
            };
            let dollar = at + found;
            if found > 0 {
                nodes.push(Node::Literal(Span::new(at, dollar)));
            }
            at = self.reference(dollar, end, &mut nodes);
        }
        if at < end {
            nodes.push(Node::Literal(Span::new(at, end)));
        }
        nodes.into_boxed_slice()
    }

    /// Parses what follows the `$` at `dollar`, and says where it ends.
    fn reference(&mut self, dollar: usize, end: usize, nodes: &mut Vec<Node>) -> usize {
        let begin = dollar + 1;
        if begin == end {
            nodes.push(Node::Literal(Span::new(dollar, end)));
            return end;
        }
        match self.source[begin] {
            b'$' => nodes.push(Node::Literal(Span::new(begin, begin + 1))),
            open @ (b'(' | b'{') => return self.long_reference(open, begin + 1, end, nodes),
            byte if is_space(byte) => {}
            _ => {
                let name = self.names.intern(&self.source[begin..=begin]);
                nodes.push(Node::Variable { name });
            }
        }
        begin + 1
    }

    fn long_reference(
        &mut self,
        open: u8,
        start: usize,
        end: usize,
        nodes: &mut Vec<Node>,
    ) -> usize {
        let close = closing(open);
        let inside = &self.source[start..end];
        if let Some((function, length)) = Function::at_start_of(inside) {
            return self.call(function, open, start, start + length, end, nodes);
        }
        let Some(first) = bstr::ByteSlice::find_byte(inside, close) else {
            let span = Span::new(start - 2, end);
            nodes.push(Node::Broken { mistake: Mistake::Unterminated, span });
            return end;
        };
        let last = start + first;
        if !inside[..first].contains(&b'$') {
            nodes.push(self.plain(start, last));
            return last + 1;
        }
        let Some(length) = matching(inside, open, close) else {
            // `$($(a)`: the name is `$(a`, and the rest of the text is lost.
            nodes.push(self.plain(start, last));
            return end;
        };
        let last = start + length;
        let nested = self.nodes(start, last);
        nodes.push(Node::Computed { nodes: nested });
        last + 1
    }

    /// A reference without anything to expand in its name.
    fn plain(&mut self, start: usize, end: usize) -> Node {
        let text = &self.source[start..end];
        if let Some((colon, equals)) = substitution(text) {
            let name = self.names.intern(&text[..colon]);
            let pattern = Span::new(start + colon + 1, start + equals);
            let replacement = Span::new(start + equals + 1, end);
            return Node::Substitution { name, pattern, replacement };
        }
        Node::Variable { name: self.names.intern(text) }
    }

    fn call(
        &mut self,
        function: Function,
        open: u8,
        start: usize,
        after_name: usize,
        end: usize,
        nodes: &mut Vec<Node>,
    ) -> usize {
        let close = closing(open);
        let rest = &self.source[after_name..end];
        let begin = after_name + (rest.len() - trim_start(rest).len());
        let inside = &self.source[begin..end];
        let Some(length) = matching(inside, open, close) else {
            let span = Span::new(start - 2, end);
            let mistake = Mistake::UnterminatedCall(function, close);
            nodes.push(Node::Broken { mistake, span });
            return end;
        };
        let close_at = begin + length;
        let (_, most) = function.arity();
        let mut arguments = Vec::new();
        let mut at = begin;
        loop {
            let last = arguments.len() + 1 == most;
            let comma = if last { None } else { comma(&self.source[at..close_at], open, close) };
            let to = comma.map_or(close_at, |comma| at + comma);
            let (from, until) = self.argument_span(function, arguments.len(), at, to);
            arguments.push(Argument { nodes: self.nodes(from, until) });
            if comma.is_none() {
                break;
            }
            at = to + 1;
        }
        let span = Span::new(start - 2, close_at + 1);
        let arguments = arguments.into_boxed_slice();
        nodes.push(Node::Call { function, arguments, span });
        close_at + 1
    }

    fn argument_span(
        &self,
        function: Function,
        index: usize,
        start: usize,
        end: usize,
    ) -> (usize, usize) {
        let trimmed = match function.trim() {
            Trim::All => true,
            Trim::First => index == 0,
            Trim::None => false,
        };
        if !trimmed {
            return (start, end);
        }
        let text = &self.source[start..end];
        let from = start + (text.len() - trim_start(text).len());
        (from, from + trim(text).len())
    }
}

/// Where the bracket that is open already is closed.
fn matching(text: &[u8], open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    for (at, &byte) in text.iter().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            if depth == 0 {
                return Some(at);
            }
            depth -= 1;
        }
    }
    None
}

/// The first comma outside brackets.
fn comma(text: &[u8], open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    for (at, &byte) in text.iter().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth = depth.saturating_sub(1);
        } else if byte == b',' && depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The colon and the equals sign of `NAME:pattern=replacement`.
pub(crate) fn substitution(text: &[u8]) -> Option<(usize, usize)> {
    let colon = text.iter().position(|&byte| byte == b':')?;
    let equals = text[colon..].iter().position(|&byte| byte == b'=')?;
    Some((colon, colon + equals))
}
