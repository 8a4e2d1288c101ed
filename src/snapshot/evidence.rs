//! Evidence: all that a computation asked, and the answers that it got. Knows how to ask everything
//! again; knows nothing of results.
//!
//! Hundreds of scripts look at the same files: each fact and each environment is here once, and is
//! looked at once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bstr::BString;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fact::{Check, Fact};
use super::script::{Said, Script};

/// A place in [`Evidence::facts`].
type At = u32;

/// Questions and answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Evidence {
    facts: Vec<Fact>,
    /// So many of the facts are the computation's own; the others are those of scripts.
    own: usize,
    environments: Vec<Vec<(BString, BString)>>,
    /// Sorted by what [`Evidence::find`] compares.
    scripts: Vec<Testimony>,
}

/// What a script said.
#[derive(Debug, Serialize, Deserialize)]
struct Testimony {
    argv: Vec<BString>,
    folder: BString,
    /// In [`Evidence::environments`].
    environment: u32,
    output: Vec<u8>,
    status: i32,
    /// What it looked at; none when it has to be run again to know what it says.
    looked: Option<Vec<At>>,
}

/// What looking at evidence again found, per fact.
#[derive(Debug)]
pub(super) struct Looked {
    checks: Vec<Check>,
    /// The first of the computation's own facts that differs.
    decisive: Option<usize>,
}

impl Looked {
    /// Whether it tells enough: no script is heard again.
    pub(super) fn decides(&self) -> bool {
        self.decisive.is_some()
    }

    fn check(&self, at: At) -> Option<&Check> {
        self.checks.get(at as usize)
    }
}

/// What that comes to.
pub(super) enum Verdict {
    /// Everything is as it was.
    Same,
    /// Everything tells the same; some of it is recognised by something else from now on.
    Renewed(Evidence),
    /// This is different.
    Different(String),
}

impl Evidence {
    /// Gathers evidence.
    pub(super) fn new(own: &BTreeSet<Fact>, scripts: &BTreeMap<Script, Said>) -> Evidence {
        let mut places: BTreeMap<&Fact, At> = BTreeMap::new();
        let mut facts = Vec::new();
        let mut place = |fact| {
            *places.entry(fact).or_insert_with(|| {
                facts.push(Fact::clone(fact));
                facts.len() as At - 1
            })
        };
        for fact in own {
            place(fact);
        }
        let mut environments: Vec<Vec<(BString, BString)>> = Vec::new();
        let scripts = scripts.iter().map(|(script, said)| {
            let known = environments.iter().rposition(|known| *known == *script.environment);
            let environment = known.unwrap_or_else(|| {
                environments.push(script.environment.to_vec());
                environments.len() - 1
            });
            Testimony {
                argv: script.argv.clone(),
                folder: script.folder.clone(),
                environment: environment as u32,
                output: said.output.clone(),
                status: said.status,
                looked: said.facts.as_ref().map(|facts| facts.iter().map(&mut place).collect()),
            }
        });
        let scripts = scripts.collect();
        Evidence { facts, own: own.len(), environments, scripts }
    }

    /// Looks at everything again.
    pub(super) fn look(&self) -> Looked {
        // The first of the computation's own that differs decides: those behind it need not be looked at.
        // Scripts are heard again then, each if one of its own differs.
        let decisive = AtomicUsize::new(self.own);
        let check = |(at, fact): (usize, &Fact)| {
            if decisive.load(Ordering::Relaxed) < at && at < self.own {
                return Check::Different;
            }
            let check = fact.check();
            if at < self.own && matches!(check, Check::Different) {
                decisive.fetch_min(at, Ordering::Relaxed);
            }
            check
        };
        let checks = self.facts.par_iter().enumerate().with_min_len(64).map(check).collect();
        Looked { checks, decisive: Some(decisive.into_inner()).filter(|&at| at < self.own) }
    }

    /// Judges by what was `looked` at. Scripts are heard again that may say something else.
    pub(super) fn judge(&self, looked: &Looked) -> Verdict {
        if let Some(decisive) = looked.decisive {
            return Verdict::Different(self.facts[decisive].to_string());
        }
        // Scripts take much longer than files.
        let again = self.scripts.par_iter().enumerate().filter_map(|(at, testimony)| {
            let holds = |&fact: &At| looked.check(fact).is_some_and(Check::leaves_scripts);
            match &testimony.looked {
                Some(facts) if facts.iter().all(holds) => None,
                _ => Some(self.hear_again(testimony).map(|said| (at, said))),
            }
        });
        let again: Vec<(usize, Said)> = match again.collect::<Result<_, String>>() {
            Ok(again) => again,
            Err(script) => return Verdict::Different(script),
        };
        let renewed = |check: &Check| matches!(check, Check::Renewed(_));
        if !looked.checks.iter().any(renewed)
            && again.iter().all(|(at, said)| self.scripts[*at].is(said))
        {
            return Verdict::Same;
        }
        Verdict::Renewed(self.renewed(looked, again))
    }

    /// Runs a script again. When it says something else, what has to be said of that.
    fn hear_again(&self, testimony: &Testimony) -> Result<Said, String> {
        let script = self.script(testimony);
        let said = script.follow().ok().inspect(Said::complain);
        let said = said.filter(|said| said.agrees(&testimony.said(&self.facts)));
        said.ok_or_else(|| format!("what `{script}` says"))
    }

    fn renewed(&self, looked: &Looked, again: Vec<(usize, Said)>) -> Evidence {
        let facts: Vec<Fact> = self.facts.iter().zip(&looked.checks).map(renew).collect();
        let mut again: BTreeMap<usize, Said> = again.into_iter().collect();
        let scripts = self.scripts.iter().enumerate().map(|(at, testimony)| {
            let said = again.remove(&at).unwrap_or_else(|| testimony.said(&facts));
            (self.script(testimony), said)
        });
        let own = facts[..self.own].iter().cloned();
        Evidence::new(&own.collect(), &scripts.collect())
    }

    /// What a script says, when it has been heard and need not run to know that. What was `looked` at
    /// just now need not be looked at again.
    pub(super) fn still_said(&self, script: &Script, looked: Option<&Looked>) -> Option<Said> {
        let testimony = self.find(script)?;
        let facts = testimony.looked.as_ref()?;
        let check = |&at: &At| {
            let fact = self.facts.get(at as usize)?;
            // The computation's own may have been passed over.
            let known = looked.filter(|_| at as usize >= self.own).and_then(|all| all.check(at));
            let check = known.map_or_else(|| Cow::Owned(fact.check()), Cow::Borrowed);
            check.leaves_scripts().then(|| renew((fact, &check)))
        };
        let facts = facts.par_iter().with_min_len(128).map(check).collect::<Option<_>>()?;
        Some(Said { facts: Some(facts), ..testimony.said(&[]) })
    }

    /// Whether scripts are among it that run each time, of which nobody knows what they do.
    pub(super) fn acts(&self) -> bool {
        self.scripts.iter().any(|testimony| testimony.looked.is_none())
    }

    fn find(&self, script: &Script) -> Option<&Testimony> {
        let key = (&script.argv, &*script.environment, &script.folder);
        let found = self.scripts.binary_search_by(|testimony| {
            let environment = &self.environments[testimony.environment as usize];
            (&testimony.argv, environment, &testimony.folder).cmp(&key)
        });
        self.scripts.get(found.ok()?)
    }

    fn script(&self, testimony: &Testimony) -> Script {
        Script {
            argv: testimony.argv.clone(),
            environment: Arc::new(self.environments[testimony.environment as usize].clone()),
            folder: testimony.folder.clone(),
        }
    }

    /// Whether the numbers in decoded evidence make sense.
    pub(super) fn is_sound(&self) -> bool {
        let known =
            |testimony: &Testimony| (testimony.environment as usize) < self.environments.len();
        self.own <= self.facts.len() && self.scripts.iter().all(known)
    }
}

/// A fact as it is known now.
fn renew((fact, check): (&Fact, &Check)) -> Fact {
    match check {
        Check::Renewed(fact) => fact.clone(),
        Check::Same | Check::Different => fact.clone(),
    }
}

impl Testimony {
    /// What the script said then, and that it looked at these `facts`.
    fn said(&self, facts: &[Fact]) -> Said {
        let fact = |&at: &At| facts.get(at as usize).cloned();
        let looked = self.looked.as_ref();
        Said {
            output: self.output.clone(),
            errors: Vec::new(),
            status: self.status,
            facts: looked.and_then(|looked| looked.iter().map(fact).collect()),
        }
    }

    /// Whether nothing is known now that was not known then.
    fn is(&self, said: &Said) -> bool {
        self.looked.is_none() && said.facts.is_none()
    }
}
