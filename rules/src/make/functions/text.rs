//! Functions on text and words. They see bytes only: no variables, no files.

use std::collections::HashSet;

use bstr::{BString, ByteSlice};

use super::Arguments;
use crate::make::bytes::{Joiner, is_space, trim, words};
use crate::make::error::ErrorKind;
use crate::make::names::FastHash;
use crate::make::pattern::Pattern;

/// `$(subst from,to,text)`
pub(crate) fn subst(from: &[u8], to: &[u8], text: &[u8], out: &mut Vec<u8>) {
    if from.is_empty() {
        out.extend_from_slice(text);
        out.extend_from_slice(to);
        return;
    }
    let mut copied = 0;
    for at in text.find_iter(from) {
        out.extend_from_slice(&text[copied..at]);
        out.extend_from_slice(to);
        copied = at + from.len();
    }
    out.extend_from_slice(&text[copied..]);
}

/// `$(patsubst pattern,replacement,text)`
pub(crate) fn patsubst(pattern: &[u8], replacement: &[u8], text: &[u8], out: &mut Vec<u8>) {
    let pattern = Pattern::parse(pattern);
    let replacement = Pattern::parse(replacement);
    if !pattern.is_wild() {
        return replace_words(&pattern.prefix, &replacement, text, out);
    }
    let mut joined = Joiner::new(out);
    for word in words(text) {
        match pattern.stem(word) {
            // A word that becomes nothing leaves no space either.
            Some(stem) if replacement.is_empty_with(stem) => {}
            Some(stem) => replacement.fill(stem, joined.next()),
            None => joined.push(word),
        }
    }
}

/// `$(name:from=to)`
pub(crate) fn substitute(from: &[u8], to: &[u8], text: &[u8], out: &mut Vec<u8>) {
    let pattern = Pattern::parse(from);
    if pattern.is_wild() {
        return patsubst(from, to, text, out);
    }
    let mut joined = Joiner::new(out);
    for word in words(text) {
        match word.strip_suffix(&*pattern.prefix) {
            Some(stem) if stem.is_empty() && to.is_empty() => {}
            Some(stem) => {
                let word = joined.next();
                word.extend_from_slice(stem);
                word.extend_from_slice(to);
            }
            None => joined.push(word),
        }
    }
}

/// Replaces whole words, and leaves the white space as it is: what `patsubst` does without `%`.
fn replace_words(from: &[u8], to: &Pattern<'_>, text: &[u8], out: &mut Vec<u8>) {
    if from.is_empty() {
        // The only empty word is the one after the last space.
        out.extend_from_slice(text);
        if text.last().is_none_or(|&byte| is_space(byte)) {
            to.fill(b"%", out);
        }
        return;
    }
    let mut copied = 0;
    for at in text.find_iter(from) {
        let end = at + from.len();
        let starts = at == 0 || is_space(text[at - 1]);
        if starts && text.get(end).is_none_or(|&byte| is_space(byte)) {
            out.extend_from_slice(&text[copied..at]);
            to.fill(b"%", out);
            copied = end;
        }
    }
    out.extend_from_slice(&text[copied..]);
}

/// `$(filter patterns,text)`, and `$(filter-out ...)` when `keep` is false.
pub(crate) fn filter(patterns: &[u8], text: &[u8], keep: bool, out: &mut Vec<u8>) {
    let patterns: Vec<Pattern<'_>> = words(patterns).map(Pattern::parse).collect();
    let (wild, plain): (Vec<_>, Vec<_>) = patterns.iter().partition(|pattern| pattern.is_wild());
    // A few comparisons cost less than hashing.
    let table: Option<HashSet<&[u8], FastHash>> =
        (plain.len() > 8).then(|| plain.iter().map(|pattern| &*pattern.prefix).collect());
    let is_plain = |word: &[u8]| match &table {
        Some(table) => table.contains(word),
        None => plain.iter().any(|pattern| *pattern.prefix == *word),
    };
    let mut joined = Joiner::new(out);
    for word in words(text) {
        let found = is_plain(word) || wild.iter().any(|pattern| pattern.stem(word).is_some());
        if found == keep {
            joined.push(word);
        }
    }
}

/// `$(findstring needle,text)`
pub(crate) fn findstring(needle: &[u8], text: &[u8], out: &mut Vec<u8>) {
    if text.contains_str(needle) {
        out.extend_from_slice(needle);
    }
}

/// `$(strip text)`
pub(crate) fn strip(text: &[u8], out: &mut Vec<u8>) {
    let mut joined = Joiner::new(out);
    words(text).for_each(|word| joined.push(word));
}

/// `$(sort text)`
pub(crate) fn sort(text: &[u8], out: &mut Vec<u8>) {
    let mut sorted: Vec<&[u8]> = words(text).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut joined = Joiner::new(out);
    sorted.into_iter().for_each(|word| joined.push(word));
}

/// `$(words text)`
pub(crate) fn count(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(words(text).count().to_string().as_bytes());
}

/// `$(word n,text)`
pub(crate) fn word(arguments: Arguments<'_>, out: &mut Vec<u8>) -> Result<(), ErrorKind> {
    let index = number(arguments.get(0), "non-numeric first argument to 'word' function")?;
    if index < 1 {
        let message = "first argument to 'word' function must be greater than 0";
        return Err(ErrorKind::BadArgument(message.into()));
    }
    let skip = usize::try_from(index - 1).unwrap_or(usize::MAX);
    if let Some(word) = words(arguments.get(1)).nth(skip) {
        out.extend_from_slice(word);
    }
    Ok(())
}

/// `$(wordlist first,last,text)`: the text from the first word to the last, as it stands.
pub(crate) fn wordlist(arguments: Arguments<'_>, out: &mut Vec<u8>) -> Result<(), ErrorKind> {
    let first = number(arguments.get(0), "non-numeric first argument to 'wordlist' function")?;
    if first < 1 {
        let what = "invalid first argument to 'wordlist' function";
        return Err(bad(what, first.to_string().as_bytes()));
    }
    let last = number(arguments.get(1), "non-numeric second argument to 'wordlist' function")?;
    if last < 0 {
        let what = "invalid second argument to 'wordlist' function";
        return Err(bad(what, last.to_string().as_bytes()));
    }
    if last < first {
        return Ok(());
    }
    let skip = usize::try_from(first - 1).unwrap_or(usize::MAX);
    let text = arguments.get(2);
    let offset = |word: &[u8]| word.as_ptr() as usize - text.as_ptr() as usize;
    let mut from = words(text).skip(skip);
    if let Some(start) = from.next() {
        let more = usize::try_from(last - first).unwrap_or(usize::MAX);
        let end = if more == 0 { Some(start) } else { from.take(more).last() };
        let end = end.unwrap_or(start);
        out.extend_from_slice(&text[offset(start)..offset(end) + end.len()]);
    }
    Ok(())
}

fn bad(message: &str, value: &[u8]) -> ErrorKind {
    let mut text = BString::from(message);
    text.extend_from_slice(b": '");
    text.extend_from_slice(value);
    text.push(b'\'');
    ErrorKind::BadArgument(text)
}

/// A whole number that fits 64 bits.
fn number(value: &[u8], message: &str) -> Result<i64, ErrorKind> {
    if trim(value).is_empty() {
        return Err(bad(message, value));
    }
    let (negative, digits) = integer(value, message)?;
    let mut number = 0i64;
    for digit in digits {
        let digit = i64::from(digit - b'0');
        let next = number.checked_mul(10).and_then(|tens| {
            if negative { tens.checked_sub(digit) } else { tens.checked_add(digit) }
        });
        number = next.ok_or_else(|| {
            let mut text = bad(message, value);
            if let ErrorKind::BadArgument(text) = &mut text {
                text.extend_from_slice(b" out of range");
            }
            text
        })?;
    }
    Ok(number)
}

/// The sign and the digits of a whole number, without leading zeros.
fn integer<'v>(value: &'v [u8], message: &str) -> Result<(bool, &'v [u8]), ErrorKind> {
    let text = trim(value);
    if text.is_empty() {
        return Err(ErrorKind::BadArgument(format!("{message}: empty value").into()));
    }
    let negative = text[0] == b'-';
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(bad(message, value));
    }
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    let digits = &digits[zeros..];
    Ok((negative && !digits.is_empty(), digits))
}

/// Compares two whole numbers of any length; also gives the first in its shortest form.
pub(crate) fn compare(
    left: &[u8],
    right: &[u8],
) -> Result<(std::cmp::Ordering, Vec<u8>), ErrorKind> {
    let left = integer(left, "non-numeric first argument to 'intcmp' function")?;
    let right = integer(right, "non-numeric second argument to 'intcmp' function")?;
    let magnitude =
        |digits: &[u8], other: &[u8]| digits.len().cmp(&other.len()).then(digits.cmp(other));
    let order = match (left.0, right.0) {
        (false, false) => magnitude(left.1, right.1),
        (true, true) => magnitude(right.1, left.1),
        (true, false) => std::cmp::Ordering::Less,
        (false, true) => std::cmp::Ordering::Greater,
    };
    let mut text = Vec::new();
    if left.0 {
        text.push(b'-');
    }
    text.extend_from_slice(if left.1.is_empty() { b"0" } else { left.1 });
    Ok((order, text))
}

/// `$(join first,second)`
pub(crate) fn join(first: &[u8], second: &[u8], out: &mut Vec<u8>) {
    let (mut first, mut second) = (words(first), words(second));
    let mut joined = Joiner::new(out);
    loop {
        let (left, right) = (first.next(), second.next());
        if left.is_none() && right.is_none() {
            return;
        }
        let word = joined.next();
        word.extend_from_slice(left.unwrap_or_default());
        word.extend_from_slice(right.unwrap_or_default());
    }
}

/// `$(addprefix affix,text)`, and `$(addsuffix ...)` with `after`.
pub(crate) fn affix(affix: &[u8], text: &[u8], after: bool, out: &mut Vec<u8>) {
    let mut joined = Joiner::new(out);
    for word in words(text) {
        let into = joined.next();
        let (first, second) = if after { (word, affix) } else { (affix, word) };
        into.extend_from_slice(first);
        into.extend_from_slice(second);
    }
}
