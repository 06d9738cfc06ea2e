//! What covers a requirement, and what is missing in either direction.

use super::model::{Class, Requirement, Requirements};
use std::collections::{BTreeMap, BTreeSet};

/// The ways a requirement can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckKind {
    /// By a scenario at depth `stepped`.
    Scenario,
    /// By a vector.
    Vector,
    /// By an invariant of the judge, in every run.
    Invariant,
    /// By a scenario at depth `machines`.
    Machine,
}

impl CheckKind {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 4] = [Self::Vector, Self::Machine, Self::Scenario, Self::Invariant];

    /// Whether a check of this kind can settle a requirement of `class`: what shows only in an
    /// exchange is not settled by bytes alone, and a rule of the model is asked of the model.
    pub const fn settles(self, class: Class) -> bool {
        match class {
            Class::Codec => true,
            Class::Wire => matches!(self, Self::Scenario | Self::Invariant),
            Class::Model => matches!(self, Self::Machine),
        }
    }

    /// Name as printed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scenario => "scenario",
            Self::Vector => "vector",
            Self::Invariant => "invariant",
            Self::Machine => "machine",
        }
    }
}

/// One check that names a requirement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Check {
    /// How it checks.
    pub kind: CheckKind,
    /// Id of the scenario or vector, name of the invariant.
    pub id: String,
}

/// All checks by the requirement they name.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    checks: BTreeMap<String, BTreeSet<Check>>,
}

/// What is known about one requirement.
#[derive(Clone, Debug)]
pub struct Explanation<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// What checks it.
    pub checks: Vec<&'a Check>,
}

impl Coverage {
    /// Notes that `check` names `requirement`.
    pub fn add(&mut self, requirement: &str, check: Check) {
        self.checks.entry(requirement.to_owned()).or_default().insert(check);
    }

    /// Notes that a check names all of `requirements`.
    pub fn add_all<'r>(
        &mut self,
        kind: CheckKind,
        id: &str,
        requirements: impl IntoIterator<Item = &'r str>,
    ) {
        for requirement in requirements {
            self.add(requirement, Check { kind, id: id.to_owned() });
        }
    }

    /// The checks that name `requirement`.
    pub fn of(&self, requirement: &str) -> impl Iterator<Item = &Check> {
        self.checks.get(requirement).into_iter().flatten()
    }

    /// What is known about `id`; `None` if the catalogue does not have it.
    pub fn explain<'a>(&'a self, all: &'a Requirements, id: &str) -> Option<Explanation<'a>> {
        let requirement = all.get(id)?;
        Some(Explanation { requirement, checks: self.of(id).collect() })
    }

    /// Whether a check that can settle `requirement` names it.
    pub fn settles(&self, requirement: &Requirement) -> bool {
        self.of(&requirement.id).any(|check| check.kind.settles(requirement.class))
    }

    /// Requirements without a check that can settle them and without a reason for it.
    pub fn unchecked<'a>(&self, all: &'a Requirements) -> Vec<&'a str> {
        all.iter()
            .filter(|requirement| requirement.excluded.is_none() && !self.settles(requirement))
            .map(|requirement| requirement.id.as_str())
            .collect()
    }

    /// Requirements that are checked although the catalogue says they are not.
    pub fn excluded_but_checked<'a>(&self, all: &'a Requirements) -> Vec<&'a str> {
        all.iter()
            .filter(|requirement| requirement.excluded.is_some())
            .map(|requirement| requirement.id.as_str())
            .filter(|id| self.checks.contains_key(*id))
            .collect()
    }

    /// How many checks of `kind` there are, whatever they name.
    pub fn count(&self, kind: CheckKind) -> usize {
        self.ids().filter(|check| check.kind == kind).collect::<BTreeSet<_>>().len()
    }

    /// Every check, once for each requirement it names.
    pub fn ids(&self) -> impl Iterator<Item = &Check> {
        self.checks.values().flatten()
    }

    /// Ids that checks name and the catalogue does not have, each with the checks that do.
    pub fn unknown<'a>(&'a self, all: &Requirements) -> Vec<(&'a str, Vec<&'a Check>)> {
        self.checks
            .iter()
            .filter(|(id, _)| all.get(id).is_none())
            .map(|(id, checks)| (id.as_str(), checks.iter().collect()))
            .collect()
    }
}
