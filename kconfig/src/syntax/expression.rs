//! Expressions: items to postfix nodes, by operator precedence and without recursion.

use super::lexer::Sign;
use super::parser::{Item, ItemKind};
use super::tree::{Node, NodeKind, Operand, Relation};
use crate::source::Span;

/// An operator that waits for its operands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Waiting {
    Open,
    Or,
    And,
    Not,
}

impl Waiting {
    fn node(self) -> Option<NodeKind> {
        match self {
            Waiting::Open => None,
            Waiting::Or => Some(NodeKind::Or),
            Waiting::And => Some(NodeKind::And),
            Waiting::Not => Some(NodeKind::Not),
        }
    }
}

fn relation(sign: Sign) -> Option<Relation> {
    Some(match sign {
        Sign::Equal => Relation::Equal,
        Sign::Unequal => Relation::Unequal,
        Sign::Less => Relation::Less,
        Sign::LessEqual => Relation::LessEqual,
        Sign::Greater => Relation::Greater,
        Sign::GreaterEqual => Relation::GreaterEqual,
        _ => return None,
    })
}

/// Appends the nodes of the expression that `items` begins with to `nodes`. Gives the number of
/// items used; none when the expression is wrong, with the index of the wrong item.
pub(super) fn expression(
    items: &[Item],
    mut operand: impl FnMut(&Item) -> Option<Operand>,
    nodes: &mut Vec<Node>,
) -> Result<usize, usize> {
    let mut waiting: Vec<(Waiting, Span)> = Vec::new();
    let mut at = 0;
    loop {
        at = prefix(items, at, &mut waiting);
        at = primary(items, at, &mut operand, nodes)?;
        while let Some(ItemKind::Sign(Sign::Close)) = items.get(at).map(|item| &item.kind) {
            if !waiting.iter().any(|(kind, _)| *kind == Waiting::Open) {
                break;
            }
            reduce(&mut waiting, Waiting::Or, nodes);
            waiting.pop();
            at += 1;
        }
        let next = match items.get(at).map(|item| &item.kind) {
            Some(ItemKind::Sign(Sign::Or)) => Waiting::Or,
            Some(ItemKind::Sign(Sign::And)) => Waiting::And,
            _ => break,
        };
        reduce(&mut waiting, next, nodes);
        waiting.push((next, items[at].span));
        at += 1;
    }
    reduce(&mut waiting, Waiting::Or, nodes);
    if waiting.is_empty() { Ok(at) } else { Err(at) }
}

/// Takes `!` and `(`.
fn prefix(items: &[Item], mut at: usize, waiting: &mut Vec<(Waiting, Span)>) -> usize {
    while let Some(item) = items.get(at) {
        match item.kind {
            ItemKind::Sign(Sign::Not) => waiting.push((Waiting::Not, item.span)),
            ItemKind::Sign(Sign::Open) => waiting.push((Waiting::Open, item.span)),
            _ => break,
        }
        at += 1;
    }
    at
}

/// Takes a symbol or a comparison.
fn primary(
    items: &[Item],
    at: usize,
    operand: &mut impl FnMut(&Item) -> Option<Operand>,
    nodes: &mut Vec<Node>,
) -> Result<usize, usize> {
    let item = items.get(at).ok_or(at)?;
    let left = operand(item).ok_or(at)?;
    let sign = items.get(at + 1).and_then(|item| match item.kind {
        ItemKind::Sign(sign) => relation(sign),
        _ => None,
    });
    let Some(relation) = sign else {
        nodes.push(Node { kind: NodeKind::Symbol(left), span: item.span });
        return Ok(at + 1);
    };
    let end = items.get(at + 2).ok_or(at + 2)?;
    let right = operand(end).ok_or(at + 2)?;
    let span = Span { start: item.span.start, end: end.span.end };
    nodes.push(Node { kind: NodeKind::Compare(relation, left, right), span });
    Ok(at + 3)
}

/// Moves operators that bind at least as tightly as `least` to the result.
fn reduce(waiting: &mut Vec<(Waiting, Span)>, least: Waiting, nodes: &mut Vec<Node>) {
    while let Some(&(kind, span)) = waiting.last() {
        match kind.node() {
            Some(kind_of_node) if kind >= least => {
                nodes.push(Node { kind: kind_of_node, span });
                waiting.pop();
            }
            _ => break,
        }
    }
}
