//! The console of a running image: passes on what it says as it comes, and completes crash reports.
//! Does not know what these look like.

use std::io::{self, Read, Write};

use super::report::{Knowledge, LONGEST, Report};

/// Passes output on.
pub(super) struct Console<W, K> {
    output: W,
    report: Report<K>,
    /// The begin of the current line, and whether that is all of it.
    line: Vec<u8>,
    is_whole: bool,
    /// Whether the line is passed on when it has come to its end.
    is_held: bool,
}

impl<W: Write, K: Knowledge> Console<W, K> {
    pub(super) fn new(output: W, knowledge: K) -> Console<W, K> {
        let report = Report::new(knowledge);
        Console { output, report, line: Vec::new(), is_whole: true, is_held: false }
    }

    /// Passes on all that there is to read, until nobody takes it any more.
    pub(super) fn relay(&mut self, mut input: impl Read) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        loop {
            match input.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(length) => self.pass(&buffer[..length])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Passes on what is still kept.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.is_held {
            self.output.write_all(&self.line)?;
        }
        for line in self.report.finish() {
            writeln!(self.output, "{line}")?;
        }
        self.output.flush()
    }

    fn pass(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(text) => {
                    self.add(text)?;
                    self.end_line()?;
                }
                None => self.add(piece)?,
            }
        }
        self.output.flush()
    }

    fn add(&mut self, text: &[u8]) -> io::Result<()> {
        if self.is_whole && self.line.len() + text.len() > LONGEST {
            self.is_whole = false;
            if std::mem::take(&mut self.is_held) {
                self.output.write_all(&self.line)?;
            }
        }
        if self.is_whole {
            self.line.extend_from_slice(text);
        }
        if self.is_held { Ok(()) } else { self.output.write_all(text) }
    }

    fn end_line(&mut self) -> io::Result<()> {
        let line = if self.is_whole { self.line.as_slice() } else { b"" };
        let additions = self.report.line(line);
        for line in additions.before {
            writeln!(self.output, "{line}")?;
        }
        if self.is_held {
            self.output.write_all(&self.line)?;
        }
        if let Some(behind) = additions.behind {
            write!(self.output, "  {behind}")?;
        }
        self.output.write_all(b"\n")?;
        self.line.clear();
        self.is_whole = true;
        self.is_held = self.report.is_in_backtrace();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::unwind::State;

    /// Knows an image whose functions are called like their addresses, and that one function, at 50,
    /// was called from 60 and that from 70.
    struct Invented;

    impl Knowledge for Invented {
        fn describe(&self, address: u64) -> Option<String> {
            (address < 0x1000).then(|| format!("[{address:x}]"))
        }

        fn callers(&self, state: &State, moved: u64) -> Vec<u64> {
            match (state.registers.get("pc"), state.stack.as_slice()) {
                (Some(&pc), [_, _, 3]) if pc == 0x50 + moved => vec![0x60 + moved, 0x70 + moved],
                _ => Vec::new(),
            }
        }
    }

    /// What comes out for `said`, read in pieces of `length` bytes.
    fn relayed(said: &str, length: usize) -> String {
        struct Pieces<'a>(std::slice::Chunks<'a, u8>);
        impl Read for Pieces<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let piece = self.0.next().unwrap_or_default();
                buffer[..piece.len()].copy_from_slice(piece);
                Ok(piece.len())
            }
        }
        let mut output = Vec::new();
        let mut console = Console::new(&mut output, Invented);
        console.relay(Pieces(said.as_bytes().chunks(length))).unwrap();
        console.finish().unwrap();
        String::from_utf8(output).unwrap()
    }

    #[track_caller]
    fn check(said: &str, shown: &str) {
        for length in [1, 2, 7, 1000] {
            assert_eq!(relayed(said, length), shown, "in pieces of {length}");
        }
    }

    #[test]
    fn addresses_of_a_backtrace_get_names_and_return_addresses_those_of_the_call() {
        check(
            "x\nBacktrace:\n  0x0000000000000012\n  ...\n  0x0000000000000022\nend\n",
            "x\nBacktrace:\n  0x0000000000000012  [12]\n  ...\n  0x0000000000000022  [21]\nend\n",
        );
    }

    #[test]
    fn an_image_may_lie_elsewhere() {
        check(
            "Backtrace (image at 0x0000000000010000):\n  0x0000000000010012\n",
            "Backtrace (image at 0x0000000000010000):\n  0x0000000000010012  [12]\n",
        );
    }

    #[test]
    fn functions_without_a_frame_are_inserted() {
        let crash = "Crash: why\n  pc 0000000000000050  sp 0000000000000008\nStack:\n  \
                     0000000000000001 0000000000000002\n  0000000000000003\nBacktrace:\n";
        let pc = "  0x0000000000000050";
        let shown = "  0x0000000000000050  [50]\n  0x0000000000000060  [5f]\n";
        for (said, more) in [
            ("  0x0000000000000070\nend\n", "  0x0000000000000070  [6f]\nend\n"),
            ("  0x0000000000000080\n", "  0x0000000000000070  [6f]\n  0x0000000000000080  [7f]\n"),
            ("end\n", "  0x0000000000000070  [6f]\nend\n"),
            ("", "  0x0000000000000070  [6f]\n"),
        ] {
            check(&format!("{crash}{pc}\n{said}"), &format!("{crash}{shown}{more}"));
        }
        check(&format!("{crash}{pc}\n  0x0000000000000060\n"), &format!("{crash}{shown}"));
    }

    #[test]
    fn all_else_passes_unchanged() {
        for said in [
            "  0x0000000000000012\n",
            "Backtrace:\nend\n  0x0000000000000012\n",
            "Backtrace:\n  0x00000000\n  0xwhat is this here\n",
            "Backtrace:\n  0x0000000000001234\n",
            "no end of line, and \u{fffd}",
            "\r\n\n",
        ] {
            check(said, said);
        }
        let long = "x".repeat(1000) + "\n";
        check(&long, &long);
    }
}
