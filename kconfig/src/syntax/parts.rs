//! Parts of statements: names, prompts, expressions, conditions.

use bstr::BString;

use super::expression::expression;
use super::lexer::Keyword;
use super::parser::{Item, ItemKind, Parser, Wrong};
use super::tree::{Expression, Node, Operand, StatementKind};
use crate::environment::Dialect;
use crate::source::{Place, Span};

impl Parser<'_> {
    pub(super) fn prompt(&mut self, text: &Item, rest: &[Item], place: Place) -> Result<(), Wrong> {
        let text = self.prompt_text(text).ok_or(Wrong::Syntax)?;
        let condition = self.condition(rest)?;
        self.push(place, StatementKind::Prompt(text, condition));
        Ok(())
    }

    pub(super) fn prompt_text(&self, item: &Item) -> Option<BString> {
        let word = item.kind == ItemKind::Word && self.environment.dialect == Dialect::Unikraft;
        let source = &self.open.last()?.text;
        (word || item.kind == ItemKind::Quoted).then(|| BString::from(item.text(source)))
    }

    pub(super) fn only_prompt(&self, items: &[Item]) -> Result<BString, Wrong> {
        let [item] = items else { return Err(Wrong::Syntax) };
        self.prompt_text(item).ok_or(Wrong::Syntax)
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

    /// An expression at the start of `items`, and what follows it.
    pub(super) fn expression<'i>(
        &mut self,
        items: &'i [Item],
    ) -> Result<(Expression, &'i [Item]), Wrong> {
        let start = self.tree.nodes.len() as u32;
        let mut nodes: Vec<Node> = std::mem::take(&mut self.tree.nodes);
        let used = expression(items, |item| self.operand(item), &mut nodes);
        self.tree.nodes = nodes;
        let used =
            used.map_err(|at| Wrong::Word(items.get(at).map_or(Span::default(), |i| i.span)))?;
        let end = self.tree.nodes.len() as u32;
        Ok((Expression { start, end }, &items[used..]))
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
