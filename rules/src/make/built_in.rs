//! The rules that make knows without any makefile: the suffixes, the suffix rules and the pattern
//! rules of its database. Facts only; how suffix rules become pattern rules is in `suffix_rules`.

use std::collections::HashMap;
use std::sync::Arc;

use bstr::BString;

use super::defaults::SUFFIXES;
use super::evaluator::Evaluator;
use super::location::Location;
use super::names::FastHash;
use super::rules::{PatternRule, Prerequisites, Recipe};
use super::variables::{Flavor, Origin};

/// Sources that a program is linked from at once: `LINK.c` and the like do it.
const LINKED: &[&str] =
    &[".o", ".s", ".S", ".c", ".cc", ".C", ".cpp", ".f", ".m", ".p", ".F", ".r"];

/// Sources that `COMPILE.c` and the like make an object of.
const COMPILED: &[&str] = &[".c", ".cc", ".C", ".cpp", ".f", ".m", ".p", ".F", ".r"];

/// Sources whose compiler does not heed `OUTPUT_OPTION`.
const ASSEMBLED: &[&str] = &[".s", ".S", ".mod"];

/// Sources of the documents that `makeinfo` and `texi2dvi` read.
const TEXINFO: &[&str] = &[".texinfo", ".texi", ".txinfo"];

/// The suffix rules that are not alike.
const SUFFIX_RULES: &[(&str, &str)] = &[
    (".mod", "$(COMPILE.mod) -o $@ -e $@ $^"),
    (".def.sym", "$(COMPILE.def) -o $@ $<"),
    (".sh", "cat $< >$@ \n chmod a+x $@"),
    (".c.ln", "$(LINT.c) -C$* $<"),
    (".y.ln", "$(YACC.y) $< \n $(LINT.c) -C$* y.tab.c \n $(RM) y.tab.c"),
    (".l.ln", "@$(RM) $*.c\n $(LEX.l) $< > $*.c\n$(LINT.c) -i $*.c -o $@\n $(RM) $*.c"),
    (".y.c", "$(YACC.y) $< \n mv -f y.tab.c $@"),
    (".l.c", "@$(RM) $@ \n $(LEX.l) $< > $@"),
    (".ym.m", "$(YACC.m) $< \n mv -f y.tab.c $@"),
    (".lm.m", "@$(RM) $@ \n $(LEX.m) $< > $@"),
    (".F.f", "$(PREPROCESS.F) $(OUTPUT_OPTION) $<"),
    (".r.f", "$(PREPROCESS.r) $(OUTPUT_OPTION) $<"),
    (".l.r", "$(LEX.l) $< > $@ \n mv -f lex.yy.r $@"),
    (".S.s", "$(PREPROCESS.S) $< > $@"),
    (".tex.dvi", "$(TEX) $<"),
    (".w.c", "$(CTANGLE) $< - $@"),
    (".web.p", "$(TANGLE) $<"),
    (".w.tex", "$(CWEAVE) $< - $@"),
    (".web.tex", "$(WEAVE) $<"),
];

const MAKEINFO: &str = "$(MAKEINFO) $(MAKEINFO_FLAGS) $< -o $@";
const TEXI2DVI: &str = "$(TEXI2DVI) $(TEXI2DVI_FLAGS) $<";
const CHECK_OUT: &str = "$(CHECKOUT,v)";
const GET: &str = "$(GET) $(GFLAGS) $(SCCS_OUTPUT_OPTION) $<";

/// Target, prerequisites, whether it is terminal, recipe.
const PATTERN_RULES: &[(&str, &[&str], bool, &str)] = &[
    ("(%)", &["%"], false, "$(AR) $(ARFLAGS) $@ $<"),
    ("%.out", &["%"], false, "@rm -f $@ \n cp $< $@"),
    ("%.c", &["%.w", "%.ch"], false, "$(CTANGLE) $^ $@"),
    ("%.tex", &["%.w", "%.ch"], false, "$(CWEAVE) $^ $@"),
    ("%", &["%,v"], true, CHECK_OUT),
    ("%", &["RCS/%,v"], true, CHECK_OUT),
    ("%", &["RCS/%"], true, CHECK_OUT),
    ("%", &["s.%"], true, GET),
    ("%", &["SCCS/s.%"], true, GET),
];

/// What of the database is in effect.
#[derive(Clone, Debug, Default)]
pub(crate) struct BuiltIn {
    /// Suffix rules, by the target that would define them.
    pub(crate) suffix_rules: HashMap<BString, Arc<Recipe>, FastHash>,
    /// Pattern rules join the makefiles' own when those have been read.
    pub(crate) patterns: bool,
    /// `.SUFFIXES` is as make had it: no makefile has changed it.
    pub(crate) suffixes: bool,
}

/// Where GNU make says its own recipes are.
const PLACE: &str = "<builtin>";

impl Recipe {
    fn built_in(text: &str) -> Arc<Recipe> {
        let text = format!("{text}\n").into();
        Arc::new(Recipe { location: Location::new(PLACE, 0), text, prefix: b'\t' })
    }

    /// Whether it is one of make's own.
    pub fn is_built_in(&self) -> bool {
        self.location.line == 0 && self.location.file() == PLACE
    }
}

impl<S> Evaluator<S> {
    /// Gives `.SUFFIXES` the list that make starts with unless it is told not to (`-r`). To be
    /// called before makefiles are read.
    pub fn define_built_in_suffixes(&mut self) {
        self.rules.suffixes = super::bytes::words(SUFFIXES).map(BString::from).collect();
        self.rules.built_in.suffixes = true;
        self.define(b"SUFFIXES", SUFFIXES, Flavor::Simple, Origin::Default);
    }

    /// Adds the rules that make knows by itself unless it is told not to (`-r`). To be called
    /// before makefiles are read; they may replace any of them.
    pub fn define_built_in_rules(&mut self) {
        self.rules.built_in.patterns = true;
        let mut define = |target: String, recipe: &str| {
            self.rules.built_in.suffix_rules.insert(target.into(), Recipe::built_in(recipe));
        };
        for end in LINKED {
            define((*end).into(), &format!("$(LINK{end}) $^ $(LOADLIBES) $(LDLIBS) -o $@"));
        }
        for end in COMPILED {
            define(format!("{end}.o"), &format!("$(COMPILE{end}) $(OUTPUT_OPTION) $<"));
        }
        for end in ASSEMBLED {
            define(format!("{end}.o"), &format!("$(COMPILE{end}) -o $@ $<"));
        }
        for end in TEXINFO {
            define(format!("{end}.info"), MAKEINFO);
            define(format!("{end}.dvi"), TEXI2DVI);
        }
        for (target, recipe) in SUFFIX_RULES {
            define((*target).into(), recipe);
        }
    }

    /// Takes built-in rules back, and the suffixes if no makefile has changed them: a makefile
    /// asked for that with `MAKEFLAGS += -r`. To be called before [`Evaluator::finish_reading`].
    pub fn forget_built_in_rules(&mut self) {
        self.rules.built_in.patterns = false;
        if std::mem::take(&mut self.rules.built_in.suffixes) {
            self.rules.suffixes.clear();
        }
        self.define(b"SUFFIXES", b"", Flavor::Simple, Origin::Default);
    }

    /// Adds the built-in pattern rules behind all others.
    pub(crate) fn add_built_in_patterns(&mut self) {
        for (target, prerequisites, terminal, recipe) in PATTERN_RULES {
            let normal = prerequisites.iter().map(|&name| name.into()).collect();
            self.rules.add_pattern_unless_there(PatternRule {
                targets: vec![(*target).into()],
                prerequisites: Prerequisites::Names { normal, order_only: Vec::new() },
                recipe: Some(Recipe::built_in(recipe)),
                terminal: *terminal,
                location: Location::new(PLACE, 0),
            });
        }
    }
}
