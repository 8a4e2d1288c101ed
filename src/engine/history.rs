//! What the journal tells of a description's steps: what their last runs read and how long they
//! took. Reads only; knows nothing of whether that still holds.

use std::path::Path;
use std::time::Duration;

use bstr::BString;
use rules::graph::{Graph, StepId};

use super::error::Error;
use super::files::Files;
use super::fingerprint::Past;
use super::journal::Journal;

/// What one step's last run left behind.
#[derive(Clone, Debug, Default)]
pub struct LastRun {
    /// How long its commands took.
    pub duration: Duration,
    /// Files that it read without its description saying so: headers, mostly.
    pub found: Vec<BString>,
    /// The options that its sources mention, by full name, each with its value then.
    pub options: Vec<(BString, Option<BString>)>,
}

/// The last runs of a graph's steps.
#[derive(Clone, Debug, Default)]
pub struct History {
    runs: Vec<Option<LastRun>>,
}

impl History {
    /// Reads what the build folder's journal has about the steps of `graph`. Where there was no
    /// build there is no history.
    pub fn read(graph: &Graph, folder: &Path) -> Result<History, Error> {
        let home = super::home(folder);
        let path = Journal::path(&home);
        let (journal, _) = Journal::read(&home).map_err(Error::io("read", &path))?;
        let past = Past::new(graph, &journal, &mut Files::new(graph, folder));
        let run = |step: StepId| {
            let done = past.done(step, &journal)?;
            let name = |&version: &u32| journal.name(journal.version(version).0).to_owned();
            let setting = |&setting: &u32| {
                let (name, value) = journal.setting(setting);
                (name.to_owned(), value.map(ToOwned::to_owned))
            };
            Some(LastRun {
                duration: Duration::from_millis(done.milliseconds),
                found: done.discovered.iter().map(name).collect(),
                options: done.settings.iter().map(setting).collect(),
            })
        };
        Ok(History { runs: graph.step_ids().map(run).collect() })
    }

    /// A step's last run, when there was one.
    pub fn last_run(&self, step: StepId) -> Option<&LastRun> {
        self.runs.get(step.index())?.as_ref()
    }

    /// What a step's last run read beyond its description.
    pub fn found(&self, step: StepId) -> &[BString] {
        self.last_run(step).map_or(&[], |run| &run.found)
    }
}
