//! A tree and a configuration in one input: values, bulk answers, and every file that is written.
//! The file `.config` of the input has the user's settings.

use crate::input::Input;
use crate::invariants;
use crate::memory::{DIALECTS, model};

/// Any tree that is sound has values for any settings, and they settle.
pub fn check(input: &[u8]) {
    let seed = input.iter().fold(1, |seed: u32, &byte| seed.rotate_left(5) ^ u32::from(byte));
    let mut input = Input::new(input);
    let settings = input.take(".config").unwrap_or_default();
    for dialect in DIALECTS {
        let Ok(model) = model(dialect, &input, &mut Vec::new()) else { continue };
        let mut config = invariants::loaded(&model, settings);
        invariants::typed(&mut config);
        invariants::settles(&mut config);
        invariants::files(&mut config);
        invariants::bulk(&model, settings, seed);
        invariants::handle(&mut config, settings);
    }
}
