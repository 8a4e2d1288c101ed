//! Statements to symbols, properties and entries, as they stand; `finalize` does the rest.

use bstr::BString;

use super::expression::{EXPRESSION_DEPTH, ExprId, Expressions, Junction};
use super::menu::{Menu, MenuId, MenuKind};
use super::symbol::{Property, PropertyId, PropertyKind, Role, Symbol, SymbolId, Type};
use super::{Model, cycle, finalize};
use crate::environment::Dialect;
use crate::error::{Error, Message, Problem, Report, Sink, format_bytes};
use crate::names::{ByName, FastMap, Name, Names, Text, bucket};
use crate::source::{FileId, Place, Span};
use crate::syntax::tree::{Block, Expression, Flag, Node, Operand, Statement, StatementKind, Tree};

/// Builds the model of a tree.
pub(super) fn build(
    mut tree: Tree,
    dialect: Dialect,
    prefix: BString,
    sink: &mut dyn Sink,
) -> Result<Model, Error> {
    let statements = std::mem::take(&mut tree.statements);
    let names = std::mem::take(&mut tree.names);
    let mut builder = Builder::new(&tree, names, statements.len(), sink);
    for statement in statements {
        builder.statement(statement);
    }
    builder.finish_entry();
    let Builder { symbols, properties, mut menus, expressions, options, problems, .. } = builder;
    let (modules, defconfig_list) = (builder.modules, builder.defconfig_list);
    let (mut symbols, mut properties, mut names) = (symbols, properties, builder.names);
    if dialect == Dialect::Linux {
        for constant in &mut symbols[..=SymbolId::YES.index()] {
            constant.kind = Type::Tristate;
        }
    }
    default_title(&mut menus, &mut properties, &mut names);
    let order = table_order(&symbols);
    let mut model = Model {
        dialect,
        prefix,
        sources: tree.sources,
        inputs: tree.inputs,
        names,
        symbols,
        properties,
        menus,
        expressions,
        options,
        order,
        modules: modules.unwrap_or(SymbolId::NO),
        defconfig_list,
    };
    if !problems.is_empty() {
        return Err(failure(problems, model));
    }
    finalize::finalize(&mut model, sink);
    let problems = cycle::check(&model);
    if problems.is_empty() { Ok(model) } else { Err(failure(problems, model)) }
}

fn failure(problems: Vec<Problem>, model: Model) -> Error {
    Error::Kconfig(Box::new(Report { problems, sources: model.sources, inputs: model.inputs }))
}

/// Gives the root its prompt when no `mainmenu` did.
fn default_title(menus: &mut [Menu], properties: &mut Vec<Property>, names: &mut Names) {
    let root = &mut menus[MenuId::ROOT.index()];
    if root.prompt.is_none() {
        let id = PropertyId::at(properties.len());
        properties.push(Property {
            kind: PropertyKind::Prompt(names.add(b"Main menu")),
            menu: MenuId::ROOT,
            condition: None,
            place: root.place,
        });
        root.prompt = Some(id);
    }
}

/// By bucket of the C implementation's table; the newest come first in a bucket.
fn table_order(symbols: &[Symbol]) -> Vec<SymbolId> {
    let mut order: Vec<(u32, SymbolId)> = (SymbolId::YES.index() + 1..symbols.len())
        .map(SymbolId::at)
        .map(|id| (bucket(symbols[id.index()].name.as_deref()), id))
        .collect();
    order.sort_unstable_by_key(|&(bucket, id)| (bucket, std::cmp::Reverse(id)));
    order.into_iter().map(|(_, id)| id).collect()
}

/// A part of an expression that is being put together.
enum Partial {
    Whole(ExprId),
    Joined(Junction, Vec<ExprId>),
}

struct Builder<'a> {
    tree: &'a Tree,
    names: Names,
    sink: &'a mut dyn Sink,
    symbols: Vec<Symbol>,
    properties: Vec<Property>,
    menus: Vec<Menu>,
    expressions: Expressions,
    options: ByName<SymbolId>,
    constants: ByName<SymbolId>,
    choices: FastMap<Name, SymbolId>,
    modules: Option<SymbolId>,
    defconfig_list: Option<SymbolId>,
    problems: Vec<Problem>,
    /// The open blocks.
    parents: Vec<MenuId>,
    /// What attributes belong to.
    entry: MenuId,
    /// The last entry of the current block.
    last: Option<MenuId>,
    /// What makes the entries below a block visible, the blocks above it included; as far as it
    /// was asked for.
    visible: FastMap<MenuId, Option<ExprId>>,
    /// Room for lowering expressions.
    stack: Vec<Partial>,
}

impl<'a> Builder<'a> {
    fn new(tree: &'a Tree, names: Names, statements: usize, sink: &'a mut dyn Sink) -> Builder<'a> {
        let place = Place { file: FileId::FIRST, line: 1, span: Span::default() };
        let mut builder = Builder {
            tree,
            sink,
            symbols: Vec::with_capacity(statements / 4),
            properties: Vec::with_capacity(statements / 2),
            menus: Vec::with_capacity(statements / 4),
            expressions: Expressions::default(),
            options: ByName::new(&names),
            constants: ByName::new(&names),
            choices: FastMap::default(),
            names,
            modules: None,
            defconfig_list: None,
            problems: Vec::new(),
            parents: vec![MenuId::ROOT],
            entry: MenuId::ROOT,
            last: None,
            visible: FastMap::default(),
            stack: Vec::new(),
        };
        builder.menus.push(Menu::new(MenuKind::Menu, place));
        for letter in [b"n", b"m", b"y"] {
            let id = builder.add_symbol(None, Role::Constant);
            let symbol = &mut builder.symbols[id.index()];
            symbol.name = Some(letter.as_slice().into());
        }
        builder
    }

    // Symbols.

    fn add_symbol(&mut self, name: Option<Name>, role: Role) -> SymbolId {
        let id = SymbolId::at(self.symbols.len());
        self.symbols.push(Symbol {
            name: name.map(|name| Text::from(self.names.text(name))),
            role,
            kind: Type::Unknown,
            depends: None,
            selected_by: None,
            implied_by: None,
            choice: None,
            members: Vec::new(),
            optional: role == Role::Option,
            internal: role == Role::Choice,
            allnoconfig_y: false,
            definitions: None,
        });
        id
    }

    fn lookup(&mut self, operand: Operand) -> SymbolId {
        match *self.names.text(operand.name) {
            [b'n'] => return SymbolId::NO,
            [b'm'] => return SymbolId::MODULE,
            [b'y'] => return SymbolId::YES,
            _ => {}
        }
        let table = if operand.constant { &self.constants } else { &self.options };
        if let Some(id) = table.get(operand.name) {
            return id;
        }
        let role = if operand.constant { Role::Constant } else { Role::Option };
        let id = self.add_symbol(Some(operand.name), role);
        let table = if operand.constant { &mut self.constants } else { &mut self.options };
        table.insert(operand.name, id);
        id
    }

    fn choice(&mut self, name: Option<Name>) -> SymbolId {
        let Some(name) = name else { return self.add_symbol(None, Role::Choice) };
        if let Some(&id) = self.choices.get(&name) {
            return id;
        }
        let id = self.add_symbol(Some(name), Role::Choice);
        self.choices.insert(name, id);
        id
    }

    fn label(&self, symbol: Option<SymbolId>) -> Text {
        let name = symbol.and_then(|symbol| self.symbols[symbol.index()].name.clone());
        name.unwrap_or_else(|| Text::from(&b"<choice>"[..]))
    }

    // Expressions.

    fn expression(&mut self, expression: Expression, place: Place) -> ExprId {
        let tree = self.tree;
        let mut stack = std::mem::take(&mut self.stack);
        stack.clear();
        for node in tree.nodes(expression) {
            match *node {
                Node::Symbol(operand) => {
                    let symbol = self.lookup(operand);
                    stack.push(Partial::Whole(self.expressions.symbol(symbol)));
                }
                Node::Compare(relation, left, right) => {
                    let left = self.lookup(left);
                    let right = self.lookup(right);
                    stack.push(Partial::Whole(self.expressions.compare(relation, left, right)));
                }
                Node::Not => {
                    if let Some(inner) = stack.pop() {
                        let inner = self.whole(inner);
                        stack.push(Partial::Whole(self.negated(inner)));
                    }
                }
                Node::And => self.gather(&mut stack, Junction::And),
                Node::Or => self.gather(&mut stack, Junction::Or),
            }
        }
        let result = match stack.pop() {
            Some(partial) => self.whole(partial),
            None => self.expressions.symbol(SymbolId::YES),
        };
        self.stack = stack;
        if self.expressions.depth(result) > EXPRESSION_DEPTH {
            self.problems.push(Problem::new(place, "expression is nested too deeply"));
            return self.expressions.symbol(SymbolId::YES);
        }
        result
    }

    /// The opposite; twice the opposite is the thing itself.
    fn negated(&mut self, inner: ExprId) -> ExprId {
        match self.expressions.get(inner) {
            super::Expr::Not(twice) => twice,
            _ => self.expressions.not(inner),
        }
    }

    fn whole(&mut self, partial: Partial) -> ExprId {
        match partial {
            Partial::Whole(id) => id,
            Partial::Joined(junction, operands) => self.expressions.join(junction, &operands),
        }
    }

    /// Joins the last two; a chain of them stays one list, so that long ones cost no more.
    fn gather(&mut self, stack: &mut Vec<Partial>, junction: Junction) {
        let (Some(right), Some(left)) = (stack.pop(), stack.pop()) else { return };
        let right = self.whole(right);
        let mut operands = match left {
            Partial::Joined(kind, operands) if kind == junction => operands,
            left => vec![self.whole(left)],
        };
        operands.push(right);
        stack.push(Partial::Joined(junction, operands));
    }

    fn condition(&mut self, condition: Option<Expression>, place: Place) -> Option<ExprId> {
        condition.map(|condition| self.expression(condition, place))
    }

    // Entries.

    fn current(&mut self) -> &mut Menu {
        &mut self.menus[self.entry.index()]
    }

    fn add_entry(&mut self, kind: MenuKind, symbol: Option<SymbolId>, place: Place) {
        let id = MenuId::at(self.menus.len());
        let parent = self.parents.last().copied().unwrap_or(MenuId::ROOT);
        let mut menu = Menu::new(kind, place);
        menu.parent = Some(parent);
        menu.symbol = symbol;
        self.finish_entry();
        self.menus.push(menu);
        match self.last {
            Some(last) => self.menus[last.index()].next = Some(id),
            None => self.menus[parent.index()].child = Some(id),
        }
        self.last = Some(id);
        self.entry = id;
        if let Some(symbol) = symbol {
            let definitions = &mut self.symbols[symbol.index()].definitions;
            match definitions {
                Some((_, last)) => {
                    self.menus[last.index()].again = Some(id);
                    *last = id;
                }
                None => *definitions = Some((id, id)),
            }
            self.add_property(PropertyKind::Definition, None, place);
        }
    }

    fn open(&mut self) {
        self.parents.push(self.entry);
        self.last = None;
    }

    fn close(&mut self) {
        self.last = self.parents.pop();
    }

    fn add_property(
        &mut self,
        kind: PropertyKind,
        condition: Option<ExprId>,
        place: Place,
    ) -> PropertyId {
        let position = self.properties.len();
        let menu = self.entry;
        self.properties.push(Property { kind, menu, condition, place });
        let properties = &mut self.current().properties;
        if properties.start == properties.end {
            properties.start = position as u32;
        }
        properties.end = position as u32 + 1;
        PropertyId::at(position)
    }

    fn warn(&mut self, place: Place, text: impl AsRef<[u8]>) {
        let name = self.tree.sources.name(place);
        self.sink.message(Message::warning_at(name, place, text));
    }

    /// `FILE:LINE: warning: TEXT`, the C parser's other form.
    fn warn_spaced(&mut self, place: Place, text: &[u8]) {
        let name = self.tree.sources.name(place);
        let line = place.line.to_string();
        let text = format_bytes(&[name, b":", line.as_bytes(), b": warning: ", text]);
        self.sink.message(Message { place: Some(place), ..Message::warning(text) });
    }

    // Statements.

    /// Looks at an entry when all of its attributes are known.
    fn finish_entry(&mut self) {
        let &mut Menu { kind, prompt, place, .. } = self.current();
        if kind == MenuKind::MenuConfig && prompt.is_none() {
            self.warn_spaced(place, b"menuconfig statement without prompt");
        }
    }

    fn statement(&mut self, statement: Statement) {
        let place = statement.place;
        match statement.kind {
            StatementKind::MainMenu(text) => {
                self.entry = MenuId::ROOT;
                self.add_prompt(text, None, place, false);
            }
            StatementKind::Config { name, menu } => {
                let symbol = self.lookup(Operand { name, constant: false });
                let kind = if menu { MenuKind::MenuConfig } else { MenuKind::Config };
                self.add_entry(kind, Some(symbol), place);
            }
            StatementKind::Choice(name) => {
                let symbol = self.choice(name);
                self.add_entry(MenuKind::Choice, Some(symbol), place);
                self.add_property(PropertyKind::Choice, None, place);
                self.open();
            }
            StatementKind::Menu(text) => {
                self.add_entry(MenuKind::Menu, None, place);
                self.add_prompt(text, None, place, false);
                self.open();
            }
            StatementKind::Comment(text) => {
                self.add_entry(MenuKind::Comment, None, place);
                self.add_prompt(text, None, place, false);
            }
            StatementKind::If(condition) => {
                let condition = self.expression(condition, place);
                self.add_entry(MenuKind::If, None, place);
                self.current().depends = Some(condition);
                self.open();
            }
            StatementKind::End(Block::Menu | Block::Choice | Block::If) => self.close(),
            attribute => self.attribute(place, attribute),
        }
    }

    fn attribute(&mut self, place: Place, kind: StatementKind) {
        match kind {
            StatementKind::Type(kind) => self.set_type(kind),
            StatementKind::Prompt(text, condition) => {
                let condition = self.condition(condition, place);
                self.add_prompt(text, condition, place, true);
            }
            StatementKind::Default(value, condition) => {
                let value = self.expression(value, place);
                let condition = self.condition(condition, place);
                self.add_property(PropertyKind::Default(value), condition, place);
            }
            StatementKind::Select(name, condition) => {
                let symbol = self.lookup(name);
                let condition = self.condition(condition, place);
                self.add_property(PropertyKind::Select(symbol), condition, place);
            }
            StatementKind::Imply(name, condition) => {
                let symbol = self.lookup(name);
                let condition = self.condition(condition, place);
                self.add_property(PropertyKind::Imply(symbol), condition, place);
            }
            StatementKind::Range(low, high, condition) => {
                let (low, high) = (self.lookup(low), self.lookup(high));
                let condition = self.condition(condition, place);
                self.add_property(PropertyKind::Range(low, high), condition, place);
            }
            StatementKind::DependsOn(condition) => {
                let condition = Some(self.expression(condition, place));
                let depends = self.current().depends;
                let depends = self.expressions.join_some(Junction::And, depends, condition);
                self.current().depends = depends;
            }
            StatementKind::VisibleIf(condition) => {
                let condition = self.condition(condition, place);
                let visible = self.current().visible;
                let visible = self.expressions.join_some(Junction::And, visible, condition);
                self.current().visible = visible;
            }
            StatementKind::Help => self.help(place),
            StatementKind::Option(flag) => self.option(flag, place),
            StatementKind::Optional => {
                if let Some(symbol) = self.current().symbol {
                    self.symbols[symbol.index()].optional = true;
                }
            }
            _ => {}
        }
    }

    fn set_type(&mut self, kind: Type) {
        let &mut Menu { symbol, place, .. } = self.current();
        let Some(id) = symbol else { return };
        let symbol = &mut self.symbols[id.index()];
        match symbol.kind {
            old if old == kind => {}
            Type::Unknown => symbol.kind = kind,
            old => {
                let words = format!("' from '{}' to '{}'", old.name(), kind.name());
                let label = self.label(Some(id));
                let text =
                    [b"ignoring type redefinition of '", &label[..], words.as_bytes()].concat();
                self.warn(place, text);
            }
        }
    }

    fn add_prompt(
        &mut self,
        mut text: Name,
        mut condition: Option<ExprId>,
        place: Place,
        of_option: bool,
    ) {
        let bytes = self.names.text(text);
        if bytes.first().is_some_and(u8::is_ascii_whitespace) {
            let trimmed = bytes.trim_ascii_start().to_vec();
            text = self.names.add(&trimmed);
            self.warn(place, "leading whitespace ignored");
        }
        if self.current().prompt.is_some() {
            self.warn(place, "prompt redefined");
        }
        if of_option {
            let visible = self.current().parent.and_then(|parent| self.visible_below(parent));
            condition = self.expressions.join_some(Junction::And, condition, visible);
        }
        let id = self.add_property(PropertyKind::Prompt(text), condition, place);
        self.current().prompt = Some(id);
    }

    /// The `visible if` of a block and of those around it. A block's own is complete by the time
    /// that something stands in it.
    fn visible_below(&mut self, block: MenuId) -> Option<ExprId> {
        let mut unknown = Vec::new();
        let mut next = Some(block);
        let mut visible = None;
        while let Some(menu) = next {
            if let Some(&known) = self.visible.get(&menu) {
                visible = known;
                break;
            }
            unknown.push(menu);
            next = self.menus[menu.index()].parent;
        }
        for menu in unknown.into_iter().rev() {
            let own = self.menus[menu.index()].visible;
            visible = self.expressions.join_some(Junction::And, own, visible);
            self.visible.insert(menu, visible);
        }
        visible
    }

    fn help(&mut self, place: Place) {
        let symbol = self.current().symbol;
        let label = self.label(symbol);
        // Its line is that of the block; the statement began a line before.
        let at = Place { line: place.line.saturating_sub(1), ..place };
        if self.current().help.is_some() {
            let words: &[u8] =
                b"' defined with more than one help text -- only the last one will be used";
            self.warn_spaced(at, &[b"'", &label[..], words].concat());
        }
        let text = place.span.of(&self.tree.sources.file(place.file).text);
        if text.trim_ascii().is_empty() {
            self.warn_spaced(at, &[b"'", &label[..], b"' defined with blank help text"].concat());
        }
        self.current().help = Some(place);
    }

    fn option(&mut self, flag: Flag, place: Place) {
        let Some(symbol) = self.current().symbol else { return };
        match flag {
            Flag::Modules => {
                if let Some(old) = self.modules {
                    let words = format_bytes(&[
                        b"symbol '",
                        &self.label(Some(symbol)),
                        b"' redefines option 'modules' already defined by symbol '",
                        &self.label(Some(old)),
                        b"'",
                    ]);
                    self.problems.push(Problem::new(place, words));
                }
                self.modules = Some(symbol);
            }
            Flag::DefconfigList => {
                if self.defconfig_list.is_some_and(|old| old != symbol) {
                    let problem = Problem::new(place, "trying to redefine defconfig symbol");
                    self.problems.push(problem);
                }
                let list = *self.defconfig_list.get_or_insert(symbol);
                self.symbols[list.index()].internal = true;
            }
            Flag::Environment => self.symbols[symbol.index()].internal = true,
            Flag::AllNoConfigY => self.symbols[symbol.index()].allnoconfig_y = true,
        }
    }
}
