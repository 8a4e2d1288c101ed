//! What a machine writes to its console, on its way to standard output: passed on byte by byte, and
//! looked at for the backtrace of a crash. Knows the form of one (`unikraft/plat/common/crash.c`),
//! not what its addresses mean.

use std::io::{self, Read, Write};

/// What stands above the addresses.
const TITLE: &[u8] = b"Backtrace:";

/// The word behind an address, before the one that the image is linked to.
const IN_IMAGE: &[u8] = b"image";

/// Longer lines are not part of a backtrace.
const LONGEST_LINE: usize = 128;

/// One line of a backtrace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// An address of code, as the image is linked.
    Address(u64),
    /// Frames were left out.
    Gap,
}

/// Looks for backtraces in what is written, in pieces of any size.
#[derive(Debug, Default)]
struct Listener {
    line: Vec<u8>,
    listening: bool,
    frames: Vec<Frame>,
}

impl Listener {
    fn hear(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte == b'\n' {
                let line = std::mem::take(&mut self.line);
                self.hear_line(line.trim_ascii_end());
            } else if self.line.len() < LONGEST_LINE {
                self.line.push(byte);
            }
        }
    }

    fn hear_line(&mut self, line: &[u8]) {
        if line == TITLE {
            self.listening = true;
            self.frames.clear();
        } else if self.listening {
            match frame(line) {
                Some(frame) => self.frames.push(frame),
                None => self.listening = false,
            }
        }
    }
}

/// `  0x0000000000101234`, the same with `  image 0x00001234`, or `  ...`.
fn frame(line: &[u8]) -> Option<Frame> {
    let words: Vec<&[u8]> = line.strip_prefix(b"  ")?.split(|&byte| byte == b' ').collect();
    let words: Vec<&[u8]> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let address = match words[..] {
        [b"..."] => return Some(Frame::Gap),
        [address] => address,
        [_, word, address] if word == IN_IMAGE => address,
        _ => return None,
    };
    let digits = std::str::from_utf8(address.strip_prefix(b"0x")?).ok()?;
    u64::from_str_radix(digits, 16).ok().map(Frame::Address)
}

/// Passes everything on to standard output until there is no more, or nobody wants it. The last
/// backtrace in it.
pub(super) fn pass_on(mut console: impl Read) -> Vec<Frame> {
    let mut listener = Listener::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = match console.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break,
        };
        listener.hear(&buffer[..count]);
        let mut stdout = io::stdout().lock();
        if stdout.write_all(&buffer[..count]).and_then(|()| stdout.flush()).is_err() {
            break;
        }
    }
    listener.frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(pieces: &[&str]) -> Vec<Frame> {
        let mut listener = Listener::default();
        pieces.iter().for_each(|piece| listener.hear(piece.as_bytes()));
        listener.frames
    }

    #[test]
    fn a_backtrace_is_found_in_pieces_and_between_other_lines() {
        let expected = [Frame::Address(0x10_1234), Frame::Gap, Frame::Address(0xab)];
        let text = "about to\nBacktrace:\r\n  0x0000000000101234\r\n  ...\n  \
                    0x00007f0000000100  image 0x000000ab\nafter\n  0x0000000000000001\n";
        assert_eq!(heard(&[text]), expected);
        let letters: Vec<String> = text.chars().map(String::from).collect();
        assert_eq!(heard(&letters.iter().map(String::as_str).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        assert_eq!(heard(&["a Backtrace:\n  0x0000000000000001\n"]), []);
        assert_eq!(heard(&["Backtrace:\n0x0000000000000001\n  0x0000000000000001\n"]), []);
        assert_eq!(heard(&["Backtrace:\n  0xghi\n", "  0x00 and more words\n"]), []);
        let long = "x".repeat(1 << 20);
        assert_eq!(heard(&[&long, "\nBacktrace:\n  0x1\n"]), [Frame::Address(1)]);
    }

    #[test]
    fn the_last_one_counts() {
        let text = "Backtrace:\n  0x1\nmore\nBacktrace:\n  0x2\n";
        assert_eq!(heard(&[text]), [Frame::Address(2)]);
    }
}
