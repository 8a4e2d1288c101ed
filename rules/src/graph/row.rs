//! How a graph keeps a step: numbers of fixed places, and where its lists lie. Knows the layout;
//! knows neither texts nor files.

use std::ops::Range;

/// Stands for what is absent.
pub(super) const NONE: u32 = u32::MAX;

/// A number, unless it stands for what is absent.
pub(super) fn present(number: u32) -> Option<u32> {
    Some(number).filter(|&number| number != NONE)
}

/// A step. Texts and files are numbers; those that may be absent are [`NONE`] then.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) tag: u32,
    pub(super) label: u32,
    pub(super) folder: u32,
    pub(super) origin: u32,
    pub(super) line: u32,
    pub(super) depfile: u32,
    pub(super) always: u32,
    /// Where its files begin among the lists, and how many of each kind follow each other.
    pub(super) files: u32,
    pub(super) made: u32,
    pub(super) read: u32,
    pub(super) awaited: u32,
    /// Where its code begins: pairs of the environment, then commands; and how many.
    pub(super) code: u32,
    pub(super) pairs: u32,
    pub(super) commands: u32,
}

fn range(start: u32, length: u32) -> Range<usize> {
    start as usize..start as usize + length as usize
}

impl Row {
    /// How many numbers a row is.
    pub(super) const LENGTH: usize = 14;

    pub(super) fn outputs(&self) -> Range<usize> {
        range(self.files, self.made)
    }

    pub(super) fn inputs(&self) -> Range<usize> {
        range(self.files + self.made, self.read)
    }

    pub(super) fn order_only(&self) -> Range<usize> {
        range(self.files + self.made + self.read, self.awaited)
    }

    pub(super) fn environment(&self) -> Range<usize> {
        range(self.code, 2 * self.pairs)
    }

    /// Where the commands begin in the code.
    pub(super) fn commands_from(&self) -> usize {
        self.environment().end
    }

    /// The row as numbers.
    pub(super) fn numbers(&self) -> [u32; Row::LENGTH] {
        let Row { tag, label, folder, origin, line, depfile, always, .. } = *self;
        let Row { files, made, read, awaited, code, pairs, commands, .. } = *self;
        [
            tag, label, folder, origin, line, depfile, always, //
            files, made, read, awaited, code, pairs, commands,
        ]
    }

    /// The row that the next numbers are.
    pub(super) fn take(numbers: &mut impl Iterator<Item = u32>) -> Row {
        let mut next = || numbers.next().unwrap_or(NONE);
        Row {
            tag: next(),
            label: next(),
            folder: next(),
            origin: next(),
            line: next(),
            depfile: next(),
            always: next(),
            files: next(),
            made: next(),
            read: next(),
            awaited: next(),
            code: next(),
            pairs: next(),
            commands: next(),
        }
    }
}

/// What a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Exec,
    Shell,
    /// A shell whose failure is passed over.
    Try,
    Write,
}

/// What a command's code begins with; its words follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) kind: Kind,
    pub(super) words: usize,
    /// Standard output's file, the script, or the bytes to write.
    pub(super) about: u32,
}

impl Head {
    /// How many numbers it is.
    pub(super) const LENGTH: usize = 2;

    pub(super) fn numbers(&self) -> [u32; Head::LENGTH] {
        [(self.words as u32) << 2 | self.kind as u32, self.about]
    }

    pub(super) fn of([first, about]: [u32; Head::LENGTH]) -> Head {
        let kind = [Kind::Exec, Kind::Shell, Kind::Try, Kind::Write][(first & 3) as usize];
        Head { kind, words: (first >> 2) as usize, about }
    }
}
