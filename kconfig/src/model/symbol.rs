//! Options, choices and constants, with what the input says of each.

use super::expression::ExprId;
use super::menu::MenuId;
use crate::index::Index;
use crate::names::{Name, Text};
use crate::source::Place;
pub use crate::syntax::tree::Type;

/// An option, choice or constant of one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(Index);

impl SymbolId {
    /// The constant `n`.
    pub const NO: SymbolId = SymbolId::at(0);
    /// The constant `m`.
    pub const MODULE: SymbolId = SymbolId::at(1);
    /// The constant `y`.
    pub const YES: SymbolId = SymbolId::at(2);

    /// The symbol at a position in [`super::Model::symbols`].
    pub(crate) const fn at(position: usize) -> SymbolId {
        SymbolId(Index::new(position))
    }

    /// Position in [`super::Model::symbols`], for tables beside the model.
    pub fn index(self) -> usize {
        self.0.position()
    }

    pub(super) fn word(self) -> u32 {
        self.0.word()
    }
}

/// A property of one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropertyId(Index);

impl PropertyId {
    /// The property at a position in the model's list of properties.
    pub(crate) fn at(position: usize) -> PropertyId {
        PropertyId(Index::new(position))
    }

    /// Position in the model's list of properties.
    pub fn index(self) -> usize {
        self.0.position()
    }
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An option, or a name that is only mentioned.
    Option,
    /// A constant.
    Constant,
    /// A choice.
    Choice,
}

/// An option, choice or constant.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Its name; choices mostly have none.
    pub name: Option<Text>,
    /// What it is.
    pub role: Role,
    /// Its type.
    pub kind: Type,
    /// When any of its definitions applies; absent: always.
    pub depends: Option<ExprId>,
    /// What selects it.
    pub selected_by: Option<ExprId>,
    /// What implies it.
    pub implied_by: Option<ExprId>,
    /// The choice that it is a member of.
    pub choice: Option<SymbolId>,
    /// The members, for a choice.
    pub members: Vec<SymbolId>,
    /// A choice that need not have a member set. (Options count as optional.)
    pub optional: bool,
    /// Never written to files.
    pub internal: bool,
    /// `y` in allnoconfig.
    pub allnoconfig_y: bool,
    /// Its first and its last entry in the menu; [`super::Model::definitions`] gives all.
    pub(crate) definitions: Option<(MenuId, MenuId)>,
}

impl Symbol {
    /// Whether it is a choice.
    pub fn is_choice(&self) -> bool {
        self.role == Role::Choice
    }

    /// Whether it has an entry in the menu; otherwise it is only mentioned.
    pub fn is_defined(&self) -> bool {
        self.definitions.is_some()
    }

    /// Its name, or what stands for an unnamed choice in messages.
    pub fn label(&self) -> &[u8] {
        self.name.as_deref().unwrap_or(b"<choice>")
    }
}

/// What a property says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PropertyKind {
    /// The definition itself.
    Definition,
    /// A prompt: of an option, menu or comment.
    Prompt(Name),
    /// A default value.
    Default(ExprId),
    /// The members of a choice, or membership in one.
    Choice,
    /// `select`
    Select(SymbolId),
    /// `imply`
    Imply(SymbolId),
    /// The lowest and highest value.
    Range(SymbolId, SymbolId),
}

/// A property of an option, choice, menu or comment.
#[derive(Clone, Debug)]
pub struct Property {
    /// What it says.
    pub kind: PropertyKind,
    /// The entry that says it.
    pub menu: MenuId,
    /// When it holds; absent: always.
    pub condition: Option<ExprId>,
    /// Where.
    pub place: Place,
}
