//! How results look while they come: lines as of cargo test, an image after the other, or JSON events.
//! Knows nothing of how tests run.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::machine::Machine;
use crate::testing::{Case, Complaint, Failure, Image, News, Place, Selection, Tested};

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Lines for people.
    Lines,
    /// The names of cases, each once.
    List,
    /// An event a line.
    Json,
    /// What was found is told otherwise.
    Nothing,
}

/// Shows the results of some images.
pub(super) struct Results<'a> {
    form: Form,
    machines: &'a [Machine],
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The image whose lines are printed as they come.
    turn: usize,
    /// What the others have to say, and whether that is all.
    waiting: Vec<(String, bool)>,
    /// The cases that there are.
    cases: BTreeSet<Case>,
}

/// What an image is called.
pub(super) fn name(machine: &Machine) -> String {
    machine.image.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl<'a> Results<'a> {
    pub(super) fn new(form: Form, machines: &'a [Machine]) -> Results<'a> {
        let waiting = vec![(String::new(), false); machines.len()];
        let state = Mutex::new(State { waiting, ..State::default() });
        Results { form, machines, state }
    }

    /// Shows what one image has told.
    pub(super) fn hear(&self, at: usize, news: &News<'_>) {
        let mut state = self.state();
        let mut is_new = false;
        if let News::Begun(case, _) = news {
            is_new = state.cases.insert((*case).clone());
        }
        let text = match self.form {
            Form::Json => event(&name(&self.machines[at]), news).map(|event| format!("{event}\n")),
            Form::Lines => line(&name(&self.machines[at]), news),
            Form::List => match news {
                News::Begun(case, _) if is_new => Some(format!("{case}: test\n")),
                _ => None,
            },
            Form::Nothing => None,
        };
        state.say(self.form, at, text.as_deref().unwrap_or_default());
    }

    /// Shows what an image came to.
    pub(super) fn end(&self, at: usize, image: &Image) {
        let text = match self.form {
            Form::Json => format!(
                "{}\n",
                json!({
                    "event": "ended", "image": image.name, "passed": image.passed(),
                    "failed": image.failed(), "seconds": image.time.as_secs_f64(),
                })
            ),
            Form::Lines => summary(image),
            // Cases that are only named do not fail; images may.
            Form::List if image.failed() > 0 => summary(image),
            Form::List | Form::Nothing => String::new(),
        };
        let mut state = self.state();
        state.say(self.form, at, &text);
        state.end(at);
    }

    /// Shows what all came to.
    pub(super) fn done(&self, passed: usize, failed: usize) {
        match self.form {
            Form::Json => {
                say_line!("{}", json!({ "event": "done", "passed": passed, "failed": failed }));
            }
            Form::Lines => say_line!("{passed} passed, {failed} failed"),
            Form::List => match self.state().cases.len() {
                1 => say_line!("\n1 test"),
                tests => say_line!("\n{tests} tests"),
            },
            Form::Nothing => {}
        }
    }

    /// An error when something was asked for of which there are no tests.
    pub(super) fn missing(&self, selection: &Selection, has_words: bool) -> miette::Result<()> {
        let cases = &self.state().cases;
        if has_words && cases.is_empty() {
            let help = "`ukbuild test --list` names the cases";
            return Err(miette::miette!(help = help, "no case has one of these words in its name"));
        }
        let help = "a case is written with UK_TESTCASE(), in a file that Makefile.uk compiles, and its \
                    suite registered with uk_testsuite_register()";
        let has_none = |library: &&String| !cases.iter().any(|case| case.library == **library);
        match selection.libraries().iter().find(has_none).filter(|_| !has_words) {
            Some(library) => Err(miette::miette!(help = help, "{library} has no suites")),
            None if cases.is_empty() => Err(miette::miette!(help = help, "there are no suites")),
            None => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Prints, or keeps until it is the image's turn.
    fn say(&mut self, form: Form, at: usize, text: &str) {
        match form == Form::Lines && at != self.turn {
            true => self.waiting[at].0.push_str(text),
            false => say!("{text}"),
        }
    }

    /// An image has said all.
    fn end(&mut self, at: usize) {
        self.waiting[at].1 = true;
        while self.waiting.get(self.turn).is_some_and(|(_, has_ended)| *has_ended) {
            self.turn += 1;
            if let Some((text, _)) = self.waiting.get_mut(self.turn) {
                say!("{}", std::mem::take(text));
            }
        }
    }
}

fn line(image: &str, news: &News<'_>) -> Option<String> {
    match news {
        News::Planned(1) => Some(format!("running 1 test in {image}\n")),
        News::Planned(tests) => Some(format!("running {tests} tests in {image}\n")),
        News::Begun(..) => None,
        News::Tested(Tested { case, failure, .. }) => {
            let verdict = if failure.is_some() { "FAILED" } else { "ok" };
            Some(format!("test {case} ... {verdict}\n"))
        }
    }
}

/// The end of an image's lines: failures in full, their names, and the numbers.
fn summary(image: &Image) -> String {
    let mut text = String::new();
    let failed = image.failed();
    if failed > 0 {
        text.push_str("\nfailures:\n");
        image.failures().for_each(|(case, failure)| write_failure(case, failure, &mut text));
        text.push_str("\nfailures:\n");
        for (case, _) in image.failures() {
            // Writing to a string does not fail.
            let _ = writeln!(text, "    {case}");
        }
    }
    let result = if failed > 0 { "FAILED" } else { "ok" };
    let (passed, time) = (image.passed(), image.time.as_secs_f64());
    let name = &image.name;
    let _ = writeln!(
        text,
        "\ntest result: {result}. {passed} passed, {failed} failed in {name}; finished in {time:.2}s\n"
    );
    text
}

fn write_failure(case: &Case, failure: &Failure, text: &mut String) {
    let _ = writeln!(text, "\n---- {case} ----");
    for complaint in &failure.complaints {
        let _ = writeln!(text, "{complaint}");
    }
    if !failure.output.is_empty() {
        text.push_str("output:\n");
    }
    for line in failure.output.lines() {
        let _ = writeln!(text, "{}", format!("    {line}").trim_end());
    }
}

fn event(image: &str, news: &News<'_>) -> Option<Value> {
    match news {
        News::Planned(cases) => Some(json!({ "event": "started", "image": image, "cases": cases })),
        News::Begun(case, place) => {
            let Place { file, line } = place;
            let mut event = named("case", image, case);
            event["file"] = json!(file);
            event["line"] = json!(line);
            Some(event)
        }
        News::Tested(Tested { case, failure, time }) => {
            let mut event = named("tested", image, case);
            event["passed"] = json!(failure.is_none());
            event["seconds"] = json!(time.as_secs_f64());
            if let Some(Failure { complaints, output }) = failure {
                event["complaints"] = complaints.iter().map(complaint).collect();
                event["output"] = json!(output);
            }
            Some(event)
        }
    }
}

fn named(event: &str, image: &str, case: &Case) -> Value {
    let Case { library, suite, name } = case;
    json!({ "event": event, "image": image, "library": library, "suite": suite, "case": name })
}

fn complaint(complaint: &Complaint) -> Value {
    let place = complaint.place.as_ref();
    json!({
        "file": place.map(|place| &place.file), "line": place.map(|place| place.line),
        "text": complaint.text,
    })
}
