//! A built application that several tests look at, and texts without what differs between machines.

use std::sync::{Mutex, OnceLock};

use serde_json::Value;

use crate::common::{Sandbox, checkout};

/// An application that was built once and is only looked at.
pub(crate) fn built() -> &'static Sandbox {
    static BUILT: OnceLock<Mutex<&'static Sandbox>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let sandbox = Box::leak(Box::new(Sandbox::sharing("apps/helloworld")));
        sandbox.build(&[]);
        Mutex::new(sandbox)
    });
    *built.lock().unwrap()
}

/// What `ukbuild` prints, with folders by name.
pub(crate) fn printed(sandbox: &Sandbox, arguments: &[&str]) -> String {
    named(sandbox, &sandbox.ukbuild(arguments).expect(0).stdout)
}

/// A text with the names of folders in the place of paths.
pub(crate) fn named(sandbox: &Sandbox, text: &str) -> String {
    let app = sandbox.app().canonicalize().unwrap();
    let text = text.replace(app.to_str().unwrap(), "APP");
    text.replace(checkout().join("unikraft").to_str().unwrap(), "CORE")
}

/// What `ukbuild` prints as JSON.
pub(crate) fn value(sandbox: &Sandbox, arguments: &[&str]) -> Value {
    let text = printed(sandbox, arguments);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}
