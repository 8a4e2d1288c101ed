//! How long the engine takes to find that there is nothing to do.
//!
//! `cargo bench --bench engine -- STEPS...` makes graphs of that many steps in a temporary folder,
//! builds each once, and prints the median of eleven builds without a change: by the clock, and the
//! processor time of all threads. Each step reads a
//! source of its own and twenty shared headers; one of a hundred runs a program, so that the first
//! build ends soon.

use std::fs;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use rules::graph::{Command, FileId, Graph, Step};
use ukbuild::engine::{Error, Settings, Silent, build};

const HEADERS: usize = 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let counts: Vec<usize> =
        std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let counts = if counts.is_empty() { vec![100, 10_000] } else { counts };
    for count in counts {
        let folder = tempfile::tempdir()?;
        let (graph, goal) = generate(folder.path(), count)?;
        let mut settings = Settings::new(folder.path().join("build"));
        settings.jobs = 2;
        let first = timed(&graph, goal, &settings)?;
        timed(&graph, goal, &settings)?;
        let mut again = Vec::new();
        for _ in 0..11 {
            again.push(timed(&graph, goal, &settings)?);
        }
        let median = |times: Vec<Duration>| {
            let mut times = times;
            times.sort();
            times[times.len() / 2]
        };
        let (clock, processor) = again.into_iter().unzip();
        let (clock, processor) = (median(clock), median(processor));
        println!(
            "{count} steps: first build {:?}, nothing to do {clock:?} (processor {processor:?})",
            first.0
        );
    }
    Ok(())
}

/// By the clock, and on processors.
fn timed(graph: &Graph, goal: FileId, settings: &Settings) -> Result<(Duration, Duration), Error> {
    let (clock, processor) = (Instant::now(), processor_time());
    build(graph, &[goal], settings, &Silent)?;
    Ok((clock.elapsed(), processor_time() - processor))
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

fn generate(folder: &std::path::Path, count: usize) -> std::io::Result<(Graph, FileId)> {
    let mut graph = Graph::new();
    let path = |name: String| folder.join(name).to_string_lossy().into_owned();
    let mut headers = Vec::new();
    for at in 0..HEADERS {
        let header = path(format!("include/header{at}.h"));
        fs::create_dir_all(folder.join("include"))?;
        fs::write(&header, format!("#define VALUE_{at} {at}\n"))?;
        headers.push(graph.file(header));
    }
    let mut objects = Vec::new();
    for at in 0..count {
        let source = path(format!("lib/part{}/source{at}.c", at / 100));
        let object = path(format!("build/part{}/source{at}.o", at / 100));
        fs::create_dir_all(folder.join(format!("lib/part{}", at / 100)))?;
        fs::write(&source, format!("int value{at};\n"))?;
        let command = if at % 100 == 0 {
            let words = ["cp", source.as_str(), object.as_str()];
            Command::Exec { argv: words.map(Into::into).into(), stdout: None }
        } else {
            Command::Write(format!("object of {source}\n").into())
        };
        let mut inputs = vec![graph.file(&source)];
        inputs.extend(&headers);
        let outputs = vec![graph.file(&object)];
        objects.extend(&outputs);
        let step = Step { inputs, outputs, commands: vec![command], ..Step::default() };
        graph.add(step).map_err(std::io::Error::other)?;
    }
    let goal = graph.file(path("all".into()));
    let all = Step { outputs: vec![goal], inputs: objects, ..Step::default() };
    graph.add(all).map_err(std::io::Error::other)?;
    Ok((graph, goal))
}
