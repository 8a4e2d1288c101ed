//! Command lines and what they become. Values of `MAKEFLAGS` are GNU make 4.3's, as
//! `make ARGS -f - <<< 'all: ; @echo "<$$MAKEFLAGS>"'` shows them to a recipe. Shuffling, the style of the
//! jobserver and saying an `-I` once are of 4.4.

use bstr::{BStr, BString};

use super::*;

fn words(line: &str) -> Vec<BString> {
    line.split('|').filter(|word| !word.is_empty()).map(BString::from).collect()
}

fn read(line: &str) -> Options {
    let mut options = Options::default();
    options.read_command_line(&words(line)).unwrap();
    options
}

fn complaints(line: &str) -> Vec<String> {
    match Options::default().read_command_line(&words(line)) {
        Err(Error::Usage(complaints)) => complaints.iter().map(ToString::to_string).collect(),
        Err(Error::Fatal(fatal)) => vec![format!("*** {fatal}.  Stop.")],
        Ok(()) => vec![],
    }
}

fn of_environment(value: &str) -> Options {
    let mut options = Options::default();
    options.read_makeflags(BStr::new(value), Source::Environment).unwrap();
    options
}

fn makeflags_of(options: &Options) -> BString {
    options.makeflags(Purpose::Goals, None)
}

fn assignments_of(options: &Options) -> Vec<String> {
    options.assignments.iter().map(|one| one.text.to_string()).collect()
}

#[test]
fn makeflags_of_command_lines() {
    // Arguments and MAKEFLAGS.
    let table = [
        ("", ""),
        ("-k|-n", "kn"),
        ("-nk", "kn"),
        ("-ks|-j2", "ks -j2"),
        ("-j2|--jobserver-auth=3,4|-k", "k -j2 --jobserver-auth=3,4"),
        ("-j", " -j"),
        ("-j3|-j5", " -j5"),
        ("-j|4", " -j4"),
        ("--jobs|4", " -j4"),
        ("--jobs=4", " -j4"),
        ("-I|foo|-I|a b", " -Ifoo -Ia\\ b"),
        ("-I./foo|-Ifoo|-I$x", " -Ifoo -I$$x"),
        ("--trace|-e", "e --trace"),
        ("--no-print-directory|-Oline", " -Oline --no-print-directory"),
        ("-O", " -Otarget"),
        ("--debug=b,v|--debug", " --debug=b,v --debug=basic"),
        ("-d", "d"),
        ("-d|--debug=n", " --debug=n"),
        ("-l|2.5", " -l2.5"),
        ("-l", ""),
        ("-l|2|-l", ""),
        ("-l0.000001", " -l1e-06"),
        ("-l1000000", " -l1e+06"),
        ("-l|1e10", " -l1e+10"),
        ("-l123456.7", " -l123457"),
        ("-labc", " -l0"),
        ("-S", ""),
        ("-k|-S", ""),
        ("-S|-k", "k"),
        ("--no-silent", ""),
        ("-s|--no-silent", ""),
        ("--no-silent|--quiet", "s"),
        ("-w|--no-print-directory", " --no-print-directory"),
        ("-w", "w"),
        ("-C|.|-f|x|-o|y|-W|z|-b|-m", ""),
        ("-R", "rR"),
        ("-B|--warn-undefined-variables", "B --warn-undefined-variables"),
        ("-p|-L|-q|-t|-i", "iLpqt"),
        ("--shuffle", " --shuffle=random"),
        ("--shuffle=17|--jobserver-style=pipe", " --shuffle=17"),
        ("--sync-mutex=fnm:/tmp/x", " --sync-mutex=fnm:/tmp/x"),
    ];
    for (line, makeflags) in table {
        let options = read(line);
        assert_eq!(makeflags_of(&options), makeflags, "{line}");
        // MFLAGS has the dash that MAKEFLAGS does without.
        let dashed = match makeflags.strip_prefix(' ') {
            Some(rest) => rest.to_owned(),
            None if makeflags.is_empty() => String::new(),
            None => format!("-{makeflags}"),
        };
        assert_eq!(options.mflags(Purpose::Goals), dashed, "{line}");
    }
}

#[test]
fn what_makeflags_says_is_read_back() {
    let line = "-BdeikLnpqrRstw|-Ia b|-I$c\\|-j7|-l0.5|-Orecurse|--debug=b,j|--jobserver-auth=fifo:/x|\
                --trace|--warn-undefined-variables|--sync-mutex=fnm:y|--shuffle=3";
    let text = read(line).makeflags(Purpose::Goals, None).to_string();
    let again = of_environment(&text.replace("$$", "$"));
    assert_eq!(makeflags_of(&again), text);
    assert_eq!(again.include_directories, ["a b", "$c\\"]);
}

#[test]
fn makefiles_are_remade_without_dry_runs() {
    let options = read("-n|-q|-t|-k|-j2");
    assert_eq!(makeflags_of(&options), "knqt -j2");
    assert_eq!(options.makeflags(Purpose::Makefiles, None), "k -j2");
    assert_eq!(options.mflags(Purpose::Makefiles), "-k -j2");
}

#[test]
fn variables_come_last() {
    let options = read("A=1|-k|-E|x:|--eval=y = $@");
    assert_eq!(
        options.makeflags(Purpose::Goals, Some(MAKEOVERRIDES)),
        "k $(-*-eval-flags-*-) -- $(MAKEOVERRIDES)"
    );
    assert_eq!(options.mflags(Purpose::Goals), "-k");
    assert_eq!(options.eval_flags(), "--eval=x: --eval=y\\ =\\ $$@");
    let none = Options::default();
    assert_eq!(
        none.makeflags(Purpose::Goals, Some(COMMAND_VARIABLES)),
        " -- $(-*-command-variables-*-)"
    );
    let variable = |name: &'static str, recursive, value: &'static str| Override {
        name: name.as_bytes(),
        recursive,
        value: value.as_bytes(),
    };
    let variables =
        [variable("A", true, "a b"), variable("B", true, "$(C)"), variable("C", false, "x\\y")];
    assert_eq!(overrides(&variables), "C:=x\\\\y B=$$(C) A=a\\ b");
}

#[test]
fn makeflags_of_the_environment() {
    // MAKEFLAGS as it comes, and as it is passed on.
    let table = [
        ("kn", "kn"),
        ("-kn", "kn"),
        ("  n", "n"),
        ("--foo k", ""),
        ("kx", "k"),
        ("foo", ""),
        ("-- -k", ""),
        ("-I", ""),
        ("I foo", " -Ifoo"),
        ("I a\\ b", " -Ia\\ b"),
        ("k -j3", "k -j3"),
        ("j4", " -j4"),
        ("n -j x", "n -j"),
        ("n -jx", "n"),
        ("-C /tmp -h", ""),
        ("A=b -k", "k"),
        ("k --no-silent s", "k"),
        (" -j2 --jobserver-fds=3,4", " -j2 --jobserver-auth=3,4"),
    ];
    for (value, makeflags) in table {
        let options = of_environment(value);
        assert_eq!(makeflags_of(&options), makeflags, "{value}");
        assert_eq!(options.goals, Vec::<BString>::new());
    }
    let options = of_environment("k -- A=x\\ y B=$Q\\\\ C+=2");
    assert_eq!(assignments_of(&options), ["A=x y", "B=$Q\\", "C+=2"]);
    assert!(of_environment("v").version);
}

#[test]
fn operands() {
    let options = read("all|-k|A=1|-|./x.o|.//y.o|B:=2|C += 3|-f|-|--|-n|D=4|--|E F=5");
    assert_eq!(options.goals, ["all", "x.o", "y.o", "-n", "--", "E F=5"]);
    assert_eq!(assignments_of(&options), ["A=1", "B:=2", "C += 3", "D=4"]);
    assert_eq!(options.makefiles, ["-"]);
    assert!(options.keep_going.get() == Some(true) && !options.just_print);
    let mut options = Options::default();
    options.read_command_line(&["".into(), "a".into()]).unwrap();
    assert_eq!(options.goals, ["a"]);
    assert_eq!(read("./").goals, ["./"]);
}

#[test]
fn arguments() {
    let options = read("-fa|-kf|b|--file=c|--makefile|d|--fil|e|-fa");
    assert_eq!(options.makefiles, ["a", "b", "c", "d", "e", "a"]);
    let options = read("-C|..|-C..|-Wx|--what-if=y|--assume-new|z|-W./x|--assume-old=o");
    assert_eq!(options.directories, ["..", ".."]);
    assert_eq!(options.new_files, ["x", "y", "z"]);
    assert_eq!(options.old_files, ["o"]);
    let options = read("-j|x|-l|y|-O|line|-s");
    assert_eq!(options.goals, ["x", "y", "line"]);
    assert_eq!((options.jobs, options.max_load), (Some(Jobs::Unlimited), None));
    assert_eq!(options.output_sync, Some(OutputSync::Target));
    assert_eq!(options.silent.get(), Some(true));
    assert_eq!(read("-kj3").jobs, Some(Jobs::Count(3)));
    assert_eq!(read("--max-load=.5").max_load, Some(0.5));
    assert_eq!(read("--max").max_load, None);
    assert!(read("--re").just_print && read("--dry-run").just_print);
    assert_eq!(read("-k|--st").keep_going.get(), Some(false));
}

#[test]
fn wrong_command_lines() {
    let table = [
        ("-x", "invalid option -- 'x'"),
        ("-kz", "invalid option -- 'z'"),
        ("--foo", "unrecognized option '--foo'"),
        ("--foo=1", "unrecognized option '--foo=1'"),
        ("-f", "option requires an argument -- 'f'"),
        ("--file", "option '--file' requires an argument"),
        ("--ev", "option '--eval' requires an argument"),
        ("--make", "option '--makefile' requires an argument"),
        ("--silent=3", "option '--silent' doesn't allow an argument"),
        ("--keep=1", "option '--keep-going' doesn't allow an argument"),
        (
            "--pri",
            "option '--pri' is ambiguous; possibilities: '--print-data-base' '--print-directory'",
        ),
        ("--ma", "option '--ma' is ambiguous; possibilities: '--max-load' '--makefile'"),
        ("--output-sync=", "the '-O' option requires a non-empty string argument"),
        ("--debug=", "the '--debug' option requires a non-empty string argument"),
        ("--debug=z", "*** unknown debug level specification 'z'.  Stop."),
        ("--debug=b,xy", "*** unknown debug level specification 'xy'.  Stop."),
        ("-Ofoo", "*** unknown output-sync type 'foo'.  Stop."),
    ];
    for (line, message) in table {
        assert_eq!(complaints(line), [message], "{line}");
    }
    for line in ["-j0", "-j-1", "-jx", "--jobs=", "--jobs=99999999999"] {
        let message = "the '-j' option requires a positive integer argument";
        assert_eq!(complaints(line), [message], "{line}");
    }
    assert_eq!(complaints("-zy|--foo").len(), 3);
    assert_eq!(complaints("-Ofoo|-x"), ["invalid option -- 'x'"]);
    let empty = Options::default().read_command_line(&["-I".into(), "".into()]);
    let Err(Error::Usage(empty)) = empty else { panic!("{empty:?}") };
    assert_eq!(empty[0].to_string(), "the '-I' option requires a non-empty string argument");
    assert!(!empty[0].names_program_as_called());
    assert!(Complaint::InvalidLetter("x".into()).names_program_as_called());
    let debug = Options::default().read_makeflags("--debug=z".into(), Source::Environment);
    assert_eq!(debug, Err(Error::Fatal(Fatal::DebugLevel("z".into()))));
}

#[test]
fn strength_of_sources() {
    let mut options = of_environment("k -j9 -w");
    options.read_command_line(&words("-s|-j3")).unwrap();
    assert_eq!(options.command_line_jobs, Some(Jobs::Count(3)));
    let makefile = "ks --no-silent -S --no-print-directory -n -j5 -Ix -Ix -- A=1";
    options.read_makeflags(makefile.into(), Source::Makefile).unwrap();
    options.read_makeflags(makefile.into(), Source::Makefile).unwrap();
    assert_eq!(makeflags_of(&options), "knsw -Ix -j3");
    assert_eq!(options.assignments.len(), 1);
    // What nobody said before, a makefile says; the last word counts.
    let mut options = of_environment("-j2");
    assert_eq!(options.command_line_jobs, None);
    options.read_command_line(&[]).unwrap();
    assert_eq!(options.jobs, Some(Jobs::Count(2)));
    options.read_makeflags("k -S -j5".into(), Source::Makefile).unwrap();
    assert_eq!(options.keep_going.get(), Some(false));
    assert_eq!(options.jobs, Some(Jobs::Count(5)));
    options.read_makeflags("".into(), Source::Makefile).unwrap();
    assert_eq!(options.jobs, Some(Jobs::Count(5)));
}

#[test]
fn debugging() {
    let debug = |line| read(line).debug().unwrap();
    assert!(!debug("").any());
    assert_eq!(debug("--debug"), Debug { basic: true, ..Debug::default() });
    assert!(debug("--debug=verbose,job").jobs);
    assert_eq!(debug("--debug=i"), Debug { basic: true, implicit: true, ..Debug::default() });
    assert_eq!(
        debug("--debug=m p"),
        Debug { basic: true, makefiles: true, print: true, ..Debug::default() }
    );
    assert_eq!(debug("--trace"), Debug { print: true, why: true, ..Debug::default() });
    assert!(!debug("-d|--debug=n").any());
    assert_eq!(debug("-d"), debug("--debug=a"));
}

#[test]
fn shuffling() {
    let mut options = read("--shuffle");
    assert_eq!(options.resolve_shuffle(5), Ok(Some(Shuffle::Random(5))));
    assert_eq!(makeflags_of(&options), " --shuffle=5");
    let mut options = read("--shuffle=none");
    assert_eq!(options.resolve_shuffle(5), Ok(None));
    assert_eq!(makeflags_of(&options), "");
    assert!(read("--shuffle=up").resolve_shuffle(5).is_err());
}

#[test]
fn usage_names_every_switch() {
    let text = usage("make");
    assert!(text.starts_with("Usage: make [options] [target] ...\n"));
    for switch in ["-b", "--eval", "--recon", "--jobserver-style", "--shuffle", "--assume-new"] {
        assert!(text.contains(switch), "{switch}");
    }
    assert!(text.lines().all(|line| line.len() < 100));
    assert!(version("").starts_with("GNU Make 4.4.1\nBuilt for x86_64-pc-linux-gnu\n"));
    assert!(version("# ").lines().all(|line| line.starts_with("# ")));
}
