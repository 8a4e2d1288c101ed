//! Commands as a shell would be given them, to be read or repeated. Knows quoting; runs nothing.

use bstr::{BString, ByteSlice};
use rules::graph::{CommandRef, Graph, StepRef, Words};

/// One of a step's commands as a line for a POSIX shell, with the folder and the environment that
/// the step asks for.
pub fn shell_line(graph: &Graph, step: StepRef<'_>, command: CommandRef<'_>) -> BString {
    let mut line = BString::default();
    if let Some(folder) = step.folder() {
        line.extend_from_slice(b"cd ");
        quote(folder.as_os_str().as_encoded_bytes(), &mut line);
        line.extend_from_slice(b" && ");
    }
    for (name, value) in step.environment() {
        line.extend_from_slice(name);
        line.push(b'=');
        quote(value, &mut line);
        line.push(b' ');
    }
    match command {
        CommandRef::Exec { argv, stdout } => {
            words(argv, &mut line);
            if let Some(stdout) = stdout {
                line.extend_from_slice(b" > ");
                quote(graph.path(stdout), &mut line);
            }
        }
        CommandRef::Shell { shell, script, .. } => {
            words(shell, &mut line);
            line.push(b' ');
            quote(script, &mut line);
        }
        CommandRef::Write(bytes) => {
            line.extend_from_slice(b"printf %s ");
            quote(bytes, &mut line);
            if let Some(&output) = step.outputs().first() {
                line.extend_from_slice(b" > ");
                quote(graph.path(output), &mut line);
            }
        }
    }
    line
}

fn words(words: Words<'_>, line: &mut BString) {
    for (at, word) in words.iter().enumerate() {
        if at > 0 {
            line.push(b' ');
        }
        quote(word, line);
    }
}

/// Adds a word, in quotes where a shell would see more in it than itself.
fn quote(word: &[u8], line: &mut BString) {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_=+,./:@%^".contains(byte);
    if !word.is_empty() && word.iter().all(plain) {
        line.extend_from_slice(word);
        return;
    }
    line.push(b'\'');
    line.extend_from_slice(&word.replace("'", "'\\''"));
    line.push(b'\'');
}

#[cfg(test)]
mod tests {
    use super::*;
    use rules::graph::{Command, Step};

    fn line(step: &Step) -> String {
        let mut graph = Graph::new();
        let id = graph.add(step.clone()).unwrap();
        let step = graph.step(id);
        shell_line(&graph, step, step.commands().only().unwrap()).to_string()
    }

    #[test]
    fn a_shell_reads_back_the_words() {
        let words = ["cc", "-DNAME=\"a b\"", "", "it's", "$x", "a\nb", "-o", "x.o"];
        let argv = words.iter().map(|&word| word.into()).collect();
        let step = Step {
            commands: vec![Command::Exec { argv, stdout: None }],
            environment: vec![("LC_ALL".into(), "C d".into())],
            ..Step::default()
        };
        assert!(line(&step).starts_with("LC_ALL='C d' cc '-DNAME=\"a b\"' ''"), "{}", line(&step));
        let script = format!("printf '<%s>' {}", line(&step).split_once("cc ").unwrap().1);
        let ran = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let expected: String = words[1..].iter().map(|word| format!("<{word}>")).collect();
        assert_eq!(String::from_utf8(ran.stdout).unwrap(), expected);
    }
}
