//! Random folders with makefiles, and calls of make in them. A seed gives the same on every machine.
//!
//! Targets are numbered, and a target mostly needs lower numbers: most graphs have no circles.

use std::fmt::Write;

use crate::dice::Dice;
use crate::expression::{expression, variable, word};
use crate::known;

/// A file at the beginning.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Its age in seconds.
    pub(crate) age: u64,
}

/// A folder, and how make is called in it.
#[derive(Clone)]
pub(crate) struct Tree {
    /// The first is the makefile.
    pub(crate) files: Vec<File>,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

/// Suffixes of the chains that pattern rules and suffix rules make.
const SUFFIXES: [&str; 5] = [".a", ".b", ".c", ".d", ".e"];

struct Maker {
    dice: Dice,
    text: String,
    /// Makefiles that are included.
    included: Vec<File>,
    depth: usize,
}

/// The tree of a seed.
pub(crate) fn tree(seed: u64) -> Tree {
    let mut dice = Dice::new(seed);
    let exports = dice.percent(60);
    let mut maker = Maker { dice, text: String::new(), included: Vec::new(), depth: 0 };
    let mut files = maker.sources();
    maker.makefile();
    let arguments = maker.arguments();
    let makefile = File { name: "Makefile".into(), text: maker.text, age: 5000 };
    files.insert(0, makefile);
    for file in maker.included {
        if !files.iter().any(|other| other.name == file.name) {
            files.push(file);
        }
    }
    let environment: &[_] = if exports { &[("E0", "env0 e"), ("V0", "env.a")] } else { &[] };
    let mut tree = Tree { files, arguments, environment };
    known::leave_out(&mut tree, exports);
    tree
}

impl Maker {
    fn line(&mut self, line: impl AsRef<str>) {
        let _ = writeln!(self.text, "{}", line.as_ref());
    }

    /// What lies in the folder before.
    fn sources(&mut self) -> Vec<File> {
        let mut files = Vec::new();
        let mut add = |dice: &mut Dice, name: String, chance: usize| {
            if dice.percent(chance) {
                let age = 1000 + 100 * dice.below(30) as u64;
                files.push(File { text: format!("first {name}\n"), name, age });
            }
        };
        let dice = &mut self.dice;
        for number in 0..3 {
            add(dice, format!("s{number}"), 85);
            add(dice, format!("f{number}.a"), 80);
            add(dice, format!("sub/v{number}.a"), 50);
            for suffix in &SUFFIXES[1..] {
                add(dice, format!("f{number}{suffix}"), 15);
            }
        }
        for number in 0..8 {
            add(dice, format!("t{number}"), 35);
        }
        add(dice, "sub/s3".into(), 60);
        add(dice, "sub/t2".into(), 20);
        add(dice, "d/e.c".into(), 40);
        files
    }

    fn arguments(&mut self) -> Vec<String> {
        let mut arguments = Vec::new();
        let dice = &mut self.dice;
        let weights: [(&str, usize); 16] = [
            ("-n", 10),
            ("-q", 5),
            ("-t", 5),
            ("-B", 7),
            ("-s", 8),
            ("-k", 25),
            ("-i", 6),
            ("-j1", 5),
            ("-r", 12),
            ("-R", 3),
            ("-e", 5),
            ("--warn-undefined-variables", 4),
            ("-w", 4),
            ("--no-print-directory", 3),
            ("-S", 2),
            ("--trace", 3),
        ];
        for (option, chance) in weights {
            if dice.percent(chance) {
                arguments.push(option.to_owned());
            }
        }
        if dice.percent(8) {
            arguments.push(format!("-W{}", file_name(dice, 8)));
        }
        if dice.percent(8) {
            arguments.push(format!("-o{}", file_name(dice, 8)));
        }
        if dice.percent(12) {
            let operator = dice.pick(&["=", ":=", "+=", "?="]);
            arguments.push(format!("{}{operator}{}", variable(dice), word(dice)));
        }
        if dice.percent(3) {
            arguments.push(format!("--eval=V2 := {}", word(dice)));
        }
        for _ in 0..dice.below(3) {
            arguments.push(file_name(dice, 8));
        }
        arguments
    }

    fn makefile(&mut self) {
        if self.dice.percent(70) {
            let goal = self.dice.pick(&["all", "all", "t7", "t5"]);
            let needs = self.prerequisites(8);
            self.line(format!("{goal}: {needs}"));
            if self.dice.percent(30) {
                self.recipe();
            }
        }
        if self.dice.percent(25) {
            self.line(".SECONDEXPANSION:");
        }
        for _ in 0..4 + self.dice.below(16) {
            self.statement();
        }
    }

    fn statement(&mut self) {
        match self.dice.below(100) {
            0..26 => self.assignment(),
            26..50 => self.explicit_rule(),
            50..61 => self.pattern_rule(),
            61..65 => self.static_pattern_rule(),
            65..68 => self.suffix_rule(),
            68..75 => self.special_target(),
            75..81 => self.target_variable(),
            81..86 if self.depth < 2 => self.conditional(),
            86..89 => self.definition(),
            89..92 if self.depth < 2 => self.include(),
            92..94 => self.search_path(),
            94..96 => self.export(),
            96..98 => {
                let text = expression(&mut self.dice, 2);
                let name = self.dice.pick(&["info", "warning"]);
                self.line(format!("$({name} {text})"));
            }
            98 => self.odd_line(),
            _ => self.evaluated_rule(),
        }
    }

    fn assignment(&mut self) {
        let dice = &mut self.dice;
        let name = variable(dice);
        let operator = dice.pick(&["=", "=", ":=", ":=", "?=", "+=", "+=", "::=", "!="]);
        let before = dice.pick(&["", "", "", "", "", "override ", "export ", "private "]);
        let value = match operator {
            "!=" => dice.pick(&["echo a b", "printf 'x\\ny\\n'", "exit 2"]).to_owned(),
            // What refers to itself would only end the run.
            "=" | "?=" => expression(dice, 2).replace(&format!("({name}"), "(V9"),
            _ => expression(dice, 3),
        };
        let comment = dice.pick(&["", "", "", "", "", " # comment"]);
        let blank = dice.pick(&[" ", " ", " ", "", "  "]);
        self.line(format!("{before}{name}{blank}{operator} {value}{comment}"));
    }

    fn definition(&mut self) {
        let dice = &mut self.dice;
        let name = dice.pick(&["F0", "F1", "F2", "V3", "V4", "R0", "R1"]);
        let operator = dice.pick(&["", " =", " :=", " +=", " ?="]);
        self.line(format!("define {name}{operator}"));
        for _ in 0..1 + self.dice.below(2) {
            let dice = &mut self.dice;
            let line = match name {
                "F0" | "F1" | "F2" => {
                    let body = [
                        "[$1|$2]",
                        "$(1)-$(2)",
                        "$(sort $1 $2)",
                        "$0 $(words $1)",
                        "$(if $1,$2,none)",
                    ];
                    dice.pick(&body).to_owned()
                }
                "R0" | "R1" => dice.pick(&["@echo in $@", "-false", "echo $<", "@:"]).to_owned(),
                _ => expression(dice, 1),
            };
            self.line(line);
        }
        self.line("endef");
    }

    fn explicit_rule(&mut self) {
        let dice = &mut self.dice;
        let number = dice.below(8);
        let mut targets = target_name(dice, number);
        for _ in 0..dice.pick(&[0, 0, 0, 0, 1, 2]) {
            targets.push(' ');
            targets.push_str(&target_name(dice, number));
        }
        let colon = dice.pick(&[":", ":", ":", ":", ":", ":", "::", "::", "&:", " :"]);
        let mut needs = self.prerequisites(number);
        if self.dice.percent(5) {
            needs = format!("{needs} {}", expression(&mut self.dice, 1));
        }
        if self.dice.percent(12) {
            let more = self.prerequisites(number);
            needs = format!("{needs} | {more}");
        }
        if self.dice.percent(6) {
            self.line(format!("{targets}{colon} {needs}; @echo one line for $@"));
        } else {
            self.line(format!("{targets}{colon} {needs}"));
        }
        if self.dice.percent(80) || colon == "&:" {
            self.recipe();
        }
    }

    fn prerequisites(&mut self, number: usize) -> String {
        let mut names = Vec::new();
        for _ in 0..self.dice.below(4) {
            let dice = &mut self.dice;
            let below = if dice.percent(4) { 8 } else { number };
            names.push(match dice.below(25) {
                0 => "$(V1)".to_owned(),
                1 => "$$(@:t%=s%)".to_owned(),
                2 => "missing".to_owned(),
                3 => "force".to_owned(),
                4 => "sub/v0.b".to_owned(),
                5 => "v1.a".to_owned(),
                6 => "s3".to_owned(),
                7 => "s*".to_owned(),
                _ => file_name(dice, below),
            });
        }
        names.join(" ")
    }

    fn pattern_rule(&mut self) {
        let dice = &mut self.dice;
        let to = dice.below(5);
        let from = if dice.percent(85) { to.saturating_sub(1) } else { dice.below(5) };
        let (target, needs) = match dice.below(12) {
            0 => ("t%".to_owned(), dice.pick(&["s%", "", "f%.b"]).to_owned()),
            1 => ("%".to_owned(), dice.pick(&["%.a", "%.b", "s0"]).to_owned()),
            2 => (format!("%{}", SUFFIXES[to]), format!("%{} s0", SUFFIXES[from])),
            3 => {
                let second = SUFFIXES[(to + 1) % 5];
                (format!("%{} %{second}", SUFFIXES[to]), format!("%{}", SUFFIXES[from]))
            }
            4 => (format!("sub/%{}", SUFFIXES[to]), format!("sub/%{}", SUFFIXES[from])),
            5 => (format!("%{}", SUFFIXES[to]), String::new()),
            6 => (format!("f%{}", SUFFIXES[to]), format!("f%{} | s1", SUFFIXES[from])),
            _ => (format!("%{}", SUFFIXES[to]), format!("%{}", SUFFIXES[from])),
        };
        let colon = dice.pick(&[":", ":", ":", ":", ":", "::"]);
        self.line(format!("{target}{colon} {needs}"));
        // Without a recipe it takes a rule away.
        if self.dice.percent(92) {
            self.recipe();
        }
    }

    fn static_pattern_rule(&mut self) {
        let dice = &mut self.dice;
        let (targets, pattern, needs) = dice.pick(&[
            ("t2 t3", "t%", "s%"),
            ("t4 t5", "t%", "s0 f%.a"),
            ("f0.b f1.b", "%.b", "%.a"),
            ("f0.c f1.d", "f%", "s0"),
            ("t6", "%6", "t1 %3"),
            ("t6 f2.d", "t%", "s1"),
        ]);
        self.line(format!("{targets}: {pattern}: {needs}"));
        self.recipe();
    }

    fn suffix_rule(&mut self) {
        let dice = &mut self.dice;
        let to = 1 + dice.below(4);
        let (from, to) = (SUFFIXES[to - 1], SUFFIXES[to]);
        if dice.percent(80) {
            self.line(format!(".SUFFIXES: {from} {to}"));
        }
        let needs = self.dice.pick(&["", "", "", " s0"]);
        let name = if self.dice.percent(85) { format!("{from}{to}") } else { from.to_owned() };
        self.line(format!("{name}:{needs}"));
        self.recipe();
    }

    fn special_target(&mut self) {
        let dice = &mut self.dice;
        let name = dice.pick(&[
            ".PHONY",
            ".PHONY",
            ".SECONDARY",
            ".INTERMEDIATE",
            ".PRECIOUS",
            ".DELETE_ON_ERROR",
            ".ONESHELL",
            ".SILENT",
            ".IGNORE",
            ".DEFAULT",
            ".SUFFIXES",
            ".NOTPARALLEL",
            ".POSIX",
            ".DEFAULT",
            ".EXPORT_ALL_VARIABLES",
            ".LOW_RESOLUTION_TIME",
        ]);
        let needs = match name {
            ".DELETE_ON_ERROR"
            | ".ONESHELL"
            | ".DEFAULT"
            | ".NOTPARALLEL"
            | ".POSIX"
            | ".EXPORT_ALL_VARIABLES" => String::new(),
            ".SUFFIXES" => dice.pick(&["", ".a .b", ".c"]).to_owned(),
            ".PRECIOUS" => dice.pick(&["%.b", "t3", "%.c %.d"]).to_owned(),
            ".PHONY" => format!("force {}", file_name(dice, 8)),
            _ if dice.percent(25) => String::new(),
            _ => format!("{} {}", file_name(dice, 8), file_name(dice, 8)),
        };
        self.line(format!("{name}: {needs}"));
        if name == ".DEFAULT" && self.dice.percent(80) {
            self.recipe();
        }
    }

    fn target_variable(&mut self) {
        let dice = &mut self.dice;
        let target = match dice.below(6) {
            0 => "t%".to_owned(),
            1 => "%.b".to_owned(),
            2 => "all".to_owned(),
            3 => "t2 t4".to_owned(),
            _ => target_name(dice, 7),
        };
        let before = dice.pick(&["", "", "", "private ", "export ", "override "]);
        let name = variable(dice);
        let operator = dice.pick(&["=", ":=", "+=", "+=", "?="]);
        let mut value = expression(dice, 2);
        if operator != ":=" {
            value = value.replace(&format!("({name}"), "(V9");
        }
        self.line(format!("{target}: {before}{name} {operator} {value}"));
    }

    fn conditional(&mut self) {
        let dice = &mut self.dice;
        let start = match dice.below(6) {
            0 => format!("ifdef {}", variable(dice)),
            1 => format!("ifndef {}", variable(dice)),
            2 => format!("ifeq ({},{})", expression(dice, 1), expression(dice, 1)),
            3 => format!("ifneq '{}' \"{}\"", expression(dice, 1), expression(dice, 1)),
            4 => format!("ifeq ($(strip {}),)", expression(dice, 1)),
            _ => "ifneq ($(V0),)".to_owned(),
        };
        self.line(start);
        self.depth += 1;
        for _ in 0..1 + self.dice.below(2) {
            self.statement();
        }
        if self.dice.percent(50) {
            let or_else = self.dice.pick(&["else", "else", "else ifdef V3"]);
            self.line(or_else);
            self.statement();
        }
        self.depth -= 1;
        self.line("endif");
    }

    fn include(&mut self) {
        let number = self.dice.below(3);
        let name = format!("i{number}.mk");
        let directive = self.dice.pick(&["include", "-include", "sinclude", "-include"]);
        let exists = self.dice.percent(50);
        if exists {
            let outer = std::mem::take(&mut self.text);
            self.depth += 1;
            for _ in 0..1 + self.dice.below(3) {
                self.statement();
            }
            self.depth -= 1;
            let text = std::mem::replace(&mut self.text, outer);
            let age = 1000 + 100 * self.dice.below(30) as u64;
            self.included.push(File { name: name.clone(), text, age });
        }
        self.line(format!("{directive} {name}"));
        if self.dice.percent(if exists { 30 } else { 85 }) {
            let needs = self.dice.pick(&["s0", "s1", "", "f0.b", "t1"]);
            self.line(format!("{name}: {needs}"));
            let body = self.dice.pick(&["V5 = made", "t1: s1", "V1 += more", "$(info read)"]);
            let body = body.replace('$', "$$");
            self.line("\t@echo making $@");
            self.line(format!("\techo '{body}' > $@"));
            if self.dice.percent(8) {
                self.line("\tfalse");
            }
        }
    }

    fn search_path(&mut self) {
        let line = self.dice.pick(&[
            "VPATH = sub",
            "VPATH := sub d",
            "vpath %.a sub",
            "vpath s% sub",
            "vpath t% sub",
            "vpath %.a",
            "vpath",
            "GPATH = sub",
        ]);
        self.line(line);
    }

    fn export(&mut self) {
        let name = variable(&mut self.dice);
        let line = match self.dice.below(5) {
            0 => "export".to_owned(),
            1 => format!("unexport {name}"),
            2 => format!("undefine {name}"),
            3 => "unexport".to_owned(),
            _ => format!("export {name}"),
        };
        self.line(line);
    }

    /// A rule that is made by a function.
    fn evaluated_rule(&mut self) {
        let number = self.dice.below(8);
        let needs = file_name(&mut self.dice, number);
        let line = match self.dice.below(3) {
            0 => format!("$(eval t{number}: {needs} ; @echo evaluated $$@)"),
            1 => "$(foreach n,1 2,$(eval t$(n): V3 := n$(n)))".to_owned(),
            _ => format!("$(eval $(call F0,t{number}:,{needs}))"),
        };
        self.line(line);
    }

    /// What is no makefile at all.
    fn odd_line(&mut self) {
        if !self.dice.percent(25) {
            return self.line("# nothing but words");
        }
        let line = self.dice.pick(&[
            "words without sense",
            "        eight spaces",
            "endif",
            "else",
            "endef",
            ": nothing",
            "t1: t%: x: y",
            "%.a foo: bar",
            "$(V9)",
            "ifeq (a",
            "define",
            "t1 t2",
            "override",
        ]);
        self.line(line);
    }

    fn recipe(&mut self) {
        if self.dice.percent(5) {
            let name = self.dice.pick(&["R0", "R1"]);
            return self.line(format!("\t$({name})"));
        }
        for _ in 0..1 + self.dice.below(3) {
            let line = self.command();
            self.line(format!("\t{line}"));
        }
        if self.dice.percent(60) {
            let line =
                self.dice.pick(&["touch $@", "@echo made > $@", "cat $^ > $@", "@echo $^ >> $@"]);
            self.line(format!("\t{line}"));
        }
        if self.dice.percent(3) {
            self.line("");
            self.line("# a comment between");
            self.line("\t@echo after a comment");
        }
    }

    fn command(&mut self) -> String {
        let dice = &mut self.dice;
        let before = dice.pick(&["", "", "", "@", "@", "-", "+", "@-", "- @"]);
        let command = match dice.below(24) {
            0..4 => "echo make $@ from $^".to_owned(),
            4 => "echo '$<' '$?' '$*' '$|' '$+'".to_owned(),
            5 => "echo $(@F) $(@D) $(<F) $(^D) $(*F) $(?F)".to_owned(),
            6..9 => {
                // Quotes keep the shell out of what it is not meant for.
                let text = expression(dice, 2);
                format!("echo '{}'", text.replace('\'', ""))
            }
            9 => "false".to_owned(),
            10 => "exit 3".to_owned(),
            11 => "touch $@; false".to_owned(),
            12 => "echo one; \\\n\t echo two".to_owned(),
            13 => "echo 'a \\\n\tb'".to_owned(),
            14 => {
                format!("echo $$V1 \"$${}\" $$E0 $$MAKELEVEL", variable(dice).replace("W.x", "V4"))
            }
            15 => "x=1".to_owned(),
            16 => "echo x=$$x".to_owned(),
            17 => format!("$(info about $@ {})", expression(dice, 1)),
            18 => "no-such-program".to_owned(),
            19 => "# a comment for the shell".to_owned(),
            20 => "mkdir -p d && echo x > d/$(@F)".to_owned(),
            21 if dice.percent(30) => "kill -9 $$$$".to_owned(),
            22 if dice.percent(30) => "$(MAKE) -f i0.mk V1=sub".to_owned(),
            _ => "test -e s0".to_owned(),
        };
        format!("{before}{command}")
    }
}

/// A target below a number, or a source.
fn file_name(dice: &mut Dice, below: usize) -> String {
    match dice.below(10) {
        0..5 if below > 0 => format!("t{}", dice.below(below)),
        5 => format!("s{}", dice.below(4)),
        6..9 => format!("f{}{}", dice.below(3), dice.pick(&SUFFIXES)),
        _ => format!("s{}", dice.below(3)),
    }
}

/// What a rule is for.
fn target_name(dice: &mut Dice, number: usize) -> String {
    match dice.below(14) {
        0 => format!("f{}{}", dice.below(3), dice.pick(&SUFFIXES)),
        1 => "all".to_owned(),
        2 => "force".to_owned(),
        3 => "d/e.c".to_owned(),
        _ => format!("t{number}"),
    }
}
