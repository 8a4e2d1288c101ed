//! QEMU's monitor: where a virtual machine is that gets nowhere, told as a crash report is. Knows the
//! machine protocol (QMP) and how QEMU prints registers; does not know why it is asked.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::io::{FdFlags, fcntl_setfd};
use serde_json::{Value, json};

/// An answer that takes longer does not come.
const LIMIT: Duration = Duration::from_secs(5);

/// How much of the stack is looked at, in bytes.
const STACK: u64 = 1024;

/// The monitor of a machine that is about to start.
pub(super) struct Monitor {
    ours: UnixStream,
    theirs: UnixStream,
    /// Where QEMU writes what is in memory.
    memory: PathBuf,
}

impl Monitor {
    /// A monitor, and `memory` as a file for it.
    pub(super) fn new(memory: PathBuf) -> io::Result<Monitor> {
        let (ours, theirs) = UnixStream::pair()?;
        for timeout in [UnixStream::set_read_timeout, UnixStream::set_write_timeout] {
            timeout(&ours, Some(LIMIT))?;
        }
        // QEMU inherits it. So may another child that starts now: it does not know what to do with it.
        fcntl_setfd(&theirs, FdFlags::empty())?;
        Ok(Monitor { ours, theirs, memory })
    }

    /// What has QEMU use it.
    pub(super) fn arguments(&self) -> [OsString; 4] {
        let device = format!("socket,id=monitor,fd={}", self.theirs.as_raw_fd());
        ["-chardev", &device, "-mon", "chardev=monitor,mode=control"].map(OsString::from)
    }

    /// What the first processor does, as a crash report; empty when the machine does not tell.
    pub(super) fn report(&self) -> Vec<u8> {
        let told = self.ask();
        // Of this run alone; it may not even be there.
        let _ = std::fs::remove_file(&self.memory);
        told.unwrap_or_default().into_bytes()
    }

    fn ask(&self) -> io::Result<String> {
        let mut session = Session(BufReader::new(&self.ours));
        session.execute("qmp_capabilities", json!({}))?;
        session.execute("stop", json!({}))?;
        let registers = json!({ "command-line": "info registers" });
        let registers = session.execute("human-monitor-command", registers)?;
        let registers = parse(registers.as_str().unwrap_or_default());
        let sp = value(&registers, &["rsp", "sp"]);
        let stack = match sp {
            Some(sp) => self.stack(&mut session, sp).unwrap_or_default(),
            None => Vec::new(),
        };
        Ok(report(&registers, &stack))
    }

    /// The words from the stack pointer on.
    fn stack(&self, session: &mut Session<'_>, sp: u64) -> io::Result<Vec<u64>> {
        // What lies behind the end of the stack may not be mapped.
        for size in [STACK, STACK / 4, STACK / 16] {
            let file = self.memory.to_string_lossy();
            let what = json!({ "val": sp, "size": size, "filename": file });
            if session.execute("memsave", what).is_ok() {
                return words(&self.memory);
            }
        }
        Ok(Vec::new())
    }
}

/// Questions and answers.
struct Session<'a>(BufReader<&'a UnixStream>);

impl Session<'_> {
    fn execute(&mut self, command: &str, arguments: Value) -> io::Result<Value> {
        let request = json!({ "execute": command, "arguments": arguments });
        writeln!(self.0.get_mut(), "{request}")?;
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // The greeting and events come in between.
            let mut answer: Value = serde_json::from_str(&line)?;
            if answer.get("error").is_some() {
                return Err(io::Error::other(line));
            }
            if let Some(value) = answer.get_mut("return") {
                return Ok(value.take());
            }
        }
    }
}

fn words(file: &Path) -> io::Result<Vec<u64>> {
    let bytes = std::fs::read(file)?;
    let (words, _) = bytes.as_chunks::<8>();
    Ok(words.iter().map(|&word| u64::from_le_bytes(word)).collect())
}

/// Names and values of registers, by the names of crash reports, out of what QEMU prints:
/// `RAX=0123456789abcdef R8 =...`, `PC=... X00=...`.
fn parse(text: &str) -> Vec<(String, u64)> {
    let register = |(at, _)| {
        let name = text[..at].split_whitespace().next_back()?;
        let value = u64::from_str_radix(text.get(at + 1..at + 17)?, 16).ok()?;
        Some((called(name)?, value))
    };
    text.match_indices('=').filter_map(register).collect()
}

/// What a crash report calls a register.
fn called(name: &str) -> Option<String> {
    let number = |prefix: &str| name.strip_prefix(prefix)?.parse::<u32>().ok();
    match (name, number("X"), number("R")) {
        ("X30", ..) => Some("lr".to_owned()),
        (_, Some(number @ 0..30), _) => Some(format!("x{number}")),
        (_, _, Some(8..16)) | ("PC" | "SP" | "RIP", ..) => Some(name.to_lowercase()),
        ("RAX" | "RBX" | "RCX" | "RDX" | "RSI" | "RDI" | "RBP" | "RSP", ..) => {
            Some(name.to_lowercase())
        }
        _ => None,
    }
}

fn value(registers: &[(String, u64)], names: &[&str]) -> Option<u64> {
    let named = |(name, _): &&(String, u64)| names.contains(&name.as_str());
    registers.iter().find(named).map(|(_, value)| *value)
}

fn report(registers: &[(String, u64)], stack: &[u64]) -> String {
    let Some(pc) = value(registers, &["rip", "pc"]) else { return String::new() };
    let mut text = String::from("\nCrash: none, the machine was asked where it is\n");
    // Writing to a string does not fail.
    for line in registers.chunks(3) {
        let words: Vec<String> =
            line.iter().map(|(name, value)| format!("{name:<3} {value:016x}")).collect();
        let _ = writeln!(text, "  {}", words.join("  "));
    }
    text.push_str("Stack:\n");
    let used = stack.iter().rposition(|&word| word != 0).map_or(0, |last| last + 1);
    for line in stack[..used].chunks(4) {
        let words: Vec<String> = line.iter().map(|word| format!("{word:016x}")).collect();
        let _ = writeln!(text, "  {}", words.join(" "));
    }
    let _ = writeln!(text, "Backtrace:\n  0x{pc:016x}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_of_both_processors() {
        let found = |text: &str| {
            let found = parse(text).into_iter().map(|(name, value)| format!("{name} {value:x}"));
            found.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            found(
                "\nCPU#0\nRAX=0000000000000001 RBX=00000000000000ff\nR8 =0000000000000008\n\
                 RIP=0000000000105d8e RFL=00000202 [-------] CPL=0\nES =0000 0000000000000000 ffffffff\n\
                 CR0=80010033 CR2=0000000000000000\n"
            ),
            "rax 1 rbx ff r8 8 rip 105d8e"
        );
        assert_eq!(
            found(
                " PC=0000000040081060 X00=0000000000000001 X01=0000000000000002\nX30=0000000000000003  SP=0000000000000010\nPSTATE=600003c5 -ZC- EL1h\n"
            ),
            "pc 40081060 x0 1 x1 2 lr 3 sp 10"
        );
        assert_eq!(found("=1 = ==\u{e9}0000000000000000"), "");
    }
}
