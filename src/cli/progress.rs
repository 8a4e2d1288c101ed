//! What a build shows while it runs: a line a step, a failing command's output whole, or JSON
//! events. Knows the engine's events, not what steps are for.

use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use bstr::ByteSlice;
use rules::graph::{Command, Graph, StepId};
use serde_json::json;

use super::arguments::How;
use crate::engine::{Event, Observer, Summary};

/// Shows one build's events.
pub(super) struct Progress<'a> {
    graph: &'a Graph,
    how: &'a How,
    out: Mutex<Box<dyn Write + Send + 'a>>,
}

impl<'a> Progress<'a> {
    /// Shows steps of `graph` on `out`.
    pub(super) fn new(graph: &'a Graph, how: &'a How, out: Box<dyn Write + Send + 'a>) -> Self {
        Progress { graph, how, out: Mutex::new(out) }
    }

    /// One write a call, so that lines of several threads do not mix. A reader that went away is
    /// no reason to end a build.
    fn write(&self, text: &[u8]) {
        let mut out = self.out.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let _ = out.write_all(text).and_then(|()| out.flush());
    }

    /// The last event of a build that went well.
    pub(super) fn done<'i>(&self, summary: &Summary, images: impl Iterator<Item = &'i Path>) {
        let images: Vec<String> = images.map(|image| image.display().to_string()).collect();
        let value = json!({
            "event": "done", "commands": summary.ran, "restored": summary.restored, "up_to_date": summary.up_to_date,
            "cut_off": summary.cut_off, "images": images,
        });
        self.write(format!("{value}\n").as_bytes());
    }

    fn line(&self, step: StepId) -> String {
        let step = self.graph.step(step);
        format!("  {:<7} {}\n", step.tag, step.label)
    }

    fn show(&self, event: &Event<'_>) {
        match event {
            Event::Waiting { holder: Some(process) } => {
                self.write(
                    format!("waiting for another build here (process {process})\n").as_bytes(),
                );
            }
            Event::Waiting { holder: None } => self.write(b"waiting for another build here\n"),
            Event::JournalDamaged { path, dropped } => {
                let path = path.display();
                let text = format!(
                    "{path} was damaged: its last {dropped} bytes are dropped, and what they \
                     described is built again\n"
                );
                self.write(text.as_bytes());
            }
            Event::Swept { path } if self.how.explain || self.how.verbose => {
                self.write(format!("  {:<7} {path}: nothing makes it any more\n", "RM").as_bytes());
            }
            Event::Started { step, reason } => {
                let mut text = self.line(*step);
                if self.how.explain {
                    text.push_str(&format!("          {reason}\n"));
                }
                if self.how.verbose {
                    self.append_commands(*step, &mut text);
                }
                self.write(text.as_bytes());
            }
            Event::Finished { step, failure, output, .. } => {
                let mut text = Vec::new();
                if let Some(cause) = failure {
                    let step = self.graph.step(*step);
                    let head = format!("failed: {} {} ({cause})\n", step.tag, step.label);
                    text.extend_from_slice(head.as_bytes());
                }
                text.extend_from_slice(output);
                if !text.is_empty() && !text.ends_with(b"\n") {
                    text.push(b'\n');
                }
                self.write(&text);
            }
            Event::Restored { step, reason, output } => {
                let mut text = self.line(*step);
                text.insert_str(text.len() - 1, " (cached)");
                if self.how.explain {
                    text.push_str(&format!("          {reason}\n"));
                }
                let mut text = text.into_bytes();
                text.extend_from_slice(output);
                self.write(&text);
            }
            Event::CacheDamaged { path, files } => {
                let path = path.display();
                let text = format!("{path} was damaged: {files} of its files are dropped\n");
                self.write(text.as_bytes());
            }
            Event::CacheUnusable { path, error } => {
                let path = path.display();
                let text = format!("warning: cannot write to the cache in {path}: {error}\n");
                self.write(text.as_bytes());
            }
            Event::ReadBeforeMade { step, path } => {
                let step = self.graph.step(*step);
                let text = format!(
                    "warning: {} {} read {path} before it was made; a dependency is missing\n",
                    step.tag, step.label
                );
                self.write(text.as_bytes());
            }
            _ => {}
        }
    }

    fn append_commands(&self, step: StepId, text: &mut String) {
        for command in &self.graph.step(step).commands {
            let shown = match command {
                Command::Exec { argv, .. } => bstr::join(" ", argv).to_str_lossy().into_owned(),
                Command::Shell { script, .. } => script.to_string(),
                Command::Write(_) => continue,
            };
            text.push_str(&format!("          {shown}\n"));
        }
    }

    fn show_json(&self, event: &Event<'_>) {
        let about = |step: &StepId| {
            let step = self.graph.step(*step);
            (step.tag.as_str(), step.label.as_str())
        };
        let value = match event {
            Event::Waiting { holder } => json!({"event": "waiting", "process": holder}),
            Event::JournalDamaged { path, dropped } => {
                json!({"event": "journal-damaged", "path": path.display().to_string(), "dropped": dropped})
            }
            Event::Planned { needed, to_check } => {
                json!({"event": "planned", "needed": needed, "to_check": to_check})
            }
            Event::Swept { path } => json!({"event": "swept", "path": path.to_string()}),
            Event::Started { step, reason } => {
                let (tag, label) = about(step);
                json!({"event": "started", "tag": tag, "label": label, "reason": reason.to_string()})
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
            Event::Restored { step, reason, output } => {
                let (tag, label) = about(step);
                json!({
                    "event": "restored", "tag": tag, "label": label,
                    "reason": reason.to_string(), "output": output.to_str_lossy(),
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
            _ => return,
        };
        self.write(format!("{value}\n").as_bytes());
    }
}

impl Observer for Progress<'_> {
    fn event(&self, event: Event<'_>) {
        if self.how.json { self.show_json(&event) } else { self.show(&event) }
    }
}
