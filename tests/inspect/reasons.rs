//! Why steps run, as `--explain` says it and as JSON has it.

use serde_json::Value;

use crate::common::Sandbox;

/// What `build --explain` says of a step.
fn reason(sandbox: &Sandbox, step: &str) -> String {
    let ran = sandbox.ukbuild(["build", "--explain", "--no-cache"]).expect(0);
    let mut lines = ran.stdout.lines();
    let found = lines.by_ref().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ") == step
    });
    assert!(found, "{step} did not run:\n{}", ran.stdout);
    lines.next().unwrap().trim().to_owned()
}

/// An application that mentions options and has a header.
fn app() -> Sandbox {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.write(
        "Config.uk",
        "config APPHELLOWORLD_LOUD\n\tbool \"Loud\"\n\nconfig APPHELLOWORLD_COUNT\n\
         \tint \"Count\"\n\tdefault 1\n",
    );
    sandbox.write("a.h", "#define GREETING \"Hello\"\n");
    sandbox.write(
        "main.c",
        "#include <stdio.h>\n#include <uk/config.h>\n#include \"a.h\"\n\nint main(void)\n{\n\
         \tint count = CONFIG_APPHELLOWORLD_COUNT;\n#if CONFIG_APPHELLOWORLD_LOUD\n\
         \tcount++;\n#endif\n\twhile (count--)\n\t\tputs(GREETING);\n\treturn 0;\n}\n",
    );
    sandbox.build(&[]);
    sandbox
}

#[test]
fn options_headers_sources_and_flags_by_name() {
    const STEP: &str = "CC apphelloworld: main.o";
    let sandbox = app();
    let path = |name: &str| sandbox.app().canonicalize().unwrap().join(name).display().to_string();
    sandbox.ukbuild(["set", "APPHELLOWORLD_LOUD=y"]).expect(0);
    assert_eq!(reason(&sandbox, STEP), "option CONFIG_APPHELLOWORLD_LOUD changed: n to y");
    sandbox.ukbuild(["set", "APPHELLOWORLD_LOUD=n", "APPHELLOWORLD_COUNT=1"]).expect(0);
    assert_eq!(reason(&sandbox, STEP), "option CONFIG_APPHELLOWORLD_LOUD changed: y to n");
    sandbox.ukbuild(["set", "APPHELLOWORLD_COUNT=3"]).expect(0);
    assert_eq!(reason(&sandbox, STEP), "option CONFIG_APPHELLOWORLD_COUNT changed: 1 to 3");
    sandbox.write("a.h", "#define GREETING \"Good morning\"\n");
    assert_eq!(reason(&sandbox, STEP), format!("header {} changed", path("a.h")));
    sandbox.replace("main.c", "return 0", "return 1");
    assert_eq!(reason(&sandbox, STEP), format!("source {} changed", path("main.c")));
    let fragment = sandbox.read("Makefile.uk");
    sandbox.write("Makefile.uk", &format!("{fragment}\nAPPHELLOWORLD_CFLAGS-y += -DA=1\n"));
    assert_eq!(reason(&sandbox, STEP), "flag -DA=1 added");
    sandbox.write("Makefile.uk", &format!("{fragment}\nAPPHELLOWORLD_CFLAGS-y += -DA=2\n"));
    assert_eq!(reason(&sandbox, STEP), "flag -DA=1 replaced by -DA=2");
    std::fs::remove_file(sandbox.path("build/apphelloworld/main.o")).unwrap();
    assert_eq!(
        reason(&sandbox, STEP),
        format!("output {} is missing", path("build/apphelloworld/main.o"))
    );
    sandbox.ukbuild(["set", "OPTIMIZE_SIZE=y"]).expect(0);
    assert_eq!(reason(&sandbox, STEP), "flag -O2 replaced by -Os");
}

#[test]
fn programs_get_the_parts_of_a_reason() {
    let sandbox = app();
    sandbox.ukbuild(["set", "APPHELLOWORLD_LOUD=y"]).expect(0);
    let ran = sandbox.ukbuild(["build", "--json"]).expect(0);
    let events: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let started: Vec<&Value> = events.iter().filter(|event| event["event"] == "started").collect();
    let compiled = started.iter().find(|event| event["label"] == "apphelloworld: main.o").unwrap();
    assert_eq!(
        compiled["why"],
        serde_json::json!({
            "kind": "option-changed", "name": "CONFIG_APPHELLOWORLD_LOUD", "old": "n", "new": "y",
        })
    );
    assert!(compiled["slot"].is_u64());
    let linked = started.iter().find(|event| event["label"] == "apphelloworld.ld.o").unwrap();
    assert_eq!(linked["why"]["kind"], "input-changed");
    let done = events.last().unwrap();
    assert_eq!((&done["event"], &done["commands"]), (&"done".into(), &started.len().into()));
}
