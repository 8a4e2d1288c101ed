//! How long a build with nothing to do takes, and how much memory, as a whole process: a graph is read
//! from a file, where it lies as in a snapshot, and built.
//!
//! `cargo bench --bench engine -- STEPS...` makes graphs of that many steps in a temporary folder, and
//! builds each twice. Then it prints medians of eleven processes that find nothing to do. Each step
//! reads a source of its own and twenty shared headers; one of a hundred runs a program, so that the
//! first build ends soon.
//!
//! Where `NINJA_GRAPHS` names a folder, the folder STEPS in it has a `build.ninja` like that, built:
//! then ninja is measured in turn.

use std::fs;
use std::io::Error;
use std::mem::MaybeUninit;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use rules::graph::{Command, Graph, Step};
use ukbuild::engine::{self, Settings, Silent};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const HEADERS: usize = 20;
const ROUNDS: usize = 11;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", folder, count] => make(Path::new(folder), count.parse()?),
        ["build", folder] => build(Path::new(folder)),
        words => {
            let counts: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
            let counts = if counts.is_empty() { vec![100, 10_000] } else { counts };
            counts.into_iter().try_for_each(compare)
        }
    }
}

/// Measures builds of a graph with so many steps. This process stays small: a process counts the
/// memory of the one that it comes from for its own.
fn compare(count: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let own = |word: &str| {
        let mut process = Process::new("/proc/self/exe");
        process.arg(word).arg(folder.path());
        process
    };
    let first = run(own("make").arg(count.to_string()))?;
    run(&mut own("build"))?;
    let mut ours = Vec::new();
    let mut peers = Vec::new();
    for _ in 0..ROUNDS {
        ours.push(run(&mut own("build"))?);
        if let Some(graphs) = std::env::var_os("NINJA_GRAPHS") {
            let folder = Path::new(&graphs).join(count.to_string());
            peers.push(run(Process::new("ninja").arg("-C").arg(folder))?);
        }
    }
    println!("{count} steps, made and built in {:?}", first.wall);
    let ours = Cost::median(&ours);
    println!("  nothing to do: {ours}");
    if !peers.is_empty() {
        let peers = Cost::median(&peers);
        println!("  ninja:         {peers}");
        let ratio = |cost: fn(&Cost) -> f64| cost(&ours) / cost(&peers);
        println!(
            "  ratios:        wall {:.2}, processor {:.2}, memory {:.2}",
            ratio(|cost| cost.wall.as_secs_f64()),
            ratio(|cost| cost.processor.as_secs_f64()),
            ratio(|cost| cost.memory as f64),
        );
    }
    Ok(())
}

/// What a process took.
struct Cost {
    wall: Duration,
    processor: Duration,
    /// At its peak, in KiB.
    memory: i64,
}

impl Cost {
    fn median(all: &[Cost]) -> Cost {
        fn middle<T: Ord>(all: &[Cost], of: fn(&Cost) -> T) -> T {
            let mut values: Vec<T> = all.iter().map(of).collect();
            values.sort();
            values.swap_remove(values.len() / 2)
        }
        Cost {
            wall: middle(all, |cost| cost.wall),
            processor: middle(all, |cost| cost.processor),
            memory: middle(all, |cost| cost.memory),
        }
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Cost { wall, processor, memory } = self;
        write!(f, "{wall:.1?}, processor {processor:.1?}, memory {:.1} MB", *memory as f64 / 1e3)
    }
}

#[allow(unsafe_code, reason = "nothing else tells one child's costs")]
fn run(process: &mut Process) -> Outcome<Cost> {
    let start = Instant::now();
    let child = process.stdout(Stdio::null()).spawn()?;
    let (mut status, mut usage) = (0, MaybeUninit::<libc::rusage>::zeroed());
    // SAFETY: both places are there for the kernel to write to, and zeros are a sound `rusage`.
    let usage = unsafe {
        if libc::wait4(child.id() as i32, &mut status, 0, usage.as_mut_ptr()) < 0 {
            return Err(Error::last_os_error().into());
        }
        usage.assume_init()
    };
    let wall = start.elapsed();
    if status != 0 {
        return Err(format!("{process:?} ended with status {status}").into());
    }
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec.unsigned_abs())
            + Duration::from_micros(time.tv_usec.unsigned_abs())
    };
    let processor = time(usage.ru_utime) + time(usage.ru_stime);
    Ok(Cost { wall, processor, memory: usage.ru_maxrss })
}

/// Makes a graph and its sources, builds it, and stores it.
fn make(folder: &Path, count: usize) -> Outcome<()> {
    let graph = generate(folder, count)?;
    build_graph(&graph, folder)?;
    let body = [engine::recipes(&graph).as_flattened(), &graph.store()].concat();
    fs::write(folder.join("graph"), [blake3::hash(&body).as_bytes(), &body[..]].concat())?;
    Ok(())
}

/// Reads the graph in a folder and builds it.
fn build(folder: &Path) -> Outcome<()> {
    let stored = fs::read(folder.join("graph"))?;
    let (digest, body) = stored.split_first_chunk::<32>().ok_or("nothing is stored")?;
    if blake3::hash(body) != *digest {
        return Err("not what was stored".into());
    }
    let count = fs::read_to_string(folder.join("count"))?.parse::<usize>()?;
    let (recipes, graph) = body.split_at_checked(32 * count).ok_or("recipes are missing")?;
    let mut graph = Graph::load(graph).ok_or("no graph")?;
    graph.keep_recipes(recipes.as_chunks().0.to_vec());
    drop(stored);
    build_graph(&graph, folder)
}

fn build_graph(graph: &Graph, folder: &Path) -> Outcome<()> {
    let mut settings = Settings::new(folder.join("build"));
    settings.jobs = 2;
    settings.scope = Some("bench".into());
    settings.environment = vec![("PATH".into(), "/usr/bin:/bin".into())];
    let goal = graph.find("all").ok_or("no goal")?;
    engine::build(graph, &[goal], &settings, None, &Silent)?;
    Ok(())
}

fn generate(folder: &Path, count: usize) -> Outcome<Graph> {
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
        graph.add(Step { inputs, outputs, commands: vec![command], ..Step::default() })?;
    }
    let goal = graph.file("all");
    graph.add(Step { outputs: vec![goal], inputs: objects, ..Step::default() })?;
    fs::write(folder.join("count"), graph.steps().len().to_string())?;
    Ok(graph)
}
