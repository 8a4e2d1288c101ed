//! What `--help` and `--version` say.

use std::fmt::Write;

/// The version of GNU make whose language and behaviour this is.
pub(crate) const GNU_MAKE_VERSION: &str = "4.4.1";

/// The system that makefiles and scripts find in `--version` and in `MAKE_HOST`.
pub(crate) const MAKE_HOST: &str = "x86_64-pc-linux-gnu";

/// Switches as they are written, and what each does.
const HELP: &[(&str, &str)] = &[
    ("-b, -m", "Accepted and without effect, for old scripts."),
    ("-B, --always-make", "Remake every target, up to date or not."),
    ("-C DIRECTORY, --directory=DIRECTORY", "Work in DIRECTORY; several add up."),
    ("-d", "Show everything that debugging can show."),
    ("--debug[=FLAGS]", "Show parts of it: a, b, v, i, j, m, p, w, or n for none."),
    ("-e, --environment-overrides", "The environment's variables win over makefiles'."),
    ("-E STRING, --eval=STRING", "Read STRING as a line of makefile, before the makefiles."),
    ("-f FILE, --file=FILE, --makefile=FILE", "Read FILE instead of the default makefile."),
    ("-h, --help", "Show this text."),
    ("-i, --ignore-errors", "Carry on when a command of a recipe fails."),
    ("-I DIRECTORY, --include-dir=DIRECTORY", "Look in DIRECTORY for included makefiles."),
    ("-j [N], --jobs[=N]", "Run up to N recipes at a time; without N, any number."),
    ("--jobserver-style=STYLE", "How jobs are shared with sub-makes: fifo or pipe."),
    ("-k, --keep-going", "After a failure, make what does not depend on it."),
    (
        "-l [N], --load-average[=N], --max-load[=N]",
        "Start no further recipe while the load is N or more.",
    ),
    ("-L, --check-symlink-times", "A link is as new as the newer of itself and its target."),
    ("-n, --just-print, --dry-run, --recon", "Print recipes and do not run them."),
    (
        "-o FILE, --old-file=FILE, --assume-old=FILE",
        "Take FILE for very old, and do not remake it.",
    ),
    ("-O[TYPE], --output-sync[=TYPE]", "Keep output together by target, line or recurse; or none."),
    ("-p, --print-data-base", "Print all variables and rules."),
    ("-q, --question", "Run nothing; the exit status tells if all is up to date."),
    ("-r, --no-builtin-rules", "Know no implicit rules but the makefiles'."),
    ("-R, --no-builtin-variables", "Know no default variables either."),
    ("--shuffle[={SEED|random|reverse|none}]", "Make goals and prerequisites in another order."),
    ("-s, --silent, --quiet", "Do not print recipes."),
    ("--no-silent", "Print recipes, whatever said -s before."),
    ("-S, --no-keep-going, --stop", "Stop at a failure, whatever said -k before."),
    ("-t, --touch", "Give targets a new time instead of running recipes."),
    ("--trace", "Tell which recipe runs, and why."),
    ("-v, --version", "Show the version."),
    ("-w, --print-directory", "Tell when a directory is entered and left."),
    ("--no-print-directory", "Do not, not even where that is the default."),
    ("-W FILE, --what-if=FILE, --new-file=FILE, --assume-new=FILE", "Take FILE for just changed."),
    ("--warn-undefined-variables", "Warn when a variable is used that nothing defines."),
];

/// Column at which the explanations start.
const COLUMN: usize = 30;

/// What `--help` prints, and a wrong command line.
pub(crate) fn usage(program: &str) -> String {
    let mut text = format!("Usage: {program} [options] [target] ...\nOptions:\n");
    for (spelling, meaning) in HELP {
        let spelling = format!("  {spelling}");
        if spelling.len() + 2 > COLUMN {
            let _ = writeln!(text, "{spelling}\n{:COLUMN$}{meaning}", "");
        } else {
            let _ = writeln!(text, "{spelling:COLUMN$}{meaning}");
        }
    }
    let _ = writeln!(text, "\nThis program built for {MAKE_HOST}");
    text
}

/// What `--version` prints; each line starts with `prefix`, for `-p` prints it as comments.
pub(crate) fn version(prefix: &str) -> String {
    let own = env!("CARGO_PKG_VERSION");
    format!(
        "{prefix}GNU Make {GNU_MAKE_VERSION}\n\
         {prefix}Built for {MAKE_HOST}\n\
         {prefix}ukbuild {own}, which speaks the language of that version of GNU Make\n\
         {prefix}License BSD-3-Clause; there is no warranty, as far as the law permits.\n"
    )
}
