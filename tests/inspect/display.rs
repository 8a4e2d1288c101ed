//! What a person sees of a build on a terminal. `script` makes one, as a part of every Debian.

use std::path::Path;

use crate::common::Sandbox;

/// What the program writes to a terminal of its own.
fn watched(sandbox: &Sandbox, command: &str) -> String {
    let program = env!("CARGO_BIN_EXE_ukbuild");
    let line = format!("stty rows 24 cols 70; env TERM=xterm {program} {command}");
    let ran = sandbox.run(Path::new("script"), ["-qec", &line, "/dev/null"]);
    assert_eq!(ran.status, 0, "{}{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// What stays on the screen: the last that was written to each row. Fails where a row is overfull.
fn screen(text: &str) -> Vec<String> {
    let mut rows: Vec<String> = vec![String::new()];
    let mut row = 0;
    let mut fresh = true;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '\r' => fresh = true,
            '\n' => {
                row += 1;
                rows.resize(rows.len().max(row + 1), String::new());
            }
            '\x1b' => {
                let end = rest.find(|part: char| part.is_ascii_alphabetic()).unwrap();
                let (number, kind) = (&rest[1..end], &rest[end..=end]);
                match kind {
                    "A" => row -= number.parse::<usize>().unwrap(),
                    "J" => rows.truncate(row + 1),
                    "K" if fresh => rows[row].clear(),
                    _ => {}
                }
                if kind == "J" && fresh {
                    rows[row].clear();
                }
                rest = &rest[end + 1..];
            }
            character => {
                if std::mem::take(&mut fresh) {
                    rows[row].clear();
                }
                rows[row].push(character);
                assert!(rows[row].chars().count() < 70, "a line is overfull: {:?}", rows[row]);
            }
        }
    }
    rows.retain(|row| !row.is_empty());
    rows
}

#[test]
fn a_terminal_gets_lines_that_go_and_a_result_that_stays() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.ukbuild(["query", "libs"]).expect(0);
    let text = watched(&sandbox, "build -j2");
    assert!(text.contains("/75] ") || text.contains("%, "), "nothing was shown:\n{text}");
    assert!(text.contains("CC      lib"), "{text}");
    let left = screen(&text);
    assert_eq!(left.len(), 1, "{left:?}\n{text:?}");
    assert!(left[0].starts_with("build/helloworld_linuxu-x86_64: built, "), "{left:?}");
    // NO_COLOR is set for all tests.
    assert!(!text.contains("\x1b[1m") && !text.contains("\x1b[2m"), "{text:?}");
    // The cursor is never hidden, so nothing has to bring it back.
    assert!(!text.contains("\x1b[?25l"), "{text:?}");
    // Nothing to do: no lines at all.
    let text = watched(&sandbox, "build");
    assert!(!text.contains('\x1b'), "{text:?}");
}

#[test]
fn warnings_stay_above_the_lines() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.ukbuild(["query", "libs"]).expect(0);
    sandbox.replace("main.c", "int main", "#warning look here\nint main");
    let left = screen_without_overfull(&watched(&sandbox, "build"));
    assert!(left.contains("#warning look here"), "{left}");
    assert!(left.contains("build/helloworld_linuxu-x86_64: built"), "{left}");
    assert!(!left.contains("%, "), "{left}");
}

/// Compilers' messages may be longer than a row.
fn screen_without_overfull(text: &str) -> String {
    let kept: Vec<&str> = text.split("\x1b[J").collect();
    // What is drawn last is the end of the text; all before it was drawn over or stays.
    let stays = kept.iter().flat_map(|frame| frame.split("\r\n"));
    let lines = stays.filter(|line| !line.contains("\x1b[0m")).collect::<Vec<_>>();
    lines.join("\n")
}

#[test]
fn without_a_terminal_each_step_is_a_line() {
    let sandbox = Sandbox::of("apps/helloworld");
    let text = sandbox.ukbuild(["build"]).expect(0).stdout;
    assert!(!text.contains('\x1b'), "{text:?}");
    assert!(text.lines().any(|line| line == "  CC      apphelloworld: main.o"), "{text}");
    let images = text.lines().last().unwrap();
    let steps = text.lines().filter(|line| line.starts_with("  ")).count();
    assert_eq!(images, format!("build/helloworld_linuxu-x86_64: built, {steps} commands"));
}

#[test]
fn an_interrupted_build_leaves_the_terminal_alone() {
    let sandbox = Sandbox::of("apps/helloworld");
    sandbox.ukbuild(["query", "libs"]).expect(0);
    let program = env!("CARGO_BIN_EXE_ukbuild");
    // The shell is told how the build ended; the lines are gone by then.
    let line = format!(
        "stty rows 24 cols 70; TERM=xterm {program} build & build=$!; sleep 1; kill -INT $build; \
         wait $build; echo status $?"
    );
    // A background job of a shell without job control ignores SIGINT unless it is set again.
    let line = format!("set -m; {line}");
    let ran = sandbox.run(Path::new("script"), ["-qec", &line, "/dev/null"]);
    let text = ran.stdout;
    assert!(text.contains("interrupted"), "{text}");
    assert!(text.contains("status 1"), "{text}");
    assert!(!text.contains("failed:"), "{text}");
    let end = text.rfind("\x1b[J").unwrap();
    assert!(!text[end..].contains("%, "), "{text:?}");
    assert!(sandbox.build(&[]).len() > 1);
}
