//! Crash reports of images, read line by line as they come. Knows how the core writes them
//! (`plat/common/crash.c`, `trap.c`) and what is missing in them: what lies at the addresses of a
//! backtrace, and functions without a frame. Does not know how that is found out.

use super::unwind::State;

/// No line of a report is longer.
pub(super) const LONGEST: usize = 120;

/// What knows an image.
pub(super) trait Knowledge {
    /// What lies at an address of the image as it was linked.
    fn describe(&self, address: u64) -> Option<String>;
    /// Where the callers of what crashed go on, innermost first; the image lies `moved` higher than
    /// it was linked to.
    fn callers(&self, state: &State, moved: u64) -> Vec<u64>;
}

/// What belongs around a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Additions {
    /// Whole lines before it.
    pub(super) before: Vec<String>,
    /// At its end.
    pub(super) behind: Option<String>,
}

/// How far a report has come.
#[derive(Debug, Default)]
enum Part {
    #[default]
    None,
    Registers(State),
    Stack(State),
    Backtrace(Backtrace),
}

#[derive(Debug)]
struct Backtrace {
    /// How far the image lies from where it was linked to.
    moved: u64,
    /// Whether the next address is where the processor was, not one to return to.
    is_first: bool,
    /// Callers that the report has to name before it may go on.
    callers: Vec<u64>,
}

/// A reader of reports.
pub(super) struct Report<K> {
    knowledge: K,
    part: Part,
}

impl<K: Knowledge> Report<K> {
    pub(super) fn new(knowledge: K) -> Report<K> {
        Report { knowledge, part: Part::None }
    }

    /// Whether something may belong before the line that comes now.
    pub(super) fn is_in_backtrace(&self) -> bool {
        matches!(self.part, Part::Backtrace(_))
    }

    /// Reads a line. One that is too long for a report is none.
    pub(super) fn line(&mut self, line: &[u8]) -> Additions {
        if let Some(rest) = line.strip_prefix(b"Backtrace") {
            self.begin_backtrace(rest);
            return Additions::default();
        }
        match std::mem::take(&mut self.part) {
            Part::Backtrace(backtrace) => return self.backtrace(backtrace, line),
            _ if line.starts_with(b"Crash: ") => self.part = Part::Registers(State::default()),
            Part::Registers(state) if line == b"Stack:" => self.part = Part::Stack(state),
            Part::Registers(mut state) => {
                state.registers.extend(registers(line));
                self.part = Part::Registers(state);
            }
            Part::Stack(mut state) => {
                state.stack.extend(words(line).map_while(whole_number));
                self.part = Part::Stack(state);
            }
            Part::None => {}
        }
        Additions::default()
    }

    /// What is still to be said at the end of everything.
    pub(super) fn finish(&mut self) -> Vec<String> {
        match std::mem::take(&mut self.part) {
            Part::Backtrace(backtrace) => self.named(&backtrace.callers, backtrace.moved),
            _ => Vec::new(),
        }
    }

    fn begin_backtrace(&mut self, rest: &[u8]) {
        let state = match std::mem::take(&mut self.part) {
            Part::Registers(state) | Part::Stack(state) => state,
            _ => State::default(),
        };
        let moved = rest.windows(2).position(|word| word == b"0x");
        let moved = moved.and_then(|at| number(&rest[at + 2..])).unwrap_or(0);
        let callers = self.knowledge.callers(&state, moved);
        self.part = Part::Backtrace(Backtrace { moved, is_first: true, callers });
    }

    fn backtrace(&mut self, mut backtrace: Backtrace, line: &[u8]) -> Additions {
        let moved = backtrace.moved;
        let Some(address) = line.strip_prefix(b"  0x").and_then(number) else {
            let callers = std::mem::take(&mut backtrace.callers);
            if line == b"  ..." {
                self.part = Part::Backtrace(backtrace);
            }
            return Additions { before: self.named(&callers, moved), behind: None };
        };
        let mut before = Vec::new();
        let is_first = std::mem::take(&mut backtrace.is_first);
        if !is_first {
            let callers = std::mem::take(&mut backtrace.callers);
            let known = callers.iter().position(|&caller| caller == address);
            before = self.named(&callers[..known.unwrap_or(callers.len())], moved);
        }
        let behind = self.name(address, moved, is_first);
        self.part = Part::Backtrace(backtrace);
        Additions { before, behind }
    }

    fn name(&self, address: u64, moved: u64, is_first: bool) -> Option<String> {
        // The instruction behind a call may be that of another line, or function.
        let back = u64::from(!is_first);
        self.knowledge.describe(address.wrapping_sub(moved).wrapping_sub(back))
    }

    fn named(&self, callers: &[u64], moved: u64) -> Vec<String> {
        let line = |&caller: &u64| {
            let name = self.name(caller, moved, false).unwrap_or_default();
            format!("  {caller:#018x}  {name}").trim_end().to_owned()
        };
        callers.iter().map(line).collect()
    }
}

/// The number at the begin of a text, in 16 digits.
fn number(text: &[u8]) -> Option<u64> {
    let digits = text.get(..16)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn whole_number(word: &[u8]) -> Option<u64> {
    number(word).filter(|_| word.len() == 16)
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b' ').filter(|word| !word.is_empty())
}

/// Names of registers and what they held: `  rip 0000000000401000  rsp ...`.
fn registers(line: &[u8]) -> Vec<(String, u64)> {
    let words: Vec<&[u8]> = words(line).collect();
    let pair = |pair: &[&[u8]]| {
        let value = whole_number(pair[1])?;
        Some((String::from_utf8_lossy(pair[0]).into_owned(), value))
    };
    words.chunks_exact(2).map_while(pair).collect()
}
