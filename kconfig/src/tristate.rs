//! The three values of logic: no, module, yes.

/// A value of a bool or tristate option, and of every expression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tristate {
    /// `n`
    #[default]
    No,
    /// `m`
    Module,
    /// `y`
    Yes,
}

impl Tristate {
    /// The smaller.
    pub fn and(self, other: Tristate) -> Tristate {
        self.min(other)
    }

    /// The larger.
    pub fn or(self, other: Tristate) -> Tristate {
        self.max(other)
    }

    /// `y` for `n`, `n` for `y`, and `m` for itself.
    #[must_use]
    pub fn negate(self) -> Tristate {
        match self {
            Tristate::No => Tristate::Yes,
            Tristate::Module => Tristate::Module,
            Tristate::Yes => Tristate::No,
        }
    }

    /// `n`, `m` or `y`.
    pub fn letter(self) -> char {
        match self {
            Tristate::No => 'n',
            Tristate::Module => 'm',
            Tristate::Yes => 'y',
        }
    }

    /// The value that a letter stands for, in either case.
    pub fn from_letter(letter: u8) -> Option<Tristate> {
        match letter {
            b'n' | b'N' => Some(Tristate::No),
            b'm' | b'M' => Some(Tristate::Module),
            b'y' | b'Y' => Some(Tristate::Yes),
            _ => None,
        }
    }
}

impl From<bool> for Tristate {
    fn from(value: bool) -> Tristate {
        if value { Tristate::Yes } else { Tristate::No }
    }
}
