//! Questions and answers, line by line.

use bstr::{BStr, BString, ByteSlice};

use super::options::Mode;
use super::{Failure, Streams, failure, help};
use crate::error::format_bytes;
use crate::files::output::No;
use crate::model::{MenuId, MenuKind, Model, SymbolId};
use crate::tristate::Tristate;
use crate::values::Config;

/// How deep menus may be nested to be asked through.
const DEPTH: usize = 500;

/// Asks (or lists) what the mode wants to know.
pub(super) fn ask(
    config: &mut Config,
    streams: &mut Streams<'_>,
    mode: Mode,
) -> Result<(), Failure> {
    let model = config.model().clone();
    let mut asker = Asker {
        config,
        streams,
        model: &model,
        mode,
        indent: 1,
        root: MenuId::ROOT,
        asked: 0,
        depth: 0,
        ended: false,
    };
    if mode == Mode::OldAsk {
        asker.entry(MenuId::ROOT)?;
        asker.mode = Mode::Old;
    }
    loop {
        asker.asked = 0;
        asker.check(MenuId::ROOT)?;
        if asker.asked == 0 {
            return Ok(());
        }
    }
}

struct Asker<'a, 'b> {
    config: &'a mut Config,
    streams: &'a mut Streams<'b>,
    model: &'a Model,
    mode: Mode,
    indent: usize,
    /// The menu that is being asked through.
    root: MenuId,
    /// How many menus had something new in this round.
    asked: usize,
    depth: usize,
    /// There are no more answers.
    ended: bool,
}

impl Asker<'_, '_> {
    fn print(&mut self, pieces: &[&[u8]]) -> Result<(), Failure> {
        self.streams.print(pieces.concat())
    }

    fn margin(&self) -> String {
        " ".repeat(self.indent - 1)
    }

    fn title(&self, menu: MenuId) -> &BStr {
        let symbol = self.model.menu(menu).symbol;
        let name = symbol.and_then(|id| self.model.symbol(id).name.as_deref());
        self.model.prompt(menu).unwrap_or(name.unwrap_or_default().as_bstr())
    }

    /// Reads an answer with its line end. At the end of input that is an empty line; asking again
    /// then would never end.
    fn answer(&mut self, again: bool) -> Result<BString, Failure> {
        self.streams.messages(self.config)?;
        self.streams.output.flush()?;
        let mut line = Vec::new();
        if self.streams.input.read_until(b'\n', &mut line)? == 0 {
            if self.ended && again {
                return Err(failure("\n*** The input ended before there was a possible answer.\n"));
            }
            self.ended = true;
            self.streams.errors.write_all(b"\nError in reading or end of file.\n")?;
            line.push(b'\n');
        }
        if !self.streams.terminal {
            self.print(&[&line])?;
        }
        Ok(line.into())
    }

    fn help(&mut self, menu: MenuId) -> Result<(), Failure> {
        let text = help::help(self.config, menu);
        self.print(&[b"\n", &text, b"\n"])
    }

    // Looking for new options.

    /// Asks for what is new below an entry, menu by menu.
    fn check(&mut self, menu: MenuId) -> Result<(), Failure> {
        let mut waiting = vec![menu];
        while let Some(menu) = waiting.pop() {
            if !self.config.is_visible(menu) {
                continue;
            }
            if let Some(symbol) = self.model.menu(menu).symbol
                && self.is_new(symbol)
            {
                self.found(menu, symbol)?;
            }
            let first = waiting.len();
            waiting.extend(self.model.children(menu));
            waiting[first..].reverse();
        }
        Ok(())
    }

    fn is_new(&mut self, symbol: SymbolId) -> bool {
        if self.config.is_set(symbol) {
            return false;
        }
        let choice = self.model.symbol(symbol).is_choice();
        self.config.is_changeable(symbol)
            || (choice && self.config.tristate(symbol) == Tristate::Yes)
    }

    fn found(&mut self, menu: MenuId, symbol: SymbolId) -> Result<(), Failure> {
        match self.mode {
            Mode::ListNew => {
                if self.model.symbol(symbol).name.is_none() {
                    return Ok(());
                }
                let mut line = BString::default();
                self.config.line(symbol, No::Value, true, &mut line);
                self.print(&[&line])
            }
            Mode::HelpNew => {
                self.print(&[b"-----\n"])?;
                self.help(menu)?;
                self.print(&[b"-----\n"])
            }
            _ => {
                if self.asked == 0 {
                    self.print(&[b"*\n* Restart config...\n*\n"])?;
                }
                self.asked += 1;
                self.root = self.menu_of(menu);
                self.entry(self.root)
            }
        }
    }

    /// The menu that an entry is in, or is.
    fn menu_of(&self, mut menu: MenuId) -> MenuId {
        loop {
            let entry = self.model.menu(menu);
            let is_menu = matches!(entry.kind, MenuKind::Menu | MenuKind::MenuConfig);
            match entry.parent {
                Some(parent) if !(is_menu && entry.prompt.is_some()) => menu = parent,
                _ => return menu,
            }
        }
    }

    // Asking.

    /// Asks for an entry and all below it.
    fn entry(&mut self, menu: MenuId) -> Result<(), Failure> {
        if self.depth >= DEPTH {
            return Err(failure("*** The menu is nested too deeply to be asked through.\n"));
        }
        self.depth += 1;
        let result = self.entry_at_depth(menu);
        self.depth -= 1;
        result
    }

    fn entry_at_depth(&mut self, menu: MenuId) -> Result<(), Failure> {
        if !self.config.is_visible(menu) {
            return Ok(());
        }
        let entry = self.model.menu(menu);
        let is_menu = matches!(entry.kind, MenuKind::Menu | MenuKind::MenuConfig);
        if is_menu && self.mode != Mode::OldAsk && self.root != menu {
            return self.check(menu);
        }
        if (is_menu || entry.kind == MenuKind::Comment) && entry.prompt.is_some() {
            let margin = self.margin();
            let margin = margin.as_bytes();
            let title = self.title(menu).to_owned();
            self.print(&[margin, b"*\n", margin, b"* ", &title, b"\n", margin, b"*\n"])?;
        }
        if let Some(symbol) = entry.symbol {
            let known = self.model.symbol(symbol);
            if known.is_choice() {
                self.choice(menu, symbol)?;
                if self.config.current_tristate(symbol) != Tristate::Module {
                    return Ok(());
                }
            } else if known.kind.is_number() || known.kind == crate::model::Type::String {
                self.text(menu, symbol)?;
            } else {
                self.logic(menu, symbol)?;
            }
        }
        let step = if entry.symbol.is_some() { 2 } else { 0 };
        self.below(menu, step)
    }

    fn below(&mut self, menu: MenuId, step: usize) -> Result<(), Failure> {
        self.indent += step;
        let children: Vec<MenuId> = self.model.children(menu).collect();
        for child in children {
            self.entry(child)?;
        }
        self.indent -= step;
        Ok(())
    }

    /// Shows the end of a question; an answer, when one is wanted.
    fn question(
        &mut self,
        symbol: SymbolId,
        value: &BStr,
        again: bool,
    ) -> Result<Option<BString>, Failure> {
        if !self.config.is_set(symbol) {
            self.print(&[b"(NEW) "])?;
        }
        let settled = matches!(self.mode, Mode::Old | Mode::Sync) && self.config.is_set(symbol);
        if !self.config.is_changeable(symbol) || settled {
            self.print(&[value, b"\n"])?;
            return Ok(None);
        }
        self.answer(again).map(Some)
    }

    fn text(&mut self, menu: MenuId, symbol: SymbolId) -> Result<(), Failure> {
        let mut again = false;
        loop {
            let margin = self.margin();
            let title = self.title(menu).to_owned();
            let name = self.model.symbol(symbol).label();
            let value = self.config.value(symbol);
            self.print(&[margin.as_bytes(), &title, b" (", name, b") [", &value, b"] "])?;
            let Some(line) = self.question(symbol, value.as_bstr(), again)? else { return Ok(()) };
            again = true;
            let answer = match &line[..] {
                b"\n" => value,
                b"?\n" => {
                    self.help(menu)?;
                    continue;
                }
                line => line.strip_suffix(b"\n").unwrap_or(line).into(),
            };
            if self.config.set_text(symbol, &answer) {
                return Ok(());
            }
        }
    }

    fn logic(&mut self, menu: MenuId, symbol: SymbolId) -> Result<(), Failure> {
        let mut again = false;
        loop {
            let old = self.config.tristate(symbol);
            let question = self.logic_question(menu, symbol, old);
            self.print(&[&question])?;
            let value = self.config.value(symbol);
            let Some(line) = self.question(symbol, value.as_bstr(), again)? else { return Ok(()) };
            again = true;
            let wanted = match line.trim_ascii() {
                b"" => Some(old),
                b"n" | b"N" | b"no" | b"No" => Some(Tristate::No),
                b"m" | b"M" => Some(Tristate::Module),
                b"y" | b"Y" | b"yes" | b"Yes" => Some(Tristate::Yes),
                [b'?', ..] => None,
                _ => continue,
            };
            if wanted.is_some_and(|value| self.config.set_tristate(symbol, value)) {
                return Ok(());
            }
            self.help(menu)?;
        }
    }

    fn logic_question(&mut self, menu: MenuId, symbol: SymbolId, old: Tristate) -> BString {
        let margin = self.margin();
        let mut text = format_bytes(&[margin.as_bytes(), self.title(menu), b" "]);
        if let Some(name) = self.model.symbol(symbol).name.as_deref() {
            text.extend_from_slice(&format_bytes(&[b"(", name, b") "]));
        }
        text.extend_from_slice(format!("[{}", old.letter().to_ascii_uppercase()).as_bytes());
        for value in [Tristate::No, Tristate::Module, Tristate::Yes] {
            if value != old && self.config.can_be(symbol, value) {
                text.extend_from_slice(format!("/{}", value.letter()).as_bytes());
            }
        }
        text.extend_from_slice(b"/?] ");
        text
    }

    // Choices.

    fn choice(&mut self, menu: MenuId, choice: SymbolId) -> Result<(), Failure> {
        let new = !self.config.is_set(choice);
        if self.config.is_changeable(choice) {
            self.logic(menu, choice)?;
            if self.config.tristate(choice) != Tristate::Yes {
                return Ok(());
            }
        } else {
            match self.config.current_tristate(choice) {
                Tristate::No => return Ok(()),
                Tristate::Module => {
                    let margin = self.margin();
                    let title = self.title(menu).to_owned();
                    return self.print(&[margin.as_bytes(), &title, b"\n"]);
                }
                Tristate::Yes => {}
            }
        }
        let mut again = false;
        loop {
            let Some((child, line)) = self.choose(menu, choice, new, again)? else {
                again = true;
                continue;
            };
            again = true;
            if line.ends_with(b"?") {
                self.help(child)?;
                continue;
            }
            if let Some(symbol) = self.model.menu(child).symbol {
                self.config.set_tristate(symbol, Tristate::Yes);
            }
            return self.below(child, 2);
        }
    }

    /// Shows a choice and gives the entry that was chosen, with the answer; nothing when the
    /// answer was none.
    fn choose(
        &mut self,
        menu: MenuId,
        choice: SymbolId,
        new: bool,
        again: bool,
    ) -> Result<Option<(MenuId, BString)>, Failure> {
        let (members, default) = self.show_members(menu, choice)?;
        let margin = self.margin();
        self.print(&[margin.as_bytes(), b"choice"])?;
        if members.len() == 1 {
            self.print(&[b"[1]: 1\n"])?;
            return Ok(Some((members[0], BString::default())));
        }
        self.print(&[format!("[1-{}?]: ", members.len()).as_bytes()])?;
        let settled = matches!(self.mode, Mode::Old | Mode::Sync) && !new;
        let mut line = BString::default();
        let number = if settled {
            self.print(&[default.to_string().as_bytes(), b"\n"])?;
            default
        } else {
            line = self.answer(again)?.trim_ascii().into();
            match line.first() {
                None => default,
                Some(b'?') => {
                    self.help(menu)?;
                    return Ok(None);
                }
                Some(digit) if digit.is_ascii_digit() => {
                    usize::try_from(crate::numbers::number(&line, 10)).unwrap_or(0)
                }
                Some(_) => return Ok(None),
            }
        };
        let chosen = number.checked_sub(1).and_then(|index| members.get(index));
        if settled && chosen.is_none() {
            return Err(failure("*** A choice has no member that can be set.\n"));
        }
        Ok(chosen.map(|&child| (child, line)))
    }

    /// Lists the members that can be seen; them, and the number of the one that is set.
    fn show_members(
        &mut self,
        menu: MenuId,
        choice: SymbolId,
    ) -> Result<(Vec<MenuId>, usize), Failure> {
        let margin = self.margin();
        let margin = margin.as_bytes();
        let title = self.title(menu).to_owned();
        self.print(&[margin, &title, b"\n"])?;
        let set = self.config.chosen(choice);
        let mut members = Vec::new();
        let mut default = 0;
        let children: Vec<MenuId> = self.model.children(menu).collect();
        for child in children {
            if !self.config.is_visible(child) {
                continue;
            }
            let title = self.title(child).to_owned();
            let Some(symbol) = self.model.menu(child).symbol else {
                self.print(&[margin, b"* ", &title, b"\n"])?;
                continue;
            };
            members.push(child);
            let mark = if set == Some(symbol) {
                default = members.len();
                ">"
            } else {
                " "
            };
            let number = format!("{mark} {}. ", members.len());
            self.print(&[margin, number.as_bytes(), &title])?;
            if let Some(name) = self.model.symbol(symbol).name.as_deref() {
                self.print(&[b" (", name, b")"])?;
            }
            if !self.config.is_set(symbol) {
                self.print(&[b" (NEW)"])?;
            }
            self.print(&[b"\n"])?;
        }
        Ok((members, default))
    }
}
