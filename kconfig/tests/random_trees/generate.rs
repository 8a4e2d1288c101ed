//! Random Kconfig trees with random settings. A seed gives the same tree on every machine.
//!
//! Options are numbered in the order of their definition, and an expression mostly mentions lower
//! numbers than its owner, a `select` higher ones: such trees have no cycles. Some trees are wild
//! and may mention anything.

use std::fmt::Write;

/// A tree, and what a user set.
pub(crate) struct Tree {
    /// Names and texts; the first is the one to begin with.
    pub(crate) files: Vec<(String, String)>,
    /// A `.config`.
    pub(crate) settings: String,
}

/// Which rules a tree keeps.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everything of the language, cycles and contradictions too.
    Any,
    /// No cycles, no selects, no tristate choices (their smallest settings restore them in no
    /// implementation), no limits that contradict each other, one definition an option, and
    /// settings that fit their option.
    Sound,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Bool,
    Tristate,
    Int,
    Hex,
    String,
}

impl Type {
    fn word(self) -> &'static str {
        match self {
            Type::Bool => "bool",
            Type::Tristate => "tristate",
            Type::Int => "int",
            Type::Hex => "hex",
            Type::String => "string",
        }
    }

    fn is_logic(self) -> bool {
        matches!(self, Type::Bool | Type::Tristate)
    }
}

/// splitmix64
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Where a statement stands.
#[derive(Clone, Copy, Default)]
struct Context {
    depth: usize,
    /// Expressions may mention numbers below this one.
    limit: Option<usize>,
    /// The number after the last member of the choice that this is in.
    members: Option<usize>,
}

impl Context {
    fn in_choice(self) -> bool {
        self.members.is_some()
    }
}

struct Generator {
    dice: Dice,
    kind: Kind,
    wild: bool,
    types: Vec<Type>,
    defined: usize,
    files: Vec<(String, String)>,
    text: String,
    prompts: usize,
}

/// The tree of a seed.
pub(crate) fn tree(seed: u64, kind: Kind, linux: bool) -> Tree {
    let mut dice = Dice(seed);
    let wild = kind == Kind::Any && dice.percent(12);
    let most = if dice.percent(80) { 14 } else { 45 };
    let count = 2 + dice.below(most);
    let types = (0..count)
        .map(|_| {
            use Type::{Bool, Hex, Int, String, Tristate};
            dice.pick(&[Bool, Bool, Bool, Tristate, Tristate, Tristate, Int, Hex, String])
        })
        .collect();
    let (files, text) = (Vec::new(), String::new());
    let mut generator = Generator { dice, kind, wild, types, defined: 0, files, text, prompts: 0 };
    generator.whole(linux);
    let settings = generator.settings();
    let Generator { mut files, text, .. } = generator;
    files.insert(0, ("Kconfig".into(), text));
    Tree { files, settings }
}

fn name(number: usize) -> String {
    format!("S{number}")
}

impl Generator {
    fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(text.as_ref());
        self.text.push('\n');
    }

    fn whole(&mut self, linux: bool) {
        if self.dice.percent(60) {
            self.line("mainmenu \"Tree\"");
        }
        if self.dice.percent(20) {
            self.line("always := y");
            self.line("both = $(1) && $(2)");
        }
        if self.dice.percent(75) {
            let kind = match self.dice.below(4) {
                0 | 1 => "bool \"modules\"\n\tdefault y",
                2 if self.wild => "bool \"modules\" if S0\n\tdefault y",
                2 => "bool \"modules\"",
                _ => "def_bool y",
            };
            self.line(format!("config MODULES\n\t{kind}"));
            self.line(if linux { "\tmodules" } else { "\toption modules" });
        }
        while self.defined < self.types.len() {
            self.statement(Context::default());
        }
    }

    /// A number that an expression of option `own` may mention.
    fn below(&mut self, own: usize, context: Context) -> Option<usize> {
        if self.wild && self.dice.percent(25) {
            return Some(self.dice.below(self.types.len()));
        }
        let end = context.limit.unwrap_or(own).min(own);
        (end > 0).then(|| {
            // Near ones, mostly, so that chains grow.
            let near = self.dice.below(end.min(5)) + 1;
            if self.dice.percent(60) { end - near } else { self.dice.below(end) }
        })
    }

    fn prompt(&mut self) -> String {
        self.prompts += 1;
        format!("\"p{}\"", self.prompts)
    }

    fn literal(&mut self, kind: Type) -> String {
        match kind {
            Type::Bool | Type::Tristate => self.dice.pick(&["y", "n", "m", "y"]).into(),
            Type::Int => {
                let number = self.dice.below(60) as i64 - 10;
                match self.dice.below(20) {
                    0 if self.kind == Kind::Any => format!("0{}", number.abs()),
                    1 if self.kind == Kind::Any => format!("\"{number}\""),
                    _ => number.to_string(),
                }
            }
            Type::Hex => {
                let number = self.dice.below(200);
                match self.dice.below(10) {
                    0 if self.kind == Kind::Any => format!("{number:x}"),
                    1 => format!("0X{number:X}"),
                    _ => format!("{number:#x}"),
                }
            }
            Type::String => self
                .dice
                .pick(&[
                    "\"\"",
                    "\"text\"",
                    "\"two words\"",
                    "'q\"t'",
                    "\"b\\\\s\"",
                    "\"y\"",
                    "\"7\"",
                ])
                .into(),
        }
    }

    fn atom(&mut self, own: usize, context: Context) -> String {
        let Some(other) = self.below(own, context) else {
            return self.dice.pick(&["y", "y", "m", "UNKNOWN", "!UNKNOWN"]).into();
        };
        let kind = self.types[other];
        let label = name(other);
        match self.dice.below(100) {
            0..3 => "UNKNOWN".into(),
            3..8 => self.dice.pick(&["y", "m", "n"]).into(),
            8..12 => format!("!{label}"),
            12..16 if self.kind == Kind::Any => match self.below(own, context) {
                Some(second) => {
                    let operator = self.dice.pick(&["=", "!=", "<", ">=", ">", "<="]);
                    format!("{label} {operator} {}", name(second))
                }
                None => label,
            },
            16..20 if self.kind == Kind::Any => {
                let operator = self.dice.pick(&["=", "!=", "<", ">=", ">", "<="]);
                let literal = self.dice.pick(&[Type::Int, Type::Bool, Type::String, Type::Hex]);
                format!("{label} {operator} {}", self.literal(literal))
            }
            _ if !kind.is_logic() => {
                let operator = self.dice.pick(&["=", "!=", "<", ">=", ">", "<="]);
                format!("{label} {operator} {}", self.literal(kind))
            }
            20..35 => {
                let operator = self.dice.pick(&["=", "!="]);
                format!("{label} {operator} {}", self.literal(kind))
            }
            _ => label,
        }
    }

    fn expression(&mut self, own: usize, context: Context, depth: usize) -> String {
        if depth == 0 || self.dice.percent(55) {
            return self.atom(own, context);
        }
        let (left, right) =
            (self.expression(own, context, depth - 1), self.expression(own, context, depth - 1));
        match self.dice.below(10) {
            0..4 => format!("{left} && {right}"),
            4..8 => format!("{left} || {right}"),
            8 => format!("!({left} || {right})"),
            _ => format!("({left}) && ({right})"),
        }
    }

    fn condition(&mut self, own: usize, context: Context, chance: usize) -> String {
        if !self.dice.percent(chance) {
            return String::new();
        }
        format!(" if {}", self.expression(own, context, 2))
    }

    fn statement(&mut self, context: Context) {
        let roll = self.dice.below(100);
        match roll {
            0..8 if context.depth < 4 => self.menu(context),
            8..16 if context.depth < 4 => self.conditional(context),
            16..24 if context.depth < 3 && !context.in_choice() => self.choice(context),
            24..27 => self.comment(context),
            27..29 if context.depth < 2 && !context.in_choice() => self.file(context),
            29..33 if self.kind == Kind::Any && self.defined > 0 => self.again(context),
            33..38 => self.option(context, "menuconfig"),
            _ => self.option(context, "config"),
        }
    }

    /// What stands in a block.
    fn block(&mut self, context: Context, most: usize) {
        let context = Context { depth: context.depth + 1, ..context };
        for _ in 0..self.dice.below(most + 1) {
            self.statement(context);
        }
    }

    fn dependencies(&mut self, own: usize, context: Context, chance: usize) {
        let mut chance = chance;
        while self.dice.percent(chance) {
            let expression = self.expression(own, context, 2);
            self.line(format!("\tdepends on {expression}"));
            chance /= 3;
        }
    }

    fn menu(&mut self, context: Context) {
        if context.in_choice() {
            return self.option(context, "config");
        }
        let prompt = self.prompt();
        self.line(format!("menu {prompt}"));
        let own = self.defined;
        self.dependencies(own, context, 35);
        if self.dice.percent(30) {
            let expression = self.expression(own, context, 1);
            self.line(format!("\tvisible if {expression}"));
        }
        self.block(context, 5);
        self.line("endmenu\n");
    }

    fn conditional(&mut self, context: Context) {
        let own = self.defined;
        let expression = self.expression(own, context, 2);
        self.line(format!("if {expression}\n"));
        self.block(context, 4);
        self.line("endif\n");
    }

    fn comment(&mut self, context: Context) {
        let prompt = self.prompt();
        self.line(format!("comment {prompt}"));
        let own = self.defined;
        self.dependencies(own, context, 50);
        self.line("");
    }

    fn file(&mut self, context: Context) {
        let name = format!("sub{}.in", self.files.len());
        self.line(format!("source \"{name}\"\n"));
        let at = self.files.len();
        self.files.push((name, String::new()));
        let outer = std::mem::take(&mut self.text);
        self.block(context, 4);
        self.files[at].1 = std::mem::replace(&mut self.text, outer);
    }

    fn choice(&mut self, context: Context) {
        let first = self.defined;
        let mut kind = self.dice.pick(&["bool", "bool", "tristate", ""]);
        if self.kind == Kind::Sound {
            kind = "bool";
        }
        self.line("choice");
        if self.dice.percent(90) {
            let condition = self.condition(first, context, 25);
            let prompt = self.prompt();
            self.line(format!("\tprompt {prompt}{condition}"));
        }
        if !kind.is_empty() {
            self.line(format!("\t{kind}"));
        }
        if self.kind == Kind::Any && self.dice.percent(25) {
            self.line("\toptional");
        }
        self.dependencies(first, context, 25);
        let members = 1 + self.dice.below(4);
        let last = (first + members).min(self.types.len());
        while first < last && self.dice.percent(40) {
            let member = first + self.dice.below(last - first);
            let condition = self.condition(first, context, 40);
            self.line(format!("\tdefault {}{condition}", name(member)));
        }
        self.line("");
        let inner = Context { depth: context.depth + 1, limit: Some(first), members: Some(last) };
        // Members of another type than logic are for wild trees only.
        for number in first..last {
            if !self.types[number].is_logic() && !self.wild {
                self.types[number] = Type::Bool;
            }
            if self.kind == Kind::Sound {
                self.types[number] = Type::Bool;
            }
        }
        while self.defined < last {
            if self.dice.percent(12) {
                self.conditional(inner);
            } else {
                self.option(inner, "config");
            }
        }
        self.line("endchoice\n");
    }

    /// A further definition of an option.
    fn again(&mut self, context: Context) {
        let number = self.dice.below(self.defined);
        let context = if self.wild { context } else { Context { limit: Some(number), ..context } };
        // What surrounds it may depend on higher numbers.
        if context.depth > 0 && !self.wild {
            return self.option(context, "config");
        }
        self.line(format!("config {}", name(number)));
        if self.dice.percent(30) {
            let kind = self.types[number].word();
            self.line(format!("\t{kind}"));
        }
        self.attributes(number, context);
    }

    fn option(&mut self, context: Context, word: &str) {
        let word = if context.in_choice() { "config" } else { word };
        if self.defined == context.members.unwrap_or(self.types.len()) {
            return;
        }
        let number = self.defined;
        self.defined += 1;
        self.line(format!("{word} {}", name(number)));
        let kind = self.types[number];
        let prompt = self.prompt();
        let condition = self.condition(number, context, 25);
        match self.dice.below(100) {
            0..8 if !context.in_choice() && kind.is_logic() => {
                let default = self.expression(number, context, 2);
                self.line(format!("\tdef_{} {default}{condition}", kind.word()));
            }
            8..20 if !context.in_choice() => self.line(format!("\t{}", kind.word())),
            20..30 => self.line(format!("\t{}\n\tprompt {prompt}{condition}", kind.word())),
            _ => self.line(format!("\t{} {prompt}{condition}", kind.word())),
        }
        self.attributes(number, context);
    }

    fn attributes(&mut self, number: usize, context: Context) {
        let kind = self.types[number];
        self.dependencies(number, context, 35);
        while !context.in_choice() && self.dice.percent(40) {
            let value = match self.below(number, context) {
                Some(other) if self.dice.percent(25) && self.types[other] == kind => name(other),
                _ if kind.is_logic() && self.dice.percent(50) => {
                    self.expression(number, context, 2)
                }
                _ => self.literal(kind),
            };
            let condition = self.condition(number, context, 50);
            self.line(format!("\tdefault {value}{condition}"));
        }
        if matches!(kind, Type::Int | Type::Hex) {
            self.ranges(number, context);
        }
        if kind.is_logic() && self.kind == Kind::Any {
            self.pushes(number, context.members.unwrap_or(number + 1), context);
        }
        if self.dice.percent(10) {
            self.line("\thelp\n\t  Some words,\n\n\t    indented.");
        }
        self.line("");
    }

    fn ranges(&mut self, number: usize, context: Context) {
        let kind = self.types[number];
        while self.dice.percent(40) {
            let limit = |this: &mut Self, least: usize| match this.below(number, context) {
                Some(other)
                    if this.kind == Kind::Any
                        && this.types[other] == kind
                        && this.dice.percent(25) =>
                {
                    name(other)
                }
                _ => {
                    let value = least + this.dice.below(30);
                    if kind == Type::Hex { format!("{value:#x}") } else { value.to_string() }
                }
            };
            let low = limit(self, 0);
            let crossed = self.kind == Kind::Any && self.dice.percent(5);
            let high = limit(self, if crossed { 0 } else { 30 });
            let condition = self.condition(number, context, 40);
            self.line(format!("\trange {low} {high}{condition}"));
        }
    }

    fn pushes(&mut self, number: usize, after: usize, context: Context) {
        for word in ["select", "imply"] {
            let mut chance = 25;
            while self.dice.percent(chance) {
                chance = 40;
                let wild = self.wild || self.dice.percent(1);
                let first = if wild { 0 } else { after };
                if first >= self.types.len() {
                    break;
                }
                let target = first + self.dice.below(self.types.len() - first);
                if !self.types[target].is_logic() && !self.dice.percent(2) {
                    continue;
                }
                let condition = self.condition(number, context, 40);
                self.line(format!("\t{word} {}{condition}", name(target)));
            }
        }
    }

    fn settings(&mut self) -> String {
        let mut text = String::new();
        let share = self.dice.pick(&[0, 30, 60, 90]);
        if self.dice.percent(50) && share > 0 {
            text.push_str("CONFIG_MODULES=y\n");
        }
        for number in 0..self.types.len() {
            if self.dice.percent(share) {
                self.setting(number, &mut text);
            }
        }
        if self.kind == Kind::Any && share > 0 {
            self.oddities(&mut text);
        }
        text
    }

    fn setting(&mut self, number: usize, text: &mut String) {
        let label = name(number);
        let odd = self.kind == Kind::Any && self.dice.percent(6);
        let kind = if odd {
            self.dice.pick(&[Type::Bool, Type::Tristate, Type::Int, Type::Hex, Type::String])
        } else {
            self.types[number]
        };
        let result = match kind {
            Type::Bool | Type::Tristate => {
                let module = kind == Type::Tristate;
                match self.dice.below(10) {
                    0..4 => writeln!(text, "# CONFIG_{label} is not set"),
                    4..7 if module => writeln!(text, "CONFIG_{label}=m"),
                    7 => writeln!(text, "CONFIG_{label}=n"),
                    _ => writeln!(text, "CONFIG_{label}=y"),
                }
            }
            Type::Int => writeln!(text, "CONFIG_{label}={}", self.dice.below(70) as i64 - 8),
            Type::Hex => writeln!(text, "CONFIG_{label}={:#x}", self.dice.below(70)),
            Type::String => {
                let value = self.dice.pick(&["", "text", "a b", "q\\\"t", "b\\\\s", "$x", "y"]);
                writeln!(text, "CONFIG_{label}=\"{value}\"")
            }
        };
        result.unwrap();
    }

    fn oddities(&mut self, text: &mut String) {
        while self.dice.percent(20) {
            let line = self.dice.pick(&[
                "CONFIG_NOWHERE=y\n",
                "# CONFIG_NOWHERE is not set\n",
                "# a comment\n",
                "\n",
                "nonsense\n",
                "CONFIG_S0\n",
                "CONFIG_S1=\n",
                "CONFIG_S1=maybe\n",
                "CONFIG_S2=\"open\n",
                "CONFIG_S3=y trailing\n",
                "#CONFIG_S3 is not set\n",
                "CONFIG_S4=y\r\n",
            ]);
            text.push_str(line);
        }
        if self.dice.percent(15) {
            let again = self.dice.below(self.types.len());
            self.setting(again, text);
        }
        if self.dice.percent(5) {
            text.pop();
        }
    }
}
