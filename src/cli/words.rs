//! The words of `ukbuild build` that are no options: the application's folder, goals, and variables
//! in the way of make. Knows which is which, not what goals there are.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use bstr::BString;

use crate::surroundings::Surroundings;

/// Words, told apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    /// The application's folder.
    pub(super) folder: PathBuf,
    /// What to build.
    pub(super) goals: Vec<BString>,
    /// `NAME=VALUE`
    pub(super) variables: Vec<(OsString, OsString)>,
}

impl Words {
    /// The first word that is neither a variable nor a goal names the application. A word is a goal
    /// when it has no slash, names no folder, and there is an application to build it in: the one
    /// that `A=` names, or this folder.
    pub(super) fn parse(words: &[OsString], surroundings: &Surroundings) -> Words {
        let mut parsed = Words::default();
        let (variables, others): (Vec<_>, Vec<_>) =
            words.iter().map(|word| variable(word).ok_or(word)).partition(Result::is_ok);
        parsed.variables = variables.into_iter().flatten().collect();
        let named = parsed.variables.iter().rev().find(|(name, _)| name == "A");
        let here = match named {
            Some((_, folder)) => surroundings.resolve(Path::new(folder)),
            None => surroundings.folder.clone(),
        };
        let mut others = others.into_iter().filter_map(Result::err).peekable();
        let application = here.join("Makefile.uk").is_file();
        let is_folder = |word: &&OsString| {
            let path = surroundings.resolve(Path::new(word));
            word.as_bytes().contains(&b'/') || path.is_dir() || !application
        };
        parsed.folder = match others.next_if(|word| named.is_none() && is_folder(word)) {
            Some(word) => surroundings.resolve(Path::new(word)),
            None => here,
        };
        parsed.goals = others.map(|word| word.as_bytes().into()).collect();
        parsed
    }
}

/// `NAME=VALUE`, taken apart.
fn variable(word: &OsStr) -> Option<(OsString, OsString)> {
    let bytes = word.as_bytes();
    let equals = bytes.iter().position(|byte| *byte == b'=')?;
    let name = &bytes[..equals];
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    if name.is_empty() || !name.iter().all(plain) {
        return None;
    }
    let text = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
    Some((text(name), text(&bytes[equals + 1..])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(folder: &Path, words: &[&str]) -> Words {
        let surroundings = Surroundings { folder: folder.to_owned(), ..Surroundings::default() };
        Words::parse(&words.iter().map(OsString::from).collect::<Vec<_>>(), &surroundings)
    }

    #[test]
    fn folders_goals_and_variables() {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join("app");
        std::fs::create_dir_all(app.join("libs")).unwrap();
        std::fs::write(app.join("Makefile.uk"), "").unwrap();
        let words = parse(folder.path(), &["V=1", "app", "objs", "L=/a:/b"]);
        assert_eq!((words.folder, words.goals), (app.clone(), vec!["objs".into()]));
        assert_eq!(
            words.variables,
            [("V", "1"), ("L", "/a:/b")].map(|(a, b)| (a.into(), b.into()))
        );
        // Outside an application there is nothing that a goal could be one of.
        assert_eq!(parse(folder.path(), &["none"]).folder, folder.path().join("none"));
        let words = parse(&app, &["prepare", "objs"]);
        assert_eq!((words.folder, words.goals.len()), (app.clone(), 2));
        // A folder of that name comes first, as with any other command.
        assert_eq!(parse(&app, &["libs"]).folder, app.join("libs"));
        let words = parse(folder.path(), &["libs", "A=app"]);
        assert_eq!((words.folder, words.goals), (app, vec!["libs".into()]));
        assert_eq!(parse(folder.path(), &["./x=y"]).variables, []);
    }
}
