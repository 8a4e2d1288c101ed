//! How names are made of names: variables of libraries and sources, files of objects. The schemes
//! are Unikraft's; fragments rely on each of them.

use bstr::{BStr, BString, ByteSlice};

/// Upper case of ASCII letters, as the macro `uc` has it.
pub(super) fn upper(text: &[u8]) -> BString {
    text.to_ascii_uppercase().into()
}

/// `LIBNAME_VARIABLE`.
pub(super) fn of_library(library: &BStr, variable: &str) -> BString {
    scoped(&[library], variable)
}

/// Parts in upper case, then a variable's own name.
fn scoped(parts: &[&BStr], variable: &str) -> BString {
    let length = parts.iter().map(|part| part.len() + 1).sum::<usize>() + variable.len();
    let mut name = Vec::with_capacity(length);
    for part in parts {
        name.extend_from_slice(part);
        name.push(b'_');
    }
    name.make_ascii_uppercase();
    name.extend_from_slice(variable.as_bytes());
    name.into()
}

/// `LIBNAME_FILE_VARIABLE`, or `LIBNAME_FILE_VARIANT_VARIABLE`.
pub(super) fn of_source(
    library: &BStr,
    source: &BStr,
    variant: Option<&BStr>,
    variable: &str,
) -> BString {
    match variant {
        Some(variant) => scoped(&[library, stem(source), variant], variable),
        None => scoped(&[library, stem(source)], variable),
    }
}

/// The name of a global variable for a variant: interrupt-safe code has its own.
pub(super) fn of_variant(variant: Option<&BStr>, variable: &str) -> BString {
    match variant {
        Some(variant) if variant == "isr" => BString::from(format!("ISR_{variable}")),
        _ => BString::from(variable),
    }
}

/// The last component of a path.
pub(super) fn file_name(path: &BStr) -> &BStr {
    match path.rfind_byte(b'/') {
        Some(slash) => path[slash + 1..].as_bstr(),
        None => path,
    }
}

/// A path without the suffix of its last component (make's `basename`).
pub(super) fn without_suffix(path: &BStr) -> &BStr {
    let name = path.len() - file_name(path).len();
    match path[name..].rfind_byte(b'.') {
        Some(dot) => path[..name + dot].as_bstr(),
        None => path,
    }
}

/// The suffix of a path's last component, without its dot; empty where there is none.
pub(super) fn suffix(path: &BStr) -> &BStr {
    let name = file_name(path);
    match name.rfind_byte(b'.') {
        Some(dot) => name[dot + 1..].as_bstr(),
        None => b"".as_bstr(),
    }
}

/// The last component without its suffix.
pub(super) fn stem(path: &BStr) -> &BStr {
    without_suffix(file_name(path))
}

/// The dependency file of an object or linker script.
pub(super) fn dependency_file(output: &BStr) -> BString {
    let base = match output.strip_suffix(b".o") {
        Some(base) => base,
        None => output,
    };
    let mut path = BString::from(base);
    path.extend_from_slice(b".d");
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_paths() {
        let path = b"/a.b/link64.lds.S".as_bstr();
        assert_eq!(file_name(path), "link64.lds.S");
        assert_eq!(without_suffix(path), "/a.b/link64.lds");
        assert_eq!(suffix(path), "S");
        assert_eq!(without_suffix(b"/a.b/c".as_bstr()), "/a.b/c");
        assert_eq!(stem(path), "link64.lds");
    }

    #[test]
    fn variables() {
        let (library, source) = (b"libfoo".as_bstr(), b"/x/bar.c".as_bstr());
        assert_eq!(of_library(library, "CFLAGS-y"), "LIBFOO_CFLAGS-y");
        assert_eq!(of_source(library, source, None, "FLAGS"), "LIBFOO_BAR_FLAGS");
        let variant = Some(b"isr".as_bstr());
        assert_eq!(of_source(library, source, variant, "FLAGS-y"), "LIBFOO_BAR_ISR_FLAGS-y");
        assert_eq!(of_variant(variant, "ARCHFLAGS"), "ISR_ARCHFLAGS");
        assert_eq!(of_variant(Some(b"common".as_bstr()), "ARCHFLAGS"), "ARCHFLAGS");
    }

    #[test]
    fn dependency_files() {
        assert_eq!(dependency_file(b"/b/x.o".as_bstr()), "/b/x.d");
        assert_eq!(dependency_file(b"/b/x.lds".as_bstr()), "/b/x.lds.d");
    }
}
