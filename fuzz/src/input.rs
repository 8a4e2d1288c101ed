//! One input as several files. A line `=== NAME` begins a file; what comes before the first such
//! line is the target's main file. Knows nothing of what the files contain.

use bstr::ByteSlice;

/// How many files are worth telling apart.
const FILES: usize = 64;

/// An input, cut into files.
#[derive(Clone, Debug, Default)]
pub struct Input<'a> {
    /// What comes before the first line that begins a file.
    pub main: &'a [u8],
    /// Names and contents, in order.
    pub files: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Input<'a> {
    /// Cuts an input into its files.
    pub fn new(input: &'a [u8]) -> Input<'a> {
        let mut result = Input::default();
        let (mut name, mut start, mut at) = (None, 0, 0);
        let mut end = |name: Option<&'a [u8]>, text: &'a [u8]| match name {
            None => result.main = text,
            Some(name) => result.files.push((name, text)),
        };
        let mut count = 0;
        for line in input.lines_with_terminator() {
            if let Some(new) = line.strip_prefix(b"=== ")
                && count < FILES
            {
                end(name, &input[start..at]);
                name = Some(new.trim_end());
                start = at + line.len();
                count += 1;
            }
            at += line.len();
        }
        end(name, &input[start..]);
        result
    }

    /// Takes a file out, for a target that reads it in another way.
    pub fn take(&mut self, name: &str) -> Option<&'a [u8]> {
        let at = self.files.iter().position(|(known, _)| *known == name.as_bytes())?;
        Some(self.files.remove(at).1)
    }
}
