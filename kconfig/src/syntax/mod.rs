//! Text to syntax: tokens, macros, statements.

mod expression;
mod glob;
mod include;
pub mod lexer;
mod macros;
mod parser;
pub mod tree;

pub use parser::parse;
