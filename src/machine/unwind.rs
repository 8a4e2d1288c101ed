//! Callers of the function that crashed, by the call frame information of an image. Finds what frame
//! pointers do not lead to: functions that have not set theirs up yet, or never do. Knows the DWARF
//! format (section 6.4); does not know names.

use std::collections::BTreeMap;

use addr2line::gimli::{
    BaseAddresses, CfaRule, DebugFrame, LittleEndian, Register, RegisterRule, UnwindContext,
    UnwindSection, UnwindTableRow,
};

/// A backtrace that is longer has been led astray, or is told by frame pointers anyway.
const DEEPEST: usize = 64;

/// What a crash report says of the processor and its stack.
#[derive(Debug, Default)]
pub(super) struct State {
    /// By the names that the report gives them.
    pub(super) registers: BTreeMap<String, u64>,
    /// What lay from the stack pointer on.
    pub(super) stack: Vec<u64>,
}

/// The registers of an architecture by their numbers in call frame information.
struct Numbering {
    pc: &'static str,
    sp: u16,
    /// Where a call leaves the address to return to, unless that is the stack.
    link: Option<u16>,
    /// The column of the return address.
    return_address: u16,
    name: fn(u16) -> Option<String>,
}

const X86_64: Numbering = Numbering {
    pc: "rip",
    sp: 7,
    link: None,
    return_address: 16,
    name: |number| {
        const NAMES: [&str; 8] = ["rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp"];
        match number {
            0..8 => Some(NAMES[usize::from(number)].to_owned()),
            8..16 => Some(format!("r{number}")),
            _ => None,
        }
    },
};

const ARM64: Numbering = Numbering {
    pc: "pc",
    sp: 31,
    link: Some(30),
    return_address: 30,
    name: |number| match number {
        0..30 => Some(format!("x{number}")),
        30 => Some("lr".to_owned()),
        31 => Some("sp".to_owned()),
        _ => None,
    },
};

/// Registers of one frame.
struct Frame<'a> {
    pc: u64,
    registers: BTreeMap<u16, u64>,
    stack: &'a Stack<'a>,
}

struct Stack<'a> {
    base: u64,
    words: &'a [u64],
}

impl Stack<'_> {
    fn word(&self, address: u64) -> Option<u64> {
        let offset = address.checked_sub(self.base)?;
        if offset % 8 != 0 {
            return None;
        }
        self.words.get(usize::try_from(offset / 8).ok()?).copied()
    }
}

/// Where the callers of the function go on, innermost first, as far as the stack is known. `section`
/// is the image's `.debug_frame`; addresses in it are `moved` lower than those of the state.
pub(super) fn callers(section: &[u8], state: &State, moved: u64) -> Vec<u64> {
    let named = |name: &str| state.registers.get(name).copied();
    let known = |numbering: Numbering| Some((named(numbering.pc)?, numbering));
    let Some((pc, numbering)) = [X86_64, ARM64].into_iter().find_map(known) else {
        return Vec::new();
    };
    let registers: BTreeMap<u16, u64> =
        (0..32).filter_map(|number| Some((number, named(&(numbering.name)(number)?)?))).collect();
    let Some(&base) = registers.get(&numbering.sp) else { return Vec::new() };
    let stack = Stack { base, words: &state.stack };
    let mut frame = Frame { pc, registers, stack: &stack };
    let mut frames = DebugFrame::new(section, LittleEndian);
    frames.set_address_size(8);
    let mut context = UnwindContext::new();
    let mut found = Vec::new();
    while found.len() < DEEPEST {
        let is_first = found.is_empty();
        let at = frame.pc.wrapping_sub(moved).wrapping_sub(u64::from(!is_first));
        let row = frames.unwind_info_for_address(
            &BaseAddresses::default(),
            &mut context,
            at,
            DebugFrame::cie_from_offset,
        );
        let caller = match row {
            Ok(row) => frame.caller(row, &numbering, is_first),
            // A call to where no function is has done nothing but the call.
            Err(_) if is_first => frame.called(&numbering),
            Err(_) => None,
        };
        let Some(caller) = caller else { break };
        found.push(caller.pc);
        frame = caller;
    }
    found
}

impl<'a> Frame<'a> {
    /// The frame that a function returns to, at a place where `row` holds.
    fn caller(
        &self,
        row: &UnwindTableRow<usize>,
        numbering: &Numbering,
        is_first: bool,
    ) -> Option<Frame<'a>> {
        let CfaRule::RegisterAndOffset { register, offset } = row.cfa() else { return None };
        let cfa = self.registers.get(&register.0)?.wrapping_add_signed(*offset);
        let mut registers = self.registers.clone();
        let mut pc =
            numbering.link.filter(|_| is_first).and_then(|link| registers.get(&link)).copied();
        for &(Register(number), ref rule) in row.registers() {
            let value = match *rule {
                RegisterRule::SameValue => continue,
                RegisterRule::Offset(offset) => self.stack.word(cfa.wrapping_add_signed(offset)),
                RegisterRule::ValOffset(offset) => Some(cfa.wrapping_add_signed(offset)),
                RegisterRule::Register(from) => self.registers.get(&from.0).copied(),
                _ => None,
            };
            if number == numbering.return_address {
                pc = value;
            }
            match value {
                Some(value) => registers.insert(number, value),
                None => registers.remove(&number),
            };
        }
        registers.insert(numbering.sp, cfa);
        let pc = pc.filter(|&pc| pc != 0)?;
        Some(Frame { pc, registers, stack: self.stack })
    }

    /// The frame that a call comes from which has just happened.
    fn called(&self, numbering: &Numbering) -> Option<Frame<'a>> {
        let mut registers = self.registers.clone();
        let pc = match numbering.link {
            Some(link) => *registers.get(&link)?,
            None => {
                let sp = registers.get_mut(&numbering.sp)?;
                let pc = self.stack.word(*sp)?;
                *sp += 8;
                pc
            }
        };
        Some(Frame { pc, registers, stack: self.stack })
    }
}
