//! Make mode beside another make, on generated makefiles.
//!
//! `cargo bench --bench make -- WORKLOAD...` (all of them without names) makes each workload in a
//! temporary folder, runs both programs in turn, and prints medians of the wall time, means of the
//! processor time of all that they started, and their ratios. By environment:
//!
//! - `MAKE_PEER`: the other make, `make` when unset;
//! - `MAKE_OURS`: ours, when it is not the one that cargo has just built;
//! - `MAKE_ROUNDS`: pairs of runs, 11 when unset;
//! - `MAKE_COUNT`: rules or files of a generated workload, 20,000 when unset;
//! - `MAKE_LINUX_TREE`: a configured Linux tree, for the workload `linux`;
//! - `MAKE_WORKLOADS`: a folder to leave the workloads in, for other tools.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, io};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// One thing to do for both programs, in a folder of its own.
struct Workload {
    name: &'static str,
    arguments: &'static [&'static str],
    /// Writes the makefile and the files that go with it.
    generate: fn(&Path, usize) -> io::Result<()>,
    /// What a run leaves behind, to be removed before the next one.
    leftover: Option<&'static str>,
}

const WORKLOADS: &[Workload] = &[
    Workload {
        name: "start",
        arguments: &["-n", "-f", "/dev/null", "x"],
        generate: nothing,
        leftover: None,
    },
    Workload { name: "evaluate", arguments: &["-n", "none"], generate: evaluate, leftover: None },
    Workload { name: "pattern", arguments: &["all"], generate: pattern, leftover: None },
    Workload { name: "explicit", arguments: &["all"], generate: explicit, leftover: None },
    Workload { name: "print", arguments: &["-n", "all"], generate: touched, leftover: None },
    Workload { name: "colon", arguments: &["-j2", "all"], generate: colon, leftover: None },
    Workload { name: "echo", arguments: &["-j2", "all"], generate: echo, leftover: None },
    Workload {
        name: "touch",
        arguments: &["-j2", "all"],
        generate: touched,
        leftover: Some("out"),
    },
];

fn main() -> Result<()> {
    let wanted: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let number = |name: &str, usual| match env::var(name) {
        Ok(value) => value.parse::<usize>(),
        Err(_) => Ok(usual),
    };
    let (rounds, count) = (number("MAKE_ROUNDS", 11)?.max(1), number("MAKE_COUNT", 20_000)?);
    let folder = env::var_os("MAKE_WORKLOADS").map(PathBuf::from);
    let kept = folder.is_some();
    let folder = folder
        .unwrap_or_else(|| env::temp_dir().join(format!("make-bench-{}", std::process::id())));
    fs::create_dir_all(&folder)?;
    let result = compare(&folder.canonicalize()?, &wanted, rounds, count);
    if !kept {
        fs::remove_dir_all(&folder)?;
    }
    result
}

fn compare(folder: &Path, wanted: &[String], rounds: usize, count: usize) -> Result<()> {
    let built = option_env!("CARGO_BIN_EXE_ukbuild").map(PathBuf::from);
    let ours = env::var_os("MAKE_OURS").map(PathBuf::from).or(built);
    let ours = ours.ok_or("MAKE_OURS is not set")?.canonicalize()?;
    // Both go by the same name, which recipes and messages show.
    let link = folder.join("ours").join("make");
    fs::create_dir_all(folder.join("ours"))?;
    let _ = fs::remove_file(&link);
    std::os::unix::fs::symlink(ours, &link)?;
    let peer = env::var_os("MAKE_PEER").unwrap_or_else(|| "make".into());
    let programs = [link, PathBuf::from(peer)];
    println!(
        "{:10} {:>12} {:>12} {:>6} {:>12} {:>12} {:>6}",
        "", "wall", "peer", "ratio", "processor", "peer", "ratio"
    );
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    for workload in WORKLOADS.iter().filter(|workload| is_wanted(workload.name)) {
        let place = folder.join(workload.name);
        if !place.exists() {
            fs::create_dir_all(&place)?;
            (workload.generate)(&place, count)?;
        }
        let leftover = workload.leftover.map(|name| place.join(name));
        measure(workload.name, &programs, &place, workload.arguments, leftover, rounds)?;
    }
    if let (Some(tree), true) = (env::var_os("MAKE_LINUX_TREE"), is_wanted("linux")) {
        measure("linux", &programs, Path::new(&tree), &["-n"], None, rounds)?;
    }
    Ok(())
}

/// Runs both programs in turn.
fn measure(
    name: &str,
    programs: &[PathBuf; 2],
    folder: &Path,
    arguments: &[&str],
    leftover: Option<PathBuf>,
    rounds: usize,
) -> Result<()> {
    let mut wall = [Vec::new(), Vec::new()];
    let mut processor = [Duration::ZERO; 2];
    for round in 0..=rounds {
        for (side, program) in programs.iter().enumerate() {
            if let Some(leftover) = &leftover {
                let _ = fs::remove_dir_all(leftover);
                fs::create_dir(leftover)?;
            }
            let (clock, before) = (Instant::now(), processor_of_children()?);
            let status = Command::new(program)
                .args(arguments)
                .current_dir(folder)
                .env_remove("MAKEFLAGS")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?;
            let clock = clock.elapsed();
            if !matches!(status.code(), Some(0 | 2)) {
                return Err(format!("{name}: {} ended with {status}", program.display()).into());
            }
            // The first pair only warms the caches.
            if round > 0 {
                wall[side].push(clock);
                processor[side] += processor_of_children()?.saturating_sub(before);
            }
        }
    }
    let mut ratios: Vec<f64> =
        wall[0].iter().zip(&wall[1]).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    wall.iter_mut().for_each(|times| times.sort());
    let [ours, peers] = wall.map(|times| times[times.len() / 2].as_secs_f64() * 1e3);
    let [used, peer_used] = processor.map(|sum| sum.as_secs_f64() * 1e3 / rounds as f64);
    println!(
        "{name:10} {ours:>9.1} ms {peers:>9.1} ms {:>6.2} {used:>9.1} ms {peer_used:>9.1} ms {:>6.2}",
        ratios[ratios.len() / 2],
        used / peer_used
    );
    Ok(())
}

/// Processor time of all children that have ended, as the kernel counts it.
fn processor_of_children() -> Result<Duration> {
    const TICK: Duration = Duration::from_millis(10);
    let text = fs::read_to_string("/proc/self/stat")?;
    let fields = text.rsplit_once(") ").ok_or("no fields in /proc/self/stat")?.1;
    let mut fields = fields.split(' ').skip(13);
    let mut ticks = || -> Result<u32> { Ok(fields.next().ok_or("a short line")?.parse()?) };
    Ok(TICK * (ticks()? + ticks()?))
}

fn nothing(_: &Path, _: usize) -> io::Result<()> {
    Ok(())
}

/// Rules made by `eval` in calls in loops, variables by the thousand, lists taken apart and put
/// together again.
fn evaluate(folder: &Path, count: usize) -> io::Result<()> {
    let mut text = String::from(
        "none:\n\
         reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))\n\
         flags = $(strip $(CFLAGS) $(CFLAGS_$(1)) $(foreach d,$(DEFS_$(1)),-D$(d)=$(call value_of,$(d))))\n\
         value_of = $(if $(filter A%,$(1)),$(subst A,a,$(1)),$(patsubst B%,%b,$(1)))\n\
         define part\n\
         DEFS_$(1) := A$(1) B$(1)\n\
         CFLAGS_$(1) = -I$(1)/include $$(if $$(VERBOSE),-v)\n\
         OBJS_$(1) := $$(addprefix $(1)/,$$(patsubst %.c,%.o,$$(SRCS_$(1))))\n\
         objects += $$(OBJS_$(1))\n\
         $$(foreach s,$$(SRCS_$(1)),$$(eval $$(call compile,$(1),$$(s))))\n\
         $(1)/lib.a: $$(OBJS_$(1))\n\
         \tar rcs $$@ $$^\n\
         endef\n\
         define compile\n\
         $(1)/$(2:.c=.o): $(1)/$(2) $(1)/include/common.h | $(1)/stamp\n\
         \t$$(CC) $$(call flags,$(1)) -c -o $$@ $$<\n\
         depends_$(1)_$(2) := $(sort $(1)/$(2) $(1)/include/common.h)\n\
         endef\n\
         CFLAGS := -O2 -Wall\n",
    );
    let parts = (count / 40).max(1);
    for part in 0..parts {
        let _ = write!(text, "SRCS_part{part} :=");
        for source in 0..20 {
            let _ = write!(text, " source{source}.c");
        }
        text.push('\n');
    }
    text.push_str("parts :=");
    for part in 0..parts {
        let _ = write!(text, " part{part}");
    }
    text.push_str(
        "\n$(foreach p,$(parts),$(eval $(call part,$(p))))\n\
         reversed := $(call reverse,$(wordlist 1,100,$(parts)))\n\
         unique := $(sort $(objects) $(objects))\n\
         headers := $(foreach o,$(objects),$(if $(findstring 7,$(o)),$(dir $(o))$(notdir $(basename $(o))).h))\n\
         others := $(filter-out %1.o %2.o,$(objects))\n",
    );
    for rule in 0..count / 2 {
        let _ = write!(
            text,
            "gen/file{rule}.o: src/file{rule}.c include/a{}.h include/b{}.h \\\n  include/common.h\n\t$(CC) -c -o $@ $<\n",
            rule % 100,
            rule % 37
        );
    }
    fs::write(folder.join("Makefile"), text)
}

/// Sources and newer objects, in folders of a hundred.
fn files(folder: &Path, count: usize) -> io::Result<()> {
    for (kind, end) in [("src", "c"), ("obj", "o")] {
        for at in 0..count {
            if at % 100 == 0 {
                fs::create_dir_all(folder.join(format!("{kind}/d{}", at / 100)))?;
            }
            fs::write(folder.join(format!("{kind}/d{}/f{at}.{end}", at / 100)), "")?;
        }
    }
    Ok(())
}

fn objects(count: usize) -> String {
    let mut text = String::from("OBJS :=");
    for at in 0..count {
        let _ = write!(text, " obj/d{}/f{at}.o", at / 100);
    }
    text + "\n"
}

/// Everything is up to date, by one pattern rule.
fn pattern(folder: &Path, count: usize) -> io::Result<()> {
    files(folder, count)?;
    let rules = "all: $(OBJS)\nobj/%.o: src/%.c\n\t$(CC) -c -o $@ $<\n";
    fs::write(folder.join("Makefile"), objects(count) + rules)
}

/// Everything is up to date, by a rule for each file.
fn explicit(folder: &Path, count: usize) -> io::Result<()> {
    files(folder, count)?;
    let mut text = objects(count) + "all: $(OBJS)\n";
    for at in 0..count {
        let part = at / 100;
        let _ = write!(text, "obj/d{part}/f{at}.o: src/d{part}/f{at}.c\n\t$(CC) -c -o $@ $<\n");
    }
    fs::write(folder.join("Makefile"), text)
}

fn recipes(folder: &Path, count: usize, recipe: &str) -> io::Result<()> {
    let mut text = String::from("T :=");
    for at in 0..count / 10 {
        let _ = write!(text, " out/t{at}");
    }
    let _ = write!(text, "\nall: $(T)\n$(T):\n\t{recipe}\n");
    fs::create_dir_all(folder.join("out"))?;
    fs::write(folder.join("Makefile"), text)
}

fn colon(folder: &Path, count: usize) -> io::Result<()> {
    recipes(folder, count * 10, "@:")
}

fn echo(folder: &Path, count: usize) -> io::Result<()> {
    recipes(folder, count, "@echo made $@")
}

fn touched(folder: &Path, count: usize) -> io::Result<()> {
    recipes(folder, count, "touch $@")
}
