//! Numbers as texts: which texts are numbers, and what C's functions make of them.

use crate::syntax::tree::Type;

/// Whether `text` can be a value of an option of type `kind`.
pub(crate) fn is_valid(kind: Type, text: &[u8]) -> bool {
    match kind {
        Type::Unknown => false,
        Type::String => true,
        Type::Bool | Type::Tristate => {
            matches!(text.first(), Some(b'y' | b'Y' | b'm' | b'M' | b'n' | b'N'))
        }
        Type::Int => {
            let digits = text.strip_prefix(b"-").unwrap_or(text);
            !digits.is_empty()
                && digits.iter().all(u8::is_ascii_digit)
                && (digits[0] != b'0' || digits.len() == 1)
        }
        Type::Hex => {
            let digits = without_hex_prefix(text);
            !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)
        }
    }
}

/// Whether `text` begins with `0x`.
pub(crate) fn has_hex_prefix(text: &[u8]) -> bool {
    matches!(text, [b'0', b'x' | b'X', ..])
}

fn without_hex_prefix(text: &[u8]) -> &[u8] {
    if has_hex_prefix(text) { &text[2..] } else { text }
}

/// What a conversion found.
pub(crate) struct Parsed {
    /// The value, with its sign; limited to what fits.
    pub(crate) negative: bool,
    /// Its magnitude.
    pub(crate) magnitude: u128,
    /// How many bytes were used; 0 when there is no number.
    pub(crate) used: usize,
}

/// A number at the start of `text` in `base`; 0 tells it by its prefix.
pub(crate) fn parse(text: &[u8], base: u32) -> Parsed {
    let blanks = text
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r'))
        .count();
    let mut at = blanks;
    let negative = text.get(at) == Some(&b'-');
    if negative || text.get(at) == Some(&b'+') {
        at += 1;
    }
    let mut base = base;
    let hex = has_hex_prefix(&text[at..]) && text.get(at + 2).is_some_and(u8::is_ascii_hexdigit);
    if (base == 0 || base == 16) && hex {
        base = 16;
        at += 2;
    } else if base == 0 {
        base = if text.get(at) == Some(&b'0') { 8 } else { 10 };
    }
    let start = at;
    let mut magnitude = 0_u128;
    while let Some(digit) = text.get(at).and_then(|&byte| (byte as char).to_digit(base)) {
        magnitude = magnitude.saturating_mul(base.into()).saturating_add(digit.into());
        at += 1;
    }
    Parsed { negative, magnitude, used: if at == start { 0 } else { at } }
}

impl Parsed {
    /// As a signed number; the nearest one, and false, when it does not fit.
    pub(crate) fn signed(&self) -> (i64, bool) {
        let limit = i64::MAX as u128 + u128::from(self.negative);
        let fits = self.magnitude <= limit;
        let magnitude = self.magnitude.min(limit);
        let value = if self.negative { -(magnitude as i128) } else { magnitude as i128 };
        (value as i64, fits)
    }

    /// As an unsigned number, negative ones wrapped; the largest, and false, when it does not fit.
    pub(crate) fn unsigned(&self) -> (u64, bool) {
        match u64::try_from(self.magnitude) {
            Ok(value) if self.negative => (value.wrapping_neg(), true),
            Ok(value) => (value, true),
            Err(_) => (u64::MAX, false),
        }
    }
}

/// The number at the start of `text`, or 0.
pub(crate) fn number(text: &[u8], base: u32) -> i64 {
    parse(text, base).signed().0
}
