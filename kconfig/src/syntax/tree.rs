//! What a Kconfig file says, statement by statement, with the place of each.
//!
//! The list is flat: blocks are opened and closed by statements of their own, and what belongs to
//! an entry follows it. So nesting costs no stack, however deep it is. The parser has checked that
//! blocks match and that attributes stand where they may.

use crate::environment::Inputs;
use crate::index::Index;
use crate::names::{Name, Names};
use crate::source::{Place, Sources};

/// The whole input.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The files.
    pub sources: Sources,
    /// All names, constants and prompts.
    pub names: Names,
    /// The statements of all files, included ones in their place.
    pub statements: Vec<Statement>,
    /// The nodes of all expressions; see [`Expression`].
    pub nodes: Vec<Node>,
    /// What the result depends on.
    pub inputs: Inputs,
}

impl Tree {
    /// The nodes of an expression, operands before operators.
    pub fn nodes(&self, expression: Expression) -> &[Node] {
        &self.nodes[expression.start.position()..expression.end as usize]
    }
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Where: its line, and its bytes up to the end of the line.
    pub place: Place,
    /// What it says.
    pub kind: StatementKind,
}

/// Which type an option has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Type {
    /// None was given.
    #[default]
    Unknown,
    /// `y` or `n`.
    Bool,
    /// `y`, `m` or `n`.
    Tristate,
    /// A decimal number.
    Int,
    /// A hexadecimal number.
    Hex,
    /// Any text.
    String,
}

impl Type {
    /// Bool or tristate.
    pub fn is_logic(self) -> bool {
        matches!(self, Type::Bool | Type::Tristate)
    }

    /// Int or hex.
    pub fn is_number(self) -> bool {
        matches!(self, Type::Int | Type::Hex)
    }

    /// The name that messages use.
    pub fn name(self) -> &'static str {
        match self {
            Type::Unknown => "unknown",
            Type::Bool => "bool",
            Type::Tristate => "tristate",
            Type::Int => "integer",
            Type::Hex => "hex",
            Type::String => "string",
        }
    }
}

/// A kind of block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// `menu`
    Menu,
    /// `choice`
    Choice,
    /// `if`
    If,
}

impl Block {
    /// The keyword that opens it.
    pub fn name(self) -> &'static str {
        match self {
            Block::Menu => "menu",
            Block::Choice => "choice",
            Block::If => "if",
        }
    }
}

/// `option ...`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `modules`: this option enables modules.
    Modules,
    /// `defconfig_list`: its defaults name configuration files to start from.
    DefconfigList,
    /// `allnoconfig_y`: `y` in allnoconfig.
    AllNoConfigY,
    /// `env="NAME"`: its default, which the parser has put before this, is an environment
    /// variable, and files do not mention it.
    Environment,
}

/// What a statement says. Attributes belong to the entry before them.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `mainmenu`
    MainMenu(Name),
    /// `config` or `menuconfig`
    Config {
        /// The option.
        name: Name,
        /// Whether it is `menuconfig`.
        menu: bool,
    },
    /// `choice`, with its name where it has one.
    Choice(Option<Name>),
    /// `menu`
    Menu(Name),
    /// `comment`
    Comment(Name),
    /// `if`
    If(Expression),
    /// The end of a block.
    End(Block),
    /// A type.
    Type(Type),
    /// A prompt.
    Prompt(Name, Option<Expression>),
    /// A default. For choices the value is a single symbol.
    Default(Expression, Option<Expression>),
    /// `select`
    Select(Operand, Option<Expression>),
    /// `imply`
    Imply(Operand, Option<Expression>),
    /// `range`
    Range(Operand, Operand, Option<Expression>),
    /// `depends on`
    DependsOn(Expression),
    /// `visible if`
    VisibleIf(Option<Expression>),
    /// `help`: its bytes are the raw block; [`super::lexer::help_text`] makes the text of it.
    Help,
    /// `option ...` and `modules`
    Option(Flag),
    /// `optional`
    Optional,
}

/// An expression: a range of [`Tree::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expression {
    start: Index,
    end: u32,
}

impl Expression {
    pub(crate) fn new(start: usize, end: usize) -> Expression {
        Expression { start: Index::new(start), end: end as u32 }
    }
}

/// A name in an expression; `constant` when it was quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operand {
    /// The name.
    pub name: Name,
    /// Whether it was quoted.
    pub constant: bool,
}

/// How two symbols are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Relation {
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl Relation {
    /// The relation that holds when this one does not.
    #[must_use]
    pub fn opposite(self) -> Relation {
        match self {
            Relation::Equal => Relation::Unequal,
            Relation::Unequal => Relation::Equal,
            Relation::Less => Relation::GreaterEqual,
            Relation::LessEqual => Relation::Greater,
            Relation::Greater => Relation::LessEqual,
            Relation::GreaterEqual => Relation::Less,
        }
    }

    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Relation::Equal => "=",
            Relation::Unequal => "!=",
            Relation::Less => "<",
            Relation::LessEqual => "<=",
            Relation::Greater => ">",
            Relation::GreaterEqual => ">=",
        }
    }
}

/// One step of an expression in postfix order.
#[derive(Clone, Copy, Debug)]
pub enum Node {
    /// A symbol's value.
    Symbol(Operand),
    /// A comparison.
    Compare(Relation, Operand, Operand),
    /// Negates the last operand.
    Not,
    /// Joins the last two operands.
    And,
    /// Joins the last two operands.
    Or,
}
