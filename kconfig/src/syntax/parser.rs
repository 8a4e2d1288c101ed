//! Tokens to statements: expands macros, follows `source`, checks what may stand where.
//!
//! Works line by line and keeps included files and open blocks on lists of its own, so that no
//! nesting uses the stack. A wrong line is reported and skipped; errors that macros raise end the
//! parse at once, as they do in the C implementation.

use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use super::ahead::Ahead;
use super::lexer::{Keyword, Kind, Sign, Token};
use super::macros::{Assignment, Host, Macros, unquote};
use super::tree::{Block, Flag, Statement, StatementKind, Tree, Type};
use crate::environment::{Dialect, Environment};
use crate::error::{Error, Message, Problem, Report, Sink, format_bytes};
use crate::names::FastMap;
use crate::source::{FileId, Place, Span};

/// How deep blocks may be nested.
const OPEN_BLOCKS: usize = 2000;
/// How many problems are worth telling.
const PROBLEMS: usize = 100;

/// What an item of a line is, macros expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemKind {
    Keyword(Keyword),
    Word,
    Quoted,
    Sign(Sign),
    AssignValue,
}

/// A token that is left after expansion.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) kind: ItemKind,
    pub(super) span: Span,
    /// What it stands for, when that is not what its span shows.
    text: Option<BString>,
}

impl Item {
    pub(super) fn text<'a>(&'a self, source: &'a [u8]) -> &'a [u8] {
        match &self.text {
            Some(text) => text,
            None if self.kind == ItemKind::Quoted => {
                let Span { start, end } = self.span;
                Span { start: start + 1, end: end.saturating_sub(1) }.of(source)
            }
            None => self.span.of(source),
        }
    }
}

/// Which attributes may follow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    None,
    Config,
    Choice,
    Menu,
    Comment,
}

/// A file that is being read.
pub(super) struct Open {
    pub(super) file: FileId,
    pub(super) name: BString,
    pub(super) text: Arc<[u8]>,
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
}

/// Why a line is no statement.
pub(super) enum Wrong {
    /// It does not follow the grammar.
    Syntax,
    /// This word does not belong where it stands; the end of the line, when it is empty.
    Word(Span),
    /// Something else, in its own words.
    Other(BString),
    /// Nothing after it can be parsed.
    Fatal(Problem),
}

pub(super) struct Parser<'a> {
    pub(super) environment: &'a mut Environment,
    pub(super) sink: &'a mut dyn Sink,
    pub(super) tree: Tree,
    pub(super) macros: Macros,
    pub(super) open: Vec<Open>,
    /// Files that are read before they are needed.
    pub(super) ahead: Ahead,
    /// How many shell commands had run when the last file was opened.
    pub(super) commands: usize,
    /// The ids of files by name.
    pub(super) files: FastMap<BString, FileId>,
    /// How often each file is open.
    pub(super) active: Vec<u32>,
    /// How much was read that had been read before.
    pub(super) again: usize,
    pub(super) blocks: Vec<(Block, Place)>,
    pub(super) entry: Entry,
    pub(super) problems: Vec<Problem>,
    /// Whether anything came before.
    pub(super) started: bool,
}

/// Parses `file` and what it includes.
pub fn parse(
    environment: &mut Environment,
    file: &BStr,
    sink: &mut dyn Sink,
) -> Result<Tree, Error> {
    let old_keywords = environment.dialect == Dialect::Unikraft;
    let mut parser = Parser {
        ahead: Ahead::new(environment.places(), old_keywords),
        commands: 0,
        environment,
        sink,
        tree: Tree::default(),
        macros: Macros::default(),
        open: Vec::new(),
        files: FastMap::default(),
        active: Vec::new(),
        again: 0,
        blocks: Vec::new(),
        entry: Entry::None,
        problems: Vec::new(),
        started: false,
    };
    parser.first_file(file)?;
    if let Err(problem) = parser.run() {
        parser.problems.push(problem);
    }
    parser.finish()
}

impl Parser<'_> {
    fn first_file(&mut self, name: &BStr) -> Result<(), Error> {
        let read = self
            .read(name)
            .map_err(|cause| Error::Read { path: name.to_path_lossy().into_owned(), cause })?;
        let id = self.lookup(name);
        self.enter(id, read, None);
        Ok(())
    }

    fn finish(mut self) -> Result<Tree, Error> {
        if self.problems.is_empty() {
            for (_, place) in self.blocks.drain(..).rev() {
                self.problems.push(Problem::new(place, "missing end statement for this entry"));
            }
        }
        if self.problems.is_empty() {
            return Ok(self.tree);
        }
        let Tree { sources, inputs, .. } = self.tree;
        let report = Report { problems: self.problems, sources, inputs };
        Err(Error::Kconfig(Box::new(report)))
    }

    /// Takes lines until all files have ended.
    fn run(&mut self) -> Result<(), Problem> {
        let mut items = Vec::new();
        loop {
            let Some(open) = self.open.last_mut() else { return Ok(()) };
            let Some(&token) = open.tokens.get(open.at) else {
                self.leave();
                continue;
            };
            if token.kind == Kind::HelpText {
                open.at += 1;
                self.help(token);
                continue;
            }
            items.clear();
            let place = self.line(&mut items)?;
            if items.is_empty() {
                continue;
            }
            match self.statement(&items, place) {
                Ok(()) => {}
                Err(Wrong::Fatal(problem)) => return Err(problem),
                Err(wrong) => self.wrong(wrong, &items, place),
            }
            self.started = true;
            if self.problems.len() >= PROBLEMS {
                return Ok(());
            }
        }
    }

    fn wrong(&mut self, wrong: Wrong, items: &[Item], mut place: Place) {
        let source = self.text();
        let message = match (wrong, items.first()) {
            (Wrong::Other(message), _) => message,
            (_, Some(first)) if first.kind == ItemKind::Word => {
                place.span = first.span;
                format_bytes(&[b"unknown statement \"", first.text(&source), b"\""])
            }
            (Wrong::Word(span), _) if span.start < span.end => {
                place.span = span;
                format_bytes(&[b"invalid statement: unexpected `", span.of(&source), b"`"])
            }
            (Wrong::Word(_), _) => "invalid statement: something is missing at its end".into(),
            _ => "invalid statement".into(),
        };
        self.problems.push(Problem::new(place, message));
    }

    // Lines.

    /// The text of the current file.
    pub(super) fn text(&self) -> Arc<[u8]> {
        self.open.last().map(|open| open.text.clone()).unwrap_or_default()
    }

    pub(super) fn warn(&mut self, place: Place, text: impl AsRef<[u8]>) {
        let name = self.tree.sources.name(place);
        self.sink.message(Message::warning_at(name, place, text));
    }

    /// Takes a line and expands its macros; gives the line's place.
    fn line(&mut self, items: &mut Vec<Item>) -> Result<Place, Problem> {
        let mut place: Option<Place> = None;
        while let Some(open) = self.open.last_mut() {
            let Some(&token) = open.tokens.get(open.at) else { break };
            open.at += 1;
            let here = Place { file: open.file, line: token.line, span: token.span };
            let start = place.get_or_insert(here);
            let (kind, text) = match token.kind {
                Kind::EndOfLine => break,
                Kind::EndOfText => {
                    self.warn(here, "no new line at end of file");
                    break;
                }
                Kind::HelpText => {
                    open.at -= 1;
                    break;
                }
                Kind::Stray(byte) => {
                    let text = [b"ignoring unsupported character '", &[byte][..], b"'"].concat();
                    self.warn(here, text);
                    continue;
                }
                Kind::Keyword(keyword) => (ItemKind::Keyword(keyword), None),
                Kind::Word => (ItemKind::Word, None),
                Kind::Sign(sign) => (ItemKind::Sign(sign), None),
                Kind::AssignValue => (ItemKind::AssignValue, None),
                Kind::MacroWord => {
                    let text = self.expand(here, false, true)?;
                    if text.is_empty() {
                        continue;
                    }
                    (ItemKind::Word, Some(text))
                }
                Kind::Quoted { plain: true, closed: true } => (ItemKind::Quoted, None),
                Kind::Quoted { closed, .. } => {
                    let start = *start;
                    let text = self.expand(here, true, closed)?;
                    if !closed && self.text().len() > here.span.end as usize {
                        self.warn(start, "multi-line strings not supported");
                    }
                    (ItemKind::Quoted, Some(text))
                }
            };
            let start = place.get_or_insert(here);
            start.span.end = token.span.end;
            items.push(Item { kind, span: token.span, text });
        }
        let nowhere = Place { file: FileId::FIRST, line: 0, span: Span::default() };
        Ok(place.unwrap_or(nowhere))
    }

    fn expand(&mut self, here: Place, quoted: bool, closed: bool) -> Result<BString, Problem> {
        let Parser { environment, sink, tree, macros, open, .. } = self;
        let Some(open) = open.last() else { return Ok(BString::default()) };
        let mut host = Host {
            environment,
            inputs: &mut tree.inputs,
            sink: *sink,
            file: open.name.as_bstr(),
            line: here.line,
        };
        let text = here.span.of(&open.text);
        let result = if quoted {
            let end = text.len() - usize::from(closed);
            unquote(text.get(1..end).unwrap_or_default(), macros, &mut host)
        } else {
            macros.expand(text, &mut host)
        };
        result.map_err(|message| Problem::new(here, message))
    }

    // Statements.

    fn help(&mut self, token: Token) {
        let Some(open) = self.open.last() else { return };
        let place = Place { file: open.file, line: token.line, span: token.span };
        if matches!(self.entry, Entry::Config | Entry::Choice) {
            self.push(place, StatementKind::Help);
        }
    }

    pub(super) fn push(&mut self, place: Place, kind: StatementKind) {
        self.tree.statements.push(Statement { place, kind });
    }

    fn statement(&mut self, items: &[Item], place: Place) -> Result<(), Wrong> {
        let [first, rest @ ..] = items else { return Ok(()) };
        match first.kind {
            ItemKind::Keyword(keyword) => self.keyword(keyword, rest, place),
            ItemKind::Word => {
                let more = match first.text(&self.text()) {
                    b"rsource" => Some((true, false)),
                    b"osource" => Some((false, true)),
                    b"orsource" => Some((true, true)),
                    _ => None,
                };
                match (more, rest) {
                    (Some((relative, optional)), [file]) if file.kind == ItemKind::Quoted => {
                        let name = self.only_file(rest)?;
                        self.source_more(relative, optional, name.as_bstr(), place)
                    }
                    _ => self.assignment(first, rest, place),
                }
            }
            _ => Err(Wrong::Syntax),
        }
    }

    fn assignment(&mut self, name: &Item, rest: &[Item], place: Place) -> Result<(), Wrong> {
        let how = match rest.first().map(|item| item.kind) {
            Some(ItemKind::Sign(Sign::Equal)) => Assignment::Recursive,
            Some(ItemKind::Sign(Sign::ColonEqual)) => Assignment::Simple,
            Some(ItemKind::Sign(Sign::PlusEqual)) => Assignment::Append,
            _ => return Err(Wrong::Syntax),
        };
        let source = self.text();
        let value = match &rest[1..] {
            [] => &[][..],
            [item] if item.kind == ItemKind::AssignValue => item.text(&source),
            _ => return Err(Wrong::Syntax),
        };
        if self.in_choice(Dialect::Linux) {
            return Err(Wrong::Syntax);
        }
        self.entry = Entry::None;
        let Parser { environment, sink, tree, macros, open, .. } = self;
        let Some(open) = open.last() else { return Ok(()) };
        // The C implementation has read the end of the line by the time it expands the value.
        let mut host = Host {
            environment,
            inputs: &mut tree.inputs,
            sink: *sink,
            file: open.name.as_bstr(),
            line: place.line + 1,
        };
        macros
            .assign(BString::from(name.text(&source)), how, value, &mut host)
            .map_err(|message| Wrong::Fatal(Problem::new(place, message)))
    }

    /// Whether the innermost block is a choice; in Linux also with `if` in between.
    fn in_choice(&self, only: Dialect) -> bool {
        if self.environment.dialect != only {
            return false;
        }
        let mut blocks = self.blocks.iter().rev().map(|(block, _)| *block);
        let innermost = match only {
            Dialect::Linux => blocks.find(|&block| block != Block::If),
            Dialect::Unikraft => blocks.next(),
        };
        innermost == Some(Block::Choice)
    }

    fn keyword(&mut self, keyword: Keyword, rest: &[Item], place: Place) -> Result<(), Wrong> {
        match keyword {
            Keyword::Choice | Keyword::Menu if self.in_choice(Dialect::Unikraft) => {
                Err(Wrong::Syntax)
            }
            Keyword::Choice | Keyword::Menu | Keyword::MenuConfig | Keyword::Source
                if self.in_choice(Dialect::Linux) =>
            {
                Err(Wrong::Syntax)
            }
            Keyword::MainMenu => {
                if self.started || self.open.len() > 1 {
                    return Err(Wrong::Syntax);
                }
                let text = self.only_prompt(rest)?;
                self.push(place, StatementKind::MainMenu(text));
                Ok(())
            }
            Keyword::Config | Keyword::MenuConfig => {
                let [item] = rest else { return Err(Wrong::Syntax) };
                let name = self.name(item).ok_or(Wrong::Syntax)?.name;
                let menu = keyword == Keyword::MenuConfig;
                self.push(place, StatementKind::Config { name, menu });
                self.entry = Entry::Config;
                Ok(())
            }
            Keyword::Choice => {
                let name = match rest {
                    [] => None,
                    [item] => Some(self.name(item).ok_or(Wrong::Syntax)?.name),
                    _ => return Err(Wrong::Syntax),
                };
                self.begin(Block::Choice, place, StatementKind::Choice(name), Entry::Choice)
            }
            Keyword::Menu => {
                let text = self.only_prompt(rest)?;
                self.begin(Block::Menu, place, StatementKind::Menu(text), Entry::Menu)
            }
            Keyword::If => {
                let condition = self.only_expression(rest)?;
                self.begin(Block::If, place, StatementKind::If(condition), Entry::None)
            }
            Keyword::Comment => {
                let text = self.only_prompt(rest)?;
                self.push(place, StatementKind::Comment(text));
                self.entry = Entry::Comment;
                Ok(())
            }
            Keyword::Source => {
                let name = self.only_file(rest)?;
                self.source(name.as_bstr(), place)
            }
            Keyword::EndMenu => self.end(Block::Menu, rest, place),
            Keyword::EndChoice => self.end(Block::Choice, rest, place),
            Keyword::EndIf => self.end(Block::If, rest, place),
            _ => self.attribute(keyword, rest, place),
        }
    }

    fn begin(
        &mut self,
        block: Block,
        place: Place,
        kind: StatementKind,
        entry: Entry,
    ) -> Result<(), Wrong> {
        if self.blocks.len() >= OPEN_BLOCKS {
            return Err(Wrong::Fatal(Problem::new(place, "blocks are nested too deeply")));
        }
        self.blocks.push((block, place));
        self.push(place, kind);
        self.entry = entry;
        Ok(())
    }

    fn end(&mut self, block: Block, rest: &[Item], place: Place) -> Result<(), Wrong> {
        let Some(&(open, start)) = self.blocks.last() else { return Err(Wrong::Syntax) };
        if !rest.is_empty() {
            return Err(Wrong::Syntax);
        }
        if open != block {
            let words = format!("unexpected '{}' within {} block", block.name(), open.name());
            return Err(Wrong::Other(words.into()));
        }
        if start.file != place.file {
            let words = format!("'{0}' in different file than '{0}'", block.name());
            let mut problem = Problem::new(place, words);
            problem.notes.push((start, format!("location of the '{}'", block.name()).into()));
            self.problems.push(problem);
        }
        self.blocks.pop();
        self.push(place, StatementKind::End(block));
        self.entry = Entry::None;
        Ok(())
    }

    fn attribute(&mut self, keyword: Keyword, rest: &[Item], place: Place) -> Result<(), Wrong> {
        let entry = self.entry;
        let config = entry == Entry::Config;
        let option = config || entry == Entry::Choice;
        match keyword {
            Keyword::Depends if entry != Entry::None => {
                let [on, rest @ ..] = rest else { return Err(Wrong::Syntax) };
                if on.kind != ItemKind::Keyword(Keyword::On) {
                    return Err(Wrong::Syntax);
                }
                let condition = self.only_expression(rest)?;
                self.push(place, StatementKind::DependsOn(condition));
            }
            Keyword::Visible if entry == Entry::Menu => {
                let condition = self.condition(rest)?;
                self.push(place, StatementKind::VisibleIf(condition));
            }
            Keyword::Help if option => {
                // The block follows as a token of its own.
                return if rest.is_empty() { Ok(()) } else { Err(Wrong::Syntax) };
            }
            Keyword::Bool | Keyword::Tristate if option => {
                self.typed(keyword, rest, place)?;
            }
            Keyword::Int | Keyword::Hex | Keyword::String if config => {
                self.typed(keyword, rest, place)?;
            }
            Keyword::Prompt if option => {
                let [text, rest @ ..] = rest else { return Err(Wrong::Syntax) };
                self.prompt(text, rest, place)?;
            }
            Keyword::Default if option => self.default(entry, rest, place)?,
            Keyword::DefBool | Keyword::DefTristate if config => {
                self.default(entry, rest, place)?;
                let kind = if keyword == Keyword::DefBool { Type::Bool } else { Type::Tristate };
                self.push(place, StatementKind::Type(kind));
            }
            Keyword::Select | Keyword::Imply if config => {
                let [name, rest @ ..] = rest else { return Err(Wrong::Syntax) };
                let name = self.name(name).ok_or(Wrong::Syntax)?;
                let condition = self.condition(rest)?;
                let kind = match keyword {
                    Keyword::Select => StatementKind::Select(name, condition),
                    _ => StatementKind::Imply(name, condition),
                };
                self.push(place, kind);
            }
            Keyword::Range if config => {
                let [low, high, rest @ ..] = rest else { return Err(Wrong::Syntax) };
                let low = self.operand(low).ok_or(Wrong::Syntax)?;
                let high = self.operand(high).ok_or(Wrong::Syntax)?;
                let condition = self.condition(rest)?;
                self.push(place, StatementKind::Range(low, high, condition));
            }
            Keyword::Option if config => self.option(rest, place)?,
            Keyword::Modules if config && self.environment.dialect == Dialect::Linux => {
                if !rest.is_empty() {
                    return Err(Wrong::Syntax);
                }
                self.push(place, StatementKind::Option(Flag::Modules));
            }
            Keyword::Optional if entry == Entry::Choice && rest.is_empty() => {
                self.push(place, StatementKind::Optional);
            }
            _ => return Err(Wrong::Syntax),
        }
        Ok(())
    }

    fn typed(&mut self, keyword: Keyword, rest: &[Item], place: Place) -> Result<(), Wrong> {
        if let [text, rest @ ..] = rest {
            self.prompt(text, rest, place)?;
        }
        let kind = match keyword {
            Keyword::Bool => Type::Bool,
            Keyword::Tristate => Type::Tristate,
            Keyword::Int => Type::Int,
            Keyword::Hex => Type::Hex,
            _ => Type::String,
        };
        self.push(place, StatementKind::Type(kind));
        Ok(())
    }

    fn default(&mut self, entry: Entry, rest: &[Item], place: Place) -> Result<(), Wrong> {
        if entry == Entry::Choice {
            // Only a name, no expression.
            let [name, ..] = rest else { return Err(Wrong::Syntax) };
            if name.kind != ItemKind::Word
                || matches!(rest.get(1), Some(item) if item.kind != ItemKind::Keyword(Keyword::If))
            {
                return Err(Wrong::Syntax);
            }
        }
        let (value, rest) = self.expression(rest)?;
        let condition = self.condition(rest)?;
        self.push(place, StatementKind::Default(value, condition));
        Ok(())
    }
}
