//! What an image says while its tests run, read as it comes: results, and what belongs to them.
//! Trusts nothing: an image may say anything, twice or not at all, and end anywhere.

use std::collections::HashSet;
use std::io;
use std::time::{Duration, Instant};

use super::line::{Line, MARK};
use super::output::Output;
use super::{Case, Complaint, Failure, Place, Selection, Tested};

/// A longer line is none of the report's.
const LONGEST: usize = 4096;

/// What is heard of while the image runs.
#[derive(Debug)]
pub enum News<'a> {
    /// So many cases are wanted.
    Planned(usize),
    /// A case runs, or is listed.
    Begun(&'a Case, &'a Place),
    /// A case has a result.
    Tested(&'a Tested),
}

/// How an image ended.
#[derive(Clone, Copy, Debug)]
pub struct End {
    /// Its exit status; none when the machine stopped without one.
    pub status: Option<u8>,
    /// The time after which it was given up, if it was.
    pub hung: Option<Duration>,
}

/// A reader of what one image says. A case that ends the image is no reason not to run the others: it
/// may be booted again, and go on behind that.
pub struct Transcript<'a, F> {
    selection: &'a Selection,
    /// Whether cases are only named.
    lists: bool,
    locate: &'a dyn Fn(&str) -> String,
    hear: F,
    /// The line that has begun with a mark.
    line: Option<Vec<u8>>,
    running: Option<Running>,
    /// A case that runs again, because suites of constructors do in each boot.
    repeated: Option<Case>,
    /// What was printed while nothing ran.
    outside: Output,
    results: HashSet<Case>,
    /// Results of nothing that ran.
    strays: Vec<Complaint>,
    tested: Vec<Tested>,
    /// Cases that began, and those of them that were wanted.
    turns: usize,
    begun: usize,
    /// Cases that had begun before this boot; none before the first.
    earlier: Option<usize>,
    plan: Option<usize>,
    /// Passed and failed, as heard of and as the image says.
    counted: (usize, usize),
    totals: Option<(usize, usize)>,
}

struct Running {
    case: Case,
    is_init: bool,
    since: Instant,
    complaints: Vec<Complaint>,
    output: Output,
}

impl Running {
    fn new(case: Case, is_init: bool) -> Running {
        let (complaints, output) = (Vec::new(), Output::default());
        Running { case, is_init, since: Instant::now(), complaints, output }
    }

    fn is_called(&self, suite: &str, name: &str) -> bool {
        self.case.suite == suite && self.case.name == name
    }
}

impl<'a, F: FnMut(News<'_>)> Transcript<'a, F> {
    /// Tells `hear` what it reads of the cases that are wanted, with files as `locate` calls them; with
    /// `lists`, the image was to name the cases only.
    pub fn new(
        selection: &'a Selection,
        lists: bool,
        locate: &'a dyn Fn(&str) -> String,
        hear: F,
    ) -> Self {
        Transcript {
            selection,
            lists,
            locate,
            hear,
            line: None,
            running: None,
            repeated: None,
            outside: Output::default(),
            results: HashSet::new(),
            strays: Vec::new(),
            tested: Vec::new(),
            turns: 0,
            begun: 0,
            earlier: None,
            plan: None,
            counted: (0, 0),
            totals: None,
        }
    }

    /// How many cases had their turn: the image needs not run them again.
    pub fn turns(&self) -> usize {
        self.turns
    }

    /// Whether another boot has something to say: the image ended within a case, which has failed, and
    /// others were to come. If so, that boot is listened to from now on.
    pub fn goes_on(&mut self, end: End) -> bool {
        let is_case = self.running.as_ref().is_some_and(|running| !running.is_init);
        let is_further = self.earlier.is_none_or(|earlier| earlier < self.turns);
        if !is_case || !is_further || self.plan.is_none_or(|plan| plan <= self.begun) {
            return false;
        }
        if let Some(line) = self.line.take() {
            self.output().push(&line);
        }
        if let Some(running) = self.running.take() {
            self.fail(running, reason(end));
        }
        self.outside = Output::default();
        self.repeated = None;
        self.earlier = Some(self.turns);
        self.counted = (0, 0);
        true
    }

    /// What it all came to: what has no result when the image ends has failed.
    pub fn finish(mut self, end: End) -> Vec<Tested> {
        if let Some(line) = self.line.take() {
            self.output().push(&line);
        }
        let was_running = self.running.is_some();
        if let Some(running) = self.running.take() {
            self.fail(running, reason(end));
        }
        let complaints = self.of_image(end, was_running);
        if !complaints.is_empty() {
            let output = std::mem::take(&mut self.outside).into_text();
            let failure = Some(Failure { complaints, output });
            self.add(Tested { case: Case::of_image(), failure, time: Duration::ZERO });
        }
        self.tested
    }

    /// What is wrong with the run as a whole.
    fn of_image(&mut self, end: End, was_running: bool) -> Vec<Complaint> {
        let mut complaints = std::mem::take(&mut self.strays);
        let mut complain = |text: String| complaints.push(Complaint::of_image(text));
        let missing = self.plan.unwrap_or(0).saturating_sub(self.begun);
        let missing = match missing {
            0 => None,
            1 => Some("1 case did not run".to_owned()),
            missing => Some(format!("{missing} cases did not run")),
        };
        let Some(totals) = self.totals else {
            if !was_running {
                complain(format!("{} before all tests had run", reason(end)));
            }
            missing.into_iter().for_each(complain);
            return complaints;
        };
        if totals != self.counted {
            let ((passed, failed), (told, refused)) = (self.counted, totals);
            complain(format!(
                "{passed} passed and {failed} failed, but the image says {told} and {refused}: \
                 results are missing"
            ));
        }
        if totals.1 == 0 && !self.lists {
            let why = "is a suite of that name registered?";
            missing.into_iter().for_each(|missing| complain(format!("{missing}: {why}")));
        }
        if end.hung.is_some() || end.status != Some(u8::from(totals.1 > 0)) {
            complain(format!("{} after its tests", reason(end)));
        }
        complaints
    }

    /// Where bytes go that are no line of the report.
    fn output(&mut self) -> &mut Output {
        match &mut self.running {
            Some(running) => &mut running.output,
            None => &mut self.outside,
        }
    }

    fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let in_line = self.line.is_some();
            let at = bytes.iter().position(|&byte| byte == MARK || (in_line && byte == b'\n'));
            let (piece, rest) = bytes.split_at(at.unwrap_or(bytes.len()));
            match &mut self.line {
                Some(line) => line.extend_from_slice(piece),
                None => self.output().push(piece),
            }
            let ends = !rest.is_empty();
            if ends || self.line.as_ref().is_some_and(|line| line.len() > LONGEST) {
                self.end_line();
            }
            if rest.first() == Some(&MARK) {
                self.line = Some(Vec::new());
            }
            bytes = rest.get(1..).unwrap_or_default();
        }
    }

    fn end_line(&mut self) {
        let Some(line) = self.line.take() else { return };
        let text = String::from_utf8_lossy(&line);
        let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
        match Line::parse(&text) {
            Some(line) => self.line(line),
            None => {
                self.output().push(&line);
                self.output().push(b"\n");
            }
        }
    }

    fn line(&mut self, line: Line) {
        match line {
            Line::Plan(count) => {
                if self.plan.replace(count).is_none() {
                    (self.hear)(News::Planned(count));
                }
            }
            Line::Init(case) => self.begin(Running::new(case, true)),
            Line::Case(case, _) if self.earlier.is_some() && self.results.contains(&case) => {
                self.abandon();
                self.repeated = Some(case);
            }
            Line::Case(case, mut place) => {
                self.turns += 1;
                place.file = (self.locate)(&place.file);
                if self.selection.wants(&case) {
                    self.begun += 1;
                    (self.hear)(News::Begun(&case, &place));
                }
                if !self.lists {
                    self.begin(Running::new(case, false));
                }
            }
            Line::Passed(suite, name) => self.end(&suite, &name, None),
            Line::Failed(suite, name, why) => self.end(&suite, &name, Some(why)),
            Line::Complaint { mut place, suite, name, text } => {
                place.file = (self.locate)(&place.file);
                let complaint = Complaint { place: Some(place), text };
                match &mut self.running {
                    Some(running) if running.is_called(&suite, &name) => {
                        running.complaints.push(complaint);
                    }
                    // Of a case that a test made up for itself.
                    _ => self.output().push(format!("{}\n", complaint.text).as_bytes()),
                }
            }
            Line::Totals(passed, failed) => {
                self.abandon();
                self.totals = Some((passed, failed));
            }
        }
    }

    fn begin(&mut self, running: Running) {
        self.abandon();
        self.repeated = None;
        self.running = Some(running);
    }

    /// What runs has come to no result; of an init function that means that it went well.
    fn abandon(&mut self) {
        if let Some(running) = self.running.take().filter(|running| !running.is_init) {
            self.fail(running, "the image told no result".to_owned());
        }
    }

    /// A result has come.
    fn end(&mut self, suite: &str, name: &str, why: Option<String>) {
        match why {
            None => self.counted.0 += 1,
            Some(_) => self.counted.1 += 1,
        }
        let is_called = |case: &mut Case| case.suite == suite && case.name == name;
        if self.repeated.take_if(is_called).is_some() {
            return;
        }
        let Some(running) = self.running.take_if(|running| running.is_called(suite, name)) else {
            let has_one = |case: &Case| case.suite == suite && case.name == name;
            let what = match self.results.iter().any(has_one) {
                true => "a second result",
                false => "a result without a begin",
            };
            self.strays.push(Complaint::of_image(format!("{what} of {suite}/{name}")));
            return;
        };
        match why {
            Some(why) if running.complaints.is_empty() => self.fail(running, why),
            Some(_) => self.close(running, true),
            None => self.close(running, false),
        }
    }

    fn fail(&mut self, mut running: Running, why: String) {
        running.complaints.push(Complaint::of_image(why));
        self.close(running, true);
    }

    fn close(&mut self, running: Running, has_failed: bool) {
        let Running { case, since, complaints, output, .. } = running;
        let output = output.into_text();
        let failure = has_failed.then_some(Failure { complaints, output });
        self.add(Tested { case, failure, time: since.elapsed() });
    }

    fn add(&mut self, mut tested: Tested) {
        if !self.results.insert(tested.case.clone()) {
            let text = "there is another case of this name, which has run before";
            let failure = tested.failure.get_or_insert_default();
            failure.complaints.push(Complaint::of_image(text));
        }
        // The image itself is nobody's choice.
        if tested.case.library.is_empty() || self.selection.wants(&tested.case) {
            (self.hear)(News::Tested(&tested));
            self.tested.push(tested);
        }
    }
}

/// Why nothing more comes from an image.
fn reason(end: End) -> String {
    match end {
        End { hung: Some(limit), .. } => {
            format!("no result within {} s: it hangs", limit.as_secs_f64())
        }
        End { status: Some(status), .. } => format!("the image ended with status {status}"),
        _ => "the machine was reset, as after a triple fault".to_owned(),
    }
}

impl<F: FnMut(News<'_>)> io::Write for Transcript<'_, F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pass(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;

    use bstr::ByteSlice;

    use super::*;

    const ENDED: End = End { status: Some(0), hung: None };
    const FAILED: End = End { status: Some(1), hung: None };

    /// What is heard of and what it comes to, a line each; what a boot says has `@` for marks.
    fn read_in(pieces: usize, boots: &[(&[u8], End)]) -> String {
        let (selection, mut heard) = (Selection::default(), String::new());
        let hear = |news: News<'_>| {
            if let News::Planned(count) = news {
                let _ = writeln!(heard, "{count} cases");
            }
        };
        let mut transcript = Transcript::new(&selection, false, &str::to_owned, hear);
        let say = |transcript: &mut Transcript<'_, _>, said: &[u8]| {
            let marked = said.iter().map(|&byte| if byte == b'@' { MARK } else { byte });
            let marked: Vec<u8> = marked.collect();
            marked.chunks(pieces).for_each(|piece| transcript.write_all(piece).unwrap());
        };
        let ((last, end), earlier) = boots.split_last().unwrap();
        for (said, end) in earlier {
            say(&mut transcript, said);
            assert!(transcript.goes_on(*end), "{}", said.as_bstr());
        }
        say(&mut transcript, last);
        for Tested { case, failure, .. } in transcript.finish(*end) {
            let Some(failure) = failure else {
                let _ = writeln!(heard, "{case}: ok");
                continue;
            };
            let _ = writeln!(heard, "{case}: failed");
            for Complaint { place, text } in failure.complaints {
                let place = place.map_or(String::new(), |place| format!("{place}: "));
                let _ = writeln!(heard, "  {place}{text}");
            }
            failure.output.lines().for_each(|line| heard.push_str(&format!("  > {line}\n")));
        }
        heard
    }

    #[track_caller]
    fn check(said: &str, end: End, heard: &str) {
        check_boots(&[(said, end)], heard);
    }

    #[track_caller]
    fn check_boots(boots: &[(&str, End)], heard: &str) {
        let boots: Vec<_> = boots.iter().map(|&(said, end)| (said.as_bytes(), end)).collect();
        for pieces in [1, 3, 1000] {
            assert_eq!(read_in(pieces, &boots), heard, "in pieces of {pieces}");
        }
    }

    #[test]
    fn results_and_what_belongs_to_them() {
        check(
            "boot\n@uktest: plan 2\n@uktest: init l/s\nx\n@uktest: case l/s/a f.c:1\nno newline\
             @uktest: s/a: passed\n@uktest: case l/s/b f.c:5\nwords\n@f.c:6: in s/b: expected `x`\n\
             @uktest: s/b: FAILED (f.c:6: x)\r\n@uktest: 1 passed, 1 failed\n",
            FAILED,
            "2 cases\nl/s/a: ok\nl/s/b: failed\n  f.c:6: expected `x`\n  > words\n",
        );
    }

    #[test]
    fn a_suite_that_cannot_begin() {
        check(
            "@uktest: init l/s\n@uktest: s/init: FAILED (it returned 3)\n@uktest: 0 passed, 1 failed\n",
            FAILED,
            "l/s/init: failed\n  it returned 3\n",
        );
    }

    #[test]
    fn a_crash_fails_what_runs() {
        let begun = "@uktest: plan 3\n@uktest: case l/s/a f.c:1\n\nCrash: why\n";
        let crashed = End { status: Some(254), hung: None };
        let heard = "3 cases\nl/s/a: failed\n  the image ended with status 254\n  > Crash: why\n\
                     image: failed\n  2 cases did not run\n";
        check(begun, crashed, heard);
        let hung = End { status: Some(137), hung: Some(Duration::from_secs(2)) };
        let heard =
            heard.replace("the image ended with status 254", "no result within 2 s: it hangs");
        check(begun, hung, &heard);
    }

    #[test]
    fn after_a_crash_the_others_run() {
        let crashed = End { status: Some(254), hung: None };
        let hung = End { status: Some(137), hung: Some(Duration::from_secs(2)) };
        // The suite of a constructor, whose parameters come too late, runs each time.
        let early = "boot\n@uktest: plan 4\n@uktest: case l/c/x c.c:1\n@uktest: c/x: passed\n";
        let first = format!(
            "{early}@uktest: case l/s/a f.c:1\n@uktest: s/a: passed\n@uktest: case l/s/b f.c:2\nCrash"
        );
        let second = format!("{early}@uktest: case l/s/c f.c:3\n");
        let third = format!("{early}@uktest: 1 passed, 0 failed\n");
        let heard = "4 cases\nl/c/x: ok\nl/s/a: ok\nl/s/b: failed\n  the image ended with status 254\n  \
                     > Crash\nl/s/c: failed\n  no result within 2 s: it hangs\n";
        check_boots(&[(&first, crashed), (&second, hung)], heard);
        // One more is wanted than there are: the image is asked once more, and has none.
        let [first, second, third] =
            [first, second, third].map(|said| said.replace("plan 4", "plan 5"));
        let heard = heard.replacen('4', "5", 1)
            + "image: failed\n  1 case did not run: is a suite of that name registered?\n  > boot\n";
        check_boots(&[(&first, crashed), (&second, hung), (&third, ENDED)], &heard);
    }

    #[test]
    fn no_boot_more_than_brings_something() {
        let crashed = End { status: Some(254), hung: None };
        let selection = Selection::default();
        let mut transcript = Transcript::new(&selection, false, &str::to_owned, |_| {});
        let mut boot = |said: &[u8]| {
            transcript.write_all(said).unwrap();
            transcript.goes_on(crashed)
        };
        assert!(boot(b"\x1euktest: plan 3\n\x1euktest: case l/c/x f.c:1\n"));
        // It runs in each boot, and ends each.
        assert!(!boot(b"\x1euktest: plan 3\n\x1euktest: case l/c/x f.c:1\n"));
        // Not even that far.
        assert!(!boot(b"boot"));
    }

    #[test]
    fn an_image_that_ends_early() {
        check(
            "",
            ENDED,
            "image: failed\n  the image ended with status 0 before all tests had run\n",
        );
        let said =
            "@uktest: plan 2\n@uktest: case l/s/a f.c:1\n@uktest: s/a: passed\nbye\n@uktest: 1 pa";
        check(
            said,
            ENDED,
            "2 cases\nl/s/a: ok\nimage: failed\n  the image ended with status 0 before all tests had \
             run\n  1 case did not run\n  > bye\n  > uktest: 1 pa\n",
        );
    }

    #[test]
    fn an_image_that_contradicts_itself() {
        let case = "@uktest: case l/s/a f.c:1\n";
        let passed = "@uktest: s/a: passed\n";
        for (said, end, heard) in [
            (format!("{case}@uktest: 1 passed, 0 failed\n"), ENDED, {
                "l/s/a: failed\n  the image told no result\nimage: failed\n  0 passed and 0 failed, but \
                 the image says 1 and 0: results are missing\n"
            }),
            (format!("{case}{passed}{passed}@uktest: 2 passed, 0 failed\n"), ENDED, {
                "l/s/a: ok\nimage: failed\n  a second result of s/a\n"
            }),
            (format!("{passed}@uktest: 1 passed, 0 failed\n"), ENDED, {
                "image: failed\n  a result without a begin of s/a\n"
            }),
            (format!("{case}{passed}{case}{passed}@uktest: 2 passed, 0 failed\n"), ENDED, {
                "l/s/a: ok\nl/s/a: failed\n  there is another case of this name, which has run before\n"
            }),
            (format!("{case}{passed}@uktest: 1 passed, 0 failed\n"), FAILED, {
                "l/s/a: ok\nimage: failed\n  the image ended with status 1 after its tests\n"
            }),
            (format!("@uktest: plan 2\n{case}{passed}@uktest: 1 passed, 0 failed\n"), ENDED, {
                "2 cases\nl/s/a: ok\nimage: failed\n  1 case did not run: is a suite of that name \
                 registered?\n"
            }),
        ] {
            check(&said, end, heard);
        }
    }

    #[test]
    fn garbage_is_output() {
        let mut said = b"@uktest: case l/s/a f.c:1\n@\xff\xfe@@no: report\n@".to_vec();
        said.extend(vec![b'x'; 3 * LONGEST]);
        said.extend(b"\n@uktest: s/a: FAILED (\xff)\n@uktest: 0 passed, 1 failed\n");
        for pieces in [1, 1000] {
            let heard = read_in(pieces, &[(&said, FAILED)]);
            assert!(
                heard.starts_with("l/s/a: failed\n  \u{fffd}\n  > \u{fffd}\u{fffd}\n"),
                "{heard}"
            );
            assert!(heard.matches('x').count() == 3 * LONGEST, "{heard}");
        }
    }
}
