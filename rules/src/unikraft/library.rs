//! A library's way from listed sources to one object: what is compiled, joined and localised. Knows
//! the variables that register libraries, not how a command line is made of flags.

use bstr::{BStr, BString, ByteSlice};

use super::compile::{Compilation, Expanded};
use super::core::Error;
use super::fragments::{Fragments, Registry, concat};
use super::products::{self, Product};
use super::source::{Kind, Source};
use super::{names, recipe, words};
use crate::graph::{Command, FileId, Graph, Origin, Step};

/// A source that will be compiled, with the place that lists it.
struct Object {
    source: BString,
    kind: Kind,
    variant: Option<BString>,
    output: BString,
    origin: Option<Origin>,
}

/// A source that a generator (m4, awk) makes of another file.
struct Generated {
    from: BString,
    to: BString,
    origin: Option<Origin>,
}

/// A registered library, its sources read.
pub(super) struct Library {
    name: BString,
    objects: Vec<Object>,
    generated: Vec<Generated>,
    linked: bool,
}

/// What the steps of all libraries share.
pub(super) struct Workshop<'a> {
    pub(super) graph: &'a mut Graph,
    pub(super) fragments: &'a mut Fragments,
    pub(super) expanded: &'a mut Expanded,
    /// Waited for by what generates sources.
    pub(super) prepare: FileId,
    /// Waited for by what compiles.
    pub(super) preprocess: FileId,
}

impl Library {
    /// Reads what the fragments registered for library `name` and enters its objects into the
    /// variables that linking goes by: `LIB_OBJS-y`, `UK_OBJS-y` and their kin, and, when there is
    /// anything to link, the library's object into `objects_of` (`UK_OLIBS-y`, `KVM_OLIBS-y`).
    pub(super) fn register(
        fragments: &mut Fragments,
        name: &BStr,
        objects_of: &[u8],
    ) -> Result<Library, Error> {
        let mut library = Library {
            name: name.into(),
            objects: Vec::new(),
            generated: Vec::new(),
            linked: false,
        };
        let own = names::of_library(name, "SRCS");
        let own_chosen = names::of_library(name, "SRCS-y");
        let lists = [own, own_chosen, "EACHOLIB_SRCS".into(), "EACHOLIB_SRCS-y".into()];
        for list in lists {
            for (word, origin) in fragments.words_with_origins(&list)? {
                library.add_source(fragments, &Source::parse(word.as_bstr()), origin)?;
            }
        }
        let objects = names::of_library(name, "OBJS");
        let objects_chosen = names::of_library(name, "OBJS-y");
        library.linked =
            !fragments.words(&objects)?.is_empty() || !fragments.words(&objects_chosen)?.is_empty();
        if library.linked {
            let path = fragments.in_build(&[name, b".o"]);
            fragments.append(objects_of, &path)?;
            fragments.state.libraries.insert(name.into());
        }
        Ok(library)
    }

    /// How many objects its sources come to.
    pub(super) fn objects(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is anything to link.
    pub(super) fn is_linked(&self) -> bool {
        self.linked
    }

    fn add_source(
        &mut self,
        fragments: &mut Fragments,
        source: &Source,
        origin: Option<Origin>,
    ) -> Result<(), Error> {
        for variant in source.each_variant() {
            let mut path = source.path.clone();
            if let Some(suffix) = &source.through {
                let to = self.product(fragments, path.as_bstr(), variant, suffix)?;
                if !self.own_rule(fragments, "preprule", &[&path, &to])? {
                    fragments.append(b"UK_SRCS-y", &path)?;
                    fragments.append(b"UK_PREPROCESS-y", &to)?;
                    let origin = origin.clone();
                    self.generated.push(Generated { from: path, to: to.clone(), origin });
                }
                path = to;
            }
            let output = self.product(fragments, path.as_bstr(), variant, b".o")?;
            if self.own_rule(
                fragments,
                "buildrule",
                &[&path, variant.unwrap_or_default(), &output],
            )? {
                continue;
            }
            let Some(kind) = Kind::of(path.as_bstr()) else {
                return Err(Error::UnknownSource { library: self.name.clone(), path, origin });
            };
            self.add_object(fragments, path, kind, variant, output, origin.clone())?;
        }
        Ok(())
    }

    /// Has a fragment's own macro for files of this suffix (`buildrule_go`) write the rule and
    /// register what comes of it. Says whether there is such a macro.
    fn own_rule(
        &self,
        fragments: &mut Fragments,
        kind: &str,
        arguments: &[&[u8]],
    ) -> Result<bool, Error> {
        let path = arguments.first().copied().unwrap_or_default().as_bstr();
        let name = concat(&[kind.as_bytes(), b"_", names::suffix(path)]);
        if fragments.variable(&name).is_none() {
            return Ok(false);
        }
        let mut all: Vec<BString> = vec![self.name.clone()];
        all.extend(arguments.iter().map(|argument| BString::from(*argument)));
        let rule = fragments.call(&name, &all)?;
        fragments.eval(&rule)?;
        Ok(true)
    }

    /// Enters a source and what comes of it: an `object`, unless its `kind` says otherwise.
    fn add_object(
        &mut self,
        fragments: &mut Fragments,
        source: BString,
        kind: Kind,
        variant: Option<&BStr>,
        object: BString,
        origin: Option<Origin>,
    ) -> Result<(), Error> {
        let lists = |list: &str| names::of_library(self.name.as_bstr(), list);
        let output = match kind {
            Kind::Header => {
                fragments.append(b"UK_PREPROCESS-y", &source)?;
                return Ok(());
            }
            Kind::Script => {
                fragments.append(&lists("LDS-y"), &source)?;
                return self.place_script(fragments, source.as_bstr(), source.as_bstr());
            }
            Kind::PreprocessedScript => {
                let inner = names::without_suffix(names::without_suffix(source.as_bstr()));
                let inner = concat(&[inner, b".lds"]);
                let library = self.name.as_bstr();
                let (own, suffix) = (inner.as_bstr(), b".lds");
                let folder = products::inner_folder(fragments, library, source.as_bstr(), variant)?;
                let folder = folder.as_bstr();
                let output = Product { library, source: own, variant: None, suffix, folder };
                let output = output.path(fragments)?;
                fragments.append(b"UK_LDS-y", &output)?;
                fragments.append(&lists("LDS-y"), &output)?;
                self.place_script(fragments, source.as_bstr(), output.as_bstr())?;
                output
            }
            Kind::DeviceTree => {
                let output = self.product(fragments, source.as_bstr(), None, b".dtb")?;
                fragments.append(&lists("DTB-y"), &output)?;
                output
            }
            _ => {
                fragments.append(b"UK_OBJS-y", &object)?;
                fragments.append(&lists("OBJS-y"), &object)?;
                object
            }
        };
        fragments.append(b"UK_SRCS-y", &source)?;
        let variant = variant.map(BString::from);
        self.objects.push(Object { source, kind, variant, output, origin });
        Ok(())
    }

    /// The file in the library's build folder that is made of `source`.
    fn product(
        &self,
        fragments: &mut Fragments,
        source: &BStr,
        variant: Option<&BStr>,
        suffix: &[u8],
    ) -> Result<BString, Error> {
        let library = self.name.as_bstr();
        let folder = products::inner_folder(fragments, library, source, variant)?;
        let product = Product { library, source, variant, suffix, folder: folder.as_bstr() };
        Ok(product.path(fragments)?)
    }

    /// Hands a linker script to the platforms of this library, as their main script when it is that
    /// one's source, or to every image when the library belongs to no platform.
    fn place_script(
        &self,
        fragments: &mut Fragments,
        source: &BStr,
        script: &BStr,
    ) -> Result<(), Error> {
        let platforms = fragments.words(&names::of_library(self.name.as_bstr(), "PLATS"))?;
        if platforms.is_empty() {
            fragments.append(b"EXTRA_LD_SCRIPT-y", script)?;
        }
        for platform in platforms {
            let main = BString::from(format!("UK_PLAT_{platform}_DEF_LDS"));
            if fragments.words(&main)?.iter().any(|word| word == source) {
                fragments.set(&main, script);
            } else {
                let list = names::of_library(platform.as_bstr(), "LD_SCRIPT-y");
                fragments.append(&list, script)?;
            }
        }
        Ok(())
    }

    /// Adds the library's steps. To be called when every fragment has been read.
    pub(super) fn add_steps(&self, workshop: &mut Workshop<'_>) -> Result<(), Error> {
        for generated in &self.generated {
            self.add_generator(workshop, generated)?;
        }
        for object in &self.objects {
            self.add_compilation(workshop, object)?;
        }
        if self.linked {
            self.add_joining(workshop)?;
            self.add_localising(workshop)?;
        }
        Ok(())
    }

    fn add_compilation(&self, workshop: &mut Workshop<'_>, object: &Object) -> Result<(), Error> {
        let compilation = Compilation {
            library: self.name.as_bstr(),
            source: object.source.as_bstr(),
            kind: object.kind,
            variant: object.variant.as_ref().map(|variant| variant.as_bstr()),
            output: object.output.as_bstr(),
        };
        let Workshop { fragments, graph, expanded, .. } = workshop;
        let command = compilation.command(fragments, graph, expanded)?;
        let depfile = compilation.dependency_file().map(|path| workshop.graph.file(path));
        // What a rule asks for before a source is used must be there; whether it is read, the
        // depfile tells.
        let (make, graph) = (&mut *workshop.fragments, &mut *workshop.graph);
        let of_source = recipe::added_needs(make, graph, object.source.as_bstr())?;
        let of_object = recipe::added_needs(make, graph, object.output.as_bstr())?;
        let mut inputs = vec![graph.file(&object.source)];
        for name in ["CDEPS", "CDEPS-y"] {
            let name = names::of_source(
                compilation.library,
                compilation.source,
                compilation.variant,
                name,
            );
            inputs.extend(make.words(&name)?.iter().map(|word| make.node(graph, word)));
        }
        inputs.extend(of_object.inputs);
        let mut order_only = vec![workshop.preprocess];
        order_only.extend(of_source.inputs.into_iter().chain(of_source.order_only));
        order_only.extend(of_object.order_only);
        let step = Step {
            tag: compilation.tag().to_owned(),
            label: self.label(object.output.as_bstr()),
            commands: vec![command],
            outputs: vec![workshop.graph.file(&object.output)],
            inputs,
            order_only,
            depfile,
            origin: object.origin.clone(),
            ..Step::default()
        };
        workshop.graph.add(step)?;
        Ok(())
    }

    /// m4 and awk write what they generate to standard output.
    fn add_generator(
        &self,
        workshop: &mut Workshop<'_>,
        generated: &Generated,
    ) -> Result<(), Error> {
        let (from, library) = (generated.from.as_bstr(), self.name.as_bstr());
        let of_library = |name: &str| names::of_library(library, name);
        let of_source = |name: &str| names::of_source(library, from, None, name);
        let both = |name: BString| {
            let mut chosen = name.clone();
            chosen.extend_from_slice(b"-y");
            [name, chosen]
        };
        let (tag, program, lists, prefix) = match names::suffix(from).as_bytes() {
            b"m4" => (
                "M4",
                "M4",
                vec![
                    "M4INCLUDES".into(),
                    of_library("M4INCLUDES"),
                    of_source("M4INCLUDES"),
                    "M4FLAGS".into(),
                    of_library("M4FLAGS"),
                    of_source("M4FLAGS"),
                ],
                None,
            ),
            b"awk" => {
                ("AWK", "AWK", vec![of_library("AWKFLAGS"), of_source("AWKFLAGS")], Some("-f"))
            }
            _ => {
                return Err(Error::UnknownSource {
                    library: self.name.clone(),
                    path: generated.from.clone(),
                    origin: generated.origin.clone(),
                });
            }
        };
        let mut line = workshop.fragments.value_of(program.as_bytes())?;
        let mut inputs = vec![workshop.graph.file(from)];
        let push = |line: &mut BString, word: &[u8]| {
            line.push(b' ');
            line.extend_from_slice(word);
        };
        if let Some(option) = prefix {
            push(&mut line, option.as_bytes());
            push(&mut line, from);
        }
        for name in lists.into_iter().flat_map(both) {
            let text = workshop.fragments.value_of(&name)?;
            push(&mut line, text.trim());
        }
        if prefix.is_none() {
            push(&mut line, from);
        } else {
            for name in [of_library("AWKINCLUDES"), of_source("AWKINCLUDES")] {
                for name in both(name) {
                    for file in workshop.fragments.words(&name)? {
                        push(&mut line, &file);
                        inputs.push(workshop.graph.file(&file));
                    }
                }
            }
        }
        let to = workshop.graph.file(&generated.to);
        let command = match words::split(&line) {
            Some(argv) => Command::Exec { argv, stdout: Some(to) },
            None => {
                push(&mut line, b">");
                push(&mut line, &generated.to);
                workshop.fragments.script(&line)?
            }
        };
        workshop.graph.add(Step {
            tag: tag.to_owned(),
            label: self.label(generated.to.as_bstr()),
            commands: vec![command],
            outputs: vec![to],
            inputs,
            order_only: vec![workshop.prepare],
            origin: generated.origin.clone(),
            ..Step::default()
        })?;
        Ok(())
    }

    /// `ld -r` of the library's objects.
    fn add_joining(&self, workshop: &mut Workshop<'_>) -> Result<(), Error> {
        let joined = workshop.fragments.in_build(&[&self.name, b".ld.o"]);
        let each = |name: &str| {
            let library = names::of_library(self.name.as_bstr(), name);
            let all = BString::from(format!("EACHOLIB_{name}"));
            format!("$({library}) $({library}-y) $({all}) $({all}-y)")
        };
        let flags = names::of_library(self.name.as_bstr(), "LDFLAGS");
        let (objects, archives) = (each("OBJS"), each("ALIBS"));
        let text = format!(
            "$(LD) $(LIBLDFLAGS) $(LIBLDFLAGS-y) $({flags}) $({flags}-y) {objects} \
             -Wl,--start-group {archives} -Wl,--end-group -o"
        );
        let mut inputs = Vec::new();
        let own = ["LDS", "DTB", "LDEPS"].map(|name| self.own_list(name));
        for list in [objects, archives].into_iter().chain(own) {
            inputs.extend(workshop.files(&list)?);
        }
        workshop.add_link("LD", inputs, &text, &[], &joined)
    }

    /// `objcopy` that hides what the library does not export.
    fn add_localising(&self, workshop: &mut Workshop<'_>) -> Result<(), Error> {
        let joined = workshop.fragments.in_build(&[&self.name, b".ld.o"]);
        let output = workshop.fragments.in_build(&[&self.name, b".o"]);
        let exports = self.own_list("EXPORTS");
        let locals = format!("{} $(EACHOLIB_LOCALS) $(EACHOLIB_LOCALS-y)", self.own_list("LOCALS"));
        let flags = self.own_list("OBJCFLAGS");
        let text = format!(
            "$(OBJCOPY) $(addprefix --keep-global-symbols=,{exports}) \
             $(addprefix --localize-symbols=,{locals}) $(OBJCFLAGS) $(OBJCFLAGS-y) {flags}"
        );
        let mut inputs = vec![workshop.graph.file(&joined)];
        inputs.extend(workshop.files(&exports)?);
        inputs.extend(workshop.files(&locals)?);
        workshop.add_link("OBJCOPY", inputs, &text, &[&joined], &output)
    }

    fn own_list(&self, name: &str) -> String {
        let name = names::of_library(self.name.as_bstr(), name);
        format!("$({name}) $({name}-y)")
    }

    fn label(&self, output: &BStr) -> String {
        format!("{}: {}", self.name, names::file_name(output))
    }
}

impl Workshop<'_> {
    /// The files that a list expands to.
    fn files(&mut self, list: &str) -> Result<Vec<FileId>, Error> {
        let text = self.fragments.expand(list.as_bytes())?;
        Ok(text.fields().map(|word| self.graph.file(word)).collect())
    }

    /// Adds a step whose command is `text`, expanded, then the `operands` and the output as they are.
    fn add_link(
        &mut self,
        tag: &str,
        mut inputs: Vec<FileId>,
        text: &str,
        operands: &[&BString],
        output: &BString,
    ) -> Result<(), Error> {
        let mut command = self.fragments.expand(text.as_bytes())?;
        for operand in operands.iter().chain([&output]) {
            command.push(b' ');
            command.extend_from_slice(operand);
        }
        let added = recipe::added_needs(self.fragments, self.graph, output.as_bstr())?;
        inputs.extend(added.inputs);
        inputs.sort_unstable();
        inputs.dedup();
        let step = Step {
            tag: tag.to_owned(),
            label: names::file_name(output.as_bstr()).to_string(),
            commands: vec![self.fragments.command(&command)?],
            outputs: vec![self.graph.file(output)],
            inputs,
            order_only: added.order_only,
            ..Step::default()
        };
        self.graph.add(step)?;
        Ok(())
    }
}
