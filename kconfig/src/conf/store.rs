//! The files that `conf` writes.

use std::fs;
use std::io;
use std::path::Path;

use bstr::{BString, ByteSlice};

use super::options::Mode;
use super::{Failure, Session, failure};
use crate::environment::Dialect;
use crate::error::format_bytes;
use crate::files::store::{make_parent, replace, update_keeping_old};
use crate::files::sync::stamp_name;
use crate::values::Config;

impl Session<'_, '_> {
    pub(super) fn write(&mut self, config: &mut Config, write: bool) -> Result<(), Failure> {
        match self.options.mode {
            Mode::ListNew | Mode::HelpNew => return Ok(()),
            Mode::SaveDefconfig => return self.write_minimal(config),
            _ => {}
        }
        if write && let Err(words) = self.write_config(config) {
            let rest = b"\n*** Error during writing of the configuration.\n\n";
            return Err(failure(format_bytes(&[&words?, rest])));
        }
        let sync = self.options.mode == Mode::Sync;
        let result = self.write_auto(config, sync);
        if sync && let Err(error) = result {
            let words = format!("{error}\n\n*** Error during sync of the configuration.\n\n");
            return Err(failure(words));
        }
        Ok(())
    }

    fn write_minimal(&mut self, config: &mut Config) -> Result<(), Failure> {
        let name = self.options.file.clone().unwrap_or_default();
        let text = config.to_minimal();
        replace(&self.environment.path(name.as_bstr()), &text).map_err(|_| {
            failure(format_bytes(&[b"n*** Error while saving defconfig to: ", &name, b"\n\n"]))
        })
    }

    /// Writes the configuration. The error is what to say of it.
    fn write_config(&mut self, config: &mut Config) -> Result<(), Result<BString, Failure>> {
        let name = self.config_name();
        if name.is_empty() {
            return Err(Ok("config name is empty\n".into()));
        }
        let path = self.environment.path(name.as_bstr());
        if path.is_dir() {
            return Err(Ok(format_bytes(&[&name, b": Is a directory\n"])));
        }
        let text = config.to_config();
        let written = if self.is_set("KCONFIG_OVERWRITECONFIG") {
            make_parent(&path).and_then(|()| fs::write(&path, &text)).map(|()| true)
        } else {
            update_keeping_old(&path, &text)
        };
        let words: &[u8] = match written {
            Ok(true) => b"configuration written to ",
            Ok(false) => b"No change to ",
            Err(error) => return Err(Ok(format!("{name}: {error}\n").into())),
        };
        self.note(&[words, &name]).map_err(Err)
    }

    fn name_of(&self, variable: &str, default: &str) -> BString {
        self.environment.variable(variable).map_or(default.into(), ToOwned::to_owned)
    }

    /// Writes what builds read, when it is asked for or not there.
    fn write_auto(&mut self, config: &mut Config, always: bool) -> io::Result<()> {
        let name = self.name_of("KCONFIG_AUTOCONFIG", "include/config/auto.conf");
        let path = self.environment.path(name.as_bstr());
        if !always && path.exists() {
            return Ok(());
        }
        let linux = self.environment.dialect == Dialect::Linux;
        let dependencies = config.model().to_dependencies(name.as_bstr());
        let dependencies_name = match self.environment.dialect {
            Dialect::Linux => format_bytes(&[&name, b".cmd"]),
            Dialect::Unikraft => "include/config/auto.conf.cmd".into(),
        };
        replace(&self.environment.path(dependencies_name.as_bstr()), &dependencies)?;

        let old = self.environment.read(name.as_bstr()).ok().map(|(_, text)| text);
        if old.is_some() || !linux {
            config.invalidate();
        }
        self.touch(config, &name, old.as_deref())?;

        let header = self.name_of("KCONFIG_AUTOHEADER", "include/generated/autoconf.h");
        replace(&self.environment.path(header.as_bstr()), &config.to_header())?;
        let (other, text) = match self.environment.dialect {
            Dialect::Linux => (
                self.name_of("KCONFIG_RUSTCCFG", "include/generated/rustc_cfg"),
                config.to_rustc_cfg(),
            ),
            Dialect::Unikraft => (
                self.name_of("KCONFIG_TRISTATE", "include/config/tristate.conf"),
                config.to_tristate_conf(),
            ),
        };
        replace(&self.environment.path(other.as_bstr()), &text)?;
        // The last one, because it says that all is done.
        replace(&path, &config.to_auto_conf())
    }

    /// Touches the files that stand for options that changed.
    fn touch(&self, config: &mut Config, auto: &BString, old: Option<&[u8]>) -> io::Result<()> {
        let folder = match self.environment.dialect {
            Dialect::Linux => BString::from(&auto[..auto.rfind_byte(b'/').map_or(0, |at| at + 1)]),
            Dialect::Unikraft => "include/config/".into(),
        };
        for option in config.changed_since(old) {
            let stamp = stamp_name(self.environment.dialect, option.as_bstr());
            let path = self.environment.path(format_bytes(&[&folder, &stamp]).as_bstr());
            touch(&path)?;
        }
        Ok(())
    }
}

fn touch(path: &Path) -> io::Result<()> {
    match fs::write(path, b"") {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_parent(path)?;
            fs::write(path, b"")
        }
        other => other,
    }
}
