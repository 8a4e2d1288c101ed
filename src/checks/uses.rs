//! Symbols of other libraries. A library may use another one when its options ask for it, directly or
//! through others; when that one is always there; or where a source, a header or a fragment looks
//! whether it is there. What a header does so counts for all that include it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use bstr::ByteSlice;

use super::library::Library;
use super::{Problem, text};
use crate::project::Needs;

/// What compilers call by themselves; some library always has them.
const OF_COMPILERS: [&str; 5] = ["memcpy", "memmove", "memset", "memcmp", "abort"];
/// What they call where flags have them do so.
const OF_FLAGS: [&str; 6] =
    ["__ubsan_", "__asan_", "__sanitizer_", "__stack_chk_", "__cyg_profile_", "__gcov_"];

/// What all libraries' headers say, read when it is asked for.
pub(super) struct Headers<'a> {
    folders: Vec<PathBuf>,
    all: &'a [Library],
    texts: OnceCell<Vec<(PathBuf, String)>>,
}

impl<'a> Headers<'a> {
    /// Those of a core and of the libraries that use it.
    pub(super) fn new(core: &Path, all: &'a [Library]) -> Headers<'a> {
        let own = all.iter().map(|library| library.folder.join("include"));
        let folders = own.chain([core.join("include")]).collect();
        Headers { folders, all, texts: OnceCell::new() }
    }

    /// Whether one uses `name`, of another library, where that one is there.
    fn use_of(&self, name: &str, other: &Library) -> bool {
        let option = format!("CONFIG_{}", option(other));
        let texts = self.texts.get_or_init(|| {
            let mut files: Vec<PathBuf> =
                self.folders.iter().flat_map(|folder| text::files(folder)).collect();
            files.sort();
            files.dedup();
            files.into_iter().map(|file| (file.clone(), text::read(&file))).collect()
        });
        // Its own headers declare it.
        let mut others = texts.iter().filter(|(file, _)| !file.starts_with(&other.folder));
        others.any(|(_, text)| text::has_word(text, name) && text::has_option(text, &option))
    }
}

/// The libraries that this one uses without saying so, one symbol of each.
pub(super) fn problems(library: &Library, headers: &Headers<'_>, needs: &Needs) -> Vec<Problem> {
    let Some(options) = needs.file_of(&library.folder) else { return Vec::new() };
    let all = headers.all;
    let user = User { library, headers, needs, options, texts: OnceCell::new() };
    let mut told: Vec<&Library> = Vec::new();
    let mut problems = Vec::new();
    let names = library.whole.wanted.iter().map(String::as_str);
    let is_of_compiler = |name: &&str| {
        OF_COMPILERS.contains(name) || OF_FLAGS.iter().any(|prefix| name.starts_with(prefix))
    };
    for name in names.filter(|name| !is_of_compiler(name)) {
        let mut owners = all.iter().filter(|other| other.shown.defined.contains(name)).peekable();
        // What nobody has is the linker script's.
        let Some(&first) = owners.peek() else { continue };
        let is_told = told.iter().any(|known| known.name == first.name);
        if is_told || owners.any(|owner| user.may_use(owner, name)) {
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
    headers: &'a Headers<'a>,
    needs: &'a Needs,
    /// The file with its options.
    options: &'a Path,
    /// Sources, headers and fragments, read when options do not tell enough.
    texts: OnceCell<Vec<String>>,
}

impl User<'_> {
    fn may_use(&self, other: &Library, name: &str) -> bool {
        let option = option(other);
        if self.needs.lets(self.options, &option) || self.headers.use_of(name, other) {
            return true;
        }
        // Where one that it looks for is there, what that one asks for is there, too.
        let lets = |known: &Library| {
            let options = self.needs.file_of(&known.folder);
            options.is_some_and(|options| self.needs.lets(options, &option))
        };
        let all = self.headers.all.iter();
        let mut lets = all.filter(|known| known.name == other.name || lets(known));
        lets.any(|known| known.name != self.library.name && self.looks_for(known))
    }

    /// Whether something depends on an option that brings a library.
    fn looks_for(&self, other: &Library) -> bool {
        let option = option(other);
        let mut options = self.needs.bringing(&option);
        options.any(|option| {
            let option = format!("CONFIG_{option}");
            self.texts().iter().any(|text| text::has_option(text, &option))
        })
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
