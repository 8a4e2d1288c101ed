//! A few lines at the bottom of a terminal that are drawn again and again, with text above them that
//! stays. Each change is one write; nothing is ever longer than a line, so that going up as many
//! lines as were drawn leads to the first of them. Knows escape sequences; knows no builds.
//!
//! The cursor stays visible and below the lines: whatever ends the program, the terminal is as it
//! should be.

use std::io::Write;

/// What a terminal that knows it takes for "draw nothing until the end comes".
const BEGIN: &str = "\x1b[?2026h";
const END: &str = "\x1b[?2026l";

/// The bottom of a terminal.
pub(super) struct Screen<W> {
    out: W,
    /// The columns that each drawn line takes.
    drawn: Vec<usize>,
}

impl<W: Write> Screen<W> {
    pub(super) fn new(out: W) -> Screen<W> {
        Screen { out, drawn: Vec::new() }
    }

    /// Writes `text`, whole lines that stay, and draws `lines` below it on a terminal of `columns`.
    pub(super) fn draw(&mut self, text: &[u8], lines: &[String], columns: usize) {
        if text.is_empty() && lines.is_empty() && self.drawn.is_empty() {
            return;
        }
        let mut frame = BEGIN.as_bytes().to_vec();
        let up = self.rows(columns);
        if up > 0 {
            frame.extend_from_slice(format!("\r\x1b[{up}A").as_bytes());
        }
        // Each line is overwritten, then what was behind it is cleared: nothing goes blank between.
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            frame.extend_from_slice(line);
            frame.extend_from_slice(b"\x1b[K\r\n");
        }
        self.drawn.clear();
        for line in lines {
            let (line, width) = cut(line, columns.saturating_sub(1));
            frame.extend_from_slice(line.as_bytes());
            frame.extend_from_slice(b"\x1b[0m\x1b[K\r\n");
            self.drawn.push(width);
        }
        frame.extend_from_slice(b"\x1b[J");
        frame.extend_from_slice(END.as_bytes());
        // Nothing can be done for a terminal that is gone.
        let _ = self.out.write_all(&frame).and_then(|()| self.out.flush());
    }

    /// How many rows the drawn lines take, should the terminal have become narrower since.
    fn rows(&self, columns: usize) -> usize {
        self.drawn.iter().map(|width| width.div_ceil(columns.max(1)).max(1)).sum()
    }
}

/// As much of a line as fits, and its width. Sequences that set colours take no room; control
/// characters are left out, and what is not ASCII counts double, for it may be wide.
fn cut(line: &str, columns: usize) -> (String, usize) {
    let mut kept = String::new();
    let mut width = 0;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\x1b' {
            kept.push(character);
            for part in characters.by_ref() {
                kept.push(part);
                if part == 'm' {
                    break;
                }
            }
            continue;
        }
        if character.is_control() {
            continue;
        }
        let own = if character.is_ascii() { 1 } else { 2 };
        if width + own > columns {
            break;
        }
        kept.push(character);
        width += own;
    }
    (kept, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal of our own: what it shows after the bytes.
    fn shown(bytes: &[u8], columns: usize) -> Vec<String> {
        let mut rows: Vec<Vec<char>> = vec![Vec::new()];
        let (mut row, mut column) = (0, 0);
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\r' => column = 0,
                '\n' => {
                    row += 1;
                    if row == rows.len() {
                        rows.push(Vec::new());
                    }
                }
                '\x1b' => {
                    assert_eq!(characters.next(), Some('['));
                    let mut number = String::new();
                    let end = characters.find(|&part| {
                        if !part.is_ascii_alphabetic() {
                            number.push(part);
                        }
                        part.is_ascii_alphabetic()
                    });
                    match end.unwrap() {
                        'A' => row -= number.parse::<usize>().unwrap(),
                        'K' => rows[row].truncate(column),
                        'J' => {
                            rows.truncate(row + 1);
                            rows[row].truncate(column);
                        }
                        'm' | 'h' | 'l' => {}
                        other => panic!("unknown sequence {other}"),
                    }
                }
                character => {
                    assert!(column < columns, "a line wraps: {rows:?}");
                    let line = &mut rows[row];
                    line.resize(line.len().max(column + 1), ' ');
                    line[column] = character;
                    column += 1;
                }
            }
        }
        rows.into_iter().map(String::from_iter).collect()
    }

    fn lines(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn lines_change_and_text_above_them_stays() {
        let mut bytes = Vec::new();
        let mut screen = Screen::new(&mut bytes);
        screen.draw(b"", &lines(&["[1/9]", "  compiling something long"]), 40);
        screen.draw(b"warning: one\nand two\n", &lines(&["[2/9]"]), 40);
        screen.draw(b"", &lines(&["[3/9]", "  x", "  y"]), 40);
        assert_eq!(shown(&bytes, 40), ["warning: one", "and two", "[3/9]", "  x", "  y", ""]);
        let mut screen = Screen { out: &mut bytes, drawn: vec![5, 3, 3] };
        screen.draw(b"", &[], 40);
        assert_eq!(shown(&bytes, 40), ["warning: one", "and two", ""]);
    }

    #[test]
    fn nothing_wraps_whatever_a_label_holds() {
        let mut bytes = Vec::new();
        let mut screen = Screen::new(&mut bytes);
        let label = "\x1b[1mCC\x1b[0m a\nb\rc\tö.o and much, much more";
        screen.draw(b"", &lines(&[label, label]), 12);
        screen.draw(b"", &lines(&["end"]), 12);
        assert_eq!(shown(&bytes, 12), ["end", ""]);
        assert_eq!(cut(label, 7).1, 6);
        assert_eq!(cut("abc", 3), ("abc".to_owned(), 3));
    }

    #[test]
    fn a_narrower_terminal_has_wrapped_what_was_drawn() {
        let screen = Screen { out: Vec::new(), drawn: vec![30, 5, 0] };
        assert_eq!(screen.rows(80), 3);
        assert_eq!(screen.rows(10), 5);
    }
}
