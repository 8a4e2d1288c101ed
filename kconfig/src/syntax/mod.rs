//! Text to syntax: tokens, macros, statements.

mod ahead;
mod expression;
mod glob;
mod include;
pub mod lexer;
mod macros;
mod parser;
mod parts;
pub mod tree;

pub use parser::parse;
