//! `ukbuild why FILE`: the way from a file to the images, in words or as JSON.

use std::fmt::Write;

use bstr::{BString, ByteSlice};
use rules::graph::Origin;
use serde_json::{Value, json};

use super::Outcome;
use super::arguments::WhyFile;
use super::subject::Subject;
use crate::inspect::{Link, Relation, Thing, View};
use crate::surroundings::Surroundings;

/// `ukbuild why FILE`
pub(super) fn main(request: &WhyFile, surroundings: &Surroundings) -> Outcome {
    let subject = Subject::load(&request.which, surroundings)?;
    let view = subject.view();
    let things = subject.find(&view, &request.file)?;
    let files: Vec<BString> = things.into_iter().map(|thing| file(&subject, thing)).collect();
    if request.json {
        let values: Vec<Value> = files.iter().map(|path| value(&view, path)).collect();
        say_line!("{:#}", Value::from(values));
    } else {
        let texts: Vec<String> =
            files.iter().map(|path| Words { subject: &subject, view: &view }.of(path)).collect();
        say!("{}", texts.join("\n"));
    }
    Ok(0)
}

/// A library is in the image as its object.
fn file(subject: &Subject, thing: Thing) -> BString {
    match thing {
        Thing::File(path) => path,
        Thing::Library(name) => {
            let object = subject.described.configuration.build.join(format!("{name}.o"));
            object.into_os_string().into_encoded_bytes().into()
        }
    }
}

struct Words<'a> {
    subject: &'a Subject,
    view: &'a View<'a>,
}

impl Words<'_> {
    fn of(&self, path: &BString) -> String {
        let name = self.subject.shown(path.as_bstr());
        let chains = self.view.chains(path.as_bstr());
        let mut out = String::new();
        // Writing to a string does not fail.
        if chains.is_empty() {
            let _ = writeln!(out, "{name} is what is built: nothing else is made of it");
        }
        for chain in &chains {
            let Some(end) = chain.last() else { continue };
            let _ = writeln!(out, "{name} is in {}:", self.subject.shown(end.to.as_bstr()));
            for link in chain {
                self.link(link, &mut out);
            }
            let _ = writeln!(out, "  {}", self.subject.shown(end.to.as_bstr()));
        }
        let readers = self.view.readers(path.as_bstr());
        if readers > 1 {
            let _ = writeln!(
                out,
                "{readers} steps read {name}; this is the shortest way (all: ukbuild query outputs {name})"
            );
        }
        out
    }

    fn link(&self, link: &Link, out: &mut String) {
        let step = self.view.graph.step(link.step);
        let takes = match link.relation {
            Relation::Input => "read by",
            Relation::Found => "included by",
            Relation::OrderOnly => "needed before",
        };
        let what = match self.view.is_group(link.step) {
            true => "all that comes after".to_owned(),
            false => format!("{} {}", step.tag(), step.label()),
        };
        let _ = writeln!(out, "  {}", self.subject.shown(link.from.as_bstr()));
        let _ = writeln!(out, "      {takes} {what}");
        if let Some(origin) = &link.origin {
            let place = origin.file.as_os_str().as_encoded_bytes().as_bstr();
            let place = self.subject.shown(place);
            let text = line_of(origin).map_or(String::new(), |text| format!(": {text}"));
            let _ = writeln!(out, "      asked for at {place}:{}{text}", origin.line);
        }
    }
}

/// The line of a fragment, when it is still there.
fn line_of(origin: &Origin) -> Option<String> {
    let text = std::fs::read(&origin.file).ok()?;
    let line = text.lines().nth((origin.line as usize).checked_sub(1)?)?;
    Some(line.trim().to_str_lossy().into_owned()).filter(|line| !line.is_empty())
}

fn value(view: &View<'_>, path: &BString) -> Value {
    let link = |link: &Link| {
        let step = view.graph.step(link.step);
        let relation = match link.relation {
            Relation::Input => "input",
            Relation::Found => "found",
            Relation::OrderOnly => "order-only",
        };
        let origin = link.origin.as_ref().map(|origin| {
            json!({
                "file": origin.file.display().to_string(),
                "line": origin.line,
                "text": line_of(origin),
            })
        });
        json!({
            "from": link.from.to_str_lossy(), "relation": relation, "tag": step.tag(),
            "label": step.label(), "to": link.to.to_str_lossy(), "origin": origin,
        })
    };
    let chains = view.chains(path.as_bstr());
    let chains: Vec<Vec<Value>> =
        chains.iter().map(|chain| chain.iter().map(link).collect()).collect();
    json!({
        "file": path.to_str_lossy(), "chains": chains, "readers": view.readers(path.as_bstr()),
    })
}
