//! The end of reading: suffix rules become pattern rules, and make's own pattern rules follow those
//! of the makefiles. Knows nothing of how pattern rules are searched.

use std::sync::Arc;

use bstr::{BString, ByteSlice};

use super::error::Result;
use super::evaluator::Evaluator;
use super::host::{Message, Severity};
use super::location::Location;
use super::rules::{PatternRule, Prerequisites, Recipe, RuleId};

impl<S> Evaluator<S> {
    /// Ends the reading of makefiles. What special targets ask for is expanded; suffix rules of
    /// the suffixes known now become pattern rules, which come after those of the makefiles;
    /// make's own pattern rules come last. Rules cannot be added any more.
    pub fn finish_reading(&mut self) -> Result<()> {
        self.expand_special_targets()?;
        self.convert_suffix_rules();
        if self.rules.built_in.patterns {
            self.add_built_in_patterns();
        }
        self.finished_reading = true;
        Ok(())
    }

    fn expand_special_targets(&mut self) -> Result<()> {
        let deferred = |rule: &&RuleId| {
            matches!(self.rules.rule(**rule).prerequisites, Prerequisites::Deferred(_))
        };
        let suffixes = self.rules.target(b".SUFFIXES").map_or(&[][..], |target| &target.rules);
        let suffixes: Vec<RuleId> = suffixes.iter().filter(deferred).copied().collect();
        let special = self.rules.targets().filter(|(name, target)| {
            name.starts_with(b".")
                && name[1..].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
                && target.rules.iter().any(|rule| deferred(&rule))
        });
        let mut special: Vec<BString> = special.map(|(name, _)| name.to_owned()).collect();
        special.sort_by_key(|name| name != ".SUFFIXES");
        for target in special {
            self.settle_target(target.as_bstr())?;
        }
        for rule in suffixes {
            if let Prerequisites::Names { normal, .. } = &self.rules.rule(rule).prerequisites {
                let normal = normal.clone();
                self.rules.suffixes.extend(normal);
            }
        }
        Ok(())
    }

    fn convert_suffix_rules(&mut self) {
        let suffixes = self.rules.suffixes.clone();
        for source in &suffixes {
            // Keeps rules that match anything away from such files.
            self.add_converted(source, None, None);
            if let Some((recipe, _)) = self.suffix_rule(source) {
                self.add_converted(b"", Some(source), Some(recipe));
            }
            for target in suffixes.iter().filter(|&target| target != source) {
                let both = [source.as_slice(), target.as_slice()].concat();
                let Some((recipe, asks)) = self.suffix_rule(&both) else { continue };
                if asks {
                    if self.rules.posix {
                        continue;
                    }
                    self.warn_of_prerequisites(&recipe);
                }
                if target == ".a" {
                    self.add_converted_member(source, recipe.clone());
                }
                self.add_converted(target, Some(source), Some(recipe));
            }
        }
    }

    /// The recipe that a target gives or make itself has for it, and whether the target's rules
    /// ask for anything.
    fn suffix_rule(&self, name: &[u8]) -> Option<(Arc<Recipe>, bool)> {
        let rules = self.rules.target(name).map_or(&[][..], |target| &target.rules);
        let asks = rules.iter().any(|rule| match &self.rules.rule(*rule).prerequisites {
            Prerequisites::Names { normal, order_only } => {
                !normal.is_empty() || !order_only.is_empty()
            }
            Prerequisites::Deferred(_) => true,
        });
        let single = self.rules.target(name).and_then(|target| target.recipe_rule);
        let rule = single.or_else(|| rules.first().copied());
        let own = rule.and_then(|rule| self.rules.rule(rule).recipe.clone());
        let recipe = own.or_else(|| self.rules.built_in.suffix_rules.get(name.as_bstr()).cloned());
        Some((recipe?, asks))
    }

    fn warn_of_prerequisites(&mut self, recipe: &Recipe) {
        let text = "warning: ignoring prerequisites on suffix rule definition";
        let location = (!recipe.is_built_in()).then(|| recipe.location.clone());
        let severity = Severity::Warning;
        self.host.message(Message { severity, location, text: text.into() });
    }

    fn add_converted(&mut self, target: &[u8], source: Option<&[u8]>, recipe: Option<Arc<Recipe>>) {
        self.add_unless_there([b"%", target].concat(), source, recipe);
    }

    /// `.c.a` also makes members of archives.
    fn add_converted_member(&mut self, source: &[u8], recipe: Arc<Recipe>) {
        self.add_unless_there(b"(%.o)".to_vec(), Some(source), Some(recipe));
    }

    fn add_unless_there(
        &mut self,
        target: Vec<u8>,
        source: Option<&[u8]>,
        recipe: Option<Arc<Recipe>>,
    ) {
        let normal = source.map(|end| BString::from([b"%", end].concat()));
        let place = recipe.as_ref().map(|recipe| recipe.location.clone());
        self.rules.add_pattern_unless_there(PatternRule {
            targets: vec![target.into()],
            prerequisites: Prerequisites::Names {
                normal: normal.into_iter().collect(),
                order_only: Vec::new(),
            },
            recipe,
            terminal: false,
            location: place.unwrap_or_else(|| Location::new("", 0)),
        });
    }
}
