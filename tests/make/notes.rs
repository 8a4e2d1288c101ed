//! Notes that follow GNU make's words where more is known: all that is said on standard error, with
//! the notes in it, and without them what GNU make says.

use bstr::ByteSlice;

use crate::trial::Trial;

/// Runs both makes on a makefile. Ours must say `errors`; the reference the same without notes.
fn expect(makefile: &str, arguments: &[&str], errors: &str) {
    let trial = Trial::new(makefile);
    let theirs = trial.run(&trial.bench.reference, arguments);
    let ours = trial.run(&trial.bench.ours, arguments);
    assert_eq!(ours.errors, errors);
    let plain: Vec<&[u8]> =
        ours.errors.lines().filter(|line| !line.contains_str(": note: ")).collect();
    assert_eq!(plain, theirs.errors.lines().collect::<Vec<_>>());
    assert_eq!(ours.code(), theirs.code());
    assert_eq!(ours.output, theirs.output);
}

#[test]
fn spaces_instead_of_a_tab() {
    expect(
        "all:\n    echo hello\n",
        &[],
        "Makefile:2: *** missing separator.  Stop.\n\
         Makefile:2: note: this line starts with spaces; a recipe line starts with a tab:     echo hello\n",
    );
    expect(
        "all:\n        echo hello\n",
        &[],
        "Makefile:2: *** missing separator (did you mean TAB instead of 8 spaces?).  Stop.\n\
         Makefile:2: note: this line starts with spaces; a recipe line starts with a tab:         echo hello\n",
    );
}

#[test]
fn line_of_nothing() {
    expect(
        "include_directories src\nall:\n",
        &[],
        "Makefile:1: *** missing separator.  Stop.\n\
         Makefile:1: note: this line is neither a rule, nor an assignment, nor a directive: \
         include_directories src\n",
    );
}

#[test]
fn undefined_variable_in_a_line() {
    expect(
        "all:\n$(call_it) $(FOO) b $(MAKE)\n",
        &[],
        "Makefile:2: *** missing separator.  Stop.\n\
         Makefile:2: note: this line is neither a rule, nor an assignment, nor a directive: \
         $(call_it) $(FOO) b $(MAKE)\n\
         Makefile:2: note: the variable 'call_it' is not defined\n\
         Makefile:2: note: the variable 'FOO' is not defined\n",
    );
    expect(
        "$(NAME) = 1\n",
        &[],
        "Makefile:1: *** empty variable name.  Stop.\n\
         Makefile:1: note: the variable 'NAME' is not defined\n",
    );
}

#[test]
fn undefined_variable_in_a_prerequisite() {
    expect(
        "DIR = d\n\nall: \\\n  $(DIR)/a.o $(OUT)/x.o\nd/a.o: ; @:\n",
        &[],
        "make: *** No rule to make target '/x.o', needed by 'all'.  Stop.\n\
         Makefile:3: note: the variable 'OUT' is not defined: $(OUT)/x.o\n",
    );
    // Another name than what comes of the variable: no note.
    expect(
        "all: $(OUT) missing.o\n",
        &[],
        "make: *** No rule to make target 'missing.o', needed by 'all'.  Stop.\n",
    );
    // What its expansion might do besides is not done once more.
    expect(
        "all: $(info once)$(OUT)/x.o\n",
        &["-k"],
        "make: *** No rule to make target '/x.o', needed by 'all'.\n\
         make: Target 'all' not remade because of errors.\n",
    );
}

#[test]
fn undefined_variable_in_an_include() {
    expect(
        "include $(TOP)/rules.mk\nall:\n",
        &[],
        "Makefile:1: /rules.mk: No such file or directory\n\
         Makefile:1: note: the variable 'TOP' is not defined: $(TOP)/rules.mk\n\
         make: *** No rule to make target '/rules.mk'.  Stop.\n",
    );
}

#[test]
fn mistyped_goal() {
    expect(
        "install: ; @:\nclean: ; @:\n",
        &["instal"],
        "make: *** No rule to make target 'instal'.  Stop.\n\
         make: note: did you mean 'install'?\n",
    );
    // Short names are near to anything.
    expect("lib: ; @:\n", &["lip"], "make: *** No rule to make target 'lip'.  Stop.\n");
}
