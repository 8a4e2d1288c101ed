//! The macros that fragments call, native: registration of libraries and platforms, names made of
//! names, tests of the compiler, and the wrappers round commands. What fetches origins is in
//! `origins`. Each does what its namesake in Unikraft's `Makefile.rules` does for its caller.

use bstr::{BStr, BString, ByteSlice};

use super::fragments::concat;
use super::fragments::{Fragments, Registry};
use super::products::{self, Product};
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
    ("gcc_version_ge", |make, of| tested(make, of, Some(b"gcc"), true)),
    ("gcc_version_lt", |make, of| tested(make, of, Some(b"gcc"), false)),
    ("clang_version_ge", |make, of| tested(make, of, Some(b"clang"), true)),
    // The original's calls a macro that is not there: it never holds.
    ("clang_version_lt", nothing),
    ("cc_version_ge", |make, of| tested(make, of, None, true)),
    ("cc_version_lt", |make, of| tested(make, of, None, false)),
    ("error_if_gcc_version_lt", |make, of| required(make, of, b"gcc", "GCC")),
    ("error_if_clang_version_lt", |make, of| required(make, of, b"clang", "Clang")),
    ("verbose_info", nothing),
    ("verbose_include", verbose_include),
    ("verbose_include_try", verbose_include_try),
    ("_import_lib", import_library),
    ("import_lib", import_library),
    ("_import_linker", import_linker),
    ("import_linker", import_linker),
    ("mk_sub_build_dir", |make, of| {
        let folder = make.in_build(&[argument(of, 0)]);
        make.state.folders.insert(folder);
        Ok(BString::default())
    }),
    ("mk_sub_libbuild_dir", |make, of| {
        let folder = inside_library(make, of)?;
        make.state.folders.insert(folder);
        Ok(BString::default())
    }),
    ("sub_build_dir", |make, of| {
        let folders = argument(of, 0).fields().map(|name| products::folder(make, name.as_bstr()));
        Ok(bstr::join(" ", folders.collect::<Result<Vec<_>, _>>()?).into())
    }),
    ("sub_libbuild_dir", inside_library),
    ("fileext", |_, of| each(of, 0, |path| names::suffix(path).into())),
    ("libname2olib", |make, of| each(of, 0, |name| make.in_build(&[name, b".o"]))),
    ("libname2preolib", |make, of| each(of, 0, |name| make.in_build(&[name, b".ld.o"]))),
    ("src2dst", |make, of| made_of(make, of, argument(of, 2), argument(of, 3), 4)),
    ("src2obj", |make, of| made_of(make, of, b".o", argument(of, 2), 3)),
    ("src2dep", |make, of| made_of(make, of, b".d", argument(of, 2), 3)),
    ("src2lds", src2lds),
    ("dts2dtb", |make, of| made_of(make, of, b".dtb", b"".as_bstr(), 2)),
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
    ("addlib_tree", |make, of| add_tree(make, argument(of, 0))),
    ("addlib_tree_s", |make, of| when(make, of, 1, |make| add_tree(make, argument(of, 0)))),
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

/// Whether the compiler's version is at least the one asked for.
fn is_at_least(make: &mut Fragments, arguments: &[BString]) -> Result<bool, Error> {
    let number = |text: &[u8]| text.trim().to_str().ok().and_then(|text| text.parse::<u32>().ok());
    let mut have = [0, 0];
    for (part, name) in have.iter_mut().zip(["CC_VER_MAJOR", "CC_VER_MINOR"]) {
        *part = number(&make.value_of(name.as_bytes())?).unwrap_or(0);
    }
    let want = [0, 1].map(|index| number(argument(arguments, index)).unwrap_or(0));
    Ok(have >= want)
}

/// y when the compiler is `name`, where one is asked for, and its version is that new or older.
fn tested(make: &mut Fragments, arguments: &[BString], name: Option<&[u8]>, newer: bool) -> Text {
    let is = name.map(|name| compiler_is(make, name)).transpose()?;
    let fits = is.is_none_or(|is| is == "y") && is_at_least(make, arguments)? == newer;
    Ok(BString::from(if fits { "y" } else { "" }))
}

fn required(make: &mut Fragments, arguments: &[BString], name: &[u8], title: &str) -> Text {
    if tested(make, arguments, Some(name), true)? == "y" {
        return Ok(BString::default());
    }
    let (major, minor) = (argument(arguments, 0), argument(arguments, 1));
    let found = make.value_of(b"CC_VERSION")?;
    let text = format!("Require {title} version >= {major}.{minor} found {found}");
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

/// A folder in a library's build folder.
fn inside_library(make: &mut Fragments, arguments: &[BString]) -> Text {
    let folder = products::folder(make, argument(arguments, 0))?;
    Ok(concat(&[&folder, b"/", argument(arguments, 1).trim()]))
}

/// What the sources, the second argument, are turned into; the argument at `folder` is the folder in
/// the library's.
fn made_of(
    make: &mut Fragments,
    arguments: &[BString],
    suffix: &[u8],
    variant: &BStr,
    folder: usize,
) -> Text {
    let library = argument(arguments, 0).trim().as_bstr();
    let variant = Some(variant).filter(|variant| !variant.is_empty());
    let folder = argument(arguments, folder).trim().as_bstr();
    let mut all = Vec::new();
    for source in argument(arguments, 1).fields() {
        let source = source.as_bstr();
        all.push(Product { library, source, variant, suffix, folder }.path(make)?);
    }
    Ok(bstr::join(" ", all).into())
}

fn src2lds(make: &mut Fragments, arguments: &[BString]) -> Text {
    let bare = each(arguments, 1, |source| {
        let mut inner = BString::from(names::without_suffix(source));
        // One suffix goes for the product's own; of `link.lds.S` two go.
        if names::suffix(inner.as_bstr()).is_empty() {
            inner.push(b'.');
        }
        inner
    })?;
    let other = |index| BString::from(argument(arguments, index));
    let arguments = [other(0), bare, other(2), other(3)];
    made_of(make, &arguments, b".lds", argument(&arguments, 2), 3)
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

/// A library whose folders of sources are kept in the build folder.
fn add_tree(make: &mut Fragments, name: &BStr) -> Text {
    make.set(&names::of_library(name, "_BUILDTREE"), b"y");
    add_library(make, name)
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
    let build = products::folder(make, name)?;
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
