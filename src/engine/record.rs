//! The journal's records as bytes. Knows their layout; knows neither files nor what they mean.
//!
//! A journal is a head, a frame that names the folder it lies in, then frames of records. A frame is
//! a length, a checksum and its body; one that is cut short or does not fit its checksum ends the
//! journal. Numbers are little-endian base-128
//! varints; names, versions, tools and settings are numbered in order of appearance.

use bstr::{BStr, ByteSlice};

use super::digest::Digest;
use super::stamp::Stamp;

/// What a journal begins with; the digit is the layout's version.
const HEAD: &[u8; 8] = b"ukbjrn3\n";

/// Length and checksum.
pub(super) const FRAME_HEAD: usize = 4 + 8;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Record<'a> {
    /// The next name: a path, a program, an option or a value.
    Name(&'a BStr),
    /// The next version: what a path held.
    Version { name: u32, digest: Digest },
    /// The next tool: what stood behind a program's name.
    Tool { name: u32, digest: Digest },
    /// The next setting: an option's value, none when it was not defined.
    Setting { name: u32, value: Option<u32> },
    /// The stamp that a version is recognised by from now on.
    Seen { version: u32, stamp: Stamp },
    /// Outputs that a step is about to write.
    Begun { outputs: Vec<u32> },
    /// Outputs that are no longer ours, or not written after all.
    Dropped { outputs: Vec<u32> },
    /// A step that was done.
    Done(Done),
    /// Outputs that were begun and then left as they were.
    Left { outputs: Vec<u32> },
}

/// What a step was when it was done. All lists hold the numbers of earlier records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// The description that the step belonged to (a name).
    pub(super) scope: u32,
    /// Digest of the commands, and where their text lies in the recipes beside the journal.
    pub(super) recipe: [u8; 32],
    pub(super) text_at: u64,
    pub(super) text_length: u64,
    /// How long it took.
    pub(super) milliseconds: u64,
    /// Versions.
    pub(super) outputs: Vec<u32>,
    /// Versions.
    pub(super) inputs: Vec<u32>,
    /// Versions.
    pub(super) discovered: Vec<u32>,
    pub(super) settings: Vec<u32>,
    pub(super) tools: Vec<u32>,
}

/// A [`Done`] as the journal keeps it: of what would be five lists only the lengths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    scope: u32,
    recipe: [u8; 32],
    text_at: u64,
    text_length: u64,
    milliseconds: u64,
    /// Where its lists begin.
    at: usize,
    pub(super) counts: [u32; 5],
}

/// A [`Done`] as the journal shows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct DoneRef<'a> {
    pub(super) scope: u32,
    pub(super) recipe: [u8; 32],
    pub(super) text_at: u64,
    pub(super) text_length: u64,
    pub(super) milliseconds: u64,
    pub(super) outputs: &'a [u32],
    pub(super) inputs: &'a [u32],
    pub(super) discovered: &'a [u32],
    pub(super) settings: &'a [u32],
    pub(super) tools: &'a [u32],
}

impl Kept {
    /// Keeps a step, and its lists behind those of others.
    pub(super) fn of(done: Done, lists: &mut Vec<u32>) -> Kept {
        let at = lists.len();
        let Done { scope, recipe, text_at, text_length, milliseconds, .. } = done;
        let own = [done.outputs, done.inputs, done.discovered, done.settings, done.tools];
        own.iter().for_each(|list| lists.extend(list));
        let counts = own.map(|list| list.len() as u32);
        Kept { scope, recipe, text_at, text_length, milliseconds, at, counts }
    }

    /// The step with its lists.
    pub(super) fn with(self, lists: &[u32]) -> DoneRef<'_> {
        let mut rest = &lists[self.at..];
        let [outputs, inputs, discovered, settings, tools] = self.counts.map(|count| {
            let list;
            (list, rest) = rest.split_at(count as usize);
            list
        });
        let Kept { scope, recipe, text_at, text_length, milliseconds, .. } = self;
        DoneRef {
            scope,
            recipe,
            text_at,
            text_length,
            milliseconds,
            outputs,
            inputs,
            discovered,
            settings,
            tools,
        }
    }
}

/// Adds records as one frame.
#[derive(Default)]
pub(super) struct Frame {
    bytes: Vec<u8>,
}

impl Frame {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The frame as it is stored.
    pub(super) fn stored(&self) -> Vec<u8> {
        framed(&self.bytes)
    }

    /// Leaves an empty one.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(super) fn add(&mut self, record: &Record<'_>) {
        match record {
            Record::Name(name) => {
                self.bytes.push(0);
                self.number(name.len() as u64);
                self.bytes.extend_from_slice(name);
            }
            Record::Version { name, digest } => self.numbered(1, *name, digest),
            Record::Tool { name, digest } => self.numbered(2, *name, digest),
            Record::Setting { name, value } => {
                self.bytes.push(3);
                self.number((*name).into());
                self.number(value.map_or(0, |value| u64::from(value) + 1));
            }
            Record::Seen { version, stamp } => {
                self.bytes.push(4);
                self.number((*version).into());
                self.bytes.extend_from_slice(&stamp.modified.to_le_bytes());
                self.bytes.extend_from_slice(&stamp.changed.to_le_bytes());
                self.number(stamp.size);
                self.number(stamp.inode);
            }
            Record::Begun { outputs } => {
                self.bytes.push(5);
                self.list(outputs);
            }
            Record::Dropped { outputs } => {
                self.bytes.push(6);
                self.list(outputs);
            }
            Record::Left { outputs } => {
                self.bytes.push(8);
                self.list(outputs);
            }
            Record::Done(done) => {
                self.bytes.push(7);
                self.number(done.scope.into());
                self.bytes.extend_from_slice(&done.recipe);
                self.number(done.text_at);
                self.number(done.text_length);
                self.number(done.milliseconds);
                for list in
                    [&done.outputs, &done.inputs, &done.discovered, &done.settings, &done.tools]
                {
                    self.list(list);
                }
            }
        }
    }

    fn numbered(&mut self, kind: u8, name: u32, digest: &Digest) {
        self.bytes.push(kind);
        self.number(name.into());
        self.bytes.extend_from_slice(&digest.0);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn list(&mut self, list: &[u32]) {
        self.number(list.len() as u64);
        for &number in list {
            self.number(number.into());
        }
    }
}

/// A journal without records that lies in `home`.
pub(super) fn beginning(home: &[u8]) -> Vec<u8> {
    [HEAD.as_slice(), &framed(home)].concat()
}

fn framed(body: &[u8]) -> Vec<u8> {
    let mut stored = Vec::with_capacity(FRAME_HEAD + body.len());
    stored.extend_from_slice(&(body.len() as u32).to_le_bytes());
    stored.extend_from_slice(&checksum(body));
    stored.extend_from_slice(body);
    stored
}

/// Whether it is a journal that another version of the program has written.
pub(super) fn is_of_another_layout(stored: &[u8]) -> bool {
    stored.starts_with(&HEAD[..6]) && !stored.starts_with(HEAD)
}

/// The bodies of all sound frames of a stored journal, and how many bytes at its front are sound.
/// None when it is no journal of this layout.
pub(super) fn frames(stored: &[u8]) -> Option<(Vec<&[u8]>, usize)> {
    let mut bodies = Vec::new();
    if !stored.starts_with(HEAD) {
        return None;
    }
    let mut at = HEAD.len();
    while let Some((body, length)) = frame(&stored[at..]) {
        bodies.push(body);
        at += length;
    }
    Some((bodies, at))
}

fn frame(stored: &[u8]) -> Option<(&[u8], usize)> {
    let (length, rest) = stored.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<8>()?;
    let length = u32::from_le_bytes(*length) as usize;
    let body = rest.get(..length)?;
    (checksum(body) == *sum).then_some((body, FRAME_HEAD + length))
}

fn checksum(body: &[u8]) -> [u8; 8] {
    let hash = blake3::hash(body);
    let mut sum = [0; 8];
    sum.copy_from_slice(&hash.as_bytes()[..8]);
    sum
}

/// Reads the records of one frame's body; ends at the first that cannot be read.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(body: &'a [u8]) -> Reader<'a> {
        Reader { rest: body }
    }

    /// Whether everything was read.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    fn number(&mut self) -> Option<u64> {
        // Most numbers are small.
        if let [byte @ 0..0x80, rest @ ..] = self.rest {
            self.rest = rest;
            return Some(u64::from(*byte));
        }
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn list(&mut self) -> Option<Vec<u32>> {
        let length = self.number()? as usize;
        if length > self.rest.len() {
            return None;
        }
        let mut list = Vec::with_capacity(length);
        for _ in 0..length {
            list.push(self.small()?);
        }
        Some(list)
    }

    fn record(&mut self) -> Option<Record<'a>> {
        let [kind] = self.array::<1>()?;
        Some(match kind {
            0 => {
                let length = self.number()? as usize;
                Record::Name(self.bytes(length)?.as_bstr())
            }
            1 => Record::Version { name: self.small()?, digest: Digest(self.array()?) },
            2 => Record::Tool { name: self.small()?, digest: Digest(self.array()?) },
            3 => {
                let name = self.small()?;
                let value = self.small()?.checked_sub(1);
                Record::Setting { name, value }
            }
            4 => {
                let version = self.small()?;
                let modified = i64::from_le_bytes(self.array()?);
                let changed = i64::from_le_bytes(self.array()?);
                let stamp =
                    Stamp { modified, changed, size: self.number()?, inode: self.number()? };
                Record::Seen { version, stamp }
            }
            5 => Record::Begun { outputs: self.list()? },
            6 => Record::Dropped { outputs: self.list()? },
            7 => Record::Done(Done {
                scope: self.small()?,
                recipe: self.array()?,
                text_at: self.number()?,
                text_length: self.number()?,
                milliseconds: self.number()?,
                outputs: self.list()?,
                inputs: self.list()?,
                discovered: self.list()?,
                settings: self.list()?,
                tools: self.list()?,
            }),
            8 => Record::Left { outputs: self.list()? },
            _ => return None,
        })
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.rest.is_empty() { None } else { self.record() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Record<'static>> {
        let stamp = Stamp { modified: -5, changed: i64::MAX, size: 1 << 40, inode: u64::MAX };
        let done = Done {
            scope: 3,
            recipe: [7; 32],
            text_at: 300,
            text_length: 4,
            milliseconds: 127,
            outputs: vec![0, 128, u32::MAX],
            inputs: vec![],
            discovered: vec![1],
            settings: vec![2],
            tools: vec![3],
        };
        vec![
            Record::Name(b"a\xff\n".as_bstr()),
            Record::Version { name: 0, digest: Digest([9; 32]) },
            Record::Tool { name: 0, digest: Digest([8; 32]) },
            Record::Setting { name: 0, value: None },
            Record::Setting { name: 0, value: Some(0) },
            Record::Seen { version: 0, stamp },
            Record::Begun { outputs: vec![1, 2] },
            Record::Dropped { outputs: vec![] },
            Record::Done(done),
            Record::Left { outputs: vec![4] },
        ]
    }

    fn stored() -> Vec<u8> {
        let mut stored = HEAD.to_vec();
        let mut frame = Frame::default();
        for record in samples() {
            frame.add(&record);
        }
        stored.extend(frame.stored());
        frame.clear();
        frame.add(&samples()[0]);
        stored.extend(frame.stored());
        stored
    }

    #[test]
    fn what_is_written_is_read() {
        let stored = stored();
        let (bodies, sound) = frames(&stored).unwrap();
        assert_eq!(sound, stored.len());
        let mut reader = Reader::new(bodies[0]);
        assert_eq!(reader.by_ref().collect::<Vec<_>>(), samples());
        assert!(reader.is_done());
    }

    #[test]
    fn any_cut_and_any_flipped_bit_is_seen() {
        let stored = stored();
        for cut in HEAD.len()..stored.len() {
            let (bodies, sound) = frames(&stored[..cut]).unwrap();
            assert!(bodies.len() < 2 && sound <= cut, "cut at {cut}");
        }
        for at in HEAD.len()..stored.len() {
            let mut broken = stored.clone();
            broken[at] ^= 0x10;
            assert!(frames(&broken).unwrap().0.len() < 2, "byte {at}");
        }
    }
}
