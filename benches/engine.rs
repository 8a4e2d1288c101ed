//! How long the engine takes to find that there is nothing to do.
//!
//! `cargo bench --bench engine -- STEPS...` makes graphs of that many steps in a temporary folder,
//! builds each once, and prints the median of eleven builds without a change. Each step reads a
//! source of its own and twenty shared headers; one of a hundred runs a program, so that the first
//! build ends soon.

use std::fs;
use std::time::{Duration, Instant};

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
        let again: Result<Vec<Duration>, Error> =
            (0..11).map(|_| timed(&graph, goal, &settings)).collect();
        let mut again = again?;
        again.sort();
        println!(
            "{count} steps: first build {first:?}, nothing to do {:?}",
            again[again.len() / 2]
        );
    }
    Ok(())
}

fn timed(graph: &Graph, goal: FileId, settings: &Settings) -> Result<Duration, Error> {
    let clock = Instant::now();
    build(graph, &[goal], settings, &Silent)?;
    Ok(clock.elapsed())
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
