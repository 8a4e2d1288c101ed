//! The macros that fragments call, native: registration of libraries and platforms, names made of
//! names, tests of the compiler, and the wrappers round commands. What fetches origins is in
//! `origins`. Each does what its namesake in Unikraft's `Makefile.rules` does for its caller.

use bstr::{BStr, BString, ByteSlice};

use super::fragments::concat;
use super::fragments::{Fragments, Registry};
use super::{names, origins};
use crate::make::Error;

pub(super) type Text = Result<BString, Error>;
pub(super) type Macro = fn(&mut Fragments, &[BString]) -> Text;

/// Every macro by name.
const MACROS: &[(&str, Macro)] = &[
    ("qstrip", qstrip),
    ("lc", |_, of| Ok(argument(of, 0).to_ascii_lowercase().into())),
    ("uc", |_, of| Ok(names::upper(argument(of, 0)))),
    ("have_gcc", |make, _| compiler_is(make, b"gcc")),
    ("have_clang", |make, _| compiler_is(make, b"clang")),
    ("gcc_version_ge", gcc_version_ge),
    ("error_if_gcc_version_lt", error_if_gcc_version_lt),
    ("verbose_info", nothing),
    ("verbose_include", verbose_include),
    ("verbose_include_try", verbose_include_try),
    ("_import_lib", import_library),
    ("_import_linker", import_linker),
    ("mk_sub_build_dir", |make, of| {
        let folder = make.in_build(&[argument(of, 0)]);
        make.state.folders.insert(folder);
        Ok(BString::default())
    }),
    ("mk_sub_libbuild_dir", |make, of| {
        let folder = make.in_build(&[argument(of, 0), b"/", argument(of, 1)]);
        make.state.folders.insert(folder);
        Ok(BString::default())
    }),
    ("sub_build_dir", |make, of| each(of, 0, |name| make.in_build(&[names::file_name(name)]))),
    ("sub_libbuild_dir", |make, of| Ok(make.in_build(&[argument(of, 0), b"/", argument(of, 1)]))),
    ("fileext", |_, of| each(of, 0, |path| names::suffix(path).into())),
    ("libname2olib", |make, of| each(of, 0, |name| make.in_build(&[name, b".o"]))),
    ("libname2preolib", |make, of| each(of, 0, |name| make.in_build(&[name, b".ld.o"]))),
    ("src2dst", |make, of| products(make, of, 1, argument(of, 2), argument(of, 3))),
    ("src2obj", |make, of| products(make, of, 1, b".o".as_bstr(), argument(of, 2))),
    ("src2dep", |make, of| products(make, of, 1, b".d".as_bstr(), argument(of, 2))),
    ("src2lds", src2lds),
    ("dts2dtb", |make, of| products(make, of, 1, b".dtb".as_bstr(), b"".as_bstr())),
    ("out2dep", |_, of| each(of, 0, out2dep)),
    ("vprefix_lib", vprefix_lib),
    ("vprefix_src", vprefix_src),
    ("vprefix_glb", vprefix_glb),
    ("addplat", |make, of| add_platform(make, argument(of, 0))),
    ("addplat_s", |make, of| when(make, of, 1, |make| add_platform(make, argument(of, 0)))),
    ("addlib", |make, of| add_library(make, argument(of, 0))),
    // A library that is off has its folders, too: others find its headers through them.
    ("addlib_s", |make, of| match argument(of, 1).trim() {
        b"y" => add_library(make, argument(of, 0)),
        _ => begin_library(make, argument(of, 0)),
    }),
    ("addplatlib", |make, of| add_platform_library(make, argument(of, 0), argument(of, 1))),
    ("addplatlib_s", |make, of| {
        when(make, of, 2, |make| add_platform_library(make, argument(of, 0), argument(of, 1)))
    }),
    ("add_lds_to_plat", |make, of| {
        let list = names::of_library(argument(of, 1), "LD_SCRIPT-y");
        make.append(&list, argument(of, 0)).map(|()| BString::default())
    }),
    ("add_lds_to_lib", |make, of| {
        make.append(b"EXTRA_LD_SCRIPT-y", argument(of, 0)).map(|()| BString::default())
    }),
    ("verbose_cmd", |make, of| announced(make, of, &[argument(of, 1)], 2)),
    ("verbose_cmd_inner", |make, of| announced(make, of, &[argument(of, 1)], 2)),
    ("build_cmd", build_command),
    ("build_cmd_fixdep", build_command),
    ("build_clean", |_, of| Ok(argument(of, 0).into())),
    ("write_file_deferred", nothing),
    ("tmp_depfile", |_, of| Ok(out2dep(argument(of, 0)))),
    ("depflags", |_, of| {
        let depfile = out2dep(argument(of, 0));
        Ok(concat(&[b"-Wp,-MD,", &depfile]))
    }),
];

/// Makes all macros known to the evaluator.
pub(super) fn install(make: &mut Fragments) {
    for &(name, native) in MACROS.iter().chain(origins::MACROS) {
        make.native(name.as_bytes(), native);
    }
}

/// An argument as it was given; empty when it was not.
pub(super) fn argument(arguments: &[BString], index: usize) -> &BStr {
    arguments.get(index).map_or(b"".as_bstr(), |argument| argument.as_bstr())
}

fn nothing(_: &mut Fragments, _: &[BString]) -> Text {
    Ok(BString::default())
}

/// Each word of an argument through `change`.
fn each(arguments: &[BString], index: usize, change: impl Fn(&BStr) -> BString) -> Text {
    let words = argument(arguments, index).fields().map(|word| change(word.as_bstr()));
    Ok(bstr::join(" ", words).into())
}

/// `action` when the switch, the argument at `index`, is y.
fn when(
    make: &mut Fragments,
    arguments: &[BString],
    index: usize,
    action: impl FnOnce(&mut Fragments) -> Text,
) -> Text {
    match argument(arguments, index).trim() {
        b"y" => action(make),
        _ => Ok(BString::default()),
    }
}

fn qstrip(_: &mut Fragments, arguments: &[BString]) -> Text {
    let bare = argument(arguments, 0).replace("\"", "");
    Ok(bstr::join(" ", bare.fields()).into())
}

fn compiler_is(make: &mut Fragments, name: &[u8]) -> Text {
    let compiler = make.value_of(b"CC")?;
    let is = compiler.fields().any(|word| word.ends_with(name));
    Ok(BString::from(if is { "y" } else { "n" }))
}

/// The version asked for, and whether gcc is there in at least that version.
fn gcc_is_at_least(make: &mut Fragments, arguments: &[BString]) -> Result<bool, Error> {
    if compiler_is(make, b"gcc")? != "y" {
        return Ok(false);
    }
    let number = |text: &[u8]| text.trim().to_str().ok().and_then(|text| text.parse::<u32>().ok());
    let mut have = [0, 0];
    for (part, name) in have.iter_mut().zip(["CC_VER_MAJOR", "CC_VER_MINOR"]) {
        *part = number(&make.value_of(name.as_bytes())?).unwrap_or(0);
    }
    let want = [0, 1].map(|index| number(argument(arguments, index)).unwrap_or(0));
    Ok(have >= want)
}

fn gcc_version_ge(make: &mut Fragments, arguments: &[BString]) -> Text {
    Ok(BString::from(if gcc_is_at_least(make, arguments)? { "y" } else { "" }))
}

fn error_if_gcc_version_lt(make: &mut Fragments, arguments: &[BString]) -> Text {
    if gcc_is_at_least(make, arguments)? {
        return Ok(BString::default());
    }
    let (major, minor) = (argument(arguments, 0), argument(arguments, 1));
    let found = make.value_of(b"CC_VERSION")?;
    let text = format!("Require GCC version >= {major}.{minor} found {found}");
    Err(make.fail(text))
}

fn verbose_include(make: &mut Fragments, arguments: &[BString]) -> Text {
    make.include(argument(arguments, 0))?;
    Ok(BString::default())
}

fn verbose_include_try(make: &mut Fragments, arguments: &[BString]) -> Text {
    make.eval(&concat(&[b"-include ", argument(arguments, 0)]))?;
    Ok(BString::default())
}

fn import_library(make: &mut Fragments, arguments: &[BString]) -> Text {
    make.import(argument(arguments, 0))?;
    Ok(BString::default())
}

fn import_linker(make: &mut Fragments, arguments: &[BString]) -> Text {
    let platform = names::upper(argument(arguments, 0));
    let linker = make.value_of(format!("UK_PLAT_{platform}_LINKER").as_bytes())?;
    make.include(&linker)?;
    Ok(BString::default())
}

/// The files in a library's build folder that sources are turned into.
fn products(
    make: &mut Fragments,
    arguments: &[BString],
    sources: usize,
    suffix: &BStr,
    variant: &BStr,
) -> Text {
    let library = names::file_name(argument(arguments, 0).trim().as_bstr());
    each(arguments, sources, |source| {
        let mut path = make.in_build(&[library, b"/", names::stem(source)]);
        if !variant.is_empty() {
            path.push(b'.');
            path.extend_from_slice(variant);
        }
        path.extend_from_slice(suffix);
        path
    })
}

fn src2lds(make: &mut Fragments, arguments: &[BString]) -> Text {
    let bare = each(arguments, 1, |source| {
        let mut inner = BString::from(names::without_suffix(source));
        // `products` takes one suffix away; of `link.lds.S` two go.
        if names::suffix(inner.as_bstr()).is_empty() {
            inner.push(b'.');
        }
        inner
    })?;
    let arguments = [argument(arguments, 0).into(), bare, argument(arguments, 2).into()];
    products(make, &arguments, 1, b".lds".as_bstr(), argument(&arguments, 2))
}

/// The dependency file of an object or a script; other files stay as they are.
fn out2dep(output: &BStr) -> BString {
    if output.ends_with(b".o") || output.ends_with(b".lds") {
        names::dependency_file(output)
    } else {
        output.into()
    }
}

fn vprefix_lib(_: &mut Fragments, arguments: &[BString]) -> Text {
    let prefix = names::upper(argument(arguments, 0));
    each(arguments, 1, |name| concat(&[&prefix, b"_", name]))
}

fn vprefix_src(_: &mut Fragments, arguments: &[BString]) -> Text {
    let (library, source) = (argument(arguments, 0), argument(arguments, 1));
    let variant = Some(argument(arguments, 2)).filter(|variant| !variant.is_empty());
    each(arguments, 3, |name| names::of_source(library, source, variant, &name.to_str_lossy()))
}

fn vprefix_glb(_: &mut Fragments, arguments: &[BString]) -> Text {
    let variant = Some(argument(arguments, 0));
    each(arguments, 1, |name| names::of_variant(variant, &name.to_str_lossy()))
}

/// The folder of the fragment that is being imported.
fn import_base(make: &mut Fragments) -> Text {
    make.value_of(b"_IMPORT_BASE")
}

fn add_platform(make: &mut Fragments, name: &BStr) -> Text {
    let base = import_base(make)?;
    let prefix = BString::from(format!("UK_PLAT_{}", names::upper(name)));
    make.append(b"UK_PLATS", name)?;
    let variable = |name: &str| names::of_library(prefix.as_bstr(), name);
    make.set(&variable("BASE"), &base);
    let linker = concat(&[&base, b"/Linker.uk"]);
    make.set(&variable("LINKER"), &linker);
    make.set(&variable("DEF_LDS"), b"");
    Ok(BString::default())
}

fn add_library(make: &mut Fragments, name: &BStr) -> Text {
    make.append(b"UK_LIBS", name)?;
    begin_library(make, name)
}

fn add_platform_library(make: &mut Fragments, platform: &BStr, name: &BStr) -> Text {
    make.append(&names::of_library(platform, "LIBS"), name)?;
    make.append(&names::of_library(name, "PLATS"), &names::upper(platform))?;
    begin_library(make, name)
}

/// What every library has: its folder, its build folder, its lists of symbols.
fn begin_library(make: &mut Fragments, name: &BStr) -> Text {
    let base = import_base(make)?;
    let variable = |variable: &str| names::of_library(name, variable);
    make.set(&variable("BASE"), &base);
    let build = make.in_build(&[name]);
    make.set(&variable("BUILD"), &build);
    make.state.folders.insert(build);
    for (list, file) in [("EXPORTS", "/exportsyms.uk"), ("LOCALS", "/localsyms.uk")] {
        let path = concat(&[&base, file.as_bytes()]);
        if make.host().kind(path.as_bstr()).is_some() {
            make.append(&variable(list), &path)?;
        }
    }
    Ok(BString::default())
}

/// `$(call build_cmd,TAG,library,target,command)`: the command, announced.
fn build_command(make: &mut Fragments, arguments: &[BString]) -> Text {
    let target = BString::from(names::file_name(argument(arguments, 2).trim().as_bstr()));
    let library = argument(arguments, 1).trim().as_bstr();
    if library.is_empty() {
        return announced(make, arguments, &[&target], 3);
    }
    announced(make, arguments, &[library, b": ", &target], 3)
}

/// Keeps the tag (the first argument) and the text for the step that the recipe becomes, and
/// returns the command alone.
fn announced(make: &mut Fragments, arguments: &[BString], text: &[&[u8]], command: usize) -> Text {
    let tag = argument(arguments, 0).trim().to_str_lossy().into_owned();
    let label = concat(text).trim().to_str_lossy().replace("':'", ":");
    make.state.announced = Some((tag, label));
    Ok(argument(arguments, command).trim().into())
}
