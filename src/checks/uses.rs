//! Symbols of other libraries. A library may use another one when its options ask for it, directly or
//! through others; when that one is always there; or where a source, a header or a fragment looks
//! whether it is there.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use bstr::ByteSlice;

use super::library::Library;
use super::{Problem, text};
use crate::project::Needs;

/// What compilers call by themselves; some library always has them.
const OF_COMPILERS: [&str; 5] = ["memcpy", "memmove", "memset", "memcmp", "abort"];

/// How names begin that compilers call by an option for all libraries: canaries, sanitizers.
const OF_OPTIONS: [&str; 2] = ["__stack_chk_", "__ubsan_handle_"];

fn is_of_compilers(name: &str) -> bool {
    OF_COMPILERS.contains(&name) || OF_OPTIONS.iter().any(|begin| name.starts_with(begin))
}

/// The libraries that this one uses without saying so, one symbol of each.
pub(super) fn problems(library: &Library, all: &[Library], needs: &Needs) -> Vec<Problem> {
    let Some(options) = needs.file_of(&library.folder) else { return Vec::new() };
    let user = User { library, all, needs, options, texts: OnceCell::new() };
    let mut told: Vec<&Library> = Vec::new();
    let mut problems = Vec::new();
    let names = library.whole.wanted.iter().map(String::as_str);
    for name in names.filter(|name| !is_of_compilers(name)) {
        let mut owners = all.iter().filter(|other| other.shown.defined.contains(name)).peekable();
        // What nobody has is the linker script's.
        let Some(&first) = owners.peek() else { continue };
        if told.iter().any(|known| known.name == first.name) || owners.any(|it| user.may_use(it)) {
            continue;
        }
        told.push(first);
        problems.push(Problem::Undeclared {
            library: library.name.clone(),
            name: name.to_owned(),
            other: first.name.clone(),
            options: options.to_owned(),
            place: place(library, name),
        });
    }
    problems
}

/// A library, and what it says of others.
struct User<'a> {
    library: &'a Library,
    all: &'a [Library],
    needs: &'a Needs,
    /// The file with its options.
    options: &'a Path,
    /// Sources, headers and fragments, read when options do not tell enough.
    texts: OnceCell<Vec<String>>,
}

impl User<'_> {
    fn may_use(&self, other: &Library) -> bool {
        let option = option(other);
        if self.needs.lets(self.options, &option) {
            return true;
        }
        // Where one that it looks for is there, what that one asks for is there, too.
        let lets = |known: &Library| {
            let options = self.needs.file_of(&known.folder);
            options.is_some_and(|options| self.needs.lets(options, &option))
        };
        let mut lets = self.all.iter().filter(|known| known.name == other.name || lets(known));
        lets.any(|known| known.name != self.library.name && self.looks_for(known))
    }

    /// Whether something depends on an option of a library.
    fn looks_for(&self, other: &Library) -> bool {
        let option = format!("CONFIG_{}", option(other));
        self.texts().iter().any(|text| text::has_option(text, &option))
    }

    fn texts(&self) -> &[String] {
        self.texts.get_or_init(|| {
            let Library { folder, sources, fragments, .. } = self.library;
            let headers = text::files(&folder.join("include"));
            let files = sources.iter().chain(&headers).chain(fragments);
            files.map(|file| text::read(file)).collect()
        })
    }
}

/// The option of a library.
fn option(library: &Library) -> String {
    library.name.to_str_lossy().to_ascii_uppercase().replace('-', "_")
}

/// Where a library uses a name.
fn place(library: &Library, name: &str) -> Option<(PathBuf, u32)> {
    let mut sources = library.sources.iter();
    sources.find_map(|file| Some((file.clone(), text::line_of(&text::read(file), name)?)))
}
