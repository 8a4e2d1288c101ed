//! Events in words: the lines that stay. Knows no terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rules::graph::{Graph, StepId};

use crate::cli::arguments::How;
use crate::cli::report;
use crate::engine::{Cause, Event, Reason, Undeclared};
use crate::inspect::shell_line;

/// How events of one graph's build are told.
pub(super) struct Words<'a> {
    pub(super) graph: &'a Graph,
    pub(super) how: &'a How,
    /// Set when the build is told to stop.
    pub(super) cancel: Arc<AtomicBool>,
}

impl Words<'_> {
    /// The line of a step.
    fn line(&self, step: StepId) -> String {
        let step = self.graph.step(step);
        format!("  {:<7} {}\n", step.tag(), step.label())
    }

    /// What a step is called.
    pub(super) fn title(&self, step: StepId) -> String {
        let step = self.graph.step(step);
        format!("{:<7} {}", step.tag(), step.label())
    }

    /// What an event leaves on the screen. Where somebody watches, steps that go well leave nothing
    /// unless more was asked for.
    pub(super) fn lasting(&self, event: &Event<'_>, watched: bool) -> Vec<u8> {
        match event {
            Event::Waiting { holder: Some(process) } => {
                format!("waiting for another build here (process {process})\n").into()
            }
            Event::Waiting { holder: None } => b"waiting for another build here\n".to_vec(),
            Event::JournalDamaged { path, dropped } => {
                let path = path.display();
                format!(
                    "{path} was damaged: its last {dropped} bytes are dropped, and what they \
                     described is built again\n"
                )
                .into()
            }
            Event::Swept { path } if self.how.explain || self.how.verbose => {
                format!("  {:<7} {path}: nothing makes it any more\n", "RM").into()
            }
            Event::WouldRun { step, reason } => self.would_run(*step, reason),
            Event::Started { step, reason, .. }
                if !watched || self.how.explain || self.how.verbose =>
            {
                self.started(*step, reason)
            }
            Event::Restored { step, reason, output, shared } => {
                let mut text = Vec::new();
                if !watched || self.how.explain || self.how.verbose {
                    let how = if *shared { "shared" } else { "cached" };
                    let line = format!("  {} ({how})\n", self.title(*step));
                    text.extend_from_slice(line.as_bytes());
                }
                if self.how.explain {
                    text.extend_from_slice(format!("          {reason}\n").as_bytes());
                }
                text.extend_from_slice(output);
                text
            }
            Event::CacheDamaged { path, files } => {
                let path = path.display();
                format!("{path} was damaged: {files} of its files are dropped\n").into()
            }
            Event::CacheUnusable { path, error } => {
                let path = path.display();
                format!("warning: cannot write to the cache in {path}: {error}\n").into()
            }
            // What was stopped did not fail.
            Event::Finished { failure: Some(Cause::Signal(_)), .. }
                if self.cancel.load(Ordering::Relaxed) =>
            {
                Vec::new()
            }
            Event::Finished { step, failure, output, .. } => {
                let mut text = Vec::new();
                if let Some(cause) = failure {
                    let step = self.graph.step(*step);
                    let head = format!("failed: {} {} ({cause})\n", step.tag(), step.label());
                    text.extend_from_slice(head.as_bytes());
                }
                text.extend_from_slice(output);
                if !text.is_empty() && !text.ends_with(b"\n") {
                    text.push(b'\n');
                }
                text
            }
            Event::ReadBeforeMade { step, path } => {
                let step = self.graph.step(*step);
                let (tag, label) = (step.tag(), step.label());
                let maker = self.graph.find(path).and_then(|file| self.graph.producer(file));
                let origin = maker.and_then(|maker| self.graph.step(maker).origin());
                let place = origin.map_or(String::new(), |origin| {
                    format!(" by the rule at {}:{}", origin.file.display(), origin.line)
                });
                format!(
                    "warning: {tag} {label} read {path} before it was made{place}; a dependency is \
                     missing\n"
                )
                .into()
            }
            Event::Undeclared { step, files } => self.undeclared(*step, files),
            Event::Round { links } => {
                let mut text = String::from(
                    "warning: these files need each other, one of them by what it includes; which \
                     comes first is left to chance:\n",
                );
                report::round(links).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
                text.into()
            }
            _ => Vec::new(),
        }
    }

    fn undeclared(&self, id: StepId, files: &Undeclared) -> Vec<u8> {
        let step = self.graph.step(id);
        let place = step.origin();
        let place = place.map(|place| format!(" ({}:{})", place.file.display(), place.line));
        let place = place.unwrap_or_default();
        let mut text = format!("undeclared: {} {}{place}\n", step.tag(), step.label());
        for file in &files.read {
            text += &format!("          reads {file}, which is no input\n");
        }
        for file in &files.written {
            text += &format!("          writes {file}, which is no output\n");
        }
        text.into_bytes()
    }

    fn started(&self, step: StepId, reason: &Reason) -> Vec<u8> {
        let mut text = self.line(step).into_bytes();
        if self.how.explain {
            text.extend_from_slice(format!("          {reason}\n").as_bytes());
        }
        if self.how.verbose {
            self.append_commands(step, "          ", &mut text);
        }
        text
    }

    /// As make has it: the commands, and nothing that a shell would not pass over.
    fn would_run(&self, step: StepId, reason: &Reason) -> Vec<u8> {
        let mut text = Vec::new();
        if self.how.explain {
            text.extend_from_slice(format!("# {}: {reason}\n", self.title(step)).as_bytes());
        }
        self.append_commands(step, "", &mut text);
        text
    }

    fn append_commands(&self, step: StepId, indent: &str, text: &mut Vec<u8>) {
        let step = self.graph.step(step);
        for command in step.commands().iter() {
            text.extend_from_slice(indent.as_bytes());
            text.extend_from_slice(&shell_line(self.graph, step, command));
            text.push(b'\n');
        }
    }
}
