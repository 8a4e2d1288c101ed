//! What an image prints beside its report: as much of the end as a person reads. Knows no lines.

/// So much of the end is kept.
const KEPT: usize = 64 << 10;

/// The end of some output.
#[derive(Debug, Default)]
pub(super) struct Output {
    bytes: Vec<u8>,
    /// How many bytes there were before.
    lost: usize,
}

impl Output {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > 2 * KEPT {
            let lost = self.bytes.len() - KEPT;
            self.bytes.drain(..lost);
            self.lost += lost;
        }
    }

    /// As text: what is no UTF-8 is replaced, control characters but tabs are left out.
    pub(super) fn into_text(self) -> String {
        let text = String::from_utf8_lossy(&self.bytes);
        let shown = |letter: &char| matches!(letter, '\n' | '\t') || !letter.is_control();
        let text: String = text.chars().filter(shown).collect();
        let text = text.trim_matches('\n');
        match self.lost {
            0 => text.to_owned(),
            lost => format!("[{lost} bytes before]\n{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_what_is_kept() {
        let mut output = Output::default();
        for _ in 0..5 {
            output.push(&vec![b'x'; KEPT]);
        }
        output.push(b"\nthe end\n");
        let text = output.into_text();
        assert!(text.starts_with('[') && text.ends_with("x\nthe end"), "{}", &text[..40]);
        assert!(text.len() < 3 * KEPT);
    }

    #[test]
    fn it_is_text_whatever_it_was() {
        let mut output = Output::default();
        output.push(b"\n\xff\x1b[1ma\0b\r\n\tc\n");
        assert_eq!(output.into_text(), "\u{fffd}[1mab\n\tc");
    }
}
