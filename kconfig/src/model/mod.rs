//! Syntax to model: symbols with their dependencies, and the menu tree.
//!
//! A model is what the input says, for all configurations: it knows no values. It does not change
//! once it is built.

mod build;
mod check;
mod cycle;
mod display;
mod expression;
mod finalize;
mod menu;
mod simplify;
mod symbol;

use bstr::{BStr, BString, ByteSlice};

pub use expression::{Expr, ExprId, Expressions, Junction, Operands, Relation};
pub use menu::{Menu, MenuId, MenuKind};
pub use symbol::{Property, PropertyId, PropertyKind, Role, Symbol, SymbolId, Type};

use crate::environment::{Dialect, Environment, Inputs};
use crate::error::{Error, Sink};
use crate::names::{ByName, Name, Names};
use crate::source::Sources;
use crate::syntax::{self, lexer};

/// What a tree of Kconfig files says.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) dialect: Dialect,
    pub(crate) prefix: BString,
    pub(crate) sources: Sources,
    pub(crate) inputs: Inputs,
    pub(crate) names: Names,
    pub(crate) symbols: Vec<Symbol>,
    pub(crate) properties: Vec<Property>,
    pub(crate) menus: Vec<Menu>,
    pub(crate) expressions: Expressions,
    /// Options (and mentioned names) by name.
    pub(crate) options: ByName<SymbolId>,
    /// All but the three constants, in the order of the C implementation's table.
    pub(crate) order: Vec<SymbolId>,
    /// The option that enables modules; `n` when there is none.
    pub(crate) modules: SymbolId,
    pub(crate) defconfig_list: Option<SymbolId>,
}

impl Model {
    /// Parses `file` and builds the model of it. Messages go to `sink` as they arise.
    pub fn load(
        environment: &mut Environment,
        file: impl AsRef<[u8]>,
        sink: &mut dyn Sink,
    ) -> Result<Model, Error> {
        let tree = syntax::parse(environment, file.as_ref().as_bstr(), sink)?;
        build::build(tree, environment.dialect, environment.prefix().to_owned(), sink)
    }

    /// The rules that it follows.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What option names begin with in configuration files.
    pub fn prefix(&self) -> &BStr {
        self.prefix.as_bstr()
    }

    /// The files that it was made from.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What the parse depended on.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// A symbol.
    pub fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id.index()]
    }

    /// All symbols, by id.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// The option (or mentioned name) of that name, given without prefix.
    pub fn find(&self, name: impl AsRef<[u8]>) -> Option<SymbolId> {
        match name.as_ref() {
            b"n" => return Some(SymbolId::NO),
            b"m" => return Some(SymbolId::MODULE),
            b"y" => return Some(SymbolId::YES),
            _ => {}
        }
        self.options.get(self.names.find(name.as_ref())?)
    }

    /// A name or prompt.
    pub fn text(&self, text: Name) -> &BStr {
        self.names.text(text).as_bstr()
    }

    /// A property.
    pub fn property(&self, id: PropertyId) -> &Property {
        &self.properties[id.index()]
    }

    /// The properties of a symbol, in order.
    pub fn properties(&self, symbol: SymbolId) -> impl Iterator<Item = &Property> {
        self.property_ids(symbol).map(|id| self.property(id))
    }

    /// The ids of a symbol's properties, in order.
    pub(crate) fn property_ids(&self, symbol: SymbolId) -> impl Iterator<Item = PropertyId> + '_ {
        self.definitions(symbol).flat_map(|menu| self.menu(menu).properties())
    }

    /// The entries of a symbol in the menu, in the order of the input.
    pub fn definitions(&self, symbol: SymbolId) -> impl Iterator<Item = MenuId> + '_ {
        let first = self.symbol(symbol).definitions.map(|(first, _)| first);
        std::iter::successors(first, |&menu| self.menu(menu).again)
    }

    /// An entry of the menu.
    pub fn menu(&self, id: MenuId) -> &Menu {
        &self.menus[id.index()]
    }

    /// All entries of the menu, by id.
    pub fn menus(&self) -> &[Menu] {
        &self.menus
    }

    /// The entries directly below another.
    pub fn children(&self, id: MenuId) -> impl Iterator<Item = MenuId> + '_ {
        std::iter::successors(self.menu(id).child, |&child| self.menu(child).next)
    }

    /// The text of an entry's prompt.
    pub fn prompt(&self, id: MenuId) -> Option<&BStr> {
        match self.property(self.menu(id).prompt?).kind {
            PropertyKind::Prompt(text) => Some(self.text(text)),
            _ => None,
        }
    }

    /// The help text of an entry.
    pub fn help(&self, id: MenuId) -> Option<BString> {
        let place = self.menu(id).help?;
        let text = &self.sources.file(place.file).text;
        Some(lexer::help_text(place.span.of(text)).into())
    }

    /// The expressions that symbols and entries refer to.
    pub fn expressions(&self) -> &Expressions {
        &self.expressions
    }

    /// Whether two conditions are the same but for the order of operands and for constants; none
    /// is `y`.
    pub(crate) fn same_condition(&self, one: Option<ExprId>, other: Option<ExprId>) -> bool {
        let yes = |id: Option<ExprId>| {
            id.is_none_or(|id| self.expressions.get(id) == Expr::Symbol(SymbolId::YES))
        };
        match (one, other) {
            (Some(one), Some(other)) => self.expressions.same(one, other),
            _ => yes(one) && yes(other),
        }
    }

    /// The option that enables modules; the constant `n` when there is none.
    pub fn modules(&self) -> SymbolId {
        self.modules
    }

    /// The title of the whole tree.
    pub fn title(&self) -> &BStr {
        self.prompt(MenuId::ROOT).unwrap_or_default()
    }
}
