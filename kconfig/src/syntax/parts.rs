//! Parts of statements: names, prompts, expressions, conditions.

use bstr::{BStr, BString, ByteSlice};

use super::expression::expression;
use super::lexer::{Keyword, Sign};
use super::parser::{Item, ItemKind, Parser, Wrong};
use super::tree::{Expression, Flag, Node, Operand, StatementKind};
use crate::environment::Dialect;
use crate::error::format_bytes;
use crate::names::Name;
use crate::source::{Place, Span};

impl Parser<'_> {
    pub(super) fn prompt(&mut self, text: &Item, rest: &[Item], place: Place) -> Result<(), Wrong> {
        let text = self.prompt_text(text)?;
        let condition = self.condition(rest)?;
        self.push(place, StatementKind::Prompt(text, condition));
        Ok(())
    }

    /// A text in quotes; Unikraft's dialect takes a word, too.
    fn quoted<'t>(&'t self, item: &'t Item) -> Result<&'t [u8], Wrong> {
        let word = item.kind == ItemKind::Word && self.environment.dialect == Dialect::Unikraft;
        match self.open.last() {
            Some(open) if word || item.kind == ItemKind::Quoted => Ok(item.text(&open.text)),
            _ => Err(Wrong::Syntax),
        }
    }

    fn prompt_text(&mut self, item: &Item) -> Result<Name, Wrong> {
        self.quoted(item)?;
        let source = self.text();
        Ok(self.tree.names.add(item.text(&source)))
    }

    pub(super) fn only_prompt(&mut self, items: &[Item]) -> Result<Name, Wrong> {
        let [item] = items else { return Err(Wrong::Syntax) };
        self.prompt_text(item)
    }

    /// The name of a file.
    pub(super) fn only_file(&self, items: &[Item]) -> Result<BString, Wrong> {
        let [item] = items else { return Err(Wrong::Syntax) };
        self.quoted(item).map(BString::from)
    }

    pub(super) fn name(&mut self, item: &Item) -> Option<Operand> {
        if item.kind == ItemKind::Word { self.operand(item) } else { None }
    }

    pub(super) fn operand(&mut self, item: &Item) -> Option<Operand> {
        let constant = match item.kind {
            ItemKind::Word => false,
            ItemKind::Quoted => true,
            _ => return None,
        };
        let source = &self.open.last()?.text;
        Some(Operand { name: self.tree.names.intern(item.text(source)), constant })
    }

    /// `option`, with what it says in `rest`.
    pub(super) fn option(&mut self, rest: &[Item], place: Place) -> Result<(), Wrong> {
        let flag = match rest {
            [word] => match word.kind {
                ItemKind::Keyword(Keyword::Modules) => Flag::Modules,
                ItemKind::Keyword(Keyword::DefconfigList) => Flag::DefconfigList,
                ItemKind::Keyword(Keyword::AllNoConfigY) => Flag::AllNoConfigY,
                _ => return Err(Wrong::Syntax),
            },
            [word, equal, name]
                if word.kind == ItemKind::Word
                    && equal.kind == ItemKind::Sign(Sign::Equal)
                    && name.kind == ItemKind::Quoted =>
            {
                let source = self.text();
                if word.text(&source) != b"env" {
                    return Err(Wrong::Syntax);
                }
                self.option_env(name.text(&source).as_bstr(), place);
                Flag::Environment
            }
            _ => return Err(Wrong::Syntax),
        };
        self.push(place, StatementKind::Option(flag));
        Ok(())
    }

    /// `option env="NAME"`, which trees had before macros could name variables: a default.
    fn option_env(&mut self, name: &BStr, place: Place) {
        let Some(value) = self.macros.variable(name, self.environment, &mut self.tree.inputs)
        else {
            let words = format_bytes(&[b"environment variable ", name, b" undefined"]);
            return self.warn(place, words);
        };
        let value = Operand { name: self.tree.names.intern(&value), constant: true };
        let start = self.tree.nodes.len();
        self.tree.nodes.push(Node::Symbol(value));
        let default = Expression::new(start, start + 1);
        self.push(place, StatementKind::Default(default, None));
    }

    /// An expression at the start of `items`, and what follows it.
    pub(super) fn expression<'i>(
        &mut self,
        items: &'i [Item],
    ) -> Result<(Expression, &'i [Item]), Wrong> {
        let start = self.tree.nodes.len();
        let mut nodes: Vec<Node> = std::mem::take(&mut self.tree.nodes);
        let used = expression(items, |item| self.operand(item), &mut nodes);
        self.tree.nodes = nodes;
        let used =
            used.map_err(|at| Wrong::Word(items.get(at).map_or(Span::default(), |i| i.span)))?;
        Ok((Expression::new(start, self.tree.nodes.len()), &items[used..]))
    }

    pub(super) fn only_expression(&mut self, items: &[Item]) -> Result<Expression, Wrong> {
        let (found, rest) = self.expression(items)?;
        match rest {
            [] => Ok(found),
            [item, ..] => Err(Wrong::Word(item.span)),
        }
    }

    /// Nothing, or `if` and an expression.
    pub(super) fn condition(&mut self, items: &[Item]) -> Result<Option<Expression>, Wrong> {
        match items {
            [] => Ok(None),
            [first, rest @ ..] if first.kind == ItemKind::Keyword(Keyword::If) => {
                self.only_expression(rest).map(Some)
            }
            [item, ..] => Err(Wrong::Word(item.span)),
        }
    }
}
