//! Targets and prerequisites as nodes of a graph: what is known of each, and how far its updating
//! has come. Knows nothing of the disk, of rules or of processes.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice};
use rules::make::{FastHash, Recipe, RuleId};

use super::time::Time;

/// Names of files.
pub(super) type NameSet = HashSet<BString, FastHash>;

/// A node's place in [`Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FileId(u32);

impl FileId {
    /// A number that is another one for each file, and never 0.
    pub(super) fn number(self) -> u32 {
        self.0 + 1
    }
}

/// How far the updating of a file has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// Nothing has been started for it.
    NotStarted,
    /// Recipes of its prerequisites run.
    Waiting,
    /// Its own recipe runs.
    Running,
    /// Nothing more will be done for it.
    Finished,
}

/// What came of updating. A later one outweighs an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// It is as it should be.
    Success,
    /// Not known yet.
    None,
    /// It would have to be made, were it not for `-q`.
    Question,
    /// It could not be made.
    Failed,
}

/// A prerequisite of one file.
#[derive(Clone, Debug)]
pub(super) struct Dependency {
    /// The file.
    pub(super) file: FileId,
    /// It only has to be there.
    pub(super) order_only: bool,
    /// It is newer than the target or has been made for it: `$?`.
    pub(super) changed: bool,
    /// All before it must be done before it is looked at: `.WAIT`.
    pub(super) waits: bool,
    /// Automatic variables leave it out: `.EXTRA_PREREQS`.
    pub(super) hidden: bool,
}

impl Dependency {
    pub(super) fn new(file: FileId, order_only: bool) -> Dependency {
        Dependency { file, order_only, changed: false, waits: false, hidden: false }
    }
}

/// A target or a prerequisite. A target with double-colon rules is one node for the name and one
/// for each rule.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Its name: `$@`.
    pub(super) name: BString,
    /// Where it is when a search path led elsewhere.
    pub(super) found: Option<BString>,
    /// What makefiles say of it has been taken over into the fields below.
    pub(super) loaded: bool,
    /// A rule has it as a target.
    pub(super) is_target: bool,
    pub(super) recipe: Option<Arc<Recipe>>,
    /// `$*`.
    pub(super) stem: Option<BString>,
    pub(super) prerequisites: Vec<Dependency>,
    /// Other targets that its recipe makes.
    pub(super) peers: Vec<FileId>,
    /// One node for each double-colon rule.
    pub(super) variants: Vec<FileId>,
    /// The node for the name of a double-colon rule.
    pub(super) whole: Option<FileId>,
    /// The double-colon rule that the node is for.
    pub(super) rule: Option<RuleId>,
    /// The target on whose behalf it is made.
    pub(super) parent: Option<FileId>,
    /// When it changed; none when that is not known now.
    pub(super) time: Option<Time>,
    pub(super) state: State,
    pub(super) status: Status,
    /// Updating has been tried.
    pub(super) updated: bool,
    /// Being considered further up: a prerequisite on itself is a circle.
    pub(super) updating: bool,
    /// The last pass that considered it.
    pub(super) pass: u32,
    pub(super) phony: bool,
    /// An implicit rule chain made it up, or `.INTERMEDIATE` named it.
    pub(super) intermediate: bool,
    pub(super) secondary: bool,
    pub(super) precious: bool,
    pub(super) not_intermediate: bool,
    /// Its time stamp has whole seconds.
    pub(super) low_resolution: bool,
    /// It will be made here, wherever the search path found it.
    pub(super) ignore_search_path: bool,
    /// Failure to make it is no error.
    pub(super) dont_care: bool,
    /// It failed without a word, because nobody cared.
    pub(super) silent_failure: bool,
    pub(super) tried_implicit: bool,
    /// Its recipe has been expanded.
    pub(super) expanded: bool,
    /// Every command of its recipe called make.
    pub(super) only_calls_make: bool,
    /// It was named on the command line.
    pub(super) is_goal: bool,
    /// It turned out to be another file, found by a search path.
    pub(super) became: Option<FileId>,
}

impl File {
    fn new(name: BString) -> File {
        File {
            name,
            found: None,
            loaded: false,
            is_target: false,
            recipe: None,
            stem: None,
            prerequisites: Vec::new(),
            peers: Vec::new(),
            variants: Vec::new(),
            whole: None,
            rule: None,
            parent: None,
            time: None,
            state: State::NotStarted,
            status: Status::None,
            updated: false,
            updating: false,
            pass: 0,
            phony: false,
            intermediate: false,
            secondary: false,
            precious: false,
            not_intermediate: false,
            low_resolution: false,
            ignore_search_path: false,
            dont_care: false,
            silent_failure: false,
            tried_implicit: false,
            expanded: false,
            only_calls_make: false,
            is_goal: false,
            became: None,
        }
    }

    /// Where it is to be looked for.
    pub(super) fn path(&self) -> &BStr {
        match &self.found {
            Some(found) if !self.ignore_search_path => found.as_bstr(),
            _ => self.name.as_bstr(),
        }
    }
}

/// All files that a run has met.
#[derive(Debug, Default)]
pub(super) struct Files {
    files: Vec<File>,
    index: HashMap<BString, FileId, FastHash>,
}

impl std::ops::Index<FileId> for Files {
    type Output = File;

    fn index(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }
}

impl std::ops::IndexMut<FileId> for Files {
    fn index_mut(&mut self, id: FileId) -> &mut File {
        &mut self.files[id.0 as usize]
    }
}

impl Files {
    /// The node of a name, if there is one.
    pub(super) fn find(&self, name: &[u8]) -> Option<FileId> {
        self.index.get(name.as_bstr()).map(|&id| self.settled(id))
    }

    /// The node of a name.
    pub(super) fn intern(&mut self, name: &[u8]) -> FileId {
        if let Some(id) = self.find(name) {
            return id;
        }
        let id = self.push(File::new(name.into()));
        self.index.insert(name.into(), id);
        id
    }

    /// A node for one double-colon rule of a target.
    pub(super) fn add_variant(&mut self, whole: FileId) -> FileId {
        let mut file = File::new(self[whole].name.clone());
        file.loaded = true;
        file.is_target = true;
        file.whole = Some(whole);
        file.phony = self[whole].phony;
        file.precious = self[whole].precious;
        let id = self.push(file);
        self[whole].variants.push(id);
        id
    }

    fn push(&mut self, file: File) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push(file);
        id
    }

    /// The node that this one has become.
    pub(super) fn settled(&self, mut id: FileId) -> FileId {
        while let Some(next) = self[id].became {
            id = next;
        }
        id
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// All nodes, in the order in which they were met.
    pub(super) fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// Whether recipes for the file, or for its prerequisites, run.
    pub(super) fn is_busy(&self, id: FileId) -> bool {
        let busy = |id: FileId| matches!(self[id].state, State::Running | State::Waiting);
        busy(id) || self[id].variants.iter().any(|&variant| busy(variant))
    }

    /// What the recipe of a file makes: itself and its peers.
    pub(super) fn made_with(&self, id: FileId) -> Vec<FileId> {
        let mut all = vec![id];
        all.extend_from_slice(&self[id].peers);
        all
    }
}
