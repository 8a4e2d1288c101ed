//! Makefiles: read, expanded, their rules and recipes taken apart. The world is a few files in
//! memory, which `include` reads and `$(file)` writes.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};

use bstr::{BStr, BString, ByteSlice};
use rules::make::{
    Context, Entry, Evaluator, FileKind, Host, Message, Script, ScriptResult, Severity,
};

use crate::input::Input;

/// The stack that evaluation may use: a part of an ordinary thread's, for sanitizers make frames
/// larger.
const STACK: usize = 256 << 10;
/// What expansion may do. The square of it is what one call of a function may write at worst.
const WORK: u64 = 32 << 10;

/// Files in one folder.
struct Folder {
    files: BTreeMap<BString, Vec<u8>>,
}

impl Host for Folder {
    fn folder(&self) -> BString {
        "/here".into()
    }

    fn read(&mut self, path: &BStr) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn write(&mut self, path: &BStr, contents: &[u8], append: bool) -> io::Result<()> {
        let file = self.files.entry(path.to_owned()).or_default();
        if !append {
            file.clear();
        }
        file.extend_from_slice(contents);
        Ok(())
    }

    fn list(&mut self, folder: &BStr) -> io::Result<Vec<Entry>> {
        if !matches!(folder.as_bytes(), b"" | b"." | b"./" | b"/here" | b"/here/") {
            return Err(ErrorKind::NotFound.into());
        }
        let entry = |name: &BString| Entry { name: name.clone(), kind: FileKind::Other };
        Ok(self.files.keys().map(entry).collect())
    }

    fn kind(&mut self, path: &BStr) -> Option<FileKind> {
        match path.as_bytes() {
            b"." | b"/here" => Some(FileKind::Folder),
            _ => self.files.contains_key(path).then_some(FileKind::Other),
        }
    }

    fn real_path(&mut self, path: &BStr) -> Option<BString> {
        self.kind(path)?;
        Some([b"/here/", path.as_bytes()].concat().into())
    }

    fn home(&mut self, user: Option<&BStr>) -> Option<BString> {
        user.is_none().then(|| "/home".into())
    }

    /// Takes the script for its own output: nothing runs.
    fn shell(&mut self, script: &Script<'_>) -> io::Result<ScriptResult> {
        let output = script.text.to_vec();
        let status = output.first().map_or(0, |&byte| i32::from(byte % 3));
        Ok(ScriptResult { output, status })
    }

    fn message(&mut self, message: Message) {
        assert!(message.line().ends_with(b"\n"));
    }
}

/// Any bytes are evaluated, or refused with an error.
pub fn check(input: &[u8]) {
    let input = Input::new(input);
    let files = input.files.iter().map(|&(name, text)| (name.into(), text.to_vec())).collect();
    let mut make = Evaluator::new(Folder { files }, ());
    make.set_stack_budget(STACK);
    make.set_work_budget(WORK);
    make.warn_undefined = input.main.len().is_multiple_of(2);
    make.define_environment([("HOME".into(), "/home".into()), ("X".into(), "$(X) y".into())]);
    make.native(b"native", |make, arguments| {
        make.tell(Severity::Info, "called");
        Ok(bstr::join(" ", arguments).into())
    });
    let result = make
        .define_argument(b"A=from $(B) the command line")
        .and_then(|_| make.eval_named(input.main, b"Makefile"));
    match result {
        Ok(()) => use_rules(&mut make),
        Err(error) => assert!(error.to_string().contains("***")),
    }
    let _ = make.placed_words(b"a");
}

/// What a program does that runs the rules.
fn use_rules(make: &mut Evaluator) {
    let _ = make.expand_deferred();
    let targets: Vec<BString> = make.rules().targets().map(|(name, _)| name.to_owned()).collect();
    for target in &targets {
        make.rules().matching(target);
        let Ok(Some(rule)) = make.explicit_rule(target.as_bstr()) else { continue };
        let context = Context { target, prerequisites: &rule.prerequisites, ..Context::default() };
        if let Some(recipe) = &rule.recipe {
            let _ = make.commands(recipe, &context);
        }
        let _ = make.double_colon_rules(target.as_bstr());
    }
    let _ = make.exports();
}
