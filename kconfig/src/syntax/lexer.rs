//! Text to tokens. Pure: macros stay unexpanded, and nothing but the text is looked at.
//!
//! A few decisions of the language are made here because they change what characters mean: the
//! value of an assignment runs to the end of its line, and a line with only `help` is followed by
//! a block of text that ends where the indentation does.

use bstr::ByteSlice;
use nom::bytes::complete::{tag, take, take_till, take_while1};
use nom::combinator::{peek, value};
use nom::multi::{fold_many0, fold_many1};
use nom::sequence::preceded;
use nom::{IResult, Parser, branch::alt};

use crate::source::Span;

/// A reserved word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Keyword {
    AllNoConfigY,
    Bool,
    Choice,
    Comment,
    Config,
    DefBool,
    DefTristate,
    Default,
    DefconfigList,
    Depends,
    EndChoice,
    EndIf,
    EndMenu,
    Help,
    Hex,
    If,
    Imply,
    Int,
    MainMenu,
    Menu,
    MenuConfig,
    Modules,
    On,
    Option,
    Optional,
    Prompt,
    Range,
    Select,
    Source,
    String,
    Tristate,
    Visible,
}

impl Keyword {
    /// The keyword that a word is. `old` adds those that Linux has dropped since 5.2.
    fn of(word: &[u8], old: bool) -> Option<Keyword> {
        // Most words are names of options, and those are in capitals.
        if !word.first().is_some_and(|&letter| letter.is_ascii_lowercase() || letter == b'-') {
            return None;
        }
        Some(match word {
            b"bool" => Keyword::Bool,
            b"choice" => Keyword::Choice,
            b"comment" => Keyword::Comment,
            b"config" => Keyword::Config,
            b"def_bool" => Keyword::DefBool,
            b"def_tristate" => Keyword::DefTristate,
            b"default" => Keyword::Default,
            b"depends" => Keyword::Depends,
            b"endchoice" => Keyword::EndChoice,
            b"endif" => Keyword::EndIf,
            b"endmenu" => Keyword::EndMenu,
            b"help" => Keyword::Help,
            b"hex" => Keyword::Hex,
            b"if" => Keyword::If,
            b"imply" => Keyword::Imply,
            b"int" => Keyword::Int,
            b"mainmenu" => Keyword::MainMenu,
            b"menu" => Keyword::Menu,
            b"menuconfig" => Keyword::MenuConfig,
            b"modules" => Keyword::Modules,
            b"on" => Keyword::On,
            b"optional" => Keyword::Optional,
            b"prompt" => Keyword::Prompt,
            b"range" => Keyword::Range,
            b"select" => Keyword::Select,
            b"source" => Keyword::Source,
            b"string" => Keyword::String,
            b"tristate" => Keyword::Tristate,
            b"visible" => Keyword::Visible,
            b"allnoconfig_y" if old => Keyword::AllNoConfigY,
            b"defconfig_list" if old => Keyword::DefconfigList,
            b"option" if old => Keyword::Option,
            b"---help---" if old => Keyword::Help,
            _ => return None,
        })
    }
}

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Sign {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Not,
    Open,
    Close,
    ColonEqual,
    PlusEqual,
}

/// What a token is. Its text is in its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A reserved word.
    Keyword(Keyword),
    /// Any other word.
    Word,
    /// A word with macros in it.
    MacroWord,
    /// A string with its quotes; `plain` when it has neither macros nor backslashes.
    Quoted {
        /// Whether the text between the quotes is the string.
        plain: bool,
        /// Whether the closing quote is there.
        closed: bool,
    },
    /// A sign.
    Sign(Sign),
    /// The value of an assignment, up to the end of the line.
    AssignValue,
    /// The block of text after `help`; see [`help_text`].
    HelpText,
    /// The end of a line that has other tokens. `next` is the line after it.
    EndOfLine,
    /// A character that means nothing.
    Stray(u8),
    /// The end of the text, in a line that has other tokens.
    EndOfText,
}

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The line that it starts on, from 1.
    pub line: u32,
    /// Its bytes.
    pub span: Span,
}

/// The tokens of a text of less than 4 GiB, in a list that may have been used before.
pub fn tokens(text: &[u8], old_keywords: bool, mut tokens: Vec<Token>) -> Vec<Token> {
    tokens.clear();
    let mut lexer = Lexer { text, rest: text, line: 1, old_keywords, tokens, line_start: 0 };
    lexer.run();
    lexer.tokens
}

type Result<'a, O> = IResult<&'a [u8], O>;

/// Which bytes words are made of.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        table[byte] = letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-';
        byte += 1;
    }
    table
};

fn is_word(byte: u8) -> bool {
    WORD[byte as usize]
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// What is left of a line.
fn line(input: &[u8]) -> Result<'_, &[u8]> {
    take(input.find_byte(b'\n').unwrap_or(input.len())).parse(input)
}

/// Blanks, comments and escaped line ends; gives the number of the latter.
fn blank(input: &[u8]) -> Result<'_, u32> {
    let rest = skip(input, is_blank);
    if !matches!(rest.first(), Some(b'#' | b'\\')) {
        return Ok((rest, 0));
    }
    let spaces = value(0, take_while1(is_blank));
    let escaped = value(1, tag(&b"\\\n"[..]));
    let comment = value(0, preceded(peek(tag(&b"#"[..])), line));
    fold_many0(alt((spaces, comment, escaped)), || 0, |sum: u32, one: u32| sum + one).parse(rest)
}

/// The length of `$(...)` at the start of `text`, which does not go past the end of the line;
/// the rest of the line when the parenthesis stays open, and 1 when there is none.
pub(crate) fn macro_length(text: &[u8]) -> usize {
    if text.get(1) != Some(&b'(') {
        return 1;
    }
    let mut depth = 0_usize;
    for (index, &byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 1 => return index + 1,
            b')' => depth -= 1,
            b'\n' => return index,
            _ => {}
        }
    }
    text.len()
}

fn macro_reference(input: &[u8]) -> Result<'_, &[u8]> {
    preceded(peek(tag(&b"$"[..])), take(macro_length(input))).parse(input)
}

/// A word, and whether it has macros.
fn word(input: &[u8]) -> Result<'_, bool> {
    let rest = skip(input, is_word);
    if rest.len() < input.len() && rest.first() != Some(&b'$') {
        return Ok((rest, false));
    }
    let part = alt((value(false, take_while1(is_word)), value(true, macro_reference)));
    let (rest, macros) = fold_many1(part, || false, |any, one| any | one).parse(input)?;
    Ok((rest, macros))
}

fn sign(input: &[u8]) -> Result<'_, Sign> {
    alt((
        value(Sign::Or, tag(&b"||"[..])),
        value(Sign::And, tag(&b"&&"[..])),
        value(Sign::Unequal, tag(&b"!="[..])),
        value(Sign::LessEqual, tag(&b"<="[..])),
        value(Sign::GreaterEqual, tag(&b">="[..])),
        value(Sign::ColonEqual, tag(&b":="[..])),
        value(Sign::PlusEqual, tag(&b"+="[..])),
        value(Sign::Equal, tag(&b"="[..])),
        value(Sign::Less, tag(&b"<"[..])),
        value(Sign::Greater, tag(&b">"[..])),
        value(Sign::Not, tag(&b"!"[..])),
        value(Sign::Open, tag(&b"("[..])),
        value(Sign::Close, tag(&b")"[..])),
    ))
    .parse(input)
}

/// A string up to its closing quote, or up to the end of the line or text without one.
fn quoted(input: &[u8]) -> Result<'_, (bool, bool)> {
    let (mut rest, quote) = alt((tag(&b"\""[..]), tag(&b"'"[..]))).parse(input)?;
    let mut plain = true;
    loop {
        let (after, _) =
            take_till(|byte| matches!(byte, b'$' | b'\'' | b'"' | b'\\' | b'\n')).parse(rest)?;
        rest = after;
        match rest {
            [] | [b'\n', ..] => return Ok((rest, (plain, false))),
            [b'\\', after @ ..] => {
                plain = false;
                rest = match after {
                    [] | [b'\n', ..] => after,
                    [_, after @ ..] => after,
                };
            }
            [b'$', ..] => {
                plain = false;
                rest = &rest[macro_length(rest)..];
            }
            [byte, after @ ..] => {
                rest = after;
                if *byte == quote[0] {
                    return Ok((rest, (plain, true)));
                }
            }
        }
    }
}

/// The text of a help block, from just after the line of `help`, and how many lines end in it.
fn help_block(input: &[u8]) -> (&[u8], u32) {
    let mut rest = input;
    let mut lines = 0;
    let mut first = 0;
    loop {
        let text = skip(rest, is_blank);
        match text {
            [] => {
                rest = text;
                break;
            }
            [b'\n', next, ..] if !matches!(next, b' ' | b'\t' | b'\n') => {
                rest = text;
                break;
            }
            [b'\n', after @ ..] => {
                lines += 1;
                rest = after;
            }
            _ => {
                let blanks = &rest[..rest.len() - text.len()];
                if first == 0 {
                    first = width(blanks);
                } else if !blanks.is_empty() && width(blanks) < first {
                    break;
                }
                rest = &text[text.find_byte(b'\n').unwrap_or(text.len())..];
            }
        }
    }
    (&input[..input.len() - rest.len()], lines)
}

/// The columns that blanks take.
fn width(blanks: &[u8]) -> usize {
    blanks
        .iter()
        .fold(0, |column, &byte| if byte == b'\t' { (column & !7) + 8 } else { column + 1 })
}

/// The text that a help block stands for: the first line's indentation removed everywhere, tabs
/// in indentation expanded, blanks at the ends of lines dropped.
pub fn help_text(block: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(block.len());
    let mut first = 0;
    let mut lines = block.split(|&byte| byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let body = line.iter().position(|&byte| !is_blank(byte)).unwrap_or(line.len());
        if body < line.len() {
            let end = line.iter().rposition(|&byte| !is_blank(byte)).map_or(body, |at| at + 1);
            let column = width(&line[..body]);
            if first > 0 {
                text.resize(text.len() + column.saturating_sub(first), b' ');
            } else {
                first = column;
            }
            text.extend_from_slice(&line[body..end]);
        }
        if lines.peek().is_some() {
            text.push(b'\n');
        }
    }
    text
}

struct Lexer<'a> {
    text: &'a [u8],
    rest: &'a [u8],
    line: u32,
    old_keywords: bool,
    tokens: Vec<Token>,
    /// The index of the current line's first token.
    line_start: usize,
}

impl<'a> Lexer<'a> {
    fn push(&mut self, kind: Kind, line: u32, rest: &'a [u8]) {
        let start = (self.text.len() - self.rest.len()) as u32;
        let end = (self.text.len() - rest.len()) as u32;
        self.tokens.push(Token { kind, line, span: Span { start, end } });
        self.rest = rest;
    }

    fn run(&mut self) {
        loop {
            if let Ok((rest, lines)) = blank(self.rest) {
                self.rest = rest;
                self.line += lines;
            }
            let line = self.line;
            match *self.rest {
                [] => break,
                [b'\n', ..] => self.end_of_line(),
                [b'"' | b'\'', ..] => match quoted(self.rest) {
                    Ok((rest, (plain, closed))) => {
                        self.push(Kind::Quoted { plain, closed }, line, rest);
                    }
                    Err(_) => break,
                },
                [byte, ..] if is_word(byte) || byte == b'$' => self.word(),
                [byte, ..] => match sign(self.rest) {
                    Ok((rest, sign)) => self.sign(sign, rest),
                    Err(_) => self.push(Kind::Stray(byte), line, &self.rest[1..]),
                },
            }
        }
        if self.tokens.len() > self.line_start {
            self.push(Kind::EndOfText, self.line, self.rest);
        }
    }

    fn word(&mut self) {
        let before = self.rest;
        let Ok((rest, macros)) = word(before) else {
            return self.push(Kind::Stray(b'$'), self.line, &before[1..]);
        };
        let text = &before[..before.len() - rest.len()];
        let kind = match Keyword::of(text, self.old_keywords) {
            _ if macros => Kind::MacroWord,
            Some(keyword) => Kind::Keyword(keyword),
            None => Kind::Word,
        };
        self.push(kind, self.line, rest);
    }

    fn sign(&mut self, sign: Sign, rest: &'a [u8]) {
        self.push(Kind::Sign(sign), self.line, rest);
        let assigns = matches!(sign, Sign::Equal | Sign::ColonEqual | Sign::PlusEqual);
        let line = &self.tokens[self.line_start..];
        if assigns && line.len() == 2 && matches!(line[0].kind, Kind::Word | Kind::MacroWord) {
            self.assign_value();
        }
    }

    fn assign_value(&mut self) {
        self.rest = skip(self.rest, is_blank);
        let Ok((rest, _)) = line(self.rest) else { return };
        if rest.len() < self.rest.len() {
            self.push(Kind::AssignValue, self.line, rest);
        }
    }

    fn end_of_line(&mut self) {
        let line = self.line;
        self.line += 1;
        let rest = &self.rest[1..];
        if self.tokens.len() == self.line_start {
            self.rest = rest;
            return;
        }
        let help = matches!(
            self.tokens[self.line_start..],
            [Token { kind: Kind::Keyword(Keyword::Help), .. }]
        );
        self.push(Kind::EndOfLine, line, rest);
        if help {
            let line = self.line;
            let (block, lines) = help_block(self.rest);
            self.line += lines;
            self.push(Kind::HelpText, line, &self.rest[block.len()..]);
        }
        self.line_start = self.tokens.len();
    }
}

fn skip(text: &[u8], while_true: impl Fn(u8) -> bool) -> &[u8] {
    let end = text.iter().position(|&byte| !while_true(byte));
    &text[end.unwrap_or(text.len())..]
}
