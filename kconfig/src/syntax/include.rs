//! Files: where they are found, which are open, what `source` opens.

use std::path::PathBuf;
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};

use super::ahead::File;
use super::glob::glob;
use super::lexer;
use super::parser::{Entry, Open, Parser, Wrong};
use crate::environment::Dialect;
use crate::error::{Problem, format_bytes};
use crate::source::{FileId, Place, SourceFile};

/// How many files may be open at once.
const OPEN_FILES: usize = 2000;
/// How many bytes may be read that were read before: files that each include the next one twice
/// grow without end.
const AGAIN: usize = 8 << 20;
/// What reading a file costs besides its bytes.
const AGAIN_EACH: usize = 1024;

impl Parser<'_> {
    pub(super) fn read(&mut self, name: &BStr) -> std::io::Result<File> {
        // What a command did to files is not known.
        let commands = self.tree.inputs.commands.len();
        if std::mem::replace(&mut self.commands, commands) != commands {
            self.ahead.forget();
        }
        match self.ahead.take(name) {
            Some(file) => Ok(file),
            None => self.read_now(name),
        }
    }

    fn read_now(&mut self, name: &BStr) -> std::io::Result<File> {
        let direct = self.environment.path(name);
        let (path, text) = self.environment.read(name).inspect_err(|_| {
            self.tree.inputs.absent.push(direct.clone());
        })?;
        if u32::try_from(text.len()).is_err() {
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "too large"));
        }
        let old_keywords = self.environment.dialect == Dialect::Unikraft;
        let tokens = lexer::tokens(&text, old_keywords, self.ahead.spare());
        if self.environment.dialect == Dialect::Linux {
            self.ahead.follow(&text, &tokens);
        }
        let absent = (path != direct).then_some(direct);
        Ok(File { path, absent, text: text.into(), tokens })
    }

    /// The id for a name; the same name always has the same one.
    pub(super) fn lookup(&mut self, name: &BStr) -> FileId {
        if let Some(&file) = self.files.get(name) {
            return file;
        }
        let file = self.tree.sources.add(SourceFile {
            name: name.to_owned(),
            path: PathBuf::new(),
            text: Arc::from(&b""[..]),
            included: None,
        });
        self.files.insert(name.to_owned(), file);
        self.active.push(0);
        file
    }

    pub(super) fn enter(&mut self, file: FileId, read: File, from: Option<Place>) {
        let File { path, absent, text, tokens } = read;
        self.tree.inputs.absent.extend(absent);
        self.tree.inputs.files.push(path.clone());
        self.tree.sources.set(file, path, text.clone(), from);
        self.active[file.index()] += 1;
        let name = self.tree.sources.file(file).name.clone();
        self.open.push(Open { file, name, text, tokens, at: 0 });
        self.entry = Entry::None;
    }

    pub(super) fn leave(&mut self) {
        if let Some(open) = self.open.pop() {
            self.active[open.file.index()] -= 1;
            self.ahead.give_back(open.tokens);
        }
        self.entry = Entry::None;
    }

    pub(super) fn source(&mut self, name: &BStr, place: Place) -> Result<(), Wrong> {
        self.entry = Entry::None;
        if self.environment.dialect == Dialect::Linux {
            return self.include(&[name.to_owned()], place);
        }
        let matches = glob(&*self.environment.files, &self.environment.folder, name);
        let inputs = &mut self.tree.inputs;
        if matches.names.is_empty() {
            inputs.absent.push(self.environment.path(name));
        }
        if !matches.folders.is_empty() {
            inputs.folders.extend(matches.folders);
            inputs.globs.push((name.to_owned(), matches.names.clone()));
        }
        self.include(&matches.names, place)
    }

    /// `rsource`, `osource` and `orsource`, which Kconfiglib added: patterns, seen from the current
    /// file's folder (`r`), that need not match anything (`o`).
    pub(super) fn source_more(
        &mut self,
        relative: bool,
        optional: bool,
        name: &BStr,
        place: Place,
    ) -> Result<(), Wrong> {
        self.entry = Entry::None;
        let mut pattern = name.to_owned();
        let current = self.open.last().map(|open| open.name.clone()).unwrap_or_default();
        if relative && let Some(end) = current.rfind_byte(b'/') {
            pattern = format_bytes(&[&current[..=end], name]);
        }
        let names = self.matches(pattern.as_bstr());
        if names.is_empty() && !optional {
            let words = format_bytes(&[b"no file is called \"", &pattern, b"\""]);
            return Err(Wrong::Fatal(Problem::new(place, words)));
        }
        self.include(&names, place)
    }

    /// The names that a pattern matches here or, when there are none, in `srctree`.
    fn matches(&mut self, pattern: &BStr) -> Vec<BString> {
        let mut folders = vec![self.environment.folder.clone()];
        if let Some(tree) = self.environment.variable("srctree") {
            folders.push(self.environment.path(tree));
        }
        for folder in folders {
            let matches = glob(&*self.environment.files, &folder, pattern);
            let inputs = &mut self.tree.inputs;
            inputs.folders.extend(matches.folders);
            if !matches.names.is_empty() {
                inputs.globs.push((pattern.to_owned(), matches.names.clone()));
                return matches.names;
            }
            inputs.absent.push(folder.join(pattern.to_path_lossy()));
        }
        Vec::new()
    }

    /// Opens files, so that the first of them is read next.
    pub(super) fn include(&mut self, names: &[BString], place: Place) -> Result<(), Wrong> {
        for name in names.iter().rev() {
            let fatal = |text: BString| Wrong::Fatal(Problem::new(place, text));
            let file = self.lookup(name.as_bstr());
            let read = self
                .read(name.as_bstr())
                .map_err(|_| fatal(format_bytes(&[b"can't open file \"", name, b"\""])))?;
            if self.active[file.index()] > 0 {
                return Err(Wrong::Fatal(self.recursive_inclusion(file, place)));
            }
            if self.open.len() >= OPEN_FILES {
                return Err(fatal("files include each other too deeply".into()));
            }
            if !self.tree.sources.file(file).path.as_os_str().is_empty() {
                self.again += read.text.len() + AGAIN_EACH;
                if self.again > AGAIN {
                    return Err(fatal("files are included too often".into()));
                }
            }
            self.enter(file, read, Some(place));
        }
        Ok(())
    }

    pub(super) fn recursive_inclusion(&self, file: FileId, place: Place) -> Problem {
        let sources = &self.tree.sources;
        let name = &sources.file(file).name;
        let mut text = format_bytes(&[
            b"Recursive inclusion detected.\nInclusion path:\n  current file : ",
            name,
        ]);
        let mut problem = Problem::new(place, format_bytes(&[b"`", name, b"` includes itself"]));
        let mut from = Some(place);
        while let Some(at) = from {
            let line = at.line.to_string();
            text.extend_from_slice(b"\n  included from: ");
            text.extend_from_slice(sources.name(at));
            text.extend_from_slice(b":");
            text.extend_from_slice(line.as_bytes());
            if at != place {
                problem.notes.push((at, "included from here".into()));
            }
            from = if at.file == file { None } else { sources.file(at.file).included };
        }
        problem.original = Some(text);
        problem
    }
}
