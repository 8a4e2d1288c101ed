//! How errors look: miette reports on standard error, plain where there is no terminal. Knows how
//! to find the source line of a place, and of no particular error.

use std::fmt;
use std::path::Path;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

use crate::surroundings::Surroundings;

/// Makes reports look alike everywhere: no links, colours only where wanted.
pub(super) fn install(surroundings: &Surroundings) {
    use std::io::IsTerminal;
    let terminal = std::io::stderr().is_terminal() && surroundings.variable("NO_COLOR").is_none();
    let theme =
        if terminal { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    // A second call (tests in one process) keeps the first hook, which is the same.
    let _ = miette::set_hook(Box::new(move |_| {
        Box::new(
            GraphicalReportHandler::new_themed(theme.clone()).with_links(false).with_width(100),
        )
    }));
}

/// Prints a report.
pub(super) fn show(report: &miette::Report) {
    eprintln!("{report:?}");
}

/// An error at a place in a file, shown with the line.
pub(super) struct Placed {
    message: String,
    help: Option<String>,
    source: NamedSource<String>,
    label: LabeledSpan,
}

impl Placed {
    /// `message` about line `line` (from 1) of `file`; `word`, when it is on that line, is
    /// underlined, else the whole line is.
    pub(super) fn report(
        message: impl Into<String>,
        file: &Path,
        line: u32,
        word: Option<&str>,
        note: &str,
        help: Option<String>,
    ) -> miette::Report {
        let bytes = std::fs::read(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (start, length) = span(&text, line, word);
        let label = Some(note.to_owned()).filter(|note| !note.is_empty());
        Placed {
            message: message.into(),
            help,
            source: NamedSource::new(file.display().to_string(), text),
            label: LabeledSpan::new(label, start, length),
        }
        .into()
    }
}

/// Offset and length of the word on the line, or of the line without its blanks.
fn span(text: &str, line: u32, word: Option<&str>) -> (usize, usize) {
    let mut start = 0;
    for (number, content) in text.split_inclusive('\n').enumerate() {
        if number as u32 + 1 == line {
            if let Some(word) = word
                && let Some(at) = content.find(word)
            {
                return (start + at, word.len());
            }
            let blank = content.len() - content.trim_start().len();
            return (start + blank, content.trim().len());
        }
        start += content.len();
    }
    (text.len(), 0)
}

impl fmt::Debug for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Placed {}

impl Diagnostic for Placed {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn words_and_lines() {
        let text = "one\n  two three\n";
        assert_eq!(span(text, 2, Some("three")), (10, 5));
        assert_eq!(span(text, 2, Some("four")), (6, 9));
        assert_eq!(span(text, 9, None), (16, 0));
    }
}
