//! Targets with what is their own: variables, and peers that one recipe makes together.

use std::time::Duration;

use crate::trial::Trial;

/// Takes minutes, and so longer than a run may, when each line costs as much as there are lines.
#[test]
fn thousands_of_variables() {
    let lines = |operator: &str| -> String {
        (0..20_000).map(|i| format!("all: V{i} {operator} $(X)$(V3) {i}\n")).collect()
    };
    for operator in ["=", ":=", "+=", "?="] {
        let makefile = format!("{}all: ; @echo $(V7) $(V19999)\n", lines(operator));
        Trial::new(&makefile).agree(&[]);
    }
    let lines = lines("+=").replace("V1", "V");
    Trial::new(&format!("{lines}all: ; @echo $(words $(V))\n")).agree(&[]);
}

#[test]
fn scopes() {
    for makefile in [
        // What a target has hides a loop's variable, and a loop inside its value hides that.
        "all: x := own\n$(foreach x,a b,$(eval all: V += $(x))$(eval all: W := $(x) $$(x)))\n\
         all: L := $(foreach x,1 2,$(x)$(F)) $(call G,arg)\nF = [$(x)]\nG = $(1)$(x)\n\
         all: ; @echo '$(V)|$(W)|$(L)|$(x)'\n",
        // A target's assignment inside another one's.
        "all: A := 1\nall: B := $(eval all: C := $(A)2)$(C)3\nb: B := $(eval all: D := $(A))$(A)\n\
         all: b ; @echo '$(A)|$(B)|$(C)|$(D)'\nb: ; @echo '$(A)|$(B)|$(C)|$(D)'\n",
        // What a target appends to is the global, also for what it reads itself.
        "V = g\nall: V += 1\nall: W := $(V)\nV += h\nall: V += 2\nall: X := $(V)\n\
         all: ; @echo '$(V)|$(W)|$(X)'\n",
        "all: V = $(V) more\nall: W := $(V)\nall: ; @echo $(W)\n",
        "V = 1\nall: private V += 2\nall: W := $(V)\nall: b ; @echo '$(V)|$(W)'\nb: ; @echo '$(V)|$(W)'\n",
        "all: override V := 1\nall: V := 2\nall: V += 3\nall: ; @echo $(V)\n",
    ] {
        Trial::new(makefile).agree(&[]);
        Trial::new(makefile).agree(&["V=c", "x=d"]);
    }
}

/// A target that needs nothing done must not be taken for the run of its peers' recipe: this hung.
#[test]
fn peers_that_are_up_to_date() {
    let trial = Trial::new(
        "-include out/a.conf out/a.cmd\nall: ; @echo ok\n\
         %/a.conf %/a.cmd: src ; touch $*/a.conf $*/a.cmd\n",
    );
    for (name, seconds) in [("src", 0), ("out/a.conf", 10), ("out/a.cmd", 10)] {
        trial.file(name, "", Duration::from_secs(seconds));
    }
    // A run that takes too long has no exit status.
    for arguments in [&[][..], &["-j2"], &["out/a.cmd", "out/a.conf"], &["-B", "-n"]] {
        let theirs = trial.run(&trial.bench.reference, arguments);
        let ours = trial.run(&trial.bench.ours, arguments);
        assert_eq!((&ours.output, ours.code()), (&theirs.output, theirs.code()), "{arguments:?}");
        assert_eq!(ours.errors, theirs.errors);
    }
}
