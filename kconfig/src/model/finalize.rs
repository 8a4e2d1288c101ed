//! Dependencies handed down, submenus found, choices filled.
//!
//! Entries inherit what encloses them; entries that depend on the one before become its submenu;
//! what stands directly in a choice becomes its member. Works off a list of its own, because
//! submenus can be as deep as the input is long.

use super::Model;
use super::check;
use super::expression::{Expr, ExprId, Junction, Relation};
use super::menu::MenuId;
use super::simplify::Simplifier;
use super::symbol::{Property, PropertyKind, Symbol, SymbolId, Type};
use crate::environment::Dialect;
use crate::error::{Message, Sink, format_bytes};
use crate::names::FastMap;

/// Completes a model that has all statements in it.
pub(super) fn finalize(model: &mut Model, sink: &mut dyn Sink) {
    let mut finalizer = Finalizer {
        selects: Vec::new(),
        implies: Vec::new(),
        depends: Vec::with_capacity(model.symbols.len()),
        checked: vec![false; model.symbols.len()],
        known: Vec::new(),
        combined: FastMap::with_capacity_and_hasher(model.menus.len(), Default::default()),
        model,
        sink,
    };
    finalizer.run();
    finalizer.join_collected();
}

/// Work that is waiting.
enum Step {
    /// Look at an entry, its children or its submenu, and itself.
    Begin(MenuId),
    /// Go on after a child that is done.
    After(MenuId),
    /// Go on looking for the submenu of an entry.
    Submenu(Submenu),
    /// Finish the entry itself, all below it being done.
    Finish(MenuId),
}

/// The search for the entries that depend on the one before them.
struct Submenu {
    parent: MenuId,
    symbol: SymbolId,
    /// When `parent` can be seen, as comparisons; worked out when first needed.
    base: Option<ExprId>,
    /// The last entry that belongs to it; done by now.
    last: Option<MenuId>,
}

struct Finalizer<'a> {
    model: &'a mut Model,
    sink: &'a mut dyn Sink,
    /// Symbols with: who selects them, who implies them, when they are defined.
    selects: Vec<(SymbolId, ExprId)>,
    implies: Vec<(SymbolId, ExprId)>,
    depends: Vec<(SymbolId, ExprId)>,
    checked: Vec<bool>,
    known: Vec<Option<ExprId>>,
    /// Dependencies that were handed down before.
    combined: FastMap<(Option<ExprId>, Option<ExprId>), Option<ExprId>>,
}

impl Finalizer<'_> {
    fn run(&mut self) {
        let mut steps = vec![Step::Begin(MenuId::ROOT)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Begin(menu) => self.begin(menu, &mut steps),
                Step::After(menu) => {
                    // Only now: the entry may have taken siblings into its submenu.
                    if let Some(next) = self.model.menu(menu).next {
                        steps.extend([Step::After(next), Step::Begin(next)]);
                    }
                }
                Step::Submenu(submenu) => self.submenu(submenu, &mut steps),
                Step::Finish(menu) => self.finish(menu),
            }
        }
    }

    fn begin(&mut self, menu: MenuId, steps: &mut Vec<Step>) {
        steps.push(Step::Finish(menu));
        let entry = self.model.menu(menu);
        if let Some(child) = entry.child {
            self.hand_down(menu);
            steps.extend([Step::After(child), Step::Begin(child)]);
        } else if let Some(symbol) = entry.symbol {
            let base = None;
            let last = None;
            steps.push(Step::Submenu(Submenu { parent: menu, symbol, base, last }));
        }
    }

    /// Runs simplifications, and tells what was odd about them.
    fn simplify<R>(&mut self, work: impl FnOnce(&mut Simplifier<'_>) -> R) -> R {
        let mut simplifier = Simplifier {
            expressions: &mut self.model.expressions,
            symbols: &self.model.symbols,
            known: &mut self.known,
            odd: Vec::new(),
        };
        let result = work(&mut simplifier);
        for (symbol, value) in simplifier.odd {
            let name = self.model.symbols[symbol.index()].label();
            let value: &[u8] = if value { b"'y'" } else { b"'n'" };
            let words = [b"boolean symbol ", name, b" tested for 'm'? test forced to ", value];
            self.sink.message(Message::info(format_bytes(&words)));
        }
        result
    }

    // Handing down.

    /// Gives the children of an entry the entry's dependencies.
    fn hand_down(&mut self, parent: MenuId) {
        let entry = self.model.menu(parent);
        let choice = entry.symbol.filter(|&symbol| self.model.symbol(symbol).is_choice());
        let (prompt, depends) = (entry.prompt, entry.depends);
        let above = if let Some(choice) = choice {
            self.choice_types(parent, choice);
            Some(self.model.expressions.symbol(choice))
        } else if let Some(prompt) = prompt
            && self.model.dialect == Dialect::Unikraft
        {
            self.model.property(prompt).condition
        } else {
            depends
        };
        let mut child = self.model.menu(parent).child;
        while let Some(menu) = child {
            self.inherit(menu, above);
            child = self.model.menu(menu).next;
        }
    }

    /// `above && own`, shortened; with `m` and comparisons in `own` made explicit.
    fn combine(&mut self, above: Option<ExprId>, own: Option<ExprId>) -> Option<ExprId> {
        if let Some(&known) = self.combined.get(&(above, own)) {
            return known;
        }
        let modules = self.model.modules;
        let both = self.simplify(|s| {
            let own = own.map(|own| {
                let own = s.module_needs(own, modules);
                s.normalise(own)
            });
            let both = s.expressions.join_some(Junction::And, above, own);
            both.map(|both| s.shorten(both))
        });
        self.combined.insert((above, own), both);
        both
    }

    fn inherit(&mut self, menu: MenuId, above: Option<ExprId>) {
        let depends = self.combine(above, self.model.menu(menu).depends);
        self.model.menus[menu.index()].depends = depends;
        let symbol = self.model.menu(menu).symbol;
        let bare = self.combine(depends, None);
        for id in self.model.menu(menu).properties() {
            let own = self.model.property(id).condition;
            let mut condition = match own {
                None => bare,
                own => self.combine(depends, own),
            };
            if self.model.dialect == Dialect::Unikraft
                && symbol.is_some_and(|id| self.model.symbol(id).kind != Type::Tristate)
            {
                condition = condition.map(|id| self.simplify(|s| s.without_unequal_no(id)));
            }
            let property = &mut self.model.properties[id.index()];
            property.condition = condition;
            let Some(symbol) = symbol else { continue };
            let (target, list) = match property.kind {
                PropertyKind::Select(target) => (target, &mut self.selects),
                PropertyKind::Imply(target) => (target, &mut self.implies),
                _ => continue,
            };
            let expressions = &mut self.model.expressions;
            let source = Some(expressions.symbol(symbol));
            let reason = expressions.join_some(Junction::And, source, condition);
            list.extend(reason.map(|reason| (target, reason)));
        }
    }

    /// Choices and their members lend each other their types.
    fn choice_types(&mut self, parent: MenuId, choice: SymbolId) {
        let symbols: Vec<SymbolId> = (self.model.children(parent))
            .filter_map(|child| self.model.menu(child).symbol)
            .collect();
        if self.model.symbol(choice).kind == Type::Unknown {
            let kinds = symbols.iter().map(|&symbol| self.model.symbol(symbol).kind);
            let known = kinds.into_iter().find(|&kind| kind != Type::Unknown);
            self.model.symbols[choice.index()].kind = known.unwrap_or_default();
        }
        let kind = self.model.symbol(choice).kind;
        for symbol in symbols {
            let member = &mut self.model.symbols[symbol.index()];
            if member.kind == Type::Unknown {
                member.kind = kind;
            }
        }
    }

    // Submenus.

    fn submenu(&mut self, submenu: Submenu, steps: &mut Vec<Step>) {
        let Submenu { parent, symbol, mut base, last } = submenu;
        if let Some(last) = last {
            self.model.menus[last.index()].parent = Some(parent);
        }
        let next = self.model.menu(last.unwrap_or(parent)).next;
        if let Some(next) = next
            && self.belongs(next, parent, symbol, &mut base)
        {
            steps.push(Step::Submenu(Submenu { parent, symbol, base, last: Some(next) }));
            steps.push(Step::Begin(next));
            return;
        }
        if let Some(last) = last {
            self.model.menus[last.index()].next = None;
            let entry = &mut self.model.menus[parent.index()];
            entry.child = entry.next;
            entry.next = next;
        }
        let depends = self.model.menu(parent).depends;
        self.depends.extend(depends.map(|depends| (symbol, depends)));
    }

    /// Whether an entry is seen only where `symbol`, the option of `parent`, is set.
    fn belongs(
        &mut self,
        menu: MenuId,
        parent: MenuId,
        symbol: SymbolId,
        base: &mut Option<ExprId>,
    ) -> bool {
        let entry = self.model.menu(menu);
        let depends = match entry.prompt {
            Some(prompt) => self.model.property(prompt).condition,
            None => entry.depends,
        };
        let Some(depends) = depends else { return false };
        if !self.model.expressions.mentions(depends, symbol) {
            return false;
        }
        if self.requires(depends, symbol) {
            return true;
        }
        let base = match *base {
            Some(base) => base,
            None => {
                let prompt = self.model.menu(parent).prompt;
                let seen = prompt.and_then(|id| self.model.property(id).condition);
                *base.insert(self.as_comparisons(seen))
            }
        };
        let depends = self.as_comparisons(Some(depends));
        let left = self.simplify(|s| s.without_common(depends, base).1);
        self.model.expressions.get(left) == Expr::Symbol(SymbolId::YES)
    }

    /// A condition said with comparisons with `n` only.
    fn as_comparisons(&mut self, condition: Option<ExprId>) -> ExprId {
        self.simplify(|s| {
            let condition = s.compared_with_no(condition, false);
            let condition = s.normalise(condition);
            s.shorten(condition)
        })
    }

    /// Whether one of the operands of `&&` is the symbol, or says that it is not `n`.
    fn requires(&self, depends: ExprId, symbol: SymbolId) -> bool {
        use Relation::{Equal, Unequal};
        let operands = match self.model.expressions.get(depends) {
            Expr::And(all) => self.model.expressions.list(all),
            _ => &[depends],
        };
        operands.iter().any(|&operand| match self.model.expressions.get(operand) {
            Expr::Symbol(one) => one == symbol,
            Expr::Compare(Equal, one, value) => {
                one == symbol && matches!(value, SymbolId::YES | SymbolId::MODULE)
            }
            Expr::Compare(Unequal, one, value) => one == symbol && value == SymbolId::NO,
            _ => false,
        })
    }

    // Finishing.

    fn finish(&mut self, parent: MenuId) {
        let choice = (self.model.menu(parent).symbol)
            .filter(|&symbol| self.model.symbol(symbol).is_choice());
        let mut child = self.model.menu(parent).child;
        while let Some(menu) = child {
            if let Some(choice) = choice {
                self.add_member(choice, menu);
            }
            self.lift(parent, menu);
            child = self.model.menu(menu).next;
        }
        let Some(symbol) = self.model.menu(parent).symbol else { return };
        if !std::mem::replace(&mut self.checked[symbol.index()], true) {
            check::symbol(self.model, parent, symbol, self.sink);
        }
        self.keep_choice_set(parent, symbol);
    }

    /// Entries below one that is not shown take its place.
    fn lift(&mut self, parent: MenuId, menu: MenuId) {
        let entry = self.model.menu(menu);
        let (None, Some(first)) = (entry.prompt, entry.child) else { return };
        let after = entry.next;
        let mut last = first;
        loop {
            let entry = &mut self.model.menus[last.index()];
            entry.parent = Some(parent);
            match entry.next {
                Some(next) => last = next,
                None => break entry.next = after,
            }
        }
        let entry = &mut self.model.menus[menu.index()];
        entry.next = Some(first);
        entry.child = None;
    }

    fn add_member(&mut self, choice: SymbolId, menu: MenuId) {
        let Some(symbol) = self.model.menu(menu).symbol else { return };
        if self.model.symbol(symbol).choice.is_some() {
            return;
        }
        self.model.symbols[symbol.index()].choice = Some(choice);
        check::member(self.model, menu, symbol, choice, self.sink);
        let kind = self.model.symbol(choice).kind;
        if kind == Type::Tristate && self.model.symbol(symbol).kind != Type::Tristate {
            self.only_when_yes(choice, menu);
        }
        self.model.symbols[choice.index()].members.push(symbol);
    }

    /// A member that can be no module is possible only when the choice is `y`.
    fn only_when_yes(&mut self, choice: SymbolId, menu: MenuId) {
        let model = &mut *self.model;
        let yes = Some(model.expressions.compare(Relation::Equal, choice, SymbolId::YES));
        let entry = &mut model.menus[menu.index()];
        entry.depends = model.expressions.join_some(Junction::And, yes, entry.depends);
        for id in entry.properties() {
            let Property { condition, .. } = &mut model.properties[id.index()];
            *condition = model.expressions.join_some(Junction::And, yes, *condition);
        }
    }

    /// A choice that is not optional is at least `m` where it can be seen.
    fn keep_choice_set(&mut self, menu: MenuId, symbol: SymbolId) {
        let entry = self.model.menu(menu);
        let (false, Some(prompt)) = (self.model.symbol(symbol).optional, entry.prompt) else {
            return;
        };
        let seen = self.model.property(prompt).condition;
        let expressions = &mut self.model.expressions;
        let module = Some(expressions.symbol(SymbolId::MODULE));
        let reason = expressions.join_some(Junction::And, seen, module);
        self.selects.extend(reason.map(|reason| (symbol, reason)));
    }

    /// Joins what was collected per symbol.
    fn join_collected(&mut self) {
        let Model { symbols, expressions, .. } = &mut *self.model;
        let mut operands = Vec::new();
        let mut join = |all: &mut Vec<(SymbolId, ExprId)>,
                        set: fn(&mut Symbol) -> &mut Option<ExprId>| {
            // What a symbol has stays in order.
            all.sort_by_key(|&(symbol, _)| symbol);
            for group in all.chunk_by(|one, other| one.0 == other.0) {
                operands.clear();
                operands.extend(group.iter().map(|&(_, operand)| operand));
                let joined = expressions.join(Junction::Or, &operands);
                *set(&mut symbols[group[0].0.index()]) = Some(joined);
            }
        };
        join(&mut self.selects, |symbol| &mut symbol.selected_by);
        join(&mut self.implies, |symbol| &mut symbol.implied_by);
        join(&mut self.depends, |symbol| &mut symbol.depends);
    }
}
