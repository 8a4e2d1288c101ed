//! Where an image's bytes come from.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::common::Sandbox;
use crate::subject::{built, printed, value};

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn totals(image: &Value) -> BTreeMap<String, u64> {
    let libraries = image["libraries"].as_array().unwrap().iter();
    let total =
        |library: &Value| (library["name"].as_str().unwrap().to_owned(), number(&library["total"]));
    libraries.map(total).collect()
}

/// A source of known sizes beside the application's own.
fn measured() -> Sandbox {
    let sandbox = Sandbox::sharing("apps/helloworld");
    let fragment = sandbox.read("Makefile.uk");
    sandbox.write(
        "Makefile.uk",
        &format!("{fragment}\nAPPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/more.c\n"),
    );
    // What nobody calls stays.
    let options = sandbox.read("defconfig");
    sandbox.write("defconfig", &format!("{options}CONFIG_OPTIMIZE_DEADELIM=n\n"));
    sandbox.write(
        "more.c",
        "char more_zero[5000];\nchar more_data[3000] = {1};\nconst char more_const[2000] = {1};\n\
         static char hidden[700] = {2};\nchar *more(int which);\nchar *more(int which)\n{\n\
         \treturn which ? hidden : more_data;\n}\n",
    );
    sandbox
}

#[test]
fn bytes_are_found_to_be_of_the_object_that_brings_them() {
    let sandbox = measured();
    for (plat, image) in [("linuxu", "helloworld_linuxu-x86_64"), ("kvm", "helloworld_kvm-x86_64")]
    {
        sandbox.build(&["--plat", plat]);
        let sizes = value(&sandbox, &["size", image, "--json"]);
        let libraries = sizes[0]["libraries"].as_array().unwrap();
        let app = libraries.iter().find(|library| library["name"] == "apphelloworld").unwrap();
        let objects = app["objects"].as_array().unwrap();
        let named = |object: &&Value| object["object"].as_str().unwrap().ends_with("/more.o");
        let sections = &objects.iter().find(named).unwrap()["sections"];
        assert_eq!(number(&sections[".bss"]), 5000, "{plat}: {sections}");
        assert_eq!(number(&sections[".rodata"]), 2000, "{plat}: {sections}");
        assert!((3700..3800).contains(&number(&sections[".data"])), "{plat}: {sections}");
        assert!((1..100).contains(&number(&sections[".text"])), "{plat}: {sections}");
    }
}

#[test]
fn everything_adds_up_and_most_has_an_owner() {
    let sizes = value(built(), &["size", "--json"]);
    let image = &sizes[0];
    let sections = image["sections"].as_array().unwrap().iter();
    let total: u64 = sections.map(|section| number(&section["size"])).sum();
    let totals = totals(image);
    assert_eq!(totals.values().sum::<u64>(), total);
    let unknown = totals.get("(linker)").unwrap_or(&0) + totals.get("(alignment)").unwrap_or(&0);
    assert!(unknown * 10 < total, "{unknown} of {total}: {totals:?}");
    assert!(totals["libnolibc"] > totals["apphelloworld"], "{totals:?}");
}

#[test]
fn the_table_has_the_same_numbers() {
    let text = printed(built(), &["size", "--objects"]);
    let total = totals(&value(built(), &["size", "--json"])[0])["libukboot"].to_string();
    let row = text.lines().find(|line| line.trim_start().starts_with("libukboot ")).unwrap();
    assert_eq!(row.split_whitespace().last(), Some(total.as_str()), "{text}");
    assert!(text.contains("    main.o "), "{text}");
    assert!(text.starts_with("build/helloworld_linuxu-x86_64.dbg: "), "{text}");
}

#[test]
fn what_is_not_there_cannot_be_measured() {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.ukbuild(["size"]).expect(1).complains(&["cannot read", "build it first"]);
    built().ukbuild(["size", "nosuch"]).expect(1).complains(&["there is no image nosuch"]);
    sandbox.build(&[]);
    sandbox.write("build/helloworld_linuxu-x86_64.dbg", "no ELF");
    sandbox.ukbuild(["size"]).expect(1).complains(&["no ELF file"]);
}
