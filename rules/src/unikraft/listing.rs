//! What `print-libs` and its kin say: names and files of the libraries that are part of the images,
//! in the words of the original's makefile. Knows the variables that libraries are registered in.

use bstr::{BString, ByteSlice};

use super::core::Error;
use super::fragments::{Fragments, Registry, concat};
use super::names;

/// The text that a goal asks for; none for a goal that is no question.
pub(super) fn answer(make: &mut Fragments, goal: &[u8]) -> Result<Option<BString>, Error> {
    let libraries = libraries(make)?;
    Ok(match goal {
        b"print-version" => Some(concat(&[&make.value_of(b"UK_FULLVERSION")?, b"\n"])),
        b"print-libs" => Some(concat(&[&bstr::join(" ", &libraries), b"\n"])),
        b"print-srcs" => Some(each(make, &libraries, "SRCS", Some("EACHOLIB_SRCS"))?),
        b"print-objs" => Some(each(make, &libraries, "OBJS", Some("EACHOLIB_OBJS"))?),
        b"print-lds" => Some(each(make, &libraries, "LDS", None)?),
        b"print-vars" => Some(variables(make)?),
        _ => None,
    })
}

/// Every variable that the makefiles gave a value, with who did; those that `VARS` matches, where
/// that is set. Only values that are not expanded again are told.
fn variables(make: &mut Fragments) -> Result<BString, Error> {
    let names =
        make.expand(b"$(sort $(if $(VARS),$(filter $(VARS),$(.VARIABLES)),$(.VARIABLES)))")?;
    let mut text = BString::default();
    for name in names.fields() {
        let told = |make: &mut Fragments, function: &[u8]| {
            make.expand(&[b"$(", function, b" ", name, b")"].concat())
        };
        let (origin, flavor) = (told(make, b"origin")?, told(make, b"flavor")?);
        if origin.starts_with(b"environment") || origin == "default" || origin == "automatic" {
            continue;
        }
        let value = match flavor == "simple" {
            true => concat(&[b" := ", &told(make, b"value")?]),
            false => concat(&[b" = <", &flavor, b">"]),
        };
        text.extend_from_slice(&concat(&[b"[", &origin, b"] ", name, &value, b"\n"]));
    }
    Ok(text)
}

/// Those of platforms first, as far as they have sources, then all others.
fn libraries(make: &mut Fragments) -> Result<Vec<BString>, Error> {
    let mut libraries = Vec::new();
    for platform in make.all_words(b"UK_PLATS")? {
        for library in make.all_words(&names::of_library(platform.as_bstr(), "LIBS"))? {
            if !make.all_words(&names::of_library(library.as_bstr(), "SRCS"))?.is_empty() {
                libraries.push(library);
            }
        }
    }
    libraries.extend(make.all_words(b"UK_LIBS")?);
    Ok(libraries)
}

/// A list of each library that has one, with what every library gets besides.
fn each(
    make: &mut Fragments,
    libraries: &[BString],
    list: &str,
    common: Option<&str>,
) -> Result<BString, Error> {
    let common = match common {
        Some(name) => make.all_words(name.as_bytes())?,
        None => Vec::new(),
    };
    let mut text = BString::default();
    for library in libraries {
        let mut words = make.all_words(&names::of_library(library.as_bstr(), list))?;
        words.extend(common.iter().cloned());
        if !words.is_empty() {
            text.extend_from_slice(&concat(&[library, b":\n   ", &bstr::join(" ", words), b"\n"]));
        }
    }
    Ok(text)
}
