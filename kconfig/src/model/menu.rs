//! The tree of entries: menus, options, choices and comments in the order of the input.

use std::ops::Range;

use super::expression::ExprId;
use super::symbol::{PropertyId, SymbolId};
use crate::index::Index;
use crate::source::Place;

/// An entry of one model's menu tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MenuId(Index);

impl MenuId {
    /// The whole tree.
    pub const ROOT: MenuId = MenuId::at(0);

    /// The entry at a position in [`super::Model::menus`].
    pub(crate) const fn at(position: usize) -> MenuId {
        MenuId(Index::new(position))
    }

    /// Position in [`super::Model::menus`], for tables beside the model.
    pub fn index(self) -> usize {
        self.0.position()
    }
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MenuKind {
    /// `menu`, and the root.
    Menu,
    /// `config`
    Config,
    /// `menuconfig`: shown as a menu of its own.
    MenuConfig,
    /// `choice`
    Choice,
    /// `comment`
    Comment,
    /// `if`; has no entries below it once the tree is built.
    If,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Menu {
    /// What it is.
    pub kind: MenuKind,
    /// The option or choice.
    pub symbol: Option<SymbolId>,
    /// The (last) prompt.
    pub prompt: Option<PropertyId>,
    /// All dependencies, those of enclosing blocks included.
    pub depends: Option<ExprId>,
    /// `visible if`
    pub visible: Option<ExprId>,
    /// The raw help block.
    pub(crate) help: Option<Place>,
    /// Where it is.
    pub place: Place,
    /// The entry above.
    pub parent: Option<MenuId>,
    /// The first entry below.
    pub child: Option<MenuId>,
    /// The next entry of the same parent.
    pub next: Option<MenuId>,
    /// The next entry of the same symbol.
    pub(crate) again: Option<MenuId>,
    /// The positions of its properties, which follow each other.
    pub(crate) properties: Range<u32>,
}

impl Menu {
    /// Its properties, in order.
    pub(crate) fn properties(&self) -> impl DoubleEndedIterator<Item = PropertyId> + use<> {
        self.properties.clone().map(|position| PropertyId::at(position as usize))
    }

    pub(crate) fn new(kind: MenuKind, place: Place) -> Menu {
        Menu {
            kind,
            symbol: None,
            prompt: None,
            depends: None,
            visible: None,
            help: None,
            place,
            parent: None,
            child: None,
            next: None,
            again: None,
            properties: 0..0,
        }
    }
}
