//! What `--debug` asks to be shown. Knows the flags; shows nothing.

use bstr::BString;

use super::Fatal;

/// Kinds of things that debugging shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Debug {
    /// What is remade, and what fails.
    pub(crate) basic: bool,
    /// Makefiles that are read, prerequisites that need not be remade.
    pub(crate) verbose: bool,
    /// The search for implicit rules.
    pub(crate) implicit: bool,
    /// Children and their ends.
    pub(crate) jobs: bool,
    /// The remaking of makefiles.
    pub(crate) makefiles: bool,
    /// Recipes that would not be printed.
    pub(crate) print: bool,
    /// Why a target is remade.
    pub(crate) why: bool,
}

impl Debug {
    const ALL: Debug = Debug {
        basic: true,
        verbose: true,
        implicit: true,
        jobs: true,
        makefiles: true,
        print: true,
        why: true,
    };

    /// Whether anything is shown.
    pub(crate) fn any(self) -> bool {
        self != Debug::default()
    }

    pub(super) fn read(all: bool, trace: bool, arguments: &[BString]) -> Result<Debug, Fatal> {
        let mut debug = if all { Debug::ALL } else { Debug::default() };
        debug.print |= trace;
        debug.why |= trace;
        for argument in arguments {
            let mut rest = argument.as_slice();
            while !rest.is_empty() {
                debug.add(rest[0]).ok_or_else(|| Fatal::DebugLevel(rest.into()))?;
                // A flag may be spelled out: only its first letter counts.
                let end = rest.iter().position(|byte| matches!(byte, b',' | b' '));
                rest = end.map_or(&[], |end| &rest[end + 1..]);
            }
        }
        Ok(debug)
    }

    fn add(&mut self, flag: u8) -> Option<()> {
        match flag.to_ascii_lowercase() {
            b'a' => *self = Debug::ALL,
            b'b' => self.basic = true,
            b'i' => (self.basic, self.implicit) = (true, true),
            b'j' => self.jobs = true,
            b'm' => (self.basic, self.makefiles) = (true, true),
            b'n' => *self = Debug::default(),
            b'p' => self.print = true,
            b'v' => (self.basic, self.verbose) = (true, true),
            b'w' => self.why = true,
            _ => return None,
        }
        Some(())
    }
}
