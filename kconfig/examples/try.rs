use kconfig::*;
use std::os::unix::ffi::OsStrExt;
fn main() {
    let a: Vec<_> = std::env::args().collect();
    let mut env = Environment::new(if a[1]=="linux" {Dialect::Linux} else {Dialect::Unikraft}, std::env::current_dir().unwrap());
    for (k, v) in std::env::vars_os() { env.variables.insert(k.as_bytes().into(), v.as_bytes().into()); }
    let mut m: Vec<Message> = vec![];
    let t = std::time::Instant::now();
    let model = Model::load(&mut env, a[3].as_bytes(), &mut m);
    for x in m { eprintln!("{}", x.text); }
    let model = match model { Ok(m) => m, Err(e) => { eprintln!("{e}"); std::process::exit(1) } };
    eprintln!("load {:?}", t.elapsed());
    let mut c = Config::new(std::sync::Arc::new(model));
    match &a[2][..] {
        "old" => match std::fs::read(".config") { Ok(t) => { for w in c.load(&t, ".config", false).warnings { eprintln!("{}", w.text) } } Err(_) => c.load_nothing() },
        "def" => { let t = std::fs::read(&a[4]).unwrap(); c.load(&t, &a[4], false); c.answer_new(Answer::Default); }
        "yes" => c.answer_new(Answer::All(Tristate::Yes)),
        "no" => c.answer_new(Answer::All(Tristate::No)),
        "mod" => c.answer_new(Answer::All(Tristate::Module)),
        "alldef" => c.answer_new(Answer::Default),
        "rand" => c.answer_new(Answer::Random(Random::new(a[4].parse().unwrap()), Odds::default())),
        _ => panic!(),
    }
    std::fs::write(".config", &c.to_config()[..]).unwrap();
    std::fs::write("auto.conf", &c.to_auto_conf()[..]).unwrap();
    std::fs::write("tristate.conf", &c.to_tristate_conf()[..]).unwrap();
    std::fs::write("autoconf.h", &c.to_header()[..]).unwrap();
    std::fs::write("min", &c.to_minimal()[..]).unwrap();
    for x in c.take_messages() { eprintln!("{}", x.text); }
    eprintln!("all {:?}", t.elapsed());
}
