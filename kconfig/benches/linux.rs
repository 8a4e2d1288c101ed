//! How long it takes to load a tree of Linux's size, and to write its allyesconfig.
//!
//! `cargo bench -p kconfig` measures a generated tree. With `KCONFIG_LINUX_TREE` set to an unpacked
//! Linux source tree, that one is measured too, as x86; commands in `$(shell,...)` are not run and
//! give nothing there, so that no compiler is measured.

// A bench that cannot set up its input has nothing to measure.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use bstr::{BStr, BString};
use criterion::Criterion;
use kconfig::{Answer, Config, Dialect, Environment, Model, Shell, Tristate};

/// A shell that says nothing.
struct Silent;

impl Shell for Silent {
    fn run(&mut self, _: &BStr, _: &Path, _: &BTreeMap<BString, BString>) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
}

fn main() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let folder = tempfile::tempdir().unwrap();
    generate(folder.path(), 30, 50, 11);
    measure(&mut criterion, "generated", || Environment::new(Dialect::Linux, folder.path()));
    match std::env::var_os("KCONFIG_LINUX_TREE") {
        Some(tree) => {
            let tree = Path::new(&tree);
            measure(&mut criterion, "linux", || linux(tree));
        }
        None => println!(
            "Set KCONFIG_LINUX_TREE to the folder of a Linux source tree to measure that, too."
        ),
    }
    criterion.final_summary();
}

/// The environment in which Linux's build would read the tree.
fn linux(tree: &Path) -> Environment {
    let mut environment = Environment::new(Dialect::Linux, tree)
        .with("ARCH", "x86")
        .with("SRCARCH", "x86")
        .with("KERNELVERSION", "6.0.0")
        .with("CC_VERSION_TEXT", "none");
    environment.shell = Box::new(Silent);
    environment
}

fn measure(criterion: &mut Criterion, name: &str, environment: impl Fn() -> Environment) {
    let load = || {
        let loaded = Model::load(&mut environment(), "Kconfig", &mut Vec::new());
        loaded.inspect_err(|error| eprintln!("{name}: {error}"))
    };
    // A tree may refuse to be read without a compiler: then there is nothing to compare.
    let Ok(model) = load() else { return };
    let model = Arc::new(model);
    let bytes: usize = model.sources().files().iter().map(|file| file.text.len()).sum();
    println!(
        "{name}: {} files, {bytes} bytes, {} symbols",
        model.sources().files().len(),
        model.symbols().len()
    );
    let mut group = criterion.benchmark_group(name);
    group.bench_function("load", |bencher| bencher.iter(|| black_box(load()).is_ok()));
    group.bench_function("allyesconfig", |bencher| {
        bencher.iter(|| {
            let mut config = Config::new(model.clone());
            config.answer_new(Answer::All(Tristate::Yes));
            black_box(config.to_config())
        });
    });
    group.finish();
}

/// Writes a tree: `menus` folders with `files` files of `options` options each. What they say is
/// mixed as it is in Linux: prompts, dependencies on neighbours, selects of what has no prompt,
/// defaults, ranges, choices, and more help than anything else.
fn generate(folder: &Path, menus: usize, files: usize, options: usize) {
    let mut root =
        String::from("mainmenu \"Generated\"\n\nconfig MODULES\n\tbool \"Modules\"\n\tmodules\n\n");
    for menu in 0..menus {
        writeln!(root, "source \"part{menu}/Kconfig\"").unwrap();
        fs::create_dir_all(folder.join(format!("part{menu}"))).unwrap();
        let mut part = format!(
            "menuconfig PART{menu}\n\tbool \"Part {menu}\"\n\tdefault y\n\nif PART{menu}\n\n"
        );
        for file in 0..files {
            writeln!(part, "source \"part{menu}/Kconfig.{file}\"").unwrap();
            let text = options_of(menu, file, options);
            fs::write(folder.join(format!("part{menu}/Kconfig.{file}")), text).unwrap();
        }
        part.push_str("\nendif\n");
        fs::write(folder.join(format!("part{menu}/Kconfig")), part).unwrap();
    }
    fs::write(folder.join("Kconfig"), root).unwrap();
}

fn options_of(menu: usize, file: usize, options: usize) -> String {
    let mut text = String::from("# SPDX-License-Identifier: BSD-3-Clause\n\n");
    let name = |option: usize| format!("P{menu}_F{file}_O{option}");
    for option in 0..options {
        let this = name(option);
        writeln!(text, "config {this}").unwrap();
        match option % 6 {
            0 => writeln!(text, "\ttristate \"Driver {this}\"\n\tdepends on MODULES || PART{menu}"),
            1 => writeln!(text, "\tbool \"Feature {this}\"\n\tdepends on {}", name(option - 1)),
            2 => writeln!(text, "\tbool \"Other {this}\"\n\tselect {}", name(options)),
            3 => writeln!(
                text,
                "\tint \"Number {this}\"\n\trange 1 64 if {}\n\tdefault 16",
                name(option - 1)
            ),
            4 => writeln!(
                text,
                "\tbool \"Debug {this}\" if {} != n\n\tdepends on {} && !{}",
                name(0),
                name(0),
                name(1)
            ),
            _ => writeln!(text, "\tdef_tristate {}\n\tdepends on PART{menu}", name(0)),
        }
        .unwrap();
        text.push_str("\thelp\n");
        for line in 0..5 {
            writeln!(text, "\t  Line {line} of what one should know about {this} before using it.")
                .unwrap();
        }
        text.push('\n');
    }
    writeln!(text, "config {}\n\tbool\n", name(options)).unwrap();
    writeln!(text, "choice\n\tprompt \"Mode {menu} {file}\"").unwrap();
    for member in ["FAST", "SMALL"] {
        writeln!(text, "config {}_{member}\n\tbool \"{member}\"", name(options)).unwrap();
    }
    text.push_str("endchoice\n");
    text
}
