//! Variables, and the table that binds names to them: globals, and the bindings of calls, loops and
//! targets on top of them. Knows nothing of expansion.

use std::sync::Arc;

use bstr::{BStr, ByteSlice};
use smallvec::{SmallVec, smallvec};

use super::location::Location;
use super::names::Name;
use super::scopes::{Scope, ScopeId};
use super::syntax::{Span, Text};

/// When a variable's value is expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flavor {
    /// Each time it is used.
    Recursive,
    /// When it was assigned.
    Simple,
}

/// Where a variable comes from. A later one takes precedence over an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// Built in.
    Default,
    /// The environment.
    Environment,
    /// A makefile.
    File,
    /// The environment, under `-e`.
    EnvironmentOverride,
    /// The command line.
    CommandLine,
    /// A makefile, with `override`.
    Override,
    /// Set for a recipe, a call or a loop.
    Automatic,
}

impl Origin {
    /// What `$(origin)` says.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Default => "default",
            Origin::Environment => "environment",
            Origin::File => "file",
            Origin::EnvironmentOverride => "environment override",
            Origin::CommandLine => "command line",
            Origin::Override => "override",
            Origin::Automatic => "automatic",
        }
    }
}

/// Whether commands see a variable in their environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Export {
    /// As its origin and `export` without names say.
    #[default]
    Default,
    /// `export NAME`.
    Yes,
    /// `unexport NAME`.
    No,
}

/// How a line assigns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assign {
    /// `=`
    Recursive,
    /// `:=` and `::=`
    Simple,
    /// `:::=`: expanded once, then recursive.
    Immediate,
    /// `+=`
    Append,
    /// `?=`
    Conditional,
    /// `!=`
    Shell,
}

/// The part of a value that one line gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The line.
    pub location: Option<Location>,
    /// The bytes of [`Variable::value`] that it gave.
    pub span: Span,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    pub(crate) text: Arc<Text>,
    pub(crate) flavor: Flavor,
    pub(crate) origin: Origin,
    pub(crate) export: Export,
    pub(crate) private: bool,
    /// A target's `+=`: what the scope outside holds goes before it when it is expanded.
    pub(crate) appends: bool,
    pub(crate) expanding: bool,
    /// How many expansions inside its own expansion `$(call)` allows.
    pub(crate) reentries: u32,
    pub(crate) pieces: SmallVec<[Piece; 1]>,
}

impl Variable {
    pub(crate) fn new(value: Vec<u8>, flavor: Flavor, origin: Origin) -> Variable {
        Variable {
            text: Arc::new(Text::new(value)),
            flavor,
            origin,
            export: Export::Default,
            private: false,
            appends: false,
            expanding: false,
            reentries: 0,
            pieces: SmallVec::new(),
        }
    }

    pub(crate) fn at(mut self, location: Option<Location>) -> Variable {
        let span = Span::new(0, self.text.source.len());
        self.pieces = smallvec![Piece { location, span }];
        self
    }

    /// Adds text that a line appends, after a space when there is a value already.
    pub(crate) fn append(&mut self, text: &[u8], location: Option<Location>) {
        if Arc::get_mut(&mut self.text).is_none() {
            self.text = Arc::new(Text::new(self.text.source.clone()));
        }
        let Some(own) = Arc::get_mut(&mut self.text) else { return };
        let value = own.edit();
        if !value.is_empty() {
            value.push(b' ');
        }
        let start = value.len();
        value.extend_from_slice(text);
        let span = Span::new(start, value.len());
        self.pieces.push(Piece { location, span });
    }

    /// Whether both mean the same, wherever they were defined.
    fn has_value_of(&self, other: &Variable) -> bool {
        self.flavor == other.flavor
            && self.origin == other.origin
            && self.text.source == other.text.source
    }

    /// The value as it was written; for a simple variable, as it was expanded.
    pub fn value(&self) -> &BStr {
        self.text.source.as_bstr()
    }

    /// When its value is expanded.
    pub fn flavor(&self) -> Flavor {
        self.flavor
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Whether commands see it.
    pub fn export(&self) -> Export {
        self.export
    }

    /// Whether what the scope outside holds goes before it: a target's `+=`.
    pub fn appends(&self) -> bool {
        self.appends
    }

    /// Whether prerequisites do not inherit it.
    pub fn is_private(&self) -> bool {
        self.private
    }

    /// The line that defined it.
    pub fn location(&self) -> Option<&Location> {
        self.pieces.first()?.location.as_ref()
    }

    /// The line that changed it last; what GNU make blames for errors in its value.
    pub(crate) fn last_location(&self) -> Option<&Location> {
        self.pieces.last()?.location.as_ref()
    }

    /// The parts of its value by the line that gave them: the definition, then each `+=`.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// Where a name is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    Global(Name),
    Local(u32),
    /// A variable of the target whose scope is open.
    Target(ScopeId, u32),
}

#[derive(Debug)]
struct Slot {
    global: Option<Variable>,
    /// The topmost local binding, counted from 1; 0 without one.
    local: u32,
    native: Option<u32>,
}

#[derive(Debug)]
struct Local {
    name: Name,
    outer: u32,
    variable: Variable,
}

/// A target's scope, between the locals that were there before and those that came since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    scope: ScopeId,
    below: u32,
}

/// Names and what they are bound to.
#[derive(Debug, Default)]
pub(crate) struct Table {
    slots: Vec<Slot>,
    locals: Vec<Local>,
    scopes: Vec<Scope>,
    open: Option<Open>,
    /// Texts of bindings that are gone, for those that come.
    spare: Vec<Arc<Text>>,
    /// Bindings of targets are on the stack: private globals do not show.
    pub(crate) inside_targets: usize,
    /// Rises whenever a global changes.
    generation: u64,
}

impl Table {
    fn slot(&mut self, name: Name) -> &mut Slot {
        if self.slots.len() <= name.index() {
            let empty = || Slot { global: None, local: 0, native: None };
            self.slots.resize_with(name.index() + 1, empty);
        }
        &mut self.slots[name.index()]
    }

    /// The innermost binding.
    pub(crate) fn find(&self, name: Name) -> Option<Binding> {
        self.find_from(name, self.slots.get(name.index())?.local)
    }

    /// The innermost binding among the local `local`, those below it, an open scope and the globals.
    fn find_from(&self, name: Name, local: u32) -> Option<Binding> {
        if let Some(open) = self.open
            && local <= open.below
            && let Some(place) = self.scope(open.scope).and_then(|scope| scope.place(name))
        {
            return Some(Binding::Target(open.scope, place));
        }
        if local == 0 { self.find_global(name) } else { Some(Binding::Local(local)) }
    }

    fn find_global(&self, name: Name) -> Option<Binding> {
        let variable = self.global(name)?;
        let hidden = variable.private && self.inside_targets > 0;
        (!hidden).then_some(Binding::Global(name))
    }

    /// The binding that `binding` hides.
    pub(crate) fn outer(&self, binding: Binding) -> Option<Binding> {
        match binding {
            Binding::Global(_) => None,
            Binding::Local(index) => {
                let local = self.locals.get(index as usize - 1)?;
                let above = self.open.is_some_and(|open| index > open.below);
                match (above, local.outer) {
                    (true, outer) => self.find_from(local.name, outer),
                    (false, 0) => self.find_global(local.name),
                    (false, outer) => Some(Binding::Local(outer)),
                }
            }
            Binding::Target(scope, place) => {
                let name = self.scope(scope)?.name(place)?;
                let mut local = self.slots.get(name.index())?.local;
                while self.open.is_some_and(|open| local > open.below) {
                    local = self.locals.get(local as usize - 1)?.outer;
                }
                if local == 0 { self.find_global(name) } else { Some(Binding::Local(local)) }
            }
        }
    }

    pub(crate) fn get(&self, binding: Binding) -> Option<&Variable> {
        match binding {
            Binding::Global(name) => self.global(name),
            Binding::Local(index) => {
                self.locals.get(index as usize - 1).map(|local| &local.variable)
            }
            Binding::Target(scope, place) => self.scope(scope)?.get(place),
        }
    }

    pub(crate) fn get_mut(&mut self, binding: Binding) -> Option<&mut Variable> {
        match binding {
            Binding::Global(name) => self.slots.get_mut(name.index())?.global.as_mut(),
            Binding::Local(index) => {
                self.locals.get_mut(index as usize - 1).map(|local| &mut local.variable)
            }
            Binding::Target(scope, place) => self.scope_mut(scope)?.get_mut(place),
        }
    }

    /// The variable that a name stands for now.
    pub(crate) fn look_up(&self, name: Name) -> Option<&Variable> {
        self.get(self.find(name)?)
    }

    pub(crate) fn global(&self, name: Name) -> Option<&Variable> {
        self.slots.get(name.index())?.global.as_ref()
    }

    /// A global, to change it.
    pub(crate) fn global_mut(&mut self, name: Name) -> Option<&mut Variable> {
        self.generation += 1;
        self.slots.get_mut(name.index())?.global.as_mut()
    }

    /// Defines a global, unless the one that is there takes precedence.
    pub(crate) fn define(&mut self, name: Name, mut variable: Variable) -> bool {
        let slot = self.slot(name);
        if let Some(old) = &slot.global {
            if variable.origin < old.origin {
                return false;
            }
            variable.export = old.export;
            variable.private = old.private;
            variable.expanding = old.expanding;
            variable.reentries = old.reentries;
        }
        let same = slot.global.as_ref().is_some_and(|old| old.has_value_of(&variable));
        slot.global = Some(variable);
        self.generation += u64::from(!same);
        true
    }

    /// Takes a global away, unless it takes precedence over `origin`.
    pub(crate) fn undefine(&mut self, name: Name, origin: Origin) {
        self.generation += 1;
        let slot = self.slot(name);
        if slot.global.as_ref().is_some_and(|old| old.origin <= origin) {
            slot.global = None;
        }
    }

    pub(crate) fn native(&self, name: Name) -> Option<u32> {
        self.slots.get(name.index())?.native
    }

    pub(crate) fn set_native(&mut self, name: Name, native: Option<u32>) {
        if self.native(name) != native {
            self.slot(name).native = native;
            self.generation += 1;
        }
    }

    /// A number that is another one after any change of a global.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// The bindings on top of the globals.
    pub(crate) fn locals(&self) -> impl Iterator<Item = (Name, &Variable)> {
        let open = self.open.and_then(|open| self.scope(open.scope));
        let own = open.into_iter().flat_map(Scope::iter);
        let own = own.map(|(name, variable)| (*name, variable));
        self.locals.iter().map(|local| (local.name, &local.variable)).chain(own)
    }

    /// A scope for one more target.
    pub(crate) fn new_scope(&mut self) -> ScopeId {
        self.scopes.push(Scope::default());
        ScopeId(self.scopes.len() as u32 - 1)
    }

    /// Whether some target has variables of its own.
    pub(crate) fn has_scopes(&self) -> bool {
        !self.scopes.is_empty()
    }

    pub(crate) fn scope(&self, scope: ScopeId) -> Option<&Scope> {
        self.scopes.get(scope.0 as usize)
    }

    fn scope_mut(&mut self, scope: ScopeId) -> Option<&mut Scope> {
        self.scopes.get_mut(scope.0 as usize)
    }

    /// A target's own variable, to change it.
    pub(crate) fn own_mut(&mut self, scope: ScopeId, name: Name) -> Option<&mut Variable> {
        self.scope_mut(scope)?.find_mut(name)
    }

    /// Sets a target's own variable, unless the one that is there takes precedence.
    pub(crate) fn set_own(&mut self, scope: ScopeId, name: Name, variable: Variable) -> bool {
        self.slot(name);
        self.scope_mut(scope).is_some_and(|scope| scope.set(name, variable))
    }

    /// Puts a target's variables on top of all that is bound now, without binding each of them. Gives
    /// what [`Table::close_scope`] goes back to.
    pub(crate) fn open_scope(&mut self, scope: ScopeId) -> Option<Open> {
        self.open.replace(Open { scope, below: self.locals.len() as u32 })
    }

    pub(crate) fn close_scope(&mut self, outer: Option<Open>) {
        self.open = outer;
    }

    /// Binds a target's variables, the private ones only with `private`.
    pub(crate) fn bind_scope(&mut self, scope: ScopeId, private: bool) {
        let variables = self.scope(scope).into_iter().flat_map(Scope::iter);
        let shown = variables.filter(|(_, variable)| private || !variable.private);
        let shown: Vec<(Name, Variable)> = shown.cloned().collect();
        for (name, variable) in shown {
            self.bind(name, variable);
        }
    }

    /// Marks the place that [`Table::leave`] goes back to.
    pub(crate) fn enter(&self) -> usize {
        self.locals.len()
    }

    pub(crate) fn bind(&mut self, name: Name, variable: Variable) {
        let outer = self.slot(name).local;
        self.locals.push(Local { name, outer, variable });
        self.slot(name).local = self.locals.len() as u32;
    }

    /// Binds a name to text that is used as it is.
    pub(crate) fn bind_simple(&mut self, name: Name, value: &[u8]) {
        let mut variable = Variable::new(Vec::new(), Flavor::Simple, Origin::Automatic);
        if let Some(text) = self.spare.pop() {
            variable.text = text;
        }
        if let Some(text) = Arc::get_mut(&mut variable.text) {
            let text = text.edit();
            text.clear();
            text.extend_from_slice(value);
        }
        self.bind(name, variable);
    }

    /// Undoes every binding since `mark`.
    pub(crate) fn leave(&mut self, mark: usize) {
        while self.locals.len() > mark {
            let Some(mut local) = self.locals.pop() else { return };
            self.slot(local.name).local = local.outer;
            let text = &mut local.variable.text;
            let small = Arc::get_mut(text).is_some_and(|text| text.source.capacity() <= 1 << 12);
            if small && self.spare.len() < 64 {
                self.spare.push(local.variable.text);
            }
        }
    }

    /// The topmost binding, for a loop that changes its variable.
    pub(crate) fn top_mut(&mut self) -> Option<&mut Variable> {
        self.locals.last_mut().map(|local| &mut local.variable)
    }

    /// All names that are bound, and what they stand for now.
    pub(crate) fn visible(&self) -> impl Iterator<Item = (Name, &Variable)> {
        let names = (0..self.slots.len()).map(Name::from_index);
        names.filter_map(|name| Some((name, self.look_up(name)?)))
    }

    /// All names with a global, in the order they were first seen.
    pub(crate) fn globals(&self) -> impl Iterator<Item = (Name, &Variable)> {
        let slots = self.slots.iter().enumerate();
        slots.filter_map(|(index, slot)| Some((Name::from_index(index), slot.global.as_ref()?)))
    }
}
