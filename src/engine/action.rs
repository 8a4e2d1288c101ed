//! Does what one step says: runs its commands and puts its outputs in place, or leaves everything
//! as it was. Knows commands and files; knows neither why the step runs nor what comes of it.
//!
//! Commands that name their outputs as whole arguments write beside them, and the results are
//! renamed when all went well. Others (a shell's script) write to the real names, and what was
//! there is put aside for the time.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use bstr::{BStr, BString};
use rules::graph::{CommandRef, FileId, Graph, StepRef};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::depfile;
use super::digest::{Content, Digest};
use super::error::Cause;
use super::files::place;
use super::folders;
use super::process::{Process, Processes};
use super::stamp::{self, Nanos};
use super::watch::Touched;

/// What the names of outputs begin with while they are written.
pub(super) const BESIDE: &[u8] = b".uk~";

/// What the names of earlier outputs begin with while new ones are written in their places.
pub(super) const ASIDE: &[u8] = b".uk-old~";

/// Longer names than this are not made longer still.
const LONGEST_NAME: usize = 240;

/// What every step's commands get.
pub(super) struct Ground<'a> {
    pub(super) graph: &'a Graph,
    pub(super) folder: &'a Path,
    pub(super) environment: &'a [(BString, BString)],
    pub(super) processes: &'a Processes,
    /// Leave the depfiles where the commands are described to write them.
    pub(super) keep_depfiles: bool,
}

/// What a step that went well has made.
pub(super) struct Made {
    /// What each output holds, in the step's order.
    pub(super) outputs: Vec<Content>,
    /// What the depfile names, as it names it.
    pub(super) read: Vec<BString>,
}

/// Runs a step's commands. What they say is added to `output`, and the files that they open to
/// `touched`, where somebody wants to know them.
pub(super) fn perform(
    ground: &Ground<'_>,
    step: StepRef<'_>,
    since: Nanos,
    output: &mut Vec<u8>,
    touched: Option<&mut Touched>,
) -> Result<Made, Cause> {
    let mut action = Action::new(ground, step);
    let made = action
        .prepare()
        .and_then(|()| action.run(output, touched))
        .and_then(|()| action.keep(since));
    if made.is_err() {
        action.undo();
    }
    made
}

/// Where an output is written, and what was there before.
struct Output {
    real: PathBuf,
    /// Written here first, when the commands can be told so.
    beside: Option<PathBuf>,
    /// What was at the real name lies here meanwhile, when the commands write there.
    aside: Option<PathBuf>,
}

struct Action<'a> {
    ground: &'a Ground<'a>,
    step: StepRef<'a>,
    outputs: Vec<Output>,
    depfile: Option<Output>,
    /// Whether outputs may stay unwritten: a recipe may be for a name that is no file.
    lenient: bool,
}

impl<'a> Action<'a> {
    fn new(ground: &'a Ground<'a>, step: StepRef<'a>) -> Action<'a> {
        let shell =
            step.commands().iter().any(|command| matches!(command, CommandRef::Shell { .. }));
        let output = |file: FileId, derived: bool| {
            let path = ground.graph.path(file);
            let real = place(ground.folder, path).into_owned();
            let beside =
                (!shell && (derived || is_named(step, file, path))).then(|| sibling(&real, BESIDE));
            Output { real, beside, aside: None }
        };
        Action {
            ground,
            step,
            outputs: step.outputs().iter().map(|&file| output(file, false)).collect(),
            // Compilers that are not told a depfile's name derive it from their output's.
            depfile: step.depfile().map(|file| output(file, true)),
            lenient: shell || step.always(),
        }
    }

    fn prepare(&mut self) -> Result<(), Cause> {
        let mut made = None;
        for output in self.outputs.iter().chain(&self.depfile) {
            // Outputs are mostly in one folder.
            if let Some(folder) = output.real.parent().filter(|&folder| made != Some(folder)) {
                folders::make(folder).map_err(file_error(folder))?;
                made = Some(folder);
            }
            if let Some(beside) = &output.beside {
                remove(beside).map_err(file_error(beside))?;
            }
        }
        if let Some(depfile) = &self.depfile {
            remove(&depfile.real).map_err(file_error(&depfile.real))?;
        }
        // A recipe that runs every time may count on what it made the last time.
        if self.step.always() {
            return Ok(());
        }
        for output in self.outputs.iter_mut().filter(|output| output.beside.is_none()) {
            let found = fs::symlink_metadata(&output.real);
            let aside = sibling(&output.real, ASIDE);
            match found {
                Ok(found) if found.is_dir() => continue,
                Ok(_) => fs::rename(&output.real, &aside).map_err(file_error(&output.real))?,
                Err(_) => {}
            }
            output.aside = Some(aside);
        }
        Ok(())
    }

    fn run(&self, output: &mut Vec<u8>, mut touched: Option<&mut Touched>) -> Result<(), Cause> {
        let names = self.names();
        let folder = match self.step.folder() {
            Some(folder) => self.ground.folder.join(folder),
            None => self.ground.folder.to_owned(),
        };
        let mut environment = Cow::Borrowed(self.ground.environment);
        let mut own = self.step.environment().peekable();
        if own.peek().is_some() {
            let own = own.map(|(name, value)| (name.into(), value.into()));
            environment.to_mut().extend(own);
        }
        for command in self.step.commands().iter() {
            match command {
                CommandRef::Exec { argv, stdout } => {
                    let argv: Vec<BString> =
                        argv.iter().map(|argument| substitute(argument, &names)).collect();
                    let stdout = stdout.map(|file| self.open(file)).transpose()?;
                    let touched = touched.as_deref_mut();
                    let (folder, environment) = (&folder, &environment);
                    let process = Process { argv: &argv, folder, environment, stdout, touched };
                    self.ground.processes.run(process, output)?;
                }
                CommandRef::Shell { shell, script, ignore_failure } => {
                    let mut argv = shell.to_vec();
                    argv.push(script.into());
                    let process = Process {
                        argv: &argv,
                        folder: &folder,
                        environment: &environment,
                        stdout: None,
                        touched: touched.as_deref_mut(),
                    };
                    match self.ground.processes.run(process, output) {
                        Err(Cause::Status(_)) if ignore_failure => {}
                        ended => ended?,
                    }
                }
                CommandRef::Write(bytes) => self.write(bytes)?,
            }
        }
        Ok(())
    }

    /// What to say in place of a path: the paths that are written beside the real ones.
    fn names(&self) -> Vec<(&BStr, &Path)> {
        let files = self.step.outputs().iter().copied().chain(self.step.depfile());
        let places = self.outputs.iter().chain(&self.depfile);
        let named = files.zip(places).filter_map(|(file, output)| {
            Some((self.ground.graph.path(file), output.beside.as_deref()?))
        });
        named.collect()
    }

    fn output(&self, file: FileId) -> Option<&Output> {
        let at = self.step.outputs().iter().position(|&output| output == file)?;
        self.outputs.get(at)
    }

    fn open(&self, file: FileId) -> Result<File, Cause> {
        let path = match self.output(file) {
            Some(output) => output.beside.clone().unwrap_or_else(|| output.real.clone()),
            None => place(self.ground.folder, self.ground.graph.path(file)).into_owned(),
        };
        File::create(&path).map_err(file_error(&path))
    }

    fn write(&self, bytes: &[u8]) -> Result<(), Cause> {
        let Some(output) = self.outputs.first() else { return Ok(()) };
        let path = output.beside.as_ref().unwrap_or(&output.real);
        fs::write(path, bytes).map_err(file_error(path))
    }

    /// Puts all outputs in place.
    fn keep(&self, since: Nanos) -> Result<Made, Cause> {
        for (output, &file) in self.outputs.iter().zip(self.step.outputs()) {
            let written = output.beside.as_ref().unwrap_or(&output.real);
            if !self.lenient && fs::symlink_metadata(written).is_err() {
                return Err(Cause::NotWritten(self.ground.graph.path(file).to_owned()));
            }
        }
        let read = self.read_depfile()?;
        let mut outputs = Vec::with_capacity(self.outputs.len());
        for output in &self.outputs {
            let real = &output.real;
            if let Some(beside) = &output.beside
                && fs::symlink_metadata(beside).is_ok()
            {
                replace(beside, real).map_err(file_error(real))?;
            }
            outputs.push(settle(real, since).map_err(file_error(real))?);
        }
        for aside in self.outputs.iter().filter_map(|output| output.aside.as_ref()) {
            remove(aside).map_err(file_error(aside))?;
        }
        Ok(Made { outputs, read })
    }

    /// What the depfile names; the file has then served, unless it is to be kept.
    fn read_depfile(&self) -> Result<Vec<BString>, Cause> {
        let Some(depfile) = &self.depfile else { return Ok(Vec::new()) };
        for path in depfile.beside.iter().chain([&depfile.real]) {
            match fs::read(path) {
                Ok(text) => {
                    let done = match self.ground.keep_depfiles {
                        true => fs::rename(path, &depfile.real),
                        false => remove(path),
                    };
                    done.map_err(file_error(path))?;
                    return Ok(depfile::prerequisites(&text));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(file_error(path)(error)),
            }
        }
        Err(Cause::NotWritten(depfile.real.as_os_str().as_bytes().into()))
    }

    /// Removes what the commands wrote and puts back what was there. A file that cannot be
    /// removed or put back differs from what the journal knows, and is made again.
    fn undo(&self) {
        for output in self.outputs.iter().chain(&self.depfile) {
            if let Some(beside) = &output.beside {
                let _ = remove(beside);
            }
            if let Some(aside) = &output.aside {
                let _ = remove(&output.real);
                let _ = fs::rename(aside, &output.real);
            }
        }
    }
}

/// Digests an output and makes its stamp one to trust, unless it is a link: the file behind it is
/// somebody else's.
fn settle(path: &Path, since: Nanos) -> io::Result<Content> {
    let content = Content::look(path, None)?;
    if content.link || content.stamp.is_none() || content.settled {
        return Ok(content);
    }
    Ok(match stamp::seal(path, since)? {
        Some(stamp) => Content { stamp: Some(stamp), settled: true, ..content },
        None => content,
    })
}

/// Whether a step's commands name an output in a way that another name can be put for.
fn is_named(step: StepRef<'_>, file: FileId, path: &BStr) -> bool {
    step.commands().iter().any(|command| match command {
        CommandRef::Exec { argv, stdout } => {
            stdout == Some(file) || argv.iter().any(|argument| split_at(argument, path).is_some())
        }
        CommandRef::Shell { .. } => false,
        CommandRef::Write(_) => step.outputs().first() == Some(&file),
    })
}

/// What comes before `path` in an argument that is it, or ends in `=` or `,` and it.
fn split_at<'a>(argument: &'a [u8], path: &[u8]) -> Option<&'a [u8]> {
    let before = argument.strip_suffix(path)?;
    matches!(before.last(), None | Some(b'=' | b',')).then_some(before)
}

fn substitute(argument: &BStr, names: &[(&BStr, &Path)]) -> BString {
    let mut named =
        names.iter().filter_map(|(path, place)| Some((split_at(argument, path)?, place)));
    match named.next() {
        Some((before, place)) => [before, place.as_os_str().as_bytes()].concat().into(),
        None => argument.into(),
    }
}

/// A name beside `path`: the same name behind a mark, so that what programs derive from it keeps
/// its ending.
pub(super) fn sibling(path: &Path, mark: &[u8]) -> PathBuf {
    let name = path.file_name().unwrap_or(OsStr::new("")).as_bytes();
    let name = if name.len() > LONGEST_NAME {
        let digest = Digest::of(name);
        let short =
            digest.0[..8].iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        [mark, short.as_bytes()].concat()
    } else {
        [mark, name].concat()
    };
    path.with_file_name(OsString::from_vec(name))
}

/// Gives a file the name of another, which is removed.
///
/// A file that is renamed onto another is written to the disk at once by ext4, which takes as long as
/// the file is large; one that changes places with another is not. After a crash of the system it may
/// be short, then, which its stamp shows.
pub(super) fn replace(file: &Path, name: &Path) -> io::Result<()> {
    let swap = || renameat_with(CWD, file, CWD, name, RenameFlags::EXCHANGE);
    if swap().is_err() {
        return fs::rename(file, name);
    }
    remove(file).inspect_err(|_| {
        // It was a folder: there it stays.
        let _ = swap();
    })
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> Cause {
    let path: BString = path.as_os_str().as_bytes().into();
    move |error| Cause::File { path, message: error.to_string() }
}
