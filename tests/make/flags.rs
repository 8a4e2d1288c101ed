//! `MAKEFLAGS` changed by a makefile: what follows of it at once, and what when all has been read.

use crate::trial::Trial;

/// What GNU make 4.3 knows only after it has read all makefiles, 4.4 knows from there on.
#[test]
fn flags_hold_from_their_line_on() {
    let trial = Trial::new(
        "$(info $(MAKEFLAGS)|$(CC)|$(SUFFIXES))\n\
         MAKEFLAGS += -R -k -n -s -I inc\n\
         $(info $(MAKEFLAGS)|$(CC)|$(SUFFIXES))\n\
         include part.mk\n\
         all: ; @echo $(X)\n",
    );
    std::fs::create_dir(trial.work().join("inc")).unwrap();
    std::fs::write(trial.work().join("inc/part.mk"), "X = part\n").unwrap();
    let suffixes = ".out .a .ln .o .c .cc .C .cpp .p .f .F .m .r .y .l .ym .yl .s .S .mod .sym \
                    .def .h .info .dvi .tex .texinfo .texi .txinfo .w .ch .web .sh .elc .el";
    let first = format!("|cc|{suffixes}\nknrRs -Iinc||\necho part\n");
    trial.says(&[], &first);
    let first = format!(" -- V=1|cc|{suffixes}\nknrRs -Iinc -- V=1||\necho part\n");
    trial.says(&["V=1"], &first);
}

#[test]
fn undefined_variables_are_told_from_there_on() {
    let trial =
        Trial::new("A := $(U)\nMAKEFLAGS += --warn-undefined-variables\nB := $(U)\nall: ; @:\n");
    let ran = trial.run(&trial.bench.ours, &[]);
    assert_eq!(ran.errors, "Makefile:3: warning: undefined variable 'U'\n");
}

#[test]
fn the_environment_takes_precedence_from_there_on() {
    let makefile = "A = make\nMAKEFLAGS += -e\nB = make\nall: ; @echo $(A) $(B)\n";
    let trial = Trial::new(makefile);
    let mut command = trial.bench.ours.command(&trial.work());
    let ran = command.envs([("A", "env"), ("B", "env")]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "make env\n");
}

/// What the command line asked for stays, whatever a makefile writes.
#[test]
fn flags_are_never_taken_back() {
    let trial = Trial::new(
        "MAKEFLAGS =\n$(info $(MAKEFLAGS))\n$(eval MAKEFLAGS := i)\n$(info $(MAKEFLAGS))\n\
         all: ; @false\n",
    );
    let ran = trial.run(&trial.bench.ours, &["-k"]);
    assert_eq!((ran.output.to_string().as_str(), ran.code()), ("k\nik\n", 0));
    assert_eq!(ran.errors, "make: [Makefile:5: all] Error 1 (ignored)\n");
}

/// What a recipe's expansion says holds from that recipe on.
#[test]
fn flags_of_a_recipe() {
    Trial::new("all: a b\na: ; @echo a\nb: ; $(eval MAKEFLAGS += -n)@echo b\n")
        .says(&[], "a\necho b\n");
}

#[test]
fn as_4_3() {
    for makefile in [
        "MAKEFLAGS += FOO=bar\nFOO = no\nall: ; @echo '$(FOO)' $(origin FOO) \"$$MAKEFLAGS\"\n",
        "unexport MAKEFLAGS\nall: ; @echo \"$$MAKEFLAGS\" $(MAKEFLAGS)\n",
        "MAKEFLAGS += -k\nall: a b\na: ; @false\nb: ; @echo b\n",
        "MAKEFLAGS = -i\nall: ; @false\n",
        "MAKEFLAGS += -Ofoo\nall: ; @echo never\n",
        "MAKEFLAGS += --debug=z\nall: ; @echo never\n",
        "MAKEFLAGS += -rR\nall: x.o\nx.c: ; touch $@\n",
        "MAKEFLAGS += --no-such -Z k\nall: ; @echo $(MAKEFLAGS)\n",
        "override MAKEFLAGS = -s\nall: ; echo $(MAKEFLAGS)\n",
        "all: MAKEFLAGS += -s\nall: ; echo $(MAKEFLAGS)\n",
        "define MAKEFLAGS\nk\nendef\nall: ; echo $(MAKEFLAGS)\n",
        "MAKEFLAGS := $(MAKEFLAGS)\nall: ; @echo $(MAKEFLAGS)\n",
        "MAKEFLAGS += -j2\nall: ; @echo $(filter -j%,$(MAKEFLAGS))\n",
        "undefine MAKEFLAGS\nall: ; @echo $(MAKEFLAGS)\n",
    ] {
        let trial = Trial::new(makefile);
        for arguments in [&[][..], &["-k"], &["V=1", "W=a b"], &["--no-print-directory"]] {
            trial.agree(arguments);
        }
    }
}
