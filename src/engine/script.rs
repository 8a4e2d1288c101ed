//! Finds the programs that a shell's script starts, as far as that can be read off it. Knows the
//! outlines of the shell's language; knows nothing of which programs there are.
//!
//! This is a guess on purpose: what is found beyond the programs does no harm, and what is put
//! together at run time is not found.

use bstr::{BStr, ByteSlice};

/// Words that are followed by another command.
const LEADING: [&[u8]; 14] = [
    b"if", b"then", b"else", b"elif", b"do", b"while", b"until", b"!", b"{", b"time", b"exec",
    b"env", b"command", b"nohup",
];

/// The plain words in `script` that stand where a command begins.
pub(super) fn programs(script: &[u8]) -> Vec<&BStr> {
    let mut found: Vec<&BStr> = Vec::new();
    let mut expected = true;
    let mut at = 0;
    while at < script.len() {
        match script[at] {
            b'\n' | b';' | b'|' | b'&' | b'(' | b'`' => {
                expected = true;
                at += 1;
            }
            b'#' if is_blank_before(script, at) => {
                at += script[at..].find_byte(b'\n').unwrap_or(script.len() - at);
            }
            b'<' | b'>' => at = redirection_end(script, at),
            b')' | b' ' | b'\t' | b'\r' => at += 1,
            _ => {
                let end = word_end(script, at);
                let word = &script[at..end];
                at = end;
                if !expected || is_assignment(word) || LEADING.contains(&word) {
                    continue;
                }
                expected = false;
                if is_plain(word) && !found.contains(&word.as_bstr()) {
                    found.push(word.as_bstr());
                }
            }
        }
    }
    found
}

fn is_blank_before(script: &[u8], at: usize) -> bool {
    at == 0 || matches!(script[at - 1], b' ' | b'\t' | b'\n' | b';')
}

/// Past a redirection's sign and the file that it names.
fn redirection_end(script: &[u8], from: usize) -> usize {
    let sign = script[from..].iter().take_while(|byte| matches!(byte, b'<' | b'>' | b'&' | b'|'));
    let at = from + sign.count();
    let blanks = script[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    word_end(script, at + blanks.count())
}

/// The end of a word; quotes and what they hold belong to it.
fn word_end(script: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < script.len() {
        match script[at] {
            b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>'
            | b'`' => {
                break;
            }
            b'\\' => at += 2,
            b'\'' => at += 2 + script[at + 1..].find_byte(b'\'').unwrap_or(script.len() - at),
            b'"' => at = double_quoted(script, at + 1),
            _ => at += 1,
        }
    }
    at.min(script.len())
}

fn double_quoted(script: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < script.len() {
        match script[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    script.len()
}

fn is_assignment(word: &[u8]) -> bool {
    let name = word.split(|&byte| byte == b'=').next().unwrap_or_default();
    name.len() < word.len()
        && !name.is_empty()
        && name.iter().all(|&byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_plain(word: &[u8]) -> bool {
    let plain =
        |&byte: &u8| byte.is_ascii_alphanumeric() || b"-_./+:@".contains(&byte) || byte > 127;
    word.iter().all(plain) && word.iter().any(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(script: &str) -> Vec<String> {
        programs(script.as_bytes()).iter().map(|word| word.to_string()).collect()
    }

    #[test]
    fn commands_of_all_kinds() {
        assert_eq!(
            found("cat a > b; /usr/bin/gcc -c a.c && ld x || rm y"),
            ["cat", "/usr/bin/gcc", "ld", "rm"]
        );
        assert_eq!(found("LC_ALL=C A='b c' sort x | uniq -c"), ["sort", "uniq"]);
        assert_eq!(found("if test -e x; then cp x y\nelse mv z y; fi"), ["test", "cp", "mv", "fi"]);
        assert_eq!(found("(cd d && make) # gcc\nar rcs a"), ["cd", "make", "ar"]);
        assert_eq!(found("echo `gcc -v` $(ld -v)"), ["echo", "gcc", "ld"]);
        assert_eq!(found("> out awk '{ print; exit }' <in 2>&1 | nm"), ["awk", "nm"]);
    }

    #[test]
    fn words_that_are_no_plain_names_are_left_out() {
        assert_eq!(found("$CC -c a.c; \"gcc\" b.c; a$b c"), [""; 0]);
        assert_eq!(found("echo \"a; b\" 'c; d' e\\;f"), ["echo"]);
    }

    #[test]
    fn cut_off_scripts_never_panic() {
        let script = b"a 'b \"c\\\\\" > d `e` $(f \\\n' \"x\\";
        for end in 0..=script.len() {
            programs(&script[..end]);
        }
    }
}
