//! Commands that make carries out itself look as if their programs had run.

use bstr::ByteSlice;

use crate::trial::Trial;

/// Recipe lines that are carried out, and others that only look like them.
const LINES: [&str; 30] = [
    "echo",
    "echo a  b   c",
    "echo \"a  b\" 'c  d' e\"f\"",
    "echo a=b \"=\" '#' \"*\"",
    "echo -n x",
    "echo -e 'a\\tb'",
    "echo a\\tb",
    "echo 'a\\tb'",
    "echo \"a\\tb\"",
    "echo $$HOME '$$HOME' \"$$0\"",
    "echo one; echo two",
    "echo x > out/redirected",
    "echo \"unterminated",
    "echo ~ *.none",
    "true",
    "true x",
    "-false",
    "touch out/a out/b",
    "touch \"out/c d\"",
    "touch",
    "touch none/there",
    "-touch none/there out/e",
    "mkdir -p out/f/g out/h",
    "-mkdir -p out/a/x",
    "-mkdir out",
    "rm -f out/a out/none",
    "-rm -f out",
    "-rm out/none",
    "rm -rf out/h",
    "cd out && touch i && pwd | sed 's,.*/,,'",
];

#[test]
fn they_do_what_their_programs_do() {
    for line in LINES {
        let trial = Trial::new(&format!(
            "all: out ; {line}\nout: ; mkdir -p out\n.PHONY: list\nlist: ; @ls -R . | grep -v Makefile\n"
        ));
        trial.agree(&["-k", "all", "list"]);
        trial.agree(&["-n"]);
        trial.agree(&["-s", "-Otarget"]);
    }
}

#[test]
fn scripts_are_answered_alike() {
    let makefile = "$(info [$(shell echo a  \"b  c\")] $(.SHELLSTATUS))\n\
                    $(info [$(shell mkdir -p out/x && echo y)] [$(shell mkdir -p out/z)] $(.SHELLSTATUS))\n\
                    $(info [$(shell rm -f out/none)] [$(shell touch none/x 2>/dev/null)] $(.SHELLSTATUS))\n\
                    V != echo \"x y\"\n\
                    all: ; @echo $(V) $(wildcard out/*)\n";
    assert_eq!(Trial::new(makefile).agree(&[]).code(), 0);
}

/// What stands between a name and its program is asked.
#[test]
fn another_program_of_the_name_runs() {
    let makefile = "export PATH := $(CURDIR)/bin:$(PATH)\n\
                    all: bin/echo\n\techo mine\n\t@echo \"mine, too\"\n\
                    bin/echo:\n\tmkdir -p bin\n\tprintf '#!/bin/sh\\nprintf \"<%%s>\\\\n\" \"$$*\"\\n' > $@\n\
                    \tchmod +x $@\n";
    let trial = Trial::new(makefile);
    let ran = trial.run(&trial.bench.ours, &[]);
    assert!(ran.output.contains_str("<mine>"), "{}", ran.output);
    trial.agree(&[]);
}

#[test]
fn a_shell_of_the_makefile_s_own_is_asked() {
    let makefile = "SHELL = /bin/sh\n.SHELLFLAGS = -xc\nall:\n\t@echo \"traced\"\n\t@true \"x\"\n";
    Trial::new(makefile).agree(&[]);
}
