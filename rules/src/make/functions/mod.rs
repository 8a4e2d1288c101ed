//! The built-in functions: their names and the number of their arguments. What they do is in the
//! groups beside this file.

pub(crate) mod control;
pub(crate) mod files;
pub(crate) mod io;
pub(crate) mod text;

use super::bytes::is_space;

/// A built-in function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Abspath,
    Addprefix,
    Addsuffix,
    And,
    Basename,
    Call,
    Dir,
    Error,
    Eval,
    File,
    Filter,
    FilterOut,
    Findstring,
    Firstword,
    Flavor,
    Foreach,
    If,
    Info,
    Intcmp,
    Join,
    Lastword,
    Let,
    Notdir,
    Or,
    Origin,
    Patsubst,
    Realpath,
    Shell,
    Sort,
    Strip,
    Subst,
    Suffix,
    Value,
    Warning,
    Wildcard,
    Word,
    Wordlist,
    Words,
}

/// Which arguments lose the white space round them before they are expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trim {
    None,
    First,
    All,
}

/// No upper bound on the number of arguments.
const ANY: usize = usize::MAX;

impl Function {
    /// The function of that name.
    pub(crate) fn find(name: &[u8]) -> Option<Function> {
        use Function::*;
        Some(match name {
            b"abspath" => Abspath,
            b"addprefix" => Addprefix,
            b"addsuffix" => Addsuffix,
            b"and" => And,
            b"basename" => Basename,
            b"call" => Call,
            b"dir" => Dir,
            b"error" => Error,
            b"eval" => Eval,
            b"file" => File,
            b"filter" => Filter,
            b"filter-out" => FilterOut,
            b"findstring" => Findstring,
            b"firstword" => Firstword,
            b"flavor" => Flavor,
            b"foreach" => Foreach,
            b"if" => If,
            b"info" => Info,
            b"intcmp" => Intcmp,
            b"join" => Join,
            b"lastword" => Lastword,
            b"let" => Let,
            b"notdir" => Notdir,
            b"or" => Or,
            b"origin" => Origin,
            b"patsubst" => Patsubst,
            b"realpath" => Realpath,
            b"shell" => Shell,
            b"sort" => Sort,
            b"strip" => Strip,
            b"subst" => Subst,
            b"suffix" => Suffix,
            b"value" => Value,
            b"warning" => Warning,
            b"wildcard" => Wildcard,
            b"word" => Word,
            b"wordlist" => Wordlist,
            b"words" => Words,
            _ => return None,
        })
    }

    /// The function whose name starts `text`, and the length of that name. White space must follow
    /// the name, unless the text ends there.
    pub(crate) fn at_start_of(text: &[u8]) -> Option<(Function, usize)> {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        let length = text.iter().position(|&byte| !is_name(byte)).unwrap_or(text.len());
        if text.get(length).is_some_and(|&byte| !is_space(byte)) {
            return None;
        }
        Some((Function::find(&text[..length])?, length))
    }

    pub(crate) fn name(self) -> &'static str {
        use Function::*;
        match self {
            Abspath => "abspath",
            Addprefix => "addprefix",
            Addsuffix => "addsuffix",
            And => "and",
            Basename => "basename",
            Call => "call",
            Dir => "dir",
            Error => "error",
            Eval => "eval",
            File => "file",
            Filter => "filter",
            FilterOut => "filter-out",
            Findstring => "findstring",
            Firstword => "firstword",
            Flavor => "flavor",
            Foreach => "foreach",
            If => "if",
            Info => "info",
            Intcmp => "intcmp",
            Join => "join",
            Lastword => "lastword",
            Let => "let",
            Notdir => "notdir",
            Or => "or",
            Origin => "origin",
            Patsubst => "patsubst",
            Realpath => "realpath",
            Shell => "shell",
            Sort => "sort",
            Strip => "strip",
            Subst => "subst",
            Suffix => "suffix",
            Value => "value",
            Warning => "warning",
            Wildcard => "wildcard",
            Word => "word",
            Wordlist => "wordlist",
            Words => "words",
        }
    }

    /// The fewest arguments, and the most: beyond those, commas belong to the last one.
    pub(crate) fn arity(self) -> (usize, usize) {
        use Function::*;
        match self {
            Subst | Patsubst | Wordlist | Foreach | Let => (3, 3),
            Addprefix | Addsuffix | Filter | FilterOut | Findstring | Join | Word => (2, 2),
            Intcmp => (2, 5),
            If => (2, 3),
            File => (1, 2),
            Call | And | Or => (1, ANY),
            _ => (0, 1),
        }
    }

    /// Whether the function itself decides which of its arguments are expanded, and when.
    pub(crate) fn is_lazy(self) -> bool {
        use Function::*;
        matches!(self, If | And | Or | Foreach | Let | Intcmp)
    }

    pub(crate) fn trim(self) -> Trim {
        match self {
            Function::If => Trim::First,
            Function::And | Function::Or => Trim::All,
            _ => Trim::None,
        }
    }
}

/// The expanded arguments of one call, side by side in one buffer.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'a> {
    text: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(text: &'a [u8], ends: &'a [usize]) -> Arguments<'a> {
        Arguments { text, ends }
    }

    pub(crate) fn len(self) -> usize {
        self.ends.len()
    }

    /// An argument; one that is not there is empty.
    pub(crate) fn get(self, index: usize) -> &'a [u8] {
        let Some(&end) = self.ends.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..end]
    }

    /// The arguments from the second on.
    pub(crate) fn skip_first(self) -> impl Iterator<Item = &'a [u8]> {
        (1..self.len()).map(move |index| self.get(index))
    }
}
