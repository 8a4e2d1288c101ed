//! Reads makefiles and evaluated text line by line and carries out what each line says. Knows what
//! lines are; rule lines and assignments are carried out beside this file.

use bstr::{BString, ByteSlice};

use super::bytes::{is_blank, is_space, split_word, trim, trim_start, words};
use super::conditionals::{self, Conditionals, Directive};
use super::error::{Action, ErrorKind, Frame, Result};
use super::evaluator::{Evaluator, Included, Missing};
use super::filenames;
use super::functions::io::reason;
use super::host::Severity;
use super::lines::{Line, Lines, collapse, normalise_ends, strip_comment};
use super::location::Location;
use super::rule_line::OpenRule;
use super::statements::{Change, Modifiers, assignment, change};
use super::variables::{Assign, Export, Flavor, Origin};

/// So many makefiles may include each other: about as many as GNU make can have open.
const MOST_OPEN: usize = 1000;

/// Where reading one text stands.
pub(crate) struct Reader<'t> {
    lines: Lines<'t>,
    conditionals: Conditionals,
    /// Inside a `define` of a branch that does not count.
    in_ignored_define: bool,
    pub(crate) rule: Option<OpenRule>,
    /// The last rule had no targets: its recipe goes nowhere.
    pub(crate) no_targets: bool,
}

impl<S> Evaluator<S> {
    /// Reads a makefile. The inner result says why it could not be read.
    pub(crate) fn read_makefile(
        &mut self,
        path: &[u8],
        optional: bool,
    ) -> Result<Result<(), String>> {
        if self.open_makefiles >= MOST_OPEN {
            return Err(self.error_here(ErrorKind::User("Too many open files".into())));
        }
        let text = match self.host.read(path.as_bstr()) {
            Ok(text) => normalise_ends(text),
            Err(error) => return Ok(Err(reason(&error))),
        };
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        self.included.push(Included { file: path.into(), optional });
        let list = self.known.makefile_list;
        if self.table.global(list).is_none() {
            self.define(b"MAKEFILE_LIST", b"", Flavor::Simple, Origin::File);
        }
        if let Some(list) = self.table.global_mut(list) {
            list.append(path, Some(Location::new(path, 1)));
        }
        self.open_makefiles += 1;
        let result = self.read_at(text, Some(Location::new(path, 1)));
        self.open_makefiles -= 1;
        result.map(Ok)
    }

    /// Reads text as if it stood at a place.
    pub(crate) fn read_at(&mut self, text: &[u8], place: Option<Location>) -> Result<()> {
        let first = place.as_ref().map_or(1, |place| place.line);
        let here = std::mem::replace(&mut self.here, place);
        let result = self.read(Lines::new(text, first));
        self.here = here;
        result
    }

    /// Reads text that stands on the current line.
    pub(crate) fn read_text(&mut self, text: &[u8]) -> Result<()> {
        let line = self.here.as_ref().map_or(1, |here| here.line);
        let result = self.read(Lines::on_one_line(text, line));
        self.go_to(line);
        result
    }

    fn read(&mut self, lines: Lines<'_>) -> Result<()> {
        self.check_stack()?;
        let mut reader = Reader {
            lines,
            conditionals: Conditionals::default(),
            in_ignored_define: false,
            rule: None,
            no_targets: false,
        };
        self.read_lines(&mut reader)
    }

    fn read_lines(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        while let Some(line) = reader.lines.next() {
            self.go_to(line.number);
            self.spend(0)?;
            self.read_line(reader, line)?;
        }
        self.go_to(reader.lines.number());
        if let Some(line) = reader.conditionals.open_since() {
            let mut error = self.error_here(ErrorKind::MissingEndif);
            let location = self.here.clone().map(|here| Location { line, ..here });
            error.trace.push(Frame { location, action: Action::Conditional });
            return Err(error);
        }
        self.finish_rule(reader)
    }

    pub(crate) fn go_to(&mut self, line: u32) {
        if let Some(here) = &mut self.here {
            here.line = line;
        }
    }

    /// What starts a recipe line.
    pub(crate) fn recipe_prefix(&self) -> u8 {
        let variable = self.table.look_up(self.known.recipe_prefix);
        variable.and_then(|variable| variable.value().first().copied()).unwrap_or(b'\t')
    }

    fn read_line(&mut self, reader: &mut Reader<'_>, line: Line<'_>) -> Result<()> {
        if line.text.is_empty() {
            return Ok(());
        }
        if line.text[0] == self.recipe_prefix() {
            if reader.no_targets {
                return Ok(());
            }
            if let Some(rule) = &mut reader.rule {
                if !reader.conditionals.ignoring() {
                    rule.add_command(line, self.here.as_ref());
                }
                return Ok(());
            }
        }
        let text = strip_comment(collapse(line.text, self.rules.posix));
        let text = trim_start(&text);
        if let Some((modifiers, change)) = change(text, false) {
            if reader.conditionals.ignoring() {
                if matches!(change, Change::Define(_)) {
                    reader.in_ignored_define = true;
                }
                return Ok(());
            }
            return self.change_variable(reader, modifiers, change);
        }
        let Some((word, rest)) = split_word(text) else { return Ok(()) };
        let rest = trim_start(rest);
        if reader.in_ignored_define {
            if word == b"endef" && rest.is_empty() {
                reader.in_ignored_define = false;
            }
            return Ok(());
        }
        if let Some(directive) = Directive::of(word) {
            return self.conditional(reader, directive, rest);
        }
        if reader.conditionals.ignoring() {
            return Ok(());
        }
        match word {
            b"export" | b"unexport" => {
                self.finish_rule(reader)?;
                self.export(rest, word == b"export")
            }
            b"vpath" => {
                self.finish_rule(reader)?;
                self.search_path(rest)
            }
            b"include" | b"-include" | b"sinclude" => {
                self.finish_rule(reader)?;
                self.include(rest, word != b"include")
            }
            b"load" | b"-load" => {
                self.finish_rule(reader)?;
                self.load(rest, word != b"load")
            }
            _ if line.text[0] == self.recipe_prefix() => {
                Err(self.error_here(ErrorKind::RecipeBeforeTarget))
            }
            _ => self.rule_line(reader, line.text),
        }
    }

    fn change_variable(
        &mut self,
        reader: &mut Reader<'_>,
        modifiers: Modifiers,
        change: Change<'_>,
    ) -> Result<()> {
        self.finish_rule(reader)?;
        let origin = if modifiers.overrides { Origin::Override } else { Origin::File };
        let name = match change {
            Change::Assign(line) => self.assign_line(line, origin, true)?,
            Change::Define(head) => self.define_lines(reader, head, origin)?,
            Change::Undefine(name) => {
                let name = self.expand_name(name)?;
                self.table.undefine(name, origin);
                self.table.set_native(name, None);
                return Ok(());
            }
        };
        if let Some(variable) = self.table.global_mut(name) {
            match modifiers.export {
                Some(true) => variable.export = Export::Yes,
                Some(false) => variable.export = Export::No,
                None => {}
            }
            variable.private |= modifiers.private;
        }
        match &self.watched {
            Some((watched, action)) if *watched == name => action.clone()(self),
            _ => Ok(()),
        }
    }

    /// `define`, up to its `endef`.
    fn define_lines(
        &mut self,
        reader: &mut Reader<'_>,
        head: &[u8],
        origin: Origin,
    ) -> Result<super::names::Name> {
        let start = self.here.clone();
        let (name, assign) = match assignment(head) {
            None => (head, Assign::Recursive),
            Some(found) => {
                if !found.value.is_empty() {
                    self.tell(Severity::Error, "extraneous text after 'define' directive");
                }
                (found.name, found.assign)
            }
        };
        let name = self.expand_name(trim(name))?;
        let mut value: Vec<u8> = Vec::new();
        let mut depth = 1;
        loop {
            let Some(line) = reader.lines.next() else {
                self.here = start;
                return Err(self.error_here(ErrorKind::MissingEndef));
            };
            let text = collapse(line.text, self.rules.posix);
            if text.first() != Some(&self.recipe_prefix()) {
                let word = trim_start(&text);
                if starts_with_word(word, b"define") {
                    depth += 1;
                } else if starts_with_word(word, b"endef") {
                    let rest = strip_comment(word[5..].into());
                    if !trim(&rest).is_empty() {
                        self.go_to(line.number);
                        self.tell(Severity::Error, "extraneous text after 'endef' directive");
                    }
                    depth -= 1;
                    if depth == 0 {
                        self.go_to(line.number);
                        break;
                    }
                }
            }
            value.extend_from_slice(&text);
            value.push(b'\n');
        }
        value.pop();
        self.assign_at(start, name, assign, &value, origin, true)?;
        Ok(name)
    }

    fn conditional(
        &mut self,
        reader: &mut Reader<'_>,
        directive: Directive,
        rest: &[u8],
    ) -> Result<()> {
        let error = |this: &Self, kind| this.error_here(kind);
        match directive {
            Directive::Endif => {
                if !rest.is_empty() {
                    self.extraneous(directive);
                }
                reader.conditionals.close().map_err(|kind| error(self, kind))
            }
            Directive::Else => {
                reader.conditionals.turn().map_err(|kind| error(self, kind))?;
                let Some((word, condition)) = split_word(rest) else {
                    reader.conditionals.last_branch();
                    return Ok(());
                };
                match Directive::of(word) {
                    None | Some(Directive::Else | Directive::Endif) => self.extraneous(directive),
                    Some(inner) => {
                        self.open_conditional(reader, inner, trim_start(condition))?;
                        reader.conditionals.merge();
                    }
                }
                Ok(())
            }
            _ => self.open_conditional(reader, directive, rest),
        }
    }

    fn extraneous(&mut self, directive: Directive) {
        let text = format!("extraneous text after '{}' directive", directive.name());
        self.tell(Severity::Error, text);
    }

    fn open_conditional(
        &mut self,
        reader: &mut Reader<'_>,
        directive: Directive,
        rest: &[u8],
    ) -> Result<()> {
        let line = self.here.as_ref().map_or(0, |here| here.line);
        if reader.conditionals.ignoring() {
            reader.conditionals.open(line, false);
            return Ok(());
        }
        let holds = match directive {
            Directive::Ifdef | Directive::Ifndef => {
                let text = self.expanded(rest)?;
                let Some(name) = conditionals::single_word(&text) else {
                    return Err(self.error_here(ErrorKind::InvalidConditional));
                };
                self.is_defined(name) == (directive == Directive::Ifdef)
            }
            _ => {
                let invalid = |this: &Self| this.error_here(ErrorKind::InvalidConditional);
                let (left, after) = conditionals::first_side(rest).ok_or_else(|| invalid(self))?;
                let left = self.expanded(left)?;
                let (right, after) =
                    conditionals::second_side(rest, after).ok_or_else(|| invalid(self))?;
                if !after.is_empty() {
                    self.extraneous(directive);
                }
                let right = self.expanded(right)?;
                (left == right) == (directive == Directive::Ifeq)
            }
        };
        reader.conditionals.open(line, holds);
        Ok(())
    }

    fn export(&mut self, names: &[u8], export: bool) -> Result<()> {
        if names.is_empty() {
            self.export_all = export;
            return Ok(());
        }
        let names = self.expanded(names)?;
        words(&names).for_each(|name| self.set_export(name, export));
        Ok(())
    }

    fn search_path(&mut self, text: &[u8]) -> Result<()> {
        let text = self.expanded(text)?;
        let (pattern, rest) = match split_word(&text) {
            Some((pattern, rest)) => (Some(BString::from(pattern)), rest),
            None => (None, &text[..0]),
        };
        let separates = |byte: &u8| is_space(*byte) || *byte == b':';
        let folders = rest.split(separates).filter(|folder| !folder.is_empty());
        let folders = folders.map(BString::from).collect();
        self.rules.set_search_path(pattern, folders);
        Ok(())
    }

    /// Code to load into make. There is none that fits this one.
    fn load(&mut self, text: &[u8], optional: bool) -> Result<()> {
        let text = self.expanded(text)?;
        match words(&text).next() {
            Some(_) if !optional => Err(self.error_here(ErrorKind::Load)),
            _ => Ok(()),
        }
    }

    fn include(&mut self, text: &[u8], optional: bool) -> Result<()> {
        let text = self.expanded(text)?;
        for file in filenames::list(self.host.as_mut(), &text) {
            self.include_file(file, optional)?;
        }
        Ok(())
    }

    fn include_file(&mut self, file: BString, optional: bool) -> Result<()> {
        let mut candidates = vec![file.clone()];
        if !file.starts_with(b"/") {
            for folder in &self.include_folders {
                let mut path = folder.clone();
                path.push(b'/');
                path.extend_from_slice(&file);
                candidates.push(path);
            }
        }
        let mut first_reason = None;
        for path in candidates {
            let result = self.read_makefile(&path, optional);
            match self.traced(result, || Action::Include(path.clone()))? {
                Ok(()) => return Ok(()),
                Err(reason) => {
                    first_reason.get_or_insert(reason);
                }
            }
        }
        let reason = first_reason.unwrap_or_default();
        let location = self.here.clone();
        let after = self.included.len();
        self.missing.push(Missing { file, reason, location, optional, after });
        Ok(())
    }
}

/// Whether `text` starts with a word, alone or before a blank.
fn starts_with_word(text: &[u8], word: &[u8]) -> bool {
    let rest = text.strip_prefix(word);
    rest.is_some_and(|rest| rest.first().is_none_or(|&byte| is_blank(byte)))
}
