//! The make language through its public interface.

use std::sync::{Arc, Mutex};

use bstr::BString;
use rules::make::{
    Context, ErrorKind, Evaluator, Explicit, Flavor, Origin, Prerequisite, StdHost, does_nothing,
};

type Lines = Arc<Mutex<Vec<String>>>;

fn evaluator<S>(state: S) -> (Evaluator<S>, Lines) {
    let lines = Lines::default();
    let sink = lines.clone();
    let host = StdHost::new(std::env::temp_dir(), move |message| {
        if let Ok(mut lines) = sink.lock() {
            lines.push(message.line().to_string());
        }
    });
    (Evaluator::new(host, state), lines)
}

fn strings(list: &[&str]) -> Vec<BString> {
    list.iter().map(|&text| text.into()).collect()
}

#[test]
fn natives_are_called_until_a_makefile_takes_over() {
    let (mut make, _) = evaluator(Vec::<BString>::new());
    make.native(b"addlib", |make, arguments| {
        make.state.push(arguments[0].clone());
        make.eval(b"LIBS += $(sort b a)")?;
        let later = if arguments[0] == "one" { "LATER := yes" } else { "" };
        Ok(later.into())
    });
    make.eval_named(b"$(eval $(call addlib,one))\n$(call addlib,two)\n", b"M").unwrap();
    assert_eq!(make.state, strings(&["one", "two"]));
    assert_eq!(make.value_of(b"LIBS").unwrap(), "a b a b");
    assert_eq!(make.value_of(b"LATER").unwrap(), "yes");
    make.eval_named(b"addlib = X$1\nR := $(call addlib,three)\n", b"M").unwrap();
    assert_eq!(make.value_of(b"R").unwrap(), "Xthree");
    assert_eq!(make.state.len(), 2);
}

#[test]
fn a_word_is_traced_to_the_line_that_added_it() {
    let (mut make, _) = evaluator(());
    let text = b"A := one\nA += two $(B)\nA += three\nR = $(A) four\nR += five\nO = ${FIRST}\n\
        W = $(addprefix x/, $(A))\nW += more $O\nFIRST = $(firstword $A)\nS = $(shell echo ran) $(O)\n";
    make.eval_named(text, b"M").unwrap();
    let mut placed = |variable: &str| {
        let words = make.placed_words(variable.as_bytes()).unwrap().into_iter();
        let words = words.map(|(word, place)| match place {
            Some(place) => format!("{word}:{}", place.line),
            None => format!("{word}:?"),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(placed("A"), "one:1 two:2 three:3");
    assert_eq!(placed("R"), "one:1 two:2 three:3 four:4 five:5");
    assert_eq!(placed("W"), "x/one:7 x/two:7 x/three:7 more:8 one:9");
    assert_eq!(placed("S"), "ran:? one:9");
    assert_eq!(placed("NONE"), "");
}

#[test]
fn recipes_expand_for_their_target() {
    let (mut make, _) = evaluator(());
    let text = b"out/a.o: V = 1\nout/a.o: a.c b.h a.c | out\n\t@echo $@ $< '$^' '$+' '$|' $(@D) $V\n\t-+$(if x,y \\\n  z)\\\n\t\tw\n";
    make.eval_named(text, b"M").unwrap();
    let Explicit { recipe, prerequisites, .. } =
        make.explicit_rule(b"out/a.o".into()).unwrap().unwrap();
    let names: Vec<_> = prerequisites.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(names, ["a.c", "b.h", "a.c", "out"]);
    let context =
        Context { target: b"out/a.o", prerequisites: &prerequisites, ..Context::default() };
    let commands = make.commands(&recipe.unwrap(), &context).unwrap();
    assert_eq!(commands.len(), 2);
    assert_eq!(commands[0].text, "echo out/a.o a.c 'a.c b.h' 'a.c b.h a.c' 'out' out 1");
    assert!(commands[0].silent && !commands[0].ignore_failure && !commands[0].always);
    assert!(!commands[1].silent && commands[1].ignore_failure && commands[1].always);
    assert_eq!(commands[1].text, "y z\\\n\tw");
    assert_eq!(commands[1].location.line, 4);
}

#[test]
fn second_expansion_sees_the_target() {
    let (mut make, _) = evaluator(());
    let text = b".SECONDEXPANSION:\nD = late\na: $$(D) $$@.x | $$(dir out/$$@)\nb c: %: $$(addsuffix .y,$$*) %.z\nD = later\n";
    make.eval_named(text, b"M").unwrap();
    let of = |make: &mut Evaluator, target: &str| {
        make.explicit_rule(target.into()).unwrap().unwrap().prerequisites
    };
    let list = of(&mut make, "a");
    assert_eq!(list[0], Prerequisite::normal("later"));
    assert_eq!(list[1], Prerequisite::normal("a.x"));
    assert_eq!(list[2], Prerequisite::order_only("out/"));
    let list = of(&mut make, "c");
    assert_eq!(list, [Prerequisite::normal("c.y"), Prerequisite::normal("c.z")]);
}

#[test]
fn errors_have_a_place_and_a_way() {
    let (mut make, _) = evaluator(());
    let error = make.eval_named(b"\n\nnothing here\n", b"M").unwrap_err();
    assert_eq!(error.to_string(), "M:3: *** missing separator.  Stop.");
    let error = make.eval_named(b"f = $(error no $1)\n\n$(eval $(call f,1))\n", b"M").unwrap_err();
    assert_eq!(error.to_string(), "M:3: *** no 1.  Stop.");
    assert_eq!(error.trace.len(), 1);
    let error = make.eval_named(b"X = $(Y)\nY = $(X)\n$(X)\n", b"M").unwrap_err();
    let expected = "M:1: *** Recursive variable 'X' references itself (eventually).  Stop.";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_open_conditional_is_shown_where_it_was_opened() {
    let (mut make, _) = evaluator(());
    let error = make.eval_named(b"\nifdef A\nx\nifdef B\nendif\n", b"M").unwrap_err();
    assert_eq!(error.to_string(), "M:6: *** missing 'endif'.  Stop.");
    assert_eq!(error.trace[0].location.as_ref().unwrap().line, 2);
}

#[test]
fn nesting_is_bounded_by_the_stack() {
    let (mut make, _) = evaluator(());
    make.define(b"f", b"$(call f,$1x)", Flavor::Recursive, Origin::File);
    let error = make.value_of(b"f").unwrap_err();
    assert_eq!(error.kind, ErrorKind::TooDeep);
    let deep = [b"$(x".repeat(10_000), b")".repeat(10_000)].concat();
    assert!(make.expand(&deep).is_err());
    assert_eq!(make.expand(b"$(words a b)").unwrap(), "2");
}

#[test]
fn dependencies_of_the_language_itself() {
    let (mut make, lines) = evaluator(());
    make.eval_named(b"ifeq ($(X),)\nX := $(shell echo a; echo b)\nendif\n$(info $(X))\n", b"M")
        .unwrap();
    assert_eq!(lines.lock().unwrap().join(""), "a b\n");
}

#[test]
fn exports_are_what_differs_from_the_environment() {
    let (mut make, _) = evaluator(());
    make.define_environment([("KEPT".into(), "$(x".into()), ("CHANGED".into(), "old".into())]);
    let text =
        b"A = $(B)\nB = b\nexport A\nCHANGED = new\nunexport GONE\nt: export C = $@\nt: ; x\n";
    make.eval_named(text, b"M").unwrap();
    let pair = |name: &str, value: &str| (BString::from(name), BString::from(value));
    let exports = make.exports().unwrap();
    assert_eq!(exports.set, [pair("CHANGED", "new"), pair("A", "b")]);
    assert_eq!(exports.unset, strings(&["GONE"]));
    let context = Context { target: b"t", ..Context::default() };
    let exports = make.in_target(&context, |make| make.exports()).unwrap();
    assert!(exports.set.contains(&pair("C", "t")));
}

#[test]
fn scripts_see_exports_once() {
    let (mut make, _) = evaluator(());
    make.define_environment([("PATH".into(), "/usr/bin:/bin".into())]);
    let text = b"export A = $(shell echo in; :)\nB := $(shell echo $$A; :)\n";
    make.eval_named(text, b"M").unwrap();
    assert_eq!(make.value_of(b"B").unwrap(), "in");
}

#[test]
fn rules_come_too_late_in_recipes() {
    let (mut make, _) = evaluator(());
    make.eval_named(b"a:\n\t$(eval X := 1)$(X)\n\t$(eval b: c)\n", b"M").unwrap();
    let recipe = make.explicit_rule("a".into()).unwrap().unwrap().recipe.unwrap();
    let context = Context { target: b"a", ..Context::default() };
    let error = make.commands(&recipe, &context).unwrap_err();
    assert_eq!(error.to_string(), "M:3: *** prerequisites cannot be defined in recipes.  Stop.");
    assert!(make.rules().target(b"b").is_none());
}

#[test]
fn a_mistake_is_shown_as_it_is_written() {
    let (mut make, _) = evaluator(());
    let error = make.eval_named(b"A := x $(subst a,b) y\n", b"M").unwrap_err();
    assert_eq!(error.excerpt.unwrap(), "$(subst a,b)");
}

#[test]
fn undefined_variables_are_told_of() {
    let (mut make, lines) = evaluator(());
    make.warn_undefined = true;
    make.eval_named(b"A := $(nothing) $($(A)x) $(call no)\n", b"M").unwrap();
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!(lines[0], "M:1: warning: undefined variable 'nothing'\n");
}

#[test]
fn an_evaluator_may_move_to_a_thread_with_a_large_stack() {
    let (mut make, _) = evaluator(());
    let list = "x ".repeat(2000);
    make.define(b"L", list.as_bytes(), Flavor::Simple, Origin::File);
    let text = b"f = $(if $1,$(call f,$(wordlist 2,9999,$1))y)\nR := $(words $(subst y,y ,$(call f,$(L))))\n";
    assert_eq!(make.eval_named(text, b"M").unwrap_err().kind, ErrorKind::TooDeep);
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(move || {
        make.set_stack_budget(240 << 20);
        make.eval_named(text, b"M").unwrap();
        make.value_of(b"R").unwrap()
    });
    assert_eq!(thread.unwrap().join().unwrap(), "2000");
}

#[test]
fn extra_prerequisites_are_the_targets_own_or_everyones() {
    let (mut make, _) = evaluator(());
    let text = b"C = cc\n.EXTRA_PREREQS = $(C) | out\nown: .EXTRA_PREREQS = tool\nother: V = 1\n";
    make.eval_named(text, b"M").unwrap();
    make.eval_named(b"plain own other cc:\n", b"M").unwrap();
    let mut of = |target: &str| make.extra_prerequisites(target.as_bytes()).unwrap();
    assert_eq!(of("plain"), [Prerequisite::normal("cc"), Prerequisite::order_only("out")]);
    assert_eq!(of("unknown"), of("plain"));
    assert_eq!(of("own"), [Prerequisite::normal("tool")]);
    assert_eq!(of("other"), []);
    assert_eq!(of("cc"), []);
}

#[test]
fn the_last_resort_takes_the_target_for_its_first_prerequisite() {
    let (mut make, _) = evaluator(());
    make.eval_named(b".DEFAULT:\n\techo $@ $<\na: b\n", b"M").unwrap();
    let recipe = make.explicit_rule(".DEFAULT".into()).unwrap().unwrap().recipe.unwrap();
    let prerequisites = [Prerequisite::normal("b")];
    let context = Context { target: b"a", prerequisites: &prerequisites, ..Context::default() };
    assert_eq!(make.commands(&recipe, &context).unwrap()[0].text, "echo a a");
    make.eval_named(b".DEFAULT:\n", b"M").unwrap();
    assert_eq!(make.explicit_rule(".DEFAULT".into()).unwrap().unwrap().recipe, None);
}

#[test]
fn recipes_of_built_in_rules_are_on_no_line() {
    let (mut make, _) = evaluator(());
    make.define_built_in_suffixes();
    make.define_built_in_rules();
    make.eval_named(b"a.l:\n", b"M").unwrap();
    make.finish_reading().unwrap();
    let found = make.rules().matching(b"a.c");
    let lex = found.iter().find(|found| found.prerequisites == ["a.l"]).unwrap();
    let recipe = make.rules().patterns[lex.rule].recipe.clone().unwrap();
    let context = Context { target: b"a.c", stem: Some(b"a"), ..Context::default() };
    let commands = make.commands(&recipe, &context).unwrap();
    assert_eq!(commands.len(), 2);
    assert!(commands.iter().all(|command| command.location.to_string() == "<builtin>"));
    let error = make.eval(b"late: rule").unwrap_err();
    assert_eq!(error.kind, ErrorKind::PrerequisiteInRecipe);
}

#[test]
fn commands_know_what_runs_them() {
    let (mut make, _) = evaluator(());
    let text = b"a:\n\t@cc -o  'a b'\n\t:\n\t-\n\tcd x\nb: SHELL = bash\nb: ; :\n";
    make.eval_named(text, b"M").unwrap();
    let mut argvs = |target: &str| {
        let recipe = make.explicit_rule(target.into()).unwrap().unwrap().recipe.unwrap();
        let context = Context { target: target.as_bytes(), ..Context::default() };
        let commands = make.commands(&recipe, &context).unwrap();
        commands.iter().map(|command| command.argv()).collect::<Vec<_>>()
    };
    let a = argvs("a");
    assert_eq!(a[0], strings(&["cc", "-o", "a b"]));
    assert_eq!(a[1], strings(&["/bin/sh", "-c", ":"]));
    assert_eq!(a[2], strings(&["/bin/sh", "-c", "cd x"]));
    assert_eq!(a.iter().map(|argv| does_nothing(argv)).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(argvs("b"), [strings(&["bash", "-c", ":"])]);
}

/// What a target's commands get in their environment, in two goes, and whether the second cost
/// nothing.
fn exported(make: &mut Evaluator, target: &str) -> (String, bool) {
    let context = Context { target: target.as_bytes(), ..Context::default() };
    let mut go = || make.in_target(&context, |make| make.shared_exports()).expect("no error");
    let (first, second) = (go(), go());
    assert_eq!(first, second);
    let text = second.set.iter().map(|(name, value)| format!("{name}={value} "));
    (text.collect(), Arc::ptr_eq(&first, &second))
}

#[test]
fn exports_are_kept_until_something_changes() {
    let (mut make, _) = evaluator(());
    let text = b"export A = $(sort $(B) x) \nB = 1\nP = 0\nown: B = 3\nnew: export N = 4\n\
                 not: unexport A = 2\nother: C = 5\nown new not other:\n";
    make.eval_named(text, b"M").unwrap();
    make.finish_reading().unwrap();
    assert_eq!(exported(&mut make, "a"), ("A=1 x  ".into(), true));
    assert_eq!(exported(&mut make, "other"), ("A=1 x  ".into(), true));
    assert_eq!(exported(&mut make, "own"), ("A=3 x  ".into(), false));
    assert_eq!(exported(&mut make, "new"), ("A=1 x  N=4 ".into(), false));
    assert_eq!(exported(&mut make, "not"), (String::new(), false));
    assert_eq!(exported(&mut make, "a"), ("A=1 x  ".into(), true));
    make.eval(b"B = 2").unwrap();
    assert_eq!(exported(&mut make, "a"), ("A=2 x  ".into(), true));
    make.eval(b"B += 1").unwrap();
    assert_eq!(exported(&mut make, "a"), ("A=1 2 x  ".into(), true));
    make.eval(b"undefine B").unwrap();
    assert_eq!(exported(&mut make, "a"), ("A=x  ".into(), true));
    make.eval(b"unexport A").unwrap();
    assert_eq!(exported(&mut make, "a"), (String::new(), true));
    make.eval(b"export").unwrap();
    let (all, kept) = exported(&mut make, "a");
    assert!(all.contains("P=0 ") && !all.contains("A=") && kept, "{all}");
    make.eval(b"unexport\nexport T = $@").unwrap();
    assert_eq!(exported(&mut make, "a"), ("T=a ".into(), false));
    assert_eq!(exported(&mut make, "b"), ("T=b ".into(), false));
    make.eval(b"T = $(shell echo 1)").unwrap();
    assert_eq!(exported(&mut make, "b"), ("T=1 ".into(), false));
}

#[test]
fn variables_of_patterns_are_those_of_each_target() {
    let (mut make, _) = evaluator(());
    make.eval_named(b"V = g\n%.o: V += o\na%: V += a\n", b"M").unwrap();
    let value = |make: &mut Evaluator, target: &str, parents: &[BString]| {
        let target = target.as_bytes();
        let context = Context { target, parents, ..Context::default() };
        make.in_target(&context, |make| make.value_of(b"V")).unwrap().to_string()
    };
    for _ in 0..2 {
        assert_eq!(value(&mut make, "x.o", &[]), "g o");
        assert_eq!(value(&mut make, "abc.o", &[]), "g a o");
        assert_eq!(value(&mut make, "x.c", &strings(&["x.o"])), "g o");
        assert_eq!(value(&mut make, "x.c", &[]), "g");
    }
    make.eval(b"x%: V += x").unwrap();
    assert_eq!(value(&mut make, "x.c", &[]), "g x");
}

#[test]
fn pattern_rules_ask_for_files_in_the_targets_folder() {
    let (mut make, _) = evaluator(());
    let text = b"%.o: %.c common.h inc/%.h | out/%\n.SECONDEXPANSION:\n\
                 %.p: $$(if $$*,$$(addsuffix .q,% %)) x$$<y $$+ b/% | $$(C) c\nC = %.d z\n";
    make.eval_named(text, b"M").unwrap();
    let mut of = |rule: usize, folder: &str, stem: &str| {
        let explicit = [Prerequisite::normal("e"), Prerequisite::normal("e")];
        let context = Context { target: b"t", prerequisites: &explicit, ..Context::default() };
        let (folder, stem) = (folder.as_bytes(), stem.as_bytes());
        let found = make.implicit_prerequisites(rule, folder, stem, &context).unwrap();
        let names = found.iter().map(|one| match one.order_only {
            true => format!("|{}", one.name),
            false => one.name.to_string(),
        });
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of(0, "d/", "a$b"), "d/a$b.c common.h d/inc/a$b.h |d/out/a$b");
    assert_eq!(of(1, "", "$s"), "$s.q %.q xey e e b/$s |%.d |z |c");
    assert_eq!(of(1, "d/", "s"), "d/s.q d/%.q xey e e d/b/s |%.d |z |c");
}
