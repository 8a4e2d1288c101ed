//! Files that will be needed soon: read and cut into tokens by a second thread.
//!
//! Knows which files come next from the tokens of those before: a `source` with a plain name. What
//! it has is only good as long as nothing can have changed a file, so the parser says when a shell
//! command ran. Errors are nothing to it: what cannot be had is left to the parser, which finds
//! out why.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

use bstr::{BStr, BString, ByteSlice};

use super::lexer::{self, Keyword, Kind, Token};
use crate::environment::Places;
use crate::names::FastMap;

/// How many files may be ready and not asked for.
const READY: usize = 64;

/// A file, read.
pub(super) struct File {
    pub(super) path: PathBuf,
    /// Where it was looked for before and is not.
    pub(super) absent: Option<PathBuf>,
    pub(super) text: Arc<[u8]>,
    pub(super) tokens: Vec<Token>,
}

/// Both ends of the work.
struct Shared {
    places: Places,
    old_keywords: bool,
    queue: Mutex<Queue>,
    /// Something changed in the queue.
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    /// The names of files to read, the first one last.
    waiting: Vec<BString>,
    /// The file that the second thread reads.
    reading: Option<BString>,
    ready: FastMap<BString, File>,
    /// Lists of tokens to use again.
    spare: Vec<Vec<Token>>,
    /// A thread waits for a change: waking nobody costs as much as waking somebody.
    asleep: bool,
    /// How often everything was forgotten.
    age: u64,
    /// Nothing more is to be done.
    over: bool,
}

/// Reads files ahead while it lives.
pub(super) struct Ahead {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    reader: Reader,
}

impl Ahead {
    pub(super) fn new(places: Places, old_keywords: bool) -> Ahead {
        let queue = Mutex::default();
        let shared = Shared { places, old_keywords, queue, changed: Condvar::new() };
        Ahead { shared: Arc::new(shared), thread: None, reader: Reader::default() }
    }

    /// Notes the files that `text` includes: they come before all that are noted already.
    pub(super) fn follow(&mut self, text: &[u8], tokens: &[Token]) {
        let mut queue = self.shared.lock();
        if !queue.add(text, tokens) {
            return;
        }
        self.shared.wake(&mut queue);
        drop(queue);
        if self.thread.is_none() {
            let shared = self.shared.clone();
            let work = move || shared.work();
            // Without a second thread, the parser reads everything itself.
            self.thread = Builder::new().name("kconfig-ahead".into()).spawn(work).ok();
        }
    }

    /// The file that `name` means, when it has been read. While the second thread is at it, the
    /// time is spent on the files that come next.
    pub(super) fn take(&mut self, name: &BStr) -> Option<File> {
        let shared = self.shared.clone();
        let mut queue = shared.lock();
        loop {
            if let Some(file) = queue.ready.remove(name) {
                if queue.ready.len() == READY / 2 {
                    shared.wake(&mut queue);
                }
                return Some(file);
            }
            if queue.over || queue.reading.as_ref().is_none_or(|reading| reading.as_bstr() != name)
            {
                if let Some(at) = queue.waiting.iter().rposition(|waiting| waiting == name) {
                    queue.waiting.remove(at);
                }
                return None;
            }
            queue = match queue.next() {
                Some(next) => {
                    let (age, tokens) = (queue.age, queue.spare.pop().unwrap_or_default());
                    drop(queue);
                    let file = self.reader.read(&shared, next.as_bstr(), age, tokens);
                    let mut queue = shared.lock();
                    queue.done(next, file, age);
                    queue
                }
                None => shared.sleep(queue),
            };
        }
    }

    /// Forgets what was read: files may have changed.
    pub(super) fn forget(&mut self) {
        let mut queue = self.shared.lock();
        queue.age += 1;
        queue.waiting.clear();
        queue.ready.clear();
    }

    /// A list of tokens to use again.
    pub(super) fn spare(&mut self) -> Vec<Token> {
        self.shared.lock().spare.pop().unwrap_or_default()
    }

    pub(super) fn give_back(&mut self, tokens: Vec<Token>) {
        self.shared.lock().spare.push(tokens);
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // What it panicked of has been shown; the parser can do without it.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the second thread does.
    fn work(&self) {
        let _end = End(self);
        let mut reader = Reader::default();
        let mut queue = self.lock();
        while !queue.over {
            let Some(next) = queue.next() else {
                queue = self.sleep(queue);
                continue;
            };
            let (age, tokens) = (queue.age, queue.spare.pop().unwrap_or_default());
            queue.reading = Some(next.clone());
            drop(queue);
            let file = reader.read(self, next.as_bstr(), age, tokens);
            queue = self.lock();
            queue.reading = None;
            queue.done(next, file, age);
            self.wake(&mut queue);
        }
    }

    fn sleep<'a>(&self, mut queue: MutexGuard<'a, Queue>) -> MutexGuard<'a, Queue> {
        queue.asleep = true;
        self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self, queue: &mut Queue) {
        if std::mem::take(&mut queue.asleep) {
            self.changed.notify_all();
        }
    }
}

/// Lets nobody wait for a thread that is gone.
struct End<'a>(&'a Shared);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.lock().over = true;
        self.0.changed.notify_all();
    }
}

impl Queue {
    /// The next file to read, when there is one that is not ready.
    fn next(&mut self) -> Option<BString> {
        if self.ready.len() >= READY {
            return None;
        }
        while let Some(name) = self.waiting.pop() {
            if !self.ready.contains_key(&name) {
                return Some(name);
            }
        }
        None
    }

    fn done(&mut self, name: BString, file: Option<File>, age: u64) {
        if age == self.age
            && let Some(file) = file
        {
            self.add(&file.text, &file.tokens);
            self.ready.insert(name, file);
        }
    }

    /// Notes the files that `text` includes; whether there are any.
    fn add(&mut self, text: &[u8], tokens: &[Token]) -> bool {
        let start = self.waiting.len();
        for line in tokens.windows(3) {
            if let [
                Token { kind: Kind::Keyword(Keyword::Source), .. },
                Token { kind: Kind::Quoted { plain: true, closed: true }, span, .. },
                Token { kind: Kind::EndOfLine | Kind::EndOfText, .. },
            ] = line
                && let [_, name @ .., _] = span.of(text)
            {
                self.waiting.push(name.into());
            }
        }
        self.waiting[start..].reverse();
        self.waiting.len() > start
    }
}

/// Reads files one after the other.
#[derive(Default)]
struct Reader {
    /// Room for the contents of a file.
    room: Vec<u8>,
    /// First parts of names that do not exist in the current folder.
    absent: Vec<BString>,
    /// The age of what is known to be absent.
    age: u64,
}

impl Reader {
    fn read(&mut self, shared: &Shared, name: &BStr, age: u64, tokens: Vec<Token>) -> Option<File> {
        if self.age != age {
            self.age = age;
            self.absent.clear();
        }
        let (path, absent) = self.find(&shared.places, name)?;
        shared.places.files.read(&path, &mut self.room).ok()?;
        u32::try_from(self.room.len()).ok()?;
        let text = Arc::from(&self.room[..]);
        let tokens = lexer::tokens(&self.room, shared.old_keywords, tokens);
        Some(File { path, absent, text, tokens })
    }

    /// Where a file is, when it is one that can be read at any time.
    fn find(&mut self, places: &Places, name: &BStr) -> Option<(PathBuf, Option<PathBuf>)> {
        let direct = places.direct(name);
        let first = name.split_once_str("/").map_or(&b""[..], |(first, _)| first);
        let known =
            !first.is_empty() && self.absent.iter().any(|absent| absent.as_bytes() == first);
        if !known {
            match places.files.is_file(&direct) {
                Ok(plain) => return plain.then_some((direct, None)),
                Err(error) if error.kind() != ErrorKind::NotFound => return None,
                Err(_) => {}
            }
            let folder = places.direct(first.as_bstr());
            if !first.is_empty()
                && places
                    .files
                    .is_file(&folder)
                    .is_err_and(|error| error.kind() == ErrorKind::NotFound)
            {
                self.absent.push(first.into());
            }
        }
        let path = places.second(name)?;
        places.files.is_file(&path).is_ok_and(|plain| plain).then_some((path, Some(direct)))
    }
}
