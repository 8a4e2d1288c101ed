//! Expressions: items to postfix nodes, by operator precedence and without recursion.

use super::lexer::Sign;
use super::parser::{Item, ItemKind};
use super::tree::{Node, Operand, Relation};

/// An operator that waits for its operands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Waiting {
    Open,
    Or,
    And,
    Not,
}

impl Waiting {
    fn node(self) -> Option<Node> {
        match self {
            Waiting::Open => None,
            Waiting::Or => Some(Node::Or),
            Waiting::And => Some(Node::And),
            Waiting::Not => Some(Node::Not),
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
    let mut waiting: Vec<Waiting> = Vec::new();
    let mut at = 0;
    loop {
        at = prefix(items, at, &mut waiting);
        at = primary(items, at, &mut operand, nodes)?;
        while let Some(ItemKind::Sign(Sign::Close)) = items.get(at).map(|item| &item.kind) {
            if !waiting.contains(&Waiting::Open) {
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
        waiting.push(next);
        at += 1;
    }
    reduce(&mut waiting, Waiting::Or, nodes);
    if waiting.is_empty() { Ok(at) } else { Err(at) }
}

/// Takes `!` and `(`.
fn prefix(items: &[Item], mut at: usize, waiting: &mut Vec<Waiting>) -> usize {
    while let Some(item) = items.get(at) {
        match item.kind {
            ItemKind::Sign(Sign::Not) => waiting.push(Waiting::Not),
            ItemKind::Sign(Sign::Open) => waiting.push(Waiting::Open),
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
        nodes.push(Node::Symbol(left));
        return Ok(at + 1);
    };
    let end = items.get(at + 2).ok_or(at + 2)?;
    let right = operand(end).ok_or(at + 2)?;
    nodes.push(Node::Compare(relation, left, right));
    Ok(at + 3)
}

/// Moves operators that bind at least as tightly as `least` to the result.
fn reduce(waiting: &mut Vec<Waiting>, least: Waiting, nodes: &mut Vec<Node>) {
    while let Some(&operator) = waiting.last() {
        match operator.node() {
            Some(node) if operator >= least => {
                nodes.push(node);
                waiting.pop();
            }
            _ => break,
        }
    }
}
