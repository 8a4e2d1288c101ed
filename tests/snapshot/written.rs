//! What is written while fragments are evaluated: the build that follows sees it.

use crate::common::Sandbox;
use crate::described::append;

/// An application with a source that reads `stamp.h`, which these lines of its fragment write.
fn with_lines(lines: &str) -> Sandbox {
    let sandbox = Sandbox::sharing("apps/helloworld");
    sandbox.write("more.c", "#include \"stamp.h\"\nint more(void) { return STAMP; }\n");
    append(&sandbox, "Makefile.uk", "APPHELLOWORLD_SRCS-y += $(APPHELLOWORLD_BASE)/more.c");
    append(&sandbox, "Makefile.uk", lines);
    sandbox
}

/// Builds with one stamp after the other, each twice.
#[track_caller]
fn is_seen(sandbox: &Sandbox, write: impl Fn(u32)) {
    for stamp in 1..4 {
        write(stamp);
        let ran = sandbox.build(&[]);
        assert!(ran.iter().any(|step| step.contains("more.o")), "{stamp}: {ran:?}");
        assert_eq!(sandbox.build(&[]), [""; 0], "{stamp}");
    }
}

/// By a script that nobody follows: it runs in every build, whatever is recalled.
#[test]
fn by_a_script() {
    let sandbox = with_lines(
        "$(shell sleep 0.2; cp $(APPHELLOWORLD_BASE)/wanted $(APPHELLOWORLD_BASE)/stamp.h)",
    );
    is_seen(&sandbox, |stamp| sandbox.write("wanted", &format!("#define STAMP {stamp}\n")));
}

#[test]
fn by_make() {
    let sandbox = with_lines(
        "include $(APPHELLOWORLD_BASE)/wanted.mk\n$(shell sleep 0.2)\n\
         $(file >$(APPHELLOWORLD_BASE)/stamp.h,$(STAMP))",
    );
    is_seen(&sandbox, |stamp| {
        sandbox.write("wanted.mk", &format!("STAMP := \\#define STAMP {stamp}\n"));
    });
}
