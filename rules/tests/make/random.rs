//! Random makefiles, beside the system's GNU make. `PROPTEST_CASES` sets how many.

use proptest::prelude::*;

use super::peer::peer;
use super::run::ours;

/// One of some texts.
fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    proptest::sample::select(texts).prop_map(str::to_owned)
}

fn word() -> impl Strategy<Value = String> {
    one_of(&["a", "b.c", "x/y.c", "foo", "a%", "%.o", "1", "2", "d/", ".h", "-I", "c.tar.gz"])
}

fn name() -> impl Strategy<Value = String> + Clone {
    one_of(&["A", "B", "C", "D", "E", "FROM_ENV"])
}

/// Text with references and calls.
fn text() -> impl Strategy<Value = String> + Clone {
    let leaf = prop_oneof![
        4 => word(),
        3 => name().prop_map(|name| format!("$({name})")),
        1 => name().prop_map(|name| format!("${{{name}}}")),
        1 => (name(), word(), word()).prop_map(|(name, from, to)| format!("$({name}:{from}={to})")),
        2 => one_of(&["$$", "$1", "(x)", "", "$$(A)", "$(A", "#", "\\#", ":", "=", "%"]),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let space = one_of(&[" ", "", "  ", "\t", " \\\n ", ","]);
        let parts = proptest::collection::vec((inner.clone(), space), 1..4);
        let parts = parts.prop_map(|parts| {
            parts.into_iter().map(|(text, space)| text + &space).collect::<String>()
        });
        let one = one_of(&[
            "strip", "sort", "words", "firstword", "lastword", "dir", "notdir", "suffix",
            "basename", "flavor", "origin", "value", "abspath", "info", "eval",
        ]);
        let two = one_of(&[
            "filter", "filter-out", "addprefix", "addsuffix", "join", "findstring", "if", "or",
            "and", "word 2,", "wordlist 2,3,",
        ]);
        let three = one_of(&[
            "subst", "patsubst", "foreach", "if", "call F,", "call G,", "foreach A,",
        ]);
        prop_oneof![
            3 => parts,
            3 => (one, inner.clone()).prop_map(|(f, a)| format!("$({f} {a})")),
            3 => (two, inner.clone(), inner.clone()).prop_map(|(f, a, b)| format!("$({f} {a},{b})")),
            3 => (three, inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(f, a, b, c)| format!("$({f} {a},{b},{c})")),
            1 => (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("$(foreach A,{a},{b}$(A))")),
            1 => inner.prop_map(|a| format!("$({a})")),
        ]
    })
}

fn assignment() -> impl Strategy<Value = String> {
    let before = one_of(&["", "", "", "override ", "export ", "  ", "private "]);
    let sign = one_of(&["=", ":=", "::=", "+=", "?="]);
    let after = one_of(&["", "", "", " # note", "  "]);
    (before, name(), sign, text(), after).prop_map(|(before, name, sign, text, after)| {
        format!("{before}{name} {sign} {text}{after}\n")
    })
}

fn define() -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec(text(), 0..3);
    (name(), one_of(&["", " :=", " +=", " ?="]), lines).prop_map(|(name, sign, lines)| {
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        format!("define {name}{sign}\n{lines}endef\n")
    })
}

fn rule() -> impl Strategy<Value = String> {
    let target = one_of(&["all", "t1", "t2", "t3", "t1 t2", "%.p", "q.p"]);
    let needs = one_of(&["all", "t1", "t2 t3", "t3 | t2", "q.p", "", "$$(A) t1", "$$(F) $$@ t2"]);
    prop_oneof![
        (target.clone(), needs, text())
            .prop_map(|(target, needs, text)| format!("{target}: {needs}\n\techo $@ $< {text}\n")),
        (target.clone(), text()).prop_map(|(target, text)| format!("{target}: {text}\n")),
        (target.clone(), assignment()).prop_map(|(target, line)| format!("{target}: {line}")),
        (target, text()).prop_map(|(target, text)| format!("{target}: ; @echo {text}\n")),
    ]
}

fn statement() -> impl Strategy<Value = String> {
    let plain = prop_oneof![
        8 => assignment(),
        4 => rule(),
        2 => define(),
        3 => text().prop_map(|text| format!("$(info {text})\n")),
        1 => (one_of(&["undefine", "override undefine", "export", "unexport"]), name())
            .prop_map(|(word, name)| format!("{word} {name}\n")),
        1 => (name(), text()).prop_map(|(name, text)| format!("$(eval {name} := {text})\n")),
        1 => text().prop_map(|text| format!("{text}\n")),
    ];
    plain.prop_recursive(2, 12, 4, |inner| {
        let block = proptest::collection::vec(inner, 0..4).prop_map(|lines| lines.concat());
        prop_oneof![
            (text(), text(), block.clone(), block.clone()).prop_map(|(a, b, then, other)| {
                format!("ifeq ({a},{b})\n{then}else\n{other}endif\n")
            }),
            (text(), text(), block.clone())
                .prop_map(|(a, b, then)| format!("ifneq '{a}' \"{b}\"\n{then}endif\n")),
            (name(), block.clone(), block).prop_map(|(name, then, other)| {
                format!("ifdef {name}\n{then}else ifndef {name}\n{other}endif\n")
            }),
        ]
    })
}

fn makefile() -> impl Strategy<Value = String> {
    let start = "F = <$0|$1|$2>\nG = $(if $1,$(call F,$2,$1),$3)\n";
    let end = "$(foreach v,A B C D E,$(info $v=[$($v)] $(origin $v) $(flavor $v) $(value $v)))\n\
               all: ; @echo end $(A) $^\nt1 t2 t3 q.p:\n";
    let second = one_of(&["", ".SECONDEXPANSION:\n"]);
    (second, proptest::collection::vec(statement(), 1..12)).prop_map(move |(second, statements)| {
        format!("{second}{start}{}{end}", statements.concat())
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_makefiles_come_out_as_in_gnu_make(text in makefile()) {
        let folder = std::env::temp_dir().join(format!("ukbuild-make-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("random.mk"), &text).expect("written");
        let expected = peer(&folder, "random.mk");
        let found = ours(&folder, "random.mk");
        // GNU make dies of some recursions.
        if expected.status >= 0 {
            prop_assert_eq!(found.text(), expected.text(), "\n{}", text);
        }
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(200)
}
