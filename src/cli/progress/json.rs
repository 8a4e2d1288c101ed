//! Events as JSON, one a line. Knows their form; writes nothing.

use std::path::Path;

use bstr::{BString, ByteSlice};
use rules::graph::{Link, StepId};
use serde_json::{Value, json};

use super::words::Words;
use crate::engine::{Event, Reason, Summary};

/// A value as a line.
pub(super) fn line(value: &Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}

/// The last event of a build that went well.
pub(super) fn done<'i>(summary: &Summary, images: impl Iterator<Item = &'i Path>) -> Value {
    let images: Vec<String> = images.map(|image| image.display().to_string()).collect();
    json!({
        "event": "done", "commands": summary.ran, "restored": summary.restored,
        "shared": summary.shared,
        "up_to_date": summary.up_to_date,
        "cut_off": summary.cut_off, "images": images,
    })
}

/// An event; none when it says nothing to programs.
pub(super) fn value(words: &Words<'_>, event: &Event<'_>) -> Option<Value> {
    let about = |step: &StepId| {
        let step = words.graph.step(*step);
        (step.tag(), step.label())
    };
    Some(match event {
        Event::Waiting { holder } => json!({"event": "waiting", "process": holder}),
        Event::JournalDamaged { path, dropped } => {
            json!({"event": "journal-damaged", "path": path.display().to_string(), "dropped": dropped})
        }
        Event::Planned { needed, to_check, .. } => {
            json!({"event": "planned", "needed": needed, "to_check": to_check})
        }
        Event::Swept { path } => json!({"event": "swept", "path": path.to_string()}),
        Event::WouldRun { step, reason } => {
            let (tag, label) = about(step);
            json!({
                "event": "would-run", "tag": tag, "label": label, "reason": reason.to_string(),
                "why": why(reason),
            })
        }
        Event::Started { step, reason, slot } => {
            let (tag, label) = about(step);
            json!({
                "event": "started", "tag": tag, "label": label, "slot": slot,
                "reason": reason.to_string(), "why": why(reason),
            })
        }
        Event::Finished { step, failure, duration, output, .. } => {
            let (tag, label) = about(step);
            json!({
                "event": "finished", "tag": tag, "label": label,
                "failure": failure.map(ToString::to_string),
                "seconds": duration.as_secs_f64(),
                "output": output.to_str_lossy(),
            })
        }
        Event::Restored { step, reason, output, shared } => {
            let (tag, label) = about(step);
            json!({
                "event": "restored", "tag": tag, "label": label, "reason": reason.to_string(),
                "why": why(reason), "output": output.to_str_lossy(), "shared": shared,
            })
        }
        Event::CacheDamaged { path, files } => {
            json!({"event": "cache-damaged", "path": path.display().to_string(), "files": files})
        }
        Event::CacheUnusable { path, error } => json!({
            "event": "cache-unusable", "path": path.display().to_string(),
            "error": error.to_string(),
        }),
        Event::CutOff { step } => {
            let (tag, label) = about(step);
            json!({"event": "cut-off", "tag": tag, "label": label})
        }
        Event::ReadBeforeMade { step, path } => {
            let (tag, label) = about(step);
            json!({"event": "read-before-made", "tag": tag, "label": label, "path": path.to_string()})
        }
        Event::Undeclared { step, files } => {
            let (tag, label) = about(step);
            let names = |files: &[BString]| -> Vec<String> {
                files.iter().map(|file| file.to_str_lossy().into_owned()).collect()
            };
            let origin = words.graph.step(*step).origin();
            json!({
                "event": "undeclared", "tag": tag, "label": label, "reads": names(&files.read),
                "writes": names(&files.written),
                "file": origin.as_ref().map(|origin| origin.file.display().to_string()),
                "line": origin.as_ref().map(|origin| origin.line),
            })
        }
        Event::Round { links } => {
            let link = |link: &Link| {
                let place = link.origin.as_ref().map(|origin| {
                    json!({"file": origin.file.display().to_string(), "line": origin.line})
                });
                json!({
                    "file": link.file.to_str_lossy(), "needs": link.needs.to_str_lossy(),
                    "place": place,
                })
            };
            let links: Vec<Value> = links.iter().map(link).collect();
            json!({"event": "round", "links": links})
        }
        _ => return None,
    })
}

/// A reason with its parts told apart.
fn why(reason: &Reason) -> Value {
    let of = |kind: &str, file: &BString| json!({"kind": kind, "file": file.to_str_lossy()});
    let words = |words: &[BString]| -> Vec<String> {
        words.iter().map(|word| word.to_str_lossy().into_owned()).collect()
    };
    match reason {
        Reason::NeverBuilt => json!({"kind": "never-built"}),
        Reason::Always => json!({"kind": "always"}),
        Reason::Watched => json!({"kind": "watched"}),
        Reason::OutputMissing(file) => of("output-missing", file),
        Reason::OutputChanged(file) => of("output-changed", file),
        Reason::CommandChanged { removed, added } => {
            json!({"kind": "command-changed", "removed": words(removed), "added": words(added)})
        }
        Reason::ToolChanged(program) => {
            json!({"kind": "tool-changed", "program": program.to_str_lossy()})
        }
        Reason::InputAdded(file) => of("input-added", file),
        Reason::InputRemoved(file) => of("input-removed", file),
        Reason::InputChanged(file) => of("input-changed", file),
        Reason::InputVanished(file) => of("input-vanished", file),
        Reason::InputUnsure(file) => of("input-unsure", file),
        Reason::InputMayChange(file) => of("input-may-change", file),
        Reason::OptionChanged { name, old, new } => {
            let value = |value: &Option<BString>| value.as_ref().map(ToString::to_string);
            json!({
                "kind": "option-changed", "name": name.to_str_lossy(), "old": value(old),
                "new": value(new),
            })
        }
    }
}
