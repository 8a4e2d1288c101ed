//! `ukbuild set` and `ukbuild unset`: changes of an application's settings.

use super::arguments::Set;
use super::describe::{self, Show};
use super::{Outcome, folder, report};
use crate::project::{App, Options, Roots};
use crate::surroundings::Surroundings;

/// `ukbuild set OPTION=VALUE...`
pub(super) fn main(request: &Set, surroundings: &Surroundings) -> Outcome {
    let mut settings = Vec::new();
    for option in &request.options {
        match option.split_once('=') {
            Some((name, _)) if bare(name).is_empty() => {
                return Err(miette::miette!(help = "OPTION=VALUE", "`{option}` names no option"));
            }
            Some((name, value)) => settings.push((name, value)),
            None => {
                return Err(miette::miette!(
                    help = format!("write it as {option}=y, or remove it with `ukbuild unset`"),
                    "`{option}` gives no value"
                ));
            }
        }
    }
    change(request, surroundings, |options| options.set(&settings))
}

/// `ukbuild unset OPTION...`
pub(super) fn unset(request: &Set, surroundings: &Surroundings) -> Outcome {
    change(request, surroundings, |options| {
        request.options.iter().try_for_each(|option| options.unset(option))
    })
}

fn bare(name: &str) -> &str {
    name.strip_prefix("CONFIG_").unwrap_or(name)
}

fn change(
    request: &Set,
    surroundings: &Surroundings,
    change: impl FnOnce(&mut Options) -> Result<(), crate::project::ProjectError>,
) -> Outcome {
    let app = App::open(&folder(&request.app, surroundings), surroundings)?;
    let roots = Roots::find(&app, surroundings)?;
    let mut options = describe::load_options(&app, &roots, surroundings)?;
    change(&mut options).map_err(report::project)?;
    let path = app.configuration();
    let path = path.display();
    let text = match options.save().map_err(report::project)? {
        true => format!("wrote {path}"),
        false => format!("{path} is as it was"),
    };
    Show::Output.line(&text);
    Ok(0)
}
