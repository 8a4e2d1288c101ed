//! The variables that make itself defines: its own, and those of its built-in rules. The rules
//! themselves are not here.

use super::evaluator::Evaluator;
use super::variables::{Flavor, Origin};

/// The version of GNU make whose language this is.
const VERSION: &[u8] = b"4.4.1";

const FEATURES: &[u8] = b"target-specific order-only second-expansion else-if shortest-stem \
undefine oneshell nocomment grouped-target extra-prereqs notintermediate shell-export archives \
jobserver jobserver-fifo output-sync check-symlink";

/// What built-in rules use, so that makefiles may: programs and how they are called.
const BUILT_IN: &[(&str, &str)] = &[
    (".LIBPATTERNS", "lib%.so lib%.a"),
    ("AR", "ar"),
    ("ARFLAGS", "rv"),
    ("AS", "as"),
    ("CC", "cc"),
    ("CHECKOUT,v", "+$(if $(wildcard $@),,$(CO) $(COFLAGS) $< $@)"),
    ("CO", "co"),
    ("COFLAGS", ""),
    ("COMPILE.C", "$(COMPILE.cc)"),
    ("COMPILE.F", "$(FC) $(FFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c"),
    ("COMPILE.S", "$(CC) $(ASFLAGS) $(CPPFLAGS) $(TARGET_MACH) -c"),
    ("COMPILE.c", "$(CC) $(CFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c"),
    ("COMPILE.cc", "$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c"),
    ("COMPILE.cpp", "$(COMPILE.cc)"),
    ("COMPILE.def", "$(M2C) $(M2FLAGS) $(DEFFLAGS) $(TARGET_ARCH)"),
    ("COMPILE.f", "$(FC) $(FFLAGS) $(TARGET_ARCH) -c"),
    ("COMPILE.m", "$(OBJC) $(OBJCFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c"),
    ("COMPILE.mod", "$(M2C) $(M2FLAGS) $(MODFLAGS) $(TARGET_ARCH)"),
    ("COMPILE.p", "$(PC) $(PFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -c"),
    ("COMPILE.r", "$(FC) $(FFLAGS) $(RFLAGS) $(TARGET_ARCH) -c"),
    ("COMPILE.s", "$(AS) $(ASFLAGS) $(TARGET_MACH)"),
    ("CPP", "$(CC) -E"),
    ("CTANGLE", "ctangle"),
    ("CWEAVE", "cweave"),
    ("CXX", "g++"),
    ("F77", "$(FC)"),
    ("F77FLAGS", "$(FFLAGS)"),
    ("FC", "f77"),
    ("GET", "get"),
    ("LD", "ld"),
    ("LEX", "lex"),
    ("LEX.l", "$(LEX) $(LFLAGS) -t"),
    ("LEX.m", "$(LEX) $(LFLAGS) -t"),
    ("LINK.C", "$(LINK.cc)"),
    ("LINK.F", "$(FC) $(FFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)"),
    ("LINK.S", "$(CC) $(ASFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_MACH)"),
    ("LINK.c", "$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)"),
    ("LINK.cc", "$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)"),
    ("LINK.cpp", "$(LINK.cc)"),
    ("LINK.f", "$(FC) $(FFLAGS) $(LDFLAGS) $(TARGET_ARCH)"),
    ("LINK.m", "$(OBJC) $(OBJCFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)"),
    ("LINK.o", "$(CC) $(LDFLAGS) $(TARGET_ARCH)"),
    ("LINK.p", "$(PC) $(PFLAGS) $(CPPFLAGS) $(LDFLAGS) $(TARGET_ARCH)"),
    ("LINK.r", "$(FC) $(FFLAGS) $(RFLAGS) $(LDFLAGS) $(TARGET_ARCH)"),
    ("LINK.s", "$(CC) $(ASFLAGS) $(LDFLAGS) $(TARGET_MACH)"),
    ("LINT", "lint"),
    ("LINT.c", "$(LINT) $(LINTFLAGS) $(CPPFLAGS) $(TARGET_ARCH)"),
    ("M2C", "m2c"),
    ("MAKEINFO", "makeinfo"),
    ("OBJC", "cc"),
    ("OUTPUT_OPTION", "-o $@"),
    ("PC", "pc"),
    ("PREPROCESS.F", "$(FC) $(FFLAGS) $(CPPFLAGS) $(TARGET_ARCH) -F"),
    ("PREPROCESS.S", "$(CC) -E $(CPPFLAGS)"),
    ("PREPROCESS.r", "$(FC) $(FFLAGS) $(RFLAGS) $(TARGET_ARCH) -F"),
    ("RM", "rm -f"),
    ("TANGLE", "tangle"),
    ("TEX", "tex"),
    ("TEXI2DVI", "texi2dvi"),
    ("WEAVE", "weave"),
    ("YACC", "yacc"),
    ("YACC.m", "$(YACC) $(YFLAGS)"),
    ("YACC.y", "$(YACC) $(YFLAGS)"),
];

/// The suffixes of built-in rules.
pub(super) const SUFFIXES: &[u8] =
    b".out .a .ln .o .c .cc .C .cpp .p .f .F .m .r .y .l .ym .yl .s .S .mod \
.sym .def .h .info .dvi .tex .texinfo .texi .txinfo .w .ch .web .sh .elc .el";

impl<S> Evaluator<S> {
    /// Defines `CC`, `RM`, `COMPILE.c` and the like, as make does unless it is told not to (`-R`).
    pub fn define_built_in_variables(&mut self) {
        for (name, value) in BUILT_IN {
            let (name, value) = (name.as_bytes(), value.as_bytes());
            self.define(name, value, Flavor::Recursive, Origin::Default);
        }
    }

    /// Takes those away again that nothing has changed (`-R` in a makefile).
    pub fn forget_built_in_variables(&mut self) {
        for (name, _) in BUILT_IN {
            let name = self.names.intern(name.as_bytes());
            self.table.undefine(name, Origin::Default);
        }
    }

    pub(crate) fn define_own_variables(&mut self) {
        let folder = self.host.folder();
        for (name, value, origin) in [
            (&b"MAKE_VERSION"[..], VERSION, Origin::Default),
            (b".FEATURES", FEATURES, Origin::Default),
            (b".SHELLFLAGS", b"-c", Origin::Default),
            (b".RECIPEPREFIX", b"", Origin::Default),
            (b".VARIABLES", b"", Origin::Default),
            (b"SUFFIXES", b"", Origin::Default),
            (b"MAKE_HOST", b"x86_64-pc-linux-gnu", Origin::Default),
            (b"MAKEFILES", b"", Origin::Default),
            (b"MAKELEVEL", b"0", Origin::Environment),
            (b"SHELL", b"/bin/sh", Origin::Default),
            (b"MAKEFILE_LIST", b"", Origin::File),
            (b".DEFAULT_GOAL", b"", Origin::File),
            (b"CURDIR", folder.as_slice(), Origin::File),
        ] {
            self.define(name, value, Flavor::Simple, origin);
        }
        self.define(b".INCLUDE_DIRS", b"", Flavor::Recursive, Origin::Default);
        self.define(b"MAKEFLAGS", b"", Flavor::Recursive, Origin::File);
        self.define(b"MAKE", b"$(MAKE_COMMAND)", Flavor::Recursive, Origin::Default);
        self.define(b"MAKE_COMMAND", b"make", Flavor::Simple, Origin::Default);
        for letter in ["@", "%", "*", "<", "?", "^", "+"] {
            let folder = format!("$(patsubst %/,%,$(dir ${letter}))");
            let name = format!("$(notdir ${letter})");
            for (suffix, value) in [("D", folder), ("F", name)] {
                let variable = format!("{letter}{suffix}");
                let (variable, value) = (variable.as_bytes(), value.as_bytes());
                self.define(variable, value, Flavor::Recursive, Origin::Automatic);
            }
        }
    }
}
