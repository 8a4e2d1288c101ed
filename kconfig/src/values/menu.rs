//! Which entries of the menu are shown.

use super::Config;
use crate::model::MenuId;
use crate::tristate::Tristate;

impl Config {
    pub(super) fn menu_visible(&mut self, menu: MenuId) -> bool {
        let model = self.model.clone();
        // Entries that are shown only because something below them is: looked at in order, with
        // the path to the current one, because each of those on the path counts as answered.
        let mut path: Vec<(MenuId, Option<MenuId>)> = Vec::new();
        let mut current = menu;
        loop {
            match self.shown(current) {
                Some(true) => {
                    for (above, _) in path {
                        if let Some(symbol) = model.menu(above).symbol {
                            self.state_mut(symbol).user = true;
                        }
                    }
                    return true;
                }
                Some(false) => {}
                None => path.push((current, model.menu(current).child)),
            }
            loop {
                let Some((_, next)) = path.last_mut() else { return false };
                match *next {
                    Some(child) => {
                        *next = model.menu(child).next;
                        current = child;
                        break;
                    }
                    None => path.pop(),
                };
            }
        }
    }

    /// Whether an entry is shown by itself; none when that is up to the entries below it.
    fn shown(&mut self, menu: MenuId) -> Option<bool> {
        let model = self.model.clone();
        let entry = model.menu(menu);
        let Some(prompt) = entry.prompt else { return Some(false) };
        if let Some(condition) = entry.visible
            && self.evaluate(condition) == Tristate::No
        {
            return Some(false);
        }
        let seen = match entry.symbol {
            Some(symbol) => {
                self.calculate(symbol);
                self.prompts[prompt.index()]
            }
            None => self.condition(model.property(prompt).condition),
        };
        if seen != Tristate::No {
            return Some(true);
        }
        match entry.symbol {
            Some(symbol) if self.state(symbol).value != Tristate::No => None,
            _ => Some(false),
        }
    }
}
